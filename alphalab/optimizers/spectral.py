"""Squash the singular values of a matrix and leave its singular vectors.

    G = U diag(s) V^T,     D = U diag(d(s)) V^T,     d the direction of the wrapped rule

s has k = min(p, q) entries and ||s||_2 is the Frobenius norm, so AlphaGrad gives U tanh(alpha s/(||G||_F+eps)) V^T and
SignSGD the polar factor U V^T. Singular values that rounding made of 0 are 0, so a G of rank r has a D of rank r.
Source: theory of this project (theorems with n replaced by k); Muon: K. Jordan et al., 2024.
"""

from __future__ import annotations

import dataclasses
from typing import ClassVar

from alphalab.arrays import Array, namespace, point_contiguous, svd
from alphalab.optimizers.optimizer import Rule, State, Wrapper


@dataclasses.dataclass(frozen=True, kw_only=True)
class Spectral(Wrapper):
    """D = U diag(d(s)) V^T for a stateless rule d; the point (*batch, p q) is a p x q matrix row by row.

    `shape` = (p, q). Raises ValueError where the rule keeps a state, `shape` is no pair of positive whole numbers, or
    the point has not p q coordinates.

    >>> import numpy as np, alphalab as al
    >>> polar = al.Spectral(al.SignSGD(learning_rate=1.0), shape=(2, 2))
    >>> al.take_step(polar, np.zeros((2, 2)).ravel(), np.array([3.0, 0.0, 0.0, -0.5]))[0]
    array([-1.,  0.,  0.,  1.])
    """

    name: ClassVar[str] = "spectral"
    source: ClassVar[str] = "singular values in place of coordinates"
    shape: tuple[int, int]

    def __post_init__(self) -> None:
        """Check the rule and the shape."""
        super().__post_init__()
        check_shape("Spectral", self.shape)
        object.__setattr__(self, "shape", tuple(self.shape))
        if not isinstance(self.optimizer, Rule):
            raise ValueError(f"Spectral: optimizer must be a rule without wrappers, got {self.optimizer!r}")

    def init(self, x: Array) -> State:
        """()."""
        x = as_matrix(x, self.shape)
        if self.optimizer.init(x[..., 0, :]) != ():
            raise ValueError(f"Spectral: optimizer must keep no state, got {self.optimizer.name!r}")
        return ()

    def direction(self, gradient: Array, state: State, x: Array) -> tuple[Array, State]:
        """D = U diag(d(s)) V^T, flat."""
        u, s, v = svd(as_matrix(gradient, self.shape))
        d, _ = self.optimizer.direction(s, (), s)
        product = namespace(u).matmul(u * d[..., None, :], v)
        return namespace(u).reshape(product, (*product.shape[:-2], gradient.shape[-1])), state

    def step(self, direction: Array, state: State) -> tuple[Array, State]:
        """The wrapped rule's."""
        return self.optimizer.step(direction, state)

    def pre_activation(self, gradient: Array, state: State) -> Array:
        """The wrapped rule's of the singular values, (*batch, k)."""
        return self.optimizer.pre_activation(svd(as_matrix(gradient, self.shape))[1], state)


def check_shape(owner: str, shape: object) -> None:
    """Raise ValueError unless `shape` is a pair of positive whole numbers."""
    whole = isinstance(shape, tuple | list) and len(shape) == 2 and all(isinstance(k, int) and k >= 1 for k in shape)
    if not whole:
        raise ValueError(f"{owner}: shape must be a pair of positive whole numbers, got {shape!r}")


def as_matrix(x: Array, shape: tuple[int, int]) -> Array:
    """Return the points (*batch, p q) as matrices (*batch, p, q), row by row; raises ValueError where n is not p q."""
    p, q = shape
    if x.shape[-1] != p * q:
        raise ValueError(f"shape {p} x {q} needs points of {p * q} coordinates, the point has n = {x.shape[-1]}")
    return namespace(x).reshape(point_contiguous(x), (*x.shape[:-1], p, q))
