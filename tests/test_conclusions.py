"""Laws of conclusions: every bound is what its proof ends in, and no other inequality is.

A changed side, a dropped assumption, a changed or missing lemma: each is undecided, and none is an exception. Every
line of the table of facts is held against the evidence.
"""

from __future__ import annotations

import ast
import functools
import itertools
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sympy as sp

from alphalab.claims import CLAIMS, Bound, Case, verify_all
from alphalab.claims.case import NotApplicableError
from alphalab.claims.closing import Closing, closing, concluded, conclusion_of
from alphalab.claims.conclusion import (
    Conclusion,
    Fact,
    Split,
    Term,
    case,
    chord,
    cite,
    cited,
    given,
    grown,
    plain,
    supposed,
    tangent,
    term,
)
from alphalab.claims.evidence import DIMENSIONS, gradients_case, problem_case
from alphalab.claims.facts.assumptions import ADAM, INSIDE, gifts, known
from alphalab.claims.facts.lemmas import summed
from alphalab.claims.facts.letters import JOINT, L_INF, LETTERS, ell, radius, tail, tail0, u
from alphalab.claims.facts.table import LINES
from alphalab.claims.falsifier.intervals import reached
from alphalab.claims.identity import vanishes
from alphalab.claims.notation import (
    QUANTITIES,
    Delta,
    Delta0,
    L,
    Max,
    Min,
    N,
    Quantity,
    alpha,
    delta,
    eps,
    mean_delta,
    n,
    next_delta,
    square,
)
from alphalab.claims.proof import Identity, Proof, is_zero
from alphalab.optimizers import Adam
from alphalab.problems import problem

BOOK = {claim.key: claim for claim in CLAIMS}
BOUNDS = {claim.key: claim for claim in CLAIMS if isinstance(claim, Bound)}
PROVED = {key: claim for key, claim in BOUNDS.items() if claim.verdict != "false"}
FALSE = {key: claim for key, claim in BOUNDS.items() if claim.verdict == "false"}
REFUTED = {key: claim for key, claim in FALSE.items() if claim.witness().instance is None}  # by numbers
every_proved = pytest.mark.parametrize("key", PROVED)
every_line = pytest.mark.parametrize("line", LINES, ids=lambda line: line.key)


def with_proof(claim: Bound, conclusion: Conclusion, **changes: Any) -> Bound:
    return replace(claim, proof=lambda: Proof(concludes=conclusion), **changes)


def held(claim: Bound, **others: Bound) -> Closing:
    return closing(claim, BOOK | {claim.key: claim} | {one.key: one for one in others.values()})


# ---------------------------------------------------------------- what is proved


@every_proved
def test_a_bound_is_what_its_proof_ends_in(key: str) -> None:
    found = closing(BOUNDS[key], BOOK)
    assert found.problems == ()
    assert found.unused == (), "an assumption that nothing uses"
    assert found.branches
    for branch in found.branches:
        for part in branch.parts:
            assert not sp.sympify(part.weight).atoms(sp.Float)


def changed(claim: Bound) -> Iterator[tuple[str, dict[str, Any]]]:
    left, right = claim.left, claim.right
    yield "left x 1/2", {"left": left / 2}
    yield "right x 2", {"right": 2 * right}
    yield "right x 99/100", {"right": right * sp.Rational(99, 100)}
    yield "0 <= 1", {"left": sp.Integer(0), "right": sp.Integer(1)}
    yield "sides swapped", {"left": right, "right": left}


@every_proved
def test_no_other_inequality_is_what_the_proof_ends_in(key: str) -> None:
    for words, change in changed(BOUNDS[key]):
        assert held(replace(BOUNDS[key], **change)).problems, words


@every_proved
def test_every_assumption_that_is_used_is_missed(key: str) -> None:
    claim = BOUNDS[key]
    for assumption in claim.assumes:
        others = tuple(one for one in claim.assumes if one is not assumption)
        if not gifts(assumption) <= set().union(*map(gifts, others)):
            assert held(replace(claim, assumes=others)).problems, assumption.sentence


CITING = [(key, lemma) for key in PROVED for lemma in cited(conclusion_of(PROVED[key]) or Conclusion(()))]


@pytest.mark.parametrize(("key", "lemma"), CITING)
def test_a_bound_falls_with_the_claims_it_cites(key: str, lemma: str) -> None:
    claim, below = BOUNDS[key], BOUNDS[lemma]
    assert closing(claim, {name: one for name, one in BOOK.items() if name != lemma}).problems
    assert held(claim, below=replace(below, verdict="false")).problems
    assert held(claim, below=replace(below, proof=Proof)).problems
    own = {"left": below.left / 2}
    assert "right - left is not the sum of these terms" in held(claim, below=replace(below, **own)).problems


