"""Columns of a table: spread over a grid, in windows of steps, with as many digits as an eye can see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from alphalab.experiments.experiment import Data


def spread(columns: Mapping[str, object], **parts: object) -> Data:
    """Return arrays that broadcast against each other as a table, a row for each cell, in the order of `columns`."""
    cells = np.broadcast_arrays(*[np.asarray(parts[name]) for name in columns])
    return {name: cell.reshape(-1) for name, cell in zip(columns, cells, strict=True)}


def rounded(values: Any, digits: int = 5) -> np.ndarray:
    """Return the reals rounded to this many significant decimal digits, so that they are short when written."""
    values = np.asarray(values, dtype=np.float64)
    return np.asarray([float(f"{value:.{digits - 1}e}") for value in values.ravel()]).reshape(values.shape)


def windows(steps: int, most: int) -> np.ndarray:
    """Return the beginnings, from 0 on, of at most `most` consecutive windows that cover `steps` steps."""
    return np.unique(np.linspace(0, steps, most, endpoint=False).astype(int))
