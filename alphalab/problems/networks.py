"""Small networks: non-convex in their weights, with gradients written out by hand.

    tanh-network      f = 1/(2m) ||W2 tanh(W1 A^T + b1) + b2 - Y||_F^2  Y taught by x_star: f_star = 0
    network-digits    the same network under cross-entropy              f >= 0 is all that is claimed

Backward pass: R = d loss/d Z2, then R H^T, R 1, and through the layer D = (W2^T R)(1 - H^2): D A, D 1
(Rumelhart, Hinton, Williams 1986). None is globally smooth, so none claims L.
"""

from __future__ import annotations

import dataclasses
import functools
from typing import ClassVar

import numpy as np

from alphalab.arrays import Array, dot, like, namespace, total
from alphalab.problems import data
from alphalab.problems.fields import check_columns, check_dimension, float_array, freeze
from alphalab.problems.layers import Layered, pack, unpack
from alphalab.problems.problem import Constants
from alphalab.problems.softmax import check_one_hot, cross_entropy


def squared_error(Z: Array, Y: Array) -> tuple[Array, Array]:
    """Return 1/(2m) ||Z - Y||_F^2 and its derivative, shapes (*batch, K, m) -> (*batch,), (*batch, K, m)."""
    R, m = Z - Y, Y.shape[-1]
    flat = namespace(Z).reshape(R, (*Z.shape[:-2], -1))
    return dot(flat, flat) / (2 * m), R / m


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class TanhNetwork(Layered):
    """One hidden tanh layer: A of shape (m, d), Y (K, m); W1 (h, d), b1 (h, 1), W2 (K, h), b2 (K, 1)."""

    name: ClassVar[str] = "tanh-network"
    data_axes: ClassVar = {"A": 0, "Y": 1}  # rows of the data, for MiniBatch
    A: np.ndarray
    Y: np.ndarray
    hidden: int
    x_star: np.ndarray | None = None

    def _check(self) -> None:
        freeze(self, A=2, Y=2)
        check_dimension(self.name, self.hidden, field="hidden")
        check_columns(self.Y, self.A)
        if self.x_star is not None and float_array("x_star", self.x_star, ndim=1).size != self.n:
            raise ValueError(f"x_star has length {len(self.x_star)}; a point of this network has n = {self.n}")

    @property
    def shapes(self) -> tuple[tuple[int, ...], ...]:
        """Shapes of W1, b1, W2, b2."""
        h, d, K = self.hidden, self.A.shape[1], self.Y.shape[0]
        return (h, d), (h, 1), (K, h), (K, 1)

    @functools.cached_property
    def constants(self) -> Constants:
        """f >= 0; where the targets come from a teacher x_star, f_star = f(x_star) = 0."""
        if self.x_star is None:
            return Constants(f_inf=0.0, convex=False)
        return Constants(f_star=0.0, x_star=self.x_star, convex=False)

    def loss(self, Z: Array, Y: Array) -> tuple[Array, Array]:
        """Squared error of the outputs and its derivative."""
        return squared_error(Z, Y)

    def outputs(self, x: Array) -> tuple[Array, Array]:
        """Hidden layer H (*batch, h, m) and outputs Z (*batch, K, m), one matrix product per point."""
        xp = namespace(x)
        W1, b1, W2, b2 = unpack(x, self.shapes)
        H = xp.tanh(xp.matmul(W1, like(self.A, x).T) + b1)
        return H, xp.matmul(W2, H) + b2

    def value(self, x: Array) -> Array:
        """Loss of the outputs, shapes (*batch, n) -> (*batch,)."""
        return self.loss(self.outputs(x)[1], like(self.Y, x))[0]

    def value_and_gradient(self, x: Array) -> tuple[Array, Array]:
        """Both at once: the forward pass, then the backward pass in the letters above."""
        xp, A = namespace(x), like(self.A, x)
        H, Z = self.outputs(x)
        f, R = self.loss(Z, like(self.Y, x))
        W2 = unpack(x, self.shapes)[2]
        D = xp.matmul(xp.matrix_transpose(W2), R) * (1.0 - H * H)
        return f, pack([xp.matmul(D, A), total(D), xp.matmul(R, xp.matrix_transpose(H)), total(R)], x)


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class TanhClassifier(TanhNetwork):
    """The same network under cross-entropy, Y one-hot: no weights reach f = 0, so that no x_star is taken."""

    name: ClassVar[str] = "network-digits"

    def _check(self) -> None:
        super()._check()
        check_one_hot(self.Y)
        if self.x_star is not None:
            raise ValueError("x_star is given; leave it out: cross-entropy is above 0 for all finite weights")

    def loss(self, Z: Array, Y: Array) -> tuple[Array, Array]:
        """Cross-entropy of the outputs and its derivative."""
        return cross_entropy(Z, Y)


def tanh_network(seed: int = 0) -> TanhNetwork:
    """Return 2 inputs, 3 hidden units, 1 output on 40 points, taught by a network of that size: n = 13."""
    rng = np.random.default_rng(seed)
    A, teacher = rng.standard_normal((40, 2)), rng.standard_normal(13)
    blank = TanhNetwork(A=A, Y=np.zeros((1, 40)), hidden=3)
    return TanhNetwork(A=A, Y=blank.outputs(teacher)[1], hidden=3, x_star=teacher)


def network_digits(hidden: int = 16) -> TanhClassifier:
    """Return the 64-hidden-10 tanh network on the 1797 digits: n = 1210 for 16 hidden units."""
    A, Y = data.digits()
    return TanhClassifier(A=A, Y=Y, hidden=hidden)
