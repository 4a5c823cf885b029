"""What is to be run: a flat batch of runs, any part of which is such a batch again.

A run does not depend on the batch it is in (the law of batch invariance), so a plan may be cut anywhere.
"""

from __future__ import annotations

import dataclasses
import functools
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from alphalab.arrays import Array, map_arrays, namespace, to_numpy
from alphalab.optimizers import Optimizer
from alphalab.problems.problem import Problem
from alphalab.simulation.loop.block import Block, run_block
from alphalab.simulation.loop.layout import cuts_of, placed
from alphalab.simulation.observables import watches


@dataclasses.dataclass(frozen=True)
class Plan:
    """An optimizer on a problem from x0, (*batch', n), for `steps` steps; batch is x0's and the optimizer's.

    dims names its axes, coordinates their values where they are known.
    """

    optimizer: Optimizer
    problem: Problem
    x0: Array
    batch: tuple[int, ...]
    steps: int
    observe: Sequence[str | Callable[..., Array]]
    tolerance: float
    dims: tuple[str, ...] = ()
    coordinates: Mapping[str, np.ndarray] = dataclasses.field(default_factory=dict)

    @property
    def runs(self) -> int:
        """How many runs there are."""
        return math.prod(self.batch)

    def part(self, rows: np.ndarray) -> Plan:
        """Return the plan of these runs of the flat batch alone, in ascending order, its batch (len(rows),)."""
        optimizer = map_arrays(lambda values: self.pick(values, tuple(values.shape), rows), self.optimizer)
        x0 = self.pick(self.x0, tuple(self.x0.shape[:-1]), rows)
        return dataclasses.replace(self, optimizer=optimizer, x0=x0, batch=(len(rows),), dims=("run",), coordinates={})

    def pick(self, values: Array, shape: tuple[int, ...], rows: np.ndarray) -> Array:
        """Return the rows of `values`, (*shape, ...) with a shape that broadcasts to the batch, as (len(rows), ...)."""
        xp = namespace(values)
        flat = values if len(shape) == 1 else xp.reshape(values, (-1, *values.shape[len(shape) :]))
        if len(rows) == self.runs == flat.shape[0]:  # all of them, in order
            return flat
        places = np.broadcast_to(np.arange(math.prod(shape)).reshape(shape), self.batch).flat[rows]
        return xp.take(flat, xp.asarray(places, device=values.device), axis=0)

    @property
    def library(self) -> str:
        """The name of the array library of the points."""
        return namespace(self.x0).__name__.removeprefix("array_api_compat.").partition(".")[0]

    @property
    def dtype(self) -> str:
        """The name of the dtype of the points."""
        return str(self.x0.dtype).rpartition(".")[2]

    @functools.cached_property
    def kept(self) -> list[tuple[str, bool, bool]]:
        """What is recorded: its name, if as a fold, if by a user's function; ValueError for what cannot be."""
        return [
            (one.name, one.fold is not None, one.given) for one in watches(self.observe, self.problem, self.optimizer)
        ]

    def watched(self) -> list[str]:
        """Return the names of what is recorded; raises ValueError for what cannot be."""
        return [name for name, _, _ in self.kept]

    def histories(self) -> list[str]:
        """Return the names of the histories whose dtype is that of x0."""
        return [name for name, fold, given in self.kept if not (fold or given)]

    def empty_histories(self, names: Iterable[str], runs: int) -> dict[str, np.ndarray]:
        """Return arrays for these histories of so many runs, (steps, runs), with nothing in them yet."""
        return {name: np.empty((self.steps, runs), self.dtype) for name in names}

    def run_bytes(self) -> int:
        """Return the size of what a run leaves: two points, six numbers, and every history."""
        numbers = sum(1 if fold else self.steps for _, fold, _ in self.kept)
        return (2 * self.problem.n + 6 + numbers) * 8

    def run(self, tick: Callable[[int], Any], histories: Mapping[str, np.ndarray]) -> Block:
        """Run all of a flat plan, block by block, and return what is left as NumPy arrays.

        The histories for which there is an array, (steps, runs), are written there, and left out of the result.
        """
        blocks = []
        with np.errstate(all="ignore"):
            for low, high in cuts_of(self.runs, self.x0):
                alone = high - low == 1 and isinstance(self.x0, np.ndarray)  # goes as two, see `layout`
                rows = np.asarray([low, low]) if alone else np.arange(low, high)
                runner, x = placed(self.optimizer, self.x0, self.batch, rows)
                places = {name: whole[:, low:high] for name, whole in histories.items()}
                given = places if isinstance(self.x0, np.ndarray) and not alone else {}
                block = run_block(runner, self.problem, x, self.steps, self.observe, self.tolerance, tick, given)
                for name, place in places.items():
                    record = block.records.pop(name)
                    if record is not place:
                        place[...] = to_numpy(record)[:, : high - low]
                blocks.append(_as_numpy(block, high - low))
        return _joined(blocks)


def _as_numpy(block: Block, runs: int) -> Block:
    """Return the block as NumPy arrays, the twin of a lone run dropped."""
    records = {name: to_numpy(record)[..., :runs] for name, record in block.records.items()}
    return Block(records, *(to_numpy(part)[:runs] for part in block[1:]))


def _joined(blocks: Sequence[Block]) -> Block:
    """Return blocks as one block, its points copies that nobody else holds."""
    records = blocks[0].records
    if len(blocks) > 1:
        records = {name: np.concatenate([block.records[name] for block in blocks], axis=-1) for name in records}
    return Block(records, *(np.concatenate(parts) for parts in zip(*(block[1:] for block in blocks), strict=True)))
