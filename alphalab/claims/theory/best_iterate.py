r"""N1: the best iterate sees Q: with alpha = k sqrt n and the best eta n^(1/4), not n^(1/2).

    f(x_t) - f(x_{t+1}) >= eta <g,g'> (1 - (L eta/2) min(Q/N, alpha/(N+eps)))
    min_t N_t <= eps + L eta Q/2 + Delta/(eta T tanh(alpha)),   at its best eta  eps + sqrt(2 L Q Delta/(T tanh(alpha)))

with the Q of `price`. Source: theory, N1.
"""

from __future__ import annotations

import numpy as np
import sympy as sp

from alphalab.claims.case import Case
from alphalab.claims.claim import Bound, given
from alphalab.claims.notation import Delta, Formula, L, N, T, alpha, decrease, eps, eta, inner, least_norm
from alphalab.claims.paper.lemma_1 import ALPHAGRAD
from alphalab.claims.paper.rates import chosen, planned, planned_cases
from alphalab.claims.proof import Identity, Proof, Sign, Step, leftover, slack
from alphalab.claims.theory.descent import decrease_with
from alphalab.claims.theory.price import LETTERS, PRICE
from alphalab.claims.theory.theorem_2 import staircase
from alphalab.optimizers import AlphaGrad
from alphalab.problems import half_square

BEST_ETA = sp.sqrt(2 * Delta / (L * PRICE * T * sp.tanh(alpha)))
BEST_RATE = eps + sp.sqrt(2 * L * PRICE * Delta / (T * sp.tanh(alpha)))
BEST = eps + L * eta * PRICE / 2 + Delta / (eta * T * sp.tanh(alpha))


def decreased(share: Formula) -> Formula:
    """Return by how much f falls at least where ||g'||^2 <= share <g,g'>."""
    return eta * inner * (1 - L * eta * share / 2)


def decrease_proof() -> Proof:
    """The descent lemma with the lemma of N1, and with L3*: either is an equation with its slacks."""
    steps: list[Step] = []
    for share, lemma in ((PRICE / N, "price"), (alpha / (N + eps), "L3*")):
        measured, left_over = decrease_with(share, lemma)
        steps += leftover(measured, decreased(share), left_over)
    return Proof(
        steps=tuple(steps),
        follows=(
            "L-smoothness, with ||g'||^2 <= Q <g,g'>/N (best-iterate-lemma) and with ||g'||^2 <= alpha <g,g'>/(N+eps) "
            "(L3*). So f falls strictly wherever N > min(L eta Q/2, alpha L eta/2 - eps) and N > 0."
        ),
    )


def best_proof() -> Proof:
    """While N_t >= m > c = L eta Q/2 every step gains eta tanh(alpha) (m - eps - c); T of them cost at most Delta."""
    m, room = sp.Symbol("m", positive=True), slack("m-c")
    c = L * eta * PRICE / 2
    gain = (m - eps) * (1 - c / m)
    return Proof(
        steps=(
            Identity("(m - eps)(1 - c/m) minus (m - eps - c)", gain - (m - eps - c), eps * c / m),
            Sign("is not negative", eps * c / m),
            Identity("and 1 - c/m, with m = c + s", (1 - c / m).subs(m, c + room), room / (c + room)),
            Sign("is not negative", room / (c + room)),
        ),
        follows=(
            "L-smoothness and the lemma: f(x_{t+1}) <= f(x_t) - eta <g_t,g'_t> (1 - c/N_t), and <g,g'> >= "
            "tanh(alpha)(N - eps) (L4*). If m = min N_t > c + eps, T steps gain T eta tanh(alpha) (m-eps-c) <= Delta."
        ),
    )


def best_rate_proof() -> Proof:
    """N1 at the eta that makes its right side least."""
    return Proof(
        steps=(*best_proof().steps, Identity("N1 at this eta", sp.Subs(BEST, eta, BEST_ETA), BEST_RATE)),
        follows=best_proof().follows,
    )


def first_iterate() -> Case:
    """One step on x^2/2: N_1 is all that its value allows."""
    subject = half_square()
    return planned(subject, BEST_ETA, 1, AlphaGrad(alpha=2.0, epsilon=1e-12), np.ones(1), LETTERS)


N1_DECREASE = Bound(
    key="best-iterate-decrease",
    title="N1: f falls wherever N > min(L eta Q/2, alpha L eta/2 - eps)",
    source="the lab's theory, N1",
    left=decreased(sp.Min(PRICE / N, alpha / (N + eps))),
    right=decrease,
    assumes=(ALPHAGRAD, given("L")),
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
    assumes=(ALPHAGRAD, given("L", "f_inf")),
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
        given("L", "f_inf"),
        chosen(BEST_ETA, r"\eta = \sqrt{2\Delta/(L Q T\tanh\alpha)}", LETTERS),
    ),
    quantities=LETTERS,
    proof=best_rate_proof,
    cases=lambda: planned_cases(BEST_ETA, LETTERS),
    tight=first_iterate,
    remark="attained at T = 1, n = 1, eps -> 0 on L x^2/2",
)
