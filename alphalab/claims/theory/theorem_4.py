r"""T4*: a constant step, the exact dichotomy at eta = 2 eps/(alpha L).

    f(x_t) - f(x_{t+1}) >= eta <g_t,g'_t> (1 - L eta alpha/(2 (N_t+eps)))

At most 2 eps/(alpha L): f decreases at every step and N_t -> 0. Above: fails on f = L x^2/2, where
    2a = eta tanh(alpha L a/(L a + eps))
has exactly one root a > 0, and x = +-a is a 2-cycle. Source: theory, T4*; with it the claims "liminf ||g|| = 0"
and "linear rates" of S. Sane, arXiv 2504.16020v2, section 3, are decided.
"""

from __future__ import annotations

import numpy as np
import sympy as sp

from alphalab.claims.case import Case, run_case
from alphalab.claims.claim import Bound, Claim, given
from alphalab.claims.notation import L, N, alpha, decrease, eps, eta, inner
from alphalab.claims.paper.lemma_1 import ALPHAGRAD
from alphalab.claims.proof import Identity, Proof, Sign, slack
from alphalab.optimizers import AlphaGrad
from alphalab.problems import problem

GUARANTEE = eta * inner * (1 - L * eta * alpha / (2 * (N + eps)))


def proof() -> Proof:
    """The descent lemma with L3*; below the threshold the bracket is positive wherever N > 0."""
    descent, lemma_3, room = map(slack, ("descent", "L3*", r"2\varepsilon-\alpha L\eta"))
    measured = eta * inner - L * eta**2 * (alpha * inner / (N + eps) - lemma_3) / 2 + descent
    left_over = L * eta**2 * lemma_3 / 2 + descent
    bracket = (1 - L * eta * alpha / (2 * (N + eps))).subs(L, (2 * eps - room) / (alpha * eta))
    positive = (2 * N + room) / (2 * (N + eps))
    return Proof(
        steps=(
            Identity("measured decrease minus the guarantee", measured - GUARANTEE, left_over),
            Sign("is not negative", left_over),
            Identity("with alpha L eta = 2 eps - s the bracket", bracket, positive),
            Sign("is positive: f decreases wherever N > 0", positive, ">"),
        ),
        follows=(
            "L-smoothness and L3*. At or below the threshold the decreases sum to at most f(x_1) - f_inf, so "
            "<g_t,g'_t>(2 N_t + s)/(2(N_t+eps)) -> 0; with <g,g'> >= tanh(alpha) N^2/(N+eps) this forces N_t -> 0."
        ),
    )


def cycle_proof() -> Proof:
    """G(a) = eta tanh(alpha L a/(L a+eps)) - 2a is concave, 0 at 0, negative far out; its slope at 0 decides."""
    a = sp.Symbol("a", positive=True)
    u, u1, u2 = sp.symbols("u u_1 u_2", positive=True)
    bent = sp.Function("u")(a)
    ratio = alpha * L * a / (L * a + eps)
    second = sp.sech(u) ** 2 * (-u2) - 2 * sp.tanh(u) * sp.sech(u) ** 2 * u1**2
    above = sp.Symbol("s", positive=True)
    return Proof(
        steps=(
            Identity(
                "u = alpha L a/(L a+eps) has the second derivative",
                sp.diff(ratio, a, 2),
                -2 * alpha * eps * L**2 / (L * a + eps) ** 3,
            ),
            Sign("negative: u is concave", -2 * alpha * eps * L**2 / (L * a + eps) ** 3, "<"),
            Identity(
                "the second derivative of tanh(u(a))",
                sp.diff(sp.tanh(bent), a, 2),
                (1 - sp.tanh(bent) ** 2) * (bent.diff(a, 2) - 2 * sp.tanh(bent) * bent.diff(a) ** 2),
            ),
            Identity("where 1 - tanh^2 is", 1 - sp.tanh(u) ** 2, sp.sech(u) ** 2),
            Sign("so tanh(u) is concave: with u' = u_1 > 0, u'' = -u_2 < 0", second, "<"),
            Identity(
                "the slope of G at 0, with alpha L eta = 2 eps + s",
                (sp.diff(eta * sp.tanh(ratio) - 2 * a, a).subs(a, 0)).subs(L, (2 * eps + above) / (alpha * eta)),
                above / eps,
            ),
            Sign("is positive above the threshold", above / eps, ">"),
        ),
        follows=(
            "G is strictly concave with G(0) = 0, G'(0) > 0 and G(a) <= eta - 2a < 0 for a > eta/2: exactly one root "
            "a > 0. From x = a the step is eta tanh(...) = 2a, to -a, and back by oddness: f never decreases."
        ),
    )


def two_steps(steepness: float, rate: float, start: float) -> Case:
    """Two steps on x^2/2 with eps = 1."""
    optimizer = AlphaGrad(learning_rate=rate, alpha=steepness, epsilon=1.0)
    subject = problem("quadratic-diagonal", 1, eigenvalues=np.ones(1))
    return run_case(optimizer, subject, np.full(1, start), 2, "two steps on x^2/2")


T4_DECREASE = Bound(
    key="thm-4-sharp",
    title="T4*: what every constant step guarantees",
    source="the lab's theory, T4*",
    left=GUARANTEE,
    right=decrease,
    assumes=(ALPHAGRAD, given("L")),
    proof=proof,
    tight=lambda: two_steps(steepness=1e-3, rate=1e3, start=1.0),
    remark="attained on L x^2/2 as alpha -> 0",
)
T4_CYCLE = Claim(
    key="thm-4-cycle",
    title="T4*: above 2 eps/(alpha L) a constant step has a 2-cycle",
    source="the lab's theory, T4*",
    statement=(
        r"\eta > \frac{2\varepsilon}{\alpha L} \Rightarrow "
        r"\exists!\, a > 0: 2a = \eta\tanh\frac{\alpha L a}{L a+\varepsilon}"
    ),
    proof=cycle_proof,
)
