"""AlphaGrad: normalise, squash, step.

    d = tanh(alpha g~),   g~ = g / (||g||_2 + eps)        (2), (3)
    x+ = x - eta d                                        (4)

alpha -> 0 gives alpha g~ (normalised gradient descent), alpha -> inf gives sign(g).
Source: S. Sane, arXiv 2504.16020v2, section 2.
"""

from __future__ import annotations

import dataclasses
from typing import ClassVar

from alphalab.arrays import Array, column, namespace
from alphalab.optimizers.optimizer import POSITIVE, Value, hyperparameter
from alphalab.optimizers.squashed import SquashedGradient


@dataclasses.dataclass(frozen=True, kw_only=True)
class AlphaGrad(SquashedGradient):
    """d = tanh(alpha g/(||g||+eps)); learning_rate > 0, alpha > 0 (the steepness), epsilon >= 0; stateless.

    >>> import numpy as np, alphalab as al
    >>> x, g = np.zeros(2), np.array([3.0, 4.0])
    >>> for alpha in (0.01, 2.0, 100.0):  # from the gradient itself to its sign
    ...     print(alpha, al.take_step(al.AlphaGrad(learning_rate=1.0, alpha=alpha), x, g)[0].round(3))
    0.01 [-0.006 -0.008]
    2.0 [-0.834 -0.922]
    100.0 [-1. -1.]
    """

    name: ClassVar[str] = "alphagrad"
    source: ClassVar[str] = "arXiv 2504.16020v2, eqs. (2)-(4)"
    alpha: Value = hyperparameter(2.0, POSITIVE)

    @property
    def gain(self) -> Value:
        """alpha."""
        return self.alpha

    def sigma(self, u: Array) -> Array:
        """tanh(alpha u)."""
        return namespace(u).tanh(column(self.alpha, u) * u)
