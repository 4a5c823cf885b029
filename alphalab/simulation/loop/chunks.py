"""One step of a long vector, chunk by chunk: x <- x - step, in place, with a few chunks of scratch per thread.

A tape says what is global in a method: its sums over n. They are added up over chunks of fixed length in a fixed
order, so that the number of threads changes no bit; the rest of the formula is pointwise.
"""

from __future__ import annotations

import contextvars
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from alphalab.arrays import Array, is_array, is_floating, leaves, map_arrays
from alphalab.optimizers import Optimizer
from alphalab.simulation.loop.program import Binding, Memory, is_elementwise, is_uniform, needed, play, rebound
from alphalab.simulation.loop.step import real_answer
from alphalab.simulation.loop.tape import (
    Operation,
    Tape,
    Traced,
    Untraceable,
    as_before,
    flat,
    is_formula,
    numbers_as_arrays,
    plain,
)

CHUNK = 344_064  # elements of all long arrays in a chunk: scratch is small beside them, calls are short beside numbers
LONG = 2_000_000  # elements from which on a second thread saves more than it costs to start
PIECES = (61, 59)  # how much of a long vector is recorded: a length that no other axis has
POINTWISE = (np.where, plain.astype)  # beside the ufuncs
Cut = tuple[int, int]


def take_step(optimizer: Optimizer, x: Array, g: Array, state: Any, *, threads: int | None = None) -> Any:
    """Take one step of `optimizer` along the gradient g, writing x, (n,) or (B, n), in place; return the new state.

    The long arrays of `state` are written in place too where the step is made in chunks, by so many `threads` at
    once (if not given: all cores from LONG elements on); the result does not depend on their number. A gradient
    that is not finite goes into x as it does in any step. Raises ValueError naming the argument that cannot be used.
    """
    _check(optimizer, x, g, state, threads)
    state = _apart(state)
    recorded = _recorded(optimizer, x, g, state) if type(x) is np.ndarray and x.shape[-1] > CHUNK // 2 else None
    with Threads(threads or (_cores() if x.shape[-1] >= LONG else 1)) as crew:
        known = recorded.sums(crew) if recorded else None
        if recorded is not None and known is not None:
            return recorded.write(known, crew)
    return _whole(optimizer, x, g, state)


def _check(optimizer: Optimizer, x: Array, g: Array, state: Any, threads: int | None) -> None:
    """Raise ValueError for what would fail inside a formula, or be broadcast without a word."""
    if threads is not None and (isinstance(threads, bool) or not isinstance(threads, int) or threads < 1):
        raise ValueError(f"threads must be a whole number >= 1, got {threads!r}")
    if not is_array(x) or not x.ndim or not is_floating(x):
        shown = f"dtype {x.dtype}, shape {tuple(x.shape)}" if is_array(x) else f"{type(x).__name__}"
        raise ValueError(f"x must be an array of floating-point numbers, (n,) or (B, n), got {shown}")
    real_answer("g", g, x)
    wanted, found = _arrays_of_a_state(optimizer, x), len(leaves(state))
    if wanted not in (None, found):
        raise ValueError(
            f"state must be what optimizer.init(x) or the last step returned, {wanted} arrays, got {found}"
        )


def _arrays_of_a_state(optimizer: Optimizer, x: Array) -> int | None:
    """Return how many arrays a state has; None for a method that does not take a piece of x."""
    try:
        return len(leaves(optimizer.init(x[..., :1])))
    except Exception:
        return None


def _whole(optimizer: Optimizer, x: Array, g: Array, state: Any) -> Any:
    d, state = optimizer.direction(g, state, x)
    step, state = optimizer.step(d, state)
    x -= step  # in place, also for the caller: an array of NumPy, CuPy, torch
    return state


