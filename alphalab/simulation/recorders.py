"""What is recorded of a run: observables, each kept as a history or as a fold.

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

import functools
import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from alphalab.arrays import Array, dot, is_array, like, namespace, norm, refuse_hidden
from alphalab.optimizers import Optimizer
from alphalab.optimizers.saturation import saturated_fraction
from alphalab.problems.problem import Problem
from alphalab.registry import check_takes, find
from alphalab.simulation.trajectory import TAKEN

TAU = 2.5  # the paper's saturation threshold, section 7.3
FOLDS = ("mean", "min", "max", "sum")


class Moment(NamedTuple):
    """One step of a block of runs: x, g, d of shape (B, n), f and ||g|| of shape (B,), state after the direction."""

    x: Array
    f: Array
    g: Array
    gradient_norm: Array
    d: Array
    state: Any


Measure = Callable[[Moment], Array]


class Observable(NamedTuple):
    """A name and how to bind it to a run: (problem, optimizer) -> function of a Moment."""

    name: str
    bind: Callable[[Problem, Optimizer], Measure]


def _plain(name: str, measure: Measure) -> Observable:
    return Observable(name, lambda problem, optimizer: measure)


def _distance(problem: Problem, optimizer: Optimizer) -> Measure:
    x_star = problem.constants.x_star
    if x_star is None:
        raise ValueError(f"observe: 'distance' needs x_star, which problem {problem.name!r} does not give")
    return lambda moment: norm(moment.x - like(x_star, moment.x))


def _quantile(z: Array, q: float) -> Array:
    """Return the q-quantile over the last axis of |z|, linear between order statistics; (*batch, n) -> (*batch,)."""
    xp = namespace(z)
    ordered = xp.sort(xp.abs(z), axis=-1)
    place = q * (z.shape[-1] - 1)
    low, high = math.floor(place), math.ceil(place)
    return ordered[..., low] + (place - low) * (ordered[..., high] - ordered[..., low])


def _squashed(name: str, read: Callable[[Array], Array]) -> Observable:
    return Observable(name, lambda problem, optimizer: lambda m: read(optimizer.pre_activation(m.g, m.state)))


OBSERVABLES: tuple[Observable, ...] = (
    _plain("value", lambda moment: moment.f),
    _plain("gradient_norm", lambda moment: moment.gradient_norm),
    _plain("alignment", lambda moment: dot(moment.g, moment.d)),
    _plain("point_norm", lambda moment: norm(moment.x)),
    _plain("direction_sq", lambda moment: dot(moment.d, moment.d)),
    Observable("distance", _distance),
    _squashed("saturated_fraction", lambda z: saturated_fraction(z, TAU)),
    *(_squashed(f"pre_activation_q{p:02d}", functools.partial(_quantile, q=p / 100)) for p in (5, 25, 50, 75, 95)),
)


def observable(function: Callable[..., Array], key: str, name: str | None = None) -> Callable[..., Array]:
    """Return the function of (x, f, g, d) with the `key` under which a store keeps what it returned.

    `key` is a text that you change whenever the function changes; `name` is what the trajectory calls it (default: its
    own). Raises ValueError for what cannot be called, and for a key that is no text.

    >>> import alphalab as al
    >>> first = al.observable(lambda x, f, g, d: x[..., 0], key="first coordinate", name="x_0")
    >>> al.simulate(al.SignSGD(learning_rate=1.0), al.problem("huber", n=2), [3.0, 3.0], 2, observe=(first,)).x_0
    array([3., 2.])
    """
    if not callable(function) or not isinstance(key, str) or not key:
        raise ValueError(f"observable: give a function and a key, a text, got {function!r} and {key!r}")

    def keyed(x: Array, f: Array, g: Array, d: Array) -> Array:
        return function(x, f, g, d)

    keyed.__name__ = str(name or getattr(function, "__name__", "observable"))
    vars(keyed)["key"] = key
    return keyed


class Recorder(NamedTuple):
    """One thing asked for: its name in the trajectory, its fold (None: a history), and how it is measured.

    `given` is a caller's own function, which may look at numbers, or remember what it saw.
    """

    name: str
    fold: str | None
    measure: Measure
    given: bool = False

    def dtype(self, of_points: Any) -> np.dtype:
        """Return the dtype of what is kept: that of the points, of a caller's function at least float64."""
        return np.result_type(of_points, np.float64) if self.given else np.dtype(of_points)


