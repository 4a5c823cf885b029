r"""T2*: Theorem 2 with the price of the tanh in place of the dimension, and on the gradient norm itself.

    (1/T) sum <g_t, g'_t> <= B(T) = Delta/(eta T) + L eta M/2
    (1/T) sum N_t         <= h^{-1}(b) <= b + eps,      b = B/tanh(alpha),  h(z) = z^2/(z+eps)

The best eta = sqrt(2 Delta/(L M T)) gives eps + sqrt(rho) sqrt(2 L Delta/T), free of n for fixed alpha.
Attained at every T and eta: f = (L/2)||x||^2, eps = 0, x_1 = T eta tanh(alpha/sqrt n)(1, ..., 1), which lands on 0 as
the last step is made. At the best eta a supremum: x_1 = (K + s) strides, T = K^2, s, eps -> 0; at s = 0 the run lands
on 0 after K steps and stops there.
Source: theory, T2*; it corrects S. Sane, arXiv 2504.16020v2, Theorem 2 and section 3.3.
"""

from __future__ import annotations

import numpy as np
import sympy as sp

from alphalab.claims.case import Case
from alphalab.claims.claim import Bound
from alphalab.claims.conclusion import Conclusion, Root, cite, plain, term
from alphalab.claims.facts.assumptions import ALPHAGRAD, chosen, known
from alphalab.claims.facts.lemmas import OVER_TANGENT, SLOPE_OF_H, H, summed, y
from alphalab.claims.facts.runs import planned, planned_cases, staircase
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
from alphalab.claims.proof import Identity, Proof, Step
from alphalab.optimizers import AlphaGrad
from alphalab.problems import CustomProblem

BEST_ETA = sp.sqrt(2 * Delta / (L * M * T))
BEST = eps + root_rho * sp.sqrt(2 * L * Delta / T)
ROOT = Root(B, sp.tanh(alpha) * H, y, h_inverse(B / sp.tanh(alpha)))
ATTAINED = (
    "Attained at every T: x_t = (K-t+1) eta tau (1, ..., 1) for t <= K, then 0 and -eta tau (1, ..., 1) by turns: the "
    "limit, as s, eps -> 0, of runs from (K + s) eta tau (1, ..., 1); the run from s = 0 lands on 0 and stops."
)


def proof() -> Proof:
    """The descent lemma summed, with ||g'||^2 <= M (L1*)."""
    return Proof(
        concludes=Conclusion((*summed(1), term(L * eta / 2, cite("lemma-1-dimension"), over="steps")), telescopes="x"),
        steps=attained(),
        follows=ATTAINED,
    )


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
    """With y = h^{-1}(b): h lies over its tangent at y, <g,g'> >= tanh(alpha) h(N) (Lemma 2), the mean at most B."""
    scale = 1 / (SLOPE_OF_H * sp.tanh(alpha))
    return Proof(
        concludes=Conclusion(
            (
                term(scale, cite("thm-2-sharp")),
                term(scale, cite("lemma-2"), over="steps"),
                term(1 / SLOPE_OF_H, OVER_TANGENT, over="steps"),
            ),
            root=ROOT,
        )
    )


def plain_proof() -> Proof:
    """With y = h^{-1}(b): b + eps - y = eps^2/(y+eps)."""
    return Proof(concludes=Conclusion((term(1, plain(eps**2 / (y + eps))),), root=ROOT))


def best_proof() -> Proof:
    """T2* at the eta that makes b least."""
    return Proof(
        concludes=Conclusion((term(1, cite("thm-2-norm")), term(1, cite("thm-2-plain"))), at=((eta, BEST_ETA),))
    )


def best_staircase() -> Case:
    """The same for n = 1 with the best eta, T = 4^2; L is given as 2e-6 more, so that the walk ends beside 0."""
    half = CustomProblem(value=lambda x: x[..., 0] ** 2 / 2, gradient=lambda x: 1.0 * x, n=1, L=1 + 2e-6, f_inf=0.0)
    return planned(half, BEST_ETA, 4**2, AlphaGrad(alpha=2.0, epsilon=1e-12), np.full(1, 3.0))


T2_SHARP = Bound(
    key="thm-2-sharp",
    title="T2*: the mean alignment is at most B(T)",
    source="the lab's theory, T2*",
    left=mean_inner,
    right=B,
    assumes=(ALPHAGRAD, known("L", "f_inf")),
    proof=proof,
    tight=staircase,
)
T2_NORM = Bound(
    key="thm-2-norm",
    title="T2*: the mean gradient norm is at most h^{-1}(B/tanh alpha)",
    source="the lab's theory, T2*",
    left=mean_norm,
    right=h_inverse(b),
    assumes=(ALPHAGRAD, known("L", "f_inf")),
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
    assumes=(known("L", "f_inf"),),
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
    assumes=(ALPHAGRAD, known("L", "f_inf"), chosen(BEST_ETA)),
    proof=best_proof,
    cases=lambda: planned_cases(BEST_ETA),
    tight=best_staircase,
    remark="sqrt(rho) <= alpha/tanh(alpha); a supremum: T = K^2, a start K + s strides away, n = 1, s, eps -> 0",
)
