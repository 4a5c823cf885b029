"""Laws of the two engines: the scan gives what the loop gives; a step of one's own is the step of the loop."""

from __future__ import annotations

import dataclasses
import importlib
import importlib.util
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from optimizer_laws import EVERY, an_example
from same_run import FIELDS, assert_same

import alphalab as al
from alphalab.arrays import backend, dot, leaves, like, map_arrays, namespace, roundoff, to_numpy
from alphalab.optimizers import (
    Adam,
    AlphaGrad,
    GradientDescent,
    HeavyBall,
    NormalizedGD,
    NormalizedNonlinear,
    Scheduled,
    SignSGD,
    take_step,
)
from alphalab.problems import PROBLEMS, CustomProblem, problem
from alphalab.side_by_side import side_by_side
from alphalab.simulation import OBSERVABLES, Trajectory, loop, scan, simulate

every = pytest.mark.parametrize("name", EVERY)
every_problem = pytest.mark.parametrize("which", [entry.name for entry in PROBLEMS])
needs_jax = pytest.mark.skipif(importlib.util.find_spec("jax") is None, reason="jax is not installed")
ASKED = ("value", "gradient_norm", "alignment", "direction_sq", "sum:value", "max:gradient_norm", "mean:point_norm")


def pit() -> CustomProblem:
    """f = x_1^2/2 + x_2^2 + 2 x_3^2, and no number where x_1 < -2.5, for every array library."""

    def value(x: Any) -> Any:
        f, xp = dot(x, gradient(x)) / 2, namespace(x)
        return xp.where(x[..., 0] < -2.5, xp.full_like(f, math.nan), f)

    def gradient(x: Any) -> Any:
        return x * like(np.asarray([1.0, 2.0, 4.0]), x)

    return CustomProblem(value=value, gradient=gradient, n=3, x_star=np.zeros(3))


IN_PIT = np.asarray([[0.05, -0.02, 0.01], [-3.0, 1.0, 1.0], [2.0, -1.0, 0.7], [-1.5, 0.4, 1.3]])


def assert_agree(found: Trajectory, wanted: Trajectory, steps: int, n: int) -> None:
    """As the law of the array libraries: 64 for what a step of a normalised method may amplify."""
    assert found.status.tolist() == wanted.status.tolist()
    assert found.status_step.tolist() == wanted.status_step.tolist()
    assert (found.dims, found.records.keys()) == (wanted.dims, wanted.records.keys())
    ends = [name for name in FIELDS if "status" not in name]
    pairs = [(getattr(found, name), getattr(wanted, name), name) for name in ends]
    for one, other, name in [*pairs, *((found[name], wanted[name], name) for name in wanted.records)]:
        assert type(one) is np.ndarray and (one.shape, one.dtype) == (other.shape, other.dtype), name
        allowed = 64 * steps * roundoff(n, other.dtype) * np.abs(other[np.isfinite(other)]).max(initial=1.0)
        np.testing.assert_allclose(one, other, rtol=0, atol=allowed, err_msg=name)


def assert_engines_agree(member: Any, subject: Any, x0: np.ndarray, steps: int, **how: Any) -> Trajectory:
    wanted = simulate(member, subject, x0, steps, **how)
    found = simulate(member, subject, x0, steps, backend="jax", **how)
    assert (found.environment["engine"], wanted.environment["engine"]) == ("scan", "loop")
    assert_agree(found, wanted, steps, subject.n)
    return found


# ---------------------------------------------------------------- the scan


@needs_jax
@every
def test_scan_matches_loop(name: str) -> None:
    """Where a run is converged at the start, one diverged, and two go on, and stop on the way or do not."""
    observe = ("value", "direction_sq", "mean:value", "max:gradient_norm")
    run = assert_engines_agree(an_example(name, 3), pit(), IN_PIT, 5, observe=observe, tolerance=0.3)
    assert run.status.tolist()[:2] == ["converged", "diverged"]


