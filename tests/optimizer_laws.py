"""The laws of an optimizer, as plain functions that raise AssertionError: they can be called on a mutant too.

Also what the laws are drawn from: every optimizer of the registry, the wrapped ones, gradients and points.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from hypothesis import strategies as st

from alphalab.arrays import leaves, map_arrays, namespace, norm, roundoff, to_numpy
from alphalab.optimizers import (
    OPTIMIZERS,
    Adam,
    AlphaGrad,
    Averaged,
    Geometric,
    HeavyBall,
    Horizon,
    Muon,
    NormalizedNonlinear,
    Optimizer,
    PerTensor,
    SaturationControlled,
    Scheduled,
    Spectral,
    WeightDecay,
    constant,
    inverse,
    inverse_sqrt,
)
from alphalab.optimizers.optimizer import Interval

Draw = Callable[[st.SearchStrategy[Any]], Any]
RULES = {rule.name: rule for rule in OPTIMIZERS}

# ---------------------------------------------------------------- what is drawn


def inside(name: str, interval: Interval) -> st.SearchStrategy[float]:
    """Values of a hyperparameter over decades; k of the looped tanh where its sine still increases."""
    if name == "k":
        return st.floats(0.01, math.pi / 2)
    if interval.high <= 1:
        edge = 0.999 if interval.high_open else 1.0
        return st.sampled_from([*([] if interval.low_open else [0.0]), 0.1, 0.5, 0.9, edge])
    decades = st.floats(-3, 3).map(lambda power: 10.0**power)
    return decades.map(lambda value: 1 + value) if interval.low == 1 else decades


def drawn(draw: Draw, rule: type[Optimizer]) -> Any:
    """Return an optimizer of the class with every hyperparameter drawn."""
    fields = [field for field in dataclasses.fields(rule) if "interval" in field.metadata]
    return rule(**{field.name: draw(inside(field.name, field.metadata["interval"])) for field in fields})


def softsign(u: Any) -> Any:
    """u/(1 + |u|), for any array library: odd, increasing, concave on [0, inf)."""
    return u / (1 + abs(u))


def _scheduled(schedule: Callable[[Draw], Any]) -> Callable[[Draw, int], Optimizer]:
    return lambda draw, n: Scheduled(drawn(draw, AlphaGrad), schedule=schedule(draw))


def _per_tensor(draw: Draw, n: int) -> Optimizer:
    first = max(1, n // 2)
    blocks = {"weight": first, "bias": n - first} if n > first else {"weight": n}
    return PerTensor(tuple(drawn(draw, AlphaGrad) for _ in blocks), blocks=blocks)


def _heavy_ball(rule: type[Optimizer]) -> Callable[[Draw, int], Optimizer]:
    return lambda draw, n: HeavyBall(drawn(draw, rule), momentum=draw(st.floats(0, 0.99)))


def _matrix(n: int) -> tuple[int, int]:
    """A shape of n entries that is no vector's where n allows it."""
    p = next(p for p in range(math.isqrt(n), 0, -1) if n % p == 0)
    return n // p, p


WRAPPED: dict[str, Callable[[Draw, int], Optimizer]] = {
    "heavy-ball": _heavy_ball(AlphaGrad),
    "heavy-ball-of-adam": _heavy_ball(Adam),
    "averaged": lambda draw, n: Averaged(drawn(draw, AlphaGrad), decay=draw(st.floats(0, 0.99))),
    "averaged-saturation": lambda draw, n: Averaged(SaturationControlled(drawn(draw, AlphaGrad), tau=0.5)),
    "weight-decay": lambda draw, n: WeightDecay(drawn(draw, AlphaGrad), weight_decay=draw(st.floats(0, 10))),
    "weight-decay-of-heavy-ball": lambda draw, n: WeightDecay(
        HeavyBall(Averaged(drawn(draw, AlphaGrad)), momentum=draw(st.floats(0, 0.99)))
    ),
    "per-tensor": _per_tensor,
    "scheduled-constant": _scheduled(lambda draw: constant),
    "scheduled-inverse": _scheduled(lambda draw: inverse),
    "scheduled-inverse-sqrt": _scheduled(lambda draw: inverse_sqrt),
    "scheduled-geometric": _scheduled(lambda draw: Geometric(draw(st.floats(0.5, 1)))),
    "scheduled-horizon": _scheduled(lambda draw: Horizon(float(draw(st.integers(1, 1000))))),
    "saturation-controlled": lambda draw, n: SaturationControlled(
        drawn(draw, AlphaGrad), tau=draw(st.floats(0.1, 3)), factor=1 + draw(st.floats(0.01, 1))
    ),
    "normalized-nonlinear": lambda draw, n: NormalizedNonlinear(softsign, epsilon=draw(st.floats(0, 1))),
    "spectral": lambda draw, n: Spectral(drawn(draw, AlphaGrad), shape=_matrix(n)),
    "muon": lambda draw, n: Muon(shape=_matrix(n), momentum=draw(st.floats(0, 0.99))),
    "muon-exact": lambda draw, n: Muon(shape=_matrix(n), momentum=draw(st.floats(0, 0.99)), iterations=None),
    "heavy-ball-of-scheduled-of-saturation": lambda draw, n: HeavyBall(
        Scheduled(SaturationControlled(drawn(draw, AlphaGrad), tau=0.5)), momentum=draw(st.floats(0, 0.99))
    ),
}
MATRIX = ("spectral", "muon", "muon-exact")
EVERY = (*RULES, *WRAPPED)


