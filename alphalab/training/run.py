"""A training from its beginning or its last checkpoint to its end, kept as a table.

A checkpoint is the whole training, pickled between two stretches of it; it is read again by the same command alone.
Being a pickle it can run code when it is read: take none from people you do not trust.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import platform
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from alphalab.curves import Results, read
from alphalab.files import written_whole
from alphalab.training.catalogue import Entry
from alphalab.training.setting import Setting
from alphalab.training.tasks import Task
from alphalab.version import version

EVERY = 60.0  # seconds between two checkpoints, at least
SHARE = 20.0  # and this many times what the last one took
OWN = "alphalab"  # its version is told, not compared: older tables have none, and a clone that is not installed


def about(name: str, made: Task, needs: Sequence[str]) -> dict[str, Any]:
    """Return what all runs of a task have in common: hyperparameters, their sources, versions."""
    versions = {package: importlib.metadata.version(package) for package in ("numpy", *needs)}
    return {
        "task": name,
        "hyperparameters": made.hyperparameters(),
        "sources": made.sources(),
        "versions": versions | {OWN: version(), "python": platform.python_version()},
        **{key: getattr(made, key) for key in ("score", "select", "better", "unit")},
    }


def train(
    entry: Entry,
    settings: Sequence[Setting],
    seeds: Sequence[int],
    steps: int,
    folder: Path,
    tick: Callable[[int], object] = lambda step: None,
) -> Results:
    """Train an agent per setting and seed, and return the task's table in `folder`, these runs among its rows.

    Runs that are there already are not made again; what was cut off goes on from its checkpoint there. `tick` hears
    of the steps done. Raises ValueError where the table is of other hyperparameters or versions.
    """
    made, path = entry.make(), folder / f"{entry.name}.csv"
    common = about(entry.name, made, entry.needs)
    agents = missing(kept(path, common), settings, seeds, steps)
    if agents:
        told = [(one.text, one.learning_rate, seed) for one, seed in agents]
        key = json.dumps([compared(common), told, steps], sort_keys=True)
        place = folder / f"{entry.name}-{hashlib.sha256(key.encode()).hexdigest()[:12]}.checkpoint"
        training = finished(made, agents, steps, place, tick)
        found = kept(path, common).extended(training.rows())  # read again: somebody else may have written
        found.write(path)
        place.unlink(missing_ok=True)
    return kept(path, common)


def missing(known: Results, settings: Sequence[Setting], seeds: Sequence[int], steps: int) -> list[tuple[Setting, int]]:
    """Return (setting, seed) of the runs that are not in the table, agents of one kind side by side."""
    order = sorted(dict.fromkeys(settings), key=lambda one: (one.kind, one))
    pairs = [(one, seed) for one in order for seed in dict.fromkeys(seeds)]
    return [(one, seed) for one, seed in pairs if (one.text, one.learning_rate, seed, steps) not in known.runs]


def kept(path: Path, common: dict[str, Any]) -> Results:
    """Return the table in a file, an empty one where there is none; ValueError where it is of other settings."""
    if not path.is_file():
        return Results(common, [])
    found = read(path)
    Results(compared(found.about), []).check(compared(common), str(path))
    return found


def compared(common: dict[str, Any]) -> dict[str, Any]:
    """Return what runs in one table must have in common: all but alphalab's own version, which the first run tells."""
    return common | {"versions": {name: one for name, one in common.get("versions", {}).items() if name != OWN}}


def finished(
    made: Task, agents: Sequence[tuple[Setting, int]], steps: int, place: Path, tick: Callable[[int], object]
) -> Any:
    """Return a training that is done, from its checkpoint at `place` on where there is one."""
    import torch

    if place.is_file():
        training = torch.load(place, weights_only=False)
    else:
        training = made.start([setting for setting, _ in agents], [seed for _, seed in agents], steps)
    torch.set_num_threads(1)  # a sum over several is split by their number
    due = time.perf_counter() + EVERY
    while not training.done:
        training.advance()
        tick(training.step)
        if (began := time.perf_counter()) >= due and not training.done:
            with written_whole([place]) as (draft,):
                torch.save(training, draft)
            now = time.perf_counter()
            due = now + max(EVERY, SHARE * (now - began))
    return training
