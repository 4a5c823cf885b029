"""numba: compiled loops over steps, components and runs, the runs contiguous, on one core."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
import numpy as np

from benchmarks.task import METHODS, Result, Task


def kernel(task: Task) -> Callable[[], Result]:
    """Compiled at the first call, which is not counted."""
    evaluate = {"quadratic": _quadratic, "rosenbrock": _rosenbrock}[task.problem]

    def call() -> Result:
        x, x_best = task.x0.T.copy(), task.x0.T.copy()
        value, size = np.empty((task.steps, task.runs)), np.empty((task.steps, task.runs))
        numbers = task.learning_rate, task.alpha, task.epsilon
        _run(evaluate, METHODS.index(task.method), task.lam, x, x_best, *numbers, value, size)
        return Result(x.T, x_best.T, value, size)

    return call


@numba.njit(error_model="numpy")  # type: ignore[untyped-decorator]
def _run(
    evaluate: Any, method: int, lam: Any, x: Any, best: Any, eta: Any, alpha: Any, eps: float, value: Any, size: Any
) -> None:
    n, runs = x.shape
    g, m, v = np.zeros((3, n, runs))
    f, f_best = np.empty(runs), np.full(runs, np.inf)
    for t in range(value.shape[0] + 1):
        evaluate(lam, x, f, g)
        for i in range(n):
            for run in range(runs):
                best[i, run] = x[i, run] if f[run] < f_best[run] else best[i, run]
        f_best = np.minimum(f, f_best)
        if t == value.shape[0]:
            return
        value[t] = f
        norm = size[t]
        norm[:] = 0.0
        for i in range(n):
            for run in range(runs):
                norm[run] += g[i, run] * g[i, run]
        norm[:] = np.sqrt(norm)
        b1, b2 = 1 - 0.9 ** (t + 1), 1 - 0.999 ** (t + 1)
        for i in range(n):
            if method == 0:
                for run in range(runs):
                    x[i, run] -= eta[run] * np.tanh(alpha[run] / (norm[run] + eps) * g[i, run])
            elif method == 1:
                for run in range(runs):
                    m[i, run] = 0.9 * m[i, run] + 0.1 * g[i, run]
                    v[i, run] = 0.999 * v[i, run] + 0.001 * g[i, run] * g[i, run]
                    x[i, run] -= eta[run] * m[i, run] / b1 / (np.sqrt(v[i, run] / b2) + eps)
            elif method == 2:
                for run in range(runs):
                    x[i, run] -= eta[run] * np.sign(g[i, run])
            else:
                for run in range(runs):
                    x[i, run] -= eta[run] / (norm[run] + eps) * g[i, run]


@numba.njit(error_model="numpy")  # type: ignore[untyped-decorator]
def _quadratic(lam: Any, x: Any, f: Any, g: Any) -> None:
    f[:] = 0.0
    for i in range(x.shape[0]):
        for run in range(x.shape[1]):
            g[i, run] = lam[i] * x[i, run]
            f[run] += 0.5 * x[i, run] * g[i, run]


@numba.njit(error_model="numpy")  # type: ignore[untyped-decorator]
def _rosenbrock(lam: Any, x: Any, f: Any, g: Any) -> None:
    f[:] = 0.0
    g[0] = 0.0
    for i in range(x.shape[0] - 1):
        for run in range(x.shape[1]):
            a = x[i, run]
            bend, left = x[i + 1, run] - a * a, 1 - a
            f[run] += 100 * bend * bend + left * left
            g[i, run] -= 400 * a * bend + 2 * left
            g[i + 1, run] = 200 * bend
