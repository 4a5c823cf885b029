"""Laws of the fast paths: what is recorded, cut into chunks or handed to threads gives what the plain code gives."""

from __future__ import annotations

import dataclasses
import importlib.util
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import sympy as sp
from optimizer_laws import EVERY, an_example

from alphalab.arrays import backend, leaves, map_arrays, roundoff
from alphalab.optimizers import (
    Adam,
    AlphaGrad,
    GradientDescent,
    HeavyBall,
    NormalizedGD,
    NormalizedNonlinear,
    PerTensor,
    SignSGD,
)
from alphalab.problems import PROBLEMS, CustomProblem, problem
from alphalab.simulation import Trajectory, simulate, take_step
from alphalab.simulation.loop import block, chunks, program, recorded, replay, scanned
from alphalab.simulation.loop.block import _compiled_block
from alphalab.simulation.loop.endings import Ending
from alphalab.simulation.loop.lone import Lone, stepper
from alphalab.simulation.loop.step import Stepper
from alphalab.simulation.loop.tape import is_formula
from alphalab.simulation.observables import watches

every = pytest.mark.parametrize("name", EVERY)
LONG = 3001  # of two long arrays six chunks of 500 and one of a single element, of four twelve of 250 and such a one


@pytest.fixture
def short_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "CHUNK", 1000)


def gradients(shape: tuple[int, ...], size: float = 1.0) -> list[np.ndarray]:
    rng = np.random.default_rng(40)
    return [size * rng.standard_normal(shape) for _ in range(4)]


def in_steps(member: Any, x: np.ndarray, along: list[np.ndarray], **how: Any) -> tuple[np.ndarray, Any]:
    """Return x and the state after a step along every gradient."""
    x, state = x.copy(), member.init(x)
    for g in along:
        state = take_step(member, x, g, state, **how)
    return x, state


def whole(member: Any, x: np.ndarray, along: list[np.ndarray]) -> tuple[np.ndarray, Any]:
    state = member.init(x)
    for g in along:
        d, state = member.direction(g, state, x)
        step, state = member.step(d, state)
        x = x - step
    return x, state


@every
@pytest.mark.parametrize("shape", [(LONG,), (1, LONG), (3, LONG)])
@pytest.mark.usefixtures("short_chunks")
def test_a_step_in_chunks_is_the_step(name: str, shape: tuple[int, ...]) -> None:
    member = an_example(name, LONG)
    x, along = np.random.default_rng(41).standard_normal(shape), gradients(shape)
    (found, state), (wanted, other) = in_steps(member, x, along), whole(member, x, along)
    for one, two in zip((found, *leaves(state)), (wanted, *leaves(other)), strict=True):
        assert one.shape == two.shape and one.dtype == two.dtype
        assert np.all(np.abs(one - two) <= 4 * roundoff(LONG, one.dtype) * np.abs(two).max())


@pytest.mark.usefixtures("short_chunks")
def test_every_run_of_a_long_batch_has_its_own_hyperparameters() -> None:
    member = HeavyBall(AlphaGrad(learning_rate=[0.1, 0.2, 0.3], alpha=[1.0, 10.0, 100.0]), momentum=[0.1, 0.5, 0.9])
    x, along = np.ones((3, LONG)), gradients((3, LONG))
    found, wanted = (take(member, x, along)[0] for take in (in_steps, whole))
    assert np.all(np.abs(found - wanted) <= 4 * roundoff(LONG, np.float64) * np.abs(wanted).max())
    assert chunks.Step(member, x, along[0], member.init(x)).written


@every
@pytest.mark.usefixtures("short_chunks")
def test_the_number_of_threads_changes_no_bit(name: str) -> None:
    member = an_example(name, LONG)
    x, along = np.random.default_rng(42).standard_normal(LONG), gradients((LONG,))
    one, state = in_steps(member, x, along, threads=1)
    for threads in (2, 3, 7):
        other, its_state = in_steps(member, x, along, threads=threads)
        np.testing.assert_array_equal(one, other)
        for a, b in zip(leaves(state), leaves(its_state), strict=True):
            np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("threads", [0, -1, 1.5, True])
def test_threads_are_a_whole_number(threads: Any) -> None:
    with pytest.raises(ValueError, match="threads must be a whole number >= 1, got"):
        take_step(AlphaGrad(), np.ones(3), np.ones(3), (), threads=threads)


