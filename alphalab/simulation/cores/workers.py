"""Processes of joblib that do tasks side by side, and end with the process that began them."""

from __future__ import annotations

import functools
import os
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

Result = TypeVar("Result")


def side_by_side(
    tasks: Iterable[Callable[[], Result]], jobs: int, *, ordered: bool = False, **how: Any
) -> Iterator[Result]:
    """Return the results of the tasks as they are ready, or in order, from so many processes (-1: one per core).

    The processes begin at once; with one job it is this one, task by task as results are asked for. `how` is for
    joblib.Parallel. No worker outlives an error, Ctrl-C or the death of this process.
    """
    if jobs == 1:
        return (task() for task in tasks)
    from joblib import Parallel, delayed

    parallel = Parallel(n_jobs=jobs, return_as="generator" if ordered else "generator_unordered", **how)
    return _killed_when_interrupted(parallel(delayed(bound_to)(os.getpid(), task) for task in tasks))


def bound_to(owner: int, task: Callable[[], Result]) -> Result:
    """Do a task in a worker, which ends soon after the process `owner`, that began it: joblib's would wait for ever."""
    if os.getppid() == owner:
        _leave_after(owner)
    return task()


@functools.cache
def _leave_after(owner: int) -> None:
    def watch() -> None:
        while os.getppid() == owner:
            time.sleep(1.0)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _killed_when_interrupted(results: Iterator[Result]) -> Iterator[Result]:
    try:
        yield from results
    except BaseException:
        if "joblib.externals.loky" in sys.modules:
            from joblib.externals.loky import get_reusable_executor

            get_reusable_executor().shutdown(wait=False, kill_workers=True)
        raise
