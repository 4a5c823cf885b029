"""Instances that only facts of `table` need: components, heavy ball seen from z_t, noise, the maximum norm.

What such an instance measures beyond a case is declared under the name of its letter.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Iterator

import numpy as np

from alphalab.arrays import dot, norm
from alphalab.claims import sharp
from alphalab.claims.case import Case, gradient_case, run_case
from alphalab.claims.evidence import gradients
from alphalab.claims.facts.methods import RootRMSProp
from alphalab.claims.facts.slopes import ThreeSlopes
from alphalab.optimizers import (
    Adam,
    AlphaGrad,
    GradientDescent,
    HeavyBall,
    NormalizedGD,
    NormalizedNonlinear,
    Optimizer,
    SignSGD,
    Spectral,
)
from alphalab.optimizers.moments import corrected
from alphalab.problems import CustomProblem, MatrixLeastSquares, Problem, Quadratic, half_square, problem

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


def steep_runs(steps: int = 30) -> Iterator[Case]:
    """Yield runs on functions that no L fits, steps of AlphaGrad as long as 1/L1 and shorter."""
    for name in ("cosh", "exponential", "quartic"):
        for n in (1, 3):
            subject = problem(name, n)
            method = AlphaGrad(learning_rate=np.geomspace(1e-2, 0.75, 5), alpha=1.0, epsilon=1e-3)
            yield run_case(method, subject, subject.start(1), steps, f"(L0, L1), {name}, n = {n}")


RATES = np.asarray([1e-2, 0.3, 1.0])
RUN_ON = (("quadratic-diagonal", 3), ("quadratic-diagonal", 1), ("cosine", 2), ("pl-sine", 2))


def runs_of(make: Callable[[Problem], Optimizer], steps: int = 30) -> Iterator[Case]:
    """Yield runs of a method on a problem of each kind; `make` makes it for the problem."""
    for name, n in RUN_ON:
        subject = problem(name, n)
        method = make(subject)
        yield run_case(method, subject, subject.start(1), steps, f"{method.name} on {name}, n = {n}")


def by_sign() -> Iterator[Case]:
    """Yield runs of sign descent."""
    yield from runs_of(lambda subject: SignSGD(learning_rate=RATES))
    subject, method = problem("quadratic-diagonal", 3), SignSGD(learning_rate=RATES)
    yield run_case(method, subject, np.asarray([1.0, 0.0, 0.0]), 30, "sign descent along an axis")


def normalised() -> Iterator[Case]:
    """Yield runs of normalised gradient descent, eps = 0 and above."""
    for method in [NormalizedGD(learning_rate=RATES, epsilon=epsilon) for epsilon in (0.0, 1.0)]:
        yield from runs_of(functools.partial(_same, method))


def _same(method: Optimizer, subject: Problem) -> Optimizer:
    return method


def by_gradient() -> Iterator[Case]:
    """Yield runs of gradient descent, eta = 1/L among the steps."""
    yield from runs_of(lambda subject: GradientDescent(learning_rate=RATES / (subject.constants.L or 1.0)))


MATRIX = AlphaGrad(learning_rate=RATES, alpha=np.geomspace(1e-2, 1e2, 5)[:, None], epsilon=1e-3)


def of_matrices(steps: int = 30) -> Iterator[Case]:
    """Yield runs of AlphaGrad on singular values: least squares of a matrix, and matrices of every rank and size."""
    for left, right in (((1.0, 0.5, 0.1), (1.0, 0.2)), ((1.0,), (1.0, 1.0, 0.3)), ((1.0, 1.0), (1.0, 1.0))):
        bowl = MatrixLeastSquares.with_spectra(np.asarray(left), np.asarray(right))
        method = Spectral(MATRIX, shape=bowl.shape)
        yield run_case(method, bowl, bowl.start(1), steps, f"least squares, {bowl.shape}", L_op=bowl.L_op)
    rng = np.random.default_rng(0)
    for p, q in ((1, 3), (2, 2), (4, 3)):
        low = [
            np.matmul(rng.standard_normal((30, p, k)), rng.standard_normal((30, k, q))) for k in range(1, min(p, q) + 1)
        ]
        matrices = np.concatenate(low).reshape(-1, p * q) * 10.0 ** rng.uniform(-8, 7, (30 * len(low), 1))
        for epsilon in (0.0, 0.1):
            method = Spectral(AlphaGrad(alpha=np.geomspace(1e-2, 1e2, 5)[:, None], epsilon=epsilon), shape=(p, q))
            yield gradient_case(method, matrices, f"matrices, {p} x {q}, eps = {epsilon}")


def mean_squares() -> Iterator[Case]:
    """Yield runs of RMSProp with its bias corrected, and with eps under the root."""
    b2 = np.asarray([1e-3, 0.5, 0.99])[:, None]
    for eps in (0.3, 3.0):
        yield from runs_of(functools.partial(_same, Adam(learning_rate=RATES, beta1=0.0, beta2=b2, epsilon=eps)))
        yield from runs_of(functools.partial(_same, RootRMSProp(learning_rate=RATES, decay=b2, epsilon=eps)))


BETAS = ((0.9, 0.999), (0.9, 0.95), (0.0, 0.9), (0.9, 0.9), (0.5, 0.1))


def moments(steps: int = 30) -> Iterator[Case]:
    """Yield what Adam does with gradients of any kind: Gaussian, and growing as fast as makes its step largest."""
    random = np.random.default_rng(0)
    for beta1, beta2 in BETAS:
        worst = (beta2 / beta1 if beta1 else 1.0) ** np.arange(steps)[:, None] * np.ones(3)
        for epsilon in (0.0, 0.1):
            method = Adam(beta1=beta1, beta2=beta2, epsilon=epsilon)
            for met in (random.standard_normal((steps, 3)), worst):
                yield moments_case(method, met)


def moments_case(method: Adam, gradients: np.ndarray) -> Case:
    """Return the case of Adam meeting these gradients, (T, n): its step, and the moments where that is largest."""
    state, seen = method.init(gradients[0]), []
    for g in gradients:
        d, state = method.direction(g, state, g)
        m, s = corrected(state)
        i = np.argmax(np.abs(d) + (s > 0) * np.finfo(np.float64).tiny)
        seen.append([norm(g), dot(g, d), dot(d, d), np.abs(d[i]), np.abs(m[i]), s[i]])
    N, inner, square, *largest = np.asarray(seen, dtype=np.float64).T
    return Case(
        label=f"Adam, beta1 = {method.beta1}, beta2 = {method.beta2}, any gradients",
        optimizer=method,
        n=gradients.shape[1],
        gradient_norm=N,
        alignment=inner,
        direction_sq=square,
        sound=np.isfinite(N),
        declared=dict(zip(("peak", "m_hat", "s_hat"), largest, strict=True)),
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


def slopes(steps: int = 60) -> Iterator[Case]:
    """Yield runs of a squash between two lines, and of the quintic, whose numbers are declared."""
    squash = ThreeSlopes(
        learning_rate=np.geomspace(1e-2, 1, 4)[:, None, None],
        epsilon=np.asarray([1e-8, 0.1])[:, None],
        low=np.asarray([0.01, 0.5, 0.9]),
        level=np.asarray([0.3, 0.4, 1.2]),
    )
    for name in ("quadratic", "cosine", "pl-sine", "rastrigin-rotated"):
        subject = problem(name)
        yield run_case(squash, subject, subject.start(0), steps, f"three slopes, {name}")
        yield run_case(QUINTIC, subject, subject.start(0), steps, f"quintic, {name}", **of_quintic(subject.n))


def between() -> Iterator[Case]:
    """Yield one step of such squashes at gradients of many shapes, with their components and what they become."""
    for n in (1, 2, 3, 10):
        g = gradients(n)[None]
        for squash, known in ((ThreeSlopes(low=0.2, level=0.5, epsilon=0.1), {}), (QUINTIC, of_quintic(n))):
            case = gradient_case(squash, g, f"{squash.name}, n = {n}")
            u = np.moveaxis(np.abs(squash.squashed(g)), -1, 0)
            of_all = {name: np.asarray(value) for name, value in known.items()}
            for one in u:
                became = np.abs(squash.sigma(one[..., None])[..., 0])
                yield dataclasses.replace(case, declared={"u": one, "squashed": became, **of_all})


def quintic(u: np.ndarray) -> np.ndarray:
    """The polynomial of Muon's iteration, neither increasing nor concave on [0, 1]."""
    return 3.4445 * u - 4.7750 * u**3 + 2.0315 * u**5


