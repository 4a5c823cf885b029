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
import signal
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping
from typing import Any, NamedTuple, TypeVar

import numpy as np

from alphalab.simulation.described import header
from alphalab.simulation.memory import part_bytes
from alphalab.simulation.plan import BLOCK_ELEMENTS, RECORD, Plan, columns
from alphalab.simulation.store import StoredRuns

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
    workers, limit = cores(jobs), math.inf
    shapes = plan.shapes(plan.runs)
    names = [name for name in shapes if wanted is None or name in wanted]
    kept = sum(math.prod(shapes[name][0]) * shapes[name][1].itemsize for name in names) / plan.runs
    limit = part_bytes(plan, kept, 1 if workers == 1 or prefer(plan) == "threads" else workers + 1, memory)
    if workers == 1 and store is None and rows is None and wanted is None:
        arrays = plan.empty(names, plan.runs)
        with progress(plan.steps * plan.blocks(plan.runs)) as tick:
            plan.run(arrays, tick)
        return Result(arrays, plan.runs)
    stored = None if store is None else StoredRuns.begun(store, plan, header(plan))
    return _in_parts(plan, names, np.arange(plan.runs) if rows is None else rows, workers, limit, stored)


def _in_parts(
    plan: Plan, names: Collection[str], rows: np.ndarray, workers: int, limit: float, stored: StoredRuns | None
) -> Result:
    """Read what is stored, make the other rows part by part, and put all into the arrays called `names`."""
    with shared_arrays(plan, workers) as shared:  # what the makers of parts write into themselves
        arrays = {name: shared.get(name, None) for name in names}
        arrays |= plan.empty([name for name in names if name not in shared], plan.runs)
        missing = rows if stored is None else stored.read(rows, arrays)
        parts = cut(plan, missing, workers, limit)
        workers = max(1, min(workers, len(parts)))
        tasks = (functools.partial(made, plan.part(part), part, columns_of(shared, part)) for part in parts)
        how = {"prefer": prefer(plan), "batch_size": 1, "pre_dispatch": f"{workers} + 1"}  # more only takes memory
        with (
            progress(plan.steps * plan.blocks(len(missing))) as tick,
            contextlib.closing(in_parallel(tasks, workers, **how)) as done,  # an error here ends the workers at once
        ):
            for part, left in done:
                put(part, left, arrays)
                if stored is not None:
                    stored.keep(part, {**left, **columns_of(shared, part)})
                tick(plan.steps * plan.blocks(len(part)))
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
    return "threads" if plan.engine == "scan" or plan.problem.n >= BLOCK_ELEMENTS else "processes"


def cut(plan: Plan, rows: np.ndarray, jobs: int, part_bytes: float) -> list[np.ndarray]:
    """Cut the rows into parts of whole blocks, a few for each job, none of which leaves more than `part_bytes`."""
    blocks = max(1, int(WORK) // (plan.width * plan.problem.n * plan.steps))
    blocks = max(1, min(blocks, plan.blocks(len(rows)) // jobs))
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
    if workers == 1 or prefer(plan) == "threads" or not shapes or not _local():
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


def _local() -> bool:
    """Whether joblib works with processes of this machine."""
    import joblib

    backend, _ = joblib.parallel.get_active_backend(prefer="processes")
    return type(backend).__name__ in ("LokyBackend", "MultiprocessingBackend")


@contextlib.contextmanager
def progress(total: int) -> Iterator[Callable[[int], Any]]:
    """Give a function to call after some steps: a bar on a terminal once two seconds have passed, nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda steps: None
        return
    from rich.console import Console
    from rich.progress import Progress

    began, bar = time.monotonic(), Progress(console=Console(stderr=True), transient=True)
    task = bar.add_task("steps", total=total)

    def tick(steps: int) -> None:
        bar.advance(task, steps)
        if not bar.live.is_started and time.monotonic() - began > DELAY:
            bar.start()

    try:
        yield tick
    finally:
        bar.stop()


# ------------------------------------------------------- tasks side by side, whatever they are


def in_parallel(
    tasks: Iterable[Callable[[], Done]], jobs: int, *, ordered: bool = False, **how: Any
) -> Generator[Done, None, None]:
    """Return the results of the tasks as they are ready, or in order, from so many processes (-1: one per core).

    The processes begin at once; with one job it is this one, task by task as results are asked for. `how` is for
    joblib.Parallel. No worker outlives an error, Ctrl-C or the death of this process.
    """
    if jobs == 1:
        return (task() for task in tasks)
    from joblib import Parallel, delayed

    parallel = Parallel(n_jobs=jobs, return_as="generator" if ordered else "generator_unordered", **how)
    with _no_ctrl_c():
        owner = os.getpid() if how.get("prefer") != "threads" and _local() else None
        results = _killed_when_interrupted(parallel(delayed(_bound)(owner, task) for task in tasks))
        next(results)  # a generator that was not begun does not hear that it is over
    return results


@contextlib.contextmanager
def _no_ctrl_c() -> Iterator[None]:
    """Begin processes that do not hear Ctrl-C, which would make them print where it met them: their owner ends them."""
    main = threading.current_thread() is threading.main_thread()  # others may not say so
    if not main or signal.getsignal(signal.SIGINT) is None:
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _bound(owner: int | None, task: Callable[[], Done]) -> Done:
    """Do a task in a worker, which ends soon after the process `owner`, that began it: joblib's would wait for ever."""
    if owner not in (None, os.getpid()):
        _leave_after(owner)
    return task()


@functools.cache
def _leave_after(owner: int) -> None:
    from joblib.externals.loky import process_executor

    def watch() -> None:
        while os.getppid() == owner:
            time.sleep(1.0)
        os._exit(1)

    if os.getppid() != owner:  # it was gone before the first task
        os._exit(1)
    threading.Thread(target=watch, daemon=True).start()
    process_executor._USE_PSUTIL = False  # it takes 300 MB more, such as an import of torch, for a leak, and leaves


def _killed_when_interrupted(results: Generator[Any, None, None]) -> Generator[Any, None, None]:
    try:
        yield None
        # not `yield from`, which would close them first, with joblib's warning
        for result in results:  # noqa: UP028
            yield result
    except BaseException:
        with warnings.catch_warnings():  # joblib would count the results that nobody wants any more
            warnings.simplefilter("ignore")
            results.close()
        if "joblib.externals.loky" in sys.modules:
            from joblib.externals.loky import get_reusable_executor

            get_reusable_executor().shutdown(wait=False, kill_workers=True)
        raise
