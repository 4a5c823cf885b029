"""The evidence against claims that assume too little or promise too much: what breaks them, and nothing else.

A claim does not apply to what breaks one of its assumptions; without that assumption it meets a counterexample here,
and with a smaller constant a run on which bounds are attained.

    another method     sin(6 tanh u) beyond its top, beta tanh, momentum, two tensors, a schedule, noise
    another function   a maximum of 1 + cos x, the ripples of x^2/2, more than one dimension
    another setting    steps, eps and starts that a claim excludes
    attained           x^2/2 at alpha = 20: one step as long as the way, one across it, a walk that ends in a 2-cycle
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from alphalab.claims.case import Case, NotApplicableError, gradient_case, run_case
from alphalab.claims.claim import Bound
from alphalab.claims.facts.drawn import drawn
from alphalab.claims.facts.instances import noisy, noisy_case
from alphalab.claims.facts.runs import planned
from alphalab.claims.falsifier.records import FLOOR, RECORDS
from alphalab.claims.theory.schedules import next_inverse
from alphalab.claims.theory.theorem_3 import geometric
from alphalab.optimizers import (
    AlphaGrad,
    Averaged,
    Geometric,
    HeavyBall,
    LoopedTanh,
    PerTensor,
    ScaledTanh,
    Scheduled,
    Spectral,
    constant,
    inverse_sqrt,
)
from alphalab.problems import CustomProblem, Gaussian, Quadratic, half_square, problem
from alphalab.problems.problem import Constants

UPHILL = LoopedTanh(learning_rate=0.1, alpha=1.0, k=6.0, epsilon=1e-9)  # sin(6 tanh u) < 0 for u in (0.58, inf)
SLOW = ScaledTanh(learning_rate=0.1, alpha=2.0, beta=0.01, epsilon=1e-9)
FAST = replace(SLOW, beta=2.0)
STEPS = 60


def breaking(bound: Bound) -> Iterator[Case]:
    """Yield what breaks an assumption or a better constant: gradients, and unless the bound speaks of these alone runs.

    Among the runs are the nearest on record, and those whose step the bound prescribes, made by a method too slow.
    """
    one_step = gradients()
    yield from one_step
    with contextlib.suppress(NotApplicableError):  # one of its letters is of a run
        if any(np.isfinite(np.subtract(*bound.sides(case))).any() for case in one_step):
            return
    if bound.key in RECORDS:
        yield RECORDS[bound.key].recipe().case("the nearest known for n > 1")
    yield from runs()
    for assumption in bound.assumes:
        if assumption.rate is not None:
            yield planned(half_square(), assumption.rate, STEPS, SLOW, np.ones(1), bound.quantities, L_inf=1.0)
            walk, letters = plain(1.0, 1e-12, 20.0), bound.quantities
            yield planned(flatter(), assumption.rate, 16, walk, np.ones(1), letters, L_inf=flatter().constants.L)


@functools.cache
def runs() -> tuple[Case, ...]:
    """Return the runs that break an assumption of some bound; what is L-smooth is (L, 0)-smooth."""
    made = (*methods(), *of_sigma(), *averaged(), *functions(), *settings(), *attained())
    return tuple(
        replace(case, declared={"L0": np.asarray(case.constants.L), "L1": np.zeros(())} | dict(case.declared))
        for case in made
    )


@functools.cache
def gradients() -> tuple[Case, ...]:
    """Return what methods other than AlphaGrad do at a gradient: one too short, one too long; and the gradient 0."""
    g = np.random.default_rng(0).standard_normal((50, 4))
    others = [gradient_case(replace(one, epsilon=0.1), g, f"gradients, {one.name}") for one in (SLOW, FAST)]
    of_matrices = [
        gradient_case(Spectral(replace(one, epsilon=0.1), shape=(2, 2)), g, f"matrices, {one.name}")
        for one in (SLOW, FAST)
    ]
    zeros = (AlphaGrad(epsilon=0.0), Spectral(AlphaGrad(epsilon=0.0), shape=(2, 2)))
    return (*others, *of_matrices, *(gradient_case(one, np.zeros((1, 4)), "gradient 0") for one in zeros))


def plain(rate: float, epsilon: float = 1e-9, steepness: float = 2.0) -> AlphaGrad:
    """Return AlphaGrad with these settings."""
    return AlphaGrad(learning_rate=rate, alpha=steepness, epsilon=epsilon)


def methods() -> Iterator[Case]:
    """Yield what another method does on x^2/2 and its like."""
    one, four = half_square(), half_square(4)
    near, beside = np.ones(1), 1e-3 * np.ones(4)
    yield run_case(UPHILL, four, np.asarray([1.0, 0.2, 0.0, 0.0]), STEPS, L_inf=4.0)
    yield run_case(replace(UPHILL, epsilon=0.3), one, near, STEPS)
    yield run_case(HeavyBall(plain(0.1, 0.2), momentum=0.9), one, near, 40)
    yield run_case(HeavyBall(plain(0.05), momentum=0.95), one, near, STEPS)
    yield run_case(replace(SLOW, learning_rate=2.0, alpha=1.0, beta=0.5, epsilon=1.0), one, near / 100, 2)
    for wrapped in (
        HeavyBall(FAST, momentum=0.5),
        PerTensor(FAST, blocks=(2, 2)),
        Scheduled(FAST, schedule=constant),
    ):
        yield run_case(wrapped, four, beside, STEPS)
    for matrix in (Spectral(SLOW, shape=(2, 2)), Spectral(FAST, shape=(2, 2))):
        yield run_case(
            matrix, four, 1e-3 * np.eye(2).ravel() if matrix.optimizer is FAST else np.ones(4), STEPS, L_op=2.0
        )
    yield run_case(PerTensor((plain(1.0), plain(1e-3)), blocks=(2, 2)), four, np.ones(4), 50)
    seen = noisy(SLOW, one.gradient, one.value, near, lambda t, g: 1e-3 * g, STEPS)
    yield noisy_case(SLOW, one, seen, SLOW.name)
    vanishing = Scheduled(replace(SLOW, learning_rate=2 / np.tanh(2.0)), schedule=next_inverse)
    yield run_case(vanishing, one, near, STEPS, D=1.0)
    yield geometric(problem("quadratic"), replace(SLOW, epsilon=0.0), STEPS)


def of_sigma() -> Iterator[Case]:
    """Yield AlphaGrad taken for what it is not: a squash between 0.5 |u| and 0.6 |u|; and 2-cycles of one too fast."""
    known: dict[str, Any] = {"low": 0.5, "high": 0.6, "price": 0.1, "bend": 1.0}
    yield run_case(plain(0.5), half_square(), np.full(1, 0.24), STEPS, **known)
    fast = replace(FAST, epsilon=0.0)
    yield run_case(fast, half_square(), np.full(1, fast.learning_rate * np.tanh(2.0)), 4, period=2.0)


def averaged() -> Iterator[Case]:
    """Yield averages of gradients squashed by a method too slow; and under noise that has no mean 0."""
    one = half_square()
    for inner, bias in ((SLOW, 0.0), (plain(0.1), 1.0)):
        method = Averaged(inner, decay=np.asarray([[0.0], [0.5]]))
        yield drawn(method, one, np.ones(1) * (1 - bias), Gaussian(1e-3), 2.0, 128, runs=8, bias=bias)


def long_cycle(rounds: int = 200) -> Case:
    """Return the 28-cycle on record, n = 80,001, over and over: its mean gradient is above N1's floor."""
    _, f, g = FLOOR.whole()
    counts = np.asarray(FLOOR.copies)
    once = gradient_case(FLOOR.optimizer, np.repeat(g / np.sqrt(counts), counts, axis=-1), "28-cycle")
    seen: dict[str, Any] = {
        name: np.tile(getattr(once, name)[0], rounds) for name in ("gradient_norm", "alignment", "direction_sq")
    }
    value = np.tile(f, rounds)
    lowest = float(np.min(value - seen["gradient_norm"] ** 2 / 2))
    known = Constants(L=1.0, lipschitz=1.0, f_inf=lowest)
    sound = np.ones(value.shape, dtype=bool)
    return replace(once, **seen, value=value, sound=sound, constants=known, declared={}, one_norm=None)


