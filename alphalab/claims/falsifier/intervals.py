"""An instance checked again in intervals: its numbers are exact, every condition holds, the bound is met or broken.

reached(bound, instance)    a number that left/right is not below
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import sympy as sp
from mpmath.ctx_iv import MPIntervalContext

from alphalab.claims import notation
from alphalab.claims.claim import Bound
from alphalab.claims.facts.letters import PRICE
from alphalab.claims.falsifier.functions import gaps
from alphalab.claims.falsifier.interpolation import Instance
from alphalab.claims.notation import Formula

Ball: TypeAlias = Any  # an interval of mpmath, rounded outward
BITS, WIDTH = 80, 1e-3  # the second of Q, relatively

balls = MPIntervalContext()
balls.prec = BITS


def reached(bound: Bound, instance: Instance) -> float:
    """Return a number that left/right of the bound is not below on the last row of the instance's run.

    Raises ValueError naming the condition that does not hold, or is not decided, in intervals; or where the right side
    may not be positive, so that more than 1 would not break the bound.
    """
    letters = measured(instance)
    left, right = (value(notation.expand(side), letters) for side in (bound.left, bound.right))
    if not right > 0:
        raise ValueError(f"{bound.key}: the right side is {right}, not positive")
    return float(np.nextafter(float((left / right).a), -math.inf))


@functools.cache
def measured(instance: Instance) -> dict[sp.Symbol, Ball]:
    """Return the letters on the last row of the run; raises ValueError where a condition of the class fails."""
    alpha, eps, D = (balls.mpf(number) for number in (instance.alpha, instance.epsilon, instance.D))
    f, g = (_exact(part) for part in (instance.values, instance.gradients))
    if instance.cycle:
        f, g = np.concatenate([f, f]), np.concatenate([g, -g])
    N = [_norm(one) for one in g]
    copies = instance.copies or (1,) * g.shape[1]
    share = np.asarray([balls.sqrt(balls.mpf(count)) for count in copies])
    d = np.stack(
        [
            share * np.asarray([tanh(alpha * z / (size + eps)) for z in one / share])
            for one, size in zip(g, N, strict=True)
        ]
    )
    constant = instance.method == "1/tanh(alpha)"
    eta = (1 if constant else 2 * D) / tanh(alpha)
    rates = [eta if constant else eta / (t + 2) for t in range(len(f))]
    steps = [np.asarray([rate * part for part in one]) for rate, one in zip(rates, d, strict=True)]
    walked = np.cumsum([np.zeros_like(d[0]) + balls.mpf(0), *steps], axis=0)
    start = walked[len(f) // 2] / 2 if instance.cycle else _exact(instance.start)
    x = start - walked[:-1]
    _check(instance, x, f, g, N, D)
    T, inner = balls.mpf(len(f)), (g * d).sum(axis=-1)
    r = [size / (size + eps) for size in N]
    return {
        notation.alpha: alpha,
        notation.eps: eps,
        notation.eta: eta,
        notation.n: balls.mpf(sum(copies)),
        notation.L: balls.mpf(1),
        notation.T: T,
        notation.D: D,
        notation.Delta: f[0],
        notation.Delta0: f[0],
        notation.delta: f[-1],
        notation.N: N[-1],
        notation.r: r[-1],
        notation.inner: inner[-1],
        notation.gamma_min: tanh(alpha) * OPERATIONS[sp.Min](r),
        notation.least_norm: OPERATIONS[sp.Min](N),
        notation.mean_delta: f.sum() / T,
        notation.mean_norm: sum(N) / T,
        notation.mean_h: sum(size * share for size, share in zip(N, r, strict=True)) / T,
        notation.mean_inner: inner.sum() / T,
        PRICE: price(instance.alpha, sum(copies)),
    }


def _check(instance: Instance, x: np.ndarray, f: np.ndarray, g: np.ndarray, N: list[Ball], D: Ball) -> None:
    """Raise ValueError where a condition of the class, or ||x_t - x*|| <= D, fails or is not decided."""
    if instance.kind != "convex":
        bounded = [value - size**2 / 2 for value, size in zip(f, N, strict=True)]
    else:
        bounded = [D - _norm(point) for point in x]
        x, f, g = (np.concatenate([part, np.zeros_like(part[:1]) + balls.mpf(0)]) for part in (x, f, g))
    for condition in [*gaps(instance.kind, x, f, g), *bounded]:
        if not condition >= 0:
            raise ValueError(f"{instance}: a condition of the class is not met: {condition} >= 0")


def value(formula: Formula, letters: dict[sp.Symbol, Ball]) -> Ball:
    """Return a formula of + * powers, roots, tanh and min; raises ValueError naming a letter that is not measured."""
    inside = functools.partial(value, letters=letters)
    if formula.is_Symbol:
        if formula not in letters:
            raise ValueError(f"{formula} is not measured on an instance of the search among functions")
        return letters[formula]
    if formula.is_Rational:
        return balls.mpf(int(formula.p)) / int(formula.q)
    if formula.is_Pow and formula.exp.is_Integer:
        return inside(formula.base) ** int(formula.exp)
    if formula.is_Pow and (2 * formula.exp).is_Integer:
        return balls.sqrt(inside(formula.base)) ** int(2 * formula.exp)
    if formula.func not in OPERATIONS:
        raise ValueError(f"{formula.func} is not known in intervals")
    return OPERATIONS[formula.func]([inside(part) for part in formula.args])


OPERATIONS: dict[Any, Callable[[list[Ball]], Ball]] = {
    sp.Add: sum,
    sp.Mul: math.prod,
    sp.tanh: lambda parts: tanh(parts[0]),
    sp.Min: lambda parts: balls.mpf([min(part.a for part in parts), min(part.b for part in parts)]),
}


def tanh(z: Ball) -> Ball:
    """1 - 2/(e^{2z} + 1)."""
    return 1 - 2 / (balls.exp(2 * z) + 1)


def price(alpha: float, n: int) -> Ball:
    """Return Q(alpha, n), the maximum over one share p in [1/n, 1]: parts of it are halved until all are narrow."""
    a = balls.mpf(alpha)
    if n == 1:
        return tanh(a)
    M = n * tanh(a / balls.sqrt(balls.mpf(n))) ** 2
    low, high = balls.sqrt(M).a, OPERATIONS[sp.Min]([a, M / tanh(a)]).b  # sqrt M <= Q <= min(alpha, M/tanh alpha)
    parts = [(balls.mpf(1) / n, balls.mpf(1))]
    while high - low > WIDTH * low:
        ratios = [_ratio(a, n, balls.mpf([start.a, end.b])) for start, end in parts]
        low = max([low, *(_ratio(a, n, start).a for start, _ in parts)])
        high = min(high, max(ratio.b for ratio in ratios))
        kept = [part for part, ratio in zip(parts, ratios, strict=True) if ratio.b > low]
        parts = [half for start, end in kept for half in _halves(start, end)]
    return balls.mpf([low, high])


def _halves(low: Ball, high: Ball) -> list[tuple[Ball, Ball]]:
    middle = balls.mpf(((low + high) / 2).a)
    return [(low, middle), (middle, high)]


def _ratio(alpha: Ball, n: int, p: Ball) -> Ball:
    """sum u_i'^2/sum u_i u_i' at one coordinate sqrt p and n - 1 equal ones."""
    one, rest = balls.sqrt(p), balls.sqrt(_positive(1 - p) / (n - 1))
    t, u = tanh(alpha * one), tanh(alpha * rest)
    return (t**2 + (n - 1) * u**2) / (one * t + (n - 1) * rest * u)


def _positive(z: Ball) -> Ball:
    return balls.mpf([max(z.a, balls.mpf(0)), max(z.b, balls.mpf(0))])


def _exact(numbers: np.ndarray) -> np.ndarray:
    """Return floats as the intervals of one number that they are."""
    exact: Callable[[float], Ball] = balls.mpf
    return np.vectorize(exact, otypes=[object])(numbers)


def _norm(vector: np.ndarray) -> Ball:
    return balls.sqrt((vector * vector).sum())
