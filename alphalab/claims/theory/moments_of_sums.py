r"""von Bahr and Esseen's inequality in a Hilbert space, with the best constant, 1 < p <= 2.

    |x+y|^p <= |x|^p + p |x|^(p-2) <x,y> + C_p |y|^p,       C_p = max over 0 < z < 1/2 of (1-z)^p - z^p + p z^(p-1)

So E|X_1 + ... + X_t|^p <= E|X_1|^p + C_p (E|X_2|^p + ... + E|X_t|^p) for martingale differences X_2, X_3, ...; X_1 need
not have mean 0. 1 <= C_p <= 2^(2-p). Source: theory2, section 3.
"""

from __future__ import annotations

import numpy as np
import sympy as sp

from alphalab.claims import sharp
from alphalab.claims.claim import Claim
from alphalab.claims.proof import Identity, Proof, Sign
from alphalab.claims.space import Space, Values


def proof() -> Proof:
    """|y| = 1, |x| = z, <x,y> = c in [-z, z]: what is to be at most C_p is concave in c, greatest at -1/2 or at -z."""
    z, p, B = (sp.Symbol(name, positive=True) for name in ("z", "p", "B"))
    c, h = sp.Symbol("c", real=True), sp.Symbol("(2-p)", nonnegative=True)
    F = (z**2 + 2 * c + 1) ** (p / 2) - z**p - p * z ** (p - 2) * c
    best = (1 - z) ** p - z**p + p * z ** (p - 1)
    half = sp.Rational(1, 2)
    far = p / 2 * z ** (p - 2)
    return Proof(
        steps=(
            Identity(
                "with |y| = 1, |x| = z, <x,y> = c: the second derivative in c of |x+y|^p - |x|^p - p |x|^(p-2) <x,y>",
                sp.Derivative(F, (c, 2)),
                -p * (2 - p) * (z**2 + 2 * c + 1) ** (p / 2 - 2),
            ),
            Sign("is not positive for p <= 2, B = |x+y|^(p-4): it is concave in c", -p * h * B, "<="),
            Identity("its slope at c = -1/2 vanishes", sp.Subs(sp.Derivative(F, c), c, -half), sp.Integer(0)),
            Identity("where |x| >= 1/2 it is at most its value at c = -1/2", sp.Subs(F, c, -half), far),
            Identity("which falls with z: its slope", sp.Derivative(far, z), -p * (2 - p) * z ** (p - 3) / 2),
            Sign("is not positive", -p * h * z ** (p - 3) / 2, "<="),
            Identity("where |x| < 1/2 it is greatest at c = -z, there |x+y|", z**2 + 2 * (-z) + 1, (1 - z) ** 2),
            Identity("at |x| = 1/2 both are the same", sp.Subs(best, z, half), far.subs(z, half)),
            Identity(
                "the slope of (1-z)^p - z^p + p z^(p-1) at 1/2: the maximum over (0, 1/2) is one over all z",
                sp.Subs(sp.Derivative(best, z), z, half),
                -p * (2 - p) * 2 ** (2 - p),
            ),
            Sign("is not positive", -p * h * 2**h, "<="),
        ),
        follows=(
            "Both sides scale by |y|^p. For |x| < 1/2 the value at c = -z is (1-z)^p - z^p + p z^(p-1) <= C_p; beyond "
            "it is at most what it is at 1/2. With x the sum so far, y the next difference, the middle term has mean 0."
        ),
    )


def sides(values: Values) -> tuple[np.ndarray, np.ndarray]:
    """|x+y|^p - |x|^p - p |x|^(p-2) <x,y> and C_p |y|^p with |y| = 1, and what rounding is granted."""
    p, z, angle = values["p"], 10.0 ** values["log |x|/|y|"], values["angle"]
    c = z * np.cos(angle)
    whole = np.sqrt((z + np.cos(angle)) ** 2 + np.sin(angle) ** 2) ** p
    parts = whole, z**p, p * z ** (p - 2) * c
    granted = 32 * np.finfo(float).eps * np.sum(np.abs(parts), axis=0)
    return parts[0] - parts[1] - parts[2], sharp.C(p) + granted


VBE = Claim(
    key="vbe-hilbert",
    title="p-th moments of sums in a Hilbert space, the best constant",
    source="the lab's theory, noise",
    statement=(
        r"|x+y|^p \le |x|^p + p|x|^{p-2} \langle x, y\rangle + C_p |y|^p, \quad "
        r"C_p = \max_{0 < z < 1/2} (1-z)^p - z^p + p z^{p-1}, \quad 1 < p \le 2, |x|^{p-2} x = 0 \text{ at } x = 0"
    ),
    proof=proof,
    space=Space("|y| = 1", {"p": (1.02, 2.0), "log |x|/|y|": (-4.0, 2.0), "angle": (0.0, float(np.pi))}, sides),
    remark="attained: y opposite to x. So E|S_t|^p <= E|X_1|^p + C_p sum E|X_k|^p for martingale differences, k >= 2",
)
