"""Prove that a gap is >= 0 on an unbounded domain, and write the proof down as boxes with lower bounds.

A box is settled by the first rule that gives a bound > 0, else cut in two; a midpoint or corner at which the gap is
negative ends the search with that point, too many boxes end it undecided. At an edge where the gap vanishes, its
first derivative that does not is bounded instead; beyond the boxes an argument of two lines bounds the tail.
The rules are those that `checker` lists. Needs the extra `proof`.
"""

from __future__ import annotations

import decimal
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from types import MappingProxyType
from typing import Any, TypeAlias

from alphalab.claims.certificates.spans import BITS, Number, Series, Span, as_span, library, tanh

MOST_BOXES, DIGITS = 1000, 6
Side: TypeAlias = tuple[Fraction, Fraction]


class ViolatedError(ValueError):
    """The claim is false, and the message says where."""


class UndecidedError(ValueError):
    """The method neither proves nor refutes the claim."""


@dataclass(frozen=True)
class Subject:
    """A claim `left >= c right` as the prover sees it.

    gap        (c, *point) -> left - c right;   start  where the tail begins;   tail  what has to be >= 0 there
    far        for two variables: the gap in (alpha, 1 - x), exactly 0 where 1 - x is
    statement  with {c} for the factor;   argument  why the tail follows
    """

    statement: str
    variables: tuple[str, ...]
    gap: Callable[..., Number]
    start: int
    argument: str
    tail: Callable[[Number, Number], Number]
    far: Callable[..., Number] | None = None


def _far(c: Number, alpha: Number, y: Number) -> Number:
    """The gap of `concavity` with tanh a - tanh b = tanh(a - b) (1 - tanh a tanh b), exactly 0 at y = 0."""
    top, x = tanh(alpha), 1 - y
    return (1 - c * x) * top - tanh(alpha * y) * (1 - top * tanh(alpha * x))


SUBJECTS: Mapping[str, Subject] = MappingProxyType(
    {
        "concavity": Subject(
            "tanh(alpha x) >= {c}x tanh(alpha) for all alpha > 0 and 0 <= x <= 1",
            ("alpha", "x"),
            lambda c, alpha, x: tanh(alpha * x) - c * x * tanh(alpha),
            4,
            "the gap increases with alpha: its derivative is x (sech^2(alpha x) - c sech^2(alpha)), c <= 1",
            lambda c, start: 1 - c,
            _far,
        ),
        "ratio-decreases": Subject(
            "tanh(t) >= {c}t sech^2(t) for all t >= 0",
            ("t",),
            lambda c, t: tanh(t) - c * t * (1 - tanh(t) * tanh(t)),
            2,
            "tanh(t) increases, t sech^2(t) <= 4 t exp(-2t), which decreases from t = 1/2 on",
            lambda c, start: tanh(start) - c * 4 * start * as_span(-2 * start).rising(lambda end: end.exp()),
        ),
        "phi-concave": Subject(
            "tanh(t) >= {c}t (1 - 3 tanh^2(t)) for all t >= 0",
            ("t",),
            lambda c, t: tanh(t) - c * t * (1 - 3 * tanh(t) * tanh(t)),
            1,
            "3 tanh^2(t) - 1 > 0 and increases, so the right side is negative",
            lambda c, start: 3 * tanh(start) * tanh(start) - 1,
        ),
        "psi-concave": Subject(
            "tanh(t) >= {c}t sech^2(t) (1 - 2 t tanh(t)) for all t >= 0",
            ("t",),
            lambda c, t: tanh(t) - c * t * (1 - tanh(t) * tanh(t)) * (1 - 2 * t * tanh(t)),
            1,
            "2 t tanh(t) - 1 > 0 and increases, so the right side is negative",
            lambda c, start: 2 * start * tanh(start) - 1,
        ),
        "below-identity": Subject(
            "t tanh(t) >= {c}tanh^2(t) for all t >= 0",
            ("t",),
            lambda c, t: t * tanh(t) - c * tanh(t) * tanh(t),
            2,
            "0 < tanh(t) < 1, so t - c tanh(t) > start - c",
            lambda c, start: start - c,
        ),
    }
)


def prove(claim: str, factor: Fraction = Fraction(1)) -> dict[str, Any]:
    """Return the certificate of a claim, `left >= factor right`, ready for JSON.

    Raises ViolatedError naming a point, UndecidedError, or ModuleNotFoundError where python-flint is missing.
    """
    subject = SUBJECTS[claim]
    with library().ctx.workprec(BITS):
        c, boxes = as_span(factor), list(_boxes(subject, as_span(factor)))
        tail = as_span(subject.tail(c, as_span(subject.start)))
        if tail.least() < 0:
            raise UndecidedError(f"{claim}: undecided beyond {subject.variables[0]} = {subject.start}")
        return {
            "claim": claim,
            "statement": subject.statement.replace("{c}", "" if factor == 1 else f"{factor} "),
            "variables": list(subject.variables),
            "factor": str(factor),
            "tail": {"from": str(subject.start), "argument": subject.argument, "bound": _rounded_down(tail)},
            "boxes": boxes,
        }


def _boxes(subject: Subject, c: Span) -> Iterator[dict[str, Any]]:
    """Yield the boxes with their rules and bounds, from the origin outwards."""
    waiting: list[tuple[Side, ...]] = [((Fraction(0), Fraction(subject.start)),)]
    if subject.far:
        corner = _corner(subject, c)
        yield _entry(corner, {"rule": "alpha = 0"}, _steepness(corner[0]))
        waiting = [((corner[0][1], Fraction(subject.start)), corner[1])]
    for _ in range(MOST_BOXES):
        if not waiting:
            return
        sides = waiting.pop()
        found = _rule(subject, c, sides)
        if found is not None and found[1].least() > 0:
            yield _entry(sides, *found)
        else:
            _refuse_negative(subject, c, sides)
            waiting += _halves(sides)
    raise UndecidedError(f"undecided after {MOST_BOXES} boxes near {_point(subject, [low for low, _ in waiting[-1]])}")


