"""How an observed quantity is kept: every value of it, or a fold of them in one number per run."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from alphalab.arrays import Array, like, namespace, put_rows


class Record(Protocol):
    """Takes the value of step t, (B,), for t = 0, 1, ..., and gives a result at the end.

    For a run that stopped before step t, a set element of `frozen`, its latest value stands; a stopped run then
    leaves the same record whether its neighbours go on or not.
    """

    def add(self, t: int, value: Array, frozen: Array | None) -> None:
        """Take the value of step t."""

    def add_rows(self, t: int, values: Array) -> None:
        """Take the values of the steps from t on, (K, B), of runs that all go on."""

    def repeat(self, t: int) -> None:
        """Let the value of step t stand for every later step too."""

    def result(self) -> Array:
        """What is kept: (steps, B) or (B,)."""


class History:
    """Every value, (steps, B), in `rows` where they are given."""

    def __init__(self, steps: int, rows: Array = None) -> None:
        self.steps, self.rows = steps, rows

    def add(self, t: int, value: Array, frozen: Array | None) -> None:
        """Write row t."""
        self._begin(value)
        if frozen is not None:
            value = namespace(value).where(frozen, self.rows[t - 1, ...], value)
        self.rows = put_rows(self.rows, t, value[None, ...])

    def add_rows(self, t: int, values: Array) -> None:
        """Write the rows from t on."""
        self._begin(values[0])
        self.rows = put_rows(self.rows, t, values)

    def _begin(self, value: Array) -> None:
        if self.rows is None:
            self.rows = namespace(value).empty(
                (self.steps, *value.shape), dtype=value.dtype, device=getattr(value, "device", None)
            )

    def repeat(self, t: int) -> None:
        """Copy row t to every later one."""
        self.rows[t + 1 :, ...] = self.rows[t : t + 1, ...]

    def result(self) -> Array:
        """All rows."""
        return self.rows


class Fold:
    """The sum, mean, min or max over the steps, (B,): 10^7 steps need no memory."""

    def __init__(self, kind: str, steps: int) -> None:
        self.kind, self.steps = kind, steps
        self.kept: Array = None
        self.latest: Array = None
        self.missing: Array = None  # how many steps a stopped run still owes to its sum

    def add(self, t: int, value: Array, frozen: Array | None) -> None:
        """Fold the value of step t in."""
        xp = namespace(value)
        summed = self._summand(value)
        folded = summed if self.kept is None else self._folded(summed)
        if self.missing is None:
            self.missing = xp.zeros_like(value, dtype=xp.int64)
        elif frozen is not None:
            folded, value = xp.where(frozen, self.kept, folded), xp.where(frozen, self.latest, value)
            self._owe(xp.astype(frozen, xp.int64))
        # copies: what is seen may be overwritten by the next step
        self.kept, self.latest = xp.asarray(folded, copy=True), xp.asarray(value, copy=True)

    def add_rows(self, t: int, values: Array) -> None:
        """Fold them in: with NumPy one after another, so that the sum does not depend on how many come at once."""
        if isinstance(values, np.ndarray):
            for row in values.copy():
                self.add(t, row, None)
        else:
            reduce = getattr(namespace(values), "sum" if self.kind == "mean" else self.kind)
            self.add(t, reduce(self._summand(values), axis=0), None)
            self.latest = values[-1]

    def _summand(self, value: Array) -> Array:
        """Return what is folded in: sums of many small numbers are taken in float64."""
        xp = namespace(value)
        return xp.astype(value, xp.float64) if self.kind in ("sum", "mean") else value

    def _folded(self, value: Array) -> Array:
        if self.kind in ("sum", "mean"):
            return self.kept + value
        xp = namespace(value)
        return (xp.minimum if self.kind == "min" else xp.maximum)(self.kept, value)

    def repeat(self, t: int) -> None:
        """Fold the latest value in for every later step."""
        xp = namespace(self.kept)
        self._owe(xp.full_like(self.kept, self.steps - 1 - t, dtype=xp.int64))

    def _owe(self, more: Array) -> None:
        self.missing = self.missing + more

    def result(self) -> Array:
        """The fold."""
        whole = self.kept
        if self.kind in ("sum", "mean"):
            rest = like(self.missing, whole) * self.latest  # 0 inf is not a number: add only where a step is missing
            whole = namespace(whole).where(self.missing > 0, whole + rest, whole)
        return like(whole / self.steps if self.kind == "mean" else whole, self.latest)


def keeper(fold: str | None, steps: int, rows: Array = None) -> Record:
    """Return the record for a fold ("mean", "min", "max", "sum"), or for None a history, in `rows` if given."""
    return History(steps, rows) if fold is None else Fold(fold, steps)
