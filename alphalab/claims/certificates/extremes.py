r"""The largest value of a formula in u on (0, 1], between two numbers: the box that allows most is halved again.

largest(of)     (low, high), low <= sup <= high, apart by at most NARROW of them, both rounded outward
Values(f)       f itself;    Slopes(f)   f(u)/u
"""

from __future__ import annotations

import functools
import heapq
import itertools
import math
from dataclasses import dataclass
from fractions import Fraction

from alphalab.claims.certificates.balls import BITS, POSITIVE, Ball, centred, series
from alphalab.claims.certificates.boxes import Box
from alphalab.claims.certificates.cases import Cases, leaves, value
from alphalab.claims.certificates.signs import sign_of
from alphalab.claims.certificates.spans import ball, library

MOST_BOXES = 3000
NARROW = 1e-7


@dataclass(frozen=True)
class Values:
    """f of `cases`, times the sign."""

    f: Cases
    sign: int = 1

    def most(self, box: Box) -> float:
        """Return what it is not above on a box."""
        return _up(self.sign * _hull([centred(leaf, box.ball, 1)[0] for leaf in leaves(self.f, box)]))

    def at(self, point: Fraction) -> Ball:
        """Return it at a point of (0, 1]."""
        return self.sign * value(self.f, point)


@dataclass(frozen=True)
class Slopes(Values):
    """f(u)/u, times the sign; f(u)/u = c_1(0) + c_2(0) u + c_3(xi) u^2 where f is smooth on [0, u] and f(0) = 0."""

    def most(self, box: Box) -> float:
        """Return what it is not above on a box."""
        before, found = leaves(self.f, Box(Fraction(0), box.high)), [math.inf]
        if len(before) == 1 and sign_of(before[0].subs(POSITIVE, 0)) == 0:
            start, square = series(before[0], ball(0), 3), ball(box.low**2).union(ball(box.high**2))
            bend = series(before[0], ball(0).union(ball(box.high)), 4)[3]
            found.append(_up(self.sign * (start[1] + start[2] * box.ball + bend * square)))
        if box.low > 0:
            inside = [centred(leaf / POSITIVE, box.ball, 1)[0] for leaf in leaves(self.f, box)]
            found.append(_up(self.sign * _hull(inside)))
        return min(found)

    def at(self, point: Fraction) -> Ball:
        """Return it at a point of (0, 1]."""
        return super().at(point) / ball(point)


def largest(of: Values, narrow: float = NARROW) -> tuple[float, float]:
    """Return (low, high) around the supremum on (0, 1]; `high` is infinite where MOST_BOXES boxes do not decide.

    >>> from alphalab.claims.certificates.balls import POSITIVE
    >>> low, high = largest(Values(POSITIVE * (1 - POSITIVE)))
    >>> low <= 0.25 <= high, high - low < 1e-7
    (True, True)
    """
    low, number = -math.inf, itertools.count()
    with library().ctx.workprec(BITS):
        whole = Box(Fraction(0), Fraction(1))
        waiting = [(-of.most(whole), next(number), whole)]
        for _ in range(MOST_BOXES):
            allowed, _, box = heapq.heappop(waiting)
            low = max(low, _down(of.at(box.high)), _down(of.at(box.middle)))
            if -allowed - low <= narrow * max(abs(low), abs(allowed)) < math.inf:
                return low, -allowed
            for half in box.halves():
                if (most := of.most(half)) >= low:
                    heapq.heappush(waiting, (-most, next(number), half))
    return low, math.inf


def _hull(balls: list[Ball]) -> Ball:
    return functools.reduce(lambda a, b: a.union(b), balls)


def _up(found: Ball) -> float:
    return math.nextafter(float(found.upper()), math.inf) if found.is_finite() else math.inf


def _down(found: Ball) -> float:
    return math.nextafter(float(found.lower()), -math.inf) if found.is_finite() else -math.inf
