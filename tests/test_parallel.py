"""Parts side by side: the result is the same bit for bit, whoever makes them, and nobody outlives the sweep."""

from __future__ import annotations

import contextlib
import functools
import gc
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import psutil
import pytest
import threadpoolctl
from same_run import assert_same

import alphalab as al
from alphalab import memory
from alphalab.arrays import backend, roundoff
from alphalab.memory import bytes_of, free_bytes
from alphalab.simulation import parallel
from alphalab.simulation.parallel import cores, cut, part_bytes
from alphalab.simulation.plan import planned
from alphalab.workers import in_parallel

WATCHED = ("value", "gradient_norm", "mean:value", lambda x, f, g, d: x[..., 0] * 2)
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="seen through /proc and /dev/shm")


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


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[set[str]]:
    """The names of what every part sends, beside what it wrote where it belongs."""
    names: list[set[str]] = []

    def seen(*given: Any, **how: Any) -> Iterator[Any]:
        with contextlib.closing(in_parallel(*given, **how)) as done:
            for rows, left in done:
                names.append(set(left))
                yield rows, left

    monkeypatch.setattr(parallel, "in_parallel", seen)
    return names


@pytest.mark.private
@pytest.mark.parametrize("backend", ["loky", "threading"])
def test_every_backend_gives_the_same_bits(backend: str, sent: list[set[str]]) -> None:
    """Processes of this machine write the histories where they belong; threads hand them over."""
    problem = mine()
    alone = grid(problem)
    with joblib.parallel_config(backend=backend, n_jobs=2):
        assert cores(None) == 2
        assert_same(grid(problem), alone)
    assert len(sent) == 2
    assert all({"record/mean:value", "x_last"} <= names for names in sent)
    assert all(("record/value" in names) == (backend == "threading") for names in sent)


@pytest.mark.private
def test_a_cluster_of_dask_gives_the_same_bits(sent: list[set[str]]) -> None:
    """Its workers may be anywhere: they send their histories."""
    distributed = pytest.importorskip("distributed", reason="needs dask[distributed]")
    alone = grid(mine())
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None) as farm,
        distributed.Client(farm),
        joblib.parallel_config(backend="dask"),
    ):
        assert cores(None) == 2
        assert_same(grid(mine()), alone)
    assert len(sent) == 2 and all("record/value" in names for names in sent)


@linux
def test_the_memory_of_a_sweep_goes_with_its_result() -> None:
    def shared() -> list[str]:
        folder = Path("/proc/self/fd")
        links = [os.readlink(folder / name) for name in os.listdir(folder) if os.path.lexists(folder / name)]
        return [link for link in links if link.startswith("/dev/shm/#")]

    gc.collect()
    before = shared()
    run = grid(mine(), jobs=2)
    assert np.isfinite(run.value).all()
    del run
    gc.collect()
    assert shared() == before


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
    here = os.getpid()

    def fails(x: Any) -> Any:
        if os.getpid() != here:
            raise ValueError("one of my own")
        return 4 * x**3

    problem = al.CustomProblem(value=lambda x: np.sum(x**4, axis=-1), gradient=fails, n=5)
    with pytest.raises(ValueError, match="one of my own"):
        grid(problem, jobs=2)
    assert_same(grid(mine(), jobs=2), grid(mine()))  # and the next sweep has workers again


def test_an_error_here_ends_the_workers_at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """And not when the error is forgotten, by when others may have begun."""
    alone, save, calls = grid(mine()), np.savez, []

    def full(file: Any, **arrays: Any) -> None:
        calls.append(file)
        if len(calls) > 1:  # the first is the sweep, the second a part
            raise OSError(28, "No space left on device")
        save(file, **arrays)

    with monkeypatch.context() as patched, pytest.raises(OSError, match="No space left") as error:
        patched.setattr(np, "savez", full)
        method, subject = al.AlphaGrad(alpha=np.geomspace(1, 9, 40)), al.problem("rosenbrock")
        al.simulate(method, subject, subject.start(), 5, jobs=2, store=tmp_path)
    assert psutil.wait_procs(workers_of(psutil.Process()), timeout=60)[1] == []
    assert_same(grid(mine(), jobs=2), alone)
    del error
    gc.collect()
    assert_same(grid(mine(), jobs=2), alone)


