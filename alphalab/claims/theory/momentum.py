r"""T6*: heavy-ball momentum, v_1 = 0.

    (1/T) sum <g_t,g'_t> <= (1-c) Delta/(eta T)
        + L eta M [ 1/(2(1-c)) + c/(1-c)^2 (1 - (1-c^T)/(T(1-c))) ],        c the momentum

Through z_t = x_t - c/(1-c) v_t, for which z_{t+1} = z_t - eta/(1-c) g'_t. Tight at every T.
Source: theory, T6*.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import sympy as sp

from alphalab.claims.case import Case, run_case
from alphalab.claims.claim import Assumption, Bound, given
from alphalab.claims.evidence import EVERY_CLASS
from alphalab.claims.notation import Delta, L, M, Quantity, T, alpha, eta, expand, letter, mean_inner, n
from alphalab.claims.proof import Identity, Proof, slack
from alphalab.claims.theory.descent import summed
from alphalab.optimizers import AlphaGrad, HeavyBall
from alphalab.problems import half_square, problem

c = letter("c")
LAG = 1 - (1 - c**T) / (T * (1 - c))  # the mean of 1 - c^{t-1} over t = 1..T
RIGHT = (1 - c) * Delta / (eta * T) + L * eta * M * (1 / (2 * (1 - c)) + c / (1 - c) ** 2 * LAG)
MOMENTUM = Quantity(c, "momentum", lambda case: case.hyperparameter("momentum"))


def _other(case: Case) -> str | None:
    right = isinstance(case.optimizer, HeavyBall) and type(case.optimizer.optimizer) is AlphaGrad
    return None if right else "the method is not AlphaGrad with heavy-ball momentum"


def proof() -> Proof:
    """The descent lemma at z_t, the distance ||z_t - x_t||, and the geometric sum; each inequality with slack."""
    x, v, d = sp.symbols("x v d", real=True)
    steps = sp.Symbol("T", positive=True, integer=True)
    q, lag = sp.symbols(r"(1-c) \kappa", positive=True)  # lag: the mean of 1 - c^{t-1}
    descent, infimum, lemma_1, drift = map(slack, ("descent", r"f_{\inf}", "L1*", "drift"))
    new_v = c * v + eta * d
    allowed = q * Delta / (eta * T) + L * eta * M * (1 / (2 * q) + c * lag / q**2)
    drifted = L * eta * M * c * lag / q**2 - drift
    measured = q * (Delta / T - infimum) / eta + L * eta * (M - lemma_1) / (2 * q) + drifted - descent
    left_over = q * infimum / eta + L * eta * lemma_1 / (2 * q) + drift + descent
    return Proof(
        steps=(
            Identity(
                "z_{t+1} = z_t - eta/(1-c) d_t",
                (x - new_v) - c / (1 - c) * new_v,
                x - c / (1 - c) * v - eta / (1 - c) * d,
            ),
            Identity(
                "||v_t|| <= eta sqrt(M) (1-c^{t-1})/(1-c), and so one step later: c ||v_t|| + eta sqrt(M)",
                c * (1 - c ** (steps - 1)) / (1 - c) + 1,
                (1 - c**steps) / (1 - c),
            ),
            Identity(
                "the mean of 1 - c^{t-1} is kappa, checked by its increments",
                (steps * LAG.subs(T, steps)) - ((steps - 1) * LAG.subs(T, steps - 1)),
                1 - c ** (steps - 1),
            ),
            Identity("and by its start", sp.Subs(LAG, T, 1), sp.Integer(0)),
            Identity("the bound in terms of 1 - c and kappa", RIGHT, allowed.subs(lag, LAG).subs(q, 1 - c)),
            *summed(allowed, measured, left_over),
            attained(),
        ),
        follows=(
            "f(z_{t+1}) <= f(z_t) - eta/(1-c) <grad f(z_t), g'_t> + L eta^2/(2(1-c)^2) ||g'_t||^2; "
            "<g_t - grad f(z_t), g'_t> <= L ||x_t - z_t|| ||g'_t||, as the gradient is L-Lipschitz, with "
            "||x_t - z_t|| = c/(1-c) ||v_t||; ||g'||^2 <= M (L1*). Summed over t, z_1 = x_1, f >= f_inf. Attained at "
            "every T, eps -> 0: f = (L/2)||x||^2, z_t = (T+1-t) h (1, ..., 1), h = eta tau/(1-c)."
        ),
    )


def attained() -> Identity:
    """On f = (L/2)||x||^2: x_t = z_t + c v_t/(1-c), v_t = (1-c^{t-1}) h, z_1 = T h, h = eta tau/(1-c) the stride."""
    steps = sp.Symbol("T", positive=True, integer=True)
    tau = sp.tanh(alpha / sp.sqrt(n))
    h = eta * tau / (1 - c)
    total = steps * (steps + 1) / 2 + c / (1 - c) * steps * LAG.subs(T, steps)  # sum of x_t/h
    here = {Delta: n * L * (steps * h) ** 2 / 2, T: steps}
    return Identity("on the walk that ends at z = 0", n * L * tau * h * total / steps, expand(RIGHT).subs(here))


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
    assumes=(Assumption("AlphaGrad with heavy-ball momentum, v_1 = 0", _other), given("L", "f_inf")),
    quantities=(MOMENTUM,),
    proof=proof,
    cases=cases,
    tight=descent_walk,
)
