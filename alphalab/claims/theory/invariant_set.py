r"""T5*: where the scaled epsilon keeps a run, and where it does not, for eps >= alpha L eta.

    delta_t <= eps^2/(2L)  =>  delta_{t+1} <= eps^2/(2L),  and N_t <= eps as long as the run is there
    N_t <= eps  =>  N_{t+1} <= eps   is false, on a convex quadratic in two dimensions

It is a set of values that is kept, as f never increases; the gradient norm may grow. Source: theory, T5*.
"""

from __future__ import annotations

import numpy as np
import sympy as sp

from alphalab.claims.case import Case, run_case
from alphalab.claims.claim import Bound
from alphalab.claims.conclusion import Conclusion, cite, given, plain, term
from alphalab.claims.facts.assumptions import ALPHAGRAD, FLAT, INSIDE, SCALED, known
from alphalab.claims.notation import L, eps, eta, inner, next_delta, next_norm
from alphalab.claims.proof import Identity, Proof, Sign, Witness
from alphalab.optimizers import AlphaGrad
from alphalab.problems import Quadratic, half_square

EDGE = eps**2 / (2 * L)


def proof() -> Proof:
    """T5* never lets f increase, as <g,g'> >= 0."""
    return Proof(
        concludes=Conclusion((term(1, given("inside")), term(1, cite("thm-5-sharp")), term(1, plain(eta * inner / 2)))),
        follows=(
            "N^2 <= 2 L delta for L-smooth f: a step g/L gains at least N^2/(2L) and cannot pass below f*. So N_t <= "
            "eps as long as the run is there."
        ),
    )


def escape() -> Witness:
    """f = x^T A x/2, A = [[1, -2], [-2, 5]], a gradient (24, 7) of norm eps = 25: the step is nearly along signs."""
    A, g = sp.Matrix([[1, -2], [-2, 5]]), sp.Matrix([24, 7])
    smooth, least, x = 3 + 2 * sp.sqrt(2), 3 - 2 * sp.sqrt(2), sp.Symbol("x", real=True)
    step = sp.Matrix([sp.Rational(3**24 - 1, 3**24 + 1), sp.Rational(3**7 - 1, 3**7 + 1)])
    after = g - eta * A * step
    growth = -2 * eta * (g.T * A * step)[0] + eta**2 * ((A * step).T * (A * step))[0]
    half = [sp.tanh(25 * sp.log(3) * component / 50) for component in g]
    return Witness(
        sentence=(
            "f = x^T A x/2, A = [[1, -2], [-2, 5]], L = 3 + 2 sqrt 2, eps = 25, alpha = 25 ln 3, "
            "eta = eps/(alpha L), x_1 = A^{-1} (24, 7): N_1 = 25 = eps and N_2 > eps"
        ),
        steps=(
            Identity("the characteristic polynomial of A", (x * sp.eye(2) - A).det(), (x - smooth) * (x - least)),
            Sign("L and the other root are positive: f is convex", least, ">"),
            Identity("N_1 = eps", sp.Add(*(sp.UnevaluatedExpr(component) ** 2 for component in g)), sp.Integer(25**2)),
            Identity("the first component of the step, tanh(12 ln 3)", half[0], step[0]),
            Identity("the second, tanh(7/2 ln 3)", half[1], step[1]),
            Identity("N_2^2 - N_1^2", (after.T * after)[0] - 25**2, growth),
            Sign("is positive for every eta > 0", growth, ">"),
        ),
        case=escaping,
        numbers=((eps, sp.Integer(25)), (next_norm, sp.sqrt(25**2 + growth.subs(eta, 1 / (sp.log(3) * smooth))))),
    )


def escaping() -> Case:
    """Return the witness as a run in floating point."""
    A, steepness = np.asarray([[1.0, -2.0], [-2.0, 5.0]]), 25 * np.log(3)
    subject = Quadratic(A=A, x_star=np.zeros(2))
    optimizer = AlphaGrad(learning_rate=25 / (steepness * subject.constants.L), alpha=steepness, epsilon=25.0)
    return run_case(optimizer, subject, np.linalg.solve(A, [24.0, 7.0]) * (1 - 1e-12), 2, "out of N <= eps")


def standing() -> Case:
    """One step of 1e-6 of the way, from the edge of the set of f = x^2/2."""
    optimizer = AlphaGrad(learning_rate=1e-6, alpha=1e6, epsilon=1.0)
    start = np.full(1, 1 - 1e-9)
    return run_case(optimizer, half_square(), start, 2, "standing")


T5_SET = Bound(
    key="thm-5-set",
    title="T5*: the set delta <= eps^2/(2L) is invariant",
    source="the lab's theory, T5*",
    left=next_delta,
    right=EDGE,
    assumes=(ALPHAGRAD, known("L", "f_star"), SCALED, INSIDE),
    proof=proof,
    tight=standing,
    remark="attained as alpha -> inf, where the steps vanish; on the set N <= eps",
)
T5_NORM = Bound(
    key="thm-5-norm",
    title='T5*: "N <= eps is invariant"',
    source="the lab's theory, T5*: it says that this is false",
    verdict="false",
    left=next_norm,
    right=eps,
    assumes=(ALPHAGRAD, known("L"), SCALED, FLAT),
    witness=escape,
    remark="false on a convex quadratic already; the set delta <= eps^2/(2L), where N <= eps, is invariant",
)
