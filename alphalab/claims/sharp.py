"""The functions by which the sharp theory replaces the dimension.

    M(alpha, n)   = n tanh^2(alpha/sqrt n)                  tanh^2(alpha) <= M <= min(n, alpha^2)
    rho(alpha, n) = n (tanh(alpha/sqrt n)/tanh alpha)^2     1 <= rho <= n, increasing in alpha
    Q(alpha, n)   = sup_{|u|=1} sum tanh^2(alpha u_i) / sum u_i tanh(alpha u_i)
                                                            sqrt M <= Q <= min(alpha, M/tanh alpha)

The formulas of M and rho are those of `notation`; here they are evaluated. Q is a maximum over one number
(`q-one-dimensional`): one coordinate c_1 = sqrt p of the unit vector, n - 1 equal ones c = sqrt((1-p)/(n-1)),

    Q = max over 1/n <= p < 1 of (t_1^2 + (n-1) t^2)/(c_1 t_1 + (n-1) c t),   t_1 = tanh(alpha c_1),  t = tanh(alpha c)
    alpha -> 0:  Q/alpha -> 1,   from sqrt M <= Q <= alpha;        alpha -> inf:  Q -> n

    Q_w(alpha, n) = the same with w more above, p = 1 included:                    Q <= Q_w <= Q + w/tanh alpha
"""

from __future__ import annotations

import functools
from collections.abc import Callable

import numpy as np

from alphalab.claims import notation
from alphalab.optimizers.optimizer import POSITIVE, Interval, checked

Number = float | np.ndarray
TINY = 1e-9  # below it alpha^2/3 is less than a digit
SATURATED = 25.0  # tanh is 1 in float64
LEVELS_BELOW = 25.0  # e^-25: how far below its largest value c is searched
ROUNDS, POINTS = 5, 97  # each round narrows 48 times: to 1e-7 of the range, and the value to its square
FINE, BETWEEN = 4000, 1e-5  # points on either half for all w at once, and by how much they may miss the maximum


def M(alpha: Number, n: Number) -> Number:
    """Return what replaces n in every bound, for alpha > 0 and n > 0; numbers or arrays that broadcast.

    >>> import alphalab as al
    >>> [round(float(al.M(2.0, n)), 3) for n in (1, 10, 1000)]  # not n: at most alpha^2
    [0.929, 3.133, 3.989]
    """
    return _evaluate("M", notation.M, alpha, n)


def rho(alpha: Number, n: Number) -> Number:
    """Return the price of the tanh, for alpha > 0 and n > 0; numbers or arrays that broadcast.

    >>> import alphalab as al
    >>> [round(float(al.rho(alpha, 10)), 3) for alpha in (0.01, 2.0, 100.0)]  # from 1 to n
    [1.0, 3.371, 10.0]
    """
    return _evaluate("rho", notation.root_rho, alpha, n) ** 2  # the quotient first: tanh^2 underflows


def Q(alpha: Number, n: Number) -> Number:
    """Return what replaces n in the best-iterate bound, for alpha > 0 and n >= 1; numbers or arrays that broadcast.

    >>> import alphalab as al
    >>> [round(float(al.Q(20.0, n)), 2) for n in (1, 10, 1000)]  # from sqrt M to alpha
    [1.0, 5.29, 17.7]
    """
    steep, size = np.broadcast_arrays(checked("Q", "alpha", alpha, POSITIVE), checked("Q", "n", n, Interval(low=1)))
    pairs, places = np.unique(np.stack([steep.ravel(), size.ravel()]), axis=1, return_inverse=True)
    values = np.concatenate([_tanh_price(*part) for part in np.split(pairs, range(256, pairs.shape[1], 256), axis=1)])
    return values[places.reshape(steep.shape)][()]


def Q_joint(alpha: Number, n: int, w: np.ndarray) -> np.ndarray:
    """Return sup (sum tanh^2(alpha u_i) + w)/sum u_i tanh(alpha u_i), rounded up by BETWEEN; w >= 0."""
    found = np.empty(np.shape(w))
    for steepness in np.unique(alpha):
        here = np.broadcast_to(np.equal(alpha, steepness), found.shape)
        found[here] = _along_lines(*_lines(float(steepness), n), w[here])
    return found * (1 + BETWEEN)


