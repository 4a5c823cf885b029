r"""What a proof ends in: right - left of its claim, as a sum of products of gaps that are not negative.

    right - left = sum over terms of  weight * gap * gap ...        weight >= 0,  gap = high - low of a named fact

A fact is data, its kind and arguments; `making` makes the gap, so that no formula can be slipped in:

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
    covers(end, m, fact, ...)        end over each that the maximum m is over: end >= m; of a minimum under each
    combined(term, ...)              a sum of terms is at least 0
    largest(m, e), smallest(m, e)    a maximum is at least, a minimum at most, what it is taken over
    case(e), supposed()              what a case distinction or an induction supposes

A slope is a formula of plain sign, or (weight, fact): a product with another gap. Source: theory, "How to prove".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import sympy as sp

from alphalab.claims.facts.written import TELESCOPED
from alphalab.claims.notation import Formula
from alphalab.claims.plain import readable


@dataclass(frozen=True)
class Fact:
    """An inequality as data."""

    kind: str
    arguments: tuple[Any, ...] = ()


Room: TypeAlias = tuple[Formula, Fact]  # high - low = formula * gap
Slope: TypeAlias = Formula | tuple[Formula, Fact]


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


def facts_of(what: Any) -> Iterator[Fact]:
    """Yield every fact of terms, of both cases of a distinction, those that facts are made from as well."""
    match what:
        case Fact():
            yield what
            yield from facts_of(what.arguments)
        case Term():
            yield from facts_of(what.facts)
        case Split():
            yield from facts_of((what.above, what.below))
        case tuple():
            yield from (fact for one in what for fact in facts_of(one))


def cited(conclusion: Conclusion) -> tuple[str, ...]:
    """Return the keys of the claims that a conclusion cites, each once."""
    facts = facts_of((conclusion.terms, conclusion.start))
    return tuple(dict.fromkeys(fact.arguments[0] for fact in facts if fact.kind == "cite" and fact.arguments))


def well_formed(conclusion: Any) -> bool:
    """Whether a conclusion is made of formulas, letters and terms, each where it belongs."""
    try:
        hash(conclusion)
    except TypeError:  # a list, a matrix
        return False
    if not isinstance(conclusion, Conclusion):
        return False
    root: Any = conclusion.root
    pairs: list[Any] = [*conclusion.at, *conclusion.held]
    pairs += [(root.letter, root.formula), (root.y, root.inverse)] if isinstance(root, Root) else []
    return (
        (root is None or isinstance(root, Root))
        and all(fits(one, tuple) and len(one) == 2 for one in pairs)
        and all(fits(letter, sp.Symbol) and fits(formula, Formula) for letter, formula in pairs)
        and fits(conclusion.scale, Formula)
        and conclusion.telescopes in TELESCOPED
        and all(map(made_of_terms, (conclusion.terms, conclusion.start or ())))
    )


def made_of_terms(terms: Any) -> bool:
    """Whether it is a tuple of terms, each a formula times facts summed over named sums, or a case distinction."""
    if isinstance(terms, Split):
        return fits(terms.formula, Formula) and made_of_terms(terms.above) and made_of_terms(terms.below)
    return isinstance(terms, tuple) and all(
        isinstance(one, Term)
        and isinstance(one.facts, tuple)
        and isinstance(one.over, tuple)
        and all(fits(fact, Fact) for fact in one.facts)
        and all(fits(name, str) for name in one.over)
        and fits(one.weight, Formula)
        for one in terms
    )


def fits(value: Any, expected: Any) -> bool:
    """Whether it is of this kind; a formula is one that can be read."""
    if expected == Room:
        return isinstance(value, tuple) and len(value) == 2 and all(map(fits, value, (Formula, Fact)))
    if expected == Slope:
        return fits(value, Formula) or fits(value, Room)
    return isinstance(value, expected) and (expected is not Formula or readable(value))


KINDS = (
    "cite",
    "given",
    "plain",
    "grown",
    "rising",
    "chord",
    "ratio",
    "tangent",
    "squares",
    "power",
    "contracts",
    "covers",
    "combined",
    "largest",
    "smallest",
    "case",
    "supposed",
)


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
) = map(_maker, KINDS)


def term(weight: Any, *facts: Fact, over: str = "") -> Term:
    """Return a term; `over` names its sums, innermost first, with a space between."""
    return Term(sp.sympify(weight), facts, tuple(over.split()))