@pytest.mark.parametrize(
    ("x", "g", "state", "said"),
    [
        ([1.0, 2.0], np.ones(2), None, "x must be an array of floating-point numbers, .* got list"),
        (np.ones(2, int), np.ones(2), None, "x must be an array of floating-point numbers, .* got dtype int64"),
        (np.ones(3), np.ones(1), None, r"g must have shape \(3,\), got \(1,\)"),
        (np.ones(3), [1.0, 1.0, 1.0], None, r"g must be an array of shape \(3,\), got \[1.0"),
        (np.ones(3), np.ones(3), (), "state must be what optimizer.init.* 2 arrays, got 0"),
    ],
)
def test_what_is_no_step_is_told(x: Any, g: Any, state: Any, said: str) -> None:
    member = Adam() if state == () else AlphaGrad()
    with pytest.raises(ValueError, match=said):
        take_step(member, x, g, () if state is None else state)


@pytest.mark.parametrize("size", [0.0, 1e-200, 1e200])
@pytest.mark.usefixtures("short_chunks")
def test_unusual_gradients_take_their_step_whole(size: float) -> None:
    x, along = np.ones(LONG), gradients((LONG,), size)
    for member in (AlphaGrad(), NormalizedGD(epsilon=0.0), HeavyBall(AlphaGrad())):
        np.testing.assert_array_equal(in_steps(member, x, along)[0], whole(member, x, along)[0])


@pytest.mark.usefixtures("short_chunks")
def test_a_chunk_in_doubt_is_taken_by_the_method_itself() -> None:
    """Adam divides by sqrt(v) + eps: 0 where the gradient was 0 and eps is."""
    x, along = np.ones(LONG), gradients((LONG,))
    for g in along:
        g[[5, 2500]] = 0.0
    (found, state), (wanted, other) = (take(Adam(epsilon=0.0), x, along) for take in (in_steps, whole))
    np.testing.assert_array_equal(found, wanted)
    assert all(np.array_equal(a, b) for a, b in zip(leaves(state), leaves(other), strict=True))


@pytest.mark.usefixtures("short_chunks")
def test_the_state_and_the_gradient_are_left_as_the_caller_has_them() -> None:
    x, (g, *_) = np.ones(LONG), gradients((LONG,))
    g.flags.writeable = False
    member = HeavyBall(Adam())
    state = member.init(x)
    shared = map_arrays(lambda array: state[1], state)  # one array in several places: no step may write it twice
    take_step(member, x, g, shared)
    assert not state[1].any()


def test_what_is_chunked() -> None:
    """Else the laws above would compare the plain code with itself."""
    x, g = np.ones(LONG), gradients((LONG,))[0]
    for name in ("alphagrad", "normalized-gd", "sign-sgd", "adam", "rmsprop", "heavy-ball", "scheduled-inverse"):
        member = an_example(name, LONG)
        assert chunks.Step(member, x, g, member.init(x)).written, name
    blocks = PerTensor(AlphaGrad(), blocks=(1, LONG - 1))
    with pytest.raises(chunks.Untraceable, match="of a long vector"):
        chunks.Step(blocks, x, g, blocks.init(x))


@pytest.mark.parametrize(
    ("member", "vectors"), [(AlphaGrad(), 2.1), (SignSGD(), 2.1), (NormalizedGD(), 2.1), (Adam(), 4.1)]
)
def test_the_memory_of_a_step(member: Any, vectors: float) -> None:
    """With x, g and the state counted, on one thread; each has scratch of its own."""
    n = 10_000_000
    tracemalloc.start()
    try:
        x, g = np.zeros(n, np.float32), np.full(n, 0.3, np.float32)
        take_step(member, x, g, member.init(x), threads=1)
        assert tracemalloc.get_traced_memory()[1] <= vectors * 4 * n
    finally:
        tracemalloc.stop()


# ---------------------------------------------------------------- steps from a tape

ASKED = ("value", "gradient_norm", "alignment", "direction_sq", "sum:value", "max:gradient_norm", "mean:point_norm")


