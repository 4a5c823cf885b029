r"""N5 at closed choices of decay and step, for every T: order T^((1-p)/(3p-2)), T^(-1/4) at p = 2.

    X = L Delta/(s^2 T),   1-b = Y = min(1, X^(p/(3p-2))),   eta = sqrt(Delta Y/(L M T)):

    E (1/T) sum N_t <= eps + K max( sqrt(L Delta/T), s X^((p-1)/(3p-2)) ) + (1+sqrt rho) s min(1, 1/(T Y))
    K = 1 + 2 sqrt rho + (1+sqrt rho) C_p^(1/p);       p = 2, X < 1: the middle term is K (s^2 L Delta/T)^(1/4)

What momentum-inside-moments says at them. Source: theory2, section 3.
"""

from __future__ import annotations

import numpy as np
import sympy as sp

from alphalab.claims import sharp
from alphalab.claims.claim import Claim
from alphalab.claims.proof import Identity, Proof, Sign
from alphalab.claims.space import Space, Values


def proof() -> Proof:
    """Inserted; where X < 1 each of sqrt(L Delta/(T Y)) and s Y^(1-1/p) is s X^((p-1)/(3p-2))."""
    L, Delta, T, M, a, p, Y, rho, C = sp.symbols("L Delta T M a p Y rho C", positive=True)
    root, shown = sp.sqrt(rho), sp.UnevaluatedExpr
    eta = sp.sqrt(Delta * Y / (L * M * T))
    far = sp.sqrt(L * Delta / (T * Y))
    K = 1 + 2 * root + (1 + root) * C ** (1 / p)
    exponent = (p - 1) / (3 * p - 2)
    return Proof(
        steps=(
            Identity("Delta/(eta T a), M = a^2 rho", sp.Subs(Delta / (eta * T * a), M, a**2 * rho), root * far),
            Identity("L eta M/(2a)", sp.Subs(L * eta * M / (2 * a), M, a**2 * rho), root * Y / 2 * far),
            Identity("b L eta sqrt M/(1-b), 1-b = Y", (1 - Y) / Y * L * shown(eta) * sp.sqrt(M), (1 - Y) * far),
            Identity(
                "together at most (1 + 2 sqrt rho) sqrt(L Delta/(T Y)): the difference over that root",
                1 + 2 * root - (root + root * Y / 2 + (1 + root) * (1 - Y)),
                Y * (1 + root / 2),
            ),
            Sign("is not negative", Y * (1 + root / 2)),
            Identity("where X < 1 the exponent of X in sqrt(X/Y)", (1 - p / (3 * p - 2)) / 2, exponent),
            Identity("and in Y^(1-1/p)", p / (3 * p - 2) * (1 - 1 / p), exponent),
            Identity(
                "where X >= 1, Y = 1, s = sqrt(L Delta/T)/sqrt X: K against what stands there, over sqrt(L Delta/T)",
                K - shown(3 * root / 2 + (1 + root) * C ** (1 / p)),
                1 + root / 2,
            ),
            Sign("is positive, and s is at most sqrt(L Delta/T)", 1 + root / 2, ">"),
            Identity("at p = 2, C_2 = 1: K", sp.Subs(K, (p, C), (2, 1)), 2 + 3 * root),
            Identity("the exponent of X", sp.Subs(exponent, p, 2), sp.Rational(1, 4)),
            Identity("of T in X^((p-1)/(3p-2))", -exponent, (1 - p) / (3 * p - 2)),
        ),
        rests_on=("momentum-inside-moments",),
        follows="(1-b^T)/(T(1-b)) is at most 1 and at most 1/(T Y). Inserted into momentum-inside-moments.",
    )


def share(X: np.ndarray, p: np.ndarray) -> np.ndarray:
    """Return Y = 1-b for X = L Delta/(s^2 T)."""
    return np.minimum(1.0, X ** (p / (3 * p - 2)))


def order(p: float) -> float:
    """Return the power of T in the bound."""
    return (1 - p) / (3 * p - 2)


def sides(values: Values) -> tuple[np.ndarray, np.ndarray]:
    """Both bounds at s = 1, eps = 0, as functions of X, rho, p and T."""
    p, X, T = values["p"], 10.0 ** values["log X"], np.round(10.0 ** values["log T"])
    root, C = np.sqrt(10.0 ** values["log rho"]), sharp.C(p)
    Y = share(X, p)
    far, b = np.sqrt(X / Y), 1 - Y
    weighed = -np.expm1(T * np.log1p(-np.minimum(Y, 1 - 1e-16))) / (T * Y)
    left = root * far * (1 + Y / 2) + (1 + root) * (weighed + b * far + C ** (1 / p) * Y ** (1 - 1 / p))
    K = 1 + 2 * root + (1 + root) * C ** (1 / p)
    right = K * np.maximum(np.sqrt(X), X ** ((p - 1) / (3 * p - 2))) + (1 + root) * np.minimum(1.0, 1 / (T * Y))
    return left, right * (1 + 1e-13)


RATE = Claim(
    key="momentum-inside-rate",
    title="N5: momentum inside the squash at closed choices of decay and step",
    source="the lab's theory, N5",
    statement=(
        r"\|g(x) - g(y)\| \le L\|x-y\|, s^p \ge \mathbb{E}_t\|\xi_t\|^p, s, \Delta > 0, "
        r"m_1 = g_1 + \xi_1, m_t = \beta m_{t-1} + (1-\beta)(g_t + \xi_t), "
        r"x_{t+1} = x_t - \eta\tanh(\alpha m_t/(\|m_t\|+\varepsilon)), "
        r"X = \tfrac{L\Delta}{s^2 T}, 1-\beta = Y = \min(1, X^{p/(3p-2)}), \eta = \sqrt{\tfrac{\Delta Y}{LMT}}: \quad "
        r"\mathbb{E}\,\tfrac1T\textstyle\sum N_t \le \varepsilon + K \max(\sqrt{L\Delta/T}, s X^{(p-1)/(3p-2)}) "
        r"+ (1+\sqrt\rho)\, s \min(1, \tfrac{1}{TY}), \quad K = 1 + 2\sqrt\rho + (1+\sqrt\rho)\, C_p^{1/p}"
    ),
    proof=proof,
    space=Space(
        "s = 1, eps = 0",
        {"p": (1.02, 2.0), "log X": (-10.0, 4.0), "log rho": (0.0, 4.0), "log T": (0.0, 8.0)},
        sides,
    ),
    remark="of order T^((1-p)/(3p-2)), the best possible (arXiv 2410.13849, as summarised); T^(-1/4) at p = 2",
)
