r"""Theorem 2: the gradient norm of a smooth function, convex or not.

    min_t h(N_t) <= (1/T) sum h(N_t) <= Delta/(eta T tanh alpha) + L eta n/(2 tanh alpha),   h(z) = z^2/(z+eps)

True, and loose by n/M(alpha, n); theory's T2* bounds the mean of N_t itself.
Source: S. Sane, arXiv 2504.16020v2, Theorem 2.
"""

from __future__ import annotations

import sympy as sp

from alphalab.claims.claim import Bound
from alphalab.claims.conclusion import Conclusion, cite, term
from alphalab.claims.facts.assumptions import ALPHAGRAD, known
from alphalab.claims.facts.lemmas import summed
from alphalab.claims.notation import Delta, L, T, alpha, eta, mean_h, n
from alphalab.claims.proof import Proof

RIGHT = Delta / (eta * T * sp.tanh(alpha)) + L * eta * n / (2 * sp.tanh(alpha))


def proof() -> Proof:
    """The descent lemma summed, Lemma 1, and Lemma 2 as <g,g'> >= tanh(alpha) h(N)."""
    scale = 1 / sp.tanh(alpha)
    return Proof(
        concludes=Conclusion(
            (
                *summed(scale),
                term(scale * L * eta / 2, cite("lemma-1"), over="steps"),
                term(scale, cite("lemma-2"), over="steps"),
            ),
            telescopes="x",
        ),
        follows="The minimum is at most the mean.",
    )


THEOREM_2 = Bound(
    key="thm-2",
    title="mean of h(N), smooth",
    source="arXiv 2504.16020v2, Theorem 2",
    left=mean_h,
    right=RIGHT,
    assumes=(ALPHAGRAD, known("L", "f_inf")),
    proof=proof,
    remark="loose by n/M(alpha, n): T2* has M in place of n and bounds the mean of N_t",
)
