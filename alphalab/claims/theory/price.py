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
from alphalab.claims.notation import M, N, Quantity, alpha, expand, inner, letter, n, rho, square
from alphalab.claims.paper.discussion import dimension_proof, rise_steps
from alphalab.claims.paper.lemma_1 import ALPHAGRAD
from alphalab.claims.proof import Growth, Identity, Proof, Sign, Step, slack
from alphalab.claims.space import Space, Values
from alphalab.claims.theory.sharp_lemmas import below_argument

PRICE = letter("{Q}")
LETTERS = (Quantity(PRICE, "Q(alpha, n)", lambda case: np.asarray(sharp.Q(case.hyperparameter("alpha"), case.n))),)


def slope_steps() -> tuple[Step, ...]:
    """The slopes in alpha of the terms of the ratio, x = alpha u."""
    u = sp.Symbol("u", positive=True)
    squashed, here = sp.tanh(alpha * u), alpha * u
    return (
        Identity(
            "alpha times the slope of tanh^2(alpha u): 2 p s w",
            alpha * sp.Derivative(squashed**2, alpha),
            2 * (squashed / here) * (1 - squashed**2) * here**2,
        ),
        Identity(
            "alpha^2 times that of u tanh(alpha u): s w; u tanh(alpha u) is p w/alpha",
            alpha**2 * sp.Derivative(u * squashed, alpha),
            (1 - squashed**2) * here**2,
        ),
    )


def price_proof() -> Proof:
    """Why Q(alpha r) <= Q(alpha): for each u the ratio increases in alpha, pair of components by pair.

    With x_i = alpha |u_i|, w = x^2, p = tanh x/x, s = sech^2 x the derivative is 2 sum(p s w) sum(p w) - sum(p^2 w)
    sum(s w) over sum(p w)^2, and its numerator sum w_i^2 p_i^2 s_i + 2 sum w_i w_j pair over the pairs, pair =
    p_i p_j (s_i + s_j) - (p_i^2 s_j + p_j^2 s_i)/2; for x_i >= x_j: p_i <= p_j and s_i/p_i <= s_j/p_j.
    """
    x = sp.Symbol("x", nonnegative=True)
    p, q, s, t, v, w = sp.symbols("p_i p_j s_i s_j w_i w_j", positive=True)
    order, ratio = slack("p_j-p_i"), slack("p_i s_j-p_j s_i")
    pair = p * q * (s + t) - (p**2 * t + q**2 * s) / 2
    left_over = p * q * s + p * t * (q - p) / 2 + q * (p * t - q * s) / 2
    return Proof(
        steps=(
            *slope_steps(),
            Identity(
                "the numerator of the quotient rule, one pair of it",
                2 * (p * s * v + q * t * w) * (p * v + q * w) - (p**2 * v + q**2 * w) * (s * v + t * w),
                v**2 * p**2 * s + w**2 * q**2 * t + 2 * v * w * pair,
            ),
            Growth(
                "tanh x/x decreases: minus its derivative times x^2",
                sp.tanh(x) - x * sp.sech(x) ** 2,
                x,
                2 * x * sp.tanh(x) * sp.sech(x) ** 2,
            ),
            Growth(
                "s/p = 2x/sinh 2x decreases: the numerator of minus its derivative",
                2 * x * sp.cosh(2 * x) - sp.sinh(2 * x),
                x,
                4 * x * sp.sinh(2 * x),
            ),
            Identity("one pair is", pair, left_over),
            Sign(
                "a sum of products of what is not negative, p_j - p_i and p_i s_j - p_j s_i written as slacks",
                p * q * s + p * t * order / 2 + q * ratio / 2,
            ),
        ),
        follows=(
            "With u = g/N: g' = tanh(alpha r u), so ||g'||^2 N/<g,g'> is the ratio at alpha r, at most Q(alpha r, n) "
            "<= Q(alpha, n)."
        ),
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
            *below_argument().steps,
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
    assumes=(ALPHAGRAD,),
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
    remark="Q is computed by q-one-dimensional",
)
