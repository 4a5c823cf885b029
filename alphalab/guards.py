"""What code asks of its numbers: looked at at once, or put off while the code is recorded or compiled.

    if possibly_any(norm == 0): ...          a guard: the usual case needs no more than to ask

Where nobody can look yet, the answer is no, and who put the questions off looks at the masks later: a step for which
one of them holds is made again by the plain code.
"""

from __future__ import annotations

import contextlib
import contextvars
from collections.abc import Iterator
from typing import Any

import numpy as np

Array = Any  # an array of any library that keeps the array API standard
_WAITING: contextvars.ContextVar[list[Array] | None] = contextvars.ContextVar("masks to be looked at", default=None)


def possibly_any(mask: Array) -> bool:
    """Return False where no element of `mask` is set, True where one is or where asking would wait for a device."""
    if isinstance(mask, np.ndarray | np.bool_):
        return bool(mask.any())
    if (waiting := _WAITING.get()) is None:
        return True
    waiting.append(mask)
    return False


@contextlib.contextmanager
def questions_put_off() -> Iterator[list[Array]]:
    """Answer every question with no, and give the list of the masks that were asked about."""
    masks: list[Array] = []
    token = _WAITING.set(masks)
    try:
        yield masks
    finally:
        _WAITING.reset(token)