def an_optimizer(draw: Draw, name: str, n: int) -> Any:
    """Draw the optimizer called `name`, a member of the registry or a wrapped one, for points of dimension n."""
    return WRAPPED[name](draw, n) if name in WRAPPED else drawn(draw, RULES[name])


def an_example(name: str, n: int) -> Any:
    """Return one fixed optimizer called `name`."""
    return WRAPPED[name](lambda strategy: 0.5, n) if name in WRAPPED else RULES[name]()


EXTREME = st.sampled_from([0.0, -0.0, 5e-324, -1e-310, 2.3e-308, 1e-300, -1e300, 1e300, 1e-162, 1e154, 1.0, -3.0])
DECADES = st.tuples(st.sampled_from([-1.0, 0.0, 1.0]), st.floats(-20, 20)).map(lambda pair: pair[0] * 10.0 ** pair[1])


def an_array(draw: Draw, shape: Sequence[int], elements: st.SearchStrategy[float] = DECADES) -> np.ndarray:
    """Draw a read-only float64 array of this shape."""
    size = math.prod(shape)
    array = np.asarray(draw(st.lists(elements, min_size=size, max_size=size)), dtype=np.float64).reshape(tuple(shape))
    array.flags.writeable = False
    return array


def a_batch(draw: Draw) -> tuple[int, ...]:
    """Draw the shape of a batch of 0 to 2 axes."""
    return tuple(draw(st.lists(st.integers(1, 3), max_size=2)))


def stacked(members: Sequence[Any]) -> Any:
    """Return members that differ in numbers only as one, each of their numbers an array over the members."""
    first = members[0]
    if isinstance(first, float):
        return np.asarray(members)
    if isinstance(first, tuple):
        return tuple(stacked(parts) for parts in zip(*members, strict=True))
    if dataclasses.is_dataclass(first):
        fields = [field.name for field in dataclasses.fields(first)]
        return dataclasses.replace(first, **{name: stacked([getattr(m, name) for m in members]) for name in fields})
    return first


# ---------------------------------------------------------------- how it is used


def walk(optimizer: Optimizer, gradients: Sequence[Any], x: Any) -> list[tuple[Any, Any]]:
    """Return (d, step) for every gradient of a sequence, met one after another at the point x."""
    state, pairs = optimizer.init(x), []
    for gradient in gradients:
        d, state = optimizer.direction(gradient, state, x)
        step, state = optimizer.step(d, state)
        pairs.append((d, step))
    return pairs


def arrives(optimizer: Optimizer, x: np.ndarray, along: Sequence[np.ndarray]) -> np.ndarray:
    """Return where the method leads from the point x, (n,), along these gradients."""
    state = optimizer.init(x)
    for g in along:
        d, state = optimizer.direction(g, state, x)
        step, state = optimizer.step(d, state)
        x = x - step
    return x


def arrived(found: np.ndarray, wanted: np.ndarray, start: np.ndarray, steps: int) -> None:
    """Assert equality to roundoff of what so many steps from the start have led to."""
    allowed = 8 * steps * roundoff(wanted.size, np.float64) * (np.abs(start) + np.abs(wanted - start))
    assert np.all(np.abs(found - wanted) <= allowed), f"{found} is not {wanted} within {allowed}"


