"""The evidence can fail: a run that has stopped is no instance, every dropped assumption and wrong constant shows.

What `verify` notices by itself, on the evidence that it meets by default, and without the proof; and what it keeps.
"""

from __future__ import annotations

import functools
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sympy as sp
from wrong_constants import WRONG, bound

from alphalab.claims import (
    CLAIMS,
    Assumption,
    Bound,
    Case,
    Claim,
    cache,
    claim,
    gradient_case,
    kernel,
    run_case,
    verify,
    verify_all,
)
from alphalab.claims.breaking import breaking
from alphalab.claims.case import NEEDED, OBSERVED, trajectory_case
from alphalab.claims.evidence import CLASSES, evidence, gradients_case
from alphalab.claims.facts.assumptions import ALPHAGRAD, BEYOND, MET, MOVING, OFF_MINIMA, PLUS
from alphalab.claims.notation import N, eps, evaluate
from alphalab.claims.verify import Verdict
from alphalab.optimizers import AlphaGrad, HeavyBall, Scheduled, inverse
from alphalab.problems import CustomProblem, problem
from alphalab.simulation import Trajectory, simulate

SEEN = (*OBSERVED, "distance")


def half_square(n: int = 3) -> CustomProblem:
    return CustomProblem(
        value=lambda x: (x**2).sum(-1) / 2,
        gradient=lambda x: 1.0 * x,
        n=n,
        L=1.0,
        mu=1.0,
        f_star=0.0,
        x_star=np.zeros(n),
    )


# ---------------------------------------------------------------- what a run says


def stopped(tolerance: float, start: Any = (0.4, 0.3, 0.1), steps: int = 50) -> tuple[Any, Any, Trajectory]:
    method, subject = AlphaGrad(learning_rate=1e-2, alpha=2.0), half_square()
    return method, subject, simulate(method, subject, np.asarray(start), steps, observe=SEEN, tolerance=tolerance)


@pytest.mark.parametrize("key", ["thm-1", "thm-2", "thm-2-sharp", "thm-4-sharp", "best-iterate"])
@pytest.mark.parametrize("tolerance", [0.4, 1.0])
def test_rows_after_a_run_has_stopped_are_no_instances(key: str, tolerance: float) -> None:
    method, subject, run = stopped(tolerance, steps=8_000)
    check = bound(key).check_run(method, subject, run)
    last = int(run.status_step)
    assert run.status == "converged"
    assert last < 100
    assert set(check.outcome[last + 1 :]) == {"not applicable"}
    assert check.count("violated") == 0
    assert "stopped" in check.because
    steps = key == "thm-4-sharp"  # of which the last row has none
    assert check.count("holds") == last + (not steps)


def test_rows_of_a_run_that_was_not_stopped_all_count() -> None:
    method, subject, run = stopped(0.0)
    assert bound("thm-2").check_run(method, subject, run).count("holds") == run.steps


@pytest.mark.parametrize("method", [AlphaGrad(learning_rate=1e-9), HeavyBall(AlphaGrad(), momentum=0.5)])
def test_a_run_of_another_optimizer_is_refused(method: Any) -> None:
    _, subject, run = stopped(0.0)
    with pytest.raises(ValueError, match=r"^the optimizer of the run is AlphaGrad\(.*, not "):
        bound("thm-4-sharp").check_run(method, subject, run)


def test_a_run_on_another_problem_is_refused() -> None:
    method, _, run = stopped(0.0)
    with pytest.raises(ValueError, match=r"^the problem of the run is custom.*, not quadratic$"):
        bound("thm-4-sharp").check_run(method, problem("quadratic", 3), run)


def test_where_a_schedule_lies_in_memory_makes_no_other_optimizer(tmp_path: Any) -> None:
    method, subject = Scheduled(AlphaGrad(learning_rate=np.asarray([0.1, 0.2])), schedule=inverse), half_square()
    run = simulate(method, subject, np.ones(3), 5, observe=SEEN)
    told = str(run.settings["optimizer"]).replace(" at 0x", " at 0xf")
    object.__setattr__(run, "settings", {**run.settings, "optimizer": told})
    loaded = Trajectory.load(run.save(tmp_path / "run"))
    assert bound("thm-8").check_run(method, subject, loaded).count("holds") == 10


@pytest.mark.parametrize("name", NEEDED)
def test_what_was_not_observed_is_told_by_its_name(name: str) -> None:
    subject, method = half_square(), AlphaGrad()
    run = simulate(method, subject, np.ones(3), 5, observe=[one for one in SEEN if one != name])
    with pytest.raises(ValueError, match=f"^the run did not observe '{name}'"):
        trajectory_case(method, subject, run)


def test_what_only_some_claims_need_is_a_reason() -> None:
    subject, method = half_square(), AlphaGrad()
    run = simulate(method, subject, np.ones(3), 5, observe=NEEDED)
    assert bound("thm-1").check_run(method, subject, run).because == "'distance' was not observed"
    assert bound("thm-2").check_run(method, subject, run).count("holds") == 5


