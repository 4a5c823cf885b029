"""What every experiment is: numbers first, then a picture of them.

compute(quick) -> data      a tidy table: every array is a column, (rows,), text, integer, real or truth
draw(data)     -> Figure    needs nothing but the table, so a figure is redrawn without computing again
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from alphalab.arithmetic import one_blas_thread
from alphalab.experiments.columns import Data, Sensitive
from alphalab.experiments.rows import Rows
from alphalab.experiments.style import style

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, kw_only=True)
class Experiment:
    """A figure and the numbers behind it; `columns` says what each column of the table means, with its unit.

    `summary(data)` is a small table for the reader, below the figure.

    `measure(quick)` returns the table and `paint(data)` the figure; `compute` and `draw` wrap them with what
    holds for all experiments: one thread of BLAS (more would change the last bits), the table is checked, the
    style is set. `terms` is over how many operations rounding errors add up in a cell, and `sensitive` names the
    cells where they do not add up but grow: what `alphalab figures --check` grants on another machine.
    """

    key: str
    title: str
    caption: str
    columns: Mapping[str, str]
    measure: Callable[[bool], Data]
    paint: Callable[[Data], Figure]
    summary: Callable[[Data], Rows] | None = None
    terms: int = 0
    sensitive: tuple[Sensitive, ...] = ()

    @property
    def name(self) -> str:
        """The registry name: the key."""
        return self.key

    def command(self, quick: bool = False) -> str:
        """What regenerates the figure."""
        return f"alphalab figures {self.key}{' --quick' if quick else ''}"

    def compute(self, quick: bool = False) -> Data:
        """Return the table; `quick` is a coarse version, for tests. Raises ValueError where it is no table."""
        with one_blas_thread():
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
