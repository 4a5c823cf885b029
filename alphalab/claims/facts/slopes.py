r"""What a squash between two lines is known by: no concavity, only a u <= sigma(u) <= b u on [0, 1].

    sigma(u) = max(a u, min(b u, c))           three pieces: slope b, level c, slope a
    sigma(u)^2 <= M^/n + k (u^2 - 1/n),  k >= 0      a line over phi(s) = sigma(sqrt s)^2 at s = 1/n, M^/n its height

M^ = n phi^(1/n) is the least such, phi^ the least concave function above phi that nowhere falls: |u|_2 < 1 where
eps > 0. Source: theory2, section 1, where phi^ may fall.
"""

from __future__ import annotations

import dataclasses
from typing import ClassVar

import numpy as np

from alphalab.arrays import Array, column, namespace
from alphalab.claims.case import Case, NotApplicableError
from alphalab.claims.claim import Assumption
from alphalab.optimizers import SquashedGradient
from alphalab.optimizers.optimizer import POSITIVE, Value, hyperparameter

GRID = np.linspace(0, 1, 2001)[1:]


@dataclasses.dataclass(frozen=True, kw_only=True)
class ThreeSlopes(SquashedGradient):
    """d = sigma(g~), sigma(u) = max(a |u|, min(b |u|, c)) with the sign of u; 0 < a < b, c > 0."""

    name: ClassVar[str] = "three-slopes"
    source: ClassVar[str] = "the lab's theory, no concavity"
    low: Value = hyperparameter(0.5, POSITIVE)
    high: Value = hyperparameter(3.0, POSITIVE)
    level: Value = hyperparameter(1.0, POSITIVE)

    def sigma(self, u: Array) -> Array:
        """max(a |u|, min(b |u|, c)) with the sign of u."""
        xp = namespace(u)
        low, high, level = (column(value, u) for value in (self.low, self.high, self.level))
        size = xp.abs(u)
        return xp.sign(u) * xp.maximum(low * size, xp.minimum(high * size, level + 0 * size))


def known_of(case: Case, name: str) -> np.ndarray:
    """Return what is declared of sigma, else what the optimizer says: "low" is a, "high" b, "price" M^, "bend" k."""
    if name in case.declared:
        return np.asarray(case.declared[name])
    if not isinstance(case.optimizer, ThreeSlopes):
        raise NotApplicableError(f"{name!r} of sigma is not given")
    return envelope(case.optimizer, case.n)[name]


def envelope(squash: ThreeSlopes, n: int) -> dict[str, np.ndarray]:
    """Return a, b, M^ and k: phi^ is straight up to s = (c/b)^2, and from there on to 1."""
    low, high, level = (np.asarray(value, dtype=float) for value in (squash.low, squash.high, squash.level))
    corner, top = np.minimum((level / high) ** 2, 1), np.maximum(low, np.minimum(high, level)) ** 2
    first = corner * n >= 1 - 1e-12
    with np.errstate(all="ignore"):
        beyond = (top - level**2) / (1 - corner)
        height = np.where(first, high**2 / n, level**2 + beyond * (1 / n - corner))
    return {"low": low, "high": high, "price": n * height, "bend": np.where(first, high**2, beyond)}


def _outside(case: Case) -> str | np.ndarray | None:
    """Where sigma is somewhere not between the lines, or of another sign."""
    squash = case.optimizer
    if not isinstance(squash, SquashedGradient):
        return f"{squash.name} squashes no normalised gradient"
    if "noise" in case.declared:
        return "the steps see noise"
    low, high = (known_of(case, name)[..., None] for name in ("low", "high"))
    shape = np.broadcast_shapes(case.gradient_norm.shape[1:], low.shape[:-1])
    u = np.broadcast_to(GRID, (*shape, GRID.size))
    slope = np.asarray(squash.sigma(u)) / u
    granted = 1 + case.tolerance
    return np.any((slope * granted < low) | (slope > high * granted) | (low >= high), axis=-1)


BETWEEN = Assumption(
    r"d = \sigma(g/(\|g\|+\varepsilon)), \sigma \text{ odd}, a u \le \sigma(u) \le b u \text{ on } [0, 1], 0 < a < b, "
    r"x_{t+1} = x_t - \eta d_t, \eta > 0, t = 1..T",
    _outside,
    gives=("direction, slopes", "a < b"),
)
