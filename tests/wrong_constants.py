"""Claims with a constant that is too good: half of L, 0.9 Delta, twice mu, D/2; each must be found out."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import sympy as sp

from alphalab.claims import Bound, claim
from alphalab.claims.facts.letters import JOINT_K, L0, L_INF, L_OP, M_SUM, RANK, S1, THETA, VARTHETA, b2, ell
from alphalab.claims.notation import D, Delta, L, alpha, expand, gamma_min, mu, n


def bound(key: str) -> Bound:
    found = claim(key)
    assert isinstance(found, Bound)
    return found


def changed(key: str, *pairs: tuple[Any, Any]) -> Bound:
    """The bound with letters of its formulas replaced."""
    old = bound(key)
    sides = {name: expand(getattr(old, name)).subs(list(pairs)) for name in ("left", "right")}
    assert any(sides[name] != expand(getattr(old, name)) for name in sides), "nothing was changed"
    return replace(old, **sides)


def share(letter: sp.Symbol, factor: Any) -> tuple[Any, Any]:
    return letter, letter / sp.Rational(str(factor))


def lower_price() -> tuple[Any, Any]:
    """M/1.01 in place of M."""
    square = sp.tanh(alpha / sp.sqrt(n)) ** 2
    return square, square / sp.Rational(101, 100)


def forget_momentum() -> tuple[Any, Any]:
    return bound("thm-6-sharp").quantities[0].symbol, sp.Integer(0)


STEEP = ("l0-l1", "l0-l1-norm", "l0-l1-decrease", "l0-l1-best")

WRONG: dict[str, Callable[[], Bound]] = {
    # smoothness constant halved; T1* and thm-1 hold with L/2 (best left/right is 1/2), and notice L/3
    **{
        f"{key}, L/2": functools.partial(changed, key, share(L, 2))
        for key in (
            "thm-2",
            "thm-2-rate",
            "thm-1-sharper",
            "thm-2-sharp",
            "thm-2-norm",
            "thm-2-best",
            "thm-3-sharp",
            "thm-3-limit",
            "thm-4-sharp",
            "thm-4-stationary",
            "thm-4-rate",
            "thm-5-rate",
            "thm-7-sharp",
            "thm-8",
            "best-iterate",
            "best-iterate-best",
            "best-iterate-decrease",
            "last-iterate",
        )
    },
    "thm-6-sharp, l/2": lambda: changed("thm-6-sharp", share(ell, 2)),  # the Lipschitz constant of the gradient
    **{f"{key}, L/3": functools.partial(changed, key, share(L, 3)) for key in ("thm-1", "thm-1-sharp")},
    **{
        f"{key}, 2 L": functools.partial(changed, key, (L, 2 * L)) for key in ("thm-4-slow", "thm-4-stall", "thm-5-set")
    },
    # smoothness that grows with the gradient: L0/2, and L1 forgotten in theta
    **{f"{key}, L0/2": functools.partial(changed, key, share(L0, 2)) for key in STEEP},
    **{f"{key}, no theta": functools.partial(changed, key, (THETA, sp.Integer(0))) for key in STEEP},
    # matrices: L/2, L_op/2, 0.9 Delta, one singular value less, W forgotten
    "spectral-thm-2, L/2": lambda: changed("spectral-thm-2", share(L, 2)),
    **{
        f"{key}, L_op/2": functools.partial(changed, key, share(L_OP, 2))
        for key in ("spectral-nuclear", "spectral-nuclear-norm")
    },
    **{
        f"{key}, 0.9 Delta": functools.partial(changed, key, (Delta, Delta * sp.Rational(9, 10)))
        for key in ("spectral-thm-2", "spectral-nuclear", "spectral-nuclear-norm")
    },
    **{
        f"{key}, k/2": functools.partial(changed, key, share(RANK, 2))
        for key in ("spectral-lemma-1", "spectral-lemma-2-upper", "spectral-thm-2", "spectral-nuclear-lemma")
    },
    "spectral-best, Q_w/1.05": lambda: changed("spectral-best", share(JOINT_K, 1.05)),
    # other methods: L/2, the dimension halved, eps forgotten in RMSProp's threshold, C_t 1 % lower
    **{
        f"{key}, L/2": functools.partial(changed, key, share(L, 2))
        for key in ("sign-rate", "normalized-rate", "gradient-rate", "rmsprop-decrease", "rmsprop-rate")
    },
    "gradient-rate-lipschitz, l/2": lambda: changed("gradient-rate-lipschitz", share(ell, 2)),
    "sign-rate-max-norm, L_inf/2": lambda: changed("sign-rate-max-norm", share(L_INF, 2)),
    **{f"{key}, n/2": functools.partial(changed, key, share(n, 2)) for key in ("sign-rate", "rmsprop-rate")},
    "rmsprop-dichotomy, no vartheta": lambda: changed("rmsprop-dichotomy", (VARTHETA, sp.Integer(0))),
    "rmsprop-rate, 2 b2": lambda: changed("rmsprop-rate", (b2, b2 / 2)),
    "adam-step, 1.01 S": lambda: changed("adam-step", (S1, S1 * sp.Rational(101, 100))),
    # D too small; D/2 is exactly where T1* and thm-1 are attained, 10 % below that they fall
    **{f"{key}, D/2.2": functools.partial(changed, key, share(D, 2.2)) for key in ("thm-1", "thm-1-sharp")},
    **{f"{key}, D/2": functools.partial(changed, key, share(D, 2)) for key in ("thm-1-sharper", "last-iterate")},
    # f_inf raised
    **{
        f"{key}, 0.9 Delta": functools.partial(changed, key, (Delta, Delta * sp.Rational(9, 10)))
        for key in (
            "thm-2",
            "thm-2-rate",
            "thm-1-sharper",
            "thm-2-sharp",
            "thm-2-norm",
            "thm-2-best",
            "thm-4-stationary",
            "thm-6-sharp",
            "thm-7-sharp",
            "thm-8",
            "best-iterate",
            "best-iterate-best",
            "smooth-maximum",
            "sign-rate",
            "sign-rate-max-norm",
            "normalized-rate",
            "gradient-rate",
            "gradient-rate-lipschitz",
            "rmsprop-dichotomy",
            "rmsprop-rate",
            "l0-l1",
            "l0-l1-norm",
            "l0-l1-best",
        )
    },
    "thm-1-sharp, Delta/4": lambda: changed("thm-1-sharp", share(Delta, 4)),
    # the Polyak-Lojasiewicz constant doubled
    **{
        f"{key}, 2 mu": functools.partial(changed, key, (mu, 2 * mu))
        for key in ("thm-3-sharp", "thm-3-rate", "thm-3-limit", "thm-4-rate", "thm-5-rate")
    },
    # gamma_min replaced by what it would be without eps (gamma_max is hidden by the slack 2 of thm-1)
    "thm-1, tanh alpha": lambda: changed("thm-1", (gamma_min, sp.tanh(alpha))),
    # M/1.01, the dimension halved, the momentum forgotten
    **{
        f"{key}, M/1.01": functools.partial(changed, key, lower_price())
        for key in ("lemma-1-dimension", "thm-2-sharp", "thm-2-norm", "thm-6-sharp", "thm-8", "l0-l1", "l0-l1-norm")
    },
    "thm-7-sharp, M/1.01": lambda: changed("thm-7-sharp", share(M_SUM, 1.01)),
    "last-iterate, n/2": lambda: changed("last-iterate", share(n, 2)),
    "thm-6-sharp, no momentum": lambda: changed("thm-6-sharp", forget_momentum()),
}
