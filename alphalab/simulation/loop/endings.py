"""What is judged along the runs: the best point met, and how and since when each run has ended."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from alphalab.arrays import Array, leaves, namespace
from alphalab.guards import possibly_any

RUNNING, CONVERGED, STALLED, DIVERGED = range(4)


class Flags:
    """Truth values of every run, one row for each question (NumPy): whether all or any are set costs a glance."""

    def __init__(self, rows: int, runs: int) -> None:
        self.bytes = bytearray(rows * runs)
        self.rows = np.frombuffer(self.bytes, np.bool_).reshape(rows, runs)

    def any(self) -> bool:
        """Whether any is set."""
        return 1 in self.bytes

    def all(self) -> bool:
        """Whether all are set."""
        return 0 not in self.bytes


class Best:
    """The best point met: f and x, infinite and the start where f was never a number."""

    def __init__(self, x: Array) -> None:
        xp = namespace(x)
        self.x, self.f = xp.asarray(x, copy=True), xp.full_like(x[:, 0], math.inf)

    def look(self, x: Array, f: Array) -> None:
        """Keep x where f is lower than before."""
        improved = f < self.f
        if not isinstance(improved, np.ndarray) or improved.any():
            xp = namespace(x)
            self.f = xp.where(improved, f, self.f)
            self.x = xp.where(improved[:, None], x, self.x)

    def look_back(self, points: np.ndarray, values: np.ndarray) -> None:
        """The same for K steps at once, (K, B, n) and (K, B), no value NaN; mostly the last of them is the best."""
        before = np.fmin(values[:-1].min(axis=0, initial=math.inf), self.f)
        last = values[-1] < before
        if (early := np.flatnonzero((before < self.f) & ~last)).size:
            self.x[early] = points[values[:, early].argmin(axis=0), early]
        if last.all():
            self.x[...] = points[-1]
        elif last.any():
            np.copyto(self.x, points[-1], where=last[:, None])
        self.f = np.fmin(before, values[-1])

    def flush(self) -> None:
        """Be sure that x is written down."""


class LazyBest(Best):
    """The same for points that stay where they are until the next ones have been looked at (NumPy).

    A point is copied when a run has left it for a worse one: a run that goes downhill all the time copies nothing.
    """

    def __init__(self, x: Array) -> None:
        super().__init__(x)
        self.held, self.improved, self.left = (Flags(1, len(x)) for _ in range(3))
        self.at = x  # where the best points of the runs `held` are

    def look(self, x: Array, f: Array) -> None:
        """Note where f is lower than before; copy the points that have just been left."""
        np.less(f, self.f, self.improved.rows[0])
        np.greater(self.held.rows[0], self.improved.rows[0], self.left.rows[0])
        if self.left.any():
            self._copy(self.left.rows[0])
        np.fmin(self.f, f, out=self.f)
        self.held, self.improved, self.at = self.improved, self.held, x

    def _copy(self, runs: np.ndarray) -> None:
        if np.count_nonzero(runs) < len(runs) // 4:
            runs = np.flatnonzero(runs)
            self.x[runs] = self.at[runs]
        else:
            np.copyto(self.x, self.at, where=runs[:, None])

    def flush(self) -> None:
        """Copy what is still held."""
        if self.held.any():
            self._copy(self.held.rows[0])
            self.held.rows[...] = False


class Ending:
    """How and since when each run has ended: code and since, (B,)."""

    def __init__(self, x: Array, tolerance: float, steps: int) -> None:
        xp = namespace(x)
        self.tolerance, self.steps = tolerance, steps
        self.code = xp.zeros_like(x[:, 0], dtype=xp.int64)
        self.since = xp.full_like(self.code, steps)
        self.stopped = self.code > 0
        self.marked = False  # whether any code is not RUNNING
        self.frozen: Array = None  # which runs had stopped before this step; None: none, certainly
        self.x, self.f = x, xp.full_like(x[:, 0], math.nan)
        self.usual = Flags(4, len(x)) if isinstance(x, np.ndarray) else None

    def look(self, t: int, x: Array, f: Array, size: Array) -> None:
        """Judge the points of step t from f and size = ||g||; the usual case costs a few (B,) operations."""
        usual = self._usual(f, self.f, size)
        if self.marked or not (self.usual.all() if self.usual else not possibly_any(~usual)):
            self._judge(t, x, f, size, self._doubtful(usual))
        self.x, self.f = x, f

    def always_judge(self) -> None:
        """Judge every step, where nobody can tell whether it is usual."""
        self.marked, self.frozen = True, self.stopped

    def look_back(self, points: Array, values: Array, sizes: Array) -> bool:
        """Whether K steps at once, (K, B, n), (K, B) and (K, B), are all usual; if so they are taken in."""
        xp = namespace(values)
        usual = (xp.min(sizes) > self.tolerance) & (xp.max(sizes) < math.inf)  # NaN is neither
        usual = usual & (xp.min(values) > -math.inf) & (xp.max(values) < math.inf)
        usual = usual & xp.all(values[0] != self.f) & xp.all(values[1:] != values[:-1])
        if possibly_any(~usual):
            return False
        self.x, self.f = points[-1], xp.asarray(values[-1], copy=True)
        return True

    def flush(self) -> None:
        """Be sure that the points of the step before stay what they are."""
        self.x = self.x.copy(order="K")

    def _usual(self, f: Array, before: Array, size: Array) -> Array:
        """Where f and ||g|| are finite, ||g|| is above the tolerance and f has changed; as `Flags` with NumPy."""
        if self.usual is None:
            xp = namespace(f)
            return (size > self.tolerance) & xp.isfinite(f) & xp.isfinite(size) & (f != before)
        rows = self.usual.rows
        np.greater(size, self.tolerance, rows[0])
        np.isfinite(f, rows[1])
        np.isfinite(size, rows[2])
        np.not_equal(f, before, rows[3])
        return rows

    def _doubtful(self, usual: Array) -> Any:
        """Return the runs to be judged: with NumPy those alone whose step or status is unusual."""
        return slice(None) if self.usual is None else np.flatnonzero(~usual.all(axis=0) | (self.code != RUNNING))

    def _judge(self, t: int, x: Array, f: Array, size: Array, runs: Any) -> None:
        xp = namespace(x)
        x, f, size, old, stopped = x[runs, ...], f[runs], size[runs], self.code[runs], self.stopped[runs]
        broken = ~(xp.isfinite(f) & xp.isfinite(size)) | ~xp.all(xp.isfinite(x), axis=-1)
        still = xp.all(x == self.x[runs, ...], axis=-1) & (t > 0)
        code = xp.where(still, STALLED, xp.zeros_like(old))
        code = xp.where(size <= self.tolerance, CONVERGED, code)
        code = xp.where(broken, DIVERGED, code)
        code = xp.where(stopped, old, code)
        since = xp.where(code == RUNNING, self.steps, xp.full_like(old, t))
        self.since = _with(self.since, runs, xp.where(code == old, self.since[runs], since))
        self.code = _with(self.code, runs, code)
        self.frozen = self.stopped if self.marked else None
        self.stopped = (self.code == DIVERGED) | ((self.code == CONVERGED) & (self.tolerance > 0))
        self.marked = possibly_any(self.code != RUNNING)

    def look_at_state(self, state: Any) -> None:
        """A state that overflowed freezes a method silently (Adam's v = inf): call it diverged, since it stalled."""
        xp = namespace(self.code)
        for leaf in leaves(state):
            if leaf.ndim and leaf.shape[0] == self.code.shape[0]:
                finite = xp.all(xp.isfinite(xp.reshape(leaf, (leaf.shape[0], -1))), axis=-1)
                self.code = xp.where(finite | self.stopped, self.code, DIVERGED)

    def held(self, x: Array, moved: Array) -> Array:
        """Return the points after the step, those of stopped runs where they were."""
        return namespace(x).where(self.stopped[:, None], x, moved) if self.marked else moved

    def all_stopped(self) -> bool:
        """Whether no run of the block moves any more (not asked of a device, which would have to wait)."""
        return self.marked and isinstance(self.stopped, np.ndarray) and bool(self.stopped.all())


def _with(whole: Array, runs: Any, part: Array) -> Array:
    """Return `whole` with the entries of these runs replaced."""
    if isinstance(runs, slice):
        return part
    whole[runs] = part
    return whole
