r"""Lemma 1: the step is bounded.

    ||g'||^2 <= n,     because |tanh| < 1:   1 - tanh^2 = 1/cosh^2, summed over the n components

Loose: theory's L1* puts n tanh^2(alpha r/sqrt n) <= M(alpha, n) in place of n.
Source: S. Sane, arXiv 2504.16020v2, Lemma 1.
"""

from __future__ import annotations

import sympy as sp

from alphalab.claims.claim import Bound
from alphalab.claims.conclusion import Conclusion, plain, term
from alphalab.claims.facts.assumptions import ALPHAGRAD
from alphalab.claims.facts.letters import u
from alphalab.claims.notation import alpha, n, square
from alphalab.claims.proof import Proof


def proof() -> Proof:
    """1 - tanh^2 = 1/cosh^2 > 0 for every component."""
    return Proof(concludes=Conclusion((term(1, plain(1 / sp.cosh(alpha * u) ** 2), over="components"),)))


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
