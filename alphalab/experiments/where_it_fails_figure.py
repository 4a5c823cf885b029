"""The picture of `where_it_fails`: the rate, the gradient norm, the distances, the paths."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from alphalab import style
from alphalab.experiments.columns import Data, where

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

VALLEY = "floor of the valley"  # the curve that is no run


def draw(data: Data) -> Figure:
    """Return the figure: a panel for each failure, the last one twice."""
    figure = style.figure(style.WIDTH, 6.4)
    grid = figure.subplots(2, 2)
    parts = [where(data, data["panel"] == panel) for panel in ("rate", "norm", "distance", "path")]
    for part, axes, panel in zip(parts, grid.flat, (_draw_rate, _draw_norms, _draw_distances, _draw_path), strict=True):
        panel(axes, part)
    return figure


def _lines(axes: Axes, data: Data, named: bool = True, **look: Any) -> None:
    """Draw every curve of a panel with a colour, dashes and a marker of its own."""
    for place, curve in enumerate(dict.fromkeys(data["curve"].tolist())):
        one, dashes = where(data, data["curve"] == curve), ("-", *style.DASHES)[place]
        own: dict[str, Any] = {"color": style.COLOURS[place], "linestyle": dashes, "marker": style.MARKERS[place]}
        axes.plot(one["x"], one["y"], label=curve if named else None, **own, **look)


def _draw_rate(axes: Axes, data: Data) -> None:
    style.decades(axes)
    T = np.unique(data["x"])
    axes.axhline(1, color=style.INK, linewidth=0.9)
    axes.plot(T, T / 3, label="slope 1", **style.REFERENCE)
    _lines(axes, data)
    axes.set(xlabel="number of steps $T$", ylabel="left/right", title="above 1: the rate after Theorem 1 is violated")
    axes.legend(loc="upper left")


def _draw_norms(axes: Axes, data: Data) -> None:
    style.decades(axes)
    _lines(axes, data, markevery=6)
    axes.set(xlabel="step $t$", ylabel="gradient norm $N_t$", title="$\\liminf N_t = 0$ fails for a constant step")
    axes.legend(loc="lower left", fontsize="small")


def _draw_distances(axes: Axes, data: Data) -> None:
    axes.axhline(1, color=style.INK, linewidth=0.9)
    _lines(axes, data, markevery=15)
    axes.set(
        xlabel="step $t$", ylabel="$\\|x_t - x^*\\|/\\|x_1 - x^*\\|$", title="the distance to the minimiser can grow"
    )
    axes.legend(loc="lower left")


def _draw_path(axes: Axes, data: Data) -> None:
    valley = where(data, data["curve"] == VALLEY)
    axes.plot(valley["x"], valley["y"], label=VALLEY, **style.REFERENCE)
    _lines(axes, where(data, data["curve"] != VALLEY), named=False, markevery=15)
    axes.plot(0, 0, "*", color=style.INK, markersize=9, label="$x^*$")
    axes.set(
        xlabel="$x_1 - x^*_1$",
        ylabel="$x_2 - x^*_2$",
        title="the same runs in the plane, and what they seek",
        aspect="equal",
    )
    axes.legend(loc="best")  # runs of any length leave another corner free
