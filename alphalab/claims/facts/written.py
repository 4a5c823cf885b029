r"""Letters written out where a conclusion is checked: by definition, as means, and what is not 0.

gamma = tanh(alpha) r,   r = N/(N+eps),   ||g'||^2 = sum tanh^2(alpha u_i),   <g,g'> = (N+eps) sum u_i tanh(alpha u_i)
Delta = sum (f(x_t) - f(x_{t+1})) + f(x_{T+1}) - f_inf
"""

from __future__ import annotations

import sympy as sp

from alphalab.claims.facts.letters import (
    ETA,
    JOINT,
    JOINT_K,
    L0,
    L1,
    L_INF,
    L_OP,
    M_SUM,
    NUCLEAR,
    PRICE,
    RANK,
    THETA,
    VARTHETA,
    W,
    averaged,
    b2,
    best_bottom,
    best_top,
    beta,
    c,
    dist,
    drift,
    drop_z,
    ell,
    high,
    inner_d,
    inner_z,
    kappa,
    lag,
    largest,
    length,
    low,
    more,
    near,
    next_near,
    noise,
    noisy_inner,
    noisy_norm,
    one_norm,
    peak,
    radius,
    rate,
    s_hat,
    square_d,
    squashed,
    stride,
    tail,
    tail0,
    true_inner,
    u,
    w,
)
from alphalab.claims.facts.operators import Total
from alphalab.claims.notation import (
    D,
    Delta,
    Delta0,
    Formula,
    L,
    M,
    N,
    T,
    alpha,
    decrease,
    delta,
    eps,
    eta,
    gamma,
    gamma_min,
    inner,
    least_norm,
    mean_delta,
    mu,
    n,
    next_delta,
    next_norm,
    r,
    square,
)

