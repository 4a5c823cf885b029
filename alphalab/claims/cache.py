"""Verdicts kept between two runs, a small file for each claim, of use as long as nothing that they rest on changes.

    rests on   the code of claims, proofs and evidence and of all floors below, the tables of trainings, the libraries,
               the machine

A claim that is not of the ledger, a changed one say, is decided anew every time.
"""

from __future__ import annotations

import functools
import importlib.metadata
import json
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from alphalab.claims import kernel
from alphalab.claims.claim import Claim, Finding
from alphalab.claims.ledger import CLAIMS
from alphalab.claims.measured import Measurement
from alphalab.claims.verify import Verdict
from alphalab.curves import Estimate
from alphalab.curves.table import FOLDER
from alphalab.digest import code_digest, digest

ABOVE = ("cli", "experiments", "training")  # floors on which no verdict depends
LIBRARIES = ("numpy", "scipy", "sympy", "scikit-learn", "python-flint", "array-api-compat", "mpmath")
Decide = Callable[[tuple[Claim, ...]], tuple[Verdict, ...]]


def remembered(claims: Sequence[Claim], settings: str, decide: Decide) -> tuple[Verdict, ...]:
    """Return the verdicts on the claims; what is not kept under these settings is decided now, all together, and kept.

    A folder that cannot be read or written makes it slower, not wrong.
    """
    known = {id(claim): _read(claim, settings) for claim in claims if any(claim is one for one in CLAIMS)}
    asked = tuple(claim for claim in claims if known.get(id(claim)) is None)
    made = {id(claim): verdict for claim, verdict in zip(asked, decide(asked) if asked else (), strict=True)}
    for claim in asked:
        if id(claim) in known:
            _write(claim, settings, made[id(claim)])
    return tuple(made.get(id(claim)) or known[id(claim)] for claim in claims)  # type: ignore[misc]


def folder() -> Path:
    """Return where the user's caches of alphalab are: of XDG_CACHE_HOME, or what the platform has in its place."""
    home = os.environ.get("XDG_CACHE_HOME") or {
        "win32": os.environ.get("LOCALAPPDATA", ""),
        "darwin": "~/Library/Caches",
    }.get(sys.platform)
    return Path(home or "~/.cache").expanduser() / "alphalab" / "verdicts"


@functools.cache
def _code() -> str:
    """Return the digest of the code, the trainings that claims are held against, the libraries and the machine."""
    machine = [platform.platform(), platform.processor(), platform.python_version()]
    trainings = [path.read_bytes() for path in sorted(FOLDER.glob("*.csv"))]
    return digest(code_digest(ABOVE, (".py", ".json", ".v")), *trainings, *map(_version, LIBRARIES), *machine)


def _version(library: str) -> str:
    try:
        return f"{library} {importlib.metadata.version(library)}"
    except importlib.metadata.PackageNotFoundError:
        return f"{library} is not installed"


def _path(claim: Claim, settings: str) -> Path:
    return folder() / f"{claim.key}, {settings}.json"


def _read(claim: Claim, settings: str) -> Verdict | None:
    """Return the verdict that is kept and rests on the code as it is, or None; a damaged file is none.

    How far the kernel knows the claim is asked anew: that rests on what Coq compiled, too.
    """
    try:
        kept = json.loads(_path(claim, settings).read_text(encoding="utf-8"))
        if kept["code"] != _code():
            return None
        return replace(_verdict(kept["verdict"]), kernel=kernel.known(claim))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _verdict(fields: dict[str, Any]) -> Verdict:
    plain: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()}
    findings = (Finding(**one | {"estimated": tuple(one["estimated"])}) for one in fields["findings"])
    told = (Measurement(**one | {"estimate": Estimate(*one["estimate"])}) for one in fields["measured"] or ())
    measured = None if fields["measured"] is None else tuple(told)
    return Verdict(**plain | {"findings": tuple(findings), "measured": measured})


def _write(claim: Claim, settings: str, verdict: Verdict) -> None:
    """Keep a verdict, the file whole or not at all."""
    path = _path(claim, settings)
    text = json.dumps({"code": _code(), "verdict": asdict(verdict)})
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False, encoding="utf-8") as draft:
            draft.write(text)
        Path(draft.name).replace(path)
    except OSError:
        return
