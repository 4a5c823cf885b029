"""Runs that several claims are held against: with a step that a formula prescribes, down a staircase, a few steps.

staircase  f = ||x||^2/2: a walk down the diagonal that ends beside 0, then a 2-cycle there; T2* is attained
parabolas  a minimum of parabolas, down which every gradient is the same: bounds on the least gradient are attained
short_run  a few steps on x^2/2 with eps = 1
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from alphalab.arrays import Array, dot
from alphalab.claims.case import Case, run_case
from alphalab.claims.notation import Formula, Quantity, T, evaluate
from alphalab.optimizers import AlphaGrad
from alphalab.problems import CustomProblem, Problem, half_square, problem


def next_inverse(t: Array) -> Array:
    """c = 1/(t+1)."""
    return 1 / (t + 1)


def planned(
    subject: Problem,
    rate: Formula,
    steps: int,
    inner: AlphaGrad,
    start: Array,
    letters: tuple[Quantity, ...] = (),
    **declared: Any,
) -> Case:
    """Return a run with the eta that a formula prescribes for so many steps."""
    horizon = Quantity(T, "planned number of steps", lambda case: np.asarray(float(steps)))
    eta = evaluate(rate, run_case(inner, subject, start, 1, **declared), (*letters, horizon))[0]
    method = replace(inner, learning_rate=eta)
    return run_case(method, subject, start, steps, f"prescribed eta, {subject.name}, T = {steps}", **declared)


def planned_cases(rate: Formula, letters: tuple[Quantity, ...] = ()) -> Iterator[Case]:
    """Yield runs with the eta of a rate, for several T, on every kind of problem."""
    inner = AlphaGrad(alpha=np.geomspace(1e-3, 1e3, 13), epsilon=1e-8)
    for name in ("quadratic", "log-cosh", "pl-sine", "cosine", "rastrigin-rotated", "logistic-ridge"):
        for steps in (1, 10, 100):
            subject = problem(name)
            yield planned(subject, rate, steps, inner, subject.start(0), letters)


def staircase(n: int = 4, steps: int = 16, stairs: int = 4, epsilon: float = 1e-12, **declared: float) -> Case:
    """The instance on which T2* is attained: a walk down the diagonal, `stairs` steps long, then a 2-cycle at 0."""
    rate, steepness = 0.5, 2.0
    stride = rate * np.tanh(steepness / np.sqrt(n))
    subject = half_square(n)
    optimizer = AlphaGrad(learning_rate=rate, alpha=steepness, epsilon=epsilon)
    beside = stairs + 1e-6  # the walk ends beside the minimiser, never on it
    return run_case(optimizer, subject, beside * stride * np.ones(n), steps, "staircase", **declared)


def parabolas(unit: np.ndarray, d: np.ndarray, size: float, rate: float, steps: int) -> CustomProblem:
    """Return min_k q_k, k < steps, on which every step is rate d and every gradient size unit, from x_1 = 0; L = 1.

    q_k(x) = f_k + size <unit, x - x_k> + ||x - x_k||^2/2, x_k = -k rate d, f_k - f_{k+1} the least that such a step
    gains and a little more: so q_k is lowest at x_k.
    """
    p, q = float(dot(unit, d)), float(dot(d, d))
    gain = (rate * size * p - rate**2 * q / 2) * (1 + 1e-9) + 1e-9 * rate**2 * q

    def lowest(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return k, (*batch,), and x - x_k: q_k is a parabola in k as well."""
        k = np.clip(np.round((gain - rate * size * p - rate * dot(x, d)) / (rate**2 * q)), 0, steps - 1)
        return k, x + k[..., None] * rate * d

    def value(x: np.ndarray) -> np.ndarray:
        k, apart = lowest(x)
        return (steps - 1 - k) * gain + size**2 / 2 + size * dot(apart, unit) + dot(apart, apart) / 2

    def gradient(x: np.ndarray) -> np.ndarray:
        return size * unit + lowest(x)[1]

    return CustomProblem(value=value, gradient=gradient, n=len(unit), L=1.0, f_inf=0.0)


def short_run(steepness: float, rate: float, start: float, steps: int = 2) -> Case:
    """A few steps on x^2/2 with eps = 1."""
    optimizer = AlphaGrad(learning_rate=rate, alpha=steepness, epsilon=1.0)
    subject = half_square()
    return run_case(optimizer, subject, np.full(1, start), steps, "a few steps on x^2/2")
