"""Re-check an interval certificate with nothing but fractions and, through `jets`, mpmath's intervals.

A certificate says that a gap is >= 0 on an unbounded domain. It lists boxes with rational corners, for each a rule
and a lower bound > 0, and a tail. The checker has its own definition of every gap, `gaps`, and believes nothing:

    boxes cover the domain     exactly, in rational arithmetic
    inside                     gap(m) + sum_i d_i gap([box]) ([box_i] - m_i) >= bound            mean value theorem
    edge, order k              gap and k - 1 derivatives are exactly 0 at t = 0, gap^(k)/k! >= bound       Taylor
    x = 0, x = 1               gap is exactly 0 there, the slope away from the edge is >= bound
    alpha = 0                  see `_corner`
    tail                       see `Gap.tail`

Derivatives are coefficients of power series with interval coefficients; no code is shared with the prover.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from alphalab.claims.certificates.gaps import GAPS, Gap
from alphalab.claims.certificates.jets import Arithmetic, Interval, Jet, Side


@dataclass(frozen=True)
class Box:
    """Rational sides, the rule that bounds the gap there, the order of an edge, and the bound."""

    sides: tuple[Side, ...]
    rule: str
    order: int
    bound: Fraction


def check(certificate: str | dict[str, Any], claim: str | None = None, factor: Fraction = Fraction(1)) -> bool:
    """Return True for a valid certificate (JSON text, or what it decodes to) of the claim.

    `claim` is the key expected, else the certificate's own; `factor` is the c of the statement. Raises ValueError
    with one sentence saying what is wrong.
    """
    data = _decoded(certificate)
    name = data["claim"]
    if name not in GAPS or (claim is not None and name != claim):
        raise ValueError(f"the certificate is for {name!r}, expected {claim or ' or '.join(GAPS)}")
    gap = GAPS[name]
    wanted = gap.statement.replace("{c}", "" if factor == 1 else f"{factor} ")
    if data["statement"] != wanted or data["variables"] != list(gap.variables) or _rational(data["factor"]) != factor:
        raise ValueError(f"the certificate of {name!r} states {data['statement']!r}, expected {wanted!r}")
    start, boxes = _tail(data, gap, factor), [_box(entry, gap) for entry in data["boxes"]]
    domain = [(Fraction(0), start), (Fraction(0), Fraction(1))][: len(gap.variables)]
    if not _covered([box.sides for box in boxes], domain):
        raise ValueError(f"the boxes of {name!r} leave a part of the domain uncovered")
    for number, box in enumerate(boxes):
        if not _confirmed(box, gap, factor):
            raise ValueError(f"box {number} of {name!r}: the bound {box.bound} by rule {box.rule!r} is not confirmed")
    return True


KEYS = {"claim", "statement", "variables", "factor", "tail", "boxes"}


def _decoded(certificate: str | dict[str, Any]) -> dict[str, Any]:
    try:
        data = json.loads(certificate) if isinstance(certificate, str) else certificate
    except (json.JSONDecodeError, RecursionError) as error:
        raise ValueError(f"the certificate is not JSON: {error}") from None
    if not isinstance(data, dict) or set(data) != KEYS or not isinstance(data["boxes"], list) or not data["boxes"]:
        raise ValueError(f"a certificate is an object with the keys {', '.join(sorted(KEYS))} and some boxes")
    if not isinstance(data["claim"], str) or not isinstance(data["tail"], dict):
        raise ValueError("the claim of a certificate is a string, its tail an object")
    return data


def _rational(text: Any) -> Fraction:
    """Return p/q or a decimal; no exponents and no long digits, so that nothing explodes."""
    if not isinstance(text, str) or not re.fullmatch(r"-?\d{1,40}(/0*[1-9]\d{0,40}|\.\d{1,40})?", text):
        raise ValueError(f"not a rational number: {str(text)[:60]!r}")
    return Fraction(text)


def _tail(data: dict[str, Any], gap: Gap, factor: Fraction) -> Fraction:
    """Return where the tail starts, once its bound is confirmed."""
    tail = data["tail"]
    if set(tail) != {"from", "argument", "bound"} or tail["argument"] != gap.argument:
        raise ValueError(f"the tail of {data['claim']!r} must give from, bound and the argument {gap.argument!r}")
    A, start, bound = Arithmetic(), _rational(tail["from"]), _rational(tail["bound"])
    if start <= 0 or bound < 0 or not gap.tail(A, A.number(factor), A.number(start)).a >= A.number(bound).b:
        raise ValueError(f"the tail of {data['claim']!r} beyond {start}: the bound {bound} is not confirmed")
    return start


def _box(entry: Any, gap: Gap) -> Box:
    try:
        sides = tuple((_rational(low), _rational(high)) for low, high in entry["box"])
        box = Box(sides, str(entry["rule"]), int(entry.get("order", "0")), _rational(entry["bound"]))
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ValueError(f"a box needs box, rule, bound, and an order where it is an edge: {error}") from None
    if len(sides) != len(gap.variables) or any(low >= high for low, high in sides) or not 0 <= box.order <= 9:
        raise ValueError(f"a box of this claim has {len(gap.variables)} sides low < high, got {entry['box']}")
    if box.bound <= 0:
        raise ValueError(f"a bound must be > 0, got {box.bound}")
    return box


def _covered(boxes: Sequence[tuple[Side, ...]], domain: Sequence[Side]) -> bool:
    """Whether the union of the boxes contains the domain: slab by slab along the first axis, then the others."""
    if not domain:
        return bool(boxes)
    (low, high), rest = domain[0], domain[1:]
    cuts = sorted({low, high, *(cut for box in boxes for cut in box[0] if low < cut < high)})
    return all(
        _covered([box[1:] for box in boxes if box[0][0] <= left and right <= box[0][1]], rest)
        for left, right in pairwise(cuts)
    )


def _confirmed(box: Box, gap: Gap, factor: Fraction) -> bool:
    """Whether the rule applies to the box, and gives at least the bound."""
    A = Arithmetic()
    rules: dict[str, Callable[[Arithmetic, Box, Gap, Interval], Interval | None]] = {
        "inside": _inside,
        "edge": _edge if len(box.sides) == 1 else _never,
        "x = 0": _strip if gap.far and box.sides[1][0] == 0 else _never,
        "x = 1": _strip if gap.far and box.sides[1][1] == 1 else _never,
        "alpha = 0": _corner if gap.far and box.sides[0][0] == 0 and box.sides[1] == (0, 1) else _never,
    }
    found = rules.get(box.rule, _never)(A, box, gap, A.number(factor))
    return found is not None and bool(found.a >= A.number(box.bound).b)


def _never(A: Arithmetic, box: Box, gap: Gap, c: Interval) -> None:
    """The rule does not apply to this box."""


def _middle(A: Arithmetic, side: Side) -> Interval:
    return A.number((side[0] + side[1]) / 2)


def _constant(A: Arithmetic, value: Interval) -> Jet:
    return Jet(A, [value, 0 * value])


def _is_zero(value: Interval) -> bool:
    return bool(value.a == 0) and bool(value.b == 0)


def _inside(A: Arithmetic, box: Box, gap: Gap, c: Interval) -> Interval:
    """gap(m) + sum_i d_i gap([box]) ([box_i] - m_i)."""
    wide, middle = [A.side(side) for side in box.sides], [_middle(A, side) for side in box.sides]
    value = gap.gap(A, c, *middle)
    for i in range(len(wide)):
        point = [A.jet(v, 1) if i == j else _constant(A, v) for j, v in enumerate(wide)]
        value += gap.gap(A, c, *point).c[1] * (wide[i] - middle[i])
    return value


def _edge(A: Arithmetic, box: Box, gap: Gap, c: Interval) -> Interval | None:
    """gap^(k)/k! on [0, t_1], where gap and its first k - 1 derivatives are exactly 0 at 0."""
    start = gap.gap(A, c, A.jet(A.iv.mpf(0), box.order)) if box.order else None
    if start is None or box.sides[0][0] != 0 or not all(map(_is_zero, start.c[: box.order])):
        return None
    return gap.gap(A, c, A.jet(A.side(box.sides[0]), box.order)).c[box.order]


def _strip(A: Arithmetic, box: Box, gap: Gap, c: Interval) -> Interval | None:
    """The slope away from the edge z = 0, z = x or 1 - x, by the mean value theorem in alpha."""
    (low, high), formula = box.sides[1], gap.gap
    if box.rule == "x = 1":
        (low, high), formula = (1 - high, 1 - low), gap.far or gap.gap
    alpha, middle, z = A.side(box.sides[0]), _middle(A, box.sides[0]), A.side((low, high))
    if not _is_zero(formula(A, c, alpha, 0 * z)):
        return None
    value = formula(A, c, _constant(A, middle), A.jet(z, 1)).c[1]
    in_both = Jet(A, [_constant(A, z), _constant(A, A.iv.mpf(1))])
    twice = formula(A, c, _constant(A, A.jet(alpha, 1)), in_both).c[1].c[1]
    return value + twice * (alpha - middle)


def _corner(A: Arithmetic, box: Box, gap: Gap, c: Interval) -> Interval | None:
    """W(y) = -2 tanh'''(y) - y tanh''''(y) on [0, alpha_1], for c = 1 only.

    By Taylor in alpha and the mean value theorem in x, tanh(alpha x) - x tanh(alpha)
    = (alpha^3/6) x (x^2 tanh'''(a x) - tanh'''(a)) = (alpha^3/6) x (1 - x) xi W(a xi), 0 < a < alpha, x < xi < 1.
    """
    y = A.side(box.sides[0])
    u = A.tanh(A.jet(y, 4))
    return -12 * u.c[3] - 24 * y * u.c[4] if _is_zero(1 - c) else None
