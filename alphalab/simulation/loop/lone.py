"""One run alone, from a tape: step by step only what the next point needs is computed.

The rest, f and what is observed, is computed afterwards for many points at once, as for a batch.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any

import numpy as np

from alphalab.arrays import Array
from alphalab.optimizers import Optimizer
from alphalab.problems.problem import Problem
from alphalab.simulation.loop.program import Binding, Memory, is_elementwise, is_uniform, needed
from alphalab.simulation.loop.replay import Replay
from alphalab.simulation.loop.step import Seen, Stepper
from alphalab.simulation.loop.tape import Traced, Untraceable, is_formula
from alphalab.simulation.observables import Watch


def stepper(optimizer: Optimizer, problem: Problem, x: Array, watched: Sequence[Watch]) -> Stepper:
    """Return what makes the steps: from a tape with NumPy, where the code can be recorded."""
    sums_are_plain = type(x) is np.ndarray and x.dtype.itemsize > 2  # of halves they depend on how the terms lie
    for way in (Lone, Replay) if sums_are_plain and is_formula(optimizer) else ():
        try:
            return way(optimizer, problem, x, watched).ready()
        except Exception:  # a plainer way does it, or says what is wrong
            continue
    return Stepper(optimizer, problem, x, watched)


class Lone(Replay):
    """A block that is one run twice (see `layout`), here made once; raises Untraceable where it is not that."""

    longest = 128

    def __init__(self, optimizer: Optimizer, problem: Problem, x: Array, watched: Sequence[Watch]) -> None:
        if len(x) != 2 or not np.array_equal(x[0], x[1]):
            raise Untraceable("more than one run")
        super().__init__(optimizer, problem, x, watched)
        self.asked = (self.f, self.size, *self.seen)
        self.after = needed(self.tape.operations, (*self.asked, *self.guards) if self.length else ())
        self.line = np.empty((x.shape[1], max(self.length, 1)), x.dtype).T  # the points, batch-contiguous
        self._bind_lone()
        self._looked_at(self.line)  # fails here where the code is not for another number of points

    def ready(self) -> Lone:
        """Nothing more: as long as all is usual no single step is made."""
        return self

    def _bind_lone(self) -> None:
        """Bind what leads to the next point to arrays of one run, written in place."""
        wanted = {made.out for made in needed(self.operations, self.targets)}
        operations = [made for made in self.operations if made.out in wanted]
        late = {source for made in self.after for source in made.sources} & set(self.sources[1:])
        plain = all(
            is_elementwise(made.function) or made.function in (np.einsum, operator.getitem) for made in operations
        )
        pairs, old = zip(self.sources, self.targets, strict=True), set(self.sources)
        changed = any(new is not source and new in old for source, new in pairs)  # written before it is read
        if not (self.length and self.twin and plain) or late or self.constants or changed:
            raise Untraceable("not one run whose observations can wait")
        self.one = [np.array(part.data[:1] if part.ndim else part.data) for part in self.sources]
        bound = Binding(
            dict(zip(self.sources, self.one, strict=True)) | self.constants, {}, Memory(), twin=True, runs=1
        )
        self.program = bound.bind(operations, self.targets)
        self.program.pop()  # x - step, here written over x
        step = operations[-1].inputs[1]
        self.program += [
            (np.copyto, (old, bound.arrays[new])) for old, new in zip(self.one[1:], self.targets[1:], strict=True)
        ]
        self.program.append((np.subtract, (self.one[0], bound.arrays[step], self.one[0])))

    def speculate(self, length: int) -> Seen | None:
        """Play several steps, then look at their points."""
        for here, one in zip(self.sets[self.here], self.one, strict=True):
            one[...] = here[:1] if here.ndim else here
        x, program = self.one[0], self.program
        for row in self.line[:length]:
            row[...] = x[0]
            for function, arguments in program:
                function(*arguments)
        values = self._looked_at(self.line[:length])
        if any(values[guard].any() for guard in self.guards):
            return None
        f, size, *observed = (np.broadcast_to(values[part][:, None], (length, 2)) for part in self.asked)
        return Seen(np.broadcast_to(self.line[:length, None], (length, 2, x.shape[1])), f, size, observed)

    def _looked_at(self, points: Array) -> dict[Traced, Array]:
        """Return what there is to see at these points, (K, n)."""

        def value(part: Any) -> Any:
            if isinstance(part, list):
                return [*map(value, part)]
            if isinstance(part, Traced):
                return values[part]
            return _of_points(part, len(points)) if isinstance(part, np.ndarray) else part

        values = {self.sources[0]: points} | {
            part: _of_points(one, len(points)) for part, one in self.constants.items()
        }
        for function, inputs, options, out, _ in self.after:
            values[out] = function(*map(value, inputs), **options)
        return values

    def commit(self, length: int) -> None:
        """Take over where the stretch led if all was well."""
        super().commit(length)
        if length:
            self.here = 0
            for first, one in zip(self.sets[0], self.one, strict=True):
                first[...] = one


def _of_points(constant: Array, points: int) -> Array:
    """Return a constant that has a row for each of the two runs with one for every point."""
    if constant.ndim == 2 and constant.shape[0] == 2:
        return np.broadcast_to(constant[:1], (points, constant.shape[1]))
    return constant.reshape(-1)[0] if constant.shape == (2,) and is_uniform(constant) else constant
