"""AdaL, as catalogued: Adam's moments of a transformed gradient.

    g^ = ||g||_1 g                                       the transformation, a stage of its own
    m, v = Adam's moments of g^, bias-corrected m^, v^
    d = (v^^(-1/2) + eps) m^ / sqrt(t)

The catalogued rule divides by 0 where v^ = 0; there this one takes d = 0.
Source: H. Zhang et al., arXiv 2107.01525, as public catalogues of optimizers give it.
"""

from __future__ import annotations

import dataclasses
from typing import ClassVar, NamedTuple

from alphalab.arrays import Array, column, divide, namespace, norm1
from alphalab.optimizers.adam import Adam
from alphalab.optimizers.moments import Moments, advance, corrected


class AdaLState(NamedTuple):
    """Adam's moments of g^ and the number of steps taken, shape (*batch, 1)."""

    moments: Moments
    count: Array


def amplify(g: Array) -> Array:
    """Return g^ = ||g||_1 g, shape (*batch, n): larger early, smaller late."""
    return norm1(g)[..., None] * g


@dataclasses.dataclass(frozen=True, kw_only=True)
class AdaL(Adam):
    """d = (v^^(-1/2)+eps) m^/sqrt(t); b1 = beta1, b2 = beta2 in [0, 1), epsilon >= 0; state: m, v, t."""

    name: ClassVar[str] = "adal"
    source: ClassVar[str] = "arXiv 2107.01525, as catalogued"

    def init(self, x: Array) -> AdaLState:  # type: ignore[override]
        """m = v = 0, t = 0."""
        return AdaLState(super().init(x), namespace(x).zeros_like(x[..., :1]))

    def direction(  # type: ignore[override]
        self, gradient: Array, state: AdaLState, x: Array
    ) -> tuple[Array, AdaLState]:
        """d = (v^^(-1/2)+eps) m^/sqrt(t), and 0 where v^ is 0."""
        xp = namespace(gradient)
        moments, t = advance(state.moments, amplify(gradient), self.beta1, self.beta2), state.count + 1
        m, v = corrected(moments)
        d = divide(m, xp.sqrt(v)) + column(self.epsilon, v) * m
        return xp.where(v == 0, xp.zeros_like(d), d) / xp.sqrt(t), AdaLState(moments, t)
