"""(a) One run, f and ||g|| recorded, one core: what a step costs when there is little to compute in it."""

from __future__ import annotations

from benchmarks import subject
from benchmarks.contest import Opponent, compare
from benchmarks.report import Row, at_least, at_most
from benchmarks.task import make_task
from benchmarks.timing import on_cores

NEEDS = "jax, optax, torch"
SIZES = {"full": (2, 10, 100, 1000), "quick": (10,), "tiny": (2,)}
STEPS = {"full": 2000, "quick": 500, "tiny": 5}
LONG = {"full": 100_000, "quick": 5000, "tiny": 10}
TURNS = {"full": 11, "quick": 7, "tiny": 1}


def measure(level: str) -> list[Row]:
    """Compare on one core."""
    return on_cores(1, compare_here, level)


def compare_here(level: str) -> list[Row]:
    """NumPy against loops, then the jax backend against a scan, compiled before and compiled at every call."""
    rows = []
    for n in SIZES[level]:
        task, turns, small = make_task(1, n, STEPS[level]), TURNS[level], n <= 100
        loops = [
            Opponent("NumPy loop", "numpy_loop.loop", at_most(0.5, short=1.2) if small else None),
            Opponent("NumPy loop, f from g", "numpy_loop.loop_f_from_g"),
            Opponent("torch.optim loop", "torch_loop.loop", at_least(10) if small else None),
            Opponent("torch.optim loop without autograd", "torch_loop.loop_without_autograd"),
        ]
        rows += compare(task, subject.runs, loops, turns)
        scan = Opponent("optax scan", "jax_scan.optax_scan", at_most(1.2))
        for steps in (STEPS[level], LONG[level]):
            rows += compare(make_task(1, n, steps), subject.jax_runs, [scan], turns, "alphalab on jax")
        scan = Opponent("optax scan, compiling", "jax_scan.optax_scan_anew")
        rows += compare(task, subject.jax_runs_anew, [scan], turns, "alphalab on jax, compiling")
    return rows
