"""Why rho rises with alpha from 1 to n: the slope of its logarithm falls. Source: theory, notation."""

from __future__ import annotations

import sympy as sp

from alphalab.claims import notation
from alphalab.claims.notation import alpha, n
from alphalab.claims.proof import Growth, Identity, Step

rho = notation.expand(notation.rho)


def rise_steps() -> tuple[Step, ...]:
    """Return why rho rises from 1 to n: the slope of log rho is 2 (w(alpha/sqrt n) - w(alpha))/alpha, and w falls."""
    t, u = sp.Symbol("t", nonnegative=True), alpha / sp.sqrt(n)
    w = 2 * t / sp.sinh(2 * t)
    steeper = t * sp.cosh(t) - sp.sinh(t)
    rise = (1 - sp.tanh(t) ** 2) / sp.tanh(t)  # of log tanh(t)
    return (
        Identity("in general, with u = alpha/sqrt n", sp.UnevaluatedExpr(rho) / n, (sp.tanh(u) / sp.tanh(alpha)) ** 2),
        Identity(
            "so (log rho)'/2 is the slope of log tanh(u) - log tanh(alpha)",
            sp.Derivative(sp.log(sp.tanh(u)) - sp.log(sp.tanh(alpha)), alpha),
            rise.subs(t, u) / sp.sqrt(n) - rise.subs(t, alpha),
        ),
        Identity("which is (w(u) - w(alpha))/alpha with w(t) = 2t/sinh 2t", t * rise, w),
        Identity(
            "w has the derivative",
            sp.Derivative(w, t),
            -2 * steeper.subs(t, 2 * t) / sp.sinh(2 * t) ** 2,
        ),
        Growth("which is not positive: w falls, and alpha/sqrt n <= alpha", steeper, t, t * sp.sinh(t)),
        Identity("rho starts from 1", sp.Limit(rho, alpha, 0), sp.S(1)),
        Identity("and ends at n", sp.Limit(rho, alpha, sp.oo), n),
    )
