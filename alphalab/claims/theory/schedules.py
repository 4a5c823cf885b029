r"""T8 and N2: steps that vanish.

    T8   sum_t eta_t <g_t,g'_t> <= Delta + (L M/2) sum_t eta_t^2,     for every T
         so eta_t -> 0 and sum eta_t = inf give liminf N_t = 0, and with sum eta_t^2 < inf lim N_t = 0
    N2   f convex, eta_t = 2D/(tanh(alpha)(t+1)):   f(x_T) - f* <= 2 rho L D^2/(T+1) + D eps

Source: theory, T8 and N2.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import sympy as sp

from alphalab.claims.case import Case, run_case
from alphalab.claims.claim import Bound
from alphalab.claims.conclusion import Conclusion, chord, cite, given, plain, supposed, term
from alphalab.claims.evidence import EVERY_CLASS
from alphalab.claims.facts.assumptions import BOUNDED, CONVEX, INVERSE, SCHEDULED, known
from alphalab.claims.facts.lemmas import BEND, SIGMA, x
from alphalab.claims.facts.letters import dist, k, rate, steps_taken
from alphalab.claims.facts.runs import next_inverse
from alphalab.claims.notation import D, Delta, L, M, N, Quantity, T, alpha, delta, eps, inner, n, rho, size
from alphalab.claims.proof import Proof
from alphalab.optimizers import AlphaGrad, Scheduled, inverse, inverse_sqrt
from alphalab.problems import half_square, problem

WEIGHTED = size(r"\sum_{t=1}^T \eta_t \langle {g_t}, g'_t \rangle")
SQUARES = size(r"\sum_{t=1}^T \eta_t^2")


LETTERS = (
    Quantity(
        WEIGHTED,
        "eta_t <g_t, g'_t> summed",
        lambda case: np.cumsum(steps_taken(case) * case.alignment, axis=0),
        mean_of=T * rate * inner,
    ),
    Quantity(SQUARES, "eta_t^2 summed", lambda case: np.cumsum(steps_taken(case) ** 2, axis=0), mean_of=T * rate**2),
)
((_, N2_RATE),) = INVERSE.sets
WEIGHTED_RIGHT = Delta + L * M * SQUARES / 2


def proof() -> Proof:
    """The descent lemma summed with the steps it has, ||g'||^2 <= M (L1*), f >= f_inf."""
    return Proof(
        concludes=Conclusion(
            (
                term(T, given("descent, eta_t"), over="steps"),
                term(1, given("f_inf")),
                term(L * T * rate**2 / 2, cite("lemma-1-dimension"), over="steps"),
            ),
            telescopes="x",
        ),
        follows=(
            "If N_t >= z > 0 from some t on, <g_t,g'_t> >= tanh(alpha) h(z), and sum eta_t = inf with eta_t -> 0 makes "
            "the left side outgrow the right: so liminf N_t = 0. If sum eta_t^2 < inf, f(x_t) converges and "
            "sum eta_t h(N_t) < inf; as |N_{t+1} - N_t| <= l eta_t sqrt(M) (the gradient is l-Lipschitz), infinitely "
            "many crossings from z/2 to z would each cost a fixed amount: so lim N_t = 0."
        ),
    )


