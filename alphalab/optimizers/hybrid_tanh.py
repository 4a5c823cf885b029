"""AlphaGrad mixed with normalised gradient descent.

    d = lambda tanh(alpha g~) + (1 - lambda) g~

Source: S. Sane, arXiv 2504.16020v2, section 7.5.
"""

from __future__ import annotations

import dataclasses
from typing import ClassVar

from alphalab.arrays import Array, column
from alphalab.optimizers.alphagrad import AlphaGrad
from alphalab.optimizers.optimizer import FRACTION, Value, hyperparameter


@dataclasses.dataclass(frozen=True, kw_only=True)
class HybridTanh(AlphaGrad):
    """d = lambda tanh(alpha g~) + (1 - lambda) g~, lambda = mixing in [0, 1].

    >>> import numpy as np, alphalab as al
    >>> x, g = np.zeros(2), np.array([3.0, 4.0])
    >>> al.take_step(al.HybridTanh(learning_rate=1.0, alpha=100.0, mixing=0.5), x, g)[0]  # (1 + 0.6)/2, (1 + 0.8)/2
    array([-0.8, -0.9])
    """

    name: ClassVar[str] = "hybrid-tanh"
    source: ClassVar[str] = "arXiv 2504.16020v2, section 7.5"
    mixing: Value = hyperparameter(0.5, FRACTION)

    def sigma(self, u: Array) -> Array:
        """lambda tanh(alpha u) + (1 - lambda) u."""
        return column(self.mixing, u) * super().sigma(u) + column(1 - self.mixing, u) * u