@functools.lru_cache(4096)
def _lines(alpha: float, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return (intercepts, slopes) of the lines q/S + w/S that are highest for some w >= 0, slopes rising."""
    _, q, S = _two_levels(alpha, n)
    return _upper_envelope(q / S, 1 / S)


def C(p: Number) -> Number:
    """Return C_p = max over 0 < z < 1/2 of (1-z)^p - z^p + p z^(p-1), 1 < p <= 2: |x+y|^p in a Hilbert space.

    >>> round(float(C(1.5)), 3), float(C(2.0))
    (1.307, 1.0)
    """
    power = np.reshape(np.asarray(p, dtype=np.float64), (-1, 1))

    def value(log_z: np.ndarray) -> np.ndarray:
        z = np.exp(log_z)
        return (1 - z) ** power - z**power + power * z ** (power - 1)

    most = _largest(value, np.full(power.shape, -30.0), np.full(power.shape, -np.log(2)))
    return np.where(np.less(p, 2), most.reshape(np.shape(p)), 1.0)[()]


def unit_vector(alpha: float, n: int, w: float) -> np.ndarray:
    """Return the unit vector at which Q_w is attained, (n,): one coordinate, and n - 1 equal ones."""
    c, q, S = _two_levels(alpha, n)
    level = c[np.argmax((q + w) / S)]
    return np.append(np.sqrt(1 - (n - 1) * level**2), np.full(n - 1, level))


def _two_levels(alpha: float, n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return c, q = sum sigma^2 and S = sum u sigma at unit vectors of one coordinate and n - 1 equal ones c."""
    rest = n - 1
    log_p = np.linspace(-np.log(n), min(0.0, max(-np.log(n), -np.log(2))), FINE if n > 1 else 1)
    p = np.exp(log_p)
    top, level = [np.sqrt(p)], [np.sqrt((1 - p) / rest) if rest else np.zeros(1)]
    if rest:
        half = np.log(min(1 / np.sqrt(2 * rest), SATURATED / max(alpha, TINY)))
        c = np.exp(np.linspace(half - LEVELS_BELOW, half, FINE))
        top, level = [*top, np.sqrt(1 - rest * c * c), np.ones(1)], [*level, c, np.zeros(1)]
    u, c = np.concatenate(top), np.concatenate(level)
    t, s = np.tanh(alpha * u), np.tanh(alpha * c)
    return c, t * t + rest * s * s, u * t + rest * c * s


def _upper_envelope(intercepts: np.ndarray, slopes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the lines that are highest somewhere on w >= 0, by rising slope: none under a chord of two."""
    order = np.lexsort((intercepts, slopes))[::-1]
    a, b = intercepts[order], slopes[order]
    steeper = np.maximum.accumulate(a)
    a, b = (part[np.append(True, a[1:] > steeper[:-1])][::-1] for part in (a, b))
    while True:
        under = (a[1:-1] - a[2:]) * (b[2:] - b[:-2]) <= (a[:-2] - a[2:]) * (b[2:] - b[1:-1])
        if not under.any():
            return a, b
        a, b = (part[np.concatenate([[True], ~under, [True]])] for part in (a, b))


def _along_lines(intercepts: np.ndarray, slopes: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Return the highest of the lines at every w."""
    with np.errstate(all="ignore"):
        corners = (intercepts[:-1] - intercepts[1:]) / (slopes[1:] - slopes[:-1])
    k = np.searchsorted(corners, w)
    with np.errstate(over="ignore"):
        return intercepts[k] + slopes[k] * w


def _tanh_price(alpha: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Return Q for (A,) and (A,): alpha itself where it is tiny, sqrt M >= alpha (1 - alpha^2/3), else the maximum."""
    steep = np.maximum(alpha, TINY)[:, None]
    found = one_dimensional(lambda u: np.tanh(steep * u), n, SATURATED / steep)
    return np.where(alpha < TINY, alpha, found)


def one_dimensional(squash: Callable[[np.ndarray], np.ndarray], n: np.ndarray, most: np.ndarray) -> np.ndarray:
    """Return the maximum over p of the ratio for an increasing `squash`, (A, K) -> (A, K), at n, (A,) -> (A,).

    Up to p = 1/2 the coordinate is log p, beyond it log c: p may be 1 - 1e-588. `most` (A, 1) is an argument beyond
    which the squash is constant to the last digit, so that no larger c < c_1 is better.
    """
    rest = n[:, None] - 1

    def by_share(log_p: np.ndarray) -> np.ndarray:
        p = np.exp(log_p)
        with np.errstate(all="ignore"):
            return _ratio(squash, np.sqrt(p), np.sqrt(np.where(rest > 0, (1 - p) / rest, 0)), rest)

    def by_level(log_c: np.ndarray) -> np.ndarray:
        c = np.exp(log_c)
        return _ratio(squash, np.sqrt(1 - rest * c * c), c, rest)

    balanced = -np.log(n)[:, None]
    with np.errstate(divide="ignore"):
        half = np.log(np.minimum(np.minimum(1 / np.sqrt(2 * rest), np.exp(balanced / 2)), most))
    ends = (
        (by_share, balanced, np.maximum(balanced, -np.log(2))),
        (by_level, half - LEVELS_BELOW, half),
    )
    return np.max([_largest(ratio, low, high) for ratio, low, high in ends], axis=0)


def _ratio(squash: Callable[[np.ndarray], np.ndarray], top: np.ndarray, c: np.ndarray, rest: np.ndarray) -> np.ndarray:
    """sum sigma(u_i)^2/sum u_i sigma(u_i) for one coordinate `top` and `rest` equal ones c."""
    t_1, t = squash(top), squash(c)
    return (t_1 * t_1 + rest * t * t) / (top * t_1 + rest * c * t)


def _largest(ratio: Callable[[np.ndarray], np.ndarray], low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Return the largest value on [low, high], (A, 1) each -> (A,): a grid, then around its best a finer one."""
    for _ in range(ROUNDS):
        x = low + (high - low) * np.linspace(0, 1, POINTS)
        values = ratio(x)
        best = np.argmax(values, axis=1)[:, None]
        low, high = (np.take_along_axis(x, np.clip(best + k, 0, POINTS - 1), axis=1) for k in (-1, 1))
    return np.asarray(values.max(axis=1))


def _evaluate(name: str, formula: notation.Formula, alpha: Number, n: Number) -> Number:
    """Evaluate a formula in alpha and n; raises ValueError naming one that is not finite and > 0."""
    function = notation.compiled(notation.expand(formula), (notation.alpha, notation.n))
    return function(checked(name, "alpha", alpha, POSITIVE), checked(name, "n", n, POSITIVE))
