"""Prepare a simulation, run it block by block, and put the blocks together.

The memory layout and the blocks are decided in `layout`, the loop itself is in `block`.
"""

from __future__ import annotations

import contextlib
import math
import platform
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from alphalab.arrays import (
    Array,
    as_real,
    leaves,
    namespace,
    to_numpy,
)
from alphalab.optimizers import Optimizer
from alphalab.problems.problem import Problem
from alphalab.simulation.axes import name_axes
from alphalab.simulation.block import Block, run_block
from alphalab.simulation.layout import cuts_of, placed
from alphalab.simulation.observables import watches
from alphalab.simulation.trajectory import STATUSES, Trajectory


def simulate(
    optimizer: Optimizer,
    problem: Problem,
    x0: Any,
    steps: int,
    *,
    observe: Sequence[str | Callable[..., Array]] = ("value", "gradient_norm"),
    tolerance: float = 0.0,
    dims: Sequence[str] | None = None,
) -> Trajectory:
    """Run `steps` steps of `optimizer` on `problem` from `x0`, shape (*batch, n), all runs of the batch at once.

    The batch is x0's and the hyperparameters', broadcast. A run stops where ||g|| <= tolerance, if tolerance > 0,
    and where f or g is not finite; after that its history repeats. `observe` names histories, folds
    ("mean:value") or functions (x, f, g, d) -> (*batch,); `dims` names the batch axes, else they are named
    after what varies along them. Numerical trouble is a status; misuse raises ValueError before the loop.
    """
    _check(optimizer, problem, steps, tolerance)
    x0 = _start(x0, problem)
    batch = _batch(optimizer, x0)
    axes, coordinates = name_axes(optimizer, x0, batch, dims)
    began = time.perf_counter()
    blocks, cuts = [], cuts_of(math.prod(batch), x0)
    with np.errstate(all="ignore"), _progress(len(cuts) * steps) as tick:
        for low, high in cuts:
            rows = np.arange(low, high) if high - low > 1 else np.asarray([low, low])
            runner, subject, x = placed(optimizer, problem, x0, batch, rows)
            watched = watches(observe, subject, runner)
            block = run_block(runner, subject, x, steps, watched, float(tolerance), tick)
            blocks.append(_as_numpy(block, high - low))
    return Trajectory(
        **_joined(blocks, batch),
        dims=axes,
        coordinates=coordinates,
        settings={
            "optimizer": repr(optimizer),
            "problem": problem.name,
            "n": problem.n,
            "steps": int(steps),
            "observe": [watch.name for watch in watched],
            "tolerance": float(tolerance),
        },
        environment=_environment(x0, time.perf_counter() - began),
    )


def _check(optimizer: Optimizer, problem: Problem, steps: int, tolerance: float) -> None:
    if not isinstance(optimizer, Optimizer):
        raise ValueError(f"optimizer must be an optimizer such as AlphaGrad(learning_rate=0.1), got {optimizer!r}")
    if isinstance(problem, type) or not isinstance(problem, Problem):
        raise ValueError(f"problem must be a problem such as problem('rosenbrock'), got {problem!r}")
    if isinstance(steps, bool) or not isinstance(steps, int | np.integer) or steps < 1:
        raise ValueError(f"steps must be a whole number >= 1, got {steps!r}")
    if isinstance(tolerance, bool) or not isinstance(tolerance, float | int) or not 0 <= tolerance < math.inf:
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


def _as_numpy(block: Block, runs: int) -> Block:
    """Return the block as NumPy arrays, the twin of a lone run dropped."""
    records = {name: to_numpy(record)[..., :runs] for name, record in block.records.items()}
    return Block(records, *(to_numpy(part)[:runs] for part in block[1:]))


def _joined(blocks: Sequence[Block], batch: tuple[int, ...]) -> dict[str, Any]:
    """Return the fields of a Trajectory from its blocks."""
    first = blocks[0]
    records = {}
    for name in first.records:
        whole = np.concatenate([block.records[name] for block in blocks], axis=-1)
        records[name] = whole.reshape((*whole.shape[:-1], *batch))
    fields: dict[str, Any] = {"records": records}
    for name in Block._fields[1:]:
        whole = np.concatenate([getattr(block, name) for block in blocks])
        fields[name] = whole.reshape((*batch, *whole.shape[1:]))
    fields["status"] = np.take(STATUSES, fields["status"])
    return fields


def _environment(x0: Array, seconds: float) -> dict[str, Any]:
    """Return where and how the run was made."""
    return {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "machine": f"{platform.system()} {platform.machine()}",
        "backend": namespace(x0).__name__.removeprefix("array_api_compat.").partition(".")[0],
        "dtype": str(x0.dtype).rpartition(".")[2],
        "seconds": seconds,
    }


@contextlib.contextmanager
def _progress(total: int) -> Iterator[Callable[[], Any]]:
    """Give a function to call after every step: a bar after two seconds on a terminal, nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda: None
        return
    from tqdm import tqdm

    with tqdm(total=total, delay=2.0, unit="step", leave=False) as bar:
        yield bar.update
