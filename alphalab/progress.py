"""How far a command is, told on a terminal to who waits for more than two seconds, with the time left."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

PATIENCE = 2.0  # seconds


@contextlib.contextmanager
def progress(what: str, total: int | None = None) -> Iterator[Callable[[int], Any]]:
    """Give a function that hears how much more of `what` is done; `total`, where known, is all of it.

    Nothing is shown where stderr is no terminal.
    """
    if not sys.stderr.isatty():
        yield lambda done: None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    of = f" of {total:,}" if total else ""
    left = (TextColumn("left"), TimeRemainingColumn()) if total else ()
    columns = SpinnerColumn(), TextColumn(f"{what}: {{task.completed:,}}{of}"), TimeElapsedColumn()
    console, both = Console(stderr=True, force_jupyter=False), sys.stdout.isatty()  # what is piped on stays so
    shown = Progress(*columns, *left, console=console, transient=True, redirect_stdout=both)
    task, began = shown.add_task(what, total=total), time.monotonic()

    def advance(done: int) -> None:
        shown.advance(task, done)
        if not shown.live.is_started and time.monotonic() - began > PATIENCE:
            shown.start()

    try:
        yield advance
    finally:
        shown.stop()
