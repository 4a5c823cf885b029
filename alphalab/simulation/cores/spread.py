"""A plan cut into parts, and the parts spread over cores or machines by joblib.

A part is some tenths of a second of work: sending it costs nothing beside that, a kill loses little. joblib decides
where it runs: `jobs`, or what `joblib.parallel_config` says (backend="dask" takes a sweep to a cluster).
"""

from __future__ import annotations

import contextlib
import functools
import sys
from collections.abc import Callable, Collection, Generator, Iterable, Mapping
from typing import Any

import numpy as np

from alphalab.arrays import backend
from alphalab.simulation.arithmetic import one_blas_thread
from alphalab.simulation.cores.free import check_fits, size
from alphalab.simulation.cores.gathered import plainly
from alphalab.simulation.cores.handover import Handover, Left, Notes, handover, room
from alphalab.simulation.cores.workers import side_by_side
from alphalab.simulation.loop.block import Block
from alphalab.simulation.loop.layout import BLOCK_ELEMENTS, cuts_of
from alphalab.simulation.plan import Plan

WORK = 5e7  # elements times steps in a part: some tenths of a second
PART_BYTES = 2**26  # what a part leaves, at most, where no memory limit is given
COPIES = 3  # of a part in flight: here, in a worker, and on the way
PROCESS_BYTES = 2**27  # of Python, NumPy and one block in a process
RUN_BYTES = 128  # of a run beside what it leaves: its number, its status in words, its rank, its key in a store


def cores(jobs: int | None) -> int:
    """Return how many parts run at once; None is what joblib.parallel_config says, else 1."""
    if jobs is not None and (isinstance(jobs, bool) or not isinstance(jobs, int | np.integer) or jobs == 0):
        raise ValueError(f"jobs must be a whole number, not 0 (-1: one per core), got {jobs!r}")
    if jobs == 1 or (jobs is None and "joblib" not in sys.modules):  # joblib takes 0.1 s to import
        return 1
    import joblib

    return int(joblib.effective_n_jobs(jobs))


