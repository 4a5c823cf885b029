"""One step of an optimizer, for a training loop of your own."""

from __future__ import annotations

import math
from typing import Any

from alphalab.arrays import Array, check_shape, is_array, is_floating, leaves, namespace, real_answer
from alphalab.optimizers.optimizer import Optimizer, check_optimizer


def take_step(optimizer: Optimizer, x: Array, g: Array, state: Any = None, *, batch_axes: int = 0) -> tuple[Array, Any]:
    """Return (x, state) after one step of `optimizer` along the gradient g; nothing is written in place.

    The first `batch_axes` axes of x are runs, all others together are one point: a (4, 3) matrix is one point of 12
    numbers. x and g have one shape, of any array library; `state` is what the last step returned, None before the
    first one. Of torch give x.detach() and g.detach(), else x keeps the graph of every step before it. Raises
    ValueError naming the argument that cannot be used.

    >>> import alphalab as al, numpy as np
    >>> x, state = al.take_step(al.SignSGD(learning_rate=0.5), np.ones((2, 2)), np.full((2, 2), 3.0))
    >>> x
    array([[0.5, 0.5],
           [0.5, 0.5]])
    """
    check_optimizer("optimizer", optimizer)
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
    state = optimizer.init(flat) if state is None else state
    try:
        d, state_after = optimizer.direction(xp.reshape(g, point), state, flat)
        check_shape(d, point, f"optimizer {optimizer.name!r}: direction")
        step, state_after = optimizer.step(d, state_after)
    except (TypeError, ValueError, AttributeError, IndexError) as error:
        wanted, found = ([tuple(leaf.shape) for leaf in leaves(tree)] for tree in (optimizer.init(flat), state))
        if wanted == found:
            raise
        told = f"state must be what the last step returned, None before the first: arrays {wanted}, got {found}"
        raise ValueError(told) from error
    return xp.reshape(flat - step, x.shape), state_after
