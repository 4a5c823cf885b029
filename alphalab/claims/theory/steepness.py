r"""N6: (L0, L1)-smooth functions, whose curvature may grow with the gradient, with one constant step.

    f(y) <= f(x) + <g, y-x> + ((L0 + L1 N)/2) ||y-x||^2     where L1 ||y-x|| <= 1
    (1/T) sum <g_t, g'_t> <= [Delta/(eta T) + L0 eta M/2]/(1 - theta/2),      theta = L1 eta Q < 2,  L1 eta sqrt M <= 1
    (1/T) sum N_t         <= eps + the same/tanh(alpha)
    f falls wherever         N > L0 eta Q/(2 - theta)
    min_t N_t             <= eps + [L0 eta Q/2 + Delta/(eta T tanh alpha)]/(1 - theta/2)

with the Q of `price`: ||g'||^2 <= M for what L0 allows, N ||g'||^2 <= Q <g,g'> for what L1 does. Gradient descent has
to take eta ~ 1/(L0 + L1 max N) here, which depends on the start, or it diverges: this is why one normalises. L1 = 0 is
T2* and N1.
A function with |Hessian| <= L0 + L1 N has the constants times 2(e^s - 1 - s)/s^2, s = L1 eta sqrt M.
Source: theory, N6; the class is that of J. Zhang et al., arXiv 1905.11881.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import sympy as sp

from alphalab.claims import sharp
from alphalab.claims.case import Case, run_case
from alphalab.claims.claim import Bound
from alphalab.claims.conclusion import Conclusion, Split, case, cite, given, plain, term
from alphalab.claims.facts.assumptions import ALPHAGRAD, IN_WINDOW, MOVING, known
from alphalab.claims.facts.lemmas import summed
from alphalab.claims.facts.letters import L0, L1, PRICE, THETA, measures
from alphalab.claims.facts.runs import staircase
from alphalab.claims.notation import (
    Delta,
    L,
    M,
    N,
    T,
    alpha,
    decrease,
    eps,
    eta,
    expand,
    inner,
    least_norm,
    mean_inner,
    mean_norm,
)
from alphalab.claims.proof import Identity, Proof
from alphalab.claims.theory.theorem_2 import T2_SHARP
from alphalab.optimizers import AlphaGrad
from alphalab.problems import half_square, problem

LETTERS = measures(L0, L1, PRICE, THETA)
STEEP = "descent, (L0, L1)"
KAPPA = 1 - THETA / 2
WHOLE = Delta / (eta * T) + L0 * eta * M / 2


def proof() -> Proof:
    """The descent lemma summed: ||g'||^2 <= M for what L0 allows, N ||g'||^2 <= Q <g,g'> for what L1 does."""
    at_0 = expand(WHOLE) / KAPPA
    return Proof(
        concludes=Conclusion(
            (
                *summed(1 / KAPPA, step=STEEP),
                term(L0 * eta / (2 * KAPPA), cite("lemma-1-dimension"), over="steps"),
                term(L1 * eta * N / (2 * KAPPA), cite("best-iterate-lemma"), over="steps"),
            ),
            telescopes="x",
        ),
        steps=(
            Identity("at L1 = 0, theta = 0, it is T2*", sp.Subs(at_0, THETA, 0), expand(T2_SHARP.right).subs(L, L0)),
        ),
    )


def norm_proof() -> Proof:
    """N <= <g,g'>/tanh(alpha) + eps (L4*)."""
    return Proof(
        concludes=Conclusion(
            (term(1 / sp.tanh(alpha), cite("l0-l1")), term(1, cite("lemma-4-sharp"), over="steps")),
        )
    )


def decrease_proof() -> Proof:
    """The descent lemma with ||g'||^2 <= Q <g,g'>/N."""
    share = (L0 + L1 * N) * eta**2 / 2
    return Proof(
        concludes=Conclusion((term(1, given(STEEP)), term(share, cite("best-iterate-lemma")))),
        follows="So f falls strictly wherever N > L0 eta Q/(2 - theta).",
    )


def best_proof() -> Proof:
    """As N1, m the least N_t, c = L0 eta Q/2, k = 1 - theta/2: while k (m - eps) >= c every step gains as much."""
    c, tanh = L0 * eta * PRICE / 2, sp.tanh(alpha)
    above = KAPPA * (least_norm - eps) - c
    norm = cite("lemma-4-sharp")
    return Proof(
        concludes=Conclusion(
            Split(
                above,
                (
                    *summed(1 / (tanh * KAPPA), step=STEEP),
                    term((L0 + L1 * N) * eta / (2 * tanh * KAPPA), cite("best-iterate-lemma"), over="steps"),
                    term(1 / N, given("least N"), norm, over="steps"),
                    term(1 / (N * KAPPA), case(above), norm, over="steps"),
                    term(eps / N, norm, over="steps"),
                    term(1, given("least N"), over="steps"),
                    term(1, plain(eps * c / (N * KAPPA)), over="steps"),
                ),
                (term(1 / KAPPA, case(-above)), term(1, plain(Delta / (eta * T * tanh * KAPPA)))),
            ),
            telescopes="x",
        )
    )


