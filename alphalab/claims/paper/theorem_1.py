r"""Theorem 1: the average iterate of a convex function.

    (1/T) sum (f(x_t) - f*) <= D Delta0/(eta T gamma_min) + D L eta n/(2 gamma_min)

True, and vacuous as soon as one iterate hits a minimiser (gamma_min = 0); theory's T1* needs no gamma_min.
Source: S. Sane, arXiv 2504.16020v2, Theorem 1.
"""

from __future__ import annotations

import numpy as np

from alphalab.claims.case import Case
from alphalab.claims.claim import CONVEX, Assumption, Bound, given
from alphalab.claims.notation import D, Delta, Delta0, L, T, eta, evaluate, gamma_min, mean_delta, n
from alphalab.claims.paper.lemma_1 import ALPHAGRAD
from alphalab.claims.proof import Proof, slack
from alphalab.claims.theory.descent import mean_alignment, summed

RIGHT = D * Delta0 / (eta * T * gamma_min) + D * L * eta * n / (2 * gamma_min)


def outside(case: Case) -> np.ndarray:
    """Where D does not bound the visited iterates."""
    return np.maximum.accumulate(case.history("distance")) > evaluate(D, case) * (1 + case.tolerance)


BOUNDED = Assumption(r"\|x_t-x^*\| \le D, t = 1..T", outside)


def proof() -> Proof:
    """Every inequality used is an equation with a slack >= 0; what is left over is their non-negative sum."""
    mean_inner, left_over = (side.subs(Delta, Delta0) for side in mean_alignment(n))  # Lemma 1, f >= f*
    lemma_2, convexity = slack("L2"), slack("convex")
    mean_norm = mean_inner / gamma_min - lemma_2  # Lemma 2 and gamma_t >= gamma_min
    measured = D * mean_norm - convexity  # f(x_t) - f* <= <g_t, x_t - x*> <= D N_t
    return Proof(
        steps=summed(RIGHT, measured, D * (left_over / gamma_min + lemma_2) + convexity),
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
