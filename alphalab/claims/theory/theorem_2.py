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
from alphalab.claims.notation import B, alpha, b, eps, h_inverse, mean_inner, mean_norm
from alphalab.claims.paper.lemma_1 import ALPHAGRAD
from alphalab.claims.proof import Identity, Proof, Sign, leftover, slack
from alphalab.claims.theory.descent import DESCENT, mean_alignment
from alphalab.optimizers import AlphaGrad
from alphalab.problems import problem


def proof() -> Proof:
    """B minus the measured mean is a non-negative sum of slacks."""
    return Proof(steps=leftover(B, *mean_alignment()), follows=DESCENT)


def norm_proof() -> Proof:
    """From the mean of h(N) to the mean of N: h is convex and increasing, and h(h^{-1}(b)) = b."""
    z, y = sp.symbols("z y", positive=True)
    h = z**2 / (z + eps)
    measured, left_over = mean_alignment()
    gap = slack("L2")
    return Proof(
        steps=(
            *leftover(b, (measured - gap) / sp.tanh(alpha), (left_over + gap) / sp.tanh(alpha)),
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
            Sign("is positive", excess, ">"),
            Identity("the slope of h", sp.Derivative(h, z), slope),
            Sign("is positive: h increases", slope, ">"),
        ),
        follows="With y = b: h(b + eps) > b = h(h^{-1}(b)), so b + eps > h^{-1}(b) for eps > 0; at eps = 0 both are b.",
    )


def staircase(n: int = 4, steps: int = 16, stairs: int = 4, epsilon: float = 1e-12) -> Case:
    """The instance on which T2* is attained: a walk down the diagonal, `stairs` steps long, then a 2-cycle at 0."""
    rate, steepness = 0.5, 2.0
    stride = rate * np.tanh(steepness / np.sqrt(n))
    subject = problem("quadratic-diagonal", n, eigenvalues=np.ones(n))
    optimizer = AlphaGrad(learning_rate=rate, alpha=steepness, epsilon=epsilon)
    beside = stairs + 1e-6  # the walk ends beside the minimiser, never on it
    return run_case(optimizer, subject, beside * stride * np.ones(n), steps, "staircase")


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
