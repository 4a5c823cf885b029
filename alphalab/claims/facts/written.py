r"""Letters written out where a conclusion is checked: by definition, as means, and what is not 0.

gamma = tanh(alpha) r,   r = N/(N+eps),   ||g'||^2 = sum tanh^2(alpha u_i),   <g,g'> = (N+eps) sum u_i tanh(alpha u_i)
Delta = sum (f(x_t) - f(x_{t+1})) + f(x_{T+1}) - f_inf
"""

from __future__ import annotations

import sympy as sp

from alphalab.claims.facts.letters import (
    L_INF,
    W,
    best_bottom,
    best_top,
    c,
    drop_z,
    ell,
    kappa,
    largest,
    length,
    near,
    next_near,
    noisy_inner,
    noisy_norm,
    one_norm,
    peak,
    radius,
    tail,
    tail0,
    u,
)
from alphalab.claims.facts.operators import Total
from alphalab.claims.notation import (
    Delta,
    Delta0,
    Formula,
    L,
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
    mu,
    next_delta,
    next_norm,
    r,
    square,
)

BOTTOM = Total(u / r * sp.tanh(alpha * u / r))
SEEN: dict[str, dict[sp.Symbol, Formula]] = {"": {}, "noise": {N: noisy_norm, inner: noisy_inner}}
"""What the letters of a gradient are where a step sees another gradient: a lemma about one gradient holds of each."""
AT_ONCE: dict[Formula, Formula] = {
    next_near: sp.Abs(next_norm / L - radius),
    near: sp.Abs(N / L - radius),
    gamma: sp.tanh(alpha) * r,
    peak: sp.tanh(alpha * largest),
    next_delta: delta - decrease,
    next_norm: sp.Abs(N - L * eta * sp.tanh(alpha * r)),
    sp.exp(-W): sp.E * W,
}
BY_COMPONENTS: dict[Formula, Formula] = {
    square: Total(sp.tanh(alpha * u) ** 2),
    inner: (N + eps) * Total(u * sp.tanh(alpha * u)),
    one_norm: (N + eps) * Total(u),
    best_top: Total(sp.tanh(alpha * u / r) ** 2),
    best_bottom: BOTTOM,
}
AT_LAST: dict[Formula, Formula] = {r: N / (N + eps)}
NEEDS: dict[sp.Symbol, str] = {
    L: "L",
    ell: "lipschitz",
    L_INF: "L_inf",
    mu: "pl",
    Delta: "f_inf",
    Delta0: "f_star",
    gamma: "direction",
    peak: "direction",
    r: "direction",
    next_norm: "L x^2/2",
    near: "L x^2/2",
    next_near: "L x^2/2",
    length: "direction",
}
"""What must be given where a letter is written out; sums over components need the direction."""
MEANS: dict[Formula, Formula] = {c**T: 1 - T * (1 - c) * (1 - kappa)}
"""What is a mean over the steps and no letter: the geometric sum."""
TELESCOPED: dict[str, tuple[dict[sp.Symbol, Formula], str]] = {
    "": ({}, ""),
    "x": ({Delta: T * decrease + tail, Delta0: T * decrease + tail0}, ""),
    "z": ({Delta: T * drop_z + tail}, "heavy ball"),
}
NOT_ZERO: dict[Formula, str] = {
    N + eps: "direction",
    least_norm + eps: "direction",
    N: "N > 0",
    r: "N > 0",
    BOTTOM * r: "N > 0",
    eps: "eps > 0",
    gamma_min: "gamma_min > 0",
    least_norm: "N > 0",
    c - 1: "c < 1",
}
"""What may be divided by although its letters may be 0, and the hypothesis that it is not."""
