"""Multinomial logistic regression with a ridge: convex, large, real.

    f(W) = (1/m) sum_i [log sum_k e^{<w_k, a_i>} - <w_{y_i}, a_i>] + (ridge/2) ||W||_F^2,   x = (w_1 .. w_K)
    gradient (P - Y) A/m + ridge W,   P = softmax(W A^T) and Y (one-hot) of shape (K, m)
    L = ||A||_2^2/(2m) + ridge,   mu = ridge

L: the Hessian is (1/m) sum_i (diag p_i - p_i p_i^T) x a_i a_i^T and diag p - p p^T <= I/2, because
Var_p(v) <= (max v - min v)^2/4 <= ||v||^2/2 (Boehning 1992); approached where a constant is a feature.
"""

from __future__ import annotations

import dataclasses
import functools
from typing import ClassVar

import numpy as np

from alphalab.arrays import Array, dot, like, namespace, point_contiguous, total
from alphalab.problems import data
from alphalab.problems.fields import check_columns, check_positive, freeze
from alphalab.problems.newton import minimise
from alphalab.problems.problem import Analytic, Constants


def cross_entropy(Z: Array, Y: Array) -> tuple[Array, Array]:
    """Return the mean of log sum_k e^{z_k} - z_y and its derivative (P - Y)/m.

    Logits Z (*batch, K, m), one-hot Y (K, m) -> (*batch,), (*batch, K, m); the largest logit is taken out.
    """
    xp, m = namespace(Z), Y.shape[-1]
    shifted = Z - xp.max(Z, axis=-2, keepdims=True)
    weights = xp.exp(shifted)
    mass = xp.sum(weights, axis=-2, keepdims=True)
    loss = xp.log(mass[..., 0, :]) - xp.sum(Y * shifted, axis=-2)
    return total(loss) / m, (weights / mass - Y) / m


def check_one_hot(Y: np.ndarray) -> None:
    """Raise ValueError unless every column of Y, (K, m), marks one of the K classes."""
    if not (np.all((Y == 0) | (Y == 1)) and np.all(np.sum(Y, axis=0) == 1)):
        raise ValueError("Y is not one-hot; every column must hold one 1 and zeros")


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Softmax(Analytic):
    """The loss above: A of shape (m, d), Y one-hot of shape (K, m); n = K d."""

    data_axes: ClassVar = {"A": 0, "Y": 1}  # rows of the data, for MiniBatch
    A: np.ndarray
    Y: np.ndarray
    ridge: float = 0.01
    name: str = "softmax"

    def _check(self) -> None:
        freeze(self, A=2, Y=2)
        check_positive("ridge", self.ridge)
        check_columns(self.Y, self.A)
        check_one_hot(self.Y)

    @property
    def n(self) -> int:
        """Dimension of a point."""
        return self.Y.shape[0] * self.A.shape[1]

    @functools.cached_property
    def constants(self) -> Constants:
        """L and mu as above; f_star and x_star by Newton's method."""
        L = float(np.linalg.norm(self.A, 2)) ** 2 / (2 * self.A.shape[0]) + self.ridge
        R = 2.0 * float(np.sqrt(np.max(np.sum(self.A**2, axis=1))))
        x_star = minimise(self.value, self._derivatives, np.zeros(self.n), R)
        f_star = None if x_star is None else float(self.value(x_star))
        return Constants(L=L, mu=self.ridge, f_star=f_star, x_star=x_star, f_inf=f_star or 0.0)

    def _logits(self, x: Array) -> Array:
        """Z = W A^T, shapes (*batch, n) -> (*batch, K, m): one matrix product per point."""
        xp = namespace(x)
        W = xp.reshape(point_contiguous(x), (*x.shape[:-1], self.Y.shape[0], self.A.shape[1]))
        return xp.matmul(W, like(self.A, x).T)

    def value_and_gradient(self, x: Array) -> tuple[Array, Array]:
        """Both at once, shapes (*batch, n) -> (*batch,), (*batch, n)."""
        loss, residual = cross_entropy(self._logits(x), like(self.Y, x))
        g = namespace(x).reshape(namespace(x).matmul(residual, like(self.A, x)), x.shape)
        return loss + 0.5 * self.ridge * dot(x, x), g + self.ridge * x

    def _derivatives(self, x: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        """f, gradient, Hessian at one point; U holds p_ki a_i, so that U U^T/m is the p p^T part."""
        m, d = self.A.shape
        f, g = self.value_and_gradient(x)
        U = (cross_entropy(self._logits(x), self.Y)[1] * m + self.Y)[:, None, :] * self.A.T
        H = -np.matmul(U.reshape(-1, m), U.reshape(-1, m).T) / m + self.ridge * np.eye(self.n)
        for k, block in enumerate(np.matmul(U, self.A) / m):
            H[k * d : (k + 1) * d, k * d : (k + 1) * d] += block
        return float(f), g, H


def softmax_digits(ridge: float = 0.01) -> Softmax:
    """Return softmax regression of the ten digits on 64 pixels and a constant: n = 650, 1797 images."""
    A, Y = data.digits_with_constant()
    return Softmax(A=A, Y=Y, ridge=ridge, name="softmax-digits")
