"""alphalab's side of every comparison, as a user would write it."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import numpy as np

import alphalab as al
from alphalab.arrays import backend
from alphalab.simulation import take_step
from benchmarks.task import Result, Task


def method_of(task: Task) -> al.AlphaGrad | al.Adam:
    """Return the optimizer of a task: plain numbers for one run, arrays for many."""
    one = task.runs == 1
    rate, alpha = (values[0] if one else values for values in (task.learning_rate, task.alpha))
    if task.method == "adam":
        return al.Adam(learning_rate=rate, epsilon=task.epsilon)
    return al.AlphaGrad(learning_rate=rate, alpha=alpha, epsilon=task.epsilon)


def runs(task: Task, library: str = "numpy", **options: Any) -> Callable[[], Result]:
    """Return what runs the task; options are those of `simulate`."""
    problem, method = al.problem("quadratic-diagonal", n=task.n), method_of(task)
    start = backend(library).asarray(task.x0[0] if task.runs == 1 else task.x0)

    def call() -> Result:
        run = al.simulate(method, problem, start, task.steps, **options)
        history = (task.steps, task.runs)
        return Result(np.atleast_2d(run.x_last), run.value.reshape(history), run.gradient_norm.reshape(history))

    return call


def jax_runs(task: Task) -> Callable[[], Result]:
    """Return what runs the task on the jax backend, compiled at the first call."""
    return runs(task, "jax")


def jax_runs_anew(task: Task) -> Callable[[], Result]:
    """Return what runs the task on the jax backend and compiles at every call."""
    call = runs(task, "jax")

    def anew() -> Result:
        importlib.import_module("jax").clear_caches()
        return call()

    return anew


def stepper(method: al.Optimizer, x: Any, g: Any, threads: int | None = None) -> Callable[[], Any]:
    """Return what takes a step of one long vector along the same g at every call; x is its own, written in place."""
    state = [method.init(x)]

    def call() -> Any:
        state[0] = take_step(method, x, g, state[0], threads=threads)
        return x

    return call