@needs_jax
@every_problem
def test_scan_matches_loop_on_every_problem(which: str) -> None:
    subject = problem(which)
    x0 = np.stack([subject.start(seed) for seed in range(2)])
    assert_engines_agree(AlphaGrad(learning_rate=0.01, alpha=2.0), subject, x0, 3, observe=("value", "mean:value"))


@needs_jax
@pytest.mark.slow
@every_problem
def test_scan_matches_loop_for_every_pair(which: str) -> None:
    subject = problem(which)
    x0 = np.stack([subject.start(seed) for seed in range(2)])
    for name in EVERY:
        assert_engines_agree(an_example(name, subject.n), subject, x0, 3, observe=("value", "mean:value"))


@needs_jax
def test_scan_matches_loop_in_every_observable_and_fold() -> None:
    """With a function of the caller's, for runs that stop at the start, on the way and never."""
    folds = [f"{fold}:{name}" for fold in ("mean", "min", "max", "sum") for name in ("value", "alignment")]
    names = [observable.name for observable in OBSERVABLES]
    observe = (*names, *folds, lambda x, f, g, d: x[..., 0] * f + g[..., 1] * d[..., 2])
    x0 = np.concatenate([IN_PIT[:3], [[0.9, 0.1, 0.1]]])
    run = assert_engines_agree(AlphaGrad(learning_rate=0.1), pit(), x0, 12, observe=observe, tolerance=0.9)
    assert run.status.tolist() == ["converged", "diverged", "running", "converged"]
    assert 0 < run.status_step[3] < 12


@needs_jax
def test_scan_gives_every_status_its_step() -> None:
    rates = np.asarray([1e-20, 0.1, 0.5, 0.5])
    x0 = np.asarray([[2.0, 1.0, 1.0], [2.0, 1.0, 1.0], [2.0, 1.0, 1.0], [-2.0, 0.0, 1.0]])
    slope = CustomProblem(  # f = x_1 + x_2^2/2, which falls for ever, and is no number where x_1 < -2.5
        value=lambda x: namespace(x).where(x[..., 0] < -2.5, math.nan * x[..., 0], x[..., 0] + x[..., 1] ** 2 / 2),
        gradient=lambda x: x * like(np.asarray([0.0, 1.0, 0.0]), x) + like(np.asarray([1.0, 0.0, 0.0]), x),
        n=3,
    )
    run = assert_engines_agree(GradientDescent(learning_rate=rates), slope, x0, 10, observe=("value", "sum:value"))
    assert run.status.tolist() == ["stalled", "running", "diverged", "diverged"]
    assert run.status_step.tolist() == [1, 10, 10, 2]
    assert np.isnan(run.value[2:, 3]).all() and (run.x_last[3] == [-3.0, 0.0, 1.0]).all()


@needs_jax
def test_scan_keeps_the_best_point_met() -> None:
    member = HeavyBall(GradientDescent(learning_rate=0.1), momentum=0.95)  # it swings: the best is not the last
    run = assert_engines_agree(member, pit(), IN_PIT[2:3], 30, observe=("value",))
    assert run.value_best[0] == np.append(run.value[:, 0], run.value_last[0]).min() < run.value_last[0]
    assert pit().value(run.x_best[0]) == pytest.approx(run.value_best[0], rel=roundoff(3, np.float64))


@needs_jax
def test_scan_keeps_float32_and_a_lone_run_without_axes() -> None:
    member = HeavyBall(AlphaGrad(learning_rate=np.asarray(0.01), alpha=np.float64(2.0)))
    for x0 in (IN_PIT[2].astype(np.float32), np.ones((1, 1, 3), np.float32)):
        run = assert_engines_agree(member, pit(), x0, 4, observe=("value", "mean:value", "sum:value"))
        assert run.environment["dtype"] == "float32" and run.batch == x0.shape[:-1]


