"""alphalab figures, alphalab reproduce: the figures with the numbers behind them, and the report."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alphalab.cli.show import print_json, print_table
from alphalab.cli.verify import judge, ledger, verdicts_on

if TYPE_CHECKING:  # the floor of experiments loads matplotlib
    from alphalab.experiments import Experiment


def add(commands: Any) -> None:
    """Add the two commands."""
    one = commands.add_parser("figures", help="figures and the numbers behind them", allow_abbrev=False)
    one.add_argument("keys", nargs="*", metavar="KEY", help="keys of `alphalab list figures` (default: all)")
    one.set_defaults(act=figures)
    both = commands.add_parser("reproduce", help="verify, then every figure, then the report", allow_abbrev=False)
    both.set_defaults(act=reproduce)
    for command in (one, both):
        command.add_argument("--out", type=Path, default=Path("figures"), metavar="DIR", help="default: %(default)s")
        command.add_argument("--quick", action="store_true", help="smaller computations: a look, not the result")
        command.add_argument("--json", action="store_true", help="print JSON, progress on stderr")


def figures(args: argparse.Namespace) -> int:
    """Write the figures asked for."""
    from alphalab.experiments import EXPERIMENTS, experiment

    chosen = tuple(experiment(key) for key in dict.fromkeys(args.keys)) or EXPERIMENTS
    files = written(chosen, args)
    if args.json:
        print_json({"figures": files})
    else:
        print(f"look into {args.out}")
    return 0


def reproduce(args: argparse.Namespace) -> int:
    """Verify, write every figure and the index page; 1 where a verdict departs from the record."""
    from alphalab.claims import CLAIMS, departures
    from alphalab.experiments import EXPERIMENTS, write_index

    args.out.mkdir(parents=True, exist_ok=True)  # before the work, should it be impossible
    began, say = time.perf_counter(), teller(args)
    say(f"verify: {len(CLAIMS)} claims ...")
    verdicts = verdicts_on(CLAIMS, quick=args.quick)
    say(f"verify: done ({time.perf_counter() - began:.1f} s)")
    if not args.json:
        print()
        print_table(ledger(verdicts))
        print(flush=True)
    files = written(EXPERIMENTS, args)
    index = write_index(args.out, verdicts, args.quick)
    if args.json:
        print_json({"verdicts": [verdict.as_dict() for verdict in verdicts], "figures": files, "index": index})
    else:
        print(f"open {index}")
    return judge(list(departures(verdicts)))


def teller(args: argparse.Namespace) -> Callable[[str], None]:
    """Return what prints progress: on stdout, or on stderr where JSON is printed."""
    return partial(print, file=sys.stderr if args.json else sys.stdout, flush=True)


def written(chosen: Sequence[Experiment], args: argparse.Namespace) -> dict[str, list[Path]]:
    """Write each experiment into the folder, saying so; return key -> files."""
    from alphalab.experiments import write

    say = teller(args)
    args.out.mkdir(parents=True, exist_ok=True)
    files: dict[str, list[Path]] = {}
    for one in chosen:
        began = time.perf_counter()
        files[one.key] = list(write(one, args.out, args.quick))
        say(f"{one.key}: {', '.join(path.name for path in files[one.key])} ({time.perf_counter() - began:.1f} s)")
    return files
