"""The picture of `bounds`: one panel for each problem, (a) over T and (b) over alpha."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

from alphalab import style
from alphalab.experiments.bounds import bounds
from alphalab.experiments.columns import Data, where
from alphalab.experiments.rows import Cell, Rows

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ACROSS = 3
TOP, HEADING, ROW, NOTE = 0.35, 0.4, 1.95, 0.3  # inches
AXES = {"T": "number of steps $T$", "alpha": r"steepness $\alpha$"}


def draw(data: Data) -> Figure:
    """Return the figure of a table of `bounds`: measured side solid, bounds dashed."""
    applies = data["outcome"] != "not applicable"
    names = list(dict.fromkeys(data["problem"][applies].tolist()))
    rows = math.ceil(len(names) / ACROSS)
    figure = style.figure(style.WIDTH, TOP + 2 * (HEADING + ROW * rows) + (0 if applies.all() else NOTE))
    halves = style.halves(figure, rows, ACROSS, HEADING / ROW)
    for half, along in zip(halves, ("T", "alpha"), strict=True):
        _half(half, where(data, (data["along"] == along) & applies), along, names)
    style.legend(figure, [halves[0][0, 0]], loc="outside upper center")
    if not applies.all():
        figure.supxlabel(_exceptions(where(data, ~applies)), fontsize=9, color=style.GREY)
    return figure


def _half(grid: Any, data: Data, along: str, names: list[str]) -> None:
    for axes, name in zip(grid.flat, names, strict=False):
        _panel(axes, where(data, data["problem"] == name), along)
    for axes in list(grid.flat)[len(names) :]:
        axes.remove()
    style.outer_labels(grid, AXES[along], style.mathtext(sp.latex(bounds(str(data["claim"][0]))[0].left)))
    style.heading(grid[0, 0], _heading(data, along))


def _panel(axes: Axes, data: Data, along: str) -> None:
    """Draw one problem; the first claim's left side is the measured one."""
    claims = {key: where(data, data["claim"] == key) for key in dict.fromkeys(data["claim"].tolist())}
    first = next(iter(claims.values()))
    style.decades(axes)
    axes.plot(first[along], first["left"], label="measured", zorder=3, **style.MEASURED)
    if along == "T":
        _slope(axes, first)
    remarks = []
    for place, (key, rows) in enumerate(claims.items()):
        axes.plot(rows[along], rows["right"], label=f"bound of {_short(key)}", **style.bound(place))
        remarks.append(f"{_short(key)}: {np.nanmax(first['left'] / rows['right']):.3f}")
    style.note(axes, 0.98, 0.98, "\n".join(remarks))
    name, kind, n = (str(first[column][0]) for column in ("problem", "kind", "n"))
    kind = ("real data, " if first["real_data"][0] else "") + style.KINDS.get(kind, kind)
    axes.set_title(f"{name}, n = {n}\n{kind}")


def _slope(axes: Axes, rows: Data) -> None:
    """Draw T^(-1/2) below the last decade and a half of what was measured."""
    late = rows["T"] >= rows["T"][-1] / 30
    T = rows["T"][late]
    below = np.min(rows["left"][late] * np.sqrt(T)) / 2
    axes.plot(T, below / np.sqrt(T), label=r"slope $T^{-1/2}$", **style.REFERENCE)


def _heading(data: Data, along: str) -> str:
    most = "in each panel the largest measured/bound"
    if along == "T":
        return rf"(a) over the number of steps $T$, at $\alpha = {data['alpha'][0]:g}$; {most}"
    return rf"(b) over the steepness $\alpha$, at $T = {data['T'][0]}$; {most}"


def _short(key: str) -> str:
    """Return the name of a claim in its source: "Theorem 1"."""
    return bounds(key)[0].source.rpartition(", ")[2]


def _exceptions(data: Data) -> str:
    """Say which problems the claim does not speak about, and why."""
    reasons = dict.fromkeys(data["because"].tolist())
    parts = [f"{', '.join(data['problem'][data['because'] == why].tolist())}: {why}" for why in reasons]
    return "Does not apply to " + "; ".join(parts) + "."


def summary(data: Data) -> Rows:
    """Return the largest measured/bound of every problem, over the number of steps and over the steepness."""
    table: dict[str, dict[str, Cell]] = {}
    applies = where(data, data["outcome"] != "not applicable")
    for problem in dict.fromkeys(applies["problem"].tolist()):
        for along, key in sorted(set(zip(applies["along"].tolist(), applies["claim"].tolist(), strict=True))):
            mine = (applies["problem"] == problem) & (applies["along"] == along) & (applies["claim"] == key)
            row = table.setdefault(problem, {"largest measured/bound": problem})
            row[f"{_short(key)}, over {along}"] = float(np.nanmax(applies["left"][mine] / applies["right"][mine]))
    return list(table.values())
