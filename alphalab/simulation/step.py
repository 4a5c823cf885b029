"""One step of an optimizer, for a training loop of your own."""

from __future__ import annotations

import math
from typing import Any

from alphalab.arrays import Array, is_array, is_floating, leaves, map_arrays, namespace
from alphalab.optimizers import Optimizer
from alphalab.simulation.loop import direct, real_answer


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
