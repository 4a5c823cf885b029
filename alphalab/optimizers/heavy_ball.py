"""Heavy-ball momentum around any optimizer, the learning rate inside the velocity.

    v <- gamma v + eta d,     v_1 = 0        (5)
    x <- x - v                               (6)

Source: B. Polyak (1964); S. Sane, arXiv 2504.16020v2, eqs. (5, 6).
"""

from __future__ import annotations

import dataclasses
from typing import ClassVar, NamedTuple

from alphalab.arrays import Array, column, namespace
from alphalab.optimizers.optimizer import DECAY, State, Value, Wrapper, hyperparameter


class HeavyBallState(NamedTuple):
    """The wrapped state and v, shape (*batch, n)."""

    inner: State
    velocity: Array


@dataclasses.dataclass(frozen=True, kw_only=True)
class HeavyBall(Wrapper):
    """v <- gamma v + (step of the wrapped optimizer), gamma = momentum in [0, 1); state: its state and v.

    >>> import numpy as np, alphalab as al
    >>> x, state, method = np.zeros(1), None, al.HeavyBall(al.SignSGD(learning_rate=1.0), momentum=0.5)
    >>> for _ in range(3):
    ...     x, state = al.take_step(method, x, np.array([7.0]), state)
    ...     print(x)
    [-1.]
    [-2.5]
    [-4.25]
    """

    name: ClassVar[str] = "heavy-ball"
    source: ClassVar[str] = "arXiv 2504.16020v2, eqs. (5, 6)"
    momentum: Value = hyperparameter(0.9, DECAY)

    def init(self, x: Array) -> HeavyBallState:
        """v = 0."""
        return HeavyBallState(self.optimizer.init(x), namespace(x).zeros_like(x))

    def direction(self, gradient: Array, state: HeavyBallState, x: Array) -> tuple[Array, HeavyBallState]:
        """The wrapped optimizer's d."""
        d, inner = self.optimizer.direction(gradient, state.inner, x)
        return d, HeavyBallState(inner, state.velocity)

    def step(self, direction: Array, state: HeavyBallState) -> tuple[Array, HeavyBallState]:
        """Step = v = gamma v + eta d."""
        step, inner = self.optimizer.step(direction, state.inner)
        v = column(self.momentum, step) * state.velocity + step
        return v, HeavyBallState(inner, v)

    def pre_activation(self, gradient: Array, state: HeavyBallState) -> Array:
        """The wrapped optimizer's."""
        return self.optimizer.pre_activation(gradient, state.inner)
