r"""Theorem 2: the gradient norm of a smooth function, convex or not.

    min_t h(N_t) <= (1/T) sum h(N_t) <= Delta/(eta T tanh alpha) + L eta n/(2 tanh alpha),   h(z) = z^2/(z+eps)

True, and loose by n/M(alpha, n); theory's T2* bounds the mean of N_t itself.
Source: S. Sane, arXiv 2504.16020v2, Theorem 2.
"""

from __future__ import annotations

import sympy as sp

from alphalab.claims.claim import Bound, given
from alphalab.claims.notation import Delta, L, T, alpha, eta, mean_h, n
from alphalab.claims.paper.lemma_1 import ALPHAGRAD
from alphalab.claims.proof import Proof, slack
from alphalab.claims.theory.descent import mean_alignment, summed

RIGHT = Delta / (eta * T * sp.tanh(alpha)) + L * eta * n / (2 * sp.tanh(alpha))


def proof() -> Proof:
    """Every inequality used is an equation with a slack >= 0; what is left over is their non-negative sum."""
    mean_inner, left_over = mean_alignment(n)  # Lemma 1: ||g'||^2 <= n
    lemma_2 = slack("L2")  # <g,g'> >= tanh(alpha) h(N)
    t = sp.tanh(alpha)
    return Proof(
        steps=summed(RIGHT, (mean_inner - lemma_2) / t, (left_over + lemma_2) / t),
        follows=(
            "L-smoothness: f(x_{t+1}) <= f(x_t) - eta <g_t,g'_t> + (L eta^2/2) ||g'_t||^2. Summed over t, with "
            "Lemma 1, Lemma 2 as <g,g'> >= tanh(alpha) h(N), and f >= f_inf. The minimum is at most the mean."
        ),
    )


THEOREM_2 = Bound(
    key="thm-2",
    title="mean of h(gradient norm), smooth",
    source="arXiv 2504.16020v2, Theorem 2",
    left=mean_h,
    right=RIGHT,
    assumes=(ALPHAGRAD, given("L", "f_inf")),
    proof=proof,
    remark="loose by n/M(alpha, n): T2* has M in place of n and bounds the mean of N_t",
)
