"""A table of words and numbers, one dict a row: how a cell is written, and the whole of it in LaTeX."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

Cell = str | float | None
Rows = Sequence[Mapping[str, Cell]]
ESCAPED = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}


def number(value: float | None) -> str:
    """Return a number with three digits; "-" where there is none."""
    return "-" if value is None else f"{value:.3g}"


def markdown_cell(value: Cell) -> str:
    """Return a cell of a Markdown table; a bar is escaped, for it would end the cell."""
    return text(value).replace("|", r"\|")


def words(plain: str) -> str:
    """Return plain words so that Markdown shows them as they are; for a cell, where bars are escaped."""
    return re.sub(r"[\\`*_<>$~]", r"\\\g<0>", plain)


def latex(rows: Rows) -> str:
    """Return a LaTeX tabular with booktabs rules; text between dollar signs is left as it is."""
    columns = "".join("l" if isinstance(value, str) else "r" for value in rows[0].values())
    lines = [[text(value) for value in row.values()] for row in rows]
    first, *others = (" & ".join(map(_latex, line)) + r" \\" for line in [list(rows[0]), *lines])
    parts = [rf"\begin{{tabular}}{{{columns}}}", r"\toprule", first, r"\midrule", *others, r"\bottomrule"]
    return "\n".join([*parts, r"\end{tabular}"]) + "\n"


def text(value: Cell) -> str:
    """Return a cell as text."""
    return value if isinstance(value, str) else number(value)


def _latex(cell: str) -> str:
    if cell.startswith("$"):
        return cell
    return re.sub(r"[\\~^%&_#{}$]", lambda found: ESCAPED.get(found[0], "\\" + found[0]), cell)
