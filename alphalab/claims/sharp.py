"""The functions by which the sharp theory replaces the dimension.

    M(alpha, n)   = n tanh^2(alpha/sqrt n)                  tanh^2(alpha) <= M <= min(n, alpha^2)
    rho(alpha, n) = n (tanh(alpha/sqrt n)/tanh alpha)^2     1 <= rho <= n, increasing in alpha

The formulas are those of `notation`; here they are evaluated.
"""

from __future__ import annotations

import numpy as np

from alphalab.claims import notation
from alphalab.optimizers.optimizer import POSITIVE, checked

Number = float | np.ndarray


def M(alpha: Number, n: Number) -> Number:
    """Return what replaces n in every bound, for alpha > 0 and n > 0; numbers or arrays that broadcast."""
    return _evaluate(notation.M, alpha, n)


def rho(alpha: Number, n: Number) -> Number:
    """Return the price of the tanh, for alpha > 0 and n > 0; numbers or arrays that broadcast."""
    return _evaluate(notation.rho, alpha, n)


def _evaluate(formula: notation.Formula, alpha: Number, n: Number) -> Number:
    """Evaluate a formula in alpha and n; raises ValueError naming one that is not finite and > 0."""
    function = notation.compiled(formula, (notation.alpha, notation.n))
    return function(checked("sharp", "alpha", alpha, POSITIVE), checked("sharp", "n", n, POSITIVE))
