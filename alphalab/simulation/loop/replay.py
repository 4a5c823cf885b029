"""Steps from a tape: the step of a block is recorded once and then replayed, with no Python between the calls.

Of a step that is replayed nobody has asked what the code asks while it runs (is a norm out of range? is a denominator
0?). These guards are looked at afterwards, and a step for which one holds is made anew by the plain code.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from alphalab.arrays import Array, leaves, map_arrays, read_only
from alphalab.optimizers import Optimizer
from alphalab.problems.problem import Problem
from alphalab.simulation.loop.endings import Flags, LazyBest
from alphalab.simulation.loop.program import Binding, Memory, Program, play, rebound
from alphalab.simulation.loop.recorded import LONGEST, Recorded
from alphalab.simulation.loop.step import Seen, evaluate, observed_value
from alphalab.simulation.loop.tape import Traced, as_before, numbers_as_arrays
from alphalab.simulation.observables import Moment, Watch


class Replay(Recorded):
    """Places in memory, each with points and a state, and programs that lead from one place to the next.

    What is seen of a step lies in one array, (things, B): f, ||g||, what is observed, and what the guards need.
    """

    def __init__(self, optimizer: Optimizer, problem: Problem, x: Array, watched: Sequence[Watch]) -> None:
        super().__init__(optimizer, problem, x, watched)
        self._next: Any = None  # the points and the state after the step, where the plain code has made it
        self.rest, self.pause = 0, 1  # after a stretch that did not go well, so many steps are made singly
        self._lay_out()

    def _lay_out(self) -> None:
        """Make the places: their states are there once they are reached."""
        places, runs = max(2, self.length + 1), len(self.x)
        self.at = {part: place for place, part in enumerate(self.shown)}
        self.rows = np.empty((places, len(self.shown), runs), self.x.dtype)
        self.points = np.empty((places, *self.x.shape[::-1]), self.x.dtype).transpose(0, 2, 1)
        self.points[0], self.here = self.x, 0
        self.sets = [[points, *(np.array(part.data) for part in self.sources[1:])] for points in self.points[:2]]
        self.flags = Flags(len(self.guards), runs)
        self.twin = self.is_formula and _is_twin(leaves((self.optimizer, self.x, self.state)))
        self.bound: dict[tuple[int, int], tuple[Program, Program]] = {}

    def _program(self, here: int, there: int) -> tuple[Program, Program]:
        """Return the step from one place to another: up to where x is written, and the writing."""
        if (here, there) not in self.bound:
            self.bound[here, there] = self._rebound(here, there) if self.bound else self._bound()
        return self.bound[here, there]

    def _bound(self) -> tuple[Program, Program]:
        """Bind the step from the first place to the second."""
        this, that, seen = *self.sets, self._seen_at(0)
        flags = {} if self.length else _columns(dict(zip(self.guards, self.flags.rows, strict=True)))
        given = dict(zip(self.sources, this, strict=True)) | self.constants
        if not self.is_formula:
            given |= {self.f: seen[self.f], self.g: np.array(self.g.data)}
        destinations = dict(zip(self.targets, that, strict=True))
        self.binding = Binding(given, seen | flags | destinations, Memory(), self.twin)
        program = self.binding.bind(self.operations, (self.g, self.d) if self.has_given else ())
        advance = [program.pop()]
        for part, destination in (*seen.items(), *flags.items(), *zip(self.targets[1:], that[1:], strict=True)):
            if self.binding.arrays[part] is not destination:
                program.append((np.copyto, (destination, self.binding.arrays[part])))
        self.first = [*this, *that, *seen.values()]
        return program, advance

    def _rebound(self, here: int, there: int) -> tuple[Program, Program]:
        """Return the same step between other places: the arrays there instead, and the same views of them."""
        if there == len(self.sets):
            self.sets.append([self.points[there], *map(np.copy, self.sets[0][1:])])
        arrays = [*self.sets[here], *self.sets[there], *self._seen_at(here).values()]
        instead = dict(zip(map(id, self.first), arrays, strict=True))
        for view, whole, index in self.binding.views:
            if id(whole) in instead:
                instead[id(view)] = instead[id(whole)][index]
        program, advance = self.bound[0, 1]
        return rebound(program, instead), rebound(advance, instead)

    def _seen_at(self, place: int) -> dict[Traced, Array]:
        return _columns({part: self.rows[place, at] for part, at in self.at.items()})

    # ---------------------------------------------------------------- replaying

    def ready(self) -> Replay:
        """Bind now, so that what cannot be bound is known before the first step."""
        self._program(0, 1)
        return self

    def best(self) -> LazyBest:
        """The points stay where they are for one step: none need be copied that is left for a better one."""
        return LazyBest(self.x)

    def look(self) -> Seen:
        """Play the step up to the point where x would be written: from the first place to the second, or back."""
        if self.here > 1:
            self._to_the_first_place()
        x, row, self._next = self.points[self.here], self.rows[self.here], None
        program, _ = self._program(self.here, 1 - self.here)
        if not self.is_formula:
            row[self.at[self.f]], self.binding.arrays[self.g][...] = evaluate(self.problem, x.view())
        play(program)
        if self._guard_holds(row[None]) if self.length else self.flags.any():
            seen, self._next = self.made(x.view(), self._state())
            return seen._replace(x=x)
        return Seen(x, row[self.at[self.f]], row[self.at[self.size]], self._observed(x, row))

    def _observed(self, x: Array, row: Array) -> list[Array]:
        """What is watched: from the row, or from a function that was given, which may change nothing.

        g and d are temporaries, the same ones wherever the step leads.
        """
        if not self.has_given:
            return [row[self.at[part]] for part in self.seen]
        g, d = (read_only(self.binding.arrays[part].view()) for part in (self.g, self.d))
        moment = Moment(read_only(x.view()), row[self.at[self.f]].copy(), g, row[self.at[self.size]], d, ())
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
        here, there = self.here, 1 - self.here
        moved = self.points[there]
        if self._next is None:
            play(self._program(here, there)[1])
        else:
            for target, value in zip(self.sets[there], leaves(numbers_as_arrays(self._next)), strict=True):
                target[...] = value
        if (kept := held(self.points[here], moved)) is not moved:
            moved[...] = kept
        self.here = there

    def _to_the_first_place(self) -> None:
        for first, value in zip(self.sets[0], self.sets[self.here], strict=True):
            first[...] = value
        self.here = 0

    def ahead(self, most: int) -> int:
        """Return how many steps there are places for; after a stretch that did not go well, 0 for a while."""
        self.rest -= 1
        length = min(self.length, most)
        return length if self.rest < 0 and length > 1 else 0

    def speculate(self, length: int) -> Seen | None:
        """Play several steps from place to place, then look back on them."""
        if self.here:
            self._to_the_first_place()
        for place in range(length):
            program, advance = self._program(place, place + 1)
            play(program)
            play(advance)
        if self._guard_holds(self.rows[:length]):
            return None
        f, size, *observed = (self.rows[:length, self.at[part]] for part in (self.f, self.size, *self.seen))
        return Seen(self.points[:length], f, size, observed)

    def commit(self, length: int) -> None:
        """Go on from where a stretch of this length led; of length 0: from where it began, as many steps singly."""
        self.pause = 1 if length else min(2 * self.pause, LONGEST)
        if length:
            self.here = length
        else:
            self.rest = self.length * self.pause // 2

    def end(self) -> tuple[Array, Any, Array, Array]:
        """Return x, the state, f and ||g||."""
        self.x, self.state = self.points[self.here].copy(order="K"), self._state()
        return super().end()


def _columns(destinations: dict[Traced, Array]) -> dict[Traced, Array]:
    """Return the destinations of outputs, (B, 1) for those of that shape."""
    return {part: destination if part.ndim == 1 else destination[:, None] for part, destination in destinations.items()}


def _is_twin(arrays: Sequence[Array]) -> bool:
    """Whether a block is one run that goes twice."""
    batched = [array for array in arrays if array.ndim]
    return all(array.shape[0] == 2 and np.array_equal(array[0], array[1]) for array in batched)
