"""A folder that keeps runs, so that none is made twice: resumable, incremental, safe under a kill.

    FOLDER/CONTEXT/SWEEP.sweep.npz   the keys of all runs of a sweep, and what it is
    FOLDER/CONTEXT/PART.npz          the keys of some runs, and what they left

The context is the hash of all that the runs of a sweep have in common: problem, optimizer, steps, ..., and the code
that makes them. The key of a run is the hash of its own hyperparameters and its start. A run does not depend on its
neighbours, so it is found again in whatever sweep it occurs. A file appears whole or not at all; two processes may
make a part twice, and write the same.
"""

from __future__ import annotations

import contextlib
import dataclasses
import errno
import hashlib
import json
import os
import shutil
import sys
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from alphalab.arithmetic import kernels
from alphalab.arrays import is_array, leaves, map_arrays, namespace, to_numpy
from alphalab.digest import code_digest, digest
from alphalab.files import written_whole
from alphalab.simulation.plan import Plan, at
from alphalab.words import counted

KEY = np.dtype("S16")  # trailing zero bytes are dropped from both sides of a comparison: still one to one
CHUNK = 65_536  # runs whose keys are made at once
ABOVE = ("style", "torch", "optax", "curves", "claims", "experiments", "training", "cli", "__init__", "__main__")
DAMAGED = (ValueError, KeyError, EOFError, RuntimeError, zlib.error, zipfile.BadZipFile)
SWEEP = ".sweep.npz"


class StoredRuns:
    """The runs with these keys, in the folder of their context."""

    def __init__(self, folder: Path, keys: np.ndarray) -> None:
        self.folder, self.keys = folder, keys

    @classmethod
    def begun(cls, store: str | os.PathLike[str], plan: Plan, told: Mapping[str, Any]) -> StoredRuns:
        """Return the runs of a plan, entered into the store as a sweep that is `told`.

        Raises ValueError, naming it, for what no key tells from another.
        """
        runs = cls(checked_folder(store) / context_of(plan), keys_of(plan))
        shapes = {name: (shape, dtype.str) for name, (shape, dtype) in plan.shapes(plan.runs).items()}
        header = {"dims": plan.dims, "batch": plan.batch, "shapes": shapes, **told}
        name = digest(runs.folder.name, runs.keys.tobytes(), json.dumps([plan.dims, plan.batch]))[:12]
        try:
            runs.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ValueError(f"store: {os.fspath(store)} cannot be made: {error.strerror}") from error
        _write(runs.folder / (name + SWEEP), {"keys": runs.keys, "header": np.asarray(json.dumps(header))})
        return runs

    def read(self, rows: np.ndarray, arrays: Mapping[str, np.ndarray]) -> np.ndarray:
        """Put what is stored of these rows into the arrays; return the rows that are missing, in ascending order."""
        keys = self.keys[rows]
        order = np.argsort(keys, kind="stable")
        missing = np.ones(len(rows), dtype=bool)
        for path in parts(self.folder):
            with _damage_noticed(path), path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
                found, places = _matches(keys[order], file["keys"])
                found = order[found]
                found, places = found[missing[found]], places[missing[found]]
                for name in arrays if len(found) else ():
                    arrays[name][at(name, rows[found])] = file[name][at(name, places)]
                missing[found] = False
        return rows[missing]

    def keep(self, rows: np.ndarray, left: Mapping[str, np.ndarray]) -> None:
        """Store what the runs of these rows left."""
        keys = self.keys[rows]
        _write(self.folder / f"{digest(keys.tobytes())}.npz", {"keys": keys, **left})