def close(found: Any, wanted: Any, terms: int, factor: float = 1.0) -> None:
    """Assert equality up to the rounding errors of `terms` terms, element by element; whole numbers are the same."""
    found, wanted = to_numpy(found), to_numpy(wanted)
    if wanted.dtype.kind == "i":
        return same(found, wanted)
    allowed = factor * roundoff(terms, wanted.dtype) * np.abs(wanted) + 4 * np.finfo(wanted.dtype).smallest_subnormal
    assert np.all(np.abs(found - wanted) <= allowed), f"{found} is not {wanted} within {allowed}"


def same(found: Any, wanted: Any) -> None:
    """Assert equality, element by element, NaN equal to NaN."""
    np.testing.assert_array_equal(to_numpy(found), to_numpy(wanted))


def without_decay(optimizer: Any) -> Any:
    """Return the optimizer with its weight decay, which moves x where g is 0, switched off."""
    return dataclasses.replace(optimizer, weight_decay=0.0) if hasattr(optimizer, "weight_decay") else optimizer


# ---------------------------------------------------------------- the laws


def keeps_shape_and_dtype(optimizer: Optimizer, g: Any, x: Any) -> None:
    """d and the step have the shape and the dtype of g, at every step."""
    for d, step in walk(optimizer, [g, g], x):
        assert tuple(d.shape) == tuple(step.shape) == tuple(g.shape)
        assert d.dtype == step.dtype == g.dtype


def never_mutates(optimizer: Optimizer, g: np.ndarray, x: np.ndarray) -> None:
    """Neither g nor x nor the old state is written to: read-only arrays pass, and keep their values."""

    def locked(array: np.ndarray) -> np.ndarray:
        array = np.array(array)
        array.flags.writeable = False
        return array

    g, x = locked(g), locked(x)
    before = g.tobytes(), x.tobytes()
    state = map_arrays(locked, optimizer.init(x))
    for _ in range(2):
        d, state = optimizer.direction(g, state, x)
        _, state = optimizer.step(locked(d), map_arrays(locked, state))
    assert (g.tobytes(), x.tobytes()) == before


def zero_gradient_gives_zero(optimizer: Optimizer, x: np.ndarray) -> None:
    """g = 0 gives d = 0 and no step, at every step and without a warning."""
    with np.errstate(all="raise"):
        for d, step in walk(without_decay(optimizer), [np.zeros_like(x)] * 3, x):
            assert np.all(d == 0) and np.all(step == 0)


def is_odd(optimizer: Optimizer, gradients: Sequence[np.ndarray], x: np.ndarray) -> None:
    """d(-g, -x) = -d(g, x), and d(-g, x) = -d(g, x) without weight decay, exactly, from the zero state on."""
    negative = [-g for g in gradients]
    for member, point in ((optimizer, -x), (without_decay(optimizer), x)):
        for (d, step), (e, opposite) in zip(walk(member, gradients, x), walk(member, negative, point), strict=True):
            same(e, -d)
            same(opposite, -step)


def permutes(optimizer: Optimizer, gradients: Sequence[np.ndarray], x: np.ndarray, order: Sequence[int]) -> None:
    """d(P g, P x) = P d(g, x) for a permutation P of the coordinates."""
    turned = walk(optimizer, [g[..., order] for g in gradients], x[..., order])
    for (d, _), (e, _) in zip(walk(optimizer, gradients, x), turned, strict=True):
        close(e, d[..., order], x.shape[-1], factor=4)


def scales(optimizer: Any, gradients: Sequence[np.ndarray], x: np.ndarray, c: float) -> None:
    """d(c g; eps) = d(g; eps/c): exact, since c is a power of two and nothing over- or underflows."""
    scaled = dataclasses.replace(optimizer, epsilon=optimizer.epsilon * c)
    pairs = walk(optimizer, gradients, x)
    for (d, _), (e, _) in zip(pairs, walk(scaled, [c * g for g in gradients], x), strict=True):
        same(e, d)


def ignores_scale(optimizer: Any, gradients: Sequence[np.ndarray], x: np.ndarray, c: float) -> None:
    """d(c g) = d(g) at eps = 0, for any c > 0."""
    free = dataclasses.replace(optimizer, epsilon=0.0)
    for (d, _), (e, _) in zip(walk(free, gradients, x), walk(free, [c * g for g in gradients], x), strict=True):
        close(e, d, x.shape[-1], factor=4)


def is_bounded(optimizer: Any, g: np.ndarray, x: np.ndarray) -> None:
    """|d_i| <= sigma(1), whatever g is: |g~_i| <= 1 and sigma is increasing."""
    with np.errstate(all="ignore"):
        d = walk(optimizer, [g], x)[0][0]
    assert np.all(np.abs(d) <= optimizer.sigma(np.ones(1)) * (1 + roundoff(g.shape[-1], g.dtype)))


