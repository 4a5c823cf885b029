"""Decide by intervals whether f >= 0 on [low, high], where high may be infinite and f may vanish at `low`.

    edge    f(low) = ... = f^(k-1)(low) = 0 exactly and f^(k) >= 0 on [low, low + w]     Taylor
    boxes   the natural extension, or the mean value form around the midpoint
    tail    the natural extension on [U, inf], in u or in w = 1/u, of f, or of f' where f(U) >= 0

f is a sympy expression in one symbol; rational numbers stay exact, everything is rounded outward. Midpoints are
evaluated too, so that what is false comes back as a point. Needs the extra `proof`.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import TypeAlias

import sympy as sp

from alphalab.claims.certificates.spans import BITS, Ball, Span, as_span, library

MOST_BOXES = 400
HIGHEST_ORDER = 4
TAILS = (1, 2, 4, 8, 16, 64)
Enclosure: TypeAlias = Callable[[Span], Span]


@dataclass(frozen=True)
class Decision:
    """Whether f >= 0 is certified, with how many boxes; else a point where f < 0, if one was met."""

    certified: bool
    boxes: int = 0
    point: Fraction | None = None


def nonnegative(f: sp.Expr, u: sp.Symbol, low: Fraction, high: Fraction | None) -> Decision:
    """Decide whether f >= 0 on [low, high]; None is infinity. Raises ModuleNotFoundError without python-flint."""
    with library().ctx.workprec(BITS):
        value, slope = enclosure(f, u), enclosure(sp.diff(f, u), u)
        end = _tail_start(f, u, (value, slope), low) if high is None else high
        start = _edge_end(f, u, low, end if end is not None else low + 1)
        decision = _boxes(value, slope, start, end if end is not None else low + TAILS[-1])
        return decision if end is not None or decision.point is not None else Decision(False)


def _tail_start(f: sp.Expr, u: sp.Symbol, own: tuple[Enclosure, Enclosure], low: Fraction) -> Fraction | None:
    """Return a U with f >= 0 on [U, inf), `own` being f and f'; None where none is found."""
    (value, slope), inverted = own, enclosure(sp.together(f.subs(u, 1 / u)), u)
    for start in (low + step for step in TAILS):
        beyond = Span.between(start, None)
        rises = value(as_span(start)).least() >= 0 and slope(beyond).least() >= 0
        if rises or value(beyond).least() >= 0 or inverted(Span.between(0, 1 / start)).least() >= 0:
            return start
    return None


def _edge_end(f: sp.Expr, u: sp.Symbol, low: Fraction, end: Fraction) -> Fraction:
    """Return the end of an interval from `low` on which Taylor's theorem gives f >= 0; `low` where it does not."""
    at = sp.Rational(low.numerator, low.denominator)
    order = 0
    while order <= HIGHEST_ORDER and sp.simplify(f.subs(u, at)) == 0:
        f, order = sp.diff(f, u), order + 1
    if order in (0, HIGHEST_ORDER + 1):
        return low
    value = enclosure(f, u)
    widths = ((end - low) / 2**k for k in range(12))
    return next((low + w for w in widths if value(Span.between(low, low + w)).least() >= 0), low)


def _boxes(value: Enclosure, slope: Enclosure, start: Fraction, end: Fraction) -> Decision:
    """Bisect [start, end] until every box has f >= 0, or a midpoint has f < 0, or there are too many."""
    waiting = [(start, end)] if start < end else []
    for count in range(1, MOST_BOXES + 1):
        if not waiting:
            return Decision(True, count)
        low, high = waiting.pop()
        middle, box = (low + high) / 2, Span.between(low, high)
        at = value(as_span(middle))
        if at.greatest() < 0:
            return Decision(False, count, middle)
        centred = at + slope(box) * (box - as_span(middle))
        if not (value(box).least() >= 0 or centred.least() >= 0):
            waiting += [(middle, high), (low, middle)]
    return Decision(False, MOST_BOXES)


