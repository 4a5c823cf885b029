"""The evidence can fail: a run that has stopped is no instance, every dropped assumption and wrong constant shows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from alphalab.claims import Bound, claim
from alphalab.claims.case import NEEDED, OBSERVED, trajectory_case
from alphalab.optimizers import AlphaGrad, HeavyBall, Scheduled, inverse
from alphalab.problems import CustomProblem, problem
from alphalab.simulation import Trajectory, simulate

SEEN = (*OBSERVED, "distance")


def bound(key: str) -> Bound:
    found = claim(key)
    assert isinstance(found, Bound)
    return found


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
