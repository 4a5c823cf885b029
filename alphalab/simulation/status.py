"""How a run ends, judged before every step: what it is now, and since which step.

    diverged    f, ||g|| or x is not finite         converged   ||g|| <= tolerance
    stalled     the last step did not change x      running     none of these

A run that diverged, or converged at a tolerance > 0, has stopped: it stays where it is.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from alphalab.arrays import Array, leaves, namespace, within

STATUSES = ("running", "converged", "stalled", "diverged")
RUNNING, CONVERGED, STALLED, DIVERGED = range(len(STATUSES))


class Status(NamedTuple):
    """Of every run: its code, an index of STATUSES, the step since when, and whether it has stopped; (B,) each."""

    code: Array
    since: Array
    stopped: Array


def begun(f: Array, steps: int) -> Status:
    """Return the status before the first step: running, which a run of `steps` steps is since its end."""
    xp = namespace(f)
    code = xp.zeros_like(f, dtype=xp.int64)
    return Status(code, xp.full_like(code, steps), code > 0)


def runs_on(f: Array, f_before: Array, gradient_norm: Array, tolerance: float) -> Array:
    """Return which runs are running whatever x is, (B,): f is another one, both are finite, ||g|| > tolerance."""
    xp = namespace(f)
    return (f != f_before) & (gradient_norm > tolerance) & xp.isfinite(f) & xp.isfinite(gradient_norm)


def judged(
    status: Status,
    t: Any,
    steps: int,
    tolerance: float,
    x: Array,
    x_before: Array,
    f: Array,
    f_before: Array,
    gradient_norm: Array,
) -> Status:
    """Return the status at x, (B, n), before step t; x_before and f_before are those of the last step."""
    xp = namespace(f)
    broken = ~(xp.isfinite(f) & xp.isfinite(gradient_norm) & xp.all(xp.isfinite(x), axis=-1))
    still = xp.all(x == x_before, axis=-1) & (xp.zeros_like(status.since) + t > 0)
    code = xp.where(still, xp.full_like(status.code, STALLED), xp.zeros_like(status.code))
    code = xp.where(gradient_norm <= tolerance, xp.full_like(code, CONVERGED), code)
    code = xp.where(broken, xp.full_like(code, DIVERGED), code)
    code = xp.where(runs_on(f, f_before, gradient_norm, tolerance), xp.zeros_like(code), code)
    code = xp.where(status.stopped, status.code, code)
    here = xp.zeros_like(status.since) + t
    since = xp.where(code == RUNNING, xp.full_like(here, steps), here)
    since = xp.where(code == status.code, status.since, since)
    return Status(code, since, (code == DIVERGED) | ((code == CONVERGED) & (tolerance > 0)))


def with_state(status: Status, tree: Any) -> Status:
    """Return the final status: a state that overflowed (Adam's v = inf) freezes a method silently; it has diverged."""
    xp, code = namespace(status.code), status.code
    for leaf in leaves(tree):
        if leaf.shape[: code.ndim] == code.shape:
            finite = xp.isfinite(xp.reshape(leaf, (*code.shape, -1)))
            code = xp.where(xp.all(finite, axis=-1) | status.stopped, code, xp.full_like(code, DIVERGED))
    return status._replace(code=code)


class StatusTracker:
    """The status of a block of runs from step to step; on NumPy only the runs are judged that may not be running."""

    def __init__(self, x: Array, steps: int, tolerance: float) -> None:
        xp = namespace(x)
        self.steps, self.tolerance, self.above = steps, tolerance, math.nextafter(tolerance, math.inf)
        self.status = begun(x[:, 0], steps)
        self.x, self.f = x, xp.full_like(x[:, 0], math.nan)
        self.waits = not isinstance(x, np.ndarray)  # a device is not asked: there every run is judged
        self.marked = self.waits  # whether some run may be other than running

    def judge(self, t: int, x: Array, f: Array, gradient_norm: Array, improved: bool) -> Array | None:
        """Judge the runs before step t, `improved` if all f are the least yet; return which had stopped, or None."""
        x_before, f_before = self.x, self.f
        self.x, self.f = x, f
        fixed = t, self.steps, self.tolerance
        if self.waits:
            stopped = self.status.stopped
            self.status = judged(self.status, *fixed, x, x_before, f, f_before, gradient_norm)
            return stopped
        finite = math.isfinite(f.dot(gradient_norm))  # where it overflows every run is looked at
        calm = not self.marked and finite and within(gradient_norm, self.above)
        if calm and (improved or within(f != f_before, True)):
            return None
        maybe = ~runs_on(f, f_before, gradient_norm, self.tolerance) | (self.status.code != RUNNING)
        rows, stopped = np.flatnonzero(maybe), self.status.stopped.copy() if self.marked else None
        old = Status(*(part[rows] for part in self.status))
        at = (part[rows] for part in (x, x_before, f, f_before, gradient_norm))
        for whole, part in zip(self.status, judged(old, *fixed, *at), strict=True):
            whole[rows] = part
        self.marked = bool((self.status.code != RUNNING).any())
        return stopped

    def all_stopped(self) -> bool:
        """Whether no run of the block moves any more; a device waits for the answer."""
        return self.marked and bool(namespace(self.x).all(self.status.stopped))
