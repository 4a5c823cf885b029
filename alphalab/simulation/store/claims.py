"""Who makes which runs now, so that processes that share a store share the work as well.

    claim      entered before a part is made, said again every BEAT seconds, taken back when the part is stored
    void       after PATIENCE seconds of silence, and at once where the process that said it is gone from this machine

Claims save work and nothing depends on them: two that make the same run make the same bits.
"""

from __future__ import annotations

import contextlib
import os
import platform
import threading
import time
import uuid
from collections.abc import Callable, Iterator

import numpy as np

from alphalab.simulation.store.store import KEY, Store

BEAT, PATIENCE = 5.0, 30.0


class Claims:
    """The claims of one sweep in one process, on runs of a context."""

    def __init__(self, store: Store, context: str) -> None:
        self.store, self.context = store, context
        self.owner = f"{platform.node()}/{os.getpid()}/{uuid.uuid4().hex}"

    def take(self, keys: np.ndarray) -> np.ndarray:
        """Return which of these runs nobody else is making, (runs,) truths; from now on they are claimed."""
        others = "SELECT rowid, keys, owner, said FROM claims WHERE context = ? AND owner != ?"
        with self.store.ledger() as ledger:
            ledger.execute("BEGIN IMMEDIATE")  # two that ask at once: one after the other
            free = np.ones(len(keys), dtype=bool)
            for row, theirs, owner, said in ledger.execute(others, (self.context, self.owner)).fetchall():
                if lives(owner, said):
                    free &= ~np.isin(keys, np.frombuffer(theirs, KEY))
                else:
                    ledger.execute("DELETE FROM claims WHERE rowid = ?", (row,))
            if free.any():
                mine = (self.context, keys[free].tobytes(), self.owner, time.time())
                ledger.execute("INSERT INTO claims (context, keys, owner, said) VALUES (?, ?, ?, ?)", mine)
        return free

    def give_back(self, keys: np.ndarray) -> None:
        """Take the claim on exactly these runs back: they are stored."""
        mine = (self.context, self.owner, keys.tobytes())
        with self.store.ledger() as ledger:
            ledger.execute("DELETE FROM claims WHERE context = ? AND owner = ? AND keys = ?", mine)

    @contextlib.contextmanager
    def alive(self) -> Iterator[None]:
        """Say the claims again and again as long as this lasts, then take all of them back."""
        over = threading.Event()
        beating = threading.Thread(target=self._beat, args=(over.wait,), daemon=True)
        beating.start()
        try:
            yield
        finally:
            over.set()
            beating.join()
            self._tell("DELETE FROM claims WHERE owner = ?", self.owner)

    def _beat(self, over: Callable[[float], bool]) -> None:
        while not over(BEAT):
            self._tell("UPDATE claims SET said = ? WHERE owner = ?", time.time(), self.owner)

    def _tell(self, words: str, *values: float | str) -> None:
        """Write to the ledger; where that fails the others come to the same end a little later."""
        with contextlib.suppress(OSError, ValueError), self.store.ledger() as ledger:
            ledger.execute(words, values)


def lives(owner: str, said: float) -> bool:
    """Whether who said this is still at work, as far as can be told from here."""
    if abs(time.time() - said) > PATIENCE:
        return False
    machine, process, _ = owner.rsplit("/", 2)
    if machine != platform.node() or os.name != "posix":
        return True
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except OSError:  # it is somebody else's
        return True
    return True
