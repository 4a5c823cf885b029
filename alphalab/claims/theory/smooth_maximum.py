r"""N3: where a large alpha pays, smoothness in the maximum norm.

    f(y) <= f(x) + <g, y-x> + (L_inf/2)||y-x||_inf^2,   eta = sqrt(2 Delta/(L_inf T))/tanh(alpha):
    (1/T) sum N_t <= eps + sqrt(2 L_inf Delta/T)        for every alpha

Source: theory, N3.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import sympy as sp

from alphalab.claims.case import Case, run_case
from alphalab.claims.claim import Bound, given
from alphalab.claims.notation import Delta, Quantity, T, alpha, eps, eta, letter, mean_norm
from alphalab.claims.paper.lemma_1 import ALPHAGRAD
from alphalab.claims.paper.rates import chosen
from alphalab.claims.proof import Identity, Proof, slack
from alphalab.claims.theory.descent import mean_alignment, summed
from alphalab.optimizers import AlphaGrad
from alphalab.problems import Quadratic, problem

L_INF = letter(r"L_\infty")
LETTERS = (Quantity(L_INF, "smoothness in the maximum norm", lambda case: np.asarray(case.constant("L_inf"))),)
ETA = sp.sqrt(2 * Delta / (L_INF * T)) / sp.tanh(alpha)
RIGHT = eps + sp.sqrt(2 * L_INF * Delta / T)


def proof() -> Proof:
    """||g'||_inf <= tanh(alpha), and <g,g'> >= tanh(alpha)(N - eps)."""
    lemma_4, t = slack("L4*"), sp.tanh(alpha)
    measured, left_over = mean_alignment(t**2, eta, L_INF)
    general = eps + Delta / (eta * T * t) + L_INF * eta * t / 2
    return Proof(
        steps=(
            *summed(general, (measured - lemma_4) / t + eps, (left_over + lemma_4) / t),
            Identity("and at the stated eta the right side is", general.subs(eta, ETA), RIGHT),
        ),
        follows=(
            "The descent lemma summed over t with L_inf and ||g'||_inf^2 <= tanh^2(alpha) in place of L and ||g'||^2 "
            "<= M, and L4*; that holds for any eta."
        ),
    )


def cases() -> Iterator[Case]:
    """Yield runs on rotated and diagonal quadratics, L_inf = sum |A_ij| (at least the supremum over |y|_inf = 1)."""
    lam = np.asarray([1.0, 0.1, 0.01])
    rotated = Quadratic.with_spectrum(lam, seed=0, x_star=np.zeros(3))
    for subject, matrix in ((rotated, rotated.A), (problem("quadratic-diagonal", 3), np.diag(lam))):
        start = subject.start(0)
        gap, constant = float(subject.value(start)), float(np.abs(matrix).sum())
        steepness = np.geomspace(1e-2, 1e3, 11)
        for steps in (1, 10, 100):
            rate = np.sqrt(2 * gap / (constant * steps)) / np.tanh(steepness)
            optimizer = AlphaGrad(learning_rate=rate, alpha=steepness, epsilon=1e-6)
            yield run_case(optimizer, subject, start, steps, f"N3, {subject.name}, T = {steps}", L_inf=constant)


def staircase(stairs: int = 4) -> Case:
    """The instance on which N3 is attained: f = x^2/2, `stairs` strides to 0 in T = stairs^2 steps, the rest a 2-cycle.

    L_inf is declared 2e-6 too large, so that the walk ends beside the minimiser and not on it.
    """
    subject, start, constant = problem("quadratic-diagonal", 1, eigenvalues=np.ones(1)), 3.0, 1 + 2e-6
    rate, steps = start / (stairs * np.sqrt(constant) * np.tanh(2.0)), stairs**2
    optimizer = AlphaGrad(learning_rate=rate, alpha=2.0, epsilon=1e-12)
    return run_case(optimizer, subject, np.full(1, start), steps, "staircase in the maximum norm", L_inf=constant)


N3 = Bound(
    key="smooth-maximum",
    title="N3: where a large alpha pays",
    source="the lab's theory, N3",
    left=mean_norm,
    right=RIGHT,
    assumes=(
        ALPHAGRAD,
        given("f_inf"),
        chosen(ETA, r"\eta = \sqrt{2\Delta/(L_\infty T)}/\tanh\alpha", LETTERS),
    ),
    quantities=LETTERS,
    proof=proof,
    cases=cases,
    tight=staircase,
    remark="compare L_inf tanh^2(alpha) with L M; L <= L_inf <= n L",
)
