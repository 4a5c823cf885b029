"""Decide the claims: discharge proofs, re-check certificates, confirm witnesses, meet the evidence.

    argued    proof, certificate, witness            met    the cases that all claims share: gradients and runs
    alone     its own cases, the one that attains it, the nearest one known, those that break what assumes too little or
              promises too much, its trial

What is found is compared with the verdict on record; a departure in either direction is an error.
"""

from __future__ import annotations

import functools
import itertools
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, TypeAlias

from alphalab.claims import kernel
from alphalab.claims.breaking import breaking
from alphalab.claims.case import Case
from alphalab.claims.claim import REMEDY, VERDICTS, Bound, Claim, Finding, Margin
from alphalab.claims.closing import concluded
from alphalab.claims.evidence import evidence
from alphalab.claims.falsifier import attacked
from alphalab.claims.falsifier.interpolation import Instance
from alphalab.claims.falsifier.intervals import reached
from alphalab.claims.falsifier.records import RECORDS
from alphalab.claims.ledger import CLAIMS
from alphalab.claims.measured import Measurement, described, measurements
from alphalab.claims.proof import Witness, discharged
from alphalab.problems import Problem
from alphalab.words import counted
from alphalab.workers import in_parallel

SHARES = 16
FEW = 4  # claims that are decided sooner than other processes have begun
TOLERANCE = (
    "(n + 16) ulp of the terms of both sides, of a difference those of what is subtracted, "
    "and one more for every step of a run"
)


