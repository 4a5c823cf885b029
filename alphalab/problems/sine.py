"""Polyak-Lojasiewicz without convexity: the textbook example (Karimi, Nutini, Schmidt 2016, section 2.2).

    f(x) = sum_i (s x_i)^2 + 3 sin^2(s x_i),   gradient s (2 s x_i + 3 sin(2 s x_i)),   f_star = 0 at x = 0
    f'' = s^2 (2 + 6 cos(2 s x))  lies in  [-4 s^2, 8 s^2]:   L = 8 s^2, attained at 0

pl = 0.175 s^2: in one dimension, s = 1, q(x) = f'(x)^2/(2 f(x)) has its minimum 0.175530... at |x| = 2.2017.
0.175 is certified by interval arithmetic (q >= (2|x|-3)^2/(2 x^2 + 6) > 0.6 for |x| >= 4, boxes below 4).
The literature's 1/32 is 5.6 times too small, which makes every bound that uses it vacuous. A sum of
functions of separate coordinates keeps the smallest pl of its terms, and so does a rotation.
"""

from __future__ import annotations

import dataclasses
import functools
from typing import ClassVar

import numpy as np

from alphalab.arrays import Array, namespace, total
from alphalab.problems.fields import check_dimension, check_positive
from alphalab.problems.problem import Analytic, Constants
from alphalab.problems.rotated import Rotated, rotate


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Sine(Analytic):
    """f(x) = sum_i (s x_i)^2 + 3 sin^2(s x_i), s = scale."""

    name: ClassVar[str] = "sine"
    n: int = 4
    scale: float = 1.0

    def _check(self) -> None:
        check_dimension("pl-sine", self.n)
        check_positive("scale", self.scale)

    @functools.cached_property
    def constants(self) -> Constants:
        """lipschitz = 8 s^2 and pl = 0.175 s^2, see above."""
        s = self.scale
        return Constants(lipschitz=8 * s**2, pl=0.175 * s**2, f_star=0.0, x_star=np.zeros(self.n), convex=False)

    def value(self, x: Array) -> Array:
        """Sum of z^2 + 3 sin^2 z, z = s x, shapes (*batch, n) -> (*batch,)."""
        z = self.scale * x
        return total(z * z + 3.0 * namespace(x).sin(z) ** 2)

    def gradient(self, x: Array) -> Array:
        """s (2 z + 3 sin 2z), z = s x, shapes (*batch, n) -> (*batch, n)."""
        z = self.scale * x
        return self.scale * (2.0 * z + 3.0 * namespace(x).sin(2.0 * z))


def pl_sine(n: int = 4, scale: float = 1.0, seed: int = 0) -> Rotated:
    """Return the sine problem, rotated so that it is not separable."""
    return rotate(Sine(n=n, scale=scale), name="pl-sine", seed=seed)
