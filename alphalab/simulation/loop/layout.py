"""How the runs of a batch lie in memory: decided here alone, no optimizer or problem knows of it.

The batch is contiguous, so that a sum over n is a vector addition, and cut into blocks that stay in cache for all
steps. A run alone goes as a batch of two, so that it gives the same bits as inside a sweep.
"""

from __future__ import annotations

import math

import numpy as np

from alphalab.arrays import Array, batch_contiguous, is_floating, like, map_arrays, namespace, to_numpy
from alphalab.optimizers import Optimizer
from alphalab.problems.problem import Problem

BLOCK_ELEMENTS = 49_152  # of a point block: the few arrays of a step stay in the second-level cache for all steps


def cuts_of(runs: int, x0: Array) -> list[tuple[int, int]]:
    """Cut the runs into blocks of equal width that stay in cache (NumPy), else take them all at once."""
    widest = max(2, BLOCK_ELEMENTS // x0.shape[-1]) if isinstance(x0, np.ndarray) else max(runs, 1)
    width = math.ceil(runs / math.ceil(runs / widest)) if runs else 1
    return [(low, min(low + width, runs)) for low in range(0, runs, width)]


def placed(optimizer: Optimizer, x0: Array, batch: tuple[int, ...], rows: np.ndarray) -> tuple[Optimizer, Array]:
    """Return the optimizer and the points of these rows of the flat batch, beside x0."""

    def selected(values: Array) -> Array:
        flat = np.broadcast_to(to_numpy(values), batch).reshape(-1)[rows]
        return namespace(x0).asarray(flat, device=x0.device)

    xp, x = namespace(x0), x0
    if tuple(x.shape[:-1]) != batch or len(batch) != 1:
        x = xp.reshape(xp.broadcast_to(x0, (*batch, x0.shape[-1])), (-1, x0.shape[-1]))
    if isinstance(x, np.ndarray) or len(rows) < x.shape[0]:
        x = xp.take(x, xp.asarray(rows, device=x0.device), axis=0)
    return map_arrays(selected, optimizer), batch_contiguous(x)


def beside(problem: Problem, x: Array) -> Problem:
    """Return the problem with its numbers in the library and dtype, and on the device, of the points."""
    return map_arrays(lambda array: like(array, x) if is_floating(array) else array, problem)
