r"""T4*: above eta = 2 eps/(alpha L) runs on f = L x^2/2 end in the 2-cycle +-a.

    eps > 0:   ||x_{t+1}| - a| < ||x_t| - a| but at 0 and a: all but a discrete set of starts end in +-a

At eps = 0 phi is constant, eta tanh(alpha): every x in (0, 2a) lies on a 2-cycle of its own, {x, x - 2a}.
Source: theory, T4*.
"""

from __future__ import annotations

import numpy as np
import sympy as sp

from alphalab.claims.case import Case
from alphalab.claims.claim import Assumption, Bound, given
from alphalab.claims.notation import L, Quantity, alpha, eta, letter, one_later
from alphalab.claims.paper.lemma_1 import ALPHAGRAD
from alphalab.claims.proof import Identity, Proof, Sign
from alphalab.claims.theory.theorem_4 import product, short_run
from alphalab.claims.theory.theorem_4_cycle import PHI, a, eps, root
from alphalab.claims.theory.theorem_4_limit import PLAIN

NEAR, NEXT_NEAR = letter(r"{||x_t|-a|}"), letter(r"{||x_{t+1}|-a|}")


def attraction_proof() -> Proof:
    """S(x) = |x - phi(x)| comes nearer to a from every x > 0 but a: five cases, each a positive gap."""
    x = sp.Symbol("x", positive=True)
    gap, more, rest = sp.symbols("s p q", positive=True)
    phi = PHI.subs(a, x)
    slope = eta * alpha * L * eps * sp.sech(alpha * L * x / (L * x + eps)) ** 2 / (L * x + eps) ** 2
    return Proof(
        steps=(
            Identity("phi' of x", sp.diff(phi, x).rewrite(sp.exp), slope.rewrite(sp.exp)),
            Sign("is positive: phi increases", slope, ">"),
            Identity(
                "x < a, S > a: phi(x) = 2a - s, the gain (a-x)-(S-a)",
                sp.UnevaluatedExpr(a - x) - sp.UnevaluatedExpr(2 * a - gap - x - a),
                gap,
            ),
            Identity(
                "x < a, S <= a: phi(x) = 2x + s, the gain (a-x)-(a-S)",
                sp.UnevaluatedExpr(a - x) - sp.UnevaluatedExpr(a - (2 * x + gap - x)),
                gap,
            ),
            Identity(
                "x > a, S >= a, phi >= x: phi = 2x - s, the gain x - S", x - sp.UnevaluatedExpr(2 * x - gap - x), gap
            ),
            Identity("x > a, S >= a, phi < x: the gain x - S", x - sp.UnevaluatedExpr(x - more), more),
            Identity(
                "x > a > S, phi >= x: phi = 2a + s, the gain x+S-2a",
                sp.UnevaluatedExpr(x - a) - sp.UnevaluatedExpr(a - (2 * a + gap - x)),
                gap,
            ),
            Identity(
                "x > a > S, phi < x: x = phi + q, the same gain",
                sp.UnevaluatedExpr(2 * a + gap + rest - a) - sp.UnevaluatedExpr(a - rest),
                gap + 2 * rest,
            ),
            *(Sign("each gain is positive", gain, ">") for gain in (gap, more, gap + 2 * rest)),
        ),
        follows=(
            "phi is odd and on x > 0 strictly concave (thm-4-cycle): phi > 2x below a, < 2x beyond, phi(a) = 2a, and "
            "|x_{t+1}| = S(|x_t|). So V = ||x_t| - a| falls to some v; by continuity V(S(y)) = V(y) = v at a limit "
            "point y, so y = a, v = 0, or y = 0; but 0 repels, S(y) > y on (0, a): unless a step hits 0, |x_t| -> a, "
            "and the sign alternates as phi(a) = 2a. Starts that hit 0: 0, +-z_1, +-z_2, ..., phi(z_1) = z_1, "
            "z_{k+1} - phi(z_{k+1}) = z_k, one root each beyond z_1, as x - phi(x) is convex, 0 at 0 and z_1, and "
            "S < z_1 before z_1; their gaps phi(z_{k+1}) exceed phi(z_1) = z_1, as phi increases: a discrete set."
        ),
    )


def radius(case: Case) -> np.ndarray:
    """Return the radius of the 2-cycle; where there is none what it returns is not used."""
    rate, steepness, floor = map(case.hyperparameter, ("learning_rate", "alpha", "epsilon"))
    return root(rate, steepness, floor, case.constant("L"))


def _near(case: Case) -> np.ndarray:
    return np.abs(case.difference(case.gradient_norm / case.constant("L"), radius(case)))


def at_most(case: Case) -> np.ndarray:
    """Where eta <= 2 eps/(alpha L)."""
    return product(case) <= 2 * case.hyperparameter("epsilon")


PLUS = Assumption(r"\varepsilon > 0", lambda case: case.hyperparameter("epsilon") <= 0)
T4_ATTRACTION = Bound(
    key="thm-4-attraction",
    title="T4*: above 2 eps/(alpha L) runs on L x^2/2 end in the 2-cycle, but for a discrete set of starts",
    source="the lab's theory, T4*",
    left=NEXT_NEAR,
    right=NEAR,
    assumes=(ALPHAGRAD, given("L", "mu"), PLAIN, PLUS, Assumption(r"\eta > 2\varepsilon/(\alpha L)", at_most)),
    quantities=(
        Quantity(NEAR, "distance of |x_t| from the 2-cycle +-a, 2a = eta tanh(alpha L a/(L a+eps))", _near),
        Quantity(NEXT_NEAR, "the same one step later", lambda case: one_later(_near(case))),
    ),
    proof=attraction_proof,
    tight=lambda: short_run(steepness=2.0, rate=4.0, start=1e-6),
    remark="attained beside 0 only: the limit follows; at eps = 0 attained on all of (0, 2a), and there is no limit",
)
