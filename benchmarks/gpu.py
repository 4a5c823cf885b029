"""The same code on a CUDA device: a step against a copy of the same bytes, a sweep against two CPU cores."""

from __future__ import annotations

import dataclasses
import importlib
from collections.abc import Callable
from typing import Any

import numpy as np

import alphalab as al
from benchmarks import subject
from benchmarks.contest import ratio_row
from benchmarks.peers import missing
from benchmarks.report import Row
from benchmarks.task import check_agreement, make_task
from benchmarks.timing import Contestant, cores, race, spread

NEEDS = "cupy and a CUDA device"
SIZES = {"full": (10**6, 10**7, 10**8), "quick": (10**6,), "tiny": (10**4,)}
SWEEPS = {"full": ((2**18, 10, 200), (2**16, 100, 200)), "quick": ((2**16, 10, 50),), "tiny": ((4, 3, 5),)}
TURNS = {"full": 7, "quick": 7, "tiny": 1}


def measure(level: str) -> list[Row]:
    """Measure where a device is; one line that says why not elsewhere."""
    lacks = unavailable()
    if lacks:
        return [Row("gpu", "-", note=lacks)]
    steps = [_step(n, dtype) for n in SIZES[level] for dtype in (np.float32, np.float64)]
    return steps + [row for sizes in SWEEPS[level] for row in _sweep(sizes, TURNS[level])]


def unavailable() -> str:
    """Return in a sentence why nothing can be measured here; empty where it can."""
    if missing("cupy"):
        return "needs cupy and a CUDA device: pip install -e '.[cuda]'"
    cupy = importlib.import_module("cupy")
    try:
        return "" if cupy.cuda.runtime.getDeviceCount() else "needs a CUDA device: cupy finds none"
    except cupy.cuda.runtime.CUDARuntimeError as error:
        return f"needs a CUDA device: {error}"


def _seconds(call: Callable[[], Any]) -> float:
    """Time on the device."""
    timed = importlib.import_module("cupyx.profiler").benchmark(call, (), n_repeat=20, n_warmup=5)
    return float(timed.gpu_times.mean())


def _step(n: int, dtype: Any) -> Row:
    """A step reads g for the norm, g and x for the update, and writes x: what a copy of two vectors moves."""
    cupy = importlib.import_module("cupy")
    g = cupy.random.default_rng(0).standard_normal(n, dtype=dtype)
    step = subject.stepper(al.AlphaGrad(), cupy.zeros_like(g), g)
    source, target = cupy.ones(2 * n, dtype=dtype), cupy.empty(2 * n, dtype=dtype)
    turns = [(_seconds(step), _seconds(lambda: cupy.copyto(target, source))) for _ in range(7)]
    ratio = spread([taken / copied for taken, copied in turns])
    note = f"{1e6 * float(np.median([taken for taken, _ in turns])):.1f} us per step"
    return Row(f"n={n:.0e} {np.dtype(dtype).name}", "step / copy of the same bytes", *ratio, note=note)


def _sweep(sizes: tuple[int, int, int], turns: int) -> list[Row]:
    """Everything from NumPy arrays to NumPy arrays, transfers counted."""
    task, jobs = make_task(*sizes), min(2, cores())
    device, host = "gpu", f"{jobs} CPU cores"
    results: dict[str, Any] = {}
    entries = [Contestant(device, subject.runs(task, "cupy")), Contestant(host, subject.runs(task, jobs=jobs))]
    times = race(entries, turns, results.__setitem__)
    check_agreement(device, results[device], results[host], task)
    note = f"{task.runs * task.steps / times.seconds(device) / 1e6:.0f} million run-steps per second"
    return [dataclasses.replace(ratio_row(str(task), times, host, device, note=note), cpu=None)]
