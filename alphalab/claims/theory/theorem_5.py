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
from alphalab.claims.claim import Bound
from alphalab.claims.conclusion import Conclusion, cite, given, plain, term
from alphalab.claims.facts.assumptions import ALPHAGRAD, MOVING, ON_SCALE, SCALED, known
from alphalab.claims.facts.runs import short_run
from alphalab.claims.notation import L, N, alpha, decrease, delta, eps, eta, inner, mu, next_delta, r
from alphalab.claims.proof import Proof
from alphalab.optimizers import AlphaGrad
from alphalab.problems import PROBLEMS, problem

RATE = 1 - (mu / L) * (1 - r) * sp.tanh(alpha * r) / (alpha * r)


def proof() -> Proof:
    """The descent lemma and L3*; N + eps >= alpha L eta."""
    half = eta * inner / (2 * (N + eps))
    return Proof(
        concludes=Conclusion(
            (
                term(1, given("descent")),
                term(L * eta**2 / 2, cite("lemma-3-sharp")),
                term(half, given("scaled")),
                term(1, plain(half * N)),
            )
        )
    )


def rate_proof() -> Proof:
    """The decrease, <g,g'> >= N tanh(alpha r) (L2*), N^2 >= 2 mu delta (PL); eta = eps/(alpha L), eps = N (1-r)/r."""
    contracted = eps * sp.tanh(alpha * r) / (2 * alpha * L * N)
    root = sp.sqrt(2 * mu * delta)
    return Proof(
        concludes=Conclusion(
            (
                term(1, cite("thm-5-sharp")),
                term(eta / 2, cite("lemma-2-sharp")),
                term(contracted * (N + root), given("PL")),
            ),
            at=((eta, eps / (alpha * L)),),
        )
    )


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


T5_DECREASE = Bound(
    key="thm-5-sharp",
    title="T5*: f decreases by (eta/2) <g,g'> where eps >= alpha L eta",
    source="the lab's theory, T5*",
    left=eta * inner / 2,
    right=decrease,
    assumes=(ALPHAGRAD, known("L"), SCALED),
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
    assumes=(ALPHAGRAD, MOVING, known("L", "pl", "f_star"), ON_SCALE),
    proof=rate_proof,
    cases=cases,
)
