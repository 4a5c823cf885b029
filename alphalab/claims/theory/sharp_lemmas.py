r"""The sharp lemmas L1* to L4*: what the paper's Lemmas 1 and 2 could have said.

    L1*   tanh^2(alpha r)    <= ||g'||^2 <= n tanh^2(alpha r/sqrt n) <= M(alpha, n)
    L2*   N tanh(alpha r)    <= <g, g'>  <= N sqrt n tanh(alpha r/sqrt n)
    L3*   ||g'||^2           <= alpha <g, g'>/(N+eps)
    L4*   N                  <= <g, g'>/tanh(alpha) + eps

Attained where all |g_i| are equal (upper L1*, L2*) and where one component is not 0 (lower ones), L3* as
alpha -> 0, L4* at eps = 0 and one component. `family_proof` (membership) gives the same for every sigma that is odd,
increasing and concave. Source: theory, "Sharp lemmas".
"""

from __future__ import annotations

import numpy as np
import sympy as sp

from alphalab.claims.case import Case, gradient_case
from alphalab.claims.claim import Bound
from alphalab.claims.conclusion import Conclusion, cite, given, plain, term
from alphalab.claims.facts.assumptions import ALPHAGRAD, MOVING
from alphalab.claims.facts.lemmas import BELOW, LEVEL, OVER_R, START, TOUCH, UNDER, grows
from alphalab.claims.facts.letters import u
from alphalab.claims.notation import M, N, alpha, eps, inner, n, r, square
from alphalab.claims.proof import Proof
from alphalab.optimizers import AlphaGrad

SOURCE = "the lab's theory, sharp lemmas"


def balanced() -> Case:
    """One step at a gradient with equal components."""
    return gradient_case(AlphaGrad(alpha=2.0, epsilon=0.1), np.full((1, 4), 0.5), "balanced gradient")


def spike(steepness: float = 2.0, epsilon: float = 0.1) -> Case:
    """One step at a gradient with one component."""
    return gradient_case(AlphaGrad(alpha=steepness, epsilon=epsilon), 3.0 * np.eye(1, 4), "one component")


def upper_1() -> Proof:
    """Under its tangent a + s u at u = r/sqrt n, a >= 0, squared and summed; sum u_i <= sqrt n r by Cauchy-Schwarz."""
    tanh = sp.tanh(alpha * u)
    return Proof(
        concludes=Conclusion(
            (
                term(2 * TOUCH / (N + eps), START, given("sum u_i")),
                term(TOUCH * u, UNDER, over="components"),
                term(1, START, UNDER, over="components"),
                term(tanh, UNDER, over="components"),
            )
        )
    )


def dimension() -> Proof:
    """L1* with r <= 1."""
    most = alpha / sp.sqrt(n)
    rise = grows(1 / sp.sqrt(n), LEVEL, (1 / sp.sqrt(n), given("r <= 1")))
    return Proof(
        concludes=Conclusion((term(1, cite("lemma-1-sharp")), term(n * (sp.tanh(most) + sp.tanh(alpha * LEVEL)), rise)))
    )


def lower_1() -> Proof:
    """Over its chord from 0 to r, squared and summed; sum u_i^2 = r^2."""
    weight = (sp.tanh(alpha * u) + u / r * sp.tanh(alpha * r)) / r
    return Proof(concludes=Conclusion((term(weight, OVER_R, over="components"),)))


def lower_2() -> Proof:
    """Over its chord from 0 to r, times u_i and summed."""
    return Proof(concludes=Conclusion((term((N + eps) * u / r, OVER_R, over="components"),)))


def upper_2() -> Proof:
    """Under its tangent at r/sqrt n, times u_i and summed."""
    return Proof(
        concludes=Conclusion((term(1, START, given("sum u_i")), term((N + eps) * u, UNDER, over="components")))
    )


def below_argument() -> Proof:
    """tanh z <= z, component by component."""
    return Proof(concludes=Conclusion((term(sp.tanh(alpha * u), BELOW, over="components"),)))


def norm_identity() -> Proof:
    """Lemma 2 over tanh(alpha), and N - N^2/(N+eps) = eps - eps^2/(N+eps)."""
    return Proof(concludes=Conclusion((term(1 / sp.tanh(alpha), cite("lemma-2")), term(1, plain(eps**2 / (N + eps))))))


L1_UPPER = Bound(
    key="lemma-1-sharp",
    title="L1*: the squared step is at most n tanh^2(alpha r/sqrt n)",
    source=SOURCE,
    left=square,
    right=n * sp.tanh(alpha * r / sp.sqrt(n)) ** 2,
    assumes=(ALPHAGRAD,),
    proof=upper_1,
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
    proof=dimension,
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
    assumes=(ALPHAGRAD, MOVING),
    proof=lower_1,
    certificate="phi-concave",
    tight=spike,
)
L2_LOWER = Bound(
    key="lemma-2-sharp",
    title="L2*: the alignment is at least N tanh(alpha r)",
    source=SOURCE,
    left=N * sp.tanh(alpha * r),
    right=inner,
    assumes=(ALPHAGRAD, MOVING),
    proof=lower_2,
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
    proof=upper_2,
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