def test_gradients_are_checked_as_they_are_given() -> None:
    check = bound("lemma-2").check_gradients(AlphaGrad(alpha=[[2.0], [3.0]]), [[3.0, 4.0], [0.0, 1.0]])
    assert check.outcome.shape == (1, 2, 2)
    assert check.count("holds") == 4


def test_a_check_and_a_claim_are_told_in_a_few_lines() -> None:
    method, subject, run = stopped(0.4)
    check = repr(bound("thm-2").check_run(method, subject, run))
    kept, why = int(run.status_step) + 1, "the run has stopped or diverged, or a value is subnormal"
    assert check.splitlines()[0] == f"Check({kept} holds, {50 - kept} not applicable ({why})"
    assert check.count("\n") == 1
    for key in ("thm-2", "eq7", "thm-2-liminf"):
        said = repr(claim(key))
        assert said.count("\n") == 2
        assert key in said and "Callable" not in said and "function" not in said
    assert not [claim.key for claim in CLAIMS if "\\" in repr(claim)]


# ---------------------------------------------------------------- dropped assumptions

TRUE = [claim for claim in CLAIMS if isinstance(claim, Bound) and claim.verdict == "true"]
PAIRS = [
    (bound, assumption)
    for bound in TRUE
    for assumption in bound.assumes
    if not assumption.sentence.endswith(" known")  # there is no bound without a constant
]
NOT_NEEDED = {
    # they make the title true, that runs end in the 2-cycle; the inequality holds without, a := 0 below the threshold
    ("thm-4-attraction", PLUS.sentence),
    ("thm-4-attraction", BEYOND.sentence),
    ("thm-2-plain", ALPHAGRAD.sentence),  # h^{-1}(b) <= b + eps speaks of numbers
    ("rem-1c", ALPHAGRAD.sentence),  # as does 1 - m/(m+eps) <= eps/m
    ("smooth-maximum-constant", ALPHAGRAD.sentence),  # ||d||_2^2 <= n ||d||_inf^2 of every vector d
    # without them a side is infinite
    ("thm-1", OFF_MINIMA.sentence),  # right side inf
    ("thm-4-slow", PLUS.sentence),  # left side -inf: the term in 1/eps^3 is negative
    # at g_t = 0 the step is 0 and r = 0: with 0/0 = 0 both sides are 0, and the inequality is true
    ("lemma-1-sharp-lower", MOVING.sentence),
    ("lemma-2-sharp", MOVING.sentence),
    ("best-iterate-lemma", MOVING.sentence),
    ("best-iterate-decrease", MOVING.sentence),
    ("best-iterate-joint-lemma", MOVING.sentence),
    ("thm-5-rate", MOVING.sentence),  # PL: delta_t = 0 there
    # at g_t = 0 the least norm is 0, below every right side
    ("best-iterate", MOVING.sentence),
    ("best-iterate-best", MOVING.sentence),
    ("best-iterate-joint", MOVING.sentence),
    ("bounded-slope-best", MOVING.sentence),
    ("floor-two-cycle", MOVING.sentence),  # a 2-cycle through a stationary point stays there
    ("adam-step", MET.sentence),  # at s = 0 the direction is 0
    ("rmsprop-decrease", PLUS.sentence),  # left side -inf
    ("rmsprop-rate", PLUS.sentence),  # at eps = 0 the logarithm is inf, and the minimum its other member
    ("spectral-lemma-1-lower", MOVING.sentence),
    ("spectral-lemma-2", MOVING.sentence),
    ("spectral-best", MOVING.sentence),
    ("l0-l1", MOVING.sentence),
    ("l0-l1-norm", MOVING.sentence),
    ("l0-l1-decrease", MOVING.sentence),
    ("l0-l1-best", MOVING.sentence),
}


@functools.cache
def made(make: Callable[[], Any]) -> Any:
    """The case, or the cases, that a claim makes, made once for all its changes."""
    found = make()
    return found if isinstance(found, Case) else tuple(found)


def on_evidence(bound: Bound, cases: Any = ()) -> Verdict:
    """What the evidence alone says."""
    own = {name: functools.partial(made, make) for name in ("tight", "cases") if (make := getattr(bound, name))}
    return verify_all([replace(bound, proof=None, certificate=None, **own)], cases)[0]


@pytest.mark.parametrize("claim", TRUE, ids=lambda claim: claim.key)
def test_nothing_breaks_a_bound_with_all_its_assumptions(claim: Bound) -> None:
    assert [case.label for case in breaking(claim) if claim.check(case).count("violated")] == []


@pytest.mark.parametrize("bound, dropped", PAIRS, ids=[f"{bound.key}, {a.sentence}" for bound, a in PAIRS])
def test_every_assumption_is_needed(bound: Bound, dropped: Assumption) -> None:
    """Without it `verify` finds a violation on the claim's own evidence, whatever the proof says."""
    found = on_evidence(replace(bound, assumes=tuple(a for a in bound.assumes if a is not dropped)))
    assert (found.violations > 0) is ((bound.key, dropped.sentence) not in NOT_NEEDED)
    assert not found.agrees or not found.violations


