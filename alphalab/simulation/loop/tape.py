"""A tape: what a step does to its arrays, written down once, so that it can be done again without asking.

    tape = Tape();  x = tape.source(point)
    with tape.recording():  d, state = optimizer.direction(gradient(x), state, x)

runs the optimizer and the problem on arrays that write down every operation. Equal operations are written down once,
so that the norm that the optimizer, the stop test and an observable take is one norm. `program` replays a tape.

The code that is recorded must be a pure function of its arrays. What a tape cannot hold (a branch that looks at a
number, an index that is computed) raises Untraceable, and the step is made without a tape.
"""

from __future__ import annotations

import contextlib
import dataclasses
import operator
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from alphalab.arrays import Array, backend, is_array
from alphalab.guards import questions_put_off

plain = backend("numpy")
POWERS = {2: np.square, 0.5: np.sqrt, -1: np.reciprocal}  # what NumPy's x**2 is, bit for bit
SHAPED = ("zeros_like", "ones_like", "full_like", "empty_like")  # read nothing but the shape and the dtype
INDEX = int | slice | type(Ellipsis) | None


class Untraceable(TypeError):  # noqa: N818 - it says what the code is, not that something went wrong
    """What was to be recorded does not depend on its arrays alone, or the tape has no word for it."""


class Operation(NamedTuple):
    """out = function(*inputs, **options); an input is a Traced, a constant, or a list of them.

    `sources` are the Traced among them, in order, as the keys of a dictionary.
    """

    function: Callable[..., Any]
    inputs: tuple[Any, ...]
    options: dict[str, Any]
    out: Traced
    sources: dict[Traced, None]


