"""Spread over cores: the result is the same bit for bit, whoever computes it."""

from __future__ import annotations

import functools
import gc
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import joblib
import numpy as np
import psutil
import pytest
import threadpoolctl
from same_run import assert_same

import alphalab as al
from alphalab.arrays import backend, roundoff
from alphalab.simulation.cores import free, handover, spread
from alphalab.simulation.cores.gathered import Gathered
from alphalab.simulation.cores.handover import Left
from alphalab.simulation.cores.spread import bytes_of, cores, cut, part_bytes
from alphalab.simulation.cores.workers import side_by_side
from alphalab.simulation.simulate import planned

ELSE = np.zeros(16)  # nobody's mark
needs_reading = pytest.mark.skipif(not handover._can_read(), reason="needs a system that reads the memory of others")

WATCHED = ("value", "gradient_norm", "mean:value", lambda x, f, g, d: x[..., 0] * 2)


def mine() -> al.CustomProblem:
    """A problem that only cloudpickle can send."""
    return al.CustomProblem(value=lambda x: np.sum(x**4 - x**2, axis=-1), gradient=lambda x: 4 * x**3 - 2 * x, n=5)


def grid(problem: Any, runs: int = 40, **options: Any) -> al.Trajectory:
    sweep = al.Sweep(learning_rate=np.geomspace(1e-3, 1.0, runs // 4), alpha=[0.5, 1.0, 5.0, 20.0])
    method = al.HeavyBall(al.AlphaGrad(learning_rate=sweep.learning_rate, alpha=sweep.alpha))
    return al.simulate(method, problem, problem.start(), 30, observe=WATCHED, **options)


def test_the_threads_of_blas_change_no_bit() -> None:
    """A product of matrices is summed in another order by two threads than by one: seen at n = 500."""
    problem = al.problem("least-squares-rank-deficient", n=500)
    x0 = np.stack([problem.start(seed) for seed in range(3)])
    runs = []
    for threads in (1, 2):
        with threadpoolctl.threadpool_limits(threads, "blas"):
            runs.append(al.simulate(al.AlphaGrad(), problem, x0, 30, observe=("value", "gradient_norm")))
    assert_same(*runs)


@pytest.mark.parametrize("backend", ["loky", "threading", "dask"])
def test_every_backend_gives_the_same_bits(backend: str) -> None:
    problem = mine()
    alone = grid(problem)
    if backend == "dask":
        distributed = pytest.importorskip("distributed", reason="needs dask[distributed]")
        with (
            distributed.LocalCluster(
                n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None
            ) as farm,
            distributed.Client(farm),
            joblib.parallel_config(backend="dask"),
        ):
            assert cores(None) == 2
            assert_same(grid(problem), alone)
        return
    with joblib.parallel_config(backend=backend, n_jobs=2):
        assert cores(None) == 2
        assert_same(grid(problem), alone)


def test_jobs_and_memory_change_nothing() -> None:
    alone = grid(mine())
    assert_same(grid(mine(), jobs=2), alone)
    assert_same(grid(mine(), memory="1G"), alone)
    assert_same(grid(mine(), jobs=2, memory="1G"), alone)


def test_long_points_go_to_threads() -> None:
    problem = al.problem("rosenbrock", n=40_000)
    method = al.AlphaGrad(alpha=[1.0, 2.0, 3.0, 4.0])
    runs = [al.simulate(method, problem, problem.start(), 3, jobs=jobs) for jobs in (1, 2)]
    assert_same(runs[1], runs[0])


def test_an_error_of_a_worker_is_heard() -> None:
    def fails(x: Any) -> Any:
        if x.shape[0] == 20:  # in the part of a worker, not when it is tried
            raise ZeroDivisionError("one of my own")
        return 4 * x**3

    problem = al.CustomProblem(value=lambda x: np.sum(x**4, axis=-1), gradient=fails, n=5)
    with pytest.raises(ValueError, match="one of my own"):
        grid(problem, jobs=2)
    assert_same(grid(mine(), jobs=2), grid(mine()))  # and the next sweep has workers again


def test_an_error_here_ends_the_workers_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """And not when the error is forgotten, by when others may have begun."""
    alone = grid(mine())

    def fails(*_: Any) -> None:
        raise ZeroDivisionError("one of mine")

    with monkeypatch.context() as patched, pytest.raises(ZeroDivisionError) as error:
        patched.setattr(Gathered, "put", fails)
        grid(mine(), jobs=2)
    workers = [child for child in psutil.Process().children() if "LokyProcess" in " ".join(child.cmdline())]
    assert psutil.wait_procs(workers, timeout=20)[1] == []
    assert_same(grid(mine(), jobs=2), alone)
    del error
    gc.collect()
    assert_same(grid(mine(), jobs=2), alone)


@pytest.mark.parametrize("jobs", [1, 2, 3, 8])
@pytest.mark.parametrize("runs", [1, 2, 3, 17, 100, 100_000])
def test_parts_are_even_and_small_enough(runs: int, jobs: int) -> None:
    plan = planned(al.AlphaGrad(alpha=np.ones(runs)), mine(), np.ones(5), 1000, ("value",))
    limit = 50 * plan.run_bytes()
    for rows in (np.arange(runs), np.arange(0, runs, 3)):
        parts = cut(plan, rows, jobs, limit)
        np.testing.assert_array_equal(np.concatenate(parts), rows)
        sizes = [len(part) for part in parts]
        assert max(sizes) - min(sizes) <= 1
        assert max(sizes) <= 50
        assert len(parts) % jobs == 0 or max(sizes) <= 3
    assert cut(plan, np.arange(0), jobs, limit) == []


def test_memory_is_a_size() -> None:
    assert [bytes_of(size) for size in (10, "10", "1k", "1.5M", "2G", "2GB", "2GiB")] == (
        [10, 10, 2**10, 3 * 2**19, 2**31, 2**31, 2**31]
    )
    for wrong in ("", "G", "-1G", "nan", "infG", "two", 0):
        with pytest.raises(ValueError, match="memory must be a size such as 500M or 2G, got"):
            bytes_of(wrong)
    plan = planned(al.AlphaGrad(alpha=np.ones(10_000)), mine(), np.ones(5), 10_000, ("value",))
    with pytest.raises(ValueError, match="memory: 500M is too little: the results of 10,000 runs take 765 MB"):
        part_bytes(plan, None, 1, "500M")
    assert part_bytes(plan, ("value_last",), 1, "500M") < 500 * 2**20 / 3


def test_too_little_memory_says_how_much_is_needed() -> None:
    plan = planned(al.AlphaGrad(), mine(), np.ones(5), 1000, ("value",))
    with pytest.raises(ValueError, match="of 1 run take 0 MB, 1 process 128 MB; at least 129M are needed"):
        part_bytes(plan, None, 1, "1M")
    assert part_bytes(plan, None, 1, "129M") > 0
    with pytest.raises(ValueError, match="3 processes 384 MB; at least 385M are needed"):
        part_bytes(plan, None, 2, "128M")


def test_what_does_not_fit_into_free_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the kernel kills the process, without a word."""
    monkeypatch.setattr(free, "free_bytes", lambda: 2.0**30)
    told = "memory: the results of 1 run take 29.8 GB, 1.0 GB are free"
    with pytest.raises(ValueError, match=told):
        al.simulate(al.AlphaGrad(), mine(), np.ones(5), 10**9)
    told = "memory: the results of 40,000,000 runs take 9.5 GB, 1.0 GB are free"
    many = np.broadcast_to(np.ones(5), (40_000_000, 5))
    with pytest.raises(ValueError, match=told):
        al.simulate(al.AlphaGrad(), mine(), many, 1, observe=(), memory="1T")
    al.simulate(al.AlphaGrad(), mine(), np.ones(5), 10)


def test_what_is_free_is_what_the_system_and_its_groups_leave(monkeypatch: pytest.MonkeyPatch) -> None:
    files = {
        "/proc/meminfo": "MemTotal: 9 kB\nMemAvailable: 8 kB\nSwapFree: 1 kB\nHugePages_Total: 0\n",
        "/proc/self/cgroup": "3:cpu,memory:/a/b\n2:cpuset:/\n0::/c\n",
    }
    monkeypatch.setattr(free, "_text", lambda path: files.get(str(path), ""))
    assert free.free_bytes() == 9 * 1024
    old, new = "/sys/fs/cgroup/memory/a/memory.", "/sys/fs/cgroup/memory."
    files |= {
        old + "limit_in_bytes": "5000\n",
        old + "usage_in_bytes": "1000\n",
        old + "stat": "total_inactive_file 9\n",
    }
    assert free.free_bytes() == 4009
    files |= {new + "max": "4000\n", new + "current": "1000\n"}
    assert free.free_bytes() == 3000
    files[new + "max"] = "max\n"
    assert free.free_bytes() == 4009
    files.clear()
    assert free.free_bytes() == np.inf


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux says what is free")
def test_this_machine_says_what_is_free() -> None:
    assert 0 < free.free_bytes() <= psutil.virtual_memory().total + psutil.swap_memory().total


@pytest.mark.parametrize("library", ["torch", "jax"])
def test_workers_of_any_library_make_the_same_runs(library: str) -> None:
    """In the dtype of the points too: jax rounds to float32 in a process that was not told, or began before."""
    pytest.importorskip(library)
    grid(mine(), jobs=2)
    start = backend(library).asarray(np.random.default_rng(5).standard_normal((6, 3)))
    subject, method = al.problem("quadratic-diagonal", n=3), al.AlphaGrad(learning_rate=np.geomspace(0.01, 1, 6))
    one, two = (
        al.simulate(method, subject, start, 50, observe=("value", "mean:value"), tolerance=0.1, jobs=jobs)
        for jobs in (1, 2)
    )
    assert two.value.dtype == two.x_last.dtype == np.float64
    for name in ("value", "mean:value"):
        np.testing.assert_allclose(two[name], one[name], rtol=50 * roundoff(3, np.float64))
    np.testing.assert_array_equal(two.status, one.status)


@pytest.mark.parametrize("jobs", [0, 1.5, True, "2"])
def test_jobs_is_a_number(jobs: Any) -> None:
    with pytest.raises(ValueError, match="jobs must be a whole number, not 0"):
        grid(mine(), jobs=jobs)


def handed(monkeypatch: pytest.MonkeyPatch, spoil: Callable[[Left], Left]) -> tuple[list[Left | None], al.Trajectory]:
    """Return what two workers left of a sweep, each before it was spoilt, and the sweep."""
    left = []

    def spoilt(one: Left | None) -> Left | None:
        left.append(one)
        return None if one is None else spoil(one)

    begin = spread.side_by_side
    monkeypatch.setattr(spread, "side_by_side", lambda *a, **k: ((r, b, spoilt(one)) for r, b, one in begin(*a, **k)))
    return left, grid(mine(), jobs=2)


@needs_reading
def test_histories_are_read_from_the_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    left, two = handed(monkeypatch, lambda one: one)
    assert_same(two, grid(mine()))
    assert len(left) == 2
    assert all(set(one.arrays) == {"value", "gradient_norm"} and one.process != os.getpid() for one in left)


@needs_reading
@pytest.mark.parametrize(
    "spoil",
    [
        lambda one: one._replace(process=2**22 + 1),  # no process has this number
        lambda one: one._replace(process=os.getpid(), mark=ELSE.ctypes.data),  # another one has it now
        lambda one: one._replace(mark=0),  # nothing lies there
    ],
)
def test_what_cannot_be_read_is_run_again(monkeypatch: pytest.MonkeyPatch, spoil: Callable[[Left], Left]) -> None:
    alone = grid(mine())
    for _ in range(2):  # the worker does not wait for ever for what it left the first time
        with monkeypatch.context() as patched:
            left, two = handed(patched, spoil)
            assert None not in left
        assert_same(two, alone)


@needs_reading
def test_where_reading_is_forbidden_histories_are_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: Any) -> None:
        raise PermissionError

    monkeypatch.setattr(handover, "_refused", threading.Event())
    alone = grid(mine())
    with monkeypatch.context() as patched:
        patched.setattr(handover, "_read", forbidden)
        assert_same(grid(mine(), jobs=2), alone)
    left, two = handed(monkeypatch, lambda one: one)
    assert left == [None, None]
    assert_same(two, alone)


@needs_reading
@pytest.mark.parametrize("lost", [1, 4])
def test_some_that_are_lost_leave_the_others_right(monkeypatch: pytest.MonkeyPatch, lost: int) -> None:
    """Also where the notes are withdrawn while parts wait to be read, and the memory serves again."""
    monkeypatch.setattr(handover, "_refused", threading.Event())
    monkeypatch.setattr(spread, "PART_BYTES", 30_000)
    alone, read = grid(mine(), runs=400), handover.Handover.read
    parts = []

    def some(desk: Any, left: Left, places: Any) -> None:
        parts.append(left)
        time.sleep(0.03)  # the workers are ahead
        if len(parts) == lost:
            raise PermissionError
        read(desk, left, places)

    monkeypatch.setattr(handover.Handover, "read", some)
    assert_same(grid(mine(), runs=400, jobs=2), alone)
    assert len(parts) > lost


@needs_reading
def test_what_is_done_between_sweeps_does_not_matter() -> None:
    """The descriptor of the notes may be a pipe when a worker looks at them again."""
    alone = grid(mine())
    for _ in range(6):
        assert_same(grid(mine(), jobs=2), alone)
        ends = os.pipe()
        time.sleep(0.05)
        for end in ends:
            os.close(end)


def until(what: Callable[[], Any]) -> None:
    deadline = time.monotonic() + 20
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.fixture
def spare(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[float, np.ndarray]]]:
    """What this process, as a worker, has at hand; no thread of the test outlives it."""
    monkeypatch.setattr(handover, "IDLE", 0.5)
    yield handover._spare
    until(lambda: not handover._tidying)


@needs_reading
def test_a_worker_keeps_what_it_left_until_it_has_been_read(spare: list[tuple[float, np.ndarray]]) -> None:
    place = np.zeros((3, 5))
    with handover.handover() as desk:
        assert desk is not None
        for stranger in (desk.notes._replace(path="/no/such/memory"), desk.notes._replace(token=b"x" * 16)):
            assert stranger.leave(0, {"value": place}) is None
        assert desk.notes.leave(0, {}) is None
        arrays = handover.room(["value", "other"], (3, 2), "float64")
        arrays["value"][...] = 1
        left, memory = desk.notes.leave(0, arrays), arrays["value"].base
        assert left is not None
        more = handover.room(["value"], (9, 9), "float64")
        assert more["value"].base is not memory
        desk.read(left, {"value": place[:, 1:3]})
        np.testing.assert_array_equal(place, np.pad(np.ones((3, 2)), ((0, 0), (1, 2))))
        assert desk.notes.leave(1, more)  # once the one before was read
        assert [one is memory for _, one in spare] == [True]
        with pytest.raises(ProcessLookupError, match="does not keep part 0 any more"):
            desk.read(left, {"value": place[:, 1:3]})
        assert len(handover._tidying) == 1
    assert desk.notes.leave(2, {"value": place}) is None  # the notes are not there any more
    until(lambda: not spare)


@needs_reading
def test_memory_that_has_been_read_serves_again(spare: list[tuple[float, np.ndarray]]) -> None:
    with handover.handover() as desk:
        assert desk is not None
        arrays = handover.room(["value"], (3, 2), "float64")
        assert desk.notes.leave(0, arrays)
    assert handover.room(["value"], (2, 5), "float32")["value"].base is arrays["value"].base  # 40 of its 48 bytes
    with handover.handover() as desk:
        assert desk is not None
        assert desk.notes.leave(0, arrays)
    assert handover.room(["value"], (7, 1), "float64")["value"].base is not arrays["value"].base  # which is too small
    assert not spare


def test_a_worker_that_grows_is_not_taken_for_one_that_leaks() -> None:
    """Joblib would replace it in the middle of a sweep, with a warning (an error here, at which it waits for ever)."""

    def workers(megabytes: int) -> set[int]:
        def grown(seconds: float) -> int:
            sys.grown = np.ones(megabytes * 2**17)  # type: ignore[attr-defined]
            time.sleep(seconds)
            return os.getpid()

        return set(side_by_side([functools.partial(grown, 0.3)] * 8, 2))

    first = workers(0)
    time.sleep(1.1)  # between two looks at its memory
    assert workers(400) == first == workers(0)


@pytest.mark.skipif(os.name != "posix", reason="needs process groups")
@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGKILL])
def test_no_worker_outlives_its_sweep(signum: int) -> None:
    argv = ["sweep", "rosenbrock", "alphagrad", "--alpha", "1:10:4000", "--steps", "100000", "--jobs", "2"]
    command = [sys.executable, "-m", "alphalab", *argv]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as running:
        parent = psutil.Process(running.pid)
        deadline = time.monotonic() + 60
        while len(workers := [p for p in parent.children(recursive=True) if p.cpu_times().user > 0.5]) < 2:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        if signum == signal.SIGINT:  # the terminal tells the whole group
            os.killpg(running.pid, signum)
            assert running.communicate(timeout=60) == ("", "alphalab: interrupted\n")
            assert running.returncode == 130
        else:
            running.kill()
        _, alive = psutil.wait_procs(workers, timeout=20)
    assert alive == []
