"""Gradient averaging before the direction: momentum inside the squash.

    m_t = b m_{t-1} + (1-b) g_t,     m_1 = g_1
    d   = d(m_t)

The noise is averaged before it is normalised, which heavy-ball momentum, an average of directions, cannot do: for its
directions the noise is as large as ever. Sources: A. Cutkosky and H. Mehta, arXiv 2002.03305, algorithm 1 (normalised
descent); the lab's theory, N5.
"""

from __future__ import annotations

import dataclasses
from typing import ClassVar, NamedTuple

from alphalab.arrays import Array, namespace
from alphalab.optimizers.counter import no_steps
from alphalab.optimizers.moments import mean
from alphalab.optimizers.optimizer import DECAY, State, Value, Wrapper, hyperparameter


class AveragedState(NamedTuple):
    """The wrapped state, m of shape (*batch, n), and the number t of steps taken, (*batch, 1)."""

    inner: State
    mean: Array
    count: Array


@dataclasses.dataclass(frozen=True, kw_only=True)
class Averaged(Wrapper):
    """d = d(m), m <- b m + (1-b) g from m_1 = g_1 on, b = decay in [0, 1); state: the wrapped state, m, t.

    >>> import numpy as np, alphalab as al
    >>> x, state, method = np.zeros(1), None, al.Averaged(al.SignSGD(learning_rate=1.0), decay=0.9)
    >>> for g in (1.0, 1.0, -1.0, 1.0):  # the mean keeps its sign
    ...     x, state = al.take_step(method, x, np.array([g]), state)
    >>> x
    array([-4.])
    """

    name: ClassVar[str] = "averaged"
    source: ClassVar[str] = "arXiv 2002.03305, algorithm 1"
    decay: Value = hyperparameter(0.9, DECAY)

    def init(self, x: Array) -> AveragedState:
        """m = 0, t = 0."""
        return AveragedState(self.optimizer.init(x), namespace(x).zeros_like(x), no_steps(x))

    def direction(self, gradient: Array, state: AveragedState, x: Array) -> tuple[Array, AveragedState]:
        """The wrapped optimizer's d, of m in place of g."""
        m = namespace(gradient).where(state.count == 0, gradient, mean(state.mean, gradient, self.decay))
        d, inner = self.optimizer.direction(m, state.inner, x)
        return d, AveragedState(inner, m, state.count + 1)

    def step(self, direction: Array, state: AveragedState) -> tuple[Array, AveragedState]:
        """The wrapped optimizer's step."""
        step, inner = self.optimizer.step(direction, state.inner)
        return step, state._replace(inner=inner)

    def pre_activation(self, gradient: Array, state: AveragedState) -> Array:
        """The wrapped optimizer's, at the m that the state holds."""
        return self.optimizer.pre_activation(state.mean, state.inner)
