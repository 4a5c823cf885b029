"""What commands print: one table, one JSON, what is being done."""

from __future__ import annotations

import json
import math
import shutil
import sys
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np

from alphalab.progress import progress

LEAST = 7  # letters of a column that gives way on a narrow terminal
PAGE = 80  # letters of a line of words
Item = TypeVar("Item")


def print_table(rows: Sequence[Mapping[str, Any]]) -> None:
    """Print rows under the keys of the first one, columns aligned, numbers to the right.

    On a terminal the table is as wide as that, long cells taking several lines; the first column and the numbers are
    never cut. What is piped on stays as it is, a line for each row.
    """
    if not rows:
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    terminal = sys.stdout.isatty()
    width = shutil.get_terminal_size().columns if terminal else sys.maxsize
    look: dict[str, Any] = {"width": width, "height": 25}  # without a height a dumb terminal counts as 80 wide
    console = Console(**look, force_terminal=terminal, force_jupyter=False, highlight=False)
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    for name in rows[0]:
        number = all(_is_number(row[name]) for row in rows)
        whole = number or not table.columns
        head = name.replace(" ", "\n") if number and terminal else name
        widest = max(len(text) for text in [*head.split("\n"), *(cell(row[name]) for row in rows)])
        look = {"no_wrap": whole, "min_width": widest if whole else min(widest, LEAST)}
        table.add_column(Text(head), justify="right" if number else "left", overflow="fold", **look)
    for row in rows:
        table.add_row(*(Text(cell(row[name])) for name in rows[0]))
    with console.capture() as drawn:
        console.print(table, crop=False)
    print("\n".join(line.rstrip() for line in drawn.get().splitlines()))


def print_wrapped(text: str, indent: int = 0) -> None:
    """Print a footnote or a sentence, at most 80 letters to a line, fewer on a narrow terminal; later ones indented."""
    later = " " * indent
    print(textwrap.fill(text, line_width(), subsequent_indent=later, break_long_words=False, break_on_hyphens=False))


def line_width() -> int:
    """Return how long a line of words may be."""
    columns = shutil.get_terminal_size().columns if sys.stdout.isatty() else PAGE
    return max(20, min(PAGE, columns))


def print_curve(values: Sequence[float], name: str, over: str) -> None:
    """Print a small picture of positive values over their number, both ends told; nothing where there are too few.

    A column is the mean of its part of the values in powers of ten; what is not finite, or not above 0, is left out.
    """
    across, high = min(60, line_width() - 14, len(values)), 7
    parts = [[math.log10(v) for v in part if 0 < v < math.inf] for part in np.array_split(np.asarray(values), across)]
    means = [sum(part) / len(part) if part else None for part in parts] if across > 1 else []
    known = [mean for mean in means if mean is not None]
    if len(known) < 2 or max(known) - min(known) < 1e-12:
        return
    low, span = min(known), max(known) - min(known)
    rows = [None if mean is None else round((mean - low) / span * (high - 1)) for mean in means]
    print(f"\n{name}")
    for level in reversed(range(high)):
        edge = f"{10 ** (low + span * level / (high - 1)):9.2g}" if level in (0, high - 1) else " " * 9
        print(f"{edge} |{''.join('*' if row == level else ' ' for row in rows)}".rstrip())
    print(f"{'':9} +{'-' * across}\n{'':11}0{over:>{across - 1}}")


def watched(items: Iterable[Item], what: str, total: int | None = None) -> Iterator[Item]:
    """Yield the items; count them on stderr, if that is a terminal and it takes more than two seconds.

    Where `total` says how many there are the time that is left is told as well.
    """
    with progress(what, total) as advance:
        for item in items:
            yield item
            advance(1)


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
