"""(d) Fresh processes: `import alphalab` and short commands against `import numpy`."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

from benchmarks.contest import Quotient, ratio_row
from benchmarks.report import Row, at_most
from benchmarks.timing import Contestant, on_cores, race

NEEDS = "nothing"
TURNS = {"full": 15, "quick": 5, "tiny": 1}
COMMANDS = {
    "import numpy": ("-c", "import numpy"),
    "import alphalab": ("-c", "import alphalab"),
    "list problems": ("-m", "alphalab", "list", "problems"),
    "run rosenbrock alphagrad": ("-m", "alphalab", "run", "rosenbrock", "alphagrad"),
}
QUOTIENTS = (
    Quotient("import alphalab", "import numpy", at_most(2)),
    Quotient("list problems", "import numpy", at_most(5)),
    Quotient("run rosenbrock alphagrad", "import numpy", at_most(5)),
)


def measure(level: str) -> list[Row]:
    """Compare on one core."""
    return on_cores(1, compare_here, level)


def compare_here(level: str) -> list[Row]:
    """Start every command in turn; the first time, when Python compiles its files, is not counted."""
    times = race([Contestant(name, _command(words)) for name, words in COMMANDS.items()], TURNS[level])
    notes = {name: f"{1e3 * times.seconds(name):.0f} ms" for name in COMMANDS}
    return [ratio_row("fresh process", times, quotient, notes[quotient.above], here=False) for quotient in QUOTIENTS]


def _command(words: tuple[str, ...]) -> Callable[[], object]:
    return lambda: subprocess.run([sys.executable, *words], check=True, stdout=subprocess.DEVNULL)
