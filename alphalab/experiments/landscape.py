"""Figure: where the methods walk, and what each of AlphaGrad's two stages is good for (the paper's section 7.6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from alphalab import style
from alphalab.arrays import matvec
from alphalab.experiments.columns import Data, Sensitive, coordinate, spread, stacked, where
from alphalab.experiments.experiment import Experiment
from alphalab.optimizers import AlphaGrad, GradientDescent, NormalizedGD, Rule, TanhGradient
from alphalab.problems import CustomProblem, Problem, problem
from alphalab.simulation import simulate

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

METHODS: Mapping[str, type[Rule]] = {
    "both stages": AlphaGrad,
    "no tanh": NormalizedGD,
    "no normalisation": TanhGradient,
    "neither": GradientDescent,
}
NAMES = ("AlphaGrad", "normalized GD", "tanh gradient", "gradient descent")
RANGE, SETTINGS = (1e-4, 1.0), 33  # of the learning rates tried
STEPS = 200
FLOOR = 1e-10  # of f that is shown: below it rounding decides
LATE = 10  # last steps; the learning rate is the one for which f is least throughout them

COLUMNS = {
    "what": "map: f on a grid; path: a run",
    "problem": "name of the function of two variables",
    "method": "name of the method of a path",
    "eta": "learning rate of a path, the best of those tried",
    "t": "step of a path, from 0",
    "x": "first variable, dimensionless",
    "y": "second variable, dimensionless",
    "f": "value, dimensionless; its least value is 0",
}


@dataclass(frozen=True)
class Landscape:
    """A function of two variables, where it is shown, and where the runs begin."""

    name: str
    box: tuple[float, float, float, float]  # left, right, low, high
    start: tuple[float, float]


LANDSCAPES = (
    Landscape("rosenbrock", (-1.6, 1.6, -0.6, 2.0), (-1.2, 1.0)),
    Landscape("himmelblau", (-5.5, 5.5, -5.5, 5.5), (-0.5, -1.0)),
    Landscape("network slice", (-4.0, 4.0, -4.0, 4.0), (3.0, -2.0)),
)


def surface(name: str) -> Problem:
    """Return the function called `name`; the slice is a random plane through the weights of the teacher."""
    if name != "network slice":
        return problem(name)
    whole = problem("tanh-network")
    centre = np.asarray(whole.constants.x_star)
    plane = np.linalg.qr(np.random.default_rng(1).standard_normal((whole.n, 2)))[0]
    return CustomProblem(
        value=lambda z: whole.value(centre + matvec(plane, z)),
        gradient=lambda z: matvec(plane.T, whole.gradient(centre + matvec(plane, z))),
        n=2,
        name="network-slice",
    )


def compute(quick: bool) -> Data:
    """Return the table; its columns are COLUMNS."""
    cells, steps = (9, 10) if quick else (61, STEPS)
    return stacked(part for one in LANDSCAPES for part in _parts(one, cells, steps))


def _parts(one: Landscape, cells: int, steps: int) -> Iterator[Data]:
    """Yield the map and the path of each method, with the learning rate that brought it lowest."""
    f, (left, right, low, high) = surface(one.name), one.box
    x, y = np.meshgrid(np.linspace(left, right, cells), np.linspace(low, high, cells))
    value = f.value(np.stack([x, y], axis=-1))
    yield spread(COLUMNS, what="map", problem=one.name, method="", eta=np.nan, t=0, x=x, y=y, f=value)
    etas, watched = np.geomspace(*RANGE, SETTINGS), ("value", coordinate(0), coordinate(1))
    for name, method in METHODS.items():
        run = simulate(method(learning_rate=etas), f, np.asarray(one.start), steps, observe=watched)
        best = int(np.nanargmin(np.max(run.value[-LATE:], axis=0)))
        path = {"x": run["x_0"], "y": run["x_1"], "f": run.value}
        about = {"problem": one.name, "method": name, "eta": etas[best], "t": np.arange(steps)}
        yield spread(COLUMNS, what="path", **about, **{key: column[:, best] for key, column in path.items()})


def _swinging(data: Data) -> np.ndarray:
    """The paths on the two landscapes with valleys."""
    return (data["what"] == "path") & (data["problem"] != "himmelblau")


LOOKS: dict[str, dict[str, Any]] = {
    name: {"color": colour, "linestyle": line, "linewidth": 1.7}
    for name, colour, line in zip(
        METHODS,
        (style.VERMILION, style.SKY, style.PURPLE, style.INK),
        ("-", (0, (5, 1.2)), (0, (4, 1, 1, 1)), (0, (1.2, 1))),
        strict=True,
    )
}


def draw(data: Data) -> Figure:
    """Return the landscapes with the paths, and below each f over the step."""
    figure = style.figure(style.WIDTH, 6.2)
    grid = np.asarray(figure.subplots(2, len(LANDSCAPES), height_ratios=[1.25, 1]))
    for (above, below), one in zip(grid.T, LANDSCAPES, strict=True):
        rows = where(data, data["problem"] == one.name)
        _landscape(figure, above, rows, one)
        _descent(below, where(rows, rows["what"] == "path"))
        above.set_ylabel("second variable", visible=above is grid[0, 0])
        below.set_ylabel("$f(x_t)$", visible=below is grid[1, 0])
    handles, labels = grid[1, 0].get_legend_handles_labels()
    labels = [f"{label}: {name}" for label, name in zip(labels, NAMES, strict=True)]
    figure.legend(handles, labels, loc="outside upper center", ncols=2, handlelength=3)
    return figure


def _landscape(figure: Figure, axes: Axes, rows: Data, one: Landscape) -> None:
    """Draw log10 f and the paths, each with a pale edge so that it stands out."""
    from matplotlib.patheffects import Normal, Stroke

    cells = where(rows, rows["what"] == "map")
    x, y = np.unique(cells["x"]), np.unique(cells["y"])
    low = np.quantile(cells["f"], 0.02)  # below it a narrow valley would be a row of beads, one for each cell
    height = np.log10(np.maximum(cells["f"], low)).reshape(len(y), len(x))
    left, right, bottom, top = one.box
    smooth: dict[str, Any] = {"origin": "lower", "extent": one.box, "aspect": "auto", "interpolation": "bicubic"}
    drawn = axes.imshow(height, cmap=style.MAP, **smooth)
    axes.contour(x, y, height, levels=8, colors=style.ON_MAP, linewidths=0.5, linestyles="solid", alpha=0.5)
    edge = [Stroke(linewidth=3.4, foreground=style.PAPER), Normal()]
    for name, look in LOOKS.items():
        path = where(rows, rows["method"] == name)
        axes.plot(path["x"], path["y"], path_effects=edge, **look)
    axes.plot(*one.start, "o", color=style.INK, markersize=5, markeredgecolor=style.PAPER, zorder=4)
    axes.set(xlim=(left, right), ylim=(bottom, top), title=one.name, xlabel="first variable")
    axes.grid(False)
    bar = figure.colorbar(drawn, ax=axes, location="bottom", aspect=18, pad=0.02, ticks=_whole(height))
    bar.ax.set_xlabel(r"$\log_{10} f$")
    bar.ax.set_ylabel("scale", visible=False)
    bar.ax.grid(False)


def _whole(height: np.ndarray) -> list[int]:
    """Return the whole numbers among the heights."""
    return list(range(int(np.ceil(height.min())), int(np.floor(height.max())) + 1))


def _descent(axes: Axes, rows: Data) -> None:
    for name, look in LOOKS.items():
        path = where(rows, rows["method"] == name)
        axes.plot(path["t"], path["f"], label=name, **look)
    style.decades(axes)
    axes.set(xscale="linear", xlabel="step $t$", ylim=(max(axes.get_ylim()[0], FLOOR), None))


LANDSCAPE = Experiment(
    key="landscape",
    title="Landscapes: the paths of the methods, and AlphaGrad without its stages",
    caption=(
        "Two textbook functions and a random plane through the weights that a 2-3-1 network is to learn; the methods "
        "walk within the plane, from the dot, with alpha = 2 and each with the learning rate (of 33, 1e-4 to 1) for "
        "which f is least throughout the last 10 of 200 steps. The tanh bends the path towards the diagonals; with the "
        "normalisation all steps are about equally long, so a method ends by hopping around the minimum (below), where "
        "gradient descent, its steps shrinking with the gradient, goes on. Darkest: the lowest 2 percent of a map."
    ),
    columns=COLUMNS,
    compute=compute,
    draw=draw,
    terms=STEPS,
    sensitive=(Sensitive(("x", "y", "f"), "a path along a narrow valley swings across it, and hops in it", _swinging),),
)
