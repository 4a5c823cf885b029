"""A block of runs, all steps: the only place where an optimizer meets a problem.

for t in 1..T:    f, g = problem(x_t);   d = direction(g);   observe;   x_{t+1} = x_t - step(d)
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from alphalab.arrays import (
    Array,
    as_real,
    batch_contiguous,
    is_array,
    leaves,
    like,
    namespace,
    norm,
    possibly_any,
    read_only,
)
from alphalab.optimizers import Optimizer
from alphalab.problems.problem import Problem
from alphalab.simulation.observables import Moment, Watch
from alphalab.simulation.records import Record, keeper

RUNNING, CONVERGED, STALLED, DIVERGED = range(4)


class Block(NamedTuple):
    """What a block of runs leaves: records (steps, B) or (B,), points (B, n), the rest (B,)."""

    records: dict[str, Array]
    x_last: Array
    x_best: Array
    value_last: Array
    value_best: Array
    gradient_norm_last: Array
    status: Array
    status_step: Array


def run_block(
    optimizer: Optimizer,
    problem: Problem,
    x: Array,
    steps: int,
    watched: Sequence[Watch],
    tolerance: float,
    tick: Callable[[], Any],
) -> Block:
    """Run `steps` steps from the points `x`, (B, n); `tick` is called after every step."""
    state = optimizer.init(x)
    ending, best = Ending(x, tolerance, steps), Best(x)
    records = {watch.name: keeper(watch.fold, steps) for watch in watched}
    f, g = evaluate(problem, x)
    for t in range(steps):
        ending.look(t, x, f, norm(g))
        best.look(x, f)
        d, state = optimizer.direction(g, state, x)
        check_shape(f"optimizer {optimizer.name!r}: direction", d, x)
        observe(watched, records, t, Moment(x, f, g, d, state), ending.frozen)
        if ending.all_stopped():
            for record in records.values():
                record.repeat(t)
            break
        step, state = optimizer.step(d, state)
        x = x - ending.held(step)
        f, g = evaluate(problem, x)
        tick()
    size = norm(g)
    ending.look(steps, x, f, size)
    ending.look_at_state((state, x))
    best.look(x, f)
    results = {name: record.result() for name, record in records.items()}
    return Block(results, x, best.x, f, best.f, size, ending.code, ending.since)


def evaluate(problem: Problem, x: Array) -> tuple[Array, Array]:
    """Return (f, g) at x, in x's dtype; raises ValueError where a problem returns the wrong shapes or no reals.

    A problem may answer in the same buffer at every call: f, which outlives the step, is a copy.
    """
    f, g = problem.value_and_gradient(read_only(x))
    f = real_answer(f"problem {problem.name!r}: value", f, x[..., 0])
    g = real_answer(f"problem {problem.name!r}: gradient", g, x)
    return namespace(f).asarray(f, copy=True), batch_contiguous(g)


def real_answer(what: str, value: Any, model: Array) -> Array:
    """Return `value` in the library and dtype of `model`; raises ValueError for another shape and for no reals."""
    check_shape(what, value, model)
    if type(value) is type(model) and value.dtype == model.dtype:
        return value
    try:
        return like(as_real(value), model)
    except TypeError:
        raise ValueError(f"{what} must be an array of real numbers, got dtype {value.dtype}") from None


def check_shape(what: str, value: Any, model: Array) -> None:
    """Raise ValueError unless `value` is an array of the shape of `model`."""
    if not is_array(value):
        raise ValueError(f"{what} must be an array of shape {tuple(model.shape)}, got {value!r}")
    if tuple(value.shape) != tuple(model.shape):
        raise ValueError(f"{what} must have shape {tuple(model.shape)}, got {tuple(value.shape)}")


def observe(watched: Sequence[Watch], records: dict[str, Record], t: int, moment: Moment, frozen: Array | None) -> None:
    """Record the step t; raises ValueError where a function that was given returns another shape than (B,)."""
    for watch in watched:
        value = watch.measure(moment)
        check_shape(f"observe: {watch.name!r}, one number per run,", value, moment.f)
        records[watch.name].add(t, value, frozen)


class Best:
    """The best point met: f and x, infinite and the start where f was never a number."""

    def __init__(self, x: Array) -> None:
        xp = namespace(x)
        self.x, self.f = x, xp.full_like(x[:, 0], math.inf)

    def look(self, x: Array, f: Array) -> None:
        """Keep x where f is lower than before."""
        improved = f < self.f
        if possibly_any(improved):
            xp = namespace(x)
            self.f = xp.where(improved, f, self.f)
            self.x = xp.where(improved[:, None], x, self.x)


class Ending:
    """How and since when each run has ended: code and since, (B,)."""

    def __init__(self, x: Array, tolerance: float, steps: int) -> None:
        xp = namespace(x)
        self.tolerance, self.steps = tolerance, steps
        self.code = xp.zeros_like(x[:, 0], dtype=xp.int64)
        self.since = xp.full_like(self.code, steps)
        self.stopped = self.code > 0
        self.frozen: Array = None  # which runs had stopped before this step; None: none, certainly
        self.marked = False  # whether any code is not RUNNING
        self.x, self.f = x, xp.full_like(x[:, 0], math.nan)

    def look(self, t: int, x: Array, f: Array, size: Array) -> None:
        """Judge the points of step t from f and size = ||g||; the usual case costs a few (B,) operations."""
        xp = namespace(x)
        usual = (size > self.tolerance) & (xp.abs(f) + size < math.inf) & (f != self.f)
        if self.marked or possibly_any(~usual):
            self._judge(t, x, f, size)
        self.x, self.f = x, f

    def _judge(self, t: int, x: Array, f: Array, size: Array) -> None:
        xp = namespace(x)
        broken = ~(xp.abs(f) + size < math.inf) | ~xp.all(xp.isfinite(x), axis=-1)
        still = xp.all(x == self.x, axis=-1) & (t > 0)
        code = xp.where(still, STALLED, xp.zeros_like(self.code))
        code = xp.where(size <= self.tolerance, CONVERGED, code)
        code = xp.where(broken, DIVERGED, code)
        code = xp.where(self.stopped, self.code, code)
        since = xp.where(code == RUNNING, self.steps, xp.full_like(self.since, t))
        self.since = xp.where(code == self.code, self.since, since)
        self.code = code
        self.frozen = self.stopped if self.marked else None
        self.stopped = (code == DIVERGED) | ((code == CONVERGED) & (self.tolerance > 0))
        self.marked = possibly_any(code != RUNNING)

    def look_at_state(self, state: Any) -> None:
        """A state that overflowed freezes a method silently (Adam's v = inf): call it diverged, since it stalled."""
        xp = namespace(self.code)
        for leaf in leaves(state):
            if leaf.ndim and leaf.shape[0] == self.code.shape[0]:
                finite = xp.all(xp.isfinite(xp.reshape(leaf, (leaf.shape[0], -1))), axis=-1)
                self.code = xp.where(finite | self.stopped, self.code, DIVERGED)

    def held(self, step: Array) -> Array:
        """Return `step` with the rows of stopped runs 0."""
        if not self.marked:
            return step
        xp = namespace(step)
        return xp.where(self.stopped[:, None], xp.zeros_like(step), step)

    def all_stopped(self) -> bool:
        """Whether no run of the block moves any more (not asked of a device, which would have to wait)."""
        return self.marked and isinstance(self.stopped, np.ndarray) and bool(self.stopped.all())
