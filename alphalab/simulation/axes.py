"""Names for the axes of a batch: an axis is called after the inputs that vary along it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from alphalab.arrays import Array, named_leaves, to_numpy
from alphalab.optimizers import Optimizer


def name_axes(
    optimizer: Optimizer, x0: Array, batch: tuple[int, ...], dims: Sequence[str] | None
) -> tuple[tuple[str, ...], dict[str, np.ndarray]]:
    """Return (dims, coordinates): a name for every batch axis and, where one hyperparameter varies, its values.

    `dims`, where given, are the names. An axis along which nothing varies is called "axis_0", "axis_1", ...
    Raises ValueError where `dims` does not name every axis once.
    """
    if dims is not None and (len(dims) != len(batch) or len(set(dims)) != len(dims)):
        raise ValueError(f"dims must name each of the {len(batch)} batch axes once, got {tuple(dims)}")
    inputs = [*named_leaves(optimizer), ("x0", x0[..., 0])]
    names, coordinates = [], {}
    for axis, place in enumerate(range(-len(batch), 0)):
        varying = [(name, array) for name, array in inputs if array.ndim >= -place and array.shape[place] > 1]
        name = dims[axis] if dims is not None else "+".join(name for name, _ in varying) or f"axis_{axis}"
        names.append(name)
        if len(varying) == 1 and varying[0][0] != "x0" and _is_line(varying[0][1]):
            coordinates[name] = to_numpy(varying[0][1]).reshape(-1)
    return tuple(names), coordinates


def _is_line(array: Array) -> bool:
    """Whether an array varies along one axis only."""
    return sum(size > 1 for size in array.shape) == 1
