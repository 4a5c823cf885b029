r"""T3*: the Polyak-Lojasiewicz case, one step and the linear rate.

    delta_{t+1} <= delta_t - eta tanh(alpha) (sqrt(2 mu delta_t) - eps) + L eta^2 M/2
    eps = 0, eta_t = tanh(alpha) sqrt(2 mu q_t)/(L M), q_t = (1 - mu/(rho L))^{t-1} delta_1, L rho >= 2 mu:
    delta_t <= q_t, the linear rate 1 - mu/(rho L); delta_{t+1} <= (1 - mu/(rho L)) delta_t is not said, and false

Source: theory, T3*; it makes precise the remark after Theorem 1 of S. Sane, arXiv 2504.16020v2.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import sympy as sp

from alphalab.claims.case import Case, run_case
from alphalab.claims.claim import Assumption, Bound, given
from alphalab.claims.notation import Delta0, L, M, T, alpha, delta, eps, eta, evaluate, mu, next_delta, rho
from alphalab.claims.paper.lemma_1 import ALPHAGRAD
from alphalab.claims.paper.rates import chosen
from alphalab.claims.proof import Identity, Proof, Sign, slack
from alphalab.claims.theory.schedules import SCHEDULED
from alphalab.claims.theory.theorem_2 import staircase
from alphalab.optimizers import AlphaGrad, Geometric, Scheduled
from alphalab.problems import Problem, problem

LOJASIEWICZ = ("quadratic", "pl-sine", "least-squares-rank-deficient")  # problems with a known mu
CONTRACTION = 1 - mu / (rho * L)
FIRST = sp.tanh(alpha) * sp.sqrt(2 * mu * Delta0) / (L * M)
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
    best = FIRST.subs(Delta0, q)
    step = STEP.subs({eps: 0, eta: best})
    excess = slack(r"L\rho-2\mu")
    contraction = CONTRACTION
    convex_form = p**2 - best * sp.tanh(alpha) * sp.sqrt(2 * mu) * p + L * best**2 * M / 2
    return Proof(
        steps=(
            Identity("at delta = q the step gives q times the contraction", step.subs(delta, q), q * contraction),
            Identity(
                "in p = sqrt(delta) the right side is a convex parabola",
                sp.Derivative(convex_form, (p, 2)),
                sp.Integer(2),
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
    for name in LOJASIEWICZ:
        subject = problem(name)
        optimizer = AlphaGrad(
            learning_rate=np.geomspace(1e-3, 1, 7)[:, None], alpha=np.geomspace(0.1, 100, 7), epsilon=1e-3
        )
        yield run_case(optimizer, subject, subject.start(1), 100, f"PL, {name}")


def geometric(subject: Problem, inner: AlphaGrad, steps: int) -> Case:
    """Return a run of AlphaGrad with the steps of the rate."""
    start = subject.start(1)
    first = run_case(inner, subject, start, 1)
    rate, ratio = (evaluate(formula, first)[0] for formula in (FIRST, sp.sqrt(CONTRACTION)))
    method = Scheduled(replace(inner, learning_rate=rate), schedule=Geometric(ratio))
    return run_case(method, subject, start, steps, f"geometric steps, {subject.name}")


def geometric_cases() -> Iterator[Case]:
    """Yield runs with the steps of the rate on PL problems."""
    for name in LOJASIEWICZ:
        yield geometric(problem(name), AlphaGrad(alpha=np.geomspace(0.1, 100, 7), epsilon=0.0), 200)


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
T3_RATE = Bound(
    key="thm-3-rate",
    title="T3*: linear rate with geometric steps",
    source="the lab's theory, T3*",
    left=delta,
    right=Delta0 * CONTRACTION ** (T - 1),
    assumes=(
        SCHEDULED,
        given("L", "pl", "f_star"),
        chosen(
            FIRST,
            r"\eta_t = \tanh(\alpha)\sqrt{2\mu q_t}/(LM), q_t = (1 - \mu/(\rho L))^{t-1}\delta_1",
            decay=sp.sqrt(CONTRACTION),
        ),
        Assumption(r"\varepsilon = 0", lambda case: case.hyperparameter("epsilon") > 0),
        Assumption(r"L\rho \ge 2\mu", lambda case: evaluate(L * rho - 2 * mu, case) < 0),
    ),
    proof=rate_proof,
    cases=geometric_cases,
    remark="delta_t <= q_t: the value of one step may grow",
)
