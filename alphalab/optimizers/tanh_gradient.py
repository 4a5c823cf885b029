"""Ablation of the normalisation: squash the raw gradient.

    d = tanh(alpha g)

Source: S. Sane, arXiv 2504.16020v2, section 7.6.
"""

from __future__ import annotations

import dataclasses
from typing import ClassVar

from alphalab.arrays import Array, column, namespace
from alphalab.optimizers.optimizer import POSITIVE, Rule, State, Value, hyperparameter


@dataclasses.dataclass(frozen=True, kw_only=True)
class TanhGradient(Rule):
    """d = tanh(alpha g), alpha > 0; no normalisation, so not scale invariant; stateless.

    >>> import numpy as np, alphalab as al
    >>> x, g = np.zeros(2), np.array([3.0, 4.0])
    >>> for scale in (1.0, 1e-3):  # not the same step at another scale
    ...     print(al.take_step(al.TanhGradient(learning_rate=1.0), x, scale * g)[0].round(4))
    [-1. -1.]
    [-0.006 -0.008]
    """

    name: ClassVar[str] = "tanh-gradient"
    source: ClassVar[str] = "arXiv 2504.16020v2, section 7.6"
    alpha: Value = hyperparameter(2.0, POSITIVE)

    def direction(self, gradient: Array, state: State, x: Array) -> tuple[Array, State]:
        """d = tanh(alpha g)."""
        return namespace(gradient).tanh(self.pre_activation(gradient, state)), state

    def pre_activation(self, gradient: Array, state: State) -> Array:
        """alpha g, shape (*batch, n)."""
        return column(self.alpha, gradient) * gradient
