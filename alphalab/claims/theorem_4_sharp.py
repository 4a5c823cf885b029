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
from alphalab.claims.lemma_1 import ALPHAGRAD
from alphalab.claims.notation import L, N, alpha, decrease, eps, eta, inner
from alphalab.claims.proof import Identity, Proof, Sign, Witness, slack
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


def two_cycle() -> Case:
    """The witness as a run: f = x^2/2, eta = 4, eps = 1, alpha = ln 3, x = +-1."""
    subject = problem("quadratic", 1, eigenvalues=np.ones(1), x_star=np.zeros(1))
    return run_case(
        AlphaGrad(learning_rate=4.0, alpha=float(np.log(3)), epsilon=1.0), subject, np.ones(1), 64, "2-cycle"
    )


def cycle_witness() -> Witness:
    """f = x^2/2, L = 1, eta = 4, eps = 1, alpha = ln 3: x alternates between 1 and -1 for ever."""
    return Witness(
        sentence="f = x^2/2, L = mu = 1, eta = 4, eps = 1, alpha = ln 3, x_1 = 1: x_t = +-1 and N_t = 1 for every t",
        steps=(
            Identity("the step from 1 leads to -1", 1 - 4 * sp.tanh(sp.log(3) / 2).rewrite(sp.exp), sp.Integer(-1)),
            Identity("the step from -1 leads to 1", -1 - 4 * sp.tanh(-sp.log(3) / 2).rewrite(sp.exp), sp.Integer(1)),
            Sign("the step exceeds 2 eps/(alpha L)", 4 - 2 / sp.log(3), ">"),
        ),
        case=two_cycle,
    )


T4_DECREASE = Bound(
    key="thm-4-sharp",
    title="T4*: what every constant step guarantees",
    source="the lab's theory, T4*",
    left=GUARANTEE,
    right=decrease,
    assumes=(ALPHAGRAD, given("L")),
    proof=proof,
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
LIMINF = Claim(
    key="thm-2-liminf",
    title='"implies liminf ||g_t|| = 0"',
    source="arXiv 2504.16020v2, after Theorem 2",
    verdict="corrected",
    statement=r"\liminf_{t\to\infty} \|g_t\| = 0",
    assumes=(given("L", "f_inf"),),
    witness=cycle_witness,
    proof=proof,
    correction="false for a constant step above 2 eps/(alpha L); true up to it (T4*) and for vanishing steps (T8)",
)
REMARK_AB = Claim(
    key="rem-1ab",
    title="strong convexity or PL may give linear rates",
    source="arXiv 2504.16020v2, remark after Theorem 1",
    verdict="corrected",
    statement=r"f(x_t)-f^* \le C q^t,\ q < 1",
    witness=cycle_witness,
    proof=proof,
    correction="only with eta < 2 eps/(alpha L) (T4*), and always with eps = alpha L eta (T5*)",
)
