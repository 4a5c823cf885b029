"""Compute the numbers of a figure again and compare them with those on file.

    same arithmetic     every cell to the bit
    another machine     text, integers and truths as they are, reals to |a - b| <= roundoff(terms) max(|a|, |b|),
                        but for the cells that the experiment declares sensitive: those are told, not compared

A run that hops around a minimum doubles a difference in the last bit again and again; no tolerance would be honest
there, which is why such cells are named with their reason instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from alphalab.arrays import roundoff
from alphalab.experiments.columns import Data, where
from alphalab.experiments.environment import arithmetic
from alphalab.experiments.experiment import Experiment, run
from alphalab.experiments.store import Folder, load, stored
from alphalab.experiments.table import arithmetic_of, command_of


@dataclass(frozen=True)
class Departure:
    """How a column on file is not what is computed now: the cell that is furthest off, and how many are."""

    figure: str
    column: str
    row: int  # from 1
    on_file: str
    now: str
    off: float  # |a - b|/max(|a|, |b|); infinite where nothing can be subtracted
    granted: float
    cells: int

    def __str__(self) -> str:
        """Return it as a sentence."""
        far = f"{self.off:.2g} relative where {self.granted:.2g} is granted" if self.off < np.inf else "no roundoff"
        return (
            f"{self.figure}: column {self.column!r}, row {self.row}: {self.on_file} on file, {self.now} now, {far} "
            f"(the furthest of {self.cells} cells)"
        )


@dataclass(frozen=True)
class Check:
    """What comparing a figure's numbers gave; `left_out` says of how many cells it was not done, and why."""

    key: str
    same_arithmetic: bool
    compared: int
    left_out: dict[str, int]
    departures: tuple[str, ...]


def check(folder: Folder, one: Experiment) -> Check:
    """Compute the figure as the file in `folder` says it was, and compare."""
    key = one.key
    if not (Path(folder) / f"{key}.csv").is_file():
        return Check(key, False, 0, {}, (f"{key}: there is no {key}.csv in {folder}",))
    on_file, text = load(folder, key), stored(folder, key)
    now = run(one, quick=command_of(text) == one.command(quick=True))
    return compare(one, on_file, now, arithmetic_of(text) == arithmetic())


def compare(one: Experiment, on_file: Data, now: Data, same_arithmetic: bool) -> Check:
    """Compare two tables of an experiment."""
    sensitive = () if same_arithmetic else one.sensitive
    granted = 0.0 if same_arithmetic else roundoff(one.terms, np.float64)
    left_out = dict.fromkeys((cells.because for cells in sensitive), 0)
    rows = np.arange(1, 1 + _length(on_file))
    for cells in sensitive:
        if not cells.columns:
            stay = ~cells.rows(on_file)
            left_out[cells.because] += int(np.count_nonzero(~stay)) * len(on_file)
            rows, on_file, now = rows[stay], where(on_file, stay), where(now, ~cells.rows(now))
    if (list(on_file), len(rows)) != (list(now), _length(now)):
        words = f"{len(rows)} rows of {list(on_file)} on file, {_length(now)} rows of {list(now)} now"
        return Check(one.key, same_arithmetic, 0, left_out, (f"{one.key}: {words}",))
    departures: list[str] = []
    for column in on_file:
        free = np.zeros(len(rows), dtype=bool)
        for cells in sensitive:
            if column in cells.columns:
                more = ~free & (cells.rows(on_file) | cells.rows(now))
                left_out[cells.because] += int(np.count_nonzero(more))
                free |= more
        departures += map(str, _departures(one.key, column, rows, on_file[column], now[column], free, granted))
    compared = len(rows) * len(on_file) - sum(left_out[cells.because] for cells in sensitive if cells.columns)
    return Check(one.key, same_arithmetic, compared, left_out, tuple(departures))


def _length(data: Data) -> int:
    return len(next(iter(data.values())))


def _departures(
    key: str, column: str, rows: np.ndarray, a: np.ndarray, b: np.ndarray, free: np.ndarray, granted: float
) -> Iterator[Departure]:
    """Yield the departure of a column, if it departs."""
    off = np.where(free, 0.0, _off(a, b))
    if np.any(off > granted):
        worst, cells = int(np.argmax(off)), int(np.count_nonzero(off > granted))
        on_file, found = (str(side[worst].item()) for side in (a, b))
        yield Departure(key, column, int(rows[worst]), on_file, found, float(off[worst]), granted, cells)


def _off(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return |a - b|/max(|a|, |b|), 0 where both are the same, NaN among it, infinite for what is no real."""
    if a.dtype.kind != "f" or b.dtype.kind != "f":
        return np.where(a == b, 0.0, np.inf)
    same = (a == b) | (np.isnan(a) & np.isnan(b))
    with np.errstate(invalid="ignore", over="ignore"):
        off = np.abs(a - b) / np.maximum(np.maximum(np.abs(a), np.abs(b)), np.finfo(np.float64).tiny)
    return np.where(same, 0.0, np.where(np.isfinite(off), off, np.inf))
