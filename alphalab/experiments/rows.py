"""A table of words and numbers, one dict a row, in the three languages of the report: HTML, Markdown, LaTeX."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from html import escape

Cell = str | float | None
Rows = Sequence[Mapping[str, Cell]]
ESCAPED = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}


def number(value: float | None) -> str:
    """Return a number with three digits; "-" where there is none."""
    return "-" if value is None else f"{value:.3g}"


def html(rows: Rows) -> str:
    """Return a table whose head cells are buttons that sort it."""
    lines = "\n".join(f"<tr>{''.join(html_cell(*pair) for pair in row.items())}</tr>" for row in rows)
    return f'<table class="plain"><thead><tr>{head(rows[0])}</tr></thead>\n<tbody>\n{lines}\n</tbody></table>'


def head(row: Mapping[str, Cell]) -> str:
    """Return the head cells above a row like this one."""
    kinds = {name: "" if isinstance(value, str) else ' class="number"' for name, value in row.items()}
    return "".join(f"<th{kind}><button>{escape(name)}</button></th>" for name, kind in kinds.items())


def html_cell(name: str, value: Cell) -> str:
    """Return one cell; what a number is sorted by is the number itself, no number is last in both directions."""
    shown = f'<td data-name="{escape(name)}"'
    if isinstance(value, str):
        return f"{shown}>{escape(value)}</td>"
    sort = "" if value is None else json.dumps(float(value))
    return f'{shown} class="number" data-sort="{sort}">{number(value)}</td>'


def details(rows: Rows) -> str:
    """Return the table in LaTeX, folded away."""
    return f"<details><summary>LaTeX</summary><pre><code>{escape(latex(rows))}</code></pre></details>"


def markdown(rows: Rows) -> str:
    """Return a Markdown table; a bar in a cell is escaped, for it would end the cell."""
    aligned = ["---" if isinstance(value, str) else "---:" for value in rows[0].values()]
    lines = [list(rows[0]), aligned, *([text(cell).replace("|", r"\|") for cell in row.values()] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def words(plain: str) -> str:
    """Return plain words so that Markdown shows them as they are; for a cell of `markdown`, which escapes bars."""
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