QUINTIC = NormalizedNonlinear(quintic, learning_rate=0.1, epsilon=0.01)


def of_quintic(n: int) -> dict[str, float]:
    """Return a, b, M^ and k of the quintic: sigma(u)/u falls, sigma^2 is concave in u^2 up to its greatest value."""
    top = np.sqrt((3 * 4.7750 - np.sqrt(9 * 4.7750**2 - 20 * 3.4445 * 2.0315)) / (10 * 2.0315))
    u = min(top, 1 / np.sqrt(n))
    slope = quintic(u) * (3.4445 - 3 * 4.7750 * u**2 + 5 * 2.0315 * u**4) / u
    return {"low": 0.701, "high": 3.4445, "price": n * quintic(u) ** 2, "bend": max(slope, 0.0)}


def two_cycles(rounds: int = 2) -> Iterator[Case]:
    """Yield 2-cycles: x_1 = half a step from the minimiser of quadratics, along axes and diagonals; of parabolas."""
    steepness = np.geomspace(0.1, 30, 6)
    for n in (1, 2, 4):
        for unit in (np.eye(1, n)[0], np.ones(n) / np.sqrt(n)):
            method = AlphaGrad(learning_rate=0.5, alpha=steepness, epsilon=0.0)
            half = method.learning_rate * method.sigma(np.broadcast_to(unit, (6, n))) / 2
            for split in (0.5, 0.1):  # at eps = 0 every point within one step of 0 is on a 2-cycle of its own
                yield cycle_case(method, half_square(n), 2 * split * half, 2 * rounds, "2-cycle on ||x||^2/2")
    flat = problem("quadratic-diagonal", 2, eigenvalues=np.asarray([1.0, 0.25]))
    method = AlphaGrad(learning_rate=0.5, alpha=2.0, epsilon=0.0)
    yield cycle_case(method, flat, np.asarray([0.0, 0.25 * np.tanh(2.0)]), 2 * rounds, "2-cycle along a flat axis")
    yield between_two_parabolas()


