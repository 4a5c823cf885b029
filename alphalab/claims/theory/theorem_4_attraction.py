r"""T4*: above eta = 2 eps/(alpha L) runs on f = L x^2/2 end in the 2-cycle +-a.

    eps > 0:   ||x_{t+1}| - a| < ||x_t| - a| but at 0 and a: all but a discrete set of starts end in +-a

At eps = 0 phi is constant, eta tanh(alpha): every x in (0, 2a) lies on a 2-cycle of its own, {x, x - 2a}.
Source: theory, T4*.
"""

from __future__ import annotations

import sympy as sp

from alphalab.claims.claim import Bound
from alphalab.claims.conclusion import Conclusion, Split, case, chord, given, plain, rising, term
from alphalab.claims.facts.assumptions import ALPHAGRAD, BEYOND, PLAIN, PLUS, known
from alphalab.claims.facts.letters import measures, near, next_near
from alphalab.claims.facts.runs import short_run
from alphalab.claims.notation import L, N, alpha, eps, eta
from alphalab.claims.proof import Proof
from alphalab.claims.theory.theorem_4_cycle import a

x = sp.Symbol("x", nonnegative=True)
SHARE = L * x / (L * x + eps)
PHI = eta * sp.tanh(alpha * SHARE)


INNER = alpha * SHARE
FIRST = alpha * L * eps / (L * x + eps) ** 2
SLOPE = eta * FIRST * sp.sech(INNER) ** 2
BEND = -2 * eta * sp.sech(INNER) ** 2 * (alpha * L**2 * eps / (L * x + eps) ** 3 + sp.tanh(INNER) * FIRST**2)
LIMIT = (
    "phi is odd and on x > 0 strictly concave: the gains are 0 only at 0 and a. So V = ||x_t| - a| falls to "
    "some v; by continuity V(S(y)) = V(y) = v at a limit point y, so y = a, v = 0, or y = 0; but 0 repels, "
    "S(y) > y on (0, a): unless a step hits 0, |x_t| -> a, and the sign alternates as phi(a) = 2a. Starts that "
    "hit 0: 0, +-z_1, +-z_2, ..., phi(z_1) = z_1, z_{k+1} - phi(z_{k+1}) = z_k, one root each beyond z_1, as x "
    "- phi(x) is convex, 0 at 0 and z_1, and S < z_1 before z_1; their gaps phi(z_{k+1}) exceed phi(z_1) = "
    "z_1, as phi increases: a discrete set."
)


def attraction_proof() -> Proof:
    """|x_{t+1}| = S = |x - phi(x)|, x = |x_t|, comes nearer to a: six cases, phi concave and increasing, 2a = phi(a).

    x <= a:  S = phi - x;  S >= a: the gain is 2a - phi(x);   S <= a: phi(x) - 2x
    x >= a:  phi >= x: the gain is 2x - phi(x), or phi(x) - 2a;   phi <= x: it is phi(x), or 2(x - phi) + phi - 2a
    """
    here, phi = N / L, PHI.subs(x, N / L)
    away = here - a
    past = phi - here
    inside, outside = case(-away), case(away)
    up_to_a = rising(PHI, x, SLOPE, a, here, (sp.Integer(1), inside))
    beyond_a = rising(PHI, x, SLOPE, here, a, (sp.Integer(1), outside))
    over = chord(PHI, x, BEND, a, here, inside)  # a phi(x) >= x phi(a), x <= a
    under = chord(PHI, x, BEND, here, a, outside)  # x phi(a) >= a phi(x), x >= a
    longer, shorter = term(here / a, given("a, at least")), term(here / a, given("a, at most"))
    return Proof(
        concludes=Conclusion(
            Split(
                away,
                Split(
                    past,
                    Split(
                        past - a,
                        (term(1 / a, under), shorter),
                        (term(1, beyond_a), term(1, given("a, at least"))),
                    ),
                    Split(
                        -past - a,
                        (term(1, plain(phi)),),
                        (term(2, case(-past)), term(1, beyond_a), term(1, given("a, at least"))),
                    ),
                ),
                Split(
                    past,
                    Split(
                        past - a,
                        (term(1, up_to_a), term(1, given("a, at most"))),
                        (term(1 / a, over), longer),
                    ),
                    Split(
                        -past - a,
                        (term(2, inside), term(1, plain(phi))),
                        (term(2, case(-past)), term(1 / a, over), longer),
                    ),
                ),
            )
        ),
        follows=LIMIT,
    )


T4_ATTRACTION = Bound(
    key="thm-4-attraction",
    title="T4*: above 2 eps/(alpha L) runs on L x^2/2 end in the 2-cycle, but for a discrete set of starts",
    source="the lab's theory, T4*",
    left=next_near,
    right=near,
    assumes=(ALPHAGRAD, known("L", "mu"), PLAIN, PLUS, BEYOND),
    quantities=measures(near, next_near),
    proof=attraction_proof,
    tight=lambda: short_run(steepness=2.0, rate=4.0, start=1e-6),
    hence=r"x_t \text{ ends in the 2-cycle } \pm a \text{ from every start outside a discrete set}",
    remark="attained beside 0 only: the limit follows; at eps = 0 attained on all of (0, 2a), and there is no limit",
)
