r"""What three hypotheses on sigma give, and that tanh(alpha u) meets them.

    sigma odd, increasing, concave on [0, 1]   =>   phi(s) = sigma(sqrt s)^2 and psi(s) = sqrt s sigma(sqrt s) concave
    L1*: sigma(r)^2 <= ||g'||^2 <= n sigma(r/sqrt n)^2,     L2*: N sigma(r) <= <g,g'> <= N sqrt n sigma(r/sqrt n)

As |g~_i| <= 1, sigma is used on [0, 1] only. `family_proof` derives the sharp lemmas from the hypotheses alone;
`tanh_instance` shows that AlphaGrad is a member.
Source: theory, "One proof".
"""

from __future__ import annotations

import sympy as sp

from alphalab.claims.proof import Growth, Identity, Proof, Sign, Step

_z = sp.Symbol("z", nonnegative=True)
TANH_BELOW = Growth("z - tanh z is not negative for z >= 0", _z - sp.tanh(_z), _z, sp.tanh(_z) ** 2)


def family_proof() -> Proof:
    r"""L1* and L2* from the three hypotheses alone, s2 = sigma'' <= 0, s1 = sigma' >= 0, A = sigma(u)/u >= 0.

    (sigma/u)' = (u sigma' - sigma)/u^2 <= 0;   phi' = (sigma/u) sigma',  psi' = (sigma/u + sigma')/2 in s = u^2
    """
    u = sp.Symbol("u", positive=True)
    sigma, ratio, half = sp.Function("sigma")(u), sp.Function("A")(u), sp.Function("w")
    s1, A = sp.symbols(r"\sigma' A", nonnegative=True)
    s2, A1 = sp.symbols(r"\sigma'' A'", nonpositive=True)
    slope, bend = sp.Derivative(sigma, u), sp.Derivative(sigma, (u, 2))
    z = sp.Symbol("z", real=True)
    odd = half(z) - half(-z)
    product = sp.Derivative(ratio * slope, u)
    return Proof(
        steps=(
            Identity("the slope of sigma(u)/u", sp.Derivative(sigma / u, u), (u * slope - sigma) / u**2),
            Identity("its numerator is 0 at 0: sigma is odd", sp.Subs(z * sp.diff(odd, z) - odd, z, 0), sp.Integer(0)),
            Identity("the slope of its numerator", sp.Derivative(u * slope - sigma, u), u * bend),
            Sign("is not positive: so A = sigma(u)/u decreases, A' <= 0", u * s2, "<="),
            Identity("phi(s) = sigma(u)^2, s = u^2", sp.Derivative(sigma**2, u) / (2 * u), sigma / u * slope),
            Identity("the slope of A sigma'", product, sp.Derivative(ratio, u) * slope + ratio * bend),
            Sign("is not positive: phi' decreases", A1 * s1 + A * s2, "<="),
            Identity("psi(s) = u sigma(u), s = u^2", sp.Derivative(u * sigma, u) / (2 * u), (sigma / u + slope) / 2),
            Sign("and psi' decreases", (A1 + s2) / 2, "<="),
            Sign("phi and psi increase", A * s1 + (A + s1) / 2, ">="),
        ),
        follows=(
            "As |g~_i| = |g_i|/(||g||+eps) <= r <= 1, sigma is used on [0, 1] only, and this is where it has to be "
            "increasing and concave. There phi and psi are increasing, concave and 0 at 0 (where sigma has kinks, "
            "sigma' is the right derivative, and products and sums of non-negative non-increasing functions are still "
            "that). With s_i = g~_i^2 and sum s_i = r^2 <= 1, Jensen gives sum phi(s_i) <= n phi(r^2/n), "
            "subadditivity sum phi(s_i) >= phi(r^2), the same for psi: sigma(r)^2 <= ||g'||^2 <= n sigma(r/sqrt n)^2 "
            "<= M and r sigma(r) <= <g~,g'> <= r sqrt n sigma(r/sqrt n). As sigma(u)/u decreases, sigma(1) <= "
            "sigma(u)/u <= sigma'(0) on (0, 1]: L3* and L4*."
        ),
    )


def tanh_instance() -> Proof:
    r"""sigma = tanh(alpha u) is a member, and tanh(t)/t decreases by two integrations of one plain sign.

    v = 1 - exp(-2t) = q/(1+q),  F(v) = 1 - (1-v)^2 + 2(1-v) ln(1-v),  F(0) = F'(0) = 0,  F'' = 2v/(1-v) >= 0
    """
    alpha, u, t = (sp.Symbol(name, positive=True) for name in (r"\alpha", "u", "t"))
    q, G = sp.symbols("q F'", nonnegative=True)
    x, y = sp.Symbol("x", real=True), sp.Symbol("v", positive=True)
    sigma = sp.tanh(alpha * u)
    slope, bend = alpha / sp.cosh(alpha * u) ** 2, -2 * alpha**2 * sigma / sp.cosh(alpha * u) ** 2
    F = 1 - (1 - y) ** 2 + 2 * (1 - y) * sp.log(1 - y)
    along = sp.Subs(sp.diff(F, y), y, q / (1 + q))
    first = 2 * sp.log(1 + q) - 2 * q / (1 + q)
    gap = (sp.tanh(t) - t * (1 - sp.tanh(t) ** 2)).rewrite(sp.exp)
    v = 1 - sp.exp(-2 * t)
    return Proof(
        steps=(
            Identity("tanh is odd", sp.tanh(-alpha * x, evaluate=False), -sp.tanh(alpha * x)),
            Identity("its slope", sp.Derivative(sigma, u), slope),
            Sign("is positive: it increases", slope, ">"),
            Identity("its second derivative", sp.Derivative(sigma, (u, 2)), bend),
            Sign("is negative: it is strictly concave on [0, inf)", bend, "<"),
            *strict_steps(),
            Identity("t^2 times minus the slope of tanh(t)/t", gap, F.subs(y, v) / (2 - v) ** 2),
            Identity("F' at v = q/(1+q)", along, first),
            Growth("F' >= 0", first, q, 2 * q / (1 + q) ** 2),
            Identity("F is 0 at 0", sp.Subs(F, y, 0), sp.Integer(0)),
            Sign("and increases with q, so that F >= 0", G / (1 + q) ** 2, ">="),
        ),
        follows=(
            "So tanh(t)/t decreases, and with t = alpha x <= alpha: tanh(alpha x) >= x tanh(alpha) on [0, 1], the "
            "inequality of Lemma 2. All that family_proof derives holds, sigma(1) = tanh(alpha), sigma'(0) = alpha; "
            "phi and psi being strictly concave, the upper bounds of L1* and L2* are attained only where all |g_i| are "
            "equal, the lower ones only where one component is not 0 (or none)."
        ),
    )


def strict_steps() -> tuple[Step, ...]:
    """Return that phi' = A sigma' and psi' = (A + sigma')/2 fall strictly where sigma'' < 0, with A > 0, A' <= 0."""
    A, s1 = sp.Symbol("A", positive=True), sp.Symbol(r"\sigma'", nonnegative=True)
    A1, s2 = sp.Symbol("A'", nonpositive=True), sp.Symbol(r"\sigma''", negative=True)
    return (
        Sign("so phi' falls strictly", A1 * s1 + A * s2, "<"),
        Sign("and psi' does", (A1 + s2) / 2, "<"),
    )
