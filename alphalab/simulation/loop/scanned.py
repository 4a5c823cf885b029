"""All steps of a block as one compiled scan, where x is a jax array: the same optimizer, problem and judging, traced.

    many runs: (step 1; scan over t = 2..T)      a lone run: (a stretch; scan over stretches), a stretch is a scan too

Both are compiled once for every kind of run and kept.
What changes from step to step is the attributes of a few objects: inside the scan they are set from what is carried,
the step is made as everywhere, and they are read again. First nothing is judged on the way; where it turns out that
a step was unusual, all of them are made again, judged one by one.
"""

from __future__ import annotations

import dataclasses
import functools
import importlib
import math
import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from alphalab.arrays import Array, is_array, leaves, map_arrays, namespace, roundoff, to_numpy
from alphalab.guards import possibly_any, questions_put_off
from alphalab.optimizers import Optimizer
from alphalab.problems.problem import Problem
from alphalab.simulation.loop.endings import Best
from alphalab.simulation.loop.step import Seen, Stepper, evaluate
from alphalab.simulation.loop.tape import is_formula

SMALL = 4096  # numbers of a problem, at most, that are compiled in
CARRIED = ("x", "state", "f", "code", "since", "stopped", "frozen", "rows", "kept", "latest", "missing", "start", "far")


def only_formulas(optimizer: Optimizer, problem: Problem, observe: Sequence[str | Callable[..., Array]]) -> bool:
    """Whether nothing is called that a user wrote: it may draw numbers or keep them, and must not be called twice."""
    return is_formula((optimizer, problem)) and not any(map(callable, observe))


def carried(things: Sequence[Any]) -> list[dict[str, Any]]:
    """Return what changes from step to step in each of these objects."""
    return [{name: vars(thing)[name] for name in CARRIED if name in vars(thing)} for thing in things]


def set_carried(things: Sequence[Any], values: Sequence[Mapping[str, Any]]) -> None:
    """Set it."""
    for thing, value in zip(things, values, strict=True):
        vars(thing).update(value)


def scan(step: Callable[[Any], Any], things: Sequence[Any], times: range) -> Any:
    """Call step(t) for t in times, compiled, on objects whose arrays it changes; return what it gives."""
    jax = importlib.import_module("jax")

    def body(values: Any, t: Any) -> tuple[Any, Any]:
        set_carried(things, values)
        result = step(t)
        return carried(things), result

    values, results = jax.lax.scan(body, carried(things), jax.numpy.arange(times.start, times.stop, times.step))
    set_carried(things, values)
    return results


class Ahead(Stepper):
    """One run alone, for the tracer of jax: many steps are made before anything is looked at."""

    def best(self) -> Best:
        """Return what keeps the best point."""
        return DistantBest(self)

    def speculate(self, most: int) -> Seen:
        """Make so many steps; what is seen of them are the numbers, (K, 1), and of the points the first.

        The loop carries x and the state alone and leaves one row of numbers a step, each of them once: every array
        more is one more kernel that XLA starts at every step, and beyond eight the steps cost several times as much.
        """
        jax, flat = importlib.import_module("jax"), importlib.import_module("jax.flatten_util")

        def body(here: Any, _: None) -> tuple[Any, Array]:
            with questions_put_off() as masks:
                seen, there = self.made(*here)
            parts, self.tree = jax.tree.flatten((seen[1:], any_of(masks)))
            self.names = tuple(map(id, parts))  # what is observed may be f or ||g||
            row, self.unpacked = flat.ravel_pytree(dict(zip(self.names, parts, strict=True)))
            return there, row

        self.began = self.x, self.state
        (self.x, self.state), rows = jax.lax.scan(body, self.began, length=most)
        columns = jax.vmap(self.unpacked)(rows)
        numbers, guarded = jax.tree.unflatten(self.tree, [columns[name] for name in self.names])
        possibly_any(guarded)  # put off once more, for all these steps at once
        return Seen(self.began[0][None, ...], *numbers)


