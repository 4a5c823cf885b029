"""A tape bound to memory: a list of (function, arguments) to be called in order, each writing where it is told.

A temporary is written over the one that dies there, so that a step touches few buffers and they stay in cache.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

try:  # what np.einsum calls in the end: the words around it take as long as the sum of 1,000 numbers
    from numpy._core.multiarray import c_einsum as einsum
except ImportError:
    einsum = np.einsum

from alphalab.arrays import Array
from alphalab.simulation.loop.tape import Operation, Traced, Untraceable

Program = list[tuple[Callable[..., Any], tuple[Any, ...]]]


def play(program: Program) -> None:
    """Do the operations."""
    for function, arguments in program:
        function(*arguments)


def needed(
    operations: Sequence[Operation], outputs: Iterable[Traced], known: Container[Traced] = ()
) -> list[Operation]:
    """Return the operations on which the outputs depend, in order, where `known` need not be computed."""
    wanted, kept = set(outputs), []
    for operation in reversed(operations):
        if operation.out in wanted and operation.out not in known:
            kept.append(operation)
            wanted.update(operation.sources)
    return kept[::-1]


def rebound(program: Program, instead: Mapping[int, Array]) -> Program:
    """Return the program with other arrays in the place of those whose ids are the keys of `instead`.

    An array is no key, for it has no hash; its id is one as long as it lives, and the program keeps it alive.
    """

    def exchanged(part: Any) -> Any:
        if isinstance(part, list | tuple):
            return type(part)(map(exchanged, part))
        return instead.get(id(part), part)

    return [(function, tuple(map(exchanged, inputs))) for function, inputs in program]


class Memory:
    """Temporaries; after `rewind` the same ones are handed out again, in the same order."""

    def __init__(self) -> None:
        self.made: list[Array] = []
        self.taken = 0

    def rewind(self) -> Memory:
        """Begin again."""
        self.taken = 0
        return self

    def new(self, shape: tuple[int, ...], like: Array) -> Array:
        """Return an array of this shape, in the dtype and the layout of `like`."""
        if self.taken == len(self.made):
            self.made.append(np.empty_like(like, shape=shape))
        self.taken += 1
        return self.made[self.taken - 1]


class Binding:
    """Binds operations to memory: `given` maps sources to arrays, `destinations` says where outputs shall lie.

    In a `twin` all runs are the same one; `runs` of them are there, where not as many as were recorded.
    """

    def __init__(
        self,
        given: Mapping[Traced, Array],
        destinations: Mapping[Traced, Array],
        memory: Memory,
        twin: bool,
        runs: int = 0,
    ) -> None:
        self.arrays, self.destinations, self.memory, self.twin, self.runs = {**given}, destinations, memory, twin, runs
        self.roots: dict[Traced, Traced] = {}
        self.views: list[tuple[Array, Array, Any]] = []  # (view, of which array, its index)
        self.free: list[Array] = []
        self.program: Program = []

    def bind(
        self, operations: Sequence[Operation], keep: Iterable[Traced] = (), lengths: Mapping[int, int] | None = None
    ) -> Program:
        """Return the program of these operations, nothing written over what is to `keep`.

        Axes of the recorded lengths become those of `lengths`.
        """
        self.lengths, self.last = lengths or {}, self._last_uses(operations, set(keep))
        for place, operation in enumerate(operations):
            if operation.function is operator.getitem:
                whole, index = operation.inputs
                self.arrays[operation.out] = self._view(self.arrays[whole], index)
            else:
                self._bind(place, operation)
            dying = {root for root in map(self._root, operation.sources) if self.last.get(root) == place}
            self.free += [self.arrays[root] for root in dying if not self._taken_over(root, operation)]
        return self.program

    def _view(self, whole: Array, index: Any) -> Array:
        view = whole[index]
        self.views.append((view, whole, index))
        return view

    def _last_uses(self, operations: Sequence[Operation], keep: set[Traced]) -> dict[Traced, int]:
        """Where each temporary is read for the last time; a view lives in its root, which is read where the view is."""
        for operation in operations:
            if operation.function is operator.getitem:
                self.roots[operation.out] = self._root(operation.inputs[0])
        uses = {self._root(part): place for place, made in enumerate(operations) for part in made.sources}
        lasting = {self._root(part) for part in uses if part in keep} | self.arrays.keys() | self.destinations.keys()
        lasting |= {self._root(made.out) for made in operations if made.out in keep}
        return {root: place for root, place in uses.items() if root not in lasting}

    def _root(self, part: Traced) -> Traced:
        return self.roots.get(part, part)

    def _taken_over(self, root: Traced, operation: Operation) -> bool:
        return self.arrays.get(operation.out) is self.arrays[root]

    def _bind(self, place: int, operation: Operation) -> None:
        function, inputs, options, out, _ = operation
        shape = tuple(self.lengths.get(length, length) for length in out.data.shape)
        shape = (self.runs, *shape[1:]) if self.runs and shape else shape
        if function is np.einsum and self.twin and _sums_run_by_run(operation):
            self._sum_of_a_twin(out, [self._view(self.arrays[part], 0) for part in inputs[1:]])
            return
        if function is np.einsum and self.runs:
            raise Untraceable("a sum whose order depends on how many runs there are")
        target = self._target(place, operation, shape)
        self.arrays[out] = target
        if isinstance(function, np.ufunc) and not options:
            values = [self._value(part, operation) for part in inputs]
            named = function in (np.maximum, np.minimum)  # they want the word "out"
            self.program.append((_write, (function, target, *values)) if named else (function, (*values, target)))
        elif function is np.einsum:
            self.program.append((_sum_into, (target, *map(self._plain, inputs))))
        else:
            self.program.append((_store, (target, function, options, *map(self._plain, inputs))))

    def _target(self, place: int, operation: Operation, shape: tuple[int, ...]) -> Array:
        """Return where the result goes: its destination, over an input that dies here, or into a free temporary."""
        out, function = operation.out, operation.function
        if out in self.destinations:
            return self.destinations[out]
        fits = lambda array: _same_kind(array, shape, out.data)  # noqa: E731
        if is_elementwise(function):
            for part in operation.sources:
                if part not in self.roots and self.last.get(part) == place and fits(self.arrays[part]):
                    return self.arrays[part]
        for i, array in enumerate(self.free):
            if fits(array):
                return self.free.pop(i)
        return self.memory.new(shape, out.data)

    def _sum_of_a_twin(self, out: Traced, parts: list[Array]) -> None:
        """Sum of one run, in the order in which einsum sums a batch: one after the other."""
        terms = self.memory.new(parts[0].shape, parts[0])
        if len(parts) > 1:
            self.program.append((np.multiply, (*parts, terms)))
        self.program.append((np.add.accumulate, (terms if len(parts) > 1 else parts[0], 0, None, terms)))
        self.arrays[out] = terms[-1:]
        if out in self.destinations or self.runs != 1:
            self.arrays[out] = (
                self.destinations[out] if out in self.destinations else self.memory.new(out.data.shape, out.data)
            )
            self.program.append((np.copyto, (self.arrays[out], terms[-1:])))

    def _plain(self, part: Any) -> Any:
        if isinstance(part, list | tuple):
            return type(part)(map(self._plain, part))
        return self.arrays[part] if isinstance(part, Traced) else part

    def _value(self, part: Any, operation: Operation) -> Any:
        """Return an input of a ufunc: a constant once as an array, as large as saves time."""
        out = operation.out.data
        if isinstance(part, Traced):
            array = self.arrays[part]
            same = self.twin and array.ndim == 2 and array.shape[1] == 1 != out.shape[1]
            return self._view(array, (0, 0, ...)) if same else array
        kinds = [other.dtype for other in operation.inputs if hasattr(other, "dtype")]
        dtype = np.result_type(*kinds)
        if not hasattr(part, "dtype"):
            return np.asarray(part, dtype) if dtype.kind == "f" else part
        if part.size < out.size and is_elementwise(operation.function) and is_uniform(part):  # not matmul
            return part.reshape(-1)[0:1].reshape(())
        if (
            out.ndim == 2 and not self.lengths and is_elementwise(operation.function)
        ):  # to broadcast it again and again costs more
            return np.copy(np.broadcast_to(part, out.shape)[: self.runs or None], order="F")
        return part


def is_elementwise(function: Callable[..., Any]) -> bool:
    """Whether a function is a ufunc that treats every element by itself."""
    return isinstance(function, np.ufunc) and function.signature is None


def _sums_run_by_run(operation: Operation) -> bool:
    """Whether einsum adds (B, n) arrays up one element after another: it does where the batch is contiguous."""
    lying = all(part.data.ndim == 2 and part.data.flags.f_contiguous for part in operation.sources)
    return lying and _rounds_products(operation.out.dtype)


@functools.cache
def _rounds_products(dtype: np.dtype) -> bool:
    """Whether einsum rounds every product before it adds it: not where NumPy was built with fused multiply-adds."""
    x = np.asfortranarray(np.random.default_rng(0).standard_normal((2, 64)), dtype)
    return np.array_equal(np.einsum("ij,ij->i", x, x), np.add.accumulate(x * x, axis=1)[:, -1])


def is_uniform(constant: Array) -> bool:
    """Whether all elements have the same bits."""
    return constant.size > 0 and constant.tobytes() == constant.reshape(-1)[:1].tobytes() * constant.size


def _same_kind(array: Array, shape: tuple[int, ...], model: Array) -> bool:
    """Whether an array can hold what `model` holds, in the same layout."""
    same_layout = array.flags.f_contiguous == model.flags.f_contiguous or array.ndim < 2
    return array.shape == shape and array.dtype == model.dtype and same_layout


def _sum_into(target: Array, *inputs: Any) -> None:
    einsum(*inputs, out=target)


def _write(function: np.ufunc, target: Array, *inputs: Any) -> None:
    function(*inputs, out=target)


def _store(target: Array, function: Callable[..., Any], options: dict[str, Any], *inputs: Any) -> None:
    target[...] = function(*inputs, **options)
