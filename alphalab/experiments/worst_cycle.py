"""Figure: the worst function that the search among all functions has found, a loop of 28 steps in three coordinates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from alphalab import style
from alphalab.claims.falsifier.records import FLOOR
from alphalab.experiments.bounds import bounds
from alphalab.experiments.columns import Data, spread
from alphalab.experiments.experiment import Experiment

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COLUMNS = {
    "t": "step",
    "x_1": "the single coordinate",
    "x_2": "norm of the first block of 40,000 equal coordinates, with their sign",
    "x_3": "norm of the second block",
    "value": "f",
    "gradient_norm": "N_t",
    "mean": "(1/t) sum N_t up to here",
    "floor": "L eta Q/2 + eps, which the mean was thought not to exceed in the long run",
}


def compute(quick: bool) -> Data:
    """Return one turn of the cycle; `quick` makes no difference. Its columns are COLUMNS."""
    case = FLOOR.recipe().case("a cycle of 28 steps")
    x, f, _ = FLOOR.whole()
    left, right = bounds("floor-mean")[0].sides(case)
    about = dict(zip(("x_1", "x_2", "x_3"), x.T, strict=True)) | {"value": f, "gradient_norm": case.gradient_norm}
    return spread(COLUMNS, t=np.arange(1, len(f) + 1), **about, mean=left, floor=right)


def draw(data: Data) -> Figure:
    """Return the figure: the loop seen from two sides, and N_t along it."""
    figure, (first, second, norms) = style.grid(3, height=3.0)
    for axes, (across, up) in ((first, ("x_1", "x_2")), (second, ("x_1", "x_3"))):
        x, y = (np.append(data[name], data[name][0]) for name in (across, up))
        axes.plot(x, y, **style.MEASURED)
        axes.plot(x[0], y[0], "s", color=style.VERMILION, markersize=6, zorder=4)
        axes.set(xlabel=f"${across}$", ylabel=f"${up}$")
    first.set_title("28 steps of AlphaGrad, a loop")
    second.set_title("the same from another side")
    norms.plot(data["t"], data["gradient_norm"], **style.MEASURED)
    norms.axhline(data["mean"][-1], color=style.VERMILION)
    norms.axhline(data["floor"][-1], **style.bound(0))
    norms.set(xlabel="step $t$", ylabel="$N_t$", title="mean (solid) above the floor (dashed)")
    return figure


WORST_CYCLE = Experiment(
    key="worst-cycle",
    title="The worst function found: a cycle of 28 steps above the floor of the mean",
    caption=(
        "Points, gradients and values of a function with a 1-Lipschitz gradient, found by the search among all such "
        "functions and confirmed in intervals: AlphaGrad itself, alpha = 40, eps = 1e-3, n = 80,001, comes back to "
        "where it began (square) after 28 steps, x_{t+14} = -x_t. The mean of N_t on it is 1.22 times L eta Q/2 + eps, "
        "below which the least N_t must fall (N1); so for the mean no such floor holds (floor-mean). The coordinates "
        "are one component and the norms of two blocks of 40,000 equal ones."
    ),
    columns=COLUMNS,
    compute=compute,
    draw=draw,
    terms=80_001,  # the dimension
)
