"""Laws of the simulation: batch invariance, endings, folds, names of axes, storage, and what misuse says."""

from __future__ import annotations

import contextlib
import json
import math
import pathlib
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import optimizer_laws as laws
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from optimizer_laws import EVERY, RULES, an_array, an_example, an_optimizer, stacked

import alphalab as al
from alphalab.arrays import dot, leaves, map_arrays, matvec, namespace, norm, roundoff, to_numpy
from alphalab.optimizers import (
    Adam,
    AlphaGrad,
    Geometric,
    GradientDescent,
    HeavyBall,
    NormalizedGD,
    NormalizedNonlinear,
    PerTensor,
    RMSProp,
    SaturationControlled,
    Scheduled,
    SignSGD,
    SquashedGradient,
)
from alphalab.problems import CustomProblem
from alphalab.problems.problem import Constants
from alphalab.simulation import OBSERVABLES, Sweep, Trajectory, plan, simulate
from alphalab.simulation.trajectory import FINAL

every = pytest.mark.parametrize("name", EVERY)


class Given:
    """A problem made from one function x -> (f, g)."""

    name = "given"

    def __init__(self, n: int, both: Callable[[Any], tuple[Any, Any]], x_star: Any = None) -> None:
        self.n, self.value_and_gradient, self.constants = n, both, Constants(x_star=x_star)

    def value(self, x: Any) -> Any:
        return self.value_and_gradient(x)[0]

    def gradient(self, x: Any) -> Any:
        return self.value_and_gradient(x)[1]

    def start(self, seed: int = 0) -> np.ndarray:
        return np.random.default_rng(seed).standard_normal(self.n)


def rotation(n: int) -> np.ndarray:
    return np.linalg.qr(np.random.default_rng(9).standard_normal((n, n)))[0]


def bowl(n: int, low: float = 0.1) -> Given:
    """f = x A x/2, A rotated with eigenvalues from `low` to 1."""
    q = rotation(n)
    a = (q * np.geomspace(low, 1.0, n)) @ q.T

    def both(x: Any) -> tuple[Any, Any]:
        g = matvec(a, x)
        return dot(x, g) / 2, g

    return Given(n, both, x_star=np.zeros(n))


def hills(n: int) -> Given:
    """A rotated bowl with waves: not convex, not separable."""
    q = rotation(n)

    def both(x: Any) -> tuple[Any, Any]:
        xp = namespace(x)
        y = matvec(q, x)
        return dot(y, y) / 2 + xp.sum(xp.cos(3 * y), axis=-1), matvec(q.T, y - 3 * xp.sin(3 * y))

    return Given(n, both, x_star=np.zeros(n))


def ramp(n: int = 2, bad: Callable[[Any, Any, Any], tuple[Any, Any]] | None = None, beyond: float = -2.5) -> Given:
    """f = sum x, g = 1; where x_1 < beyond, (f, g) is what `bad(x, f, g)` gives instead."""

    def both(x: Any) -> tuple[Any, Any]:
        f, g = x.sum(-1), np.ones_like(x)
        there = x[..., 0] < beyond
        if bad is None:
            return f, g
        other_f, other_g = bad(x, f, g)
        return np.where(there, other_f, f), np.where(there[..., None], other_g, g)

    return Given(n, both)


def first_two(x: Any, f: Any, g: Any, d: Any) -> Any:
    """A function of everything, for `observe`."""
    return x[..., 0] * f + g[..., 0] * d[..., 0]


PLAIN = ("value", "gradient_norm", "alignment", "direction_sq", "distance", "mean:value", "min:value", "max:distance")
SQUASHING = ("saturated_fraction", "pre_activation_q05", "pre_activation_q50", "sum:pre_activation_q95")


def squashes(member: Any) -> bool:
    inner = member.optimizer if hasattr(member, "optimizer") else member
    return all(squashes(part) for part in inner) if isinstance(inner, tuple) else (
        isinstance(inner, SquashedGradient) or (inner is not member and squashes(inner))
    )  # fmt: skip


def watch_all(member: Any) -> tuple[Any, ...]:
    return (*PLAIN, "sum:direction_sq", first_two, *(SQUASHING if squashes(member) else ()))


def fields(run: Trajectory, index: Any = ()) -> dict[str, np.ndarray]:
    """Everything a run leaves, for one entry of its batch."""
    parts = {
        name: getattr(run, name) for name in Trajectory.__dataclass_fields__ if name[:2] in ("x_", "va", "gr", "st")
    }
    parts = {name: np.asarray(part)[index] for name, part in parts.items()}
    batch = len(run.batch)
    for name, record in run.records.items():
        parts[name] = record[(..., *index)] if record.ndim > batch else record[index]
    return parts


