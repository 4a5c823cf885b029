"""Least squares, with or without a ridge: the constants are eigenvalues, the minimiser is solved for exactly.

    f(x) = 1/(2m) ||A x - b||^2 + (ridge/2) ||x||^2,   gradient A^T (A x - b)/m + ridge x
    Hessian H = A^T A/m + ridge I:   L = lam_max(H),   mu = lam_min(H),   pl = least nonzero eigenvalue of H

Without a ridge and with rank A < n, f is Polyak-Lojasiewicz and convex but not strongly convex
(Karimi, Nutini, Schmidt 2016, section 2.3); x_star is then the minimiser of least norm.
"""

from __future__ import annotations

import dataclasses
import functools
from typing import ClassVar

import numpy as np

from alphalab.arrays import Array, dot, like, matvec
from alphalab.problems import data
from alphalab.problems.fields import check_dimension, check_length, check_positive, freeze
from alphalab.problems.problem import Analytic, Constants
from alphalab.problems.quadratics import spectrum_constants


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class LeastSquares(Analytic):
    """f(x) = 1/(2m) ||A x - b||^2 + (ridge/2) ||x||^2, A of shape (m, n), b of shape (m,)."""

    data_axes: ClassVar = {"A": 0, "b": 0}  # rows of the data, for MiniBatch
    A: np.ndarray
    b: np.ndarray
    ridge: float = 0.0
    name: str = "least-squares"

    def _check(self) -> None:
        freeze(self, A=2, b=1)
        check_length("b", self.b, self.A.shape[0], "the number of rows of A")
        check_positive("ridge", self.ridge, zero=True)

    @property
    def n(self) -> int:
        """Dimension of a point."""
        return self.A.shape[1]

    @property
    def m(self) -> int:
        """Number of observations."""
        return self.A.shape[0]

    @functools.cached_property
    def constants(self) -> Constants:
        """Eigenvalues of H; the minimiser solves [A/sqrt m; sqrt(ridge) I] x = [b/sqrt m; 0]."""
        rows = np.concatenate([self.A / np.sqrt(self.m), np.sqrt(self.ridge) * np.eye(self.n)])
        right = np.concatenate([self.b / np.sqrt(self.m), np.zeros(self.n)])
        x_star = np.linalg.lstsq(rows, right)[0]
        lam = np.linalg.eigvalsh(np.matmul(rows.T, rows))
        return spectrum_constants(lam, f_star=float(self.value(x_star)), x_star=x_star)

    def value_and_gradient(self, x: Array) -> tuple[Array, Array]:
        """Both at once, one residual shared, shapes (*batch, n) -> (*batch,), (*batch, n)."""
        residual = matvec(self.A, x) - like(self.b, x)
        f = dot(residual, residual) / (2 * self.m) + 0.5 * self.ridge * dot(x, x)
        return f, matvec(self.A.T, residual) / self.m + self.ridge * x


def rank_deficient(n: int = 6, seed: int = 0) -> LeastSquares:
    """Return least squares whose (2n, n) matrix has rank n - n//3 < n: Gaussian factors, noisy targets."""
    check_dimension("least-squares-rank-deficient", n, least=3)
    rng, rank = np.random.default_rng(seed), n - n // 3
    A = np.matmul(rng.standard_normal((2 * n, rank)), rng.standard_normal((rank, n))) / np.sqrt(n)
    return LeastSquares(A=A, b=rng.standard_normal(2 * n), name="least-squares-rank-deficient")


def ridge_breast_cancer(ridge: float = 0.1) -> LeastSquares:
    """Return ridge regression of the labels -1, +1 on the 30 standardised features and a constant."""
    A, labels = data.breast_cancer()
    return LeastSquares(A=A, b=labels, ridge=ridge, name="ridge-breast-cancer")


def least_squares_diabetes() -> LeastSquares:
    """Return least squares of the standardised progression on the 10 standardised features."""
    A, b = data.diabetes()
    return LeastSquares(A=A, b=b, name="least-squares-diabetes")
