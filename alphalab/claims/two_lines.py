r"""What survives of a sigma that is no member of the family: the lines that it lies between, and what replaces M.

    a |u| <= |sigma(u)| <= b |u|,  |sigma(u)| <= c   on [-1, 1],  the sign kept, 0 < a
    sum sigma(u_i)^2 <= M^ = min over k >= 0 of  n max over u of [sigma(u)^2 - k (u^2 - 1/n)]      for |u|_2 <= 1

k >= 0, as |u|_2 < 1 where eps > 0: where sigma^2 falls M^ is more than n times its concave envelope at 1/n. By
bounded-slope and bounded-slope-best, mean N <= eps + (sqrt M^/a) sqrt(2 L Delta/T), and for the best iterate the factor
is (a+b)/(2 sqrt(ab)). Read for matrices, u is a singular value over the Frobenius norm, and n the smaller side.
All numbers come from balls, rounded outward. Source: theory2, section 1.
"""

from __future__ import annotations

import math

import numpy as np
import sympy as sp

from alphalab.claims.certificates.balls import POSITIVE
from alphalab.claims.certificates.cases import cases
from alphalab.claims.certificates.extremes import Slopes, Values, largest
from alphalab.claims.nonlinearity import U, elementwise

GRID = np.concatenate([np.geomspace(1e-6, 1e-2, 2000), np.linspace(1e-2, 1, 4000)])
TIGHT = 1e-4  # of M^, whose k is found in floats

Lines = tuple[float, float, float]


def lines(sigma: sp.Expr) -> Lines:
    """Return a from below, b and c from above; where a > 0 is not decided, b = c = infinity.

    >>> from alphalab.claims.nonlinearity import parsed
    >>> [round(one, 6) for one in lines(parsed("u*exp(-u**2)"))]
    [0.367879, 1.0, 0.428882]
    """
    f = cases(sigma.subs(U, POSITIVE))
    a = -largest(Slopes(f, -1))[1]
    return (a, largest(Slopes(f))[1], largest(Values(f))[1]) if a > 0 else (a, math.inf, math.inf)


def envelope(sigma: sp.Expr, known: Lines, n: int) -> float:
    """Return what M^ is not above, for a sigma between known lines: min(b^2, n c^2), or less by the best k."""
    from scipy.optimize import minimize_scalar  # a fifth of what it takes to import the claims

    (_, b, c), squares = known, elementwise(sigma)(GRID) ** 2

    def above(k: float) -> float:
        return float(np.max(squares - k * (GRID**2 - 1 / n)))

    best = minimize_scalar(above, bounds=(0, b**2), method="bounded").x
    k = sp.Rational(f"{best:.2e}")  # any k >= 0 is right: one that no last bit changes
    lifted = sigma.subs(U, POSITIVE) ** 2 - k * (POSITIVE**2 - sp.Rational(1, n))
    return min(b**2, n * c**2, n * largest(Values(cases(lifted)), TIGHT)[1])
