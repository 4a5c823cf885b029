r"""T1*: Theorem 1 without gamma_min.

    (1/T) sum (f(x_t) - f*) <= D h^{-1}(b) <= D (b + eps),       b = B/tanh(alpha)
    sharper:                   D z - z^2/(2L),                   z = min(L D, h^{-1}(b))

Source: theory, T1*; it corrects S. Sane, arXiv 2504.16020v2, Theorem 1.
"""

from __future__ import annotations

from alphalab.claims.claim import Bound
from alphalab.claims.conclusion import Conclusion, Split, case, cite, given, plain, term
from alphalab.claims.facts.assumptions import ALPHAGRAD, BOUNDED, CONVEX, known
from alphalab.claims.notation import D, L, N, b, h_inverse, mean_delta, mean_norm, z
from alphalab.claims.proof import Proof

NORM = h_inverse(b)
TO_THE_MINIMISER = (term(N, given("ball"), over="steps"), term(1, given("convex"), over="steps"))  # delta <= D N


def proof() -> Proof:
    """T2* on the mean of N, and f(x_t) - f* <= D N_t by convexity."""
    return Proof(concludes=Conclusion((term(D, cite("thm-2-norm")), *TO_THE_MINIMISER)))


def sharper_proof() -> Proof:
    """delta <= D N - N^2/(2L), concave in N; with m the mean of N and z = h^{-1}(b) <= L D, m <= z.

    D z - z^2/(2L) - (D m - m^2/(2L)) = (z - m)((L D - z) + (L D - m))/(2L), and the mean of (N - m)^2 is not negative.
    Where L D <= h^{-1}(b), z = L D: D N - N^2/(2L) <= L D^2/2 for every N.
    """
    half = 1 / (2 * L)
    smooth = (term(N, given("ball"), over="steps"), term(1, given("convex and smooth"), over="steps"))
    return Proof(
        concludes=Conclusion(
            Split(
                L * D - NORM,
                (
                    term(half, case(L * D - NORM), cite("thm-2-norm")),
                    term(L * half, cite("thm-2-norm"), given("ball"), over="steps"),
                    term(half, cite("thm-2-norm"), given("steep"), over="steps"),
                    term(half, plain((N - mean_norm) ** 2), over="steps"),
                    *smooth,
                ),
                (term(half, plain((N - L * D) ** 2), over="steps"), *smooth),
            ),
            held=((mean_norm, D - (NORM + mean_norm) * half),),
        )
    )


ASSUMES = (ALPHAGRAD, CONVEX, known("L", "f_inf", "f_star", "x_star"), BOUNDED)
T1_SHARP = Bound(
    key="thm-1-sharp",
    title="T1*: average iterate, convex, no gamma_min",
    source="the lab's theory, T1*",
    left=mean_delta,
    right=D * NORM,
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