@needs_jax
def test_jax_points_are_run_by_the_scan_and_leave_numpy() -> None:
    x0, how = IN_PIT[2:], {"observe": ("value", "mean:value")}
    given = simulate(SignSGD(), pit(), backend("jax").asarray(x0), 3, **how)
    assert (given.environment["backend"], given.environment["engine"]) == ("jax", "scan")
    assert_same(given, simulate(SignSGD(), pit(), x0, 3, backend="jax", **how))
    assert {type(value) for value in (*given.records.values(), given.x_last, given.status_step)} == {np.ndarray}


@needs_jax
def test_scan_is_compiled_once_whatever_the_values_of_the_hyperparameters() -> None:
    """A function is called where it is traced, and never again while the same hyperparameters vary over the runs."""
    traced: list[int] = []

    def gradient(x: Any) -> Any:
        traced.append(1)
        return 2 * x

    subject = CustomProblem(value=lambda x: dot(x, x), gradient=gradient, n=2)
    kind: Callable[[Any, Any], Any] = lambda rate, beta: Scheduled(HeavyBall(Adam(learning_rate=rate), momentum=beta))  # noqa: E731
    traced.clear()
    first = simulate(kind([0.1, 0.2], 0.5), subject, np.ones((2, 2)), 3, backend="jax")
    assert traced
    traced.clear()
    second = simulate(kind([0.01, 0.3], 0.9), subject, np.full((2, 2), 3.0), 3, backend="jax")
    assert not traced and not np.array_equal(first.x_last, second.x_last)
    simulate(kind([0.01, 0.3], 0.5), subject, np.ones((2, 2)), 4, backend="jax")
    assert traced


@needs_jax
@pytest.mark.private
def test_blocks_of_the_scan_are_padded_and_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    member, x0 = AlphaGrad(alpha=[1.0, 2.0, 3.0, 4.0, 5.0]), np.ones((5, 3)) + np.arange(5)[:, None]
    monkeypatch.setattr(scan, "LEAST", 2)
    monkeypatch.setattr(scan, "ELEMENTS", 6)
    assert_engines_agree(member, pit(), x0, 3, observe=("value", "max:value"))


def of_one_run(x: Any, v: Any, shared: Any) -> tuple[Any, ...]:
    """What a formula may do with a point (4,), a number and what all runs share: every rule of `side_by_side`."""
    import jax
    import jax.numpy as jnp

    scanned = jax.lax.scan(lambda carry, part: (carry + v * part, carry), v, x)
    looped = jax.lax.while_loop(lambda y: jnp.sum(y) < 10, lambda y: 2 * y + 1, x * x)
    rare = lambda limit: jax.lax.cond(v > limit, lambda: (v * x, v), lambda: (x, v + 1))  # noqa: E731
    return (
        (v * x / jnp.sum(shared * x), jnp.where(v > 0, x, shared), jnp.clip(x, -v, v), jnp.tanh(x)[..., None]),
        (jnp.sort(x), jnp.argsort(x), jnp.cumsum(x), jnp.max(x), jnp.all(x > v), jnp.concatenate([x, shared, v[None]])),
        (x[1:], x[::-1], x[0], jnp.pad(x[:-1], (0, 1)), x.reshape(2, 2).T, jnp.quantile(x, 0.3)),
        (jnp.outer(shared, shared) @ x, x.reshape(2, 2) @ x[:2], jnp.dot(x, x), shared @ shared),
        (scanned, looped, jax.grad(lambda y: jnp.sum(jax.nn.relu(y) ** 3))(x), jax.scipy.special.logsumexp(v * x)),
        (rare(-9.0), rare(0.0), rare(9.0), jax.lax.cond(shared[0] > 0, lambda: v * x, lambda: x), jnp.asarray(3)),
    )


