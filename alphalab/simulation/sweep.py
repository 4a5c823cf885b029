"""A sweep: every name gets its own leading axis, so that one broadcast run is the whole grid.

grid = Sweep(learning_rate=etas, alpha=alphas, x0=starts)
grid.learning_rate  (E, 1, 1)       grid.alpha  (1, A, 1)       grid.x0  (1, 1, S, n)
"""

from __future__ import annotations

from typing import Any

import numpy as np

from alphalab.arrays import Array, as_real, namespace, to_numpy


class Sweep:
    """A grid of hyperparameters, each a sequence of numbers, and of starts `x0`, (S, n) or one point (n,).

    Attributes are the names given, shaped to broadcast against each other; `dims` names the axes in order,
    `shape` gives their lengths and `coordinates` the values along them. Raises ValueError, naming the axis,
    for a value that is not a sequence of numbers.

    >>> import numpy as np, alphalab as al
    >>> grid = al.Sweep(learning_rate=[1e-3, 1e-2], alpha=[0.5, 2.0, 8.0])
    >>> grid, grid.learning_rate.shape, grid.alpha.shape
    (Sweep(learning_rate: 2, alpha: 3), (2, 1), (1, 3))
    >>> method = al.AlphaGrad(learning_rate=grid.learning_rate, alpha=grid.alpha)
    >>> run = al.simulate(method, al.problem("huber"), np.ones(5), steps=10)
    >>> run.dims, run.value_best.shape
    (('learning_rate', 'alpha'), (2, 3))
    """

    def __init__(self, **axes: Any) -> None:
        if not axes:
            raise ValueError("Sweep: give at least one axis, for example Sweep(alpha=[1, 2, 4])")
        for name in sorted(axes.keys() & {*dir(Sweep), "dims", "shape", "coordinates"}):
            raise ValueError(f"Sweep: {name!r} is what a sweep says about itself, it cannot be the name of an axis")
        values = {name: _axis(name, value) for name, value in axes.items()}
        own = {name: value for name, value in values.items() if not (name == "x0" and value.ndim == 1)}
        self.dims = tuple(own)
        self.shape = tuple(value.shape[0] for value in own.values())
        self.coordinates = own
        for name, value in values.items():
            ahead = [size if other == name else 1 for other, size in zip(self.dims, self.shape, strict=True)]
            shaped = namespace(value).reshape(value, (*ahead, *value.shape[1:])) if name in own else value
            setattr(self, name, shaped)

    def __getattr__(self, name: str) -> Array:
        """Axes are set in __init__; an unknown one is misuse."""
        raise AttributeError(f"this sweep has no axis {name!r}; it has {', '.join(self.__dict__.get('dims', ()))}")

    def __repr__(self) -> str:
        """The axes and their lengths."""
        inside = ", ".join(f"{name}: {size}" for name, size in zip(self.dims, self.shape, strict=True))
        return f"Sweep({inside})"


def swept(grid: Sweep, batch: tuple[int, ...]) -> tuple[tuple[str, ...], dict[str, np.ndarray]]:
    """Return (dims, coordinates) of a batch that is this grid; raises ValueError where an axis of it is not used."""
    for name, size, found in zip(grid.dims, grid.shape, (*batch, *(1,) * len(grid.shape)), strict=False):
        if size != found:
            raise ValueError(
                f"dims: nothing varies along the axis {name!r} of the sweep; use grid.{name} or leave it out"
            )
    if len(batch) != len(grid.shape):
        raise ValueError(f"dims: the sweep has the axes {grid.shape}, the batch has {batch}")
    return grid.dims, {name: to_numpy(values) for name, values in grid.coordinates.items() if name != "x0"}


def _axis(name: str, value: Any) -> Array:
    try:
        array = as_real(value)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"Sweep: {name} must be a sequence of numbers, got {value!r}") from None
    wanted = (1, 2) if name == "x0" else (1,)
    if array.ndim not in wanted or 0 in array.shape:
        shapes = "(n,) or (starts, n)" if name == "x0" else "(values,)"
        raise ValueError(f"Sweep: {name} must have shape {shapes} and not be empty, got {tuple(array.shape)}")
    return array
