"""`python -m benchmarks` lists what there is, `python -m benchmarks NAME [--json FILE] [--quick]` measures it."""

from __future__ import annotations

import argparse
import functools
import sys
from collections.abc import Sequence
from pathlib import Path

from alphalab.arrays import BACKENDS
from alphalab.cli.show import print_table
from benchmarks import gpu, million, scaling, single_runs, startup, sweeps
from benchmarks.report import Row, print_report, write_report
from benchmarks.timing import environment, on_cores

BENCHMARKS = {
    "single-runs": single_runs,
    "sweeps": sweeps,
    "scaling": scaling,
    "startup": startup,
    "million": million,
    "gpu": gpu,
}
APART = ("million", "gpu")  # not in "all": minutes, or a device


def main(argv: Sequence[str] | None = None) -> int:
    """Measure one benchmark, or all of them, or list them; returns the exit code, 0: a missed goal is a finding."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", nargs="?", choices=[*BENCHMARKS, "all"], help="which one; without: what there is")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows and the environment there")
    parser.add_argument("--quick", action="store_true", help="small sizes: whether it works, not how fast")
    parser.add_argument("--library", choices=list(BACKENDS), default="cupy", help="in CuPy's place (gpu)")
    options = parser.parse_args(argv)
    if options.name is None:
        print_table([{"name": name, "needs": b.NEEDS, "what": summary(b)} for name, b in BENCHMARKS.items()])
        return 0
    level = "quick" if options.quick else "full"
    where = on_cores(1, environment)  # before: the load that it records should be that of others
    names = [name for name in BENCHMARKS if name not in APART] if options.name == "all" else [options.name]
    rows: list[Row] = []
    for name in names:
        measure = functools.partial(gpu.measure, library=options.library) if name == "gpu" else BENCHMARKS[name].measure
        found = measure(level)
        print_report(name, found, where)
        rows += found
    if options.json:
        write_report(options.json, options.name, rows, where)
    return 0


def summary(benchmark: object) -> str:
    """The first line of its page."""
    return (benchmark.__doc__ or "").partition("\n")[0]


if __name__ == "__main__":
    sys.exit(main())
