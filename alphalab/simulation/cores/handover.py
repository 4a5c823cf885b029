"""Histories go from a worker process to its owner: left in the memory of the one, read from there by the other.

Sending them takes longer than the runs, and so does memory that both can write: 2 us for the first touch of every 4 kB.
A worker keeps what it has left until a note says that it has been read; the memory then serves for what comes next.
Where the system has no such reading (process_vm_readv of Linux) or a worker is on another machine, nobody finds notes,
and the histories are sent.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import math
import os
import threading
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

CHUNK = 2**20  # bytes read at once: they go on to their place while they are in cache
IDLE = 5.0  # seconds for which memory waits for its next use
PAUSE = 0.01  # seconds between two looks at the notes
TOKEN_BYTES = 16


class Left(NamedTuple):
    """What a worker has left of a part, by name: (address, shape, dtype); `mark` is where it has the token."""

    process: int
    part: int
    mark: int
    arrays: Mapping[str, tuple[int, tuple[int, ...], str]]


class Notes(NamedTuple):
    """A file without a name that says which parts have been read: a token, then a byte for every part."""

    path: str
    token: bytes

    def wait_for(self, part: int) -> bool:
        """Whether these notes are still there, and do not say that this part has been read."""
        try:
            descriptor = os.open(self.path, os.O_RDONLY)
        except OSError:
            return False
        try:
            there = os.pread(descriptor, TOKEN_BYTES, 0) == self.token
            return there and os.pread(descriptor, 1, TOKEN_BYTES + part) != b"\1"
        finally:
            os.close(descriptor)

    def leave(self, part: int, arrays: Mapping[str, np.ndarray]) -> Left | None:
        """Keep the arrays of a part, made by `room`, until they have been read, once earlier ones have been.

        None where nobody will read them.
        """
        if not arrays or not self.wait_for(part):
            return None
        mark, memory = np.frombuffer(self.token, np.uint8), next(iter(arrays.values())).base
        _keeps.acquire()
        threading.Thread(target=self._keep, args=(part, mark, memory), daemon=True).start()
        places = {name: (array.ctypes.data, array.shape, array.dtype.str) for name, array in arrays.items()}
        return Left(os.getpid(), part, mark.ctypes.data, places)

    def _keep(self, part: int, _: np.ndarray, memory: np.ndarray) -> None:
        while self.wait_for(part):
            time.sleep(PAUSE)
        _spare[id(memory)] = memory
        _keeps.release()
        time.sleep(IDLE)
        _spare.pop(id(memory), None)

    def read(self, left: Left, places: Mapping[str, np.ndarray]) -> None:
        """Read what was left into the arrays in `places`, and note that; raises OSError where it cannot be read."""
        mark = np.empty(TOKEN_BYTES, np.uint8)
        _read(left.process, left.mark, mark)
        if mark.tobytes() != self.token:
            raise ProcessLookupError(f"process {left.process} is another one now")
        for name, place in places.items():
            _read_rows(left.process, *left.arrays[name], place)
        self._write(b"\1", TOKEN_BYTES + left.part)

    def withdraw(self) -> None:
        """Let all histories be sent from now on, in this sweep and in later ones."""
        self._write(bytes(TOKEN_BYTES), 0)
        _refused.set()

    def _write(self, what: bytes, where: int) -> None:
        descriptor = os.open(self.path, os.O_WRONLY)
        try:
            os.pwrite(descriptor, what, where)
        finally:
            os.close(descriptor)


def room(names: Sequence[str], shape: tuple[int, ...], dtype: str) -> dict[str, np.ndarray]:
    """Return arrays with anything in them, in memory that this process has at hand: fresh memory costs time."""
    size = len(names) * math.prod(shape) * np.dtype(dtype).itemsize
    found = (_spare.pop(key, None) for key in list(_spare))  # None where a thread has just let it go
    memory = next((one for one in found if one is not None and one.nbytes >= size), np.empty(size, np.uint8))
    return dict(zip(names, memory[:size].view(dtype).reshape(len(names), *shape), strict=True))


@contextlib.contextmanager
def handed_over() -> Iterator[Notes | None]:
    """Give notes as long as the block lasts; None where no process can read another's memory."""
    if _refused.is_set() or not _can_read():
        yield None
        return
    token, descriptor = uuid.uuid4().bytes, os.memfd_create("alphalab")
    try:
        os.pwrite(descriptor, token, 0)
        yield Notes(f"/proc/{os.getpid()}/fd/{descriptor}", token)
    finally:
        os.close(descriptor)


_spare: dict[int, np.ndarray] = {}  # memory of what has been read, by its id
_keeps = threading.Semaphore()  # whether this process keeps what has not been read
_refused = threading.Event()  # set once the system did not let a worker be read


class _Span(ctypes.Structure):
    _fields_ = (("address", ctypes.c_void_p), ("size", ctypes.c_size_t))


@functools.cache
def _can_read() -> bool:
    """Whether the system has such a reading and does not forbid it altogether."""
    if not hasattr(os, "memfd_create") or not hasattr(ctypes.CDLL(None), "process_vm_readv"):
        return False
    there, here = np.ones(1), np.zeros(1)
    try:
        _read(os.getpid(), there.ctypes.data, here)
    except OSError:
        return False
    return bool(here == there)


def _read_rows(process: int, address: int, shape: tuple[int, ...], dtype: str, place: np.ndarray) -> None:
    """Copy the contiguous array of another process that lies there into `place`, of the same shape."""
    row = np.dtype(dtype).itemsize * math.prod(shape[1:])
    chunk = np.empty((max(1, CHUNK // row), *shape[1:]), dtype)
    for first in range(0, len(place), len(chunk)):
        part = chunk[: len(place) - first]
        _read(process, address + first * row, part)
        place[first : first + len(part)] = part


def _read(process: int, address: int, into: np.ndarray) -> None:
    """Fill a contiguous array with what lies at an address of another process."""
    here, there = _Span(into.ctypes.data, into.nbytes), _Span(address, into.nbytes)
    library, none = ctypes.CDLL(None, use_errno=True), ctypes.c_ulong(0)
    one = ctypes.c_ulong(1)
    library.process_vm_readv.restype = ctypes.c_ssize_t
    read = library.process_vm_readv(process, ctypes.byref(here), one, ctypes.byref(there), one, none)
    if read != into.nbytes:
        raise OSError(ctypes.get_errno(), f"the memory of process {process} cannot be read")
