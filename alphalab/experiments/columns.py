"""Columns of a table: spread over a grid, in windows of steps, coordinates, which cells hang on the last bit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from alphalab.arrays import Array

Data = dict[str, np.ndarray]


def spread(columns: Mapping[str, object], **parts: object) -> Data:
    """Return arrays that broadcast against each other as a table, a row for each cell, in the order of `columns`."""
    cells = np.broadcast_arrays(*[np.asarray(parts[name]) for name in columns])
    return {name: cell.reshape(-1) for name, cell in zip(columns, cells, strict=True)}


def where(data: Data, mask: np.ndarray) -> Data:
    """Return the rows of a table that the mask marks."""
    return {name: column[mask] for name, column in data.items()}


def stacked(tables: Iterable[Data]) -> Data:
    """Return tables of the same columns one below the other."""
    parts = tuple(tables)
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def windows(steps: int, most: int) -> np.ndarray:
    """Return the beginnings, from 0 on, of at most `most` consecutive windows that cover `steps` steps."""
    return np.unique(np.linspace(0, steps, most, endpoint=False).astype(int))


def coordinate(place: int) -> Callable[..., Array]:
    """Return what watches one coordinate of x along a run, called x_0, x_1, ..."""

    def watch(x: Array, f: Array, g: Array, d: Array) -> Array:
        return x[..., place]

    watch.__name__ = f"x_{place}"
    return watch


def _all(data: Data) -> np.ndarray:
    return np.ones(len(next(iter(data.values()))), dtype=bool)


@dataclass(frozen=True)
class Sensitive:
    """Cells that another machine's last bit may change as a whole, so that no roundoff bounds by how much.

    columns   of these cells; none: the rows themselves may come and go
    because   why, to be told where they are not compared
    rows      data -> which rows, (rows,); all of them by default
    """

    columns: tuple[str, ...]
    because: str
    rows: Callable[[Data], np.ndarray] = _all