def assert_same_run(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> None:
    assert one.keys() == other.keys()
    for name, part in one.items():
        np.testing.assert_array_equal(part, other[name], err_msg=name, strict=True)


# ---------------------------------------------------------------- batch invariance


@pytest.mark.private
@every
@given(data=st.data())
@settings(max_examples=2)
def test_a_run_in_a_sweep_is_the_run_alone_bit_for_bit(name: str, data: Any) -> None:
    """Hyperparameters swept, every block width, runs that stop early or diverge beside it."""
    n, runs = data.draw(st.integers(1, 6)), 5
    problem = data.draw(st.sampled_from([bowl, hills]))(n)
    members = [an_optimizer(data.draw, name, n) for _ in range(runs)]
    x0 = an_array(data.draw, (runs, n), st.floats(-3, 3))
    tolerance = data.draw(st.sampled_from([0.0, 0.5]))
    settings = {"steps": 12, "observe": watch_all(members[0]), "tolerance": tolerance}
    alone = [fields(simulate(member, problem, start, **settings)) for member, start in zip(members, x0, strict=True)]
    for width in (2, 3, 5):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(plan, "BLOCK_ELEMENTS", width * n)
            run = simulate(stacked(members), problem, x0, **settings)
        for i in range(runs):
            assert_same_run(fields(run, (i,)), alone[i])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@every
def test_a_run_in_a_wide_sweep_is_the_run_alone(name: str, dtype: str) -> None:
    rng = np.random.default_rng(10)
    member = an_example(name, 5)
    x0, problem = rng.standard_normal((301, 5)).astype(dtype), hills(5)
    run = simulate(member, problem, x0, 15, observe=PLAIN)
    for i in (0, 150, 300):
        assert_same_run(fields(run, (i,)), fields(simulate(member, problem, x0[i], 15, observe=PLAIN)))


def test_a_stopped_run_keeps_its_record_while_its_neighbours_go_on() -> None:
    """Adam's direction goes on changing at a point that is held: the record of a stopped run must not."""
    x0, problem = np.asarray([[3.0, 1.0], [400.0, -300.0]]), bowl(2)
    observe = ("direction_sq", "sum:direction_sq", "mean:direction_sq", "max:direction_sq", "alignment")
    for member in (
        Adam(learning_rate=0.05),
        RMSProp(learning_rate=0.05),
        SaturationControlled(AlphaGrad(learning_rate=0.05)),
    ):
        run = simulate(member, problem, x0, 200, observe=observe, tolerance=0.5)
        assert run.status[0] == "converged" and run.status_step[0] < 200 and run.status[1] != "converged"
        assert_same_run(
            fields(run, (0,)), fields(simulate(member, problem, x0[0], 200, observe=observe, tolerance=0.5))
        )
        stop = run.status_step[0]
        assert np.all(run.direction_sq[stop:, 0] == run.direction_sq[stop, 0])
        assert run["sum:direction_sq"][0] == pytest.approx(run.direction_sq[:, 0].sum(), rel=roundoff(200, np.float64))
        assert run["max:direction_sq"][0] == run.direction_sq[:, 0].max()


def test_neither_the_start_nor_the_hyperparameters_are_written_to() -> None:
    x0, alpha = np.ones((3, 2)), np.asarray([1.0, 2.0, 3.0])
    x0.flags.writeable = alpha.flags.writeable = False
    simulate(AlphaGrad(alpha=alpha), bowl(2), x0, 5)
    assert np.all(x0 == 1.0) and alpha.tolist() == [1.0, 2.0, 3.0]


# ---------------------------------------------------------------- array libraries


@every
def test_every_library_takes_the_same_few_steps(name: str, xp: Any) -> None:
    """Five steps, before any roundoff is amplified; 64 for what a step of a normalised method may amplify."""
    member = an_example(name, 4)
    x0 = 1 + np.random.default_rng(11).random((3, 4))
    wanted = simulate(member, bowl(4), x0, 5, observe=PLAIN)
    found = simulate(member, bowl(4), xp.asarray(x0), 5, observe=PLAIN)
    assert type(found.x_last) is np.ndarray and found.status.tolist() == wanted.status.tolist()
    for key, part in fields(wanted).items():
        if part.dtype.kind == "f":
            allowed = 5 * 64 * roundoff(4, part.dtype) * np.abs(part).max(initial=1.0)
            assert np.all(np.abs(fields(found)[key] - part) <= allowed), key


CONTRACTING = (
    GradientDescent(learning_rate=0.5),
    AlphaGrad(learning_rate=0.1, alpha=2.0, epsilon=0.2),  # eps = alpha L eta: steps contract at the minimum too
    HeavyBall(AlphaGrad(learning_rate=0.01, alpha=2.0, epsilon=0.2), momentum=0.5),
    NormalizedGD(learning_rate=0.1, epsilon=0.1),
    Adam(learning_rate=0.05, epsilon=1.0),
)


@pytest.mark.parametrize("member", CONTRACTING, ids=lambda member: member.name)
def test_every_library_runs_the_same_where_steps_contract(member: Any, xp: Any) -> None:
    steps, x0 = 60, np.random.default_rng(12).standard_normal((4, 3))
    wanted = simulate(member, bowl(3), x0, steps, observe=("value", "gradient_norm", "mean:value"))
    found = simulate(member, bowl(3), xp.asarray(x0), steps, observe=("value", "gradient_norm", "mean:value"))
    allowed = steps * roundoff(3, np.float64) * np.abs(x0).max()
    for key, part in fields(wanted).items():
        if part.dtype.kind == "f":
            assert np.all(np.abs(fields(found)[key] - part) <= allowed * max(1.0, np.abs(part).max())), key
    assert found.status.tolist() == wanted.status.tolist()


def test_a_library_stops_runs_as_numpy_does(xp: Any) -> None:
    x0 = np.asarray([[0.3, 0.1], [40.0, -30.0], [0.0, 0.0]])
    wanted = simulate(Adam(learning_rate=0.05, epsilon=1.0), bowl(2), x0, 60, tolerance=0.05, observe=PLAIN)
    found = simulate(Adam(learning_rate=0.05, epsilon=1.0), bowl(2), xp.asarray(x0), 60, tolerance=0.05, observe=PLAIN)
    assert found.status.tolist() == wanted.status.tolist()
    assert found.status_step.tolist() == wanted.status_step.tolist()
    assert np.allclose(found["mean:value"], wanted["mean:value"], rtol=60 * roundoff(2, np.float64), atol=0)


def test_the_environment_names_the_library(xp: Any) -> None:
    run = simulate(SignSGD(), bowl(2), xp.ones((2,), dtype=xp.float32), 2)
    assert run.environment["backend"] in ("numpy", "array_api_strict", "torch", "cupy")
    assert run.environment["backend"] in xp.__name__ and run.environment["dtype"] == "float32"


@every
def test_float32_stays_float32(name: str) -> None:
    """Also where the problem answers in float64 and the hyperparameters are float64 arrays."""
    member = an_example(name, 3)
    a = np.asarray([1.0, 2.0, 3.0])
    problem = Given(3, lambda x: ((a * x * x).sum(-1) / 2, a * x))
    run = simulate(stacked([member, member]), problem, np.ones((2, 3), np.float32), 4)
    assert {run.value.dtype, run.x_last.dtype, run.x_best.dtype, run.gradient_norm_last.dtype} == {np.dtype("float32")}


# ---------------------------------------------------------------- what is recorded


def coordinate(i: int) -> Any:
    def read(x: Any, f: Any, g: Any, d: Any) -> Any:
        return x[..., i]

    read.__name__ = f"x{i}"
    return read


def test_observables_are_their_formulas() -> None:
    """Along a run that is stepped by hand, one point at a time."""
    problem, member = bowl(3), AlphaGrad(learning_rate=0.3, alpha=4.0, epsilon=1e-3)
    run = simulate(
        member, problem, [1.0, -2.0, 3.0], 12,
        observe=[observable.name for observable in OBSERVABLES] + [first_two, coordinate(0)],
    )  # fmt: skip
    x = np.asarray([1.0, -2.0, 3.0])
    for t in range(12):
        f, g = problem.value_and_gradient(x)
        z = np.abs(4.0 * g / (math.hypot(*g) + 1e-3))
        d = np.tanh(4.0 * g / (math.hypot(*g) + 1e-3))
        wanted = {
            "value": f, "gradient_norm": math.hypot(*g), "alignment": g @ d, "direction_sq": d @ d,
            "distance": math.hypot(*x), "point_norm": math.hypot(*x),
            "saturated_fraction": np.mean(z > 2.5), "first_two": x[0] * f + g[0] * d[0],
            "x0": x[0], **{f"pre_activation_q{q:02d}": np.quantile(z, q / 100) for q in (5, 25, 50, 75, 95)},
        }  # fmt: skip
        assert wanted.keys() == run.records.keys()
        for name, value in wanted.items():
            assert run[name][t] == pytest.approx(value, rel=(t + 1) * roundoff(3, np.float64), abs=1e-14), (name, t)
        x = x - 0.3 * d
    assert run.x_last == pytest.approx(x, rel=1e-13)


@pytest.mark.parametrize("tolerance", [0.0, 0.3])
def test_folds_are_folds_of_the_history(tolerance: float) -> None:
    names = ("value", "gradient_norm", "direction_sq")
    folds = [f"{fold}:{name}" for fold in ("mean", "min", "max", "sum") for name in names]
    x0 = np.random.default_rng(14).standard_normal((5, 3))
    run = simulate(Adam(learning_rate=0.02), bowl(3), x0, 70, observe=(*names, *folds), tolerance=tolerance)
    for name in names:
        assert run[f"{'min'}:{name}"].tolist() == run[name].min(0).tolist()
        assert run[f"{'max'}:{name}"].tolist() == run[name].max(0).tolist()
        assert run[f"sum:{name}"] == pytest.approx(run[name].sum(0), rel=roundoff(70, np.float64))
        assert run[f"mean:{name}"] == pytest.approx(run[name].mean(0), rel=roundoff(70, np.float64))


def test_the_best_point_is_the_best_of_all_points_met() -> None:
    x0 = np.random.default_rng(15).standard_normal((6, 2))
    member = HeavyBall(AlphaGrad(learning_rate=0.4), momentum=0.8)
    run = simulate(member, hills(2), x0, 40, observe=("value", coordinate(0), coordinate(1)))
    points = np.concatenate([np.stack([run.x0, run.x1], -1), run.x_last[None]])
    values = np.concatenate([run.value, run.value_last[None]])
    best = values.argmin(0)
    assert run.value_best.tolist() == values.min(0).tolist()
    assert run.x_best.tolist() == points[best, np.arange(6)].tolist()
    assert len(set(best.tolist())) > 1, "the best point is somewhere in the middle: the test is not empty"
    assert run.value_last.tolist() == hills(2).value(run.x_last).tolist()
    assert run.gradient_norm_last == pytest.approx(norm(hills(2).gradient(run.x_last)), rel=1e-12)


def test_row_0_is_the_start_and_the_last_point_is_one_step_beyond_the_last_row() -> None:
    run = simulate(GradientDescent(learning_rate=1.0), ramp(1), [0.0], 5)
    assert run.value.tolist() == [0, -1, -2, -3, -4]
    assert run.x_last.tolist() == [-5.0] and run.value_last == -5.0 and run.steps == 5 and run.batch == ()


def test_functions_without_a_name_of_their_own() -> None:
    class Curvature:
        def __call__(self, x: Any, f: Any, g: Any, d: Any) -> Any:
            return f * 2

    run = simulate(SignSGD(), bowl(2), [1.0, 1.0], 3, observe=("value", Curvature(), lambda x, f, g, d: f * 3))
    assert run.Curvature.tolist() == (2 * run.value).tolist() and run["<lambda>"].tolist() == (3 * run.value).tolist()


def test_observe_nothing() -> None:
    run = simulate(SignSGD(), bowl(2), [1.0, 1.0], 3, observe=())
    assert run.records == {} and run.status == "running"


# ---------------------------------------------------------------- how runs end


def test_converged_by_tolerance_is_frozen() -> None:
    x0 = np.asarray([[1.0, 2.0], [0.01, 0.0], [5.0, 5.0]])
    run = simulate(GradientDescent(learning_rate=0.5), bowl(2), x0, 50, tolerance=0.1, observe=PLAIN)
    assert set(run.status.tolist()) == {"converged"}
    for i, stop in enumerate(run.status_step):
        sizes = run.gradient_norm[:, i]
        assert stop == np.flatnonzero(sizes <= 0.1)[0] and np.all(sizes[stop:] == sizes[stop])
        assert run.gradient_norm_last[i] == sizes[stop] and run.value_last[i] == run.value[stop, i]
    assert run.status_step[1] == 0 and run.x_last[1].tolist() == x0[1].tolist()
    assert run.value.shape == (50, 3)


@every
def test_an_exact_zero_gradient_is_converged(name: str) -> None:
    member = laws.without_decay(an_example(name, 2))
    run = simulate(member, bowl(2), np.zeros(2), 5)
    assert run.status == "converged" and run.status_step == 0 and run.x_last.tolist() == [0.0, 0.0]


def test_a_step_below_the_ulp_of_x_is_stalled() -> None:
    run = simulate(GradientDescent(learning_rate=1e-20), ramp(1), [[1.0], [1e-30]], 6)
    assert run.status.tolist() == ["stalled", "running"] and run.status_step.tolist() == [1, 6]


def test_a_step_that_shrinks_stalls_in_the_middle() -> None:
    member = Scheduled(GradientDescent(learning_rate=1.0), schedule=Geometric(0.5))
    run = simulate(member, ramp(1), [100.0], 80, observe=(coordinate(0),))
    moved = np.flatnonzero(np.diff(np.append(run.x0, run.x_last[0])) != 0)[-1]
    assert run.status == "stalled" and run.status_step == moved + 2 < 80


BAD = {
    "gradient NaN": lambda x, f, g: (f, g * math.nan),
    "gradient inf": lambda x, f, g: (f, g * math.inf),
    "gradient -inf": lambda x, f, g: (f, -g * math.inf),
    "one component NaN": lambda x, f, g: (f, np.where(np.arange(x.shape[-1]) == 0, math.nan, g)),
    "value NaN": lambda x, f, g: (f * math.nan, g),
    "value inf": lambda x, f, g: (f * 0 + math.inf, g),
    "value -inf": lambda x, f, g: (f * 0 - math.inf, g),
}


@every
@pytest.mark.parametrize("kind", BAD)
def test_what_is_not_a_number_is_diverged_at_its_step_and_disturbs_no_neighbour(name: str, kind: str) -> None:
    member = RULES[name](learning_rate=0.5) if name in RULES else an_example(name, 2)
    x0 = np.asarray([[100.0, 1.0], [-2.0, 1.0], [50.0, 2.0], [-3.0, 1.0]])
    run = simulate(member, ramp(2, BAD[kind]), x0, 30, observe=("value", "gradient_norm", coordinate(0), "mean:value"))
    for i in range(4):
        beyond = np.flatnonzero(run.x0[:, i] < -2.5)
        if beyond.size:
            assert run.status[i] == "diverged" and run.status_step[i] == beyond[0]
            assert run.x_last[i, 0] == run.x0[beyond[0], i], "frozen at the point where it broke"
        else:
            assert run.status[i] != "diverged"
    assert run.status[3] == "diverged" and run.status_step[3] == 0
    clean = simulate(member, ramp(2), x0[[0, 2]], 30, observe=("value", "gradient_norm", coordinate(0), "mean:value"))
    for i, j in ((0, 0), (2, 1)):
        if run.status[i] != "diverged":
            assert_same_run(fields(run, (i,)), fields(clean, (j,)))


@every
@pytest.mark.parametrize("size", [1e300, 1e-300, 0.0, 1e155, 1e-162, 5e-324])
def test_gradients_of_extreme_size(name: str, size: float) -> None:
    """No traceback, no warning, and an overflowed state is never called running."""
    n = 2
    member = RULES[name](learning_rate=0.5) if name in RULES else an_example(name, n)
    x0 = np.asarray([[-3.0, 1.0], [100.0, 3.0]])
    run = simulate(member, ramp(n, lambda x, f, g: (f, g * size)), x0, 20, observe=(*PLAIN[:4], coordinate(0)))
    assert run.value.shape == (20, 2)
    with np.errstate(all="ignore"):
        state = member.init(x0[0])
        for _ in range(3):
            d, state = member.direction(np.full(n, size), state, x0[0])
            _, state = member.step(d, state)
    if not all(np.isfinite(leaf).all() for leaf in leaves(state)):
        assert run.status[0] == "diverged"
    if run.status[0] in ("running", "stalled"):
        assert np.isfinite(run.x_last[0]).all()
    if size == 0 and "decay" not in name:
        assert run.status[0] == "converged" and run.status_step[0] == 0
    if np.all(run.x0[:, 1] >= -2.5) and run.x_last[1, 0] >= -2.5:
        clean = simulate(member, ramp(n), x0[1], 20, observe=(*PLAIN[:4], coordinate(0)))
        assert_same_run(fields(run, (1,)), fields(clean))


@pytest.mark.parametrize("name", ["adam", "rmsprop", "lamb", "heavy-ball-of-adam"])
def test_second_moments_do_not_overflow(name: str) -> None:
    member = an_example(name, 2)
    run = simulate(member, ramp(2, lambda x, f, g: (f, g * 1e300)), [[-3.0, 1.0], [9.0, 1.0]], 10)
    assert run.status.tolist() == ["running", "running"]
    assert np.all(np.isfinite(run.x_last)) and run.x_last[0, 0] != -3.0


def test_a_point_that_overflows_is_diverged_even_where_the_value_is_finite() -> None:
    flat = Given(1, lambda x: (np.tanh(x[..., 0]), 1 - np.tanh(x) ** 2))
    run = simulate(GradientDescent(learning_rate=1e308), flat, [[0.0], [-30.0]], 10)
    assert run.status.tolist() == ["converged", "converged"], "1e308 is still a number"
    steep = Given(1, lambda x: (np.zeros_like(x[..., 0]), np.where(np.isfinite(x), 1e300, 1.0)))
    run = simulate(GradientDescent(learning_rate=1e10), steep, [[0.0]], 10)
    assert run.status.tolist() == ["diverged"] and np.isinf(run.x_last).all()
    bounded = Given(1, lambda x: (np.zeros_like(x[..., 0]), np.where(np.isfinite(x), 1e300, 0.0)))
    for tolerance in (0.0, 0.1):  # a gradient of 0 at infinity is no convergence
        run = simulate(GradientDescent(learning_rate=1e10), bounded, [[0.0]], 10, tolerance=tolerance)
        assert run.status.tolist() == ["diverged"] and run.status_step.tolist() == [1]
    run = simulate(GradientDescent(learning_rate=1e10), steep, [[0.0]], 1)
    assert run.status.tolist() == ["diverged"]


def test_a_value_that_overflows_is_diverged_with_the_step() -> None:
    quartic = Given(1, lambda x: ((x**4)[..., 0], 4 * x**3))
    run = simulate(GradientDescent(learning_rate=1.0), quartic, [[10.0], [0.1]], 20)
    first = np.flatnonzero(~np.isfinite(run.value[:, 0]))[0]
    assert run.status.tolist() == ["diverged", "running"] and run.status_step[0] == first
    assert run.value_best[0] == 1e4 and run.x_best[0] == 10.0
    assert np.all(np.isinf(run.value[first:, 0])), "its history repeats"


def test_a_run_that_never_had_a_value_has_no_best_point_but_its_start() -> None:
    run = simulate(SignSGD(), ramp(1, BAD["value NaN"]), [-3.0], 4, observe=("value", "mean:value", "sum:value"))
    assert run.status == "diverged" and run.status_step == 0 and run.value_best == math.inf and run.x_best == -3.0
    assert np.isnan(run.value).all() and np.isnan(run["mean:value"])


def test_early_exit_keeps_shapes_and_folds() -> None:
    x0 = np.asarray([[-3.0], [-4.0]])
    run = simulate(
        SignSGD(), ramp(1, BAD["value inf"]), x0, 1000, observe=("value", "mean:gradient_norm", "sum:gradient_norm")
    )
    assert run.value.shape == (1000, 2) and run["sum:gradient_norm"].tolist() == [1000.0, 1000.0]
    assert run["mean:gradient_norm"].tolist() == [1.0, 1.0] and run.status_step.tolist() == [0, 0]


def test_a_run_that_moves_on_is_running_again() -> None:
    """Momentum carries a run through a point where the gradient is exactly 0."""
    valley = Given(1, lambda x: (np.abs(x[..., 0]), np.sign(x)))
    run = simulate(HeavyBall(GradientDescent(learning_rate=1.0), momentum=0.5), valley, [1.0], 2)
    assert run.value.tolist() == [1.0, 0.0] and run.x_last.tolist() == [-0.5]
    assert run.status == "running" and run.status_step == 2


# ---------------------------------------------------------------- axes, sweeps


def test_a_sweep_is_a_grid_with_named_axes() -> None:
    starts = np.random.default_rng(16).standard_normal((4, 3))
    grid = Sweep(learning_rate=[0.1, 0.2], alpha=[1, 2, 4], x0=starts)
    assert (grid.dims, grid.shape) == (("learning_rate", "alpha", "x0"), (2, 3, 4))
    assert (grid.learning_rate.shape, grid.alpha.shape, grid.x0.shape) == ((2, 1, 1), (1, 3, 1), (1, 1, 4, 3))
    assert repr(grid) == "Sweep(learning_rate: 2, alpha: 3, x0: 4)"
    run = simulate(AlphaGrad(learning_rate=grid.learning_rate, alpha=grid.alpha), bowl(3), grid.x0, 9)
    assert run.dims == grid.dims and run.batch == grid.shape and run.value.shape == (9, 2, 3, 4)
    assert run.x_last.shape == (2, 3, 4, 3) and run.status.shape == (2, 3, 4)
    assert {name: values.tolist() for name, values in run.coordinates.items()} == {
        "learning_rate": [0.1, 0.2],
        "alpha": [1.0, 2.0, 4.0],
    }
    alone = simulate(AlphaGrad(learning_rate=0.2, alpha=4.0), bowl(3), starts[1], 9)
    assert_same_run(fields(run, (1, 2, 1)), fields(alone))


def test_axes_are_named_after_what_varies() -> None:
    x0, line, grid = np.ones((3, 2)), np.asarray([1.0, 2.0, 3.0]), np.ones((2, 3)) + np.arange(3)
    names = lambda member, x0, **how: simulate(member, bowl(2), x0, 1, **how).dims  # noqa: E731
    assert names(AlphaGrad(), x0[0]) == ()
    assert names(AlphaGrad(), x0) == ("x0",)
    assert names(AlphaGrad(alpha=line), x0) == ("alpha+x0",)
    assert names(AlphaGrad(alpha=grid + np.arange(2)[:, None]), x0[0]) == ("alpha_0", "alpha_1")
    assert names(AlphaGrad(), np.ones((2, 1, 3, 2))) == ("x0_0", "axis_1", "x0_2")
    assert names(PerTensor((AlphaGrad(alpha=line), AlphaGrad(alpha=line)), blocks=(1, 1)), x0[0]) == ("alpha",)
    assert names(HeavyBall(AlphaGrad(), momentum=line / 4), x0[0]) == ("momentum",)
    assert names(AlphaGrad(), np.ones((1, 2))) == ("axis_0",)
    assert names(AlphaGrad(), x0, dims=["seed"]) == ("seed",)
    assert names(AlphaGrad(alpha=line), x0[0], observe=[called("alpha")]) == ("alpha_0",)
    two = PerTensor((AlphaGrad(alpha=line[:, None]), AlphaGrad(alpha=line)), blocks=(1, 1))
    run = simulate(two, bowl(2), [1.0, 1.0], 1)
    assert run.dims == ("alpha_0", "alpha_1") and set(run.coordinates) == {"alpha_0", "alpha_1"}


@pytest.mark.parametrize(
    ("axes", "message"),
    [
        ({}, "Sweep: give at least one axis"),
        ({"alpha": "abc"}, "Sweep: alpha must be a sequence of numbers, got 'abc'"),
        ({"alpha": ["1", "2"]}, "Sweep: alpha must be a sequence of numbers"),
        ({"alpha": 2.0}, r"Sweep: alpha must have shape \(values,\) and not be empty, got \(\)"),
        ({"alpha": []}, "Sweep: alpha must have shape"),
        ({"alpha": [[1.0], [1.0, 2.0]]}, "Sweep: alpha must be a sequence of numbers"),
        ({"x0": np.ones((1, 2, 3))}, r"Sweep: x0 must have shape \(n,\) or \(starts, n\)"),
        ({"alpha": [10**400]}, "Sweep: alpha must be a sequence of numbers"),
        *(
            ({name: [1.0, 2.0], "alpha": [1.0]}, f"Sweep: '{name}' is what a sweep says about itself")
            for name in ("dims", "shape", "coordinates", "__repr__", "__init__")
        ),
    ],
)
def test_a_sweep_says_what_is_wrong(axes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Sweep(**axes)


def test_a_sweep_names_its_axes_even_where_nothing_varies() -> None:
    grid = Sweep(learning_rate=[0.5], alpha=[1.0, 2.0], x0=np.ones((1, 2)))
    method = AlphaGrad(learning_rate=grid.learning_rate, alpha=grid.alpha)
    run = simulate(method, bowl(2), grid.x0, 3, dims=grid)
    assert run.dims == ("learning_rate", "alpha", "x0")
    assert {name: values.tolist() for name, values in run.coordinates.items()} == {
        "learning_rate": [0.5],
        "alpha": [1.0, 2.0],
    }
    for forgetful in (AlphaGrad(learning_rate=grid.learning_rate), AlphaGrad()):
        with pytest.raises(ValueError, match=r"nothing varies along the axis 'alpha' of the sweep; use grid.alpha"):
            simulate(forgetful, bowl(2), grid.x0, 3, dims=grid)
    with pytest.raises(ValueError, match=r"the sweep has the axes \(1, 2, 1\), the batch has \(1, 2, 1, 3\)"):
        simulate(AlphaGrad(alpha=np.ones((1, 2, 1, 3))), bowl(2), np.ones(2), 3, dims=grid)


def test_a_sweep_knows_only_its_axes() -> None:
    with pytest.raises(AttributeError, match="no axis 'beta'; it has alpha"):
        Sweep(alpha=[1.0]).beta  # noqa: B018
    assert Sweep(x0=np.ones(3), alpha=[1, 2]).x0.shape == (3,)


# ---------------------------------------------------------------- misuse

GOOD: dict[str, Any] = {"optimizer": AlphaGrad(), "problem": bowl(2), "x0": np.ones(2), "steps": 3}


def returns(f: Any, g: Any) -> Given:
    return Given(2, lambda x: (f(x), g(x)))


def called(name: str) -> Any:
    """A function to observe with, of this name."""
    found = lambda x, f, g, d: f  # noqa: E731
    found.__name__ = name
    return found


MISUSE = [
    ({"optimizer": AlphaGrad}, "optimizer must be an optimizer such as AlphaGrad"),
    ({"optimizer": "adam"}, "optimizer must be an optimizer .*, got 'adam'"),
    ({"problem": 3}, "problem must be a problem .*, got 3"),
    ({"problem": Given}, "problem must be a problem .*, got <class"),
    ({"x0": np.ones(3)}, r"x0 must have shape \(\*batch, 2\) for 'given', no axis empty, got \(3,\)"),
    ({"x0": np.ones((0, 2))}, r"x0 must have shape \(\*batch, 2\) .*, got \(0, 2\)"),
    ({"x0": 1.0}, r"x0 must have shape \(\*batch, 2\)"),
    ({"x0": [1.0, math.nan]}, "x0 must be finite, got a point with NaN"),
    ({"x0": [1.0, -math.inf]}, "x0 must be finite"),
    ({"x0": "start"}, "x0 must be an array of real numbers .*, got 'start'"),
    ({"x0": [1.0, 1j]}, "x0 must be an array of real numbers"),
    ({"x0": [True, False]}, "x0 must be an array of real numbers"),
    ({"x0": [[1.0], [1.0, 2.0]]}, "x0 must be an array of real numbers"),
    ({"x0": None}, r"x0 must .*\(\*batch, 2\)"),
    ({"x0": [10**400, 1]}, "x0 must be an array of real numbers"),
    ({"steps": 0}, "steps must be a whole number >= 1, got 0"),
    ({"steps": -3}, "steps must be a whole number >= 1, got -3"),
    ({"steps": 1.5}, "steps must be a whole number >= 1, got 1.5"),
    ({"steps": True}, "steps must be a whole number >= 1, got True"),
    ({"steps": "10"}, "steps must be a whole number >= 1, got '10'"),
    ({"steps": 10**30}, r"steps must be at most 2\^53, .*, got 1000000000000000000000000000000"),
    ({"tolerance": -1.0}, "tolerance must be a finite number >= 0, got -1.0"),
    ({"tolerance": math.nan}, "tolerance must be a finite number >= 0, got nan"),
    ({"tolerance": "small"}, "tolerance must be a finite number >= 0, got 'small'"),
    ({"tolerance": True}, "tolerance must be a finite number >= 0, got True"),
    ({"observe": "value"}, "observe must be a list or tuple of names or functions, got 'value'"),
    ({"observe": 3}, "observe must be a list or tuple of names or functions, got 3"),
    ({"observe": ("gradient-norm",)}, "observable 'gradient-norm' is unknown; did you mean 'gradient_norm'"),
    ({"observe": ("median:value",)}, "observe: fold 'median' is unknown; choose one of mean, min, max, sum"),
    ({"observe": ("mean:vlaue",)}, "observable 'vlaue' is unknown; did you mean 'value'"),
    ({"observe": (3,)}, "observable '3' is unknown"),
    ({"observe": ("value", "value")}, "observe: 'value' is asked for twice"),
    ({"observe": (lambda x, f, g, d: f, lambda x, f, g, d: g[..., 0])}, "observe: '<lambda>' is asked for twice"),
    (
        {"observe": (lambda x, f, g, d: x,)},
        r"'<lambda>' must return one number per run, \(B,\) for x of shape \(B, n\)",
    ),
    ({"observe": (lambda x, f, g, d: 1.0,)}, r"observe: '<lambda>' must return one number per run, .*, got 1.0"),
    *(
        ({"observe": (called(name),)}, f"observe: '{name}' is what a trajectory says itself; give the function another")
        for name in (*FINAL, "steps", "batch", "records", "settings", "save", "step", "space")
    ),
    *(
        ({"dims": [name], "x0": np.ones((2, 2))}, f"dims: the axis '{name}' has the name of a record")
        for name in (*FINAL, "value", "gradient_norm", "step", "space")
    ),
    ({"observe": (called("seed"),), "dims": ["seed"], "x0": np.ones((2, 2))}, "dims: the axis 'seed' has the name of"),
    ({"observe": ("saturated_fraction",), "optimizer": Adam()}, "adam squashes nothing"),
    ({"observe": ("distance",), "problem": ramp(2)}, "'distance' needs x_star, which problem 'given' does not give"),
    ({"observe": (":value",)}, "observe: fold '' is unknown"),
    ({"problem": returns(lambda x: x[..., 0], lambda x: x * 1j)}, "'given': gradient must be an array of real numbers"),
    ({"optimizer": NormalizedNonlinear(lambda u: u[..., 0])}, "'normalized-nonlinear': direction must have shape"),
    ({"optimizer": NormalizedNonlinear(lambda u: 1.0)}, "'normalized-nonlinear': direction must be an array"),
    ({"problem": returns(lambda x: x[..., 0], lambda x: np.multiply(x, 2, out=x))}, "read-only"),
    ({"dims": ["run"]}, r"dims must name each of the 0 batch axes once, got \['run'\]"),
    ({"dims": ["a", "a"], "x0": np.ones((2, 2, 2))}, "dims must name each of the 2 batch axes once"),
    ({"dims": "ab", "x0": np.ones((2, 2, 2))}, "dims must name each of the 2 batch axes once, got 'ab'"),
    ({"dims": 5, "x0": np.ones((2, 2))}, "dims must name each of the 1 batch axes once, got 5"),
    ({"optimizer": AlphaGrad(alpha=[1.0, 2.0, 3.0]), "x0": np.ones((2, 2))}, r"batch of x0 \(2,\) .*\(3,\) do not"),
    ({"optimizer": PerTensor(AlphaGrad(), blocks=(1, 2))}, "blocks .* add up to 3, the point has n = 2"),
    ({"problem": returns(lambda x: x, lambda x: x)}, r"problem 'given': value must have shape \(2,\), got \(2, 2\)"),
    ({"problem": returns(lambda x: 1.0, lambda x: x)}, r"problem 'given': value must be an array .*, got 1.0"),
    ({"problem": returns(lambda x: x[..., 0], lambda x: x[..., 0])}, "problem 'given': gradient must have shape"),
    ({"problem": returns(lambda x: x[..., 0], lambda x: x.tolist())}, "problem 'given': gradient must be an array"),
]


@pytest.mark.parametrize(("change", "message"), MISUSE)
def test_misuse_names_the_field_and_the_value(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        simulate(**(GOOD | change))


def test_whole_numbers_and_lists_are_points_too() -> None:
    for x0 in ([1, 2], (1, 2), np.asarray([1, 2]), np.asarray([1, 2], np.uint8), np.ma.masked_array([1.0, 2.0])):
        run = simulate(SignSGD(learning_rate=0.5), bowl(2), x0, np.int64(3))
        assert run.x_last.dtype == np.float64 and run.settings["steps"] == 3


@pytest.mark.parametrize("number", [np.int64(1), np.float32(0.5), np.float64(0.5), 1])
def test_a_tolerance_is_any_real_number(number: Any, tmp_path: pathlib.Path) -> None:
    problem = CustomProblem(value=lambda x: dot(x, x), gradient=lambda x: 2 * x, n=np.int64(2))
    run = simulate(SignSGD(), problem, [1.0, 1.0], 3, tolerance=number)
    assert Trajectory.load(run.save(tmp_path / "run")).settings == run.settings | {"observe": [*run.records]}
    assert run.settings["tolerance"] == float(number) and type(run.settings["n"]) is int


def test_a_function_sees_runs_side_by_side_whatever_the_batch() -> None:
    shapes = set()

    def see(x: Any, f: Any, g: Any, d: Any) -> Any:
        shapes.add((x.ndim, f.ndim, g.ndim, d.ndim))
        return f

    for x0 in (np.ones(2), np.ones((3, 2)), np.ones((2, 3, 2))):
        run = simulate(SignSGD(), bowl(2), x0, 2, observe=(see, "value"))
        assert run.see.tolist() == run.value.tolist()
    assert shapes == {(2, 1, 2, 2)}


# ---------------------------------------------------------------- storage


def example() -> Trajectory:
    grid = Sweep(alpha=[1.0, 2.0], x0=np.ones((3, 2)) + np.arange(3)[:, None])
    member = HeavyBall(AlphaGrad(alpha=grid.alpha))
    return simulate(member, bowl(2), grid.x0, np.int64(7), observe=("value", "mean:value", first_two))


@pytest.mark.parametrize("name", ["run", "run.npz", "run.v1"])
@pytest.mark.parametrize("make", [example, lambda: simulate(SignSGD(), bowl(2), [1.0, 2.0], 3)])
def test_save_and_load(tmp_path: pathlib.Path, name: str, make: Any) -> None:
    run = make()
    path = run.save(tmp_path / name)
    assert [file.name for file in tmp_path.iterdir()] == [path.name] and path.suffix == ".npz"
    for place in (path, tmp_path / name, str(path)):
        loaded = Trajectory.load(place)
        assert_same_run(fields(loaded), fields(run))
        assert (loaded.dims, dict(loaded.settings), dict(loaded.environment)) == (
            run.dims,
            json.loads(json.dumps(run.settings)),
            run.environment,
        )
        assert {k: v.tolist() for k, v in loaded.coordinates.items()} == {
            k: v.tolist() for k, v in run.coordinates.items()
        }
        assert type(loaded.status) is type(run.status)


@pytest.mark.parametrize("failure", [OSError("disk full"), KeyboardInterrupt()])
def test_saving_is_whole_or_not_at_all(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, failure: BaseException
) -> None:
    path = example().save(tmp_path / "run")
    before = path.read_bytes()

    def half(file: Any, **arrays: Any) -> None:
        file.write(b"half")
        raise failure

    monkeypatch.setattr(np, "savez_compressed", half)
    with pytest.raises(type(failure)):
        example().save(tmp_path / "run")
    with pytest.raises(type(failure)):
        example().save(tmp_path / "other")
    assert [file.name for file in tmp_path.iterdir()] == ["run.npz"] and path.read_bytes() == before


def test_an_interrupt_leaves_no_files(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    seen = []

    def interrupt(x: Any, f: Any, g: Any, d: Any) -> Any:
        seen.append(f)
        if len(seen) == 4:
            raise KeyboardInterrupt
        return f

    with pytest.raises(KeyboardInterrupt):
        simulate(SignSGD(), bowl(2), [1.0, 2.0], 10, observe=(interrupt,))
    assert not list(tmp_path.iterdir()) and np.geterr()["over"] != "ignore"


def test_what_is_no_trajectory(tmp_path: pathlib.Path) -> None:
    np.savez(tmp_path / "other.npz", x=np.ones(2))
    np.save(tmp_path / "array.npz", np.ones(2))
    (tmp_path / "array.npz.npy").rename(tmp_path / "array.npz")
    (tmp_path / "text.npz").write_text("text")
    (tmp_path / "empty.npz").write_text("")
    for name in ("other", "array", "text", "empty"):
        with pytest.raises(ValueError, match=rf"{name}.npz is no trajectory that Trajectory.save wrote"):
            Trajectory.load(tmp_path / name)
    with pytest.raises(FileNotFoundError):
        Trajectory.load(tmp_path / "none")
    path = example().save(tmp_path / "good")
    whole, random = path.read_bytes(), np.random.default_rng(0)
    for place in random.integers(8 * len(whole), size=600):
        damaged = bytearray(whole)
        damaged[place // 8] ^= 1 << place % 8
        path.write_bytes(damaged)
        with contextlib.suppress(ValueError):  # a bit of a date changes nothing
            Trajectory.load(path)
    with pytest.raises(OSError, match=r"no/folder/run.npz'$"):
        example().save(tmp_path / "no" / "folder" / "run")


def test_tables_say_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "xarray", None)
    with pytest.raises(ModuleNotFoundError, match=r"needs the package 'xarray'; install it with pip install -e"):
        example().to_xarray()


def test_what_was_not_observed_is_an_error_with_what_was() -> None:
    run = simulate(SignSGD(), bowl(2), [1.0, 2.0], 3)
    with pytest.raises(ValueError, match="'alignment' was not observed; observed: value, gradient_norm"):
        run["alignment"]
    with pytest.raises(AttributeError, match="'alignment' was not observed"):
        run.alignment  # noqa: B018


@pytest.mark.filterwarnings("default")
def test_to_xarray_names_the_axes() -> None:
    pytest.importorskip("xarray")
    run = example()
    data = run.to_xarray()
    assert data["value"].dims == ("step", "alpha", "x0") and data["mean:value"].dims == ("alpha", "x0")
    assert data["x_last"].dims == ("alpha", "x0", "space")
    assert data.sel(alpha=2.0)["value_best"].values.tolist() == run.value_best[1].tolist()
    assert json.loads(data.attrs["settings"])["steps"] == 7


def test_a_bar_on_a_terminal_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    quiet = fields(example())
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert_same_run(fields(example()), quiet)


def test_an_observable_cannot_change_the_run() -> None:
    def erase(x: Any, f: Any, g: Any, d: Any) -> Any:
        x[...] = 0.0
        return f

    with pytest.raises(ValueError, match="read-only"):
        simulate(SignSGD(), bowl(2), [1.0, 2.0], 3, observe=(erase,))
    run = simulate(SignSGD(), bowl(2), [1.0, 2.0], 3)
    run.x_last[...] = run.x_best[...] = 0.0  # what comes back is the caller's


def test_a_problem_may_answer_in_the_same_buffer() -> None:
    sound, buffers = bowl(3), (np.empty(2), np.empty((2, 3)))

    def reused(x: Any) -> tuple[Any, Any]:
        for buffer, part in zip(buffers, sound.value_and_gradient(x), strict=True):
            buffer[...] = part
        return buffers

    observe = (*PLAIN[:4], "max:value", "min:value", "mean:value", "max:gradient_norm", first_two)
    for member in (GradientDescent(learning_rate=0.5), HeavyBall(Adam())):
        run = simulate(member, Given(3, reused), np.ones(3), 9, observe=observe)
        assert_same_run(fields(run), fields(simulate(member, sound, np.ones(3), 9, observe=observe)))


def test_a_saved_file_has_the_usual_permissions(tmp_path: pathlib.Path) -> None:
    (tmp_path / "usual").write_bytes(b"")
    assert example().save(tmp_path / "run").stat().st_mode == (tmp_path / "usual").stat().st_mode


def test_the_problem_and_the_optimizer_are_left_as_they_were() -> None:
    member = AlphaGrad(alpha=[1.0, 2.0])
    before = [to_numpy(leaf).tobytes() for leaf in leaves(member)]
    simulate(member, bowl(2), [1.0, 2.0], 3)
    assert [to_numpy(leaf).tobytes() for leaf in leaves(member)] == before
    assert map_arrays(lambda array: array, member).alpha is member.alpha


def test_a_trajectory_is_shown_in_a_few_lines() -> None:
    problem, grid = al.problem("huber"), al.Sweep(alpha=[1.0, 2.0, 3.0], learning_rate=[0.1, 0.2])
    method = al.AlphaGrad(learning_rate=grid.learning_rate, alpha=grid.alpha)
    assert repr(al.simulate(method, problem, problem.start(), 7, dims=grid)) == (
        "Trajectory(AlphaGrad on huber, n = 5, 7 steps\n"
        "    batch     alpha: 3, learning_rate: 2\n"
        "    observed  value, gradient_norm\n"
        "    status    6 running)"
    )
    lone = repr(al.simulate(al.AlphaGrad(), problem, problem.start(), 7, observe=()))
    assert "batch     one run" in lone and "observed  nothing" in lone and "1 running" in lone
