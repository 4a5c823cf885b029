"""The two moments that Adam, LAMB and AdaL keep.

m = b1 m + (1-b1) g,     v = b2 v + (1-b2) g^2
m^ = m/(1-b1^t),         v^ = v/(1-b2^t)
"""

from __future__ import annotations

from typing import NamedTuple

from alphalab.arrays import Array, column, namespace
from alphalab.optimizers.optimizer import Value


class Moments(NamedTuple):
    """m and v of shape (*batch, n); the powers b1^t, b2^t, kept as running products so that a swept beta
    gives the bits of a lone one.
    """

    m: Array
    v: Array
    power1: Value
    power2: Value


def zero_moments(x: Array, beta1: Value, beta2: Value) -> Moments:
    """Return the moments before the first step: m = v = 0, t = 0."""
    xp = namespace(x)
    return Moments(xp.zeros_like(x), xp.zeros_like(x), beta1**0, beta2**0)  # two arrays: they are written in place


def advance(state: Moments, g: Array, beta1: Value, beta2: Value) -> Moments:
    """Return the moments after the gradient g, shape (*batch, n)."""
    m = column(beta1, g) * state.m + column(1 - beta1, g) * g  # 1 - b before it meets a float32 g: no digit lost
    v = column(beta2, g) * state.v + column(1 - beta2, g) * (g * g)
    return Moments(m, v, state.power1 * beta1, state.power2 * beta2)


def corrected(state: Moments) -> tuple[Array, Array]:
    """Return (m^, v^), each of shape (*batch, n)."""
    m, v, power1, power2 = state
    return m / column(1 - power1, m), v / column(1 - power2, v)