@pytest.mark.parametrize("key", ["lemma-2", "thm-2", "thm-3-limit", "best-iterate", "last-iterate"])
def test_verify_says_undecided_or_false_where_an_instance_breaks_it(key: str) -> None:
    assert verify_all([BOUNDS[key]], cases=())[0].found == "true"
    for words, change in changed(BOUNDS[key]):
        verdict = verify_all([replace(BOUNDS[key], **change, cases=None)], cases=())[0]
        assert verdict.undecided, words
        assert verdict.found == ("false" if verdict.violations else "undecided"), words


def test_the_verdict_of_a_claim_falls_with_its_lemma() -> None:
    spoiled = replace(BOUNDS["lemma-2"], right=BOUNDS["lemma-2"].right / 2)
    found = {verdict.key: verdict.found for verdict in verify_all([spoiled, BOUNDS["thm-2"]], cases=())}
    assert found == {"lemma-2": "undecided", "thm-2": "undecided"}


@pytest.mark.parametrize("key", [key for key, claim in BOOK.items() if claim.proof and claim.proof().rests_on])
def test_words_rest_on_claims_that_are_closed(key: str) -> None:
    claim = BOOK[key]
    assert concluded(claim, BOOK).problems == ()
    for name in claim.proof().rests_on if claim.proof else ():
        assert concluded(claim, {one: what for one, what in BOOK.items() if one != name}).problems


# ---------------------------------------------------------------- what is refuted


@pytest.mark.parametrize("key", REFUTED)
def test_a_witness_ends_in_left_above_right(key: str) -> None:
    claim = REFUTED[key]
    witness = claim.witness()
    assert witness.breaks(claim.left, claim.right)
    assert not witness.breaks(claim.right, claim.left)
    assert not witness.breaks(sp.Integer(0), sp.Integer(1))
    assert not witness.breaks(claim.left, claim.right + claim.left)
    for k in range(len(witness.numbers)):
        fewer = replace(witness, numbers=witness.numbers[:k] + witness.numbers[k + 1 :])
        assert not fewer.breaks(claim.left, claim.right)
    true = replace(claim, right=claim.right + claim.left)
    assert verify_all([true], cases=())[0].found == "undecided"


@pytest.mark.parametrize("key", FALSE.keys() - REFUTED.keys())
def test_a_witness_at_an_instance_has_left_above_right_there(key: str) -> None:
    claim = FALSE[key]
    instance = claim.witness().instance
    assert reached(claim, instance) > 1
    assert reached(replace(claim, left=claim.right, right=claim.left), instance) < 1
    true = replace(claim, right=claim.right + claim.left)
    assert reached(true, instance) < 1
    assert verify_all([true], cases=())[0].found == "undecided"


# ---------------------------------------------------------------- cheats

x, v = sp.Symbol("x", nonnegative=True), sp.Symbol("v", positive=True)
LEMMA_1 = BOUNDS["lemma-1"]
CHEATS = {
    "a raw formula as a fact": Conclusion((Term(sp.Integer(1), (n - square,)),)),  # type: ignore[arg-type]
    "a raw formula as a term": Conclusion((n - square,)),  # type: ignore[arg-type]
    "an unknown kind": Conclusion((term(1, Fact("obvious", (n - square,))),)),
    "too few arguments": Conclusion((term(1, Fact("plain")),)),
    "a line that is none": Conclusion((term(1, given("lemma 1")),)),
    "a claim that is none": Conclusion((term(1, cite("lemma-0")),)),
    "itself": Conclusion((term(1, cite("lemma-1")),)),
    "a negative weight": Conclusion((term(2, cite("lemma-1-sharp")), term(-1, cite("lemma-1-sharp")))),
    "what has no plain sign": Conclusion((term(1, plain(n - square)),)),
    "a slope that is none": Conclusion((term(1, grown(n * x - square * x, x, n, sp.Integer(1))),)),
    "a function that is not 0 at 0": Conclusion((term(1, grown(n - square + 0 * x, x, sp.Integer(0), x)),)),
    "a chord of a convex function": Conclusion(
        (term(1, chord(x**2, x, sp.Integer(2), sp.Integer(1), u, given("u_i <= 1"))),)
    ),
    "a tangent on the wrong side": Conclusion((term(1, tangent(x**3, x, 6 * x, -v, v)),)),
    "a case that is not supposed": Conclusion((term(1, case(n - square)),)),
    "one case of two": Conclusion(Split(n - square, (term(1, case(n - square)),), ())),
    "an induction without a beginning": Conclusion((term(1, supposed()),)),
    "an induction that is none": Conclusion((term(1, supposed()),), start=()),
    "a sum over nothing": Conclusion((term(1, plain(1 / sp.cosh(alpha * u) ** 2), over="everything"),)),
    "a letter that nothing sets": Conclusion((), at=((square, n),)),
    "nothing": Conclusion(()),
}


