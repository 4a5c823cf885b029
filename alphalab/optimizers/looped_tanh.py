"""The paper's "looped" variant: the sine of the squashed gradient.

    d = sin(k tanh(alpha g~))

sigma is increasing and concave on [0, inf), so the lemmas hold, for k <= pi/2; beyond k = pi a large
component is stepped uphill. Source: S. Sane, arXiv 2504.16020v2, section 7.1.
"""

from __future__ import annotations

import dataclasses
from typing import ClassVar

from alphalab.arrays import Array, column, namespace
from alphalab.optimizers.alphagrad import AlphaGrad
from alphalab.optimizers.optimizer import POSITIVE, Value, hyperparameter


@dataclasses.dataclass(frozen=True, kw_only=True)
class LoopedTanh(AlphaGrad):
    """d = sin(k tanh(alpha g~)), k > 0.

    >>> import numpy as np, alphalab as al
    >>> x, g = np.zeros(2), np.array([3.0, 4.0])
    >>> for k in (1.5, 4.0):  # beyond k = pi a large component is stepped uphill
    ...     print(al.take_step(al.LoopedTanh(learning_rate=1.0, k=k), x, g)[0].round(2))
    [-0.95 -0.98]
    [0.19 0.52]
    """

    name: ClassVar[str] = "looped-tanh"
    source: ClassVar[str] = "arXiv 2504.16020v2, section 7.1"
    k: Value = hyperparameter(1.5, POSITIVE)

    def sigma(self, u: Array) -> Array:
        """sin(k tanh(alpha u))."""
        return namespace(u).sin(column(self.k, u) * super().sigma(u))
