"""One step of an optimizer, and what a problem and an optimizer must return."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from alphalab.arrays import (
    Array,
    as_real,
    batch_contiguous,
    is_array,
    is_floating,
    leaves,
    like,
    map_arrays,
    namespace,
    read_only,
)
from alphalab.optimizers import Optimizer
from alphalab.problems.problem import Problem


def take_step(optimizer: Optimizer, x: Array, g: Array, state: Any = None, *, batch_axes: int = 0) -> tuple[Array, Any]:
    """Return (x, state) after one step of `optimizer` along the gradient g; nothing is written in place.

    The first `batch_axes` axes of x are runs, all others together are one point: a (4, 3) matrix is one point of 12
    numbers. x and g have one shape, of any array library; `state` is what `optimizer.init(x)` or the last step
    returned, None before the first one. Raises ValueError naming the argument that cannot be used.

    >>> import alphalab as al, numpy as np
    >>> x, state = al.take_step(al.SignSGD(learning_rate=0.5), np.ones((2, 2)), np.full((2, 2), 3.0))
    >>> x
    array([[0.5, 0.5],
           [0.5, 0.5]])
    """
    if not is_array(x) or not x.ndim or not is_floating(x):
        shown = f"dtype {x.dtype}, shape {tuple(x.shape)}" if is_array(x) else f"{type(x).__name__}"
        raise ValueError(f"x must be an array of floating-point numbers, (*batch, *point), got {shown}")
    if isinstance(batch_axes, bool) or not isinstance(batch_axes, int) or not 0 <= batch_axes < x.ndim:
        raise ValueError(
            f"batch_axes must be a whole number from 0 to {x.ndim - 1} for x of {x.ndim} axes, got {batch_axes!r}"
        )
    g = real_answer(g, tuple(x.shape), x, "g")
    point, xp = (*x.shape[:batch_axes], math.prod(x.shape[batch_axes:])), namespace(x)
    flat = xp.reshape(x, point)
    state = optimizer.init(flat) if state is None else _flat(state, tuple(x.shape), point)
    try:
        d, state = direct(optimizer, xp.reshape(g, point), state, flat)
        step, state = optimizer.step(d, state)
    except (TypeError, ValueError, AttributeError, IndexError) as error:
        wanted, found = len(leaves(optimizer.init(flat))), len(leaves(state))
        if wanted == found:
            raise
        told = f"state must be what optimizer.init(x) or the last step returned, {wanted} arrays, got {found}"
        raise ValueError(told) from error
    return xp.reshape(flat - step, x.shape), state


def _flat(state: Any, shape: tuple[int, ...], point: tuple[int, ...]) -> Any:
    """Return a state made at x as it is at the flat point."""
    if shape == point:
        return state
    return map_arrays(lambda leaf: namespace(leaf).reshape(leaf, point) if tuple(leaf.shape) == shape else leaf, state)


def evaluate(problem: Problem, x: Array) -> tuple[Array, Array]:
    """Return (f, g) at x, (*batch, n), in x's dtype; ValueError where a problem returns wrong shapes or no reals.

    A problem may answer in the same buffer at every call: f, which outlives the step, is a copy.
    """
    f, g = problem.value_and_gradient(read_only(x))
    f = real_answer(f, x.shape[:-1], x, "problem", problem, "value")
    g = real_answer(g, x.shape, x, "problem", problem, "gradient")
    return (f.copy() if type(f) is np.ndarray else f + 0), batch_contiguous(g)


def direct(optimizer: Optimizer, g: Array, state: Any, x: Array) -> tuple[Array, Any]:
    """Return (d, state); ValueError where an optimizer returns another shape than that of the points."""
    d, state = optimizer.direction(g, state, x)
    if not is_array(d) or d.shape != x.shape:
        check_shape(d, x.shape, "optimizer", optimizer, "direction")
    return d, state


def real_answer(value: Any, shape: tuple[int, ...], x: Array, *what: Any) -> Array:
    """Return `value` in the library and dtype of x; ValueError, saying `what`, for another shape and for no reals."""
    if type(value) is type(x) and value.dtype == x.dtype and value.shape == shape:
        return value
    check_shape(value, shape, *what)
    try:
        return like(as_real(value), x)
    except TypeError:
        raise ValueError(f"{_named(*what)} must be an array of real numbers, got dtype {value.dtype}") from None


def check_shape(value: Any, shape: tuple[int, ...], *what: Any) -> None:
    """Raise ValueError unless `value` is an array of this shape."""
    if not is_array(value):
        raise ValueError(f"{_named(*what)} must be an array of shape {tuple(shape)}, got {value!r}")
    if tuple(value.shape) != tuple(shape):
        raise ValueError(f"{_named(*what)} must have shape {tuple(shape)}, got {tuple(value.shape)}")


def _named(kind: str, owner: Any = None, part: str = "") -> str:
    return f"{kind} {owner.name!r}: {part}" if part else kind
