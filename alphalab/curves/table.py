"""Tables of runs: one CSV per task, its first line what all its rows have in common, as JSON.

    # {"task": ..., "hyperparameters": {...}, "sources": {...}, "versions": {...}, "score": ..., ...}
    optimizer,learning_rate,seed,horizon,stopped,step,...

One row for each run and point of its curve; the horizon is part of the row. Runs of other hyperparameters or other
versions of the libraries are refused, never mixed; the version of alphalab is that which made the first of them.
"""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from alphalab.files import written_whole

FOLDER = Path(__file__).parents[1] / "training" / "results"
TEXTS, WHOLE, LISTS = ("optimizer",), ("seed", "horizon", "stopped", "step"), ("saturated",)
RUN = ("optimizer", "learning_rate", "seed", "horizon")  # what tells a run from another
Row = dict[str, Any]


@dataclasses.dataclass(frozen=True)
class Results:
    """`about`: what all rows have in common; `rows`: the points of the curves of all runs.

    >>> from alphalab.training import Results
    >>> row = {"optimizer": "adam", "learning_rate": 1e-3, "seed": 0, "horizon": 10, "step": 10, "score": 0.5}
    >>> one = Results({"task": "mine"}, [row])
    >>> one.runs, len(one.extended([row, row | {"seed": 1}]).rows)
    ({('adam', 0.001, 0, 10)}, 2)
    """

    about: dict[str, Any]
    rows: list[Row]

    @property
    def runs(self) -> set[tuple[Any, ...]]:
        """Return (optimizer, learning rate, seed, horizon) of every run."""
        return {tuple(row[name] for name in RUN) for row in self.rows}

    @property
    def horizons(self) -> list[int]:
        """The horizons of the runs, from the shortest."""
        return sorted({row["horizon"] for row in self.rows})

    def check(self, about: dict[str, Any], where: str = "the results") -> None:
        """Raise ValueError, naming what differs, where `about` is not what these rows have in common."""
        old, new = _flat(self.about), _flat(about)
        for name in [*old, *(name for name in new if name not in old)]:
            if old.get(name) != new.get(name):
                raise ValueError(
                    f"{where} have {name} = {old.get(name)!r}, this run has {new.get(name)!r}: "
                    "runs of other settings are never mixed; give another folder"
                )

    def extended(self, rows: Iterable[Row]) -> Results:
        """Return these rows and those of runs that are not among them."""
        known = self.runs
        more = [row for row in rows if tuple(row[name] for name in RUN) not in known]
        return Results(self.about, [*self.rows, *more])

    def write(self, path: Path) -> None:
        """Write the table whole or not at all."""
        columns = list(dict.fromkeys(name for row in self.rows for name in row))
        text = io.StringIO()
        text.write(f"# {json.dumps(self.about, sort_keys=True)}\n")
        table = csv.writer(text, lineterminator="\n")
        table.writerow(columns)
        order = sorted(self.rows, key=lambda row: [row[name] for name in (*RUN, "step")])
        table.writerows([_told(name, row.get(name)) for name in columns] for row in order)
        with written_whole([path]) as (draft,):
            draft.write_text(text.getvalue(), encoding="utf-8")


def table(task: str, folder: Path = FOLDER) -> Results:
    """Return the table of a task, those that come with the package where no folder is given.

    Raises FileNotFoundError where there is none and ValueError where it is no such table.

    >>> from alphalab.training import table
    >>> digits = table("digits-mlp")
    >>> digits.about["task"], "adam" in {optimizer for optimizer, *_ in digits.runs}
    ('digits-mlp', True)
    """
    return read(folder / f"{task}.csv")


def tables(folder: Path = FOLDER) -> list[Results]:
    """Return all tables in a folder, in the order of their names; those that come with the package by default.

    >>> from alphalab.curves import tables
    >>> "digits-mlp" in [found.about["task"] for found in tables()]
    True
    """
    return [read(path) for path in sorted(folder.glob("*.csv"))]


def read(path: Path) -> Results:
    """Return the table in a file; raises ValueError where it is none.

    >>> from pathlib import Path
    >>> from alphalab.curves import Results, read
    >>> row = {"optimizer": "adam", "learning_rate": 1e-3, "seed": 0, "horizon": 10, "step": 10, "score": 0.5}
    >>> Results({"task": "mine"}, [row]).write(Path("mine.csv"))
    >>> read(Path("mine.csv")).rows[0]["score"]
    0.5
    """
    first, _, rest = path.read_text(encoding="utf-8").partition("\n")
    try:
        about = json.loads(first.removeprefix("# "))
        rows = [{name: _value(name, text) for name, text in row.items()} for row in csv.DictReader(io.StringIO(rest))]
        if not isinstance(about, dict) or any(name not in row for row in rows for name in RUN):
            raise ValueError("a column is missing")
    except (ValueError, TypeError) as error:
        raise ValueError(f"{path} is no table of results: {error}") from None
    return Results(about, rows)


def _flat(about: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return nested names joined by dots, lists as they come back from JSON."""
    flat: dict[str, Any] = {}
    for name, value in json.loads(json.dumps(about)).items():
        flat |= _flat(value, f"{prefix}{name}.") if isinstance(value, dict) else {f"{prefix}{name}": value}
    return flat


def _told(name: str, value: Any) -> str:
    """Return a cell: four digits of what was measured, two of the parts of a list; nothing for what is not known."""
    if name in RUN:
        return str(value)
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, str | int):
        return str(value)
    if np.ndim(value):
        parts = [float(part) for part in value]
        return "" if all(map(math.isnan, parts)) else " ".join(f"{part:.2g}" for part in parts)
    return f"{float(value):.4g}"


def _value(name: str, text: str) -> Any:
    if name in TEXTS:
        return text
    if name in WHOLE:
        return int(text) if text else None
    if name in LISTS:
        return [float(part) for part in text.split()]
    return float(text) if text else math.nan