@pytest.mark.parametrize("words", CHEATS)
def test_a_cheat_is_undecided(words: str) -> None:
    assert held(with_proof(LEMMA_1, CHEATS[words])).problems


def test_a_cycle_is_undecided() -> None:
    one = with_proof(BOUNDS["lemma-1"], Conclusion((term(1, cite("lemma-3-sharp")),)))
    other = with_proof(BOUNDS["lemma-3-sharp"], Conclusion((term(1, cite("lemma-1")),)))
    assert any("a cycle" in why for why in held(one, other=other).problems)


def test_the_infimum_is_not_any_lower_bound() -> None:
    """f(x_{T+1}) - f* is not f(x_{T+1}) - f_inf."""
    claim = BOUNDS["thm-2"]
    whole = conclusion_of(claim)
    assert whole is not None
    scale = 1 / sp.tanh(alpha)
    other = replace(whole, terms=(*summed(scale, "f_star"), *whole.terms[2:]))
    assert held(with_proof(claim, other, assumes=(*claim.assumes, known("f_star")))).problems


def test_a_case_distinction_on_a_letter_of_one_step_is_undecided() -> None:
    claim = BOUNDS["thm-2"]
    whole = conclusion_of(claim)
    assert whole is not None
    both = replace(whole, terms=Split(N - eps, whole.terms, whole.terms))
    assert any("letters of one step" in why for why in held(with_proof(claim, both)).problems)


def test_what_is_assumed_of_one_step_is_not_used_of_all() -> None:
    claim = BOUNDS["thm-2"]
    whole = conclusion_of(claim)
    assert whole is not None
    nothing = Term(sp.Integer(0), (given("inside"),), ("steps",))
    assumes = (*claim.assumes, INSIDE, known("f_star"))
    more = replace(whole, terms=(*whole.terms, nothing))
    assert any("of one step, used of all" in why for why in held(with_proof(claim, more, assumes=assumes)).problems)


def test_only_a_lemma_about_one_gradient_holds_of_another() -> None:
    claim = BOUNDS["noise"]
    whole = conclusion_of(claim)
    assert whole is not None
    nothing = Term(sp.Integer(0), (cite("thm-4-sharp", "noise"),), ("steps",))
    more = replace(whole, terms=(*whole.terms, nothing))
    assert any("not about one gradient" in why for why in held(with_proof(claim, more)).problems)


def test_an_identity_of_means_is_affine_in_them() -> None:
    claim = BOUNDS["thm-2"]
    whole = conclusion_of(claim)
    assert whole is not None
    squared = replace(claim, left=claim.left**2, right=claim.right * claim.left)
    assert any("affine" in why for why in held(with_proof(squared, replace(whole, scale=claim.left))).problems)


def test_nothing_is_divided_by_what_may_be_0() -> None:
    claim = BOUNDS["thm-3-sharp"]
    whole = conclusion_of(claim)
    assert whole is not None
    more = replace(whole, terms=(*whole.terms, term(1 / N, plain(sp.Integer(0)))))
    assert any("N > 0" in why for why in held(with_proof(claim, more)).problems)


# ---------------------------------------------------------------- the table of facts


@functools.cache
def pool() -> tuple[Case, ...]:
    """Gradients, runs of AlphaGrad, and the first own cases of every bound: other methods, prescribed steps."""
    found = [gradients_case(n) for n in DIMENSIONS[:3]]
    found += [problem_case(problem(name), most=20) for name in ("quadratic", "pl-sine", "cosine", "logistic")]
    for bound in PROVED.values():
        found += [bound.tight()] if bound.tight else []
        found += itertools.islice(bound.own_cases(), 2)
    return tuple(found)


@functools.cache
def own_cases(line: str) -> tuple[Case, ...]:
    """What a line of the table says of itself, run once."""
    return tuple(one for found in LINES if found.key == line for one in found.own_cases())


@every_line
def test_a_line_of_the_table_holds(line: Bound) -> None:
    checks = [line.check(one) for one in (*pool(), *own_cases(line.key))]
    assert sum(check.count("violated") for check in checks) == 0
    assert sum(check.count("holds") for check in checks) > 0, "no instance: a line that cannot fail"


