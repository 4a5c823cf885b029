"""Sign descent.

    d = sign(g)

Source: J. Bernstein et al., arXiv 1802.04434; S. Sane, arXiv 2504.16020v2, section 4.
"""

from __future__ import annotations

import dataclasses
from typing import ClassVar

from alphalab.arrays import Array, namespace
from alphalab.optimizers.optimizer import Rule, State


@dataclasses.dataclass(frozen=True, kw_only=True)
class SignSGD(Rule):
    """d = sign(g), 0 where g is 0; stateless.

    >>> import numpy as np, alphalab as al
    >>> al.take_step(al.SignSGD(learning_rate=0.5), np.zeros(3), np.array([3.0, -1e-9, 0.0]))[0]
    array([-0.5,  0.5,  0. ])
    """

    name: ClassVar[str] = "sign-sgd"
    source: ClassVar[str] = "arXiv 1802.04434"

    def direction(self, gradient: Array, state: State, x: Array) -> tuple[Array, State]:
        """d = sign(g)."""
        return namespace(gradient).sign(gradient), state
