"""LARS as published, without its momentum (wrap it in HeavyBall for that).

    d = c ||x|| / (||g|| + lambda ||x||) (g + lambda x),     the factor being 1 where ||x|| or ||g|| is 0

Source: Y. You, I. Gitman, B. Ginsburg, arXiv 1708.03888, algorithm 1.
"""

from __future__ import annotations

import dataclasses
from typing import ClassVar

from alphalab.arrays import Array, column, divide, namespace, norm
from alphalab.optimizers.optimizer import NON_NEGATIVE, POSITIVE, Rule, State, Value, hyperparameter


@dataclasses.dataclass(frozen=True, kw_only=True)
class LARS(Rule):
    """d = c ||x||/(||g||+lambda||x||) (g + lambda x), c = trust_coefficient, lambda = weight_decay; stateless.

    >>> import numpy as np, alphalab as al
    >>> x, g = np.array([3.0, 4.0]), np.array([0.0, 2.0])
    >>> al.take_step(al.LARS(learning_rate=0.1), x, g)[0]  # a step of length 0.1 ||x||
    array([3. , 3.5])
    """

    name: ClassVar[str] = "lars"
    source: ClassVar[str] = "arXiv 1708.03888, algorithm 1"
    trust_coefficient: Value = hyperparameter(1.0, POSITIVE)
    weight_decay: Value = hyperparameter(0.0, NON_NEGATIVE)

    def direction(self, gradient: Array, state: State, x: Array) -> tuple[Array, State]:
        """d = c ||x||/(||g||+lambda||x||) (g + lambda x)."""
        xp = namespace(x)
        decay = column(self.weight_decay, x)
        size, slope = norm(x)[..., None], norm(gradient)[..., None]
        pull = gradient + decay * x
        scaled = column(self.trust_coefficient, x) * size * divide(pull, slope + decay * size)
        return xp.where((size > 0) & (slope > 0), scaled, pull), state
