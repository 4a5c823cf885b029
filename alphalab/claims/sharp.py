"""The functions by which the sharp theory replaces the dimension.

    M(alpha, n)   = n tanh^2(alpha/sqrt n)                  tanh^2(alpha) <= M <= min(n, alpha^2)
    rho(alpha, n) = n (tanh(alpha/sqrt n)/tanh alpha)^2     1 <= rho <= n, increasing in alpha
    Q(alpha, n)   = sup_{|u|=1} sum tanh^2(alpha u_i) / sum u_i tanh(alpha u_i)
                                                            sqrt M <= Q <= min(alpha, M/tanh alpha)

The formulas of M and rho are those of `notation`; here they are evaluated. Q has no closed form: the supremum is
searched over the vectors with two levels, k coordinates with s_i = u_i^2 = p/k and n - k with (1-p)/(n-k); that
two levels suffice has numerical support only.
"""

from __future__ import annotations

import numpy as np

from alphalab.claims import notation
from alphalab.optimizers.optimizer import POSITIVE, Interval, checked

Number = float | np.ndarray


def M(alpha: Number, n: Number) -> Number:
    """Return what replaces n in every bound, for alpha > 0 and n > 0; numbers or arrays that broadcast."""
    return _evaluate(notation.M, alpha, n)


def rho(alpha: Number, n: Number) -> Number:
    """Return the price of the tanh, for alpha > 0 and n > 0; numbers or arrays that broadcast."""
    return _evaluate(notation.root_rho, alpha, n) ** 2  # the quotient first: tanh^2 underflows


def _two_levels(alpha: np.ndarray, n: float) -> np.ndarray:
    """Return the supremum over two-level vectors, (A,) -> (A,): a grid over (k, p), then p refined around the best."""
    alpha = alpha[:, None, None]
    k = np.unique(np.geomspace(1, n, 200).round())[:, None]
    low, high = np.zeros((len(alpha), *k.shape)), np.ones((len(alpha), *k.shape))
    for _ in range(8):  # each round narrows p fifteenfold, to 1e-9
        p = low + (high - low) * np.linspace(0, 1, 31)
        ratio = _ratio(alpha, k, p, n)
        best = np.argmax(ratio, axis=-1)[..., None]
        width = (high - low) / 30
        center = np.take_along_axis(p, best, axis=-1)
        low, high = np.maximum(center - width, 0), np.minimum(center + width, 1)
    return np.asarray(ratio.max(axis=(1, 2)))


def _ratio(alpha: np.ndarray, k: np.ndarray, p: np.ndarray, n: float) -> np.ndarray:
    """Return sum tanh^2(alpha u_i)/sum u_i tanh(alpha u_i) for k coordinates sqrt(p/k), n - k sqrt((1-p)/(n-k))."""
    rest = n - k
    u, w = np.sqrt(p / k), np.sqrt(np.divide(1 - p, rest, out=np.zeros_like(p), where=rest > 0))
    top = k * np.tanh(alpha * u) ** 2 + rest * np.tanh(alpha * w) ** 2
    bottom = k * u * np.tanh(alpha * u) + rest * w * np.tanh(alpha * w)
    on_sphere = (rest > 0) | (p == 1)  # with no rest all of the unit norm is in the k coordinates
    return np.divide(top, bottom, out=np.zeros_like(top), where=(bottom > 0) & on_sphere)


def Q(alpha: Number, n: Number) -> Number:
    """Return what replaces n in the best-iterate bound, for alpha > 0 and n >= 1; numbers or arrays that broadcast."""
    alphas, sizes = np.broadcast_arrays(
        checked("sharp", "alpha", alpha, POSITIVE), checked("sharp", "n", n, Interval(low=1))
    )
    values = np.empty(alphas.shape)
    for size in np.unique(sizes):
        here = sizes == size
        distinct, places = np.unique(alphas[here], return_inverse=True)
        values[here] = np.concatenate([_two_levels(part, float(size)) for part in _parts(distinct)])[places]
    return values[()]


def _parts(alphas: np.ndarray) -> list[np.ndarray]:
    """Return the alphas in parts of 16, whose grids stay in cache."""
    return np.split(alphas, range(16, len(alphas), 16))


def _evaluate(formula: notation.Formula, alpha: Number, n: Number) -> Number:
    """Evaluate a formula in alpha and n; raises ValueError naming one that is not finite and > 0."""
    function = notation.compiled(notation.expand(formula), (notation.alpha, notation.n))
    return function(checked("sharp", "alpha", alpha, POSITIVE), checked("sharp", "n", n, POSITIVE))
