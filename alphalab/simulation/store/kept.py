"""The runs of a plan in a store: which are there already, and a place for the others."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from alphalab.arrays import leaves, map_arrays, to_numpy
from alphalab.simulation.arithmetic import kernels
from alphalab.simulation.cores.gathered import Gathered, named
from alphalab.simulation.described import header
from alphalab.simulation.loop.block import Block
from alphalab.simulation.plan import Plan
from alphalab.simulation.store.claims import Claims
from alphalab.simulation.store.identity import BELOW, code_version, fingerprint, version_of
from alphalab.simulation.store.store import KEY, Part, Store, StoredSweep
from alphalab.simulation.trajectory import Trajectory

CHUNK = 65_536  # rows that are hashed at once


class Kept:
    """Runs, told by their keys, and a store; `missing` marks those that are not known to be there."""

    def __init__(self, store: Store, context: str, keys: np.ndarray) -> None:
        self.store, self.context, self.keys = store, context, keys
        self.order = np.argsort(keys, kind="stable")
        self.sorted = keys[self.order]
        self.missing = np.ones(len(keys), dtype=bool)
        self.found: list[tuple[Part, np.ndarray, np.ndarray]] = []
        self.claims = Claims(store, context)
        self.seen = 0  # the number of the last entry of the ledger that was looked at

    @classmethod
    def begun(cls, store: Store, plan: Plan) -> Kept:
        """Return the runs of a plan, entered into the ledger as a sweep."""
        kept, told = cls(store, context_of(plan), keys_of(plan)), header(plan)
        name = fingerprint("the sweep", [kept.context, kept.keys.tobytes(), told["dims"], told["batch"]])
        store.begin(StoredSweep(name[:12], kept.context, kept.keys, told))
        return kept

    def look(self) -> None:
        """Note in `found` what is stored by now and was missing: (part, rows, places), rows[i] at places[i]."""
        for part in self.store.parts(self.context, self.seen):
            self.seen = part.number
            rows, places = self._among(part.keys)
            self.missing[rows] = False
            if len(rows):
                self.found.append((part, rows, places))

    def _among(self, keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the missing rows that have one of these keys, and which."""
        first, end = (np.searchsorted(self.sorted, keys, side) for side in ("left", "right"))
        count = end - first  # equal rows have equal keys
        places = np.repeat(np.arange(len(keys)), count)
        within = np.arange(len(places)) - np.repeat(np.cumsum(count) - count, count)
        rows = self.order[first[places] + within]
        fresh = self.missing[rows]
        return rows[fresh], places[fresh]

    def read(self, gathered: Gathered) -> None:
        """Put what is stored into its place; what turns out to be damaged is missing again."""
        self.look()
        while self.found:
            part, rows, places = self.found.pop()
            if gathered.wanted != ():
                arrays = self.store.arrays(self.context, part)
                self.missing[rows] = arrays is None
                gathered.put(rows, arrays or {}, places)

    def claimed(self, rows: np.ndarray) -> np.ndarray:
        """Return those of these rows that are missing and that nobody else is making; now they are claimed."""
        self.look()
        rows = rows[self.missing[rows]]
        if len(rows):
            rows = rows[self.claims.take(self.keys[rows])]
            self.look()  # what somebody stored, and took the claim back, before this claim was made
        return rows[self.missing[rows]]

    def keep(self, rows: np.ndarray, block: Block) -> None:
        """Store a block of these rows."""
        self.store.keep(self.context, self.keys[rows], named(block))
        self.claims.give_back(self.keys[rows])
        self.missing[rows] = False


def stored_run(store: Store, sweep: StoredSweep) -> Trajectory:
    """Return a stored sweep as `simulate` did; raises ValueError where runs are missing."""
    told = sweep.header
    kept, gathered = Kept(store, sweep.context, sweep.keys), Gathered(len(sweep.keys))
    kept.read(gathered)
    if kept.missing.any():
        raise ValueError(f"sweep {sweep.name}: {kept.missing.sum()} of {len(sweep.keys)} runs are missing")
    return Trajectory(
        **gathered.fields(tuple(told["batch"])),
        dims=tuple(told["dims"]),
        coordinates={name: np.asarray(values) for name, values in told["coordinates"].items()},
        settings=told["settings"],
        environment=told["environment"],
    )


def context_of(plan: Plan) -> str:
    """Return the hash of all that the runs of a plan have in common, and of what computes them."""
    common = [
        fingerprint(f"problem {plan.problem.name!r}", plan.problem),
        fingerprint("the optimizer", map_arrays(lambda values: str(values.dtype), plan.optimizer)),
        fingerprint("observe", tuple(plan.observe)),
        (plan.steps, plan.tolerance, str(plan.x0.dtype), plan.library, version_of(plan.library)),
        (code_version(*BELOW), np.__version__, kernels()),
    ]
    return fingerprint("the sweep", common)


def keys_of(plan: Plan) -> np.ndarray:
    """Return a key for every run: the hash of its hyperparameters and of its start."""
    chunks = [np.arange(low, min(low + CHUNK, plan.runs)) for low in range(0, plan.runs, CHUNK)]
    return np.concatenate([_keys(plan.part(rows)) for rows in chunks])


def _keys(plan: Plan) -> np.ndarray:
    columns = [to_numpy(values).reshape(plan.runs, -1) for values in (*leaves(plan.optimizer), plan.x0)]
    return _hashed([np.ascontiguousarray(column).view(np.uint8).reshape(plan.runs, -1) for column in columns])


def _hashed(columns: Sequence[np.ndarray]) -> np.ndarray:
    content = np.concatenate(columns, axis=1)
    width, whole = content.shape[1], memoryview(content.tobytes())
    pieces = (whole[start : start + width] for start in range(0, len(whole), width))
    digests = b"".join(hashlib.blake2b(piece, digest_size=KEY.itemsize).digest() for piece in pieces)
    return np.frombuffer(digests, KEY)
