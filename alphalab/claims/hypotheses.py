"""The hypotheses on sigma, decided on (0, 1]: proved by plain forms, certified by balls, failed at a point, or open.

    is_odd, is_increasing, is_concave   what the sharp lemmas and the theorems need
    has_falling_elasticity              u sigma'/sigma does not increase: the best iterate sees Q (N1)
    has_falling_price                   R = (sigma')'/(sigma/u)' does not increase: Q is a one-dimensional maximum

sigma is used on [-1, 1] only, as |g_i|/(||g||+eps) <= 1.
"""

from __future__ import annotations

from fractions import Fraction

import sympy as sp

from alphalab.claims.certificates import cases, properties
from alphalab.claims.certificates.balls import POSITIVE
from alphalab.claims.certificates.cases import Answer, decide, failure
from alphalab.claims.certificates.signs import derivative, sign_of
from alphalab.claims.nonlinearity import U, number

UNDEFINED = (sp.nan, sp.zoo, sp.oo, -sp.oo)


def is_odd(sigma: sp.Expr) -> Answer:
    """sigma(0) = 0 and sigma(-u) = -sigma(u) on (0, 1]."""
    at_zero = sigma.subs(U, 0)
    if (sign := sign_of(at_zero)) != 0:
        known = sign is not None or is_undefined(at_zero)
        why = f"sigma(0) = {shown(at_zero)}"
        return failure(Fraction(0), why) if known else Answer("undecided", why)
    if is_undefined(sigma.subs(U, -1)):
        return failure(Fraction(1), "sigma(-1) = undefined")
    both = sigma.subs(U, -POSITIVE) + sigma.subs(U, POSITIVE)
    found = decide(properties.is_zero, properties.is_broken_zero, both, "sigma(-u) + sigma(u)")
    return Answer("proved", "sigma(-u) + sigma(u) = 0") if found.holds else found


def is_increasing(sigma: sp.Expr) -> Answer:
    """sigma' >= 0 on (0, 1], no jump down, sigma(0+) >= 0; whatever else is found, sigma(1) > 0 and sigma'(0) >= 0."""
    half, at_one, slope = sigma.subs(U, POSITIVE), sigma.subs(U, 1), slope_at_zero(sigma)
    sign, why = sign_of(at_one), f"sigma(1) = {shown(at_one)}"
    if sign in (0, -1) or is_undefined(at_one):
        return failure(Fraction(1), f"{why}; it must be > sigma(0) = 0")
    if sign_of(slope) == -1:
        return failure(Fraction(0), f"sigma'(0) = {shown(slope)}")
    found = _from_zero(half, decide(properties.is_increasing, properties.is_falling, half, "sigma' >= 0"))
    return Answer("undecided", why) if found.holds and sign is None else found


def is_concave(sigma: sp.Expr) -> Answer:
    """sigma'' <= 0 on (0, 1], no jump but up from 0, and slopes that do not increase where cases meet."""
    half = sigma.subs(U, POSITIVE)
    return _from_zero(half, decide(properties.is_concave, properties.is_below_a_chord, half, "sigma'' <= 0"))


def _from_zero(half: sp.Expr, found: Answer) -> Answer:
    """The answer for (0, 1], once sigma(0+) >= sigma(0) = 0: a jump up from 0 is concave and increasing, as in sign."""
    sign = sign_of(_start(half).subs(POSITIVE, 0))
    if not found.holds or sign in (0, 1):
        return found
    return Answer("undecided", "sigma(0+)") if sign is None else failure(Fraction(0), "sigma(0+) < 0")


def has_falling_elasticity(sigma: sp.Expr) -> Answer:
    """Whether u sigma'/sigma does not increase on (0, 1], for sigma > 0 concave: then Q(alpha r) <= Q(alpha)."""
    half = sigma.subs(U, POSITIVE)
    if _tanh_part(half) == 0:
        return Answer("proved", "a tanh: best-iterate-lemma")
    return decide(properties.has_falling_elasticity, properties.is_rising_elasticity, half, "u sigma'/sigma")


def has_falling_price(sigma: sp.Expr) -> Answer:
    """Whether sigma'' < 0 and R = (sigma')'/(sigma/u)' does not increase on (0, 1]: then q-one-dimensional holds."""
    half = sigma.subs(U, POSITIVE)
    if _tanh_part(half) is not None:
        return Answer("proved", "a tanh and a linear part, of which R sees nothing: q-one-dimensional")
    if sign_of(_start(half).subs(POSITIVE, 0)) != 0 or not slope_at_zero(sigma).is_finite:
        return Answer("undecided", "sigma is not smooth at 0")
    return decide(properties.has_falling_price, properties.is_rising_price, half, "R")


def _tanh_part(half: sp.Expr) -> sp.Expr | None:
    """Return m where sigma is c tanh(k u) + m u with c, k > 0; None where it is not."""
    c, k, m = (sp.Wild(name, exclude=[POSITIVE]) for name in "ckm")
    found = half.match(c * sp.tanh(k * POSITIVE) + m * POSITIVE) or {}
    return found[m] if len(found) == 3 and sign_of(found[c]) == sign_of(found[k]) == 1 else None


def _start(half: sp.Expr) -> sp.Expr:
    """Return the smooth formula that holds on some (0, w]; nan where it is not decided."""
    try:
        found = cases.near_zero(cases.cases(half))
    except ValueError:  # too many cases
        return sp.nan
    return sp.nan if found is None else found


def slope_at_zero(sigma: sp.Expr) -> sp.Expr:
    """Return sigma'(0), from the right; infinity where sigma jumps at 0 or is vertical there."""
    start = _start(sigma.subs(U, POSITIVE))
    if sign_of(start.subs(POSITIVE, 0)) == 1:
        return sp.oo
    slope = derivative(start, 1).subs(POSITIVE, 0)
    return sp.oo if slope in (sp.zoo, sp.oo) else slope


def is_undefined(value: sp.Expr) -> bool:
    """Whether a value is plainly no real number."""
    if value.has(*UNDEFINED, sp.AccumBounds):
        return True
    return bool(value.is_number and sign_of(sp.im(value)) in (1, -1))


def shown(value: sp.Expr) -> str:
    """Return an exact number to 6 digits, a form in parameters as it is."""
    if is_undefined(value):
        return "undefined"
    if value.is_number and sign_of(value) in (1, -1):
        return f"{number(value):.6g}"
    return str(value)
