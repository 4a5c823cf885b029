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
from alphalab.claims.proof import Identity, Proof, Sign, slack
from alphalab.optimizers import AlphaGrad
from alphalab.problems import Quadratic, problem

L_INF = letter(r"L_\infty")
LETTERS = (Quantity(L_INF, "smoothness in the maximum norm", lambda case: np.asarray(case.constant("L_inf"))),)
ETA = sp.sqrt(2 * Delta / (L_INF * T)) / sp.tanh(alpha)
RIGHT = eps + sp.sqrt(2 * L_INF * Delta / T)


def proof() -> Proof:
    """||g'||_inf <= tanh(alpha), and <g,g'> >= tanh(alpha)(N - eps)."""
    lemma_3, lemma_4, descent, infimum = map(slack, (r"\infty", "L4*", "descent", r"f_{\inf}"))
    t = sp.tanh(alpha)
    mean_inner = (Delta / T - infimum) / eta + L_INF * eta * (t**2 - lemma_3) / 2 - descent
    measured = (mean_inner - lemma_4) / t + eps
    general = eps + Delta / (eta * T * t) + L_INF * eta * t / 2
    left_over = (infimum / eta + L_INF * eta * lemma_3 / 2 + descent + lemma_4) / t
    return Proof(
        steps=(
            Identity("for any eta, right minus left is", general - measured, left_over),
            Sign("not negative", left_over),
            Identity("and at the stated eta the right side is", general.subs(eta, ETA), RIGHT),
        ),
        follows="Smoothness in the maximum norm along the step, with |g'_i| <= tanh(alpha r) and L4*.",
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
    remark="compare L_inf tanh^2(alpha) with L M; L <= L_inf <= n L",
)
