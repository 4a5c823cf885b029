"""(c) alphalab alone: the cost of a sweep against B, n and T, in ns per element and step, and a sweep on two cores."""

from __future__ import annotations

import statistics
from typing import Any

from benchmarks import subject
from benchmarks.contest import Quotient, missing, ratio_row
from benchmarks.report import Row, at_least
from benchmarks.task import Task, make_task
from benchmarks.timing import Contestant, cores, on_cores, race, spread

NEEDS = "jax; two cores"
BASE = {"full": (1024, 10, 200), "quick": (256, 10, 100), "tiny": (4, 3, 4)}  # B, n, T: one of them is varied at a time
VARIED: dict[str, dict[str, tuple[int, ...]]] = {
    "full": {"B": (1, 16, 256, 4096, 65536), "n": (1, 10, 100, 1000), "T": (10, 100, 1000)},
    "quick": {"B": (1, 64, 4096), "n": (1, 100), "T": (10, 1000)},
    "tiny": {"B": (2, 4), "n": (1, 3), "T": (2, 4)},
}
SHARED = {"full": (65536, 10, 200), "quick": (16384, 10, 100), "tiny": (4, 3, 4)}
TURNS = {"full": 7, "quick": 5, "tiny": 1}
FOLDS = ("mean:value", "min:gradient_norm")


def measure(level: str) -> list[Row]:
    """B, n and T on one core; then two cores."""
    return [*on_cores(1, compare_here, level), *on_cores(2, share, level)]


def compare_here(level: str) -> list[Row]:
    """Vary B, n, T one at a time, all sizes of one of them racing, on NumPy and on jax."""
    rows = []
    for place, (letter, values) in enumerate(VARIED[level].items()):
        base = BASE[level]
        sizes = [(*base[:place], value, *base[place + 1 :]) for value in values]
        for library in ("numpy", "jax"):
            rows += _costs(letter, sizes, library, TURNS[level])
    return rows


def _costs(letter: str, sizes: list[tuple[Any, ...]], library: str, turns: int) -> list[Row]:
    tasks = [make_task(*size) for size in sizes]
    if lacks := missing(library):
        return [Row(f"{letter}: {library}, {task}", "ns per element and step", note=lacks) for task in tasks]
    times = race([Contestant(str(task), subject.simulation(task, library)) for task in tasks], turns)
    return [_cost(f"{letter}: {library}, {task}", times.wall[str(task)], task) for task in tasks]


def _cost(case: str, seconds: list[float], task: Task) -> Row:
    cost = spread([1e9 * second / (task.runs * task.n * task.steps) for second in seconds])
    note = f"{1e6 * statistics.median(seconds) / task.steps:.1f} us per step"
    return Row(case, "ns per element and step", *cost, note=note)


def share(level: str) -> list[Row]:
    """The same sweep, folds kept, on one core and on two; the workers start in the turn that is not counted."""
    task, rows = make_task(*SHARED[level]), []
    for library, goal in (("numpy", at_least(1.6)), ("jax", None)):
        case, quotient = f"{library}, folds, {task}", Quotient("one job", "two jobs", goal)
        if lacks := missing(library) or ("" if cores() > 1 else "needs two cores"):
            rows.append(Row(case, "one job / two jobs", goal=goal, note=lacks))
            continue
        entries = [
            Contestant(name, subject.simulation(task, library, observe=FOLDS, jobs=jobs))
            for jobs, name in enumerate(quotient[:2], start=1)
        ]
        rows.append(ratio_row(case, race(entries, TURNS[level]), quotient, here=False))
    return rows
