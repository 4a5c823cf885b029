"""Names for the axes of a batch: an axis is called after the inputs that vary along it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from alphalab.arrays import Array, named_leaves, to_numpy
from alphalab.optimizers import Optimizer


def name_axes(
    optimizer: Optimizer, x0: Array, batch: tuple[int, ...], dims: Sequence[str] | None, taken: Collection[str] = ()
) -> tuple[tuple[str, ...], dict[str, np.ndarray]]:
    """Return (dims, coordinates): a name for every batch axis and, where one hyperparameter varies, its values.

    `dims`, where given, are the names. An axis along which nothing varies is called "axis_0", "axis_1", ...,
    and axes that would share a name, with each other or with what is `taken`, carry their number too: "alpha_0".
    Raises ValueError where `dims` does not name every axis once.
    """
    hyperparameters = [(name, tuple(values.shape), values) for name, values in named_leaves(optimizer)]
    inputs = [*hyperparameters, ("x0", tuple(x0.shape[:-1]), None)]
    places = range(-len(batch), 0)
    varying = [[one for one in inputs if len(one[1]) >= -place and one[1][place] > 1] for place in places]
    if dims is None:
        found = ["+".join(dict.fromkeys(name for name, _, _ in along)) or "axis" for along in varying]
        shared = {name for name in found if found.count(name) > 1 or name == "axis" or name in taken}
        names = tuple(f"{name}_{axis}" if name in shared else name for axis, name in enumerate(found))
    else:
        names = _given(dims, len(batch))
    alone = [(name, along[0][2]) for name, along in zip(names, varying, strict=True) if len(along) == 1]
    lines = [(name, to_numpy(of)) for name, of in alone if of is not None and sum(size > 1 for size in of.shape) == 1]
    return names, {name: values.reshape(-1) for name, values in lines}


def _given(dims: Sequence[str], axes: int) -> tuple[str, ...]:
    """Return `dims` as a tuple; raises ValueError where it does not name every axis once."""
    named = isinstance(dims, Sequence) and not isinstance(dims, str) and all(isinstance(name, str) for name in dims)
    if not named or len(dims) != axes or len(set(dims)) != axes:
        raise ValueError(f"dims must name each of the {axes} batch axes once, got {dims!r}")
    return tuple(dims)
