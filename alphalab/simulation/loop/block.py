"""A block of runs, all steps: the only place where an optimizer meets a problem.

for t in 1..T:    f, g = problem(x_t);   d = direction(g);   observe;   x_{t+1} = x_t - step(d)
"""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from alphalab.arrays import Array, namespace, to_numpy
from alphalab.guards import questions_put_off
from alphalab.optimizers import Optimizer
from alphalab.problems.problem import Problem
from alphalab.simulation.loop.endings import Ending
from alphalab.simulation.loop.layout import beside
from alphalab.simulation.loop.lone import stepper
from alphalab.simulation.loop.records import keeper
from alphalab.simulation.loop.scanned import (
    Ahead,
    any_of,
    carried,
    compiled_run,
    only_formulas,
    scan,
    set_carried,
)
from alphalab.simulation.loop.step import Seen, Stepper
from alphalab.simulation.observables import watches

STRETCH = 100  # steps on a device between two looks at the guards


class Block(NamedTuple):
    """What a block of runs leaves: records (steps, B) or (B,), points (B, n), the rest (B,)."""

    records: dict[str, Array]
    x_last: Array
    x_best: Array
    value_last: Array
    value_best: Array
    gradient_norm_last: Array
    status: Array
    status_step: Array


def run_block(
    optimizer: Optimizer,
    problem: Problem,
    x: Array,
    steps: int,
    observe: Sequence[str | Callable[..., Array]],
    tolerance: float,
    tick: Callable[[int], Any],
    histories: Mapping[str, Array],
) -> Block:
    """Run `steps` steps from the points `x`, (B, n); `tick` hears how many more are done.

    Where `histories` has an array for a name, (steps, B), that history is written there (NumPy).
    """
    can_wait = not isinstance(x, np.ndarray) and only_formulas(optimizer, problem, observe)
    if can_wait and namespace(x).__name__ == "jax.numpy":
        options = (steps, tuple(observe), tolerance)
        done = compiled_run(_compiled_block, optimizer, problem, x, (*options, False))
        if done and to_numpy(done[1]):
            done = compiled_run(_compiled_block, optimizer, problem, x, (*options, True))
        if done:
            tick(steps)
            return done[0]
    problem = beside(problem, x)
    watched = watches(observe, problem, optimizer)
    run = Run(stepper(optimizer, problem, x, watched), x, steps, tolerance, can_wait, histories)
    t = 0
    while t < steps:
        if ahead := run.stretch(t):
            t += ahead
            tick(ahead)
            continue
        run.look(t)
        if run.ending.all_stopped():
            for record in run.records:
                record.repeat(t)
            break
        run.advance()
        t += 1
        tick(1)
    return run.result()


def _compiled_block(
    optimizer: Optimizer, problem: Problem, x: Array, steps: int, asked: tuple[str, ...], tolerance: float, judged: bool
) -> tuple[Block, Array]:
    """The same for the tracer of jax: first steps, and a scan over the others; and whether it must be done again.

    Not `judged`, nobody looks at a number on the way: it must where the answer to a question would have been yes.
    """
    problem = beside(problem, x)
    maker = Ahead if len(x) == 1 and not judged else Stepper
    run = Run(maker(optimizer, problem, x, watches(asked, problem, optimizer)), x, steps, tolerance)
    if judged:
        run.ending.always_judge()
        run.step(0)
        scan(run.step, run.changing, range(1, steps))
        return run.result(), namespace(x).asarray(False)
    # to look back on a stretch costs as much as some 60 small steps, to make its best point again up to all of it
    length = min(steps, 8 * math.isqrt(steps)) if maker is Ahead else 1
    first = (steps - 1) % length + 1
    again = run.unjudged(0, first)
    again |= scan(lambda t: run.unjudged(t, length), run.changing, range(first, steps, length)).any()
    with questions_put_off() as masks:
        block = run.result()
    return block, any_of((*masks, again))


class Run:
    """The runs of a block with all that is kept of them."""

    def __init__(
        self,
        stepper: Stepper,
        x: Array,
        steps: int,
        tolerance: float,
        can_wait: bool = False,
        histories: Mapping[str, Array] = MappingProxyType({}),
    ) -> None:
        self.stepper, self.steps = stepper, steps
        self.ending, self.best = Ending(x, tolerance, steps), stepper.best()
        self.records = [keeper(watch.fold, steps, histories.get(watch.name)) for watch in stepper.watched]
        self.can_wait = can_wait

    @property
    def changing(self) -> tuple[Any, ...]:
        """The objects whose arrays change from step to step."""
        return self.stepper, self.ending, self.best, *self.records

    def look(self, t: Any) -> None:
        """Judge and record step t."""
        seen = self.stepper.look()
        self.ending.look(t, seen.x, seen.f, seen.size)
        self.best.look(seen.x, seen.f)
        for record, value in zip(self.records, seen.observed, strict=True):
            record.add(t, value, self.ending.frozen)

    def advance(self) -> None:
        """Go on to the next points; stopped runs stay."""
        self.stepper.advance(self.ending.held)

    def step(self, t: Any) -> None:
        """Judge, record and make step t."""
        self.look(t)
        self.advance()

    def unjudged(self, t: Any, length: int) -> Array:
        """Make step t, or so many from t on, without looking at a number; return whether a guard holds."""
        with questions_put_off() as masks:
            if (seen := self.stepper.speculate(length)) is not None:
                self.look_back(t, seen)
            else:
                self.step(t)
        return any_of(masks)

    def stretch(self, t: int) -> int:
        """Make several steps from t on, if all is usual; return how many."""
        if self.can_wait and not self.ending.marked:
            return self._stretch_on_a_device(t, min(STRETCH, self.steps - t))
        length = 0 if self.ending.marked else self.stepper.ahead(self.steps - t)
        if not length:
            return 0
        self.best.flush()
        self.ending.flush()
        seen = self.stepper.speculate(length)
        done = length if seen is not None and self.look_back(t, seen) else 0
        self.stepper.commit(done)
        return done

    def look_back(self, t: int, seen: Seen) -> bool:
        """Take in the steps from t on that were made at once, if all are usual; return whether they are."""
        if not self.ending.look_back(seen.x, seen.f, seen.size):
            return False
        self.best.look_back(seen.x, seen.f)
        for record, values in zip(self.records, seen.observed, strict=True):
            record.add_rows(t, values)
        return True

    def _stretch_on_a_device(self, t: int, length: int) -> int:
        """On a device: make steps that nobody waits for, then look at all guards at once; if one holds, go back."""
        before = carried(self.changing)
        if functools.reduce(operator.or_, [self.unjudged(k, 1) for k in range(t, t + length)]):
            set_carried(self.changing, before)
            self.ending.marked = True
            return 0
        return length

    def result(self) -> Block:
        """Judge the last points; return what is left."""
        x, state, f, size = self.stepper.end()
        self.ending.look(self.steps, x, f, size)
        self.ending.look_at_state((state, x))
        self.best.look(x, f)
        self.best.flush()
        names = [watch.name for watch in self.stepper.watched]
        results = {name: record.result() for name, record in zip(names, self.records, strict=True)}
        best, ending = self.best, self.ending
        return Block(results, x, best.x, f, best.f, size, ending.code, ending.since)