def cut(plan: Plan, rows: np.ndarray, jobs: int, part_bytes: float) -> list[np.ndarray]:
    """Cut the runs `rows` of a plan into even parts, for each of the jobs as many."""
    if not len(rows):
        return []
    low, high = cuts_of(plan.runs, plan.x0)[0]
    width = max(high - low, int(WORK) // (plan.problem.n * plan.steps))
    width = max(2, min(width, int(part_bytes) // plan.run_bytes()))
    rounds = -(-len(rows) // (width * jobs))
    return np.array_split(rows, max(1, min(rounds * jobs, len(rows) // 2)))


def part_bytes(plan: Plan, wanted: Collection[str] | None, jobs: int, memory: int | str | None) -> float:
    """Return what a part may leave, so that all in flight and the results that are kept fit into `memory`.

    Raises ValueError where the results alone do not, or do not fit into what is free.
    """
    kept = kept_bytes(plan.runs, plan.run_bytes() if wanted is None else 8 * len(wanted))
    twin = plan.run_bytes() if plan.runs == 1 else 0  # a lone run goes as two
    results = f"the results of {counted(plan.runs, 'run')}"
    check_fits(kept + twin, results)
    if memory is None:
        return PART_BYTES
    limit = bytes_of(memory)
    processes = 1 if jobs == 1 or _prefer(plan) == "threads" else jobs + 1
    left = limit - kept - processes * PROCESS_BYTES
    least = COPIES * (jobs + 1) * 2 * plan.run_bytes()
    if left < least:
        raise ValueError(
            f"memory: {memory} is too little: {results} take {size(kept)}, {counted(processes, 'process', 'es')} "
            f"{size(processes * PROCESS_BYTES)}; at least {-(-(limit - left + least) // 2**20)}M are needed; "
            "observe less or cut the sweep"
        )
    return min(PART_BYTES, left / (COPIES * (jobs + 1)))


def kept_bytes(runs: int, each: int) -> int:
    """Return what so many runs take as results, each of which leaves so many bytes."""
    return runs * (each + RUN_BYTES)


def counted(count: int, name: str, plural: str = "s") -> str:
    """Return "1 run", "2,000 runs"."""
    return f"{count:,} {name}{plural * (count != 1)}"


def bytes_of(memory: int | str) -> int:
    """Return 2 * 2**30 for "2G"; also K, M, T and plain numbers of bytes."""
    text = str(memory).strip().upper().removesuffix("B").removesuffix("I")
    power = " KMGT".find(text[-1:]) if text[-1:] in "KMGT" else 0
    try:
        amount = float(text[:-1] if power else text) * 1024**power
        if not 0 < amount < np.inf:
            raise ValueError
    except ValueError:
        raise ValueError(f"memory must be a size such as 500M or 2G, got {memory!r}") from None
    return int(amount)


def spread(
    plan: Plan,
    parts: Iterable[np.ndarray],
    jobs: int,
    tick: Callable[[int], Any],
    names: Collection[str],
    histories: Mapping[str, np.ndarray],
) -> Generator[tuple[np.ndarray, Block], None, None]:
    """Yield (rows, block) for every part as it is done; with one job here, where `tick` hears of every step.

    The histories called `names` are handed over; what is written to `histories` is left out of a block.
    """
    if jobs == 1:
        yield from ((rows, plan.part(rows).run(tick, columns(histories, rows))) for rows in parts)
        return
    ahead = f"{jobs} + 1"  # parts on the way: more would only take memory
    with handover() as desk:
        first, notes = _InFull(plan), desk.notes if desk else None
        tasks = (functools.partial(_done, first, plan.part(rows), rows, i, notes) for i, rows in enumerate(parts))
        done = side_by_side(tasks, jobs, prefer=_prefer(plan), batch_size=1, pre_dispatch=ahead)
        with contextlib.closing(done):
            for rows, made, left in done:
                block = _received(plan, rows, made, desk, left, names, histories) if desk and left else made
                tick(plan.steps * len(cuts_of(len(rows), plan.x0)))
                yield rows, block


def _prefer(plan: Plan) -> str:
    """NumPy lets other threads go on in long loops alone: below that, processes."""
    return "threads" if plan.problem.n >= BLOCK_ELEMENTS else "processes"


class _InFull:
    """Sent before jax's arrays, it lets them arrive in float64, to which a worker that began earlier was not told."""

    def __init__(self, plan: Plan) -> None:
        self.library = plan.library

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[str, ...]]:
        return (backend, ("jax",)) if self.library == "jax" else (str, ())


def _done(
    _: Any, part: Plan, rows: np.ndarray, number: int, notes: Notes | None
) -> tuple[np.ndarray, Block, Left | None]:
    histories = room(part.histories(), (part.steps, part.runs), part.dtype)
    with one_blas_thread():
        block = part.run(_nobody, histories)
    left = None if notes is None else notes.leave(number, histories)
    if left is None:
        block.records.update(histories)
    return rows, block, left


def _received(
    plan: Plan,
    rows: np.ndarray,
    block: Block,
    desk: Handover,
    left: Left,
    names: Collection[str],
    histories: Mapping[str, np.ndarray],
) -> Block:
    """Read what a worker has left, into the histories or into the block; run it here where it cannot be read."""
    places = columns(histories, rows)
    apart = plan.empty_histories((name for name in names if name not in places), len(rows))
    try:
        desk.read(left, {**places, **apart})
    except OSError as error:
        if isinstance(error, PermissionError):
            desk.withdraw()
        return plan.part(rows).run(_nobody, places)
    block.records.update(apart)
    return block


def columns(histories: Mapping[str, np.ndarray], rows: np.ndarray) -> Mapping[str, np.ndarray]:
    """Return the columns of these runs, to write to; none where the runs do not lie side by side."""
    place = plainly(rows)
    return {name: whole[:, place] for name, whole in histories.items()} if isinstance(place, slice) else {}


def _nobody(steps: int) -> None:
    """Nobody looks at the steps of a worker."""
