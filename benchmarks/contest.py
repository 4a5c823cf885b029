"""A task, alphalab's way to solve it, and its opponents: everybody must agree before anybody's time counts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from benchmarks.peers import NEEDS, load, missing
from benchmarks.report import Goal, Row
from benchmarks.task import Result, Task, check_agreement
from benchmarks.timing import Contestant, Times, race

Way = Callable[[Task], Callable[[], Result]]  # of solving a task


class Opponent(NamedTuple):
    """Who alphalab is compared with: `place` names a way among the peers ("jax_scan.vmapped").

    `runs` is how many runs of the batch it takes where all would take too long; its time is scaled up to all.
    """

    name: str
    place: str
    goal: Goal | None = None
    runs: int | None = None

    @property
    def missing(self) -> str:
        """Which package it lacks, in a sentence."""
        return missing(*NEEDS[self.place.partition(".")[0]])

    def contestant(self, task: Task) -> Contestant:
        """Its entry to the race."""
        runs = min(self.runs or task.runs, task.runs)
        return Contestant(self.name, load(self.place)(task.first(runs)), runs / task.runs)

    def row(self, task: Task, subject: str, times: Times | None) -> Row:
        """Its line: alphalab's cost over its own where the goal is a cost, else its cost over alphalab's."""
        costs = self.goal is not None and self.goal.at_most
        above, below = (subject, self.name) if costs else (self.name, subject)
        if times is None:
            return Row(str(task), f"{above} / {below}", goal=self.goal, note=self.missing)
        note = f"from {self.runs} runs" if self.runs and self.runs < task.runs else ""
        return ratio_row(str(task), times, above, below, self.goal, note)


def ratio_row(case: str, times: Times, above: str, below: str, goal: Goal | None = None, note: str = "") -> Row:
    """Return the line of one quotient of a race; CPU time is that of this process, not of workers or a device."""
    seconds = {name: times.seconds(name) for name in (above, below)}
    ratio, cpu = times.ratio(above, below), times.cpu_ratio(above, below)
    return Row(case, f"{above} / {below}", *ratio, cpu=cpu, goal=goal, note=note, seconds=seconds)


def compare(task: Task, way: Way, opponents: Sequence[Opponent], turns: int, subject: str = "alphalab") -> list[Row]:
    """Race alphalab's way against the opponents that are installed; raises ValueError where results disagree."""
    present = [opponent for opponent in opponents if not opponent.missing]
    if not present:
        return [opponent.row(task, subject, None) for opponent in opponents]
    entries = [Contestant(subject, way(task)), *(opponent.contestant(task) for opponent in present)]
    expected: list[Result] = []

    def look(name: str, result: Any) -> None:
        expected.append(result)
        check_agreement(name, result, expected[0], task)

    times = race(entries, turns, look)
    return [opponent.row(task, subject, times if opponent in present else None) for opponent in opponents]
