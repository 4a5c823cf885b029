"""A task, several ways to solve it, one row for each quotient: everybody must agree before anybody's time counts."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any, NamedTuple

from benchmarks.report import Goal, Row
from benchmarks.task import Result, Task, check_agreement
from benchmarks.timing import Contestant, Times, race


class Way(NamedTuple):
    """A way to solve a task: "module.function", which prepares it, and the package that it needs."""

    place: str
    needs: str = "numpy"

    @property
    def missing(self) -> str:
        """Which package is not installed and the remedy, in a sentence; empty if it is."""
        return missing(self.needs)

    def contestant(self, name: str, task: Task) -> Contestant:
        """Return its entry to the race."""
        module, _, function = self.place.rpartition(".")
        return Contestant(name, getattr(importlib.import_module(f"benchmarks.{module}"), function)(task))


WAYS = {
    "NumPy": Way("subject.loop"),
    "own code on NumPy": Way("subject.own"),
    "jax": Way("subject.scan", "jax"),
    "jax, compiling": Way("subject.scan_compiling", "jax"),
    "12-line loop": Way("peers.numpy_lines.lone"),
    "ten lines": Way("peers.numpy_lines.batched"),
    "25 lines with out=": Way("peers.numpy_lines.with_out"),
    "jit+scan": Way("peers.jax_scan.batched", "jax"),
    "lone jit+scan": Way("peers.jax_scan.lone", "jax"),
    "lone jit+scan, compiling": Way("peers.jax_scan.lone_compiling", "jax"),
    "numba": Way("peers.numba_kernel.kernel", "numba"),
    "torch.optim": Way("peers.torch_loop.lone", "torch"),
}


class Quotient(NamedTuple):
    """The time of one way over that of another, and the goal that it is held against."""

    above: str
    below: str
    goal: Goal | None = None


def missing(package: str) -> str:
    """Return that a package is not installed and the remedy, in a sentence; empty if it is."""
    return "" if find_spec(package) else f"needs {package}: pip install -e '.[bench]'"


def ratio_row(case: str, times: Times, quotient: Quotient, note: str = "", *, here: bool = True) -> Row:
    """Return the line of one quotient of a race; without the ratio of CPU times where work is not done `here`."""
    above, below, goal = quotient
    seconds = {name: times.seconds(name) for name in (above, below)}
    cpu = times.cpu_ratio(above, below) if here else None
    return Row(case, f"{above} / {below}", *times.ratio(above, below), cpu=cpu, goal=goal, note=note, seconds=seconds)


def compare(task: Task, quotients: Sequence[Quotient], turns: int) -> list[Row]:
    """Race all who are named in the quotients and installed; raises ValueError where their results disagree.

    The note tells the time of the first of a quotient, in ns per element and step.
    """
    names = dict.fromkeys(name for above, below, _ in quotients for name in (above, below))
    present = [name for name in names if not WAYS[name].missing]
    expected: list[Result] = []

    def look(name: str, result: Any) -> None:
        expected.append(result)
        check_agreement(name, result, expected[0], task)

    times = race([WAYS[name].contestant(name, task) for name in present], turns, look)
    rows = []
    for quotient in quotients:
        above, below, goal = quotient
        lacks = WAYS[above].missing or WAYS[below].missing
        if lacks:
            rows.append(Row(str(task), f"{above} / {below}", goal=goal, note=lacks))
            continue
        cost = times.seconds(above) / (task.runs * task.n * task.steps)
        rows.append(ratio_row(str(task), times, quotient, f"{1e9 * cost:.3g} ns per element and step"))
    return rows
