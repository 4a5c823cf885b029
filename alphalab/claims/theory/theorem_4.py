r"""T4*: a constant step, the exact dichotomy at eta = 2 eps/(alpha L).

    f(x_t) - f(x_{t+1}) >= eta <g_t,g'_t> (1 - L eta alpha/(2 (N_t+eps)))

At most 2 eps/(alpha L): f decreases at every step and N_t -> 0 (theorem_4_limit). Above: fails on f = L x^2/2, where
there is a 2-cycle (theorem_4_cycle). Source: theory, T4*; with it the claims "liminf ||g|| = 0" and "linear rates" of
S. Sane, arXiv 2504.16020v2, section 3, are decided.
"""

from __future__ import annotations

import numpy as np

from alphalab.claims.case import Case, run_case
from alphalab.claims.claim import Bound, given
from alphalab.claims.notation import L, N, alpha, decrease, eps, eta, inner
from alphalab.claims.paper.lemma_1 import ALPHAGRAD
from alphalab.claims.proof import Identity, Proof, Sign, slack
from alphalab.claims.theory.descent import decrease_with
from alphalab.optimizers import AlphaGrad
from alphalab.problems import half_square

GUARANTEE = eta * inner * (1 - L * eta * alpha / (2 * (N + eps)))


def proof() -> Proof:
    """The descent lemma with L3*; below the threshold the bracket is positive wherever N > 0."""
    room = slack(r"2\varepsilon-\alpha L\eta")
    measured, left_over = decrease_with(alpha / (N + eps), "L3*")
    bracket = (1 - L * eta * alpha / (2 * (N + eps))).subs(L, (2 * eps - room) / (alpha * eta))
    positive = (2 * N + room) / (2 * (N + eps))
    return Proof(
        steps=(
            Identity("measured decrease minus the guarantee", measured - GUARANTEE, left_over),
            Sign("is not negative", left_over),
            Identity("with alpha L eta = 2 eps - s the bracket", bracket, positive),
            Sign("is positive: f decreases wherever N > 0", positive, ">"),
        ),
        follows=(
            "L-smoothness and L3*. At or below the threshold the decreases sum to at most f(x_1) - f_inf, so "
            "<g_t,g'_t>(2 N_t + s)/(2(N_t+eps)) -> 0; with <g,g'> >= tanh(alpha) N^2/(N+eps) this forces N_t -> 0."
        ),
    )


def product(case: Case) -> np.ndarray:
    """Return alpha L eta."""
    return case.hyperparameter("alpha") * case.constant("L") * case.hyperparameter("learning_rate")


def short_run(steepness: float, rate: float, start: float, steps: int = 2) -> Case:
    """A few steps on x^2/2 with eps = 1."""
    optimizer = AlphaGrad(learning_rate=rate, alpha=steepness, epsilon=1.0)
    subject = half_square()
    return run_case(optimizer, subject, np.full(1, start), steps, "a few steps on x^2/2")


T4_DECREASE = Bound(
    key="thm-4-sharp",
    title="T4*: what every constant step guarantees",
    source="the lab's theory, T4*",
    left=GUARANTEE,
    right=decrease,
    assumes=(ALPHAGRAD, given("L")),
    proof=proof,
    tight=lambda: short_run(steepness=1e-3, rate=1e3, start=1.0),
    remark="attained on L x^2/2 as alpha -> 0",
)