def functions() -> Iterator[Case]:
    """Yield runs on functions that are not convex, or have more than one dimension."""
    over_the_top = Scheduled(plain(2 * np.pi / np.tanh(2.0), 0.0), schedule=next_inverse)
    yield run_case(plain(0.1, 0.0), hilltop(), np.zeros(1), 400, D=np.pi)
    yield run_case(over_the_top, hilltop(), np.zeros(1), 400, D=np.pi)
    yield long_cycle()
    yield run_case(plain(1e-3, 0.0, 3.0), ripples(), np.full(1, 3.0), 10_000, D=3.1)
    yield run_case(plain(0.5), half_square(4), 4 * np.ones(4), STEPS)
    yield run_case(plain(0.5), tilted(), 4 * np.ones(2), STEPS)
    yield run_case(plain(2.0, 1.0, 1.0), tilted(), np.asarray([1e-2, -1e-2]), 2)
    yield geometric(half_square(4), AlphaGrad(alpha=1e-2, epsilon=0.0), STEPS)  # L rho < 2 mu


def settings() -> Iterator[Case]:
    """Yield runs of AlphaGrad with steps, eps or a start that a claim excludes."""
    one, near = half_square(), np.ones(1)
    yield run_case(plain(0.5), one, near / 4, STEPS, L_inf=1.0)
    yield run_case(plain(0.01, 0.0), one, near, STEPS, D=0.2)
    yield run_case(plain(10.0, 1.0), one, near * (1 - 1e-9), 2)
    yield run_case(plain(0.1, 1e-2, 1e-1), one, near, STEPS)
    yield run_case(Scheduled(plain(1e-3), schedule=inverse_sqrt), one, near, STEPS, D=1.0)
    yield run_case(Scheduled(plain(0.04 / np.tanh(2.0)), schedule=next_inverse), one, near, STEPS, D=0.02)
    yield run_case(Scheduled(plain(1e-3, 0.0), schedule=Geometric(0.5)), problem("quadratic"), np.ones(5), STEPS)
    yield geometric(problem("quadratic"), AlphaGrad(alpha=2.0, epsilon=1e3), STEPS)


