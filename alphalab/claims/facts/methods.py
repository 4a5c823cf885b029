r"""What the claims about other methods than AlphaGrad measure: geometric sums, RMSProp with eps under the root.

S(k) = 1 + k + ... + k^(t-1) = (1 - k^t)/(1 - k),  t where k = 1
m^ = sum_j b1^j g_(t-j)/S(b1),    s^2 = sum_j b2^j g_(t-j)^2/S(b2)      Adam's moments, bias-corrected
"""

from __future__ import annotations

import dataclasses
from typing import ClassVar

import numpy as np

from alphalab.arrays import Array, column, divide, namespace
from alphalab.claims.case import Case
from alphalab.optimizers import Adam, RMSProp, Wrapper
from alphalab.optimizers.moments import root_mean


@dataclasses.dataclass(frozen=True, kw_only=True)
class RootRMSProp(RMSProp):
    """d = g/sqrt(v + eps^2), v = b v + (1-b) g^2: eps under the root, no bias correction."""

    name: ClassVar[str] = "rmsprop-root"
    source: ClassVar[str] = "theory, the other methods"

    def direction(self, gradient: Array, state: Array, x: Array) -> tuple[Array, Array]:
        """d = g/sqrt(s^2 + eps^2), and 0 where both are 0."""
        s = root_mean(state, gradient, self.decay)
        eps = column(self.epsilon, s)
        return divide(gradient, namespace(s).sqrt(s * s + eps * eps)), s


def geometric(k: np.ndarray, t: np.ndarray) -> np.ndarray:
    """Return 1 + k + ... + k^(t-1), broadcast.

    >>> float(geometric(np.asarray(0.5), np.asarray(3.0))), float(geometric(np.asarray(1.0), np.asarray(3.0)))
    (1.75, 3.0)
    """
    apart = np.where(k == 1, 0.5, k)
    return np.where(k == 1, t, (1 - apart**t) / (1 - apart))


def memory(case: Case) -> np.ndarray:
    """Return b2: beta2 of Adam, the decay of RMSProp; raises NotApplicableError for other methods."""
    optimizer = case.optimizer.optimizer if isinstance(case.optimizer, Wrapper) else case.optimizer
    return case.hyperparameter("decay" if isinstance(optimizer, RMSProp) else "beta2")


def corrected_rmsprop(case: Case) -> bool:
    """Whether the method is RMSProp with its bias corrected: Adam without momentum."""
    return type(case.optimizer) is Adam and not np.any(case.optimizer.beta1)
