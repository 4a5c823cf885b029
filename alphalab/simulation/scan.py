"""The step of `loop`, compiled by jax: one run, vectorised over the last axis, scanned over the steps.

    run = scan(step);   block = jit(vmap(run, over the last axis));   blocks of one width, the last one padded

Compiled once in a process for every method, problem, n, T and width, whatever the hyperparameters. What jax cannot
trace is an error that names the formula.
"""

from __future__ import annotations

import contextlib
import copy
import dataclasses
import functools
import importlib
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from alphalab.arrays import Array, backend, is_floating, leaves, like, map_arrays, norm
from alphalab.optimizers import Optimizer
from alphalab.problems.problem import Problem
from alphalab.simulation.loop import direct, evaluate
from alphalab.simulation.recorders import Moment, fold_begun, fold_result, folded, recorders
from alphalab.simulation.status import begun, judged, with_state
from alphalab.simulation.trajectory import FINAL

ELEMENTS, LEAST = 50_000, 256  # numbers of a block of points, so that it stays in cache; runs that one block takes


def widest(n: int) -> int:
    """Return how many runs a block has at most."""
    return max(LEAST, ELEMENTS // n)


@dataclasses.dataclass(frozen=True)
class Kind:
    """What a compiled block has in common with others: all but the numbers in x and in the hyperparameters."""

    frame: Optimizer  # the method without its hyperparameters
    problem: Same
    steps: int
    observe: tuple[str | Callable[..., Array], ...]
    tolerance: float
    method: Optimizer = dataclasses.field(compare=False)


class Same:
    """A thing that equals itself alone, whatever it says of equality."""

    def __init__(self, thing: Any) -> None:
        self.thing = thing

    def __eq__(self, other: object) -> bool:
        """Whether both are one thing."""
        return isinstance(other, Same) and self.thing is other.thing

    def __hash__(self) -> int:
        """The same for one thing."""
        return id(self.thing)


def with_arrays(tree: Any) -> Any:
    """Return an optimizer whose every hyperparameter is an array, so that none is compiled in."""
    if isinstance(tree, tuple):
        return tuple(map(with_arrays, tree))
    if not isinstance(tree, Optimizer):
        return tree
    changed = copy.copy(tree)
    for field in dataclasses.fields(tree):
        value = getattr(tree, field.name)
        number = "interval" in field.metadata and isinstance(value, float)
        object.__setattr__(changed, field.name, np.asarray(value) if number else with_arrays(value))
    return changed


def run_block(
    optimizer: Optimizer,
    problem: Problem,
    x: Array,
    steps: int,
    observe: Sequence[str | Callable[..., Array]],
    tolerance: float,
    width: int,
    out: Mapping[str, np.ndarray],
) -> None:
    """Run from x, (B, n), B <= width, and write what the runs leave into `out`, as `loop.run_block` does.

    Every hyperparameter of the optimizer is (B,). Raises ValueError, naming the formula, where jax cannot trace the
    problem, the optimizer or an observed function.
    """
    jnp, runs = backend("jax"), x.shape[0]
    rows = np.minimum(np.arange(width), runs - 1)  # the last run again and again
    inputs = [jnp.asarray(part)[rows, ...] for part in (x, *leaves(optimizer))]
    frame = map_arrays(lambda _: None, optimizer)
    kind = Kind(frame, Same(problem), steps, tuple(observe), tolerance, optimizer)
    try:
        block = compiled(kind, width == 1)
    except TypeError:  # something in the frame has no hash: compiled for this call alone
        block = compiled.__wrapped__(kind, width == 1)
    for name, found in block(inputs[0].T, inputs[1:]).items():
        out[name][...] = np.asarray(found)[..., :runs].T if name.startswith("x_") else np.asarray(found)[..., :runs]


@functools.lru_cache(maxsize=64)
def compiled(kind: Kind, lone: bool) -> Callable[[Array, Sequence[Array]], dict[str, Array]]:
    """Return the compiled function of x, (n, B), and the hyperparameters, (B,) each: name -> (..., B)."""
    jax = importlib.import_module("jax")
    run = functools.partial(_run, kind)
    if not lone:
        return jax.jit(jax.vmap(run, in_axes=-1, out_axes=-1))

    def alone(x: Array, values: Sequence[Array]) -> dict[str, Array]:
        left = run(x[:, 0], [value[0] for value in values])
        return {name: found[..., None] for name, found in left.items()}

    return jax.jit(alone)


def _run(kind: Kind, x: Array, values: Sequence[Array]) -> dict[str, Array]:
    """Run from one point x, (n,), with these hyperparameters, () each."""
    jax, jnp = importlib.import_module("jax"), backend("jax")
    given, steps, tolerance = iter(values), kind.steps, kind.tolerance
    optimizer = map_arrays(lambda _: next(given), kind.method)
    problem = map_arrays(lambda array: like(array, x) if is_floating(array) else array, kind.problem.thing)
    asked = recorders(kind.observe, problem, optimizer)

    def look(x: Array) -> tuple[Array, Array, Array]:
        with traced(f"problem {problem.name!r}"):
            f, g = evaluate(problem, x)
        return f, g, norm(g)

    def step(carry: Any, t: Array) -> tuple[Any, list[Array]]:
        x, state, status, still, x_best, f_best, latest, folds = carry
        f, g, gradient_norm = look(x)
        stopped, before = status.stopped, state
        status = judged(status, t, steps, tolerance, x, f, gradient_norm, still)
        with traced(f"optimizer {optimizer.name!r}"):
            d, state = direct(optimizer, g, state, x)
        moment = Moment(x, f, g, gradient_norm, d, state)
        found = [measured(one.name, one.given, one.measure, moment) for one in asked]
        kept = [(one, value) for one, value in zip(asked, found, strict=True) if one.fold is None]
        rows = [jnp.where(stopped, old, value) for (_, value), old in zip(kept, latest, strict=True)]
        to_fold = [(one.fold, value) for one, value in zip(asked, found, strict=True) if one.fold]
        folds = [folded(kind, fold, value, stopped) for (kind, value), fold in zip(to_fold, folds, strict=True)]
        with traced(f"optimizer {optimizer.name!r}"):
            move, state = optimizer.step(d, state)
            state = jax.tree.map(lambda new, old: jnp.asarray(new, old.dtype), state, before)
        x_best, f_best = jnp.where(f < f_best, x, x_best), jnp.where(f < f_best, f, f_best)
        moved = jnp.where(status.stopped, x, x - move)
        return (moved, state, status, jnp.all(moved == x), x_best, f_best, rows, folds), rows

    with traced(f"optimizer {optimizer.name!r}"):
        state = jax.tree.map(jnp.asarray, optimizer.init(x))
    zero = jnp.zeros_like(x[0])
    latest = [zero.astype(one.dtype(x.dtype)) for one in asked if one.fold is None]
    folds = [fold_begun(one.fold, zero) for one in asked if one.fold]
    start = (x, state, begun(zero, steps), jnp.asarray(False), x, zero + math.inf, latest, folds)
    (x, state, status, still, x_best, f_best, _, folds), histories = jax.lax.scan(step, start, jnp.arange(steps))
    f, _, gradient_norm = look(x)
    status = judged(status, steps, steps, tolerance, x, f, gradient_norm, still)
    status = with_state(status, (state, x))
    x_best, f_best = jnp.where(f < f_best, x, x_best), jnp.where(f < f_best, f, f_best)
    left = (x, x_best, f, f_best, gradient_norm, status.code, status.since)
    rows_left, folds_left = iter(histories), iter(folds)
    records = [next(rows_left) if one.fold is None else fold_result(one.fold, next(folds_left), steps) for one in asked]
    return {
        **dict(zip(FINAL, left, strict=True)),
        **{f"record/{one.name}": record for one, record in zip(asked, records, strict=True)},
    }


def measured(name: str, given: bool, measure: Callable[[Moment], Array], moment: Moment) -> Array:
    """Return what is measured; a caller's function sees a batch of one run."""
    if not given:
        return measure(moment)
    with traced(f"observe {name!r}"):
        one = Moment(*(part[None, ...] for part in moment[:-1]), moment.state)
        return measure(one)[0].astype(np.result_type(moment.x.dtype, np.float64))


@contextlib.contextmanager
def traced(what: str) -> Iterator[None]:
    """Turn what jax says where it cannot trace a function into one sentence that says which."""
    try:
        yield
    except (TypeError, IndexError, AttributeError, NotImplementedError) as error:
        reason = " ".join(str(error).partition("\n")[0].split())
        raise ValueError(
            f"backend 'jax' cannot trace {what} ({reason}): write it with jax.numpy, or with the functions of "
            "alphalab.arrays.namespace(x), and without looking at a number; backend 'numpy' takes it as it is"
        ) from error
