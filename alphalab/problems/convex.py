"""Convex problems of a mixed argument z = A(x - c): smooth, and not separable.

    huber        sum_i h(z_i),  h = z^2/2 for |z| <= delta, delta (|z| - delta/2) beyond   L = ||A||_2^2
    log-cosh     sum_i log cosh z_i                                                        L = ||A||_2^2
    log-sum-exp  rho log sum_i (e^{(z_i - b_i)/rho} + e^{(-z_i - b_i)/rho})           L = max ||a_i||^2/rho

L: h'' and (log cosh)'' = 1 - tanh^2 lie in [0, 1] with 1 attained at 0, so L is exact. The Hessian of
log-sum-exp is A^T (diag q - p p^T) A/rho <= sum_i q_i a_i a_i^T/rho with weights q that sum to 1 (Beck,
First-Order Methods in Optimization, 2017, example 5.15). All three are even about c, hence x_star = c.
"""

from __future__ import annotations

import dataclasses
import functools
import math
from typing import ClassVar

import numpy as np

from alphalab.arrays import Array, like, matvec, namespace, total
from alphalab.problems.fields import check_dimension, check_length, check_positive, freeze
from alphalab.problems.problem import Analytic, Constants
from alphalab.problems.rotated import mixing_matrix


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Mixed(Analytic):
    """What the three share: z = A(x - c), A = mixing of shape (m, n), c = center of shape (n,)."""

    mixing: np.ndarray
    center: np.ndarray

    def _check(self) -> None:
        freeze(self, mixing=2, center=1)
        check_length("center", self.center, self.mixing.shape[1], "the number of columns of mixing")

    @property
    def n(self) -> int:
        """Dimension of a point."""
        return self.mixing.shape[1]

    @functools.cached_property
    def constants(self) -> Constants:
        """For a sum over i of an even function with second derivative in [0, 1]: L = ||A||_2^2."""
        L = float(np.linalg.norm(self.mixing, 2)) ** 2
        return Constants(L=L, f_star=0.0, x_star=self.center, convex=True)

    def mix(self, x: Array) -> Array:
        """z = A(x - c), shapes (*batch, n) -> (*batch, m)."""
        return matvec(self.mixing, x - like(self.center, x))

    def unmix(self, slope: Array) -> Array:
        """A^T slope, shapes (*batch, m) -> (*batch, n)."""
        return matvec(self.mixing.T, slope)


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Huber(Mixed):
    """f(x) = sum_i h(z_i), h' = clip(z, -delta, delta) (Huber 1964)."""

    name: ClassVar[str] = "huber"
    delta: float = 1.0

    def _check(self) -> None:
        super()._check()
        check_positive("delta", self.delta)

    def _slope(self, z: Array) -> Array:
        return namespace(z).clip(z, -self.delta, self.delta)

    def value(self, x: Array) -> Array:
        """Sum of h' (z - h'/2), which is z^2/2 inside and delta(|z| - delta/2) outside."""
        z = self.mix(x)
        slope = self._slope(z)
        return total(slope * (z - 0.5 * slope))

    def gradient(self, x: Array) -> Array:
        """A^T clip(z, -delta, delta), shapes (*batch, n) -> (*batch, n)."""
        return self.unmix(self._slope(self.mix(x)))


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class LogCosh(Mixed):
    """f(x) = sum_i log cosh z_i."""

    name: ClassVar[str] = "log-cosh"

    def value(self, x: Array) -> Array:
        """Near 0 log1p(2 sinh^2(z/2)), which loses no digits; beyond |z| = 1 the form without overflow."""
        xp, a = namespace(x), namespace(x).abs(self.mix(x))
        near = xp.log1p(2.0 * xp.sinh(0.5 * xp.clip(a, 0.0, 1.0)) ** 2)
        far = a + xp.log1p(xp.exp(-2.0 * a)) - math.log(2.0)
        return total(xp.where(a < 1.0, near, far))

    def gradient(self, x: Array) -> Array:
        """A^T tanh z, shapes (*batch, n) -> (*batch, n)."""
        return self.unmix(namespace(x).tanh(self.mix(x)))


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class LogSumExp(Mixed):
    """f(x) = rho log sum_i (e^{(z_i - b_i)/rho} + e^{(-z_i - b_i)/rho}), b = offsets of shape (m,)."""

    name: ClassVar[str] = "log-sum-exp"
    offsets: np.ndarray
    rho: float = 1.0

    def _check(self) -> None:
        super()._check()
        freeze(self, offsets=1)
        check_length("offsets", self.offsets, self.mixing.shape[0], "the number of rows of mixing")
        check_positive("rho", self.rho)

    @functools.cached_property
    def constants(self) -> Constants:
        """f_star = f(c) = rho log(2 sum e^{-b_i/rho})."""
        L = float(np.max(np.sum(self.mixing**2, axis=1))) / self.rho
        f_star = self.rho * (math.log(2.0) + float(np.logaddexp.reduce(-self.offsets / self.rho)))
        return Constants(L=L, f_star=f_star, x_star=self.center, convex=True)

    def value_and_gradient(self, x: Array) -> tuple[Array, Array]:
        """Both at once: the largest exponent is taken out; p = p_+ - p_- are the softmax weights."""
        xp, z, m = namespace(x), self.mix(x), self.mixing.shape[0]
        b = like(self.offsets, x)
        exponents = xp.concat([z - b, -z - b], axis=-1) / self.rho
        top = xp.max(exponents, axis=-1)
        weights = xp.exp(exponents - top[..., None])
        mass = total(weights)
        p = (weights[..., :m] - weights[..., m:]) / mass[..., None]
        return self.rho * (top + xp.log(mass)), self.unmix(p)


def _center(n: int, seed: int) -> np.ndarray:
    check_dimension("a mixed problem", n)
    return np.random.default_rng(seed + 2).standard_normal(n)


def huber(n: int = 5, delta: float = 1.0, seed: int = 0) -> Huber:
    """Return Huber's function of a mixed argument, ||A||_2 = 1."""
    return Huber(mixing=mixing_matrix(n, seed), center=_center(n, seed), delta=delta)


def log_cosh(n: int = 5, seed: int = 0) -> LogCosh:
    """Return log-cosh of a mixed argument, ||A||_2 = 1."""
    return LogCosh(mixing=mixing_matrix(n, seed), center=_center(n, seed))


def log_sum_exp(n: int = 5, rho: float = 1.0, seed: int = 0) -> LogSumExp:
    """Return log-sum-exp with 4n random planes of offsets in [0, 1] around its minimiser."""
    rng = np.random.default_rng(seed)
    center = _center(n, seed)
    A, b = rng.standard_normal((2 * n, n)), rng.uniform(0.0, 1.0, 2 * n)
    return LogSumExp(mixing=A, center=center, offsets=b, rho=rho)
