"""(e) 10^6 runs of n = 10 and 10^3 steps, folds kept: the highest memory of a fresh process, and the time; minutes."""

from __future__ import annotations

import re
import time
from pathlib import Path

from benchmarks import subject
from benchmarks.contest import missing
from benchmarks.report import Row, at_most
from benchmarks.scaling import FOLDS
from benchmarks.task import make_task
from benchmarks.timing import on_cores

NEEDS = "jax; Linux"
SIZES = {"full": (10**6, 10, 1000), "quick": (10**6, 10, 20), "tiny": (100, 10, 10)}
STATUS = Path("/proc/self/status")


def measure(level: str) -> list[Row]:
    """On NumPy, then on jax, each in a process of its own on one core."""
    rows, (runs, n, steps) = [], SIZES[level]
    for library in ("numpy", "jax"):
        case, what, goal = f"{library}, folds, B={runs} n={n} T={steps}", "peak memory, GB", at_most(1)
        if lacks := missing(library) or ("" if STATUS.exists() else "needs Linux"):
            rows.append(Row(case, what, goal=goal, note=lacks))
            continue
        peak, seconds = on_cores(1, peak_of, library, level)
        rows.append(Row(case, what, peak / 1e9, goal=goal, note=f"{seconds:.1f} s"))
    return rows


def peak_of(library: str, level: str) -> tuple[int, float]:
    """Return the highest memory that this process has had in bytes, after the sweep, and the seconds that it took."""
    simulate, began = subject.simulation(make_task(*SIZES[level]), library, observe=FOLDS), time.perf_counter()
    run = simulate()
    seconds = time.perf_counter() - began
    del run
    return 1024 * int(re.search(r"VmHWM:\s+(\d+) kB", STATUS.read_text(encoding="utf-8"))[1]), seconds  # type: ignore[index]
