"""What every optimizer is: a direction, and a step along it.

    d, state    = direction(g, state, x)        the formula that names the method
    step, state = step(d, state)                eta d; momentum and schedules act here
    x+          = x - step                      done by the simulation

Optimizers are frozen data: the fields are the hyperparameters, each a number or an array of shape (*batch,).
"""

from __future__ import annotations

import dataclasses
import math
from typing import Any, ClassVar

import numpy as np

from alphalab.arrays import Array, as_real, column, is_array, leaves, refuse_hidden, to_numpy
from alphalab.registry import check_key

Value = Any  # a hyperparameter: a float or an array of shape (*batch,)
State = Any  # a tree of arrays; () when the method is stateless


@dataclasses.dataclass(frozen=True)
class Interval:
    """Where a hyperparameter may lie; infinite values are never allowed."""

    low: float = -math.inf
    high: float = math.inf
    low_open: bool = False
    high_open: bool = False

    def contains(self, values: np.ndarray) -> bool:
        """Whether every value is finite and inside."""
        above = values > self.low if self.low_open else values >= self.low
        below = values < self.high if self.high_open else values <= self.high
        return bool(np.all(np.isfinite(values) & above & below))

    def __str__(self) -> str:
        """The interval in words, as error messages use it."""
        low = f"{'>' if self.low_open else '>='} {self.low:g}" if self.low > -math.inf else ""
        high = f"{'<' if self.high_open else '<='} {self.high:g}" if self.high < math.inf else ""
        return " ".join(filter(None, ["a finite number", " and ".join(filter(None, [low, high]))]))


POSITIVE = Interval(low=0, low_open=True)
NON_NEGATIVE = Interval(low=0)
FRACTION = Interval(low=0, high=1)
DECAY = Interval(low=0, high=1, high_open=True)


def hyperparameter(default: float, interval: Interval) -> Any:
    """Declare a dataclass field that is checked against `interval` when the optimizer is made.

    >>> import alphalab as al
    >>> from dataclasses import dataclass
    >>> @dataclass(frozen=True, kw_only=True)
    ... class Damped(al.Rule):
    ...     damping: float = al.hyperparameter(0.5, al.POSITIVE)
    ...
    ...     def direction(self, gradient, state, x):
    ...         return self.damping * gradient, state
    >>> Damped(damping=-1.0)
    Traceback (most recent call last):
        ...
    ValueError: Damped: damping must be a finite number > 0, got -1.0
    """
    return dataclasses.field(default=default, metadata={"interval": interval})


def checked(owner: str, name: str, value: Any, interval: Interval) -> Value:
    """Return `value` as a float or an array of floats, a NumPy array as a read-only copy.

    Raises ValueError naming the owner, the field and the value where it is not a number inside `interval`.
    """
    refuse_hidden(f"{owner}: {name}", value)
    try:
        values = np.array(to_numpy(as_real(value)), dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"{owner}: {name} must be a number or an array of numbers, got {value!r}") from None
    if values.size == 0 or not interval.contains(values):
        raise ValueError(f"{owner}: {name} must be {interval}, got {_shown(value, values)}")
    if values.ndim == 0:
        return float(values)
    values.flags.writeable = False
    return value if is_array(value) and not isinstance(value, np.ndarray) else values


def check_optimizer(name: str, value: Any) -> None:
    """Raise ValueError, which says `name`, unless `value` is an optimizer; a class of optimizers is none."""
    if not isinstance(value, Optimizer):
        raise ValueError(f"{name} must be an optimizer such as AlphaGrad(alpha=2.0), got {value!r}")