@dataclass(frozen=True, kw_only=True)
class Verdict(Margin):
    """What is known of a claim, each kind of knowing by itself, and whether it agrees with the record.

    recorded, found   "true" | "corrected" | "false" | "open"; found also "undecided"
    proved            number of proof steps discharged, those of the conclusion among them
    by_words          whether what they give together, or what follows of a bound, is said in words alone
    undecided         the sentences of those that are not, and why the claim is not what its proof ends in
    appeals           claims and lines of the table of facts it uses;   unused  assumptions it does not use
    certified         whether an interval certificate was re-checked, None where there is none
    kernel            how far a proof kernel knows it, in the words of `kernel.known`; "" where not at all
    refuted           whether a witness was confirmed, None where there is none;   counterexample  its sentence
    reached           what left/right is not below, in intervals, at the instance on record or that of the witness;
                      0 where that is none, None where there is no instance
    attacked          how long it was attacked and how near that came, "" where that is not on record
    measured          what was found of the trainings it speaks of
    instances, violations   of the checks;   worst_margin  least (right - left)/right;   best_tightness  left/right
    estimated         the constants that checks rest on and that are only what samples showed

    >>> import alphalab as al
    >>> verdict = al.verify("eq3-bound", quick=True)
    >>> verdict.recorded, verdict.found, verdict.agrees, verdict.estimated
    ('true', 'true', True, ())
    >>> "proved" in verdict.known_by, verdict.margin, verdict.as_dict()["key"]
    (True, 0.0, 'eq3-bound')
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
    reached: float | None
    kernel: str
    instances: int
    violations: int
    worst_margin: float | None
    best_tightness: float | None
    tolerance: str
    remark: str
    seconds: float
    findings: tuple[Finding, ...] = field(repr=False)
    by_words: bool = False
    attacked: str = ""
    measured: tuple[Measurement, ...] | None = None
    estimated: tuple[str, ...] = ()

    @property
    def agrees(self) -> bool:
        """Whether what was found is what is on record."""
        return self.found == self.recorded

    @property
    def known_by(self) -> str:
        """How it is known, in words, each kind of knowing by itself."""
        joined = ", joined by words" if self.by_words else ""
        beyond = f"left/right up to {self.reached:.4f} for n > 1" if self.reached and not self.refuted else ""
        attacks = "; ".join(filter(None, (self.attacked, beyond)))
        ways = {
            f"proved ({counted(self.proved, 'step')}{joined})": self.proved and not self.undecided,
            f"undecided ({counted(len(self.undecided), 'step')})": self.undecided,
            "certified": self.certified,
            "certificate rejected": self.certified is False,
            "refuted (exact witness)": self.refuted and not self.reached,
            f"refuted (exact instance: left/right at least {self.reached or 0:.4f} in intervals)": (
                self.refuted and self.reached
            ),
            "witness not confirmed": self.refuted is False,
            f"checked ({counted(self.instances, 'instance')})": self.instances,
            f"attacked ({attacks})": attacks,
            f"resting on estimated {' and '.join(self.estimated)}": self.estimated,
            f"violated ({counted(self.violations, 'instance')}; {REMEDY})": self.violations,
            self.kernel: self.kernel,
            described(self.measured) if self.measured is not None else "": self.measured is not None,
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
    reached: float | None
    measured: tuple[Measurement, ...] | None
    seconds: float


Met: TypeAlias = tuple[tuple[Finding, ...], float]
"""What a claim met, and the seconds that it took."""


def verify_all(
    claims: Iterable[Claim],
    cases: Iterable[Case | Callable[[], Case]] | None = None,
    name: str = "numpy",
    *,
    problems: Sequence[Problem | str] | None = None,
    quick: bool = False,
    jobs: int = 1,
    watch: Callable[[Iterator[Any], str, int], Iterable[Any]] = lambda parts, what, total: parts,
) -> tuple[Verdict, ...]:
    """Return the verdict on each claim, over `cases` or else `evidence(name, quick, problems)`, and its own cases.

    With `jobs` other than 1 so many processes decide more than FEW claims (-1: one per core). `watch` is given the
    parts as they are done, what they are called and how many there are, and hands them on: a bar, say.

    >>> import alphalab as al
    >>> [verdict.found for verdict in al.verify_all([al.claim("ex-1"), al.claim("tab1-lamb")], quick=True)]
    ['true', 'false']
    """
    claims = tuple(claims)
    bounds = tuple(claim for claim in claims if isinstance(claim, Bound))
    cases = list((evidence(name, quick, problems) if bounds else ()) if cases is None else cases)
    shares = min(SHARES, len(cases))  # every share of the cases is sent with all the bounds
    tasks: list[Callable[[], Any]] = [functools.partial(argued, claim, claims) for claim in claims]
    tasks += [functools.partial(alone, claim) for claim in claims]
    tasks += [functools.partial(met, bounds, cases[k::shares]) for k in range(shares)]
    done = in_parallel(tasks, jobs, ordered=True) if len(claims) > FEW else (task() for task in tasks)
    parts = list(watch(done, "parts of the verdicts", len(tasks)))
    arguments, own, shared = parts[: len(claims)], parts[len(claims) : 2 * len(claims)], parts[2 * len(claims) :]
    rows = [shared[k % shares][k // shares] for k in range(len(cases))]
    columns = zip(*rows, strict=True) if rows else itertools.repeat(())
    on_shared = [next(columns) if isinstance(claim, Bound) else () for claim in claims]
    return tuple(
        _verdict(claim, argument, trial, (*before, others))
        for claim, argument, (others, trial), before in zip(claims, arguments, own, on_shared, strict=True)
    )


def met(bounds: Sequence[Bound], cases: Sequence[Case | Callable[[], Case]]) -> list[list[Met]]:
    """Hold each bound against each case, which is made here where it is not yet."""
    rows: list[list[Met]] = []
    for made in cases:
        case = made if isinstance(made, Case) else made()
        rows.append([])
        for bound in bounds:
            began = time.perf_counter()
            rows[-1].append(((bound.findings(case),), time.perf_counter() - began))
    return rows


def alone(claim: Claim) -> tuple[Met, Met]:
    """Return what a claim meets alone: its own cases and what breaks it if it assumes too little; and on its trial."""
    began, held = time.perf_counter(), []
    if isinstance(claim, Bound):
        held = [claim.findings(case) for case in claim.own_cases()]
        held += [finding for case in breaking(claim) if (finding := claim.findings(case)).instances]
    between = time.perf_counter()
    tried = tuple(claim.trial()) if claim.trial else ()
    return (tuple(held), between - began), (tried, time.perf_counter() - between)


def argued(claim: Claim, others: Sequence[Claim] = ()) -> Argument:
    """Return what proof, certificate and witness of a claim say beside the ledger and `others`."""
    book = {one.key: one for one in (*CLAIMS, *others, claim)}
    began = time.perf_counter()
    steps = claim.proof().steps if claim.proof else ()
    witness = claim.witness() if claim.witness else None
    closed = concluded(claim, book)
    instance = witness.instance if witness else RECORDS.get(claim.key)
    at = _at_instance(claim, instance) if instance else None
    open_steps = tuple(step.sentence for step in steps if not discharged(step))
    return Argument(
        steps=len(steps) - len(open_steps) + closed.terms,
        undecided=(*open_steps, *closed.problems),
        appeals=closed.appeals,
        unused=closed.unused,
        certified=_certified(claim.certificate) if claim.certificate else None,
        refuted=_refuted(claim, witness, at) if witness else None,
        counterexample=witness.sentence if witness else "",
        reached=at,
        measured=measurements(claim.measured()) if claim.measured else None,
        seconds=time.perf_counter() - began,
    )


def _verdict(claim: Claim, argument: Argument, trial: Met, on_cases: Sequence[Met]) -> Verdict:
    tried = trial[0]
    findings = (*(finding for found, _ in on_cases for finding in found), *tried)
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
        found=_found(claim, proved, known, violations, argument, contradicted),
        proved=argument.steps,
        undecided=argument.undecided,
        appeals=argument.appeals,
        unused=argument.unused,
        certified=argument.certified,
        refuted=argument.refuted,
        counterexample=argument.counterexample,
        reached=argument.reached,
        kernel=kernel.known(claim),
        instances=instances,
        violations=violations,
        worst_margin=1 - max(tightness) if tightness else None,
        best_tightness=max(tightness, default=None),
        tolerance=TOLERANCE,
        remark=claim.remark or claim.correction,
        seconds=argument.seconds + trial[1] + sum(seconds for _, seconds in on_cases),
        findings=findings,
        by_words=not isinstance(claim, Bound) or bool(claim.hence),
        attacked=str(attacked.standing(claim) or ""),
        measured=argument.measured,
        estimated=tuple(dict.fromkeys(name for finding in findings for name in finding.estimated)),
    )


def _found(claim: Claim, proved: bool, known: bool, violations: int, argument: Argument, contradicted: bool) -> str:
    """What the kinds of knowing say together; a missing or failed part is never success.

    An instance that breaks a claim without a witness decides it, whatever its proof says. A bound is true by its
    conclusion alone: no certificate speaks of its two sides.
    `known`: certified, or tried on at least one instance. The trial of a refuted claim is of what is true
    instead; where it finds a violation it contradicts that. What is measured is refuted or open, never true.
    """
    if argument.measured is not None:
        return "false" if any(one.refutes for one in argument.measured) else "open"
    refuted = argument.refuted
    if violations and refuted is None:
        return "false"
    failed = (claim.proof and not proved) or (claim.certificate and not known)
    if refuted is False or contradicted or failed:
        return "undecided"
    if refuted:
        return "corrected" if proved else "false"
    return "true" if proved or (known and not isinstance(claim, Bound)) else "undecided"


def _certified(name: str) -> bool:
    """Whether a certificate passes the independent checker."""
    from alphalab.claims import certificates

    return certificates.recheck(name)


def _at_instance(claim: Claim, instance: Instance) -> float | None:
    """Return what left/right of a bound is not below at an instance; 0 where there is no such function or run."""
    if not isinstance(claim, Bound):
        return None
    try:
        return reached(claim, instance)
    except ValueError:
        return 0.0


def _refuted(claim: Claim, witness: Witness, at: float | None) -> bool:
    """Whether a witness is confirmed, exactly, or in intervals `at` an instance of a function; and in floats."""
    if witness.unconfirmed() or not (witness.steps or witness.instance):
        return False
    if not isinstance(claim, Bound):
        return True
    floats = witness.case is None or claim.check(witness.case()).count("violated") > 0
    return floats and ((at or 0.0) > 1 if witness.instance else witness.breaks(claim.left, claim.right))


def summary(verdicts: Sequence[Verdict]) -> str:
    """Return how many claims have which verdict, and how many depart from the record."""
    found = [verdict.found for verdict in verdicts]
    parts = ", ".join(f"{found.count(word)} {word}" for word in (*VERDICTS, "undecided") if word in found)
    apart = sum(not verdict.agrees for verdict in verdicts)
    agreement = f"{apart} depart{'s' if apart == 1 else ''} from the record" if apart else "all as on record"
    return f"{counted(len(found), 'claim')}: {parts}; {agreement}"


def departures(verdicts: Iterable[Verdict]) -> Iterator[str]:
    """Yield a sentence for every verdict that departs from the record.

    >>> import alphalab as al
    >>> import dataclasses
    >>> wrong = dataclasses.replace(al.claim("tab1-lamb"), verdict="true")
    >>> [text.partition(" (")[0] for text in al.departures(al.verify_all([wrong], quick=True))]
    ["tab1-lamb: on record 'true', found 'false'"]
    """
    for verdict in verdicts:
        if not verdict.agrees:
            yield f"{verdict.key}: on record {verdict.recorded!r}, found {verdict.found!r} ({verdict.known_by})"
