"""Signum: the sign of the averaged gradient.

    m = b m + (1-b) g,     m_0 = 0
    d = sign(m)

Source: J. Bernstein et al., arXiv 1802.04434, algorithm 2.
"""

from __future__ import annotations

import dataclasses
from typing import ClassVar

from alphalab.arrays import Array, namespace
from alphalab.optimizers.moments import mean
from alphalab.optimizers.optimizer import DECAY, Rule, State, Value, hyperparameter


@dataclasses.dataclass(frozen=True, kw_only=True)
class Signum(Rule):
    """d = sign(m), m = b m + (1-b) g, b = momentum in [0, 1); state: m. b = 0 is SignSGD.

    >>> import numpy as np, alphalab as al
    >>> x, state, method = np.zeros(1), None, al.Signum(learning_rate=1.0, momentum=0.9)
    >>> for g in (5.0, -1.0):  # m = 0.5, then 0.35
    ...     x, state = al.take_step(method, x, np.array([g]), state)
    ...     print(x)
    [-1.]
    [-2.]
    """

    name: ClassVar[str] = "signum"
    source: ClassVar[str] = "arXiv 1802.04434, algorithm 2"
    momentum: Value = hyperparameter(0.9, DECAY)

    def init(self, x: Array) -> State:
        """m = 0."""
        return namespace(x).zeros_like(x)

    def direction(self, gradient: Array, state: State, x: Array) -> tuple[Array, State]:
        """d = sign(m)."""
        m = mean(state, gradient, self.momentum)
        return namespace(m).sign(m), m