def cases() -> Iterator[Case]:
    """Yield runs on functions without any L, with theta from 0.01 to 1.9; theta = 30 breaks the step's assumption."""
    thetas = np.asarray([0.01, 0.1, 0.5, 1.0, 1.5, 1.9, 30.0])[:, None]
    for name in ("cosh", "exponential", "quartic"):
        for n in (1, 3):
            subject = problem(name, n)
            method = AlphaGrad(alpha=np.geomspace(1e-2, 1e2, 5), epsilon=1e-3)
            price = np.asarray(sharp.Q(method.alpha, n))
            rates = thetas / ((subject.constants.L1 or 1.0) * price)
            for seed in range(2):
                run = AlphaGrad(learning_rate=rates, alpha=method.alpha, epsilon=1e-3)
                yield run_case(run, subject, subject.start(seed), 60, f"(L0, L1), {name}, n = {n}")


def bowl(n: int = 4, steps: int = 16, stairs: int = 4) -> Case:
    """T2*'s staircase on ||x||^2/2, which is (1, L1)-smooth for every L1: here 1e-9."""
    return staircase(n, steps, stairs, L0=1.0, L1=1e-9)


def first_iterate() -> Case:
    """One step on x^2/2 that lands on 0: N_1 is all that its value allows."""
    method = AlphaGrad(learning_rate=1 / np.tanh(2.0), alpha=2.0, epsilon=1e-12)
    return run_case(method, half_square(), np.ones(1), 1, "one step to the minimiser", L0=1.0, L1=1e-9)


N6 = Bound(
    key="l0-l1",
    title="N6: the mean alignment where the curvature grows with the gradient",
    source="the lab's theory, N6",
    left=mean_inner,
    right=WHOLE / KAPPA,
    assumes=(ALPHAGRAD, MOVING, IN_WINDOW, known("L0", "L1", "f_inf")),
    quantities=LETTERS,
    proof=proof,
    cases=cases,
    tight=bowl,
    remark="attained as theta -> 0, where it is T2*; with theta > 0 the best ratio is not known",
)
N6_NORM = Bound(
    key="l0-l1-norm",
    title="N6: the mean gradient norm where the curvature grows with the gradient",
    source="the lab's theory, N6",
    left=mean_norm,
    right=eps + WHOLE / (KAPPA * sp.tanh(alpha)),
    assumes=(ALPHAGRAD, MOVING, IN_WINDOW, known("L0", "L1", "f_inf")),
    quantities=LETTERS,
    proof=norm_proof,
    cases=cases,
    tight=lambda: bowl(n=1),
    remark="attained as theta, eps -> 0 for n = 1; no step of gradient descent that ignores the start has such a bound",
)
N6_DECREASE = Bound(
    key="l0-l1-decrease",
    title="N6: f falls wherever N > L0 eta Q/(2 - theta)",
    source="the lab's theory, N6",
    left=eta * inner * (KAPPA - L0 * eta * PRICE / (2 * N)),
    right=decrease,
    assumes=(ALPHAGRAD, MOVING, IN_WINDOW, known("L0", "L1")),
    quantities=LETTERS,
    proof=decrease_proof,
    cases=cases,
    tight=lambda: bowl(n=1, stairs=8, steps=3),
    remark="attained as theta, eps -> 0 on L0 x^2/2, n = 1",
)
N6_BEST = Bound(
    key="l0-l1-best",
    title="N6: the best iterate where the curvature grows with the gradient",
    source="the lab's theory, N6",
    left=least_norm,
    right=eps + (L0 * eta * PRICE / 2 + Delta / (eta * T * sp.tanh(alpha))) / KAPPA,
    assumes=(ALPHAGRAD, MOVING, IN_WINDOW, known("L0", "L1", "f_inf")),
    quantities=LETTERS,
    proof=best_proof,
    cases=cases,
    tight=first_iterate,
    remark="attained at T = 1 as theta, eps -> 0 on L0 x^2/2, n = 1, one step away from 0; L1 = 0 is N1",
)
STEEPNESS = (N6, N6_NORM, N6_DECREASE, N6_BEST)
