"""The two moments that Adam, LAMB and AdaL keep, the one of RMSProp, and the mean of Signum, Lion and Muon.

m = b1 m + (1-b1) g,     s = sqrt(b2 s^2 + (1-b2) g^2)
m^ = m/(1-b1^t),         s^ = s/sqrt(1-b2^t)

s^2 is the literature's v. Its root is kept because g^2 is 0 in float64 below |g| = 1e-162 and inf above 1e154.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from alphalab.arrays import Array, column, namespace, root
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
    """Return sqrt(b s^2 + (1-b) g^2), shape (*batch, n), for s >= 0, without over- or underflow."""
    with np.errstate(over="ignore", under="ignore"):
        return root(lambda s, g: s * s + g * g, column(beta**0.5, g) * s, column((1 - beta) ** 0.5, g) * g)
