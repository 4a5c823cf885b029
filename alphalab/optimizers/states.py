"""The state of a method as named leaves, and back: what a checkpoint of another library can hold.

HeavyBall(Adam()):    (inner=(m, s, power1, power2), velocity)    ->    inner.m, inner.s, ..., velocity
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from alphalab.optimizers.optimizer import State


def named(state: State, name: str = "") -> Iterator[tuple[str, Any]]:
    """Yield (name, leaf) for every array and number of a state, in order.

    >>> import alphalab as al, numpy as np
    >>> [name for name, leaf in named(al.HeavyBall(al.AlphaGrad()).init(np.ones(3)))]
    ['velocity']
    """
    if not isinstance(state, tuple):
        yield name or "state", state
        return
    for field, part in zip(getattr(state, "_fields", range(len(state))), state, strict=True):
        yield from named(part, f"{name}.{field}" if name else str(field))


def refilled(state: State, leaves: Iterator[Any]) -> State:
    """Return the state with these leaves in place of its own, in the order of `named`."""
    if not isinstance(state, tuple):
        return next(leaves)
    parts = [refilled(part, leaves) for part in state]
    return type(state)(*parts) if hasattr(state, "_fields") else tuple(parts)
