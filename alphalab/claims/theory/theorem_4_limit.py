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

import numpy as np
import sympy as sp

from alphalab.claims.case import Case
from alphalab.claims.claim import Assumption, Bound, given
from alphalab.claims.membership import TANH_BELOW
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
)
from alphalab.claims.paper.lemma_1 import ALPHAGRAD
from alphalab.claims.proof import Identity, Proof, Sign, slack
from alphalab.claims.theory.theorem_4 import product, short_run

W = sp.sqrt(2 * mu * delta)
SHARE = eta * sp.tanh(alpha) * mu * (2 * W + 2 * eps - alpha * L * eta) / (W + eps) ** 2
K, Y = alpha * L * eta / eps, N / eps
SLOWEST = N * (K - 1 - K * Y - K * alpha**2 * Y**2 / 3)


def gain(size: Formula) -> Formula:
    """Return what a step gains at least where N is `size`: eta tanh(alpha) N^2 (2N + s)/(2 (N+eps)^2)."""
    return eta * sp.tanh(alpha) * size**2 * (2 * size + 2 * eps - alpha * L * eta) / (2 * (size + eps) ** 2)


def gain_proof() -> Proof:
    """T4* with Lemma 2: the gain of a step, which increases with N where it is positive, p = 2N + s >= 0."""
    p, lemma_2, descent = map(slack, ("2N+s", "L2", "T4*"))
    at = {L: (2 * (N + eps) - p) / (alpha * eta)}
    aligned = sp.tanh(alpha) * N**2 / (N + eps) + lemma_2
    guarantee = eta * aligned * (1 - alpha * L * eta / (2 * (N + eps))) + descent
    left_over = eta * lemma_2 * p / (2 * (N + eps)) + descent
    slope = eta * sp.tanh(alpha) * N * (N**2 + eps * (N + p)) / (N + eps) ** 3
    return Proof(
        steps=(
            Identity("the decrease minus the gain at N", (guarantee - gain(N)).subs(at), left_over),
            Sign("is not negative", left_over),
            Identity("the gain has the slope", sp.diff(gain(N), N).subs(at), slope),
            Sign("positive: it increases", slope, ">"),
        ),
        follows=(
            "T4* and Lemma 2, <g,g'> >= tanh(alpha) N^2/(N+eps). With m the least N_t: where 2m + s > 0 no step gains "
            "less than m does, and T of them at most Delta; elsewhere the gain at m is not positive. For s >= 0 it is "
            "for every m > 0: N_t -> 0, at s = 0 as m = O(T^{-1/3})."
        ),
    )


def rate_proof() -> Proof:
    """What a step gains increases in N, and N >= sqrt(2 mu delta)."""
    return Proof(
        steps=(*gain_proof().steps, Identity("at w, as a share of delta", sp.Subs(gain(N) / delta, N, W), SHARE)),
        follows=(
            "The gain at N is at least that at w = sqrt(2 mu delta) <= N (PL). Where s > 0 the share is at least "
            "eta tanh(alpha) mu s/(w_1+eps)^2."
        ),
    )


def slow_proof() -> Proof:
    """tanh v >= v - v^3/3 with v = alpha y/(1+y), and y/(1+y) >= y - y^2."""
    v, y, k = sp.Symbol("v", nonnegative=True), sp.Symbol("y", nonnegative=True), sp.Symbol("k", positive=True)
    above = slack("tanh v-v+v^3/3")
    ratio = y / (1 + y)
    tanh = alpha * ratio - (alpha * ratio) ** 3 / 3 + above
    lower = y * (k - 1 - k * y - k * alpha**2 * y**2 / 3)
    left_over = k * y**3 / (1 + y) + k * alpha**2 * y**4 * (3 + 3 * y + y**2) / (3 * (1 + y) ** 3) + k * above / alpha
    return Proof(
        steps=(
            TANH_BELOW,
            Identity(
                "so tanh^2 v <= v^2, and the derivative of tanh v - v + v^3/3",
                sp.diff(sp.tanh(v) - v + v**3 / 3, v),
                (v - sp.tanh(v)) * (v + sp.tanh(v)),
            ),
            Identity("which is 0 at 0", sp.Subs(sp.tanh(v) - v + v**3 / 3, v, 0), sp.Integer(0)),
            Identity(
                "the step past 0, (k/alpha) tanh v - y, minus the bound, in units of eps",
                k * tanh / alpha - y - lower,
                left_over,
            ),
            Sign("is not negative", left_over),
        ),
        follows=(
            "On L x^2/2 with y = N/eps the step is y -> |y - (k/alpha) tanh v| >= (k/alpha) tanh v - y. At k = 2, "
            "where N_t -> 0 (T4*), unless a step hits 0 N_{t+1}/N_t >= 1 - 2y - (2/3) alpha^2 y^2 -> 1: no q < 1 "
            "bounds it: sublinear."
        ),
    )


def _not_plain(case: Case) -> str | None:
    plain = case.n == 1 and case.constant("mu") == case.constant("L")
    return None if plain else "f is not L x^2/2"


def above(case: Case) -> np.ndarray:
    """Where eta > 2 eps/(alpha L)."""
    return product(case) > 2 * case.hyperparameter("epsilon") * (1 + case.tolerance)


PLAIN = Assumption("f = L x^2/2, n = 1", _not_plain)
UP_TO = Assumption(r"\eta \le 2\varepsilon/(\alpha L)", above)
T4_STATIONARY = Bound(
    key="thm-4-stationary",
    title="T4*: what T steps gain at the least N_t; up to 2 eps/(alpha L) N_t -> 0, convex or not",
    source="the lab's theory, T4*",
    left=T * gain(least_norm),
    right=Delta,
    assumes=(ALPHAGRAD, given("L", "f_inf")),
    proof=gain_proof,
    tight=lambda: short_run(steepness=1e-3, rate=2e3, start=1.0, steps=1),
    remark="attained by one step onto the minimiser of L x^2/2 as alpha -> 0; at equality least N_t falls as T^(-1/3), "
    "above it least N_t falls to alpha L eta/2 - eps or below",
)
T4_RATE = Bound(
    key="thm-4-rate",
    title="T4*: up to 2 eps/(alpha L), linear below it, under PL",
    source="the lab's theory, T4*",
    left=next_delta,
    right=delta * (1 - SHARE),
    assumes=(ALPHAGRAD, given("L", "pl", "f_star"), UP_TO),
    proof=rate_proof,
    tight=lambda: short_run(steepness=1e-3, rate=1e3, start=1.0),
    remark="attained on L x^2/2 as alpha -> 0",
)
T4_SLOW = Bound(
    key="thm-4-slow",
    title="T4*: at eta = 2 eps/(alpha L) on L x^2/2 N_{t+1}/N_t -> 1",
    source="the lab's theory, T4*",
    left=SLOWEST,
    right=next_norm,
    assumes=(ALPHAGRAD, given("L", "mu"), PLAIN),
    proof=slow_proof,
    tight=lambda: short_run(steepness=1.0, rate=2.0, start=1e-6),
    remark="the threshold is where the multiplier of 0, 1 - alpha L eta/eps, is -1",
)
