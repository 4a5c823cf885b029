"""Numbers as people read them."""

from __future__ import annotations


def counted(count: int, name: str, plural: str = "s") -> str:
    """Return "1 run", "2,000 runs"."""
    return f"{count:,} {name}{plural * (count != 1)}"


def size(amount: float) -> str:
    """Return a number of bytes: "24 MB", "1.5 GB"."""
    return f"{amount / 2**30:,.1f} GB" if amount >= 2**30 else f"{amount / 2**20:.0f} MB"
