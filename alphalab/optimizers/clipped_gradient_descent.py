"""Gradient descent with its norm clipped.

    d = g min(1, C/||g||_2)

Source: R. Pascanu et al., arXiv 1211.5063; S. Sane, arXiv 2504.16020v2, section 4.
"""

from __future__ import annotations

import dataclasses
from typing import ClassVar

from alphalab.arrays import Array, column, divide, namespace, norm
from alphalab.optimizers.optimizer import POSITIVE, Rule, State, Value, hyperparameter


@dataclasses.dataclass(frozen=True, kw_only=True)
class ClippedGradientDescent(Rule):
    """d = g min(1, C/||g||), C = threshold > 0; stateless.

    >>> import numpy as np, alphalab as al
    >>> x, g = np.zeros(2), np.array([3.0, 4.0])
    >>> al.take_step(al.ClippedGradientDescent(learning_rate=1.0, threshold=1.0), x, g)[0]
    array([-0.6, -0.8])
    """

    name: ClassVar[str] = "clipped-gradient-descent"
    source: ClassVar[str] = "arXiv 1211.5063"
    threshold: Value = hyperparameter(1.0, POSITIVE)

    def direction(self, gradient: Array, state: State, x: Array) -> tuple[Array, State]:
        """d = C g/||g|| where ||g|| > C, else g."""
        size = norm(gradient)[..., None]
        bound = column(self.threshold, gradient)
        return namespace(size).where(size > bound, bound * divide(gradient, size), gradient), state
