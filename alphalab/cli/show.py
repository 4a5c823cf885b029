"""What commands print: one table, one JSON."""

from __future__ import annotations

import itertools
import json
import math
import shutil
import sys
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

LONGEST = (16, 7)  # words that stay whole in a table on a terminal, or if it is narrow


def print_table(rows: Sequence[Mapping[str, Any]]) -> None:
    """Print rows under the keys of the first one, columns aligned, numbers to the right.

    On a terminal long words are broken and long cells take several lines; what is piped on stays as it is.
    """
    if not rows:
        return
    names = list(rows[0])
    cells = [names, *([cell(row[name]) for name in names] for row in rows)]
    right = [all(_is_number(row[name]) for row in rows) for name in names]
    widths = fitted(list(zip(*cells, strict=True)), right)
    for texts in cells:
        for line in itertools.zip_longest(*map(wrapped, texts, widths), fillvalue=""):
            aligned = zip(line, widths, right, strict=True)
            print("  ".join(text.rjust(width) if r else text.ljust(width) for text, width, r in aligned).rstrip())


def fitted(columns: Sequence[Sequence[str]], right: Sequence[bool]) -> list[int]:
    """Return widths that fit the terminal, if there is one: the widest columns give way, the first never."""
    widths = [max(map(len, column)) for column in columns]
    if not sys.stdout.isatty():
        return widths
    room = shutil.get_terminal_size().columns - 2 * (len(widths) - 1)
    for longest in LONGEST:
        floors = [least(column, number, longest) for column, number in zip(columns[1:], right[1:], strict=True)]
        for most in range(max(widths), 0, -1):
            narrow = [max(floor, min(width, most)) for width, floor in zip(widths[1:], floors, strict=True)]
            if widths[0] + sum(narrow) <= room:
                return [widths[0], *narrow]
    return [widths[0], *narrow]


def least(column: Sequence[str], number: bool, longest: int) -> int:
    """Return how narrow a column may be: numbers stay whole, and so do words up to the longest."""
    head, *texts = column
    if number:
        return max(map(len, [*texts, *head.split()]))
    return max((min(len(word), longest) for text in column for word in text.split()), default=0)


def wrapped(text: str, width: int) -> list[str]:
    """Return the lines of a cell, none wider than `width`."""
    return [text] if len(text) <= width else textwrap.wrap(text, width, break_on_hyphens=False)


def cell(value: Any) -> str:
    """Return a value as a table shows it."""
    if value is None:
        return "-"
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, float | np.floating):
        return f"{value:.6g}"
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {cell(item)}" for key, item in value.items()) or "-"
    if isinstance(value, list | tuple):
        return ", ".join(map(cell, value)) or "-"
    return str(value)


def _is_number(value: Any) -> bool:
    return value is None or (isinstance(value, int | float | np.number) and not isinstance(value, bool))


def print_latex(rows: Sequence[Mapping[str, Any]]) -> None:
    """Print rows as a LaTeX tabular with booktabs rules; text between dollar signs is left as it is."""
    from alphalab.experiments.rows import latex

    print(
        latex([{name: value if _is_number(value) else cell(value) for name, value in row.items()} for row in rows]),
        end="",
    )


def print_json(data: Any) -> None:
    """Print data as JSON; a number that is not finite becomes null, for JSON has none."""
    print(json.dumps(plain(data), indent=2, allow_nan=False))


def plain(value: Any) -> Any:
    """Return data as dicts, lists, strings, numbers and None."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, np.ndarray | np.generic):
        return plain(value.tolist())
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if value is None or isinstance(value, str | int) else str(value)
