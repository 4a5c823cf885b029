"""What commands print: one table, one JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np


def print_table(rows: Sequence[Mapping[str, Any]]) -> None:
    """Print rows under the keys of the first one, columns aligned, numbers to the right."""
    if not rows:
        return
    names = list(rows[0])
    cells = [names, *([cell(row[name]) for name in names] for row in rows)]
    widths = [max(len(line[i]) for line in cells) for i in range(len(names))]
    right = [all(_is_number(row[name]) for row in rows) for name in names]
    for line in cells:
        aligned = zip(line, widths, right, strict=True)
        print("  ".join(text.rjust(width) if r else text.ljust(width) for text, width, r in aligned).rstrip())


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
