r"""The numbers behind a figure as one CSV file, which reads back exactly.

    # theorem-1: measured against ...
    # regenerate: alphalab figures theorem-1
    # computed with: numpy 2.4.0, ...
    # column T (integer): number of steps
    T,left,...
    1,0.24712338812754542,...

Reals are written with as many of their 17 significant digits as reading back the same bits needs.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from alphalab.experiments.columns import Data

KINDS: Mapping[str, tuple[str, str, Callable[[str], Any]]] = {
    "text": ("U", "U", str),
    "integer": ("i", "int64", int),
    "real": ("f", "float64", float),
    "truth": ("b", "bool", lambda cell: {"True": True, "False": False}[cell]),
}
"""Kind of a column -> (NumPy's letter for its dtype, the dtype read, how a cell is read)."""

COLUMN = "# column "
REGENERATE = "# regenerate: "
ARITHMETIC = "# computed with: "


def encode(data: Data, title: str, command: str, arithmetic: str, columns: Mapping[str, str]) -> str:
    """Return the table as CSV text; `columns` gives the meaning of each column."""
    text = io.StringIO()
    text.write(f"# {title}\n{REGENERATE}{command}\n{ARITHMETIC}{arithmetic}\n")
    for name, meaning in columns.items():
        text.write(f"{COLUMN}{name} ({_kind(name, data[name])}): {meaning}\n")
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(data)
    rows.writerows(zip(*(array.tolist() for array in data.values()), strict=True))
    return text.getvalue()


def decode(text: str) -> Data:
    """Return the table that `encode` wrote; raises ValueError where header, rows and cells do not fit together."""
    lines = text.split("\n")
    header = list(itertools.takewhile(lambda line: line.startswith("#"), lines))
    kinds = dict(_described(line) for line in header if line.startswith(COLUMN))
    names, *rows = list(csv.reader(lines[len(header) : -1])) or [[]]
    if not names or names != list(kinds):
        raise ValueError(f"the header describes the columns {list(kinds)}, the table has {names}")
    for row in rows:
        if len(row) != len(names):
            raise ValueError(f"a row has {len(row)} cells, of {len(names)} columns: {','.join(row)[:60]!r}")
    cells = list(zip(*rows, strict=True)) or [()] * len(names)
    return {name: _column(name, kinds[name], column) for name, column in zip(names, cells, strict=True)}


def _column(name: str, kind: str, cells: Iterable[str]) -> np.ndarray:
    if kind not in KINDS:
        raise ValueError(f"column {name!r} is {kind!r}; a column is one of {', '.join(KINDS)}")
    _, dtype, read = KINDS[kind]
    values = []
    for cell in cells:
        try:
            values.append(read(cell))
        except (KeyError, ValueError):
            raise ValueError(f"column {name!r} is {kind}, has {cell!r}") from None
    return np.asarray(values, dtype=dtype)


def command_of(text: str) -> str:
    """Return the command that regenerates a table, from its header."""
    return _told(text, REGENERATE)


def arithmetic_of(text: str) -> str:
    """Return the arithmetic that a table was computed with, from its header."""
    return _told(text, ARITHMETIC)


def _told(text: str, mark: str) -> str:
    lines = itertools.takewhile(lambda line: line.startswith("#"), text.split("\n"))
    return next((line.removeprefix(mark) for line in lines if line.startswith(mark)), "")


def _kind(name: str, array: np.ndarray) -> str:
    if array.dtype.kind == "U" and any(re.search(r"[\r\n]", cell) for cell in array.tolist()):
        raise ValueError(f"column {name!r} has a cell of more than one line")
    for kind, (letter, *_) in KINDS.items():
        if array.dtype.kind == letter:
            return kind
    raise ValueError(f"column {name!r} has dtype {array.dtype}; a column is one of {', '.join(KINDS)}")


def _described(line: str) -> tuple[str, str]:
    """Return (name, kind) of a header line "# column name (kind): meaning"."""
    name, _, rest = line.removeprefix(COLUMN).partition(" (")
    return name, rest.partition("):")[0]