class Traced(NDArrayOperatorsMixin):
    """Stands for a NumPy array while a tape records; `data` is its value in the step that is recorded."""

    stands_for_numpy = True
    __hash__ = object.__hash__  # == is an operation: keep them in sets and dictionaries, which ask for identity first

    def __init__(self, data: Array, tape: Tape) -> None:
        self.data, self.tape = data, tape

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape, as the recorded code sees it."""
        self.tape.shape_matters = True
        return tuple(self.tape.lengths.get(length, length) for length in self.data.shape)

    ndim = property(lambda self: self.data.ndim)
    dtype = property(lambda self: self.data.dtype)
    flags = property(lambda self: self.data.flags)
    device = "cpu"

    def __array_namespace__(self, *, api_version: str | None = None) -> Tape:
        """The tape offers the functions of the array API."""
        return self.tape

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        """Write a ufunc down; x**2 is the square."""
        if method != "__call__" or options:
            raise Untraceable(f"{ufunc.__name__} with {method}, {options}")
        if ufunc is np.power and isinstance(inputs[1], int | float) and inputs[1] in POWERS:
            return self.tape.record(POWERS[inputs[1]], inputs[:1])
        return self.tape.record(ufunc, inputs)

    def __array_function__(self, function: Any, types: Any, args: Any, options: Any) -> Any:
        """Write any other function of NumPy down."""
        return self.tape.record(function, args, options)

    def __getitem__(self, index: Any) -> Any:
        """Write a view down."""
        if not all(isinstance(part, INDEX) for part in (index if isinstance(index, tuple) else (index,))):
            raise Untraceable(f"the index {index!r}")
        return self.tape.record(operator.getitem, (self, index))

    def _asked(self, *_: Any, **__: Any) -> Any:
        raise Untraceable("the code looks at a number")

    __array__ = __bool__ = __float__ = __int__ = __index__ = __iter__ = __len__ = __setitem__ = _asked


class Tape:
    """The operations in order; also the array namespace of what is recorded.

    `lengths` maps the length of an axis of the data to the one that the recorded code sees: a long vector is
    recorded on a short piece of itself.
    """

    def __init__(self, lengths: dict[int, int] | None = None) -> None:
        self.lengths = lengths or {}
        self.operations: list[Operation] = []
        self.guards: list[Traced] = []
        self.shape_matters = False  # whether the code has looked at a shape
        self._known: dict[Any, Traced] = {}

    def source(self, data: Array) -> Traced:
        """Return an array that the recorded code is given."""
        return Traced(data, self)

    @contextlib.contextmanager
    def recording(self) -> Iterator[None]:
        """Collect as `guards` what the code asks of its numbers: to be looked at in every step that is replayed."""
        with questions_put_off() as self.guards:
            yield

    def __getattr__(self, name: str) -> Any:
        """A function of the array API that records, or a dtype or number of it."""
        found = getattr(plain, name)
        if name == "asarray":
            return lambda value, **options: value if isinstance(value, Traced) else plain.asarray(value, **options)
        if name == "astype":
            return self._astype
        if name in SHAPED:
            return lambda x, *args, **options: found(_data(x), *args, **options)
        found = (
            getattr(np, name) if isinstance(getattr(np, name, None), np.ufunc) else found
        )  # sign, without its wrapper
        return (lambda *args, **options: self.record(found, args, options)) if callable(found) else found

    def _astype(self, x: Any, dtype: Any, **options: Any) -> Any:
        return x if x.dtype == dtype else self.record(plain.astype, (x, dtype), options)

    def record(self, function: Callable[..., Any], inputs: tuple[Any, ...], options: Any = None) -> Any:
        """Do an operation and write it down, once; one of constants alone is done and not written down."""
        if not any(isinstance(part, Traced) for part in flat(inputs)):
            return function(*inputs, **(options or {}))
        key = (function, *map(_key, flat(inputs)), repr(options))
        if key not in self._known:
            data = function(*(_data(part) for part in inputs), **(options or {}))
            if isinstance(data, tuple) or np.asarray(data).dtype.kind not in "fiub":
                raise Untraceable(f"{function} gives no array of numbers")
            out = self._known[key] = Traced(np.asarray(data), self)
            sources = {part: None for part in flat(inputs) if isinstance(part, Traced)}
            self.operations.append(Operation(function, inputs, options or {}, out, sources))
        return self._known[key]


def flat(inputs: Any) -> list[Any]:
    """Return the inputs of an operation with lists and tuples opened."""
    parts = [flat(part) if isinstance(part, list | tuple) else [part] for part in inputs]
    return [part for some in parts for part in some]


def _data(part: Any) -> Any:
    if isinstance(part, list | tuple):
        return type(part)(map(_data, part))
    return part.data if isinstance(part, Traced) else part


def _key(part: Any) -> Any:
    """What makes two inputs the same: identity of arrays, which the operations keep alive, value and type of others."""
    return id(part) if isinstance(part, Traced | np.ndarray) else (type(part), repr(part))


def numbers_as_arrays(state: Any) -> Any:
    """Return a state with its plain numbers, which change from step to step like arrays, as arrays of shape ()."""
    if isinstance(state, tuple):
        parts = map(numbers_as_arrays, state)
        return type(state)(*parts) if hasattr(state, "_fields") else tuple(parts)
    return np.asarray(state) if isinstance(state, float) else state


def as_before(state: Any, old: Any) -> Any:
    """Return a state with plain numbers where the old one has them."""
    if isinstance(old, tuple):
        parts = map(as_before, state, old)
        return type(old)(*parts) if hasattr(old, "_fields") else tuple(parts)
    return float(state) if isinstance(old, float) else state


def is_formula(thing: Any) -> bool:
    """Whether an optimizer or a problem is nothing but formulas of this package: pure functions of their arrays.

    What a user wrote may draw numbers or remember what it saw: a record would freeze that without a word.
    """
    if isinstance(thing, tuple | list):
        return all(map(is_formula, thing))
    if isinstance(thing, Mapping):
        return all(map(is_formula, thing.values()))
    if thing is None or isinstance(thing, float | int | str | np.ufunc) or is_array(thing):
        return True
    function = hasattr(thing, "__code__")
    if not function and not dataclasses.is_dataclass(thing):
        return False
    fields = () if function else dataclasses.fields(thing)
    home = ((thing if function else type(thing)).__module__ or "").partition(".")[0]  # lambdify's have none
    return home == __name__.partition(".")[0] and all(is_formula(getattr(thing, field.name)) for field in fields)
