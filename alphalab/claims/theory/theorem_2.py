r"""T2*: Theorem 2 with the price of the tanh in place of the dimension, and on the gradient norm itself.

    (1/T) sum <g_t, g'_t> <= B(T) = Delta/(eta T) + L eta M/2
    (1/T) sum N_t         <= h^{-1}(b) <= b + eps,      b = B/tanh(alpha),  h(z) = z^2/(z+eps)

The best eta = sqrt(2 Delta/(L M T)) gives eps + sqrt(rho) sqrt(2 L Delta/T), free of n for fixed alpha.
Tight at every T: f = (L/2)||x||^2, x_1 = K eta tanh(alpha/sqrt n)(1, ..., 1), eps -> 0, T - K even.
Source: theory, T2*; it corrects S. Sane, arXiv 2504.16020v2, Theorem 2 and section 3.3.
"""

from __future__ import annotations

import numpy as np
import sympy as sp

from alphalab.claims.case import Case, run_case
from alphalab.claims.claim import Bound, given
from alphalab.claims.membership import TANH_BELOW
from alphalab.claims.notation import (
    B,
    Delta,
    L,
    M,
    T,
    alpha,
    b,
    eps,
    eta,
    expand,
    h_inverse,
    mean_inner,
    mean_norm,
    n,
    root_rho,
)
from alphalab.claims.paper.lemma_1 import ALPHAGRAD
from alphalab.claims.paper.rates import chosen, planned, planned_cases
from alphalab.claims.proof import Identity, Proof, Sign, Step, slack
from alphalab.claims.theory.descent import DESCENT, mean_alignment, summed
from alphalab.optimizers import AlphaGrad
from alphalab.problems import CustomProblem, half_square

BEST_ETA = sp.sqrt(2 * Delta / (L * M * T))
BEST = eps + root_rho * sp.sqrt(2 * L * Delta / T)
ATTAINED = (
    "Attained at every T: x_t = (K-t+1) eta tau (1, ..., 1) for t <= K, then 0 and -eta tau (1, ..., 1) by turns: the "
    "limit, as eps -> 0, of runs from beside that start."
)


def proof() -> Proof:
    """B minus the measured mean is a non-negative sum of slacks."""
    return Proof(steps=(*summed(B, *mean_alignment()), *attained()), follows=DESCENT + " " + ATTAINED)


def attained() -> tuple[Step, ...]:
    """B(T) on f = (L/2)||x||^2 from x_1 = K eta tau (1, ..., 1), tau = tanh(alpha/sqrt n), eps -> 0, T - K even."""
    K, steps, k = (sp.Symbol(name, positive=True, integer=True) for name in "KTk")
    tau = sp.tanh(alpha / sp.sqrt(n))
    here = {Delta: n * L * (K * eta * tau) ** 2 / 2, T: steps}
    stride = n * L * eta * tau**2  # <g,g'> one stride away from 0
    return (
        Identity(
            "on the staircase: K strides down, then half the time one stride away",
            stride * (sp.Sum(k, (k, 1, K)) + (steps - K) / 2) / steps,
            expand(B).subs(here),
        ),
        Identity("its eta is the best one where K = sqrt T", sp.Subs(expand(BEST_ETA).subs(here), steps, K**2), eta),
    )


def norm_proof() -> Proof:
    """From the mean of h(N) to the mean of N: h is convex and increasing, and h(h^{-1}(b)) = b."""
    z, y = sp.symbols("z y", positive=True)
    h = z**2 / (z + eps)
    measured, left_over = mean_alignment()
    gap = slack("L2")
    return Proof(
        steps=(
            *summed(b, (measured - gap) / sp.tanh(alpha), (left_over + gap) / sp.tanh(alpha)),
            Identity("the second derivative of h", sp.Derivative(h, (z, 2)), 2 * eps**2 / (z + eps) ** 3),
            Sign("is not negative: h is convex", 2 * eps**2 / (z + eps) ** 3),
            Identity("h(z) = y has the root h_inverse(y)", h_inverse(y) ** 2, y * (h_inverse(y) + eps)),
        ),
        follows=DESCENT + " Lemma 2: <g,g'> >= tanh(alpha) h(N). Jensen: h(mean N) <= mean h(N) <= b, and h increases.",
    )