def _rule(subject: Subject, c: Span, sides: tuple[Side, ...]) -> tuple[dict[str, str], Span] | None:
    """Return the rule for a box and what it bounds; None where it must be cut first."""
    if not subject.far:
        return _edge(subject, c, sides) if sides[0][0] == 0 else ({"rule": "inside"}, _inside(subject, c, sides))
    (low, high) = sides[1]
    if high - low == 1:
        return None
    if low == 0:
        return {"rule": "x = 0"}, _strip(subject.gap, c, sides[0], high)
    if high == 1:
        return {"rule": "x = 1"}, _strip(subject.far, c, sides[0], 1 - low)
    return {"rule": "inside"}, _inside(subject, c, sides)


def _halves(sides: tuple[Side, ...]) -> list[tuple[Side, ...]]:
    """Cut across the longer side, lengths of alpha taken relative to alpha; the half nearer 0 is next."""
    lengths = [high - low for low, high in sides]
    if len(sides) == 2:
        lengths[0] /= sides[0][1]
    axis = lengths.index(max(lengths))
    low, high = sides[axis]
    return [(*sides[:axis], half, *sides[axis + 1 :]) for half in (((low + high) / 2, high), (low, (low + high) / 2))]


def _wide(side: Side) -> Span:
    return Span.between(*side)


def _middle(side: Side) -> Fraction:
    return (side[0] + side[1]) / 2


def _inside(subject: Subject, c: Span, sides: tuple[Side, ...]) -> Span:
    """The mean value form around the midpoint."""
    value = subject.gap(c, *(as_span(_middle(side)) for side in sides))
    for i, side in enumerate(sides):
        point = [Series.variable(_wide(s), 1) if i == j else _constant(_wide(s)) for j, s in enumerate(sides)]
        value += subject.gap(c, *point).terms[1] * (_wide(side) - as_span(_middle(side)))
    return value


def _constant(value: Number) -> Series:
    return Series((value, 0 * value))


def _edge(subject: Subject, c: Span, sides: tuple[Side, ...]) -> tuple[dict[str, str], Span] | None:
    """The first coefficient that is not exactly 0 at t = 0, over the whole box."""
    start = subject.gap(c, Series.variable(as_span(0), 4)).terms
    order = next((k for k, term in enumerate(start) if not term.is_zero()), None)
    if not order:
        return None
    over = subject.gap(c, Series.variable(_wide(sides[0]), order)).terms[order]
    return {"rule": "edge", "order": str(order)}, over


def _strip(formula: Callable[..., Number], c: Span, alpha: Side, width: Fraction) -> Span:
    """The first coefficient in z on [0, width], by the mean value theorem in alpha; -1 where the gap is not 0 at 0."""
    over, z, middle = _wide(alpha), Span.between(0, width), as_span(_middle(alpha))
    if not formula(c, over, as_span(0)).is_zero():
        return as_span(-1)
    value = formula(c, _constant(middle), Series.variable(z, 1)).terms[1]
    inner = Series.variable(over, 1)
    outer = Series((_constant(z), _constant(as_span(1))))
    slope = formula(c, Series((inner, 0 * inner)), outer).terms[1].terms[1]
    return value + slope * (over - middle)


def _steepness(alpha: Side) -> Span:
    """-2 tanh'''(y) - y tanh''''(y) for y in [0, alpha]; the checker's `_corner` says why."""
    u = tanh(Series.variable(_wide(alpha), 4)).terms
    return -12 * u[3] - 24 * _wide(alpha) * u[4]


def _corner(subject: Subject, c: Span) -> tuple[Side, Side]:
    """Return the largest box [0, 2^-k] x [0, 1] that the rule for alpha = 0 settles."""
    sides: tuple[Side, Side] = ((Fraction(0), Fraction(subject.start)), (Fraction(0), Fraction(1)))
    for k in range(10):
        _refuse_negative(subject, c, sides)
        if (1 - c).is_zero() and _steepness(sides[0]).least() > 0:
            return sides
        sides = ((Fraction(0), Fraction(1, 2**k)), sides[1])
    raise UndecidedError(f"undecided near {_point(subject, [Fraction(0), Fraction(1, 2)])}")


def _refuse_negative(subject: Subject, c: Span, sides: tuple[Side, ...]) -> None:
    """Raise ViolatedError where the gap is negative at the midpoint or a corner."""
    for point in ([_middle(side) for side in sides], *product(*sides)):
        value = as_span(subject.gap(c, *map(as_span, point)))
        if value.greatest() < 0:
            raise ViolatedError(f"violated at {_point(subject, point)}: left - right = {value.hi.str(5, radius=False)}")


def _point(subject: Subject, point: Any) -> str:
    return ", ".join(f"{name} = {value}" for name, value in zip(subject.variables, point, strict=True))


def _entry(sides: tuple[Side, ...], rule: dict[str, str], found: Span) -> dict[str, Any]:
    return {"box": [[str(low), str(high)] for low, high in sides], **rule, "bound": _rounded_down(found)}


def _rounded_down(found: Span) -> str:
    """Return a decimal a little below the lower end, with DIGITS digits; exactly 0 for 0."""
    mantissa, exponent = found.least().man_exp()
    exact = int(mantissa) * Fraction(2) ** int(exponent)
    down = decimal.Context(prec=DIGITS, rounding=decimal.ROUND_FLOOR)
    return f"{down.divide(decimal.Decimal(exact.numerator), decimal.Decimal(exact.denominator)):f}"
