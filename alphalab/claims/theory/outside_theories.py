r"""The map g -> tanh(alpha g/(||g||+eps)) is no gradient of a function and not monotone, n >= 2, 0 < alpha < inf.

    d d_i/d g_j = -alpha sech^2(alpha g~_i) g_i g_j/(N (N+eps)^2):     symmetric only where |g_i| = |g_j| or one is 0
    eps = 0, alpha = (25/2) ln 2, g = (7, 24), h = (3, 4)/100:         <d(g)-d(h), g-h> < 0

So neither nonlinear preconditioning (arXiv 2502.08532) nor Lion-K (2310.05898) covers AlphaGrad; both cover its limits.
Source: theory, N8; theory2, section 6.
"""

from __future__ import annotations

import sympy as sp

from alphalab.claims.claim import Claim
from alphalab.claims.notation import alpha, eps
from alphalab.claims.proof import Identity, Proof, Sign

SOURCE = "the lab's theory, N8"


def gradient_proof() -> Proof:
    """The derivative matrix is not symmetric: of the other components only the rest of N^2 is seen."""
    g, h, rest = sp.Symbol("g_1", positive=True), sp.Symbol("g_2", positive=True), sp.Symbol("R", nonnegative=True)
    N, n = sp.sqrt(g**2 + h**2 + rest), sp.Symbol("N", positive=True)
    less = sp.Symbol("(g_{2}-g_{1})", positive=True)
    first, second = (sp.tanh(alpha * one / (N + eps)) for one in (g, h))
    scale = alpha * g * h / (N * (N + eps) ** 2)
    a, b = sp.symbols("a b", positive=True)
    return Proof(
        steps=(
            Identity(
                "the derivative of d_1 along g_2",
                sp.Derivative(first, h),
                -scale / sp.cosh(alpha * g / (N + eps)) ** 2,
            ),
            Identity(
                "of d_2 along g_1",
                sp.Derivative(second, g),
                -scale / sp.cosh(alpha * h / (N + eps)) ** 2,
            ),
            Identity(
                "sech^2(a) - sech^2(a+b)",
                1 / sp.cosh(a) ** 2 - 1 / sp.cosh(a + b) ** 2,
                sp.sinh(b) * sp.sinh(2 * a + b) / (sp.cosh(a) ** 2 * sp.cosh(a + b) ** 2),
            ),
            Sign(
                "is positive, a = alpha g_1/(N+eps), b = alpha (g_2-g_1)/(N+eps): where 0 < g_1 < g_2 they differ",
                alpha * g * (g + less) / (n * (n + eps) ** 2) * sp.sinh(b) * sp.sinh(2 * a + b) / sp.cosh(a) ** 2,
                ">",
            ),
        ),
        follows="The derivative of a gradient that is continuously differentiable is symmetric; off 0 this one is not.",
    )


def squashed(j: int, base: sp.Expr) -> sp.Expr:
    """tanh(j ln(base)/2) = (base^j - 1)/(base^j + 1)."""
    return (base**j - 1) / (base**j + 1)


def pair(steepness: sp.Expr, g: sp.Matrix, h: sp.Matrix, base: sp.Expr) -> tuple[Identity | Sign, ...]:
    """The four components of d(g) and d(h) at eps = 0, and <d(g)-d(h), g-h>."""
    unit = [one / v.norm() for v in (g, h) for one in v]
    exact = [squashed(int(2 * steepness / sp.log(base) * one), base) for one in unit]
    product = (exact[0] - exact[2]) * (g[0] - h[0]) + (exact[1] - exact[3]) * (g[1] - h[1])
    shown = sp.UnevaluatedExpr
    inner = shown(exact[0] - exact[2]) * shown(g[0] - h[0]) + shown(exact[1] - exact[3]) * shown(g[1] - h[1])
    told = f"g = {tuple(g)}, h = {tuple(h)}"
    return (
        *(
            Identity(f"a component, {told}", sp.tanh(shown(steepness) * one).rewrite(sp.exp), value)
            for one, value in zip(unit, exact, strict=True)
        ),
        Identity(f"<d(g)-d(h), g-h>, {told}", inner, product),
        Sign("is negative", product, "<"),
    )


def monotone_proof() -> Proof:
    """Two exact pairs; and for every alpha and n what the derivative does where r = N/(N+eps) is near 1."""
    a, c, r = sp.symbols("a c r", positive=True)
    b = sp.Symbol("b", real=True, nonzero=True)
    part = sp.Matrix([[(1 - r) * a, (2 - r) * b / 2], [(2 - r) * b / 2, c]])
    whole = sp.log(2) * sp.Rational(25, 2), sp.Matrix([7, 24]), sp.Matrix([3, 4]) / 100, sp.Integer(2)
    mild = sp.Rational(65, 2) * sp.log(sp.Rational(33, 32)), sp.Matrix([3, 4]), sp.Matrix([15, 36]), sp.Rational(33, 32)
    return Proof(
        steps=(
            *pair(*whole),
            *pair(*mild),
            Identity(
                "the symmetric part of the derivative on g/N and w orthogonal to it, a, b, c = <Sv,v>, <Sv,w>, <Sw,w>",
                part.det(),
                (1 - r) * a * c - (2 - r) ** 2 * b**2 / 4,
            ),
            Identity(
                "its determinant as r -> 1", sp.Subs((1 - r) * a * c - (2 - r) ** 2 * b**2 / 4, r, 1), -(b**2) / 4
            ),
            Sign("is negative: it is indefinite there", -(b**2) / 4, "<"),
        ),
        follows=(
            "S = diag sech^2(alpha g~_i), the derivative is (alpha/(N+eps)) S (I - r v v^T), v = g/N: <Sv,w> is "
            "not 0 for some g with |g_i| != |g_j|, both not 0, for every n >= 2 and alpha; large |g| brings r as "
            "near 1 as needed."
        ),
    )


NOT_GRADIENT = Claim(
    key="map-not-gradient",
    title="the direction is no gradient of a function of g",
    source=SOURCE,
    statement=(
        r"\frac{\partial d_1}{\partial g_2} \ne \frac{\partial d_2}{\partial g_1} "
        r"\text{ where } 0 < g_1 < g_2, n \ge 2, \alpha > 0"
    ),
    proof=gradient_proof,
    remark="so nonlinear preconditioning and Lion-K do not cover AlphaGrad, n > 1, only its limits",
)
NOT_MONOTONE = Claim(
    key="map-not-monotone",
    title="the direction is not monotone in g",
    source=SOURCE,
    statement=(
        r"\forall\, n \ge 2, 0 < \alpha < \infty, \varepsilon \ge 0\ \exists\, g, h: "
        r"\langle d(g) - d(h), g - h\rangle < 0"
    ),
    proof=monotone_proof,
    remark="exact at eps = 0, alpha = (25/2) ln 2, g = (7, 24), h = (3, 4)/100; and at alpha = (65/2) ln(33/32)",
)
OUTSIDE = (NOT_GRADIENT, NOT_MONOTONE)
