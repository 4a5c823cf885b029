"""alphalab verify: every claim proved and checked again, and compared with the record."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from alphalab.arrays import BACKENDS
from alphalab.cli.settings import add_jobs
from alphalab.cli.show import cell, print_json, print_latex, print_table

if TYPE_CHECKING:  # the floor of claims loads sympy
    from alphalab.claims import Claim, Verdict
    from alphalab.claims.falsifier import Attack

DEPARTED = 1


def add(commands: Any) -> None:
    """Add the command."""
    command = commands.add_parser("verify", help="the verdicts, found again", allow_abbrev=False)
    command.add_argument("claims", nargs="*", metavar="CLAIM", help="keys of `alphalab list claims` (default: all)")
    command.add_argument("--backend", choices=tuple(BACKENDS), default="numpy", help="default: %(default)s")
    command.add_argument("--explain", action="store_true", help="statement, assumptions, proof steps, every finding")
    command.add_argument("--quick", action="store_true", help="less evidence; proofs and witnesses stay whole")
    add_jobs(command, -1, "processes (default: one per core)")
    command.add_argument("--attack", action="store_true", help="also search for counterexamples (minutes)")
    command.add_argument("--latex", action="store_true", help="print the ledger as a LaTeX table (booktabs)")
    command.add_argument("--json", action="store_true", help="print JSON; null stands for a number that is not finite")
    command.set_defaults(act=act)


def act(args: argparse.Namespace) -> int:
    """Verify and print; 1 where a verdict departs from the record."""
    from alphalab.claims import CLAIMS, claim, departures
    from alphalab.claims.falsifier import attack_all
    from alphalab.claims.falsifier import departures as failed_attacks
    from alphalab.claims.verify import TOLERANCE

    chosen = tuple(claim(key) for key in dict.fromkeys(args.claims)) or CLAIMS
    verdicts = verdicts_on(chosen, args.backend, args.quick, args.jobs)
    reasons = [explanation(one) if args.explain else {} for one in chosen]
    attacks = attack_all(chosen) if args.attack else ()
    if args.json:
        tried = {found.key: {"attack": attack_row(found)} for found in attacks}
        pairs = zip(verdicts, reasons, strict=True)
        print_json([verdict.as_dict() | reason | tried.get(verdict.key, {}) for verdict, reason in pairs])
    elif args.latex:
        print_latex(
            [row | {"statement": f"${v.statement}$"} for row, v in zip(ledger(verdicts), verdicts, strict=True)]
        )
    else:
        print_table(ledger(verdicts))
        print(f"\nrounding error granted to a check: {TOLERANCE}")
        if attacks:
            print()
            print_table([attack_row(found) for found in attacks])
        for verdict, reason in zip(verdicts, reasons, strict=True):
            if reason:
                print_explanation(verdict, reason)
    return judge([*departures(verdicts), *failed_attacks(attacks)])


def attack_row(found: Attack) -> dict[str, Any]:
    """One row per attack."""
    return {
        "attacked": found.key,
        "record": found.recorded,
        "broken": found.violated,
        "evaluations": found.evaluations,
        "best tightness": found.best_tightness,
        "seconds": round(found.seconds, 2),
        "nearest": found.where,
    }


def verdicts_on(
    claims: Sequence[Claim], backend: str = "numpy", quick: bool = False, jobs: int = 1
) -> tuple[Verdict, ...]:
    """Return the verdicts, over all the evidence or less of it, with a bar on a terminal after two seconds."""
    from tqdm import tqdm

    from alphalab.claims import Bound, verify_all
    from alphalab.claims.evidence import evidence

    if not any(isinstance(claim, Bound) for claim in claims):
        return verify_all(claims, (), backend, jobs=jobs)

    cases = tqdm(evidence(backend, quick=quick), desc="verify", unit=" cases", delay=2.0, leave=False, disable=None)
    return verify_all(claims, cases, backend, jobs=jobs)


def judge(sentences: Sequence[str]) -> int:
    """Say on stderr what departs from the record; return the exit code."""
    for sentence in sentences:
        print(f"alphalab: {sentence}", file=sys.stderr)
    return DEPARTED if sentences else 0


def ledger(verdicts: Sequence[Verdict]) -> list[dict[str, Any]]:
    """One row per claim."""
    return [
        {
            "claim": verdict.key,
            "source": verdict.source,
            "verdict": verdict.found if verdict.agrees else f"{verdict.found} (record: {verdict.recorded})",
            "known by": verdict.known_by,
            "worst margin": verdict.worst_margin,
            "best tightness": verdict.best_tightness,
            "seconds": round(verdict.seconds, 2),
        }
        for verdict in verdicts
    ]


def explanation(claim: Claim) -> dict[str, Any]:
    """Return what a claim says and how it is proved."""
    told: dict[str, Any] = {
        "letters": claim.letters(),
        "assumes": [assumption.sentence for assumption in claim.assumes],
        "proof": [],
        "follows": "",
    }
    if claim.proof is None:
        return told
    proof = claim.proof()
    undecided = proof.undecided()
    for step in proof.steps:
        outcome = "undecided" if step.sentence in undecided else "ok"
        told["proof"].append({"step": outcome, "says": step.sentence, "LaTeX": step.latex()})
    return told | {"follows": proof.follows}


def print_explanation(verdict: Verdict, reason: dict[str, Any]) -> None:
    """Print statement, letters, assumptions, proof and findings of one claim."""
    print(f"\n{verdict.key}: {verdict.title}\n\nstatement    {verdict.statement}")
    print(f"assumes      {cell(reason['assumes'])}\nremark       {verdict.remark}\n")
    print_table([{"letter": letter, "meaning": meaning} for letter, meaning in reason["letters"].items()])
    print()
    print_table(reason["proof"])
    print(f"\n{reason['follows']}\n\nfindings, rounding error granted: {verdict.tolerance}\n")
    print_table(
        [
            {
                "case": finding.case,
                "instances": finding.instances,
                "violations": finding.violations,
                "worst margin": finding.worst_margin,
                "best tightness": finding.best_tightness,
                "not applicable": finding.not_applicable,
            }
            for finding in verdict.findings
        ]
    )
