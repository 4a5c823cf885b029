r"""Theorem 1: the average iterate of a convex function.

    (1/T) sum (f(x_t) - f*) <= D Delta0/(eta T gamma_min) + D L eta n/(2 gamma_min)

True, and vacuous as soon as one iterate hits a minimiser (gamma_min = 0); theory's T1* needs no gamma_min.
Source: S. Sane, arXiv 2504.16020v2, Theorem 1.
"""

from __future__ import annotations

from alphalab.claims.claim import Bound
from alphalab.claims.conclusion import Conclusion, cite, given, term
from alphalab.claims.facts.assumptions import ALPHAGRAD, BOUNDED, CONVEX, OFF_MINIMA, known
from alphalab.claims.facts.lemmas import summed
from alphalab.claims.notation import D, Delta0, L, N, T, eta, gamma_min, mean_delta, n
from alphalab.claims.proof import Proof

RIGHT = D * Delta0 / (eta * T * gamma_min) + D * L * eta * n / (2 * gamma_min)


def proof() -> Proof:
    """The descent lemma summed, Lemmas 1 and 2, gamma_t >= gamma_min, delta <= <g, x - x*> <= D N by convexity."""
    scale = D / gamma_min
    return Proof(
        concludes=Conclusion(
            (
                *summed(scale, "f_star"),
                term(scale * L * eta / 2, cite("lemma-1"), over="steps"),
                term(scale, cite("lemma-2"), over="steps"),
                term(scale * N, given("least gamma"), over="steps"),
                term(N, given("ball"), over="steps"),
                term(1, given("convex"), over="steps"),
            ),
            telescopes="x",
        )
    )


THEOREM_1 = Bound(
    key="thm-1",
    title="average iterate, convex",
    source="arXiv 2504.16020v2, Theorem 1",
    left=mean_delta,
    right=RIGHT,
    assumes=(ALPHAGRAD, CONVEX, known("L", "f_star", "x_star"), BOUNDED, OFF_MINIMA),
    proof=proof,
    remark="vacuous where an iterate hits a minimiser; T1* needs no gamma_min",
)
