"""What the claims become at their ends: alpha -> 0 and inf, no momentum, no noise, one dimension. Each by sympy.

Source: theory2, section 7, by its numbers there.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import sympy as sp

from alphalab.claims import Bound, claim, sharp
from alphalab.claims.facts.letters import L0, LAMBERT, S1, S2, S12, THETA, c, ell
from alphalab.claims.notation import B, D, Delta, L, M, T, alpha, eps, eta, expand, h_inverse, mu, n, rho
from alphalab.claims.theory.noise import MEAN_NOISE
from alphalab.claims.theory.other_methods import RIGHT_NORMALISED, RIGHT_SIGN

s, x = sp.symbols("s x", positive=True)
WHOLE = expand(B)


def right(key: str) -> sp.Expr:
    found = claim(key)
    assert isinstance(found, Bound)
    return expand(found.right)


def zero(formula: Any) -> bool:
    return bool(sp.simplify(formula) == 0)


def limits() -> dict[str, Any]:
    """Number and words -> (what it becomes, what that is)."""
    price = expand(rho)
    hinge = sp.Symbol("g", positive=True)
    phi = eps * (-x - sp.log(1 - x))
    gamma, v, d, at = sp.symbols("gamma v d x_t", positive=True)
    now = at - gamma / (1 - gamma) * v
    moved = gamma * v + eta * d
    then = (at - moved) - gamma / (1 - gamma) * moved
    falling = 2 * L * D**2 / (T + 1)
    frank_wolfe = (1 - 2 / (T + 1)) * falling + L * (2 * D / (T + 1)) ** 2 / 2
    a, b = sp.symbols("a b", positive=True)
    return {
        "1 B is signSGD's bound as alpha -> inf": (sp.limit(WHOLE, alpha, sp.oo), RIGHT_SIGN),
        "2 B/tanh is normalised descent's as alpha -> 0": (
            sp.limit((WHOLE / sp.tanh(alpha)).subs(eta, s / alpha), alpha, 0),
            RIGHT_NORMALISED.subs(eta, s),
        ),
        "3 rho -> 1": (sp.limit(price, alpha, 0), sp.Integer(1)),
        "3 rho -> n": (sp.limit(price, alpha, sp.oo), n),
        "4 the reference function of g/(g + eps)": (sp.diff(phi, x).subs(x, hinge / (hinge + eps)), hinge),
        "5 N2 at rho = 1, eps = 0": (right("last-iterate").subs(eps, 0).subs(n, 1), falling),
        "5 is Frank and Wolfe's recursion": (
            2 * L * D**2 / (T + 2) - frank_wolfe,
            2 * L * D**2 / ((T + 1) ** 2 * (T + 2)),
        ),
        "6 N6 at theta = 0 is T2*": (right("l0-l1").subs(THETA, 0), WHOLE.subs(L, L0)),
        "8 N4 without noise is T2*": (right("noise").subs(MEAN_NOISE, 0), eps + WHOLE / sp.tanh(alpha)),
        "9 T6* without momentum is T2*": (right("thm-6-sharp").subs(c, 0), WHOLE.subs(L, ell)),
        "11 h of its inverse": (h_inverse(x) ** 2 / (h_inverse(x) + eps), x),
        "11 h^{-1} at eps = 0": (h_inverse(x).subs(eps, 0), x),
        "13 Adam's C where b1 = b2": ((sp.sqrt(S2 * S12) / S1).subs({S2: S1, S12: S1}), sp.Integer(1)),
        "13 Adam's C where b1 = 0": ((sp.sqrt(S2 * S12) / S1).subs({S1: 1, S12: 1}), sp.sqrt(S2)),
        "14 the 2-cycle's N is T2*'s floor at n = 1": (
            sp.limit((WHOLE / sp.tanh(alpha)).subs(n, 1), T, sp.oo),
            L * eta * sp.tanh(alpha) / 2,
        ),
        "15 Kantorovich's factor": (((a + b) / (2 * sp.sqrt(a * b))).subs(a, b), sp.Integer(1)),
        "16 T3*'s rate at rho = 1 is gradient descent's": ((1 - mu / (price * L)).subs(n, 1), 1 - mu / L),
        "17 one singular value: M = sigma(1)^2": (expand(M).subs(n, 1), sp.tanh(alpha) ** 2),
        "19 sign descent's best step": (
            sp.solve(sp.diff(RIGHT_SIGN, eta), eta)[0],
            sp.sqrt(2) * sp.sqrt(Delta) / sp.sqrt(L * T * n),
        ),
        "20 z moves by eta d/(1 - gamma)": (then - now, -eta * d / (1 - gamma)),
        "22 RMSProp's threshold is T4*'s at alpha = 1": ((2 * eps / (alpha * L)).subs(alpha, 1), 2 * eps / L),
    }


@pytest.mark.parametrize("words", limits())
def test_an_endpoint_is_what_it_is_said_to_be(words: str) -> None:
    became, expected = limits()[words]
    assert zero(became - expected)
    assert not zero(became - expected * sp.Rational(101, 100))


def test_lambert_s_number_is_the_one_in_use() -> None:
    """10, to 40 digits."""
    W = sp.LambertW(sp.exp(-1))
    assert abs(sp.N(W * sp.exp(1 + W) - 1, 40, chop=True)) < 1e-39
    assert float(sp.LambertW(sp.exp(-1))) == pytest.approx(LAMBERT, rel=1e-15)


@pytest.mark.parametrize(("steep", "size"), [(0.5, 10), (3.0, 1000), (30.0, 10)])
def test_the_joint_price_without_w_is_the_price(steep: float, size: int) -> None:
    """21."""
    assert float(sharp.Q_joint(steep, size, np.zeros(1))[0]) == pytest.approx(float(sharp.Q(steep, size)), rel=2e-5)
