r"""Least squares of a matrix, whose two spectra are chosen: every constant is exact, in the spectral norm as well.

    f(X) = (1/2) ||A X B - C||_F^2,     gradient A^T (A X B - C) B^T,     X of shape (p, q), a point row by row
    singular values a_i of A, b_j of B:   eigenvalues (a_i b_j)^2,   L = (a_1 b_1)^2
    ||A Y B||_F^2 <= L_op ||Y||_op^2,     L_op = sum_i (a_i b_i)^2,  a and b in falling order

The largest value on the ball ||Y||_op <= 1 is at an orthogonal Y, as the left side is convex in Y, and of these at the
one that pairs the singular vectors (J. von Neumann's trace inequality). L <= L_op <= min(p, q) L.
"""

from __future__ import annotations

import dataclasses
import functools
from typing import ClassVar

import numpy as np

from alphalab.arrays import Array, dot, like, namespace
from alphalab.problems.fields import check_length, float_array, freeze
from alphalab.problems.layers import unpack
from alphalab.problems.problem import Analytic, Constants
from alphalab.problems.quadratics import spectrum_constants
from alphalab.problems.rotated import random_rotation


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class MatrixLeastSquares(Analytic):
    """f(X) = (1/2) ||A X B - C||_F^2, A of shape (m, p), B (q, k), C = A X_star B with x_star of shape (p q,).

    >>> import numpy as np, alphalab as al
    >>> bowl = al.problem("matrix-least-squares", left=np.array([2.0, 1.0]), right=np.array([1.0, 1.0, 1.0]))
    >>> bowl.shape, bowl.constants.L, round(bowl.L_op, 12)
    ((2, 3), 4.0, 5.0)
    """

    name: ClassVar[str] = "matrix-least-squares"
    A: np.ndarray
    B: np.ndarray
    x_star: np.ndarray

    def _check(self) -> None:
        freeze(self, A=2, B=2, x_star=1)
        check_length("x_star", self.x_star, self.n, "the number of entries of X")

    @classmethod
    def with_spectra(cls, left: np.ndarray, right: np.ndarray, seed: int = 0) -> MatrixLeastSquares:
        """Return f with these singular values of A (p, p) and of B (q, q), axes and minimum at random."""
        a, b = float_array("left", left, ndim=1), float_array("right", right, ndim=1)
        A, B = a[:, None] * random_rotation(a.size, seed), b * random_rotation(b.size, seed + 1).T
        return cls(A=A, B=B, x_star=np.random.default_rng(seed).standard_normal(a.size * b.size))

    @property
    def shape(self) -> tuple[int, int]:
        """Shape of X."""
        return self.A.shape[1], self.B.shape[0]

    @property
    def n(self) -> int:
        """Dimension of a point, p q."""
        return self.shape[0] * self.shape[1]

    @functools.cached_property
    def constants(self) -> Constants:
        """The eigenvalues are the products of the squared singular values."""
        a, b = (np.linalg.svd(one, compute_uv=False) for one in (self.A, self.B))
        return spectrum_constants(np.outer(a, b).ravel() ** 2, f_star=0.0, x_star=self.x_star)

    @functools.cached_property
    def L_op(self) -> float:
        """The least smoothness constant in the spectral norm, sum_i (a_i b_i)^2."""
        a, b = (np.linalg.svd(one, compute_uv=False) for one in (self.A, self.B))
        least = min(a.size, b.size)
        return float(np.sum((a[:least] * b[:least]) ** 2))

    def value_and_gradient(self, x: Array) -> tuple[Array, Array]:
        """Both at once, one residual R = A (X - X_star) B shared; shapes (*batch, p q) -> (*batch,), (*batch, p q)."""
        xp = namespace(x)
        (Y,) = unpack(x - like(self.x_star, x), (self.shape,))
        A, B = like(self.A, x), like(self.B, x)
        R = xp.matmul(xp.matmul(A, Y), B)
        flat = xp.reshape(R, (*x.shape[:-1], -1))
        g = xp.matmul(xp.matmul(xp.matrix_transpose(A), R), xp.matrix_transpose(B))
        return 0.5 * dot(flat, flat), xp.reshape(g, x.shape)


def matrix_least_squares(
    left: np.ndarray | None = None, right: np.ndarray | None = None, seed: int = 0
) -> MatrixLeastSquares:
    """Return the fit of a (3, 2) matrix whose A and B have the singular values from 1 to 0.1, or the given ones."""
    a = np.geomspace(1.0, 0.1, 3) if left is None else left
    b = np.geomspace(1.0, 0.1, 2) if right is None else right
    return MatrixLeastSquares.with_spectra(a, b, seed)
