"""Laws of claims, over the registry: a new claim is tested by existing.

Verdicts are those on record, steps are discharged, witnesses confirmed, tight bounds attained, and a claim that
does not apply says why. The search for counterexamples has a file of its own, test_attack.py.
"""

from __future__ import annotations

import functools
import pickle
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sympy as sp
from cloudpickle import dumps

from alphalab.claims import CLAIMS, Bound, Case, Claim, departures, run_case, verify_all
from alphalab.claims.case import NotApplicableError
from alphalab.claims.claim import VERDICTS
from alphalab.claims.closing import concluded, numbers
from alphalab.claims.conclusion import Conclusion, Split, cite, term
from alphalab.claims.facts.methods import RootRMSProp
from alphalab.claims.facts.runs import next_inverse
from alphalab.claims.ledger import PAPER, THEORY
from alphalab.claims.notation import QUANTITIES
from alphalab.claims.proof import Growth, Identity, Proof, Sign, Step, Witness, latex
from alphalab.claims.verify import Verdict
from alphalab.cli.show import print_table
from alphalab.cli.verify import ledger
from alphalab.optimizers import (
    Adam,
    AlphaGrad,
    GradientDescent,
    HeavyBall,
    NormalizedGD,
    Optimizer,
    PerTensor,
    Scheduled,
    SignSGD,
    Spectral,
    inverse_sqrt,
)
from alphalab.problems import CustomProblem, problem

BOUNDS = [claim for claim in CLAIMS if isinstance(claim, Bound)]
TIGHT = [bound for bound in BOUNDS if bound.tight]
ARGUED = [claim for claim in CLAIMS if claim.proof or claim.witness]


def each(claims: list[Any]) -> Any:
    return pytest.mark.parametrize("claim", claims, ids=lambda claim: claim.key)


@pytest.fixture(autouse=True, scope="module")
def _each_step_is_discharged_once() -> Iterator[None]:
    """A step is frozen data and its answer a function of it."""
    with pytest.MonkeyPatch.context() as patch:
        for kind in (Identity, Growth):
            patch.setattr(kind, "discharged", functools.cache(kind.discharged))
        yield


@pytest.fixture(scope="module")
def verdicts(_each_step_is_discharged_once: None) -> dict[str, Verdict]:
    """Every claim, verified once on all the evidence."""
    return {verdict.key: verdict for verdict in verify_all(CLAIMS)}


# ---------------------------------------------------------------- the record


def test_keys_are_unique_and_verdicts_are_words_of_the_record() -> None:
    assert len({claim.key for claim in CLAIMS}) == len(CLAIMS)
    assert {claim.verdict for claim in CLAIMS} == set(VERDICTS)


def test_the_page_of_the_claims_counts_them() -> None:
    text = (Path(__file__).parents[1] / "docs" / "claims.md").read_text(encoding="utf-8")
    assert re.findall(r"(\d+) more claims", text) == [str(len(THEORY))]
    assert set(re.findall(r"^\| `([a-z0-9-]+)` \| (?:true|corrected|false|open) \|", text, re.M)) == {
        c.key for c in PAPER
    }


@each(list(CLAIMS))
def test_the_verdict_is_the_one_on_record(claim: Claim, verdicts: dict[str, Verdict]) -> None:
    found = verdicts[claim.key]
    assert found.agrees, list(departures([found]))
    assert found.undecided == ()
    assert found.refuted is (True if claim.witness else None)
    assert found.certified is (True if claim.certificate else None)
    assert found.violations == 0 or (isinstance(claim, Bound) and claim.verdict == "false")
    if isinstance(claim, Bound) and not claim.witness:
        assert found.instances > 0, "nothing in the evidence meets its assumptions: a check that cannot fail"


@each(list(CLAIMS))
def test_a_flipped_record_is_noticed(claim: Claim, verdicts: dict[str, Verdict]) -> None:
    for other in set(VERDICTS) - {claim.verdict}:
        assert list(departures([replace(verdicts[claim.key], recorded=other)]))


def test_no_negative_margin_of_what_is_true_is_printed(verdicts: dict[str, Verdict], capsys: Any) -> None:
    print_table(ledger([found for found in verdicts.values() if found.recorded == "true"]))
    out = capsys.readouterr().out
    assert not [line for line in out.splitlines() if "  true  " in line and "  -0" in line.replace("  -  ", "")]
    assert "  true  " in out and "  -2." not in out


NAMED = {q.symbol: "notation" for q in QUANTITIES} | {q.symbol: b.key for b in BOUNDS for q in b.quantities}
NAMED |= {symbol: b.key for b in BOUNDS for symbol in (b.left.free_symbols | b.right.free_symbols)}


