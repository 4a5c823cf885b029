r"""Signs on a box [low, high] from balls.

    Box.sign     f^(k) by c_k on the box, or by c_k at its middle and c_(k+1) on it (mean value theorem), or, where
                 f^(k) and j - 1 further derivatives are exactly 0 at an end, by c_(k+j) on it (Taylor)
    Box.falls    whether the elasticity u y'/y of y = f, or of y = f - u f', does not increase

with f(x + h) = c_0 + c_1 h + c_2 h^2 + ... of `balls`. Signs are 1 for >= 0, -1 for <= 0, 0 for both, None for what is
not decided.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import sympy as sp

from alphalab.claims.certificates.balls import POSITIVE, Ball, Series, centred, series
from alphalab.claims.certificates.signs import derivative, sign_of
from alphalab.claims.certificates.spans import ball

MOST_ZEROS = 6


@functools.cache
def _is_zero(f: sp.Expr, order: int, point: Fraction) -> bool:
    return sign_of(derivative(f, order).subs(POSITIVE, sp.Rational(point.numerator, point.denominator))) == 0


def _ball_sign(value: Ball) -> int | None:
    rising, falling = bool(value >= 0), bool(value <= 0)
    return int(rising) - int(falling) if rising or falling else None


@dataclass(frozen=True)
class Box:
    """All u in [low, high], rational; of [0, high] what is said holds for u > 0."""

    low: Fraction
    high: Fraction

    @property
    def middle(self) -> Fraction:
        """The point between the ends."""
        return (self.low + self.high) / 2

    @functools.cached_property
    def ball(self) -> Ball:
        """The ball that holds both ends."""
        return ball(self.low).union(ball(self.high))

    def halves(self) -> tuple[Box, Box]:
        """Return the two halves."""
        return Box(self.low, self.middle), Box(self.middle, self.high)

    def sign(self, f: sp.Expr, order: int = 0) -> int | None:
        """Return the sign of f^(order) on the box."""

        def coefficient(x: Ball, k: int) -> Ball:
            """f^(order)/order! for k = 0, its slope for k = 1."""
            return series(f, x, order + k + 1)[order + k] * (order + 1 if k else 1)

        if (found := self._settled(coefficient)) is not None:
            return found
        return next((sign for end in (self.low, self.high) if (sign := self._from(f, order, end)) is not None), None)

    def _settled(self, coefficient: Callable[[Ball, int], Ball]) -> int | None:
        """Return the sign of what coefficient(., 0) is, on the box or from its middle; coefficient(., 1) its slope."""
        if (found := _ball_sign(coefficient(self.ball, 0))) is not None:
            return found
        middle = ball(self.middle)
        return _ball_sign(coefficient(middle, 0) + coefficient(self.ball, 1) * (self.ball - middle))

    def _from(self, f: sp.Expr, order: int, end: Fraction) -> int | None:
        """Return the sign by Taylor's theorem, where f^(order) is exactly 0 at this end."""
        if not series(f, ball(end), order + 1)[order].contains(0):
            return None
        zeros = 0
        while zeros < MOST_ZEROS and _is_zero(f, order + zeros, end):
            zeros += 1
        found = _ball_sign(series(f, self.ball, order + zeros + 1)[order + zeros])
        return -found if found and end == self.high and zeros % 2 else found

    def strict(self, f: sp.Expr) -> int | None:
        """Return the sign of f where it is nowhere 0 on the box."""
        over = series(f, self.ball, 1)[0]
        return 1 if over > 0 else -1 if over < 0 else None

    def falls(self, f: sp.Expr, order: int) -> int | None:
        """Return -1 or 0 where the elasticity of f (order 0) or of f - u f' (order 2) does not increase.

        From 0, the first derivative y of f (of f'') that is not 0 there stands for it: where y has one sign and its
        elasticity falls on (0, w], so do those of its integrals from 0. E(0) = y y', where y' is 0 there E' decides.
        """
        if order == 2 and not (self.low == 0 or series(f, self.ball, 3)[2] < 0):
            return None
        if self.low > 0:
            return self._settled(lambda x, k: elasticity_slope(f, order, x, k + 1)[k])
        first = next((k for k in range(order, order + MOST_ZEROS) if not _is_zero(f, k, self.low)), None)
        if first is None:
            return None
        y = derivative(f, first)
        if self.strict(y) not in ((-1,) if order == 2 else (1, -1)):
            return None
        found = _ball_sign(elasticity_slope(y, 0, self.ball, 1)[0])
        if found is None and _is_zero(y, 1, self.low):
            found = _ball_sign(elasticity_slope(y, 0, self.ball, 2)[1])
        return found


def elasticity_slope(f: sp.Expr, order: int, x: Ball, length: int) -> Series:
    """Return E = (y' + u y'') y - u y'^2, y^2 times the slope of u y'/y, for y = f or (order 2) y = f - u f'."""
    u = series(POSITIVE, x, length + 2)
    y = centred(f, x, length + 2) if order == 0 else _price(f, x, length + 2)
    slope = y.derivative()
    return (slope + u * slope.derivative()) * y - u * slope * slope


def _price(f: sp.Expr, x: Ball, length: int) -> Series:
    """Return f - u f' from its value at the middle and its slope -u f'': it vanishes to third order at 0."""
    u, middle = series(POSITIVE, x, length), x.mid()
    slope = -u * centred(f, x, length + 1).derivative().derivative()
    at = series(f, middle, 2)
    return (at[0] - middle * at[1] + slope[0] * (x - middle)) + slope.integral()
