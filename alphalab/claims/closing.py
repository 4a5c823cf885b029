r"""Whether a claim is what its proof ends in: its own right - left is the sum of the terms of its conclusion.

    closed  the identity holds in every case, every weight has a plain sign, nothing is divided by what may be 0,
            every claim that is cited is closed itself, without a cycle, and every hypothesis that is needed is given
            by an assumption of the claim

`closing(claim, ledger)` says so, and of what: `Closing.branches` holds the weights, gaps and sums as plain data.
Source: theory, "How to prove".
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import sympy as sp
from sympy.printing.latex import greek_letters_set

from alphalab.claims.claim import Bound, Claim
from alphalab.claims.conclusion import Conclusion, Fact, Split, Term, Terms, cited, fits, well_formed
from alphalab.claims.facts import written
from alphalab.claims.facts.assumptions import gifts
from alphalab.claims.facts.letters import LETTERS, k, tail, tail0
from alphalab.claims.facts.table import TABLE
from alphalab.claims.making import Maker, NoFactError, Setting
from alphalab.claims.notation import (
    DEFINITIONS,
    QUANTITIES,
    Formula,
    Quantity,
    T,
    delta,
    expand,
    gamma_min,
    least_norm,
    next_delta,
)
from alphalab.claims.proof import Proof
from alphalab.claims.reduction import Product, Reduction, decided

Below: TypeAlias = "tuple[tuple[str, tuple[Formula, frozenset[Any]]], ...]"  # key, right - left, what it needs
ONE_STEP = frozenset({"inside", "N <= eps"})  # hypotheses about the present step alone
LINES = {name: (line.right - line.left, frozenset().union(*map(gifts, line.assumes))) for name, line in TABLE.items()}
OF_ALL_STEPS = {gamma_min, least_norm, tail, tail0}  # fixed in a run of T steps, and others in one of T + 1
MEASURED = {quantity.symbol: quantity for quantity in (*QUANTITIES, *LETTERS)}


@dataclass(frozen=True)
class Part:
    """weight * gap * gap ..., summed over `over`; every gap is (what it is called, high - low >= 0)."""

    weight: Formula
    gaps: tuple[tuple[str, Formula], ...]
    over: tuple[str, ...]


@dataclass(frozen=True)
class Branch:
    """`whole` is the sum of the parts, under `cases`, each at least 0; `name` is empty but in an induction."""

    name: str
    cases: tuple[Formula, ...]
    whole: Formula
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Closing:
    """What the conclusion of a claim comes to.

    problems  why it is not closed, empty where it is;   appeals  the claims cited and the lines of the table used
    needs     the hypotheses used, by it and by what it cites;   unused  assumptions that give none of them
    """

    problems: tuple[str, ...]
    appeals: tuple[str, ...] = ()
    needs: frozenset[str] = frozenset()
    unused: tuple[str, ...] = ()
    branches: tuple[Branch, ...] = ()

    @property
    def terms(self) -> int:
        """How many steps the conclusion is: the terms of every branch, one where there is none; 0 where it fails."""
        return sum(max(1, len(branch.parts)) for branch in self.branches) if not self.problems else 0


def conclusion_of(claim: Claim) -> Conclusion | None:
    """Return what the proof of a claim ends in, or None where it says nothing of that."""
    return claim.proof().concludes if claim.proof else None


def concluded(claim: Claim, ledger: Mapping[str, Claim]) -> Closing:
    """Return what is concluded of any claim.

    Of one without two sides, that the claims it rests on are closed, and, where it is true as it stands, that its steps
    show every number which it states, and speak of something in it.
    """
    if isinstance(claim, Bound) and (claim.proof or not claim.witness):
        return closing(claim, ledger)
    proof = claim.proof() if claim.proof else Proof()
    below = [closing(ledger[key], ledger) if key in ledger else Closing(("no such claim",)) for key in proof.rests_on]
    problems = [f"{key}: {why}" for key, one in zip(proof.rests_on, below, strict=True) for why in one.problems]
    if claim.verdict == "true" and proof.steps:
        said = [f"{step.sentence} {step.latex()}" for step in proof.steps]
        shown = {number for text in said for number in numbers(text)}
        spoken = {letter for step in proof.steps for letter in letters(step.latex())}
        stated = {*numbers(claim.statement), *letters(claim.statement)}
        problems += [] if stated & (shown | spoken) else ["no step speaks of anything that the claim states"]
        problems += [
            f"states {number}, which no step shows" for number in numbers(claim.statement) if number not in shown
        ]
    return Closing(tuple(problems), proof.rests_on)


def numbers(text: str) -> tuple[str, ...]:
    r"""Return the numbers in LaTeX, each once.

    >>> numbers(r"\tfrac12 x_1 = \pm 0.7616")
    ('1', '2', '0.7616')
    """
    apart = re.sub(r"\\tfrac(\d)(\d)", r"\1/\2", text)
    return tuple(dict.fromkeys(re.findall(r"\d+(?:\.\d+)?", apart)))


def letters(text: str) -> frozenset[str]:
    r"""Return the letters in LaTeX, Greek ones too, not those of commands.

    >>> sorted(letters(r"\frac{k}{\alpha} \tanh{x}"))
    ['\\alpha', 'k', 'x']
    """
    found = re.findall(r"\\[A-Za-z]+|[A-Za-z]", text)
    return frozenset(one for one in found if len(one) == 1 or one[1:] in greek_letters_set)


def closing(claim: Claim, ledger: Mapping[str, Claim], above: tuple[str, ...] = ()) -> Closing:
    """Check the conclusion of a claim, and of every claim of the ledger that it cites; never raises."""
    conclusion = conclusion_of(claim)
    if not isinstance(claim, Bound) or conclusion is None:
        return Closing(("no conclusion",))
    if not (fits(claim.left, Formula) and fits(claim.right, Formula)):
        return Closing(("the statement is none: its two sides are not formulas of exact numbers and known functions",))
    if not well_formed(conclusion):
        return Closing(("the conclusion is none",))
    if claim.key in above:
        return Closing((f"a cycle: {' -> '.join((*above, claim.key))}",))
    lower = {key: ledger[key] for key in cited(conclusion) if key in ledger}
    below = {key: closing(one, ledger, (*above, claim.key)) for key, one in lower.items()}
    told: Below = tuple(
        (key, (one.right - one.left, below[key].needs)) for key, one in lower.items() if isinstance(one, Bound)
    )
    at_T = frozenset(key for key, one in lower.items() if isinstance(one, Bound) and about_T(one))
    own = _own(claim.left, claim.right, claim.quantities, conclusion, told, at_T)
    problems = [*own.problems, *(f"{key}: {why}" for key, one in below.items() for why in one.problems)]
    problems += [f"{one.key} is on record as {one.verdict}" for one in lower.values() if one.verdict != "true"]
    brought = {quantity.symbol: quantity for quantity in claim.quantities}
    problems += [
        f"{key} means something else by {one.symbol}"
        for key, cited_claim in lower.items()
        for one in getattr(cited_claim, "quantities", ())
        if brought.get(one.symbol, one) != one
    ]
    given = set().union(*map(gifts, claim.assumes))
    given |= {more for one in given for more in written.IMPLIED.get(one, ())}
    problems += [f"needs {_words(need)!r}, which no assumption gives" for need in sorted(own.needs - given, key=str)]
    unused = tuple(one.sentence for one in claim.assumes if not gifts(one) & own.needs)
    return replace(own, problems=tuple(problems), unused=unused)


def about_T(bound: Bound) -> bool:
    """Whether a bound is about step T of a run of T steps: it names T, and a letter that every step has."""
    letters = (expand(bound.left) - expand(bound.right)).free_symbols
    table = MEASURED | {quantity.symbol: quantity for quantity in bound.quantities}
    return T in letters and any(not (table[s].fixed or table[s].mean_of is not None) for s in letters if s in table)


def _words(need: Any) -> str:
    return need if isinstance(need, str) else f"{need[0]} = {need[1]}"


@functools.cache
def _own(
    left: Formula,
    right: Formula,
    quantities: tuple[Quantity, ...],
    conclusion: Conclusion,
    below: Below,
    at_T: frozenset[str],
) -> Closing:
    """Check a conclusion, with what is said of the claims that it cites."""
    problems, needs = [*unknown(left, right, quantities)], set[Any](conclusion.at)
    branches: list[Branch] = []
    for stage in _stages(left, right, conclusion):
        for cases, leaf in _leaves(stage.terms):
            supposed = stage.supposed and decided(expand(stage.supposed), [expand(one) for one in cases])
            setting = Setting(dict(below), LINES, at_T, cases, supposed, conclusion.start is not None)
            try:
                made = [_part(setting, one) for one in leaf]
            except NoFactError as error:
                problems.append(str(error))
                continue
            branch = Branch(stage.name, cases, conclusion.scale * stage.whole, tuple(part for part, _, _ in made))
            reduction = Reduction(conclusion, quantities, stage.at, stage.begins)
            products = [product for _, product, _ in made]
            more, gaps = reduction.problems(branch.whole, cases, products)
            problems += [*(why for _, _, maker in made for why in maker.problems()), *gaps]
            needs |= more.union(*(maker.needs for _, _, maker in made))
            branches.append(branch)
    if not branches:
        problems.append("nothing is concluded")
    summed = any("steps" in part.over for branch in branches for part in branch.parts)
    if needs & ONE_STEP and (summed or conclusion.start is not None):
        problems.append(f"{', '.join(sorted(needs & ONE_STEP))}: assumed of one step, used of all")
    problems += _instants(conclusion, summed)
    lines = dict.fromkeys(name for b in branches for p in b.parts for name, _ in p.gaps if name in TABLE)
    return Closing(tuple(dict.fromkeys(problems)), (*cited(conclusion), *lines), frozenset(needs), (), tuple(branches))


def unknown(left: Formula, right: Formula, quantities: tuple[Quantity, ...]) -> Iterator[str]:
    """Yield the letters of a statement that stand for nothing."""
    known = {*DEFINITIONS, *(one.symbol for one in (*QUANTITIES, *quantities))}
    yield from (f"{one} is no letter of the claim" for one in (left.free_symbols | right.free_symbols) - known)


def _instants(conclusion: Conclusion, summed: bool) -> Iterator[str]:
    """Yield why T is not the T of a letter that is set: a step of every t, a step size that is one for all t."""
    for symbol, formula in conclusion.at:
        fixed = symbol in MEASURED and MEASURED[symbol].fixed
        if expand(formula).has(T) and (fixed if conclusion.start is not None else summed and not fixed):
            yield f"{symbol} is set for one T, and used for others"


@dataclass(frozen=True)
class Stage:
    """One identity to be shown: the whole claim, or the beginning or the step of an induction."""

    name: str
    terms: Terms
    whole: Formula
    at: tuple[tuple[sp.Symbol, Formula], ...]
    supposed: Formula | None = None
    begins: bool = False


def _stages(left: Formula, right: Formula, conclusion: Conclusion) -> Iterator[Stage]:
    """Yield what has to be shown: of an induction on T, delta_1 = Delta_0, then from k to k + 1."""
    if conclusion.start is None:
        yield Stage("", conclusion.terms, right - left, conclusion.at)
        return
    constants = {symbol for symbol, one in MEASURED.items() if one.fixed} - OF_ALL_STEPS
    if left not in (delta, next_delta) or expand(right).free_symbols - constants:
        yield Stage("an induction is about delta, and constants of the run", (), sp.I, ())
        return
    begin = 1 if left == delta else 0
    whole = expand(right)
    yield Stage(
        "at the beginning", conclusion.start, whole.subs(T, begin) - delta, _at(conclusion, sp.Integer(1)), begins=True
    )
    yield Stage(
        "from k to k + 1",
        conclusion.terms,
        whole.subs(T, k + begin + 1) - next_delta,
        _at(conclusion, k + 1),
        supposed=whole.subs(T, k + begin) - delta,
    )


def _at(conclusion: Conclusion, t: Formula) -> tuple[tuple[sp.Symbol, Formula], ...]:
    return tuple((symbol, formula.subs(T, t)) for symbol, formula in conclusion.at)


def _leaves(terms: Terms, cases: tuple[Formula, ...] = ()) -> Iterator[tuple[tuple[Formula, ...], tuple[Term, ...]]]:
    """Yield (what is at least 0, the terms) of every case."""
    if isinstance(terms, Split):
        yield from _leaves(terms.above, (*cases, terms.formula))
        yield from _leaves(terms.below, (*cases, -terms.formula))
    else:
        yield cases, terms


def _part(setting: Setting, term: Term) -> tuple[Part, Product, Maker]:
    """Return a term with its gaps made, the same as a product, and what making them has collected."""
    maker = Maker(setting, term.over)
    maker.at_least_0(term.weight, "the weight")
    gaps = tuple(map(maker.gap, term.facts))
    if "tensors" in term.over:
        maker.needs = {f"{need}, tensors" if need in ("direction", "normalised") else need for need in maker.needs}
    told = tuple(fact.kind in ("cite", "given") for fact in term.facts)
    part = Part(term.weight, tuple(zip(map(_name, term.facts), gaps, strict=True)), term.over)
    return part, Product(term.weight, gaps, term.over, told, tuple(maker.used), frozenset(maker.shown)), maker


def _name(fact: Fact) -> str:
    return str(fact.arguments[0]) if fact.kind in ("cite", "given") else fact.kind
