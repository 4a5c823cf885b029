"""Interval certificates: scalar inequalities on whole unbounded domains, proved once and re-checked anywhere.

    concavity        tanh(alpha x) >= x tanh(alpha)             alpha > 0, 0 <= x <= 1        Lemma 2
    ratio-decreases  (tanh(t)/t)' <= 0                          t >= 0                        all sharp lemmas
    phi-concave      s -> tanh^2(alpha sqrt s) is concave       t = alpha sqrt s >= 0         L1*, upper
    psi-concave      s -> sqrt s tanh(alpha sqrt s) is concave  t = alpha sqrt s >= 0         L2*, upper
    below-identity   0 <= tanh(t) <= t                          t >= 0                        L3*, L4*

With t = alpha sqrt s:  phi'' = -(alpha^4 sech^2(t)/(2 t^3)) (tanh t - t (1 - 3 tanh^2 t)),
                        psi'' = -(alpha^3/(4 t^3)) (tanh t - t sech^2(t) (1 - 2 t tanh t)).
below-identity as t tanh(t) >= tanh^2(t): for t > 0, tanh(t) and t - tanh(t) then have one sign, and their sum is t > 0.
prover (python-flint, extra `proof`) writes them; checker (mpmath and fractions) believes nothing of what it reads.
"""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

CERTIFICATES: tuple[str, ...] = ("concavity", "ratio-decreases", "phi-concave", "psi-concave", "below-identity")


def recheck(name: str) -> bool:
    """Return whether the stored certificate `name` passes the checker; raises ValueError for an unknown name."""
    from alphalab.claims.certificates.checker import check

    text = stored(name)
    try:
        return check(text, name)
    except ValueError:
        return False


def stored(name: str) -> str:
    """Return the text of the certificate shipped with the package; raises ValueError for an unknown name."""
    return files(__name__).joinpath(f"{_known(name)}.json").read_text(encoding="ascii")


def prove(name: str) -> dict[str, Any]:
    """Prove the claim again and return its certificate; needs the extra `proof`, raises ValueError where it fails."""
    from alphalab.claims.certificates import prover

    return prover.prove(_known(name))


def write_all(folder: str | Path) -> None:
    """Prove every claim and write its certificate into the folder; needs the extra `proof`."""
    for name in CERTIFICATES:
        Path(folder, f"{name}.json").write_text(as_text(prove(name)), encoding="ascii")


def as_text(certificate: dict[str, Any]) -> str:
    """Return the certificate as JSON with one box per line."""
    head = {key: value for key, value in certificate.items() if key != "boxes"}
    lines = [f" {json.dumps(key)}: {json.dumps(value)}," for key, value in head.items()]
    boxes = ",\n".join(f"  {json.dumps(box)}" for box in certificate["boxes"])
    return "\n".join(("{", *lines, ' "boxes": [', boxes, " ]", "}", ""))


def _known(name: str) -> str:
    if name not in CERTIFICATES:
        raise ValueError(f"certificate {name!r} is unknown; known: {', '.join(CERTIFICATES)}")
    return name