def test_nothing_divided_by_nothing_is_nothing() -> None:
    """As r is at N = 0: a case at which a side says 0/0 is an instance, and a claim without `N > 0` can fail there."""
    at_zero = gradient_case(AlphaGrad(epsilon=[0.0, 1.0]), np.zeros((2, 3)))
    assert list(evaluate(eps / N, at_zero)[0]) == [0.0, np.inf]
    assert list(evaluate(N**2 / (N + eps), at_zero)[0]) == [0.0, 0.0]


# ---------------------------------------------------------------- wrong constants


@pytest.fixture(scope="module")
def class_cases() -> list[Case]:
    return [make() for make in evidence(problems=CLASSES)]


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_constant_is_noticed(what: str, class_cases: list[Case]) -> None:
    """By `verify` as it is called for one claim."""
    found = on_evidence(WRONG[what](), class_cases)
    assert found.found == "false"
    assert not found.agrees


# ---------------------------------------------------------------- names, objects, what is kept


def test_a_claim_is_verified_by_name_and_as_an_object() -> None:
    by_name, as_object = (verify(key, problems=["huber"], quick=True) for key in ("thm-2", claim("thm-2")))
    assert replace(by_name, seconds=0.0) == replace(as_object, seconds=0.0)
    assert any(finding.case.startswith("huber, n =") for finding in by_name.findings)
    mine = Bound(key="mine", title="half of lemma 1", source="me", left=bound("lemma-1").left, right=sp.Rational(1, 2))
    assert (verify(mine).found, verify(mine).violations > 0) == ("false", True)


def test_evidence_of_ones_own_takes_the_place_of_the_labs() -> None:
    case = run_case(AlphaGrad(), half_square(), np.ones(3), 7, "mine")
    found = verify("thm-2-sharp", evidence=[case])
    assert [finding.case for finding in found.findings][:1] == ["mine"]
    assert not any(finding.case.startswith("gradients, n =") for finding in found.findings)


def test_a_verdict_is_kept_and_told_again(monkeypatch: pytest.MonkeyPatch) -> None:
    claims, asked = tuple(map(claim, keys := ["lemma-1", "ex-1", "floor-mean", "sec6-dqn", "sec6-td3"])), []

    def decide(chosen: tuple[Claim, ...]) -> tuple[Verdict, ...]:
        asked.append([one.key for one in chosen])
        return verify_all(chosen, ())

    first, again = (cache.remembered(claims, "few", decide) for _ in range(2))
    assert first == again
    assert json.dumps([v.as_dict() for v in first]) == json.dumps([v.as_dict() for v in again])
    assert asked == [keys]
    cache.remembered(claims, "other evidence", decide)
    monkeypatch.setattr(cache, "_code", lambda: "another")
    cache.remembered(claims, "few", decide)
    assert asked == [keys] * 3


@pytest.mark.private
def test_a_verdict_rests_on_the_trainings_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(cache.FOLDER, tmp_path / "results")
    monkeypatch.setattr(cache, "FOLDER", tmp_path / "results")
    seen = {cache._code.__wrapped__()}
    for path in sorted(cache.FOLDER.glob("*.csv")):
        path.write_text(path.read_text() + " ")
        seen.add(cache._code.__wrapped__())
    assert len(seen) == 1 + len(list(cache.FOLDER.iterdir())) > 1


def test_what_the_kernel_knows_is_asked_anew_of_a_verdict_that_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    said = []
    for words in ("on record", "kernel-checked"):
        monkeypatch.setattr(kernel, "known", lambda claim, words=words: words)
        said += [v.kernel for v in cache.remembered((claim("ex-1"),), "few", functools.partial(verify_all, cases=()))]
    assert said == ["on record", "kernel-checked"]


def test_what_is_not_of_the_ledger_is_never_kept() -> None:
    changed = replace(bound("lemma-1"), right=bound("lemma-1").right / 4)
    decide = functools.partial(verify_all, cases=[functools.partial(gradients_case, 10)])
    for _ in range(2):
        assert [v.found for v in cache.remembered((claim("lemma-1"), changed), "few", decide)] == ["true", "false"]


@pytest.mark.parametrize("damage", ["", "{", "{}", '{"code": 1, "verdict": {}}', "[]"])
def test_a_damaged_file_is_no_verdict(damage: str) -> None:
    decide = functools.partial(verify_all, cases=())
    (right,) = cache.remembered((claim("ex-1"),), "few", decide)
    for path in cache.folder().iterdir():
        path.write_text(damage)
    (again,) = cache.remembered((claim("ex-1"),), "few", decide)
    assert replace(again, seconds=0.0) == replace(right, seconds=0.0)


def test_a_folder_that_cannot_be_written_makes_it_no_worse(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert cache.remembered((claim("ex-1"),), "few", functools.partial(verify_all, cases=()))[0].agrees
