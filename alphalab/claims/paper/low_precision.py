r"""Section 7.4: does the rule fit low precision?

    g~ = g/(||g|| + eps),  eps = 1e-8:   in float16 eps = 0, so 0/0 at g = 0;  ||g||^2 = inf from ||g|| = 256 on

Not as written: 1e-8 is below 2^-25, half the smallest float16, and rounds to 0; 256^2 is beyond the largest.
The library divides 0 by 0 to 0 and scales the norm. Source: S. Sane, arXiv 2504.16020v2, section 7.4.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import sympy as sp

from alphalab.arrays import norm, roundoff
from alphalab.claims.claim import Claim, Finding
from alphalab.claims.proof import Identity, Sign, Witness
from alphalab.claims.space import Space, Values
from alphalab.optimizers import AlphaGrad

EPSILON = sp.Rational(1, 10**8)
SMALLEST = sp.Rational(1, 2**24)  # of float16, subnormal
LARGEST = (2 - sp.Rational(1, 2**10)) * 2**15  # of float16
HALF_ULP = sp.Integer(2) ** 4  # of the largest: what exceeds it by as much rounds to inf


def witness() -> Witness:
    """Rounding to nearest in float16, in rational numbers."""
    return Witness(
        sentence="float16: eps = 1e-8 rounds to 0, so g = 0 gives 0/0; ||g|| = 256 gives g/inf = 0",
        steps=(
            Sign("1e-8 is below half the smallest float16, so it rounds to 0", SMALLEST / 2 - EPSILON, ">"),
            Identity("the largest float16", (2 - sp.UnevaluatedExpr(sp.Rational(1, 2**10))) * 2**15, sp.Integer(65504)),
            Sign(
                "256^2 exceeds it by half an ulp or more, so it rounds to inf",
                sp.Integer(256) ** 2 - LARGEST - HALF_ULP,
            ),
        ),
    )


def as_written(g: np.ndarray) -> np.ndarray:
    """Return tanh(2 g/(sqrt(sum g^2) + 1e-8)), every operation in the dtype of g."""
    with np.errstate(all="ignore"):
        size = np.sqrt(np.sum(g * g, axis=-1, dtype=g.dtype, keepdims=True))
        return np.tanh(g.dtype.type(2) * (g / (size + g.dtype.type(1e-8))))


def trial() -> Iterator[Finding]:
    """Where the rule as written fails in float16, and that the library's does not fail there."""
    facts = (np.float16(1e-8) == 0, np.float16(65504) == np.finfo(np.float16).max)
    yield Finding(
        case="float16(1e-8) is 0, the largest float16 is 65504", instances=2, violations=2 - sum(map(int, facts))
    )
    g = np.asarray([[0, 0], [256, 0], [300, 400], [1e-4, 0], [1e-6, 2e-6]], dtype=np.float16)
    exact, _ = AlphaGrad(alpha=2.0).direction(g.astype(np.float64), (), g)
    for name, d, right in (
        ("as written", as_written(g), False),
        ("here", AlphaGrad(alpha=2.0).direction(g, (), g)[0], True),
    ):
        good = np.all(np.abs(d - exact) <= roundoff(2, g.dtype) * np.abs(exact), axis=-1)
        yield Finding(
            case=f"float16, {name}: {'right' if right else 'wrong'} at g = 0 and at norms 256, 500, 1e-4, 2e-6",
            instances=good.size,
            violations=int(np.sum(good != right)),
        )


def sides(values: Values) -> tuple[np.ndarray, np.ndarray]:
    """The relative error of the step as written in float16 at the gradient N (u1, u2), inf where it is no number."""
    g = (10.0 ** values["log N"][:, None] * np.stack([values["u1"], values["u2"]], axis=-1)).astype(np.float16)
    exact, _ = AlphaGrad(alpha=2.0).direction(g.astype(np.float64), (), g)
    error = norm(as_written(g).astype(np.float64) - exact)
    right = roundoff(2, g.dtype) * norm(exact)
    return np.where(np.isnan(error), np.inf, error), right


SECTION_7_LOW_PRECISION = Claim(
    key="sec7-lowprec",
    title="fits low precision",
    source="arXiv 2504.16020v2, section 7.4",
    verdict="false",
    statement=r"\tilde g = g/(\|g\|_2 + 10^{-8}) \text{ is well defined in float16}",
    witness=witness,
    trial=trial,
    space=Space("float16, alpha = 2", {"u1": (-1.0, 1.0), "u2": (-1.0, 1.0), "log N": (-7.0, 4.8)}, sides),
    correction="not as written: in float16 eps is 0, 0/0 at g = 0; with 0/0 := 0 and a scaled norm, as here, it fits",
)
