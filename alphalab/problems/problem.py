"""What every problem is: a value, a gradient, and the constants it claims.

    f(y) <= f(x) + <g(x), y-x> + (L/2)||y-x||^2          L    smoothness
    f(y) >= f(x) + <g(x), y-x> + (mu/2)||y-x||^2         mu   strong convexity
    ||g(x)||^2 >= 2 pl (f(x) - f_star)                   pl   Polyak-Lojasiewicz
    f(x) >= f_star = f(x_star),  g(x_star) = 0           f_star, x_star
"""

from __future__ import annotations

import dataclasses
from typing import ClassVar, Protocol, runtime_checkable

import numpy as np

from alphalab.arrays import Array


@dataclasses.dataclass(frozen=True, kw_only=True)
class Constants:
    """The constants a problem claims; `None` means "not claimed". Every one given is tested.

    L >= 0 is global smoothness, mu >= 0 strong convexity, pl > 0 the Polyak-Lojasiewicz constant, f_star the
    infimum, x_star one minimiser of shape (n,), convex whether f is convex.
    """

    L: float | None = None
    mu: float | None = None
    pl: float | None = None
    f_star: float | None = None
    x_star: Array | None = None
    convex: bool | None = None


@runtime_checkable
class Problem(Protocol):
    """What the floors above need of a problem. `n` is the dimension of its points."""

    name: ClassVar[str]

    @property
    def n(self) -> int:
        """Dimension of a point."""

    @property
    def constants(self) -> Constants:
        """What the problem claims about itself."""

    def value(self, x: Array) -> Array:
        """f(x), shapes (*batch, n) -> (*batch,)."""

    def gradient(self, x: Array) -> Array:
        """Gradient of f at x, shapes (*batch, n) -> (*batch, n)."""

    def value_and_gradient(self, x: Array) -> tuple[Array, Array]:
        """Both at once, shared work done once."""

    def start(self, seed: int = 0) -> np.ndarray:
        """A standard starting point for this problem, shape (n,), reproducible from the seed."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Analytic:
    """A problem given by formulas: supplies what follows from `value` and `gradient`."""

    name: ClassVar[str] = "problem"

    @property
    def constants(self) -> Constants:
        """Nothing is claimed unless a problem says so."""
        return Constants()

    def value(self, x: Array) -> Array:
        """f(x), shapes (*batch, n) -> (*batch,)."""
        raise NotImplementedError

    def gradient(self, x: Array) -> Array:
        """Gradient of f at x, shapes (*batch, n) -> (*batch, n)."""
        raise NotImplementedError

    def value_and_gradient(self, x: Array) -> tuple[Array, Array]:
        """Both at once; overridden where sharing work is cheaper."""
        return self.value(x), self.gradient(x)

    def start(self, seed: int = 0) -> np.ndarray:
        """A standard normal point times 2, shape (n,)."""
        return 2.0 * np.random.default_rng(seed).standard_normal(self.n)  # type: ignore[attr-defined]
