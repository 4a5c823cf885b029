"""How a fact becomes a gap >= 0: from the ledger, from the table, or by checking its hypotheses. Source: theory.

Every kind of `conclusion` is a method of `Maker`, which collects on the way what is wrong, what has to be given, and
every formula that is used: each must be a real number, and what these divide by must not be 0.

    variable   of a slope: any number >= 0, or any real one; no letter of what is given, cited or supposed, which is
               known of the values that letters have in a run and of no others
    function   smooth in its variable (`plain.smooth`), so that a slope >= 0 says that it increases
"""

from __future__ import annotations

import functools
import inspect
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import sympy as sp

from alphalab.claims.conclusion import KINDS, Fact, Room, Slope, Term, fits, made_of_terms
from alphalab.claims.facts import written
from alphalab.claims.identity import vanishes, vanishes_in_exp
from alphalab.claims.notation import Formula, expand
from alphalab.claims.plain import plain, signs, smooth

Line: TypeAlias = tuple[Formula, frozenset[Any]]  # what is at least 0, and what has to be given for it


@dataclass(frozen=True)
class Setting:
    """What facts are made from.

    claims, lines   right - left of claims and of lines of the table, by name, and what has to be given for them
    at_T            the claims that are about step T of a run of T steps, which no step of an induction need be
    cases, supposed  what is supposed here;   inductive  within an induction
    """

    claims: Mapping[str, Line]
    lines: Mapping[str, Line]
    at_T: frozenset[str] = frozenset()
    cases: tuple[Formula, ...] = ()
    supposed: Formula | None = None
    inductive: bool = False


class NoFactError(Exception):
    """A fact that cannot be made, and why."""


