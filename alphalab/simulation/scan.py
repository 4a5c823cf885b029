"""The step of `loop`, compiled by jax: one run, vectorised over the last axis, scanned over the steps.

    run = scan(step);   block = jit(vmap(run, over the last axis));   blocks of one width, the last one padded

Compiled once in a process for every method, problem, n, T and width, and for which hyperparameters vary over the runs,
whatever their values. What jax cannot trace is an error that names the formula.
"""

from __future__ import annotations

import contextlib
import copy
import dataclasses
import functools
import importlib
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from alphalab.arrays import Array, backend, check_shape, is_floating, leaves, like, map_arrays, norm, rarely
from alphalab.optimizers import Optimizer
from alphalab.problems.problem import Problem
from alphalab.side_by_side import side_by_side
from alphalab.simulation.loop import evaluate
from alphalab.simulation.recorders import Fold, Moment, Recorder, fold_begun, fold_result, folded, recorders
from alphalab.simulation.status import RUNNING, Status, begun, judged, runs_on, with_state
from alphalab.simulation.trajectory import FINAL

ELEMENTS, LEAST = 16_000, 256  # numbers of a block of points, so that a step stays in cache; and the fewest runs


def widest(n: int) -> int:
    """Return how many runs a block has at most."""
    return max(LEAST, ELEMENTS // n)


@dataclasses.dataclass(frozen=True)
class Kind:
    """What a compiled block has in common with others: all but the numbers in x and in the hyperparameters."""

    frame: Optimizer  # the method with the number of axes in place of its hyperparameters
    problem_id: int  # a problem is itself alone, whatever it says of equality; who keeps this keeps the problem
    steps: int
    observe: tuple[str | Callable[..., Array], ...]
    tolerance: float
    lone: bool
    method: Optimizer = dataclasses.field(compare=False)
    problem: Problem = dataclasses.field(compare=False)


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

    Every hyperparameter of the optimizer is an array, (B,) or (). Raises ValueError, naming the formula, where jax
    cannot trace the problem, the optimizer or an observed function.
    """
    jnp, runs = backend("jax"), x.shape[0]
    rows = np.minimum(np.arange(width), runs - 1)  # the last run again and again
    values = [jnp.asarray(leaf[rows] if leaf.ndim else leaf) for leaf in leaves(optimizer)]
    frame = map_arrays(lambda leaf: leaf.ndim, optimizer)
    kind = Kind(frame, id(problem), steps, tuple(observe), tolerance, width == 1, optimizer, problem)
    try:
        block = compiled(kind)
    except TypeError:  # something in the frame has no hash: compiled for this call alone
        block = compiled.__wrapped__(kind)
    for name, found in block(jnp.asarray(x[rows].T), values).items():
        left = np.asarray(found)[..., :runs]
        out[name][...] = left.T if name.startswith("x_") else left


@functools.lru_cache(maxsize=64)
def compiled(kind: Kind) -> Callable[[Array, Sequence[Array]], dict[str, Array]]:
    """Return the compiled function of x, (n, B), and the hyperparameters, (B,) or () each: name -> (..., B).

    The scan is over steps of the whole block, so that the runs lie side by side in memory, one vector for each of n.
    """
    jax, shared = importlib.import_module("jax"), [not leaf.ndim for leaf in leaves(kind.method)]

    def over(function: Callable[..., Any]) -> Callable[..., Any]:
        return function if kind.lone else side_by_side(function, shared)

    def block(x: Array, values: list[Array]) -> dict[str, Array]:
        if kind.lone:
            x, values = x[:, 0], [value.reshape(()) for value in values]

        def step(carry: Carry, t: Array) -> tuple[Carry, list[Array]]:
            return over(lambda carry, values: Run(kind, carry.x, values).step(t, carry))(carry, values)

        start = over(lambda x, values: Run(kind, x, values).start(x))(x, values)
        carry, histories = jax.lax.scan(step, start, jax.numpy.arange(kind.steps))
        left, folds = over(lambda carry, values: Run(kind, carry.x, values).end(carry))(carry, values)
        asked = recorders(kind.observe, kind.problem, kind.method)
        rows, sums = iter(histories), iter(folds)
        records = [next(sums if one.fold else rows) for one in asked]
        names = (*FINAL, *(f"record/{one.name}" for one in asked))
        found = dict(zip(names, (*left, *records), strict=True))
        return {name: array[..., None] for name, array in found.items()} if kind.lone else found

    return jax.jit(block)


class Carry(NamedTuple):
    """What a run takes from step to step: see `loop.run_block`; `before`: at the last step."""

    x: Array
    state: Any
    status: Status
    x_before: Array
    f_before: Array
    x_best: Array
    f_best: Array
    rows: list[Array]
    folds: list[Fold]


class Run:
    """One run, (n,), with these hyperparameters, () each, for the tracer of jax."""

    def __init__(self, kind: Kind, x: Array, values: Sequence[Array]) -> None:
        given = iter(values)
        self.kind, self.jnp = kind, backend("jax")
        self.optimizer = map_arrays(lambda _: next(given), kind.method)
        self.problem = map_arrays(lambda part: like(part, x) if is_floating(part) else part, kind.problem)
        self.asked = recorders(kind.observe, self.problem, self.optimizer)

    def start(self, x: Array) -> Carry:
        """Return what there is before the first step."""
        with traced(f"optimizer {self.optimizer.name!r}"):
            state = importlib.import_module("jax").tree.map(self.jnp.asarray, self.optimizer.init(x))
        zero = self.jnp.zeros_like(x[0])
        rows = [zero.astype(one.dtype(x.dtype)) for one in self.asked if one.fold is None]
        folds = [fold_begun(one.fold, zero) for one in self.asked if one.fold]
        return Carry(x, state, begun(zero, self.kind.steps), x, zero + math.nan, x, zero + math.inf, rows, folds)

    def look(self, t: Any, carry: Carry) -> tuple[Array, Array, Array, Carry]:
        """Evaluate f, g and ||g|| before step t, judge the run and keep the best point."""
        x, where = carry.x, self.jnp.where
        with traced(f"problem {self.problem.name!r}"):
            f, g = evaluate(self.problem, x, t)
        gradient_norm, better = norm(g), f < carry.f_best
        fixed, at = (t, self.kind.steps, self.kind.tolerance), (x, carry.x_before, f, carry.f_before, gradient_norm)
        maybe = (carry.status.code != RUNNING) | ~runs_on(f, carry.f_before, gradient_norm, self.kind.tolerance)
        status = rarely(maybe, lambda: judged(carry.status, *fixed, *at), lambda: carry.status)
        best = {"x_best": where(better, x, carry.x_best), "f_best": where(better, f, carry.f_best)}
        return f, g, gradient_norm, carry._replace(status=status, **best)

    def step(self, t: Array, carry: Carry) -> tuple[Carry, list[Array]]:
        """Make step t; return what goes on and the row of every history."""
        jax, jnp, stopped, before = importlib.import_module("jax"), self.jnp, carry.status.stopped, carry.state
        f, g, gradient_norm, carry = self.look(t, carry)
        with traced(f"optimizer {self.optimizer.name!r}"):
            d, state = self.optimizer.direction(g, before, carry.x)
            check_shape(d, carry.x.shape, f"optimizer {self.optimizer.name!r}: direction")
            moment = Moment(carry.x, f, g, gradient_norm, d, state)
            move, state = self.optimizer.step(d, state)
            state = jax.tree.map(lambda new, old: jnp.asarray(new, old.dtype), state, before)
        latest, before_folds, rows, folds = iter(carry.rows), iter(carry.folds), [], []
        for one in self.asked:
            value = measured(one, moment)
            if one.fold is None:
                rows.append(jnp.where(stopped, next(latest), value))
            else:
                folds.append(folded(one.fold, next(before_folds), value, stopped))
        x = jnp.where(carry.status.stopped, carry.x, carry.x - move)
        return carry._replace(x=x, state=state, x_before=carry.x, f_before=f, rows=rows, folds=folds), rows

    def end(self, carry: Carry) -> tuple[tuple[Array, ...], list[Array]]:
        """Return what the run leaves, as FINAL names it, and its folds."""
        f, _, gradient_norm, carry = self.look(self.kind.steps, carry)
        status = with_state(carry.status, (carry.state, carry.x))
        kinds = [one.fold for one in self.asked if one.fold]
        folds = [fold_result(kind, fold, self.kind.steps) for kind, fold in zip(kinds, carry.folds, strict=True)]
        return (carry.x, carry.x_best, f, carry.f_best, gradient_norm, status.code, status.since), folds


def measured(recorder: Recorder, moment: Moment) -> Array:
    """Return what is measured; a caller's function sees a batch of one run."""
    if not recorder.given:
        return recorder.measure(moment)
    with traced(f"observe {recorder.name!r}"):
        x, f, g, gradient_norm, d = (part[None, ...] for part in moment[:-1])
        one = Moment(x, f, g, gradient_norm, d, moment.state)
        return recorder.measure(one)[0].astype(recorder.dtype(moment.x.dtype))


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