def stays_finite(optimizer: Optimizer, g: np.ndarray, x: np.ndarray) -> None:
    """A finite gradient gives a finite direction, and does not turn it uphill."""
    with np.errstate(all="ignore"):
        d = walk(optimizer, [g], x)[0][0]
    assert np.all(np.isfinite(d))
    assert np.all(d * np.sign(g) >= 0)


def arrays_are_loops(members: Sequence[Optimizer], gradients: Sequence[Any], x: Any) -> None:
    """Hyperparameters of shape (*batch,) give, row by row, the bits of the scalars."""
    together = walk(stacked(members), gradients, x)
    for i, member in enumerate(members):
        for (d, step), (e, lone) in zip(together, walk(member, gradients, x), strict=True):
            assert d.dtype == e.dtype
            same(d[i], e[i])
            same(step[i], lone[i])


def libraries_agree(optimizer: Optimizer, gradients: Sequence[np.ndarray], x: np.ndarray, xp: Any) -> None:
    """The array library xp gives what NumPy gives, within roundoff, in its own arrays."""
    moved = [xp.asarray(g.copy()) for g in gradients]
    found = walk(optimizer, moved, xp.asarray(x.copy()))
    for (d, step), (e, wanted) in zip(found, walk(optimizer, gradients, x), strict=True):
        assert type(d) is type(step) is type(moved[0]) and namespace(d) is namespace(moved[0])
        close(d, e, x.shape[-1], factor=4)
        close(step, wanted, x.shape[-1], factor=8)


def counts_every_step(optimizer: Optimizer, x: np.ndarray, steps: int) -> None:
    """What is t after 3 steps is t after `steps` steps: a counter does not stand still in the dtype of x."""
    with np.errstate(all="ignore"):
        state = optimizer.init(x)
        for t in range(1, steps + 1):
            d, state = optimizer.direction(np.zeros_like(x), state, x)
            _, state = optimizer.step(d, state)
            if t == 3:
                counters = [place for place, leaf in enumerate(leaves(state)) if np.all(leaf == 3)]
    for place in counters:
        same(leaves(state)[place], np.full_like(leaves(state)[place], steps))


def decays_towards_zero(optimizer: Any, x: np.ndarray) -> None:
    """Where the gradient is 0 or next to nothing the weight decay makes d a positive multiple of x."""
    for g in (np.zeros_like(x), np.full_like(x, 1e-40), np.full_like(x, -1e-40)):
        d, _ = optimizer.direction(g, optimizer.init(x), x)
        assert np.all(d * np.sign(x) > 0)
        close(d * x[..., :1], d[..., :1] * x, x.shape[-1], factor=4)


def state_is_counted(optimizer: Optimizer, x: np.ndarray) -> None:
    """state_bytes is the memory of the arrays of the state, and a stateless method has none."""
    held = sum(np.asarray(leaf).nbytes for leaf in leaves(optimizer.init(x)))
    assert optimizer.state_bytes(x) == held


def is_alphagrad(rule: Any) -> None:
    """The formula itself, on a fixed batch: d = tanh(alpha g/(||g|| + eps)), written with sums over the last axis."""
    g = np.random.default_rng(3).standard_normal((4, 5)) * np.asarray([[1e-9], [1e-3], [1.0], [1e3]])
    for alpha in (0.1, 2.0, 50.0):
        d, _ = rule(alpha=alpha, epsilon=1e-8).direction(g, (), g)
        close(d, np.tanh(alpha * g / (np.sqrt((g * g).sum(-1, keepdims=True)) + 1e-8)), 5, factor=4)


def approaches_its_limits(rule: Any) -> None:
    """alpha -> 0: d = alpha g~ up to (alpha)^2/3, relative; alpha -> inf: d = sign g exactly beyond alpha g~ = 20."""
    g = np.asarray([[0.5, -2.0, 0.25, 0.0], [1e-9, 1e-9, -1e-9, 0.0]])
    unit = g / (norm(g)[:, None] + 1e-8)
    for alpha in (1e-1, 1e-3, 1e-6):
        d, _ = rule(alpha=alpha).direction(g, (), g)
        allowed = (alpha**2 / 3 + roundoff(4, g.dtype)) * alpha * np.abs(unit)
        assert np.all(np.abs(d - alpha * unit) <= allowed)
    d, _ = rule(alpha=1e6).direction(g, (), g)
    same(d, np.sign(g))
