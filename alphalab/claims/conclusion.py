r"""What a proof ends in: right - left of its claim, as a sum of products of gaps that are not negative.

    right - left = sum over terms of  weight * gap * gap ...        weight >= 0,  gap = high - low of a named fact

A fact is data, its kind and arguments; `FACTS` makes the gap, so that no formula can be slipped in:

    cite(key)                        a claim of the ledger, as it stands there, itself closed
    given(name)                      a line of `facts.table`: what an assumption says
    plain(e)                         e >= 0 from factors of plain sign
    grown(F, x, slope, at)           F(0) = 0 and F' = slope >= 0:                     F(at) >= 0
    rising(f, x, slope, high, low, room)    f' = slope >= 0, high >= low:              f(high) >= f(low)
    chord(f, x, bend, top, at, room)        f'' = bend <= 0, f(0) = 0, at <= top:      top f(at) >= at f(top)
    ratio(f, g, g', x, slope, high, low, room)   f' g - f g' = slope >= 0, both 0 at 0, g' > 0:  f(high) g(low) >= ...
    tangent(f, x, bend, point, at)          f'' = bend of one sign: f lies on one side of its tangent
    squares(s, p, sign, room)        s >= 0, s^2 >= p^2:                               s >= p
    power(base, exponent, sign)      base >= 0:                                        base^exponent >= 0
    contracts(base, exponent, sign, room)    0 <= base <= 1:                           1 >= base^exponent
    covers(top, m, fact, ...)        top - e >= 0 for each that the maximum m is over: top >= m
    combined(term, ...)              a sum of terms is at least 0
    largest(m, e), smallest(m, e)    a maximum is at least, a minimum at most, what it is taken over
    case(e), supposed()              what a case distinction or an induction supposes

A slope is a formula of plain sign, or (weight, fact): a product with another gap. Source: theory, "How to prove".
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import sympy as sp

from alphalab.claims.identity import vanishes, vanishes_in_exp
from alphalab.claims.notation import Formula, Quantity, expand
from alphalab.claims.proof import Sign, Step


@dataclass(frozen=True)
class Fact:
    """An inequality as data."""

    kind: str
    arguments: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Term:
    """weight * gap * gap ..., summed over what `over` names, innermost first: components, pairs, tensors, steps."""

    weight: Formula
    facts: tuple[Fact, ...]
    over: tuple[str, ...] = ()


@dataclass(frozen=True)
class Split:
    """A case distinction: what is concluded where `formula` is at least 0, and where it is at most 0."""

    formula: Formula
    above: Terms
    below: Terms


Terms: TypeAlias = "tuple[Term, ...] | Split"


@dataclass(frozen=True)
class Root:
    """A letter written as `formula` in `y`, where y is `inverse` > 0 in that letter: h and its inverse."""

    letter: sp.Symbol
    formula: Formula
    y: sp.Symbol
    inverse: Formula


@dataclass(frozen=True)
class Conclusion:
    """scale (right - left) = the sum of the terms, in the letters of the claim.

    at          letters written out, (letter, formula): an assumption of the claim must set them
    telescopes  "x" or "z": Delta is T times the mean decrease of f at that point, and what is left at the end
    root        see `Root`
    held        letters of means that stay as they are, (letter, multiplier): multiplier * (mean - letter) = 0 is added
    start       of an induction over T, whose step is `terms`: what is concluded at its beginning
    """

    terms: Terms
    scale: Formula = sp.Integer(1)
    at: tuple[tuple[sp.Symbol, Formula], ...] = ()
    telescopes: str = ""
    root: Root | None = None
    held: tuple[tuple[sp.Symbol, Formula], ...] = ()
    start: Terms | None = None


def facts_of(terms: Terms) -> tuple[Fact, ...]:
    """Return every fact of the terms, of both cases of a distinction, those that facts are made from as well."""
    if isinstance(terms, Split):
        return (*facts_of(terms.above), *facts_of(terms.below))
    found = [fact for term in terms if isinstance(term, Term) for fact in term.facts if isinstance(fact, Fact)]
    return tuple(fact for one in found for fact in (one, *_within(one.arguments)))


def _within(arguments: Any) -> tuple[Fact, ...]:
    if isinstance(arguments, Fact):
        return (arguments, *_within(arguments.arguments))
    if isinstance(arguments, Term):
        return _within(arguments.facts)
    return tuple(fact for one in arguments for fact in _within(one)) if isinstance(arguments, tuple) else ()


def cited(conclusion: Conclusion) -> tuple[str, ...]:
    """Return the keys of the claims that a conclusion cites, each once."""
    facts = (*facts_of(conclusion.terms), *facts_of(conclusion.start or ()))
    return tuple(dict.fromkeys(fact.arguments[0] for fact in facts if fact.kind == "cite" and fact.arguments))


# ---------------------------------------------------------------- what a fact makes


@dataclass(frozen=True)
class Made:
    """gap >= 0, if every check holds and every hypothesis that is needed is given."""

    gap: Formula
    checks: tuple[bool | Step, ...] = ()
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
    """A fact that cannot be made; the message says why."""


def make(setting: Setting, fact: Fact) -> Made:
    """Return what a fact says; raises NoFactError where it is none."""
    if not isinstance(fact, Fact) or fact.kind not in FACTS:
        raise NoFactError(f"{getattr(fact, 'kind', fact)!s} is no kind of fact")
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
    inner = make(setting, fact)
    return weight * inner.gap, Made(inner.gap, (*inner.checks, Sign("weight of the slope", weight)), inner.needs)


def _grown(setting: Setting, function: Formula, x: sp.Symbol, slope: Any, at: Formula) -> Made:
    rise, why = _slope(setting, slope)
    same = vanishes_in_exp(sp.diff(function, x) - rise)
    checks = (vanishes(function.subs(x, 0)), same, *why.checks, *_inside(x, at))
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
    at_high, at_low = ({x: high}, {x: low})
    return Made(f.subs(at_high) * g.subs(at_low) - f.subs(at_low) * g.subs(at_high), checks, why.needs | above.needs)


def _tangent(setting: Setting, function: Formula, x: sp.Symbol, bend: Formula, point: Formula, at: Formula) -> Made:
    line = (function + sp.diff(function, x) * (at - x)).subs(x, point)
    side = 1 if bend.is_nonpositive else -1
    checks = (
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


def _covers(setting: Setting, top: Formula, whole: Formula, *rooms: Fact) -> Made:
    made = [make(setting, room) for room in rooms]
    each = whole.args if isinstance(whole, sp.Max) else ()
    met = all(any(vanishes(expand(top - one - room.gap)) for room in made) for one in each)
    checks = (bool(each) and met, *(check for room in made for check in room.checks))
    return Made(top - whole, checks, frozenset().union(*(room.needs for room in made)))


def _combined(setting: Setting, *terms: Term) -> Made:
    gap, checks, needs = sp.Integer(0), [], frozenset()
    for one in terms:
        made = [make(setting, fact) for fact in one.facts]
        gap += one.weight * sp.Mul(*(fact.gap for fact in made))
        checks += [Sign("weight", one.weight), not one.over, *(check for fact in made for check in fact.checks)]
        needs = needs.union(*(fact.needs for fact in made))
    return Made(gap, tuple(checks), needs)


def _largest(setting: Setting, whole: Formula, one: Formula) -> Made:
    return Made(whole - one, (isinstance(whole, sp.Max) and one in whole.args,))


def _smallest(setting: Setting, whole: Formula, one: Formula) -> Made:
    return Made(one - whole, (isinstance(whole, sp.Min) and one in whole.args,))


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


def _maker(kind: str) -> Callable[..., Fact]:
    return lambda *arguments: Fact(kind, arguments)


(
    cite,
    given,
    plain,
    grown,
    rising,
    chord,
    ratio,
    tangent,
    squares,
    power,
    contracts,
    covers,
    combined,
    largest,
    smallest,
    case,
    supposed,
) = map(_maker, FACTS)


def term(weight: Any, *facts: Fact, over: str = "") -> Term:
    """Return a term; `over` names its sums, innermost first, with a space between."""
    return Term(sp.sympify(weight), facts, tuple(over.split()))


def means(quantities: tuple[Quantity, ...]) -> dict[sp.Symbol, Formula]:
    """Return letter -> what it is the mean of."""
    return {quantity.symbol: quantity.mean_of for quantity in quantities if quantity.mean_of is not None}