@needs_jax
@pytest.mark.private
def test_runs_side_by_side_are_the_runs_alone() -> None:
    jax, rng = importlib.import_module("jax"), np.random.default_rng(3)
    x, v, shared = rng.standard_normal((4, 5)), rng.standard_normal(5), rng.standard_normal(4)
    backend("jax")  # in float64
    found = jax.jit(side_by_side(lambda own, common: of_one_run(*own, *common), (True,)))((x, v), (shared,))
    for run in range(5):
        alone = jax.jit(of_one_run)(x[:, run], v[run], shared)
        assert jax.tree.structure(alone) == jax.tree.structure(found)
        for one, other in zip(jax.tree.leaves(found), jax.tree.leaves(alone), strict=True):
            assert one.dtype == other.dtype
            np.testing.assert_allclose(one[..., run], other, rtol=roundoff(4, np.float64), atol=1e-15)


@needs_jax
@pytest.mark.private
def test_points_of_many_runs_are_never_turned_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """XLA would walk through them in strides: of all that a step holds, (n, B) lies B last; nothing is (B, n)."""
    held: list[str] = []
    real = scan.compiled.__wrapped__

    def compiled(kind: Any) -> Any:
        block = real(kind)

        def run(*given: Any) -> Any:
            lowered = block.lower(*given)
            held.append(lowered.as_text())
            return lowered.compile()(*given)

        return run

    monkeypatch.setattr(scan, "compiled", compiled)
    for name in ("alphagrad", "adam", "heavy-ball"):
        simulate(an_example(name, 3), problem("quadratic-diagonal", n=3), np.ones((7, 3)), 2, backend="jax")
    assert len(held) == 3 and all("tensor<3x7xf64>" in text and "tensor<7x3xf64>" not in text for text in held)


@needs_jax
def test_a_run_whose_values_change_runs_on_beside_one_that_has_stopped() -> None:
    """x overflows while f and its gradient stay finite: what a run is told to be does not depend on its neighbours."""
    subject = CustomProblem(
        value=lambda x: dot(namespace(x).sin(namespace(x).where(abs(x) < 1e300, x, x * 0 + 0.5)), x * 0 + 1.0),
        gradient=lambda x: x * 0 + 1.0,
        n=2,
    )
    x0 = np.asarray([[1.0, 2.0], [3.0, 4.0], [5.0, 1.0]])
    member = GradientDescent(learning_rate=np.asarray([0.1, 1e-20, 9e307]))
    whole = assert_engines_agree(member, subject, x0, 6, observe=("value",))
    for row in range(3):
        alone = simulate(GradientDescent(learning_rate=float(member.learning_rate[row])), subject, x0[row], 6)
        assert (alone.status, alone.status_step) == (whole.status[row], whole.status_step[row])


def looks(x: Any, *rest: Any) -> Any:
    """Return x, or a number of each run where it is observed, after a look at a number."""
    found = x[..., 0] if rest else x
    return found if float(found.sum()) > 0 else -found


UNTRACEABLE: list[tuple[dict[str, Any], str]] = [
    ({"problem": CustomProblem(value=lambda x: np.sum(np.sin(x), -1), gradient=np.cos, n=2)}, "problem 'custom'"),
    ({"optimizer": NormalizedNonlinear(np.tanh)}, "optimizer 'normalized-nonlinear'"),
    ({"observe": ("value", looks)}, "observe 'looks'"),
    ({"optimizer": HeavyBall(NormalizedNonlinear(looks))}, "optimizer 'heavy-ball'"),
]


@needs_jax
@pytest.mark.parametrize(("change", "named"), UNTRACEABLE)
def test_what_jax_cannot_trace_is_one_error_that_names_it(change: dict[str, Any], named: str) -> None:
    subject = CustomProblem(value=lambda x: dot(x, x), gradient=lambda x: 2 * x, n=2)
    given: dict[str, Any] = {"optimizer": SignSGD(), "problem": subject, "x0": np.ones(2), "steps": 2} | change
    assert simulate(**given).status == "running"
    with pytest.raises(ValueError, match=rf"^backend 'jax' cannot trace {named} \(.*\): write it with jax.numpy"):
        simulate(**given, backend="jax")


