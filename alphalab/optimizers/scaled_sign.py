"""The sign, with the length that makes it steepest descent for the greatest coordinate.

    d = ||g||_1 sign(g)  =  argmax over v of <g, v> - max|v_i|^2/2

Of singular values (`Spectral(ScaledSign(), shape=...)`) it is PolarGrad, the polar factor times the nuclear norm.
Source: D. Carlson et al., "Preconditioned spectral descent for deep learning", 2015; T. Lau et al., arXiv 2505.21799.
"""

from __future__ import annotations

import dataclasses
from typing import ClassVar

from alphalab.arrays import Array, namespace, norm1
from alphalab.optimizers.optimizer import Rule, State


@dataclasses.dataclass(frozen=True, kw_only=True)
class ScaledSign(Rule):
    """d = ||g||_1 sign(g), 0 where g is 0; stateless.

    >>> import numpy as np, alphalab as al
    >>> x, g = np.zeros(2), np.array([3.0, 4.0])
    >>> al.take_step(al.ScaledSign(learning_rate=1.0), x, g)[0]
    array([-7., -7.])
    """

    name: ClassVar[str] = "scaled-sign"
    source: ClassVar[str] = "arXiv 2505.21799"

    def direction(self, gradient: Array, state: State, x: Array) -> tuple[Array, State]:
        """d = ||g||_1 sign(g)."""
        return norm1(gradient)[..., None] * namespace(gradient).sign(gradient), state
