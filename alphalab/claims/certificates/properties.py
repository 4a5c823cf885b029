r"""Properties of a formula in u on a region of (0, 1], and what breaks them at points of a box.

    is_zero, is_increasing, is_concave, has_falling_elasticity, has_falling_price              f, region -> bool
    is_broken_zero, is_falling, is_below_a_chord, is_rising_elasticity, is_rising_price        f, box -> a failure

With them `cases.decide` answers.
"""

from __future__ import annotations

from fractions import Fraction

from alphalab.claims.certificates.balls import Ball, series
from alphalab.claims.certificates.boxes import Box, elasticity_slope
from alphalab.claims.certificates.cases import Answer, Cases, Region, Switch, failure, leaves, settled, value
from alphalab.claims.certificates.signs import derivative, sign_of
from alphalab.claims.certificates.spans import ball


def is_zero(f: Cases, region: Region) -> bool:
    """Whether every case that may hold is exactly 0."""
    return all(leaf == 0 or sign_of(leaf) == 0 for leaf in leaves(f, region))


def is_increasing(f: Cases, region: Region) -> bool:
    """Whether f is continuous on the region and every case that may hold does not decrease."""
    f = settled(f, region)
    if isinstance(f, Switch):
        return f.at is None and is_increasing(f.low, region) and is_increasing(f.high, region)
    return region.sign(f, 1) in (0, 1)


def is_concave(f: Cases, region: Region) -> bool:
    """Whether f is continuous on the region, its cases concave, and its slope falls where it switches.

    A gap that is strictly monotone has one zero at most: one case is left of it and the other right of it.
    """
    f = settled(f, region)
    if not isinstance(f, Switch):
        return region.sign(f, 2) in (0, -1)
    way = region.sign(f.gap, 1)
    if f.at is not None or way not in (1, -1) or not (is_concave(f.low, region) and is_concave(f.high, region)):
        return False
    left, right = (f.low, f.high) if way > 0 else (f.high, f.low)
    return all(region.sign(a - b, 1) in (0, 1) for a in leaves(left, region) for b in leaves(right, region))


def has_falling_elasticity(f: Cases, region: Region) -> bool:
    """Whether u f'/f does not increase, for f > 0 concave: at a switch its slope falls."""
    return all(region.falls(leaf, 0) in (0, -1) for leaf in leaves(f, region))


def has_falling_price(f: Cases, region: Region) -> bool:
    """Whether f'' < 0 and R = (f')'/(f/u)' = u p'/p, p = f - u f', does not increase."""
    f = settled(f, region)
    return not isinstance(f, Switch) and region.falls(f, 2) in (0, -1)


# ---------------------------------------------------------------- failures at points


def show(number: Ball) -> str:
    """Return the middle of a ball to 6 digits."""
    return str(number.str(6, radius=False))


def is_broken_zero(f: Cases, box: Box) -> Answer | None:
    """A point at which f is not 0."""
    found = value(f, box.high)
    return failure(box.high, f"sigma(-u) + sigma(u) = {show(found)}") if found != 0 and not found.contains(0) else None


def is_falling(f: Cases, box: Box) -> Answer | None:
    """Two points between which f falls, or one at which its slope is negative."""
    before, after, here = value(f, box.middle), value(f, box.high), settled(f, Box(box.high, box.high))
    if after < before:
        return failure(box.high, f"sigma falls by {show(before - after)} from u = {box.middle}")
    if not isinstance(here, Switch) and (slope := series(here, ball(box.high), 2)[1]) < 0:
        return failure(box.high, f"sigma' = {show(slope)} there")
    return None


def is_below_a_chord(f: Cases, box: Box) -> Answer | None:
    """A point, in the middle of the box or at its lower end, at which f is below the chord between two others."""
    half = (box.high - box.low) / 2
    for middle in (box.middle, box.low):
        step = half if middle > half else half / 2
        if middle > step:
            bend = value(f, middle - step) + value(f, middle + step) - 2 * value(f, middle)
            if bend > 0:
                return failure(
                    middle, f"sigma is {show(bend / 2)} below its chord from {middle - step} to {middle + step}"
                )
    return None


def is_rising_elasticity(f: Cases, box: Box) -> Answer | None:
    """A point at which u f'/f rises."""
    return _rising(f, box.middle, 0)


def is_rising_price(f: Cases, box: Box) -> Answer | None:
    """A point at which R rises."""
    return _rising(f, box.middle, 2)


def _rising(f: Cases, point: Fraction, order: int) -> Answer | None:
    here = settled(f, Box(point, point))
    if not isinstance(here, Switch) and order and derivative(here, order) == 0:
        return failure(point, "sigma'' = 0 there")
    if isinstance(here, Switch) or not (slope := elasticity_slope(here, order, ball(point), 1)[0]) > 0:
        return None
    return failure(point, f"its slope there has the sign of {show(slope)}")
