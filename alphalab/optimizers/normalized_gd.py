"""Normalised gradient descent: AlphaGrad without the tanh.

    d = g~ = g / (||g||_2 + eps)

Source: Yu. Nesterov (1984); as the ablation of the tanh, S. Sane, arXiv 2504.16020v2, section 7.6.
"""

from __future__ import annotations

import dataclasses
from typing import ClassVar

from alphalab.arrays import Array
from alphalab.optimizers.squashed import SquashedGradient


@dataclasses.dataclass(frozen=True, kw_only=True)
class NormalizedGD(SquashedGradient):
    """d = g/(||g||+eps), epsilon >= 0; stateless.

    >>> import numpy as np, alphalab as al
    >>> x, g = np.zeros(2), np.array([3.0, 4.0])
    >>> al.take_step(al.NormalizedGD(learning_rate=1.0, epsilon=0.0), x, g)[0]
    array([-0.6, -0.8])
    """

    name: ClassVar[str] = "normalized-gd"
    source: ClassVar[str] = "Nesterov 1984; arXiv 2504.16020v2, section 7.6"

    def sigma(self, u: Array) -> Array:
        """u itself."""
        return u
