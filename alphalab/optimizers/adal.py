"""AdaL, as catalogued: Adam's moments of a transformed gradient.

    g^ = ||g||_1 g / r                                   the transformation, a stage of its own
    m, s = Adam's moments of g^, bias-corrected m^, s^
    d = (1/s^ + r eps) m^ / sqrt(t)

r = ||g||_1 of the first gradient that is not 0 cancels: it is the unit of g^, so that no product over- or underflows.
The catalogued rule divides by 0 where s^ = 0; there this one takes d = 0.
Source: H. Zhang et al., arXiv 2107.01525, as public catalogues of optimizers give it (s^2 is its v: see `moments`).
"""

from __future__ import annotations

import dataclasses
from typing import ClassVar, NamedTuple

from alphalab.arrays import Array, column, divide, like, namespace, norm1
from alphalab.optimizers.adam import Adam
from alphalab.optimizers.counter import as_time, no_steps
from alphalab.optimizers.moments import Moments, advance, corrected


class AdaLState(NamedTuple):
    """Adam's moments of g^, its unit r and the number t of steps taken, both of shape (*batch, 1)."""

    moments: Moments
    unit: Array
    count: Array


@dataclasses.dataclass(frozen=True, kw_only=True)
class AdaL(Adam):
    """d = (1/s^ + r eps) m^/sqrt(t); b1 = beta1, b2 = beta2 in [0, 1), epsilon >= 0; state: m, s, r, t.

    >>> import numpy as np, alphalab as al
    >>> x, state, method = np.zeros(2), None, al.AdaL(learning_rate=1.0)
    >>> for _ in range(2):  # the second step is shorter by sqrt 2
    ...     x, state = al.take_step(method, x, np.array([3.0, -3.0]), state)
    ...     print(x.round(3))
    [-1.  1.]
    [-1.707  1.707]
    """

    name: ClassVar[str] = "adal"
    source: ClassVar[str] = "arXiv 2107.01525, as catalogued"

    def init(self, x: Array) -> AdaLState:  # type: ignore[override]
        """m = s = 0, r = 0, t = 0."""
        return AdaLState(super().init(x), namespace(x).zeros_like(x[..., :1]), no_steps(x))

    def direction(  # type: ignore[override]
        self, gradient: Array, state: AdaLState, x: Array
    ) -> tuple[Array, AdaLState]:
        """d = (1/s^ + r eps) m^/sqrt(t), and 0 where s^ is 0."""
        xp, t = namespace(gradient), state.count + 1
        size = norm1(gradient)[..., None]
        r = xp.where(state.unit > 0, state.unit, size)
        moments = advance(state.moments, divide(size, r) * gradient, self.beta1, self.beta2)
        m, s = corrected(moments)
        d = divide(m, s) + column(self.epsilon, s) * r * m
        d = xp.where(s == 0, xp.zeros_like(d), d)
        return d / like(xp.sqrt(as_time(t, d)), d), AdaLState(moments, r, t)
