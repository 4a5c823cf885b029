"""Files that appear whole or not at all: written as drafts beside their places, then put there."""

from __future__ import annotations

import contextlib
import errno
import os
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path


@contextlib.contextmanager
def written_whole(targets: Sequence[Path]) -> Iterator[list[Path]]:
    """Give a draft to write for every target; all are put in place at the end, after an error before that none is.

    A kill leaves at most drafts, ".NAME.....part". An error of the system names the target, not the draft.
    """
    drafts = [target.with_name(f".{target.name}.{uuid.uuid4().hex}.part") for target in targets]
    try:
        yield drafts
        for draft in drafts:
            _to_disk(draft)
        for target in targets:
            if target.is_dir():  # the one thing that a file beside it cannot replace
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), os.fspath(target))
        for draft, target in zip(drafts, targets, strict=True):
            os.replace(draft, target)
    except OSError as error:
        places = dict(zip(map(os.fspath, drafts), targets, strict=True))
        place = targets[0] if error.filename is None else places.get(os.fspath(error.filename))
        if error.errno is None or place is None:
            raise
        raise OSError(error.errno, error.strerror, os.fspath(place)) from None
    finally:
        for draft in drafts:
            draft.unlink(missing_ok=True)


def _to_disk(path: Path) -> None:
    """Wait until the content is on the disk: a name must not survive a power cut without it."""
    handle = os.open(path, os.O_RDWR)  # Windows flushes no file that was opened to read
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
