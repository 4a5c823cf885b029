r"""Facts and terms that several conclusions share: the shape of the tanh, the descent lemma summed.

tanh(alpha u) lies over its chords from 0 and under its tangents;  z >= tanh z;  z -> tanh z - z/cosh^2 z grows
f(x_{t+1}) <= f(x_t) - eta <g_t,g'_t> + (L eta^2/2) ||g'_t||^2, summed over t, f >= f_inf
"""

from __future__ import annotations

import sympy as sp

from alphalab.claims.conclusion import Fact, Term, chord, given, grown, plain, rising, tangent, term
from alphalab.claims.facts.letters import u
from alphalab.claims.notation import Formula, N, T, alpha, eps, eta, n, r

x, z = sp.Symbol("x", nonnegative=True), sp.Symbol("z", nonnegative=True)
y = sp.Symbol("y", positive=True)
SIGMA = sp.tanh(alpha * x)
SLOPE, BEND = alpha * sp.sech(alpha * x) ** 2, -2 * alpha**2 * sp.tanh(alpha * x) * sp.sech(alpha * x) ** 2
LEVEL = r / sp.sqrt(n)  # every component, where all are equal

OVER_1 = chord(SIGMA, x, BEND, sp.Integer(1), u, given("u_i <= 1"))
OVER_R = chord(SIGMA, x, BEND, r, u, given("u_i <= r"))
UNDER = tangent(SIGMA, x, BEND, LEVEL, u)
TOUCH = SLOPE.subs(x, LEVEL)  # of that tangent a + s u, a >= 0:
START = grown(sp.tanh(z) - z * sp.sech(z) ** 2, z, 2 * z * sp.tanh(z) * sp.sech(z) ** 2, alpha * LEVEL)
BELOW = grown(z - sp.tanh(z), z, sp.tanh(z) ** 2, alpha * u)


def below(at: Formula) -> Fact:
    """Return z >= tanh z at a point."""
    return grown(z - sp.tanh(z), z, sp.tanh(z) ** 2, at)


def grows(high: Formula, low: Formula, room: tuple[Formula, Fact]) -> Fact:
    """Return tanh(alpha high) >= tanh(alpha low)."""
    return rising(SIGMA, x, SLOPE, high, low, room)


def summed(weight: Formula, low: str = "f_inf", step: str = "descent", rate: Formula = eta) -> tuple[Term, Term]:
    """Return weight times the descent lemma over all steps: its mean over eta, and what f is at the end over eta T."""
    return (term(weight / rate, given(step), over="steps"), term(weight / (rate * T), given(low)))


H = y**2 / (y + eps)  # h, and by how much it lies over its tangent
OVER_TANGENT = plain(eps**2 * (N - y) ** 2 / ((N + eps) * (y + eps) ** 2))
SLOPE_OF_H = y * (y + 2 * eps) / (y + eps) ** 2
