"""What everybody solves: a batch of AlphaGrad runs on a diagonal quadratic, f and ||g|| recorded.

f = (1/2) sum lam_i x_i^2,   g = lam x,   x+ = x - eta tanh(alpha g/(||g||+eps)),   every run its own eta and alpha

The runs stay where the rounding of one library and that of another do not grow apart: no component travels farther
than 1 and all start between 3 and 4. (At a minimum AlphaGrad turns the last bit into percents; a comparison of final
points would say nothing there.)
"""

from __future__ import annotations

import dataclasses
from typing import Any, NamedTuple, cast

import numpy as np

import alphalab as al
from alphalab.arrays import roundoff
from alphalab.problems import DiagonalQuadratic


class Result(NamedTuple):
    """What a contestant must deliver: (B, n), (steps, B), (steps, B)."""

    x_last: Any
    value: Any
    gradient_norm: Any


@dataclasses.dataclass(frozen=True)
class Task:
    """B runs of `steps` steps: lam (n,), x0 (B, n), learning_rate and alpha (B,)."""

    lam: np.ndarray
    x0: np.ndarray
    learning_rate: np.ndarray
    alpha: np.ndarray
    steps: int
    epsilon: float = 1e-8
    method: str = "alphagrad"

    @property
    def runs(self) -> int:
        """B."""
        return self.x0.shape[0]

    @property
    def n(self) -> int:
        """The dimension of a point."""
        return self.x0.shape[1]

    def first(self, runs: int) -> Task:
        """Return the task of the first runs alone."""
        parts = {name: getattr(self, name)[:runs] for name in ("x0", "learning_rate", "alpha")}
        return dataclasses.replace(self, **parts)

    def __str__(self) -> str:
        """The sizes, as a table shows them."""
        adam = "Adam, " if self.method == "adam" else ""
        return f"{adam}B={self.runs} n={self.n} T={self.steps}"


def make_task(runs: int, n: int, steps: int, method: str = "alphagrad") -> Task:
    """Return the task of these sizes, the same at every call."""
    rng = np.random.default_rng(0)
    start = rng.uniform(3, 4, (runs, n)) * rng.choice((-1.0, 1.0), (runs, n))
    rates, alphas = np.geomspace(0.1, 1, runs) / steps, rng.permutation(np.geomspace(0.5, 8, runs))
    problem = cast(DiagonalQuadratic, al.problem("quadratic-diagonal", n=n))
    return Task(problem.lam, start, rates, alphas, steps, method=method)


def check_agreement(name: str, result: Result, expected: Result, task: Task) -> None:
    """Raise ValueError unless a contestant's points and histories are the expected ones within roundoff.

    Granted is (n + 16) ulp per step, relative to the largest element; a contestant that took fewer runs is
    compared on those.
    """
    granted = task.steps * roundoff(task.n, np.float64)
    for field, part, whole in zip(Result._fields, result, expected, strict=True):
        found = np.asarray(part)
        wanted = np.asarray(whole)[tuple(slice(size) for size in found.shape)]
        error = float(np.max(np.abs(found - wanted)) / np.max(np.abs(wanted)))
        if not error <= granted:
            raise ValueError(f"{name}: {field} departs from alphalab's by {error:.1e} at {task}, granted {granted:.1e}")
