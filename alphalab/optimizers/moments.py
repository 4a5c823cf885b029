"""The two moments that Adam, LAMB and AdaL keep, the one of RMSProp, and the mean of Signum, Lion and Muon.

m = b1 m + (1-b1) g,     s = sqrt(b2 s^2 + (1-b2) g^2)
m^ = m/(1-b1^t),         s^ = s/sqrt(1-b2^t)

s^2 is the literature's v. Its root is kept because g^2 is 0 in float64 below |g| = 1e-162 and inf above 1e154.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from alphalab.arrays import Array, column, namespace, square_limits
from alphalab.optimizers.optimizer import Value


class Moments(NamedTuple):
    """m and s of shape (*batch, n); the powers b1^t, b2^t, kept as running products so that a swept beta
    gives the bits of a lone one.
    """

    m: Array
    s: Array
    power1: Value
    power2: Value


def zero_moments(x: Array, beta1: Value, beta2: Value) -> Moments:
    """Return the moments before the first step: m = s = 0, t = 0."""
    xp = namespace(x)
    return Moments(xp.zeros_like(x), xp.zeros_like(x), beta1**0, beta2**0)  # two arrays: they are written in place


def advance(state: Moments, g: Array, beta1: Value, beta2: Value) -> Moments:
    """Return the moments after the gradient g, shape (*batch, n)."""
    return Moments(mean(state.m, g, beta1), root_mean(state.s, g, beta2), state.power1 * beta1, state.power2 * beta2)


def mean(m: Array, g: Array, beta: Value) -> Array:
    """Return b m + (1-b) g, shape (*batch, n); 1 - b before it meets a float32 g, so that no digit is lost."""
    return column(beta, g) * m + column(1 - beta, g) * g


def corrected(state: Moments) -> tuple[Array, Array]:
    """Return (m^, s^), each of shape (*batch, n)."""
    m, s, power1, power2 = state
    return m / column(1 - power1, m), s / column(namespace(power2).sqrt(1 - power2), s)


def root_mean(s: Array, g: Array, beta: Value) -> Array:
    """Return sqrt(b s^2 + (1-b) g^2), shape (*batch, n), for s >= 0, without over- or underflow.

    On NumPy a hypotenuse is taken only where a square is out of range.
    """
    xp = namespace(g)
    if type(g) is not np.ndarray:
        return xp.hypot(column(beta**0.5, g) * s, column((1 - beta) ** 0.5, g) * g)
    with np.errstate(over="ignore", under="ignore"):
        square = column(beta, g) * (s * s) + column(1 - beta, g) * (g * g)
    limits = square_limits(square.dtype)
    rare = ~((square >= limits[0]) & (square <= limits[1])) if limits else np.ones_like(square, dtype=bool)
    if not np.count_nonzero(rare):
        return np.sqrt(square)
    return np.where(rare, np.hypot(column(beta**0.5, g) * s, column((1 - beta) ** 0.5, g) * g), np.sqrt(square))
