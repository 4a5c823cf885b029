"""Nesterov's worst function: no first-order method is faster on it for n/2 steps than 1/t^2.

    f(x) = (scale/4) (1/2 (x_1^2 + sum_i (x_{i+1} - x_i)^2 + x_n^2) - x_1)
    gradient (scale/4) (T x - e_1),   T = tridiag(-1, 2, -1) with eigenvalues 2 - 2 cos(k pi/(n+1)), k = 1..n
    x_star_i = 1 - i/(n+1),   f_star = (scale/8) (1/(n+1) - 1)

Nesterov, Introductory Lectures on Convex Optimization (2004), section 2.1.2; his L is `scale`, the limit of
the exact L = (scale/2)(1 + cos(pi/(n+1))); mu = (scale/2)(1 - cos(pi/(n+1))) ~ scale pi^2/(4 n^2).
"""

from __future__ import annotations

import dataclasses
import functools
import math
from typing import ClassVar

import numpy as np

from alphalab.arrays import Array, dot, like, namespace
from alphalab.problems.fields import check_dimension, check_positive
from alphalab.problems.problem import Analytic, Constants


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class NesterovWorst(Analytic):
    """The chain above; 0 stands at both ends of it."""

    name: ClassVar[str] = "nesterov-worst"
    n: int = 10
    scale: float = 1.0

    def _check(self) -> None:
        check_dimension(self.name, self.n)
        check_positive("scale", self.scale)

    @functools.cached_property
    def constants(self) -> Constants:
        """Extreme eigenvalues of the Hessian (scale/4) T, and the solution of T x = e_1."""
        turn = math.cos(math.pi / (self.n + 1))
        x_star = 1.0 - np.arange(1, self.n + 1) / (self.n + 1)
        L, mu = self.scale / 2 * (1 + turn), self.scale / 2 * (1 - turn)
        return Constants(L=L, mu=mu, f_star=self.scale / 8 * (1 / (self.n + 1) - 1), x_star=x_star)

    def _differences(self, x: Array) -> Array:
        """x_{i+1} - x_i for i = 0..n with x_0 = x_{n+1} = 0, shapes (*batch, n) -> (*batch, n+1)."""
        xp = namespace(x)
        ends = xp.zeros_like(x[..., :1])
        return xp.concat([x, ends], axis=-1) - xp.concat([ends, x], axis=-1)

    def value(self, x: Array) -> Array:
        """Half the squared differences less x_1, shapes (*batch, n) -> (*batch,)."""
        d = self._differences(x)
        return self.scale / 4 * (0.5 * dot(d, d) - x[..., 0])

    def gradient(self, x: Array) -> Array:
        """(scale/4) (T x - e_1), shapes (*batch, n) -> (*batch, n)."""
        d = self._differences(x)
        return self.scale / 4 * (d[..., :-1] - d[..., 1:] - like(np.eye(1, self.n)[0], x))