def cycle_case(method: AlphaGrad, subject: Problem, start: np.ndarray, steps: int, label: str) -> Case:
    """Return the case of a 2-cycle, which declares its squared step and how far gradients are apart."""
    case = run_case(method, subject, start, steps, label, period=2.0)
    g = subject.gradient(start)
    far = norm(subject.gradient(start - method.learning_rate * method.direction(g, (), start)[0]) - g)
    known = {"stride": case.direction_sq[0], "apart": np.broadcast_to(far, case.gradient_norm.shape)}
    return dataclasses.replace(case, declared={**case.declared, **known})


def between_two_parabolas(steepness: float = 3.0, n: int = 10) -> Case:
    """The 2-cycle of two parabolas along the unit vector of Q."""
    method = AlphaGrad(learning_rate=0.5, alpha=steepness, epsilon=0.0)
    subject, start = two_parabolas(method, sharp.unit_vector(steepness, n, 0.0))
    return cycle_case(method, subject, start, 2, "2-cycle of two parabolas")


def two_parabolas(method: AlphaGrad, unit: np.ndarray) -> tuple[Problem, np.ndarray]:
    """Return min(q_1, q_2) and where to start on its 2-cycle, gradients m v and -m v, v = unit (n,); L = 1."""
    d, _ = method.direction(unit, (), unit)
    x, slope = method.learning_rate * d / 2, largest_gradient(method, unit) * unit
    lowest = dot(x, x) / 2 - dot(slope, x)

    def value(y: np.ndarray) -> np.ndarray:
        return dot(y, y) / 2 + lowest - np.abs(dot(y, slope - x))

    def gradient(y: np.ndarray) -> np.ndarray:
        return y - np.where(dot(y, slope - x) > 0, 1.0, -1.0)[..., None] * (slope - x)

    f_inf = -float(dot(slope, slope)) / 2
    return CustomProblem(value=value, gradient=gradient, n=len(unit), L=1.0, f_inf=f_inf), x


def largest_gradient(method: AlphaGrad, unit: np.ndarray) -> np.ndarray:
    """Return m = eta ||d||^2/(2 <v,d>), v = unit (*batch, n), barely less: q_1 is the lower one at its own point."""
    d, _ = method.direction(unit, (), unit)
    return (1 - 1e-6) * method.learning_rate * dot(d, d) / (2 * dot(unit, d))


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
