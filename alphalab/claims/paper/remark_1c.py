r"""Remark (c) after Theorem 1: away from a minimiser gamma_min is about tanh alpha.

    1 - gamma_min/tanh(alpha) <= eps/min N_t

True: gamma increases with N, so gamma_min belongs to the smallest gradient m, and is tanh(alpha) m/(m+eps).
Source: S. Sane, arXiv 2504.16020v2, remark after Theorem 1.
"""

from __future__ import annotations

import sympy as sp

from alphalab.claims.claim import Bound
from alphalab.claims.conclusion import Conclusion, given, plain, term
from alphalab.claims.facts.assumptions import ALPHAGRAD, MOVING
from alphalab.claims.notation import alpha, eps, gamma_min, least_norm
from alphalab.claims.proof import Proof

ERROR = 1 - gamma_min / sp.tanh(alpha)


def proof() -> Proof:
    """The relative error is eps/(m+eps) at the least N_t = m, and eps/m - eps/(m+eps) = eps^2/(m(m+eps))."""
    m = least_norm
    return Proof(
        concludes=Conclusion(
            (
                term(1 / sp.tanh(alpha), given("gamma_min at the least N")),
                term(1, plain(eps**2 / (m * (m + eps)))),
            )
        )
    )


REMARK_1C = Bound(
    key="rem-1c",
    title="gamma_min is about tanh alpha where N >> eps",
    source="arXiv 2504.16020v2, remark after Theorem 1",
    left=ERROR,
    right=eps / least_norm,
    assumes=(ALPHAGRAD, MOVING),
    proof=proof,
    remark="the relative error is eps/(N+eps) at the smallest gradient, and never negative",
)
