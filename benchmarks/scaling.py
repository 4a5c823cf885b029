"""(e) The cost of a sweep against B, n, T and cores: nanoseconds per element and step, alphalab alone."""

from __future__ import annotations

import statistics
from typing import Any

from benchmarks import subject
from benchmarks.report import Row
from benchmarks.task import Task, make_task
from benchmarks.timing import Contestant, cores, on_cores, race, spread

NEEDS = "nothing"
BASE = (1024, 10, 500)  # B, n, T: one of them is varied at a time
VARIED: dict[str, dict[str, tuple[int, ...]]] = {
    "full": {
        "B": (1, 4, 16, 64, 256, 1024, 4096, 16384),
        "n": (1, 2, 10, 100, 1000, 10000),
        "T": (10, 100, 1000, 10000),
    },
    "quick": {"B": (1, 64, 4096), "n": (1, 10, 100), "T": (10, 1000)},
    "tiny": {"B": (2, 4), "n": (1, 3), "T": (2, 4)},
}
SHARED = {"full": (65536, 10, 1000), "quick": (16384, 10, 200), "tiny": (4, 3, 4)}
TURNS = {"full": 7, "quick": 7, "tiny": 1}


def measure(level: str) -> list[Row]:
    """B, n and T on one core; then cores."""
    return [*on_cores(1, compare_here, level), *on_cores(cores(), share, level)]


def compare_here(level: str) -> list[Row]:
    """Vary B, n, T one at a time, all sizes of one of them racing."""
    rows = []
    for place, (letter, values) in enumerate(VARIED[level].items()):
        base = BASE if level != "tiny" else (4, 3, 4)
        rows += _costs(letter, [(*base[:place], value, *base[place + 1 :]) for value in values], TURNS[level])
    return rows


def _costs(letter: str, sizes: list[tuple[Any, ...]], turns: int) -> list[Row]:
    tasks = [make_task(*size) for size in sizes]
    times = race([Contestant(str(task), subject.runs(task)) for task in tasks], turns)
    return [_cost(f"{letter}: {task}", times.wall[str(task)], task) for task in tasks]


def _cost(case: str, seconds: list[float], task: Task) -> Row:
    cost = spread([1e9 * second / (task.runs * task.n * task.steps) for second in seconds])
    note = f"{1e6 * statistics.median(seconds) / task.steps:.1f} us per step"
    return Row(case, "ns per element and step", *cost, note=note)


def share(level: str) -> list[Row]:
    """The same sweep on 1, 2, ... cores."""
    task = make_task(*SHARED[level])
    counts = range(1, cores() + 1)
    times = race([Contestant(str(jobs), subject.runs(task, jobs=jobs)) for jobs in counts], TURNS[level])
    return [_cost(f"cores {jobs}: {task}", times.wall[str(jobs)], task) for jobs in counts]
