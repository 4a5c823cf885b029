"""Histories in memory that worker processes of this machine write into: sending them would take longer than the runs.

The memory has no name, only a descriptor of the process that made it, so that a kill leaves nothing behind. A worker
on another machine (or where the system has no such memory) does not find it, and sends its histories.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

HEADER = mmap.PAGESIZE  # holds the token by which a worker knows that it has found the right memory


class Room(NamedTuple):
    """Where the histories called `names` lie, (names, steps, runs)."""

    path: str
    token: bytes
    names: tuple[str, ...]
    shape: tuple[int, ...]
    dtype: str

    def histories(self) -> Mapping[str, np.ndarray]:
        """Return the histories by name, (steps, runs); none where this is not found."""
        whole = self._found()
        return {} if whole is None else dict(zip(self.names, whole, strict=True))

    def _found(self) -> np.ndarray | None:
        try:
            descriptor = os.open(self.path, os.O_RDWR)
        except OSError:
            return None
        try:
            return self._mapped(mmap.mmap(descriptor, 0))
        except (OSError, ValueError):
            return None
        finally:
            os.close(descriptor)

    def _mapped(self, memory: mmap.mmap) -> np.ndarray | None:
        if memory[: len(self.token)] != self.token:
            return None
        return np.frombuffer(memory, self.dtype, offset=HEADER).reshape(self.shape)


@contextlib.contextmanager
def own_histories(
    names: Sequence[str], steps: int, runs: int, dtype: Any
) -> Iterator[tuple[None, Mapping[str, np.ndarray]]]:
    """Give no room, and histories (steps, runs) by name of this process alone."""
    yield None, {name: np.empty((steps, runs), dtype) for name in names}


@contextlib.contextmanager
def shared_histories(
    names: Sequence[str], steps: int, runs: int, dtype: Any
) -> Iterator[tuple[Room | None, Mapping[str, np.ndarray]]]:
    """Give a room, as long as the block lasts, and the histories (steps, runs) by name, which outlive it.

    None and nothing where there are no histories or the system has no such memory.
    """
    if not names or not hasattr(os, "memfd_create"):
        yield None, {}
        return
    shape, dtype, token = (len(names), steps, runs), np.dtype(dtype), uuid.uuid4().bytes
    descriptor = os.memfd_create("alphalab")
    try:
        os.ftruncate(descriptor, HEADER + dtype.itemsize * len(names) * steps * runs)
        memory = mmap.mmap(descriptor, 0)
        memory[: len(token)] = token
        whole = np.frombuffer(memory, dtype, offset=HEADER).reshape(shape)
        path = f"/proc/{os.getpid()}/fd/{descriptor}"
        yield Room(path, token, tuple(names), shape, dtype.str), dict(zip(names, whole, strict=True))
    finally:
        os.close(descriptor)
