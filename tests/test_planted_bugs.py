"""Mutation: plant a bug in a method, and the laws and the references must notice it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
import optimizer_laws as laws
import pytest
import test_references as references

from alphalab.arrays import Array, column, divide, namespace, norm
from alphalab.optimizers import Adam, AlphaGrad, HeavyBall
from alphalab.optimizers.moments import Moments, corrected
from alphalab.optimizers.squashed import normalize

RNG = np.random.default_rng(30)
X = RNG.standard_normal((3, 4))
GRADIENTS = RNG.standard_normal((5, 3, 4)) * np.asarray([1e-3, 1.0, 1e3])[:, None]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Sound(AlphaGrad):
    """No bug: every check must pass."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class ClipForTanh(AlphaGrad):
    """Clips where it should squash."""

    def sigma(self, u: Array) -> Array:
        return namespace(u).clip(column(self.alpha, u) * u, -1.0, 1.0)


@dataclasses.dataclass(frozen=True, kw_only=True)
class NoEpsilon(AlphaGrad):
    """Drops eps."""

    def squashed(self, gradient: Array, gradient_norm: Array | None = None) -> Array:
        return normalize(gradient, 0.0)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Uphill(AlphaGrad):
    """Has a sign flipped."""

    def sigma(self, u: Array) -> Array:
        return -super().sigma(u)


@dataclasses.dataclass(frozen=True, kw_only=True)
class NoAlpha(AlphaGrad):
    """Ignores alpha."""

    def sigma(self, u: Array) -> Array:
        return namespace(u).tanh(u)


@dataclasses.dataclass(frozen=True, kw_only=True)
class BatchNorm(AlphaGrad):
    """Takes the norm over the batch too."""

    def squashed(self, gradient: Array, gradient_norm: Array | None = None) -> Array:
        return gradient / (np.sqrt(np.sum(gradient * gradient)) + self.epsilon)


@dataclasses.dataclass(frozen=True, kw_only=True)
class NormOverTheBatchAxis(AlphaGrad):
    """Takes the norm over the first axis."""

    def squashed(self, gradient: Array, gradient_norm: Array | None = None) -> Array:
        return divide(gradient, np.linalg.norm(gradient, axis=0) + self.epsilon)


@dataclasses.dataclass(frozen=True, kw_only=True)
class PlainNorm(AlphaGrad):
    """Squares components that are too large or too small to be squared."""

    def squashed(self, gradient: Array, gradient_norm: Array | None = None) -> Array:
        size = np.sqrt(np.sum(gradient * gradient, axis=-1, keepdims=True))
        return divide(gradient, size + column(self.epsilon, gradient))


@dataclasses.dataclass(frozen=True, kw_only=True)
class AbsoluteValue(AlphaGrad):
    """Is not odd."""

    def sigma(self, u: Array) -> Array:
        return abs(super().sigma(u))


@dataclasses.dataclass(frozen=True, kw_only=True)
class DivisionByZero(AlphaGrad):
    """Does not guard the zero gradient."""

    def squashed(self, gradient: Array, gradient_norm: Array | None = None) -> Array:
        return gradient / norm(gradient)[..., None]


@dataclasses.dataclass(frozen=True, kw_only=True)
class FirstComponentFirst(AlphaGrad):
    """Treats coordinates differently."""

    def sigma(self, u: Array) -> Array:
        return super().sigma(u) * np.linspace(1.0, 0.5, u.shape[-1])


@dataclasses.dataclass(frozen=True, kw_only=True)
class InPlace(AlphaGrad):
    """Writes to the gradient."""

    def squashed(self, gradient: Array, gradient_norm: Array | None = None) -> Array:
        gradient /= norm(gradient)[..., None] + self.epsilon
        return gradient


@dataclasses.dataclass(frozen=True, kw_only=True)
class DoublePrecision(AlphaGrad):
    """Turns float32 into float64."""

    def sigma(self, u: Array) -> Array:
        return super().sigma(np.asarray(u, np.float64))