BOTTOM = Total(u / r * sp.tanh(alpha * u / r))
SEEN: dict[str, dict[sp.Symbol, Formula]] = {
    "": {},
    "noise": {N: noisy_norm, inner: noisy_inner},
    "singular values": {
        n: RANK,
        M: RANK * sp.tanh(alpha / sp.sqrt(RANK)) ** 2,
        gamma: sp.tanh(alpha) * r,
        one_norm: NUCLEAR,
        JOINT: JOINT_K,
    },
}
"""What the letters of a gradient are where a step sees another vector: a lemma about one gradient holds of each.

Of G = U diag(s) V^T and D = U diag(d(s)) V^T the vector s is seen: ||s|| = ||G||_F, <s, d(s)> = <G, D>, ||d(s)|| =
||D||_F, and sum s_i is the nuclear norm.
"""
ABOUT_G = {N, inner, square, alpha, eps, n, M}
ABOUT: dict[str, set[sp.Symbol]] = {
    "noise": ABOUT_G,
    "singular values": ABOUT_G | {r, gamma, one_norm, W, JOINT, more},
}
"""The letters of which alone such a lemma may speak."""
STAYS: dict[str, set[str]] = {"noise": set(), "singular values": {"N > 0", "L", "f_inf"}}
"""The hypotheses that it may have beside the direction, and that are then needed as well: N is the same."""
AT_ONCE: dict[sp.Symbol, Formula] = {
    next_near: sp.Abs(next_norm / L - radius),
    near: sp.Abs(N / L - radius),
    gamma: sp.tanh(alpha) * r,
    peak: sp.tanh(alpha * largest),
    next_delta: delta - decrease,
    THETA: L1 * eta * PRICE,
    VARTHETA: L * eta / eps,
    next_norm: sp.Abs(N - L * eta * sp.tanh(alpha * r)),
}
BY_COMPONENTS: dict[Formula, Formula] = {
    square: Total(sp.tanh(alpha * u) ** 2),
    inner: (N + eps) * Total(u * sp.tanh(alpha * u)),
    one_norm: (N + eps) * Total(u),
    square_d: Total(squashed**2),
    inner_d: (N + eps) * Total(u * squashed),
    best_top: Total(sp.tanh(alpha * u / r) ** 2),
    best_bottom: BOTTOM,
}
AT_LAST: dict[Formula, Formula] = {r: N / (N + eps)}
ON_BOWL = ("L x^2/2", "direction", "constant step")
ON_CYCLE = (*ON_BOWL, "eps > 0", "above the threshold")
NEEDS: dict[sp.Symbol, tuple[str, ...]] = {
    L: ("L",),
    ell: ("lipschitz",),
    L_INF: ("L_inf",),
    more: ("L", "f_inf"),
    stride: ("2-cycle",),
    JOINT: ("L", "f_inf"),
    JOINT_K: ("direction, singular values", "L", "f_inf"),
    RANK: ("direction, singular values",),
    NUCLEAR: ("direction, singular values",),
    L_OP: ("L_op",),
    L0: ("L0",),
    L1: ("L1",),
    THETA: ("L1",),
    VARTHETA: ("L",),
    mu: ("pl",),
    Delta: ("f_inf",),
    tail: ("f_inf",),
    Delta0: ("f_star",),
    tail0: ("f_star",),
    delta: ("f_star",),
    next_delta: ("f_star",),
    mean_delta: ("f_star",),
    dist: ("x_star",),
    D: ("ball",),
    inner_d: ("direction, slopes",),
    square_d: ("direction, slopes",),
    squashed: ("direction, slopes",),
    gamma: ("direction",),
    peak: ("direction",),
    r: ("normalised",),
    rate: ("steps eta_t",),
    ETA: ("one rate",),
    M_SUM: ("direction, tensors",),
    c: ("heavy ball",),
    beta: ("averaged",),
    drift: ("averaged",),
    averaged: ("averaged",),
    kappa: ("heavy ball",),
    lag: ("heavy ball",),
    drop_z: ("heavy ball",),
    inner_z: ("heavy ball",),
    noise: ("noise",),
    noisy_norm: ("noise",),
    noisy_inner: ("noise",),
    true_inner: ("noise",),
    next_norm: ON_BOWL,
    radius: ON_CYCLE,
    near: ON_CYCLE,
    next_near: ON_CYCLE,
}
"""What must be given for a letter to mean what it is written out as; sums over components need the direction."""
MEANS: dict[Formula, Formula] = {c**T: 1 - T * (1 - c) * (1 - kappa)}
"""What is a mean over the steps and no letter: the geometric sum."""
TELESCOPED: dict[str, tuple[dict[sp.Symbol, Formula], str]] = {
    "": ({}, ""),
    "x": ({Delta: T * decrease + tail, Delta0: T * decrease + tail0}, ""),
    "z": ({Delta: T * drop_z + tail}, "heavy ball"),
}
NOT_ZERO: dict[Formula, str] = {
    N + eps: "N + eps > 0",
    least_norm + eps: "N + eps > 0",
    N: "N > 0",
    r: "N > 0",
    BOTTOM * r: "N > 0",
    eps: "eps > 0",
    gamma_min: "gamma_min > 0",
    least_norm: "N > 0",
    c - 1: "c < 1",
    beta - 1: "b < 1",
    high - low: "a < b",
    stride: "N > 0",
    THETA - 2: "theta < 2",
    VARTHETA - 2: "vartheta < 2",
    b2 - 1: "b2 < 1",
    s_hat: "s > 0",
}
"""What may be divided by although its letters may be 0, and the hypothesis that it is not."""
IMPLIED: dict[str, tuple[str, ...]] = {
    "N > 0": ("N + eps > 0",),
    "eps > 0": ("N + eps > 0",),
    "direction": ("normalised",),
    "direction, slopes": ("normalised",),
    "direction, singular values": ("normalised",),
    "direction, tensors": ("normalised, tensors",),
}
"""What a hypothesis gives beside itself."""
AT_0 = dict.fromkeys((eps, least_norm, gamma_min), sp.Integer(0))
AT_REST: dict[Formula, dict[Formula, Formula]] = {
    least_norm + eps: AT_0,
    N + eps: AT_0 | dict.fromkeys((N, r, gamma, u, w, inner, square, length, one_norm, largest, peak), sp.Integer(0)),
}
"""What is 0 where N + eps is: there 0/0 = 0 by the rule of every method, which makes all of a step 0."""
