"""What is to be run: a flat batch of runs, any part of which is a plan again.

A run does not depend on the batch it is in (the law of batch invariance), so a plan may be cut anywhere.
"""

from __future__ import annotations

import dataclasses
import functools
import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from alphalab.arithmetic import one_blas_thread
from alphalab.arrays import (
    Array,
    as_real,
    backend,
    is_floating,
    leaves,
    like,
    map_arrays,
    named_leaves,
    namespace,
    to_numpy,
)
from alphalab.optimizers import Optimizer
from alphalab.problems.problem import Problem, check_problem
from alphalab.simulation import loop, scan
from alphalab.simulation.recorders import Recorder, recorders
from alphalab.simulation.sweep import Sweep, swept
from alphalab.simulation.trajectory import COLUMNS, FINAL

BLOCK_ELEMENTS = 49_152  # of a block of points (NumPy): the few arrays of a step stay in the second-level cache
MOST_STEPS = 2**53  # a mean over the steps divides by their number
RECORD = "record/"


@dataclasses.dataclass(frozen=True)
class Plan:
    """An optimizer on a problem from x0, (*batch', n), for `steps` steps; batch is x0's and the optimizer's.

    library is that of the points; with "jax" all arrays here are NumPy's, and blocks are compiled. dims names the axes
    of the batch, coordinates their values where they are known; width is how many runs a block has.
    """

    optimizer: Optimizer
    problem: Problem
    x0: Array
    batch: tuple[int, ...]
    steps: int
    observe: Sequence[str | Callable[..., Array]]
    tolerance: float
    library: str
    dtype: str
    width: int
    runs: int
    dims: tuple[str, ...] = ()
    coordinates: Mapping[str, np.ndarray] = dataclasses.field(default_factory=dict)

    @functools.cached_property
    def recorders(self) -> list[Recorder]:
        """What is recorded; ValueError for what cannot be."""
        return recorders(self.observe, self.problem, self.optimizer)

    def part(self, rows: np.ndarray) -> Plan:
        """Return the plan of these runs of the flat batch alone, in ascending order, its batch (len(rows),)."""
        optimizer = map_arrays(lambda values: self.pick(values, tuple(values.shape), rows), self.optimizer)
        x0 = self.pick(self.x0, tuple(self.x0.shape[:-1]), rows)
        return dataclasses.replace(
            self, optimizer=optimizer, x0=x0, batch=(len(rows),), runs=len(rows), dims=("run",), coordinates={}
        )

    def pick(self, values: Array, shape: tuple[int, ...], rows: np.ndarray) -> Array:
        """Return the rows of `values`, (*shape, ...) with a shape that broadcasts to the batch, as (len(rows), ...)."""
        xp = namespace(values)
        if not values.ndim and self.library == "jax":  # what all runs share stays one number where it is compiled in
            return values
        flat = values if len(shape) == 1 else xp.reshape(values, (-1, *values.shape[len(shape) :]))
        if len(rows) == self.runs == flat.shape[0] and self.runs > 1:  # all of them, in order
            return flat
        places = np.zeros(len(rows), dtype=np.int64)
        along = np.unravel_index(rows, self.batch)[len(self.batch) - len(shape) :] if shape else ()
        for size, index in zip(shape, along, strict=True):
            places = places * size + (index if size > 1 else 0)
        return xp.take(flat, xp.asarray(places, device=values.device), axis=0)

    def shapes(self, runs: int) -> dict[str, tuple[tuple[int, ...], np.dtype]]:
        """Return name -> (shape, dtype) of all that so many runs leave: "record/NAME", and what FINAL names."""
        dtype, whole = np.dtype(self.dtype), np.dtype(np.int64)
        shapes: dict[str, tuple[tuple[int, ...], np.dtype]] = {}
        for one in self.recorders:
            shapes[RECORD + one.name] = ((runs,) if one.fold else (self.steps, runs), one.dtype(dtype))
        for name in FINAL:
            shape = (runs, self.problem.n) if name.startswith("x_") else (runs,)
            shapes[name] = (shape, whole if name.startswith("status") else dtype)
        return shapes

    def empty(self, names: Iterable[str], runs: int) -> dict[str, np.ndarray]:
        """Return arrays by these names, for so many runs, with nothing in them yet."""
        shapes = self.shapes(runs)
        return {name: np.empty(*shapes[name]) for name in names}

    def ticks(self, runs: int) -> int:
        """Return how many steps of a block so many runs are."""
        return self.steps * math.ceil(runs / self.width)

    def run_bytes(self) -> int:
        """Return the size of what a run leaves."""
        return sum(math.prod(shape) * dtype.itemsize for shape, dtype in self.shapes(1).values())

    def run(self, out: Mapping[str, np.ndarray], tick: Callable[[int], Any]) -> None:
        """Make all runs, block by block, and write what they leave into `out`, which has all names of `shapes`."""
        with np.errstate(all="ignore"), one_blas_thread():
            for low in range(0, self.runs, self.width):
                rows = np.arange(low, min(low + self.width, self.runs))
                self._run_block(rows, {name: place[at(name, rows)] for name, place in out.items()}, tick)

    def _run_block(self, rows: np.ndarray, out: Mapping[str, np.ndarray], tick: Callable[[int], Any]) -> None:
        if self.library == "jax":
            part = self.part(rows)
            fixed = self.steps, self.observe, self.tolerance, self.width
            scan.run_block(part.optimizer, self.problem, part.x0, *fixed, out)
            tick(self.steps)
            return
        if len(rows) == 1 and type(self.x0) is np.ndarray:
            rows = np.repeat(rows, 2)  # a run alone goes as two: the bits are those inside a sweep
        part, x0 = self.part(rows), self.x0
        optimizer = map_arrays(lambda v: namespace(x0).asarray(to_numpy(v).copy(), device=x0.device), part.optimizer)
        problem = map_arrays(lambda array: like(array, x0) if is_floating(array) else array, self.problem)
        asked = recorders(self.observe, problem, optimizer)
        loop.run_block(optimizer, problem, part.x0, self.steps, asked, self.tolerance, out, tick)