@pytest.mark.parametrize("symbol", [pytest.param(s, id=f"{key}: {s.name}") for s, key in NAMED.items()])
def test_a_letter_prints_as_it_is_named(symbol: sp.Symbol) -> None:
    """Sympy takes a name apart at underscores; but for a plain subscript such a name must be in braces."""
    plain = re.sub(r"^(\\?[A-Za-z]+)_(\\?[A-Za-z]+|\d)$", r"\1_{\2}", symbol.name)
    assert sp.latex(symbol) == plain


@each(list(CLAIMS))
def test_a_statement_is_latex(claim: Claim) -> None:
    assert claim.title and claim.source and all(step.sentence for step in steps(claim))
    for text in (claim.statement, *(step.latex() for step in steps(claim))):
        plain = re.sub(r"\\[{}]", "", text)
        assert plain.strip()
        depth = np.cumsum([(c == "{") - (c == "}") for c in plain])
        assert depth.min(initial=0) == 0
        assert depth[-1] == 0
        assert text.count(r"\left") - text.count(r"\leftarrow") == text.count(r"\right") - text.count(r"\rightarrow")
    assert not isinstance(claim, Bound) or set(claim.letters()) != set()


# ---------------------------------------------------------------- proofs and witnesses


def steps(claim: Claim) -> list[Step]:
    return [step for make in (claim.proof, claim.witness) if make for step in make().steps]


@each(ARGUED)
def test_every_step_is_discharged_and_exact(claim: Claim) -> None:
    for step in steps(claim):
        assert step.discharged(), step.sentence
        for part in vars(step).values():
            assert not isinstance(part, sp.Basic) or not part.atoms(sp.Float), step.sentence


@each(ARGUED)
def test_an_identity_shows_what_is_computed(claim: Claim) -> None:
    """No 0 = 0: what sympy works out before it is shown says nothing."""
    shown = [
        (step.sentence, sp.latex(step.left), sp.latex(step.right)) for step in steps(claim) if type(step) is Identity
    ]
    assert [sentence for sentence, left, right in shown if left == right] == []


@each(ARGUED)
def test_a_step_is_printed_with_its_brackets(claim: Claim) -> None:
    """What is not evaluated keeps its brackets: a - (a - s) and not a - a - s."""
    for step in steps(claim):
        for part in vars(step).values():
            inner = {e.args[0] for e in part.atoms(sp.UnevaluatedExpr)} if isinstance(part, sp.Basic) else set()
            for one in inner:
                assert not one.is_Add or rf"\left({latex(one)}\right)" in step.latex(), step.sentence


def test_whatever_is_false_has_a_witness_or_was_measured() -> None:
    false = [claim for claim in CLAIMS if claim.verdict not in ("true", "open")]
    assert [claim.key for claim in false if not (claim.witness or claim.measured)] == []


def spoiled(step: Any) -> Any:
    """The step with an error in it."""
    match step:
        case Identity():
            return replace(step, right=step.right + sp.Rational(1, 1000))
        case Sign():
            return replace(step, expression=-step.expression)
        case Growth():
            return replace(step, derivative=step.derivative + sp.Rational(1, 1000))
    raise TypeError(step)


@each(ARGUED)
def test_an_error_in_any_step_is_noticed(claim: Claim) -> None:
    for step in steps(claim):
        wrong = spoiled(step)
        strict = isinstance(wrong, Sign) and wrong.relation in (">=", "<=") and step.expression.is_zero
        assert not strict, f"{step.sentence}: says nothing, its expression is 0"
        assert not wrong.discharged(), step.sentence


@each(ARGUED)
def test_what_a_step_ends_in_is_missed_by_one_percent(claim: Claim) -> None:
    """A limit's target, an exact value, a step of a witness."""
    for step in steps(claim):
        if isinstance(step, Identity) and step.right != 0:
            assert not replace(step, right=step.right * sp.Rational(101, 100)).discharged(), step.sentence


@each([claim for claim in CLAIMS if not isinstance(claim, Bound) and claim.verdict == "true" and claim.proof])
def test_a_number_that_is_stated_is_shown(claim: Claim) -> None:
    """Without two sides, a number of the statement changed by 1 % is what no step shows."""
    book = {one.key: one for one in CLAIMS}
    assert concluded(claim, book).problems == ()
    for number in numbers(claim.statement):
        other = f"{float(number) * 1.01 or 0.01:.6g}"
        changed = replace(claim, statement=claim.statement.replace(number, other, 1).replace(r"\tfrac", r"\frac "))
        assert concluded(changed, book).problems, number


