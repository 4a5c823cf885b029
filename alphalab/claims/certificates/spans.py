"""Intervals and Taylor coefficients on python-flint's arb balls, rounded outward.

    Span    [lo, hi]: the hull of two balls; an endpoint may be infinite, so that a tail [U, inf) is a span
    Series  f_0 + f_1 h + f_2 h^2 + ..., each coefficient a Span (or a Series in another variable)

With x = [x] + 1 h the k-th coefficient of f(x) encloses f^(k)(xi)/k! for every xi in [x], which is what Taylor's
theorem asks for. Needs the extra `proof`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from types import ModuleType
from typing import Any, TypeAlias

from alphalab.extras import needed

BITS = 80
"""Working precision; the bounds of the certificates are rounded down to 6 digits, so that it is plenty."""

Ball: TypeAlias = Any
Number: TypeAlias = Any  # Span | Series | int | Fraction, and what comes of + - *


def library() -> ModuleType:
    """Return python-flint, for intervals; raises ModuleNotFoundError naming the extra that brings it."""
    return needed("flint", "proof")


def ball(value: int | Fraction) -> Ball:
    """Return the ball of a rational number, at the working precision."""
    flint = library()
    return flint.arb(flint.fmpq(Fraction(value).numerator, Fraction(value).denominator))


@dataclass(frozen=True)
class Span:
    """All numbers from somewhere in the ball `lo` to somewhere in the ball `hi`."""

    lo: Ball
    hi: Ball

    def __post_init__(self) -> None:
        """Widen what is undefined, inf - inf say, to everything."""
        if not (self.lo.is_finite() or self.lo.is_exact()) or self.lo.is_nan():
            object.__setattr__(self, "lo", self.lo.neg_inf())
        if not (self.hi.is_finite() or self.hi.is_exact()) or self.hi.is_nan():
            object.__setattr__(self, "hi", self.hi.pos_inf())

    @classmethod
    def between(cls, low: int | Fraction, high: int | Fraction | None) -> Span:
        """Return [low, high]; None is infinity."""
        return cls(ball(low), library().arb.pos_inf() if high is None else ball(high))

    def __add__(self, other: Number) -> Number:
        """Sum."""
        if isinstance(other, Series):
            return NotImplemented
        other = as_span(other)
        return Span(self.lo + other.lo, self.hi + other.hi)

    def __neg__(self) -> Span:
        """Reflection."""
        return Span(-self.hi, -self.lo)

    def __sub__(self, other: Number) -> Number:
        """Difference."""
        return self + (-other)

    def __rsub__(self, other: Number) -> Number:
        """Difference from a number."""
        return -self + other

    def __mul__(self, other: Number) -> Number:
        """Product: the hull of the four products of endpoints, where 0 * inf = 0."""
        if isinstance(other, Series):
            return NotImplemented
        other = as_span(other)
        ends = [_times(a, b) for a, b in product((self.lo, self.hi), (other.lo, other.hi))]
        low, high = ends[0], ends[0]
        for end in ends[1:]:
            low, high = low.min(end), high.max(end)
        return Span(low, high)

    def __truediv__(self, other: int) -> Number:
        """Quotient by an integer > 0."""
        return Span(self.lo / other, self.hi / other)

    __radd__, __rmul__ = __add__, __mul__

    def rising(self, function: Callable[[Ball], Ball]) -> Span:
        """Return the image under an increasing function."""
        return Span(function(self.lo), function(self.hi))

    def least(self) -> Ball:
        """Return a lower bound, as an exact ball."""
        return self.lo.lower()

    def greatest(self) -> Ball:
        """Return an upper bound, as an exact ball."""
        return self.hi.upper()

    def is_zero(self) -> bool:
        """Whether this is exactly [0, 0]."""
        return self.lo.is_zero() and self.hi.is_zero()


def _times(a: Ball, b: Ball) -> Ball:
    return a * 0 if a.is_finite() and a.is_zero() else b * 0 if b.is_finite() and b.is_zero() else a * b


def as_span(value: Number) -> Span:
    """Return a span: itself, or the point of a rational number."""
    return value if isinstance(value, Span) else Span.between(value, value)


@dataclass(frozen=True)
class Series:
    """A truncated power series; the product keeps as many coefficients as its factors have."""

    terms: tuple[Number, ...]

    @classmethod
    def variable(cls, start: Number, order: int) -> Series:
        """Return start + h, up to h^order; `order` >= 1."""
        return cls((start, *(as_span(int(k == 1)) for k in range(1, order + 1))))

    def lift(self, value: Number) -> Series:
        """Return a constant as a series of this length."""
        return value if isinstance(value, Series) else Series((value, *([0 * self.terms[0]] * (len(self.terms) - 1))))

    def __add__(self, other: Number) -> Series:
        """Sum."""
        return Series(tuple(a + b for a, b in zip(self.terms, self.lift(other).terms, strict=True)))

    def __neg__(self) -> Series:
        """Reflection."""
        return Series(tuple(-a for a in self.terms))

    def __sub__(self, other: Number) -> Series:
        """Difference."""
        return self + (-other)

    def __rsub__(self, other: Number) -> Series:
        """Difference from a number."""
        return -self + other

    def __mul__(self, other: Number) -> Series:
        """Product; a number scales every term."""
        if not isinstance(other, Series):
            return Series(tuple(a * other for a in self.terms))
        return Series(tuple(self._convolved(other, k) for k in range(len(self.terms))))

    def __truediv__(self, other: int) -> Series:
        """Quotient by an integer > 0."""
        return Series(tuple(a / other for a in self.terms))

    __radd__, __rmul__ = __add__, __mul__

    def _convolved(self, other: Series, k: int) -> Number:
        total = self.terms[0] * other.terms[k]
        for i in range(1, k + 1):
            total = total + self.terms[i] * other.terms[k - i]
        return total


def tanh(z: Number) -> Number:
    """Return tanh of a span, or of a series by tanh' = 1 - tanh^2."""
    if not isinstance(z, Series):
        return as_span(z).rising(lambda end: end.tanh())
    u = [tanh(z.terms[0])]
    w = [1 - u[0] * u[0]]
    for k in range(1, len(z.terms)):
        slope = 1 * z.terms[1] * w[k - 1]
        for j in range(2, k + 1):
            slope = slope + j * z.terms[j] * w[k - j]
        u.append(slope / k)
        square = u[0] * u[k]
        for i in range(1, k + 1):
            square = square + u[i] * u[k - i]
        w.append(-square)
    return Series(tuple(u))
