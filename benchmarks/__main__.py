"""`python -m benchmarks` lists what there is, `python -m benchmarks NAME [--json FILE] [--quick]` measures it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from alphalab.cli.show import print_table
from benchmarks import gpu, memory, one_step, scaling, single_runs, sweeps
from benchmarks.report import print_report, write_report
from benchmarks.timing import environment

BENCHMARKS = {
    "single-runs": single_runs,
    "sweeps": sweeps,
    "one-step": one_step,
    "memory": memory,
    "scaling": scaling,
    "gpu": gpu,
}


def main(argv: Sequence[str] | None = None) -> int:
    """Measure one benchmark, or all of them, or list them; returns the exit code, 0: a missed goal is a finding."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", nargs="?", choices=[*BENCHMARKS, "all"], help="which one; without: what there is")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows and the environment there")
    parser.add_argument("--quick", action="store_true", help="small sizes: whether it works, not how fast")
    options = parser.parse_args(argv)
    if options.name is None:
        print_table([{"name": name, "needs": b.NEEDS, "what": summary(b)} for name, b in BENCHMARKS.items()])
        return 0
    level = "quick" if options.quick else "full"
    where = environment()  # before: the load that it records should be that of others
    names = list(BENCHMARKS) if options.name == "all" else [options.name]
    rows = [row for name in names for row in BENCHMARKS[name].measure(level)]
    print_report(rows)
    if options.json:
        write_report(options.json, options.name, rows, where)
    return 0


def summary(benchmark: object) -> str:
    """The first line of its page."""
    return (benchmark.__doc__ or "").partition("\n")[0]


if __name__ == "__main__":
    sys.exit(main())
