r"""Whether a claim is what its proof ends in: its own right - left is the sum of the terms of its conclusion.

    closed  the identity holds in every case, every weight has a plain sign, nothing is divided by what may be 0,
            every claim that is cited is closed itself, without a cycle, and every hypothesis that is needed is given
            by an assumption of the claim

`closing(claim, ledger)` says so, and of what: `Closing.branches` holds the weights, gaps and sums as plain data.
Source: theory, "How to prove".
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import sympy as sp

from alphalab.claims.claim import Assumption, Bound, Claim
from alphalab.claims.conclusion import Conclusion, Fact, Split, Term, Terms, cited, facts_of
from alphalab.claims.facts import written
from alphalab.claims.facts.letters import k
from alphalab.claims.facts.table import TABLE
from alphalab.claims.making import NoFactError, Setting, make
from alphalab.claims.notation import Formula, Quantity, T, delta, expand, next_delta
from alphalab.claims.proof import Sign
from alphalab.claims.reduction import Reduction, decided, plain_sign

Sides = tuple[tuple[str, tuple[Formula, Formula]], ...]
ONE_STEP = frozenset({"inside", "N <= eps"})  # hypotheses about the present step alone
ABOUT_G = frozenset({"direction", "N > 0"})  # hypotheses of a lemma about one gradient
LINES = {
    name: (line.right - line.left, frozenset(one for assumption in line.assumes for one in assumption.gives))
    for name, line in TABLE.items()
}


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
    def holds(self) -> bool:
        """Whether the claim is what its proof ends in."""
        return not self.problems

    @property
    def terms(self) -> int:
        """How many steps the conclusion is: the terms of every branch, one where there is none; 0 where it fails."""
        return sum(max(1, len(branch.parts)) for branch in self.branches) if self.holds else 0


def conclusion_of(claim: Claim) -> Conclusion | None:
    """Return what the proof of a claim ends in, or None where it says nothing of that."""
    return claim.proof().concludes if claim.proof else None


def concluded(claim: Claim, ledger: Mapping[str, Claim]) -> Closing:
    """Return what is concluded of any claim: of one without two sides, that the claims it rests on are closed."""
    if isinstance(claim, Bound):
        return closing(claim, ledger) if claim.proof else Closing(())
    rests_on = claim.proof().rests_on if claim.proof else ()
    below = [closing(ledger[key], ledger) if key in ledger else Closing(("no such claim",)) for key in rests_on]
    return Closing(
        tuple(f"{key}: {why}" for key, one in zip(rests_on, below, strict=True) for why in one.problems), rests_on
    )


def closing(claim: Claim, ledger: Mapping[str, Claim], above: tuple[str, ...] = ()) -> Closing:
    """Check the conclusion of a claim, and of every claim of the ledger that it cites; never raises."""
    conclusion = conclusion_of(claim)
    if not isinstance(claim, Bound) or conclusion is None:
        return Closing(("no conclusion",))
    if claim.key in above:
        return Closing((f"a cycle: {' -> '.join((*above, claim.key))}",))
    lower = {key: ledger[key] for key in cited(conclusion) if key in ledger}
    sides: Sides = tuple((key, (one.left, one.right)) for key, one in lower.items() if isinstance(one, Bound))
    own = _own(claim.left, claim.right, claim.quantities, conclusion, sides)
    below = [closing(one, ledger, (*above, claim.key)) for one in lower.values()]
    needs = own.needs.union(*(one.needs for one in below))
    problems = [
        *own.problems,
        *(f"{key}: {why}" for key, one in zip(lower, below, strict=True) for why in one.problems),
    ]
    problems += [f"{one.key} is on record as {one.verdict}" for one in lower.values() if one.verdict != "true"]
    if needs & ONE_STEP and any("steps" in part.over for branch in own.branches for part in branch.parts):
        problems.append(f"{', '.join(sorted(needs & ONE_STEP))}: assumed of one step, used of all")
    for fact in facts_of(conclusion.terms):
        if fact.kind == "cite" and fact.arguments[1:] and not _needs(fact.arguments[0], lower, ledger) <= ABOUT_G:
            problems.append(f"{fact.arguments[0]} is not about one gradient, which another could replace")
    gives = set().union(*map(gifts, claim.assumes))
    problems += [f"needs {name!r}, which no assumption gives" for name in sorted(needs - gives)]
    unused = tuple(one.sentence for one in claim.assumes if not gifts(one) & needs)
    return replace(own, problems=tuple(problems), needs=needs, unused=unused)


def _needs(key: str, lower: Mapping[str, Claim], ledger: Mapping[str, Claim]) -> frozenset[str]:
    return closing(lower[key], ledger).needs if key in lower else frozenset()


def gifts(assumption: Assumption) -> set[str]:
    """Return the hypotheses that an assumption gives, the letters that it sets among them."""
    return {*assumption.gives, *(_setting(pair) for pair in assumption.sets)}


def _setting(pair: tuple[sp.Symbol, Formula]) -> str:
    return f"{pair[0]} = {pair[1]}"


@functools.cache
def _own(
    left: Formula, right: Formula, quantities: tuple[Quantity, ...], conclusion: Conclusion, sides: Sides
) -> Closing:
    """Check a conclusion but for what it cites: the identities, the signs, what is divided by."""
    problems: list[str] = []
    needs = {_setting(pair) for pair in conclusion.at}
    branches: list[Branch] = []
    for stage in _stages(left, right, conclusion):
        for cases, leaf in _leaves(stage.terms):
            supposed = stage.supposed and decided(expand(stage.supposed), [expand(one) for one in cases])
            try:
                parts, used, wrong = _parts(Setting(dict(sides), LINES, cases, supposed, written.SEEN), leaf)
            except NoFactError as error:
                problems.append(str(error))
                continue
            branch = Branch(stage.name, cases, conclusion.scale * stage.whole, parts)
            reduction = Reduction(conclusion, quantities, stage.at, stage.begins)
            more, gaps = reduction.problems(
                branch.whole, cases, [(p.weight, [g for _, g in p.gaps], p.over) for p in parts]
            )
            problems += [*wrong, *gaps]
            needs |= used | more
            branches.append(branch)
    if not branches:
        problems.append("nothing is concluded")
    lines = dict.fromkeys(name for b in branches for p in b.parts for name, _ in p.gaps if name in TABLE)
    return Closing(tuple(dict.fromkeys(problems)), (*cited(conclusion), *lines), frozenset(needs), (), tuple(branches))


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
    if left not in (delta, next_delta):
        yield Stage("an induction is about delta", (), sp.Integer(1), ())
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


def _parts(setting: Setting, terms: tuple[Term, ...]) -> tuple[tuple[Part, ...], set[str], list[str]]:
    """Return the terms with their gaps made, the hypotheses used, and what is wrong with them."""
    parts, needs, wrong = [], set[str](), []
    for term in terms:
        if not isinstance(term, Term):
            raise NoFactError(f"{term} is no term")
        gaps = []
        signed, more = plain_sign(term.weight)
        needs |= more
        wrong += [] if signed else [f"the weight {term.weight} has no plain sign"]
        for fact in term.facts:
            made = make(setting, fact)
            gaps.append((_name(fact), made.gap))
            needs |= made.needs
            wrong += [f"{fact.kind}: {_told(check)}" for check in made.checks if not _holds(check)]
        parts.append(Part(term.weight, tuple(gaps), term.over))
    return tuple(parts), needs, wrong


def _name(fact: Fact) -> str:
    return str(fact.arguments[0]) if fact.kind in ("cite", "given") else fact.kind


def _holds(check: bool | Sign) -> bool:
    return (
        check
        if isinstance(check, bool)
        else bool(plain_sign(check.expression if check.relation == ">=" else -check.expression)[0])
    )


def _told(check: bool | Sign) -> str:
    return "a hypothesis fails" if isinstance(check, bool) else f"{check.sentence}: {check.latex()} is not plain"
