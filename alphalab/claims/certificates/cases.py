r"""A formula with Max, Min, Abs and sign on (0, 1] as cases of smooth ones, and a yes or no about it.

    Switch(gap, low, high)     low where gap < 0, high where gap > 0;   a leaf is a smooth formula in u > 0
    decide(holds, breaks, f)   holds(f, region) on all of (0, 1] by plain forms, else on boxes that cover it by balls;
                               breaks(f, box) is a failure at points of a box, shown by balls of f itself

Boxes are cut in two until each is settled, the large ones first; no place of a switch is ever solved for.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

import sympy as sp

from alphalab.claims.certificates.balls import BITS, POSITIVE, Ball, is_installed, series
from alphalab.claims.certificates.boxes import Box
from alphalab.claims.certificates.signs import Plain, derivative, sign_of
from alphalab.claims.certificates.spans import ball, library

MOST_BOXES, MOST_CASES, MOST_ZEROS = 2000, 64, 8
NARROWEST = Fraction(1, 2**50)
SWITCHES = (sp.Max, sp.Min, sp.Abs, sp.sign)
PARAMETERS = (1, Fraction(1, 8), 8)


@dataclass(frozen=True)
class Switch:
    """`low` where gap < 0, `high` where gap > 0; where gap = 0 both, or `at`, where sigma jumps."""

    gap: sp.Expr
    low: Cases
    high: Cases
    at: Cases | None = None


Cases: TypeAlias = sp.Expr | Switch
Region: TypeAlias = Plain | Box


@dataclass(frozen=True)
class Answer:
    """What was found, and in a few words why."""

    found: str
    because: str = ""

    @property
    def holds(self) -> bool:
        """Whether it is proved or certified."""
        return self.found in ("proved", "certified")


def cases(formula: sp.Expr, known: frozenset[sp.Expr] = frozenset(), depth: int = 1) -> Cases:
    """Return the cases of a formula in u > 0, where every gap in `known` is >= 0; raises ValueError for too many."""
    switch = next((part for part in sp.postorder_traversal(formula) if isinstance(part, SWITCHES)), None)
    if switch is None:
        return formula
    if 2**depth > MOST_CASES:
        raise ValueError(f"more than {MOST_CASES} cases")
    first, *others = switch.args
    low, high, at = {
        sp.Abs: lambda: (-first, first, None),
        sp.sign: lambda: (sp.S.NegativeOne, sp.S.One, sp.S.Zero),
        sp.Max: lambda: (sp.Max(*others), sp.Max(first, *others[1:]), None),
        sp.Min: lambda: (sp.Min(first, *others[1:]), sp.Min(*others), None),
    }[type(switch)]()
    gap = sp.expand(first - others[0] if others else first)

    def chosen(choice: sp.Expr, sign: int) -> Cases:
        return cases(formula.xreplace({switch: choice}), known | {sp.expand(sign * gap)}, depth + 1)

    if gap in known or sp.expand(-gap) in known:
        return chosen(high, 1) if gap in known else chosen(low, -1)
    return Switch(gap, chosen(low, -1), chosen(high, 1), None if at is None else chosen(at, 1))


def settled(f: Cases, region: Region) -> Cases:
    """Return the one case that holds on all of a region, or the first switch that is not decided there."""
    while isinstance(f, Switch):
        sign = region.sign(f.gap) if f.at is None else region.strict(f.gap)
        if sign is None:
            return f
        f = f.low if sign < 0 else f.high if sign > 0 or f.at is None else f.at
    return f


def near_zero(f: Cases) -> sp.Expr | None:
    """Return the smooth formula that holds on some (0, w]; None where that is not decided."""
    while isinstance(f, Switch):
        at_zero = (sign_of(derivative(f.gap, k).subs(POSITIVE, 0)) for k in range(MOST_ZEROS))
        sign = next((sign for sign in at_zero if sign != 0), None)
        if sign is None:
            return None
        f = f.high if sign > 0 else f.low
    return f


def leaves(f: Cases, region: Region) -> list[sp.Expr]:
    """Return every smooth formula that may hold somewhere on a region."""
    f = settled(f, region)
    return [*leaves(f.low, region), *leaves(f.high, region)] if isinstance(f, Switch) else [f]


def value(f: Cases, point: Fraction) -> Ball:
    """Return the ball of f at a point of (0, 1]; where a gap may be 0, of all that f may be."""
    if not isinstance(f, Switch):
        return series(f, ball(point), 1)[0]
    gap = series(f.gap, ball(point), 1)[0]
    if gap > 0 or gap < 0:
        return value(f.high if gap > 0 else f.low, point)
    if gap.is_zero() and f.at is not None:
        return value(f.at, point)
    both = value(f.low, point).union(value(f.high, point))
    return both if f.at is None else both.union(value(f.at, point))


# ---------------------------------------------------------------- a yes or no


def failure(point: Fraction, why: str) -> Answer:
    """Return the answer that names a point of failure, and what is wrong there."""
    return Answer(f"fails at u = {point}", why)


Holds: TypeAlias = Callable[[Cases, Region], bool]
Breaks: TypeAlias = Callable[[Cases, Box], Answer | None]


def decide(holds: Holds, breaks: Breaks, formula: sp.Expr, name: str) -> Answer:
    """Return whether a formula in u > 0 has a property on (0, 1]: proved, certified, a failure, or undecided."""
    try:
        f, plain = cases(formula), Plain()
    except ValueError as reason:
        return Answer("undecided", f"{name}: {reason}")
    if holds(f, plain):
        used = {f"sigma{chr(39) * order}": form for (_, order), form in plain.shown.items()}
        shown = [f"{what} = {form}" for what, form in used.items() if name.startswith(f"{what} ")]
        return Answer("proved", "; ".join(shown))
    if not is_installed():
        return Answer("undecided", 'balls need the extra: pip install -e ".[proof]"')
    with library().ctx.workprec(BITS):
        if parameters := sorted(formula.free_symbols - {POSITIVE}, key=str):
            return _for_some(holds, breaks, formula, parameters, name)
        return _by_boxes(holds, breaks, f, name)


def _by_boxes(holds: Holds, breaks: Breaks, f: Cases, name: str) -> Answer:
    """Cut (0, 1] into boxes until every one is settled, one shows a failure, or there are too many."""
    waiting, count = deque([Box(Fraction(0), Fraction(1))]), 0
    while waiting and count < MOST_BOXES:
        box, count = waiting.popleft(), count + 1
        if holds(f, box):
            continue
        if (failed := breaks(f, box)) is not None:
            return failed
        waiting += box.halves()
        if box.high - box.low < NARROWEST:
            break
    if not waiting:
        return Answer("certified", f"{name} on {count} boxes")
    return Answer("undecided", f"{name}: open near u = {float(waiting[-1].middle):.6g} after {count} boxes")


def _for_some(holds: Holds, breaks: Breaks, formula: sp.Expr, parameters: list[sp.Symbol], name: str) -> Answer:
    """Return a failure at some values of the parameters; undecided where there is none, for they have no end."""
    for number in PARAMETERS:
        at = dict.fromkeys(parameters, sp.Rational(number))
        found = _by_boxes(holds, breaks, cases(formula.subs(at)), name)
        if found.found.startswith("fails"):
            where = ", ".join(f"{symbol} = {number}" for symbol in parameters)
            return Answer(found.found, f"{found.because}, at {where}")
    return Answer("undecided", f"{name}: not plain for all {', '.join(map(str, parameters))} > 0")
