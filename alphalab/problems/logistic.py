"""Logistic regression, labels y_i in {-1, +1}, with or without a ridge.

    f(x) = (1/m) sum_i log(1 + e^{-y_i <a_i, x>}) + (ridge/2) ||x||^2
    gradient -(1/m) sum_i y_i s(-y_i <a_i, x>) a_i + ridge x,   s(z) = 1/(1 + e^{-z})
    Hessian A^T diag(s(1-s)) A/m + ridge I:   L = ||A||_2^2/(4m) + ridge, attained at 0;   mu = ridge

Without a ridge f is convex, and has a minimiser iff no x separates the data; the synthetic data holds n rows
that span R^n with *both* labels, so f >= (1/m) sum |<a_i, x>| over them: coercive. x_star by Newton's method.
"""

from __future__ import annotations

import dataclasses
import functools
from typing import ClassVar

import numpy as np

from alphalab.arrays import Array, dot, like, matvec, namespace, total
from alphalab.problems import data
from alphalab.problems.fields import check_dimension, check_length, check_positive, freeze
from alphalab.problems.newton import minimise
from alphalab.problems.problem import Analytic, Constants


def softplus(z: Array) -> Array:
    """log(1 + e^z) = max(z, 0) + log1p(e^{-|z|}), without overflow."""
    xp = namespace(z)
    return xp.where(z > 0, z, xp.zeros_like(z)) + xp.log1p(xp.exp(-xp.abs(z)))


def sigmoid(z: Array) -> Array:
    """1/(1 + e^{-z}) = (1 + tanh(z/2))/2, without overflow."""
    return 0.5 + 0.5 * namespace(z).tanh(0.5 * z)


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Logistic(Analytic):
    """The loss above: A of shape (m, n), labels of shape (m,)."""

    data_axes: ClassVar = {"A": 0, "labels": 0}  # rows of the data, for MiniBatch
    A: np.ndarray
    labels: np.ndarray
    ridge: float = 0.0
    name: str = "logistic"

    def _check(self) -> None:
        freeze(self, A=2, labels=1)
        check_length("labels", self.labels, self.m, "the number of rows of A")
        check_positive("ridge", self.ridge, zero=True)
        if not np.all(np.abs(self.labels) == 1.0):
            raise ValueError(f"labels has the values {np.unique(self.labels)[:4]}; each must be -1 or +1")

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
        """L and mu in closed form; f_star and x_star where Newton's method certifies a minimiser."""
        L = float(np.linalg.norm(self.A, 2)) ** 2 / (4 * self.m) + self.ridge
        mu = self.ridge if self.ridge > 0 else None
        R = float(np.sqrt(np.max(np.sum(self.A**2, axis=1))))
        x_star = minimise(self.value, self._derivatives, np.zeros(self.n), R)
        f_star = None if x_star is None else float(self.value(x_star))
        return Constants(L=L, mu=mu, f_star=f_star, x_star=x_star, convex=True, f_inf=f_star or 0.0)

    def _derivatives(self, x: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        """f, gradient, Hessian at one point."""
        s = sigmoid(matvec(self.A, x))
        H = np.matmul(self.A.T * (s * (1 - s)), self.A) / self.m + self.ridge * np.eye(self.n)
        f, g = self.value_and_gradient(x)
        return float(f), g, H

    def value_and_gradient(self, x: Array) -> tuple[Array, Array]:
        """Both at once, the margins shared, shapes (*batch, n) -> (*batch,), (*batch, n)."""
        y = like(self.labels, x)
        margin = y * matvec(self.A, x)
        f = total(softplus(-margin)) / self.m + 0.5 * self.ridge * dot(x, x)
        return f, matvec(self.A.T, -y * sigmoid(-margin)) / self.m + self.ridge * x


def synthetic_labels(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return A (20n, n) and noisy labels, the last n rows equal to the first n with opposite labels."""
    check_dimension("logistic", n)
    rng = np.random.default_rng(seed)
    A, truth = rng.standard_normal((19 * n, n)), rng.standard_normal(n)
    y = np.where(matvec(A, truth) + rng.standard_normal(19 * n) > 0, 1.0, -1.0)
    return np.concatenate([A, A[:n]]), np.concatenate([y, -y[:n]])


def logistic(n: int = 5, seed: int = 0) -> Logistic:
    """Return logistic regression without a ridge on synthetic data that no hyperplane separates."""
    A, y = synthetic_labels(n, seed)
    return Logistic(A=A, labels=y)


def logistic_ridge(n: int = 5, ridge: float = 0.1, seed: int = 0) -> Logistic:
    """Return logistic regression with a ridge on the same synthetic data."""
    A, y = synthetic_labels(n, seed)
    return Logistic(A=A, labels=y, ridge=ridge, name="logistic-ridge")


def logistic_breast_cancer(ridge: float = 0.01) -> Logistic:
    """Return ridge logistic regression on the 30 standardised breast-cancer features and a constant."""
    A, y = data.breast_cancer()
    return Logistic(A=A, labels=y, ridge=ridge, name="logistic-breast-cancer")