@pytest.mark.private
@pytest.mark.parametrize("jobs", [1, 2, 3, 8])
@pytest.mark.parametrize("runs", [1, 2, 3, 17, 1000, 10_000])
def test_parts_are_whole_blocks_or_shares_of_one_and_small_enough(
    runs: int, jobs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("alphalab.simulation.plan.BLOCK_ELEMENTS", 20 * 5)
    plan = planned(al.AlphaGrad(alpha=np.ones(runs)), mine(), np.ones(5), 1000, ("value",))
    assert plan.width <= 20
    for rows in (np.arange(runs), np.arange(0, runs, 3)):
        for most in (10**9, 50, 7):
            parts = cut(plan, rows, jobs, most * plan.run_bytes())
            np.testing.assert_array_equal(np.concatenate(parts), rows)
            sizes = [len(part) for part in parts]
            assert max(sizes) <= most and len(set(sizes[:-1])) <= 1
            share = max(2, -(-len(rows) // jobs))
            assert max(sizes) <= share
            assert all(size % plan.width == 0 or size in (most, share) for size in sizes[:-1])
    assert cut(plan, np.arange(0), jobs, 50.0) == []


@pytest.mark.private
def test_memory_is_a_size() -> None:
    assert [bytes_of(size) for size in (10, "10", "1k", "1.5M", "2G", "2GB", "2GiB")] == (
        [10, 10, 2**10, 3 * 2**19, 2**31, 2**31, 2**31]
    )
    for wrong in ("", "G", "-1G", "nan", "infG", "two", 0):
        with pytest.raises(ValueError, match="memory must be a size such as 500M or 2G, got"):
            bytes_of(wrong)


@pytest.mark.private
def test_too_little_memory_says_how_much_is_needed() -> None:
    many = planned(al.AlphaGrad(alpha=np.ones(10_000)), mine(), np.ones(5), 10_000, ("value",))
    with pytest.raises(ValueError, match="memory: 500M is too little: the results of 10,000 runs take 765 MB"):
        part_bytes(many, many.run_bytes(), 1, "500M")
    assert part_bytes(many, 8, 1, "500M") < 500 * 2**20 / 3
    one = planned(al.AlphaGrad(), mine(), np.ones(5), 1000, ("value",))
    with pytest.raises(ValueError, match="of 1 run take 0 MB, 1 process 128 MB; at least 129M are needed"):
        part_bytes(one, one.run_bytes(), 1, "1M")
    assert part_bytes(one, one.run_bytes(), 1, "129M") > 0
    with pytest.raises(ValueError, match="3 processes 384 MB; at least 385M are needed"):
        part_bytes(one, one.run_bytes(), 3, "128M")


@pytest.mark.private
def test_what_does_not_fit_into_free_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the kernel kills the process, without a word."""
    monkeypatch.setattr(memory, "free_bytes", lambda: 2.0**30)
    told = "memory: the results of 1 run take 14.9 GB, 1.0 GB are free"
    with pytest.raises(ValueError, match=told):
        al.simulate(al.AlphaGrad(), mine(), np.ones(5), 10**9)
    told = "memory: the results of 40,000,000 runs take 9.2 GB, 1.0 GB are free"
    many = np.broadcast_to(np.ones(5), (40_000_000, 5))
    with pytest.raises(ValueError, match=told):
        al.simulate(al.AlphaGrad(), mine(), many, 1, observe=(), memory="1T")
    al.simulate(al.AlphaGrad(), mine(), np.ones(5), 10)


@pytest.mark.private
def test_what_is_free_is_what_the_system_and_its_groups_leave(monkeypatch: pytest.MonkeyPatch) -> None:
    files = {
        "/proc/meminfo": "MemTotal: 9 kB\nMemAvailable: 8 kB\nSwapFree: 1 kB\nHugePages_Total: 0\n",
        "/proc/self/cgroup": "3:cpu,memory:/a/b\n2:cpuset:/\n0::/c\n",
    }
    monkeypatch.setattr(memory, "_text", lambda path: files.get(str(path), ""))
    assert free_bytes() == 9 * 1024
    old, new = "/sys/fs/cgroup/memory/a/memory.", "/sys/fs/cgroup/memory."
    files |= {
        old + "limit_in_bytes": "5000\n",
        old + "usage_in_bytes": "1000\n",
        old + "stat": "total_inactive_file 9\n",
    }
    assert free_bytes() == 4009
    files |= {new + "max": "4000\n", new + "current": "1000\n"}
    assert free_bytes() == 3000
    files[new + "max"] = "max\n"
    assert free_bytes() == 4009
    files.clear()
    assert free_bytes() == np.inf


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux says what is free")
def test_this_machine_says_what_is_free() -> None:
    assert 0 < free_bytes() <= psutil.virtual_memory().total + psutil.swap_memory().total


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


def until(what: Callable[[], Any]) -> None:
    deadline = time.monotonic() + 300  # many times what a busy machine takes
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_worker_that_grows_is_not_taken_for_one_that_leaks() -> None:
    """Joblib would replace it in the middle of a sweep, with a warning (an error here, at which it waits for ever)."""

    def workers(megabytes: int) -> set[int]:
        def grown(seconds: float) -> int:
            sys.grown = np.ones(megabytes * 2**17)  # type: ignore[attr-defined]
            time.sleep(seconds)
            return os.getpid()

        return set(in_parallel([functools.partial(grown, 0.3)] * 8, 2))

    first = workers(0)
    time.sleep(1.1)  # between two looks at its memory
    assert workers(400) == first == workers(0)


def workers_of(process: psutil.Process) -> list[psutil.Process]:
    alive = [child for child in process.children(recursive=True) if child.status() != psutil.STATUS_ZOMBIE]
    return [child for child in alive if "LokyProcess" in " ".join(child.cmdline())]


def shared_memory(pid: int) -> list[str]:
    """What a process and what it began may have left there: joblib's names hold its number, tempfile's begin so."""
    folder = Path("/dev/shm")
    return [name for name in os.listdir(folder) if f"_{pid}_" in name or f"-{pid}-" in name] if folder.is_dir() else []


@pytest.mark.skipif(os.name != "posix", reason="needs process groups")
@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGKILL])
def test_no_worker_outlives_its_sweep(signum: int, without_tip: Callable[[str], list[str]]) -> None:
    argv = ["sweep", "rosenbrock", "alphagrad", "--alpha", "1:10:4000", "--steps", "100000", "--jobs", "2"]
    command = [sys.executable, "-m", "alphalab", *argv]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as running:
        parent = psutil.Process(running.pid)
        until(lambda: len([p for p in workers_of(parent) if p.cpu_times().user > 0.5]) == 2)
        workers = parent.children(recursive=True)
        if signum == signal.SIGINT:  # the terminal tells the whole group
            os.killpg(running.pid, signum)
            out, err = running.communicate(timeout=60)
            said = without_tip(err)
            assert (running.returncode, out, said) == (130, "", ["alphalab: interrupted"])
        else:
            running.kill()
        _, alive = psutil.wait_procs(workers, timeout=60)
    assert alive == []
    assert shared_memory(running.pid) == []


SLOW_TO_BEGIN = """
import sys, time
if any("loky" in word for word in sys.orig_argv):
    time.sleep(3)
"""
SWEEP_OF_TWO = """
import numpy as np, alphalab as al
al.simulate(al.AlphaGrad(alpha=np.ones(400)), al.problem("rosenbrock"), np.ones(2), 100_000, jobs=2)
"""


@linux
def test_a_worker_that_finds_its_owner_gone_before_its_first_task_leaves(tmp_path: Path) -> None:
    """On a slow machine a sweep may be killed while its workers still import: here they begin by waiting."""
    (tmp_path / "sitecustomize.py").write_text(SLOW_TO_BEGIN)
    places = os.pathsep.join([str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])])
    with subprocess.Popen(
        [sys.executable, "-c", SWEEP_OF_TWO], env=os.environ | {"PYTHONPATH": places}, stderr=subprocess.DEVNULL
    ) as running:
        parent = psutil.Process(running.pid)
        until(lambda: len(workers_of(parent)) == 2)
        workers = workers_of(parent)
        time.sleep(0.5)  # the first tasks are sent
        running.kill()
        running.wait(timeout=60)
        assert all(worker.is_running() for worker in workers), "they outlive their owner: the test is not empty"
        assert psutil.wait_procs(workers, timeout=60)[1] == []
    assert shared_memory(running.pid) == []


@pytest.mark.parametrize("argv", [["verify", "lemma-2", "--quick", "--fresh", "--jobs", "1"], ["run", "huber", "adam"]])
def test_one_job_needs_no_multiprocessing(argv: list[str], tmp_path: Path) -> None:
    """As in a sandbox, or a browser's Python, where `_multiprocessing` cannot be imported."""
    code = (
        "import sys; sys.modules['_multiprocessing'] = None\n"
        "from alphalab.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *argv], check=False, capture_output=True, text=True, timeout=120, cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout
