"""Figure: the run on which the sharp Theorem 2 is attained, beside the paper's bound on the same run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from alphalab import style
from alphalab.claims.theory.theorem_2 import staircase
from alphalab.experiments.bounds import bounds
from alphalab.experiments.columns import Data, spread, stacked, where
from alphalab.experiments.experiment import Experiment

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLUMNS = {
    "claim": "key of the claim left <= right",
    "n": "dimension",
    "K": "number of stairs: steps down the diagonal before the minimiser",
    "T": "number of steps, even like K: at an odd T the last stair is only half used",
    "left": "measured mean over the first T steps, in the unit of the gradient",
    "right": "bound, in the same unit",
    "used": "left/right; 1 is attained",
}
LOOKS = {  # claim: its name, the colours of what is measured and of the bound
    "thm-2-sharp": (r"T2*: mean of $\langle g_t, g'_t\rangle$", style.BLUE, style.INK),
    "thm-2": ("Theorem 2: mean of $h(N_t)$", style.VERMILION, style.ORANGE),
}
DIMENSIONS = (1, 4, 100)
STAIRS = (2, 16, 128)
LONGEST = 1024  # steps
WALK = 16  # the stairs of the runs whose sides are shown


def compute(quick: bool) -> Data:
    """Return both sides over T; its columns are COLUMNS."""
    longest = 32 if quick else LONGEST
    T = 2 * np.unique(np.geomspace(1, longest / 2, 60).astype(int))
    return stacked(_part(n, stairs, T) for n in DIMENSIONS for stairs in STAIRS)


def _part(n: int, stairs: int, T: np.ndarray) -> Data:
    """Return both sides of both claims on one run."""
    case = staircase(n, int(T[-1]), stairs)
    parts = []
    for one in bounds(*LOOKS):
        left, right = (side[T - 1] for side in one.sides(case))
        parts.append(spread(COLUMNS, claim=one.key, n=n, K=stairs, T=T, left=left, right=right, used=left / right))
    return stacked(parts)


def draw(data: Data) -> Figure:
    """Return the figure: both sides above, the share that is used below, a column for each dimension."""
    figure = style.figure(style.WIDTH, 5.2)
    grid = figure.subplots(2, len(DIMENSIONS), sharex=True)
    for place, n in enumerate(DIMENSIONS):
        chosen = where(data, data["n"] == n)
        _sides(grid[0, place], where(chosen, chosen["K"] == WALK))
        _used(grid[1, place], chosen)
        grid[0, place].set_title(f"$n = {n}$")
    style.outer_labels(grid[:1], "number of steps $T$", f"both sides, $K = {WALK}$")
    style.outer_labels(grid[1:], "number of steps $T$", "left/right")
    for axes in grid[0]:
        axes.set_xlabel("number of steps $T$", visible=False)
    figure.legend(*grid[0, 0].get_legend_handles_labels(), loc="outside upper center", ncols=4)
    figure.legend(*grid[1, 0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return figure


def _sides(axes: Axes, data: Data) -> None:
    """Draw what was measured, solid, and the bound, dashed, of both claims."""
    style.decades(axes)
    for key, (name, measured, promised) in LOOKS.items():
        rows = where(data, data["claim"] == key)
        axes.plot(rows["T"], rows["left"], color=measured, linewidth=2.4, label=name)
        axes.plot(rows["T"], rows["right"], color=promised, linestyle="--", zorder=3, label="its bound")


def _used(axes: Axes, data: Data) -> None:
    """Draw left/right, a marker for each K."""
    style.decades(axes)
    axes.set(yscale="linear", ylim=(0, 1.06), yticks=[0, 0.25, 0.5, 0.75, 1])
    for key, (_, colour, _) in LOOKS.items():
        for stairs, marker in zip(STAIRS, style.MARKERS, strict=False):
            rows = where(data, (data["claim"] == key) & (data["K"] == stairs))
            axes.plot(rows["T"], rows["used"], color=colour, marker=marker, markevery=4, markersize=4)
    for stairs, marker in zip(STAIRS, style.MARKERS, strict=False):
        axes.plot([], [], color=style.GREY, marker=marker, markersize=4, label=f"$K = {stairs}$ stairs")


TIGHTNESS = Experiment(
    key="tightness",
    title="Tightness: the run on which T2* is attained",
    caption=(
        "f = ||x||^2/2 from K steps up the diagonal: AlphaGrad walks down and then swings about the minimiser. From "
        "T = K on, the measured mean (solid) lies on the sharp bound (dashed) in every dimension, so that no constant "
        "in it can be improved; the bound of the paper's Theorem 2 on the same runs is the further off the larger n is."
    ),
    columns=COLUMNS,
    compute=compute,
    draw=draw,
    terms=LONGEST,
)
