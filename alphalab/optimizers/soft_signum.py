"""SoftSignum: a tanh of the averaged gradient, whose temperature saturates all but a fraction p of the coordinates.

    m = b m + (1-b) g,     m_0 = 0
    d = tanh(tau m),       tau = artanh(1 - delta)/q,   q the p-quantile of |m_1|, ..., |m_n|

p -> 0 is Signum. AlphaGrad divides by the norm where this divides by a quantile: neither depends on the scale of g.
Source: D. Feoktistov et al., arXiv 2605.31371, with the quantile of the coordinates themselves.
"""

from __future__ import annotations

import dataclasses
from typing import Any, ClassVar

import numpy as np

from alphalab.arrays import Array, column, divide, like, namespace
from alphalab.optimizers.moments import mean
from alphalab.optimizers.optimizer import DECAY, FRACTION, Interval, Rule, State, Value, hyperparameter

TOLERANCE = Interval(low=0, high=1, low_open=True, high_open=True)


@dataclasses.dataclass(frozen=True, kw_only=True)
class SoftSignum(Rule):
    """d = tanh(tau m); momentum b in [0, 1), quantile p in [0, 1], saturation delta in (0, 1); state: m.

    A coordinate counts as saturated where |d_i| >= 1 - delta; q is the ceil(p n)-th of the sorted |m_i|.

    >>> import numpy as np, alphalab as al
    >>> al.take_step(al.SoftSignum(learning_rate=1.0), np.zeros(4), np.array([0.1, 1.0, -2.0, -5.0]))[0].round(2)
    array([-0.46, -1.  ,  1.  ,  1.  ])
    """

    name: ClassVar[str] = "soft-signum"
    source: ClassVar[str] = "arXiv 2605.31371"
    momentum: Value = hyperparameter(0.9, DECAY)
    quantile: Value = hyperparameter(0.5, FRACTION)
    saturation: Value = hyperparameter(1e-4, TOLERANCE)

    def init(self, x: Array) -> State:
        """m = 0."""
        return namespace(x).zeros_like(x)

    def direction(self, gradient: Array, state: State, x: Array) -> tuple[Array, State]:
        """d = tanh(tau m), and sign(m) where the quantile is 0."""
        m = mean(state, gradient, self.momentum)
        xp = namespace(m)
        q = quantile(xp.abs(m), self.quantile)[..., None]
        gain = column(_artanh(1 - self.saturation), m)
        return xp.where(q > 0, xp.tanh(gain * divide(m, q)), xp.sign(m)), m


def quantile(x: Array, p: Value) -> Array:
    """Return the ceil(p n)-th smallest of every point's coordinates (the first for p = 0), (*batch, n) -> (*batch,)."""
    xp, n = namespace(x), x.shape[-1]
    rank = xp.clip(xp.ceil(like(p, x) * n), 1, n)  # a share of the coordinates, counted from 1
    ranks = like(xp.arange(1, n + 1), x)
    chosen = ranks == rank[..., None]
    return xp.sum(xp.where(chosen, xp.sort(x, axis=-1), xp.zeros_like(x)), axis=-1)


def _artanh(value: Any) -> Any:
    return float(np.arctanh(value)) if isinstance(value, float) else namespace(value).atanh(value)
