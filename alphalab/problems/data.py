"""The real data, from inside the scikit-learn wheel: imported on demand, nothing is downloaded.

Each loader is pure and cached, and returns read-only arrays: A of shape (m, features) and the targets.
"""

from __future__ import annotations

import functools

import numpy as np


def _standardised(rows: np.ndarray) -> np.ndarray:
    """Return every column with mean 0 and variance 1."""
    return (rows - np.mean(rows, axis=0)) / np.std(rows, axis=0)


def _with_constant(rows: np.ndarray) -> np.ndarray:
    """Return the rows with a column of ones appended: the intercept."""
    return np.concatenate([rows, np.ones((rows.shape[0], 1))], axis=1)


def _read_only(*arrays: np.ndarray) -> tuple[np.ndarray, ...]:
    for array in arrays:
        array.flags.writeable = False
    return arrays


@functools.cache
def breast_cancer() -> tuple[np.ndarray, ...]:
    """A (569, 31): 30 standardised features and a constant; labels -1 (malignant), +1 (benign), (569,)."""
    from sklearn.datasets import load_breast_cancer

    rows, target = load_breast_cancer(return_X_y=True)
    return _read_only(_with_constant(_standardised(rows)), 2.0 * target - 1.0)


@functools.cache
def diabetes() -> tuple[np.ndarray, ...]:
    """A (442, 10) standardised features; standardised disease progression, (442,)."""
    from sklearn.datasets import load_diabetes

    rows, target = load_diabetes(return_X_y=True)
    return _read_only(_standardised(rows), _standardised(target))


@functools.cache
def iris() -> tuple[np.ndarray, ...]:
    """A (100, 2) standardised lengths and widths of petals; labels -1 (versicolor), +1 (virginica), (100,)."""
    from sklearn.datasets import load_iris

    rows, target = load_iris(return_X_y=True)
    return _read_only(_standardised(rows[50:, 2:]), 2.0 * target[50:] - 3.0)


@functools.cache
def digits() -> tuple[np.ndarray, ...]:
    """A (1797, 64) pixels in [0, 1]; one-hot classes Y, (10, 1797)."""
    from sklearn.datasets import load_digits

    rows, target = load_digits(return_X_y=True)
    return _read_only(rows / 16.0, np.equal(np.arange(10)[:, None], target).astype(np.float64))


def digits_with_constant() -> tuple[np.ndarray, ...]:
    """A (1797, 65): the pixels and a constant; one-hot classes Y, (10, 1797)."""
    rows, Y = digits()
    return _with_constant(rows), Y
