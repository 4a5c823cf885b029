"""alphalab verify: every claim proved and checked again, and compared with the record."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from alphalab.arrays import BACKENDS
from alphalab.cli import objects
from alphalab.cli.explain import print_explanation, print_part
from alphalab.cli.settings import add_jobs
from alphalab.cli.show import print_json, print_latex, print_table, print_wrapped, watched

if TYPE_CHECKING:  # the floor of claims loads sympy
    from alphalab.claims import Claim, Verdict
    from alphalab.claims.falsifier import Attack

DEPARTED = 1


def describe(command: argparse.ArgumentParser) -> None:
    """Add the options."""
    command.add_argument(
        "claims",
        nargs="*",
        metavar="CLAIM",
        help="of `alphalab list claims`, a pattern (thm-2*, L4*), or file.py:object",
    )
    command.add_argument("--backend", choices=tuple(BACKENDS), default="numpy", help="default: %(default)s")
    command.add_argument("--explain", action="store_true", help="statement, assumptions, proof steps, every finding")
    command.add_argument("--quick", action="store_true", help="less evidence; proofs and witnesses stay whole")
    command.add_argument("--fresh", action="store_true", help="decide anew what the cache folder knows")
    add_jobs(command, -1, "processes (default: one per core)")
    command.add_argument("--kernel", action="store_true", help="have Coq check what changed; with --explain statements")
    command.add_argument("--kernel-record", action="store_true", help="the same of all claims, and write the record")
    command.add_argument("--attack", action="store_true", help="also search for counterexamples (minutes)")
    command.add_argument("--attack-record", action="store_true", help="attack what changed, and write the record")
    command.add_argument("--latex", action="store_true", help="a LaTeX table; with --explain a document")
    command.add_argument("--html", action="store_true", help="with --explain: a page")
    command.add_argument("--json", action="store_true", help="print JSON; null stands for a number that is not finite")
    command.set_defaults(act=act)


def act(args: argparse.Namespace) -> int:
    """Verify and print; 1 where a verdict departs from the record."""
    from alphalab.claims import CLAIMS, departures
    from alphalab.claims.evidence import CLASSES
    from alphalab.claims.falsifier import attack_all, attackable, attacked
    from alphalab.claims.falsifier import departures as failed_attacks
    from alphalab.claims.verify import TOLERANCE, summary

    check(args)
    found = (one for name in args.claims for one in objects.claims_called(name))
    named = tuple({one.key: one for one in found}.values())
    chosen = named or CLAIMS
    problems = CLASSES if named else None
    refused = kernel_checked(chosen, args.jobs, args.kernel_record) if args.kernel or args.kernel_record else []
    verdicts = verdicts_on(chosen, args.backend, args.quick, args.jobs, problems=problems, fresh=args.fresh)
    reasons = explained(chosen, statements=args.kernel or args.html) if args.explain else [{} for _ in chosen]
    searched = (
        attacked.due(chosen) if args.attack_record else [one for one in chosen if args.attack and attackable(one)]
    )
    each = watched(searched, "claims attacked", len(searched))
    attacks = [found for one in each for found in attack_all([one])]
    if args.attack_record:
        attacked.write(attacks)
    unsearched = [one.key for one in chosen if args.attack and not attackable(one)]
    if args.json:
        told = [verdict.as_dict() | reason for verdict, reason in zip(verdicts, reasons, strict=True)]
        rows = {found.key: attack_row(found) for found in attacks}
        print_json([one | {"attack": rows.get(one["key"])} for one in told] if args.attack else told)
    elif args.explain and (args.latex or args.html):
        print(written(verdicts, reasons, args.html), end="")
    elif args.latex:
        print_latex(
            [row | {"statement": f"${v.statement}$"} for row, v in zip(ledger(verdicts), verdicts, strict=True)]
        )
    else:
        print_table(ledger(verdicts))
        print()
        print_wrapped(f"rounding error granted to a check: {TOLERANCE}; a margin below 0 within it is shown as 0")
        if attacks:
            print_part("", [attack_row(found) for found in attacks])
        if unsearched:
            print()
            print_wrapped(f"not attacked, for there is nothing to search: {', '.join(unsearched)}")
        for verdict, reason in zip(verdicts, reasons, strict=True):
            if reason:
                print_explanation(verdict, reason)
        print(f"\n{summary(verdicts)}")
    return judge([*refused, *departures(verdicts), *(failed_attacks(attacks) if attacks else ())])


def explained(claims: Sequence[Claim], *, statements: bool) -> list[dict[str, Any]]:
    """Return what is told of each claim; with `statements` what the kernel is asked, too."""
    from alphalab.claims.explanation import explanation

    told = (explanation(claim, statements=statements) for claim in claims)
    return list(watched(told, "claims explained", len(claims)))


def written(verdicts: Sequence[Verdict], reasons: Sequence[dict[str, Any]], as_page: bool) -> str:
    """Return what is told of the claims as a page, or as a LaTeX document."""
    from alphalab.claims.explanation import document
    from alphalab.experiments.claim_pages import page

    pairs = list(zip(verdicts, reasons, strict=True))
    return page(pairs) if as_page else document(pairs)


def check(args: argparse.Namespace) -> None:
    """Raise ValueError for options of which one would be dropped."""
    forms = [f"--{name}" for name in ("json", "latex", "html") if getattr(args, name)]
    if len(forms) > 1:
        raise ValueError(f"{' and '.join(forms)} exclude each other: give one")
    if args.html and not args.explain:
        raise ValueError("--html is a form of --explain: give both")
    if args.attack and (args.latex or args.html):
        raise ValueError(f"--attack is told in the table or with --json, not with {forms[0]}")
    for record in ("kernel", "attack"):
        if getattr(args, f"{record}_record") and args.claims:
            raise ValueError(f"--{record}-record is of all claims: name none")


def kernel_checked(claims: Sequence[Claim], jobs: int, anew: bool) -> list[str]:
    """Have Coq check what changed; return a sentence for every theorem that it refuses."""
    from alphalab.claims import CLAIMS, kernel

    if not kernel.version():
        print("alphalab: the kernel is skipped: there is no coqc on the path", file=sys.stderr)
        return []
    if anew:
        kernel.write_printed()
    asked = tuple(kernel.theorems(CLAIMS if anew else claims))
    try:
        outcomes = list(watched(kernel.check(asked, jobs=jobs), "theorems checked", len(asked)))
        if anew:
            kernel.write_record(asked, outcomes)
    except kernel.RefusedError as reason:
        return [f"kernel: {reason}"]
    return [f"kernel: {outcome.key}: {outcome.refused}" for outcome in outcomes if outcome.refused]


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
    claims: Sequence[Claim],
    backend: str = "numpy",
    quick: bool = False,
    jobs: int = 1,
    *,
    problems: tuple[str, ...] | None = None,
    fresh: bool = True,
) -> tuple[Verdict, ...]:
    """Return the verdicts, with a bar on a terminal; where not `fresh`, those that are kept and still hold as they are.

    `problems`: on which the runs are made, by default all.
    """
    from alphalab.claims import verify_all
    from alphalab.claims.cache import remembered

    decide = partial(verify_all, name=backend, problems=problems, quick=quick, jobs=jobs, watch=watched)
    extent = f"{'quick' if quick else 'full'}, {'every problem' if problems is None else 'every class'}, {backend}"
    return decide(claims) if fresh else remembered(claims, extent, decide)


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
            "worst margin": verdict.margin,
            "best tightness": verdict.best_tightness,
            "seconds": round(verdict.seconds, 2),
        }
        for verdict in verdicts
    ]
