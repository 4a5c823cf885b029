"""The version of alphalab that is installed."""

from __future__ import annotations

from importlib import metadata


def version() -> str:
    """Return the version; that of a checkout which was not installed is 0+uninstalled."""
    try:
        return metadata.version("alphalab")
    except metadata.PackageNotFoundError:
        return "0+uninstalled"
