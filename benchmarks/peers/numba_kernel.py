"""numba: compiled loops over steps, components and runs, the runs contiguous, on one core."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
import numpy as np

from benchmarks.task import Result, Task


def kernel(task: Task) -> Callable[[], Result]:
    """Compiled at the first call, which is not counted."""

    def call() -> Result:
        x, x_best = task.x0.T.copy(), task.x0.T.copy()
        value, size = np.empty((task.steps, task.runs)), np.empty((task.steps, task.runs))
        numbers = task.learning_rate, task.alpha, task.epsilon
        _run(EVALUATE[task.problem], STEP[task.method], task.lam, x, x_best, *numbers, value, size)
        return Result(x.T, x_best.T, value, size)

    return call


compiled = numba.njit(error_model="numpy")


@compiled
def _run(
    evaluate: Any, step: Any, lam: Any, x: Any, x_best: Any, eta: Any, alpha: Any, eps: float, value: Any, size: Any
) -> None:
    n, runs = x.shape
    g, m, v = np.zeros((3, n, runs))
    f, f_best = np.empty(runs), np.full(runs, np.inf)
    for t in range(value.shape[0] + 1):
        evaluate(lam, x, f, g)
        for i in range(n):
            for run in range(runs):
                x_best[i, run] = x[i, run] if f[run] < f_best[run] else x_best[i, run]
        f_best = np.minimum(f, f_best)
        if t < value.shape[0]:
            value[t], size[t] = f, 0.0
            for i in range(n):
                for run in range(runs):
                    size[t, run] += g[i, run] * g[i, run]
            size[t] = np.sqrt(size[t])
            for i in range(n):
                step(t, x[i], g[i], m[i], v[i], size[t], eta, alpha, eps)


@compiled
def _alphagrad(t: int, x: Any, g: Any, m: Any, v: Any, norm: Any, eta: Any, alpha: Any, eps: float) -> None:
    for run in range(x.size):
        x[run] -= eta[run] * np.tanh(alpha[run] / (norm[run] + eps) * g[run])


@compiled
def _normalized_gd(t: int, x: Any, g: Any, m: Any, v: Any, norm: Any, eta: Any, alpha: Any, eps: float) -> None:
    for run in range(x.size):
        x[run] -= eta[run] / (norm[run] + eps) * g[run]


@compiled
def _sign_sgd(t: int, x: Any, g: Any, m: Any, v: Any, norm: Any, eta: Any, alpha: Any, eps: float) -> None:
    for run in range(x.size):
        x[run] -= eta[run] * np.sign(g[run])


@compiled
def _adam(t: int, x: Any, g: Any, m: Any, v: Any, norm: Any, eta: Any, alpha: Any, eps: float) -> None:
    b1, b2 = 1 - 0.9 ** (t + 1), 1 - 0.999 ** (t + 1)
    for run in range(x.size):
        m[run] = 0.9 * m[run] + 0.1 * g[run]
        v[run] = 0.999 * v[run] + 0.001 * g[run] * g[run]
        x[run] -= eta[run] * m[run] / b1 / (np.sqrt(v[run] / b2) + eps)


@compiled
def _quadratic(lam: Any, x: Any, f: Any, g: Any) -> None:
    f[:] = 0.0
    for i in range(x.shape[0]):
        for run in range(x.shape[1]):
            g[i, run] = lam[i] * x[i, run]
            f[run] += 0.5 * x[i, run] * g[i, run]


@compiled
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


EVALUATE = {"quadratic": _quadratic, "rosenbrock": _rosenbrock}
STEP = {"alphagrad": _alphagrad, "adam": _adam, "sign-sgd": _sign_sgd, "normalized-gd": _normalized_gd}
