"""Functions that no L fits, but L0 and L1: curvature that grows with the gradient.

    cosh          sum_i cosh x_i - 1     L1 = 4/3, L0 = (32/9) (cosh(3/4) - 1)
    exponential   sum_i e^{x_i}          L1 = 4/3, L0 = 0
    quartic       (1/4) sum_i x_i^4      L1 = 1,   L0 = max over z of 3 z^2 + 2 z + 1/2 - z^3, at z = 1 + sqrt(5/3)

Of one coordinate, a step h with |h| <= t = 1/L1, from Taylor's series: for cosh the remainder is
cosh x (cosh h - 1) + sinh x (sinh h - h) <= cosh h - 1 + |sinh x| (e^|h| - 1 - |h|), for e^x it is e^x (e^h - 1 - h);
(cosh h - 1)/h^2 and (e^h - 1 - h)/h^2 rise, and 2(e^t - 1 - t)/t^2 = 1.305 <= 4/3 at t = 3/4. For x^4/4 it is
(h^2/2)(3 x^2 + 2 x h + h^2/2). A coordinate of the gradient is at most its norm, so sums keep both constants.
Source: J. Zhang et al., arXiv 1905.11881, who ask |Hessian| <= L0 + L1 N; the form here is theory, N6.
"""

from __future__ import annotations

import dataclasses
import functools
import math
from typing import ClassVar

import numpy as np

from alphalab.arrays import Array, namespace, total
from alphalab.problems.fields import check_dimension
from alphalab.problems.problem import Analytic, Constants
from alphalab.problems.rotated import Rotated, rotate

WINDOW = 3 / 4  # 1/L1 of cosh and of the exponential


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Cosh(Analytic):
    """f(x) = sum_i cosh x_i - 1."""

    name: ClassVar[str] = "cosh"
    n: int = 3

    def _check(self) -> None:
        check_dimension(self.name, self.n)

    @functools.cached_property
    def constants(self) -> Constants:
        """f'' = cosh x >= 1; see above."""
        L0 = 2 * (math.cosh(WINDOW) - 1) / WINDOW**2
        return Constants(mu=1.0, f_star=0.0, x_star=np.zeros(self.n), L0=L0, L1=1 / WINDOW)

    def value(self, x: Array) -> Array:
        """2 sum sinh^2(x/2), inf where that is more than a float, shapes (*batch, n) -> (*batch,)."""
        with np.errstate(over="ignore"):
            return 2.0 * total(namespace(x).sinh(0.5 * x) ** 2)

    def gradient(self, x: Array) -> Array:
        """Sinh x_i, shapes (*batch, n) -> (*batch, n)."""
        with np.errstate(over="ignore"):
            return namespace(x).sinh(x)


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Exponential(Analytic):
    """f(x) = sum_i e^{x_i}: convex, its infimum 0 nowhere attained."""

    name: ClassVar[str] = "exponential"
    n: int = 3

    def _check(self) -> None:
        check_dimension(self.name, self.n)

    @functools.cached_property
    def constants(self) -> Constants:
        """The curvature is the gradient; see above."""
        return Constants(f_star=0.0, convex=True, L0=0.0, L1=1 / WINDOW)

    def value(self, x: Array) -> Array:
        """Sum of e^{x_i}, inf where that is more than a float, shapes (*batch, n) -> (*batch,)."""
        with np.errstate(over="ignore"):
            return total(namespace(x).exp(x))

    def gradient(self, x: Array) -> Array:
        """e^{x_i}, shapes (*batch, n) -> (*batch, n)."""
        with np.errstate(over="ignore"):
            return namespace(x).exp(x)


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Quartic(Analytic):
    """f(x) = (1/4) sum_i x_i^4: no curvature at the minimum, no L far out."""

    name: ClassVar[str] = "quartic-diagonal"
    n: int = 3

    def _check(self) -> None:
        check_dimension("quartic", self.n)

    @functools.cached_property
    def constants(self) -> Constants:
        """L0 is what L1 = 1 leaves; see above."""
        z = 1 + math.sqrt(5 / 3)
        L0 = 3 * z**2 + 2 * z + 1 / 2 - z**3
        return Constants(f_star=0.0, x_star=np.zeros(self.n), convex=True, L0=L0, L1=1.0)

    def value(self, x: Array) -> Array:
        """(1/4) sum x^4, shapes (*batch, n) -> (*batch,)."""
        square = x * x
        return 0.25 * total(square * square)

    def gradient(self, x: Array) -> Array:
        """x^3, shapes (*batch, n) -> (*batch, n)."""
        return x * x * x


def quartic(n: int = 3, seed: int = 0) -> Rotated:
    """Return the quartic under a random rotation."""
    return rotate(Quartic(n=n), name="quartic", seed=seed)
