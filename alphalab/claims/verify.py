"""Hold the claims against the evidence, discharge their proofs, compare with the recorded verdicts."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from alphalab.claims.case import Case
from alphalab.claims.claim import Check, Claim
from alphalab.claims.evidence import evidence


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One claim against one case: how many instances hold or not, the worst margin, the best tightness."""

    case: str
    instances: int
    violations: int
    worst_margin: float | None
    best_tightness: float | None
    not_applicable: str = ""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What is known of a claim, each kind of knowing by itself, and whether it agrees with the record.

    recorded    the verdict on record: "true" or "false";   found: what proof and checks say now
    proved      number of steps discharged, `undecided` the others;   instances, violations: of the checks
    worst_margin  least (right - left)/right met;   best_tightness  largest left/right;   both null if unchecked
    """

    key: str
    title: str
    source: str
    statement: str
    recorded: str
    found: str
    proved: int
    undecided: tuple[str, ...]
    instances: int
    violations: int
    worst_margin: float | None
    best_tightness: float | None
    tolerance: str
    remark: str
    seconds: float
    findings: tuple[Finding, ...] = field(repr=False)

    @property
    def agrees(self) -> bool:
        """Whether what was found is what is on record."""
        return self.found == self.recorded

    @property
    def known_by(self) -> str:
        """How it is known, in words."""
        ways = []
        if self.proved and not self.undecided:
            ways.append(f"proved ({self.proved} steps)")
        if self.instances:
            ways.append(f"checked ({self.instances:,} instances)")
        if self.violations:
            ways.append(f"violated ({self.violations:,} instances)")
        return ", ".join(ways) or "not known"

    def as_dict(self) -> dict[str, Any]:
        """Everything, ready for JSON."""
        return asdict(self) | {"agrees": self.agrees, "known_by": self.known_by}


def verify_all(
    claims: Iterable[Claim], cases: Iterable[Case] | None = None, name: str = "numpy"
) -> tuple[Verdict, ...]:
    """Return the verdict on each claim, over `cases` or else all the evidence, made once for all of them."""
    claims = tuple(claims)
    findings: dict[str, list[Finding]] = {claim.key: [] for claim in claims}
    seconds = dict.fromkeys(findings, 0.0)
    for case in evidence(name) if cases is None else cases:
        for claim in claims:
            began = time.perf_counter()
            findings[claim.key].append(summary(case, claim.check(case)))
            seconds[claim.key] += time.perf_counter() - began
    return tuple(_verdict(claim, findings[claim.key], seconds[claim.key]) for claim in claims)


def summary(case: Case, check: Check) -> Finding:
    """Condense a check to one line."""
    violations = check.count("violated")
    instances = check.count("holds") + violations
    with np.errstate(all="ignore"):
        known = check.tightness[~np.isnan(check.tightness)]
    return Finding(
        case=case.label,
        instances=instances,
        violations=violations,
        worst_margin=float(1 - known.max()) if known.size else None,
        best_tightness=float(known.max()) if known.size else None,
        not_applicable=check.because,
    )


def _verdict(claim: Claim, findings: list[Finding], seconds: float) -> Verdict:
    began = time.perf_counter()
    proof = claim.proof()
    undecided = tuple(proof.undecided())
    tightness = [f.best_tightness for f in findings if f.best_tightness is not None]
    violations = sum(f.violations for f in findings)
    instances = sum(f.instances for f in findings)
    found = "false" if violations else "true" if instances and not undecided else "undecided"
    return Verdict(
        key=claim.key,
        title=claim.title,
        source=claim.source,
        statement=claim.statement,
        recorded=claim.verdict,
        found=found,
        proved=len(proof.steps) - len(undecided),
        undecided=undecided,
        instances=instances,
        violations=violations,
        worst_margin=1 - max(tightness) if tightness else None,
        best_tightness=max(tightness, default=None),
        tolerance="(n + 16) ulp",
        remark=claim.remark,
        seconds=seconds + time.perf_counter() - began,
        findings=tuple(findings),
    )


def departures(verdicts: Iterable[Verdict]) -> Iterator[str]:
    """Yield a sentence for every verdict that departs from the record."""
    for verdict in verdicts:
        if not verdict.agrees:
            yield f"{verdict.key}: on record {verdict.recorded!r}, found {verdict.found!r} ({verdict.known_by})"
