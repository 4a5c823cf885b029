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

from alphalab.arrays import Array
from alphalab.claims.case import Case, NotApplicableError, run_case
from alphalab.claims.claim import CONVEX, Assumption, Bound, given
from alphalab.claims.evidence import EVERY_CLASS
from alphalab.claims.notation import D, Delta, L, M, Quantity, T, alpha, delta, eps, horizon, letter, n, rho
from alphalab.claims.paper.theorem_1 import BOUNDED
from alphalab.claims.proof import Identity, Proof, Sign, slack
from alphalab.claims.theory.descent import summed
from alphalab.optimizers import AlphaGrad, Scheduled, inverse, inverse_sqrt
from alphalab.problems import half_square, problem

WEIGHTED = letter(r"\sum_{t=1}^T \eta_t \langle {g_t}, g'_t \rangle")
SQUARES = letter(r"\sum_{t=1}^T \eta_t^2")


def next_inverse(t: Array) -> Array:
    """c = 1/(t+1)."""
    return 1 / (t + 1)


def _other(case: Case) -> str | None:
    scheduled = isinstance(case.optimizer, Scheduled) and type(case.optimizer.optimizer) is AlphaGrad
    return None if scheduled else "the method is not AlphaGrad with a step-size schedule"


def _steps(case: Case) -> np.ndarray:
    """Return eta_t, (T, *batch)."""
    if not isinstance(case.optimizer, Scheduled):
        raise NotApplicableError("the method has no step-size schedule")
    factor = case.optimizer.schedule(horizon(case.gradient_norm)[..., None])[..., 0]
    return factor * case.hyperparameter("learning_rate")


LETTERS = (
    Quantity(WEIGHTED, "eta_t <g_t, g'_t> summed", lambda case: np.cumsum(_steps(case) * case.alignment, axis=0)),
    Quantity(SQUARES, "eta_t^2 summed", lambda case: np.cumsum(_steps(case) ** 2, axis=0)),
)
SCHEDULED = Assumption(r"steps \eta_t that depend on t only", _other)
WEIGHTED_RIGHT = Delta + L * M * SQUARES / 2


def proof() -> Proof:
    """The descent lemma summed with the steps it has."""
    lemma_1, descent, infimum = map(slack, ("L1*", "descent", r"f_{\inf}"))
    measured = Delta - infimum + L * (M * SQUARES - lemma_1) / 2 - descent
    left_over = infimum + L * lemma_1 / 2 + descent
    return Proof(
        steps=summed(WEIGHTED_RIGHT, measured, left_over),
        follows=(
            "f(x_{t+1}) <= f(x_t) - eta_t <g_t,g'_t> + (L eta_t^2/2) ||g'_t||^2, ||g'||^2 <= M (L1*), f >= f_inf. If "
            "N_t >= z > 0 from some t on, <g_t,g'_t> >= tanh(alpha) h(z), and sum eta_t = inf with eta_t -> 0 makes "
            "the left side outgrow the right: so liminf N_t = 0. If sum eta_t^2 < inf, f(x_t) converges and "
            "sum eta_t h(N_t) < inf; as |N_{t+1} - N_t| <= L eta_t sqrt(M) (the gradient is L-Lipschitz), infinitely "
            "many crossings from z/2 to z would each cost a fixed amount: so lim N_t = 0."
        ),
    )


def last_proof() -> Proof:
    """With a_t = delta_t - D eps, C = 2 rho L D^2: a_{t+1} <= a_t (t-1)/(t+1) + C/(t+1)^2, so a_t <= C/(t+1)."""
    t, a = sp.symbols("t a", positive=True)
    bound_c = 2 * rho * L * D**2
    step = 2 * D / (sp.tanh(alpha) * (t + 1))
    descent, lemma_1, lemma_4, convexity, price = map(slack, ("descent", "L1*", "L4*", "convex", r"\rho-1"))
    root_n = sp.sqrt(n) * sp.tanh(alpha / sp.sqrt(n))  # tanh(alpha) sqrt(rho)
    norm = (a + D * eps + convexity) / D  # delta <= D N
    alignment = sp.tanh(alpha) * (norm - eps) + lemma_4
    after = a + D * eps - step * alignment + L * step**2 * (M - lemma_1) / 2 - descent - D * eps
    recursion = a * (t - 1) / (t + 1) + bound_c / (t + 1) ** 2
    left_over = step * (sp.tanh(alpha) * convexity / D + lemma_4) + L * step**2 * lemma_1 / 2 + descent
    return Proof(
        steps=(
            Identity("the recursion minus a_{t+1}", recursion - after, left_over),
            Sign("is not negative", left_over),
            Identity(
                "from a_t <= C/(t+1): C/(t+2) minus the recursion",
                bound_c / (t + 2) - recursion.subs(a, bound_c / (t + 1)),
                bound_c / ((t + 1) ** 2 * (t + 2)),
            ),
            Sign("is positive", bound_c / ((t + 1) ** 2 * (t + 2)), ">"),
            Identity("at t = 1 the recursion does not see a_1", sp.Subs(recursion, t, 1), bound_c / 4),
            Identity(
                "C/2 minus delta_1 <= L D^2/2, with rho = 1 + s",
                (bound_c / 2 - L * D**2 / 2).subs(sp.tanh(alpha), root_n / sp.sqrt(1 + price)),
                L * D**2 * (1 + 2 * price) / 2,
            ),
            Sign("is positive: T = 1", L * D**2 * (1 + 2 * price) / 2, ">"),
        ),
        follows=(
            "L-smoothness with L1*, <g,g'> >= tanh(alpha)(N - eps) (L4*), delta <= D N (convexity). As t >= 1 the "
            "recursion increases in a, so a_t <= C/(t+1) implies a_{t+1} <= C/(t+2); a_2 <= C/4 < C/3 starts it. At "
            "T = 1: delta_1 <= L D^2/2, as the gradient is 0 at x*, and rho >= 1."
        ),
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


def _not_n2(case: Case) -> str | np.ndarray | None:
    if getattr(case.optimizer, "schedule", None) is not next_inverse:
        return "the steps are not 2D/(tanh(alpha)(t+1))"
    wanted = 2 * case.constant("D") / np.tanh(case.hyperparameter("alpha"))
    return np.abs(case.hyperparameter("learning_rate") - wanted) > case.tolerance * wanted


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
    assumes=(SCHEDULED, given("L", "f_inf")),
    quantities=LETTERS,
    proof=proof,
    tight=stairs,
    cases=cases,
    remark="liminf N_t = 0 if eta_t -> 0 and sum eta_t = inf; lim N_t = 0 if also sum eta_t^2 < inf",
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
        given("L", "f_star", "x_star"),
        Assumption(r"\eta_t = 2D/(\tanh(\alpha)(t+1))", _not_n2),
        BOUNDED,
    ),
    proof=last_proof,
    cases=last_cases,
)
