"""The hyperparameters of a method by name, those of what it wraps included: what a face offers as options.

    HeavyBall(AlphaGrad(alpha=2.0))    ->    momentum 0.9, learning_rate 0.01, epsilon 1e-8, alpha 2.0

The outermost method has the plain name; a name taken already is preceded by that of its method, `rmsprop.decay`.
"""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Iterator, Sequence
from typing import Any

from alphalab.optimizers.optimizer import Interval, Optimizer, Value

Field = dataclasses.Field[Value]


def hyperparameters(optimizer: Optimizer) -> dict[str, Value]:
    """Return name -> value for every hyperparameter of a method and of what it wraps.

    >>> import alphalab as al
    >>> hyperparameters(al.HeavyBall(al.SignSGD()))
    {'momentum': 0.9, 'learning_rate': 0.01}
    """
    return {name: getattr(owner, field.name) for name, owner, field in _named(optimizer)}


def intervals(optimizer: Optimizer) -> dict[str, Interval]:
    """Return name -> the interval where the hyperparameter may lie, names as in `hyperparameters`."""
    return {name: field.metadata["interval"] for name, _, field in _named(optimizer)}


def with_hyperparameters(optimizer: Optimizer, values: Sequence[Value]) -> Optimizer:
    """Return the method with these values, in the order of `hyperparameters`; they are not checked.

    A schedule may set a learning rate to 0, and under jax a value is known to its tracer alone: check them before.

    >>> import alphalab as al
    >>> with_hyperparameters(al.HeavyBall(al.SignSGD()), [0.5, 0.0])
    HeavyBall(optimizer=SignSGD(learning_rate=0.0), momentum=0.5)
    """
    return _filled(optimizer, iter(values))


def _named(optimizer: Optimizer) -> Iterator[tuple[str, Optimizer, Field]]:
    taken: set[str] = set()
    for owner, field in _fields(optimizer):
        name = field.name
        while name in taken:
            name = f"{owner.name}.{name}"
        taken.add(name)
        yield name, owner, field


def _fields(part: object) -> Iterator[tuple[Optimizer, Field]]:
    """Yield (method, field) for every hyperparameter, from the outermost method inwards."""
    for member in part if isinstance(part, tuple) else ():
        yield from _fields(member)
    if isinstance(part, Optimizer):
        yield from ((part, field) for field in dataclasses.fields(part) if "interval" in field.metadata)
        for field in dataclasses.fields(part):
            yield from _fields(getattr(part, field.name))


def _filled(part: Any, values: Iterator[Value]) -> Any:
    """Return a copy with the next values, as `_fields` goes; made without `__post_init__`, which would check them."""
    if isinstance(part, tuple):
        return tuple(_filled(member, values) for member in part)
    if not isinstance(part, Optimizer):
        return part
    changed, fields = copy.copy(part), dataclasses.fields(part)
    for field in fields:
        if "interval" in field.metadata:
            object.__setattr__(changed, field.name, next(values))
    for field in fields:
        if "interval" not in field.metadata:
            object.__setattr__(changed, field.name, _filled(getattr(part, field.name), values))
    return changed
