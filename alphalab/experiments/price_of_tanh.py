"""Figure: rho(alpha, n), what the tanh costs in every bound, and what the guideline alpha = k sqrt(n) pays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from alphalab import style
from alphalab.claims import M, rho
from alphalab.experiments.columns import Data, spread, stacked, where
from alphalab.experiments.experiment import Experiment
from alphalab.optimizers import alpha_guideline

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLUMNS = {
    "part": "map, fixed (alpha) or guideline (alpha = k sqrt(n))",
    "k": "factor of the guideline, dimensionless; 0 elsewhere",
    "n": "dimension, on the map and the curves also between whole numbers",
    "alpha": "steepness, dimensionless",
    "rho": "price of the tanh: factor on the squared bound of the gradient norm (T2*), 1 without a tanh",
    "M_over_n": "what replaces the dimension, over the dimension",
}
FIXED = (1.0, 5.0, 30.0, 300.0)
COLOURS = (style.BLUE, style.GREEN, style.PURPLE, style.INK)
FACTORS = (1, 2, 3)
LARGEST = 1e6
LEVELS = (1.01, 1.1, 2.0, 10.0, 100.0, 1e3, 1e4, 1e5)
SMALL, LARGE = 0.1, 1e4  # alpha on the map


def compute(quick: bool) -> Data:
    """Return the map and the curves; its columns are COLUMNS."""
    n = np.geomspace(1, LARGEST, 13 if quick else 61)
    across = np.geomspace(SMALL, LARGE, 11 if quick else 51)[:, None]
    whole = [_part("map", 0, n, across)]
    fixed = [_part("fixed", 0, n, np.asarray(alpha)) for alpha in FIXED]
    guided = [_part("guideline", k, n, np.asarray([alpha_guideline(size, k) for size in n])) for k in FACTORS]
    return stacked([*whole, *fixed, *guided])


def _part(part: str, k: int, n: np.ndarray, alpha: np.ndarray) -> Data:
    price, share = rho(alpha, n), M(alpha, n) / n
    return spread(COLUMNS, part=part, k=k, n=n, alpha=alpha, rho=price, M_over_n=share)


def draw(data: Data) -> Figure:
    """Return the figure: the map on the left, curves along it on the right."""
    figure = style.figure(style.WIDTH, 3.9)
    left, right = figure.subplots(1, 2, width_ratios=[1.2, 1])
    _map(left, data)
    _curves(right, data)
    style.legend(figure, (left, right), loc="outside lower center", ncols=3, columnspacing=2.5)
    return figure


def _map(axes: Axes, data: Data) -> None:
    """Draw log10 rho over (n, alpha), its levels, and the guideline."""
    rows = where(data, data["part"] == "map")
    shape = (-1, len(np.unique(rows["n"])))
    n, alpha, price = (rows[name].reshape(shape) for name in ("n", "alpha", "rho"))
    axes.pcolormesh(n, alpha, np.log10(price), shading="gouraud", rasterized=True, vmin=0, vmax=6)
    style.decades(axes)
    axes.set(xlim=(1, LARGEST), ylim=(SMALL, LARGE), xlabel="dimension $n$", ylabel=r"steepness $\alpha$")
    levels = axes.contour(n, alpha, price, LEVELS, colors=style.ON_MAP, linewidths=0.7)
    levels.set_path_effects(style.edged(0.7))
    column = np.argmin(np.abs(n[0] - LARGEST / 4))
    crossed = [alpha[np.argmin(np.abs(np.log(price[:, column] / level))), column] for level in LEVELS]
    for words in axes.clabel(levels, fmt=_plain, fontsize=8, manual=[(n[0, column], high) for high in crossed]):
        words.set_path_effects(style.edged(0))
    for k, look in _guidelines(data):
        line = where(data, (data["part"] == "guideline") & (data["k"] == k))
        axes.plot(line["n"], line["alpha"], **look)
    axes.set_title(r"price of the tanh $\rho(\alpha, n)$: from 1 (dark) to $n$ (bright)")
    axes.grid(False)


def _curves(axes: Axes, data: Data) -> None:
    """Draw rho over n, alpha fixed or along the guideline."""
    style.decades(axes)
    for place, alpha in enumerate(FIXED):
        line = where(data, (data["part"] == "fixed") & (data["alpha"] == alpha))
        look: dict[str, Any] = {"color": COLOURS[place], "marker": style.MARKERS[place], "markevery": 0.12}
        axes.plot(line["n"], line["rho"], label=rf"$\alpha = {alpha:g}$", **look)
    for k, look in _guidelines(data):
        line = where(data, (data["part"] == "guideline") & (data["k"] == k))
        axes.plot(line["n"], line["rho"], **look)
    axes.plot([1, LARGEST], [1, LARGEST], label=r"slope 1: $\rho = n$", **style.REFERENCE)
    axes.set(xlim=(1, LARGEST), ylim=(0.7, LARGEST), xlabel="dimension $n$", ylabel=r"$\rho$")
    axes.set_title(r"$\alpha$ fixed (solid), and $\alpha = k \sqrt{n}$ (dashed)")


def _guidelines(data: Data) -> list[tuple[int, dict[str, Any]]]:
    """Return (k, how the line alpha = k sqrt(n) is drawn)."""
    looks = []
    for k, dashes in zip(FACTORS, style.DASHES, strict=False):
        share = where(data, (data["part"] == "guideline") & (data["k"] == k))["M_over_n"][-1]
        name = rf"$\alpha = {k if k > 1 else ''}\sqrt{{n}}$:  $M = {share:.2f}\, n$"
        looks.append((k, {"color": style.VERMILION, "linestyle": dashes, "label": name, "zorder": 3}))
    return looks


def _plain(level: float) -> str:
    """Return a level as it is written on the map."""
    return f"{level:g}" if level < 1e4 else f"$10^{{{np.log10(level):.0f}}}$"


PRICE_OF_TANH = Experiment(
    key="price-of-tanh",
    title="The price of the tanh, and what the guideline pays",
    caption=(
        "rho(alpha, n) is the factor by which the squash can make the bound on the squared gradient norm worse than "
        "that of normalised descent. For a fixed alpha it stops growing with the dimension; along the paper's "
        "guideline alpha = k sqrt(n) it grows like n itself, because there M, which replaces n in the sharp bounds, "
        "is a fixed share of n."
    ),
    columns=COLUMNS,
    compute=compute,
    draw=draw,
)