def _shown(value: Any, values: np.ndarray) -> str:
    """Return what was given, of an array what tells what is wrong with it."""
    if values.ndim == 0:
        return str(value)
    odd = values[~np.isfinite(values)]
    if odd.size:
        return f"an array with {odd[0]}"
    return f"an array from {values.min()} to {values.max()}" if values.size else "an array without numbers"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Optimizer:
    """A method `x+ = x - step`, `step` built from a `direction`; pure functions, visible state.

    `key` names a method of the user's own: a store keeps its runs under that text, and without one not at all.

    >>> import numpy as np, alphalab as al
    >>> method = al.HeavyBall(al.SignSGD())
    >>> isinstance(method, al.Optimizer), method.state_bytes(np.zeros(1000))  # one buffer of float64
    (True, 8000)
    """

    name: ClassVar[str] = "optimizer"
    source: ClassVar[str] = ""
    key: ClassVar[str | None] = None

    def __post_init__(self) -> None:
        """Check every hyperparameter and the key; raises ValueError naming the field and the value."""
        check_key(type(self).__name__, self.key)
        for field in dataclasses.fields(self):
            if "interval" in field.metadata:
                value = checked(type(self).__name__, field.name, getattr(self, field.name), field.metadata["interval"])
                object.__setattr__(self, field.name, value)

    def init(self, x: Array) -> State:
        """Return the state before the first step at `x`, shape (*batch, n); () when there is none."""
        return ()

    def direction(self, gradient: Array, state: State, x: Array) -> tuple[Array, State]:
        """Return (d, state), d of shape (*batch, n), before momentum and learning rate.

        A method that normalises may take `gradient_norm` too: ||g||_2, (*batch,), of a caller who knows it already.
        """
        raise NotImplementedError

    def step(self, direction: Array, state: State) -> tuple[Array, State]:
        """Return (step, state): what is subtracted from x, shape (*batch, n)."""
        raise NotImplementedError

    def pre_activation(self, gradient: Array, state: State) -> Array:
        """Return what enters the squashing function, alpha g~, shape (*batch, n).

        Raises ValueError for a method that squashes nothing.
        """
        raise ValueError(f"{self.name} squashes nothing, so it has no pre-activation")

    def state_bytes(self, x: Array) -> int:
        """Return the memory of the state at the point(s) `x`, in bytes."""
        return sum(to_numpy(leaf).nbytes for leaf in leaves(self.init(x)))


@dataclasses.dataclass(frozen=True, kw_only=True)
class Rule(Optimizer):
    """A method that steps `eta d`, eta = learning_rate > 0.

    >>> import numpy as np, alphalab as al
    >>> from dataclasses import dataclass
    >>> @dataclass(frozen=True, kw_only=True)
    ... class Largest(al.Rule):
    ...     def direction(self, gradient, state, x):
    ...         return gradient * (abs(gradient) == abs(gradient).max(-1, keepdims=True)), state
    >>> al.take_step(Largest(learning_rate=0.5), np.zeros(3), np.array([1.0, -4.0, 2.0]))[0]
    array([0., 2., 0.])
    """

    learning_rate: Value = hyperparameter(1e-2, POSITIVE)

    def step(self, direction: Array, state: State) -> tuple[Array, State]:
        """Step = eta d."""
        return column(self.learning_rate, direction) * direction, state


@dataclasses.dataclass(frozen=True, kw_only=True)
class Wrapper(Optimizer):
    """A method around another one; everything it does not change is the inner method's.

    >>> import numpy as np, alphalab as al
    >>> from dataclasses import dataclass
    >>> @dataclass(frozen=True, kw_only=True)
    ... class Uphill(al.Wrapper):
    ...     def direction(self, gradient, state, x):
    ...         return self.optimizer.direction(-gradient, state, x)
    ...
    ...     def step(self, direction, state):
    ...         return self.optimizer.step(direction, state)
    >>> al.take_step(Uphill(al.SignSGD(learning_rate=1.0)), np.zeros(2), np.array([3.0, -4.0]))[0]
    array([ 1., -1.])
    """

    optimizer: Optimizer = dataclasses.field(kw_only=False)

    def __post_init__(self) -> None:
        """Check the hyperparameters and that an optimizer is wrapped."""
        super().__post_init__()
        if not isinstance(self.optimizer, Optimizer):
            raise ValueError(f"{type(self).__name__}: optimizer must be an optimizer, got {self.optimizer!r}")
