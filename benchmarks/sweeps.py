"""(b) Sweeps on one core: B runs of their own eta and alpha from their own starts, histories and best points kept."""

from __future__ import annotations

from benchmarks.contest import Quotient, compare
from benchmarks.report import Row, at_least, at_most
from benchmarks.task import METHODS, PROBLEMS, make_task
from benchmarks.timing import on_cores

NEEDS = "jax, numba"
SIZES = {"full": ((4096, 10), (1024, 100)), "quick": ((4096, 10),), "tiny": ((4, 3),)}
WIDE = {"full": (65536, 10), "quick": (16384, 10), "tiny": (4, 3)}
STEPS = {"full": 200, "quick": 50, "tiny": 5}
TURNS = {"full": 9, "quick": 5, "tiny": 1}
TASKS = {"full": (PROBLEMS, METHODS), "quick": (PROBLEMS, METHODS), "tiny": (PROBLEMS[1:], METHODS[:2])}
HELD = ("alphagrad", "adam")  # the methods that the goals are of


def measure(level: str) -> list[Row]:
    """Compare on one core."""
    return on_cores(1, compare_here, level)


def compare_here(level: str) -> list[Row]:
    """Every method on every problem against all peers; then many runs against one big scan."""
    rows, turns, steps, (problems, methods) = [], TURNS[level], STEPS[level], TASKS[level]
    for runs, n in SIZES[level]:
        for problem in problems:
            for method in methods:
                rows += compare(make_task(runs, n, steps, method, problem), _quotients(method in HELD), turns)
    blocks = Quotient("jit+scan", "jax", at_least(1.5))
    return rows + compare(make_task(*WIDE[level], steps), [blocks], turns)


def _quotients(held: bool) -> list[Quotient]:
    return [
        Quotient("NumPy", "25 lines with out=", at_most(1.2, short=1.4) if held else None),
        Quotient("NumPy", "ten lines"),
        Quotient("NumPy", "numba"),
        Quotient("jax", "jit+scan", at_most(1.1, short=1.3) if held else None),
        Quotient("NumPy", "jax"),
    ]
