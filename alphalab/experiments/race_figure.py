"""The picture of `race`: performance profiles, data profiles, every method, who gets how far within the budget."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from alphalab import style
from alphalab.experiments.columns import Data, Sensitive, where
from alphalab.experiments.experiment import Experiment
from alphalab.experiments.race import COLUMNS, METHODS, TAUS, compute
from alphalab.experiments.rows import Cell, Rows

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TAU = 1e-3  # of the profiles
HIGHLIGHTED: dict[str, dict[str, Any]] = {
    "AlphaGrad": {"color": style.BLUE, "linestyle": "-"},
    "AlphaGrad, momentum": {"color": style.GREEN, "linestyle": (0, (5, 1.5))},
    "Adam": {"color": style.VERMILION, "linestyle": (0, (4, 1, 1, 1))},
    "gradient descent": {"color": style.INK, "linestyle": (0, (1, 1))},
}
OTHERS: dict[str, Any] = {"color": style.GREY, "linestyle": "-", "linewidth": 0.6, "alpha": 0.6, "zorder": 1.5}
LOOKS = {name: OTHERS | look | {"linewidth": 2.2, "alpha": 1, "zorder": 3} for name, look in HIGHLIGHTED.items()}
TUNINGS = {"problem": "tuned for each problem", "once": "one setting for all problems"}
MARKERS = dict(zip(TAUS, ("s", "o", "D"), strict=True))


def draw(data: Data) -> Figure:
    """Return a column for each tuning: profiles and accuracies; between them a small panel for each other method."""
    figure = style.figure(style.WIDTH, 10.2)
    others = [method for method in METHODS if method not in HIGHLIGHTED]
    across = -(-len(others) // 2)
    cells = figure.add_gridspec(5, 2 * across, height_ratios=[2.1, 2.1, 1, 1, 2.6])
    sides = [slice(0, across), slice(across, None)]
    panels = np.asarray([[figure.add_subplot(cells[row, side]) for row in (0, 1, 4)] for side in sides])
    for (tuning, title), (above, below, last), left in zip(TUNINGS.items(), panels, (True, False), strict=True):
        rows = where(data, data["tuning"] == tuning)
        _performance(above, rows)
        _data_profile(below, rows)
        _accuracy(last, rows)
        above.set_title(title)
        for axes in (above, below):
            axes.yaxis.label.set_visible(left)
        last.tick_params(labelleft=left)
    tuned = where(data, data["tuning"] == "problem")
    for place, method in enumerate(others):
        row, column = divmod(place, across)
        axes = figure.add_subplot(cells[2 + row, 2 * column : 2 * column + 2])
        _performance(axes, tuned, {method: {"color": style.BLUE, "linewidth": 1.8, "alpha": 1, "zorder": 3}})
        axes.set_title(method, fontsize=8)
        axes.set(ylabel="share", xticks=[1, 8, 32], xticklabels=["1", "8", "32"], yticks=[0, 0.5, 1])
        axes.tick_params(labelsize=7)
        for axis in (axes.xaxis, axes.yaxis):
            axis.label.set_visible(False)
    style.legend(figure, [panels[0, 0]], loc="outside upper center", ncols=3, handlelength=2.6)
    style.legend(figure, [panels[0, 2]], loc="outside lower center")
    return figure


def _gradients(rows: Data, tau: float) -> np.ndarray:
    """Return the gradients to the target, infinite for a failure, (method, run)."""
    cost = np.stack([rows["gradients"][(rows["tau"] == tau) & (rows["method"] == method)] for method in METHODS])
    return np.where(cost < 0, np.inf, np.maximum(cost, 1))


def _steps(axes: Axes, cost: np.ndarray, end: float, looks: dict[str, dict[str, Any]]) -> None:
    """Draw, for each method, the share of its runs with a cost of at most the abscissa; those without a look grey."""
    rest = "the others, one by one below"
    for method, costs in zip(METHODS, cost, strict=True):
        known = np.sort(costs[np.isfinite(costs)])
        share = np.arange(len(known) + 1) / len(costs)
        x, y = np.concatenate([known, [end]]), np.concatenate([share[1:], share[-1:]])
        axes.step(
            np.concatenate([[1], x]),
            np.concatenate([[0], y]),
            where="post",
            label=method if method in looks else rest,
            **(OTHERS | looks.get(method, {})),
        )
    axes.set(xscale="log", xlim=(1, end), ylim=(0, 1))


def _performance(axes: Axes, rows: Data, looks: dict[str, dict[str, Any]] = LOOKS) -> None:
    """Dolan and More: the cost over the least cost of any method on the same run."""
    cost = _gradients(rows, TAU)
    least = np.min(cost, axis=0, initial=np.finfo(float).max)  # finite: inf/inf would be no number
    _steps(axes, cost / least, 32.0, looks)
    axes.set_xlabel("times as many gradients as the best method")
    axes.set_ylabel("share of solved runs\n(performance profile)")
    axes.set_xticks([1, 2, 4, 8, 16, 32], ["1", "2", "4", "8", "16", "32"])
    axes.minorticks_off()


def _data_profile(axes: Axes, rows: Data) -> None:
    """More and Wild: the cost itself, a gradient counting as they count n + 1 values."""
    budget = float(rows["budget"][0])
    _steps(axes, _gradients(rows, TAU), budget, LOOKS)
    axes.set_xlabel("gradients")
    axes.set_ylabel("share of solved runs\n(data profile)")
    ticks = [tick for tick in (1, 3, 10, 30, 100) if tick <= budget]
    axes.set_xticks(ticks, [str(tick) for tick in ticks])
    axes.minorticks_off()


def _accuracy(axes: Axes, rows: Data) -> None:
    """The share of runs solved within the budget, for each accuracy."""
    places = -np.arange(len(METHODS))
    for tau, marker in MARKERS.items():
        share = np.mean(np.isfinite(_gradients(rows, tau)), axis=1)
        name = rf"$\tau = 10^{{{round(np.log10(tau))}}}$"
        axes.scatter(share, places, s=22, marker=marker, label=name, zorder=3, **_ink(tau))
    axes.set_xlim(-0.03, 1.03)
    axes.set_yticks(places, list(METHODS))
    axes.set_xlabel("share of runs solved within the budget")
    axes.set_ylabel("method", visible=False)


def _ink(tau: float) -> dict[str, Any]:
    """Filled for the accuracy of the profiles."""
    colours = [LOOKS.get(method, OTHERS)["color"] for method in METHODS]
    return {"facecolors": colours if tau == TAU else "none", "edgecolors": colours}


def summary(data: Data) -> Rows:
    """Return the share of runs solved, for each method, tuning and accuracy."""
    table: list[dict[str, Cell]] = [{"method": method} for method in METHODS]
    for tuning, title in TUNINGS.items():
        rows = where(data, data["tuning"] == tuning)
        for tau in TAUS:
            for row, cost in zip(table, _gradients(rows, tau), strict=True):
                row[f"{title}, tau = {tau:g}"] = float(np.mean(np.isfinite(cost)))
    return table


RACE = Experiment(
    key="race",
    title="The race: AlphaGrad against the others, equally tuned",
    caption=(
        "Share of runs (22 problems of up to 13 dimensions, three starts each) in which a method brings f within tau "
        "of the best value that any method found in 100 gradients; profiles for tau = 1e-3, higher is better. Each "
        "method chooses among 36 settings: 36 learning rates from 1e-4 to 10, or for the four AlphaGrad methods "
        "12 learning rates over the same range times alpha in {0.5, 2, 8}; other hyperparameters are the defaults, "
        "nothing is clipped but in clipped GD, and a run that diverges has failed. AlphaGrad resembles normalized GD; "
        "RMSProp and gradient descent are fastest to 1e-3, Adam solves most to 1e-5, and where one setting must serve "
        "all problems AlphaGrad with momentum (which only it and Adam's relatives have) solves most to 1e-3."
    ),
    columns=COLUMNS,
    compute=compute,
    draw=draw,
    summary=summary,
    sensitive=(
        Sensitive(("eta", "alpha", "gradients"), "the best of settings that are nearly as good hangs on the last bit"),
    ),
)
