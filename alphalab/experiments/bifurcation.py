"""Figure: where a constant step ends up as it grows past the threshold of T4*, on quadratics and beyond.

The attracting set is what the last iterates visit, seen along one direction; its period is the least p <= 32 after
which the last KEPT of them repeat.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

from alphalab import style
from alphalab.claims import gradient_case
from alphalab.claims.notation import L, N, alpha, compiled, eps, eta
from alphalab.experiments.bounds import bounds
from alphalab.experiments.columns import Data, Sensitive, spread, stacked, where
from alphalab.experiments.experiment import Experiment
from alphalab.optimizers import AlphaGrad
from alphalab.problems import Problem, problem
from alphalab.problems.quadratics import Quadratic
from alphalab.simulation import Sweep, simulate

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLUMNS = {
    "problem": "name of the problem; cycle: the 2-cycle that T4* names, of L x^2/2",
    "n": "dimension",
    "over": "learning rate over the threshold 2 eps/(alpha L)",
    "x": "a point of the attracting set, seen along one direction, in the unit of x",
    "period": "of the run it belongs to; 0 where none up to 32 is seen: the last 32 iterates of a chaotic run",
}
STEEPNESS, EPSILON = 0.5, 1.0
KEPT, LONGEST = 64, 32  # iterates, period
ALIKE = 1e-3  # of its size: a run comes as near to a stable cycle, points of chaos that lie nearer are not told apart
SMALL = 1e-2  # in the unit of x: what stays nearer to 0 is on its way to the minimum there
LEAST = 1e-6  # amplitude of a cycle that is sought: 0 solves its equation too
EXACT = 1e-15  # a few ulp of an amplitude
PANELS = (
    ("quadratic", 1, "$f = x^2/2$: the 2-cycle of T4*, nothing else"),
    ("quadratic", 3, "rotated quadratic, $n = 3$: one 2-cycle as well"),
    ("pl-sine", 1, r"$f = x^2 + 3\,\sin^2 x$, PL: period doubling"),
    ("pl-sine", 2, "its rotated sum over two coordinates"),
)
PERIODS = {  # the least period: what it is called, colour, size
    1: ("period 1", style.BLUE, 1.6),
    2: ("period 2", style.GREEN, 1.6),
    3: ("period 3 to 32", style.ORANGE, 1.6),
    0: ("no period up to 32", style.VERMILION, 0.8),
}


def compute(quick: bool) -> Data:
    """Return the attracting sets; its columns are COLUMNS."""
    over = np.geomspace(0.5, 30, 13) if quick else np.union1d(np.geomspace(0.5, 8, 60), np.geomspace(8, 30, 160))
    steps = 200 if quick else 2000
    return stacked([*(_attracting(_problem(name, n), over, steps) for name, n, _ in PANELS), _cycle(over[::4])])


def _problem(name: str, n: int) -> Problem:
    """Return the problem with its minimum at 0; the quadratics have L = 1 and condition number 10."""
    if name == "quadratic":
        return problem(name, n, eigenvalues=np.geomspace(1, 0.1, n), x_star=np.zeros(n))
    return problem(name, n)


def _method(smoothness: float, over: np.ndarray) -> AlphaGrad:
    """Return AlphaGrad with these multiples of the threshold: where T4* stops promising a decrease at N = 0."""
    (threshold,) = sp.solve(bounds("thm-4-sharp")[0].left.subs(N, 0), eta)
    least = compiled(threshold, (alpha, eps, L))(STEEPNESS, EPSILON, smoothness)
    return AlphaGrad(learning_rate=over * least, alpha=STEEPNESS, epsilon=EPSILON)


def _attracting(subject: Problem, over: np.ndarray, steps: int) -> Data:
    """Return the points of the attracting sets, all learning rates and two starts in one run."""
    grid = Sweep(learning_rate=over, x0=2 * np.random.default_rng(0).standard_normal((2, subject.n)))
    along = np.linalg.eigh(subject.A)[1][:, -1] if isinstance(subject, Quadratic) else np.eye(subject.n)[0]

    def seen(x: np.ndarray, f: np.ndarray, g: np.ndarray, d: np.ndarray) -> np.ndarray:
        return np.sum(x * along, axis=-1)

    method = _method(float(subject.constants.L or 0), grid.learning_rate)
    last = simulate(method, subject, grid.x0, steps + KEPT, observe=(seen,)).seen[-KEPT:]
    periods = _periods(last)
    parts = []
    for (row, start), period in np.ndenumerate(periods):
        visited = np.sort(last[-(period or LONGEST) :, row, start])
        same = {"problem": subject.name, "n": subject.n, "over": over[row]}
        parts.append(spread(COLUMNS, **same, x=np.round(visited, 6) + 0.0, period=period))
    return stacked(parts)


def _periods(last: np.ndarray) -> np.ndarray:
    """Return the least p after which a history (KEPT, *batch) repeats, to a thousandth of its size; else 0."""
    size, found = np.maximum(np.max(np.abs(last), axis=0), SMALL), np.zeros(last.shape[1:], dtype=int)
    for p in range(LONGEST, 0, -1):
        found[np.max(np.abs(last[p:] - last[:-p]), axis=0) < ALIKE * size] = p
    return found


def _cycle(over: np.ndarray) -> Data:
    """Return the amplitude +-a of the 2-cycle where T4* says there is one: from a the step is 2a, L1* at n = 1."""
    from scipy.optimize import brentq

    (step_size,) = bounds("lemma-1-sharp")
    etas = _method(1.0, over[over > 1]).learning_rate

    def excess(a: float, rate: float) -> float:
        case = gradient_case(AlphaGrad(alpha=STEEPNESS, epsilon=EPSILON), np.asarray([[a]]))
        return float(rate * np.sqrt(step_size.sides(case)[1][0, 0]) - 2 * a)

    a = [brentq(excess, LEAST, rate / 2, (rate,), xtol=EXACT) for rate in etas]
    return spread(COLUMNS, problem="cycle", n=1, over=over[over > 1], x=a, period=2)


def _chaotic(data: Data) -> np.ndarray:
    """The rows of the function that is not convex."""
    return data["problem"] == "pl-sine"


def draw(data: Data) -> Figure:
    """Return the figure: a panel for each problem, points coloured by their period."""
    figure = style.figure(style.WIDTH, 5.6)
    grid = figure.subplots(2, 2, sharex=True)
    for axes, (name, n, words) in zip(grid.flat, PANELS, strict=True):
        _points(axes, where(data, (data["problem"] == name) & (data["n"] == n)))
        axes.set_title(words)
    cycle = where(data, data["problem"] == "cycle")
    for sign in (1, -1):
        grid[0, 0].plot(cycle["over"], sign * cycle["x"], color=style.INK, linestyle="--", linewidth=1, label="T4*")
    style.outer_labels(
        grid, r"learning rate $\eta$ over the threshold $2\varepsilon/(\alpha L)$", "attracting set of $x$"
    )
    style.legend(figure, grid.flat, loc="outside upper center", markerscale=4)
    return figure


def _points(axes: Axes, data: Data) -> None:
    axes.axvline(1, label="threshold", **style.REFERENCE)
    for period, (words, colour, size) in PERIODS.items():
        rows = where(data, (data["period"] == period) | ((period == 3) & (data["period"] >= 3)))
        over, x = np.unique([rows["over"], np.round(rows["x"], 3)], axis=-1)
        look: dict[str, Any] = {"color": colour, "linestyle": "", "marker": ".", "markersize": size}
        axes.plot(over, x, label=words, rasterized=len(x) > 1000, **look)
    axes.set(xscale="log", xticks=[0.5, 1, 2, 5, 10, 20], xticklabels=["0.5", "1", "2", "5", "10", "20"])
    axes.minorticks_off()


BIFURCATION = Experiment(
    key="bifurcation",
    title="Bifurcation: from the minimiser to a 2-cycle, and to chaos where f is not convex",
    caption=(
        "All points that the last iterates of a constant learning rate visit, with eps = 1 and alpha = 0.5. Below the "
        "threshold they are the minimiser; above it, on quadratics, two points between which the run swings for ever, "
        "where T4* says. On the non-convex PL function the 2-cycle doubles its period again and again, into chaos."
    ),
    columns=COLUMNS,
    compute=compute,
    draw=draw,
    sensitive=(Sensitive((), "the runs are chaotic, and the period found decides how many rows there are", _chaotic),),
)
