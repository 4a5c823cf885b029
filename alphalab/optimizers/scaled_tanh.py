"""AlphaGrad with a free amplitude.

    d = beta tanh(alpha g~)

Source: S. Sane, arXiv 2504.16020v2, section 7.1.
"""

from __future__ import annotations

import dataclasses
from typing import ClassVar

from alphalab.arrays import Array, column
from alphalab.optimizers.alphagrad import AlphaGrad
from alphalab.optimizers.optimizer import POSITIVE, Value, hyperparameter


@dataclasses.dataclass(frozen=True, kw_only=True)
class ScaledTanh(AlphaGrad):
    """d = beta tanh(alpha g~), beta > 0.

    >>> import numpy as np, alphalab as al
    >>> x, g = np.zeros(2), np.array([3.0, 4.0])
    >>> al.take_step(al.ScaledTanh(learning_rate=1.0, alpha=100.0, beta=3.0), x, g)[0]
    array([-3., -3.])
    """

    name: ClassVar[str] = "scaled-tanh"
    source: ClassVar[str] = "arXiv 2504.16020v2, section 7.1"
    beta: Value = hyperparameter(1.0, POSITIVE)

    def sigma(self, u: Array) -> Array:
        """beta tanh(alpha u)."""
        return column(self.beta, u) * super().sigma(u)
