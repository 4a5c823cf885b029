r"""The sharp lemmas L1* to L4*: what the paper's Lemmas 1 and 2 could have said.

    L1*   tanh^2(alpha r)    <= ||g'||^2 <= n tanh^2(alpha r/sqrt n) <= M(alpha, n)
    L2*   N tanh(alpha r)    <= <g, g'>  <= N sqrt n tanh(alpha r/sqrt n)
    L3*   ||g'||^2           <= alpha <g, g'>/(N+eps)
    L4*   N                  <= <g, g'>/tanh(alpha) + eps

Attained where all |g_i| are equal (upper L1*, L2*) and where one component is not 0 (lower ones), L3* as
alpha -> 0, L4* at eps = 0 and one component. Source: theory, "Sharp lemmas".
"""

from __future__ import annotations

import numpy as np
import sympy as sp

from alphalab.claims.case import Case, gradient_case
from alphalab.claims.claim import Bound
from alphalab.claims.membership import TANH_BELOW, family_proof, tanh_instance
from alphalab.claims.notation import M, N, alpha, eps, inner, n, r, square
from alphalab.claims.paper import lemma_2
from alphalab.claims.paper.lemma_1 import ALPHAGRAD
from alphalab.claims.proof import Identity, Proof, Sign, leftover, slack
from alphalab.optimizers import AlphaGrad

SOURCE = "the lab's theory, sharp lemmas"


def balanced() -> Case:
    """One step at a gradient with equal components."""
    return gradient_case(AlphaGrad(alpha=2.0, epsilon=0.1), np.full((1, 4), 0.5), "balanced gradient")


def spike(steepness: float = 2.0, epsilon: float = 0.1) -> Case:
    """One step at a gradient with one component."""
    return gradient_case(AlphaGrad(alpha=steepness, epsilon=epsilon), 3.0 * np.eye(1, 4), "one component")


def member_proof() -> Proof:
    """The one proof for the family, and that tanh(alpha u) is a member of it."""
    family, member = family_proof(), tanh_instance()
    return Proof(steps=(*family.steps, *member.steps), follows=f"{family.follows} {member.follows}")


def below_argument() -> Proof:
    """tanh z <= z, component by component."""
    z, gap = sp.symbols("z s", nonnegative=True)
    return Proof(
        steps=(
            TANH_BELOW,
            Identity(
                "with z = tanh z + s the gap z tanh z - tanh^2 z",
                (sp.tanh(z) + gap) * sp.tanh(z) - sp.tanh(z) ** 2,
                gap * sp.tanh(z),
            ),
            Sign("is not negative", gap * sp.tanh(z)),
        ),
        follows="Summed with z = alpha |g~_i|: ||g'||^2 <= sum alpha |g~_i| |g'_i| = alpha <g,g'>/(N+eps).",
    )


def norm_identity() -> Proof:
    """What L4* leaves over: eps^2/(N+eps) + sum |g_i| (tanh(alpha |g~_i|) - |g~_i| tanh(alpha))/tanh(alpha)."""
    size, gap, t = sp.Symbol("|g_i|", nonnegative=True), slack("L2"), sp.tanh(alpha)
    share = size / (N + eps)  # |g~_i|
    return Proof(
        steps=(
            Identity(
                "one component of <g,g'>",
                size * sp.tanh(alpha * share),
                t * size**2 / (N + eps) + size * (sp.tanh(alpha * share) - share * t),
            ),
            *lemma_2.proof().steps,
            *leftover(eps + (t * N**2 / (N + eps) + gap) / t, N, eps**2 / (N + eps) + gap / t),
        ),
        follows=(
            "Summed over the components <g,g'> = tanh(alpha) N^2/(N+eps) + s, s = sum |g_i| (tanh(alpha |g~_i|) - "
            "|g~_i| tanh(alpha)); Lemma 2, that every term is >= 0 as |g~_i| <= 1, says s >= 0."
        ),
    )


L1_UPPER = Bound(
    key="lemma-1-sharp",
    title="L1*: the squared step is at most n tanh^2(alpha r/sqrt n)",
    source=SOURCE,
    left=square,
    right=n * sp.tanh(alpha * r / sp.sqrt(n)) ** 2,
    assumes=(ALPHAGRAD,),
    proof=member_proof,
    certificate="phi-concave",
    tight=balanced,
)
L1_DIMENSION = Bound(
    key="lemma-1-dimension",
    title="L1*: the squared step is at most M(alpha, n)",
    source=SOURCE,
    left=square,
    right=M,
    assumes=(ALPHAGRAD,),
    proof=member_proof,
    certificate="phi-concave",
    tight=lambda: gradient_case(AlphaGrad(alpha=2.0, epsilon=0.0), np.full((1, 4), 0.5), "balanced, eps = 0"),
    remark="r < 1 and tanh increases, so L1* is at most M",
)
L1_LOWER = Bound(
    key="lemma-1-sharp-lower",
    title="L1*: the squared step is at least tanh^2(alpha r)",
    source=SOURCE,
    left=sp.tanh(alpha * r) ** 2,
    right=square,
    assumes=(ALPHAGRAD,),
    proof=member_proof,
    certificate="phi-concave",
    tight=spike,
)
L2_LOWER = Bound(
    key="lemma-2-sharp",
    title="L2*: the alignment is at least N tanh(alpha r)",
    source=SOURCE,
    left=N * sp.tanh(alpha * r),
    right=inner,
    assumes=(ALPHAGRAD,),
    proof=member_proof,
    certificate="psi-concave",
    tight=spike,
)
L2_UPPER = Bound(
    key="lemma-2-sharp-upper",
    title="L2*: the alignment is at most N sqrt n tanh(alpha r/sqrt n)",
    source=SOURCE,
    left=inner,
    right=N * sp.sqrt(n) * sp.tanh(alpha * r / sp.sqrt(n)),
    assumes=(ALPHAGRAD,),
    proof=member_proof,
    certificate="psi-concave",
    tight=balanced,
)
L3 = Bound(
    key="lemma-3-sharp",
    title="L3*: the squared step is at most alpha <g,g'>/(N+eps)",
    source=SOURCE,
    left=square,
    right=alpha * inner / (N + eps),
    assumes=(ALPHAGRAD,),
    proof=below_argument,
    certificate="below-identity",
    tight=lambda: spike(steepness=1e-3),
)
L4 = Bound(
    key="lemma-4-sharp",
    title="L4*: the norm is at most <g,g'>/tanh(alpha) + eps",
    source=SOURCE,
    left=N,
    right=inner / sp.tanh(alpha) + eps,
    assumes=(ALPHAGRAD,),
    proof=norm_identity,
    certificate="concavity",
    tight=lambda: spike(epsilon=0.0),
)
SHARP_LEMMAS = (L1_UPPER, L1_DIMENSION, L1_LOWER, L2_LOWER, L2_UPPER, L3, L4)
