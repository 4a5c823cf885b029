"""Choosing alpha: the guideline (7) and its saturated-fraction form, and alpha controlled along the run.

    alpha = k sqrt(d)                                                (7)
    k     = tau / z_{f/2}                saturates about a fraction f beyond the threshold tau
    S     = (1/d) #{ i : |c alpha g~_i| > tau },     c <- c q if S < low,  c <- c/q if S > high
    d     = sigma(c g~)

Source: S. Sane, arXiv 2504.16020v2, eq. (7) and section 7.3.
"""

from __future__ import annotations

import dataclasses
from typing import ClassVar

from alphalab.arrays import Array, column, like, namespace, total
from alphalab.optimizers.optimizer import (
    FRACTION,
    POSITIVE,
    Interval,
    State,
    Value,
    Wrapper,
    checked,
    hyperparameter,
)
from alphalab.optimizers.squashed import SquashedGradient


def alpha_guideline(n: Value, k: Value = 1.0) -> Value:
    """Return alpha = k sqrt(n), eq. (7): isotropic gradients then have pre-activations of deviation k.

    >>> import alphalab as al
    >>> al.alpha_guideline(4096, k=2.0)
    128.0
    """
    return checked("alpha_guideline", "k", k, POSITIVE) * checked("alpha_guideline", "n", n, POSITIVE) ** 0.5


def k_for_fraction(fraction: float, tau: float = 2.5) -> float:
    """Return k = tau/z_{f/2}: in the Gaussian limit a fraction f of the components exceeds tau; 0 < f < 1.

    >>> import alphalab as al
    >>> round(al.k_for_fraction(0.05), 2), round(al.k_for_fraction(0.25), 2)  # k for 5 and 25 % saturated
    (1.28, 2.17)
    """
    from statistics import NormalDist

    inside = Interval(low=0, high=1, low_open=True, high_open=True)
    fraction = checked("k_for_fraction", "fraction", fraction, inside)
    return float(checked("k_for_fraction", "tau", tau, POSITIVE) / NormalDist().inv_cdf(1 - fraction / 2))


def saturated_fraction(pre_activation: Array, tau: Value) -> Array:
    """Return S = (1/d) #{ i : |z_i| > tau }, shapes (*batch, n) -> (*batch,)."""
    xp = namespace(pre_activation)
    beyond = xp.abs(pre_activation) > column(tau, pre_activation)
    return total(xp.astype(beyond, pre_activation.dtype)) / pre_activation.shape[-1]


@dataclasses.dataclass(frozen=True, kw_only=True)
class SaturationControlled(Wrapper):
    """Multiplies the wrapped alpha by c, adapted before each step to keep S in [low, high]; state: c, (*batch,).

    factor > 1 is q; c stays in [1/limit, limit], where a single large component would drive it to infinity.

    >>> import numpy as np, alphalab as al
    >>> method = al.SaturationControlled(al.AlphaGrad(alpha=1.0), factor=2.0)
    >>> state = method.init(np.zeros(2))
    >>> for _ in range(3):  # c is doubled until a component is saturated, then halved
    ...     _, state = method.direction(np.array([3.0, 4.0]), state, np.zeros(2))
    ...     print(float(state))
    2.0
    4.0
    2.0
    """

    name: ClassVar[str] = "saturation-controlled"
    source: ClassVar[str] = "arXiv 2504.16020v2, section 7.3"
    low: Value = hyperparameter(0.05, FRACTION)
    high: Value = hyperparameter(0.25, FRACTION)
    tau: Value = hyperparameter(2.5, POSITIVE)
    factor: Value = hyperparameter(1.05, Interval(low=1, low_open=True))
    limit: Value = hyperparameter(1e6, Interval(low=1))

    def __post_init__(self) -> None:
        """Check that the wrapped optimizer squashes a normalised gradient and that low <= high."""
        super().__post_init__()
        if not isinstance(self.optimizer, SquashedGradient):
            raise ValueError(f"SaturationControlled: optimizer must squash a gradient, got {self.optimizer.name}")
        if not namespace(self.low).all(namespace(self.low).asarray(self.low <= self.high)):
            raise ValueError(f"SaturationControlled: low must be <= high, got {self.low} and {self.high}")

    def init(self, x: Array) -> State:
        """c = 1."""
        return namespace(x).ones_like(x[..., 0])

    def direction(self, gradient: Array, state: State, x: Array) -> tuple[Array, State]:
        """d = sigma(c g~), c adapted to g first."""
        c = self._adapted(state, saturated_fraction(self.pre_activation(gradient, state), self.tau))
        u = self._inner.squashed(gradient)
        return self._inner.sigma(c[..., None] * u), c

    def step(self, direction: Array, state: State) -> tuple[Array, State]:
        """Step = eta d."""
        return self._inner.step(direction, ())[0], state

    def pre_activation(self, gradient: Array, state: State) -> Array:
        """c alpha g~, shape (*batch, n)."""
        return state[..., None] * self._inner.pre_activation(gradient, ())

    @property
    def _inner(self) -> SquashedGradient:
        return self.optimizer  # type: ignore[return-value]

    def _adapted(self, c: Array, fraction: Array) -> Array:
        """c q where too little is saturated, c/q where too much, kept in [1/limit, limit]."""
        xp = namespace(c)
        low, high, q, limit = (like(value, c) for value in (self.low, self.high, self.factor, self.limit))
        c = xp.where(fraction < low, c * q, xp.where(fraction > high, c / q, c))
        return xp.minimum(xp.maximum(c, 1 / limit), limit)
