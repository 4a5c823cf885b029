"""Quadratics: the whole spectrum is chosen, so every constant is exact.

    f(x) = (1/2) <x - x_star, A (x - x_star)>,   gradient A (x - x_star),   A = Q^T diag(lam) Q >= 0
    L = max lam,   mu = min lam (where positive),   pl = smallest nonzero lam,   f_star = 0

pl: ||A r||^2 = <A^(1/2) r, A A^(1/2) r> >= lam_min+ ||A^(1/2) r||^2 = 2 lam_min+ f, as A^(1/2) r lies in the
range of A (Karimi, Nutini, Schmidt 2016, section 2.3).
"""

from __future__ import annotations

import dataclasses
import functools
from typing import Any, ClassVar

import numpy as np

from alphalab.arrays import Array, dot, like, matvec, roundoff
from alphalab.problems.fields import check_length, float_array, freeze
from alphalab.problems.problem import Analytic, Constants
from alphalab.problems.rotated import random_rotation

ZERO = 8  # sums: of so many the rounding is in an eigenvalue that is 0, for A is a product, then reduced, then solved


def spectrum_constants(lam: np.ndarray, **known: Any) -> Constants:
    """Return L, mu, pl of a quadratic whose Hessian has the eigenvalues `lam` >= 0 (up to rounding)."""
    top = float(np.max(lam))
    positive = lam[lam > ZERO * roundoff(lam.size, lam.dtype) * top]
    pl = float(np.min(positive)) if positive.size else None
    mu = pl if positive.size == lam.size else None
    return Constants(L=top, mu=mu, pl=pl, convex=True, **known)


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Quadratic(Analytic):
    """f(x) = (1/2) <x - x_star, A (x - x_star)>, A symmetric positive semidefinite (n, n), x_star (n,)."""

    name: ClassVar[str] = "quadratic"
    A: np.ndarray
    x_star: np.ndarray

    def _check(self) -> None:
        freeze(self, A=2, x_star=1)
        if self.A.shape[0] != self.A.shape[1] or not np.array_equal(self.A, self.A.T):
            raise ValueError(f"A, of shape {self.A.shape}, is not symmetric; the Hessian of a quadratic is")
        check_length("x_star", self.x_star, self.A.shape[0], "the number of rows of A")
        lam = np.linalg.eigvalsh(self.A)
        if lam[0] < -ZERO * roundoff(self.n, lam.dtype) * abs(lam[-1]):
            raise ValueError(f"A has the eigenvalue {lam[0]:g}; all must be >= 0 for f to have a minimum")

    @classmethod
    def with_spectrum(cls, eigenvalues: np.ndarray, seed: int = 0, x_star: np.ndarray | None = None) -> Quadratic:
        """Return the quadratic with these eigenvalues, axes rotated at random, minimum at x_star (0)."""
        lam = float_array("eigenvalues", eigenvalues, ndim=1)
        Q = random_rotation(lam.size, seed)
        A = np.matmul(Q.T * lam, Q)
        return cls(A=(A + A.T) / 2, x_star=np.zeros(lam.size) if x_star is None else x_star)

    @property
    def n(self) -> int:
        """Dimension of a point."""
        return self.A.shape[0]

    @functools.cached_property
    def constants(self) -> Constants:
        """The extreme eigenvalues of A."""
        return spectrum_constants(np.linalg.eigvalsh(self.A), f_star=0.0, x_star=self.x_star)

    def value(self, x: Array) -> Array:
        """(1/2) <r, A r>, r = x - x_star, shapes (*batch, n) -> (*batch,)."""
        r = x - like(self.x_star, x)
        return 0.5 * dot(r, matvec(self.A, r))

    def gradient(self, x: Array) -> Array:
        """A (x - x_star), shapes (*batch, n) -> (*batch, n)."""
        return matvec(self.A, x - like(self.x_star, x))

    def value_and_gradient(self, x: Array) -> tuple[Array, Array]:
        """Both at once, one product with A."""
        r = x - like(self.x_star, x)
        g = matvec(self.A, r)
        return 0.5 * dot(r, g), g


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class DiagonalQuadratic(Analytic):
    """f(x) = (1/2) sum_i lam_i x_i^2, lam >= 0 of shape (n,): the eigenvectors are the axes."""

    name: ClassVar[str] = "quadratic-diagonal"
    lam: np.ndarray

    def _check(self) -> None:
        freeze(self, lam=1)
        if np.min(self.lam) < 0:
            raise ValueError(f"lam has the entry {np.min(self.lam):g}; all must be >= 0 for f to have a minimum")

    @property
    def n(self) -> int:
        """Dimension of a point."""
        return self.lam.shape[0]

    @functools.cached_property
    def constants(self) -> Constants:
        """The extreme entries of lam; <v, diag(lam) v> <= (sum lam) max |v_i|^2."""
        return spectrum_constants(self.lam, f_star=0.0, x_star=np.zeros(self.n), L_inf=float(np.sum(self.lam)))

    def value_and_gradient(self, x: Array) -> tuple[Array, Array]:
        """f = <x, lam x>/2, shapes (*batch, n) -> (*batch,), and g = lam x, (*batch, n)."""
        g = like(self.lam, x) * x
        return 0.5 * dot(g, x), g


def half_square(n: int = 1) -> DiagonalQuadratic:
    """Return ||x||^2/2."""
    return DiagonalQuadratic(lam=np.ones(n))


def quadratic(
    n: int = 5, eigenvalues: np.ndarray | None = None, seed: int = 0, x_star: np.ndarray | None = None
) -> Quadratic:
    """Return a rotated quadratic, by default with condition number 100 and its minimum off the origin."""
    lam = np.geomspace(1.0, 0.01, n) if eigenvalues is None else eigenvalues
    c = np.random.default_rng(seed).standard_normal(len(lam)) if x_star is None else x_star
    return Quadratic.with_spectrum(lam, seed=seed, x_star=c)


def quadratic_diagonal(n: int = 3, eigenvalues: np.ndarray | None = None) -> DiagonalQuadratic:
    """Return the quadratic of diag(1, ..., 0.01), or of the given eigenvalues; n = 3 is diag(1, .1, .01)."""
    return DiagonalQuadratic(lam=np.geomspace(1.0, 0.01, n) if eigenvalues is None else eigenvalues)
