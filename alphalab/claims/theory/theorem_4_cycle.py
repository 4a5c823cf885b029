r"""T4*: where a constant step ends above eta = 2 eps/(alpha L), on f = L x^2/2.

    phi(x) = eta tanh(alpha L x/(L x + eps)),   |x_{t+1}| = |phi(|x_t|) - |x_t||
    2a = phi(a) has exactly one root a > 0: x = +-a is a 2-cycle
    L eta tanh(alpha r_t) <= N_t + N_{t+1}: it stalls at N ~ L eta tanh(alpha)/2
    L eta tanh(alpha)/2 - eps <= L a <= L eta tanh(alpha)/2

Almost every run ends there (theorem_4_attraction). Source: theory, T4*.
"""

from __future__ import annotations

import numpy as np
import sympy as sp

from alphalab.arrays import roundoff
from alphalab.claims.claim import Bound, Claim
from alphalab.claims.conclusion import Conclusion, Split, case, term
from alphalab.claims.facts.assumptions import ALPHAGRAD, PLAIN, known
from alphalab.claims.facts.cycle import root, share
from alphalab.claims.facts.letters import radius
from alphalab.claims.facts.runs import short_run
from alphalab.claims.notation import L, N, alpha, eta, letter, next_norm, r
from alphalab.claims.proof import Identity, Proof, Sign, slack
from alphalab.claims.space import Space, Values

eps = letter(r"\varepsilon")  # > 0 in the proofs of this file: at eps = 0 nothing here is strict
a = radius
SHARE = L * a / (L * a + eps)
PHI = eta * sp.tanh(alpha * SHARE)


def cycle_proof() -> Proof:
    """G(a) = eta tanh(alpha L a/(L a+eps)) - 2a is concave, 0 at 0, negative far out; its slope at 0 decides."""
    u, u1, u2 = sp.symbols("u u_1 u_2", positive=True)
    bent = sp.Function("u")(a)
    ratio = alpha * SHARE
    second = sp.sech(u) ** 2 * (-u2) - 2 * sp.tanh(u) * sp.sech(u) ** 2 * u1**2
    above, chord, short = sp.Symbol("s", positive=True), slack("L2"), slack(r"1-\tanh")
    full = L * eta * sp.tanh(alpha) / 2  # what L a is at eps = 0
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
                (sp.diff(PHI - 2 * a, a).subs(a, 0)).subs(L, (2 * eps + above) / (alpha * eta)),
                above / eps,
            ),
            Sign("is positive above the threshold", above / eps, ">"),
            Identity(
                "2a = phi(a) with tanh(alpha u) = u tanh(alpha) + s: L a + eps minus L eta tanh(alpha)/2",
                ((L * a + eps) / a * (eta * (SHARE * sp.tanh(alpha) + chord) / 2)) - full,
                eta * chord * (L * a + eps) / (2 * a),
            ),
            Sign("is not negative", eta * chord * (L * a + eps) / (2 * a)),
            Identity(
                "with tanh(alpha u) = tanh(alpha) - s: L eta tanh(alpha)/2 minus L a",
                full - L * eta * (sp.tanh(alpha) - short) / 2,
                L * eta * short / 2,
            ),
            Sign("is not negative", L * eta * short / 2),
        ),
        follows=(
            "G is strictly concave with G(0) = 0, G'(0) > 0 and G(a) <= eta - 2a < 0 for a > eta/2: exactly one root "
            "a > 0. From x = a the step is eta tanh(...) = 2a, to -a, and back by oddness: f never decreases. As "
            "u < 1, Lemma 2 (tanh(alpha u) >= u tanh(alpha)) and monotonicity bracket a."
        ),
    )


def cycle_sides(values: Values) -> tuple[np.ndarray, np.ndarray]:
    """L = eps = 1: (x - a)(phi(x) - 2x) <= 0 at every x, and either end of the bracket of a; no number without a."""
    steepness, rate = 10.0 ** values["log alpha"], 10.0 ** values["log eta/threshold"]
    rate = rate * 2 / steepness
    a, full = root(rate, steepness, np.ones(1), np.ones(1)), rate * np.tanh(steepness) / 2
    x = a * 10.0 ** values["log x/a"]
    phi = rate * np.tanh(steepness * share(x, np.ones(1)))
    which, rounded = values["which"], roundoff(1, "float64") * (phi + 2 * x)
    with np.errstate(all="ignore"):
        left = np.select([which == "sign", which == "low"], [(x / a - 1) * (phi - 2 * x) / a, full / (a + 1)], a / full)
        right = np.where(which == "sign", np.abs(x / a - 1) * rounded / a, 1 + 4 * roundoff(1, "float64"))
    return left, right


def stall_proof() -> Proof:
    """On L x^2/2 the step takes N to |N - k|, k = L eta tanh(alpha r), which is at least k - N."""
    past = L * eta * sp.tanh(alpha * r) - N
    return Proof(
        concludes=Conclusion(Split(past, (), (term(2, case(-past)),))),
        follows="Where N does not fall, N ~ L eta tanh(alpha)/2.",
    )


T4_CYCLE = Claim(
    key="thm-4-cycle",
    title="T4*: above 2 eps/(alpha L) a constant step has a 2-cycle",
    source="the lab's theory, T4*",
    statement=(
        rf"\eta > \frac{{2\varepsilon}}{{\alpha L}} > 0 \Rightarrow \exists!\, a > 0: 2a = {sp.latex(PHI)}; \quad "
        r"f = \tfrac L2 x^2, x_1 = a \Rightarrow x_t = (-1)^{t-1} a; \quad "
        r"\tfrac12 L\eta\tanh\alpha - \varepsilon \le L a \le \tfrac12 L\eta\tanh\alpha"
    ),
    proof=cycle_proof,
    space=Space(
        "L = eps = 1",
        {
            "which": ("sign", "low", "high"),
            "log alpha": (-3.0, 3.0),
            "log eta/threshold": (1e-6, 8.0),
            "log x/a": (-3.0, 3.0),
        },
        cycle_sides,
    ),
    remark="at eps = 0 the equation is 2a = eta tanh(alpha), and every x in (0, 2a) starts a 2-cycle of its own",
)
T4_STALL = Bound(
    key="thm-4-stall",
    title="T4*: a constant step stalls at N of about L eta tanh(alpha)/2",
    source="the lab's theory, T4*",
    left=L * eta * sp.tanh(alpha * r),
    right=N + next_norm,
    assumes=(ALPHAGRAD, known("L", "mu"), PLAIN),
    proof=stall_proof,
    tight=lambda: short_run(steepness=2.0, rate=4.0, start=0.5),
    remark="an equation where a step passes 0: two gradient norms in a row are L eta tanh(alpha r) together",
)
