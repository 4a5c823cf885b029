r"""N1: the best iterate sees Q: with alpha = k sqrt n and the best eta n^(1/4), not n^(1/2).

    f(x_t) - f(x_{t+1}) >= eta <g,g'> (1 - (L eta/2) min(Q/N, alpha/(N+eps)))
    min_t N_t <= eps + L eta Q/2 + Delta/(eta T tanh(alpha)),   at its best eta  eps + sqrt(2 L Q Delta/(T tanh(alpha)))

with the Q of `price`. Source: theory, N1.
"""

from __future__ import annotations

import numpy as np
import sympy as sp

from alphalab.claims.case import Case
from alphalab.claims.claim import Bound
from alphalab.claims.conclusion import Conclusion, Split, case, cite, given, plain, term
from alphalab.claims.facts.assumptions import ALPHAGRAD, MOVING, chosen, known
from alphalab.claims.facts.lemmas import summed
from alphalab.claims.facts.letters import PRICE
from alphalab.claims.facts.runs import planned, planned_cases, staircase
from alphalab.claims.notation import Delta, Formula, L, Min, N, T, alpha, decrease, eps, eta, inner, least_norm
from alphalab.claims.proof import Proof
from alphalab.claims.theory.price import LETTERS
from alphalab.optimizers import AlphaGrad
from alphalab.problems import half_square

BEST_ETA = sp.sqrt(2 * Delta / (L * PRICE * T * sp.tanh(alpha)))
BEST_RATE = eps + sp.sqrt(2 * L * PRICE * Delta / (T * sp.tanh(alpha)))
BEST = eps + L * eta * PRICE / 2 + Delta / (eta * T * sp.tanh(alpha))


def decreased(share: Formula) -> Formula:
    """Return by how much f falls at least where ||g'||^2 <= share <g,g'>."""
    return eta * inner * (1 - L * eta * share / 2)


def decrease_proof() -> Proof:
    """The descent lemma, with ||g'||^2 <= alpha <g,g'>/(N+eps) (L3*) or ||g'||^2 <= Q <g,g'>/N: whichever is less."""
    half = L * eta**2 / 2
    return Proof(
        concludes=Conclusion(
            Split(
                PRICE / N - alpha / (N + eps),
                (term(1, given("descent")), term(half, cite("lemma-3-sharp"))),
                (term(1, given("descent")), term(half, cite("best-iterate-lemma"))),
            )
        ),
        follows="So f falls strictly wherever N > min(L eta Q/2, alpha L eta/2 - eps) and N > 0.",
    )


def best_proof() -> Proof:
    """With m the least N_t, c = L eta Q/2: while m >= c + eps every step gains eta tanh(alpha)(m - eps - c)."""
    c, tanh = L * eta * PRICE / 2, sp.tanh(alpha)
    above = least_norm - c - eps
    norm = cite("lemma-4-sharp")
    return Proof(
        concludes=Conclusion(
            Split(
                above,
                (
                    *summed(1 / tanh),
                    term(L * eta / (2 * tanh), cite("best-iterate-lemma"), over="steps"),
                    term(1 / N, given("least N"), norm, over="steps"),
                    term(1 / N, case(above), norm, over="steps"),
                    term(eps / N, norm, over="steps"),
                    term(1, given("least N"), over="steps"),
                    term(1, plain(eps * c / N), over="steps"),
                ),
                (term(1, case(-above)), term(1, plain(Delta / (eta * T * tanh)))),
            ),
            telescopes="x",
        )
    )


def best_rate_proof() -> Proof:
    """N1 at the eta that makes its right side least."""
    return Proof(concludes=Conclusion((term(1, cite("best-iterate")),), at=((eta, BEST_ETA),)))


def first_iterate() -> Case:
    """One step on x^2/2: N_1 is all that its value allows."""
    subject = half_square()
    return planned(subject, BEST_ETA, 1, AlphaGrad(alpha=2.0, epsilon=1e-12), np.ones(1), LETTERS)


N1_DECREASE = Bound(
    key="best-iterate-decrease",
    title="N1: f falls wherever N > min(L eta Q/2, alpha L eta/2 - eps)",
    source="the lab's theory, N1",
    left=decreased(Min(PRICE / N, alpha / (N + eps))),
    right=decrease,
    assumes=(ALPHAGRAD, MOVING, known("L")),
    quantities=LETTERS,
    proof=decrease_proof,
    tight=lambda: staircase(n=1, steps=3, stairs=8),
    remark="attained on L x^2/2, n = 1, as eps -> 0",
)
N1 = Bound(
    key="best-iterate",
    title="N1: the best iterate sees Q, at most k sqrt n for alpha = k sqrt n",
    source="the lab's theory, N1",
    left=least_norm,
    right=BEST,
    assumes=(ALPHAGRAD, MOVING, known("L", "f_inf")),
    quantities=LETTERS,
    proof=best_proof,
)
N1_BEST = Bound(
    key="best-iterate-best",
    title="N1: the best iterate at the best eta",
    source="the lab's theory, N1",
    left=least_norm,
    right=BEST_RATE,
    assumes=(
        ALPHAGRAD,
        MOVING,
        known("L", "f_inf"),
        chosen(BEST_ETA, LETTERS),
    ),
    quantities=LETTERS,
    proof=best_rate_proof,
    cases=lambda: planned_cases(BEST_ETA, LETTERS),
    tight=first_iterate,
    remark="attained at T = 1, n = 1, eps -> 0 on L x^2/2",
)
