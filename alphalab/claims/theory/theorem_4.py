r"""T4*: a constant step, the exact dichotomy at eta = 2 eps/(alpha L).

    f(x_t) - f(x_{t+1}) >= eta <g_t,g'_t> (1 - L eta alpha/(2 (N_t+eps)))

At most 2 eps/(alpha L): f decreases at every step and N_t -> 0 (theorem_4_limit). Above: fails on f = L x^2/2, where
there is a 2-cycle (theorem_4_cycle). Source: theory, T4*; with it the claims "liminf ||g|| = 0" and "linear rates" of
S. Sane, arXiv 2504.16020v2, section 3, are decided.
"""

from __future__ import annotations

from alphalab.claims.claim import Bound
from alphalab.claims.conclusion import Conclusion, cite, given, term
from alphalab.claims.facts.assumptions import ALPHAGRAD, known
from alphalab.claims.facts.runs import short_run
from alphalab.claims.notation import L, N, alpha, decrease, eps, eta, inner
from alphalab.claims.proof import Proof

GUARANTEE = eta * inner * (1 - L * eta * alpha / (2 * (N + eps)))


def proof() -> Proof:
    """The descent lemma with L3*; at or below the threshold the bracket is positive wherever N > 0."""
    return Proof(concludes=Conclusion((term(1, given("descent")), term(L * eta**2 / 2, cite("lemma-3-sharp")))))


T4_DECREASE = Bound(
    key="thm-4-sharp",
    title="T4*: what every constant step guarantees",
    source="the lab's theory, T4*",
    left=GUARANTEE,
    right=decrease,
    assumes=(ALPHAGRAD, known("L")),
    proof=proof,
    tight=lambda: short_run(steepness=1e-3, rate=1e3, start=1.0),
    remark="attained on L x^2/2 as alpha -> 0",
)
