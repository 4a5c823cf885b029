"""(b) Sweeps: B runs of their own eta and alpha from their own starts, f and ||g|| of every step recorded."""

from __future__ import annotations

import dataclasses

from benchmarks import subject
from benchmarks.contest import Opponent, compare, ratio_row
from benchmarks.report import Row, at_least
from benchmarks.task import make_task
from benchmarks.timing import Contestant, on_cores, race

NEEDS = "jax, optax, torch, numba"
SIZES = {
    "full": ((256, 10), (1024, 10), (4096, 10), (256, 100), (4096, 100)),
    "quick": ((1024, 10),),
    "tiny": ((4, 3),),
}
COLD = {"full": ((256, 2), (4096, 2), (256, 10), (4096, 10), (4096, 100)), "quick": ((1024, 10),), "tiny": ((4, 3),)}
SHARED = {"full": ((4096, 10), (4096, 100), (65536, 10)), "quick": ((16384, 10),), "tiny": ((4, 3),)}
STEPS = {"full": 1000, "quick": 200, "tiny": 5}
COLD_STEPS = {"full": 2000, "quick": 2000, "tiny": 5}
TURNS = {"full": 7, "quick": 7, "tiny": 1}


def measure(level: str) -> list[Row]:
    """Everybody on one core; then alphalab on two cores against alphalab on one."""
    return [*on_cores(1, compare_here, level), *on_cores(2, share, level)]


def compare_here(level: str) -> list[Row]:
    """Compare in this process: AlphaGrad warm, AlphaGrad with XLA's compilation counted, Adam for information."""
    rows, turns = [], TURNS[level]
    for runs, n in SIZES[level]:
        rows += compare(make_task(runs, n, STEPS[level]), subject.runs, _opponents(runs, n), turns)
    for runs, n in COLD[level]:
        goal = at_least(1) if n <= 10 else None
        anew = Opponent("jax vmap+scan, compiling", "jax_scan.compiled_anew", goal)
        rows += compare(make_task(runs, n, COLD_STEPS[level]), subject.runs, [anew], turns)
    for runs, n in SIZES[level][2:] or SIZES[level]:
        adam = Opponent("optax vmap+scan", "jax_scan.vmapped")
        rows += compare(make_task(runs, n, STEPS[level], "adam"), subject.runs, [adam], turns)
    return rows


def _opponents(runs: int, n: int) -> list[Opponent]:
    """The goals of n = 10 and n = 100; the loops take a few runs."""
    many, small = runs >= 1024, n <= 10
    ahead = (at_least(1, short=0.9) if small else at_least(1, short=0.6)) if many else None
    return [
        Opponent("jax vmap+scan", "jax_scan.vmapped", ahead),
        Opponent("jax vmap+scan, batch last", "jax_scan.vmapped_batch_last"),
        Opponent("numba", "numba_kernel.kernel", at_least(2)),
        Opponent("NumPy loop over runs", "numpy_loop.loop", at_least(150 if small else 17), runs=8),
        Opponent("NumPy loop over runs, f from g", "numpy_loop.loop_f_from_g", runs=8),
        Opponent("torch.optim loop over runs", "torch_loop.loop", at_least(200), runs=2),
        Opponent("torch.optim loop without autograd", "torch_loop.loop_without_autograd", runs=2),
    ]


def share(level: str) -> list[Row]:
    """alphalab on two cores against alphalab on one; the workers start in the turn that is not counted."""
    goal, names = at_least(1.7, short=1.4), ("one core", "two cores")
    rows = []
    for runs, n in SHARED[level]:
        task = make_task(runs, n, STEPS[level])
        entries = [Contestant(name, subject.runs(task, jobs=jobs)) for jobs, name in enumerate(names, start=1)]
        row = ratio_row(str(task), race(entries, TURNS[level]), *names, goal)
        rows.append(dataclasses.replace(row, cpu=None))  # the workers' is not in it
    return rows
