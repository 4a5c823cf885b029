"""What commands print: one table, one JSON."""

from __future__ import annotations

import itertools
import json
import math
import os
import shutil
import sys
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

NARROWEST = 8  # a column of words, before a table is left wider than the terminal


def print_table(rows: Sequence[Mapping[str, Any]]) -> None:
    """Print rows under the keys of the first one, columns aligned, numbers to the right.

    On a terminal, or where COLUMNS is set, long words are broken and long cells take several lines.
    """
    if not rows:
        return
    names = list(rows[0])
    cells = [names, *([cell(row[name]) for name in names] for row in rows)]
    widths = [max(len(line[i]) for line in cells) for i in range(len(names))]
    right = [all(_is_number(row[name]) for row in rows) for name in names]
    widths = narrowed(widths, [not r for r in right])
    for texts in cells:
        for line in itertools.zip_longest(*map(wrapped, texts, widths), fillvalue=""):
            aligned = zip(line, widths, right, strict=True)
            print("  ".join(text.rjust(width) if r else text.ljust(width) for text, width, r in aligned).rstrip())


def narrowed(widths: list[int], words: Sequence[bool]) -> list[int]:
    """Return widths that fit the terminal: the widest columns of words, but not the first, give way."""
    if not (sys.stdout.isatty() or os.environ.get("COLUMNS")):
        return widths
    room = shutil.get_terminal_size().columns - 2 * (len(widths) - 1)
    fitted, gives = widths, [word and place > 0 for place, word in enumerate(words)]
    for most in range(max(widths), NARROWEST - 1, -1):
        fitted = [min(width, most) if give else width for width, give in zip(widths, gives, strict=True)]
        if sum(fitted) <= room:
            return fitted
    return fitted


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
