r"""Remark (c) after Theorem 1: away from a minimiser gamma_min is about tanh alpha.

    tanh(alpha) - gamma = tanh(alpha) eps/(N+eps),   so gamma/tanh(alpha) >= 1 - eps/N

True, with the error in closed form; gamma increases with N, so gamma_min belongs to the smallest gradient.
Source: S. Sane, arXiv 2504.16020v2, remark after Theorem 1.
"""

from __future__ import annotations

import numpy as np
import sympy as sp

from alphalab.arrays import roundoff
from alphalab.claims.claim import Claim
from alphalab.claims.notation import N, alpha, compiled, eps
from alphalab.claims.proof import Identity, Proof, Sign
from alphalab.claims.space import Space, Values

GAMMA = sp.tanh(alpha) * N / (N + eps)


def proof() -> Proof:
    """The error, its bound, the monotonicity in N and the limit."""
    error = eps / (N + eps)
    slope = sp.tanh(alpha) * eps / (N + eps) ** 2
    room = eps**2 / (N * (N + eps))
    return Proof(
        steps=(
            Identity("the relative error", 1 - GAMMA / sp.tanh(alpha), error),
            Identity("is eps/N, less", eps / N - error, room),
            Sign("something not negative", room),
            Identity("the derivative of gamma in N", sp.Derivative(GAMMA, N), slope),
            Sign("is not negative: the least N_t gives gamma_min", slope),
            Identity("eps/N -> 0", sp.Limit(GAMMA, eps, 0), sp.tanh(alpha)),
        ),
        follows="0 <= 1 - gamma_min/tanh(alpha) <= eps/min N_t.",
    )


def sides(values: Values) -> tuple[np.ndarray, np.ndarray]:
    """The relative error at N = 1, and eps/N with what rounding is granted."""
    a, share = 10.0 ** values["log alpha"], 10.0 ** values["log eps/N"]
    gamma = compiled(GAMMA, (alpha, eps, N))(a, share, 1.0)
    return 1 - gamma / np.tanh(a), share + roundoff(1, "float64")


REMARK_1C = Claim(
    key="rem-1c",
    title="gamma_min is about tanh alpha where N >> eps",
    source="arXiv 2504.16020v2, remark after Theorem 1",
    statement=r"N_t \gg \varepsilon \;\Rightarrow\; \gamma_{\min} \approx \tanh\alpha",
    proof=proof,
    space=Space("one gradient", {"log alpha": (-3.0, 3.0), "log eps/N": (-6.0, 3.0)}, sides),
    remark="the relative error is eps/(N+eps) at the smallest gradient",
)
