"""A registry is an explicit tuple; this file finds an entry in one by name."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Protocol, TypeVar


class Named(Protocol):
    """Anything with a registry name: lower case, words joined by hyphens."""

    @property
    def name(self) -> str:
        """The registry name."""


Entry = TypeVar("Entry", bound=Named)


def find(kind: str, name: str, entries: Iterable[Entry]) -> Entry:
    """Return the entry called `name`.

    Raises ValueError naming the kind, the unknown name and the nearest known one.
    """
    by_name = {entry.name: entry for entry in entries}
    if name in by_name:
        return by_name[name]
    near = difflib.get_close_matches(str(name).lower().replace("_", "-"), by_name, n=1, cutoff=0.4)
    hint = f"did you mean {near[0]!r}?" if near else f"known names: {', '.join(by_name)}"
    raise ValueError(f"{kind} {name!r} is unknown; {hint}")
