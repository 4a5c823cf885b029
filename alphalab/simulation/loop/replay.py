"""Steps from a tape: the step of a block is recorded once and then replayed, with no Python between the calls.

Of a step that is replayed nobody has asked what the code asks while it runs (is a norm out of range? is a denominator
0?). These guards are looked at afterwards, and a step for which one holds is made anew by the plain code.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from alphalab.arrays import Array, leaves, map_arrays, norm, read_only
from alphalab.optimizers import Optimizer
from alphalab.problems.problem import Problem
from alphalab.simulation.loop.endings import Flags, LazyBest
from alphalab.simulation.loop.layout import BLOCK_ELEMENTS
from alphalab.simulation.loop.program import Binding, Memory, Program, is_elementwise, needed, play
from alphalab.simulation.loop.step import Seen, Stepper, check_shape, evaluate, observed_value
from alphalab.simulation.loop.tape import Tape, Traced, as_before, is_formula, numbers_as_arrays
from alphalab.simulation.observables import Moment, Watch

SHORTEST, LONGEST = 12, 128  # steps of a stretch: in a shorter one, looking back costs more than it saves


class Replay(Stepper):
    """Two programs: from one set of arrays (points and state) to the other, and back.

    What is seen of a step lies in one array, (things, B): f, ||g||, what is observed, and what the guards need.
    """

    def __init__(self, optimizer: Optimizer, problem: Problem, x: Array, watched: Sequence[Watch]) -> None:
        super().__init__(optimizer, problem, x, watched)
        self.is_formula, self.kept = is_formula(problem), LazyBest(x)
        self.has_given = any(watch.given for watch in watched)
        room = BLOCK_ELEMENTS // x.size if self.is_formula and not self.has_given else 0
        self.length = min(LONGEST, room) if room >= SHORTEST else 0
        self._next: Any = None  # the points and the state after the step, where the plain code has made it
        self.rest, self.pause = 0, 1  # after a stretch that did not go well, so many steps are made singly
        self._record()
        self._lay_out()
        self.rows = np.empty((self.length, *self.seen_at[0].shape), x.dtype)
        self.points = np.empty((self.length, *x.shape[::-1]), x.dtype).transpose(0, 2, 1)

    # ---------------------------------------------------------------- recording, binding

    def _record(self) -> None:
        """Write the step down."""
        self.tape = Tape()
        x, self.old = self.tape.source(self.x), map_arrays(self.tape.source, numbers_as_arrays(self.state))
        # what a user wrote is called when a step is made, and not for the record, which needs no more than its shape
        given = () if self.is_formula else tuple(map(self.tape.source, (np.ones_like(self.x[:, 0]), self.x.copy("F"))))
        self.constants: dict[Traced, Array] = {}
        with self.tape.recording():
            self.f, self.g = map(self._traced, given or evaluate(self.problem, x))
            self.d, state = self.optimizer.direction(self.g, self.old, x)
            check_shape("direction", self.d, x)
            moment = Moment(x, self.f, self.g, self.d, state)
            self.size = norm(self.g)
            self.seen: list[Any] = [None if watch.given else observed_value(watch, moment) for watch in self.watched]
            step, self.new = self.optimizer.step(self.d, state)
        self.moved, self.sources = x - step, (x, *leaves(self.old))
        self.targets = (self.moved, *leaves(self.new))
        if [part.data.shape for part in self.sources] != [part.data.shape for part in self.targets]:
            raise ValueError("a state that changes its shape")
        self._put_guards_off({*self.sources, *given, *self.constants})

    def _traced(self, answer: Any) -> Traced:
        """Return an answer that may not depend on x, as one that does."""
        if isinstance(answer, Traced):
            return answer
        source = self.tape.source(answer)
        self.constants[source] = answer
        return source

    def _put_guards_off(self, given: set[Traced]) -> None:
        """Find what only the guards need: it is done afterwards, for all steps of a stretch at once.

        `narrow` is the shape of one number per run. A guard is easy where it follows pointwise from such numbers, its
        `edge`, which are then kept of every step (`shown`) so that `late` can finish it; of any other it is kept
        whether it holds for any component.
        """
        narrow = ((self.x.shape[0],), (self.x.shape[0], 1))
        main = [self.f, self.size, *(seen for seen in self.seen if seen is not None), *self.targets]
        known, self.guards = given | {made.out for made in needed(self.tape.operations, main)}, []
        for guard in self.tape.guards:
            late = needed(self.tape.operations, [guard], known)
            edge = {part for made in late for part in made.sources} - {made.out for made in late} or {guard}
            easy = all(is_elementwise(made.function) or made.function is operator.getitem for made in late)
            if not easy or not all(part.shape in narrow for part in edge):
                guard = self.tape.record(np.any, (guard,), {"axis": -1})  # noqa: PLW2901
                edge = {guard}
            self.guards.append(guard)
            main += edge
        self.late = needed(self.tape.operations, self.guards, known | set(main))
        shown = main if self.length else [self.f, self.size, *(seen for seen in self.seen if seen is not None)]
        self.shown = list(dict.fromkeys(part for part in shown if part.shape in narrow))
        last = needed(self.tape.operations, main if self.length else [*main, *self.guards])
        self.operations = [
            *(made for made in last if made.out is not self.moved),
            *(made for made in last if made.out is self.moved),
        ]

    def _lay_out(self) -> None:
        """Make the arrays."""
        self.at = {part: place for place, part in enumerate(self.shown)}
        self.here, self.sets = 0, [[np.array(part.data) for part in self.sources] for _ in range(2)]
        self.seen_at = np.empty((2, len(self.shown), len(self.x)), self.x.dtype)
        self.flags = Flags(len(self.guards), len(self.x))
        self.twin = self.is_formula and _is_twin(leaves((self.optimizer, self.x, self.state)))

    @functools.cached_property
    def bound(self) -> list[tuple[Program, Program, dict[Traced, Array]]]:
        """The step from each set of arrays to the other: up to where x is written, the writing, all arrays."""
        guards = {} if self.length else _columns(dict(zip(self.guards, self.flags.rows, strict=True)))
        gradient = {} if self.is_formula else {self.g: np.array(self.g.data)}
        memory, bound = Memory(), []
        for this, that, row in zip(self.sets, self.sets[::-1], self.seen_at, strict=True):
            places = _columns({part: row[at] for part, at in self.at.items()}) | guards
            given = dict(zip(self.sources, this, strict=True)) | gradient | self.constants
            given |= {} if self.is_formula else {self.f: places[self.f]}
            destinations = dict(zip(self.targets, that, strict=True))
            binding = Binding(given, places | destinations, memory.rewind(), self.twin)
            program = binding.bind(self.operations, (self.g, self.d) if self.has_given else ())
            advance = [program.pop()]
            for part, destination in (*places.items(), *zip(self.targets[1:], that[1:], strict=True)):
                if binding.arrays[part] is not destination:
                    program.append((np.copyto, (destination, binding.arrays[part])))
            bound.append((program, advance, binding.arrays))
        return bound

    # ---------------------------------------------------------------- replaying

    def ready(self) -> Replay:
        """Bind now, so that what cannot be bound is known before the first step."""
        _ = self.bound
        return self

    def best(self) -> LazyBest:
        """The points stay where they are for one step: none need be copied that is left for a better one."""
        return self.kept

    def look(self) -> Seen:
        """Play the step up to the point where x would be written."""
        x, row, self._next = self.sets[self.here][0], self.seen_at[self.here], None
        if not self.is_formula:
            row[self.at[self.f]], self.bound[self.here][2][self.g][...] = evaluate(self.problem, x.view())
        play(self.bound[self.here][0])
        if self._guard_holds(row[None]) if self.length else self.flags.any():
            seen, self._next = self.made(x.view(), self._state())
            return seen._replace(x=x)
        return Seen(x, row[self.at[self.f]], row[self.at[self.size]], self._observed(x, row))

    def _observed(self, x: Array, row: Array) -> list[Array]:
        """What is watched: from the row, or from a function that was given, which may change nothing."""
        if not self.has_given:
            return [row[self.at[part]] for part in self.seen]
        g, d = (read_only(self.bound[self.here][2][part].view()) for part in (self.g, self.d))
        moment = Moment(read_only(x.view()), row[self.at[self.f]].copy(), g, d, ())
        pairs = zip(self.watched, self.seen, strict=True)
        return [observed_value(watch, moment) if part is None else row[self.at[part]] for watch, part in pairs]

    def _state(self) -> Any:
        """The state, as the plain code has it."""
        arrays = dict(zip(self.sources, self.sets[self.here], strict=True))
        return as_before(map_arrays(lambda part: arrays[part].copy(order="K"), self.old), self.state)

    def _guard_holds(self, rows: Array) -> bool:
        """Whether any of these steps, (K, things, B), is one that the plain code must make."""
        values = {part: rows[:, at] if part.ndim == 1 else rows[:, at, :, None] for part, at in self.at.items()}
        for function, inputs, _, out, _ in self.late:
            values[out] = function(*(values[part] if isinstance(part, Traced) else part for part in inputs))
        return any(values[guard].any() for guard in self.guards)

    def advance(self, held: Callable[[Array, Array], Array]) -> None:
        """Write the next points."""
        this, that = self.sets[self.here][0], self.sets[1 - self.here]
        if self._next is None:
            play(self.bound[self.here][1])
        else:
            for target, value in zip(that, leaves(numbers_as_arrays(self._next)), strict=True):
                target[...] = value
        if (moved := held(this, that[0])) is not that[0]:
            that[0][...] = moved
        self.here = 1 - self.here

    def speculate(self, most: int) -> Seen | None:
        """Play several steps and look back on them; None where that is not worth while, or a guard held."""
        length, self.rest = min(self.length, most), self.rest - 1
        if length < 2 or self.rest >= 0:
            return None
        self.kept.flush()
        self.start = self.here, [array.copy(order="K") for array in (*self.sets[0], *self.sets[1])]
        for k in range(length):
            self.points[k] = self.sets[self.here][0]
            program, advance, _ = self.bound[self.here]
            play(program)
            self.rows[k] = self.seen_at[self.here]
            play(advance)
            self.here = 1 - self.here
        rows = self.rows[:length]
        if self._guard_holds(rows):
            self.commit(False)
            return None
        f, size, *observed = (rows[:, self.at[part]] for part in (self.f, self.size, *self.seen))
        return Seen(self.points[:length], f, size, observed)

    def commit(self, well: bool) -> bool:
        """Go back to where the stretch began unless all was well; then make as many steps singly, each time more."""
        self.pause = 1 if well else min(2 * self.pause, LONGEST)
        if not well:
            self.rest, (self.here, kept) = self.length * self.pause // 2, self.start
            for array, old in zip((*self.sets[0], *self.sets[1]), kept, strict=True):
                array[...] = old
        return well

    def end(self) -> tuple[Array, Any, Array, Array]:
        """Return x, the state, f and ||g||."""
        self.x, self.state = self.sets[self.here][0].copy(order="K"), self._state()
        return super().end()


def _columns(destinations: dict[Traced, Array]) -> dict[Traced, Array]:
    """Return the destinations of outputs, (B, 1) for those of that shape."""
    return {part: destination if part.ndim == 1 else destination[:, None] for part, destination in destinations.items()}


def _is_twin(arrays: Sequence[Array]) -> bool:
    """Whether a block is one run that goes twice."""
    batched = [array for array in arrays if array.ndim]
    return all(array.shape[0] == 2 and np.array_equal(array[0], array[1]) for array in batched)