def _apart(state: Any) -> Any:
    """Return a state in which no array stands twice: they are written in place."""
    twice = len({id(leaf) for leaf in leaves(state)}) < len(leaves(state))
    return map_arrays(lambda array: array + 0, state) if twice else state


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _recorded(optimizer: Optimizer, x: Array, g: Array, state: Any) -> Step | None:
    """Return the step for chunks; None where a method must see the whole vector."""
    try:
        return Step(optimizer, x, g, state) if is_formula(optimizer) else None
    except Exception:  # a piece of the vector is not what the method takes: what is wrong with the whole is said there
        return None


class Threads:
    """The thread of the caller and others beside it, started when there is work, that share the chunks of a vector."""

    def __init__(self, count: int) -> None:
        self.count, self.others = count, ThreadPoolExecutor(max(count - 1, 1))

    def __enter__(self) -> Threads:
        """Nothing is started yet."""
        return self

    def __exit__(self, *error: object) -> None:
        """Wait for the others."""
        self.others.shutdown()

    def share(self, work: Callable[[Sequence[Cut]], Any], n: int, length: int) -> list[Any]:
        """Cut n into chunks of this length, deal them out, and return what each thread makes of its share."""
        cuts = [(low, min(low + length, n)) for low in range(0, n, length)]
        mine, *theirs = (cuts[i :: self.count] for i in range(min(self.count, len(cuts))))
        # how NumPy handles warnings belongs to the context
        futures = [self.others.submit(contextvars.copy_context().run, work, share) for share in theirs]
        return [work(mine), *(future.result() for future in futures)]


