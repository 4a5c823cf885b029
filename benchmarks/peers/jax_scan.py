"""jax: one run as a scan, many by vmap, compiled by XLA; Adam and the lone run through optax."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

from benchmarks.task import Result, Task

jax.config.update("jax_enable_x64", True)


def vmapped(task: Task) -> Callable[[], Result]:
    """Compiled once, before the clock starts."""
    compiled, inputs = _compiled(task), _inputs(task)
    return lambda: Result(*jax.block_until_ready(compiled(*inputs)))


def vmapped_batch_last(task: Task) -> Callable[[], Result]:
    """The same with the runs contiguous in memory, shape (n, B): what a user of vmap can also ask for."""
    x0, eta, alpha = _inputs(task)
    over = jax.vmap(lambda *run: _run(task, *run), in_axes=(1, 0, 0), out_axes=(1, 1, 1))
    compiled, inputs = jax.jit(over), (x0.T.copy(), eta, alpha)

    def call() -> Result:
        x, value, size = jax.block_until_ready(compiled(*inputs))
        return Result(x.T, value, size)

    return call


def compiled_anew(task: Task) -> Callable[[], Result]:
    """Compiled at every call: what the first sweep of a process costs."""
    inputs = _inputs(task)

    def call() -> Result:
        jax.clear_caches()
        return Result(*jax.block_until_ready(_compiled(task)(*inputs)))

    return call


def optax_scan(task: Task) -> Callable[[], Result]:
    """A lone run: an optax transformation inside a scan, compiled once, before the clock starts."""
    compiled, inputs = _compiled_lone(task), _inputs(task)
    return lambda: _one(compiled(*(part[0] for part in inputs)))


def optax_scan_anew(task: Task) -> Callable[[], Result]:
    """The same, compiled at every call."""
    inputs = _inputs(task)

    def call() -> Result:
        jax.clear_caches()
        return _one(_compiled_lone(task)(*(part[0] for part in inputs)))

    return call


def _one(outcome: Any) -> Result:
    x, value, size = jax.block_until_ready(outcome)
    return Result(x[None], value[:, None], size[:, None])


def _inputs(task: Task) -> tuple[jax.Array, ...]:
    return tuple(jnp.asarray(part) for part in (task.x0, task.learning_rate, task.alpha))


def _compiled(task: Task) -> Any:
    run = _run_optax if task.method == "adam" else _run
    over = jax.vmap(lambda *inputs: run(task, *inputs), out_axes=(0, 1, 1))  # histories as they come: (steps, B)
    return jax.jit(over)


def _compiled_lone(task: Task) -> Any:
    return jax.jit(lambda *inputs: _run_optax(task, *inputs))


def _run(task: Task, x: Any, eta: Any, alpha: Any) -> tuple[Any, Any, Any]:
    lam = jnp.asarray(task.lam)

    def step(x: Any, _: None) -> tuple[Any, tuple[Any, Any]]:
        g = lam * x
        norm = jnp.sqrt(jnp.sum(g * g))
        return x - eta * jnp.tanh(alpha * g / (norm + task.epsilon)), (0.5 * jnp.sum(x * g), norm)

    x, (value, size) = jax.lax.scan(step, x, None, length=task.steps)
    return x, value, size


def alphagrad(alpha: Any, epsilon: float) -> optax.GradientTransformation:
    """tanh(alpha g/(||g||+eps)) as optax has it: init and update."""

    def update(g: Any, state: Any, params: Any = None) -> tuple[Any, Any]:
        return jnp.tanh(alpha * g / (optax.tree.norm(g) + epsilon)), state

    return optax.GradientTransformation(lambda params: optax.EmptyState(), update)


def _run_optax(task: Task, x: Any, eta: Any, alpha: Any) -> tuple[Any, Any, Any]:
    lam = jnp.asarray(task.lam)
    adam = task.method == "adam"
    rule = optax.adam(eta, eps=task.epsilon) if adam else optax.chain(alphagrad(alpha, task.epsilon), optax.scale(-eta))

    def step(carry: Any, _: None) -> tuple[Any, tuple[Any, Any]]:
        x, state = carry
        g = lam * x
        updates, state = rule.update(g, state, x)
        return (optax.apply_updates(x, updates), state), (0.5 * jnp.sum(x * g), jnp.sqrt(jnp.sum(g * g)))

    (x, _), (value, size) = jax.lax.scan(step, (x, rule.init(x)), None, length=task.steps)
    return x, value, size


def one_step(x: np.ndarray, g: np.ndarray, eta: float, alpha: float, epsilon: float) -> Callable[[], Any]:
    """One step of one long vector, compiled before, x given up so that it can be overwritten."""

    def step(x: Any, g: Any) -> Any:
        return x - eta * jnp.tanh(alpha * g / (jnp.sqrt(jnp.sum(g * g)) + epsilon))

    compiled, gradient = jax.jit(step, donate_argnums=0), jnp.asarray(g)
    point = [jnp.array(x)]

    def call() -> Any:
        point[0] = jax.block_until_ready(compiled(point[0], gradient))
        return point[0]

    return call