ABOVE_0 = {L, ell, L_INF, radius, JOINT}  # an assumption says so: the constants in `POSITIVE`; above the threshold, a
BY_ROUNDING = {delta, next_delta, Delta, Delta0, tail, tail0, mean_delta}  # differences of values


@pytest.mark.parametrize("letter", [*QUANTITIES, *LETTERS], ids=lambda letter: letter.meaning)
def test_a_letter_has_the_sign_that_it_is_declared_with(letter: Quantity) -> None:
    """What a proof takes a letter for, positive or at least 0, is what is measured.

    Adam's step may point uphill: no line that tells of its moments speaks of the alignment.
    """
    found, uphill = 0, letter.meaning.startswith("alignment <g_t")
    assert not any(letter.symbol in line.left.free_symbols for line in LINES if uphill and ADAM in line.assumes)
    for one in (*pool(), *(own for line in LINES for own in own_cases(line.key))):
        if uphill and isinstance(one.optimizer, Adam):
            continue
        try:
            value = np.asarray(letter.measure(one))
        except NotApplicableError:
            continue
        value, least = value[~np.isnan(value)], -1e-9 if letter.symbol in BY_ROUNDING else 0.0
        strict = letter.symbol.is_positive and letter.symbol not in ABOVE_0
        assert not letter.symbol.is_nonnegative or np.all(value > 0 if strict else value >= least), one.label
        found += value.size
    assert found


EQUALITIES = {
    "a, at least",
    "a, at most",
    "gamma_min at the least N",
    "w",
    "s, at least",
    "s, at most",
    "round",
    "opposite",
    "sign, alignment",
    "normalised, alignment",
}


@pytest.mark.parametrize("line", [line for line in LINES if line.key not in EQUALITIES], ids=lambda line: line.key)
def test_a_line_the_wrong_way_round_fails(line: Bound) -> None:
    swapped = replace(line, left=line.right, right=line.left)
    checks = [swapped.check(one) for one in (*pool(), *own_cases(line.key))]
    assert sum(check.count("violated") for check in checks) > 0


def test_the_folders_do_not_import_each_other() -> None:
    root = Path(__file__).parents[1] / "alphalab" / "claims"
    above = {"facts": ("paper", "theory", "ledger", "verify"), "theory": ("paper", "ledger", "verify")}
    for folder, forbidden in above.items():
        for path in (root / folder).glob("*.py"):
            names = [
                node.module or "" for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ImportFrom)
            ]
            wrong = [name for name in names for other in forbidden if name.startswith(f"alphalab.claims.{other}")]
            assert wrong == [], path.name


@pytest.mark.parametrize(("ours", "theirs"), [(Max, sp.Max), (Min, sp.Min)])
def test_a_maximum_compares_numbers_and_is_the_same_letter_as_sympys(ours: Any, theirs: Any) -> None:
    numbers = (sp.sqrt(2), sp.log(3), sp.Rational(6, 5))
    written = ours(N, eps, L * N)
    assert ours(*numbers) == theirs(*numbers)
    assert written.subs({N: numbers[0], eps: numbers[1], L: 1}) == theirs(*numbers[:2])
    assert vanishes(written - theirs(N, eps, L * N, evaluate=False)) and isinstance(written, theirs)
    assert not vanishes(written - ours(N, eps, 2 * L * N))


def test_no_formula_of_the_ledger_is_compared_by_sympy_when_a_letter_is_replaced() -> None:
    """It takes longer than the rest of the proof where sides are long (thm-3-limit)."""
    sides = (side for claim in BOUNDS.values() for side in (claim.left, claim.right))
    found = {one for side in sides for one in side.atoms(sp.Max, sp.Min)}
    assert found and all(isinstance(one, Max | Min) for one in found)


@pytest.mark.parametrize(
    ("formula", "zero"),
    [
        (sp.tanh(2 * sp.log(3)) - sp.Rational(40, 41), True),
        (sp.tanh(2 * sp.log(3)) - sp.Rational(40, 41) - sp.Rational(1, 10**30), False),
        (sp.Integral(sp.exp(-u), (u, 0, sp.oo)).doit() - 1, True),
        (sp.sqrt((N - eps) ** 2) - (N - eps), False),
        (sp.log(N * L) - sp.log(N) - sp.log(L), True),
    ],
)
def test_an_identity_is_shown_by_algebra_or_by_simplify(formula: sp.Expr, zero: bool) -> None:
    assert is_zero(formula) is zero is Identity("", formula, sp.Integer(0)).discharged()
