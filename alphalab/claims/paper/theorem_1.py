r"""Theorem 1: the average iterate of a convex function.

    (1/T) sum (f(x_t) - f*) <= D Delta0/(eta T gamma_min) + D L eta n/(2 gamma_min)

True, and vacuous as soon as one iterate hits a minimiser (gamma_min = 0); theory's T1* needs no gamma_min.
Source: S. Sane, arXiv 2504.16020v2, Theorem 1.
"""

from __future__ import annotations

import numpy as np

from alphalab.claims.case import Case
from alphalab.claims.claim import CONVEX, Assumption, Bound, given
from alphalab.claims.notation import D, Delta0, L, T, eta, evaluate, gamma_min, mean_delta, n
from alphalab.claims.paper.lemma_1 import ALPHAGRAD
from alphalab.claims.proof import Identity, Proof, Sign, slack

RIGHT = D * Delta0 / (eta * T * gamma_min) + D * L * eta * n / (2 * gamma_min)


def outside(case: Case) -> np.ndarray:
    """Where D does not bound the visited iterates."""
    return np.maximum.accumulate(case.history("distance")) > evaluate(D, case) * (1 + case.tolerance)


BOUNDED = Assumption(r"\|x_t-x^*\| \le D, t = 1..T", outside)


def proof() -> Proof:
    """Every inequality used is an equation with a slack >= 0; what is left over is their non-negative sum."""
    lemma_1, lemma_2, descent, infimum, convexity = map(slack, ("L1", "L2", "descent", "f^*", "convex"))
    mean_square = n - lemma_1  # Lemma 1
    decrease = Delta0 / T - infimum  # (f(x_1) - f(x_{T+1}))/T, as f >= f*
    mean_inner = decrease / eta + L * eta * mean_square / 2 - descent  # L-smoothness, summed over t
    mean_norm = mean_inner / gamma_min - lemma_2  # Lemma 2 and gamma_t >= gamma_min
    measured = D * mean_norm - convexity  # f(x_t) - f* <= <g_t, x_t - x*> <= D N_t
    left_over = D * (infimum / eta + L * eta * lemma_1 / 2 + descent + gamma_min * lemma_2) / gamma_min + convexity
    return Proof(
        steps=(
            Identity("right minus left is what the inequalities used leave over", RIGHT - measured, left_over),
            Sign("and that is not negative", left_over, ">="),
        ),
        follows=(
            "L-smoothness: f(x_{t+1}) <= f(x_t) - eta <g_t,g'_t> + (L eta^2/2) ||g'_t||^2. Summed over t, with "
            "Lemma 1, Lemma 2, f >= f*, and f(x_t) - f* <= <g_t, x_t - x*> <= D N_t by convexity."
        ),
    )


THEOREM_1 = Bound(
    key="thm-1",
    title="average iterate, convex",
    source="arXiv 2504.16020v2, Theorem 1",
    left=mean_delta,
    right=RIGHT,
    assumes=(ALPHAGRAD, CONVEX, given("L", "f_star", "x_star"), BOUNDED),
    proof=proof,
    remark="vacuous where an iterate hits a minimiser; T1* needs no gamma_min",
)
