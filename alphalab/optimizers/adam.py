"""Adam: moments of the gradient, bias-corrected.

    m = b1 m + (1-b1) g,     v = b2 v + (1-b2) g^2
    d = m^ / (sqrt(v^) + eps),     m^ = m/(1-b1^t),  v^ = v/(1-b2^t)

Source: D. Kingma and J. Ba, arXiv 1412.6980, algorithm 1.
"""

from __future__ import annotations

import dataclasses
from typing import ClassVar

from alphalab.arrays import Array, column, divide, namespace
from alphalab.optimizers.moments import Moments, advance, corrected, zero_moments
from alphalab.optimizers.optimizer import DECAY, NON_NEGATIVE, POSITIVE, Rule, Value, hyperparameter


@dataclasses.dataclass(frozen=True, kw_only=True)
class Adam(Rule):
    """d = m^/(sqrt(v^)+eps); b1 = beta1 and b2 = beta2 in [0, 1), epsilon >= 0; state: m, v."""

    name: ClassVar[str] = "adam"
    source: ClassVar[str] = "arXiv 1412.6980, algorithm 1"
    learning_rate: Value = hyperparameter(1e-3, POSITIVE)
    beta1: Value = hyperparameter(0.9, DECAY)
    beta2: Value = hyperparameter(0.999, DECAY)
    epsilon: Value = hyperparameter(1e-8, NON_NEGATIVE)

    def init(self, x: Array) -> Moments:
        """m = v = 0."""
        return zero_moments(x, self.beta1, self.beta2)

    def direction(self, gradient: Array, state: Moments, x: Array) -> tuple[Array, Moments]:
        """d = m^/(sqrt(v^)+eps), and 0 where both are 0."""
        state = advance(state, gradient, self.beta1, self.beta2)
        m, v = corrected(state)
        return divide(m, namespace(v).sqrt(v) + column(self.epsilon, v)), state
