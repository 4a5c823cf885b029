"""Figure: how far AlphaGrad gets, how fast, and how saturated it is, over alpha and the learning rate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from alphalab import style
from alphalab.claims.sharp import M
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
EPSILON = 1e-2  # large enough for the threshold 2 eps/(alpha L) to lie among the learning rates
LATE = 100  # last steps, over which is averaged
STALLED = 0.01  # of the fall of f that the gradient promises

COLUMNS = {
    "problem": "name of the problem",
    "kind": "the strongest property the problem has",
    "n": "dimension",
    "alpha": "steepness, dimensionless",
    "eta": "learning rate, in the unit of x",
    "threshold": "2 eps/(alpha L): up to it a constant step converges, T4*; nan where f has no L",
    "best_eta": f"learning rate for which the bound of T2* over {STEPS} steps is least; nan where f has no L",
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
    rule = AlphaGrad(learning_rate=grid.learning_rate, alpha=grid.alpha, epsilon=EPSILON)
    watched = ("value", "alignment", "gradient_norm", "mean:saturated_fraction")
    run = simulate(rule, subject, subject.start(), steps, observe=watched)
    norm = run.gradient_norm / run.gradient_norm[0]
    small = norm <= TOLERANCE
    reached = np.where(small.any(axis=0), np.argmax(small, axis=0), -1)
    promised = grid.learning_rate * np.sum(run.alignment[-LATE:], axis=0)
    ended = np.where(run.value[-LATE] - run.value_last < STALLED * promised, "stalled", "descending")
    ended = np.where(reached >= 0, "reached", np.where(run.status == "diverged", "diverged", ended))
    known = subject.constants
    L = np.nan if known.L is None else float(known.L)
    fall = np.nan if known.f_inf is None else float(subject.value(subject.start()) - known.f_inf)
    return spread(
        COLUMNS,
        problem=options["name"],
        kind=entry.kind,
        n=subject.n,
        alpha=grid.alpha,
        eta=grid.learning_rate,
        threshold=2 * EPSILON / (grid.alpha * L),
        best_eta=np.sqrt(2 * fall / (steps * L * M(grid.alpha, subject.n))),
        late_norm=np.mean(norm[-LATE:], axis=0),
        reached=reached,
        saturated=run["mean:saturated_fraction"],
        ended=ended,
    )


def _arrived(data: Data) -> np.ndarray:
    """The runs whose steps, about eta min(alpha, 1) long, add up to enough to come near a minimum and hop there."""
    return STEPS * data["eta"] * np.minimum(data["alpha"], 1) > 0.5


NAMES = ("late gradient norm / first", f"steps to {TOLERANCE:g} of the first norm", "saturated fraction")
LINES = (  # what the theory says: its name, how it is drawn, factor, column
    (r"threshold $2\epsilon/(\alpha L)$ (T4*)", "-", 1.0, "threshold"),
    (r"$\epsilon = \alpha L \eta$ (T5*)", "--", 0.5, "threshold"),
    (r"best $\eta$ of the bound (T2*)", ":", 1.0, "best_eta"),
)
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
        _theory(row[0], rows)
        _theory(row[1], rows)
        kind = str(rows["kind"][0])
        row[0].set_title(rf"{name}, $n = {rows['n'][0]}$, {style.KINDS.get(kind, kind)}", loc="left")
    style.outer_labels(grid, r"steepness $\alpha$", r"learning rate $\eta$")
    for place, (drawn, name) in enumerate(zip(maps, NAMES, strict=True)):
        bar = figure.colorbar(drawn, ax=grid[:, place], location="top", aspect=18, pad=0.015, extend="neither")
        bar.ax.set_xlabel(name)
        bar.ax.set_ylabel(name, visible=False)
        bar.ax.grid(False)
    patches = [Patch(facecolor=style.FAINT, edgecolor=style.GREY, hatch=h, label=label) for _, label, h in REASONS]
    lines, labels = grid[0, 0].get_legend_handles_labels()
    look: dict[str, Any] = {"loc": "outside lower center", "ncols": 3, "labelcolor": style.INK}
    figure.legend([*lines, *patches], [*labels, *(label for _, label, _ in REASONS)], **look)
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


def _theory(axes: Axes, rows: Data) -> None:
    """Draw the learning rates that the theory names, where f is smooth."""
    alpha, first = np.unique(rows["alpha"], return_index=True)
    for name, line, factor, column in LINES:
        eta = factor * rows[column][first]
        if np.isfinite(eta).all():
            axes.plot(alpha, eta, color=style.ON_MAP, linestyle=line, path_effects=style.edged(1.4), lw=1.4, label=name)


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
        "1023 runs of AlphaGrad on each of four problems, all from one start, 1000 steps, epsilon = 0.01. Below the "
        "threshold 2 eps/(alpha L) of T4* (solid) a constant step converges, fastest just under it; on the line "
        "eps = alpha L eta of T5* (dashed) f falls at every step. Above, a run hops around the minimum, and what is "
        "left of the gradient is proportional to the step; far below, it is still on its way. Dotted: the learning "
        "rate for which the bound of T2* on the mean over the run is least. For small alpha only alpha eta matters, "
        "for large alpha only eta. Rosenbrock has no L and no lines."
    ),
    columns=COLUMNS,
    compute=compute,
    draw=draw,
    terms=STEPS,
    sensitive=(Sensitive(("late_norm", "reached", "saturated", "ended"), HOPS, _arrived),),
)
