"""Figure: what Theorem 2 promises of the gradient norm of a smooth function, and what is measured."""

from __future__ import annotations

from alphalab.experiments.bounds import COLUMNS, HOPS, LONGEST, Comparison, bounds
from alphalab.experiments.bounds_figure import draw, summary
from alphalab.experiments.columns import Sensitive
from alphalab.experiments.experiment import Experiment

COMPARISON = Comparison(
    claims=bounds("thm-2", "thm-2-norm"),
    problems=(
        "quadratic",
        "log-cosh",
        "pl-sine",
        "rastrigin-rotated",
        "least-squares-diabetes",
        "logistic-breast-cancer",
    ),
)

THEOREM_2 = Experiment(
    key="theorem-2",
    title="Theorem 2: the gradient norm of a smooth function, convex or not",
    caption=(
        "The mean of h(N_t) = N_t^2/(N_t + eps), N_t the gradient norm, along a run of AlphaGrad (solid), the bound "
        "of Theorem 2 (dashed) and its sharp version T2* (dash-dotted), which bounds the mean of N_t itself: (a) over "
        "the number of steps, one run for each T with the learning rate of the theorem, which is where its right "
        "side is least; (b) over alpha, with the learning rate of the longest run. It needs no convexity: strongly "
        "convex, convex, Polyak-Lojasiewicz, non-convex, and two real data sets."
    ),
    columns=COLUMNS,
    compute=COMPARISON.compute,
    draw=draw,
    summary=summary,
    terms=LONGEST,
    sensitive=(Sensitive(("left",), HOPS),),
)
