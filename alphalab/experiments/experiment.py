"""What every experiment is: numbers first, then a picture of them.

compute(quick) -> data      a tidy table: every array is a column, (rows,), text, integer, real or truth
draw(data)     -> Figure    needs nothing but the table, so a figure is redrawn without computing again

An experiment brings these two functions; `run(experiment, quick)` and `render(experiment, data)` call them.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from alphalab.arithmetic import one_blas_thread
from alphalab.experiments.columns import Data, Sensitive
from alphalab.experiments.rows import Rows
from alphalab.style import style

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, kw_only=True)
class Experiment:
    """A figure and the numbers behind it; `columns` says what each column of the table means, with its unit.

    `compute(quick)` returns the table, `quick` a coarse version of it, `draw(data)` the figure of a table, and
    `summary(data)` a small table for the reader, below the figure. `terms` is over how many operations rounding
    errors add up in a cell, and `sensitive` names the cells where they do not add up but grow: what
    `alphalab figures --check` grants on another machine. `needs` is (module, extra) that the numbers are computed with.

    >>> import numpy as np
    >>> from matplotlib.figure import Figure
    >>> from alphalab.experiments import Experiment, render, run
    >>> def compute(quick):
    ...     return {"x": np.arange(3.0 if quick else 30.0)}
    >>> def draw(data):
    ...     drawn = Figure()
    ...     drawn.subplots().plot(data["x"], data["x"] ** 2)
    ...     return drawn
    >>> told = {"key": "mine", "title": "A parabola", "caption": "", "columns": {"x": "a number"}}
    >>> mine = Experiment(**told, compute=compute, draw=draw)
    >>> run(mine, quick=True)["x"].tolist(), len(render(mine, run(mine)).axes)
    ([0.0, 1.0, 2.0], 1)
    >>> mine.name, mine.command(quick=True)
    ('mine', 'alphalab figures mine --quick')
    >>> Experiment(**told, compute=compute, draw=draw, needs=("no_such_module", "extra")).lacks()
    'mine needs no_such_module; install the extra: pip install -e ".[extra]"'
    """

    key: str
    title: str
    caption: str
    columns: Mapping[str, str]
    compute: Callable[[bool], Data]
    draw: Callable[[Data], Figure]
    summary: Callable[[Data], Rows] | None = None
    terms: int = 0
    sensitive: tuple[Sensitive, ...] = ()
    needs: tuple[str, str] | None = None

    @property
    def name(self) -> str:
        """The registry name: the key."""
        return self.key

    def lacks(self) -> str:
        """Return why the numbers cannot be computed here; "" where they can."""
        module, extra = self.needs or ("numpy", "")
        if sys.modules.get(module, module) is not None and importlib.util.find_spec(module):
            return ""
        return f'{self.key} needs {module}; install the extra: pip install -e ".[{extra}]"'

    def command(self, quick: bool = False) -> str:
        """What regenerates the figure."""
        return f"alphalab figures {self.key}{' --quick' if quick else ''}"


def run(experiment: Experiment, quick: bool = False) -> Data:
    """Return the table of an experiment, column -> (rows,); `quick` is a coarse version, for tests.

    It is computed on one thread of BLAS: more would change the last bits. Raises ValueError where the columns are
    not those described, or not 1-D of one length, and ModuleNotFoundError where what it needs is missing.

        run(experiment("price-of-tanh"), quick=True)
    """
    if why := experiment.lacks():
        raise ModuleNotFoundError(why)
    with one_blas_thread():
        data = experiment.compute(quick)
    key = experiment.key
    if list(data) != list(experiment.columns):
        raise ValueError(f"{key}: the columns are {list(data)}, described are {list(experiment.columns)}")
    shapes = {array.shape for array in data.values()}
    if len(shapes) != 1 or len(next(iter(shapes))) != 1:
        raise ValueError(f"{key}: the columns must be 1-D of one length, got shapes {sorted(shapes)}")
    return data


def render(experiment: Experiment, data: Data) -> Figure:
    """Return the figure of a table, in the style of the house.

    render(experiment("price-of-tanh"), load("figures", "price-of-tanh"))
    """
    with style(salt=experiment.key):
        return experiment.draw(data)
