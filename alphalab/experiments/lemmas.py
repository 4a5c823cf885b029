"""Figure: how much of Lemma 1 and Lemma 2 and of their sharp versions random gradients use up.

Each gradient meets an alpha and an eps of its own: log alpha and log(||g||/eps) are uniform.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from alphalab import style
from alphalab.claims import gradient_case
from alphalab.experiments.bounds import bounds
from alphalab.experiments.columns import Data, spread, stacked, where
from alphalab.experiments.experiment import Experiment
from alphalab.optimizers import AlphaGrad

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLUMNS = {
    "claim": "key of the inequality left <= right",
    "n": "dimension",
    "gradients": "how their components are drawn",
    "count": "number of gradients",
    "low": "lower edge of a bin of left/right",
    "high": "upper edge of the bin",
    "density": "share of the gradients in the bin, over its width",
    "least": "least left/right among these gradients",
    "largest": "largest left/right; above 1 by rounding only",
}
PANELS = (  # name, what is bounded; the paper's lemma, where there is one, and the sharp one; what attains the latter
    ("Lemma 1 and L1*", r"$\|g'\|^2$ from above", "lemma-1", "lemma-1-sharp", "balanced"),
    ("L1*", r"$\|g'\|^2$ from below", "", "lemma-1-sharp-lower", "one component"),
    ("Lemma 2 and L2*", r"$\langle g, g'\rangle$ from below", "lemma-2", "lemma-2-sharp", "one component"),
    ("L2*", r"$\langle g, g'\rangle$ from above", "", "lemma-2-sharp-upper", "balanced"),
)
CLAIMS = tuple(key for panel in PANELS for key in panel[2:4] if key)
RANDOM = ("Gaussian", "heavy-tailed", "sparse")
EXTREMAL = {"balanced": "s", "one component": "^"}
COUNTS = {2: 150_000, 10: 150_000, 100: 33_334}  # dimension: gradients of each random kind, together a million
EDGES = np.arange(42) / 41  # none at 1/2, 1/10, 1/100, where a saturated gradient sits exactly
FLOOR = 1e-3  # of the density shown


def compute(quick: bool) -> Data:
    """Return the histograms of a million gradients; its columns are COLUMNS."""
    counts = {n: count // 300 if quick else count for n, count in COUNTS.items()}
    return stacked(part for n in counts for kind in (*RANDOM, *EXTREMAL) for part in _parts(n, kind, counts[n]))


def _parts(n: int, kind: str, count: int) -> Iterator[Data]:
    """Yield a histogram for each claim."""
    random = np.random.default_rng([n, count])
    g = _drawn(random, kind, (count if kind in RANDOM else 100, n))
    size = np.sqrt(np.sum(g * g, axis=-1))
    alpha, ratio = 10.0 ** random.uniform((-1, -2), (2, 2), (len(g), 2)).T
    case = gradient_case(AlphaGrad(alpha=alpha, epsilon=size / ratio), g)
    for one in bounds(*CLAIMS):
        left, right = one.sides(case)
        used = (left / right)[0]
        density, _ = np.histogram(np.minimum(used, 1), EDGES, density=True)
        known = {"claim": one.key, "n": n, "gradients": kind, "count": len(g)}
        ends = {"least": used.min(), "largest": used.max()}
        yield spread(COLUMNS, **known, **ends, low=EDGES[:-1], high=EDGES[1:], density=density)


def _drawn(random: np.random.Generator, kind: str, shape: tuple[int, int]) -> np.ndarray:
    """Return gradients of this kind, none of them 0."""
    if kind == "balanced":
        return random.choice([-1.0, 1.0], shape)
    if kind == "one component":
        return np.eye(shape[1])[random.integers(shape[1], size=shape[0])]
    g = random.standard_t(1.5, shape) if kind == "heavy-tailed" else random.standard_normal(shape)
    if kind == "sparse":
        g[:, 1:] *= random.random((shape[0], shape[1] - 1)) < 0.2
    return g


def draw(data: Data) -> Figure:
    """Return the figure: a row for each inequality, a column for each dimension."""
    figure = style.figure(style.WIDTH, 7.6)
    grid = figure.subplots(len(PANELS), len(COUNTS), sharex=True, sharey=True)
    for (row, place), axes in np.ndenumerate(grid):
        name, words, paper, sharp, attained = PANELS[row]
        n = list(COUNTS)[place]
        _panel(axes, where(data, data["n"] == n), paper, sharp, attained)
        axes.set_title(f"{name}: {words}" if place == 0 else "", loc="left")
        style.note(axes, 0.87, 0.94, f"$n = {n}$")
    style.outer_labels(grid, "left/right of the inequality", "density")
    style.legend(figure, grid[:2, 0], loc="outside upper center", ncols=3)
    return figure


def _panel(axes: Axes, data: Data, paper: str, sharp: str, attained: str) -> None:
    """Draw the paper's inequality as a grey area, all gradients together, the sharp one as a line for each kind."""
    from matplotlib.ticker import NullLocator

    edges = np.append(np.unique(data["low"]), 1.0)
    axes.set(yscale="log", ylim=(FLOOR, 300), xlim=(-0.02, 1.04), yticks=[1e-2, 1, 1e2])
    axes.yaxis.set_minor_locator(NullLocator())
    if paper:
        pooled = [_density(data, paper, kind) for kind in RANDOM]
        axes.stairs(np.mean(pooled, axis=0), edges, fill=True, color=style.FAINT, label="the paper's lemma, all kinds")
    for kind, colour, dashes in zip(RANDOM, style.COLOURS, ("-", *style.DASHES), strict=False):
        axes.stairs(_density(data, sharp, kind), edges, color=colour, linestyle=dashes, label=f"sharp, {kind}")
    (largest,) = np.unique(where(data, (data["claim"] == sharp) & (data["gradients"] == attained))["largest"])
    look: dict[str, Any] = {"marker": EXTREMAL[attained], "color": style.PURPLE, "markersize": 6, "linestyle": ""}
    axes.plot([largest], [100], label=f"attained: {attained}", **look)


def _density(data: Data, claim: str, kind: str) -> np.ndarray:
    """Return the density in every bin, no smaller than what is shown."""
    return np.maximum(where(data, (data["claim"] == claim) & (data["gradients"] == kind))["density"], FLOOR)


LEMMAS = Experiment(
    key="lemmas",
    title="Lemma 1 and Lemma 2, and their sharp versions",
    caption=(
        "The density of left/right over a million random gradients, each with an alpha from 0.1 to 100 and an eps "
        "from a hundredth to a hundred times its norm: 1 means that the inequality is attained. The paper's lemmas "
        "(grey) are mostly far from 1; the sharp ones are reached exactly, by a gradient with equal components or "
        "with a single one (marks at 1)."
    ),
    columns=COLUMNS,
    compute=compute,
    draw=draw,
)
