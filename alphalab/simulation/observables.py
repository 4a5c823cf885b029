"""What can be watched along a run: pure functions of (x, f, g, d), one number per run and step.

    value             f(x)                 alignment           <g, d>
    gradient_norm     ||g||_2              direction_sq        ||d||_2^2
    point_norm        ||x||_2              saturated_fraction  (1/n) #{ i : |alpha g~_i| > 2.5 }
    distance          ||x - x*||_2
    pre_activation_q05, _q25, _q50, _q75, _q95     quantiles over i of |alpha g~_i|

x, f, g, d are at x_t, before the step; d is before momentum and learning rate. A fold, "mean:value",
"min:gradient_norm", "max:distance" or "sum:...", keeps one number per run instead of a history. A function of
one's own gets (x, f, g, d) of B runs at once, flat whatever the batch: (B, n), (B,), (B, n), (B, n) -> (B,).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from alphalab.arrays import Array, dot, like, namespace, norm
from alphalab.optimizers import Optimizer
from alphalab.optimizers.saturation import saturated_fraction
from alphalab.problems.problem import Problem
from alphalab.registry import find
from alphalab.simulation.trajectory import TAKEN

TAU = 2.5  # the paper's saturation threshold, section 7.3
FOLDS = ("mean", "min", "max", "sum")


class Moment(NamedTuple):
    """One instant of a block of runs: x, g, d of shape (B, n), f and ||g|| of shape (B,), state after the direction."""

    x: Array
    f: Array
    g: Array
    size: Array
    d: Array
    state: Any


class Observable(NamedTuple):
    """A name and how to bind it to a run: (problem, optimizer) -> function of a Moment."""

    name: str
    bind: Callable[[Problem, Optimizer], Callable[[Moment], Array]]


def _plain(name: str, function: Callable[[Moment], Array]) -> Observable:
    return Observable(name, lambda problem, optimizer: function)


def _distance(problem: Problem, optimizer: Optimizer) -> Callable[[Moment], Array]:
    x_star = problem.constants.x_star
    if x_star is None:
        raise ValueError(f"observe: 'distance' needs x_star, which problem {problem.name!r} does not give")
    return lambda moment: norm(moment.x - like(x_star, moment.x))


def _squashing(optimizer: Optimizer, read: Callable[[Array], Array]) -> Callable[[Moment], Array]:
    return lambda moment: read(optimizer.pre_activation(moment.g, moment.state))


def _quantile(z: Array, q: float) -> Array:
    """Return the q-quantile over the last axis of |z|, linear between order statistics; (*batch, n) -> (*batch,)."""
    xp = namespace(z)
    ordered = xp.sort(xp.abs(z), axis=-1)
    place = q * (z.shape[-1] - 1)
    low, high = math.floor(place), math.ceil(place)
    return ordered[..., low] + (place - low) * (ordered[..., high] - ordered[..., low])


def _quantile_observable(percent: int) -> Observable:
    def bind(problem: Problem, optimizer: Optimizer) -> Callable[[Moment], Array]:
        return _squashing(optimizer, lambda z: _quantile(z, percent / 100))

    return Observable(f"pre_activation_q{percent:02d}", bind)


OBSERVABLES: tuple[Observable, ...] = (
    _plain("value", lambda moment: moment.f),
    _plain("gradient_norm", lambda moment: moment.size),
    _plain("alignment", lambda moment: dot(moment.g, moment.d)),
    _plain("point_norm", lambda moment: norm(moment.x)),
    _plain("direction_sq", lambda moment: dot(moment.d, moment.d)),
    Observable("distance", _distance),
    Observable("saturated_fraction", lambda problem, opt: _squashing(opt, lambda z: saturated_fraction(z, TAU))),
    *(_quantile_observable(percent) for percent in (5, 25, 50, 75, 95)),
)


class Watch(NamedTuple):
    """One thing asked for: its name in the trajectory, how it is kept (None: a history), and how it is measured.

    `given` is what a caller wrote: it may look at numbers, or remember what it saw.
    """

    name: str
    fold: str | None
    measure: Callable[[Moment], Array]
    given: bool = False


def watches(observe: Sequence[str | Callable[..., Array]], problem: Problem, optimizer: Optimizer) -> list[Watch]:
    """Return what `observe` asks for: names, folds "fold:name", or functions of (x, f, g, d), one number per run.

    A function sees the runs of a block, whatever the shape of the batch: x, g, d of shape (B, n), f and its answer
    (B,). Raises ValueError for an unknown name or fold, with the nearest known one, for a name asked for twice, and
    for one that a trajectory uses for something else.
    """
    if isinstance(observe, str) or not isinstance(observe, Sequence):
        raise ValueError(f"observe must be a list or tuple of names or functions, got {observe!r}")
    found = [_watch(wanted, problem, optimizer) for wanted in observe]
    names = [watch.name for watch in found]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"observe: {name!r} is asked for twice; give every function a name of its own")
        if name in TAKEN:
            raise ValueError(f"observe: {name!r} is what a trajectory says itself; give the function another name")
    return found


def _watch(wanted: str | Callable[..., Array], problem: Problem, optimizer: Optimizer) -> Watch:
    if callable(wanted):
        function = wanted
        name = getattr(wanted, "__name__", type(wanted).__name__)
        return Watch(name, None, lambda moment: function(moment.x, moment.f, moment.g, moment.d), given=True)
    fold, colon, name = str(wanted).rpartition(":")
    if colon and fold not in FOLDS:
        raise ValueError(f"observe: fold {fold!r} is unknown; choose one of {', '.join(FOLDS)}")
    return Watch(str(wanted), fold or None, find("observable", name, OBSERVABLES).bind(problem, optimizer))
