"""NumPy as one writes it in a notebook: a loop over steps, and around it a loop over runs."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from benchmarks.task import Result, Task


def loop(task: Task) -> Callable[[], Result]:
    """Every run on its own, one after another."""

    def call() -> Result:
        done = [_one(task, run) for run in range(task.runs)]
        x, value, size = zip(*done, strict=True)
        return Result(np.stack(x), np.stack(value, axis=1), np.stack(size, axis=1))

    return call


def _one(task: Task, run: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    x, lam = task.x0[run].copy(), task.lam
    eta, alpha, eps = float(task.learning_rate[run]), float(task.alpha[run]), task.epsilon
    value, size = np.empty(task.steps), np.empty(task.steps)
    for t in range(task.steps):
        g = lam * x
        norm = np.linalg.norm(g)
        value[t], size[t] = 0.5 * np.dot(x, g), norm
        x = x - eta * np.tanh(alpha * g / (norm + eps))
    return x, value, size
