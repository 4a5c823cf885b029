"""A block of runs, all steps: the only place where an optimizer meets a problem.

for t in 1..T:    f, g = problem(x_t);   d = direction(g);   observe;   x_{t+1} = x_t - step(d)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from alphalab.arrays import Array
from alphalab.optimizers import Optimizer
from alphalab.problems.problem import Problem
from alphalab.simulation.endings import Ending
from alphalab.simulation.observables import Watch
from alphalab.simulation.played import stepper
from alphalab.simulation.records import keeper


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
    watched: Sequence[Watch],
    tolerance: float,
    tick: Callable[[], Any],
) -> Block:
    """Run `steps` steps from the points `x`, (B, n); `tick` is called after every step."""
    runs = stepper(optimizer, problem, x, watched)
    ending, best = Ending(x, tolerance, steps), runs.best()
    records = [keeper(watch.fold, steps) for watch in watched]
    t = 0
    while t < steps:
        ahead = None if ending.marked else runs.sprint(steps - t)
        if ahead is not None and runs.settle(ending.look_back(ahead.x, ahead.f, ahead.size)):
            best.look_back(ahead.x, ahead.f)
            for record, values in zip(records, ahead.observed, strict=True):
                record.add_rows(t, values)
            t += len(ahead.f)
            for _ in ahead.f:
                tick()
            continue
        seen = runs.look()
        ending.look(t, seen.x, seen.f, seen.size)
        best.look(seen.x, seen.f)
        for record, value in zip(records, seen.observed, strict=True):
            record.add(t, value, ending.frozen)
        if ending.all_stopped():
            for record in records:
                record.repeat(t)
            break
        runs.leap(ending.held)
        t += 1
        tick()
    x, state, f, size = runs.end()
    ending.look(steps, x, f, size)
    ending.look_at_state((state, x))
    best.look(x, f)
    best.settle()
    results = {watch.name: record.result() for watch, record in zip(watched, records, strict=True)}
    return Block(results, x, best.x, f, best.f, size, ending.code, ending.since)
