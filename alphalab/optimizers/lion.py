"""Lion: the sign of a mean that leans more on the gradient than the mean that is kept.

    d = sign(b1 m + (1-b1) g)
    m = b2 m + (1-b2) g,     m_0 = 0

Source: X. Chen et al., arXiv 2302.06675, program 1, without its weight decay.
"""

from __future__ import annotations

import dataclasses
from typing import ClassVar

from alphalab.arrays import Array, namespace
from alphalab.optimizers.moments import mean
from alphalab.optimizers.optimizer import DECAY, POSITIVE, Rule, State, Value, hyperparameter


@dataclasses.dataclass(frozen=True, kw_only=True)
class Lion(Rule):
    """d = sign(b1 m + (1-b1) g); b1 = beta1 and b2 = beta2 in [0, 1); state: m.

    >>> import numpy as np, alphalab as al
    >>> x, state, method = np.zeros(1), None, al.Lion(learning_rate=1.0)
    >>> for g in (5.0, -1.0):  # m = 0.05 weighs 0.9, so -1 decides
    ...     x, state = al.take_step(method, x, np.array([g]), state)
    ...     print(x)
    [-1.]
    [0.]
    """

    name: ClassVar[str] = "lion"
    source: ClassVar[str] = "arXiv 2302.06675, program 1"
    learning_rate: Value = hyperparameter(1e-3, POSITIVE)
    beta1: Value = hyperparameter(0.9, DECAY)
    beta2: Value = hyperparameter(0.99, DECAY)

    def init(self, x: Array) -> State:
        """m = 0."""
        return namespace(x).zeros_like(x)

    def direction(self, gradient: Array, state: State, x: Array) -> tuple[Array, State]:
        """d = sign(b1 m + (1-b1) g)."""
        return namespace(gradient).sign(mean(state, gradient, self.beta1)), mean(state, gradient, self.beta2)