def attained() -> Iterator[Case]:
    """Yield runs on x^2/2 that use up what bounds allow: a step to the minimiser, one across, a walk; tiny steps."""
    one = half_square()
    yield run_case(plain(1.0, 1e-12, 20.0), one, np.ones(1), 1)
    yield run_case(plain(0.1, 100.0), one, np.ones(1), STEPS)
    yield run_case(plain(0.5, 1e-12, 20.0), one, np.full(1, 2 + 1e-6), 16)
    across = Scheduled(plain(2 / np.tanh(20.0), 1e-12, 20.0), schedule=next_inverse)
    yield run_case(across, one, np.full(1, 1e-3), 2, D=1.0)


def flatter() -> CustomProblem:
    """x^2/2 with L given as 2e-6 more, so that steps which are to end on the minimiser end beside it."""
    return CustomProblem(
        value=lambda x: x[..., 0] ** 2 / 2,
        gradient=lambda x: x,
        n=1,
        L=1 + 2e-6,
        mu=1.0,
        f_star=0.0,
        x_star=np.zeros(1),
    )


def tilted() -> Quadratic:
    """A bowl in two dimensions, eigenvalue 1 along (1, 1) and 1/2 across."""
    return Quadratic(A=np.asarray([[0.75, 0.25], [0.25, 0.75]]), x_star=np.zeros(2))


def hilltop() -> CustomProblem:
    """1 + cos x, L = 1, f* = 0 at pi: its maximum at 0 is stationary, which convexity forbids."""
    return CustomProblem(
        value=lambda x: 1 + np.cos(x[..., 0]),
        gradient=lambda x: -np.sin(x),
        n=1,
        L=1.0,
        f_star=0.0,
        x_star=np.asarray([np.pi]),
        convex=False,
    )


def ripples() -> CustomProblem:
    """x^2/2 + 10 (1 - cos 2 pi x), L = 1 + 40 pi^2: a step of size 1e-3 stays in the valley it starts in."""
    return CustomProblem(
        value=lambda x: x[..., 0] ** 2 / 2 + 10 * (1 - np.cos(2 * np.pi * x[..., 0])),
        gradient=lambda x: x + 20 * np.pi * np.sin(2 * np.pi * x),
        n=1,
        L=1 + 40 * np.pi**2,
        f_star=0.0,
        x_star=np.zeros(1),
        convex=False,
    )