@each([claim for claim in BOUNDS if claim.proof])
def test_an_error_in_a_conclusion_departs_from_the_record(claim: Bound) -> None:
    """A term less in the first case."""
    assert claim.proof
    whole = claim.proof()
    assert whole.concludes
    planted = replace(whole, concludes=replace(whole.concludes, terms=shorter(whole.concludes.terms)))
    changed = replace(claim, proof=lambda: planted, cases=None)
    assert list(departures(verify_all([changed], cases=())))


def shorter(terms: Any) -> Any:
    """The terms without the last one, in the first case that has any; a case without any gets one."""
    if not isinstance(terms, Split):
        return terms[:-1]
    return replace(terms, above=shorter(terms.above)) if terms.above else replace(terms, below=shorter(terms.below))


@each(ARGUED)
def test_an_error_in_an_argument_departs_from_the_record(claim: Claim) -> None:
    """In the first and in the last step of the proof and of the witness."""
    for name in ("proof", "witness"):
        make = getattr(claim, name)
        if make is None:
            continue
        whole: Proof | Witness = make()
        if not whole.steps:
            continue
        for k in {0, len(whole.steps) - 1}:
            broken = replace(whole, steps=(*whole.steps[:k], spoiled(whole.steps[k]), *whole.steps[k + 1 :]))
            planted: dict[str, Any] = {name: lambda made=broken: made, "trial": None}
            planted |= {"cases": None} if isinstance(claim, Bound) else {}
            assert list(departures(verify_all([replace(claim, **planted)], cases=())))


# ---------------------------------------------------------------- tight bounds


def measured(bound: Bound) -> tuple[np.ndarray, np.ndarray]:
    """left/right and the outcome on the last row it applies to of the case that is said to attain the bound."""
    assert bound.tight
    check = bound.check(bound.tight())
    last = np.flatnonzero(np.any((check.outcome != "not applicable").reshape(len(check.outcome), -1), axis=1))[-1]
    return check.tightness[last], check.outcome[last]


@each(TIGHT)
def test_a_tight_bound_is_attained_and_falls_one_percent_lower(claim: Bound) -> None:
    tightness, outcome = measured(claim)
    assert np.all(outcome == "holds")
    assert np.all(tightness >= 0.9999)
    for lower in ({"right": 0.99 * claim.right}, {"left": claim.left / 0.99}):
        assert np.all(measured(replace(claim, **lower))[1] == "violated")


# ---------------------------------------------------------------- what does not apply


def plain(**known: Any) -> CustomProblem:
    """||x||^2/2 in three dimensions, of which nothing is said but what is passed."""
    return CustomProblem(value=lambda x: (x * x).sum(axis=-1) / 2, gradient=lambda x: x, n=3, **known)


def methods(rate: Any = 0.1, **settings: Any) -> list[Optimizer]:
    inner = AlphaGrad(learning_rate=rate, **settings)
    return [
        inner,
        HeavyBall(inner, momentum=0.5),
        PerTensor(inner, blocks=(1, 2)),
        PerTensor((inner, replace(inner, learning_rate=inner.learning_rate / 2)), blocks=(1, 2)),
        PerTensor(SignSGD(learning_rate=rate), blocks=(1, 2)),
        Scheduled(inner, schedule=inverse_sqrt),
        Scheduled(inner, schedule=next_inverse),
        SignSGD(learning_rate=rate),
    ]


def needs(bound: Bound) -> set[str]:
    """The constants that a bound says must be known."""
    return {name for a in bound.assumes if a.sentence.endswith(" known") for name in a.gives}


@each(BOUNDS)
def test_what_is_not_known_is_said_and_never_raised(claim: Bound) -> None:
    """On a problem of which only value and gradient are given."""
    checks = [claim.check(run_case(method, plain(), np.ones(3), 3)) for method in methods()]
    if needs(claim):
        assert all(set(check.outcome) == {"not applicable"} and check.because for check in checks)
    else:  # what only the maker of a case can tell is not given either
        told = all(check.because.endswith("is not given") for check in checks if "method" not in check.because)
        assert any(set(check.outcome) == {"holds"} for check in checks) or told


@each([bound for bound in BOUNDS if "L" in needs(bound)])
def test_that_no_smoothness_is_given_is_the_reason(claim: Bound) -> None:
    all_methods = [*methods(), *(method(learning_rate=0.1, **options) for method, options in OTHERS)]
    all_methods.append(Spectral(AlphaGrad(learning_rate=0.1), shape=(1, 3)))
    reasons = [claim.check(run_case(method, plain(convex=True), np.ones(3), 3)).because for method in all_methods]
    assert any(re.fullmatch(r"L( and .*)? (is|are) not given", reason) for reason in reasons), reasons


OTHERS: tuple[tuple[Any, dict[str, float]], ...] = (  # whose rates are claims too
    (GradientDescent, {}),
    (NormalizedGD, {"epsilon": 0.0}),
    (Adam, {"beta1": 0.0}),
    (RootRMSProp, {}),
)


