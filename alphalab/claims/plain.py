r"""What sign a formula has for all values of its letters, read off as it is written; nothing else is believed.

    signs(e)       which of -1, 0, 1 the value may be, so far as sums, products and powers of the letters say;
                   none of them where it may be no real number
    plain sign     signs within {0, 1}, of the formula, of its factors, or of these at c = 1/(1 + y) < 1, at theta < 2
    divisors       what must not be 0: 1/e is read as a number, its sign without the 0

Letters are real where they are declared so. tanh, sinh, cosh, sech, exp, log of what is positive, |.|, max, min and
sums over components, pairs, tensors and steps; a number in decimals is none that is known.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable
from typing import Any

import sympy as sp

from alphalab.claims.facts.letters import THETA, VARTHETA, b2, beta, c
from alphalab.claims.facts.operators import OPERATORS
from alphalab.claims.notation import Formula, expand

ANY, NONNEGATIVE, POSITIVE = frozenset({-1, 0, 1}), frozenset({0, 1}), frozenset({1})
UNKNOWN: frozenset[int] = frozenset()
SMOOTH = (sp.tanh, sp.sinh, sp.cosh, sp.sech, sp.exp, sp.log)
SUMS = (sp.Add, sp.Mul, sp.Pow)
SIGNED = (sp.Abs, sp.Max, sp.Min)
BELOW = {c: (1, "c < 1"), THETA: (2, "theta < 2"), VARTHETA: (2, "vartheta < 2"), b2: (1, "b2 < 1"), beta: (1, "b < 1")}
"""Letters below a number, and the hypothesis that they are."""


@functools.cache
def readable(e: Any) -> bool:
    """Whether it is a formula of exact numbers, letters and the functions above, and of nothing else."""
    if isinstance(e, sp.Symbol):
        return bool(e.is_commutative)
    made = any(isinstance(e, kind) for kind in (*SUMS, *SMOOTH, *SIGNED, *OPERATORS.values()))
    return all(map(readable, e.args)) if made else isinstance(e, sp.Rational | sp.NumberSymbol)


@functools.cache
def signs(e: Formula) -> frozenset[int]:
    """Return the signs that a formula may have; none where it may be no real number.

    >>> N, x = sp.Symbol("N", nonnegative=True), sp.Symbol("x", real=True)
    >>> sorted(signs(N + x**2)), sorted(signs(1 + N)), sorted(signs(sp.sqrt(x)))
    ([0, 1], [1], [])
    """
    if e.is_Symbol:
        return _declared(e)
    if e.is_Rational or isinstance(e, sp.NumberSymbol):
        return frozenset({int(sp.sign(e))})
    parts = [signs(part) for part in e.args]
    return _together(e, parts) if parts and all(parts) else UNKNOWN


def _together(e: Formula, parts: list[frozenset[int]]) -> frozenset[int]:
    if e.is_Add or e.is_Mul:
        return functools.reduce(_sum if e.is_Add else _product, parts)
    if isinstance(e, sp.Max | sp.Min):
        first = max if isinstance(e, sp.Max) else min
        return frozenset(first(choice) for choice in itertools.product(*parts))
    return _power(e, *parts) if e.is_Pow else _function(e, parts[0])


def _declared(letter: sp.Symbol) -> frozenset[int]:
    if not letter.is_real:
        return UNKNOWN
    excluded = {1: letter.is_nonpositive, 0: letter.is_nonzero, -1: letter.is_nonnegative}
    return frozenset(sign for sign, out in excluded.items() if not out)


def _sum(a: frozenset[int], b: frozenset[int]) -> frozenset[int]:
    return frozenset().union(*(ANY if s * t < 0 else {s or t} for s in a for t in b))


def _product(a: frozenset[int], b: frozenset[int]) -> frozenset[int]:
    return frozenset(s * t for s in a for t in b)


def _power(e: Formula, base: frozenset[int], exponent: frozenset[int]) -> frozenset[int]:
    known = base if exponent <= NONNEGATIVE else base - {0}
    if e.exp.is_Integer:
        return frozenset(s ** int(e.exp % 2 or 2) for s in known)
    if not known <= NONNEGATIVE:
        return UNKNOWN
    return known if exponent == POSITIVE or 0 not in known else NONNEGATIVE


def _function(e: Formula, argument: frozenset[int]) -> frozenset[int]:
    match e:
        case sp.exp() | sp.cosh() | sp.sech():
            return POSITIVE
        case sp.tanh() | sp.sinh():
            return argument
        case sp.Abs():
            return _product(argument, argument)
        case sp.log():
            return ANY if argument == POSITIVE else UNKNOWN
    return _sum(argument, argument) if isinstance(e, tuple(OPERATORS.values())) else UNKNOWN


def plain(e: Formula) -> frozenset[str] | None:
    """Return what is needed for a formula to have plain sign, mostly nothing; None where it has none."""
    for form in (e, sp.factor(e) if signs(e) else e):
        if signs(form) and signs(form) <= NONNEGATIVE:
            return frozenset()
    y = sp.Symbol("y", positive=True)
    for letter, (most, need) in BELOW.items():
        below = sp.factor(e.subs(letter, most / (1 + y))) if e.has(letter) and signs(e) else e
        if below.is_Add is False and signs(below) and signs(below) <= NONNEGATIVE:
            return frozenset({need})
    return None


def real(e: Formula) -> frozenset[str] | None:
    """Return what is needed for a formula to be a real number, mostly nothing; None where it may be none."""
    if signs(e):
        return frozenset()
    found = e.free_symbols & set(BELOW)
    below = e.subs({letter: BELOW[letter][0] / (1 + sp.Symbol(f"y_{letter}", positive=True)) for letter in found})
    below = below.replace(lambda p: p.is_Pow and not p.exp.is_Integer, lambda p: sp.factor(p.base) ** p.exp)
    return frozenset(BELOW[letter][1] for letter in found) if signs(below) else None


def divisors(formulas: Iterable[Formula]) -> tuple[Formula, ...]:
    """Return what must not be 0 and is not plainly so, factor by factor, each once."""
    return tuple(dict.fromkeys(one for formula in formulas for one in _divisors(expand(formula))))


@functools.cache
def _divisors(formula: Formula) -> tuple[Formula, ...]:
    bases = {part.base for part in formula.atoms(sp.Pow) if not signs(part.exp) <= NONNEGATIVE or not signs(part.exp)}
    factors = (factor for base in bases for factor in sp.Mul.make_args(sp.factor(base)))
    plain_ones = (factor.base if factor.is_Pow else factor for factor in factors)
    return tuple(one for one in plain_ones if 0 in signs(one) or not signs(one))


def smooth(function: Formula, x: sp.Symbol) -> bool:
    """Whether a function is smooth in x wherever its divisors are not 0: made of no other than smooth functions."""
    return all(
        part.is_Symbol
        or part.is_Add
        or part.is_Mul
        or isinstance(part, SMOOTH)
        or (part.is_Pow and (part.exp.is_Integer or signs(part.base) == POSITIVE))
        for part in sp.preorder_traversal(function)
        if part.has(x)
    ) and bool(signs(function))
