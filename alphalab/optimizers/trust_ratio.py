"""The simplified trust ratio by which the paper stands for LARS and LAMB.

    d = ||x|| / (||g|| + beta ||x||) g

As it is written: at x = 0 it does not move. Source: S. Sane, arXiv 2504.16020v2, section 4 and table 1.
"""

from __future__ import annotations

import dataclasses
from typing import ClassVar

from alphalab.arrays import Array, column, divide, norm
from alphalab.optimizers.optimizer import NON_NEGATIVE, Rule, State, Value, hyperparameter


@dataclasses.dataclass(frozen=True, kw_only=True)
class TrustRatio(Rule):
    """d = ||x||/(||g|| + beta||x||) g, beta >= 0; stateless.

    >>> import numpy as np, alphalab as al
    >>> x, g = np.array([3.0, 4.0]), np.array([0.0, 2.0])
    >>> al.take_step(al.TrustRatio(learning_rate=0.1, beta=0.0), x, g)[0]
    array([3. , 3.5])
    """

    name: ClassVar[str] = "trust-ratio"
    source: ClassVar[str] = "arXiv 2504.16020v2, section 4"
    beta: Value = hyperparameter(1e-4, NON_NEGATIVE)

    def direction(self, gradient: Array, state: State, x: Array) -> tuple[Array, State]:
        """d = ||x||/(||g|| + beta||x||) g."""
        size = norm(x)[..., None]
        unit = divide(gradient, norm(gradient)[..., None] + column(self.beta, x) * size)
        return size * unit, state  # not (size/slope) g: that quotient overflows where g is tiny