def plain_proof() -> Proof:
    """h(b + eps) exceeds b = h(h^{-1}(b)) by eps^2/(b + 2 eps), and h increases."""
    z, y = sp.symbols("z y", positive=True)
    h = z**2 / (z + eps)
    slope, excess = z * (z + 2 * eps) / (z + eps) ** 2, eps**2 / (y + 2 * eps)
    return Proof(
        steps=(
            Identity("h(z) = y has the root h_inverse(y)", h_inverse(y) ** 2, y * (h_inverse(y) + eps)),
            Identity("h(y + eps) minus y", h.subs(z, y + eps) - y, excess),
            Sign("is not negative", excess),
            Identity("the slope of h", sp.Derivative(h, z), slope),
            Sign("is positive: h increases", slope, ">"),
        ),
        follows="With y = b: h(b + eps) >= b = h(h^{-1}(b)), so b + eps >= h^{-1}(b); at eps = 0 both are b.",
    )


def best_proof() -> Proof:
    """T2* at the eta that makes b least, and what sqrt(rho) is at most for fixed alpha."""
    s = slack("z-tanh z")
    least = sp.Subs(eps + expand(b), eta, expand(BEST_ETA))
    u = alpha / sp.sqrt(n)
    return Proof(
        steps=(
            *norm_proof().steps,
            *plain_proof().steps,
            Identity("eps + b at this eta", least, BEST),
            TANH_BELOW,
            Identity(
                "alpha/tanh(alpha) - sqrt(rho), with tanh u = u - s at u = alpha/sqrt n",
                alpha / sp.tanh(alpha) - root_rho.subs(sp.tanh(u), u - s),
                sp.sqrt(n) * s / sp.tanh(alpha),
            ),
            Sign("is not negative", sp.sqrt(n) * s / sp.tanh(alpha)),
        ),
        follows=(
            norm_proof().follows + " h^{-1}(b) <= b + eps. sqrt(rho) <= alpha/tanh(alpha): free of n for fixed alpha."
        ),
    )


def staircase(n: int = 4, steps: int = 16, stairs: int = 4, epsilon: float = 1e-12) -> Case:
    """The instance on which T2* is attained: a walk down the diagonal, `stairs` steps long, then a 2-cycle at 0."""
    rate, steepness = 0.5, 2.0
    stride = rate * np.tanh(steepness / np.sqrt(n))
    subject = half_square(n)
    optimizer = AlphaGrad(learning_rate=rate, alpha=steepness, epsilon=epsilon)
    beside = stairs + 1e-6  # the walk ends beside the minimiser, never on it
    return run_case(optimizer, subject, beside * stride * np.ones(n), steps, "staircase")


def best_staircase() -> Case:
    """The same for n = 1 with the best eta, T = 4^2; L is given as 2e-6 more, so that the walk ends beside 0."""
    half = CustomProblem(value=lambda x: x[..., 0] ** 2 / 2, gradient=lambda x: x, n=1, L=1 + 2e-6, f_inf=0.0)
    return planned(half, BEST_ETA, 4**2, AlphaGrad(alpha=2.0, epsilon=1e-12), np.full(1, 3.0))


T2_SHARP = Bound(
    key="thm-2-sharp",
    title="T2*: the mean alignment is at most B(T)",
    source="the lab's theory, T2*",
    left=mean_inner,
    right=B,
    assumes=(ALPHAGRAD, given("L", "f_inf")),
    proof=proof,
    tight=staircase,
)
T2_NORM = Bound(
    key="thm-2-norm",
    title="T2*: the mean gradient norm is at most h^{-1}(B/tanh alpha)",
    source="the lab's theory, T2*",
    left=mean_norm,
    right=h_inverse(b),
    assumes=(ALPHAGRAD, given("L", "f_inf")),
    proof=norm_proof,
    tight=lambda: staircase(n=1),
    remark="a bound on N itself, free of n for fixed alpha: two limitations the paper states",
)
T2_PLAIN = Bound(
    key="thm-2-plain",
    title="T2*: h^{-1}(b) is at most b + eps",
    source="the lab's theory, T2*",
    left=h_inverse(b),
    right=b + eps,
    assumes=(ALPHAGRAD, given("L", "f_inf")),
    proof=plain_proof,
    tight=lambda: staircase(epsilon=0.0),
    remark="so the mean of N_t is at most b + eps; attained at eps = 0",
)
T2_BEST = Bound(
    key="thm-2-best",
    title="T2*: the rate at the best eta, free of n for fixed alpha",
    source="the lab's theory, T2*",
    left=mean_norm,
    right=BEST,
    assumes=(ALPHAGRAD, given("L", "f_inf"), chosen(BEST_ETA, r"\eta = \sqrt{2\Delta/(LMT)}")),
    proof=best_proof,
    cases=lambda: planned_cases(BEST_ETA),
    tight=best_staircase,
    remark="sqrt(rho) <= alpha/tanh(alpha); attained at T = K^2 by a start K strides away, n = 1, eps -> 0",
)