# ---------------------------------------------------------------- the loop


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "longdouble"])
def test_a_lone_run_is_its_row_in_a_sweep_in_every_dtype(dtype: str) -> None:
    subject, member = problem("quadratic-diagonal", n=20), AlphaGrad(learning_rate=0.05, alpha=3.0)
    x0 = np.random.default_rng(44).standard_normal((3, 20)).astype(dtype)
    whole = simulate(member, subject, x0, 200, observe=ASKED)
    assert whole.x_last.dtype == whole.value.dtype == x0.dtype
    for row, start in enumerate(x0):
        alone = simulate(member, subject, start, 200, observe=ASKED)
        np.testing.assert_array_equal(alone.x_last, whole.x_last[row])
        for name in ASKED:
            np.testing.assert_array_equal(alone[name], whole[name][..., row], err_msg=name)


@every_problem
def test_a_lone_run_on_every_problem_is_its_row_in_a_sweep(which: str) -> None:
    """Bit for bit, whatever layout a problem answers in: the law of batch invariance on the problems of the lab."""
    subject = problem(which)
    x0 = np.stack([subject.start(seed) for seed in range(3)])
    rates, alphas = np.asarray([1e-2, 0.1, 0.5]), np.asarray([0.3, 2.0, 50.0])
    kinds: tuple[Callable[..., Any], ...] = (
        lambda rate, alpha: AlphaGrad(learning_rate=rate, alpha=alpha),
        lambda rate, alpha: HeavyBall(AlphaGrad(learning_rate=rate, alpha=alpha), momentum=0.9),
        lambda rate, alpha: Adam(learning_rate=rate),
    )
    for kind in kinds:
        runs = simulate(kind(rates, alphas), subject, x0, 40, observe=ASKED)
        for i, (rate, alpha) in enumerate(zip(rates, alphas, strict=True)):
            alone = simulate(kind(float(rate), float(alpha)), subject, x0[i], 40, observe=ASKED)
            for part in FIELDS:
                np.testing.assert_array_equal(getattr(runs, part)[i], getattr(alone, part), err_msg=part)
            for key, record in alone.records.items():
                np.testing.assert_array_equal(runs[key][..., i], record, err_msg=key)


@pytest.mark.parametrize("runs", [1, 3])
def test_an_observed_function_is_called_once_a_step_in_order(runs: int) -> None:
    """It may draw numbers or keep what it saw."""
    seen: list[float] = []

    def remember(x: Any, f: Any, g: Any, d: Any) -> Any:
        seen.append(float(f[0]))
        return f

    run = simulate(AlphaGrad(), problem("quadratic", n=5), np.ones((runs, 5)), 100, observe=(remember,))
    assert seen == run["remember"][:, 0].tolist()


@pytest.mark.parametrize("runs", [1, 3])
def test_a_problem_is_asked_once_a_step_and_once_at_the_end(runs: int) -> None:
    """A gradient may draw numbers: one call more would give another run."""
    calls: list[int] = []

    def gradient(x: Any) -> Any:
        calls.append(1)
        return 2 * x

    mine = CustomProblem(value=lambda x: np.sum(x * x, axis=-1), gradient=gradient, n=2)
    calls.clear()
    simulate(AlphaGrad(), mine, np.ones((runs, 2)), 10)
    assert len(calls) == 11


@dataclasses.dataclass(frozen=True, kw_only=True)
class Counting(GradientDescent):
    """What a user may write: a direction that remembers."""

    calls: list[int] = dataclasses.field(default_factory=list)

    def direction(self, gradient: Any, state: Any, x: Any) -> Any:
        self.calls.append(1)
        return gradient * len(self.calls), state


