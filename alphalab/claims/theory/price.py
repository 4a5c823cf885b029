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
from alphalab.claims.conclusion import (
    Conclusion,
    Fact,
    Term,
    chord,
    combined,
    covers,
    given,
    grown,
    plain,
    ratio,
    rising,
    term,
)
from alphalab.claims.facts.assumptions import ALPHAGRAD, MOVING
from alphalab.claims.facts.lemmas import BEND, SIGMA, below, grows, x, z
from alphalab.claims.facts.letters import PRICE, measures, u, w
from alphalab.claims.facts.prices import rise_steps
from alphalab.claims.facts.written import BOTTOM
from alphalab.claims.notation import Formula, M, Min, N, alpha, expand, inner, n, r, rho, square
from alphalab.claims.proof import Proof
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


def increasing() -> tuple[Term, ...]:
    """For every u the ratio of squared step to <g,g'>/N increases in r, pair of components by pair: with
    a = tanh(alpha u), b = tanh(alpha u/r) sum u_j a_j sum b_i^2 - sum u_j b_j sum a_i^2 is over the pairs
    u_i a_j b_i (b_j - a_j) + u_j a_i b_j (b_i - a_i) + (u_i b_j - u_j b_i)(a_i b_j - a_j b_i).
    """
    a, b = (lambda v: sp.tanh(alpha * v)), (lambda v: sp.tanh(alpha * v / r))
    over = chord(SIGMA.subs(x, x / r), x, BEND.subs(x, x / r) / r**2, u, w, given("u_j <= u_i"))
    half = 1 / (2 * r)
    return (
        term(half * u * a(w) * b(u), larger(w), over="pairs"),
        term(half * w * a(u) * b(w), larger(u), over="pairs"),
        term(half, over, steeper(), over="pairs"),
    )


def price_proof() -> Proof:
    """Q is the largest ratio at r = 1, and the ratio increases in r."""
    return Proof(concludes=Conclusion((term(inner / N, given("Q")), *increasing()), scale=BOTTOM))


def most_proof() -> Proof:
    """M <= n as |tanh| < 1, M <= alpha^2 as tanh z <= z, z = alpha/sqrt n."""
    at = alpha / sp.sqrt(n)
    by_n = plain(n * sp.sech(at) ** 2)
    by_alpha = combined(term(n * (at + sp.tanh(at)), below(at)))
    return Proof(concludes=Conclusion((term(1, covers(expand(M), Min(n, alpha**2), by_n, by_alpha)),)))


def least_proof() -> Proof:
    """tanh(alpha/sqrt n) lies over its chord from 0 to alpha."""
    over = chord(SIGMA, x, BEND, sp.Integer(1), 1 / sp.sqrt(n), given("n >= 1"))
    weight = n * (sp.tanh(alpha / sp.sqrt(n)) + sp.tanh(alpha) / sp.sqrt(n))
    return Proof(concludes=Conclusion((term(weight, over),)))


def cost_proof() -> Proof:
    """tanh(alpha/sqrt n) <= tanh(alpha)."""
    tanh, low = sp.tanh(alpha), sp.tanh(alpha / sp.sqrt(n))
    rises = grows(sp.Integer(1), 1 / sp.sqrt(n), (sp.Integer(1), given("n >= 1")))
    return Proof(concludes=Conclusion((term(n * (tanh + low) / tanh**2, rises),)))


def balanced_proof() -> Proof:
    """Q is at least the ratio at the balanced vector, where every u_i = 1/sqrt n."""
    weight = 1 / (sp.sqrt(n) * sp.tanh(alpha / sp.sqrt(n)))
    return Proof(concludes=Conclusion((term(weight, given("Q, balanced")),)))


def order_proof() -> Proof:
    """rho by the slope of its logarithm, Q by L1* to L3* at eps = 0."""
    return Proof(
        steps=rise_steps(),
        rests_on=("lemma-1-dimension", "lemma-2", "lemma-3-sharp"),
        follows=(
            "At eps = 0 and N = 1, for the unit vector where Q is attained: ||g'||^2 <= alpha <g,g'> (L3*), and "
            "||g'||^2 <= M (L1*) over <g,g'> >= tanh(alpha) (Lemma 2)."
        ),
    )


ORDER: dict[str, Callable[[np.ndarray, np.ndarray, np.ndarray], tuple[Any, Any]]] = {
    "tanh^2 <= M": lambda a, n, larger: (np.tanh(a) ** 2, sharp.M(a, n)),
    "M <= n": lambda a, n, larger: (sharp.M(a, n), n),
    "M <= alpha^2": lambda a, n, larger: (sharp.M(a, n), a**2),
    "1 <= rho": lambda a, n, larger: (np.ones_like(a), sharp.rho(a, n)),
    "rho <= n": lambda a, n, larger: (sharp.rho(a, n), n),
    "rho rises": lambda a, n, larger: (sharp.rho(a, n), sharp.rho(larger, n)),
    "sqrt M <= Q": lambda a, n, larger: (np.sqrt(sharp.M(a, n)), sharp.Q(a, n)),
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
PRICE_MOST = Bound(
    key="price",
    title="what replaces n is at most n, and at most alpha^2",
    source="the lab's theory, notation",
    left=M,
    right=Min(n, alpha**2),
    proof=most_proof,
)
PRICE_LEAST = Bound(
    key="price-least",
    title="what replaces n is at least tanh^2 alpha: the price rho of the tanh is at least 1",
    source="the lab's theory, notation",
    left=sp.tanh(alpha) ** 2,
    right=M,
    proof=least_proof,
    remark="an equation for n = 1",
)
PRICE_COST = Bound(
    key="price-most",
    title="the price rho of the tanh is at most n",
    source="the lab's theory, notation",
    left=rho,
    right=n,
    proof=cost_proof,
    remark="an equation for n = 1",
)
PRICE_BALANCED = Bound(
    key="price-best-least",
    title="N1: Q is at least sqrt M",
    source="the lab's theory, notation and N1",
    left=sp.sqrt(M),
    right=PRICE,
    quantities=LETTERS,
    proof=balanced_proof,
)
PRICE_ORDER = Claim(
    key="price-best",
    title="N1: Q is at most alpha and M/tanh alpha; rho rises with alpha",
    source="the lab's theory, notation and N1",
    statement=r"Q \le \min(\alpha, M/\tanh\alpha), \quad \partial_\alpha\rho \ge 0",
    proof=order_proof,
    space=Space(
        "prices",
        {"which": tuple(ORDER), "log alpha": (-3.0, 3.0), "log n": (0.0, 6.0), "log larger/alpha": (0.0, 2.0)},
        order_sides,
    ),
    remark="Q is computed by q-one-dimensional",
)
PRICES = (PRICE_MOST, PRICE_LEAST, PRICE_COST, PRICE_BALANCED, PRICE_ORDER)
