"""What every experiment is: numbers first, then a picture of them.

compute(quick) -> data      a tidy table: every array is a column, (rows,), text, integer, real or truth
draw(data)     -> Figure    needs nothing but the table, so a figure is redrawn without computing again
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from alphalab.experiments.style import style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Data = dict[str, np.ndarray]


def where(data: Data, mask: np.ndarray) -> Data:
    """Return the rows of a table that the mask marks."""
    return {name: column[mask] for name, column in data.items()}


def stacked(tables: Iterable[Data]) -> Data:
    """Return tables of the same columns one below the other."""
    parts = tuple(tables)
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


@dataclass(frozen=True, kw_only=True)
class Experiment:
    """A figure and the numbers behind it; `columns` says what each column of the table means, with its unit.

    `measure(quick)` returns the table and `paint(data)` the figure; `compute` and `draw` wrap them with what
    holds for all experiments: the table is checked, the style is set.
    """

    key: str
    title: str
    caption: str
    columns: Mapping[str, str]
    measure: Callable[[bool], Data]
    paint: Callable[[Data], Figure]

    @property
    def name(self) -> str:
        """The registry name: the key."""
        return self.key

    def command(self, quick: bool = False) -> str:
        """What regenerates the figure."""
        return f"alphalab figures {self.key}{' --quick' if quick else ''}"

    def compute(self, quick: bool = False) -> Data:
        """Return the table; `quick` is a coarse version, for tests. Raises ValueError where it is no table."""
        data = self.measure(quick)
        if list(data) != list(self.columns):
            raise ValueError(f"{self.key}: the columns are {list(data)}, described are {list(self.columns)}")
        shapes = {array.shape for array in data.values()}
        if len(shapes) != 1 or len(next(iter(shapes))) != 1:
            raise ValueError(f"{self.key}: the columns must be 1-D of one length, got shapes {sorted(shapes)}")
        return data

    def draw(self, data: Data) -> Figure:
        """Return the figure of a table, in the style of the house."""
        with style(salt=self.key):
            return self.paint(data)