class Step:
    """A step recorded on a short piece of the vectors: sums, and what is pointwise around them."""

    def __init__(self, optimizer: Optimizer, x: Array, g: Array, state: Any) -> None:
        self.optimizer, self.state, self.n = optimizer, state, x.shape[-1]
        self.piece = next(length for length in PIECES if length not in x.shape[:-1])
        self.tape = Tape({self.piece: self.n})
        self.known: dict[Traced, Array] = {}
        self.sources = *(self._source(part) for part in (x, g)), map_arrays(self._source, numbers_as_arrays(state))
        with self.tape.recording():
            x_new, self.new = self._taken(*self.sources)
        pairs = zip((x_new, *leaves(self.new)), (self.sources[0], *leaves(self.sources[2])), strict=True)
        self.length = CHUNK // sum(map(self._is_long, self.known))
        self.written = {made: source for made, source in pairs if self._is_long(source)}
        self.long_guards = [guard for guard in self.tape.guards if self._is_long(guard)]
        self._check()

    def _source(self, array: Array) -> Traced:
        source = self.tape.source(np.array(array[..., : self.piece] if array.ndim else array))
        self.known[source] = array
        return source

    def _is_long(self, part: Any) -> bool:
        return part.ndim > 0 and (part.data if isinstance(part, Traced) else part).shape[-1] == self.piece

    def _taken(self, x: Array, g: Array, state: Any) -> tuple[Array, Any]:
        d, state = self.optimizer.direction(g, state, x)
        step, state = self.optimizer.step(d, state)
        return x - step, state

    def _check(self) -> None:
        """Raise Untraceable for more than sums and what is pointwise, and where a chunk cannot go its own way."""
        sums = False
        for made in self.tape.operations:
            parts = [part for part in flat(made.inputs) if hasattr(part, "ndim")]
            if any(map(self._is_long, parts)) and not (is_elementwise(made.function) or made.function in POINTWISE):
                if made.function is not np.einsum or self._is_long(made.out) or not all(map(self._is_long, parts)):
                    raise Untraceable(f"{made.function} of a long vector")
                sums = True
            if not all(is_uniform(part) for part in parts if isinstance(part, np.ndarray) and self._is_long(part)):
                raise Untraceable("a constant as long as the vector")
        if self.long_guards and (sums or self.tape.shape_matters):
            raise Untraceable("an element of a long vector is looked at")

    def sums(self, threads: Threads) -> dict[Traced, Array] | None:
        """Return all that is short, sum by sum; None where the step turns out to be unusual."""
        known, made = dict(self.known), self.tape.operations
        waiting = [operation for operation in made if operation.function is np.einsum]
        self._add_short(known)
        while waiting:
            ready = [one.out for one in waiting if not _waits(needed(made, [one.out], known)[:-1])]
            for out, parts in zip(ready, self._over_chunks(known, ready, threads), strict=True):
                known[out] = sum(parts[1:], start=parts[0])  # in the order of the chunks
            waiting = [one for one in waiting if one.out not in known]
            self._add_short(known)
        return None if any(known[guard].any() for guard in self.tape.guards if guard in known) else known

    def _add_short(self, known: dict[Traced, Array]) -> None:
        """Do every operation on short arrays whose inputs are known."""
        for made in self.tape.operations:
            if made.out not in known and all(part in known and not self._is_long(part) for part in made.sources):
                values = (known[part] if isinstance(part, Traced) else part for part in made.inputs)
                known[made.out] = np.asarray(made.function(*values, **made.options))

    def write(self, known: dict[Traced, Array], threads: Threads) -> Any:
        """Write x and the long arrays of the state; return the state."""

        def act(share: Sequence[Cut]) -> None:
            for arrays, window in self._bound(share, known):
                self._write_chunk(arrays, window)

        threads.share(act, self.n, self.length)
        values = known | {part: known[source] for part, source in self.written.items()}
        return as_before(map_arrays(lambda part: values[part], self.new), self.state)

    def _over_chunks(self, known: dict[Traced, Array], wanted: list[Traced], threads: Threads) -> list[list[Array]]:
        """Return for each output its value on every chunk, in order."""

        def act(share: Sequence[Cut]) -> list[list[Array]]:
            return [[arrays[part].copy() for part in wanted] for arrays, _ in self._bound(share, known, wanted)]

        found = threads.share(act, self.n, self.length)
        in_order = [found[i % len(found)][i // len(found)] for i in range(sum(map(len, found)))]
        return [list(values) for values in zip(*in_order, strict=True)]

    def _bound(
        self, cuts: Sequence[Cut], known: dict[Traced, Array], wanted: Sequence[Traced] = ()
    ) -> Iterator[tuple[dict[Traced, Array], dict[Traced, Array]]]:
        """Play the program of some outputs, else of all that is written; yield every chunk's arrays and windows."""
        operations, length = needed(self.tape.operations, wanted or [*self.written, *self.long_guards], known), 0
        for low, high in cuts:
            window = {part: array[..., low:high] if self._is_long(part) else array for part, array in known.items()}
            if high - low != length:
                first, length = window, high - low
                bound = Binding(first, {} if wanted else self._destinations(operations, first), Memory(), twin=False)
                program = bound.bind(operations, wanted or [*self.written, *self.long_guards], {self.piece: length})
            # bound once for the first chunk of this length: the others differ in their windows alone
            play(rebound(program, {id(first[part]): window[part] for part in first}))
            yield bound.arrays | {made: window[self.written[made]] for made in bound.destinations}, window

    def _destinations(self, operations: Sequence[Operation], window: dict[Traced, Array]) -> dict[Traced, Array]:
        """Return where outputs are written at once: over what no later operation reads, if there is no guard."""
        destinations: dict[Traced, Array] = {}
        for place, made in enumerate(operations if not self.long_guards else ()):
            source = self.written.get(made.out)
            if source is not None and not any(source in later.sources for later in operations[place + 1 :]):
                destinations[made.out] = window[source]
        return destinations

    def _write_chunk(self, arrays: dict[Traced, Array], window: dict[Traced, Array]) -> None:
        """Write what is not in its place yet; a chunk for which a guard holds is taken anew by the method itself."""
        made = {part: arrays[part] for part in self.written}
        if any(arrays[guard].any() for guard in self.long_guards):
            x, state = self._taken(*map_arrays(lambda source: window[source], self.sources))
            made = dict(zip(self.written, filter(lambda leaf: leaf.shape == x.shape, (x, *leaves(state))), strict=True))
        for part, source in self.written.items():
            if part is not source and not np.may_share_memory(made[part], window[source]):
                window[source][...] = made[part]


def _waits(operations: Sequence[Operation]) -> bool:
    return any(operation.function is np.einsum for operation in operations)
