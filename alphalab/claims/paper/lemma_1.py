r"""Lemma 1: the step is bounded.

    ||g'||^2 <= n,     because |tanh| < 1.

Loose: theory's L1* puts n tanh^2(alpha r/sqrt n) <= M(alpha, n) in place of n.
Source: S. Sane, arXiv 2504.16020v2, Lemma 1.
"""

from __future__ import annotations

import sympy as sp

from alphalab.claims.claim import Bound, is_instance
from alphalab.claims.notation import n, square
from alphalab.claims.proof import Identity, Proof, Sign
from alphalab.optimizers import AlphaGrad

ALPHAGRAD = is_instance(AlphaGrad, r"g' = \tanh(\alpha g/(\|g\|+\varepsilon)), \alpha > 0")


def proof() -> Proof:
    """1 - tanh^2 = 1/cosh^2 > 0, summed over the n components."""
    z = sp.Symbol("z", real=True)
    return Proof(
        steps=(
            Identity("the gap of one component", 1 - sp.tanh(z) ** 2, 1 / sp.cosh(z) ** 2),
            Sign("is positive", 1 / sp.cosh(z) ** 2, ">"),
        ),
        follows="Summed over the n components: n - ||g'||^2 = sum 1/cosh^2(alpha g~_i) > 0.",
    )


LEMMA_1 = Bound(
    key="lemma-1",
    title="the squared step is at most n",
    source="arXiv 2504.16020v2, Lemma 1",
    left=square,
    right=n,
    assumes=(ALPHAGRAD,),
    proof=proof,
    remark="loose: L1* has M(alpha, n) <= min(n, alpha^2) in place of n",
)
