"""What everybody solves: a batch of runs of one method on one problem, f, ||g|| and the best point recorded.

quadratic     f = (1/2) sum lam_i x_i^2                                 g = lam x
rosenbrock    f = sum_i 100 (x_{i+1} - x_i^2)^2 + (1 - x_i)^2

alphagrad        d = tanh(alpha g/(||g||+eps))       adam             d = m^/(sqrt(v^)+eps)
normalized-gd    d = g/(||g||+eps)                   sign-sgd         d = sign(g)
x+ = x - eta d, every run with its own eta, alpha and start

The runs stay where the rounding of one library and that of another do not grow apart: all components start between
3 and 4 and travel no farther than 1. (At a minimum AlphaGrad turns the last bit into percents; a comparison of final
points would say nothing there.)
"""

from __future__ import annotations

import dataclasses
from typing import Any, NamedTuple

import numpy as np

from alphalab.arrays import roundoff

METHODS = ("alphagrad", "adam", "sign-sgd", "normalized-gd")
PROBLEMS = ("quadratic", "rosenbrock")


class Result(NamedTuple):
    """What a contestant must deliver: (B, n), (B, n), (steps, B), (steps, B); the best point is of steps + 1 points."""

    x_last: Any
    x_best: Any
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
    method: str = "alphagrad"
    problem: str = "quadratic"
    epsilon: float = 1e-8

    @property
    def runs(self) -> int:
        """B."""
        return self.x0.shape[0]

    @property
    def n(self) -> int:
        """The dimension of a point."""
        return self.x0.shape[1]

    def __str__(self) -> str:
        """What a table shows."""
        return f"{self.method}, {self.problem}, B={self.runs} n={self.n} T={self.steps}"


def make_task(runs: int, n: int, steps: int, method: str = "alphagrad", problem: str = "quadratic") -> Task:
    """Return the task of these sizes, the same at every call."""
    rng = np.random.default_rng(0)
    start = rng.uniform(3, 4, (runs, n)) * rng.choice((-1.0, 1.0), (runs, n))
    rates, alphas = np.geomspace(0.1, 1, runs) / steps, rng.permutation(np.geomspace(0.5, 8, runs))
    return Task(np.geomspace(1.0, 0.01, n), start, rates, alphas, steps, method, problem)


def check_agreement(name: str, result: Result, expected: Result, task: Task) -> None:
    """Raise ValueError unless a contestant's points and histories are the expected ones within roundoff.

    Granted is (n + 16) ulp per step, relative to the largest element.
    """
    granted = task.steps * roundoff(task.n, np.float64)
    for field, part, wanted in zip(Result._fields, result, expected, strict=True):
        found = np.asarray(part)
        if found.shape != np.shape(wanted):
            raise ValueError(f"{name}: {field} has shape {found.shape} at {task}, expected {np.shape(wanted)}")
        error = float(np.max(np.abs(found - wanted)) / np.max(np.abs(wanted)))
        if not error <= granted:
            raise ValueError(f"{name}: {field} departs from alphalab's by {error:.1e} at {task}, granted {granted:.1e}")
