"""Processes of joblib that do tasks side by side, and end with the process that began them."""

from __future__ import annotations

import contextlib
import functools
import os
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

Result = TypeVar("Result")


def side_by_side(tasks: Iterable[Callable[[], Result]], jobs: int, **how: Any) -> Iterator[Result]:
    """Yield the results of the tasks as they are ready, from so many processes (-1: one per core); one is this one.

    `how` is for joblib.Parallel. No worker outlives an error, Ctrl-C or the death of this process.
    """
    if jobs == 1:
        yield from (task() for task in tasks)
        return
    from joblib import Parallel, delayed

    parallel, owner = Parallel(n_jobs=jobs, return_as="generator_unordered", **how), os.getpid()
    with _killed_when_interrupted():
        yield from parallel(delayed(bound_to)(owner, task) for task in tasks)


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


@contextlib.contextmanager
def _killed_when_interrupted() -> Iterator[None]:
    try:
        yield
    except BaseException:
        if "joblib.externals.loky" in sys.modules:
            from joblib.externals.loky import get_reusable_executor

            get_reusable_executor().shutdown(wait=False, kill_workers=True)
        raise
