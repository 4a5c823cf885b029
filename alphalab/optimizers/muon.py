"""Muon: the polar factor of the averaged gradient of a matrix, exact or by the Newton-Schulz quintic.

    M = b M + (1-b) G,     M^ = b M + (1-b) G  (Nesterov)
    D = U V^T of M^ = U S V^T,     or P(P(...P(M^/(||M^||_F+eps)))), P(X) = a X + b X X^T X + c (X X^T)^2 X
    (a, b, c) = (3.4445, -4.7750, 2.0315), 5 times

The quintic maps every singular value u in (0, 1] by a u + b u^3 + c u^5: near 1, never exactly. With the tanh
in its place it is `Spectral(AlphaGrad(...))`, PolarGrad `Spectral(ScaledSign())`, with momentum by a wrapper; SoftMuon
(arXiv 2605.31371) takes u/sqrt(1+u^2).
Source: K. Jordan et al., "Muon: an optimizer for hidden layers in neural networks", 2024.
"""

from __future__ import annotations

import dataclasses
from typing import ClassVar

from alphalab.arrays import Array, column, divide, namespace, norm
from alphalab.optimizers.moments import mean
from alphalab.optimizers.optimizer import DECAY, NON_NEGATIVE, Rule, State, Value, hyperparameter
from alphalab.optimizers.sign_sgd import SignSGD
from alphalab.optimizers.spectral import Spectral, as_matrix, check_shape

QUINTIC = (3.4445, -4.7750, 2.0315)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Muon(Rule):
    """D = the polar factor of the momentum of a p x q matrix; state: M and whether it is the first step's.

    `shape` = (p, q); momentum b in [0, 1); `nesterov`: look ahead once more; `iterations`: of the quintic, None for the
    exact polar factor; epsilon >= 0 beside the norm that the quintic divides by. Raises ValueError for another shape,
    for iterations that are no whole number >= 1, and where the point has not p q coordinates.

    >>> import numpy as np, alphalab as al
    >>> exact = al.Muon(shape=(2, 1), learning_rate=1.0, momentum=0.0, iterations=None)
    >>> al.take_step(exact, np.zeros(2), np.array([3.0, 4.0]))[0]
    array([-0.6, -0.8])
    """

    name: ClassVar[str] = "muon"
    source: ClassVar[str] = "K. Jordan et al., 2024"
    shape: tuple[int, int]
    momentum: Value = hyperparameter(0.95, DECAY)
    epsilon: Value = hyperparameter(1e-7, NON_NEGATIVE)
    nesterov: bool = True
    iterations: int | None = 5

    def __post_init__(self) -> None:
        """Check the hyperparameters, the shape and the iterations."""
        super().__post_init__()
        check_shape("Muon", self.shape)
        object.__setattr__(self, "shape", tuple(self.shape))
        if self.iterations is not None and not (isinstance(self.iterations, int) and self.iterations >= 1):
            raise ValueError(f"Muon: iterations must be a whole number >= 1 or None, got {self.iterations!r}")

    def init(self, x: Array) -> State:
        """M = 0."""
        as_matrix(x, self.shape)
        return namespace(x).zeros_like(x)

    def direction(self, gradient: Array, state: State, x: Array) -> tuple[Array, State]:
        """D = the polar factor of b M + (1-b) G, flat."""
        m = mean(state, gradient, self.momentum)
        ahead = mean(m, gradient, self.momentum) if self.nesterov else m
        if self.iterations is None:
            return Spectral(SignSGD(), shape=self.shape).direction(ahead, (), x)[0], m
        unit = divide(ahead, norm(ahead)[..., None] + column(self.epsilon, ahead))
        return quintic(unit, self.shape, self.iterations), m


def quintic(x: Array, shape: tuple[int, int], iterations: int) -> Array:
    """Return P applied `iterations` times to the matrices of the points x, (*batch, p q), ||x||_2 <= 1."""
    xp, (a, b, c) = namespace(x), QUINTIC
    matrix = as_matrix(x, shape)
    wide = matrix if shape[0] <= shape[1] else xp.matrix_transpose(matrix)  # the smaller of X X^T and X^T X
    for _ in range(iterations):
        gram = xp.matmul(wide, xp.matrix_transpose(wide))
        wide = a * wide + xp.matmul(b * gram + c * xp.matmul(gram, gram), wide)
    return xp.reshape(wide if shape[0] <= shape[1] else xp.matrix_transpose(wide), x.shape)
