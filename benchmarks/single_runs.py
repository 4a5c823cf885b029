"""(a) One run on one core, histories and best point kept: what a step costs when there is little to compute in it."""

from __future__ import annotations

from benchmarks.contest import Quotient, compare
from benchmarks.report import Row, at_most
from benchmarks.task import METHODS, PROBLEMS, make_task
from benchmarks.timing import on_cores

NEEDS = "jax, torch"
SIZES = {"full": (10, 100, 1000), "quick": (10,), "tiny": (3,)}
STEPS = {"full": 1000, "quick": 200, "tiny": 5}
LONG = {"full": 10_000, "quick": 2000, "tiny": 10}
TURNS = {"full": 11, "quick": 5, "tiny": 1}
LONE = at_most(3, short=5)
SCAN = at_most(2, short=3)


def measure(level: str) -> list[Row]:
    """Compare on one core."""
    return on_cores(1, compare_here, level)


def compare_here(level: str) -> list[Row]:
    """NumPy against loops, a user's own code too; then jax against a scan, compiled before and compiled at every call.

    The goals are of the smallest n.
    """
    rows, turns, smallest = [], TURNS[level], SIZES[level][0]
    for n in SIZES[level]:
        loop = Quotient("NumPy", "12-line loop", LONE if n == smallest else None)
        for problem in PROBLEMS[:1] if level == "tiny" else PROBLEMS:
            for method in METHODS:
                own = problem == "quadratic" and method == "alphagrad"
                theirs = [
                    Quotient("own code on NumPy", "12-line loop", loop.goal),
                    Quotient("NumPy", "torch.optim"),
                ]
                quotients = [loop, *theirs] if own else [loop]
                rows += compare(make_task(1, n, STEPS[level], method, problem), quotients, turns)
    for method in ("alphagrad", "adam"):
        task = make_task(1, smallest, LONG[level], method)
        rows += compare(task, [Quotient("jax", "lone jit+scan", SCAN)], turns)
        first = Quotient("jax, compiling", "lone jit+scan, compiling", at_most(2))
        rows += compare(task, [first], min(turns, 5))
    return rows
