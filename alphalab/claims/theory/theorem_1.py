r"""T1*: Theorem 1 without gamma_min.

    (1/T) sum (f(x_t) - f*) <= D h^{-1}(b) <= D (b + eps),       b = B/tanh(alpha)
    sharper:                   D z - z^2/(2L),                   z = min(L D, h^{-1}(b))

Source: theory, T1*; it corrects S. Sane, arXiv 2504.16020v2, Theorem 1.
"""

from __future__ import annotations

import sympy as sp

from alphalab.claims.claim import CONVEX, Bound, given
from alphalab.claims.notation import D, L, b, h_inverse, mean_delta, z
from alphalab.claims.paper.lemma_1 import ALPHAGRAD
from alphalab.claims.paper.theorem_1 import BOUNDED
from alphalab.claims.proof import Identity, Proof, Sign, leftover, slack
from alphalab.claims.theory.theorem_2 import norm_proof


def proof() -> Proof:
    """The mean of N is y - s, y the bound of T2*, and f(x_t) - f* <= D N_t by convexity."""
    convexity, norm, y = slack("convex"), slack("T2*"), sp.Symbol("y", positive=True)
    return Proof(
        steps=(
            *norm_proof().steps,
            *leftover(D * y, D * (y - norm) - convexity, D * norm + convexity),
        ),
        follows=norm_proof().follows + " Convexity: f(x_t) - f* <= <g_t, x_t - x*> <= D N_t; take means.",
    )


def sharper_proof() -> Proof:
    """Convexity and smoothness together: delta <= D N - N^2/(2L), concave in N and increasing up to L D."""
    y = sp.Symbol("y", positive=True)
    room = slack("LD-z")
    profile = D * y - y**2 / (2 * L)
    return Proof(
        steps=(
            *norm_proof().steps,
            Identity("the second derivative of D y - y^2/(2L)", sp.Derivative(profile, (y, 2)), -1 / L),
            Sign("is negative: it is concave", -1 / L, "<"),
            Identity("its slope where y = L D - s", sp.diff(profile, y).subs(y, L * D - room), room / L),
            Sign("is not negative: it increases up to L D", room / L),
        ),
        follows=(
            norm_proof().follows + " For convex L-smooth f: f(x) - f* <= <g, x - x*> - ||g||^2/(2L) <= D N - N^2/(2L). "
            "Jensen, then monotonicity up to min(L D, h^{-1}(b)); N <= L D always."
        ),
    )


ASSUMES = (ALPHAGRAD, CONVEX, given("L", "f_inf", "f_star", "x_star"), BOUNDED)
T1_SHARP = Bound(
    key="thm-1-sharp",
    title="T1*: average iterate, convex, no gamma_min",
    source="the lab's theory, T1*",
    left=mean_delta,
    right=D * h_inverse(b),
    assumes=ASSUMES,
    proof=proof,
)
T1_SHARPER = Bound(
    key="thm-1-sharper",
    title="T1*: average iterate, convex, sharper",
    source="the lab's theory, T1*",
    left=mean_delta,
    right=D * z - z**2 / (2 * L),
    assumes=ASSUMES,
    proof=sharper_proof,
)