def _matches(ordered: np.ndarray, keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return (i, j) of all pairs ordered[i] == keys[j]; `ordered` is sorted, and equal runs have equal keys."""
    first, end = (np.searchsorted(ordered, keys, side) for side in ("left", "right"))
    count = end - first
    j = np.repeat(np.arange(len(keys)), count)
    return first[j] + np.arange(len(j)) - np.repeat(np.cumsum(count) - count, count), j


@dataclasses.dataclass(frozen=True)
class StoredSweep:
    """A sweep that was begun in a store: its name, its runs, stored or not, and what it is."""

    name: str
    runs: StoredRuns
    header: Mapping[str, Any]

    def missing(self) -> int:
        """Return how many of its runs are not stored."""
        return len(self.runs.read(np.arange(len(self.runs.keys)), {}))

    def arrays(self) -> dict[str, np.ndarray]:
        """Return what its runs left, by name; raises ValueError where runs are missing."""
        count = len(self.runs.keys)
        found = {name: np.empty(shape, dtype) for name, (shape, dtype) in self.header["shapes"].items()}
        if len(missing := self.runs.read(np.arange(count), found)):
            raise ValueError(f"sweep {self.name}: {len(missing)} of {counted(count, 'run')} are missing")
        return found


def sweeps(store: str | os.PathLike[str]) -> list[StoredSweep]:
    """Return the sweeps that were begun in a store, oldest first."""
    found = []
    for path in sorted(checked_folder(store).glob(f"*/*{SWEEP}"), key=lambda path: path.stat().st_mtime_ns):
        with _damage_noticed(path), path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            runs = StoredRuns(path.parent, file["keys"])
            found.append(StoredSweep(path.name.removesuffix(SWEEP), runs, json.loads(str(file["header"]))))
    return found


def merge(store: str | os.PathLike[str], *others: str | os.PathLike[str]) -> None:
    """Take into a store all that others keep; what is damaged, here or there, is removed first."""
    into, rest = checked_folder(store), [checked_folder(other) for other in others]
    for folder in (*rest, *(() if rest else (into,))):
        if not any(folder.glob(f"*/*{SWEEP}")):
            raise ValueError(f"store: there is none in {folder}, it has no */*{SWEEP}")
    for folder in (into, *rest):
        for path in folder.glob("*/[!.]*.npz"):
            with _damage_noticed(path), zipfile.ZipFile(path) as file:
                if file.testzip():
                    raise zipfile.BadZipFile
        for path in folder.glob("*/[!.]*.npz") if folder != into else ():
            target = into / path.relative_to(folder)
            if not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                with written_whole([target]) as (draft,):
                    shutil.copyfile(path, draft)


def checked_folder(store: str | os.PathLike[str]) -> Path:
    """Return the folder of a store; raises ValueError where that is none."""
    if not isinstance(store, str | os.PathLike):
        raise ValueError(f"store: {store!r} is no folder; give its path")
    if not os.fspath(store):
        raise ValueError("store: '' is no folder; '.' is the current one")
    folder = Path(store)
    if folder.exists() and not folder.is_dir():
        raise ValueError(f"store: {folder} is a file; give a folder")
    return folder


def parts(folder: Path) -> list[Path]:
    """Return the files of the parts of a context."""
    return [path for path in sorted(folder.glob("[!.]*.npz")) if not path.name.endswith(SWEEP)]


def _write(path: Path, arrays: Mapping[str, np.ndarray]) -> None:
    with written_whole([path]) as (draft,), draft.open("xb") as file:
        np.savez(file, **arrays)  # type: ignore[arg-type]


@contextlib.contextmanager
def _damage_noticed(path: Path) -> Iterator[None]:
    """Remove a file whose content cannot be read, with a warning; one that is not there any more is as good as read."""
    try:
        yield
    except (*DAMAGED, OSError) as error:
        if isinstance(error, FileNotFoundError):
            return
        if isinstance(error, OSError) and error.errno != errno.EINVAL:  # that is: told to read before the beginning
            raise
        path.unlink(missing_ok=True)
        warnings.warn(f"store: {path} was damaged and is removed; its runs are made again", stacklevel=4)


# ------------------------------------------------------------------ what tells runs apart


def context_of(plan: Plan) -> str:
    """Return the hash of all that the runs of a plan have in common, and of what computes them."""
    optimizer = map_arrays(lambda values: str(values.dtype), plan.optimizer)
    told = [
        description(plan.problem, f"problem {plan.problem.name!r}"),
        description(optimizer, f"optimizer {plan.optimizer.name!r}"),
        [description(one, f"observe {getattr(one, '__name__', one)!r}") for one in plan.observe],
        [*(one.name for one in plan.recorders), plan.steps, plan.tolerance, plan.dtype],
        [plan.library, sys.modules[plan.library].__version__, code_digest(ABOVE), np.__version__, kernels()],
    ]
    return digest(json.dumps(told))


def description(thing: Any, what: str, key: str | None = None) -> Any:
    """Return what a thing is, as JSON: numbers, texts and arrays are their content, objects their class and fields.

    A function, or an object of a class that is not alphalab's, is told by the `key` of what holds it; without one it
    is refused by a ValueError that names `what`.
    """
    own = getattr(thing, "key", None)
    key = own if isinstance(own, str) else key
    if thing is None or isinstance(thing, bool | int | float | str):
        return repr(thing)
    if isinstance(thing, np.generic) or is_array(thing):
        values = to_numpy(thing)
        if values.dtype.kind in "biufcSU":
            return [namespace(thing).__name__, values.dtype.str, values.shape, digest(values.tobytes())]
    if isinstance(thing, tuple | list | Mapping):
        inside = thing.items() if isinstance(thing, Mapping) else thing
        return [type(thing).__name__, *(description(part, what, key) for part in inside)]
    if _is_known_by_name(thing):
        return [thing.__module__ if hasattr(thing, "__module__") else "numpy", thing.__name__]
    kind = type(thing)
    named = [f"{kind.__module__}.{kind.__qualname__}", key]
    if dataclasses.is_dataclass(thing) and (key or kind.__module__.startswith("alphalab.")):
        return named + [
            [field.name, description(getattr(thing, field.name), what, key)] for field in dataclasses.fields(thing)
        ]
    if key is None:
        held = f"{kind.__qualname__} {getattr(thing, '__name__', '')}".rstrip()
        raise ValueError(
            f"store: {what} holds {held}, which no store can tell from another one: give what holds it a key, a text "
            "that you change whenever it changes, such as CustomProblem(..., key='...'), "
            "al.observable(function, key='...'), or key = '...' in a class of yours"
        )
    return named


def _is_known_by_name(thing: Any) -> bool:
    """Whether a thing is a function or class of alphalab or NumPy, found under its own name."""
    if isinstance(thing, np.ufunc):
        return getattr(np, thing.__name__, None) is thing
    module = getattr(thing, "__module__", None) or ""
    home = sys.modules.get(module) if module.partition(".")[0] in ("alphalab", "numpy") else None
    return callable(thing) and home is not None and getattr(home, getattr(thing, "__qualname__", ""), None) is thing


def keys_of(plan: Plan) -> np.ndarray:
    """Return a key for every run: the hash of its hyperparameters and of its start."""
    chunks = [np.arange(low, min(low + CHUNK, plan.runs)) for low in range(0, plan.runs, CHUNK)]
    return np.concatenate([_keys(plan.part(rows)) for rows in chunks])


def _keys(plan: Plan) -> np.ndarray:
    shared = [np.broadcast_to(to_numpy(values), (plan.runs,)) for values in leaves(plan.optimizer)]
    columns = [values.reshape(plan.runs, -1) for values in (*shared, to_numpy(plan.x0))]
    content = np.concatenate([np.ascontiguousarray(column).view(np.uint8) for column in columns], axis=1)
    digests = (hashlib.blake2b(row.tobytes(), digest_size=KEY.itemsize).digest() for row in content)
    return np.frombuffer(b"".join(digests), KEY)
