r"""Lemma 2: the step is aligned with the gradient.

    <g, g'> >= gamma N,   gamma = tanh(alpha) N/(N+eps)

The paper's argument: tanh(alpha x) is concave on [0, 1] and lies over its chord, tanh(alpha x) >= x tanh(alpha). With
x = u_i = |g_i|/(N+eps) <= 1, times |g_i| = (N+eps) u_i and summed, it is the lemma.
Loose: theory's L2* puts N tanh(alpha r) in place of gamma N. Source: S. Sane, arXiv 2504.16020v2, Lemma 2.
"""

from __future__ import annotations

import sympy as sp

from alphalab.claims.claim import Bound
from alphalab.claims.conclusion import Conclusion, chord, given, term
from alphalab.claims.facts.assumptions import ALPHAGRAD
from alphalab.claims.facts.letters import u
from alphalab.claims.notation import N, alpha, eps, gamma, inner
from alphalab.claims.proof import Proof


def proof() -> Proof:
    """The concavity argument for every component, summed."""
    x = sp.Symbol("x", nonnegative=True)
    second = -2 * alpha**2 * sp.tanh(alpha * x) * sp.sech(alpha * x) ** 2
    over_chord = chord(sp.tanh(alpha * x), x, second, sp.Integer(1), u, given("u_i <= 1"))
    return Proof(concludes=Conclusion((term((N + eps) * u, over_chord, over="components"),)))


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
