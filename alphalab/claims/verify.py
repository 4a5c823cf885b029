"""Decide the claims: discharge proofs, re-check certificates, confirm witnesses, meet the evidence.

What is found is compared with the verdict on record; a departure in either direction is an error.
"""

from __future__ import annotations

import functools
import itertools
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from alphalab.claims.case import Case
from alphalab.claims.claim import VERDICTS, Bound, Claim, Finding, shown_margin
from alphalab.claims.closing import concluded
from alphalab.claims.evidence import evidence
from alphalab.claims.ledger import CLAIMS
from alphalab.simulation.cores.spread import counted
from alphalab.simulation.cores.workers import side_by_side

TOLERANCE = (
    "(n + 16) ulp of the terms of both sides, of a difference those of what is subtracted, "
    "and one more for every step of a run"
)


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What is known of a claim, each kind of knowing by itself, and whether it agrees with the record.

    recorded, found   "true" | "corrected" | "false"; found also "undecided"
    proved            number of proof steps discharged, those of the conclusion among them
    undecided         the sentences of those that are not, and why the claim is not what its proof ends in
    appeals           claims and lines of the table of facts it uses;   unused  assumptions it does not use
    certified         whether an interval certificate was re-checked, None where there is none
    kernel            how far a proof kernel knows it, in the words of `kernel.known`; "" where not at all
    refuted           whether a witness was confirmed, None where there is none;   counterexample  its sentence
    instances, violations   of the checks;   worst_margin  least (right - left)/right;   best_tightness  left/right
    """

    key: str
    title: str
    source: str
    statement: str
    recorded: str
    found: str
    proved: int
    undecided: tuple[str, ...]
    appeals: tuple[str, ...]
    unused: tuple[str, ...]
    certified: bool | None
    refuted: bool | None
    counterexample: str
    kernel: str
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
    def margin(self) -> float | None:
        """The worst margin as it is shown: what is within the rounding error granted is 0."""
        return shown_margin(self.worst_margin, self.violations)

    @property
    def known_by(self) -> str:
        """How it is known, in words, each kind of knowing by itself."""
        ways = {
            f"proved ({counted(self.proved, 'step')})": self.proved and not self.undecided,
            f"undecided ({counted(len(self.undecided), 'step')})": self.undecided,
            "certified": self.certified,
            "certificate rejected": self.certified is False,
            "refuted (exact witness)": self.refuted,
            "witness not confirmed": self.refuted is False,
            f"checked ({counted(self.instances, 'instance')})": self.instances,
            f"violated ({counted(self.violations, 'instance')})": self.violations,
            self.kernel: self.kernel,
        }
        return ", ".join(way for way, taken in ways.items() if taken) or "not known"

    def as_dict(self) -> dict[str, Any]:
        """Everything, ready for JSON."""
        return asdict(self) | {"agrees": self.agrees, "known_by": self.known_by}


@dataclass(frozen=True, kw_only=True)
class Argument:
    """What a claim has for and against it without any case: the steps of its proof, certificate and witness.

    steps   how many are discharged;   the others   as in `Verdict`;   seconds   it took
    """

    steps: int
    undecided: tuple[str, ...]
    appeals: tuple[str, ...]
    unused: tuple[str, ...]
    certified: bool | None
    refuted: bool | None
    counterexample: str
    seconds: float


def verify_all(
    claims: Iterable[Claim],
    cases: Iterable[Case] | None = None,
    name: str = "numpy",
    *,
    quick: bool = False,
    jobs: int = 1,
) -> tuple[Verdict, ...]:
    """Return the verdict on each claim, over `cases` or else all the evidence, made once for all of them.

    `quick`: over less evidence. With `jobs` other than 1 so many processes (-1: one per core) settle the arguments
    while the claims meet the cases here.
    """
    claims = tuple(claims)
    arguments = _arguments(claims, jobs)
    findings: dict[str, list[Finding]] = {claim.key: [] for claim in claims}
    seconds = dict.fromkeys(findings, 0.0)
    if cases is None:
        cases = evidence(name, quick=quick) if any(isinstance(claim, Bound) for claim in claims) else ()
    for case in cases:
        for claim in claims:
            began = time.perf_counter()
            finding = claim.findings(case)
            findings[claim.key] += [finding] if finding else []
            seconds[claim.key] += time.perf_counter() - began
    met = [_met(claim, findings[claim.key], seconds[claim.key]) for claim in claims]
    return tuple(itertools.starmap(_verdict, zip(claims, met, arguments, strict=True)))


def _arguments(claims: Sequence[Claim], jobs: int) -> Iterator[Argument]:
    """Begin to settle the argument of every claim; in this process it is settled when asked for."""
    book = {claim.key: claim for claim in (*CLAIMS, *claims)}
    tasks = [functools.partial(_argument, claim, book) for claim in claims]
    return side_by_side(tasks, 1 if len(claims) == 1 else jobs, ordered=True)


def _argument(claim: Claim, book: Mapping[str, Claim]) -> Argument:
    began = time.perf_counter()
    steps = claim.proof().steps if claim.proof else ()
    closed = concluded(claim, book)
    open_steps = tuple(step.sentence for step in steps if not _decided(step))
    return Argument(
        steps=len(steps) - len(open_steps) + closed.terms,
        undecided=(*open_steps, *closed.problems),
        appeals=closed.appeals,
        unused=closed.unused,
        certified=_certified(claim),
        refuted=_refuted(claim),
        counterexample=claim.witness().sentence if claim.witness else "",
        seconds=time.perf_counter() - began,
    )


_decided: Callable[[Any], bool] = functools.cache(lambda step: step.discharged())  # proofs share steps


def _met(claim: Claim, findings: list[Finding], seconds: float) -> tuple[list[Finding], tuple[Finding, ...], float]:
    """Return (findings on all cases, those of the trial, seconds): what the shared cases gave, and the claim's own."""
    began = time.perf_counter()
    own = [*filter(None, map(claim.findings, claim.own_cases()))]
    tried = tuple(claim.trial()) if claim.trial else ()
    return [*findings, *own], tried, seconds + time.perf_counter() - began


