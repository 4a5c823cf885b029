r"""Lemma 2: the step is aligned with the gradient.

    <g, g'> >= gamma N,   gamma = tanh(alpha) N/(N+eps)

The paper's argument: phi(x) = tanh(alpha x) - x tanh(alpha) is concave on [0, 1] and 0 at both ends, so phi >= 0.
Loose: theory's L2* puts N tanh(alpha r) in place of gamma N. Source: S. Sane, arXiv 2504.16020v2, Lemma 2.
"""

from __future__ import annotations

import sympy as sp

from alphalab.claims.claim import Bound
from alphalab.claims.notation import N, alpha, gamma, inner
from alphalab.claims.paper.lemma_1 import ALPHAGRAD
from alphalab.claims.proof import Identity, Proof, Sign


def proof() -> Proof:
    """The concavity argument, then the sum over components with x = |g~_i| <= 1."""
    x = sp.Symbol("x", nonnegative=True)
    phi = sp.tanh(alpha * x) - x * sp.tanh(alpha)
    second = -2 * alpha**2 * sp.tanh(alpha * x) * sp.sech(alpha * x) ** 2
    return Proof(
        steps=(
            Identity("the second derivative of phi", sp.Derivative(phi, (x, 2)), second),
            Sign("is not positive for x >= 0: phi is concave", second, "<="),
            Identity("phi vanishes at 0", sp.Subs(phi, x, 0), sp.Integer(0)),
            Identity("phi vanishes at 1", sp.Subs(phi, x, 1), sp.Integer(0)),
        ),
        follows=(
            "A concave function lies above its chord, so tanh(alpha x) >= x tanh(alpha) on [0, 1]. With "
            "x = |g~_i| <= 1: <g,g'> = sum |g_i| tanh(alpha |g~_i|) >= tanh(alpha) sum g_i^2/(N+eps) = gamma N."
        ),
    )


LEMMA_2 = Bound(
    key="lemma-2",
    title="the step is aligned with the gradient",
    source="arXiv 2504.16020v2, Lemma 2",
    left=gamma * N,
    right=inner,
    assumes=(ALPHAGRAD,),
    proof=proof,
    remark="loose: L2* has N tanh(alpha r) in place of gamma N",
)
