r"""Formulas in u on balls: power series, and the signs of numbers by rising precision.

    series(f, x)   f(x + h) = c_0 + c_1 h + c_2 h^2 + ...;  for a ball x, c_k encloses f^(k)(xi)/k! for every xi in it
    number_sign    the sign of a number whose ball excludes 0; the precision rises until it does

The balls are python-flint's (extra `proof`), rounded outward.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any, TypeAlias

import sympy as sp

from alphalab.claims.certificates.spans import ball, library
from alphalab.claims.nonlinearity import Quintic

BITS = 128
POSITIVE = sp.Symbol("u", positive=True)
PRECISIONS = (128, 512, 2048, 8192, 32768)
FAILURES = (ValueError, OverflowError, ZeroDivisionError)  # a denominator that may be 0
Ball: TypeAlias = Any
Series: TypeAlias = Any  # a truncated power series of balls


def number_sign(value: sp.Expr) -> int | None:
    """Return 1 or -1 for a number whose ball excludes 0; None where none does, it is not real, or flint is missing."""
    if not is_installed() or value.has(sp.nan, sp.zoo, sp.oo, sp.I, sp.AccumBounds):
        return None
    for bits in PRECISIONS:
        with library().ctx.workprec(bits):
            found = _number(value)
        if found > 0 or found < 0:
            return 1 if found > 0 else -1
        if not found.is_finite():
            return None
    return None


def is_installed() -> bool:
    """Whether python-flint can be imported."""
    try:
        library()
    except ModuleNotFoundError:
        return False
    return True


@functools.cache
def _accurate(value: sp.Expr) -> Ball:
    """Return a number to BITS bits, at a precision that makes up for what cancels."""
    for bits in PRECISIONS:
        with library().ctx.workprec(bits):
            found = _number(value)
        if found.rel_accuracy_bits() >= BITS - 8:
            break
    return found


def _number(value: sp.Expr) -> Ball:
    """Return the ball of a number at the working precision, nan where it is no real number."""
    try:
        return _compiled(value, _leaf)(library().arb_series([0], 1))[0]
    except FAILURES:
        return library().arb("nan")


def _leaf(value: sp.Expr) -> Series | None:
    """Return a rational number, pi or e at the working precision; None for what is made of them."""
    if value.is_Rational:
        return library().arb_series([ball(Fraction(int(value.p), int(value.q)))], 1)
    return library().arb_series([getattr(library().arb, CONSTANTS[value])()], 1) if value in CONSTANTS else None


def series(f: sp.Expr, x: Ball, length: int) -> Series:
    """Return f(x + h) to `length` coefficients in h; nan where f is not plainly smooth on x."""
    flint = library()
    try:
        found = _formula(f)(flint.arb_series([x, 1], length))
    except FAILURES:
        found = flint.arb_series([flint.arb("nan")] * length, length)
    return found if isinstance(found, flint.arb_series) else flint.arb_series([found], length)


@functools.cache
def _formula(f: sp.Expr) -> Callable[[Series], Series]:
    return _compiled(f, _accurate)


def centred(f: sp.Expr, x: Ball, length: int) -> Series:
    """Return f(x + h) as `series` does, c_k from the middle and c_(k+1) on x where that is narrower."""
    flint, middle = library(), x.mid()
    over, at = series(f, x, length + 1), series(f, middle, length)
    terms = [over[length]]
    for k in reversed(range(length)):
        narrow = at[k] + (k + 1) * terms[0] * (x - middle)
        terms.insert(0, narrow if narrow.rad() < over[k].rad() else over[k])
    return flint.arb_series(terms[:length], length)


def _compiled(f: sp.Expr, constant: Callable[[sp.Expr], Any]) -> Callable[[Series], Series]:
    """Return f as a function of a series; numbers in it are what `constant` says, or, at None, made of their parts."""
    if f == POSITIVE:
        return lambda x: x
    if f.is_number and (number := constant(f)) is not None:
        return lambda x: number
    parts = [_compiled(part, constant) for part in f.args]
    if f.is_Add or f.is_Mul:
        combine = operator.add if f.is_Add else operator.mul
        return lambda x: functools.reduce(combine, [part(x) for part in parts])
    if f.is_Pow and f.exp.is_Rational:
        base, p, q = parts[0], abs(int(f.exp.p)), int(f.exp.q)
        root = base if q == 1 else lambda x: base(x).sqrt() if q == 2 else (base(x).log() / q).exp()
        return lambda x: root(x) ** p if f.exp > 0 else 1 / root(x) ** p
    if type(f).__name__ not in FUNCTIONS:
        raise ValueError(f"no balls for {type(f).__name__}")
    function, inner = FUNCTIONS[type(f).__name__], parts[0]
    return lambda x: function(inner(x))


def _tanh(z: Series) -> Series:
    """tanh(z_0 + d) = t + s D/(1 + t D), t = tanh z_0, s = sech^2 z_0, D = tanh d: nothing cancels."""
    start = z[0]
    q = (-2 * library().arb_series([0, *z.coeffs()[1:]], z.prec)).exp()
    small = (1 - q) / (1 + q)
    t = start.lower().tanh().union(start.upper().tanh())
    s = start.abs_lower().sech().union(start.abs_upper().sech()) ** 2
    return t + s * small / (1 + t * small)


def _asinh(z: Series) -> Series:
    return (z + (z * z + 1).sqrt()).log() if z[0].mid() >= 0 else -_asinh(-z)


def _quintic(z: Series) -> Series:
    """P(z); its first coefficient is the image of z_0: of the ends, and of where P' = a + 3 b u^2 + 5 c u^4 is 0."""
    a, b, c = (ball(Fraction(int(one.p), int(one.q))) for one in Quintic.COEFFICIENTS)
    root, start, square = (9 * b * b - 20 * a * c).sqrt(), z[0], z * z
    turns = [sign * ((-3 * b + way * root) / (10 * c)).sqrt() for sign in (1, -1) for way in (1, -1)]
    whole = z * (a + square * (b + square * c))
    ends = [start.lower(), start.upper(), *(turn for turn in turns if turn.overlaps(start))]
    image = functools.reduce(lambda x, y: x.union(y), [u * (a + u * u * (b + u * u * c)) for u in ends])
    return library().arb_series([image, *whole.coeffs()[1:]], whole.prec)


CONSTANTS: Mapping[sp.Expr, str] = MappingProxyType({sp.pi: "pi", sp.E: "const_e"})
FUNCTIONS: Mapping[str, Callable[[Series], Series]] = MappingProxyType(
    {
        **{name: operator.methodcaller(name) for name in ("exp", "log", "sin", "cos", "atan", "erf")},
        "tanh": _tanh,
        "asinh": _asinh,
        "Quintic": _quintic,
        "sinh": lambda z: (z.exp() - (-z).exp()) / 2,
        "cosh": lambda z: (z.exp() + (-z).exp()) / 2,
    }
)
