"""Intervals and Taylor coefficients on mpmath's outward-rounded arithmetic: what the checker computes with.

Arithmetic    numbers, sides of boxes and tanh at PRECISION bits
Jet           c_0 + c_1 h + c_2 h^2 + ...; with x = [x] + 1 h, c_k encloses f^(k)(xi)/k! for every xi in [x]
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, TypeAlias

from mpmath import iv as _shared

PRECISION = 80
Side: TypeAlias = tuple[Fraction, Fraction]
Interval: TypeAlias = Any  # an interval of mpmath, or a Jet of them


class Arithmetic:
    """Intervals at PRECISION bits in a context of their own, so that mpmath's global precision is left alone."""

    def __init__(self) -> None:
        self.iv = type(_shared)()
        self.iv.prec = PRECISION

    def number(self, value: Fraction) -> Interval:
        """Return an interval around a rational number."""
        return self.iv.mpf(value.numerator) / self.iv.mpf(value.denominator)

    def side(self, side: Side) -> Interval:
        """Return an interval around a side of a box."""
        return self.iv.mpf([self.number(side[0]).a, self.number(side[1]).b])

    def jet(self, start: Interval, order: int) -> Jet:
        """Return start + h, up to h^order."""
        return Jet(self, [start, *(self.iv.mpf(int(k == 1)) for k in range(1, order + 1))])

    def tanh(self, z: Interval) -> Interval:
        """Return tanh z = 1 - 2/(e^{2z} + 1); z occurs once, so that nothing is lost."""
        return z.tanh() if isinstance(z, Jet) else 1 - 2 / (self.iv.exp(2 * z) + 1)


class Jet:
    """Taylor coefficients c_0..c_k in one variable, each an interval or a jet in another variable.

    An interval of mpmath refuses a jet on its right: write jet * interval.
    """

    def __init__(self, arithmetic: Arithmetic, c: Sequence[Interval]) -> None:
        self.arithmetic, self.c = arithmetic, list(c)

    def _of(self, c: Sequence[Interval]) -> Jet:
        return Jet(self.arithmetic, c)

    def __add__(self, other: Interval) -> Jet:
        """Sum."""
        if not isinstance(other, Jet):
            return self._of([self.c[0] + other, *self.c[1:]])
        return self._of([a + b for a, b in zip(self.c, other.c, strict=True)])

    def __mul__(self, other: Interval) -> Jet:
        """Product, truncated."""
        if not isinstance(other, Jet):
            return self._of([a * other for a in self.c])
        return self._of([sum(self.c[i] * other.c[k - i] for i in range(k + 1)) for k in range(len(self.c))])

    def __neg__(self) -> Jet:
        """Reflection."""
        return self * -1

    def __sub__(self, other: Interval) -> Jet:
        """Difference."""
        return self + -other

    def __rsub__(self, other: Interval) -> Jet:
        """Difference from an interval."""
        return -self + other

    def __truediv__(self, other: int) -> Jet:
        """Quotient by an integer."""
        return self._of([a / other for a in self.c])

    __radd__, __rmul__ = __add__, __mul__

    def tanh(self) -> Jet:
        """u = tanh z: k u_k = sum_j j z_j (1 - u^2)_{k-j}."""
        u = [self.arithmetic.tanh(self.c[0])]
        for k in range(1, len(self.c)):
            derivative = 1 - self._of(u) * self._of(u)
            u.append(sum(j * self.c[j] * derivative.c[k - j] for j in range(1, k + 1)) / k)
        return self._of(u)
