r"""T4*: where a constant step ends, on either side of eta = 2 eps/(alpha L).

    at or below, PL:    delta_{t+1} <= delta_t (1 - eta tanh(alpha) mu (2w+s)/(w+eps)^2),   w = sqrt(2 mu delta_t),
                        s = 2 eps - alpha L eta: linear where s > 0
    on f = L x^2/2:     N_{t+1} >= N_t (k - 1 - k y - (k/3) alpha^2 y^2),   k = alpha L eta/eps, y = N_t/eps:
                        at the threshold k = 2, so N_{t+1}/N_t -> 1: sublinear
    above, L x^2/2:     ||x_{t+1}| - a| < ||x_t| - a| but at 0 and a: all but a discrete set of starts end in the
                        2-cycle +-a,  2a = phi(a),  phi(x) = eta tanh(alpha L x/(L x + eps))

Source: theory, T4*.
"""

from __future__ import annotations

import numpy as np
import sympy as sp

from alphalab.claims.case import Case
from alphalab.claims.claim import Assumption, Bound, given
from alphalab.claims.notation import (
    L,
    N,
    Quantity,
    alpha,
    delta,
    eps,
    eta,
    letter,
    mu,
    next_delta,
    next_norm,
)
from alphalab.claims.paper.lemma_1 import ALPHAGRAD
from alphalab.claims.proof import Growth, Identity, Proof, Sign, slack
from alphalab.claims.theory.theorem_4 import two_steps

W = sp.sqrt(2 * mu * delta)
GAIN = eta * sp.tanh(alpha) * mu * (2 * W + 2 * eps - alpha * L * eta) / (W + eps) ** 2  # as a share of delta
K, Y = alpha * L * eta / eps, N / eps
SLOWEST = N * (K - 1 - K * Y - K * alpha**2 * Y**2 / 3)
NEAR, NEXT_NEAR = letter(r"||x_t|-a|"), letter(r"||x_{t+1}|-a|")


def rate_proof() -> Proof:
    """T4* with Lemma 2; what it guarantees increases in N, and N >= sqrt(2 mu delta)."""
    room, lemma_2, descent = map(slack, (r"2\varepsilon-\alpha L\eta", "L2", "T4*"))
    aligned = sp.tanh(alpha) * N**2 / (N + eps) + lemma_2
    guarantee = eta * aligned * (1 - (2 * eps - room) / (2 * (N + eps))) + descent
    value = eta * sp.tanh(alpha) * N**2 * (2 * N + room) / (2 * (N + eps) ** 2)
    left_over = eta * lemma_2 * (2 * N + room) / (2 * (N + eps)) + descent
    share = value.subs(N, W) / delta
    slope = N * (N**2 + 3 * N * eps + room * eps) / (N + eps) ** 3 * eta * sp.tanh(alpha)
    return Proof(
        steps=(
            Identity("the decrease minus the gain at N, with alpha L eta = 2 eps - s", guarantee - value, left_over),
            Sign("is not negative", left_over),
            Identity("the gain increases in N: its derivative", sp.diff(value, N), slope),
            Sign("is positive", slope, ">"),
            Identity("at w, as a share of delta", share, GAIN.subs(L, (2 * eps - room) / (alpha * eta))),
        ),
        follows=(
            "T4* and Lemma 2, <g,g'> >= tanh(alpha) N^2/(N+eps). The gain at N is at least that at w = "
            "sqrt(2 mu delta) <= N (PL). Where s > 0 the share is at least eta tanh(alpha) mu s/(w_1+eps)^2."
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
            Growth("v - tanh v >= 0, so tanh^2 v <= v^2", v - sp.tanh(v), v, sp.tanh(v) ** 2),
            Identity(
                "the derivative of tanh v - v + v^3/3",
                sp.diff(sp.tanh(v) - v + v**3 / 3, v),
                (v - sp.tanh(v)) * (v + sp.tanh(v)),
            ),
            Identity("which is 0 at 0", (sp.tanh(v) - v + v**3 / 3).subs(v, 0), sp.Integer(0)),
            Identity(
                "the step past 0, (k/alpha) tanh v - y, minus the bound, in units of eps",
                k * tanh / alpha - y - lower,
                left_over,
            ),
            Sign("is not negative", left_over),
        ),
        follows=(
            "On L x^2/2 with y = N/eps the step is y -> |y - (k/alpha) tanh v| >= (k/alpha) tanh v - y. At k = 2, "
            "where N_t -> 0 (T4*), N_{t+1}/N_t >= 1 - 2y - (2/3) alpha^2 y^2 -> 1: no q < 1 bounds it: sublinear."
        ),
    )


