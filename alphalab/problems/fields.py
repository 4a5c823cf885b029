"""What the fields of a problem may hold; each check raises one ValueError naming field, value and what is right."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np

from alphalab.arrays import as_real, refuse_hidden, to_numpy


def real_number(field: str, value: Any, least: float) -> float | None:
    """Return `value` as a float, or None where nothing is claimed."""
    wanted = "a finite number" if least == -math.inf else f"a finite number >= {least:g}"
    if value is None:
        return None
    try:
        number = float(value)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{field} is {value!r}; it must be {wanted}, or None if not claimed") from error
    if not (math.isfinite(number) and number >= least) or isinstance(value, bool):
        raise ValueError(f"{field} is {value!r}; it must be {wanted}, or None if not claimed")
    return number


def float_array(field: str, value: Any, ndim: int) -> np.ndarray:
    """Return `value` as a float64 array of its own, with `ndim` axes, none empty, every entry finite.

    Not read-only, though nothing writes to it: torch warns when it meets a read-only array.
    """
    refuse_hidden(field, value)
    try:
        array = np.array(to_numpy(as_real(value)), dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{field} is {value!r}; it must be an array of real numbers") from error
    if array.ndim != ndim or array.size == 0:
        raise ValueError(
            f"{field} has shape {array.shape}; it must have {ndim} {'axis' if ndim == 1 else 'axes'}, none of length 0"
        )
    if not np.all(np.isfinite(array)):
        raise ValueError(f"{field} has entries that are inf or NaN; every entry must be finite")
    return array


def freeze(problem: Any, **ndims: int) -> None:
    """Turn each named field of a frozen problem into a float64 array of its own with that many axes."""
    for field, ndim in ndims.items():
        object.__setattr__(problem, field, float_array(field, getattr(problem, field), ndim))


def settle_whole_numbers(problem: Any) -> None:
    """Turn NumPy's whole numbers in the fields of a frozen problem into Python's, which can be told as JSON."""
    for field in dataclasses.fields(problem):
        value = getattr(problem, field.name)
        if isinstance(value, np.integer):
            object.__setattr__(problem, field.name, int(value))


def check_dimension(name: str, n: Any, least: int = 1, most: int | None = None, field: str = "n") -> None:
    """Raise ValueError unless least <= n <= most for the whole number n (a dimension, a count) of `name`."""
    wanted = f"{field} = {least}" if least == most else f"an integer {field} >= {least}"
    whole = isinstance(n, int | np.integer) and not isinstance(n, bool)
    if not whole or n < least or (most is not None and n > most):
        raise ValueError(f"{field} is {n!r}; {name} needs {wanted}")


def check_length(field: str, array: np.ndarray, length: int, of: str) -> None:
    """Raise ValueError unless the vector `array` has as many entries as `of` says."""
    if array.shape[0] != length:
        raise ValueError(f"{field} has length {array.shape[0]}; it must have {length}, {of}")


def check_columns(Y: np.ndarray, A: np.ndarray) -> None:
    """Raise ValueError unless the targets Y, (K, m), have a column for each of the m rows of A."""
    if Y.shape[1] != A.shape[0]:
        raise ValueError(f"Y has shape {Y.shape}; it needs one column for each row of A, {A.shape[0]}")


def check_positive(field: str, value: Any, zero: bool = False) -> None:
    """Raise ValueError unless the number `value` is finite and > 0 (or >= 0 where zero is allowed)."""
    try:
        number = real_number(field, value, 0.0)
    except ValueError:
        number = None
    if number is None or (number == 0.0 and not zero):
        raise ValueError(f"{field} is {value!r}; it must be a finite number {'>=' if zero else '>'} 0")
