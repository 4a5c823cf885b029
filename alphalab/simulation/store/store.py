"""A folder that keeps runs, so that none is made twice: resumable, incremental, shared by several processes.

    ledger.sqlite    parts: context, the keys of its runs, file        sweeps: context, the keys of all runs, header
                     claims: context, keys of runs that somebody is making now, who, when this was last said
    CHECKSUM.npz     what a part left; the name is the hash of the content

The context is all that the runs of a sweep have in common: problem, optimizer, steps, ..., and the code. The key of a
run is the hash of its own row of hyperparameters and of its start. A run does not depend on its neighbours, so it is
found again in whatever sweep it occurs. A file is there before the ledger says so: a kill loses what is in flight.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import sqlite3
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from alphalab.simulation.cores.spread import counted
from alphalab.simulation.whole import written_whole

LEDGER = "ledger.sqlite"
KEY = np.dtype("S16")  # trailing zero bytes are dropped from both sides of a comparison: still one to one
SCHEMA = """
CREATE TABLE IF NOT EXISTS parts (
    id INTEGER PRIMARY KEY AUTOINCREMENT, context TEXT NOT NULL, file TEXT NOT NULL, keys BLOB NOT NULL,
    UNIQUE (context, file));
CREATE TABLE IF NOT EXISTS sweeps (
    name TEXT PRIMARY KEY, context TEXT NOT NULL, keys BLOB NOT NULL, header TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS claims (context TEXT NOT NULL, keys BLOB NOT NULL, owner TEXT NOT NULL, said REAL NOT NULL);
"""
WAIT = 60.0  # seconds for other writers


class Part(NamedTuple):
    """Runs that are stored: the number of the entry, the file with what they left, their keys."""

    number: int
    file: str
    keys: np.ndarray


class StoredSweep(NamedTuple):
    """A sweep that was begun here: the keys of all its runs, stored or not, and what it is."""

    name: str
    context: str
    keys: np.ndarray
    header: dict[str, Any]


class Store:
    """The runs kept in a folder, which is made where it is not there."""

    def __init__(self, folder: str | os.PathLike[str], make: bool = True) -> None:
        if not os.fspath(folder):
            raise ValueError("store: '' is no folder; '.' is the current one")
        self.folder = Path(folder)
        if self.folder.exists() and not self.folder.is_dir():
            raise ValueError(f"store: {self.folder} is a file; give a folder")
        if not make and not (self.folder / LEDGER).is_file():
            raise ValueError(f"store: there is none in {self.folder}, it has no {LEDGER}")
        self.folder.mkdir(parents=True, exist_ok=True)
        with self.ledger() as ledger:
            if not ledger.execute("SELECT 1 FROM sqlite_master WHERE name = 'claims'").fetchone():
                ledger.executescript(SCHEMA)

    @contextlib.contextmanager
    def ledger(self) -> Iterator[sqlite3.Connection]:
        """Give a connection of its own, for threads and processes may come at once; all or nothing is written."""
        try:
            with contextlib.closing(sqlite3.connect(self.folder / LEDGER, timeout=WAIT)) as ledger, ledger:
                yield ledger
        except sqlite3.OperationalError as error:  # no room, no permission, no folder
            raise OSError(f"store: the ledger {self.folder / LEDGER} cannot be used: {error}") from None
        except sqlite3.DatabaseError as error:
            raise ValueError(
                f"store: the ledger {self.folder / LEDGER} is damaged ({error}); move it away to begin anew"
            ) from None

    def parts(self, context: str, after: int = 0) -> list[Part]:
        """Return what is stored of a context, oldest first, beginning after the part with this number."""
        wanted = "SELECT id, file, keys FROM parts WHERE context = ? AND id > ? ORDER BY id"
        with self.ledger() as ledger:
            rows = ledger.execute(wanted, (context, after)).fetchall()
        return [Part(number, file, np.frombuffer(keys, KEY)) for number, file, keys in rows]

    def keep(self, context: str, keys: np.ndarray, arrays: Mapping[str, np.ndarray]) -> None:
        """Store what the runs with these keys left."""
        buffer = io.BytesIO()
        np.savez(buffer, **arrays)  # type: ignore[arg-type]
        self.keep_bytes(context, keys, buffer.getvalue())

    def keep_bytes(self, context: str, keys: np.ndarray, content: bytes) -> None:
        """Store the content of a part's file, then say so in the ledger."""
        path = self.folder / f"{checksum(content)}.npz"
        if not path.exists():
            with written_whole([path]) as (draft,):
                draft.write_bytes(content)
        with self.ledger() as ledger:
            row = (context, path.name, keys.tobytes())
            ledger.execute("INSERT OR IGNORE INTO parts (context, file, keys) VALUES (?, ?, ?)", row)

    def arrays(self, context: str, part: Part) -> dict[str, np.ndarray] | None:
        """Return what the runs of a part left; None, after a warning, where the file is damaged."""
        content = self.content(context, part)
        if content is None:
            return None
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            return dict(file)

    def content(self, context: str, part: Part) -> bytes | None:
        """Return the content of a part's file; None, after a warning, where it is damaged: the part is forgotten."""
        path = self.folder / part.file
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            content = b""
        if path.stem == checksum(content):
            return content
        with self.ledger() as ledger:
            ledger.execute("DELETE FROM parts WHERE context = ? AND file = ?", (context, part.file))
        path.unlink(missing_ok=True)
        lost = counted(len(part.keys), "run")
        warnings.warn(f"store: {path} was damaged and is forgotten, with {lost}", stacklevel=2)
        return None

    def begin(self, sweep: StoredSweep) -> None:
        """Say what a sweep consists of, so that what is missing of it can be told."""
        row = (sweep.name, sweep.context, sweep.keys.tobytes(), json.dumps(sweep.header))
        with self.ledger() as ledger:
            ledger.execute("INSERT OR REPLACE INTO sweeps (name, context, keys, header) VALUES (?, ?, ?, ?)", row)

    def sweeps(self) -> list[StoredSweep]:
        """Return the sweeps that were begun here, oldest first."""
        with self.ledger() as ledger:
            rows = ledger.execute("SELECT name, context, keys, header FROM sweeps ORDER BY rowid").fetchall()
        return [
            StoredSweep(name, context, np.frombuffer(keys, KEY), json.loads(text)) for name, context, keys, text in rows
        ]

    def contexts(self) -> list[str]:
        """Return the contexts of which something is stored."""
        with self.ledger() as ledger:
            return [context for (context,) in ledger.execute("SELECT DISTINCT context FROM parts").fetchall()]

    def add(self, *others: Store) -> None:
        """Take over all that other stores keep; what is damaged here is forgotten first."""
        here = {(c, part.file) for c in self.contexts() for part in self.parts(c) if self.content(c, part) is not None}
        for other in others:
            for sweep in other.sweeps():
                self.begin(sweep)
            for context in other.contexts():
                for part in other.parts(context):
                    content = None if (context, part.file) in here else other.content(context, part)
                    if content is not None:
                        self.keep_bytes(context, part.keys, content)
                        here.add((context, part.file))


def checksum(content: bytes) -> str:
    """Return the name of a file with this content."""
    return hashlib.blake2b(content, digest_size=16).hexdigest()
