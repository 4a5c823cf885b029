"""Many minima: separable non-convex functions, each with a rotated twin in the registry.

    rastrigin        sum_i x_i^2 + a (1 - cos 2 pi x_i)      L = 2 + 4 pi^2 a, attained at 0; f_star = 0
    styblinski-tang  (1/2) sum_i x_i^4 - 16 x_i^2 + 5 x_i    f_star = n f(r), r least root of 2 r^3 - 16 r + 5/2
    double-well      (1/4) sum_i (x_i^2 - 1)^2               f_star = 0 at (1, ..., 1), one of 2^n
    cosine           sum_i 1 - cos x_i                       L = 1, attained at 0; f_star = 0

Rastrigin 1974 (a = 10, so L = 396.8); Styblinski, Tang (Neural Networks 3, 1990). 1 - cos is computed as
2 sin^2 of half the angle, which keeps its digits near a minimum.
"""

from __future__ import annotations

import dataclasses
import functools
import math
from typing import ClassVar

import numpy as np

from alphalab.arrays import Array, namespace, total
from alphalab.problems.fields import check_dimension, check_positive
from alphalab.problems.problem import Analytic, Constants
from alphalab.problems.rotated import Rotated, rotate


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Rastrigin(Analytic):
    """f(x) = sum_i x_i^2 + a (1 - cos 2 pi x_i), a = amplitude."""

    name: ClassVar[str] = "rastrigin"
    n: int = 4
    amplitude: float = 10.0

    def _check(self) -> None:
        check_dimension(self.name, self.n)
        check_positive("amplitude", self.amplitude)

    @functools.cached_property
    def constants(self) -> Constants:
        """f'' = 2 + 4 pi^2 a cos(2 pi x) is at most 2 + 4 pi^2 a, and at least minus that."""
        a = self.amplitude
        convex = 4 * math.pi**2 * a <= 2
        return Constants(lipschitz=2 + 4 * math.pi**2 * a, f_star=0.0, x_star=np.zeros(self.n), convex=convex)

    def value(self, x: Array) -> Array:
        """Sum of x^2 + 2 a sin^2(pi x), shapes (*batch, n) -> (*batch,)."""
        return total(x * x + 2.0 * self.amplitude * namespace(x).sin(math.pi * x) ** 2)

    def gradient(self, x: Array) -> Array:
        """2 x + 2 pi a sin(2 pi x), shapes (*batch, n) -> (*batch, n)."""
        return 2.0 * x + 2.0 * math.pi * self.amplitude * namespace(x).sin(2.0 * math.pi * x)


def styblinski_tang_root() -> float:
    """The least root of t^3 - 8 t + 5/4 = 0, by Viete: 2 sqrt(8/3) cos(arccos(-15/64 sqrt(3/8))/3 + 2 pi/3)."""
    angle = math.acos(-15 / 64 * math.sqrt(3 / 8)) / 3 + 2 * math.pi / 3
    t = 2 * math.sqrt(8 / 3) * math.cos(angle)
    return t - (t**3 - 8 * t + 1.25) / (3 * t**2 - 8)  # one Newton step: the last digit


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class StyblinskiTang(Analytic):
    """f(x) = (1/2) sum_i x_i^4 - 16 x_i^2 + 5 x_i."""

    name: ClassVar[str] = "styblinski-tang"
    n: int = 4

    def _check(self) -> None:
        check_dimension(self.name, self.n)

    @functools.cached_property
    def constants(self) -> Constants:
        """f_star = n (r^4 - 16 r^2 + 5 r)/2 = -39.16616... n at r = -2.90353..."""
        r = styblinski_tang_root()
        f_star = self.n * (r**4 - 16 * r**2 + 5 * r) / 2
        return Constants(f_star=f_star, x_star=np.full(self.n, r), convex=False)

    def value(self, x: Array) -> Array:
        """(1/2) sum x^4 - 16 x^2 + 5 x, shapes (*batch, n) -> (*batch,)."""
        square = x * x
        return 0.5 * total(square * square - 16.0 * square + 5.0 * x)

    def gradient(self, x: Array) -> Array:
        """2 x^3 - 16 x + 5/2, shapes (*batch, n) -> (*batch, n)."""
        return 2.0 * x * x * x - 16.0 * x + 2.5


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class DoubleWell(Analytic):
    """f(x) = (1/4) sum_i (x_i^2 - 1)^2."""

    name: ClassVar[str] = "double-well-diagonal"
    n: int = 3

    def _check(self) -> None:
        check_dimension("double-well", self.n)

    @functools.cached_property
    def constants(self) -> Constants:
        """f_star = 0 wherever every |x_i| = 1."""
        return Constants(f_star=0.0, x_star=np.ones(self.n), convex=False)

    def value(self, x: Array) -> Array:
        """(1/4) sum (x^2 - 1)^2, shapes (*batch, n) -> (*batch,)."""
        return 0.25 * total((x * x - 1.0) ** 2)

    def gradient(self, x: Array) -> Array:
        """x (x^2 - 1), shapes (*batch, n) -> (*batch, n)."""
        return x * (x * x - 1.0)


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Cosine(Analytic):
    """f(x) = sum_i 1 - cos x_i."""

    name: ClassVar[str] = "cosine-diagonal"
    n: int = 3

    def _check(self) -> None:
        check_dimension("cosine", self.n)

    @functools.cached_property
    def constants(self) -> Constants:
        """|f''| = |cos x| <= 1."""
        return Constants(lipschitz=1.0, f_star=0.0, x_star=np.zeros(self.n), convex=False)

    def value(self, x: Array) -> Array:
        """Sum of 2 sin^2(x/2), shapes (*batch, n) -> (*batch,)."""
        return 2.0 * total(namespace(x).sin(0.5 * x) ** 2)

    def gradient(self, x: Array) -> Array:
        """Sin x_i, shapes (*batch, n) -> (*batch, n)."""
        return namespace(x).sin(x)


def rastrigin_rotated(n: int = 4, amplitude: float = 10.0, seed: int = 0) -> Rotated:
    """Return Rastrigin's function under a random rotation."""
    return rotate(Rastrigin(n=n, amplitude=amplitude), name="rastrigin-rotated", seed=seed)


def styblinski_tang_rotated(n: int = 4, seed: int = 0) -> Rotated:
    """Return Styblinski and Tang's function under a random rotation."""
    return rotate(StyblinskiTang(n=n), name="styblinski-tang-rotated", seed=seed)


def double_well(n: int = 3, seed: int = 0) -> Rotated:
    """Return the double well under a random rotation."""
    return rotate(DoubleWell(n=n), name="double-well", seed=seed)


def cosine(n: int = 3, seed: int = 0) -> Rotated:
    """Return the cosine problem under a random rotation."""
    return rotate(Cosine(n=n), name="cosine", seed=seed)
