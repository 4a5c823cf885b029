"""The step of a block, written down once: which operations lead to the next points, to what is seen, to the guards."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any

import numpy as np

from alphalab.arrays import Array, leaves, map_arrays, norm
from alphalab.optimizers import Optimizer
from alphalab.problems.problem import Problem
from alphalab.simulation.loop.layout import BLOCK_ELEMENTS
from alphalab.simulation.loop.program import is_elementwise, needed
from alphalab.simulation.loop.step import Stepper, check_shape, evaluate, observed_value
from alphalab.simulation.loop.tape import Tape, Traced, is_formula, numbers_as_arrays
from alphalab.simulation.observables import Moment, Watch

SHORTEST, LONGEST = 8, 32  # steps of a stretch: in a shorter one, looking back costs more than it saves
STRETCH_ELEMENTS = 6 * BLOCK_ELEMENTS  # of all points and states of a stretch


class Recorded(Stepper):
    """Knows its step as operations: `sources` (points, state) to `targets`, and those that may wait (`late`).

    `length` is how many steps are made before any is looked at; 0 where each is looked at, or a user's code is called.
    """

    longest = LONGEST

    def __init__(self, optimizer: Optimizer, problem: Problem, x: Array, watched: Sequence[Watch]) -> None:
        super().__init__(optimizer, problem, x, watched)
        self.is_formula, self.has_given = is_formula(problem), any(watch.given for watch in watched)
        elements = sum(part.size for part in (x, *leaves(self.state)))
        room = STRETCH_ELEMENTS // elements if self.is_formula and not self.has_given else 0
        self.length = min(self.longest, room) if room >= SHORTEST else 0
        self._record()

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
            self.size = norm(self.g)
            moment = Moment(x, self.f, self.g, self.size, self.d, state)
            self.seen: list[Any] = [None if watch.given else observed_value(watch, moment) for watch in self.watched]
            step, self.new = self.optimizer.step(self.d, state)
        self.moved, self.sources = x - step, (x, *leaves(self.old))
        self.targets = (self.moved, *leaves(self.new))
        if [part.data.shape for part in self.sources] != [part.data.shape for part in self.targets]:
            raise ValueError("a state that changes its shape")
        if self.has_given and self.d in set(self.targets):  # in a tuple, == would be written down
            raise ValueError("a direction that is the next state, which lies elsewhere after every step")
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
        visible = [self.f, self.size, *(seen for seen in self.seen if seen is not None)]
        main = [*visible, *self.targets]
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
        shown = main if self.length else visible
        self.shown = list(dict.fromkeys(part for part in shown if part.shape in narrow))
        last = needed(self.tape.operations, main if self.length else [*main, *self.guards])
        self.operations = [
            *(made for made in last if made.out is not self.moved),
            *(made for made in last if made.out is self.moved),
        ]
