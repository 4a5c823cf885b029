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
    """d = g; stateless."""

    name: ClassVar[str] = "gradient-descent"
    source: ClassVar[str] = "Cauchy 1847"

    def direction(self, gradient: Array, state: State, x: Array) -> tuple[Array, State]:
        """d = g."""
        return gradient, state
