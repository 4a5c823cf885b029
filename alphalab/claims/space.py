r"""Where a claim can fail that is no bound on runs: named ranges, and at every point a left and a right side.

    the claim says      left <= right      at every point of the box;     margin = (right - left)/max(|left|, |right|)

What rounding is granted is part of `right`. A side that is not a number breaks the claim. A range is (low, high);
"log c" stands for 10^c where a point is told, and a range of words is a choice.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:  # a claim has a space
    from alphalab.claims.claim import Claim
    from alphalab.claims.falsifier.arenas import Recipe

Values = dict[str, np.ndarray]  # the coordinates of a population by name, each (S,)
Range = tuple[float, float] | tuple[str, ...]


@dataclass(frozen=True)
class Box(ABC):
    """A box of points in which a claim is searched: `axes` name -> (low, high), or the words to choose from."""

    label: str
    axes: dict[str, Range] = field(hash=False)

    @property
    def box(self) -> np.ndarray:
        """(number of axes, 2): low and high of every axis; a choice of k words is (0, k)."""
        choices = {name: (0.0, len(ends) - 1e-9) for name, ends in self.axes.items() if isinstance(ends[0], str)}
        return np.asarray(list((self.axes | choices).values()), dtype=np.float64)

    def values(self, points: np.ndarray) -> Values:
        """Return the coordinates by name of a population, (S, number of axes)."""
        columns = np.asarray(points, dtype=np.float64).T
        return {name: _chosen(ends, z) for (name, ends), z in zip(self.axes.items(), columns, strict=True)}

    def sentence(self, point: np.ndarray) -> str:
        """Say in words where a point lies; log axes are told as what they stand for."""
        return f"{self.label}: " + ", ".join(_told(name, z[0]) for name, z in self.values(point[None]).items())

    def named(self, point: np.ndarray) -> dict[str, float | str]:
        """Return the coordinates of one point by name, as plain numbers and words."""
        return {name: z[0].item() for name, z in self.values(point[None]).items()}

    def point(self, named: Mapping[str, float | str]) -> np.ndarray:
        """Return the point that has these coordinates, in the order of the axes: the way back."""
        words = {name: ends for name, ends in self.axes.items() if isinstance(ends[0], str)}
        return np.asarray(
            [words[name].index(named[name]) + 0.5 if name in words else named[name] for name in self.axes]
        )

    def hinted(self) -> np.ndarray:
        """Return points with which a search may start, (number of hints, number of axes)."""
        return np.empty((0, len(self.axes)))

    def example(self, point: np.ndarray) -> Recipe | None:
        """Return what reproduces the one run or gradient at a point, where points stand for such."""
        return None

    @abstractmethod
    def scores(self, claim: Claim, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the least margin of the claim at every point, and whether it is broken there, (S,) each."""


@dataclass(frozen=True)
class Space(Box):
    """A box and the claim on it: `sides` turns a population, every name (S,), into (left, right), (S,) each."""

    sides: Callable[[Values], tuple[np.ndarray, np.ndarray]]

    def scores(self, claim: Claim, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the margin at every point, 1 or -1 where it is no number, and whether left <= right fails."""
        left, right = (np.asarray(side, dtype=np.float64) for side in self.sides(self.values(points)))
        broken = ~(left <= right)
        with np.errstate(all="ignore"):
            margin = (right - left) / np.maximum(np.abs(left), np.abs(right))
        return np.where(np.isfinite(margin), margin, np.where(broken, -1.0, 1.0)), broken


def _chosen(ends: Range, z: np.ndarray) -> np.ndarray:
    return np.asarray(ends)[z.astype(int)] if isinstance(ends[0], str) else z


def _told(name: str, value: float | str) -> str:
    if isinstance(value, str):
        return f"{name} {value}"
    return f"{name.removeprefix('log ')} = {10.0**value:.6g}" if name.startswith("log ") else f"{name} = {value:.6g}"
