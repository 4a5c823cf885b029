r"""What the search left standing: for every true claim how long it was attacked, how near it came to fail, and where.

    attacks.json     says                the hash of what the claim says and assumes: a changed one is not on record
                     evaluations, ratio  how many, from seed 0, and the greatest left/right, 1 - the least margin
                     arena, point        where, by the name of every axis; else instance: a function by its numbers

`alphalab verify --attack-record` attacks what is not on record and writes it down. UNSEARCHED says what cannot be.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from alphalab.claims.claim import Bound, Claim
from alphalab.claims.falsifier.attack import Attack, arenas, attackable
from alphalab.claims.falsifier.records import plain, read
from alphalab.claims.ledger import CLAIMS
from alphalab.claims.space import Box

PATH = Path(__file__).with_name("attacks.json")
UNSEARCHED: Mapping[str, str] = {
    "eq3-limits": "limits in alpha",
    "ex-1": "one example",
    "sec4-memory": "three counts",
    **dict.fromkeys(
        ("sec5-granularity", "sec6-dqn", "sec6-td3", "sec6-ppo", "sec6-stateless", "sec7-saturation-schedule"),
        "about trainings, each of which takes minutes",
    ),
    "adam-cycle": "an exact orbit from an exact start: an identity, without two sides",
    "dichotomy-n": "what happens from almost every start, in the limit of T",
    "map-not-gradient": "that something is so somewhere: a pair of points, exactly",
    "map-not-monotone": "that something is so somewhere: a pair of points, exactly",
}
"""Claim that is not attacked -> why there is nothing to search."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What is on record of an attack that a claim survived; the fields are those of `attacks.json`."""

    says: str
    evaluations: int
    ratio: float
    arena: str = ""
    point: Mapping[str, float | str] = field(default_factory=dict)
    instance: Mapping[str, Any] | None = None

    def __str__(self) -> str:
        """How long the claim was attacked, and how near that came."""
        return f"{self.evaluations:,} evaluations: left/right up to {self.ratio:.4f}"


def said(claim: Claim) -> str:
    """Return the hash of what a claim says and assumes."""
    sentences = (claim.statement, *(assumption.sentence for assumption in claim.assumes))
    return hashlib.sha256("\n".join(sentences).encode()).hexdigest()


@functools.cache
def record() -> Mapping[str, Standing]:
    """Return key -> what is on record."""
    return {key: Standing(**fields) for key, fields in json.loads(PATH.read_text(encoding="utf-8")).items()}


def standing(claim: Claim) -> Standing | None:
    """Return what is on record of a claim that says and assumes the same; None where that is nothing.

    >>> import alphalab as al
    >>> found = standing(al.claim("lemma-1"))
    >>> found.evaluations > 19_000, round(found.ratio, 4)
    (True, 1.0)
    """
    found = record().get(claim.key)
    return found if found and found.says == said(claim) else None


def again(claim: Claim, found: Standing) -> tuple[float, bool]:
    """Return left/right of a claim at the point on record, and whether it is broken there."""
    if found.instance is not None and isinstance(claim, Bound):
        check = claim.check(read(found.instance).recipe().case())
        return float(check.tightness[-1, ...].max()), bool(check.count("violated"))
    boxes: Iterable[Box | None] = arenas(claim) if isinstance(claim, Bound) else (claim.space,)
    box = next(box for box in boxes if box and box.label == found.arena)
    margin, broken = box.scores(claim, box.point(found.point)[None])
    return 1 - float(margin[0]), bool(broken[0])


def due(claims: Iterable[Claim]) -> tuple[Claim, ...]:
    """Return the claims that are true, can be attacked, and of which nothing is on record."""
    return tuple(one for one in claims if one.verdict == "true" and attackable(one) and standing(one) is None)


def write(attacks: Iterable[Attack]) -> None:
    """Write down what claims of the ledger survived, beside what is on record of the others, in the ledger's order."""
    found = {one.key: one for one in attacks if not one.violated}
    told = {}
    for claim in CLAIMS:
        kept = survived(claim, found[claim.key]) if claim.key in found else standing(claim)
        if kept:
            told[claim.key] = {name: value for name, value in asdict(kept).items() if value}
    PATH.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    record.cache_clear()


def survived(claim: Claim, found: Attack) -> Standing:
    """Return what is to be kept of an attack on a claim that stood."""
    return Standing(
        says=said(claim),
        evaluations=found.evaluations,
        ratio=found.best_tightness or 0.0,
        arena=found.arena,
        point=found.point,
        instance=plain(found.instance) if found.instance else None,
    )
