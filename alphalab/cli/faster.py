"""What `--backend jax` would save: a sweep that takes NumPy long says so in one line before it begins.

    seconds = (seconds of a step of one block) steps (runs/block)

Both are measured here and now, on one of the settings; jax only where NumPy takes long, for it has to compile first.
"""

from __future__ import annotations

import importlib.util
import time

import numpy as np

from alphalab.arrays import backend
from alphalab.optimizers import Optimizer
from alphalab.problems import Problem
from alphalab.simulation import simulate
from alphalab.simulation.plan import BLOCK_ELEMENTS

LONG = 10.0  # seconds that nobody minds
SHORT = 1e8  # elements of all steps, 1000 at least for each: what is less is done before it is measured
STEPS = 50  # of a measurement


def note(method: Optimizer, subject: Problem, start: np.ndarray, steps: int, runs: int) -> str:
    """Return what jax would save on one core, "" where NumPy is done soon or is as fast.

    `method` is one of the settings, `start` a point, (n,). A method or problem that jax cannot trace has no note.
    """
    if steps * max(runs * subject.n, 1000) < SHORT:
        return ""
    numpy = seconds("numpy", method, subject, start, steps, runs)
    if numpy < LONG:
        return ""
    takes = f"NumPy takes about {numpy:.0f} s for this on one core"
    if importlib.util.find_spec("jax") is None:
        return f'{takes}; --backend jax compiles it, and needs: pip install "alphalab[fast]"'
    try:
        jax = seconds("jax", method, subject, start, steps, runs)
    except (TypeError, ValueError):
        return ""
    return f"{takes}, --backend jax about {jax:.0f} s" if jax < numpy / 1.5 else ""


def seconds(name: str, method: Optimizer, subject: Problem, start: np.ndarray, steps: int, runs: int) -> float:
    """Return about how long the array library called `name` takes, from a few steps of one block of runs."""
    block = min(runs, max(1, BLOCK_ELEMENTS // subject.n))
    points = backend(name).asarray(np.broadcast_to(start, (block, subject.n)).copy())
    few, took = min(steps, STEPS), 0.0
    for _ in range(2):  # the first time pays for what is done once
        began = time.perf_counter()
        simulate(method, subject, points, few)
        took = time.perf_counter() - began
    return took / few * steps * runs / block
