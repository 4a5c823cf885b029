"""Carry out a plan: read from the store what is there, spread the rest over the cores, put all into its place."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Collection, Iterator
from typing import Any

import numpy as np

from alphalab.simulation.arithmetic import one_blas_thread
from alphalab.simulation.cores.gathered import RECORD, Gathered, named
from alphalab.simulation.cores.spread import cores, cut, part_bytes, spread
from alphalab.simulation.loop.layout import cuts_of
from alphalab.simulation.plan import Plan
from alphalab.simulation.store.kept import Kept
from alphalab.simulation.store.store import Store

WAIT = 0.2  # seconds between two looks at what others are making


def carried_out(
    plan: Plan,
    *,
    wanted: Collection[str] | None = None,
    rows: np.ndarray | None = None,
    jobs: int | None = None,
    memory: int | str | None = None,
    store: str | os.PathLike[str] | None = None,
) -> Gathered:
    """Run the plan and return the results, of the `wanted` names where given.

    Where `rows` of its flat batch are given, in ascending order, these are run and the results of no others are there.
    """
    workers, gathered = cores(jobs), Gathered(plan.runs, wanted)
    limit = part_bytes(plan, wanted, workers, memory)
    rows = np.arange(plan.runs) if rows is None else rows
    if store is None:
        parts = cut(plan, rows, workers, limit)
        _computed(plan, parts, gathered, workers)
        return gathered
    kept = Kept.begun(Store(store), plan)
    with kept.claims.alive():
        while True:
            kept.read(gathered)
            parts = cut(plan, rows[kept.missing[rows]], workers, limit)
            if not parts:
                return gathered
            before = gathered.computed
            _computed(plan, parts, gathered, workers, kept)
            if gathered.computed == before:  # others are making all that is missing
                time.sleep(WAIT)


def _computed(plan: Plan, parts: list[np.ndarray], gathered: Gathered, workers: int, kept: Kept | None = None) -> None:
    """Compute parts and put them into their places."""
    workers = min(workers, len(parts))
    names = [name for name in plan.histories() if kept is not None or gathered.wants(RECORD + name)]
    here = kept is None and (workers > 1 or isinstance(plan.x0, np.ndarray))
    histories = plan.empty_histories(names if here else (), plan.runs)
    gathered.arrays |= {RECORD + name: history for name, history in histories.items()}
    total = plan.steps * sum(len(cuts_of(len(rows), plan.x0)) for rows in parts)
    with one_blas_thread(), _progress(total) as tick:
        todo = parts if kept is None else _unclaimed(parts, kept)
        # closed at an error here: else the workers, of a later sweep too, would be ended once the error is forgotten
        with contextlib.closing(spread(plan, todo, workers, tick, names, histories)) as done:
            for rows, block in done:
                if kept is not None:
                    kept.keep(rows, block)
                gathered.put(rows, named(block))
                gathered.computed += len(rows)


def _unclaimed(parts: list[np.ndarray], kept: Kept) -> Iterator[np.ndarray]:
    """Yield parts without what another process has stored since or is making: so they share the work."""
    for rows in parts:
        rest = kept.claimed(rows)
        if len(rest):
            yield rest


@contextlib.contextmanager
def _progress(total: int) -> Iterator[Callable[[int], Any]]:
    """Give a function to call after some steps: a bar after two seconds on a terminal, nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda steps: None
        return
    from tqdm import tqdm

    with tqdm(total=total, delay=2.0, unit="step", leave=False) as bar:
        yield bar.update
