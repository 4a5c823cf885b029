r"""T5*: the scaled epsilon, eps = alpha L eta (or larger): decrease from anywhere, linear under PL.

    f(x_t) - f(x_{t+1}) >= (eta/2) <g_t, g'_t>
    eps = alpha L eta, PL:   delta_{t+1} <= delta_t (1 - (mu/L)(1-r) tanh(alpha r)/(alpha r)),   -> 1 - mu/L

Source: theory, T5*.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import sympy as sp

from alphalab.claims.case import Case, run_case
from alphalab.claims.claim import Assumption, Bound, given
from alphalab.claims.notation import L, N, alpha, decrease, delta, eps, eta, inner, mu, next_delta, r
from alphalab.claims.paper.lemma_1 import ALPHAGRAD
from alphalab.claims.proof import Identity, Proof, Sign, slack
from alphalab.claims.theory.descent import decrease_with
from alphalab.claims.theory.theorem_4 import product, short_run
from alphalab.optimizers import AlphaGrad
from alphalab.problems import PROBLEMS, problem

RATE = 1 - (mu / L) * (1 - r) * sp.tanh(alpha * r) / (alpha * r)


def proof() -> Proof:
    """T4* with N + eps >= alpha L eta."""
    room = slack(r"N+\varepsilon-\alpha L\eta")
    measured, slacks = decrease_with(alpha / (N + eps), "L3*")
    gain = (measured - eta * inner / 2).subs(eps, alpha * L * eta + room - N)
    left_over = eta * inner * room / (2 * (alpha * L * eta + room)) + slacks
    return Proof(
        steps=(
            Identity("with N + eps = alpha L eta + s, decrease minus (eta/2) <g,g'>", gain, left_over),
            Sign("is not negative", left_over),
        ),
        follows="L-smoothness and L3*: (L eta^2/2) ||g'||^2 <= (L eta^2/2) alpha <g,g'>/(N+eps) <= (eta/2) <g,g'>.",
    )


def rate_proof() -> Proof:
    """The decrease, L2* and PL; with eps = alpha L eta the step is eta = N (1-r)/(r alpha L)."""
    lemma_2, polyak, guaranteed = map(slack, ("L2*", "PL", "T5*"))
    step = N * (1 - r) / (r * alpha * L)  # from r = N/(N+eps) and eps = alpha L eta
    alignment = N * sp.tanh(alpha * r) + lemma_2
    loss = (N**2 - polyak) / (2 * mu)  # PL: N^2 = 2 mu delta + s
    measured = loss - step * alignment / 2 - guaranteed
    below = slack("1-r")  # r = 1/(1+s)
    left_over = polyak * below * sp.tanh(alpha / (1 + below)) / (2 * L * alpha) + N * below * lemma_2 / (2 * alpha * L)
    return Proof(
        steps=(
            Identity("eps = alpha L eta in terms of r", (N / (N + alpha * L * step)), r),
            Identity(
                "the bound minus delta_{t+1}, with r = 1/(1+s)",
                (loss * RATE - measured).subs(r, 1 / (1 + below)),
                left_over + guaranteed,
            ),
            Sign("is not negative", left_over + guaranteed),
        ),
        follows="delta_{t+1} <= delta_t - (eta/2) <g,g'>, <g,g'> >= N tanh(alpha r) (L2*), N^2 >= 2 mu delta (PL).",
    )


def scaled(case: Case) -> np.ndarray:
    """Where eps < alpha L eta."""
    return case.hyperparameter("epsilon") < product(case) * (1 - case.tolerance)


def off_scale(case: Case) -> np.ndarray:
    """Where eps is not alpha L eta."""
    return np.abs(case.hyperparameter("epsilon") - product(case)) > case.tolerance * product(case)


def cases() -> Iterator[Case]:
    """Yield runs with eps = alpha L eta on every problem whose L is known and positive."""
    for entry in PROBLEMS:
        if entry.real_data and entry.n > 100:
            continue
        subject = problem(entry.name)
        if subject.constants.L:
            rates, steepness = np.geomspace(1e-3, 1e2, 6)[:, None], np.geomspace(1e-3, 1e3, 7)
            optimizer = AlphaGrad(learning_rate=rates, alpha=steepness, epsilon=steepness * rates * subject.constants.L)
            yield run_case(optimizer, subject, subject.start(2), 60, f"scaled eps, {entry.name}")


SCALED = Assumption(r"\varepsilon \ge \alpha L\eta", scaled)
T5_DECREASE = Bound(
    key="thm-5-sharp",
    title="T5*: with eps >= alpha L eta f decreases by (eta/2) <g,g'>",
    source="the lab's theory, T5*",
    left=eta * inner / 2,
    right=decrease,
    assumes=(ALPHAGRAD, given("L"), SCALED),
    proof=proof,
    tight=lambda: short_run(steepness=1e-3, rate=1e3, start=1e-6),
    cases=cases,
)
T5_RATE = Bound(
    key="thm-5-rate",
    title="T5*: linear rate with eps = alpha L eta under PL",
    source="the lab's theory, T5*",
    left=next_delta,
    right=delta * RATE,
    assumes=(ALPHAGRAD, given("L", "pl", "f_star"), Assumption(r"\varepsilon = \alpha L\eta", off_scale)),
    proof=rate_proof,
    cases=cases,
)
