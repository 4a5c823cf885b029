"""Instances that only facts of `table` need: components, heavy ball seen from z_t, noise, the maximum norm.

What such an instance measures beyond a case is declared under the name of its letter.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator

import numpy as np

from alphalab.arrays import dot, norm
from alphalab.claims.case import Case, gradient_case, run_case
from alphalab.claims.evidence import gradients
from alphalab.optimizers import AlphaGrad, HeavyBall, Optimizer
from alphalab.problems import Problem, Quadratic, problem

METHOD = AlphaGrad(learning_rate=0.5, alpha=3.0, epsilon=0.1)


def components(method: AlphaGrad = METHOD) -> Iterator[Case]:
    """Yield one step at gradients of many shapes, with their components |g_i|/(N+eps), larger and smaller in pairs."""
    for n in (1, 2, 3, 10):
        g = gradients(n)[None]
        case = gradient_case(method, g, f"components, n = {n}")
        u = np.moveaxis(np.abs(method.squashed(g)), -1, 0)
        largest = np.max(u, axis=0)
        for one, other in zip(u, np.roll(u, 1, axis=0), strict=True):
            limit = gradient_case(dataclasses.replace(method, epsilon=0.0), g)
            size = np.where(limit.gradient_norm > 0, limit.gradient_norm, 1.0)
            best = {"best_top": limit.direction_sq, "best_bottom": limit.alignment / size}
            pair = best | {
                "u": np.maximum(one, other),
                "w": np.minimum(one, other),
                "largest": largest,
                "peak": np.tanh(method.alpha * largest),
            }
            yield dataclasses.replace(case, declared=pair)


def seen_from_z(steps: int = 30) -> Iterator[Case]:
    """Yield heavy-ball runs with f, gradient and distance at z_t = x_t - c/(1-c) v_t."""
    for name in ("quadratic", "cosine", "pl-sine"):
        subject, memory, eta = problem(name), 0.8, 0.1
        inner = AlphaGrad(learning_rate=eta, alpha=2.0, epsilon=1e-3)
        x, v, values, aligned, apart = subject.start(0), np.zeros(subject.n), [], [], []
        for _ in range(steps):
            z = x - memory / (1 - memory) * v
            d, _state = inner.direction(subject.gradient(x), (), x)
            values.append(subject.value(z))
            aligned.append(dot(subject.gradient(z), d))
            apart.append(norm(x - z))
            v = memory * v + eta * d
            x = x - v
        falls = np.append(-np.diff(values), np.nan)
        case = run_case(HeavyBall(inner, momentum=memory), subject, subject.start(0), steps, f"from z, {name}")
        yield dataclasses.replace(
            case, declared={"drop_z": falls, "inner_z": np.asarray(aligned), "lag": np.asarray(apart)}
        )


def in_maximum_norm(steps: int = 20) -> Iterator[Case]:
    """Yield runs on quadratics with L_inf = sum |A_ij| and the largest component of every direction."""
    method = AlphaGrad(learning_rate=0.2, alpha=3.0, epsilon=1e-3)
    for subject in (
        Quadratic.with_spectrum(np.asarray([1.0, 0.1, 0.01]), seed=0, x_star=np.zeros(3)),
        problem("quadratic", 1),
    ):
        matrix = subject.gradient(np.eye(subject.n)) - subject.gradient(np.zeros((subject.n, subject.n)))
        case = run_case(method, subject, subject.start(0), steps, "maximum norm")
        x, largest = subject.start(0), []
        for _ in range(steps):
            g = subject.gradient(x)
            largest.append(np.max(np.abs(method.squashed(g))))
            x = x - method.learning_rate * method.direction(g, (), x)[0]
        declared = {"L_inf": np.asarray(np.abs(matrix).sum()), "largest": np.asarray(largest)}
        yield dataclasses.replace(case, declared=declared)


def unit_steps(steps: int = 20) -> Iterator[Case]:
    """Yield runs with the step that would be taken at every g/N."""
    for name, alpha in (("quadratic", 0.5), ("quadratic", 8.0), ("cosine", 3.0)):
        subject = problem(name, 4)
        method = AlphaGrad(learning_rate=0.1, alpha=alpha, epsilon=1e-3)
        case, x, units = run_case(method, subject, subject.start(0), steps, f"unit steps, {name}"), subject.start(0), []
        for _ in range(steps):
            g = subject.gradient(x)
            units.append(g / norm(g))
            x = x - method.learning_rate * method.direction(g, (), x)[0]
        at_unit = gradient_case(dataclasses.replace(method, epsilon=0.0), np.stack(units))
        best = {"best_top": at_unit.direction_sq[0], "best_bottom": at_unit.alignment[0]}
        yield dataclasses.replace(case, declared=best)


def noisy(
    method: Optimizer,
    subject_gradient: Callable[[np.ndarray], np.ndarray],
    value: Callable[[np.ndarray], np.ndarray],
    x: np.ndarray,
    added: Callable[[int, np.ndarray], np.ndarray],
    steps: int,
) -> dict[str, np.ndarray]:
    """Return the histories of runs whose steps see g + added(t, g): of the gradient, of the noise, of what is seen."""
    seen: dict[str, list[np.ndarray]] = {}
    for t in range(steps):
        g = subject_gradient(x)
        noise = added(t, g)
        d, _ = method.direction(g + noise, (), x)
        for name, one in {
            "value": value(x),
            "gradient_norm": norm(g),
            "true_inner": dot(g, d),
            "direction_sq": dot(d, d),
            "noise": norm(noise),
            "noisy_norm": norm(g + noise),
            "noisy_inner": dot(g + noise, d),
            "point_norm": norm(x),
        }.items():
            seen.setdefault(name, []).append(np.asarray(one))
        x = x - method.step(d, ())[0]
    return {name: np.stack(np.broadcast_arrays(*history)) for name, history in seen.items()}


def noisy_runs(steps: int = 60) -> Iterator[Case]:
    """Yield runs with Gaussian and with skewed noise."""
    random = np.random.default_rng(0)
    for name, skewed in (("quadratic-diagonal", False), ("quadratic", True), ("cosine", False)):
        subject = problem(name, 3)
        start = np.tile(subject.start(0), (40, 1))
        draws = random.standard_normal((steps, *start.shape)) * 0.3
        if skewed:
            draws = np.where(random.random(draws.shape) < 0.25, 3.0, -1.0)
        for alpha in (0.1, 1.0, 10.0):
            method = AlphaGrad(learning_rate=0.05, alpha=alpha, epsilon=1e-3)
            yield noisy_case(
                method, subject, noisy(method, subject.gradient, subject.value, start, _replay(draws), steps), name
            )


def _replay(draws: np.ndarray) -> Callable[[int, np.ndarray], np.ndarray]:
    return lambda t, g: draws[t]


def noisy_case(method: Optimizer, subject: Problem, seen: dict[str, np.ndarray], label: str) -> Case:
    """Return the case of such runs; `alignment` is with what the step sees."""
    declared = {name: seen[name] for name in ("noise", "noisy_norm", "noisy_inner", "true_inner")}
    return Case(
        label=f"noise, {label}",
        optimizer=method,
        n=subject.n,
        gradient_norm=seen["gradient_norm"],
        alignment=seen["noisy_inner"],
        direction_sq=seen["direction_sq"],
        value=seen["value"],
        point_norm=seen["point_norm"],
        sound=np.isfinite(seen["value"]),
        declared=declared,
        constants=subject.constants,
    )
