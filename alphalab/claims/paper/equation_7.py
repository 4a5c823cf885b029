r"""Equation (7): the guideline alpha = k sqrt d puts the spread of the pre-activations at k.

    alpha = k sqrt d:   (1/d) sum (alpha g~_i)^2 = (k r)^2,     r = N/(N+eps)

True: k r exactly, for every gradient, as the root mean square of its components; and as the standard deviation of
each component where the gradient is isotropic, whose components have mean 0 and equal variances. k r -> k as
eps/N -> 0. Source: S. Sane, arXiv 2504.16020v2, eq. (7).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import sympy as sp

from alphalab.arrays import norm, roundoff
from alphalab.claims.claim import Claim, Finding
from alphalab.claims.evidence import DIMENSIONS, gradients
from alphalab.claims.notation import eps
from alphalab.claims.proof import Identity, Proof
from alphalab.claims.space import Space, Values
from alphalab.optimizers import AlphaGrad, alpha_guideline


def proof() -> Proof:
    """The sum over the d components, d and the gradient symbolic."""
    i, d = sp.Symbol("i", integer=True), sp.Symbol("d", integer=True, positive=True)
    k, size = sp.symbols("k N", positive=True)
    g = sp.IndexedBase("g", real=True)
    N = sp.sqrt(sp.Sum(g[i] ** 2, (i, 1, d)))
    mean_square = sp.Sum((k * sp.sqrt(d) * g[i] / (N + eps)) ** 2, (i, 1, d)) / d
    variance = sp.Symbol("v", positive=True)
    equal = sp.solve(sp.Eq(d * variance, (k * sp.sqrt(d) * size / (size + eps)) ** 2), variance)[0]
    return Proof(
        steps=(
            Identity("the mean square of the components", mean_square, (k * N / (N + eps)) ** 2),
            Identity(
                "the variance v of each, where d v = (alpha r)^2",
                sp.UnevaluatedExpr((k * sp.sqrt(d) * size / (size + eps)) ** 2) / d,
                (k * size / (size + eps)) ** 2,
            ),
            Identity("it is k^2 when eps << N", sp.Limit(equal, eps, 0), k**2),
        ),
        follows=(
            "The root mean square of alpha g~ is k r for every gradient of norm N. An isotropic gradient of norm N "
            "is symmetric under sign changes and permutations: mean 0, equal variances, their sum (alpha r)^2."
        ),
    )


def trial() -> Iterator[Finding]:
    """The root mean square of the library's own pre-activations against k r."""
    for n in DIMENSIONS:
        g = gradients(n)
        k = np.asarray([[1.0], [2.0], [3.0]])
        method = AlphaGrad(alpha=k * alpha_guideline(n))
        z = method.pre_activation(np.broadcast_to(g, (len(k), *g.shape)), ())
        wanted = k * norm(g) / (norm(g) + method.epsilon)
        apart = ~(np.abs(norm(z) / np.sqrt(n) - wanted) <= roundoff(n, g.dtype) * wanted)
        yield Finding(
            case=f"root mean square of alpha g~ is k r, n = {n}", instances=apart.size, violations=int(np.sum(apart))
        )


def sides(values: Values) -> tuple[np.ndarray, np.ndarray]:
    """The root mean square of alpha g~ and k r at the gradient N (u1, u2, u3), either way round."""
    N = 10.0 ** values["log N"]
    g = N[:, None] * np.stack([values["u1"], values["u2"], values["u3"]], axis=-1)
    method = AlphaGrad(alpha=values["k"] * alpha_guideline(3), epsilon=N * 10.0 ** values["log eps/N"])
    found = norm(method.pre_activation(g, ())) / np.sqrt(3)
    wanted = values["k"] * norm(g) / (norm(g) + method.epsilon)
    low = values["which"] == "low"
    return np.where(low, wanted, found), np.where(low, found, wanted) * (1 + roundoff(3, g.dtype))


EQ7 = Claim(
    key="eq7",
    title="alpha = k sqrt d puts the root mean square of alpha g~ at k r",
    source="arXiv 2504.16020v2, eq. (7)",
    statement=r"\alpha = k\sqrt d \;\Rightarrow\; \sqrt{\tfrac1d \textstyle\sum_i (\alpha \tilde g_i)^2} = k r",
    proof=proof,
    trial=trial,
    space=Space(
        "gradients, d = 3",
        {
            "which": ("low", "high"),
            "k": (1.0, 3.0),
            **dict.fromkeys(("u1", "u2", "u3"), (-1.0, 1.0)),
            "log N": (-150.0, 150.0),
            "log eps/N": (-16.0, 2.0),
        },
        sides,
    ),
    remark="k when eps << N; the sample deviation is at most that, and it where the gradient is isotropic",
)
