"""alphalab's side of every comparison, as a user would write it."""

from __future__ import annotations

import dataclasses
import importlib
from collections.abc import Callable
from typing import Any

import numpy as np

import alphalab as al
from benchmarks.task import Result, Task

NAMES = {"quadratic": "quadratic-diagonal", "rosenbrock": "rosenbrock"}


@dataclasses.dataclass(frozen=True, kw_only=True)
class OwnAlphaGrad(al.Rule):
    """AlphaGrad as somebody writes it in a file of their own."""

    name = "own-alphagrad"
    alpha: Any = 2.0
    epsilon: Any = 1e-8

    def direction(self, gradient: np.ndarray, state: Any, x: np.ndarray) -> tuple[np.ndarray, Any]:
        """d = tanh(alpha g/(||g||+eps))."""
        norm = np.sqrt(np.sum(gradient * gradient, axis=-1, keepdims=True))
        return np.tanh(self.alpha * gradient / (norm + self.epsilon)), state


def method_of(task: Task) -> al.Optimizer:
    """Return the optimizer of a task: plain numbers for one run, arrays for many."""
    one = task.runs == 1
    rate, alpha = (float(values[0]) if one else values for values in (task.learning_rate, task.alpha))
    numbers = {"learning_rate": rate}
    if task.method != "sign-sgd":
        numbers["epsilon"] = task.epsilon
    if task.method == "alphagrad":
        numbers["alpha"] = alpha
    return al.optimizer(task.method, **numbers)


def simulation(task: Task, library: str = "numpy", **options: Any) -> Callable[[], al.Trajectory]:
    """Return what simulates the task; options are those of `simulate`."""
    method, problem = method_of(task), al.problem(NAMES[task.problem], n=task.n)
    start = task.x0[0] if task.runs == 1 else task.x0
    return lambda: al.simulate(method, problem, start, task.steps, backend=library, **options)


def result(run: al.Trajectory, task: Task) -> Result:
    """Return what a contestant must deliver."""
    value, size = (run[name].reshape(task.steps, task.runs) for name in ("value", "gradient_norm"))
    return Result(np.atleast_2d(run.x_last), np.atleast_2d(run.x_best), value, size)


def loop(task: Task) -> Callable[[], Result]:
    """Return what runs the task on NumPy."""
    simulate = simulation(task)
    return lambda: result(simulate(), task)


def own(task: Task) -> Callable[[], Result]:
    """Return what makes a lone run of a user's own AlphaGrad on a user's own quadratic."""
    lam = task.lam
    problem = al.CustomProblem(
        value=lambda x: 0.5 * np.sum(lam * x * x, axis=-1), gradient=lambda x: lam * x, n=task.n, name="own-quadratic"
    )
    rate, alpha = float(task.learning_rate[0]), float(task.alpha[0])
    method = OwnAlphaGrad(learning_rate=rate, alpha=alpha, epsilon=task.epsilon)
    return lambda: result(al.simulate(method, problem, task.x0[0], task.steps), task)


def scan(task: Task) -> Callable[[], Result]:
    """Return what runs the task on jax, compiled at the first call."""
    simulate = simulation(task, "jax")
    return lambda: result(simulate(), task)


def scan_compiling(task: Task) -> Callable[[], Result]:
    """Return what runs the task on jax and compiles at every call: nothing is known of a problem made anew."""

    def call() -> Result:
        importlib.import_module("jax").clear_caches()
        return scan(task)()

    return call
