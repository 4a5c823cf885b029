"""(d) What an optimizer holds between steps, and the most that is held during one, in vectors of n numbers.

traced      every byte that Python and NumPy allocate, by tracemalloc
resident    what the system gave a fresh process at its highest, less what it had before x and g: for torch too
"""

from __future__ import annotations

import re
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import alphalab as al
from benchmarks import subject
from benchmarks.peers import load, missing
from benchmarks.report import Row, at_most
from benchmarks.timing import on_cores

NEEDS = "torch; Linux for the resident memory"
SIZES = {"full": 10**7, "quick": 10**6, "tiny": 10**4}
STEPS = 3
STATUS = Path("/proc/self/status")
STATE = {"AlphaGrad": 0, "SignSGD": 0, "NormalizedGD": 0, "Adam": 16}
PEAK = {"AlphaGrad": 2.1, "SignSGD": 2.1, "NormalizedGD": 2.1, "Adam": 4.1}
RESIDENT = ("alphalab AlphaGrad", "alphalab Adam", "torch.optim.Adam")


def measure(level: str) -> list[Row]:
    """State and traced peak in this process, resident peaks in a fresh one each."""
    n = SIZES[level]
    return [*held(n), *(resident(name, n) for name in RESIDENT if level != "tiny")]


def held(n: int) -> list[Row]:
    """The state of every method and its peak against the goals."""
    rows = []
    for name, goal in STATE.items():
        size = getattr(al, name)().state_bytes(np.zeros(n)) / n
        rows.append(Row(_case(name, n), "state, bytes per parameter", size, goal=at_most(goal)))
    for name, peak in PEAK.items():
        rows.append(Row(_case(name, n), "peak, vectors, traced", _traced(name, n), goal=at_most(peak)))
    return rows


def _case(name: str, n: int) -> str:
    return f"{name} n={n:.0e}".replace("e+0", "e")


def _traced(name: str, n: int) -> float:
    steps_of(f"alphalab {name}", 1000)  # what is loaded once is not the method's
    tracemalloc.start()
    try:
        steps_of(f"alphalab {name}", n)
        return tracemalloc.get_traced_memory()[1] / (8 * n)
    finally:
        tracemalloc.stop()


def resident(name: str, n: int) -> Row:
    """The peak of a fresh process."""
    case, what = _case(name, n), "peak, vectors, resident"
    lacks = missing("torch") if name.startswith("torch") else "" if STATUS.exists() else "needs Linux"
    return Row(case, what, note=lacks) if lacks else Row(case, what, on_cores(1, resident_vectors, name, n))


def resident_vectors(name: str, n: int) -> float:
    """Return the growth of this process's highest resident memory over a few steps, in vectors."""
    steps_of(name, 1000)
    before = _status("VmRSS")
    steps_of(name, n)
    return (_status("VmHWM") - before) / (8 * n)


def _status(field: str) -> int:
    return 1024 * int(re.search(rf"{field}:\s+(\d+) kB", STATUS.read_text(encoding="utf-8"))[1])  # type: ignore[index]


def steps_of(name: str, n: int) -> None:
    """Make x and g and take a few steps."""
    x, g = np.ones(n), np.ones(n)
    if name == "torch.optim.Adam":
        call: Callable[[], Any] = load("torch_loop.adam")(x, g)
    else:
        call = subject.stepper(getattr(al, name.partition(" ")[2])(), x, g)
    for _ in range(STEPS):
        call()
