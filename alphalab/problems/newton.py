"""Newton's method with step halving, for the minimisers that have no closed form.

    x+ = x - t H^{-1} g,   t = 1, 1/2, 1/4, ... until f(x+) <= f - (t/4) d,   d = <g, H^{-1} g>  (decrement)

A minimiser exists nearby, and f - f_star <= d, where R sqrt(d) <= sqrt(lam_min(H))/2 for a function with
|f'''[v,v,v]| <= R ||v|| f''[v,v] (self-concordant in the sense of Bach 2010, proposition 2): logistic and
softmax losses with R = max ||a_i|| and twice that. On separable data the test fails, as it must.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

QUADRATIC = 1e-8  # decrements: the next one is its square, and f, good to 1e-16, could not tell whether it fell
LEAST = 1e-6  # step size: 20 halvings, after which f is no function that Newton's method is for
Value = Callable[[np.ndarray], float]
Derivatives = Callable[[np.ndarray], tuple[float, np.ndarray, np.ndarray]]  # x -> f, g, H


def minimise(value: Value, derivatives: Derivatives, x: np.ndarray, R: float) -> np.ndarray | None:
    """Return the minimiser of a convex f, sought from x, shape (n,), or None where none could be certified."""
    for _ in range(60):
        f, g, H = derivatives(x)
        step = _solve(H, g)
        if step is None:
            return None
        decrement = float(np.dot(g, step))
        if decrement <= np.finfo(np.float64).eps ** 2 * max(1.0, abs(f)):
            return x if _certified(H, decrement, R) else None
        x = x - _step_size(value, x, f, step, decrement) * step
    return None


def _solve(H: np.ndarray, g: np.ndarray) -> np.ndarray | None:
    """H^{-1} g, or None where H is singular."""
    try:
        return np.linalg.solve(H, g)
    except np.linalg.LinAlgError:
        return None


def _certified(H: np.ndarray, decrement: float, R: float) -> bool:
    """Whether R sqrt(d) <= sqrt(lam_min)/2, both sides squared."""
    return 4.0 * R**2 * max(decrement, 0.0) <= float(np.linalg.eigvalsh(H)[0])


def _step_size(value: Value, x: np.ndarray, f: float, step: np.ndarray, decrement: float) -> float:
    """1 in the region of quadratic convergence (f itself is only good to roundoff there), else by halving."""
    t = 1.0
    while decrement > QUADRATIC and t > LEAST and value(x - t * step) > f - 0.25 * t * decrement:
        t /= 2
    return t
