"""Linear: the problem on which a direction is seen with nothing else in the way.

f(x) = <g, x>        gradient g everywhere        L = 0, convex, unbounded below (unless g = 0)
"""

from __future__ import annotations

import dataclasses
import functools
from typing import ClassVar

import numpy as np

from alphalab.arrays import Array, like, namespace, total
from alphalab.problems.fields import freeze
from alphalab.problems.problem import Analytic, Constants


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Linear(Analytic):
    """f(x) = <g, x>, g of shape (n,)."""

    name: ClassVar[str] = "linear"
    g: np.ndarray

    def _check(self) -> None:
        freeze(self, g=1)

    @property
    def n(self) -> int:
        """Dimension of a point."""
        return self.g.shape[0]

    @functools.cached_property
    def constants(self) -> Constants:
        """The gradient is constant, so both sides of the smoothness inequality agree with L = 0."""
        return Constants(L=0.0, convex=True)

    def value(self, x: Array) -> Array:
        """<g, x>, shapes (*batch, n) -> (*batch,)."""
        return total(like(self.g, x) * x)

    def gradient(self, x: Array) -> Array:
        """The vector g at every point, shapes (*batch, n) -> (*batch, n)."""
        return namespace(x).zeros_like(x) + like(self.g, x)


def linear(n: int = 3, g: np.ndarray | None = None, seed: int = 0) -> Linear:
    """Return <g, x> for the given g, or for a standard normal g of length n."""
    return Linear(g=np.random.default_rng(seed).standard_normal(n) if g is None else g)