def test_an_optimizer_is_called_once_a_step() -> None:
    subject, x = problem("quadratic-diagonal", n=3), np.ones(3)
    for member in (Counting(learning_rate=0.01), HeavyBall(Counting(learning_rate=0.01))):
        calls = (member.optimizer if isinstance(member, HeavyBall) else member).calls  # type: ignore[attr-defined]
        calls.clear()
        simulate(member, subject, x, 6)
        assert len(calls) == 6
        take_step(member, x, x)
        assert len(calls) == 7


@pytest.mark.parametrize("dtype", ["float16", "float32"])
def test_a_mean_over_many_steps_neither_overflows_nor_loses_digits(dtype: str) -> None:
    """The values of 3000 steps, about 50 each, add up to more than float16 can hold."""
    x0 = np.full((2, 1), 10.0).astype(dtype)
    run = simulate(
        SignSGD(learning_rate=1e-5), problem("quadratic-diagonal", n=1), x0, 3000, observe=("mean:value", "value")
    )
    assert run["mean:value"].dtype == dtype
    np.testing.assert_allclose(run["mean:value"], run.value.mean(axis=0, dtype=np.float64), rtol=roundoff(1, dtype))


# ---------------------------------------------------------------- on a device


@pytest.mark.private
@pytest.mark.parametrize("size", [1.0, 1e-200, 0.0])
def test_steps_that_nobody_waits_for_are_the_steps(xp: Any, size: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Downhill, with a norm that underflows, where a run stands still, and where one converges on the way."""
    monkeypatch.setattr(loop, "STRETCH", 7)
    subject = problem("quadratic-diagonal", n=3)
    x0 = size * np.asarray([[1.0, -2.0, 3.0], [0.01, 0.0, 0.0]])
    for member in (GradientDescent(learning_rate=0.5), HeavyBall(GradientDescent(learning_rate=0.1), momentum=0.5)):
        for tolerance in (0.0, 1e-3):
            how: dict[str, Any] = {"observe": ("value", "mean:gradient_norm", "distance"), "tolerance": tolerance}
            wanted, found = (simulate(member, subject, start, 40, **how) for start in (x0, xp.asarray(x0)))
            assert wanted.status.tolist() == found.status.tolist()
            assert wanted.status_step.tolist() == found.status_step.tolist()
            for part in ("x_last", "x_best", "value_best", "gradient_norm_last"):
                np.testing.assert_allclose(
                    getattr(found, part), getattr(wanted, part), rtol=40 * roundoff(3, np.float64), atol=1e-16 * size
                )
            for name, record in wanted.records.items():
                np.testing.assert_allclose(found[name], record, rtol=40 * roundoff(3, np.float64), atol=1e-16 * size)


@pytest.mark.private
@pytest.mark.parametrize("name", ["alphagrad", "adam", "heavy-ball", "normalized-gd", "saturation-controlled"])
def test_nothing_waits_for_a_device_more_than_once_in_100_steps(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wait is a number that Python or NumPy asks of an array; seen at how many of 250 steps there is one."""
    strict = backend("array-api-strict")
    now, waits = [0], set()
    calm = problem("quadratic-diagonal", n=3)

    def gradient(x: Any) -> Any:
        now[0] += 1
        return calm.gradient(x)

    subject = CustomProblem(value=calm.value, gradient=gradient, n=3)
    kind = type(strict.ones(1))
    for asked in ("__bool__", "__float__", "__int__", "__index__", "__complex__", "__array__", "__buffer__"):
        if hasattr(kind, asked):
            real = getattr(kind, asked)
            seen = lambda self, *rest, real=real, **more: (waits.add(now[0]), real(self, *rest, **more))[1]  # noqa: E731
            monkeypatch.setattr(kind, asked, seen)
    monkeypatch.setattr(loop, "to_numpy", lambda x: (waits.add(now[0]), to_numpy(x))[1])
    x0 = strict.asarray(np.asarray([[1.0, -2.0, 3.0], [0.5, 1.0, 1.0]]))
    simulate(an_example(name, 3), subject, x0, 5, observe=("value", "max:value"))
    now[0], begun = 0, waits.clear()
    simulate(an_example(name, 3), subject, x0, 250, observe=("value", "gradient_norm", "max:value"))
    assert begun is None and waits - {0, now[0]} <= {1, 101, 201}
    assert now[0] == 251 and now[0] in waits, "what is left is fetched at the end: the waits are seen"


# ---------------------------------------------------------------- a step of one's own


def by_hand(member: Any, x: Any, along: list[Any]) -> tuple[Any, Any]:
    state = member.init(x)
    for g in along:
        d, state = member.direction(g, state, x)
        step, state = member.step(d, state)
        x = x - step
    return x, state


def in_steps(member: Any, x: Any, along: list[Any], **how: Any) -> tuple[Any, Any]:
    state = None
    for g in along:
        x, state = take_step(member, x, g, state, **how)
    return x, state


def gradients(shape: tuple[int, ...], size: float = 1.0) -> list[np.ndarray]:
    rng = np.random.default_rng(40)
    return [size * rng.standard_normal(shape) for _ in range(4)]


@every
def test_take_step_is_the_step_of_the_method(name: str, xp: Any) -> None:
    """Bit for bit, for a point and for a batch of points, in every array library."""
    member = an_example(name, 6)
    for shape, axes in (((6,), 0), ((1, 6), 1), ((2, 3, 6), 2)):
        x = xp.asarray(np.random.default_rng(41).standard_normal(shape))
        along = [xp.asarray(g) for g in gradients(shape)]
        (found, state), (wanted, other) = in_steps(member, x, along, batch_axes=axes), by_hand(member, x, along)
        for one, two in zip((found, *leaves(state)), (wanted, *leaves(other)), strict=True):
            assert type(one) is type(two) and one.dtype == two.dtype
            np.testing.assert_array_equal(to_numpy(one), to_numpy(two), strict=True)


@needs_jax
def test_take_step_takes_jax_arrays() -> None:
    member, x, along = HeavyBall(AlphaGrad()), np.ones((2, 3)), gradients((2, 3))
    asarray = backend("jax").asarray
    found, wanted = in_steps(member, asarray(x), [asarray(g) for g in along])[0], in_steps(member, x, along)[0]
    assert type(found) is type(asarray(x))
    np.testing.assert_allclose(found, wanted, rtol=4 * 64 * roundoff(6, np.float64))


@every
def test_take_step_takes_a_matrix_as_one_point(name: str) -> None:
    member = an_example(name, 12)
    x, along = np.random.default_rng(42).standard_normal((4, 3)), gradients((4, 3))
    flat, flat_state = in_steps(member, x.reshape(12), [g.reshape(12) for g in along])
    found, state = in_steps(member, x, along)
    np.testing.assert_array_equal(found, flat.reshape(4, 3), strict=True)
    assert len(leaves(state)) == len(leaves(flat_state))
    begun = take_step(member, x, along[0], member.init(x.reshape(12)))[0]
    np.testing.assert_array_equal(begun, take_step(member, x, along[0])[0], strict=True)


def test_take_step_norms_the_whole_point_and_every_run_of_its_own() -> None:
    x, g = np.zeros((2, 2)), np.asarray([[3.0, 4.0], [0.0, 12.0]])
    member = NormalizedGD(learning_rate=[1.0, 10.0], epsilon=0.0)
    np.testing.assert_allclose(take_step(NormalizedGD(learning_rate=1.0, epsilon=0.0), x, g)[0], -g / 13, rtol=1e-15)
    found = take_step(member, x, g, batch_axes=1)[0]
    np.testing.assert_allclose(found, [[-0.6, -0.8], [0.0, -10.0]], rtol=1e-15)


def test_take_step_writes_nothing_in_place(xp: Any) -> None:
    member, x, g = HeavyBall(Adam()), xp.ones((4, 3)), xp.ones((4, 3)) * 2
    state = take_step(member, x, g)[1]
    if isinstance(x, np.ndarray):
        for array in (x, g, *leaves(state)):
            array.flags.writeable = False
    before = [to_numpy(array).copy() for array in (x, g, *leaves(state))]
    for _ in range(2):
        take_step(member, x, g, state)
    for array, old in zip((x, g, *leaves(state)), before, strict=True):
        np.testing.assert_array_equal(to_numpy(array), old)


@pytest.mark.parametrize(
    ("x", "g", "more", "said"),
    [
        ([1.0, 2.0], np.ones(2), {}, "x must be an array of floating-point numbers, .* got list"),
        (np.ones(2, int), np.ones(2), {}, "x must be an array of floating-point numbers, .* got dtype int64"),
        (np.ones(()), np.ones(()), {}, r"x must be an array of floating-point numbers, .* got .* shape \(\)"),
        (np.ones(3), np.ones(1), {}, r"g must have shape \(3,\), got \(1,\)"),
        (np.ones(3), [1.0, 1.0, 1.0], {}, r"g must be an array of shape \(3,\), got \[1.0"),
        (np.ones(3), np.ones(3) * 1j, {}, "g must be an array of real numbers, got dtype complex128"),
        (
            np.ones(3),
            np.ones(3),
            {"state": ()},
            r"state must be what the last step returned, .* \[\(3,\), \(3,\)\], got \[\]",
        ),
        (
            np.ones((3, 2)),
            np.ones((3, 2)),
            {"state": Adam().init(np.ones((3, 2)))},
            r"state .* got \[\(3, 2\), \(3, 2\)\]",
        ),
        (np.ones(3), np.ones(3), {"batch_axes": 1}, "batch_axes must be a whole number from 0 to 0 for x of 1 axes"),
        (np.ones((3, 2)), np.ones((3, 2)), {"batch_axes": -1}, "batch_axes must be a whole number from 0 to 1 .*-1"),
        (np.ones((3, 2)), np.ones((3, 2)), {"batch_axes": True}, "batch_axes must be a whole number .* got True"),
        (np.ones((3, 2)), np.ones((3, 2)), {"batch_axes": 1.0}, "batch_axes must be a whole number .* got 1.0"),
    ],
)
def test_take_step_names_the_argument_that_cannot_be_used(x: Any, g: Any, more: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        take_step(Adam(), x, g, **more)


def test_an_error_of_a_users_own_method_is_heard_as_it_is() -> None:
    def fails(u: Any) -> Any:
        raise TypeError("one of my own")

    with pytest.raises(TypeError, match="one of my own"):
        take_step(NormalizedNonlinear(fails), np.ones(3), np.ones(3))


@pytest.mark.parametrize("size", [0.0, 1e-200, 1e200])
def test_take_step_takes_gradients_of_every_size(size: float) -> None:
    x, along = np.ones(30), gradients((30,), size)
    for member in (AlphaGrad(epsilon=0.0), NormalizedGD(epsilon=0.0), HeavyBall(AlphaGrad(epsilon=0.0))):
        found, wanted = in_steps(member, x, along)[0], in_steps(member, x, [g / (size or 1.0) for g in along])[0]
        if size:
            np.testing.assert_allclose(found, wanted, rtol=64 * roundoff(30, np.float64))
        else:
            np.testing.assert_array_equal(found, x)


def test_take_step_keeps_the_trees_of_a_state() -> None:
    member = Scheduled(HeavyBall(Adam()))
    state = take_step(member, np.ones(3), np.ones(3))[1]
    assert type(map_arrays(lambda array: array, state)) is type(member.init(np.ones(3)))
    assert al.take_step is take_step
