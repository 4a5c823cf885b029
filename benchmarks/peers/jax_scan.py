"""jax: one run as a scan with the best point in its carry, compiled by XLA; many by vmap over the last axis."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from benchmarks.task import Result, Task

jax.config.update("jax_enable_x64", True)


def batched(task: Task) -> Callable[[], Result]:
    """All runs in one scan, compiled before the clock starts."""
    compiled = jax.jit(jax.vmap(lambda *run: _run(task, *run), in_axes=-1, out_axes=-1))

    def call() -> Result:
        x, x_best, *histories = map(np.asarray, compiled(task.x0.T, task.learning_rate, task.alpha))
        return Result(x.T, x_best.T, *histories)

    return call


def lone(task: Task) -> Callable[[], Result]:
    """One run, compiled before the clock starts."""
    compiled = jax.jit(lambda *run: _run(task, *run))
    return lambda: _one(compiled(task.x0[0], task.learning_rate[0], task.alpha[0]))


def lone_compiling(task: Task) -> Callable[[], Result]:
    """The same, compiled at every call."""

    def call() -> Result:
        jax.clear_caches()
        return lone(task)()

    return call


def _one(outcome: Any) -> Result:
    x, x_best, value, size = map(np.asarray, outcome)
    return Result(x[None], x_best[None], value[:, None], size[:, None])


def _run(task: Task, x: Any, eta: Any, alpha: Any) -> Any:
    """Run from one point x, (n,)."""

    def step(carry: Any, t: Any) -> Any:
        x, m, v, x_best, f_best = carry
        f, g = _problem(task, x)
        norm = jnp.sqrt(jnp.sum(g * g))
        d, m, v = _direction(task, t, g, norm, m, v, alpha)
        better = f < f_best
        x_best, f_best = jnp.where(better, x, x_best), jnp.where(better, f, f_best)
        return (x - eta * d, m, v, x_best, f_best), (f, norm)

    zero = jnp.zeros_like(x) if task.method == "adam" else ()
    start = (x, zero, zero, x, jnp.inf)
    (x, _, _, x_best, f_best), (value, size) = jax.lax.scan(step, start, jnp.arange(task.steps))
    return x, jnp.where(_problem(task, x)[0] < f_best, x, x_best), value, size


def _problem(task: Task, x: Any) -> tuple[Any, Any]:
    if task.problem == "quadratic":
        g = task.lam * x
        return 0.5 * jnp.sum(x * g), g
    a = x[:-1]
    bend, left = x[1:] - a * a, 1 - a
    g = jnp.pad(-400 * a * bend - 2 * left, (0, 1)) + jnp.pad(200 * bend, (1, 0))
    return jnp.sum(100 * bend * bend + left * left), g


def _direction(task: Task, t: Any, g: Any, norm: Any, m: Any, v: Any, alpha: Any) -> tuple[Any, Any, Any]:
    if task.method == "adam":
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        return m / (1 - 0.9 ** (t + 1)) / (jnp.sqrt(v / (1 - 0.999 ** (t + 1))) + task.epsilon), m, v
    if task.method == "sign-sgd":
        return jnp.sign(g), m, v
    d = g / (norm + task.epsilon)
    return (jnp.tanh(alpha * d) if task.method == "alphagrad" else d), m, v
