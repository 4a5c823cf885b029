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
    """d = g/(||g||+eps), epsilon >= 0; stateless."""

    name: ClassVar[str] = "normalized-gd"
    source: ClassVar[str] = "Nesterov 1984; arXiv 2504.16020v2, section 7.6"

    def sigma(self, u: Array) -> Array:
        """u itself."""
        return u
