"""NumPy as one writes it in a notebook: a loop over steps, and around it a loop over runs."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from benchmarks.task import Result, Task

Evaluate = Callable[[np.ndarray, np.ndarray], tuple[float, np.ndarray]]


def loop(task: Task) -> Callable[[], Result]:
    """Every run on its own, one after another, f and g as the formulas stand in `task`."""
    return lambda: _runs(task, lambda x, lam: (0.5 * np.sum(lam * x**2), lam * x))


def loop_f_from_g(task: Task) -> Callable[[], Result]:
    """The same by somebody who sees that f = <x, g>/2 here and that a dot product is cheaper than a sum."""

    def evaluate(x: np.ndarray, lam: np.ndarray) -> tuple[float, np.ndarray]:
        g = lam * x
        return 0.5 * np.dot(x, g), g

    return lambda: _runs(task, evaluate)


def _runs(task: Task, evaluate: Evaluate) -> Result:
    done = [_one(task, run, evaluate) for run in range(task.runs)]
    x, value, size = zip(*done, strict=True)
    return Result(np.stack(x), np.stack(value, axis=1), np.stack(size, axis=1))


def _one(task: Task, run: int, evaluate: Evaluate) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    x, lam = task.x0[run].copy(), task.lam
    eta, alpha, eps = float(task.learning_rate[run]), float(task.alpha[run]), task.epsilon
    value, size = np.empty(task.steps), np.empty(task.steps)
    for t in range(task.steps):
        f, g = evaluate(x, lam)
        norm = np.linalg.norm(g)
        value[t], size[t] = f, norm
        x = x - eta * np.tanh(alpha * g / (norm + eps))
    return x, value, size
