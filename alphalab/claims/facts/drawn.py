r"""Independent runs whose steps see drawn noise through an average, and what such an average is made of.

    m_t = b m_{t-1} + (1-b)(g_t + xi_t),  m_1 = g_1 + xi_1           (`Averaged`)
    m_t - g_t = e_t = delta_t + n_t,   delta_t = b (delta_{t-1} + g_{t-1} - g_t),   n_t = b n_{t-1} + (1-b) xi_t

delta_1 = 0, n_1 = xi_1.

Every setting sees the same noise, every run another: common random numbers. Source: theory2, section 3.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from alphalab.arrays import dot, norm
from alphalab.claims.case import Case
from alphalab.optimizers import AlphaGrad, Averaged
from alphalab.problems import Gaussian, Pareto, Problem, Skewed, Sparse, half_square, problem
from alphalab.problems.laws import Law, threefry, uniform

RUNS = 200


def drawn(
    method: Averaged,
    subject: Problem,
    start: np.ndarray,
    law: Law,
    p: float,
    steps: int,
    *,
    scale: float | np.ndarray = 1.0,
    runs: int = RUNS,
    seed: int = 0,
    bias: float = 0.0,
) -> Case:
    """Return the case of `runs` runs of every setting: hyperparameters and scale (S, 1), histories (T, S, runs).

    The noise is scale times the law's, and bias. The case declares s, for which E|xi|^p <= s^p: n coordinates have at
    most n times the moment of one.
    """
    n = subject.n
    settings = np.broadcast_shapes(np.shape(method.decay), np.shape(scale), (1, 1))
    x = np.broadcast_to(start, (settings[0], runs, n))
    b = np.broadcast_to(method.decay, settings)[..., None]
    state, seen = method.init(x), dict[str, list[np.ndarray]]()
    part = moved = before = np.zeros_like(x)
    for t in range(steps):
        g, words = subject.gradient(x), threefry(seed, t, np.arange(runs * n))
        plain = (law.scale * law.shape(*map(uniform, words))).reshape(runs, n)
        xi = np.broadcast_to(np.reshape(scale, (-1, 1, 1)) * plain + bias, x.shape)
        part = xi if t == 0 else b * part + (1 - b) * xi
        d, state = method.direction(g + xi, state, x)
        moved = np.zeros_like(g) if t == 0 else b * (moved + before - g)
        error, before = moved + part, g
        for name, one in {
            "value": subject.value(x),
            "gradient_norm": norm(g),
            "true_inner": dot(g, d),
            "direction_sq": dot(d, d),
            "noise": norm(error),
            "noisy_norm": norm(state.mean),
            "noisy_inner": dot(state.mean, d),
            "point_norm": norm(x),
            "drift": norm(moved),
            "averaged": norm(part),
        }.items():
            seen.setdefault(name, []).append(one)
        step, state = method.step(d, state)
        x = x - step
    rows = {name: np.stack(history) for name, history in seen.items()}
    size = scale * (n * law.moment(p)) ** (1 / p)
    declared = {name: rows[name] for name in ("noise", "noisy_norm", "noisy_inner", "true_inner", "drift", "averaged")}
    numbers = {"runs": runs, "p": p, "s": size} | ({"bias": bias} if bias else {})
    return Case(
        label=f"{runs} runs, {law.name} noise on {subject.name}, n = {n}, T = {steps}",
        optimizer=method,
        n=n,
        gradient_norm=rows["gradient_norm"],
        alignment=rows["noisy_inner"],
        direction_sq=rows["direction_sq"],
        value=rows["value"],
        point_norm=rows["point_norm"],
        sound=np.isfinite(rows["value"]),
        declared=declared | {name: np.asarray(value, dtype=float) for name, value in numbers.items()},
        constants=subject.constants,
    )


def averaging(decay: np.ndarray, rate: float, alpha: float = 2.0) -> Averaged:
    """Return AlphaGrad behind an average of gradients, one setting for each decay: (S, 1)."""
    return Averaged(AlphaGrad(learning_rate=rate, alpha=alpha, epsilon=1e-8), decay=np.reshape(decay, (-1, 1)))


DECAYS = np.asarray([0.0, 0.5, 0.9, 0.99])


def second_moments() -> Iterator[Case]:
    """Yield runs whose noise has a variance: Gaussian, skewed, sparse."""
    for name, n in (("quadratic", 1), ("quadratic", 3), ("cosine", 2)):
        subject = problem(name, n)
        for law in (Gaussian(0.5), Skewed(0.3), Sparse(0.5)):
            yield drawn(averaging(DECAYS, 0.05), subject, subject.start(0), law, 2.0, 128)
    bowl = problem("quadratic", 1)
    yield drawn(averaging(DECAYS, 1e-3, 20.0), bowl, bowl.start(0), Gaussian(20.0), 2.0, 64)


def quiet() -> Case:
    """Return a walk down a staircase under next to no noise, b = 0: there N5 is T2*, which is attained."""
    method = Averaged(AlphaGrad(learning_rate=0.5, alpha=2.0, epsilon=1e-12), decay=np.zeros((1, 1)))
    start = np.full(1, (4 + 1e-6) * 0.5 * np.tanh(2.0))
    return drawn(method, half_square(), start, Gaussian(1e-9), 2.0, 16, runs=8)


def lower_moments() -> Iterator[Case]:
    """Yield runs whose noise has a p-th moment, p < 2, and no variance."""
    for p, index in ((1.5, 1.6), (1.2, 1.3)):
        for n in (1, 3):
            subject = problem("quadratic", n)
            law = Pareto(index=index).with_moment(p, 0.3)
            yield drawn(averaging(DECAYS, 0.05), subject, subject.start(0), law, p, 128)
