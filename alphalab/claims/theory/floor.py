r"""The long-run floor of N1, min N <= eps + L eta Q/2, where it is one of the mean as well.

    2-cycles, x_3 = x_1     N_1 + N_2 <= L eta Q,         with a Lipschitz gradient <= l eta sqrt M
    n = 1                   (1/T) sum N_t <= eps + L eta Q/2 + Delta/(eta T tanh(alpha)),    Q(alpha, 1) = tanh(alpha)

In a 2-cycle d_2 = -d_1, so g_2 is a negative multiple of g_1. The Lipschitz bound is attained by ||x||^2/2 on its
diagonal, the other one too where Q = sqrt M (n = 1, small alpha); elsewhere it is a supremum, on minima of two
parabolas along the unit vector of Q; N1's floor is exact for one-sided smooth functions. Longer cycles need not keep
it: floor-mean, n = 80,001. Source: theory2, section 6; theory, "The long-run floor".
"""

from __future__ import annotations

import numpy as np
import sympy as sp

from alphalab.claims.case import Case, run_case
from alphalab.claims.claim import Bound
from alphalab.claims.conclusion import Conclusion, cite, given, term
from alphalab.claims.facts.assumptions import ALPHAGRAD, MOVING, ONE_DIMENSION, TWO_CYCLE, known
from alphalab.claims.facts.instances import between_two_parabolas, two_cycles
from alphalab.claims.facts.letters import PRICE, ell, length, measures, other, stride
from alphalab.claims.facts.runs import staircase
from alphalab.claims.notation import Delta, L, M, N, T, alpha, eps, eta, mean_norm, n
from alphalab.claims.proof import Proof
from alphalab.optimizers import AlphaGrad
from alphalab.problems import half_square

SOURCE = "the lab's theory, the long-run floor"
FLOOR = L * eta * PRICE / 2


def cycle_proof() -> Proof:
    """The descent lemma over one round, after which f is what it was, and N ||g'||^2 <= Q <g,g'>; s is ||g'||^2."""
    return Proof(
        concludes=Conclusion(
            (
                term(1 / eta, given("descent"), over="steps"),
                term(1 / (eta * T), given("round")),
                term(L * eta / 2, given("s, at least"), over="steps"),
                term(N / PRICE, cite("best-iterate-lemma"), over="steps"),
                term(N / PRICE, given("s, at most"), over="steps"),
            ),
            scale=stride / PRICE,
            telescopes="x",
        )
    )


def lipschitz_proof() -> Proof:
    """The gradients point opposite ways, ||g_1 - g_2|| = N_1 + N_2, one step apart; ||g'|| <= sqrt M (L1*)."""
    return Proof(
        concludes=Conclusion(
            (
                term(1, given("opposite")),
                term(1, given("lipschitz")),
                term(ell * eta / (sp.sqrt(M) + length), cite("lemma-1-dimension")),
            )
        )
    )


def line_proof() -> Proof:
    """T2*, with M(alpha, 1) = tanh^2(alpha) <= Q tanh(alpha)."""
    return Proof(
        concludes=Conclusion(
            (
                term(1, cite("thm-2-norm")),
                term(1, cite("thm-2-plain")),
                term(L * eta / (2 * sp.tanh(alpha)), given("Q, balanced")),
            ),
            at=((n, sp.Integer(1)),),
        )
    )


def across() -> Case:
    """The 2-cycle of ||x||^2/2 along its diagonal, all |g_i| equal."""
    method = AlphaGrad(learning_rate=0.5, alpha=2.0, epsilon=0.0)
    half = 0.25 * np.tanh(2.0 / np.sqrt(4)) * np.ones(4)
    return run_case(method, half_square(4), half, 4, "2-cycle on the diagonal", period=2.0)


TWO = Bound(
    key="floor-two-cycle",
    title="2-cycles keep N1's floor in the mean",
    source=SOURCE,
    left=mean_norm,
    right=FLOOR,
    assumes=(ALPHAGRAD, MOVING, known("L", "f_inf"), TWO_CYCLE),
    quantities=measures(PRICE),
    proof=cycle_proof,
    cases=two_cycles,
    tight=between_two_parabolas,
    remark="where Q > sqrt M a supremum: a minimum of two parabolas along the unit vector of Q",
)
TWO_LIPSCHITZ = Bound(
    key="floor-two-cycle-lipschitz",
    title="2-cycles with a Lipschitz gradient: N_1 + N_2 is at most L eta sqrt M",
    source=SOURCE,
    left=N + other,
    right=ell * eta * sp.sqrt(M),
    assumes=(ALPHAGRAD, known("lipschitz"), TWO_CYCLE),
    quantities=measures(ell, other),
    proof=lipschitz_proof,
    cases=two_cycles,
    tight=across,
    remark="false for one-sided smooth functions where Q > sqrt M: their bound is L eta Q",
)
ONE = Bound(
    key="floor-one-dimension",
    title="n = 1: the mean keeps N1's floor",
    source=SOURCE,
    left=mean_norm,
    right=eps + FLOOR + Delta / (eta * T * sp.tanh(alpha)),
    assumes=(ALPHAGRAD, known("L", "f_inf"), ONE_DIMENSION),
    quantities=measures(PRICE),
    proof=line_proof,
    tight=lambda: staircase(n=1),
    hence=r"\limsup_{T \to \infty} \tfrac1T\textstyle\sum N_t \le \varepsilon + \tfrac12 L\eta\, Q(\alpha, 1)",
    remark="T2*'s limit, Q(alpha, 1) = tanh(alpha); false for large n: floor-mean, n = 80,001",
)
FLOORS = (TWO, TWO_LIPSCHITZ, ONE)
