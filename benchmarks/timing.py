"""The clock: contestants take turns, A B C A B C ..., in one process, and ratios are taken turn by turn.

Whatever else the machine does falls on all of them; a first turn of everybody, in which compilers compile, caches
fill and results are checked, is not counted. Wall time decides; CPU time of the process is kept beside it.
"""

from __future__ import annotations

import gc
import importlib
import multiprocessing
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from importlib import metadata
from typing import Any, NamedTuple

import numpy as np
import threadpoolctl

XLA_ONE_THREAD = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"


class Contestant(NamedTuple):
    """A function of nothing that does the work."""

    name: str
    run: Callable[[], Any]


class Ratio(NamedTuple):
    """The median of the ratios of the turns, and their quartiles."""

    median: float
    low: float
    high: float


class Times(NamedTuple):
    """Seconds of every contestant, one per turn."""

    wall: dict[str, list[float]]
    cpu: dict[str, list[float]]

    def ratio(self, above: str, below: str) -> Ratio:
        """How many times the wall time of `below` does `above` take?"""
        return _quartiles(self.wall[above], self.wall[below])

    def cpu_ratio(self, above: str, below: str) -> float:
        """The same in CPU time, the median."""
        return _quartiles(self.cpu[above], self.cpu[below]).median

    def seconds(self, name: str) -> float:
        """The median wall time."""
        return statistics.median(self.wall[name])


def _quartiles(above: Sequence[float], below: Sequence[float]) -> Ratio:
    return spread([a / max(b, 1e-9) for a, b in zip(above, below, strict=True)])


def spread(values: Sequence[float]) -> Ratio:
    """Return the median and the quartiles."""
    if len(values) < 2:
        return Ratio(values[0], values[0], values[0])
    low, median, high = statistics.quantiles(values, n=4, method="inclusive")
    return Ratio(median, low, high)


def race(contestants: Sequence[Contestant], turns: int, look: Callable[[str, Any], None] | None = None) -> Times:
    """Let everybody take `turns` turns after one that is not counted, whose results go to `look`, name by name."""
    for contestant in contestants:
        result = contestant.run()
        if look is not None:
            look(contestant.name, result)
    times = Times({c.name: [] for c in contestants}, {c.name: [] for c in contestants})
    gc.collect()
    gc.disable()
    try:
        for _ in range(turns):
            for contestant in contestants:
                bytearray(2**16)  # lets malloc put in order what the one before has freed: not to be paid by this one
                began, worked = time.perf_counter(), time.process_time()
                result = contestant.run()
                wall, cpu = time.perf_counter() - began, time.process_time() - worked
                del result
                times.wall[contestant.name].append(wall)
                times.cpu[contestant.name].append(cpu)
    finally:
        gc.enable()
    return times


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def on_cores(count: int, function: Callable[..., Any], *arguments: Any) -> Any:
    """Call a function in a new process that has `count` cores, and its libraries as many threads."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context, initializer=_confine, initargs=(count,)) as process:
        return process.submit(_then_send_workers_home, function, arguments).result()


def _then_send_workers_home(function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    """Call it; a process made by multiprocessing would wait at its end for the workers of joblib, for ever."""
    try:
        return function(*arguments)
    finally:
        if "joblib" in sys.modules:
            importlib.import_module("joblib.externals.loky").get_reusable_executor().shutdown(wait=True)


def _confine(count: int) -> None:
    """Before any library starts its threads: they inherit the cores of this one."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[-count:])
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
        os.environ[name] = str(count)
    os.environ["XLA_FLAGS"] = XLA_ONE_THREAD if count == 1 else ""
    threadpoolctl.threadpool_limits(1)  # of BLAS: no contestant multiplies matrices, and idle threads spin


def tanh_cost() -> float:
    """Return what np.tanh costs here, in ns per element of an array that stays in cache: the median of 21 calls."""
    x = np.random.default_rng(0).standard_normal(2**15)
    out = np.empty_like(x)
    times = race([Contestant("np.tanh", lambda: np.tanh(x, out=out))], 21)
    return 1e9 * times.seconds("np.tanh") / x.size


def simd() -> str:
    """Return the level of the kernel that NumPy picked for np.tanh in float64, and all levels that it found here."""
    picked = (
        np.lib.introspect.opt_func_info(func_name="^tanh$").get("tanh", {}).get("dd", {}).get("current", "baseline")
    )
    found = np.show_config(mode="dicts")["SIMD Extensions"]
    return f"{picked} ({', '.join([*found.get('baseline', []), *found.get('found', [])])})"


def environment() -> dict[str, Any]:
    """What the figures depend on: machine, versions, the cost of np.tanh and the level of its kernel."""
    packages = ("alphalab", "numpy", "jax", "torch", "numba", "joblib", "cupy-cuda12x")
    return {
        "tanh_ns_per_element": tanh_cost(),
        "simd": simd(),
        "machine": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "cores": cores(),
        "load": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
        "python": platform.python_version(),
        "dtype": "float64",
        "versions": {package: _version(package) for package in packages},
    }


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            return next(line.partition(":")[2].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor()
