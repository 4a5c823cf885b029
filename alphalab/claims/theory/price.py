r"""The prices by which the theory replaces the dimension, and why N1 has Q.

    Q(alpha, n) = sup_{|u|=1} sum tanh^2(alpha u_i) / sum u_i tanh(alpha u_i):   ||g'||^2 <= Q(alpha, n) <g,g'>/N
    tanh^2 alpha <= M <= min(n, alpha^2),  1 <= rho <= n, increasing in alpha,  sqrt M <= Q <= min(alpha, M/tanh alpha)

Source: theory, notation and N1.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import sympy as sp

from alphalab.arrays import roundoff
from alphalab.claims import sharp
from alphalab.claims.claim import Bound, Claim
from alphalab.claims.conclusion import Conclusion, Fact, chord, given, grown, ratio, rising, term
from alphalab.claims.facts.assumptions import ALPHAGRAD, MOVING
from alphalab.claims.facts.lemmas import BEND, SIGMA, grows, x, z
from alphalab.claims.facts.letters import PRICE, UP, measures, u, w
from alphalab.claims.facts.written import BOTTOM
from alphalab.claims.notation import Formula, M, N, alpha, expand, inner, n, r, rho, square
from alphalab.claims.paper.discussion import dimension_proof, rise_steps
from alphalab.claims.proof import Identity, Proof, Sign, slack
from alphalab.claims.space import Space, Values

LETTERS = measures(PRICE)


def larger(at: Formula) -> Fact:
    """Return tanh(alpha at/r) >= tanh(alpha at): r <= 1."""
    return grows(at / r, at, (at / r, given("r <= 1")))


def steeper() -> Fact:
    """Return that tanh(alpha x)/tanh(alpha x/r) increases: sinh(2x/r) - sinh(2x)/r grows with x."""
    wider = rising(sp.cosh(x), x, sp.sinh(x), 2 * z / r, 2 * z, (2 * z / r, given("r <= 1")))
    grows_faster = grown(sp.sinh(2 * z / r) - sp.sinh(2 * z) / r, z, (2 / r, wider), alpha * x)
    weight = alpha / (2 * sp.cosh(alpha * x) ** 2 * sp.cosh(alpha * x / r) ** 2)
    wide, widens = SIGMA.subs(x, x / r), alpha / (r * sp.cosh(alpha * x / r) ** 2)
    return ratio(SIGMA, wide, widens, x, (weight, grows_faster), u, w, (sp.Integer(1), given("u_j <= u_i")))


def price_proof() -> Proof:
    """Q is the largest ratio at r = 1, and for every u the ratio increases in r, pair of components by pair.

    With a = tanh(alpha u), b = tanh(alpha u/r): sum u_j a_j sum b_i^2 - sum u_j b_j sum a_i^2 is over the pairs
    u_i a_j b_i (b_j - a_j) + u_j a_i b_j (b_i - a_i) + (u_i b_j - u_j b_i)(a_i b_j - a_j b_i).
    """
    a, b = (lambda v: sp.tanh(alpha * v)), (lambda v: sp.tanh(alpha * v / r))
    over = chord(SIGMA.subs(x, x / r), x, BEND.subs(x, x / r) / r**2, u, w, given("u_j <= u_i"))
    half = 1 / (2 * r)
    return Proof(
        concludes=Conclusion(
            (
                term(inner / N, given("Q")),
                term(half * u * a(w) * b(u), larger(w), over="pairs"),
                term(half * w * a(u) * b(w), larger(u), over="pairs"),
                term(half, over, steeper(), over="pairs"),
            ),
            scale=BOTTOM,
        )
    )


def order_proof() -> Proof:
    """M and rho by the slope of log rho, Q by L1* to L3* and by the balanced vector."""
    tau, s, t = sp.tanh(alpha / sp.sqrt(n)), slack(r"\rho-1"), sp.tanh(alpha)
    return Proof(
        steps=(
            *rise_steps(),
            Identity("M - tanh^2 alpha with rho = 1 + s", (1 + s) * t**2 - t**2, s * t**2),
            Sign("is not negative", s * t**2),
            *dimension_proof().steps,
            Identity("the balanced vector, every u_i = 1/sqrt n", n * tau**2 / (sp.sqrt(n) * tau), sp.sqrt(M)),
        ),
        follows=(
            "rho = M/tanh^2(alpha) rises from 1 to n. At eps = 0 and N = 1: ||g'||^2 <= alpha <g,g'> (L3*), and "
            "||g'||^2 <= M (L1*) over <g,g'> >= tanh(alpha) (L2*); the balanced vector gives sqrt M <= Q."
        ),
    )


ORDER: dict[str, Callable[[np.ndarray, np.ndarray, np.ndarray], tuple[Any, Any]]] = {
    "tanh^2 <= M": lambda a, n, larger: (np.tanh(a) ** 2, sharp.M(a, n)),
    "M <= n": lambda a, n, larger: (sharp.M(a, n), n),
    "M <= alpha^2": lambda a, n, larger: (sharp.M(a, n), a**2),
    "1 <= rho": lambda a, n, larger: (np.ones_like(a), sharp.rho(a, n)),
    "rho <= n": lambda a, n, larger: (sharp.rho(a, n), n),
    "rho rises": lambda a, n, larger: (sharp.rho(a, n), sharp.rho(larger, n)),
    "sqrt M <= Q": lambda a, n, larger: (np.sqrt(sharp.M(a, n)), sharp.Q(a, n) * UP),
    "Q <= alpha": lambda a, n, larger: (sharp.Q(a, n), a),
    "Q <= M/tanh alpha": lambda a, n, larger: (sharp.Q(a, n), sharp.M(a, n) / np.tanh(a)),
}


def order_sides(values: Values) -> tuple[np.ndarray, np.ndarray]:
    """Return the two sides of the inequality chosen, for alpha and n, and for rho also a larger alpha."""
    a, n = 10.0 ** values["log alpha"], np.round(10.0 ** values["log n"])
    larger = a * 10.0 ** values["log larger/alpha"]
    sides = np.empty((2, len(a)))
    for word in set(values["which"]):
        here = values["which"] == word
        sides[:, here] = ORDER[word](a[here], n[here], larger[here])
    return sides[0], sides[1] * (1 + roundoff(1, "float64"))


PRICE_LEMMA = Bound(
    key="best-iterate-lemma",
    title="N1: the squared step is at most Q <g,g'>/N",
    source="the lab's theory, N1",
    left=square,
    right=PRICE * inner / N,
    assumes=(ALPHAGRAD, MOVING),
    quantities=LETTERS,
    proof=price_proof,
)
PRICES = Claim(
    key="price",
    title="what replaces n lies where it should: M, rho, Q",
    source="the lab's theory, notation and N1",
    statement=(
        rf"\tanh^2\alpha \le M = {sp.latex(expand(M))} \le \min(n, \alpha^2), \quad "
        rf"1 \le \rho = {sp.latex(rho)} \le n, \quad \partial_\alpha\rho \ge 0, \quad "
        r"\sqrt{M} \le Q \le \min(\alpha, M/\tanh\alpha)"
    ),
    proof=order_proof,
    space=Space(
        "prices",
        {"which": tuple(ORDER), "log alpha": (-3.0, 3.0), "log n": (0.0, 6.0), "log larger/alpha": (0.0, 2.0)},
        order_sides,
    ),
    remark="Q is searched over vectors with two levels; that two suffice has numerical support only",
)
