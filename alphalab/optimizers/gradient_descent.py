"""Gradient descent.

    d = g

Source: A. Cauchy (1847).
"""

from __future__ import annotations

import dataclasses
from typing import ClassVar

from alphalab.arrays import Array
from alphalab.optimizers.optimizer import Rule, State


@dataclasses.dataclass(frozen=True, kw_only=True)
class GradientDescent(Rule):
    """d = g; stateless.

    >>> import numpy as np, alphalab as al
    >>> x, g = np.zeros(2), np.array([3.0, 4.0])
    >>> al.take_step(al.GradientDescent(learning_rate=0.5), x, g)[0]
    array([-1.5, -2. ])
    """

    name: ClassVar[str] = "gradient-descent"
    source: ClassVar[str] = "Cauchy 1847"

    def direction(self, gradient: Array, state: State, x: Array) -> tuple[Array, State]:
        """d = g."""
        return gradient, state
