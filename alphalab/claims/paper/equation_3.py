r"""Equation (3): every component of the step is below 1, and alpha runs from normalised descent to the sign.

    |g'_i| = |tanh(alpha g~_i)| < 1
    alpha -> 0:  g'/alpha -> g~,  g' -> 0          alpha -> inf:  g' -> sign(g),  0 staying 0

Both true. In floating point the first is `<= 1`: from some argument on, which `first_one` finds, the library's
tanh is exactly 1. Source: S. Sane, arXiv 2504.16020v2, eq. (3).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import sympy as sp

from alphalab.claims.claim import Claim, Finding
from alphalab.claims.evidence import ALPHAS, gradients
from alphalab.claims.notation import alpha
from alphalab.claims.proof import Identity, Proof, Sign
from alphalab.claims.space import Space, Values
from alphalab.optimizers import AlphaGrad

SOURCE = "arXiv 2504.16020v2, eq. (3)"
BITS = {"float32": np.int32, "float64": np.int64}


def bound_proof() -> Proof:
    """The gap of one component, as in Lemma 1."""
    z = sp.Symbol("z", real=True)
    return Proof(
        steps=(
            Identity("the gap of one component", 1 - sp.tanh(z) ** 2, 1 / sp.cosh(z) ** 2),
            Sign("is positive", 1 / sp.cosh(z) ** 2, ">"),
        ),
        follows="tanh^2(alpha g~_i) < 1 for every component, so max |g'_i| < 1.",
    )


def first_one(dtype: str, function: Callable[[Any], Any] = np.tanh) -> float:
    """Return z > 0 with function(z) == 1 and function(previous float) != 1, by bisection over the bit patterns."""
    low, high = 0, int(np.asarray(np.finfo(dtype).max).view(BITS[dtype]))
    while high - low > 1:
        middle = (low + high) // 2
        is_one = function(np.asarray(middle, BITS[dtype]).view(dtype)) == 1
        low, high = (low, middle) if is_one else (middle, high)
    return float(np.asarray(high, BITS[dtype]).view(dtype))


def bound_trial() -> Iterator[Finding]:
    """In floats |g'_i| <= 1 on gradients of every size, and where it becomes 1."""
    for dtype in BITS:
        g = gradients(10, dtype)
        d, _ = AlphaGrad(alpha=ALPHAS[:, None]).direction(np.broadcast_to(g, (len(ALPHAS), *g.shape)), (), g)
        largest = float(np.max(np.abs(d)))
        yield Finding(
            case=f"max |g'_i| <= 1 in {dtype}; this tanh reaches exactly 1 at {first_one(dtype):.5g} (bisection)",
            instances=d.size,
            violations=int(np.sum(~(np.abs(d) <= 1))),
            worst_margin=1 - largest,
            best_tightness=largest,
        )


def bound_sides(values: Values) -> tuple[np.ndarray, np.ndarray]:
    """max |g'_i| at the gradient N (u1, u2), and 1: in floats the bound is attained."""
    N = 10.0 ** values["log N"]
    g = N[:, None] * np.stack([values["u1"], values["u2"]], axis=-1)
    method = AlphaGrad(alpha=10.0 ** values["log alpha"], epsilon=N * 10.0 ** values["log eps/N"])
    d, _ = method.direction(g, (), g)
    return np.max(np.abs(d), axis=-1), np.ones_like(N)


def limits_proof() -> Proof:
    """Limits of tanh(alpha u) for one component u = g~_i, positive, negative and zero."""
    u = sp.Symbol("u", positive=True)
    step = sp.tanh(alpha * u)
    return Proof(
        steps=(
            Identity("alpha -> 0: the step over alpha is the normalised gradient", sp.Limit(step / alpha, alpha, 0), u),
            Identity("so it is for -u", sp.Limit(step.subs(u, -u) / alpha, alpha, 0), -u),
            Identity("the step itself vanishes", sp.Limit(step, alpha, 0), sp.Integer(0)),
            Identity("alpha -> inf: a positive component becomes 1", sp.Limit(step, alpha, sp.oo), sp.Integer(1)),
            Identity("a negative one -1", sp.Limit(step.subs(u, -u), alpha, sp.oo), sp.Integer(-1)),
            Identity("a zero component is 0 for every alpha", sp.Subs(step, u, 0), sp.Integer(0)),
        ),
        follows="Componentwise: g'/alpha -> g~ as alpha -> 0, and g' -> sign(g), sign(0) = 0, as alpha -> inf.",
    )


EQ3_BOUND = Claim(
    key="eq3-bound",
    title="every component of the step is below 1",
    source=SOURCE,
    statement=r"\|g'\|_\infty < 1",
    proof=bound_proof,
    trial=bound_trial,
    space=Space(
        "gradients, n = 2",
        {
            **dict.fromkeys(("u1", "u2"), (-1.0, 1.0)),
            "log N": (-150.0, 150.0),
            "log alpha": (-3.0, 3.0),
            "log eps/N": (-16.0, 2.0),
        },
        bound_sides,
    ),
    remark="in floating point <= 1: the library's tanh rounds to exactly 1 beyond an argument that the trial finds",
)
EQ3_LIMITS = Claim(
    key="eq3-limits",
    title="normalised descent and the sign as limits in alpha",
    source=SOURCE,
    statement=(
        r"\lim_{\alpha \to 0} g'/\alpha = \tilde g, \quad \lim_{\alpha \to 0} g' = 0, \quad "
        r"\lim_{\alpha \to \infty} g' = \operatorname{sign}(g)"
    ),
    proof=limits_proof,
    remark="the first limit is of the step over alpha: the step shrinks with alpha; zero components stay 0",
)