def recorders(observe: Sequence[str | Callable[..., Array]], problem: Problem, optimizer: Optimizer) -> list[Recorder]:
    """Return a recorder for everything in `observe`: names, folds "fold:name", or functions of (x, f, g, d).

    Raises ValueError for an unknown name or fold, with the nearest known one, for a name asked for twice, and
    for one that a trajectory uses for something else.
    """
    if isinstance(observe, str) or not isinstance(observe, Sequence):
        raise ValueError(f"observe must be a list or tuple of names or functions, got {observe!r}")
    found = [_recorder(wanted, problem, optimizer) for wanted in observe]
    names = [recorder.name for recorder in found]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"observe: {name!r} is asked for twice; give every function a name of its own")
        if name in TAKEN:
            raise ValueError(f"observe: {name!r} is what a trajectory says itself; give the function another name")
    return found


def _recorder(wanted: str | Callable[..., Array], problem: Problem, optimizer: Optimizer) -> Recorder:
    if callable(wanted):
        name = getattr(wanted, "__name__", type(wanted).__name__)
        check_takes(f"observe: {name!r}", wanted, "x", "f", "g", "d")
        return Recorder(name, None, _checked(name, wanted), given=True)
    fold, colon, name = str(wanted).rpartition(":")
    if colon and fold not in FOLDS:
        raise ValueError(f"observe: fold {fold!r} is unknown; choose one of {', '.join(FOLDS)}")
    return Recorder(str(wanted), fold or None, find("observable", name, OBSERVABLES).bind(problem, optimizer))


def _checked(name: str, function: Callable[..., Array]) -> Measure:
    """Return the measure of a caller's function; it raises ValueError where that is not one number per run, (B,)."""

    def measure(moment: Moment) -> Array:
        value = function(moment.x, moment.f, moment.g, moment.d)
        refuse_hidden(f"observe: {name!r}", value)
        if not is_array(value) or tuple(value.shape) != tuple(moment.f.shape):
            got = tuple(value.shape) if is_array(value) else repr(value)
            raise ValueError(f"observe: {name!r} must return one number per run, (B,) for x of shape (B, n), got {got}")
        if not namespace(value).isdtype(value.dtype, ("bool", "integral", "real floating")):
            raise ValueError(f"observe: {name!r} must return real numbers, got dtype {value.dtype}")
        return value

    return measure


class Fold(NamedTuple):
    """A fold so far, of every run: what is kept, its latest value, and how many steps a stopped run still owes."""

    kept: Array
    latest: Array
    missing: Array


def fold_begun(kind: str, zero: Array) -> Fold:
    """Return the fold of nothing, for values like `zero`, (B,); sums of many small numbers are taken in float64."""
    xp = namespace(zero)
    kept = xp.astype(zero, xp.float64) if kind in ("sum", "mean") else zero + {"min": math.inf, "max": -math.inf}[kind]
    return Fold(kept, zero, xp.zeros_like(zero, dtype=xp.int64))


def folded(kind: str, fold: Fold, value: Array, stopped: Array | None) -> Fold:
    """Return the fold with one value more; of a run that has stopped its latest value counts, at the end."""
    xp = namespace(value)
    if kind in ("sum", "mean"):
        kept = fold.kept + xp.astype(value, xp.float64)
    else:
        kept = (xp.minimum if kind == "min" else xp.maximum)(fold.kept, value)
    if stopped is None:
        return Fold(kept, value, fold.missing)
    kept, value = xp.where(stopped, fold.kept, kept), xp.where(stopped, fold.latest, value)
    return Fold(kept, value, fold.missing + xp.astype(stopped, xp.int64))


def fold_result(kind: str, fold: Fold, steps: int) -> Array:
    """Return the fold over all steps, (B,), in the dtype of the values."""
    whole, xp = fold.kept, namespace(fold.kept)
    if kind in ("sum", "mean"):
        rest = like(fold.missing, whole) * like(fold.latest, whole)
        whole = xp.where(fold.missing > 0, whole + rest, whole)  # 0 inf is no number: only where a step is missing
    return like(whole / steps if kind == "mean" else whole, fold.latest)
