"""Adam: moments of the gradient, bias-corrected.

    m = b1 m + (1-b1) g,     s = sqrt(b2 s^2 + (1-b2) g^2)
    d = m^ / (s^ + eps),     m^ = m/(1-b1^t),  s^ = s/sqrt(1-b2^t)

Source: D. Kingma and J. Ba, arXiv 1412.6980, algorithm 1, whose v is s^2: see `moments`.
"""

from __future__ import annotations

import dataclasses
from typing import ClassVar

from alphalab.arrays import Array, column, divide
from alphalab.optimizers.moments import Moments, advance, corrected, zero_moments
from alphalab.optimizers.optimizer import DECAY, NON_NEGATIVE, POSITIVE, Rule, Value, hyperparameter


@dataclasses.dataclass(frozen=True, kw_only=True)
class Adam(Rule):
    """d = m^/(s^+eps); b1 = beta1 and b2 = beta2 in [0, 1), epsilon >= 0; state: m, s.

    >>> import numpy as np, alphalab as al
    >>> x, state, method = np.zeros(2), None, al.Adam(learning_rate=0.5)
    >>> for _ in range(2):
    ...     x, state = al.take_step(method, x, np.array([3.0, -1e-3]), state)
    ...     print(x.round(3))
    [-0.5  0.5]
    [-1.  1.]
    """

    name: ClassVar[str] = "adam"
    source: ClassVar[str] = "arXiv 1412.6980, algorithm 1"
    learning_rate: Value = hyperparameter(1e-3, POSITIVE)
    beta1: Value = hyperparameter(0.9, DECAY)
    beta2: Value = hyperparameter(0.999, DECAY)
    epsilon: Value = hyperparameter(1e-8, NON_NEGATIVE)

    def init(self, x: Array) -> Moments:
        """m = s = 0."""
        return zero_moments(x, self.beta1, self.beta2)

    def direction(self, gradient: Array, state: Moments, x: Array) -> tuple[Array, Moments]:
        """d = m^/(s^+eps), and 0 where both are 0."""
        state = advance(state, gradient, self.beta1, self.beta2)
        m, s = corrected(state)
        return divide(m, s + column(self.epsilon, s)), state
