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
from alphalab.claims.claim import Bound
from alphalab.claims.conclusion import Conclusion, cite, combined, given, power, squares, supposed, term
from alphalab.claims.facts.assumptions import ALPHAGRAD, NO_EPSILON, PRICED, SCHEDULED, chosen, known
from alphalab.claims.facts.letters import k, rate
from alphalab.claims.facts.runs import staircase
from alphalab.claims.notation import Delta0, L, M, T, alpha, delta, eps, eta, evaluate, mu, next_delta, rho
from alphalab.claims.proof import Proof
from alphalab.optimizers import AlphaGrad, Geometric, Scheduled
from alphalab.problems import Problem, problem

LOJASIEWICZ = ("quadratic", "pl-sine", "least-squares-rank-deficient")  # problems with a known mu
CONTRACTION = 1 - mu / (rho * L)
FIRST = sp.tanh(alpha) * sp.sqrt(2 * mu * Delta0) / (L * M)
STEP = delta - eta * sp.tanh(alpha) * (sp.sqrt(2 * mu * delta) - eps) + L * eta**2 * M / 2


def proof() -> Proof:
    """The descent lemma with L1*, L4* and PL."""
    tanh = sp.tanh(alpha)
    return Proof(
        concludes=Conclusion(
            (
                term(1, given("descent")),
                term(L * eta**2 / 2, cite("lemma-1-dimension")),
                term(eta * tanh, cite("lemma-4-sharp")),
                term(eta * tanh, given("PL")),
            )
        )
    )


def rate_proof() -> Proof:
    """With s = sqrt q_t, p = sqrt delta_t <= s: q_{t+1} minus the step from p is (s - p)(p + s (1 - 2 mu/(rho L)))."""
    tanh, s = sp.tanh(alpha), sp.sqrt(Delta0) * CONTRACTION ** (k / 2)
    room = term(1 / (L * rho), given("L rho >= 2 mu"))
    power_of_it = power(CONTRACTION, k / 2, combined(room, term(mu / (L * rho))))
    sign = combined(term(sp.sqrt(Delta0), power_of_it))
    below = squares(s, sp.sqrt(delta), sign, supposed())
    return Proof(
        concludes=Conclusion(
            (
                term(1, given("descent, eta_t")),
                term(L * rate**2 / 2, cite("lemma-1-dimension")),
                term(rate * tanh, cite("lemma-4-sharp")),
                term(rate * tanh, given("PL")),
                term(sp.sqrt(delta), below),
                term(1 / (L * rho), below, sign, given("L rho >= 2 mu")),
            ),
            at=((rate, FIRST * sp.sqrt(CONTRACTION) ** (T - 1)), (eps, sp.Integer(0))),
            start=(),
        )
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
    assumes=(ALPHAGRAD, known("L", "pl", "f_star")),
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
        known("L", "pl", "f_star"),
        chosen(FIRST, decay=sp.sqrt(CONTRACTION)),
        NO_EPSILON,
        PRICED,
    ),
    proof=rate_proof,
    cases=geometric_cases,
    remark="delta_t <= q_t: the value of one step may grow",
)
