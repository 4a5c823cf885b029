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
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from alphalab.memory import SMALL, bytes_of, check_fits
from alphalab.progress import progress
from alphalab.simulation.described import header
from alphalab.simulation.plan import BLOCK_ELEMENTS, RECORD, Plan, at
from alphalab.simulation.store import StoredRuns
from alphalab.words import counted, size
from alphalab.workers import are_local, in_parallel

WORK = 5e7  # elements times steps in a part: some tenths of a second
KEPT = 1e7  # the same in a part that is stored, so that many steps of few numbers are no minute
PART_BYTES = 2**26  # what a part leaves, at most, where no memory limit is given
COPIES = 3  # of a part in flight: here, in a worker, and on the way
PROCESS_BYTES = 2**27  # of Python, NumPy and one block in a process
RUN_BYTES = 128  # of a run beside what it leaves: its number, its status in words, its rank, its key in a store
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
        arrays = plan.empty(plan.shapes(0), plan.runs)  # what most runs need, so that a reader sees it at once
        with progress("steps", plan.ticks(plan.runs)) as tick:
            plan.run(arrays, tick)
        return Result(arrays, plan.runs)
    shapes = plan.shapes(plan.runs)
    names = [name for name in shapes if wanted is None or name in wanted]
    kept = sum(math.prod(shapes[name][0]) * shapes[name][1].itemsize for name in names) / plan.runs
    here = workers == 1 or prefer(plan) == "threads"
    limit = part_bytes(plan, kept, 1 if here else workers + 1, memory)
    stored = None if store is None else StoredRuns.begun(store, plan, header(plan))
    rows = np.arange(plan.runs) if rows is None else rows
    with shared_arrays(plan, here) as shared:
        arrays = plan.empty([name for name in names if name not in shared], plan.runs)
        arrays |= {name: shared[name] for name in names if name in shared}
        places = arrays if here else shared  # what the makers of parts write into themselves
        missing = rows if stored is None else stored.read(rows, arrays)
        if stored is not None and plan.library != "jax":  # what a kill loses is some seconds of work
            limit = min(limit, plan.run_bytes() * (KEPT // (plan.problem.n * plan.steps)))
        parts = cut(plan, missing, workers, limit)
        workers = max(1, min(workers, len(parts)))
        how: dict[str, Any] = {"prefer": prefer(plan), "batch_size": 1, "pre_dispatch": f"{workers} + 1"}
        with contextlib.ExitStack() as opened:
            tick = opened.enter_context(progress("steps", plan.ticks(len(missing))))
            tell = tick if here else None
            tasks = (functools.partial(made, plan.part(part), part, views(places, part), tell) for part in parts)
            done = opened.enter_context(contextlib.closing(in_parallel(tasks, workers, **how)))  # an error ends workers
            for part, left in done:
                for name in left.keys() & arrays.keys():
                    arrays[name][at(name, part)] = left[name]
                if stored is not None:
                    stored.keep(part, {**left, **views(places, part)})
                if not here:
                    tick(plan.ticks(len(part)))
        return Result({name: np.asarray(array) for name, array in arrays.items()}, len(missing))


def part_bytes(plan: Plan, kept: float, processes: int, memory: int | str | None) -> float:
    """Return what a part may leave, so that all in flight and the `kept` bytes of every run fit into `memory`.

    Raises ValueError where the results alone do not, or do not fit into what is free.
    """
    total = kept_bytes(plan.runs, kept)
    results = f"the results of {counted(plan.runs, 'run')}"
    check_fits(total, results)
    if memory is None:
        return PART_BYTES
    others = processes * PROCESS_BYTES
    left, least = bytes_of(memory) - total - others, COPIES * (processes + 1) * 2 * plan.run_bytes()
    if left < least:
        raise ValueError(
            f"memory: {memory} is too little: {results} take {size(total)}, {counted(processes, 'process', 'es')} "
            f"{size(others)}; at least {-(-(total + others + least) // 2**20):.0f}M are needed; "
            "observe less or cut the sweep"
        )
    return min(PART_BYTES, left / (COPIES * (processes + 1)))


def kept_bytes(runs: int, each: float) -> float:
    """Return what so many runs take as results, each of which leaves so many bytes."""
    return runs * (each + RUN_BYTES)


def cores(jobs: int | None) -> int:
    """Return how many tasks are done at once; None is what joblib.parallel_config says, else 1; -1: one per core."""
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
    """Cut the rows into parts, a few for each job, none of which leaves more than `part_bytes`.

    Parts are whole blocks, where there are fewer blocks than jobs as much of one as every job can have.
    """
    most = plan.width * max(1, int(WORK) // (plan.width * plan.problem.n * plan.steps))
    size = share = max(1, math.ceil(len(rows) / jobs))
    if share > plan.width or plan.library == "jax":  # a compiled block has one width
        size = plan.width * max(1, share // math.ceil(share / most) // plan.width)  # of as many parts for every job
    size = int(max(2, min(size, part_bytes // plan.run_bytes())))
    return [rows[low : low + size] for low in range(0, len(rows), size)]


def made(
    part: Plan, rows: np.ndarray, places: Arrays, tick: Callable[[int], Any] | None
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Make the runs of a part; write them into the places where there are, and return (rows, the rest by name)."""
    left = part.empty([name for name in part.shapes(0) if name not in places], part.runs)
    part.run({**left, **places}, tick or (lambda steps: None))
    return rows, left


def views(arrays: Arrays, rows: np.ndarray) -> dict[str, np.ndarray]:
    """Return the parts of the arrays that are these runs', to write into; none where they do not lie side by side."""
    found = {name: array[at(name, rows)] for name, array in arrays.items()}
    return found if all(np.may_share_memory(found[name], arrays[name]) for name in found) else {}


@contextlib.contextmanager
def shared_arrays(plan: Plan, here: bool) -> Iterator[dict[str, np.ndarray]]:
    """Give the histories that processes of this machine write, in memory maps; none where no such process works.

    On Linux the files have no names, so that a kill leaves nothing behind.
    """
    shapes = {name: shape for name, shape in plan.shapes(plan.runs).items() if len(shape[0]) == 2 and RECORD in name}
    if here or not shapes or not are_local():
        yield {}
        return
    linux = sys.platform.startswith("linux")
    with contextlib.ExitStack() as files:
        maps: dict[str, np.ndarray] = {}
        for name, (shape, dtype) in shapes.items():
            made_here = tempfile.TemporaryFile if linux else tempfile.NamedTemporaryFile
            file = files.enter_context(made_here(dir="/dev/shm" if linux else None))
            file.truncate(math.prod(shape) * dtype.itemsize)
            path = f"/proc/{os.getpid()}/fd/{file.fileno()}" if linux else file.name
            maps[name] = np.memmap(path, dtype, "r+", shape=shape)
        yield maps
