r"""N3: where a large alpha pays, smoothness in the maximum norm.

    f(y) <= f(x) + <g, y-x> + (L_inf/2)||y-x||_inf^2,   eta = sqrt(2 Delta/(L_inf T))/tanh(alpha):
    (1/T) sum N_t <= eps + sqrt(2 L_inf Delta/T)        for every alpha;     L <= L_inf <= n L

Source: theory, N3.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import sympy as sp

from alphalab.claims.case import Case
from alphalab.claims.claim import Bound
from alphalab.claims.conclusion import Conclusion, cite, given, term
from alphalab.claims.facts.assumptions import ALPHAGRAD, chosen, known
from alphalab.claims.facts.instances import components
from alphalab.claims.facts.lemmas import grows, summed
from alphalab.claims.facts.letters import L_INF, largest, measures, peak, u
from alphalab.claims.facts.runs import planned
from alphalab.claims.notation import Delta, T, alpha, eps, eta, mean_norm, n, square
from alphalab.claims.proof import Proof
from alphalab.optimizers import AlphaGrad
from alphalab.problems import Quadratic, half_square, problem

LETTERS = measures(L_INF)
ETA = sp.sqrt(2 * Delta / (L_INF * T)) / sp.tanh(alpha)
RIGHT = eps + sp.sqrt(2 * L_INF * Delta / T)


def proof() -> Proof:
    """||g'||_inf <= tanh(alpha), and <g,g'> >= tanh(alpha)(N - eps) (L4*)."""
    tanh, here = sp.tanh(alpha), sp.tanh(alpha * largest)
    most = grows(sp.Integer(1), largest, (sp.Integer(1), given("largest u_i <= 1")))
    return Proof(
        concludes=Conclusion(
            (
                *summed(1 / tanh, step="descent, maximum norm"),
                term(L_INF * eta * (tanh + here) / (2 * tanh), most, over="steps"),
                term(1, cite("lemma-4-sharp"), over="steps"),
            ),
            telescopes="x",
            at=((eta, ETA),),
            held=((Delta, 1 / (eta * T * tanh)),),
        )
    )


def constant_proof() -> Proof:
    """Every component of d is at most the largest: n ||d||_inf^2 - ||d||_2^2 is a sum over them."""
    here, most = sp.tanh(alpha * u), sp.tanh(alpha * largest)
    over = grows(largest, u, (sp.Integer(1), given("u_i <= largest")))
    return Proof(
        concludes=Conclusion((term(most + here, over, over="components"),)),
        follows=(
            "d is any vector, up to its length: so n L serves as L_inf. L_inf serves as L, as ||d||_inf^2 is one of "
            "the squares in ||d||_2^2. So the least ones are ordered."
        ),
    )


def cases() -> Iterator[Case]:
    """Yield runs on rotated and diagonal quadratics, L_inf = sum |A_ij| (at least the supremum over |y|_inf = 1)."""
    lam = np.asarray([1.0, 0.1, 0.01])
    rotated = Quadratic.with_spectrum(lam, seed=0, x_star=np.zeros(3))
    inner = AlphaGrad(alpha=np.geomspace(1e-2, 1e3, 11), epsilon=1e-6)
    for subject, matrix in ((rotated, rotated.A), (problem("quadratic-diagonal", 3), np.diag(lam))):
        for steps in (1, 10, 100):
            yield planned(subject, ETA, steps, inner, subject.start(0), LETTERS, L_inf=float(np.abs(matrix).sum()))


def staircase(stairs: int = 4) -> Case:
    """The instance on which N3 is attained: f = x^2/2, `stairs` strides to 0 in T = stairs^2 steps, the rest a 2-cycle.

    L_inf is declared 2e-6 too large, so that the walk ends beside the minimiser and not on it.
    """
    subject, inner = half_square(), AlphaGrad(alpha=2.0, epsilon=1e-12)
    return planned(subject, ETA, stairs**2, inner, np.full(1, 3.0), LETTERS, L_inf=1 + 2e-6)


CONSTANT = Bound(
    key="smooth-maximum-constant",
    title="N3: the constant in the maximum norm lies between L and n L",
    source="the lab's theory, N3",
    left=square,
    right=n * peak**2,
    assumes=(ALPHAGRAD,),
    quantities=measures(peak),
    proof=constant_proof,
    cases=components,
    hence=rf"L \le {sp.latex(L_INF)} \le n L \text{{ for the least one-sided constants}}",
    remark=(
        "false for Lipschitz constants (f = -x^2/2 has L_inf = 0); attained: L where f depends on one coordinate, n L "
        "where A is a multiple of I"
    ),
)
N3 = Bound(
    key="smooth-maximum",
    title="N3: where a large alpha pays",
    source="the lab's theory, N3",
    left=mean_norm,
    right=RIGHT,
    assumes=(
        ALPHAGRAD,
        known("L_inf", "f_inf"),
        chosen(ETA, LETTERS),
    ),
    quantities=LETTERS,
    proof=proof,
    cases=cases,
    tight=staircase,
    remark="compare L_inf tanh^2(alpha) with L M; L <= L_inf <= n L",
)
