r"""T3*: the Polyak-Lojasiewicz case, one step and the linear rate.

    delta_{t+1} <= delta_t - eta tanh(alpha) (sqrt(2 mu delta_t) - eps) + L eta^2 M/2
    eps -> 0, eta_t = tanh(alpha) sqrt(2 mu q_t)/(L M), q_t = (1 - mu/(rho L))^{t-1} delta_1, L rho >= 2 mu:
    delta_t <= q_t, the linear rate 1 - mu/(rho L)

Source: theory, T3*; it makes precise the remark after Theorem 1 of S. Sane, arXiv 2504.16020v2.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import sympy as sp

from alphalab.claims.case import Case, run_case
from alphalab.claims.claim import Bound, Claim, given
from alphalab.claims.notation import L, M, alpha, delta, eps, eta, mu, next_delta, rho
from alphalab.claims.paper.lemma_1 import ALPHAGRAD
from alphalab.claims.proof import Identity, Proof, Sign, slack
from alphalab.claims.theory.theorem_2 import staircase
from alphalab.optimizers import AlphaGrad
from alphalab.problems import problem

STEP = delta - eta * sp.tanh(alpha) * (sp.sqrt(2 * mu * delta) - eps) + L * eta**2 * M / 2


def proof() -> Proof:
    """The descent lemma with L1*, L4* and PL, each inequality an equation with slack."""
    descent, lemma_1, lemma_4, lojasiewicz = map(slack, ("descent", "L1*", "L4*", "PL"))
    norm = sp.sqrt(2 * mu * delta) + lojasiewicz
    alignment = sp.tanh(alpha) * (norm - eps) + lemma_4
    measured = delta - eta * alignment + L * eta**2 * (M - lemma_1) / 2 - descent
    left_over = eta * (sp.tanh(alpha) * lojasiewicz + lemma_4) + L * eta**2 * lemma_1 / 2 + descent
    return Proof(
        steps=(
            Identity("right minus left is what the inequalities used leave over", STEP - measured, left_over),
            Sign("and that is not negative", left_over),
        ),
        follows="L-smoothness, ||g'||^2 <= M (L1*), <g,g'> >= tanh(alpha)(N - eps) (L4*), N >= sqrt(2 mu delta) (PL).",
    )


def rate_proof() -> Proof:
    """One step from any delta <= q with the step size that is best at q; the right side is convex in sqrt(delta)."""
    q, p = sp.symbols("q p", positive=True)
    best = sp.tanh(alpha) * sp.sqrt(2 * mu * q) / (L * M)
    step = STEP.subs({eps: 0, eta: best})
    excess = slack(r"L\rho-2\mu")
    contraction = 1 - mu / (rho * L)
    convex_form = p**2 - best * sp.tanh(alpha) * sp.sqrt(2 * mu) * p + L * best**2 * M / 2
    return Proof(
        steps=(
            Identity("at delta = q the step gives q times the contraction", step.subs(delta, q), q * contraction),
            Identity(
                "in p = sqrt(delta) the right side is a convex parabola", sp.diff(convex_form, p, 2), sp.Integer(2)
            ),
            Identity("at delta = 0 it is q mu/(rho L)", convex_form.subs(p, 0), q * mu / (rho * L)),
            Identity(
                "which is at most q times the contraction: with rho L = 2 mu + s",
                (contraction - mu / (rho * L)).subs(L, (2 * mu + excess) / rho),
                excess / (2 * mu + excess),
            ),
            Sign("is not negative", excess / (2 * mu + excess)),
        ),
        follows="A convex function on [0, sqrt q] is largest at an end: delta_t <= q_t implies delta_{t+1} <= q_{t+1}.",
    )


def cases() -> Iterator[Case]:
    """Yield runs on PL problems with steps near the best one for the start."""
    for name in ("quadratic", "pl-sine", "least-squares-rank-deficient"):
        subject = problem(name)
        optimizer = AlphaGrad(
            learning_rate=np.geomspace(1e-3, 1, 7)[:, None], alpha=np.geomspace(0.1, 100, 7), epsilon=1e-3
        )
        yield run_case(optimizer, subject, subject.start(1), 100, f"PL, {name}")


T3_STEP = Bound(
    key="thm-3-sharp",
    title="T3*: one step under the Polyak-Lojasiewicz condition",
    source="the lab's theory, T3*",
    left=next_delta,
    right=STEP,
    assumes=(ALPHAGRAD, given("L", "pl", "f_star")),
    proof=proof,
    tight=lambda: staircase(n=1, steps=3, stairs=8),
    cases=cases,
)
T3_RATE = Claim(
    key="thm-3-rate",
    title="T3*: linear rate with geometric steps",
    source="the lab's theory, T3*",
    statement=(
        r"L\rho \ge 2\mu,\ \varepsilon\to 0,\ \eta_t = \frac{\tanh(\alpha)\sqrt{2\mu q_t}}{L M} \Rightarrow "
        r"\delta_t \le q_t = \left(1-\frac{\mu}{\rho L}\right)^{t-1}\delta_1"
    ),
    assumes=T3_STEP.assumes,
    proof=rate_proof,
    remark="for eps -> 0, L rho >= 2 mu and the steps of the first screen of this file",
)
