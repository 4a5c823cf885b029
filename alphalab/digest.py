"""Digests, by which what was computed is found again: of texts, and of the code."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Collection
from pathlib import Path

PACKAGE = Path(__file__).parent


def digest(*parts: str | bytes) -> str:
    """Return the digest of pieces, each with its length, so that none can mimic two: 32 hexadecimal digits."""
    whole = hashlib.blake2b(digest_size=16)
    for part in parts:
        content = part.encode() if isinstance(part, str) else part
        whole.update(f"{len(content)}:".encode() + content)
    return whole.hexdigest()


@functools.cache
def code_digest(without: Collection[str], suffixes: Collection[str] = (".py",)) -> str:
    """Return the digest of alphalab's files with these suffixes, all but those of the floors `without`."""
    files = ((path.relative_to(PACKAGE), path) for path in sorted(PACKAGE.rglob("*")) if path.suffix in suffixes)
    kept = [(name, path) for name, path in files if name.parts[0].removesuffix(".py") not in without]
    return digest(*(part for name, path in kept for part in (name.as_posix(), path.read_bytes())))
