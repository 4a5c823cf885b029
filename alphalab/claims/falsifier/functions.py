r"""The functions of a class, known by points x_i, values f_i and gradients g_i, and one that passes there.

    one-sided   f_i <= f_j + <g_j, x_i - x_j> + (L/2) |x_i - x_j|^2              f = min of these parabolas
    convex      f_i >= f_j + <g_j, x_i - x_j> + |g_i - g_j|^2/(2L)               f = the convex hull of their minimum
    lipschitz   the same of f + (L/2)|x|^2, whose gradient is g + L x, with 2L:  f_i - f_j >= <g_i + g_j, x_i - x_j>/2
                + |g_i - g_j|^2/(4L) - (L/4)|x_i - x_j|^2

These inequalities hold for the points of every f of the class, and where they hold between all pairs such an f exists;
one that is at least f_inf if also f_i - |g_i|^2/(2L) >= f_inf, which is the bottom of a parabola. Source: Taylor,
Hendrickx, Glineur, Math. Program. 161 (2017), Theorem 4; Drori, Shamir, ICML 2020, for f_inf; the first line: a minimum
of parabolas with second derivative L lies nowhere above one that touches it.
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from alphalab.arrays import Array, matvec
from alphalab.problems import CustomProblem, Problem

CLASSES = ("one-sided", "lipschitz", "convex")


def gaps(kind: str, x: np.ndarray, f: np.ndarray, g: np.ndarray) -> np.ndarray:
    """Return how far each inequality of the class holds, L = 1: >= 0 everywhere for the points of such a function.

    x, g (K, *batch, n), f (K, *batch) -> (K (K-1), *batch), of floats or of objects such as intervals.
    """
    i, j = (
        (list(ends) for ends in zip(*itertools.permutations(range(len(f)), 2), strict=True)) if len(f) > 1 else ([], [])
    )
    step, rise, apart = x[i] - x[j], f[i] - f[j], g[i] - g[j]
    if kind == "one-sided":
        return _dot(g[j], step) + _dot(step, step) / 2 - rise
    if kind == "convex":
        return rise - _dot(g[j], step) - _dot(apart, apart) / 2
    return rise - _dot(g[i] + g[j], step) / 2 - _dot(apart, apart) / 4 + _dot(step, step) / 4


def _dot(a: Any, b: Any) -> Any:
    return (a * b).sum(axis=-1)


def interpolant(kind: str, x: np.ndarray, f: np.ndarray, g: np.ndarray, f_inf: float) -> Problem:
    """Return a problem of the class, L = 1, with these values and gradients at the points, (K, n), (K,), (K, n).

    f_inf is a lower bound, met by the bottoms of the parabolas. A convex one has its minimiser as last point.
    """
    n = x.shape[-1]
    if kind == "one-sided":
        lowest = _Parabolas(x, f, g)
        return CustomProblem(value=lowest.value, gradient=lowest.gradient, n=n, L=1.0, f_inf=f_inf)
    if kind == "convex":
        hull = _Hull(x, f, g)
        known: dict[str, Any] = {"convex": True, "f_star": f_inf, "x_star": x[-1]}
        return CustomProblem(value=hull.value, gradient=hull.gradient, n=n, L=1.0, **known)
    # f + |x|^2/2 is convex with constant 2: half of it has constant 1
    half = _Hull(x, (f + _dot(x, x) / 2) / 2, (g + x) / 2)
    return CustomProblem(
        value=lambda y: 2 * half.value(y) - _dot(y, y) / 2,
        gradient=lambda y: 2 * half.gradient(y) - y,
        n=n,
        lipschitz=1.0,
        f_inf=f_inf,
    )


class _Parabolas:
    """min_i f_i + <g_i, y - x_i> + |y - x_i|^2/2."""

    def __init__(self, x: np.ndarray, f: np.ndarray, g: np.ndarray) -> None:
        self.x, self.f, self.g = x, f, g

    def _all(self, y: Array) -> np.ndarray:
        step = y[..., None, :] - self.x
        return self.f + _dot(self.g, step) + _dot(step, step) / 2

    def value(self, y: Array) -> Array:
        """f(y), (*batch, n) -> (*batch,)."""
        return self._all(y).min(axis=-1)

    def gradient(self, y: Array) -> Array:
        """That of the lowest parabola; where two are lowest that of one."""
        lowest = self._all(y).argmin(axis=-1)
        return self.g[lowest] + y - self.x[lowest]


class _Hull:
    """The convex hull of the parabolas a_i + |y - m_i|^2/2, m = x - g, a = f - |g|^2/2: the greatest convex one.

    f(y) = min over weights w >= 0, sum w = 1, of sum w_i a_i + |y - sum w_i m_i|^2/2, the gradient y - sum w_i m_i. The
    weights are found among the few points that carry any.
    """

    def __init__(self, x: np.ndarray, f: np.ndarray, g: np.ndarray) -> None:
        self.m, self.a = x - g, f - _dot(g, g) / 2

    def _all(self, y: Array, w: np.ndarray) -> np.ndarray:
        apart = y - matvec(self.m.T, w)
        return _dot(w, self.a) + _dot(apart, apart) / 2

    def _weights(self, y: Array) -> np.ndarray:
        """Return the best weights, (*batch, n) -> (*batch, K): of all faces of the simplex the best critical point."""
        found = np.zeros((*y.shape[:-1], len(self.a)))
        best = np.full(y.shape[:-1], np.inf)
        for size in range(1, len(self.a) + 1):
            for face in map(list, itertools.combinations(range(len(self.a)), size)):
                m, one = self.m[face], np.ones((size, 1))
                system = np.block([[np.inner(m, m), one], [one.T, np.zeros((1, 1))]])
                right = np.concatenate([matvec(m, y) - self.a[face], np.ones((*y.shape[:-1], 1))], axis=-1)
                w = np.zeros_like(found)
                w[..., face] = matvec(np.linalg.pinv(system), right)[..., :size]
                value = self._all(y, w)
                better = (w >= -1e-12).all(axis=-1) & (abs(w.sum(axis=-1) - 1) < 1e-9) & (value < best)
                best = np.where(better, value, best)
                found = np.where(better[..., None], w, found)
        return found

    def value(self, y: Array) -> Array:
        """f(y), (*batch, n) -> (*batch,)."""
        return self._all(y, self._weights(y))

    def gradient(self, y: Array) -> Array:
        """y - sum w_i m_i."""
        return y - matvec(self.m.T, self._weights(y))
