"""Names: a registry is an explicit tuple, and this file finds an entry in one; a key names what a user made."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from typing import Any, Protocol, TypeVar


class Named(Protocol):
    """Anything with a registry name: lower case, words joined by hyphens."""

    @property
    def name(self) -> str:
        """The registry name."""


Entry = TypeVar("Entry", bound=Named)
MOST_NAMES = 40  # that a message tells


def find(kind: str, name: str, entries: Iterable[Entry]) -> Entry:
    """Return the entry called `name`.

    Raises ValueError naming the kind, the unknown name and the nearest known one.
    """
    by_name = {entry.name: entry for entry in entries}
    if name in by_name:
        return by_name[name]
    import difflib

    typed = str(name).lower().replace("_", "-")
    longer = [one for one in by_name if typed and one.startswith(typed)]
    near = longer or difflib.get_close_matches(typed, by_name, n=1, cutoff=0.4)
    names = ", ".join(by_name) if len(by_name) <= MOST_NAMES else f"`alphalab list {kind}s` has all {len(by_name)}"
    hint = f"did you mean {near[0]!r}?" if near else f"known names: {names}"
    raise ValueError(f"{kind} {name!r} is unknown; {hint}")


def check_takes(name: str, function: Callable[..., Any], *arguments: str) -> None:
    """Raise ValueError where a user's function cannot be called with these arguments; one that says not how is tried.

    >>> check_takes("value", lambda x, y: x, "x")
    Traceback (most recent call last):
    ValueError: value must be a function of (x): missing a required argument: 'y'
    """
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # a function in C
        return
    try:
        signature.bind(*arguments)
    except TypeError as error:
        raise ValueError(f"{name} must be a function of ({', '.join(arguments)}): {error}") from None


def check_key(owner: str, key: Any) -> None:
    """Raise ValueError unless `key`, by which a store keeps the runs of a user's own function, is a text or None."""
    if key is not None and not (isinstance(key, str) and key.strip()):
        raise ValueError(f"{owner}: key is {key!r}; it must be a text that names the function and its data, or None")
