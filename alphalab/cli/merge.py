"""alphalab merge: stores joined, what is missing in them, and a sweep as a file."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from alphalab.cli.settings import check_target, notes
from alphalab.cli.show import print_json, print_table
from alphalab.simulation import Trajectory
from alphalab.simulation.described import unflattened
from alphalab.simulation.export import FORMATS, check_format, export
from alphalab.simulation.store import StoredSweep, merge, sweeps
from alphalab.words import counted


def describe(command: argparse.ArgumentParser) -> None:
    """Add the options."""
    command.description = "Take into the first store all that the others keep, and tell what is missing of every sweep."
    command.add_argument("stores", nargs="+", metavar="DIR", help="stores; the first one receives")
    command.add_argument("--export", type=Path, metavar="FILE", help=f"write a sweep: {', '.join(FORMATS)}")
    command.add_argument("--sweep", metavar="NAME", help="which (default: the only one)")
    command.add_argument("--json", action="store_true", help="print JSON")
    command.set_defaults(act=act)


def act(args: argparse.Namespace) -> int:
    """Join, tell, export."""
    if args.sweep and not args.export:
        raise ValueError(f"--sweep {args.sweep} says which sweep --export FILE writes: give both")
    if args.export:
        check_format(args.export)
        check_target(args.export, "--export")
    store = args.stores[0]
    with notes():
        merge(store, *args.stores[1:])  # also without others: it looks whether what is here is whole
        found = sweeps(store)
        rows = [row(sweep) for sweep in found]
        written = export(stored_run(chosen(found, args.sweep)), args.export) if args.export else None
    if args.json:
        print_json({"sweeps": rows, "exported": written})
    else:
        print_table(rows)
        print(f"exported {written}" if written else f"{counted(len(rows), 'sweep')} in {args.stores[0]}")
    return 0


def row(sweep: StoredSweep) -> dict[str, Any]:
    """Return what a sweep is and how much of it is there."""
    settings = sweep.header["settings"]
    return {
        "sweep": sweep.name,
        "optimizer": settings["optimizer"].partition("(")[0],
        **{name: settings[name] for name in ("problem", "n", "steps")},
        "runs": len(sweep.runs.keys),
        "missing": sweep.missing(),
    }


def stored_run(sweep: StoredSweep) -> Trajectory:
    """Return a stored sweep as `simulate` did; raises ValueError where runs are missing."""
    told = sweep.header
    coordinates = {name: np.asarray(values) for name, values in told["coordinates"].items()}
    batch, dims = tuple(told["batch"]), tuple(told["dims"])
    return unflattened(sweep.arrays(), batch, dims, coordinates, told["settings"], told["environment"])


def chosen(found: Sequence[StoredSweep], name: str | None) -> StoredSweep:
    """Return the sweep called `name`, or the only one."""
    named = {sweep.name: sweep for sweep in found}
    if name is None and len(named) == 1:
        return next(iter(named.values()))
    if name not in named:
        known = ", ".join(named) or "none"
        raise ValueError(f"--sweep: {'give one of' if name is None else f'{name!r} is unknown; there is'} {known}")
    return named[name]
