"""A plan cut into parts, whole blocks each, made here or side by side by joblib, and put into one result.

joblib decides where a part is made: `jobs`, or what `joblib.parallel_config` says (backend="dask" takes a sweep to a
cluster). A part is some tenths of a second of work: sending it costs nothing beside that, a kill loses little.
Processes of this machine write histories into one memory map of their owner's; others send them.
"""

from __future__ import annotations

import contextlib
import functools
import math
import os
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, NamedTuple, TypeVar

import numpy as np

from alphalab.simulation.described import header
from alphalab.simulation.memory import SMALL, part_bytes
from alphalab.simulation.plan import BLOCK_ELEMENTS, RECORD, Plan, columns
from alphalab.simulation.store import StoredRuns
from alphalab.workers import are_local, in_parallel

WORK = 5e7  # elements times steps in a part: some tenths of a second
DELAY = 2.0  # seconds after which progress is shown
Done = TypeVar("Done")
Arrays = Mapping[str, np.ndarray]


class Result(NamedTuple):
    """What runs left, by name, over all runs of a flat batch; and how many were made, not found in a store."""

    arrays: dict[str, np.ndarray]
    computed: int


def computed(
    plan: Plan,
    *,
    wanted: Collection[str] | None = None,
    rows: np.ndarray | None = None,
    jobs: int | None = None,
    memory: int | str | None = None,
    store: str | os.PathLike[str] | None = None,
) -> Result:
    """Make the runs of a plan that the store has not, and return what all left, of the `wanted` names where given.

    Where `rows` of its flat batch are given, in ascending order, these are made and the others are left out.
    """
    workers = cores(jobs)
    if (workers, memory, wanted, rows, store) == (1, None, None, None, None) and plan.runs * plan.run_bytes() < SMALL:
        arrays = plan.empty(plan.shapes(0), plan.runs)
        with progress(plan, plan.runs) as tick:
            plan.run(arrays, tick)
        return Result(arrays, plan.runs)
    shapes = plan.shapes(plan.runs)
    names = [name for name in shapes if wanted is None or name in wanted]
    kept = sum(math.prod(shapes[name][0]) * shapes[name][1].itemsize for name in names) / plan.runs
    limit = part_bytes(plan, kept, 1 if workers == 1 or prefer(plan) == "threads" else workers + 1, memory)
    stored = None if store is None else StoredRuns.begun(store, plan, header(plan))
    rows = np.arange(plan.runs) if rows is None else rows
    with shared_arrays(plan, workers) as shared:  # what the makers of parts write into themselves
        arrays = {name: shared.get(name) for name in names}
        arrays |= plan.empty([name for name in names if name not in shared], plan.runs)
        missing = rows if stored is None else stored.read(rows, arrays)
        parts = cut(plan, missing, workers, limit)
        workers = max(1, min(workers, len(parts)))
        tasks = (functools.partial(made, plan.part(part), part, columns_of(shared, part)) for part in parts)
        how = {"prefer": prefer(plan), "batch_size": 1, "pre_dispatch": f"{workers} + 1"}  # more only takes memory
        with (
            progress(plan, len(missing)) as tick,
            contextlib.closing(in_parallel(tasks, workers, **how)) as done,  # an error here ends the workers at once
        ):
            for part, left in done:
                put(part, left, arrays)
                if stored is not None:
                    stored.keep(part, {**left, **columns_of(shared, part)})
                tick(plan.steps * math.ceil(len(part) / plan.width))
        return Result({name: np.asarray(array) for name, array in arrays.items()}, len(missing))


def cores(jobs: int | None) -> int:
    """Return how many parts are made at once; None is what joblib.parallel_config says, else 1."""
    if jobs is not None and (isinstance(jobs, bool) or not isinstance(jobs, int | np.integer) or jobs == 0):
        raise ValueError(f"jobs must be a whole number, not 0 (-1: one per core), got {jobs!r}")
    if jobs == 1 or (jobs is None and "joblib" not in sys.modules):  # joblib takes 0.1 s to import
        return 1
    import joblib

    return int(joblib.effective_n_jobs(jobs))


