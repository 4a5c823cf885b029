r"""T6*: heavy-ball momentum, v_1 = 0.

    (1/T) sum <g_t,g'_t> <= (1-c) Delta/(eta T)
        + l eta M [ 1/(2(1-c)) + c/(1-c)^2 (1 - (1-c^T)/(T(1-c))) ],        c the momentum, l the Lipschitz constant of
        the gradient: the proof compares the gradients at x_t and z_t, a one-sided bound is not enough

Through z_t = x_t - c/(1-c) v_t, for which z_{t+1} = z_t - eta/(1-c) g'_t. Tight at every T.
Source: theory, T6*.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import sympy as sp

from alphalab.claims.case import Case, run_case
from alphalab.claims.claim import Bound
from alphalab.claims.conclusion import Conclusion, cite, given, term
from alphalab.claims.evidence import EVERY_CLASS
from alphalab.claims.facts.assumptions import HEAVY_BALL, known
from alphalab.claims.facts.letters import c, ell, kappa, length, measures
from alphalab.claims.notation import Delta, M, T, alpha, eta, expand, mean_inner, n
from alphalab.claims.proof import Identity, Proof
from alphalab.optimizers import AlphaGrad, HeavyBall
from alphalab.problems import half_square, problem

LAG = 1 - (1 - c**T) / (T * (1 - c))  # the mean of 1 - c^{t-1} over t = 1..T
RIGHT = (1 - c) * Delta / (eta * T) + ell * eta * M * (1 / (2 * (1 - c)) + c / (1 - c) ** 2 * LAG)


def proof() -> Proof:
    """The descent lemma at z_t, the gradients at x_t and z_t compared, ||x_t - z_t|| = c/(1-c) ||v_t||, L1* twice.

    ||v_t|| <= eta sqrt(M) (1 - c^{t-1})/(1-c), one step later c ||v_t|| + eta sqrt(M); z_1 = x_1.
    """
    scale = (1 - c) / eta
    most = c * eta * sp.sqrt(M) * kappa / (1 - c) ** 2
    return Proof(
        concludes=Conclusion(
            (
                term(scale, given("descent at z"), over="steps"),
                term(scale / T, given("f_inf")),
                term(ell * eta / (2 * (1 - c)), cite("lemma-1-dimension"), over="steps"),
                term(1, given("gradient at z"), over="steps"),
                term(ell * length, given("lag"), over="steps"),
                term(ell * most / (sp.sqrt(M) + length), cite("lemma-1-dimension"), over="steps"),
            ),
            telescopes="z",
        ),
        steps=(attained(),),
        follows="Attained at every T, eps -> 0: f = (L/2)||x||^2, z_t = (T+1-t) h (1, ..., 1), h = eta tau/(1-c).",
    )


def attained() -> Identity:
    """On f = (L/2)||x||^2: x_t = z_t + c v_t/(1-c), v_t = (1-c^{t-1}) h, z_1 = T h, h = eta tau/(1-c) the stride."""
    steps = sp.Symbol("T", positive=True, integer=True)
    tau = sp.tanh(alpha / sp.sqrt(n))
    h = eta * tau / (1 - c)
    total = steps * (steps + 1) / 2 + c / (1 - c) * steps * LAG.subs(T, steps)  # sum of x_t/h
    here = {Delta: n * ell * (steps * h) ** 2 / 2, T: steps}
    return Identity("on the walk that ends at z = 0", n * ell * tau * h * total / steps, expand(RIGHT).subs(here))


def cases() -> Iterator[Case]:
    """Yield runs with momentum on problems of every class."""
    for name in EVERY_CLASS:
        subject = problem(name)
        inner = AlphaGrad(
            learning_rate=np.geomspace(1e-3, 1, 5)[:, None, None],
            alpha=np.geomspace(1e-2, 1e2, 5)[:, None],
            epsilon=1e-8,
        )
        optimizer = HeavyBall(inner, momentum=np.asarray([0.0, 0.5, 0.9, 0.99]))
        yield run_case(optimizer, subject, subject.start(0), 100, f"momentum, {name}")


def descent_walk() -> Case:
    """The instance on which T6* is attained: f = (L/2)||x||^2 from the point whose T-th momentum step ends at z = 0."""
    n, steps, rate, steepness, memory = 4, 12, 0.5, 2.0, 0.5
    stride = rate * np.tanh(steepness / np.sqrt(n)) / (1 - memory)
    subject = half_square(n)
    optimizer = HeavyBall(AlphaGrad(learning_rate=rate, alpha=steepness, epsilon=1e-12), momentum=memory)
    return run_case(optimizer, subject, steps * stride * np.ones(n), steps, "momentum walk")


T6 = Bound(
    key="thm-6-sharp",
    title="T6*: heavy-ball momentum",
    source="the lab's theory, T6*",
    left=mean_inner,
    right=RIGHT,
    assumes=(HEAVY_BALL, known("lipschitz", "f_inf")),
    quantities=measures(c, ell),
    proof=proof,
    cases=cases,
    tight=descent_walk,
)
