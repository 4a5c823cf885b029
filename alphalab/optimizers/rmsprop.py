"""RMSProp.

    s = sqrt(b s^2 + (1-b) g^2)
    d = g / (s + eps)

Source: T. Tieleman and G. Hinton, Coursera lecture 6.5 (2012); their mean square is s^2: see `moments`.
"""

from __future__ import annotations

import dataclasses
from typing import ClassVar

from alphalab.arrays import Array, column, divide, namespace
from alphalab.optimizers.moments import root_mean
from alphalab.optimizers.optimizer import DECAY, NON_NEGATIVE, POSITIVE, Rule, Value, hyperparameter


@dataclasses.dataclass(frozen=True, kw_only=True)
class RMSProp(Rule):
    """d = g/(s+eps), b = decay in [0, 1), epsilon >= 0; state: s, shape (*batch, n).

    >>> import numpy as np, alphalab as al
    >>> x, g = np.zeros(2), np.array([3.0, 4.0])
    >>> al.take_step(al.RMSProp(learning_rate=0.1, decay=0.99), x, g)[0].round(3)  # 1/sqrt(1 - 0.99) times the sign
    array([-1., -1.])
    """

    name: ClassVar[str] = "rmsprop"
    source: ClassVar[str] = "Tieleman and Hinton 2012"
    learning_rate: Value = hyperparameter(1e-3, POSITIVE)
    decay: Value = hyperparameter(0.99, DECAY)
    epsilon: Value = hyperparameter(1e-8, NON_NEGATIVE)

    def init(self, x: Array) -> Array:
        """s = 0."""
        return namespace(x).zeros_like(x)

    def direction(self, gradient: Array, state: Array, x: Array) -> tuple[Array, Array]:
        """d = g/(s+eps), and 0 where both are 0."""
        s = root_mean(state, gradient, self.decay)
        return divide(gradient, s + column(self.epsilon, s)), s
