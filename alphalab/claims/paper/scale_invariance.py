r"""Section 4: does the step depend on the scale of the gradient?

    g'(c g; eps) = g'(g; eps/c),   c > 0

The exact law. The step is scale invariant only at eps = 0, and nearly so where N >> eps.
Source: S. Sane, arXiv 2504.16020v2, section 4 and table 1.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import sympy as sp

from alphalab.arrays import norm, roundoff
from alphalab.claims.claim import Claim, Finding
from alphalab.claims.evidence import DIMENSIONS, gradients
from alphalab.claims.notation import N, alpha, eps
from alphalab.claims.proof import Identity, Proof, Sign, Witness
from alphalab.claims.space import Space, Values
from alphalab.optimizers import AlphaGrad

SCALES = (2.0, 10.0, 1e3)


def step(u: sp.Expr, norm: sp.Expr, epsilon: sp.Expr, steepness: sp.Expr = alpha) -> sp.Expr:
    """One component of the step, tanh(alpha u/(norm + epsilon))."""
    return sp.tanh(steepness * u / (norm + epsilon))


def proof() -> Proof:
    """N(c g) = c N(g) for any number of components, then one component of the step."""
    i, n = sp.Symbol("i", integer=True), sp.Symbol("n", integer=True, positive=True)
    g, c = sp.IndexedBase("g", real=True), sp.Symbol("c", positive=True)
    u = sp.Symbol("g_i", real=True)

    def size(factor: sp.Expr) -> sp.Expr:
        return sp.sqrt(sp.Sum((factor * g[i]) ** 2, (i, 1, n)))

    return Proof(
        steps=(
            Identity("the norm is homogeneous", size(c), c * size(sp.S(1))),
            Identity("the step at c g is the step at g with eps/c", step(c * u, c * N, eps), step(u, N, eps / c)),
            Identity("at eps = 0 it is invariant", sp.Subs(step(c * u, c * N, eps), eps, 0), step(u, N, sp.S(0))),
            Identity(
                "as it is in the limit of a large scale",
                sp.Limit(step(c * u, c * N, eps), c, sp.oo),
                step(u, N, sp.S(0)),
            ),
        ),
        follows="g~ = c g/(c N + eps) = g/(N + eps/c): scaling the gradient by c divides eps by c.",
    )


def witness() -> Witness:
    """n = 1, g = 1, eps = 3, alpha = 2 ln 3, and three times the gradient: steps 1/2 and 4/5."""
    one, three, steepness = sp.S(1), sp.S(3), 2 * sp.log(3)
    small, large = step(one, one, three, steepness), step(three, three, three, steepness)
    return Witness(
        sentence="n = 1, eps = 3, alpha = 2 ln 3: the step at g = 1 is 1/2, at g = 3 it is 4/5",
        steps=(
            Identity("the step at g = 1", small, sp.Rational(1, 2)),
            Identity("the step at g = 3", large, sp.Rational(4, 5)),
            Sign("differs", large - small, ">"),
        ),
    )


def trial() -> Iterator[Finding]:
    """The law on the library's own steps, gradients of every size."""
    for n in DIMENSIONS:
        g = gradients(n)
        g = g[np.max(np.abs(g), axis=-1) < 1e300]  # c g is to stay finite
        for epsilon in (0.0, 1e-8, 1.0):
            wrong = [differs(g, c, epsilon) for c in SCALES]
            yield Finding(
                case=f"g'(c g; eps) = g'(g; eps/c), n = {n}, eps = {epsilon:g}",
                instances=sum(w.size for w in wrong),
                violations=sum(int(np.sum(w)) for w in wrong),
            )


def differs(g: np.ndarray, c: float, epsilon: float) -> np.ndarray:
    """Where g'(c g; eps) and g'(g; eps/c) differ by more than their rounding errors, component by component."""
    scaled, _ = AlphaGrad(epsilon=epsilon).direction(c * g, (), g)
    divided, _ = AlphaGrad(epsilon=epsilon / c).direction(g, (), g)
    return ~(np.abs(scaled - divided) <= roundoff(g.shape[-1], g.dtype) * np.abs(divided))


def sides(values: Values) -> tuple[np.ndarray, np.ndarray]:
    """||g'(c g; eps) - g'(g; eps)|| against the rounding error of g', at the gradient (cos a, sin a)."""
    g = np.stack([np.cos(values["angle"]), np.sin(values["angle"])], axis=-1)
    method = AlphaGrad(alpha=10.0 ** values["log alpha"], epsilon=10.0 ** values["log eps"])
    scaled, _ = method.direction(10.0 ** values["log c"][:, None] * g, (), g)
    plain, _ = method.direction(g, (), g)
    return norm(scaled - plain), roundoff(2, g.dtype) * norm(plain)


SECTION_4_INVARIANCE = Claim(
    key="sec4-invariance",
    title="the step does not depend on the scale of the gradient",
    source="arXiv 2504.16020v2, section 4",
    verdict="corrected",
    statement=r"g'(c\,g; \varepsilon) = g'(g; \varepsilon) \quad (c > 0)",
    proof=proof,
    witness=witness,
    trial=trial,
    space=Space(
        "unit gradients, n = 2",
        {"angle": (0.0, np.pi), "log c": (-3.0, 3.0), "log alpha": (-3.0, 3.0), "log eps": (-20.0, 2.0)},
        sides,
    ),
    correction="g'(c g; eps) = g'(g; eps/c): invariant at eps = 0, nearly so only where N >> eps",
)
