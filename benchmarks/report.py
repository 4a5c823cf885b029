"""A row of the report: a ratio, its spread, the goal it is held against, the verdict."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from alphalab.cli.show import plain, print_table


@dataclasses.dataclass(frozen=True)
class Goal:
    """Where a ratio should lie: at least or at most `reach`; `short` is what still counts as falling short."""

    reach: float
    short: float | None = None
    at_most: bool = False

    def verdict(self, ratio: float) -> str:
        """Return "reached", "short" or "missed"."""
        if self._meets(ratio, self.reach):
            return "reached"
        return "short" if self.short is not None and self._meets(ratio, self.short) else "missed"

    def _meets(self, ratio: float, bound: float) -> bool:
        return ratio <= bound if self.at_most else ratio >= bound

    def __str__(self) -> str:
        """The goal as a table shows it."""
        sign = "<=" if self.at_most else ">="
        return f"{sign} {self.reach:g}" + (f" (short {sign} {self.short:g})" if self.short is not None else "")


def at_least(reach: float, short: float | None = None) -> Goal:
    """The ratio is a gain."""
    return Goal(reach, short)


def at_most(reach: float, short: float | None = None) -> Goal:
    """The ratio is a cost."""
    return Goal(reach, short, at_most=True)


@dataclasses.dataclass(frozen=True)
class Row:
    """One line: `quotient` says what is divided by what, quartiles and CPU ratio where there are turns."""

    case: str
    quotient: str
    ratio: float | None = None
    low: float | None = None
    high: float | None = None
    cpu: float | None = None
    goal: Goal | None = None
    note: str = ""
    seconds: dict[str, float] = dataclasses.field(default_factory=dict)

    @property
    def verdict(self) -> str:
        """Against the goal, where there is one."""
        if self.ratio is None:
            return "not measured"
        return self.goal.verdict(self.ratio) if self.goal else "-"

    def shown(self) -> dict[str, Any]:
        """The columns of the table."""
        return {
            "case": self.case,
            "ratio of": self.quotient,
            "ratio": _short(self.ratio),
            "quartiles": "-" if self.low is None else f"{_short(self.low)} .. {_short(self.high)}",
            "cpu ratio": _short(self.cpu),
            "goal": str(self.goal or "-"),
            "verdict": self.verdict,
            "note": self.note,
        }


def _short(number: float | None) -> str:
    return "-" if number is None else f"{number:.3g}"


COLUMNS = tuple(Row("", "").shown())


def print_report(name: str, rows: Sequence[Row], environment: Mapping[str, Any]) -> None:
    """Print the rows as a table, over it what speed means on this machine."""
    tanh = f"np.tanh {environment['tanh_ns_per_element']:.2f} ns per element, kernel {environment['simd']}"
    print(f"{name}: {tanh}, {environment['processor']}, load {environment['load']}")
    print_table([row.shown() for row in rows])


def write_report(path: Path, name: str, rows: Sequence[Row], environment: Mapping[str, Any]) -> None:
    """Write the rows as JSON, with where they were measured."""
    entries = [dataclasses.asdict(row) | {"verdict": row.verdict} for row in rows]
    report = {"benchmark": name, "environment": dict(environment), "rows": entries}
    path.write_text(json.dumps(plain(report), indent=2, allow_nan=False) + "\n", encoding="utf-8")
