"""Figure: where a constant step stops, with epsilon as usual and with epsilon scaled to the step (T4*, T5*)."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

from alphalab import style
from alphalab.claims.notation import L, mu, r
from alphalab.claims.theory.theorem_5 import RATE
from alphalab.experiments.bounds import HOPS
from alphalab.experiments.columns import Data, Sensitive, spread, stacked, where, windows
from alphalab.experiments.experiment import Experiment
from alphalab.optimizers import AlphaGrad
from alphalab.problems import problem
from alphalab.simulation import simulate

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ALPHA = 2.0
ETAS = (0.1, 0.01)
USUAL = 1e-8
SHOWN = 100  # windows of a run

COLUMNS = {
    "problem": "name of the problem",
    "epsilon_is": "usual (1e-8) or scaled (alpha L eta)",
    "eta": "learning rate, in the unit of x",
    "epsilon": "epsilon of the normalisation, in the unit of the gradient",
    "t": "first step of a window of steps, from 0",
    "low": "smallest f - f* in the window, in the unit of f; 0 and below where f is rounded to f*",
    "high": "largest f - f* in the window, in the unit of f",
    "rate": "the factor per step that T5* guarantees near the minimum, with the scaled epsilon",
}


@dataclass(frozen=True)
class Case:
    """A problem of the registry, what it is called here, how many steps it gets, the least f - f* shown, ticks."""

    name: str
    title: str
    steps: int
    least: float
    decades: int
    options: dict[str, Any] = field(default_factory=dict)


ROUND = {"eigenvalues": np.geomspace(1.0, 0.25, 5), "x_star": np.zeros(5)}
CASES = (
    Case("quadratic", r"rotated quadratic, $L = 1$, $\mu = 1/4$", 300, 1e-80, 20, ROUND),
    Case("quadratic-diagonal", "quadratic diag(1, 0.1, 0.01)", 21_000, 1e-200, 50),
    Case("pl-sine", "pl-sine, $n = 4$, not convex", 200, 1e-40, 10),
    Case("ridge-breast-cancer", "ridge regression, 569 patients, $n = 31$", 3000, 1e-17, 5),
)
ROUNDED = ("pl-sine", "ridge-breast-cancer")  # whose f* is not 0 or not exact


def compute(quick: bool) -> Data:
    """Return the table; its columns are COLUMNS."""
    return stacked(_part(case, max(20, case.steps // 100) if quick else case.steps) for case in CASES)


def _part(case: Case, steps: int) -> Data:
    """Run both epsilons with every learning rate, as one batch (epsilon, eta)."""
    subject = problem(case.name, **case.options)
    known = subject.constants
    eta = np.broadcast_to(ETAS, (2, len(ETAS)))
    L_known = np.asarray(known.L, dtype=np.float64)
    epsilon = np.stack([np.full(len(ETAS), USUAL), ALPHA * L_known * np.asarray(ETAS)])
    rule = AlphaGrad(learning_rate=eta, alpha=ALPHA, epsilon=epsilon)
    run = simulate(rule, subject, subject.start(), steps, observe=("value",))
    t = windows(steps, SHOWN)
    gap = run.value - known.f_star
    return spread(
        COLUMNS,
        problem=case.name,
        epsilon_is=np.asarray(["usual", "scaled"])[:, None],
        eta=eta,
        epsilon=epsilon,
        t=t[:, None, None],
        low=np.minimum.reduceat(gap, t),
        high=np.maximum.reduceat(gap, t),
        rate=float(final_rate().subs({L: L_known, mu: known.pl})),
    )


@functools.cache
def final_rate() -> sp.Expr:
    """The rate of T5* as r = N/(N + eps) vanishes, for every alpha."""
    return sp.limit(RATE, r, 0, "+")


LOOKS = {"usual": (style.VERMILION, r"$\epsilon = 10^{-8}$"), "scaled": (style.BLUE, r"$\epsilon = \alpha L \eta$")}
LINES = dict(zip(ETAS, ("-", (0, (4, 1, 1, 1))), strict=True))


def draw(data: Data) -> Figure:
    """Return four panels, f - f* over the step."""
    figure = style.figure(style.WIDTH, 5.6)
    grid = np.asarray(figure.subplots(2, 2))
    for axes, case in zip(grid.flat, CASES, strict=True):
        _panel(axes, where(data, data["problem"] == case.name), case)
    style.outer_labels(grid, "step $t$", r"$f(x_t) - f^*$")
    style.legend(figure, [grid[0, 0]], loc="outside upper center", ncols=3)
    return figure


def _panel(axes: Axes, data: Data, case: Case) -> None:
    from matplotlib.ticker import MaxNLocator

    axes.set_yscale("log")
    least, top, t = case.least, np.max(data["high"]), np.unique(data["t"])
    for kind, (colour, name) in LOOKS.items():
        for eta, line in LINES.items():
            rows = (data["epsilon_is"] == kind) & (data["eta"] == eta)
            low, high = (np.maximum(data[side][rows], least / 1e3) for side in ("low", "high"))
            axes.fill_between(t, low, high, color=colour, alpha=0.25, linewidth=0)
            axes.plot(t, high, color=colour, linestyle=line, label=rf"{name}, $\eta = {eta:g}$")
    axes.plot(t, 10 * top * data["rate"][0] ** t, label="slope of the guaranteed rate", **style.REFERENCE)
    axes.set_yticks([10.0**power for power in range(0, round(np.log10(least)) - 1, -case.decades)])
    axes.set_ylim(least, 300 * top)
    axes.set_xlim(0, t[-1])
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.set_title(case.title)


SCALED_EPSILON = Experiment(
    key="scaled-epsilon",
    title="The scaled epsilon: who stops early and who does not",
    caption=(
        "AlphaGrad (alpha = 2, constant learning rate eta, nothing tuned) with the usual epsilon = 1e-8 hops around "
        "the minimum at a height set by eta and stays there (shaded: the range it hops in); with epsilon = alpha L eta "
        "it goes on, linearly, to where f is rounded (1e-17, bottom right) and far below where the minimum is 0. "
        "Dotted: the slope of the rate that theorem T5* guarantees."
    ),
    columns=COLUMNS,
    compute=compute,
    draw=draw,
    terms=max(case.steps for case in CASES),
    sensitive=(
        Sensitive(("low", "high"), HOPS, lambda data: data["epsilon_is"] == "usual"),
        Sensitive(("low", "high"), "f - f* ends as a rounding error", lambda data: np.isin(data["problem"], ROUNDED)),
    ),
)
