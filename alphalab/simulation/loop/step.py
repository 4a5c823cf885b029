"""One step of a block of runs, as the optimizer and the problem make it; misuse is told here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from alphalab.arrays import Array, as_real, batch_contiguous, is_array, like, namespace, norm, read_only
from alphalab.optimizers import Optimizer
from alphalab.problems.problem import Problem
from alphalab.simulation.loop.endings import Best
from alphalab.simulation.observables import Moment, Watch


class Seen(NamedTuple):
    """What there is to see of a step: x (B, n); f, ||g|| and what is observed, (B,) each; or K steps of it, (K, B)."""

    x: Array
    f: Array
    size: Array
    observed: Sequence[Array]


class Stepper:
    """Makes one step after another: `look` at the points, then `advance` to the next ones."""

    def __init__(self, optimizer: Optimizer, problem: Problem, x: Array, watched: Sequence[Watch]) -> None:
        self.optimizer, self.problem, self.watched = optimizer, problem, watched
        self.x, self.state = x, optimizer.init(x)

    def best(self) -> Best:
        """Return what keeps the best points of these runs."""
        return Best(self.x)

    def look(self) -> Seen:
        """Evaluate at x and make the step, without taking it."""
        seen, self._next = self.made(self.x, self.state)
        return seen

    def made(self, x: Array, state: Any) -> tuple[Seen, tuple[Array, Any]]:
        """Return what is seen at x, and the points and the state after the step."""
        f, g = evaluate(self.problem, x)
        d, state = self.optimizer.direction(g, state, x)
        check_shape(f"optimizer {self.optimizer.name!r}: direction", d, x)
        moment = Moment(x, f, g, norm(g), d, state)
        observed = [observed_value(watch, moment) for watch in self.watched]
        step, state = self.optimizer.step(d, state)
        return Seen(x, f, moment.size, observed), (x - step, state)

    def advance(self, held: Callable[[Array, Array], Array]) -> None:
        """Go to the next points; `held` keeps stopped runs where they are."""
        moved, self.state = self._next
        self.x = held(self.x, moved)

    def ahead(self, most: int) -> int:
        """Return how many steps, at most so many, it may pay to make at once and look back on."""
        return 0

    def speculate(self, length: int) -> Seen | None:
        """Make so many steps at once; None where a guard held on the way."""
        return None

    def commit(self, length: int) -> None:
        """Go on from where a stretch of this length led; of length 0: from where it began."""

    def end(self) -> tuple[Array, Any, Array, Array]:
        """Return x, the state, f and ||g||."""
        f, g = evaluate(self.problem, self.x.view() if isinstance(self.x, np.ndarray) else self.x)
        return self.x, self.state, f, norm(g)


def evaluate(problem: Problem, x: Array) -> tuple[Array, Array]:
    """Return (f, g) at x, in x's dtype; raises ValueError where a problem returns the wrong shapes or no reals.

    A problem may answer in the same buffer at every call: f, which outlives the step, is a copy.
    """
    f, g = problem.value_and_gradient(read_only(x))
    f = real_answer(f"problem {problem.name!r}: value", f, x[..., 0])
    g = real_answer(f"problem {problem.name!r}: gradient", g, x)
    return namespace(f).asarray(f, copy=True), batch_contiguous(g)


def real_answer(what: str, value: Any, model: Array) -> Array:
    """Return `value` in the library and dtype of `model`; raises ValueError for another shape and for no reals."""
    check_shape(what, value, model)
    if type(value) is type(model) and value.dtype == model.dtype:
        return value
    try:
        return like(as_real(value), model)
    except TypeError:
        raise ValueError(f"{what} must be an array of real numbers, got dtype {value.dtype}") from None


def check_shape(what: str, value: Any, model: Array) -> None:
    """Raise ValueError unless `value` is an array of the shape of `model`."""
    if not is_array(value):
        raise ValueError(f"{what} must be an array of shape {tuple(model.shape)}, got {value!r}")
    if tuple(value.shape) != tuple(model.shape):
        raise ValueError(f"{what} must have shape {tuple(model.shape)}, got {tuple(value.shape)}")


def observed_value(watch: Watch, moment: Moment) -> Array:
    """Return what is watched; raises ValueError where that is not one number per run, (B,)."""
    value = watch.measure(moment)
    if not is_array(value) or tuple(value.shape) != tuple(moment.f.shape):
        got = tuple(value.shape) if is_array(value) else repr(value)
        raise ValueError(
            f"observe: {watch.name!r} must return one number per run, (B,) for x of shape (B, n), got {got}"
        )
    return value