def _verdict(claim: Claim, met: tuple[list[Finding], tuple[Finding, ...], float], argument: Argument) -> Verdict:
    on_cases, tried, seconds = met
    findings = (*on_cases, *tried)
    tightness = [f.best_tightness for f in findings if f.best_tightness is not None]
    instances, violations = sum(f.instances for f in findings), sum(f.violations for f in findings)
    proved = argument.steps > 0 and not argument.undecided
    known = argument.certified is not False and (
        bool(argument.certified) or any(finding.instances for finding in tried)
    )
    contradicted = bool(argument.refuted) and any(finding.violations for finding in tried)
    return Verdict(
        key=claim.key,
        title=claim.title,
        source=claim.source,
        statement=claim.statement,
        recorded=claim.verdict,
        found=_found(claim, proved, known, violations, argument.refuted, contradicted),
        proved=argument.steps,
        undecided=argument.undecided,
        appeals=argument.appeals,
        unused=argument.unused,
        certified=argument.certified,
        refuted=argument.refuted,
        counterexample=argument.counterexample,
        kernel=_kernel(claim),
        instances=instances,
        violations=violations,
        worst_margin=1 - max(tightness) if tightness else None,
        best_tightness=max(tightness, default=None),
        tolerance=TOLERANCE,
        remark=claim.remark or claim.correction,
        seconds=seconds + argument.seconds,
        findings=findings,
    )


def _found(claim: Claim, proved: bool, known: bool, violations: int, refuted: bool | None, contradicted: bool) -> str:
    """What the kinds of knowing say together; a missing or failed part is never success.

    `known`: certified, or tried on at least one instance. The trial of a refuted claim is of what is true
    instead; where it finds a violation it contradicts that.
    """
    failed = (claim.proof and not proved) or (claim.certificate and not known)
    if refuted is False or contradicted or failed:
        return "undecided"
    if refuted:
        return "corrected" if proved else "false"
    if violations:
        return "false"
    return "true" if proved or known else "undecided"


def _kernel(claim: Claim) -> str:
    """How far a proof kernel knows the claim."""
    from alphalab.claims import kernel

    return kernel.known(claim)


def _certified(claim: Claim) -> bool | None:
    """Whether the claim's certificate passes the independent checker; None where it has none."""
    if claim.certificate is None:
        return None
    from alphalab.claims import certificates

    return certificates.recheck(claim.certificate)


def _refuted(claim: Claim) -> bool | None:
    """Whether the claim's witness is confirmed, exactly and in floating point; None where it has none."""
    if claim.witness is None:
        return None
    witness = claim.witness()
    if witness.unconfirmed() or not witness.steps:
        return False
    if isinstance(claim, Bound) and not witness.breaks(claim.left, claim.right):
        return False
    if witness.case is None or not isinstance(claim, Bound):
        return True
    return claim.check(witness.case()).count("violated") > 0


def summary(verdicts: Sequence[Verdict]) -> str:
    """Return how many claims have which verdict, and how many depart from the record."""
    found = [verdict.found for verdict in verdicts]
    parts = ", ".join(f"{found.count(word)} {word}" for word in (*VERDICTS, "undecided") if word in found)
    apart = sum(not verdict.agrees for verdict in verdicts)
    agreement = f"{apart} depart{'s' if apart == 1 else ''} from the record" if apart else "all as on record"
    return f"{counted(len(found), 'claim')}: {parts}; {agreement}"


def departures(verdicts: Iterable[Verdict]) -> Iterator[str]:
    """Yield a sentence for every verdict that departs from the record."""
    for verdict in verdicts:
        if not verdict.agrees:
            yield f"{verdict.key}: on record {verdict.recorded!r}, found {verdict.found!r} ({verdict.known_by})"