@dataclass
class Maker:
    """Makes the gaps of one term; what it collects is complete only after the last of them."""

    setting: Setting
    over: tuple[str, ...] = ()
    wrong: list[str] = field(default_factory=list)
    needs: set[Any] = field(default_factory=set)
    used: list[Formula] = field(default_factory=list)
    shown: set[Formula] = field(default_factory=set)
    told: set[sp.Symbol] = field(default_factory=set)
    variables: set[sp.Symbol] = field(default_factory=set)

    def gap(self, fact: Fact) -> Formula:
        """Return what a fact says is at least 0; raises NoFactError where it is none."""
        kind = fact.kind if isinstance(fact, Fact) else None
        if kind not in KINDS:
            raise NoFactError(f"{kind or fact} is no kind of fact")
        make = getattr(self, f"_{kind}")
        try:
            inspect.signature(make).bind(*fact.arguments)
        except TypeError as error:
            raise NoFactError(f"{kind}: {error}") from None
        for argument, expected in zip(fact.arguments, _expected(kind, len(fact.arguments)), strict=True):
            if not fits(argument, expected):
                raise NoFactError(f"{kind}: {argument} is out of place")
            self.used += _formulas(argument)
        gap = make(*fact.arguments)
        self.used.append(gap)
        if kind in ("cite", "given", "case", "supposed"):
            self.told |= gap.free_symbols
        return gap

    def problems(self) -> list[str]:
        """Return what is wrong with the facts made."""
        both = sorted(map(str, self.variables & self.told))
        return [*self.wrong, *(f"{name} is no variable: something is known of it" for name in both)]

    # ------------------------------------------------------------ what is checked

    def holds(self, what: bool, words: str) -> None:
        """Note it where something does not hold."""
        if not what:
            self.wrong.append(words)

    def at_least_0(self, e: Formula, words: str) -> None:
        """Check that a formula has plain sign, and note what that needs."""
        needed = plain(e)
        self.holds(needed is not None, f"{words}: {e} has no plain sign")
        self.needs |= needed or frozenset()

    def equal(self, a: Formula, b: Formula, words: str) -> None:
        """Check that two formulas are equal."""
        self.holds(vanishes(expand(a - b)), f"{words}: {a} is not {b}")

    def function(self, x: sp.Symbol, *functions: Formula, from_0: bool = True) -> None:
        """Check that x is a variable, on [0, inf) or all numbers, and these are smooth functions of it."""
        self.variables.add(x)
        free = signs(x) == signs(sp.Symbol("x", nonnegative=True)) or (not from_0 and x.is_real and x.is_zero is None)
        self.holds(bool(free), f"{x} does not stand for any number{' >= 0' if from_0 else ''}")
        for one in functions:
            self.holds(smooth(one, x), f"{one} is not known to be a smooth function of {x}")

    def rises(self, derivative: Formula, slope: Slope) -> None:
        """Check that a derivative is a slope >= 0: a formula of plain sign, or (weight, fact)."""
        weight, gap = (slope[0], self.gap(slope[1])) if isinstance(slope, tuple) else (slope, sp.Integer(1))
        self.at_least_0(weight, "slope")
        self.used.append(weight * gap)
        self.holds(vanishes_in_exp(derivative - weight * gap), f"{derivative} is not the slope {weight * gap}")

    def inside(self, x: sp.Symbol, *points: Formula) -> None:
        """Check that points lie in the domain of the variable."""
        for point in points:
            if x.is_nonnegative:
                self.at_least_0(point, "in the domain")

    def apart(self, high: Formula, low: Formula, room: Room) -> None:
        """Check that high >= low, by the room between them."""
        factor, fact = room
        self.at_least_0(factor, "factor")
        self.equal(high - low, factor * self.gap(fact), "the room")

    # ------------------------------------------------------------ what is said elsewhere

    def _cite(self, key: str, seen: str = "") -> Formula:
        if key not in self.setting.claims:
            raise NoFactError(f"{key} is no claim with two sides")
        if seen not in written.SEEN:
            raise NoFactError(f"nothing is known of what a step sees as {seen!r}")
        gap, needs = self.setting.claims[key]
        self.holds(
            key not in self.setting.at_T or not (self.setting.inductive or "steps" in self.over),
            f"{key} is about step T, which another step is not",
        )
        if seen:
            beside = needs - {"direction", "normalised"}
            alone = beside <= written.STAYS[seen] and gap.free_symbols <= written.ABOUT[seen]
            self.holds(alone, f"{key} is not about one gradient, which another could replace")
            needs = beside | {f"direction, {seen}"}
        self.needs |= needs
        return gap.subs(written.SEEN[seen], simultaneous=True)

    def _given(self, name: str) -> Formula:
        if name not in self.setting.lines:
            raise NoFactError(f"no line of the table is called {name!r}")
        gap, needs = self.setting.lines[name]
        self.needs |= needs
        return gap

    def _case(self, formula: Formula) -> Formula:
        self.holds(any(sp.expand(formula - one) == 0 for one in self.setting.cases), "a case that is not supposed")
        return formula

    def _supposed(self) -> Formula:
        if self.setting.supposed is None:
            raise NoFactError("nothing is supposed outside an induction")
        return self.setting.supposed

    # ------------------------------------------------------------ functions of a variable

    def _grown(self, function: Formula, x: sp.Symbol, slope: Slope, at: Formula) -> Formula:
        self.function(x, function)
        self.equal(function.subs(x, 0), sp.Integer(0), "at 0")
        self.rises(sp.diff(function, x), slope)
        self.inside(x, at)
        return function.subs(x, at)

    def _rising(
        self, function: Formula, x: sp.Symbol, slope: Slope, high: Formula, low: Formula, room: Room
    ) -> Formula:
        self.function(x, function, from_0=False)
        self.rises(sp.diff(function, x), slope)
        self.apart(high, low, room)
        self.inside(x, low)
        return function.subs(x, high) - function.subs(x, low)

    def _chord(self, function: Formula, x: sp.Symbol, bend: Formula, top: Formula, at: Formula, room: Fact) -> Formula:
        self.function(x, function)
        self.equal(function.subs(x, 0), sp.Integer(0), "at 0")
        self.rises(-sp.diff(function, x, 2), -bend)
        self.apart(top, at, (sp.Integer(1), room))
        self.inside(x, at)
        return top * function.subs(x, at) - at * function.subs(x, top)

    def _ratio(
        self,
        f: Formula,
        g: Formula,
        widens: Formula,
        x: sp.Symbol,
        slope: Slope,
        high: Formula,
        low: Formula,
        room: Room,
    ) -> Formula:
        self.function(x, f, g)
        self.equal(f.subs(x, 0), sp.Integer(0), "at 0")
        self.equal(g.subs(x, 0), sp.Integer(0), "at 0")
        self.rises(sp.diff(g, x), widens)
        self.rises(sp.diff(f, x) * g - f * sp.diff(g, x), slope)
        self.apart(high, low, room)
        self.inside(x, low)
        return f.subs(x, high) * g.subs(x, low) - f.subs(x, low) * g.subs(x, high)

    def _tangent(self, function: Formula, x: sp.Symbol, bend: Formula, point: Formula, at: Formula) -> Formula:
        side = 1 if plain(-bend) is not None else -1
        self.function(x, function, from_0=False)
        self.rises(-side * sp.diff(function, x, 2), -side * bend)
        self.inside(x, point, at)
        line = (function + sp.diff(function, x) * (at - x)).subs(x, point)
        return side * (line - function.subs(x, at))

    # ------------------------------------------------------------ numbers

    def _plain(self, e: Formula) -> Formula:
        self.at_least_0(e, "plain")
        return e

    def _squares(self, high: Formula, low: Formula, sign: Fact, room: Fact) -> Formula:
        self.equal(high, self.gap(sign), "the sign")
        self.equal(high**2 - low**2, self.gap(room), "the room")
        return high - low

    def _power(self, base: Formula, exponent: Formula, sign: Fact) -> Formula:
        self.equal(base, self.gap(sign), "the sign")
        self.shown.add(expand(base))
        return base**exponent

    def _contracts(self, base: Formula, exponent: Formula, sign: Fact, room: Fact) -> Formula:
        self.equal(base, self.gap(sign), "the sign")
        self.shown.add(expand(base))
        self.equal(1 - base, self.gap(room), "the room")
        self.at_least_0(exponent, "exponent")
        return 1 - base**exponent

    def _covers(self, end: Formula, whole: Formula, *rooms: Fact) -> Formula:
        gaps = [self.gap(room) for room in rooms]
        sign = 1 if isinstance(whole, sp.Max) else -1
        each: tuple[Formula, ...] = whole.args if isinstance(whole, sp.Max | sp.Min) else ()
        met = all(any(vanishes(expand(sign * (end - one) - gap)) for gap in gaps) for one in each)
        self.holds(bool(each) and met, f"{end} is not known to be beyond each of {whole}")
        return sign * (end - whole)

    def _combined(self, *terms: Term) -> Formula:
        if not made_of_terms(terms):
            raise NoFactError(f"combined: {terms} are no terms")
        total = sp.Integer(0)
        for one in terms:
            self.holds(not one.over, "a sum within a sum")
            self.used.append(one.weight)
            self.at_least_0(one.weight, "weight")
            total += one.weight * sp.Mul(*map(self.gap, one.facts))
        return total

    def _largest(self, whole: Formula, one: Formula) -> Formula:
        self.holds(isinstance(whole, sp.Max) and one in whole.args, f"{whole} is no maximum over {one}")
        return whole - one

    def _smallest(self, whole: Formula, one: Formula) -> Formula:
        self.holds(isinstance(whole, sp.Min) and one in whole.args, f"{whole} is no minimum over {one}")
        return one - whole


@functools.cache
def _expected(kind: str, count: int) -> tuple[Any, ...]:
    """Return what kind of thing each argument has to be."""
    make = getattr(Maker, f"_{kind}")
    hints = typing.get_type_hints(make)
    names = [name for name in inspect.signature(make).parameters if name != "self"]
    return tuple(hints[names[min(k, len(names) - 1)]] for k in range(count))


def _formulas(argument: Any) -> list[Formula]:
    """Return the formulas in an argument: what is used must be real, and not divide by 0."""
    parts = argument if isinstance(argument, tuple) else (argument,)
    return [part for part in parts if isinstance(part, sp.Expr)]
