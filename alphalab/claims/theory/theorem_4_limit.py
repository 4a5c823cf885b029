r"""T4*: where a constant step ends at or below eta = 2 eps/(alpha L), s = 2 eps - alpha L eta >= 0.

    any f:              T eta tanh(alpha) m^2 (2m + s)/(2 (m+eps)^2) <= Delta,   m = min N_t, for every s: so
                        N_t -> 0 for s >= 0
    under PL:           delta_{t+1} <= delta_t (1 - eta tanh(alpha) mu (2w+s)/(w+eps)^2),   w = sqrt(2 mu delta_t):
                        linear where s > 0
    on f = L x^2/2:     N_{t+1} >= N_t (k - 1 - k y - (k/3) alpha^2 y^2),   k = alpha L eta/eps, y = N_t/eps:
                        at the threshold k = 2, so N_{t+1}/N_t -> 1 unless a step hits 0: sublinear

So s > 0 is what makes it linear for all f of the class; where f''(x*) < L one f alone may be linear at s = 0 too.
Source: theory, T4*.
"""

from __future__ import annotations

import sympy as sp

from alphalab.claims.claim import Bound
from alphalab.claims.conclusion import Conclusion, Split, case, cite, given, grown, plain, term
from alphalab.claims.facts.assumptions import ALPHAGRAD, PLAIN, PLUS, UP_TO, known
from alphalab.claims.facts.lemmas import below, z
from alphalab.claims.facts.runs import short_run
from alphalab.claims.notation import (
    Delta,
    Formula,
    L,
    N,
    T,
    alpha,
    delta,
    eps,
    eta,
    least_norm,
    mu,
    next_delta,
    next_norm,
    r,
)
from alphalab.claims.proof import Proof

W = sp.sqrt(2 * mu * delta)
SHARE = eta * sp.tanh(alpha) * mu * (2 * W + 2 * eps - alpha * L * eta) / (W + eps) ** 2
K, Y = alpha * L * eta / eps, N / eps
SLOWEST = N * (K - 1 - K * Y - K * alpha**2 * Y**2 / 3)


def gain(size: Formula) -> Formula:
    """Return what a step gains at least where N is `size`: eta tanh(alpha) N^2 (2N + s)/(2 (N+eps)^2)."""
    return eta * sp.tanh(alpha) * size**2 * (2 * size + 2 * eps - alpha * L * eta) / (2 * (size + eps) ** 2)


def gain_proof() -> Proof:
    """With m the least N_t, p = 2m + s, s = 2 eps - alpha L eta: where p >= 0 no step gains less than m would.

    The gain at N is eta tanh(alpha) N^2 (2N + s)/(2(N+eps)^2), by L3* and Lemma 2, and 2N + s = 2(N - m) + p. Where
    p <= 0 the gain at m is not positive.
    """
    tanh, m = sp.tanh(alpha), least_norm
    p = 2 * m + 2 * eps - alpha * L * eta
    more = eta * tanh / (2 * (N + eps) ** 2)
    growth = eps * (2 * N * m + eps * (N + m)) / (m + eps) ** 2
    return Proof(
        concludes=Conclusion(
            Split(
                p,
                (
                    term(T, given("descent"), over="steps"),
                    term(T * L * eta**2 / 2, cite("lemma-3-sharp"), over="steps"),
                    term(T * eta / (N + eps), cite("lemma-2"), given("least N"), over="steps"),
                    term(T * eta / (2 * (N + eps)), cite("lemma-2"), case(p), over="steps"),
                    term(2 * T * N**2 * more, given("least N"), over="steps"),
                    term(T * growth * more, given("least N"), case(p), over="steps"),
                    term(1, given("f_inf")),
                ),
                (term(1, plain(Delta)), term(T * eta * tanh * m**2 / (2 * (m + eps) ** 2), case(-p))),
            ),
            telescopes="x",
        ),
        follows="For s >= 0 every m > 0 has p > 0: N_t -> 0, and at s = 0 the least N_t is at most of order T^(-1/3).",
    )