def enclosure(f: sp.Expr, u: sp.Symbol) -> Enclosure:
    """Return f as a function of spans: closures along its tree; raises ValueError for a function not in the tables."""
    if f == u:
        return lambda x: x
    if f.is_Rational or f in (sp.pi, sp.E):
        constant = _constant(f)
        return lambda x: constant
    parts = [enclosure(argument, u) for argument in f.args]
    if isinstance(f, (sp.Add, sp.Mul)):
        combine = operator.add if f.is_Add else operator.mul
        return lambda x: functools.reduce(combine, (part(x) for part in parts))
    if isinstance(f, sp.Pow) and f.exp.is_Rational:
        power = Fraction(int(f.exp.p), int(f.exp.q))
        return lambda x: _power(parts[0](x), power)
    if type(f).__name__ not in FUNCTIONS:
        raise ValueError(f"no intervals for {type(f).__name__}")
    function = FUNCTIONS[type(f).__name__]
    return lambda x: function(parts[0](x))


def _constant(number: sp.Expr) -> Span:
    if number.is_Rational:
        return as_span(Fraction(int(number.p), int(number.q)))
    value = library().arb.pi() if number is sp.pi else library().arb.const_e()
    return Span(value, value)


def _everything() -> Span:
    return Span(library().arb.neg_inf(), library().arb.pos_inf())


def _inverse(x: Span) -> Span:
    """1/x; on [0, b] it is [1/b, inf], the limit from the right."""
    if x.lo > 0 or x.hi < 0:
        return Span(1 / x.hi, 1 / x.lo)
    return Span(1 / x.hi, library().arb.pos_inf()) if x.lo.is_zero() and x.hi > 0 else _everything()


def _power(x: Span, power: Fraction) -> Span:
    """x^power; a fractional power of what may be negative is unknown."""
    if power < 0:
        return _inverse(_power(x, -power))
    p, q = power.numerator, power.denominator
    if q == 1 and p % 2 == 0:
        size = _size(x)
        return Span(size.lo**p, size.hi**p)
    if q == 1:
        return x.rising(lambda end: end**p)
    return (
        x.rising(lambda end: end if end.is_zero() or not end.is_finite() else end.root(q) ** p)
        if x.lo >= 0
        else _everything()
    )


def _size(x: Span) -> Span:
    """|x|."""
    if x.lo >= 0:
        return x
    return -x if x.hi <= 0 else Span(as_span(0).lo, (-x.lo).max(x.hi))


def _rising(name: str, at_minus: int | None, at_plus: int | None) -> Enclosure:
    """Return the extension of an increasing function, given its limits at both ends; None is infinite."""

    def image(end: Ball) -> Ball:
        if end.is_finite():
            return getattr(end, name)()
        limit = at_plus if end > 0 else at_minus
        return end if limit is None else library().arb(limit)

    return lambda x: x.rising(image)


def _cosh(x: Span) -> Span:
    return _rising("cosh", None, None)(_size(x))


def _log(x: Span) -> Span:
    return _rising("log", None, None)(x) if x.lo > 0 else _everything()


def _wave(name: str) -> Enclosure:
    """Return the extension of sin or cos, [-1, 1] on an unbounded span."""

    def image(x: Span) -> Span:
        if not (x.lo.is_finite() and x.hi.is_finite()):
            return Span.between(-1, 1)
        whole = getattr(x.lo.union(x.hi), name)()
        return Span(whole.lower(), whole.upper())

    return image


FUNCTIONS: Mapping[str, Enclosure] = MappingProxyType(
    {
        "tanh": _rising("tanh", -1, 1),
        "erf": _rising("erf", -1, 1),
        "exp": _rising("exp", 0, None),
        "sinh": _rising("sinh", None, None),
        "asinh": _rising("asinh", None, None),
        "atan": lambda x: x.rising(lambda end: end.atan()),
        "cosh": _cosh,
        "log": _log,
        "Abs": _size,
        "sin": _wave("sin"),
        "cos": _wave("cos"),
    }
)
