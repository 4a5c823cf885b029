"""The 2-cycle +-a of a constant step on L x^2/2: 2a = eta tanh(alpha L a/(L a + eps)). Source: theory, T4*."""

from __future__ import annotations

import numpy as np


def root(rate: np.ndarray, steepness: np.ndarray, floor: np.ndarray, constant: np.ndarray) -> np.ndarray:
    """Return a > 0 with 2a = phi(a), by bisection; next to 0 where there is none."""
    low = np.zeros(np.broadcast_shapes(*map(np.shape, (rate, steepness, floor, constant))))
    high = low + rate / 2
    for _ in range(200):
        middle = (low + high) / 2
        beyond = rate * np.tanh(steepness * share(constant * middle, floor)) < 2 * middle
        low, high = np.where(beyond, low, middle), np.where(beyond, middle, high)
    return low


def share(pull: np.ndarray, floor: np.ndarray) -> np.ndarray:
    """Return L x/(L x + eps), 1 where both are 0."""
    total = pull + floor
    return np.divide(pull, total, out=np.ones_like(total), where=total > 0)
