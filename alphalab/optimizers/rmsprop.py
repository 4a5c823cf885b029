"""RMSProp.

    v = b v + (1-b) g^2
    d = g / (sqrt(v) + eps)

Source: T. Tieleman and G. Hinton, Coursera lecture 6.5 (2012).
"""

from __future__ import annotations

import dataclasses
from typing import ClassVar

from alphalab.arrays import Array, column, divide, namespace
from alphalab.optimizers.optimizer import DECAY, NON_NEGATIVE, POSITIVE, Rule, Value, hyperparameter


@dataclasses.dataclass(frozen=True, kw_only=True)
class RMSProp(Rule):
    """d = g/(sqrt(v)+eps), b = decay in [0, 1), epsilon >= 0; state: v, shape (*batch, n)."""

    name: ClassVar[str] = "rmsprop"
    source: ClassVar[str] = "Tieleman and Hinton 2012"
    learning_rate: Value = hyperparameter(1e-3, POSITIVE)
    decay: Value = hyperparameter(0.99, DECAY)
    epsilon: Value = hyperparameter(1e-8, NON_NEGATIVE)

    def init(self, x: Array) -> Array:
        """v = 0."""
        return namespace(x).zeros_like(x)

    def direction(self, gradient: Array, state: Array, x: Array) -> tuple[Array, Array]:
        """d = g/(sqrt(v)+eps), and 0 where both are 0."""
        g = gradient
        v = column(self.decay, g) * state + column(1 - self.decay, g) * (g * g)
        return divide(g, namespace(v).sqrt(v) + column(self.epsilon, v)), v
