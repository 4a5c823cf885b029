"""NumPy by hand: one run in 12 lines, a batch in ten lines, a batch in 25 lines that allocate nothing.

A batch lies as (n, B), so that the runs are contiguous: sums over n are then sums of whole rows.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.task import Result, Task


def lone(task: Task) -> Callable[[], Result]:
    """One run."""

    def call() -> Result:
        problem, direction = _problem(task), _direction(task, 0)
        x, x_best, f_best, eta = task.x0[0], task.x0[0], math.inf, float(task.learning_rate[0])
        value, size = np.empty(task.steps), np.empty(task.steps)
        for t in range(task.steps):
            f, g = problem(x)
            norm = math.sqrt(np.dot(g, g))
            value[t], size[t] = f, norm
            if f < f_best:
                x_best, f_best = x, f
            x = x - eta * direction(t, g, norm)
        x_best = x if problem(x)[0] < f_best else x_best
        return Result(x[None], x_best[None], value[:, None], size[:, None])

    return call


def batched(task: Task) -> Callable[[], Result]:
    """Ten lines for a batch."""

    def call() -> Result:
        problem, direction = _problem(task), _direction(task, slice(None))
        x, x_best, f_best = task.x0.T.copy(), task.x0.T.copy(), np.full(task.runs, math.inf)
        value, size = np.empty((task.steps, task.runs)), np.empty((task.steps, task.runs))
        for t in range(task.steps):
            f, g = problem(x)
            norm = np.sqrt(np.sum(g * g, axis=0))
            value[t], size[t] = f, norm
            x_best, f_best = np.where(f < f_best, x, x_best), np.minimum(f, f_best)
            x = x - task.learning_rate * direction(t, g, norm)
        x_best = np.where(problem(x)[0] < f_best, x, x_best)
        return Result(x.T, x_best.T, value, size)

    return call


def _problem(task: Task) -> Callable[[np.ndarray], tuple[Any, np.ndarray]]:
    """Return x -> (f, g), x of shape (n,) or (n, B)."""
    if task.problem == "rosenbrock":

        def rosenbrock(x: np.ndarray) -> tuple[Any, np.ndarray]:
            a = x[:-1]
            bend, left, g = x[1:] - a * a, 1 - a, np.zeros_like(x)
            g[:-1] = -400 * a * bend - 2 * left
            g[1:] += 200 * bend
            return np.sum(100 * bend * bend + left * left, axis=0), g

        return rosenbrock

    def quadratic(x: np.ndarray) -> tuple[Any, np.ndarray]:
        g = (task.lam if x.ndim == 1 else task.lam[:, None]) * x
        return 0.5 * (np.dot(x, g) if x.ndim == 1 else np.sum(x * g, axis=0)), g

    return quadratic


def _direction(task: Task, run: Any) -> Callable[[int, np.ndarray, Any], np.ndarray]:
    """Return (t, g, ||g||) -> d, for one run or all."""
    alpha, eps, m, v = task.alpha[run], task.epsilon, np.zeros(1), np.zeros(1)

    def adam(t: int, g: np.ndarray, norm: Any) -> np.ndarray:
        nonlocal m, v
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * (g * g)
        return m / (1 - 0.9 ** (t + 1)) / (np.sqrt(v / (1 - 0.999 ** (t + 1))) + eps)

    directions: dict[str, Callable[[int, np.ndarray, Any], np.ndarray]] = {
        "alphagrad": lambda t, g, norm: np.tanh(alpha / (norm + eps) * g),
        "normalized-gd": lambda t, g, norm: g / (norm + eps),
        "sign-sgd": lambda t, g, norm: np.sign(g),
        "adam": adam,
    }
    return directions[task.method]


def with_out(task: Task) -> Callable[[], Result]:
    """25 lines for a batch: every result goes to memory that is there already."""

    def call() -> Result:
        x, f = task.x0.T.copy(), np.empty(task.runs)
        g, work, norm = np.empty_like(x), np.empty_like(x), np.empty_like(f)
        x_best, f_best, better = x.copy(), np.full(task.runs, math.inf), np.empty(task.runs, bool)
        value, size = np.empty((task.steps, task.runs)), np.empty((task.steps, task.runs))
        evaluate, direct = _evaluate_into(task, work), _direct_into(task, work)

        def look() -> None:
            evaluate(x, f, g)
            np.less(f, f_best, out=better)
            if better.all():
                np.copyto(x_best, x)
            elif better.any():
                np.copyto(x_best, x, where=better)
            np.minimum(f, f_best, out=f_best)

        for t in range(task.steps):
            look()
            np.einsum("ib,ib->b", g, g, out=norm)
            np.sqrt(norm, out=norm)
            value[t], size[t] = f, norm
            direct(t, g, norm)  # g becomes d
            np.multiply(g, task.learning_rate, out=g)
            np.subtract(x, g, out=x)
        look()
        return Result(x.T, x_best.T, value, size)

    return call


def _evaluate_into(task: Task, work: np.ndarray) -> Callable[[np.ndarray, np.ndarray, np.ndarray], None]:
    """Return (x, f, g) -> None, which writes f and g."""
    lam, bend, left = task.lam[:, None].copy(), work[:-1], np.empty_like(work[:-1])

    def quadratic(x: np.ndarray, f: np.ndarray, g: np.ndarray) -> None:
        np.multiply(lam, x, out=g)
        np.einsum("ib,ib->b", x, g, out=f)
        np.multiply(f, 0.5, out=f)

    def rosenbrock(x: np.ndarray, f: np.ndarray, g: np.ndarray) -> None:
        a = x[:-1]
        np.multiply(a, a, out=bend)
        np.subtract(x[1:], bend, out=bend)
        np.subtract(1, a, out=left)
        np.einsum("ib,ib->b", left, left, out=f)
        np.add(f, 100 * np.einsum("ib,ib->b", bend, bend), out=f)
        np.multiply(bend, 200, out=bend)
        np.multiply(left, 2, out=left)
        g[0], g[1:] = 0, bend
        np.multiply(bend, 2, out=bend)
        np.multiply(bend, a, out=bend)
        np.add(bend, left, out=bend)
        np.subtract(g[:-1], bend, out=g[:-1])

    return {"quadratic": quadratic, "rosenbrock": rosenbrock}[task.problem]


def _direct_into(task: Task, work: np.ndarray) -> Callable[[int, np.ndarray, np.ndarray], None]:
    """Return (t, g, ||g||) -> None, which turns g into d."""
    m, v, gain = np.zeros_like(work), np.zeros_like(work), np.empty(task.runs)

    def normalized(t: int, g: np.ndarray, norm: np.ndarray) -> None:
        np.add(norm, task.epsilon, out=gain)
        np.divide(g, gain, out=g)

    def alphagrad(t: int, g: np.ndarray, norm: np.ndarray) -> None:
        np.add(norm, task.epsilon, out=gain)
        np.divide(task.alpha, gain, out=gain)
        np.multiply(g, gain, out=g)
        np.tanh(g, out=g)

    def adam(t: int, g: np.ndarray, norm: np.ndarray) -> None:
        np.multiply(g, g, out=work)
        np.multiply(work, 0.001, out=work)
        np.multiply(v, 0.999, out=v)
        np.add(v, work, out=v)
        np.multiply(g, 0.1, out=g)
        np.multiply(m, 0.9, out=m)
        np.add(m, g, out=m)
        np.multiply(v, 1 / (1 - 0.999 ** (t + 1)), out=work)
        np.sqrt(work, out=work)
        np.add(work, task.epsilon, out=work)
        np.divide(m, work, out=g)
        np.multiply(g, 1 / (1 - 0.9 ** (t + 1)), out=g)

    def sign(t: int, g: np.ndarray, norm: np.ndarray) -> None:
        np.sign(g, out=g)

    return {"normalized-gd": normalized, "alphagrad": alphagrad, "adam": adam, "sign-sgd": sign}[task.method]
