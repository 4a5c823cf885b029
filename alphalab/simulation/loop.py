"""The semantics of a simulation: a block of runs, step by step.

for t in 1..T:    f, g = problem(x_t);   judge;   d = direction(g);   record;   x_{t+1} = x_t - step(d)

NumPy, CuPy, torch and every other library of the array API go this way; `scan` is the same step compiled by jax.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from alphalab.arrays import (
    Array,
    check_shape,
    namespace,
    norm,
    real_answer,
    to_numpy,
)
from alphalab.optimizers import Optimizer
from alphalab.problems.oracles import Oracle
from alphalab.problems.problem import Problem
from alphalab.simulation.recorders import Fold, Moment, Recorder, fold_begun, fold_result, folded
from alphalab.simulation.status import StatusTracker, with_state
from alphalab.simulation.trajectory import FINAL

np.empty(2**21)  # freed at once: from then on glibc keeps what is freed, and a step costs no page faults
STRETCH = 100  # steps between two looks at a device, and between two words on progress


def run_block(  # noqa: C901
    optimizer: Optimizer,
    problem: Problem,
    x: Array,
    steps: int,
    recorders: Sequence[Recorder],
    tolerance: float,
    out: Mapping[str, np.ndarray],
    tick: Callable[[int], Any],
) -> None:
    """Run `steps` steps from the points x, (B, n), and write what they leave into `out`; `tick` hears of steps done.

    `out` has "record/NAME", (steps, B) or for a fold (B,), and what `FINAL` names, (B, ...). Raises ValueError where
    the problem, the optimizer or an observed function does not return what it must.
    """
    kind, shape, numpy, xp = type(x), x.shape, type(x) is np.ndarray, namespace(x)
    x = np.array(x, order="F") if numpy else x  # a copy, with the batch contiguous
    x_best, f_best = x, xp.full_like(x[:, 0], math.inf)
    state, tracker = optimizer.init(x), StatusTracker(x, steps, tolerance)
    takes_norm = "gradient_norm" in inspect.signature(optimizer.direction).parameters
    records = [(Folded if one.fold else History)(one, steps, out[f"record/{one.name}"]) for one in recorders]
    for t in range(steps + 1):
        f, g = evaluate(problem, x, t)
        gradient_norm = norm(g)
        better = f < f_best
        improved = numpy and np.count_nonzero(better) == better.size
        stopped = tracker.judge(t, x, f, gradient_norm, improved)
        if improved:  # points are never written to: where all runs improve nothing is copied
            x_best, f_best = x, f
        elif not numpy or better.any():
            x_best, f_best = xp.where(better[:, None], x, x_best), xp.where(better, f, f_best)
        if t == steps:
            break
        known = (gradient_norm,) if takes_norm else ()
        d, state = optimizer.direction(g, state, x, *known)
        if type(d) is not kind or d.shape != shape:
            check_shape(d, shape, f"optimizer {optimizer.name!r}: direction")
        moment = Moment(x, f, g, gradient_norm, d, state)
        for record in records:
            record.add(t, moment, stopped)
        if (tracker.marked if numpy else t % STRETCH == 0) and tracker.all_stopped():
            for record in records:
                record.repeat(t)
            break
        step, state = optimizer.step(d, state)
        x = xp.where(tracker.status.stopped[:, None], x, x - step) if tracker.marked else x - step
        del g, d, step, moment  # the next step gets their memory while it is in cache
        if (t + 1) % STRETCH == 0:
            tick(STRETCH)
    status = with_state(tracker.status, (state, x))
    left = (x, x_best, f, f_best, gradient_norm, status.code, status.since)
    for name, value in zip(FINAL, left, strict=True):
        out[name][...] = to_numpy(value)[: len(out[name])]
    for record in records:
        record.fetch()
    tick(steps - t // STRETCH * STRETCH)


class History:
    """Every value of a recorder, written into `rows`, (steps, B); those on a device are fetched now and then."""

    def __init__(self, recorder: Recorder, steps: int, rows: np.ndarray) -> None:
        self.measure, self.rows, self.width = recorder.measure, rows, rows.shape[1]
        self.waiting: list[Array] = []  # on a device: the values of the rows before `self.t`
        self.t = 0
        self.latest: Array = None

    def add(self, t: int, moment: Moment, stopped: Array | None) -> None:
        """Write row t; the value of a stopped run stands."""
        value = self.measure(moment)
        if isinstance(value, np.ndarray):
            if stopped is not None and t:
                value = np.where(stopped, self.rows[t - 1], value)
            self.rows[t] = value[: self.width]
            return
        xp = namespace(value)
        self.latest = xp.where(stopped, self.latest, value) if t else xp.asarray(value, copy=True)
        self.waiting.append(self.latest)
        self.t = t + 1
        if t % STRETCH == 0:  # when the loop looks whether all runs have stopped
            self.fetch()

    def fetch(self) -> None:
        """Write what waits on a device."""
        if self.waiting:
            rows = to_numpy(namespace(self.latest).stack(self.waiting))
            self.rows[self.t - len(rows) : self.t] = rows[:, : self.width]
            self.waiting.clear()

    def repeat(self, t: int) -> None:
        """Let the value of step t stand for every later step too."""
        self.fetch()
        self.rows[t + 1 :] = self.rows[t]


class Folded:
    """A fold of a recorder, written into `place`, (B,), at the end: 10^7 steps need no memory."""

    def __init__(self, recorder: Recorder, steps: int, place: np.ndarray) -> None:
        self.measure, self.kind, self.steps, self.place = recorder.measure, str(recorder.fold), steps, place
        self.fold: Fold | None = None

    def add(self, t: int, moment: Moment, stopped: Array | None) -> None:
        """Fold the value of step t in."""
        value = self.measure(moment)
        if self.fold is None:
            self.fold = fold_begun(self.kind, namespace(value).zeros_like(value))
        self.fold = folded(self.kind, self.fold, value, stopped)

    def fetch(self) -> None:
        """Write the fold."""
        if self.fold is not None:
            self.place[...] = to_numpy(fold_result(self.kind, self.fold, self.steps))[: len(self.place)]

    def repeat(self, t: int) -> None:
        """Fold the latest value in for every later step."""
        if self.fold is not None:
            self.fold = self.fold._replace(missing=self.fold.missing + (self.steps - 1 - t))


# ------------------------------------------------------------- what a problem and an optimizer must return


def evaluate(problem: Problem, x: Array, t: Array) -> tuple[Array, Array]:
    """Return (f, g) at x, (*batch, n), in x's dtype; ValueError where a problem returns wrong shapes or no reals.

    An oracle draws the g of step t. A problem may answer in the same buffer at every call: f, which outlives the step,
    is a copy, g another view.
    """
    kind = type(x)
    if kind is np.ndarray:
        x.setflags(write=False)  # a function of x must not change the run
    f, g = problem.sample(x, t) if isinstance(problem, Oracle) else problem.value_and_gradient(x)
    if type(f) is not kind or f.dtype != x.dtype or f.shape != x.shape[:-1]:
        f = real_answer(f, x.shape[:-1], x, f"problem {problem.name!r}: value")
    if type(g) is not kind or g.dtype != x.dtype or g.shape != x.shape:
        g = real_answer(g, x.shape, x, f"problem {problem.name!r}: gradient")
    if kind is not np.ndarray:
        return f + 0, g
    g = g.view() if g.flags.f_contiguous else np.copy(g, order="F")  # with the batch contiguous
    g.setflags(write=False)
    return f.copy(), g