@dataclasses.dataclass(frozen=True, kw_only=True)
class WrongColumn(AlphaGrad):
    """Lets alpha of shape (*batch,) meet the space axis."""

    def sigma(self, u: Array) -> Array:
        return np.tanh(self.alpha * u)


@dataclasses.dataclass(frozen=True, kw_only=True)
class EpsilonInside(AlphaGrad):
    """Adds eps under the root: not the law d(c g; eps) = d(g; eps/c)."""

    def squashed(self, gradient: Array, gradient_norm: Array | None = None) -> Array:
        return gradient / np.sqrt(np.sum(gradient * gradient, axis=-1, keepdims=True) + self.epsilon)


Mutant = type[AlphaGrad]


def shape_and_dtype(rule: Mutant) -> None:
    for dtype in (np.float32, np.float64):
        laws.keeps_shape_and_dtype(rule(), GRADIENTS[0].astype(dtype), X.astype(dtype))


def mutation(rule: Mutant) -> None:
    laws.never_mutates(rule(), GRADIENTS[0], X)


def zero(rule: Mutant) -> None:
    laws.zero_gradient_gives_zero(rule(), X)


def odd(rule: Mutant) -> None:
    laws.is_odd(rule(), GRADIENTS, X)


def permutation(rule: Mutant) -> None:
    laws.permutes(rule(), GRADIENTS, X, [2, 0, 3, 1])


def scale(rule: Mutant) -> None:
    laws.scales(rule(epsilon=1e-2), GRADIENTS, X, 2.0**-20)
    laws.ignores_scale(rule(epsilon=1e-2), GRADIENTS, X, 1e-7)


def bounded(rule: Mutant) -> None:
    laws.stays_finite(rule(), np.asarray([1e300, 3.0, -5e-324, 0.0]), X[0])
    large = rule(alpha=50.0).direction(np.asarray([[1e-300, 1e-300]]), (), X[0])[0]
    laws.stays_finite(rule(epsilon=0.0), np.asarray([1e-300, 1e-300, 0.0]), X[0, :3])
    small, _ = rule(epsilon=0.0).direction(np.asarray([1e-300, 0.0]), (), X[0, :2])
    laws.close(small, np.tanh([2.0, 0.0]), 2)
    assert np.all(np.abs(large) <= 1)


def loops(rule: Mutant) -> None:
    laws.arrays_are_loops([rule(alpha=0.5), rule(alpha=1.0), rule(alpha=7.0)], GRADIENTS, X)
    square = [rule(alpha=value) for value in (0.5, 1.0, 7.0, 9.0)]
    laws.arrays_are_loops(square, RNG.standard_normal((2, 4, 4)), RNG.standard_normal((4, 4)))


def formula(rule: Mutant) -> None:
    laws.is_alphagrad(rule)


def limits(rule: Mutant) -> None:
    laws.approaches_its_limits(rule)


def reference(rule: Mutant) -> None:
    references.follows_along_gradients(
        rule(learning_rate=0.01, alpha=3.0, epsilon=1e-8), references.alphagrad(0.01, 3.0, 1e-8)
    )
    references.follows_along_gradients(
        rule(learning_rate=0.01, alpha=50.0, epsilon=1.0), references.alphagrad(0.01, 50.0, 1.0)
    )


def whole_run(rule: Mutant) -> None:
    references.follows_on_a_bowl(
        rule(learning_rate=0.05, alpha=4.0, epsilon=0.2), references.alphagrad(0.05, 4.0, 0.2), steps=100
    )


CHECKS: tuple[Callable[[Mutant], None], ...] = (
    shape_and_dtype, mutation, zero, odd, permutation, scale, bounded, loops, formula, limits, reference, whole_run,
)  # fmt: skip