def last_proof() -> Proof:
    """With a_t = delta_t - D eps, C = 2 rho L D^2: a_{t+1} <= a_t (t-1)/(t+1) + C/(t+1)^2, so a_t <= C/(t+1).

    L-smoothness with L1*, <g,g'> >= tanh(alpha)(N - eps) (L4*), delta <= D N (convexity). At T = 1 delta_1 <= L D^2/2,
    as the gradient is 0 at x*, and rho >= 1.
    """
    tanh, top = sp.tanh(alpha), 2 * rho * L * D**2
    convex = 2 / (k + 2)
    level = sp.tanh(alpha / sp.sqrt(n))
    price = chord(SIGMA, x, BEND, sp.Integer(1), 1 / sp.sqrt(n), given("n >= 1"))  # tanh(alpha/sqrt n) sqrt n >= tanh
    return Proof(
        concludes=Conclusion(
            (
                term(1, given("descent, eta_t")),
                term(rate * tanh, cite("lemma-4-sharp")),
                term(L * rate**2 / 2, cite("lemma-1-dimension")),
                term(convex * N, given("ball")),
                term(convex, given("convex")),
                term(k / (k + 2), supposed()),
                term(1, plain(top / ((k + 2) ** 2 * (k + 3)))),
            ),
            start=(
                term(1, given("smooth at x*")),
                term(L * (D + dist) / 2, given("ball")),
                term(L * D**2 * sp.sqrt(n) * (sp.sqrt(n) * level + tanh) / tanh**2, price),
                term(1, plain(L * D**2 / 2 + D * eps)),
            ),
            at=((rate, N2_RATE),),
        )
    )


def cases() -> Iterator[Case]:
    """Yield runs with 1/sqrt(t) and 1/t steps on problems of every class."""
    for name in EVERY_CLASS:
        subject = problem(name)
        inner = AlphaGrad(learning_rate=np.geomspace(1e-2, 10, 5)[:, None], alpha=np.geomspace(1e-2, 1e2, 7))
        for schedule in (inverse_sqrt, inverse):
            yield run_case(
                Scheduled(inner, schedule=schedule), subject, subject.start(0), 100, f"{schedule.__name__}, {name}"
            )


def last_cases() -> Iterator[Case]:
    """Yield runs with the steps of N2 for a few D >= ||x_1 - x*||; where the run leaves the ball N2 is silent."""
    for name in ("quadratic", "quadratic-diagonal", "huber", "log-cosh", "logistic", "logistic-breast-cancer"):
        subject = problem(name)
        start = subject.start(0)
        radius = np.linalg.norm(start - subject.constants.x_star) * np.asarray([1.0, 2.0, 8.0])[:, None]
        steepness = np.geomspace(1e-2, 1e2, 9)
        inner = AlphaGrad(learning_rate=2 * radius / np.tanh(steepness), alpha=steepness, epsilon=1e-8)
        yield run_case(Scheduled(inner, schedule=next_inverse), subject, start, 200, f"N2, {name}", D=radius)


def stairs(steps: int = 6, n: int = 4) -> Case:
    """A walk down the diagonal of ||x||^2/2 with steps 1/t that ends beside the minimiser, eps -> 0."""
    inner = AlphaGrad(learning_rate=0.5, alpha=2.0, epsilon=1e-12)
    far = 0.5 * np.tanh(2.0 / np.sqrt(n)) * (np.sum(inverse(np.arange(1.0, steps + 1)[:, None])) + 1e-6)
    subject = half_square(n)
    return run_case(Scheduled(inner, schedule=inverse), subject, far * np.ones(n), steps, "stairs of steps 1/t")


T8 = Bound(
    key="thm-8",
    title="T8: vanishing steps",
    source="the lab's theory, T8",
    left=WEIGHTED,
    right=WEIGHTED_RIGHT,
    assumes=(SCHEDULED, known("L", "f_inf")),
    quantities=LETTERS,
    proof=proof,
    tight=stairs,
    cases=cases,
    hence=(
        r"\eta_t \to 0, \sum_t \eta_t = \infty \Rightarrow \liminf_t N_t = 0; \quad "
        r"\sum_t \eta_t^2 < \infty, \nabla f \text{ Lipschitz too} \Rightarrow \lim_t N_t = 0"
    ),
    remark="the limits are read off the inequality by the words of the proof",
)
N2 = Bound(
    key="last-iterate",
    title="N2: last iterate, convex",
    source="the lab's theory, N2",
    left=delta,
    right=2 * rho * L * D**2 / (T + 1) + D * eps,
    assumes=(
        SCHEDULED,
        CONVEX,
        known("L", "f_star", "x_star"),
        INVERSE,
        BOUNDED,
    ),
    proof=last_proof,
    cases=last_cases,
)
