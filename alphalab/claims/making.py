"""How a fact becomes a gap >= 0: from the ledger, from the table, or by checking its hypotheses. Source: theory."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sympy as sp

from alphalab.claims.conclusion import Fact, Term
from alphalab.claims.identity import vanishes, vanishes_in_exp
from alphalab.claims.notation import Formula, expand
from alphalab.claims.proof import Sign


@dataclass(frozen=True)
class Made:
    """gap >= 0, if every check holds and every hypothesis that is needed is given."""

    gap: Formula
    checks: tuple[bool | Sign, ...] = ()
    needs: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Setting:
    """What facts are made from: sides of claims by key, lines of the table, what is supposed here."""

    sides: Mapping[str, tuple[Formula, Formula]]
    lines: Mapping[str, tuple[Formula, frozenset[str]]]
    cases: tuple[Formula, ...] = ()
    supposed: Formula | None = None
    letters: Mapping[str, Mapping[sp.Symbol, Formula]] = field(default_factory=dict)


class NoFactError(Exception):
    """A fact that cannot be made, and why."""


def make(setting: Setting, fact: Fact) -> Made:
    """Return what a fact says; raises NoFactError where it is none."""
    if not isinstance(fact, Fact) or fact.kind not in FACTS:
        raise NoFactError(f"{getattr(fact, 'kind', fact)} is no kind of fact")
    try:
        inspect.signature(FACTS[fact.kind]).bind(setting, *fact.arguments)
    except TypeError as error:
        raise NoFactError(f"{fact.kind}: {error}") from None
    return FACTS[fact.kind](setting, *fact.arguments)


def _cite(setting: Setting, key: str, seen: str = "") -> Made:
    if key not in setting.sides:
        raise NoFactError(f"{key} is no claim with two sides")
    left, right = setting.sides[key]
    if seen not in setting.letters:
        raise NoFactError(f"nothing is known of what a step sees as {seen!r}")
    return Made((right - left).subs(setting.letters[seen], simultaneous=True))


def _given(setting: Setting, name: str) -> Made:
    if name not in setting.lines:
        raise NoFactError(f"no line of the table is called {name!r}")
    gap, needs = setting.lines[name]
    return Made(gap, needs=needs)


def _plain(setting: Setting, expression: Formula) -> Made:
    return Made(expression, (Sign("of plain sign", expression),))


def _slope(setting: Setting, slope: Any) -> tuple[Formula, Made]:
    """Return a slope >= 0 and what says so: a formula of plain sign, or (weight, fact)."""
    if not isinstance(slope, tuple):
        return slope, Made(slope, (Sign("it increases", slope),))
    weight, fact = slope
    made = make(setting, fact)
    return weight * made.gap, Made(made.gap, (*made.checks, Sign("weight of the slope", weight)), made.needs)


def _grown(setting: Setting, function: Formula, x: sp.Symbol, slope: Any, at: Formula) -> Made:
    rise, why = _slope(setting, slope)
    checks = (vanishes(function.subs(x, 0)), vanishes_in_exp(sp.diff(function, x) - rise), *why.checks, *_inside(x, at))
    return Made(function.subs(x, at), checks, why.needs)


def _inside(x: sp.Symbol, *points: Formula) -> tuple[Sign, ...]:
    """Points of the domain: those that are at least 0 where x is."""
    return tuple(Sign("in the domain", point) for point in points) if x.is_nonnegative else ()


def _rising(
    setting: Setting,
    function: Formula,
    x: sp.Symbol,
    slope: Any,
    high: Formula,
    low: Formula,
    room: tuple[Formula, Fact],
) -> Made:
    rise, why = _slope(setting, slope)
    factor, fact = room
    above = make(setting, fact)
    checks = (
        vanishes_in_exp(sp.diff(function, x) - rise),
        vanishes(expand(high - low - factor * above.gap)),
        Sign("factor", factor),
        *why.checks,
        *above.checks,
        *_inside(x, low),
    )
    return Made(function.subs(x, high) - function.subs(x, low), checks, why.needs | above.needs)


def _chord(
    setting: Setting, function: Formula, x: sp.Symbol, bend: Formula, top: Formula, at: Formula, room: Fact
) -> Made:
    below = make(setting, room)
    checks = (
        vanishes_in_exp(sp.diff(function, x, 2) - bend),
        vanishes(function.subs(x, 0)),
        vanishes(below.gap - (top - at)),
        Sign("it is concave", bend, "<="),
        x.is_nonnegative is True,
        *_inside(x, at),
        *below.checks,
    )
    return Made(top * function.subs(x, at) - at * function.subs(x, top), checks, below.needs)


def _ratio(
    setting: Setting,
    f: Formula,
    g: Formula,
    widens: Formula,
    x: sp.Symbol,
    slope: Any,
    high: Formula,
    low: Formula,
    room: tuple[Formula, Fact],
) -> Made:
    rise, why = _slope(setting, slope)
    factor, fact = room
    above = make(setting, fact)
    checks = (
        vanishes_in_exp(sp.diff(f, x) * g - f * sp.diff(g, x) - rise),
        vanishes(f.subs(x, 0)) and vanishes(g.subs(x, 0)),
        vanishes(expand(high - low - factor * above.gap)),
        vanishes_in_exp(sp.diff(g, x) - widens),
        Sign("the denominator increases", widens),
        Sign("factor", factor),
        *why.checks,
        *above.checks,
        *_inside(x, low),
    )
    crossed = f.subs(x, high) * g.subs(x, low) - f.subs(x, low) * g.subs(x, high)
    return Made(crossed, checks, why.needs | above.needs)


def _tangent(setting: Setting, function: Formula, x: sp.Symbol, bend: Formula, point: Formula, at: Formula) -> Made:
    line = (function + sp.diff(function, x) * (at - x)).subs(x, point)
    side = 1 if bend.is_nonpositive else -1
    checks: tuple[bool | Sign, ...] = (
        vanishes_in_exp(sp.diff(function, x, 2) - bend),
        bool(bend.is_nonpositive or bend.is_nonnegative),
        *_inside(x, point, at),
    )
    return Made(side * (line - function.subs(x, at)), checks)


def _squares(setting: Setting, high: Formula, low: Formula, sign: Fact, room: Fact) -> Made:
    at_least, above = make(setting, sign), make(setting, room)
    same = (vanishes(expand(at_least.gap - high)), vanishes(expand(high**2 - low**2 - above.gap)))
    return Made(high - low, (*same, *at_least.checks, *above.checks), at_least.needs | above.needs)


def _power(setting: Setting, base: Formula, exponent: Formula, sign: Fact) -> Made:
    at_least = make(setting, sign)
    return Made(base**exponent, (vanishes(expand(at_least.gap - base)), *at_least.checks), at_least.needs)


def _contracts(setting: Setting, base: Formula, exponent: Formula, sign: Fact, room: Fact) -> Made:
    at_least, at_most = make(setting, sign), make(setting, room)
    same = (
        vanishes(expand(at_least.gap - base)),
        vanishes(expand(at_most.gap - (1 - base))),
        exponent.is_nonnegative is True,
    )
    return Made(1 - base**exponent, (*same, *at_least.checks, *at_most.checks), at_least.needs | at_most.needs)


def _covers(setting: Setting, end: Formula, whole: Formula, *rooms: Fact) -> Made:
    made = [make(setting, room) for room in rooms]
    sign = 1 if isinstance(whole, sp.Max) else -1
    each: tuple[Formula, ...] = whole.args if isinstance(whole, sp.Max | sp.Min) else ()
    met = all(any(vanishes(expand(sign * (end - one) - room.gap)) for room in made) for one in each)
    checks = (bool(each) and met, *(check for room in made for check in room.checks))
    return Made(sign * (end - whole), checks, frozenset().union(*(room.needs for room in made)))


def _combined(setting: Setting, *terms: Term) -> Made:
    gap, checks, needs = sp.Integer(0), list[bool | Sign](), frozenset[str]()
    for one in terms:
        made = [make(setting, fact) for fact in one.facts]
        gap += one.weight * sp.Mul(*(fact.gap for fact in made))
        checks += [Sign("weight", one.weight), not one.over, *(check for fact in made for check in fact.checks)]
        needs = needs.union(*(fact.needs for fact in made))
    return Made(gap, tuple(checks), needs)


def _largest(setting: Setting, whole: Formula, one: Formula, kind: Any = sp.Max, sign: int = 1) -> Made:
    return Made(sign * (whole - one), (isinstance(whole, kind) and one in whole.args,))


def _smallest(setting: Setting, whole: Formula, one: Formula) -> Made:
    return _largest(setting, whole, one, sp.Min, -1)


def _case(setting: Setting, formula: Formula) -> Made:
    return Made(formula, (any(sp.expand(formula - one) == 0 for one in setting.cases),))


def _supposed(setting: Setting) -> Made:
    if setting.supposed is None:
        raise NoFactError("nothing is supposed outside an induction")
    return Made(setting.supposed)


FACTS: dict[str, Callable[..., Made]] = {
    "cite": _cite,
    "given": _given,
    "plain": _plain,
    "grown": _grown,
    "rising": _rising,
    "chord": _chord,
    "ratio": _ratio,
    "tangent": _tangent,
    "squares": _squares,
    "power": _power,
    "contracts": _contracts,
    "covers": _covers,
    "combined": _combined,
    "largest": _largest,
    "smallest": _smallest,
    "case": _case,
    "supposed": _supposed,
}