PLANTED: dict[Mutant, tuple[Callable[[Mutant], None], ...]] = {
    ClipForTanh: (formula, reference, whole_run),
    NoEpsilon: (formula, limits, reference, whole_run),
    Uphill: (bounded, formula, limits, reference, whole_run),
    NoAlpha: (formula, limits, reference, whole_run),
    BatchNorm: (formula, limits, whole_run),
    NormOverTheBatchAxis: (formula, limits, whole_run),
    PlainNorm: (bounded,),
    AbsoluteValue: (odd, formula, reference, whole_run),
    DivisionByZero: (zero, reference),
    FirstComponentFirst: (permutation, formula, limits, reference, whole_run),
    InPlace: (mutation,),
    DoublePrecision: (shape_and_dtype,),
    WrongColumn: (loops,),
    EpsilonInside: (scale, formula, limits, reference, whole_run),
}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_sound_method_passes_every_check(check: Callable[[Mutant], None]) -> None:
    check(Sound)


@pytest.mark.parametrize("mutant", PLANTED, ids=lambda mutant: mutant.__name__)
def test_a_planted_bug_is_noticed(mutant: Mutant) -> None:
    for check in PLANTED[mutant]:
        with np.errstate(all="ignore"), pytest.raises((AssertionError, ValueError, FloatingPointError)):
            check(mutant)


# ---------------------------------------------------------------- the methods with a state


@dataclasses.dataclass(frozen=True, kw_only=True)
class Uncorrected(Adam):
    """Adam without the bias correction."""

    def direction(self, gradient: Array, state: Moments, x: Array) -> tuple[Array, Moments]:
        _, state = super().direction(gradient, state, x)
        return divide(state.m, state.s + self.epsilon), state


@dataclasses.dataclass(frozen=True, kw_only=True)
class EpsilonUnderTheRoot(Adam):
    """Adam with eps in the wrong place."""

    def direction(self, gradient: Array, state: Moments, x: Array) -> tuple[Array, Moments]:
        _, state = super().direction(gradient, state, x)
        m, s = corrected(state)
        return m / np.sqrt(s * s + self.epsilon), state


@dataclasses.dataclass(frozen=True, kw_only=True)
class Dampened(HeavyBall):
    """Momentum with v <- gamma v + (1 - gamma) eta d."""

    def step(self, direction: Array, state: Any) -> tuple[Array, Any]:
        step, inner = self.optimizer.step(direction, state.inner)
        v = self.momentum * state.velocity + (1 - self.momentum) * step
        return v, state._replace(inner=inner, velocity=v)


@pytest.mark.parametrize("mutant", [Uncorrected, EpsilonUnderTheRoot])
def test_a_bug_planted_in_adam_is_noticed(mutant: type[Adam]) -> None:
    restatement = references.adam(0.01, 0.9, 0.999, 1e-8)
    with pytest.raises(AssertionError):
        references.follows_along_gradients(mutant(learning_rate=0.01), restatement)
    references.follows_along_gradients(Adam(learning_rate=0.01), restatement)


def test_a_bug_planted_in_the_momentum_is_noticed() -> None:
    inner, restatement = AlphaGrad(learning_rate=0.01), references.heavy_ball(0.01, 0.9, references.squashed(2.0, 1e-8))
    with pytest.raises(AssertionError):
        references.follows_along_gradients(Dampened(inner, momentum=0.9), restatement)
    references.follows_along_gradients(HeavyBall(inner, momentum=0.9), restatement)


def test_a_float32_moment_that_loses_digits_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """1 - b taken in float32, as the first version did for swept betas: 0.00100005 for 0.001."""

    def lossy(state: Moments, g: Array, beta1: Any, beta2: Any) -> Moments:
        b1, b2 = column(beta1, g), column(beta2, g)
        m, s = b1 * state.m + (1 - b1) * g, np.sqrt(b2 * (state.s * state.s) + (1 - b2) * (g * g))
        return Moments(m, s, state.power1 * beta1, state.power2 * beta2)

    monkeypatch.setattr("alphalab.optimizers.adam.advance", lossy)
    with pytest.raises(AssertionError):
        laws.arrays_are_loops([Adam(), Adam(beta1=0.8), Adam()], GRADIENTS.astype(np.float32), X.astype(np.float32))
