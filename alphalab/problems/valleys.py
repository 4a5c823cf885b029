"""Curved valleys: polynomials of two or more variables, none globally smooth, none convex.

    rosenbrock  sum_i 100 (x_{i+1} - x_i^2)^2 + (1 - x_i)^2                       x_star = (1, ..., 1)
    beale       (1.5 - x + x y)^2 + (2.25 - x + x y^2)^2 + (2.625 - x + x y^3)^2  x_star = (3, 1/2)
    himmelblau  (x^2 + y - 11)^2 + (x + y^2 - 7)^2                                x_star = (3, 2), one of 4

f_star = 0 in each: sums of squares that vanish together. More, Garbow, Hillstrom (ACM TOMS 7, 1981) 1 and 5;
Himmelblau, Applied Nonlinear Programming (1972). The textbook starts are (-1.2, 1), (1, 1), (0, 0).
"""

from __future__ import annotations

import dataclasses
import functools
from typing import ClassVar

import numpy as np

from alphalab.arrays import Array, namespace, total
from alphalab.problems.fields import check_dimension
from alphalab.problems.problem import Analytic, Constants


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Rosenbrock(Analytic):
    """The chained Rosenbrock function, n >= 2."""

    name: ClassVar[str] = "rosenbrock"
    n: int = 2

    def _check(self) -> None:
        check_dimension(self.name, self.n, least=2)

    @functools.cached_property
    def constants(self) -> Constants:
        """f_star = 0 at (1, ..., 1)."""
        return Constants(f_star=0.0, x_star=np.ones(self.n), convex=False)

    def value_and_gradient(self, x: Array) -> tuple[Array, Array]:
        """Sum along the chain, (*batch, n) -> (*batch,); each link pulls on both of its ends, (*batch, n)."""
        a, left = x[..., :-1], 1.0 - x[..., :-1]
        bend = x[..., 1:] - a * a
        behind, ahead = -400.0 * a * bend - 2.0 * left, 200.0 * bend
        parts = [behind[..., :1], behind[..., 1:] + ahead[..., :-1], ahead[..., -1:]]
        return total(100.0 * bend * bend + left * left), namespace(x).concat(parts, axis=-1)


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Beale(Analytic):
    """Beale's function, n = 2."""

    name: ClassVar[str] = "beale"
    n: int = 2

    def _check(self) -> None:
        check_dimension(self.name, self.n, least=2, most=2)

    @functools.cached_property
    def constants(self) -> Constants:
        """f_star = 0 at (3, 1/2)."""
        return Constants(f_star=0.0, x_star=np.array([3.0, 0.5]), convex=False)

    def value_and_gradient(self, x: Array) -> tuple[Array, Array]:
        """With r_k = c_k - a (1 - b^k): f = sum r_k^2, shapes (*batch, 2) -> (*batch,), (*batch, 2)."""
        a, b = x[..., 0], x[..., 1]
        r1, r2, r3 = 1.5 - a * (1.0 - b), 2.25 - a * (1.0 - b * b), 2.625 - a * (1.0 - b * b * b)
        ga = -2.0 * (r1 * (1.0 - b) + r2 * (1.0 - b * b) + r3 * (1.0 - b * b * b))
        gb = 2.0 * a * (r1 + 2.0 * r2 * b + 3.0 * r3 * b * b)
        return r1 * r1 + r2 * r2 + r3 * r3, namespace(x).stack([ga, gb], axis=-1)


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Himmelblau(Analytic):
    """Himmelblau's function, n = 2, four equal minima."""

    name: ClassVar[str] = "himmelblau"
    n: int = 2

    def _check(self) -> None:
        check_dimension(self.name, self.n, least=2, most=2)

    @functools.cached_property
    def constants(self) -> Constants:
        """f_star = 0 at (3, 2)."""
        return Constants(f_star=0.0, x_star=np.array([3.0, 2.0]), convex=False)

    def value_and_gradient(self, x: Array) -> tuple[Array, Array]:
        """With r = a^2 + b - 11, s = a + b^2 - 7: f = r^2 + s^2; (*batch, 2) -> (*batch,), (*batch, 2)."""
        a, b = x[..., 0], x[..., 1]
        r, s = a * a + b - 11.0, a + b * b - 7.0
        return r * r + s * s, namespace(x).stack([4.0 * a * r + 2.0 * s, 2.0 * r + 4.0 * b * s], axis=-1)
