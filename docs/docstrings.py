"""The docstrings of the package are plain text; what reStructuredText would take for markup is escaped.

prose        its signs escaped, `names` as literals          >>> examples      as they are
indented     a literal block                                 tables            a literal block: two blanks inside a line
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from typing import Any


def prose(line: str) -> str:
    """Return a line of prose, its names as literals."""
    parts = re.split(r"(`[^`]+`)", line)
    told = [f"``{part[1:-1]}``" if part.startswith("`") else re.sub(r"([\\*|_`])", r"\\\1", part) for part in parts]
    return "".join(told)


def literal(block: Sequence[str]) -> Iterator[str]:
    """Yield a block that is shown as it stands."""
    yield from ("::", "", *(f"    {line}" for line in block))


def converted(lines: Sequence[str]) -> Iterator[str]:
    """Yield the reStructuredText of a docstring."""
    for blank, group in itertools.groupby(lines, lambda line: not line.strip()):
        block = list(group)
        if blank:
            yield ""
        elif block[0].lstrip().startswith(">>>"):
            indent = len(block[0]) - len(block[0].lstrip())
            yield from (line[indent:] for line in block)
        elif block[0].startswith(" ") or any(re.search(r"\S {2,}\S", line) for line in block):
            yield from literal(block)
        else:
            yield from map(prose, block)


def convert(app: Any, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    """Change the lines of a docstring in place."""
    lines[:] = list(converted(lines))


def left_out(app: Any, what: str, name: str, obj: Any, skip: bool, options: Any) -> bool | None:
    """Leave out the fields of a named tuple: Python's own words for them say only their number."""
    return True if (getattr(obj, "__doc__", None) or "").startswith("Alias for field number") else None


def setup(app: Any) -> dict[str, bool]:
    """Ask for every docstring and every member."""
    app.connect("autodoc-process-docstring", convert)
    app.connect("autodoc-skip-member", left_out)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
