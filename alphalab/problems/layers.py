"""Points that hold matrices, and the smallest network: a product of two of them.

    f(W1, W2) = (1/2) ||W2 W1 - M||_F^2,   gradient (W2^T R, R W1^T),   R = W2 W1 - M,   x = (W1, W2)
    f_star = (1/2) sum_{k > hidden} s_k^2, s the singular values of M: 0 where rank M <= hidden (Eckart, Young 1936)

A point holds its matrices one after the other, row by row; `blocks` are their sizes (for per-tensor methods). f is
a quartic, not globally smooth; 0 is a saddle, every local minimum is global (Baldi, Hornik 1989).
"""

from __future__ import annotations

import dataclasses
import functools
from typing import ClassVar

import numpy as np

from alphalab.arrays import Array, dot, like, namespace, point_contiguous
from alphalab.problems.fields import check_dimension, freeze
from alphalab.problems.problem import Analytic, Constants


def unpack(x: Array, shapes: tuple[tuple[int, ...], ...]) -> list[Array]:
    """Cut the point x, (*batch, n), into consecutive arrays (*batch, *shape), each contiguous per point."""
    xp, parts, at = namespace(x), [], 0
    for shape in shapes:
        size = int(np.prod(shape))
        parts.append(xp.reshape(point_contiguous(x[..., at : at + size]), (*x.shape[:-1], *shape)))
        at += size
    return parts


def pack(parts: list[Array], x: Array) -> Array:
    """Put arrays (*batch, *shape) back into one point with the shape of x."""
    xp = namespace(x)
    return xp.concat([xp.reshape(part, (*x.shape[:-1], -1)) for part in parts], axis=-1)


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Layered(Analytic):
    """What the networks share: a point is a row of matrices of the given shapes."""

    @property
    def shapes(self) -> tuple[tuple[int, ...], ...]:
        """Shape of every weight array, in the order of the point."""
        raise NotImplementedError

    @property
    def blocks(self) -> tuple[int, ...]:
        """Size of every weight array."""
        return tuple(int(np.prod(shape)) for shape in self.shapes)

    @property
    def n(self) -> int:
        """Dimension of a point."""
        return sum(self.blocks)

    def start(self, seed: int = 0) -> np.ndarray:
        """Standard normal over sqrt(inputs of the layer), biases too, shape (n,)."""
        scales = [np.full(np.prod(shape), float(shape[-1]) ** -0.5) for shape in self.shapes]
        return np.concatenate(scales) * np.random.default_rng(seed).standard_normal(self.n)


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class TwoLayerLinear(Layered):
    """f(W1, W2) = (1/2) ||W2 W1 - M||_F^2, M = target of shape (K, d), W1 (hidden, d), W2 (K, hidden)."""

    name: ClassVar[str] = "two-layer-linear"
    target: np.ndarray
    hidden: int

    def _check(self) -> None:
        freeze(self, target=2)
        check_dimension(self.name, self.hidden, field="hidden")

    @property
    def shapes(self) -> tuple[tuple[int, ...], ...]:
        """Shapes of W1 and W2."""
        return (self.hidden, self.target.shape[1]), (self.target.shape[0], self.hidden)

    @functools.cached_property
    def constants(self) -> Constants:
        """W1 = sqrt(S) V, W2 = U sqrt(S) from the SVD cut at `hidden` (Eckart, Young 1936)."""
        U, S, V = np.linalg.svd(self.target, full_matrices=False)
        k, shape = min(self.hidden, S.size), self.shapes
        W1, W2 = np.zeros(shape[0]), np.zeros(shape[1])
        W1[:k], W2[:, :k] = np.sqrt(S[:k, None]) * V[:k], U[:, :k] * np.sqrt(S[:k])
        lost = float(np.sum(S[k:] ** 2)) / 2
        f_star = lost if lost > np.finfo(np.float64).eps * S[0] ** 2 else 0.0
        x_star = np.concatenate([W1.ravel(), W2.ravel()])
        return Constants(f_star=f_star, x_star=x_star, convex=False)

    def value_and_gradient(self, x: Array) -> tuple[Array, Array]:
        """With R = W2 W1 - M the gradient is (W2^T R, R W1^T)."""
        xp = namespace(x)
        W1, W2 = unpack(x, self.shapes)
        R = xp.matmul(W2, W1) - like(self.target, x)
        flat = xp.reshape(R, (*x.shape[:-1], -1))
        g = pack([xp.matmul(xp.matrix_transpose(W2), R), xp.matmul(R, xp.matrix_transpose(W1))], x)
        return 0.5 * dot(flat, flat), g


def two_layer_linear(seed: int = 0) -> TwoLayerLinear:
    """Return the fit of a (3, 3) matrix of rank 2 by W2 W1 with 2 hidden units: n = 12."""
    rng = np.random.default_rng(seed)
    M = np.matmul(rng.standard_normal((3, 2)), rng.standard_normal((2, 3)))
    return TwoLayerLinear(target=M, hidden=2)