def plainly(member: Any, subject: Any, x0: Any, steps: int, **how: Any) -> Trajectory:
    """The same run without a tape."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("alphalab.simulation.loop.block.stepper", Stepper)
        return simulate(member, subject, x0, steps, **how)


def assert_same(one: Trajectory, other: Trajectory) -> None:
    for name in ("x_last", "x_best", "value_last", "value_best", "gradient_norm_last", "status", "status_step"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)
    for name, record in one.records.items():
        np.testing.assert_array_equal(record, other.records[name], err_msg=name)


@every
@pytest.mark.parametrize(("runs", "steps"), [(1, 150), (40, 30), (3500, 4)])
def test_a_run_from_a_tape_is_the_run(name: str, runs: int, steps: int) -> None:
    """Alone and in a few, in stretches; in many, step by step; downhill, at the minimum and where runs end."""
    x0 = np.random.default_rng(43).standard_normal((runs, 5)) * 3
    for subject in (problem("quadratic", n=5), problem("rosenbrock", n=5), problem("quadratic-diagonal", n=5)):
        how: dict[str, Any] = {"observe": ASKED, "tolerance": 0.0 if subject.name == "rosenbrock" else 0.3}
        member = an_example(name, 5)
        assert_same(simulate(member, subject, x0, steps, **how), plainly(member, subject, x0, steps, **how))


@pytest.mark.parametrize("n", [5, 1489, 2001])
def test_a_stretch_that_does_not_go_well_leaves_the_run_where_it_was(n: int) -> None:
    """f is the same after every step of a 2-cycle, so every stretch is given up, after odd numbers of single steps."""
    subject, start = problem("quadratic-diagonal", n=n), np.full((1, n), 0.25)
    for member in (SignSGD(learning_rate=0.5), HeavyBall(SignSGD(learning_rate=0.5), momentum=0.0)):
        for steps in (300, 301):
            assert_same(*(way(member, subject, start, steps, observe=ASKED) for way in (simulate, plainly)))


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_a_lone_run_is_its_row_in_a_sweep_in_every_dtype(dtype: str) -> None:
    subject, member = problem("quadratic-diagonal", n=20), AlphaGrad(learning_rate=0.05, alpha=3.0)
    x0 = np.random.default_rng(44).standard_normal((3, 20)).astype(dtype)
    whole = simulate(member, subject, x0, 200, observe=ASKED)
    for row, start in enumerate(x0):
        alone = simulate(member, subject, start, 200, observe=ASKED)
        np.testing.assert_array_equal(alone.x_last, whole.x_last[row])
        for name in ASKED:
            np.testing.assert_array_equal(alone[name], whole[name][..., row], err_msg=name)


def test_products_that_einsum_does_not_round_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert program._rounds_products(np.dtype("float64")) and program._rounds_products(np.dtype("float32"))
    exact = np.einsum

    def wide(order: str, *parts: np.ndarray) -> np.ndarray:
        return exact(order, *(part.astype(np.longdouble) for part in parts)).astype(parts[0].dtype)

    monkeypatch.setattr(np, "einsum", wide)
    assert not program._rounds_products.__wrapped__(np.dtype("float64"))


@pytest.mark.parametrize("name", [entry.name for entry in PROBLEMS])
def test_every_problem_goes_on_a_tape(name: str) -> None:
    subject, member = problem(name), AlphaGrad(learning_rate=0.1)
    x0 = np.stack([subject.start(seed) for seed in range(3)])
    with np.errstate(all="ignore"):
        found = stepper(member, subject, np.asfortranarray(x0), watches(ASKED, subject, member))
        given = stepper(member, subject, np.asfortranarray(x0), watches((lambda x, f, g, d: f,), subject, member))
    assert isinstance(found, replay.Replay) and isinstance(given, replay.Replay)
    assert_same(simulate(member, subject, x0, 20, observe=ASKED), plainly(member, subject, x0, 20, observe=ASKED))


@pytest.mark.parametrize("name", [entry.name for entry in PROBLEMS])
def test_a_lone_run_on_every_problem_is_its_row_in_a_sweep(name: str) -> None:
    """Bit for bit, whatever layout a problem answers in: the law of batch invariance on the problems of the lab."""
    subject = problem(name)
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
            for part in ("x_last", "x_best", "value_last", "value_best", "gradient_norm_last", "status", "status_step"):
                np.testing.assert_array_equal(getattr(runs, part)[i], getattr(alone, part), err_msg=part)
            for key, record in alone.records.items():
                np.testing.assert_array_equal(runs[key][..., i], record, err_msg=key)


def test_a_function_without_a_module_is_no_formula_of_the_lab() -> None:
    """What sympy.lambdify makes: certify "atan(3*u)", then run it."""
    u = sp.Symbol("u")
    member = NormalizedNonlinear(sp.lambdify(u, sp.atan(3 * u), "numpy"))
    assert not is_formula(member)
    run = simulate(member, problem("quadratic", n=3), np.ones(3), 5)
    assert run.value[-1] < run.value[0]


def test_functions_of_the_user_are_called_at_every_step_and_not_recorded() -> None:
    """They may draw numbers or keep what they saw: once per step, in order, and never again."""
    seen: list[float] = []

    def remember(x: Any, f: Any, g: Any, d: Any) -> Any:
        seen.append(float(f[0]))
        return f

    run = simulate(AlphaGrad(), problem("quadratic", n=5), np.ones(5), 100, observe=(remember,))
    assert seen == run["remember"].tolist()


@pytest.mark.parametrize("runs", [1, 3])
def test_a_problem_of_the_user_is_asked_once_a_step_and_once_at_the_end(runs: int) -> None:
    """A gradient may draw numbers: one call more would give another run."""
    calls: list[int] = []

    def gradient(x: Any) -> Any:
        calls.append(1)
        return 2 * x

    mine = CustomProblem(value=lambda x: np.sum(x * x, axis=-1), gradient=gradient, n=2)
    calls.clear()
    simulate(AlphaGrad(), mine, np.ones((runs, 2)), 10)
    assert len(calls) == 11


@pytest.mark.parametrize("dtype", ["float16", "float32"])
def test_a_mean_over_many_steps_neither_overflows_nor_loses_digits(dtype: str) -> None:
    """The values of 3000 steps, about 50 each, add up to more than float16 can hold."""
    x0 = np.full((2, 1), 10.0).astype(dtype)
    run = simulate(
        SignSGD(learning_rate=1e-5), problem("quadratic-diagonal", n=1), x0, 3000, observe=("mean:value", "value")
    )
    assert run["mean:value"].dtype == dtype
    np.testing.assert_allclose(run["mean:value"], run.value.mean(axis=0, dtype=np.float64), rtol=roundoff(1, dtype))


@dataclasses.dataclass(frozen=True, kw_only=True)
class Counting(GradientDescent):
    """What a user may write: a direction that remembers."""

    calls: list[int] = dataclasses.field(default_factory=list)

    def direction(self, gradient: Any, state: Any, x: Any) -> Any:
        self.calls.append(1)
        return gradient * len(self.calls), state


@pytest.mark.usefixtures("short_chunks")
def test_an_optimizer_of_the_user_is_called_at_every_step_and_not_recorded() -> None:
    subject, x = problem("quadratic-diagonal", n=3), np.ones(LONG)
    kinds = (np.asarray, backend("jax").asarray) if importlib.util.find_spec("jax") else (np.asarray,)
    for member in (Counting(learning_rate=0.01), HeavyBall(Counting(learning_rate=0.01))):
        calls = (member.optimizer if isinstance(member, HeavyBall) else member).calls  # type: ignore[attr-defined]
        for kind in kinds:
            calls.clear()
            simulate(member, subject, kind(np.ones(3)), 6)
            assert len(calls) == 6
        state = member.init(x)
        for _ in range(2):
            calls.clear()
            state = take_step(member, x, np.ones(LONG), state)
            assert len(calls) == 1
    assert not is_formula(NormalizedNonlinear(lambda u: u)) and is_formula(NormalizedNonlinear(np.arctan))


def test_the_steps_of_a_lone_run_are_made_in_stretches() -> None:
    """And are given up where they do not go well, without a trace: else the laws above would not meet them."""
    subject, member = problem("quadratic", n=5), AlphaGrad(learning_rate=1e-3)
    apart = problem("quadratic-diagonal", n=5)
    assert isinstance(stepper(member, apart, np.asfortranarray(np.ones((2, 5))), watches(ASKED, apart, member)), Lone)
    runs = replay.Replay(member, subject, np.asfortranarray(np.ones((2, 5))), watches(ASKED, subject, member))
    length = runs.ahead(100)
    seen = runs.speculate(length)
    assert length == recorded.LONGEST and seen is not None and seen.f.shape == (length, 2)
    runs.commit(0)
    assert runs.ahead(100) == 0
    np.testing.assert_array_equal(runs.end()[0], np.ones((2, 5)))


# ---------------------------------------------------------------- on a device


@pytest.mark.parametrize("size", [1.0, 1e-200, 0.0])
def test_steps_that_nobody_waits_for_are_the_steps(xp: Any, size: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Downhill, with a norm that underflows, where a run stands still, and where one converges on the way."""
    monkeypatch.setattr(block, "STRETCH", 7)
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