def rate_proof() -> Proof:
    """The gain of a step at N is at least that at w = sqrt(2 mu delta) <= N (PL), and s >= 0."""
    s, w = sp.symbols("s w", nonnegative=True)
    curve = N**2 * (2 * N + s) * (w + eps) ** 2 - w**2 * (2 * w + s) * (N + eps) ** 2
    rise = sp.Poly(sp.cancel(curve / (N - w)), s)
    scale = eta * sp.tanh(alpha) / (2 * (N + eps) ** 2 * (W + eps) ** 2)
    return Proof(
        concludes=Conclusion(
            (
                term(1, given("descent")),
                term(L * eta**2 / 2, cite("lemma-3-sharp")),
                term(eta * N / (N + eps), cite("lemma-2")),
                term(eta / (2 * (N + eps)), given("threshold"), cite("lemma-2")),
                term(scale * rise.coeff_monomial(1).subs(w, W), given("PL")),
                term(scale * rise.coeff_monomial(s).subs(w, W), given("PL"), given("threshold")),
            )
        ),
        follows="Where s > 0 the share is at least eta tanh(alpha) mu s/(w_1+eps)^2.",
    )


def slow_proof() -> Proof:
    """|N - k eps tanh(v)/alpha| >= the same without bars, tanh v >= v - v^3/3 at v = alpha y/(1+y) = alpha r."""
    cubic = sp.tanh(z) - z + z**3 / 3
    over = grown(cubic, z, (z + sp.tanh(z), below(z)), alpha * r)
    step = L * eta * sp.tanh(alpha * r) - N
    rest = K * Y**3 / (1 + Y) + K * alpha**2 * Y**4 * (3 + 3 * Y + Y**2) / (3 * (1 + Y) ** 3)
    return Proof(
        concludes=Conclusion(
            Split(
                step,
                (term(L * eta, over), term(1, plain(eps * rest))),
                (term(2, case(-step)), term(L * eta, over), term(1, plain(eps * rest))),
            )
        ),
        follows=(
            "At k = 2, where N_t -> 0 (T4*), unless a step hits 0 N_{t+1}/N_t >= 1 - 2y - (2/3) alpha^2 y^2 -> 1: no "
            "q < 1 bounds it: sublinear."
        ),
    )


T4_STATIONARY = Bound(
    key="thm-4-stationary",
    title="T4*: what T steps gain at the least N_t; N_t -> 0 up to eta = 2 eps/(alpha L), convex or not",
    source="the lab's theory, T4*",
    left=T * gain(least_norm),
    right=Delta,
    assumes=(ALPHAGRAD, known("L", "f_inf")),
    proof=gain_proof,
    tight=lambda: short_run(steepness=1e-3, rate=2e3, start=1.0, steps=1),
    remark="attained by one step onto the minimiser of L x^2/2 as alpha -> 0; at equality least N_t is at most of "
    "order T^(-1/3), above it it falls at most to alpha L eta/2 - eps, or below",
)
T4_RATE = Bound(
    key="thm-4-rate",
    title="T4*: up to 2 eps/(alpha L), linear below it, under PL",
    source="the lab's theory, T4*",
    left=next_delta,
    right=delta * (1 - SHARE),
    assumes=(ALPHAGRAD, known("L", "pl", "f_star"), UP_TO),
    proof=rate_proof,
    tight=lambda: short_run(steepness=1e-3, rate=1e3, start=1.0),
    remark="attained on L x^2/2 as alpha -> 0",
)
T4_SLOW = Bound(
    key="thm-4-slow",
    title="T4*: at eta = 2 eps/(alpha L) on L x^2/2 the ratio N_{t+1}/N_t -> 1",
    source="the lab's theory, T4*",
    left=SLOWEST,
    right=next_norm,
    assumes=(ALPHAGRAD, known("L", "mu"), PLAIN, PLUS),
    proof=slow_proof,
    tight=lambda: short_run(steepness=1.0, rate=2.0, start=1e-6),
    remark="the threshold is where the multiplier of 0, 1 - alpha L eta/eps, is -1",
)