def at(name: str, rows: np.ndarray) -> Any:
    """Return the index of these runs in the array called `name`: time comes before them, space after.

    Consecutive runs are a slice, so that what is there is a view.
    """
    whole = len(rows) > 0 and rows[-1] - rows[0] == len(rows) - 1 and bool(np.all(rows[1:] > rows[:-1]))
    where = slice(int(rows[0]), int(rows[-1]) + 1) if whole else rows
    return (..., where) if name.startswith(RECORD) else where


def planned(
    optimizer: Optimizer,
    problem: Problem,
    x0: Any,
    steps: int,
    observe: Sequence[str | Callable[..., Array]] = (),
    tolerance: float = 0.0,
    dims: Sequence[str] | Sweep | None = None,
    library: str | None = None,
) -> Plan:
    """Return what is to be run; raises ValueError naming the argument that cannot be used."""
    x0 = _checked_start(optimizer, problem, x0, steps, tolerance)
    if library not in (None, "jax"):
        x0 = backend(library).asarray(to_numpy(x0))
    library = library or namespace(x0).__name__.removeprefix("array_api_compat.").partition(".")[0]
    if library == "jax":
        backend("jax")  # that it is not there is told now
        x0, optimizer = to_numpy(x0), map_arrays(to_numpy, scan.with_arrays(optimizer))
    shapes = [tuple(x0.shape[:-1]), *(tuple(leaf.shape) for leaf in leaves(optimizer))]
    try:
        batch = np.broadcast_shapes(*shapes)
    except ValueError:
        shown = ", ".join(map(str, shapes[1:]))
        told = f"the batch of x0 {shapes[0]} and of the hyperparameters {shown} do not broadcast"
        raise ValueError(told) from None
    runs, dtype = math.prod(batch), str(x0.dtype).rpartition(".")[2]
    widest = scan.widest(problem.n) if library == "jax" else max(2, BLOCK_ELEMENTS // problem.n)
    width = math.ceil(runs / math.ceil(runs / widest)) if type(x0) is np.ndarray else runs  # on a device all at once
    plan = Plan(optimizer, problem, x0, batch, int(steps), observe, float(tolerance), library, dtype, width, runs)
    taken = (*COLUMNS, *(one.name for one in plan.recorders))
    named = swept(dims, batch) if isinstance(dims, Sweep) else name_axes(optimizer, x0, batch, dims, taken)
    for name in named[0]:
        if name in taken:
            raise ValueError(f"dims: the axis {name!r} has the name of a record; give one of them another name")
    return dataclasses.replace(plan, dims=named[0], coordinates=named[1])


def _checked_start(optimizer: Optimizer, problem: Problem, x0: Any, steps: int, tolerance: float) -> Array:
    """Return x0 as a floating-point array of points of the problem; ValueError for what cannot be run."""
    if not isinstance(optimizer, Optimizer):
        raise ValueError(f"optimizer must be an optimizer such as AlphaGrad(learning_rate=0.1), got {optimizer!r}")
    check_problem(problem)
    if isinstance(steps, bool) or not isinstance(steps, int | np.integer) or steps < 1:
        raise ValueError(f"steps must be a whole number >= 1, got {steps!r}")
    if steps > MOST_STEPS:
        raise ValueError(f"steps must be at most 2^53, which a float still counts, got {steps!r}")
    real = isinstance(tolerance, float | int | np.floating | np.integer) and not isinstance(tolerance, bool)
    if not (real and 0 <= tolerance < math.inf):
        raise ValueError(f"tolerance must be a finite number >= 0, got {tolerance!r}")
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


def name_axes(
    optimizer: Optimizer, x0: Array, batch: tuple[int, ...], dims: Sequence[str] | None, taken: Collection[str] = ()
) -> tuple[tuple[str, ...], dict[str, np.ndarray]]:
    """Return (dims, coordinates): a name for every batch axis and, where one hyperparameter varies, its values.

    `dims`, where given, are the names. An axis along which nothing varies is called "axis_0", "axis_1", ...,
    and axes that would share a name, with each other or with what is `taken`, carry their number too: "alpha_0".
    Raises ValueError where `dims` does not name every axis once.
    """
    hyperparameters = [(name, tuple(values.shape), values) for name, values in named_leaves(optimizer)]
    inputs = [*hyperparameters, ("x0", tuple(x0.shape[:-1]), None)]
    places = range(-len(batch), 0)
    varying = [[one for one in inputs if len(one[1]) >= -place and one[1][place] > 1] for place in places]
    if dims is None:
        found = ["+".join(dict.fromkeys(name for name, _, _ in along)) or "axis" for along in varying]
        shared = {name for name in found if found.count(name) > 1 or name == "axis" or name in taken}
        names = tuple(f"{name}_{axis}" if name in shared else name for axis, name in enumerate(found))
    else:
        names = _given(dims, len(batch))
    alone = [(name, along[0][2]) for name, along in zip(names, varying, strict=True) if len(along) == 1]
    lines = [(name, to_numpy(of)) for name, of in alone if of is not None and sum(size > 1 for size in of.shape) == 1]
    return names, {name: values.reshape(-1) for name, values in lines}


def _given(dims: Sequence[str], axes: int) -> tuple[str, ...]:
    """Return `dims` as a tuple; raises ValueError where it does not name every axis once."""
    named = isinstance(dims, Sequence) and not isinstance(dims, str) and all(isinstance(name, str) for name in dims)
    if not named or len(dims) != axes or len(set(dims)) != axes:
        raise ValueError(f"dims must name each of the {axes} batch axes once, got {dims!r}")
    return tuple(dims)
