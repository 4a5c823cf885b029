"""Running means and variances of each agent's own observations.

    delta = x - m,   N = n + 1,   m+ = m + delta/N,   M2+ = M2 + delta^2 n/N,   v = M2/N

as gymnasium's RunningMeanStd, which begins with n = 1e-4, m = 0, v = 1. Source: B. Welford, Technometrics 4 (1962).
"""

from __future__ import annotations

import numpy as np


class Normaliser:
    """Mean and variance, (agents, d), of what each agent has seen."""

    def __init__(self, agents: int, d: int) -> None:
        self.n = np.full((agents, 1), 1e-4)
        self.mean, self.m2 = np.zeros((agents, d)), np.full((agents, d), 1e-4)

    def count(self, x: np.ndarray, rows: np.ndarray | slice = slice(None)) -> None:
        """Count one observation, (len(rows), d), of each of these agents."""
        delta, n = x - self.mean[rows], self.n[rows] + 1
        self.mean[rows] += delta / n
        self.m2[rows] += delta * delta * (self.n[rows] / n)
        self.n[rows] = n

    def deviation(self, rows: np.ndarray | slice = slice(None)) -> np.ndarray:
        """Return sqrt(v + 1e-8), (len(rows), d)."""
        return np.sqrt(self.m2[rows] / self.n[rows] + 1e-8)

    def scaled(self, x: np.ndarray, rows: np.ndarray | slice = slice(None)) -> np.ndarray:
        """Return (x - m)/sqrt(v + 1e-8), (len(rows), d)."""
        return (x - self.mean[rows]) / self.deviation(rows)
