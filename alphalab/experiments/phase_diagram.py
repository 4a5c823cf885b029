"""Figure: how far AlphaGrad gets, how fast, and how saturated it is, over alpha and the learning rate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from alphalab import style
from alphalab.experiments.bounds import HOPS
from alphalab.experiments.columns import Data, Sensitive, spread, stacked, where
from alphalab.experiments.experiment import Experiment
from alphalab.optimizers import AlphaGrad
from alphalab.problems import PROBLEMS, problem
from alphalab.registry import find
from alphalab.simulation import Sweep, simulate

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SUBJECTS = ({"name": "quadratic"}, {"name": "log-cosh"}, {"name": "pl-sine"}, {"name": "rosenbrock", "n": 4})
TOLERANCE = 1e-2  # of the gradient norm at the start
STEPS = 1000
LATE = 100  # last steps, over which is averaged
STALLED = 0.01  # of the fall of f that the gradient promises

COLUMNS = {
    "problem": "name of the problem",
    "kind": "the strongest property the problem has",
    "n": "dimension",
    "alpha": "steepness, dimensionless",
    "eta": "learning rate, in the unit of x",
    "late_norm": f"gradient norm, mean of the last {LATE} steps, over the norm at the start",
    "reached": f"first step, from 0, with the gradient norm at {TOLERANCE:g} of its start; -1: never",
    "saturated": "fraction of the components with |alpha g~_i| > 2.5, mean over the run",
    "ended": f"reached, diverged, descending, or stalled: f fell by less than {STALLED:g} of the sum of eta <g, d> "
    f"in the last {LATE} steps",
}


def compute(quick: bool) -> Data:
    """Return the table; its columns are COLUMNS."""
    alphas, etas, steps = (7, 6, LATE) if quick else (33, 31, STEPS)
    grid = Sweep(learning_rate=np.geomspace(1e-4, 10, etas), alpha=np.geomspace(1e-2, 100, alphas))
    return stacked(_part(subject, grid, steps) for subject in SUBJECTS)


def _part(options: dict[str, Any], grid: Sweep, steps: int) -> Data:
    """Run the whole grid on one problem, as one batch."""
    subject, entry = problem(**options), find("problem", options["name"], PROBLEMS)
    rule = AlphaGrad(learning_rate=grid.learning_rate, alpha=grid.alpha)
    watched = ("value", "alignment", "gradient_norm", "mean:saturated_fraction")
    run = simulate(rule, subject, subject.start(), steps, observe=watched)
    norm = run.gradient_norm / run.gradient_norm[0]
    small = norm <= TOLERANCE
    reached = np.where(small.any(axis=0), np.argmax(small, axis=0), -1)
    promised = grid.learning_rate * np.sum(run.alignment[-LATE:], axis=0)
    ended = np.where(run.value[-LATE] - run.value_last < STALLED * promised, "stalled", "descending")
    ended = np.where(reached >= 0, "reached", np.where(run.status == "diverged", "diverged", ended))
    return spread(
        COLUMNS,
        problem=options["name"],
        kind=entry.kind,
        n=subject.n,
        alpha=grid.alpha,
        eta=grid.learning_rate,
        late_norm=np.mean(norm[-LATE:], axis=0),
        reached=reached,
        saturated=run["mean:saturated_fraction"],
        ended=ended,
    )


def _arrived(data: Data) -> np.ndarray:
    """The runs whose steps, about eta min(alpha, 1) long, add up to enough to come near a minimum and hop there."""
    return STEPS * data["eta"] * np.minimum(data["alpha"], 1) > 0.5


NAMES = ("late gradient norm / first", f"steps to {TOLERANCE:g} of the first norm", "saturated fraction")
REASONS = (("descending", "not reached, still descending", None), ("stalled", "not reached, stalled", "//////"))


def draw(data: Data) -> Figure:
    """Return the maps: a row for each problem, a column for each quantity."""
    from matplotlib.colors import LogNorm, Normalize
    from matplotlib.patches import Patch

    figure = style.figure(style.WIDTH, 8.4)
    names = list(dict.fromkeys(data["problem"].tolist()))
    grid = np.asarray(figure.subplots(len(names), 3, sharex=True, sharey=True))
    scales = (LogNorm(1e-4, 1), LogNorm(1, 1000), Normalize(0, 1))
    maps: list[Any] = []
    for row, name in zip(grid, names, strict=True):
        rows = where(data, data["problem"] == name)
        times = np.where(rows["reached"] < 0, np.nan, np.maximum(rows["reached"], 1))
        values = (rows["late_norm"], times, rows["saturated"])
        maps = [_map(axes, rows, v, scale) for axes, v, scale in zip(row, values, scales, strict=True)]
        _mark(row[1], rows)
        kind = str(rows["kind"][0])
        row[0].set_title(rf"{name}, $n = {rows['n'][0]}$, {style.KINDS.get(kind, kind)}", loc="left")
    style.outer_labels(grid, r"steepness $\alpha$", r"learning rate $\eta$")
    for place, (drawn, name) in enumerate(zip(maps, NAMES, strict=True)):
        bar = figure.colorbar(drawn, ax=grid[:, place], location="top", aspect=18, pad=0.015, extend="neither")
        bar.ax.set_xlabel(name)
        bar.ax.set_ylabel(name, visible=False)
        bar.ax.grid(False)
    patches = [Patch(facecolor=style.FAINT, edgecolor=style.GREY, hatch=h, label=label) for _, label, h in REASONS]
    figure.legend(handles=patches, loc="outside lower center", ncols=2)
    return figure


def _map(axes: Axes, rows: Data, values: np.ndarray, scale: Any) -> Any:
    """Draw one map; cells without a value stay grey."""
    alpha, eta = np.unique(rows["alpha"]), np.unique(rows["eta"])
    axes.grid(False)
    axes.set(xscale="log", yscale="log", facecolor=style.FAINT)
    axes.set_xticks([1e-2, 1, 100])
    axes.set_yticks([1e-4, 1e-2, 1])
    axes.minorticks_off()
    axes.set(xlim=_ends(alpha), ylim=_ends(eta))
    cells = values.reshape(len(eta), len(alpha))
    return axes.pcolormesh(alpha, eta, cells, norm=scale, cmap=style.MAP, shading="nearest", rasterized=True)


def _mark(axes: Axes, rows: Data) -> None:
    """Hatch the stalled cells: one path of rectangles, as a patch for each would make a large file."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    sides = [_edges(np.unique(rows[name])) for name in ("alpha", "eta")]
    corners = []
    for alpha, eta in zip(rows["alpha"][stalled := rows["ended"] == "stalled"], rows["eta"][stalled], strict=True):
        (left, right), (low, high) = sides[0][alpha], sides[1][eta]
        corners += [(left, low), (right, low), (right, high), (left, high), (left, low)]
    if corners:
        pen = [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY] * (len(corners) // 5)
        axes.add_patch(PathPatch(Path(corners, pen), fill=False, edgecolor=style.GREY, hatch="//////", linewidth=0))


def _ends(centres: np.ndarray) -> tuple[float, float]:
    """Return the outer edges of the cells."""
    edges = _edges(centres)
    return edges[float(centres[0])][0], edges[float(centres[-1])][1]


def _edges(centres: np.ndarray) -> dict[float, tuple[float, float]]:
    """Return centre -> the edges of its cell, centres in geometric progression."""
    half = np.sqrt(centres[1] / centres[0])
    return {float(centre): (centre / half, centre * half) for centre in centres}


PHASE_DIAGRAM = Experiment(
    key="phase-diagram",
    title="Phase diagram: alpha against the learning rate",
    caption=(
        "1023 runs of AlphaGrad on each of four problems, all from one start, 1000 steps, epsilon = 1e-8. Too small a "
        "step (bottom left) is still on its way, too large a step (top) hops around the minimum: the border between "
        "the two follows eta min(alpha, 1) = const, so for small alpha only the product alpha eta matters, and for "
        "large alpha only eta. What is left of the gradient at the end is proportional to the step."
    ),
    columns=COLUMNS,
    compute=compute,
    draw=draw,
    terms=STEPS,
    sensitive=(Sensitive(("late_norm", "reached", "saturated", "ended"), HOPS, _arrived),),
)