class DistantBest(Best):
    """The best point, known by where its stretch began and how far it is from there; at the end it is made again."""

    def __init__(self, stepper: Ahead) -> None:
        super().__init__(stepper.x)
        self.stepper, self.start, self.far = stepper, (stepper.x, stepper.state), namespace(self.x).asarray(0)

    def look_back(self, points: Array, values: Array) -> None:
        """Keep where the lowest of values, (K, 1), is, if it is lower than before."""
        xp = namespace(values)
        far = xp.argmin(values[:, 0])
        improved = values[far, 0] < self.f[0]
        before, now = (self.f, self.far, self.start), (values[far], far, self.stepper.began)
        choose = functools.partial(xp.where, improved)
        self.f, self.far, self.start = importlib.import_module("jax").tree.map(choose, now, before)

    def look(self, x: Array, f: Array) -> None:
        """Make the best point again, unless x is better; ask whether it has the value that it had."""

        def body(_: Any, here: Any) -> Any:
            with questions_put_off():  # they were asked before
                return self.stepper.made(*here)[1]

        xp, better = namespace(f), f < self.f
        far = xp.where(better[0], 0, self.far)
        self.x, _ = importlib.import_module("jax").lax.fori_loop(0, far, body, self.start)
        again, _ = evaluate(self.stepper.problem, self.x)
        allowed = roundoff(x.shape[1], x.dtype) * xp.abs(self.f)
        possibly_any(~(better | (xp.abs(again - self.f) <= allowed)))
        super().look(x, f)


def any_of(masks: Sequence[Array]) -> Array:
    """Return whether any element of any of these masks, at least one, is set, as an array of shape ()."""
    return functools.reduce(operator.or_, (namespace(mask).any(mask) for mask in masks))


class Kind:
    """What a compiled run is compiled for: everything of its arguments but the numbers in their arrays."""

    def __init__(self, *arguments: Any) -> None:
        self.arguments = arguments
        self.key = tuple(map(skeleton, arguments))

    def __hash__(self) -> int:
        """By what is not in arrays."""
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        """By what is not in arrays."""
        return isinstance(other, Kind) and self.key == other.key


def skeleton(tree: Any) -> Any:
    """Return a tree with every array replaced by its shape and dtype, and hashable."""
    if is_array(tree):
        return "array", tuple(tree.shape), str(tree.dtype)
    if isinstance(tree, tuple | list):
        return (type(tree), *map(skeleton, tree))
    if isinstance(tree, Mapping):
        return (type(tree), *((key, skeleton(part)) for key, part in tree.items()))
    if dataclasses.is_dataclass(tree) and not isinstance(tree, type):
        return (type(tree), *(skeleton(getattr(tree, field.name)) for field in dataclasses.fields(tree)))
    return type(tree), tree


def compiled_run(
    run: Callable[..., Any], optimizer: Optimizer, problem: Problem, x: Array, options: tuple[Any, ...]
) -> Any:
    """Return run(optimizer, problem, x, *options), compiled for its kind of arguments; None where jax cannot."""
    inputs = (optimizer, x) if is_small(problem) else (optimizer, x, problem)
    try:
        function = _compiled(Kind(run, optimizer, x, problem, options, compiled_in(problem)))
        return function([leaves(part) for part in inputs])
    except Exception:  # something looks at numbers: the plain loop goes on without a compiler, or says what is wrong
        return None


def is_small(problem: Problem) -> bool:
    """Whether the numbers of a problem are so few that they are compiled in: XLA then makes a small step one loop."""
    return sum(math.prod(leaf.shape) for leaf in leaves(problem)) <= SMALL


def compiled_in(problem: Problem) -> tuple[bytes, ...]:
    """Return the numbers that are constants of the compiled run: x* (`distance` takes it as it is), small problems."""
    minimiser = problem.constants.x_star
    fixed = [() if minimiser is None else minimiser, *(leaves(problem) if is_small(problem) else ())]
    return tuple(to_numpy(array).tobytes() for array in fixed)


@functools.lru_cache(maxsize=64)
def _compiled(kind: Kind) -> Callable[..., Any]:
    run, optimizer, x, problem, options, _ = kind.arguments

    def traced(arrays: Sequence[Sequence[Array]]) -> Any:
        filled = [optimizer, x, problem]
        for place, parts in enumerate(map(iter, arrays)):
            filled[place] = map_arrays(lambda _, parts=parts: next(parts), filled[place])  # type: ignore[misc]
        method, start, subject = filled
        return run(method, subject, start, *options)

    return importlib.import_module("jax").jit(traced)
