"""Histories go from a worker process to its owner: left in the memory of the one, read from there by the other.

Sending them takes longer than the runs, and so does memory that both can write: 2 us for the first touch of every 4 kB.
A worker keeps what it has left until a note says that it has been read; the memory then serves for what comes next. A
mark beside what is kept is wiped out first: who finds it after reading has read the right numbers. Where the system
has no such reading (process_vm_readv of Linux) or a worker is on another machine, nobody finds notes, and the
histories are sent.
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
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np

CHUNK = 2**20  # bytes read at once: they go on to their place while they are in cache
IDLE = 5.0  # seconds for which memory waits for its next use
PAUSE = 0.01  # seconds between two looks at the notes
TOKEN_BYTES = 16


class Left(NamedTuple):
    """What a worker has left of a part, by name: (address, shape, dtype); `mark` is the address of the mark."""

    process: int
    part: int
    mark: int
    arrays: Mapping[str, tuple[int, tuple[int, ...], str]]


# ------------------------------------------------------------------- the worker


class Notes(NamedTuple):
    """A file without a name that says which parts have been read: a token, then a byte for every part."""

    path: str
    token: bytes

    def wait_for(self, part: int) -> bool:
        """Whether these notes are there, and do not say that this part has been read."""
        try:
            descriptor = os.open(self.path, os.O_RDONLY | os.O_NONBLOCK)  # by now it may be a pipe of the owner's
            try:
                there = os.pread(descriptor, TOKEN_BYTES, 0) == self.token
                return there and os.pread(descriptor, 1, TOKEN_BYTES + part) != b"\1"
            finally:
                os.close(descriptor)
        except OSError:
            return False

    def mark_of(self, part: int) -> bytes:
        """Return what stands beside a part that is kept."""
        return self.token + part.to_bytes(8, "little")

    def leave(self, part: int, arrays: Mapping[str, np.ndarray]) -> Left | None:
        """Keep the arrays of a part, made by `room`, until they have been read, once earlier ones have been.

        None where nobody will read them.
        """
        while arrays and self.wait_for(part):
            with _lock:
                _look()
                if not _unread:
                    mark = np.frombuffer(self.mark_of(part), np.uint8).copy()
                    _unread.append(_Kept(self, part, mark, next(iter(arrays.values())).base))
                    _tidy_later()
                    places = {name: (array.ctypes.data, array.shape, array.dtype.str) for name, array in arrays.items()}
                    return Left(os.getpid(), part, mark.ctypes.data, places)
            time.sleep(PAUSE)
        return None


class _Kept(NamedTuple):
    notes: Notes
    part: int
    mark: np.ndarray
    memory: Any


_lock = threading.Lock()  # of what this process keeps: what has not been read, and memory with the time of its last use
_unread: list[_Kept] = []  # one at most
_spare: list[tuple[float, np.ndarray]] = []
_tidying: list[threading.Thread] = []


def room(names: Sequence[str], shape: tuple[int, ...], dtype: str) -> dict[str, np.ndarray]:
    """Return arrays with anything in them, in memory that this process has at hand: fresh memory costs time."""
    size, memory = len(names) * math.prod(shape) * np.dtype(dtype).itemsize, None
    with _lock:
        _look()
        while size and _spare and (memory is None or memory.nbytes < size):
            _, memory = _spare.pop()
    if memory is None or memory.nbytes < size:
        memory = np.empty(size, np.uint8)
    return dict(zip(names, memory[:size].view(dtype).reshape(len(names), *shape), strict=True))


def _look() -> None:
    """Find out whether what is kept has been read."""
    if _unread and not _unread[0].notes.wait_for(_unread[0].part):
        kept = _unread.pop()
        kept.mark[...] = 0
        _spare.append((time.monotonic(), kept.memory))


def _tidy_later() -> None:
    """See to it that a thread, no more than one, lets go what is idle, and ends with it."""
    if not _tidying:
        _tidying.append(threading.Thread(target=_tidy, daemon=True))
        _tidying[0].start()


def _tidy() -> None:
    while _tidying:
        time.sleep(IDLE / 5)
        with _lock:
            _look()
            _spare[:] = [(since, memory) for since, memory in _spare if time.monotonic() - since < IDLE]
            if not _unread and not _spare:
                _tidying.clear()


# -------------------------------------------------------------------- the owner


class Handover(NamedTuple):
    """The owner's side: its notes, and the descriptor with which it writes them."""

    notes: Notes
    descriptor: int

    def read(self, left: Left, places: Mapping[str, np.ndarray]) -> None:
        """Read what was left into the arrays in `places`; raises OSError where it cannot be read.

        In any case it need not be kept any longer.
        """
        wanted = self.notes.mark_of(left.part)
        mark = np.empty(len(wanted), np.uint8)
        try:
            with ThreadPoolExecutor() as pool:  # the last parts are read when the cores have nothing else to do
                list(pool.map(lambda name: _read_rows(left.process, *left.arrays[name], places[name]), places))
            _read(left.process, left.mark, mark)
        finally:
            os.pwrite(self.descriptor, b"\1", TOKEN_BYTES + left.part)
        if mark.tobytes() != wanted:
            raise ProcessLookupError(f"process {left.process} does not keep part {left.part} any more")

    def withdraw(self) -> None:
        """Let all histories be sent from now on, in this sweep and in later ones."""
        os.pwrite(self.descriptor, bytes(TOKEN_BYTES), 0)
        _refused.set()


_refused = threading.Event()  # set once the system did not let a worker be read


@contextlib.contextmanager
def handover() -> Iterator[Handover | None]:
    """Give one for as long as the block lasts; None where no process can read another's memory."""
    if _refused.is_set() or not _can_read():
        yield None
        return
    token, descriptor = uuid.uuid4().bytes, os.memfd_create("alphalab")
    try:
        os.pwrite(descriptor, token, 0)
        yield Handover(Notes(f"/proc/{os.getpid()}/fd/{descriptor}", token), descriptor)
    finally:
        os.close(descriptor)


@functools.cache
def _can_read() -> bool:
    """Whether the system has such notes and such a reading, and does not forbid them altogether."""
    if not hasattr(os, "memfd_create"):
        return False
    there, here = np.ones(1), np.zeros(1)
    try:
        os.close(os.memfd_create("alphalab"))
        _read(os.getpid(), there.ctypes.data, here)
    except (OSError, AttributeError):  # forbidden, or not there
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


class _Span(ctypes.Structure):
    _fields_ = (("address", ctypes.c_void_p), ("size", ctypes.c_size_t))


@functools.cache
def _process_vm_readv() -> Any:
    function = ctypes.CDLL(None, use_errno=True).process_vm_readv
    spans = ctypes.POINTER(_Span), ctypes.c_ulong
    function.argtypes, function.restype = (ctypes.c_int, *spans, *spans, ctypes.c_ulong), ctypes.c_ssize_t
    return function


def _read(process: int, address: int, into: np.ndarray) -> None:
    """Fill a contiguous array with what lies at an address of another process."""
    here, there = _Span(into.ctypes.data, into.nbytes), _Span(address, into.nbytes)
    if _process_vm_readv()(process, here, 1, there, 1, 0) != into.nbytes:
        raise OSError(ctypes.get_errno(), f"the memory of process {process} cannot be read")
