"""Rotations: f(Q(x - c)) is as hard as f for a method that ignores the axes, and not separable.

    F(x) = f(Q(x - c)),   grad F(x) = Q^T grad f(Q(x - c)),   Q^T Q = I,   x_star(F) = Q^T x_star(f) + c

L, mu, pl, f_star, f_inf and convexity carry over exactly: all are stated in norms and inner products, which Q
keeps, and in differences, which c leaves alone. Diagonal instances hide failures of methods that act on each
coordinate, hence a rotated twin of every separable problem.
"""

from __future__ import annotations

import dataclasses
import functools

import numpy as np

from alphalab.arrays import Array, like, matvec, roundoff, to_numpy
from alphalab.problems.fields import check_dimension, check_length, freeze
from alphalab.problems.problem import Analytic, Constants, Problem


def random_rotation(n: int, seed: int = 0) -> np.ndarray:
    """Return an orthogonal (n, n) matrix, uniform (Haar): QR of a Gaussian, signs by R (Mezzadri 2007)."""
    check_dimension("a rotation", n)
    Q, R = np.linalg.qr(np.random.default_rng(seed).standard_normal((n, n)))
    return np.ascontiguousarray(Q * np.sign(np.diag(R)))


def mixing_matrix(n: int, seed: int = 0, smallest: float = 0.3) -> np.ndarray:
    """Return U diag(s) V, (n, n), singular values s from 1 down to `smallest`: couples all coordinates."""
    s = np.linspace(1.0, smallest, n)
    return np.matmul(random_rotation(n, seed) * s, random_rotation(n, seed + 1))


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Rotated(Analytic):
    """F(x) = f(Q(x - c)) for the problem f, Q = rotation (n, n) orthogonal, c = shift (n,)."""

    problem: Problem
    rotation: np.ndarray
    shift: np.ndarray
    name: str = "rotated"

    def _check(self) -> None:
        freeze(self, rotation=2, shift=1)
        n, Q = self.problem.n, self.rotation
        if Q.shape != (n, n):
            raise ValueError(f"rotation has shape {Q.shape}; {self.problem.name} here needs ({n}, {n})")
        if np.max(np.abs(np.matmul(Q.T, Q) - np.eye(n))) > roundoff(n, Q.dtype):
            raise ValueError("rotation is not orthogonal; rotation^T rotation must be the identity")
        check_length("shift", self.shift, n, f"the dimension of {self.problem.name}")

    @property
    def n(self) -> int:
        """Dimension of a point."""
        return self.problem.n

    @functools.cached_property
    def constants(self) -> Constants:
        """Those of f, the minimiser moved to Q^T x_star + c; the maximum norm does not keep L_inf."""
        inner = self.problem.constants
        x_star = None if inner.x_star is None else self._outer(inner.x_star)
        return dataclasses.replace(inner, x_star=x_star, L_inf=None)

    def _inner(self, x: Array) -> Array:
        return matvec(self.rotation, x - like(self.shift, x))

    def _outer(self, z: np.ndarray) -> np.ndarray:
        return matvec(to_numpy(self.rotation).T, z) + to_numpy(self.shift)

    def value(self, x: Array) -> Array:
        """f(Q(x - c)), shapes (*batch, n) -> (*batch,)."""
        return self.problem.value(self._inner(x))

    def gradient(self, x: Array) -> Array:
        """Q^T grad f(Q(x - c)), shapes (*batch, n) -> (*batch, n)."""
        return matvec(self.rotation.T, self.problem.gradient(self._inner(x)))

    def value_and_gradient(self, x: Array) -> tuple[Array, Array]:
        """Both at once, one rotation shared."""
        f, g = self.problem.value_and_gradient(self._inner(x))
        return f, matvec(self.rotation.T, g)

    def start(self, seed: int = 0) -> np.ndarray:
        """The start of f, seen from outside: Q^T z + c, shape (n,)."""
        return self._outer(self.problem.start(seed))


def rotate(problem: Problem, name: str = "rotated", seed: int = 0, shift: np.ndarray | None = None) -> Rotated:
    """Return the problem under a random rotation, its origin moved to `shift` (0 if not given).

    >>> import numpy as np, alphalab as al
    >>> bowl = al.problem("quadratic-diagonal")
    >>> turned = al.rotate(bowl, shift=np.ones(3))
    >>> turned.constants.L == bowl.constants.L, turned.constants.x_star
    (True, array([1., 1., 1.]))
    """
    c = np.zeros(problem.n) if shift is None else shift
    return Rotated(problem=problem, rotation=random_rotation(problem.n, seed), shift=c, name=name)
