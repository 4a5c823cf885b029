"""numba: a compiled loop over runs, steps and components, on one core."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
import numpy as np

from benchmarks.task import Result, Task


def kernel(task: Task) -> Callable[[], Result]:
    """Compiled at the first call, which is not counted."""

    def call() -> Result:
        x = task.x0.copy()
        value, size = np.empty((task.steps, task.runs)), np.empty((task.steps, task.runs))
        _run(task.lam, x, task.learning_rate, task.alpha, task.epsilon, value, size)
        return Result(x, value, size)

    return call


@numba.njit  # type: ignore[untyped-decorator]
def _run(lam: Any, x: Any, eta: Any, alpha: Any, eps: float, value: Any, size: Any) -> None:
    runs, n = x.shape
    g = np.empty(n)
    for run in range(runs):
        for t in range(value.shape[0]):
            f = 0.0
            square = 0.0
            for i in range(n):
                g[i] = lam[i] * x[run, i]
                f += x[run, i] * g[i]
                square += g[i] * g[i]
            norm = np.sqrt(square)
            value[t, run] = 0.5 * f
            size[t, run] = norm
            gain = alpha[run] / (norm + eps)
            for i in range(n):
                x[run, i] -= eta[run] * np.tanh(gain * g[i])
