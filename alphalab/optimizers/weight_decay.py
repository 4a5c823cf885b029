"""Decoupled weight decay around any optimizer: neither squashed nor averaged with the gradient.

    x <- (1 - eta w) x - step,     eta the learning rate of the wrapped optimizer

Where the step is eta d with |d_i| <= c and eta w <= 1, the box |x_i| <= c/w is never left again. A schedule around this
wrapper scales the decay too, one inside does not. Source: I. Loshchilov and F. Hutter, arXiv 1711.05101, algorithm 2.
"""

from __future__ import annotations

import dataclasses
from typing import ClassVar, NamedTuple

from alphalab.arrays import Array, column
from alphalab.optimizers.optimizer import NON_NEGATIVE, Optimizer, Rule, State, Value, Wrapper, hyperparameter


class Pulled(NamedTuple):
    """Between direction and step: the wrapped state, and the point x, (*batch, n), that the step pulls towards 0."""

    inner: State
    x: Array


@dataclasses.dataclass(frozen=True, kw_only=True)
class WeightDecay(Wrapper):
    """x <- (1 - eta w) x - (step of the wrapped optimizer), w = weight_decay >= 0; state: the wrapped one's.

    Raises ValueError where the wrapped optimizer has no single learning rate, as PerTensor: wrap its members instead.

    >>> import numpy as np, alphalab as al
    >>> method = al.WeightDecay(al.SignSGD(learning_rate=0.1), weight_decay=1.0)
    >>> al.take_step(method, np.array([10.0, 10.0]), np.array([1.0, 0.0]))[0]  # 0.9 x, and the step
    array([8.9, 9. ])
    """

    name: ClassVar[str] = "weight-decay"
    source: ClassVar[str] = "arXiv 1711.05101, algorithm 2"
    weight_decay: Value = hyperparameter(0.01, NON_NEGATIVE)

    def __post_init__(self) -> None:
        """Check that there is a learning rate."""
        super().__post_init__()
        if not isinstance(self.rule, Rule):
            raise ValueError(f"WeightDecay: optimizer must have one learning rate, got {self.rule.name}")

    @property
    def rule(self) -> Optimizer:
        """What is at the core of the wrapped optimizer."""
        core: Optimizer = self.optimizer
        while isinstance(core, Wrapper):
            core = core.optimizer
        return core

    def init(self, x: Array) -> State:
        """The wrapped optimizer's."""
        return self.optimizer.init(x)

    def direction(self, gradient: Array, state: State, x: Array) -> tuple[Array, Pulled]:
        """The wrapped optimizer's d."""
        d, inner = self.optimizer.direction(gradient, state, x)
        return d, Pulled(inner, x)

    def step(self, direction: Array, state: Pulled) -> tuple[Array, State]:
        """Step = the wrapped one + eta w x."""
        step, inner = self.optimizer.step(direction, state.inner)
        pull, _ = self.rule.step(column(self.weight_decay, state.x) * state.x, ())
        return step + pull, inner

    def pre_activation(self, gradient: Array, state: State) -> Array:
        """The wrapped optimizer's."""
        return self.optimizer.pre_activation(gradient, state.inner if isinstance(state, Pulled) else state)
