"""Packages that an extra brings: imported where they are needed, with the remedy where they are missing."""

from __future__ import annotations

import importlib
from typing import Any


def needed(package: str, extra: str) -> Any:
    """Return a package that the extra brings, importing it now; ModuleNotFoundError says what to install."""
    try:
        return importlib.import_module(package)
    except ModuleNotFoundError as error:
        told = f'this needs the package {error.name!r}; install it with pip install -e ".[{extra}]"'
        raise ModuleNotFoundError(told) from error
