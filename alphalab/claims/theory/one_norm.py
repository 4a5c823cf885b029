r"""N3's lemma: the step sees the 1-norm of the gradient, up to W(1/e) n (N+eps)/alpha.

    ||g||_1 - W(1/e) n (N+eps)/alpha <= <g, g'>         W Lambert's function, W(1/e) e^{1 + W(1/e)} = 1, 0.2785

With u_i = alpha |g_i|/(N+eps) one component gives |g_i| tanh u_i = |g_i| - ((N+eps)/alpha) u_i (1 - tanh u_i), and
u (1 - tanh u) = 2u/(e^{2u}+1) is largest where (2u-1) e^{2u} = 1, that is at 2u = 1 + W(1/e), where it is W(1/e).
Attained where every component lies there: all |g_i| equal, alpha r = sqrt n (1 + W(1/e))/2. Source: theory, N3.
"""

from __future__ import annotations

import numpy as np
import sympy as sp

from alphalab.claims.case import Case, gradient_case
from alphalab.claims.claim import Bound
from alphalab.claims.conclusion import Conclusion, tangent, term
from alphalab.claims.facts.assumptions import ALPHAGRAD
from alphalab.claims.facts.letters import LAMBERT, W, measures, one_norm, u
from alphalab.claims.notation import N, alpha, eps, inner, n
from alphalab.claims.proof import Proof
from alphalab.optimizers import AlphaGrad

RIGHT = inner + W * n * (N + eps) / alpha
MOST = (1 + LAMBERT) / 2  # where u (1 - tanh u) is largest
LETTERS = measures(W, one_norm)


def proof() -> Proof:
    """With 2z = 1 + W + s, z = alpha u: W - z (1 - tanh z) = (e^s - 1 - s)/(e^{2z} + 1), and e^s lies over 1 + s."""
    s = sp.Symbol("s", real=True)
    over = tangent(sp.exp(s), s, sp.exp(s), sp.Integer(0), 2 * alpha * u - 1 - W)
    weight = (N + eps) / (alpha * (sp.exp(2 * alpha * u) + 1))
    return Proof(
        concludes=Conclusion((term(weight, over, over="components"),)),
        follows="Equality at 2z = 1 + W(1/e).",
    )


def at_the_maximiser() -> Case:
    """One step at a gradient all of whose components lie where u (1 - tanh u) is largest."""
    method = AlphaGrad(alpha=MOST * np.sqrt(4), epsilon=0.0)
    return gradient_case(method, np.full((1, 4), 0.5), "every component at the maximiser")


ONE_NORM_LEMMA = Bound(
    key="smooth-maximum-lemma",
    title="N3: the alignment is at least ||g||_1 - W(1/e) n (N+eps)/alpha",
    source="the lab's theory, N3",
    left=one_norm,
    right=RIGHT,
    assumes=(ALPHAGRAD,),
    quantities=LETTERS,
    proof=proof,
    tight=at_the_maximiser,
)
