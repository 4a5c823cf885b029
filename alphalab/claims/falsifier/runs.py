r"""Spaces of runs: a problem x a method, each point one run, every prefix of which is an instance.

    start      x_1 = x* + stairs eta tanh(alpha/||u||) u,     u a shape: `stairs` strides away
    method     AlphaGrad; eps = alpha L eta or more; momentum; two tensors; three schedules; noise against the gradient

With them come the runs of `prescribed`, where the step depends on the start.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from alphalab.arrays import dot, norm
from alphalab.claims.case import Case
from alphalab.claims.claim import Assumption, Bound
from alphalab.claims.facts.assumptions import (
    ADAM,
    AVERAGED,
    GRADIENT,
    NOISY,
    NORMALISED,
    RMSPROP,
    RMSPROP_ROOT,
    SIGN,
    SPECTRAL,
    TWO_CYCLE,
    known,
)
from alphalab.claims.facts.drawn import drawn
from alphalab.claims.facts.instances import largest_gradient, two_parabolas
from alphalab.claims.facts.methods import RootRMSProp
from alphalab.claims.facts.slopes import ThreeSlopes
from alphalab.claims.falsifier.arenas import BALANCED, SHAPE_AXES, SPIKE, Arena, Noise, Recipe, shaped
from alphalab.claims.falsifier.prescribed import far, last_iterate, prescribed
from alphalab.claims.falsifier.subjects import STEPS, center, promises, subjects
from alphalab.claims.space import Range, Values
from alphalab.optimizers import (
    Adam,
    AlphaGrad,
    Averaged,
    Geometric,
    GradientDescent,
    HeavyBall,
    NormalizedGD,
    Optimizer,
    PerTensor,
    Scheduled,
    SignSGD,
    Spectral,
    inverse,
    inverse_sqrt,
)
from alphalab.problems import Gaussian, Noisy, Problem, half_square
from alphalab.problems.problem import Constants

BESIDE = 1 + 1e-7  # a staircase that ends on the minimiser itself would stop there
AXES: dict[str, Range] = {
    **SHAPE_AXES,
    "stairs": (0.0, 16.0),
    "log eta": (-3.0, 3.0),
    "log alpha": (-3.0, 3.0),
    "log eps/(L eta)": (-12.0, 2.0),
}
Build = Callable[[Values, AlphaGrad, Problem], Optimizer]


def _stride(u: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    """Return tanh(alpha max|u|/||u||) u/max|u|: the first direction at a gradient along u, for eps -> 0."""
    top, size = np.max(np.abs(u), axis=-1, keepdims=True), np.linalg.norm(u, axis=-1, keepdims=True)
    safe = np.where(top > 0, top, 1.0)
    return np.tanh(alpha[:, None] * top / np.where(size > 0, size, 1.0)) * u / safe


@dataclass(frozen=True)
class Method:
    """A way to build an optimizer around AlphaGrad: its own axes, where hints lie on them, how far a stride goes."""

    label: str
    build: Build
    axes: dict[str, Range] = field(default_factory=dict)
    hint: dict[str, float] = field(default_factory=dict)
    stairs: float = 8.0
    reach: Callable[[Values], np.ndarray | float] = lambda values: 1.0
    blocks: Callable[[int], tuple[int, ...]] = lambda n: (n,)
    noise: Callable[[Values], Noise] | None = None
    stride: Callable[[np.ndarray, np.ndarray], np.ndarray] = _stride


def _pattern(u: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    """Return u over its largest component: the direction of the sign where all are equal."""
    return u / np.max(np.abs(u), axis=-1, keepdims=True)


def _unit(u: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    """Return u/||u||."""
    return u / np.linalg.norm(u, axis=-1, keepdims=True)


def _halves(n: int) -> tuple[int, ...]:
    return (n // 2, n - n // 2) if n > 1 else (1,)


def _tensors(values: Values, inner: AlphaGrad, subject: Problem) -> Optimizer:
    members = [replace(inner, alpha=a) for a in _alphas(values, len(_halves(subject.n)))]
    return PerTensor(tuple(members), blocks=_halves(subject.n))


def _alphas(values: Values, count: int) -> list[np.ndarray]:
    alpha = 10.0 ** values["log alpha"]
    return [alpha * 10.0 ** (k * values.get("log alpha2/alpha", np.zeros(()))) for k in range(count)]


def _scaled(values: Values, inner: AlphaGrad, subject: Problem) -> Optimizer:
    """Return AlphaGrad with eps = alpha L eta, or on the positive half of the axis more."""
    excess = 10.0 ** np.maximum(values["log eps/(alpha L eta)"], 0.0)
    return replace(inner, epsilon=inner.alpha * inner.learning_rate * (subject.constants.L or 1.0) * excess)


def _against(values: Values) -> Noise:
    """Return noise that takes `share` of every second gradient away: all of it and more turns the step round."""
    return lambda t, g: -(t % 2) * values["share"][:, None] * g


def _three_slopes(values: Values, inner: AlphaGrad, subject: Problem) -> Optimizer:
    """Return a squash between two lines with sigma(1) = a = tanh(alpha)."""
    low = np.tanh(inner.alpha)
    high, level = (low * 10.0 ** values[name] for name in ("log b/a", "log c/a"))
    return ThreeSlopes(learning_rate=inner.learning_rate, epsilon=inner.epsilon, low=low, high=high, level=level)


def _scheduled(name: str, schedule: Callable[[np.ndarray], np.ndarray]) -> Method:
    walked = float(np.sum(schedule(np.arange(1.0, 7.0)[:, None])))
    return Method(name, lambda values, inner, subject: Scheduled(inner, schedule=schedule), stairs=walked)


METHODS = (
    Method("alphagrad", lambda values, inner, subject: inner),
    Method("scaled eps", _scaled, {"log eps/(alpha L eta)": (-1.0, 1.0)}, {"log eps/(alpha L eta)": 0.0}),
    Method(
        "momentum",
        lambda values, inner, subject: HeavyBall(inner, momentum=values["momentum"]),
        {"momentum": (0.0, 0.99)},
        {"momentum": 0.5},
        reach=lambda values: 1 / (1 - values["momentum"]),
    ),
    Method("two tensors", _tensors, {"log alpha2/alpha": (-2.0, 2.0)}, {"log alpha2/alpha": 0.3}, blocks=_halves),
    _scheduled("1/sqrt(t)", inverse_sqrt),
    _scheduled("1/t", inverse),
    _scheduled("geometric", Geometric(0.5)),
    Method(
        "three slopes",
        _three_slopes,
        {"log b/a": (1e-3, 2.0), "log c/a": (-2.0, 0.0)},
        {"log b/a": 1e-3, "log c/a": 0.0},
    ),
)
WITH_NOISE = Method(
    "noise", lambda values, inner, subject: inner, {"share": (0.0, 2.0)}, {"share": 0.0}, noise=_against
)


def _decay(values: Values) -> np.ndarray:
    return 10.0 ** values["log b2"]


def squarest(n: int) -> tuple[int, int]:
    """Return p <= q with p q = n, as near to each other as can be."""
    p = max(k for k in range(1, int(n**0.5) + 1) if n % k == 0)
    return p, n // p


DECAY: dict[str, Range] = {"log b2": (-9.0, -1e-3)}
NEAR: dict[str, Range] = {"stairs": (0.0, 2.0), "log eps/(L eta)": (-2.0, 6.0), **DECAY}
OTHERS: dict[Assumption, Method] = {
    SIGN: Method("sign", lambda values, inner, subject: SignSGD(learning_rate=inner.learning_rate), stride=_pattern),
    NORMALISED: Method(
        "normalised",
        lambda values, inner, subject: NormalizedGD(learning_rate=inner.learning_rate, epsilon=0.0),
        stride=_unit,
    ),
    GRADIENT: Method(
        "gradient", lambda values, inner, subject: GradientDescent(learning_rate=1 / (subject.constants.L or 1.0))
    ),
    SPECTRAL: Method(
        "singular values",
        lambda values, inner, subject: Spectral(inner, shape=squarest(subject.n)),
        hint={"u1": 1.0, "u2": 0.0, "u3": 0.0, "u4": 1.0, "q": 1.0},
        stride=lambda u, alpha: Spectral(AlphaGrad(alpha=alpha, epsilon=0.0), shape=squarest(u.shape[-1])).direction(
            u, (), u
        )[0],
    ),
    ADAM: Method(
        "adam",
        lambda values, inner, subject: Adam(
            learning_rate=inner.learning_rate, beta1=values["b1"], beta2=_decay(values), epsilon=inner.epsilon
        ),
        {"b1": (0.0, 0.99), **DECAY},
        {"b1": 0.9, "log b2": -1e-3},
    ),
    RMSPROP: Method(
        "rmsprop",
        lambda values, inner, subject: Adam(
            learning_rate=inner.learning_rate, beta1=0.0, beta2=_decay(values), epsilon=inner.epsilon
        ),
        NEAR,
        {"log b2": -1.0, "log eps/(L eta)": 0.0, "stairs": 1e-4},
    ),
    RMSPROP_ROOT: Method(
        "rmsprop, eps under the root",
        lambda values, inner, subject: RootRMSProp(
            learning_rate=inner.learning_rate, decay=_decay(values), epsilon=inner.epsilon
        ),
        DECAY,
        {"log b2": -9.0, "stairs": 0.5 * BESIDE},
        stride=_pattern,
    ),
}
"""The method of a bound about another one than AlphaGrad."""


def run_arenas(bound: Bound) -> Iterator[Arena]:
    """Yield the spaces of runs: those whose step a bound prescribes, if it does, else all; not all apply to it."""
    if other := [method for assumption, method in OTHERS.items() if assumption in bound.assumes]:
        yield from (walk(subject, other[0]) for subject in subjects())
        return
    if NOISY in bound.assumes:
        yield from (walk(subject, WITH_NOISE) for subject in subjects())
        return
    if AVERAGED in bound.assumes:
        yield Averages("AlphaGrad behind an average, Gaussian noise", AVERAGES, _one_average, AVERAGE_HINTS)
        return
    if TWO_CYCLE in bound.assumes:
        yield from (two_cycles(n, known("lipschitz") not in bound.assumes) for n in (1, 2, 4))
        return
    steps = [prescribed(a, bound.quantities) for a in bound.assumes if a.rate is not None]
    for method, subject in itertools.product(METHODS[: 0 if steps else None], subjects()):
        yield walk(subject, method)
    for subject in subjects():
        yield far(subject, steps[0] if steps else last_iterate)


AVERAGES: dict[str, Range] = {
    "stairs": (0.0, 16.0),
    "log eta": (-3.0, 3.0),
    "log alpha": (-3.0, 3.0),
    "decay": (0.0, 0.99),
    "log s/eta": (-12.0, 1.0),
}
AVERAGE_HINTS = tuple(
    {"stairs": 8 * BESIDE, "log eta": 0.0, "log alpha": a, "decay": b, "log s/eta": z}
    for a in (0.3, -2.0)
    for b in (0.0, 0.9)
    for z in (-12.0, 0.0)
)
DRAWS, SEED = 32, 0


@dataclass(frozen=True)
class Averages(Arena):
    """Runs on x^2/2 whose noise is averaged before the squash: every point DRAWS runs of STEPS steps."""

    def case(self, points: np.ndarray) -> Case:
        """Return the case of a population."""
        method, start, scale = averages(self.values(points))
        return drawn(method, half_square(), start, Gaussian(), 2.0, STEPS, scale=scale, runs=DRAWS, seed=SEED)


def averages(values: Values) -> tuple[Averaged, np.ndarray, np.ndarray]:
    """Return the methods, the starts (S, 1, 1) and the size of the noise (S, 1) of a population."""
    eta, alpha = (10.0 ** values[name][:, None] for name in ("log eta", "log alpha"))
    method = Averaged(AlphaGrad(learning_rate=eta, alpha=alpha, epsilon=0.0), decay=values["decay"][:, None])
    start = values["stairs"][:, None] * eta * np.tanh(alpha)
    return method, start[..., None], eta * 10.0 ** values["log s/eta"][:, None]


def _one_average(values: Values) -> Recipe:
    method, start, scale = averages(values)
    noisy = Noisy(half_square(), Gaussian(float(scale[0, 0])), seed=SEED)
    return Recipe(method=method, problem=noisy, start=start[0], steps=STEPS)


@dataclass(frozen=True)
class TwoCycles(Arena):
    """2-cycles at eps = 0: of two parabolas along any shape, or of ||x||^2/2 along some equal components."""

    one_sided: bool
    n: int

    def case(self, points: np.ndarray) -> Case:
        """Return the case of a population, two rounds of every cycle: f, N, <g,g'> and ||g'||^2 are constant."""
        values = self.values(points)
        method, unit = cycled(values, self.n, self.one_sided)
        d, _ = method.direction(unit, (), unit)
        half = method.learning_rate * norm(d) / 2
        size = largest_gradient(method, unit) if self.one_sided else half
        known: dict[str, Any] = {"L": 1.0, "f_inf": 0.0} if self.one_sided else {"lipschitz": 1.0, "f_inf": 0.0}
        row = {"gradient_norm": size, "alignment": size * dot(unit, d), "direction_sq": dot(d, d), "value": size**2 / 2}
        rows: dict[str, Any] = {name: np.tile(one, (4, 1)) for name, one in row.items()}
        return Case(
            label=self.label,
            optimizer=method,
            n=self.n,
            sound=np.ones((4, len(points)), dtype=bool),
            constants=Constants(**known),
            declared={"period": np.asarray(2.0)},
            **rows,
        )


def cycled(values: Values, n: int, one_sided: bool) -> tuple[AlphaGrad, np.ndarray]:
    """Return the methods and the unit vectors, (S, n), of a population of 2-cycles."""
    method = AlphaGrad(learning_rate=10.0 ** values["log eta"], alpha=10.0 ** values["log alpha"], epsilon=0.0)
    shape = shaped(values, n) if one_sided else 1.0 * (np.arange(n) < np.floor(values["count"])[:, None])
    return method, shape / norm(shape)[:, None]


def two_cycles(n: int, one_sided: bool) -> Arena:
    """Return the arena of 2-cycles of one-sided smooth functions, or of such with a Lipschitz gradient."""
    axes: dict[str, Range] = {**SHAPE_AXES, "log eta": (-3.0, 3.0), "log alpha": (-3.0, 3.0), "count": (1.0, n + 0.99)}

    def recipe(values: Values) -> Recipe:
        method, (unit,) = cycled(values, n, one_sided)
        alone = replace(method, learning_rate=float(method.learning_rate[0]), alpha=float(method.alpha[0]))
        start = alone.learning_rate * alone.sigma(unit) / 2
        subject = two_parabolas(alone, unit)[0] if one_sided else half_square(n)
        return Recipe(method=alone, problem=subject, start=start[None], steps=4, declared={"period": np.asarray(2.0)})

    hints = tuple(
        shape | {"log eta": 0.0, "log alpha": a, "count": float(n)} for shape in (BALANCED, SPIKE) for a in (-2.0, 0.3)
    )
    label = f"2-cycles of {'two parabolas' if one_sided else '||x||^2/2'}, n = {n}"
    return TwoCycles(label, axes, recipe, hints, one_sided, n)


def walk(subject: Problem, method: Method) -> Arena:
    """Return the runs of a method from a few strides away: its special eps, momentum and so on are its own."""
    axes, blocks = {**AXES, **method.axes}, method.blocks(subject.n)
    label = f"{method.label} on {subject.name}, n = {subject.n}"

    def recipe(values: Values) -> Recipe:
        optimizer, start = placed(subject, method, values)
        declared = promises(subject, blocks)
        noise = method.noise(values) if method.noise else None
        return Recipe(method=optimizer, problem=subject, start=start, steps=STEPS, declared=declared, noise=noise)

    hints = tuple(
        shape | {"stairs": stairs * BESIDE, "log eta": -0.3, "log alpha": a, "log eps/(L eta)": -12.0} | method.hint
        for shape, stairs, a in itertools.product((BALANCED, SPIKE), (method.stairs, 0.5), (0.3, -2.0))
    )
    return Arena(label, axes, recipe, hints)


def placed(subject: Problem, method: Method, values: Values) -> tuple[Optimizer, np.ndarray]:
    """Return the optimizers and the starts (S, n) of a population."""
    eta = 10.0 ** values["log eta"]
    eps = 10.0 ** values["log eps/(L eta)"] * eta * (subject.constants.L or 1.0)
    inner = AlphaGrad(learning_rate=eta, alpha=10.0 ** values["log alpha"], epsilon=eps)
    sizes = method.blocks(subject.n)
    cuts = np.cumsum(sizes)[:-1]
    parts = np.split(shaped(values, subject.n), cuts, axis=-1)
    strides = [method.stride(u, alpha) for u, alpha in zip(parts, _alphas(values, len(sizes)), strict=True)]
    far = values["stairs"] * eta * method.reach(values)
    return method.build(values, inner, subject), center(subject) + far[:, None] * np.concatenate(strides, axis=-1)
