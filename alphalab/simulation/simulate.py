"""Prepare a simulation, carry it out part by part, and put the parts together.

The memory layout and the blocks are decided in `layout`, the loop itself is in `block`.
"""

from __future__ import annotations

import dataclasses
import math
import os
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from alphalab.arrays import (
    Array,
    as_real,
    leaves,
    to_numpy,
)
from alphalab.optimizers import Optimizer
from alphalab.problems.problem import Problem
from alphalab.simulation.axes import name_axes
from alphalab.simulation.cores.carry_out import carried_out
from alphalab.simulation.described import trajectory
from alphalab.simulation.plan import Plan
from alphalab.simulation.sweep import Sweep, swept
from alphalab.simulation.trajectory import COLUMNS, Trajectory

MOST_STEPS = 2**53  # a mean over the steps divides by their number


def simulate(
    optimizer: Optimizer,
    problem: Problem,
    x0: Any,
    steps: int,
    *,
    observe: Sequence[str | Callable[..., Array]] = ("value", "gradient_norm"),
    tolerance: float = 0.0,
    dims: Sequence[str] | Sweep | None = None,
    jobs: int | None = None,
    memory: int | str | None = None,
    store: str | os.PathLike[str] | None = None,
) -> Trajectory:
    """Run `steps` steps of `optimizer` on `problem` from `x0`, shape (*batch, n), all runs of the batch at once.

    The batch is x0's and the hyperparameters', broadcast. A run stops where ||g|| <= tolerance, if tolerance > 0,
    and where f or g is not finite; after that its history repeats. `observe` names histories, folds
    ("mean:value") or functions of (x, f, g, d), which get B runs at once, flat whatever the batch: x, g, d of shape
    (B, n), f (B,), and return (B,). `dims` names the batch axes, or is the Sweep that they come from, else they are
    named after what varies along them. Numerical trouble is a status; misuse raises ValueError before the loop
    (what a function returns, at its first step). `jobs` cores work on it (-1: all; None: as joblib.parallel_config
    says); `memory`, "2G", bounds them all; runs that the folder `store` keeps are not made again, the others are
    kept. The result depends on none of these three.
    """
    plan = planned(optimizer, problem, x0, steps, observe, tolerance, dims)
    began = time.perf_counter()
    gathered = carried_out(plan, jobs=jobs, memory=memory, store=store)
    return trajectory(plan, gathered, time.perf_counter() - began)


def planned(
    optimizer: Optimizer,
    problem: Problem,
    x0: Any,
    steps: int,
    observe: Sequence[str | Callable[..., Array]] = (),
    tolerance: float = 0.0,
    dims: Sequence[str] | Sweep | None = None,
) -> Plan:
    """Return what is to be run; raises ValueError naming the argument that cannot be used."""
    _check(optimizer, problem, steps, tolerance)
    x0 = _start(x0, problem)
    batch = _batch(optimizer, x0)
    plan = Plan(optimizer, problem, x0, batch, int(steps), observe, float(tolerance))
    taken = (*COLUMNS, *plan.watched())
    named = swept(dims, batch) if isinstance(dims, Sweep) else name_axes(optimizer, x0, batch, dims, taken)
    for name in named[0]:
        if name in taken:
            raise ValueError(f"dims: the axis {name!r} has the name of a record; give one of them another name")
    return dataclasses.replace(plan, dims=named[0], coordinates=named[1])


def _check(optimizer: Optimizer, problem: Problem, steps: int, tolerance: float) -> None:
    if not isinstance(optimizer, Optimizer):
        raise ValueError(f"optimizer must be an optimizer such as AlphaGrad(learning_rate=0.1), got {optimizer!r}")
    if isinstance(problem, type) or not isinstance(problem, Problem):
        raise ValueError(f"problem must be a problem such as problem('rosenbrock'), got {problem!r}")
    if isinstance(steps, bool) or not isinstance(steps, int | np.integer) or steps < 1:
        raise ValueError(f"steps must be a whole number >= 1, got {steps!r}")
    if steps > MOST_STEPS:
        raise ValueError(f"steps must be at most 2^53, which a float still counts, got {steps!r}")
    real = isinstance(tolerance, float | int | np.floating | np.integer) and not isinstance(tolerance, bool)
    if not (real and 0 <= tolerance < math.inf):
        raise ValueError(f"tolerance must be a finite number >= 0, got {tolerance!r}")


def _start(x0: Any, problem: Problem) -> Array:
    """Return x0 as a floating-point array of points of the problem."""
    wanted = f"(*batch, {problem.n})"
    try:
        x0 = as_real(x0)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"x0 must be an array of real numbers of shape {wanted}, got {x0!r}") from None
    if x0.ndim == 0 or x0.shape[-1] != problem.n or 0 in x0.shape:
        raise ValueError(f"x0 must have shape {wanted} for {problem.name!r}, no axis empty, got {tuple(x0.shape)}")
    if not np.all(np.isfinite(to_numpy(x0))):
        raise ValueError("x0 must be finite, got a point with NaN or infinite components")
    return x0


def _batch(optimizer: Optimizer, x0: Array) -> tuple[int, ...]:
    shapes = [tuple(x0.shape[:-1]), *(tuple(leaf.shape) for leaf in leaves(optimizer))]
    try:
        return np.broadcast_shapes(*shapes)
    except ValueError:
        shown = ", ".join(map(str, shapes[1:]))
        raise ValueError(f"the batch of x0 {shapes[0]} and of the hyperparameters {shown} do not broadcast") from None