def test_a_device_is_waited_for_once_in_a_stretch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the law above would compare the judged steps with themselves."""
    judged: list[int] = []
    monkeypatch.setattr(Ending, "_judge", lambda self, t, *rest: judged.append(t))
    strict = backend("array-api-strict")
    simulate(AlphaGrad(), problem("quadratic-diagonal", n=3), strict.ones((2, 3)), 250)
    assert judged == [250]


# ---------------------------------------------------------------- a compiled scan


def test_a_compiled_scan_gives_what_numpy_gives() -> None:
    """With a run that converges at once and one that does not."""
    pytest.importorskip("jax")
    member = HeavyBall(GradientDescent(learning_rate=0.1), momentum=0.5)
    jnp, subject = backend("jax"), problem("quadratic", n=3)
    x0 = subject.constants.x_star + np.asarray([[1e-4, 0.0, 0.0], [3.0, 1.0, -2.0]])
    how: dict[str, Any] = {"observe": ("value", "mean:gradient_norm", "distance"), "tolerance": 5e-4}
    wanted, found = (simulate(member, subject, start, 50, **how) for start in (x0, jnp.asarray(x0)))
    assert wanted.status.tolist() == found.status.tolist() == ["converged", "running"]
    assert wanted.status_step.tolist() == found.status_step.tolist()
    allowed = 50 * roundoff(3, np.float64)
    for name, record in wanted.records.items():
        assert np.all(np.abs(found[name] - record) <= allowed * max(1.0, np.abs(record).max())), name
    assert np.all(np.abs(found.x_best - wanted.x_best) <= allowed * np.abs(wanted.x_best).max())


def test_what_was_not_judged_is_what_is_judged_unless_it_must_be_made_again() -> None:
    """Downhill nobody looks; where a norm under- or overflows or a run stands still, every step is judged."""
    pytest.importorskip("jax")
    jnp, subject = backend("jax"), problem("quadratic-diagonal", n=3)
    watched = ("value", "mean:gradient_norm", "min:value", "distance")
    for member in (AlphaGrad(), HeavyBall(AlphaGrad()), Adam()):
        for size in (1.0, 1e-200, 0.0, 1e200):
            one, two = (
                scanned.compiled_run(
                    _compiled_block, member, map_arrays(jnp.asarray, subject), start, (30, watched, 0.0, judged)
                )
                for start in [jnp.full((2, 3), size)]
                for judged in (False, True)
            )
            assert not two[1]
            if size == 1.0:
                for a, b in zip(leaves(tuple(one[0][1:])), leaves(tuple(two[0][1:])), strict=True):
                    np.testing.assert_allclose(a, b, rtol=30 * roundoff(3, np.float64))
                for name, record in two[0].records.items():
                    np.testing.assert_allclose(one[0].records[name], record, rtol=30 * roundoff(3, np.float64))
            assert bool(one[1]) == (size != 1.0), (member.name, size)


def test_a_lone_run_made_in_stretches_is_the_run_judged_step_by_step() -> None:
    """Whatever the number of steps; its best point, made again, has the value that it had."""
    pytest.importorskip("jax")
    jnp, subject = backend("jax"), problem("quadratic-diagonal", n=3)
    watched = ("value", "mean:gradient_norm", "min:value", "max:value", "distance")
    swinging = HeavyBall(GradientDescent(learning_rate=0.01), momentum=0.99)  # its best point is not its last
    for member in (AlphaGrad(learning_rate=0.01), swinging, Adam(learning_rate=0.01)):
        for steps in (1, 2, 99, 100, 101, 250):
            start = jnp.asarray([[1.0, -2.0, 3.0]])
            one, two = (
                scanned.compiled_run(_compiled_block, member, subject, start, (steps, watched, 0.0, judged))
                for judged in (False, True)
            )
            assert not one[1], (member.name, steps)
            allowed = steps * roundoff(3, np.float64)
            for a, b in zip(leaves(tuple(one[0][1:])), leaves(tuple(two[0][1:])), strict=True):
                np.testing.assert_allclose(a, b, rtol=allowed, atol=allowed)
            for name, record in two[0].records.items():
                np.testing.assert_allclose(one[0].records[name], record, rtol=allowed, atol=allowed)
            assert float(subject.value(one[0].x_best)[0]) == pytest.approx(float(one[0].value_best[0]), rel=allowed)
            assert one[0].value_best[0] <= one[0].records["min:value"][0]


def test_a_kind_of_run_is_compiled_once_and_only_formulas_are() -> None:
    pytest.importorskip("jax")
    jnp, subject = backend("jax"), problem("quadratic-diagonal", n=3)
    start, options = jnp.ones((2, 3)), (5, ("value",), 0.0, False)
    seen = scanned._compiled.cache_info()
    for rate in ([0.1, 0.2], [0.3, 0.4]):
        member = map_arrays(jnp.asarray, GradientDescent(learning_rate=rate))
        done = scanned.compiled_run(_compiled_block, member, map_arrays(jnp.asarray, subject), start, options)
        assert done is not None and done[0].records["value"].shape == (5, 2) and not done[1]
    now = scanned._compiled.cache_info()
    assert (now.misses - seen.misses, now.hits - seen.hits) == (1, 1)
    assert scanned.only_formulas(GradientDescent(), subject, ("value",))
    assert not scanned.only_formulas(GradientDescent(), subject, (lambda x, f, g, d: f,))
