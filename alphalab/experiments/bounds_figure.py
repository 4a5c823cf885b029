"""The picture of `bounds`: (a) over T and (b) over alpha, one problem large, the others small."""

from __future__ import annotations

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

LARGE, SMALL, TOP, NOTE = 2.7, 1.45, 0.35, 0.3  # heights in inches
AXES = {"T": "number of steps $T$", "alpha": r"steepness $\alpha$"}


def draw(data: Data) -> Figure:
    """Return the figure of a table of `bounds`: measured side solid, bounds dashed.

    Two large panels show the problem on which a bound comes nearest, over T and over alpha; small ones the others.
    """
    applies = data["outcome"] != "not applicable"
    shown = where(data, applies)
    names = sorted(dict.fromkeys(shown["problem"].tolist()), key=lambda name: -_nearest(shown, name))
    small = [(along, name) for along in AXES for name in names[1:]]
    across = len(small) if len(small) <= 4 else len(small) // 2
    rows = -(-len(small) // across)
    figure = style.figure(style.WIDTH, TOP + LARGE + SMALL * rows + (0 if applies.all() else NOTE))
    cells = figure.add_gridspec(1 + rows, 2 * across, height_ratios=[LARGE, *[SMALL] * rows])
    large = [figure.add_subplot(cells[0, place * across : (place + 1) * across]) for place in range(2)]
    for axes, along in zip(large, AXES, strict=True):
        _panel(axes, _rows(shown, along, names[0]), along)
        axes.set_title(f"{_title(_rows(shown, along, names[0]))}\n{_settings(shown, along)}")
        axes.set_ylabel(_measured(data), visible=along == "T")
    for place, (along, name) in enumerate(small):
        row, column = divmod(place, across)
        axes = figure.add_subplot(cells[1 + row, 2 * column : 2 * column + 2])
        _panel(axes, _rows(shown, along, name), along, small=True)
        axes.set_ylabel(_measured(data), visible=False)
    style.legend(figure, [large[0]], loc="outside upper center")
    if not applies.all():
        figure.supxlabel(_exceptions(where(data, ~applies)), fontsize=9, color=style.GREY)
    return figure


def _rows(data: Data, along: str, name: str) -> Data:
    return where(data, (data["along"] == along) & (data["problem"] == name))


def _nearest(data: Data, name: str) -> float:
    """Return the largest measured/bound met on a problem."""
    mine = data["problem"] == name
    return float(np.nanmax(data["left"][mine] / data["right"][mine]))


def _measured(data: Data) -> str:
    return style.mathtext(sp.latex(bounds(str(data["claim"][0]))[0].left))


def _panel(axes: Axes, data: Data, along: str, *, small: bool = False) -> None:
    """Draw one problem; the first claim's left side is the measured one."""
    claims = {key: where(data, data["claim"] == key) for key in dict.fromkeys(data["claim"].tolist())}
    first = next(iter(claims.values()))
    style.decades(axes)
    marks: dict[str, Any] = {"marker": "", "linewidth": 1.4} if small else {}
    axes.plot(first[along], first["left"], label="measured", zorder=3, **(style.MEASURED | marks))
    if along == "T":
        _slope(axes, first)
    remarks = []
    for place, (key, rows) in enumerate(claims.items()):
        axes.plot(rows[along], rows["right"], label=f"bound of {_short(key)}", **style.bound(place))
        remarks.append(f"{_short(key)}: {np.nanmax(first['left'] / rows['right']):.3f}")
    if small:
        axes.set_title(f"{first['problem'][0]!s}\n{remarks[-1]}", fontsize=7)
        axes.tick_params(labelsize=6.5)
        axes.locator_params(numticks=4)
    else:
        style.note(axes, 0.98, 0.98, "\n".join(["largest measured/bound", *remarks]))
    axes.set_xlabel(AXES[along], fontsize=7 if small else 9)


def _title(data: Data) -> str:
    name, kind, n = (str(data[column][0]) for column in ("problem", "kind", "n"))
    return f"{name}, n = {n}, {'real data, ' if data['real_data'][0] else ''}{style.KINDS.get(kind, kind)}"


def _slope(axes: Axes, rows: Data) -> None:
    """Draw T^(-1/2) below the last decade and a half of what was measured."""
    late = rows["T"] >= rows["T"][-1] / 30
    T = rows["T"][late]
    below = np.min(rows["left"][late] * np.sqrt(T)) / 2
    axes.plot(T, below / np.sqrt(T), label=r"slope $T^{-1/2}$", **style.REFERENCE)


def _settings(data: Data, along: str) -> str:
    """Say what is varied, and what is not."""
    first = where(data, data["along"] == along)
    if along == "T":
        return rf"(a) over the number of steps $T$, at $\alpha = {first['alpha'][0]:g}$"
    return rf"(b) over the steepness $\alpha$, at $T = {first['T'][0]}$"


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