def prefer(plan: Plan) -> str:
    """Compiled blocks, and NumPy in long loops, let other threads go on; below that processes pay."""
    return "threads" if plan.library == "jax" or plan.problem.n >= BLOCK_ELEMENTS else "processes"


def cut(plan: Plan, rows: np.ndarray, jobs: int, part_bytes: float) -> list[np.ndarray]:
    """Cut the rows into parts of whole blocks, a few for each job, none of which leaves more than `part_bytes`."""
    blocks = max(1, int(WORK) // (plan.width * plan.problem.n * plan.steps))
    blocks = max(1, min(blocks, len(rows) // (plan.width * jobs)))
    size = max(2, min(blocks * plan.width, int(part_bytes) // plan.run_bytes()))
    return [rows[low : low + size] for low in range(0, len(rows), size)]


def made(part: Plan, rows: np.ndarray, places: Arrays) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Make the runs of a part; write them into the places where there are, and return (rows, the rest by name)."""
    left = part.empty([name for name in part.shapes(0) if name not in places], part.runs)
    part.run({**left, **places}, lambda steps: None)
    return rows, left


def put(rows: np.ndarray, left: Arrays, arrays: Arrays) -> None:
    """Put what the runs of these rows left into its places, as far as it is wanted."""
    for name, part in left.items():
        if name in arrays:
            place, where = arrays[name], consecutive(rows)
            place[(..., where) if name.startswith(RECORD) else where] = part


def consecutive(rows: np.ndarray) -> np.ndarray | slice:
    """Return consecutive rows as a slice: views instead of copies."""
    whole = len(rows) > 0 and rows[-1] - rows[0] == len(rows) - 1
    return slice(int(rows[0]), int(rows[-1]) + 1) if whole else rows


def columns_of(arrays: Arrays, rows: np.ndarray) -> dict[str, np.ndarray]:
    """Return the columns of these rows, to write into; none where the rows do not lie side by side."""
    if not isinstance(consecutive(rows), slice):
        return {}
    return {name: columns(name, array, rows) for name, array in arrays.items()}


@contextlib.contextmanager
def shared_arrays(plan: Plan, workers: int) -> Iterator[dict[str, np.ndarray]]:
    """Give the histories that processes of this machine write, in memory maps; none where no such process works.

    On Linux the files have no names, so that a kill leaves nothing behind.
    """
    shapes = {name: shape for name, shape in plan.shapes(plan.runs).items() if len(shape[0]) == 2 and RECORD in name}
    if workers == 1 or prefer(plan) == "threads" or not shapes or not are_local():
        yield {}
        return
    linux = sys.platform.startswith("linux")
    with contextlib.ExitStack() as files:
        maps = {}
        for name, (shape, dtype) in shapes.items():
            file = files.enter_context(
                tempfile.TemporaryFile(dir="/dev/shm") if linux else tempfile.NamedTemporaryFile()
            )
            file.truncate(math.prod(shape) * dtype.itemsize)
            path = f"/proc/{os.getpid()}/fd/{file.fileno()}" if linux else file.name
            maps[name] = np.memmap(path, dtype, "r+", shape=shape)
        yield maps


@contextlib.contextmanager
def progress(plan: Plan, runs: int) -> Iterator[Callable[[int], Any]]:
    """Give a function to call after steps of a block: a bar on a terminal after two seconds, nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda steps: None
        return
    from rich.console import Console
    from rich.progress import Progress

    began, bar = time.monotonic(), Progress(console=Console(stderr=True), transient=True)
    task = bar.add_task("steps", total=plan.steps * math.ceil(runs / plan.width))

    def tick(steps: int) -> None:
        bar.advance(task, steps)
        if not bar.live.is_started and time.monotonic() - began > DELAY:
            bar.start()

    try:
        yield tick
    finally:
        bar.stop()
