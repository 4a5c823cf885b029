"""alphalab merge: stores joined, what is missing in them, and a sweep as a file."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from alphalab.cli.settings import check_target, notes
from alphalab.cli.show import print_json, print_table
from alphalab.simulation.cores.spread import counted
from alphalab.simulation.store.export import FORMATS, check_format, export
from alphalab.simulation.store.kept import Kept, stored_run
from alphalab.simulation.store.store import Store, StoredSweep


def add(commands: Any) -> None:
    """Add the command."""
    command = commands.add_parser(
        "merge",
        help="join stores of `sweep --store`",
        description="Take into the first store all that the others keep, and tell what is missing of every sweep.",
        allow_abbrev=False,
    )
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
    others = [Store(folder, make=False) for folder in args.stores[1:]]
    store = Store(args.stores[0], make=bool(others))
    with notes():
        store.add(*others)  # also without others: it looks whether what is here is whole
        rows = [row(store, sweep) for sweep in store.sweeps()]
        written = export(stored_run(store, chosen(store, args.sweep)), args.export) if args.export else None
    if args.json:
        print_json({"sweeps": rows, "exported": written})
    else:
        print_table(rows)
        print(f"exported {written}" if written else f"{counted(len(rows), 'sweep')} in {args.stores[0]}")
    return 0


def row(store: Store, sweep: StoredSweep) -> dict[str, Any]:
    """Return what a sweep is and how much of it is there."""
    kept = Kept(store, sweep.context, sweep.keys)
    kept.look()
    settings = sweep.header["settings"]
    return {
        "sweep": sweep.name,
        "optimizer": settings["optimizer"].partition("(")[0],
        **{name: settings[name] for name in ("problem", "n", "steps")},
        "runs": len(sweep.keys),
        "missing": int(kept.missing.sum()),
    }


def chosen(store: Store, name: str | None) -> StoredSweep:
    """Return the sweep called `name`, or the only one."""
    sweeps = {sweep.name: sweep for sweep in store.sweeps()}
    if name is None and len(sweeps) == 1:
        return next(iter(sweeps.values()))
    if name not in sweeps:
        known = ", ".join(sweeps) or "none"
        raise ValueError(f"--sweep: {'give one of' if name is None else f'{name!r} is unknown; there is'} {known}")
    return sweeps[name]
