"""Tasks side by side in processes of joblib, which end with the process that began them."""

from __future__ import annotations

import contextlib
import functools
import math
import os
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable, Generator, Iterable, Iterator
from typing import Any, TypeVar

Done = TypeVar("Done")


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
        owner = os.getpid() if how.get("prefer") != "threads" and are_local() else None
        results = _killed_when_interrupted(parallel(delayed(_bound)(owner, SearchPath(), task) for task in tasks))
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


class SearchPath:
    """Where this process looks for modules: a worker looks there too from when it reads this, before it reads its task.

    It may have begun in another folder, before the path was changed.
    """

    def __reduce__(self) -> tuple[Callable[[list[str]], None], tuple[list[str]]]:
        """Nothing is sent but the path."""
        return _look_in, ([os.path.abspath(folder) for folder in sys.path],)


def _look_in(path: list[str]) -> None:
    sys.path.extend(folder for folder in path if folder not in sys.path)


def _bound(owner: int | None, path: SearchPath, task: Callable[[], Done]) -> Done:
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
    # it would take 300 MB more, such as an import of torch, for a leak, and leave; or collect garbage every second
    process_executor._MEMORY_LEAK_CHECK_DELAY = math.inf


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
            from joblib.externals.loky import reusable_executor

            if executor := reusable_executor._executor:  # `get_reusable_executor` makes one where joblib ended its own
                executor.shutdown(wait=False, kill_workers=True)
        raise


def are_local() -> bool:
    """Whether joblib's workers are processes of this machine."""
    import joblib

    backend, _ = joblib.parallel.get_active_backend(prefer="processes")
    return type(backend).__name__ in ("LokyBackend", "MultiprocessingBackend")