@functools.cache
def pool() -> tuple[Case, ...]:
    """Cases of many kinds: unknown constants, other methods, not convex, other steps, a start outside D."""
    cosine, quadratic = problem("cosine", 3), problem("quadratic", 3)
    start = np.asarray([3.0, -2.0, 1.0])
    cases = [run_case(method, plain(), start, 8) for method in methods()]
    cases += [run_case(method, plain(L=1.0), start, 8) for method in methods()]
    cases += [run_case(method, plain(L=1.0), start, 8) for method in methods(epsilon=10.0)]  # below 2 eps/(alpha L)
    cases += [run_case(method, plain(L=1.0), start, 8) for method in methods(epsilon=0.0)]
    cases += [run_case(method, plain(L=1.0), np.zeros(3), 8) for method in methods()]  # at a zero gradient
    cases.append(replace(cases[0], declared={"noise": np.ones_like(cases[0].gradient_norm)}))
    flat = problem("quadratic-diagonal", 3, eigenvalues=np.ones(3))  # L rho < 2 mu
    cases += [run_case(method, flat, start, 8) for method in methods(alpha=0.5)]
    cases.append(run_case(AlphaGrad(learning_rate=3.0), problem("cosh", 3), start, 8))  # steps beyond 1/L1
    declared = {"D": 1e-3, "L_inf": 9.0, "period": 2.0}
    cases += [run_case(method, known, start, 8, **declared) for known in (cosine, quadratic) for method in methods()]
    return tuple(cases)


@each([bound for bound in BOUNDS if bound.assumes])
def test_every_assumption_masks(claim: Bound) -> None:
    """Each one is broken somewhere in the pool, and where it is, the bound does not speak."""
    for assumption in claim.assumes:
        found = 0
        for case in pool():
            try:
                broken = assumption.broken(case)
            except NotApplicableError:  # a letter in it is not known
                continue
            apart = np.broadcast_to(
                isinstance(broken, str) if isinstance(broken, str | None) else broken, case.gradient_norm.shape
            )
            found += int(apart.sum())
            assert np.all(claim.check(case).outcome[apart] == "not applicable"), assumption.sentence
            alone = replace(claim, assumes=(assumption,), left=sp.Integer(0), right=sp.Integer(1)).check(case)
            assert np.array_equal(alone.outcome, np.where(apart, "not applicable", "holds")), assumption.sentence
        assert found, f"nothing breaks {assumption.sentence!r}"


def test_the_assumption_of_a_bounded_run_is_judged_row_by_row() -> None:
    """A run that leaves the ball is an instance until it does."""
    bound = next(bound for bound in BOUNDS if bound.key == "thm-1-rate")
    distance = next(assumption for assumption in bound.assumes if r"\le D" in assumption.sentence)
    leaving = run_case(AlphaGrad(learning_rate=3.0, alpha=5.0), problem("quadratic-diagonal", 1), np.ones(1), 2, D=1.5)
    assert list(np.ravel(distance.broken(leaving))) == [False, True]


def test_a_process_of_its_own_decides_as_this_one() -> None:
    """A claim with letters of its own, with an assumption made by a function, and one that cites both kinds."""
    keys = ("smooth-maximum", "smooth-maximum-lemma", "thm-4-slow", "thm-6-sharp", "thm-7-sharp")
    claims = [one for one in CLAIMS if one.key in keys]
    mine = [replace(one, key=f"my-{one.key}") for one in claims]
    wrong = [replace(one, key=f"wrong-{one.key}", left=2 * one.right) for one in claims]
    citing = replace(mine[0], key="citing", proof=lambda: Proof(concludes=Conclusion((term(1, cite(mine[0].key)),))))
    every = [*claims, *mine, *wrong, citing]
    here, there = (verify_all(every, [], jobs=jobs) for jobs in (1, 2))
    for one, other in zip(here, there, strict=True):
        assert replace(other, seconds=one.seconds) == one
        assert one.undecided if one.key.startswith("wrong-") else one.found == "true"


@each(list(CLAIMS))
def test_what_the_ledger_stands_on_is_itself_after_a_journey(claim: Claim) -> None:
    """So that a claim of one's own means the same in another process by the theory's letters and assumptions."""
    assert pickle.loads(dumps(claim)) is claim
    changed = pickle.loads(dumps(replace(claim, key="mine")))
    parts = [(changed.assumes, claim.assumes)]
    parts += [(changed.quantities, claim.quantities)] if isinstance(claim, Bound) else []
    assert all(a is b for copies, ours in parts for a, b in zip(copies, ours, strict=True))
