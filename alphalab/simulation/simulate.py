"""simulate = validate -> flatten the batch -> allocate the result once -> per block: loop or scan -> unflatten."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from typing import Any

from alphalab.arrays import Array
from alphalab.optimizers import Optimizer
from alphalab.problems.problem import Problem
from alphalab.simulation.described import trajectory
from alphalab.simulation.parallel import computed
from alphalab.simulation.plan import planned
from alphalab.simulation.sweep import Sweep
from alphalab.simulation.trajectory import Trajectory


def simulate(
    optimizer: Optimizer,
    problem: Problem,
    x0: Any,
    steps: int,
    *,
    observe: Sequence[str | Callable[..., Array]] = ("value", "gradient_norm"),
    tolerance: float = 0.0,
    dims: Sequence[str] | Sweep | None = None,
    backend: str | None = None,
    jobs: int | None = None,
    memory: int | str | None = None,
    store: str | os.PathLike[str] | None = None,
) -> Trajectory:
    """Run `steps` steps of `optimizer` on `problem` from `x0`, shape (*batch, n), all runs of the batch at once.

    The batch is x0's and the hyperparameters', broadcast. A run stops where ||g|| <= tolerance, if tolerance > 0,
    and where f or g is not finite; after that its history repeats. `observe` names histories, folds
    ("mean:value") or functions of (x, f, g, d), which get B runs at once, flat whatever the batch: x, g, d of shape
    (B, n), f (B,), and return (B,). `dims` names the batch axes, or is the Sweep that they come from, else they are
    named after what varies along them. `backend` is the array library (default: that of x0); "jax" compiles the run.
    Numerical trouble is a status; misuse raises ValueError before the loop (what a function returns, at its first
    step). `jobs` cores work on it (-1: all; None: as joblib.parallel_config says); `memory`, "2G", bounds them all;
    runs that the folder `store` keeps are not made again, the others are kept. On NumPy the result depends on none of
    these three, not in one bit.

    >>> import alphalab as al
    >>> problem = al.problem("quadratic", n=2)
    >>> run = al.simulate(al.AlphaGrad(learning_rate=0.1, alpha=[1.0, 10.0]), problem, problem.start(), steps=50)
    >>> run.dims, run.value.shape, run.status.tolist()
    (('alpha',), (50, 2), ['running', 'running'])
    """
    plan = planned(optimizer, problem, x0, steps, observe, tolerance, dims, backend)
    began = time.perf_counter()
    result = computed(plan, jobs=jobs, memory=memory, store=store)
    return trajectory(plan, result.arrays, result.computed, time.perf_counter() - began)
