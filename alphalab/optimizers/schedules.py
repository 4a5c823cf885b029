"""Step-size schedules: eta_t = eta c(t), t = 1, 2, ...

    constant      c = 1                    inverse-sqrt   c = 1/sqrt(t)
    inverse       c = 1/t                  geometric      c = q^(t-1)
    horizon       c = 1/sqrt(T)            the best constant step for T steps, up to its factor

Sources: S. Sane, arXiv 2504.16020v2, section 3 (horizon); Robbins and Monro (1951).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import ClassVar, NamedTuple

from alphalab.arrays import Array, column, like, namespace
from alphalab.optimizers.counter import as_time, no_steps
from alphalab.optimizers.optimizer import POSITIVE, Interval, State, Value, Wrapper, checked

Schedule = Callable[[Array], Array]  # t, shape (*batch, 1), to c(t), same shape


def constant(t: Array) -> Array:
    """c = 1.

    >>> import numpy as np, alphalab as al
    >>> al.constant(np.array([1.0, 2.0, 4.0]))
    array([1., 1., 1.])
    """
    return namespace(t).ones_like(t)


def inverse_sqrt(t: Array) -> Array:
    """c = 1/sqrt(t).

    >>> import numpy as np, alphalab as al
    >>> al.inverse_sqrt(np.array([1.0, 4.0, 16.0]))
    array([1.  , 0.5 , 0.25])
    """
    return 1 / namespace(t).sqrt(t)


def inverse(t: Array) -> Array:
    """c = 1/t.

    >>> import numpy as np, alphalab as al
    >>> al.inverse(np.array([1.0, 2.0, 4.0]))
    array([1.  , 0.5 , 0.25])
    """
    return 1 / t


@dataclasses.dataclass(frozen=True)
class Geometric:
    """c = q^(t-1), q = ratio in (0, 1], a number or an array (*batch,).

    >>> import numpy as np, alphalab as al
    >>> al.Geometric(0.5)(np.array([1.0, 2.0, 3.0]))
    array([1.  , 0.5 , 0.25])
    """

    ratio: Value

    def __post_init__(self) -> None:
        """Raises ValueError unless 0 < ratio <= 1."""
        inside = Interval(low=0, high=1, low_open=True)
        object.__setattr__(self, "ratio", checked("Geometric", "ratio", self.ratio, inside))

    def __call__(self, t: Array) -> Array:
        """q^(t-1)."""
        ones = namespace(t).ones_like(t)
        return (column(self.ratio, t) * ones) ** (t - 1)


@dataclasses.dataclass(frozen=True)
class Horizon:
    """c = 1/sqrt(T), T = steps planned, a number or an array (*batch,).

    >>> import numpy as np, alphalab as al
    >>> al.Horizon(100)(np.array([1.0, 2.0, 3.0]))
    array([0.1, 0.1, 0.1])
    """

    steps: Value

    def __post_init__(self) -> None:
        """Raises ValueError unless steps > 0."""
        object.__setattr__(self, "steps", checked("Horizon", "steps", self.steps, POSITIVE))

    def __call__(self, t: Array) -> Array:
        """1/sqrt(T)."""
        xp = namespace(t)
        return 1 / xp.sqrt(column(self.steps, t) * xp.ones_like(t))


class ScheduledState(NamedTuple):
    """The wrapped state and the number t of steps taken, shape (*batch, 1)."""

    inner: State
    count: Array


@dataclasses.dataclass(frozen=True, kw_only=True)
class Scheduled(Wrapper):
    """eta_t = eta c(t) around any optimizer; `schedule` maps t = 1, 2, ... to c; state: its state and t.

    `key` names a schedule of the user's own and its data for a store.

    >>> import numpy as np, alphalab as al
    >>> x, state, method = np.zeros(1), None, al.Scheduled(al.SignSGD(learning_rate=1.0), schedule=al.inverse)
    >>> for _ in range(3):  # 1 + 1/2 + 1/3
    ...     x, state = al.take_step(method, x, np.array([-7.0]), state)
    >>> x.round(3)
    array([1.833])
    """

    name: ClassVar[str] = "scheduled"
    schedule: Schedule = inverse_sqrt
    key: str | None = None  # type: ignore[misc]

    def __post_init__(self) -> None:
        """Check that the schedule can be called."""
        super().__post_init__()
        if not callable(self.schedule):
            raise ValueError(f"Scheduled: schedule must be a function of the step t, got {self.schedule!r}")

    def init(self, x: Array) -> ScheduledState:
        """t = 0."""
        return ScheduledState(self.optimizer.init(x), no_steps(x))

    def direction(self, gradient: Array, state: ScheduledState, x: Array) -> tuple[Array, ScheduledState]:
        """The wrapped optimizer's d."""
        d, inner = self.optimizer.direction(gradient, state.inner, x)
        return d, ScheduledState(inner, state.count)

    def step(self, direction: Array, state: ScheduledState) -> tuple[Array, ScheduledState]:
        """Step = c(t) eta d."""
        step, inner = self.optimizer.step(direction, state.inner)
        t = state.count + 1
        return like(self.schedule(as_time(t, step)), step) * step, ScheduledState(inner, t)

    def pre_activation(self, gradient: Array, state: ScheduledState) -> Array:
        """The wrapped optimizer's."""
        return self.optimizer.pre_activation(gradient, state.inner)
