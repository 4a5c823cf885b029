"""The semantics of a simulation: a block of runs, step by step.

for t in 1..T:    f, g = problem(x_t);   judge;   d = direction(g);   record;   x_{t+1} = x_t - step(d)

NumPy, CuPy, torch and every other library of the array API go this way; `scan` is the same step compiled by jax.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from alphalab.arrays import Array, namespace, norm, to_numpy
from alphalab.optimizers import Optimizer
from alphalab.problems.problem import Problem
from alphalab.simulation.recorders import Fold, Moment, Recorder, fold_begun, fold_result, folded
from alphalab.simulation.status import StatusTracker, with_state
from alphalab.simulation.step import direct, evaluate
from alphalab.simulation.trajectory import FINAL

STRETCH = 100  # steps between two looks at a device, and between two words on progress


def run_block(
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
    x = np.array(x, order="F") if type(x) is np.ndarray else x  # a copy, with the batch contiguous
    state, tracker, best = optimizer.init(x), StatusTracker(x, steps, tolerance), Best(x)
    records = [record(one, steps, out[f"record/{one.name}"]) for one in recorders]
    told = 0
    for t in range(steps):
        f, g = evaluate(problem, x)
        gradient_norm = norm(g)
        stopped = tracker.judge(t, x, f, gradient_norm)
        best.look(x, f)
        d, state = direct(optimizer, g, state, x)
        moment = Moment(x, f, g, gradient_norm, d, state)
        for one in records:
            one.add(t, moment, stopped)
        pause = t - told == STRETCH
        if (pause or not tracker.waits) and tracker.all_stopped():
            for one in records:
                one.repeat(t)
            break
        step, state = optimizer.step(d, state)
        x = tracker.held(x, x - step)
        if pause:
            tick(t - told)
            told = t
    f, g = evaluate(problem, x)
    gradient_norm = norm(g)
    tracker.judge(steps, x, f, gradient_norm)
    best.look(x, f)
    status = with_state(tracker.status, (state, x))
    left = (x, best.x, f, best.f, gradient_norm, status.code, status.since)
    for name, value in zip(FINAL, left, strict=True):
        out[name][...] = to_numpy(value)[: len(out[name])]
    for one in records:
        one.finish()
    tick(steps - told)


class Best:
    """The best point met: f, (B,), and x, (B, n); infinite and the start where f was never a number."""

    def __init__(self, x: Array) -> None:
        self.x, self.f = x, namespace(x).full_like(x[:, 0], math.inf)

    def look(self, x: Array, f: Array) -> None:
        """Keep x where f is lower than before; points are never written to, so all of them cost no copy."""
        better, xp = f < self.f, namespace(x)
        if isinstance(better, np.ndarray):
            if better.all():
                self.x, self.f = x, f
                return
            if not better.any():
                return
        self.x, self.f = xp.where(better[:, None], x, self.x), xp.where(better, f, self.f)


class History:
    """Every value of a recorder, written into `rows`, (steps, B); those on a device are fetched now and then."""

    def __init__(self, recorder: Recorder, rows: np.ndarray) -> None:
        self.measure, self.rows, self.width = recorder.measure, rows, rows.shape[1]
        self.waiting: list[Array] = []  # on a device: the values of the rows before `self.t`
        self.t, self.latest = 0, None

    def add(self, t: int, moment: Moment, stopped: Array | None) -> None:
        """Write row t; the value of a stopped run stands."""
        value = self.measure(moment)
        if isinstance(value, np.ndarray):
            if stopped is not None and t:
                value = np.where(stopped, self.rows[t - 1], value)
            self.rows[t] = value[: self.width]
            return
        xp = namespace(value)
        value = xp.asarray(value, copy=True) if self.latest is None else xp.where(stopped, self.latest, value)
        self.waiting.append(value)
        self.t, self.latest = t + 1, value
        if len(self.waiting) == STRETCH:
            self._fetch()

    def _fetch(self) -> None:
        if self.waiting:
            rows = to_numpy(namespace(self.latest).stack(self.waiting))
            self.rows[self.t - len(rows) : self.t] = rows[:, : self.width]
            self.waiting.clear()

    def repeat(self, t: int) -> None:
        """Let the value of step t stand for every later step too."""
        self._fetch()
        self.rows[t + 1 :] = self.rows[t]

    def finish(self) -> None:
        """Write what is not written yet."""
        self._fetch()


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

    def repeat(self, t: int) -> None:
        """Fold the latest value in for every later step."""
        if self.fold is not None:
            self.fold = self.fold._replace(missing=self.fold.missing + (self.steps - 1 - t))

    def finish(self) -> None:
        """Write the fold."""
        if self.fold is not None:
            self.place[...] = to_numpy(fold_result(self.kind, self.fold, self.steps))[: len(self.place)]


def record(recorder: Recorder, steps: int, place: np.ndarray) -> History | Folded:
    """Return what takes the values of a recorder, step by step, and writes what is kept into its place."""
    return History(recorder, place) if recorder.fold is None else Folded(recorder, steps, place)
