"""The results of a plan, put together as its parts arrive, in any order."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np

from alphalab.simulation.loop.block import Block
from alphalab.simulation.trajectory import STATUSES

RECORD = "record/"


def named(block: Block) -> dict[str, np.ndarray]:
    """Return the arrays of a block by name, "record/value", ..., "x_last", ...: what is stored of it."""
    parts = block._asdict()
    return {f"{RECORD}{name}": array for name, array in parts.pop("records").items()} | parts


class Gathered:
    """Arrays by name over all runs of a flat batch; `wanted` says which are kept (None: all)."""

    def __init__(self, runs: int, wanted: Collection[str] | None = None) -> None:
        self.runs, self.wanted = runs, wanted
        self.computed = 0  # how many runs were made, not found in a store
        self.arrays: dict[str, np.ndarray] = {}

    def wants(self, name: str) -> bool:
        """Whether an array of this name is kept."""
        return self.wanted is None or name in self.wanted

    def put(self, rows: np.ndarray, arrays: Mapping[str, np.ndarray], places: np.ndarray | None = None) -> None:
        """Put the arrays of a part, or their elements at `places`, at these rows of the batch."""
        for name, array in arrays.items():
            if self.wants(name):
                self._put(name, rows, array, places)

    def _put(self, name: str, rows: np.ndarray, array: np.ndarray, places: np.ndarray | None) -> None:
        if places is None and len(rows) == self.runs:  # a whole batch needs no copy
            self.arrays[name] = array
            return
        axis = array.ndim - 1 if name.startswith(RECORD) else 0  # where the runs are: time comes before, space after
        if name not in self.arrays:
            self.arrays[name] = np.empty((*array.shape[:axis], self.runs, *array.shape[axis + 1 :]), array.dtype)
        before = (slice(None),) * axis
        part = array if places is None else array[(*before, plainly(places))]
        self.arrays[name][(*before, plainly(rows))] = part

    def fields(self, batch: tuple[int, ...]) -> dict[str, Any]:
        """Return the fields of a Trajectory."""
        fields: dict[str, Any] = {"records": {}}
        for name, array in self.arrays.items():
            if name.startswith(RECORD):
                fields["records"][name.removeprefix(RECORD)] = array.reshape((*array.shape[:-1], *batch))
            else:
                fields[name] = array.reshape((*batch, *array.shape[1:]))
        fields["status"] = np.take(STATUSES, fields["status"])
        return fields


def plainly(rows: np.ndarray) -> np.ndarray | slice:
    """Return consecutive rows as a slice: 5 times faster."""
    consecutive = len(rows) > 0 and rows[-1] - rows[0] == len(rows) - 1 and bool(np.all(np.diff(rows) == 1))
    return slice(int(rows[0]), int(rows[-1]) + 1) if consecutive else rows
