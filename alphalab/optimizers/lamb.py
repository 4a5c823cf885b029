"""LAMB as published: Adam's direction, rescaled to the size of the weights. It keeps both moments.

    r = m^/(s^+eps) + lambda x
    d = (||x||/||r||) r,     the ratio being 1 where ||x|| or ||r|| is 0

Source: Y. You et al., arXiv 1904.00962, algorithm 2, phi the identity. (Table 1 of arXiv 2504.16020v2
lists LAMB as stateless, which this rule is not.)
"""

from __future__ import annotations

import dataclasses
from typing import ClassVar

from alphalab.arrays import Array, column, divide, namespace, norm
from alphalab.optimizers.adam import Adam
from alphalab.optimizers.moments import Moments
from alphalab.optimizers.optimizer import NON_NEGATIVE, Value, hyperparameter


def resized(r: Array, x: Array) -> Array:
    """Return (||x||/||r||) r, shape (*batch, n), and r itself where either norm is 0."""
    top, bottom = norm(x)[..., None], norm(r)[..., None]
    return namespace(x).where((top > 0) & (bottom > 0), top * divide(r, bottom), r)


@dataclasses.dataclass(frozen=True, kw_only=True)
class LAMB(Adam):
    """d = (||x||/||r||) r, r = Adam's direction + lambda x, lambda = weight_decay >= 0; state: m, s.

    >>> import numpy as np, alphalab as al
    >>> x, g = np.array([3.0, 4.0]), np.array([1.0, -2.0])
    >>> al.take_step(al.LAMB(learning_rate=0.1), x, g)[0].round(3)  # a step of length 0.1 ||x||
    array([2.646, 4.354])
    """

    name: ClassVar[str] = "lamb"
    source: ClassVar[str] = "arXiv 1904.00962, algorithm 2"
    epsilon: Value = hyperparameter(1e-6, NON_NEGATIVE)
    weight_decay: Value = hyperparameter(0.0, NON_NEGATIVE)

    def direction(self, gradient: Array, state: Moments, x: Array) -> tuple[Array, Moments]:
        """d = (||x||/||r||) r."""
        r, state = super().direction(gradient, state, x)
        r = r + column(self.weight_decay, x) * x
        return resized(r, x), state
