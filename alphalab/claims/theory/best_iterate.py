r"""N1: the best iterate sees Q: with alpha = k sqrt n and the best eta n^(1/4), not n^(1/2).

    ||g'||^2 <= Q(alpha, n) <g,g'>/N,      Q = sup_{|u|=1} sum tanh^2(alpha u_i) / sum u_i tanh(alpha u_i)
    min_t N_t <= eps + L eta Q/2 + Delta/(eta T tanh(alpha)),         sqrt M <= Q <= min(alpha, M/tanh alpha)

Source: theory, N1.
"""

from __future__ import annotations

import numpy as np
import sympy as sp

from alphalab.claims.case import Case
from alphalab.claims.claim import Bound, given
from alphalab.claims.notation import Delta, L, N, Quantity, T, alpha, eps, eta, inner, letter, square
from alphalab.claims.paper.lemma_1 import ALPHAGRAD
from alphalab.claims.proof import Growth, Identity, Proof, Sign, slack
from alphalab.claims.sharp import Q


def _rounded_up(case: Case) -> np.ndarray:
    """Return Q, which is known to 9 digits, rounded up in the eighth."""
    return np.asarray(Q(case.hyperparameter("alpha"), case.n)) * (1 + 1e-8)


PRICE, LEAST = letter("{Q}"), letter(r"\min_{t \le T} N_t")
LETTERS = (
    Quantity(PRICE, "Q(alpha, n)", _rounded_up),
    Quantity(LEAST, "least N_t over t = 1..T", lambda case: np.minimum.accumulate(case.N)),
)
BEST = eps + L * eta * PRICE / 2 + Delta / (eta * T * sp.tanh(alpha))


def price_proof() -> Proof:
    """Why Q(alpha r) <= Q(alpha): for each u the ratio increases in alpha, pair of components by pair.

    With x_i = alpha |u_i|, t = tanh x, p = t/x, s = sech^2 x the derivative has the sign of the sum over pairs of
    p_i p_j (s_i + s_j) - (p_i^2 s_j + p_j^2 s_i)/2; for x_i >= x_j: p_i <= p_j and s_i/p_i <= s_j/p_j.
    """
    x = sp.Symbol("x", nonnegative=True)
    p, q, s, t = sp.symbols("p_i p_j s_i s_j", positive=True)
    order, ratio = slack("p_j-p_i"), slack("p_i s_j-p_j s_i")
    pair = p * q * (s + t) - (p**2 * t + q**2 * s) / 2
    left_over = p * q * s + p * t * (q - p) / 2 + q * (p * t - q * s) / 2
    return Proof(
        steps=(
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


def best_proof() -> Proof:
    """While N_t >= m > c = L eta Q/2 every step gains eta tanh(alpha) (m - eps - c); T of them cost at most Delta."""
    m, room = sp.Symbol("m", positive=True), slack("m-c")
    c = L * eta * PRICE / 2
    gain = (m - eps) * (1 - c / m)
    return Proof(
        steps=(
            Identity("(m - eps)(1 - c/m) minus (m - eps - c)", gain - (m - eps - c), eps * c / m),
            Sign("is positive", eps * c / m, ">"),
            Identity("and 1 - c/m, with m = c + s", (1 - c / m).subs(m, c + room), room / (c + room)),
            Sign("is not negative", room / (c + room)),
        ),
        follows=(
            "L-smoothness and the lemma: f(x_{t+1}) <= f(x_t) - eta <g_t,g'_t> (1 - c/N_t), and <g,g'> >= "
            "tanh(alpha)(N - eps) (L4*). If m = min N_t > c + eps, T steps gain T eta tanh(alpha) (m-eps-c) <= Delta."
        ),
    )


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
N1 = Bound(
    key="best-iterate",
    title="N1: the best iterate sees Q, at most k sqrt n for alpha = k sqrt n",
    source="the lab's theory, N1",
    left=LEAST,
    right=BEST,
    assumes=(ALPHAGRAD, given("L", "f_inf")),
    quantities=LETTERS,
    proof=best_proof,
)