def attraction_proof() -> Proof:
    """S(x) = |x - phi(x)| comes nearer to a from every x > 0 but a: five cases, each a positive gap."""
    x, a = sp.symbols("x a", positive=True)
    gap, more, rest = sp.symbols("s p q", positive=True)
    phi = eta * sp.tanh(alpha * L * x / (L * x + eps))
    slope = eta * alpha * L * eps * sp.sech(alpha * L * x / (L * x + eps)) ** 2 / (L * x + eps) ** 2
    return Proof(
        steps=(
            Identity("phi' of x", sp.diff(phi, x).rewrite(sp.exp), slope.rewrite(sp.exp)),
            Sign("is positive: phi increases", slope, ">"),
            Identity("x < a, S > a: phi(x) = 2a - s, the gain (a-x)-(S-a)", (a - x) - ((2 * a - gap - x) - a), gap),
            Identity("x < a, S <= a: phi(x) = 2x + s, the gain (a-x)-(a-S)", (a - x) - (a - (2 * x + gap - x)), gap),
            Identity("x > a, S >= a, phi >= x: phi = 2x - s, the gain x - S", x - ((2 * x - gap) - x), gap),
            Identity("x > a, S >= a, phi < x: the gain x - S", x - (x - more), more),
            Identity("x > a > S, phi >= x: phi = 2a + s, the gain x+S-2a", (x - a) - (a - (2 * a + gap - x)), gap),
            Identity(
                "x > a > S, phi < x: x = phi + q, the same gain", (2 * a + gap + rest - a) - (a - rest), gap + 2 * rest
            ),
            Identity("z_{k+1} - z_k = phi(z_{k+1}), with phi = z_1 + s", (x + more + gap) - x - more, gap),
            *(Sign("each gain is positive", gain, ">") for gain in (gap, more, gap + 2 * rest)),
        ),
        follows=(
            "phi is odd and on x > 0 strictly concave (thm-4-cycle): phi > 2x below a, < 2x beyond, phi(a) = 2a, and "
            "|x_{t+1}| = S(|x_t|). So V = ||x_t| - a| falls to some v; by continuity V(S(y)) = V(y) = v at a limit "
            "point y, so y = a, v = 0, or y = 0; but 0 repels, S(y) > y on (0, a): unless a step hits 0, |x_t| -> a, "
            "and the sign alternates as phi(a) = 2a. Starts that hit 0: 0, +-z_1, +-z_2, ..., phi(z_1) = z_1, "
            "z_{k+1} - phi(z_{k+1}) = z_k, one root each beyond z_1, as x - phi(x) is convex, 0 at 0 and z_1, and "
            "S < z_1 before z_1; their gaps exceed z_1: a discrete set."
        ),
    )


def radius(case: Case) -> np.ndarray:
    """Return a > 0 with 2a = phi(a), by bisection; where there is none what it returns is not used."""
    rate, steepness, floor = map(case.hyperparameter, ("learning_rate", "alpha", "epsilon"))
    low, high = np.zeros_like(rate * steepness * floor), rate / 2 + 0 * steepness * floor
    for _ in range(200):
        middle = (low + high) / 2
        pull = case.constant("L") * middle
        total = pull + floor
        ratio = np.divide(pull, total, out=np.ones_like(total), where=total > 0)
        beyond = rate * np.tanh(steepness * ratio) < 2 * middle
        low, high = np.where(beyond, low, middle), np.where(beyond, middle, high)
    return low


def _near(case: Case) -> np.ndarray:
    return np.abs(case.difference(case.N / case.constant("L"), radius(case)))


def _next_near(case: Case) -> np.ndarray:
    near = _near(case)
    return np.concatenate([near[1:], np.full_like(near[:1], np.nan)])


def _not_plain(case: Case) -> str | None:
    plain = case.n == 1 and case.constant("mu") == case.constant("L")
    return None if plain else "f is not L x^2/2"


def _product(case: Case) -> np.ndarray:
    return case.hyperparameter("alpha") * case.constant("L") * case.hyperparameter("learning_rate")


def above(case: Case) -> np.ndarray:
    """Where eta > 2 eps/(alpha L)."""
    return _product(case) > 2 * case.hyperparameter("epsilon") * (1 + case.tolerance)


def at_most(case: Case) -> np.ndarray:
    """Where eta <= 2 eps/(alpha L)."""
    return _product(case) <= 2 * case.hyperparameter("epsilon")


PLAIN = Assumption("f = L x^2/2, n = 1", _not_plain)
T4_RATE = Bound(
    key="thm-4-rate",
    title="T4*: up to 2 eps/(alpha L), linear below it, under PL",
    source="the lab's theory, T4*",
    left=next_delta,
    right=delta * (1 - GAIN),
    assumes=(ALPHAGRAD, given("L", "pl", "f_star"), Assumption(r"\eta \le 2\varepsilon/(\alpha L)", above)),
    proof=rate_proof,
    tight=lambda: two_steps(steepness=1e-3, rate=1e3, start=1.0),
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
    tight=lambda: two_steps(steepness=1.0, rate=2.0, start=1e-6),
    remark="the threshold is where the multiplier of 0, 1 - alpha L eta/eps, is -1",
)
T4_ATTRACTION = Bound(
    key="thm-4-attraction",
    title="T4*: above 2 eps/(alpha L) runs on L x^2/2 end in the 2-cycle, but for a discrete set of starts",
    source="the lab's theory, T4*",
    left=NEXT_NEAR,
    right=NEAR,
    assumes=(ALPHAGRAD, given("L", "mu"), PLAIN, Assumption(r"\eta > 2\varepsilon/(\alpha L)", at_most)),
    quantities=(
        Quantity(NEAR, "distance of |x_t| from the 2-cycle +-a, 2a = eta tanh(alpha L a/(L a+eps))", _near),
        Quantity(NEXT_NEAR, "the same one step later", _next_near),
    ),
    proof=attraction_proof,
    tight=lambda: two_steps(steepness=2.0, rate=4.0, start=1e-6),
    remark="attained beside 0 only: the limit follows",
)
