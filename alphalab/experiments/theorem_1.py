"""Figure: what Theorem 1 promises of the average iterate of a convex function, and what is measured."""

from __future__ import annotations

from alphalab.experiments.bounds import COLUMNS, HOPS, LONGEST, Comparison, bounds
from alphalab.experiments.bounds_figure import draw, summary
from alphalab.experiments.columns import Sensitive
from alphalab.experiments.experiment import Experiment

COMPARISON = Comparison(
    claims=bounds("thm-1", "thm-1-sharp"),
    problems=("quadratic", "log-cosh", "logistic-breast-cancer", "pl-sine", "rastrigin-rotated"),
)

THEOREM_1 = Experiment(
    key="theorem-1",
    title="Theorem 1: the average iterate of a convex function",
    caption=(
        "The mean of f(x_t) - f* along a run of AlphaGrad (solid), the bound of Theorem 1 (dashed) and its sharp "
        "version T1* (dash-dotted): (a) over the number of steps, one run for each T with the learning rate of the "
        "theorem's proof for that T, which is where its right side is least; (b) over alpha, with the learning rate "
        "of the longest run. The bound falls like T^(-1/2); for small alpha it grows like 1/alpha and says little."
    ),
    columns=COLUMNS,
    compute=COMPARISON.compute,
    draw=draw,
    summary=summary,
    terms=LONGEST,
    sensitive=(
        Sensitive(("left",), HOPS),
        Sensitive(("right",), "gamma_min is measured on such runs", lambda data: data["claim"] == "thm-1"),
    ),
)
