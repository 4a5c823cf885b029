"""alphalab verify: every claim proved and checked again, and compared with the record."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from alphalab.arrays import BACKENDS
from alphalab.cli import objects
from alphalab.cli.explain import document, page, print_named, shown
from alphalab.cli.settings import add_jobs
from alphalab.cli.show import print_json, print_latex, print_table, print_wrapped, watched
from alphalab.words import counted

if TYPE_CHECKING:  # the floor of claims loads sympy
    from alphalab.claims import Claim, Verdict
    from alphalab.claims.claim import Finding
    from alphalab.claims.closing import Closing
    from alphalab.claims.falsifier import Attack
    from alphalab.claims.notation import Formula
    from alphalab.claims.proof import Step

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
    command.add_argument("--latex", action="store_true", help="a LaTeX table; with --explain a document")
    command.add_argument("--html", action="store_true", help="with --explain: a page")
    command.add_argument("--json", action="store_true", help="print JSON; null stands for a number that is not finite")
    command.set_defaults(act=act)


def act(args: argparse.Namespace) -> int:
    """Verify and print; 1 where a verdict departs from the record."""
    from alphalab.claims import CLAIMS, departures
    from alphalab.claims.evidence import CLASSES
    from alphalab.claims.falsifier import attack_all, attackable
    from alphalab.claims.falsifier import departures as failed_attacks
    from alphalab.claims.verify import TOLERANCE, summary

    check(args)
    found = (one for name in args.claims for one in objects.claims_called(name))
    named = tuple({one.key: one for one in found}.values())
    chosen = named or CLAIMS
    problems = CLASSES if named else None
    refused = kernel_checked(chosen, args.jobs, args.kernel_record) if args.kernel or args.kernel_record else []
    verdicts = verdicts_on(chosen, args.backend, args.quick, args.jobs, problems=problems, fresh=args.fresh)
    reasons = [explanation(one, kernel=args.kernel) if args.explain else {} for one in chosen]
    searched = [one for one in chosen if args.attack and attackable(one)]
    each = watched(searched, "claims attacked", len(searched))
    attacks = [found for one in each for found in attack_all([one])]
    unsearched = [one.key for one in chosen if args.attack and not attackable(one)]
    if args.json:
        told = [verdict.as_dict() | reason for verdict, reason in zip(verdicts, reasons, strict=True)]
        rows = {found.key: attack_row(found) for found in attacks}
        print_json([one | {"attack": rows.get(one["key"])} for one in told] if args.attack else told)
    elif args.explain and (args.latex or args.html):
        print((document if args.latex else page)(list(zip(verdicts, reasons, strict=True))), end="")
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


def check(args: argparse.Namespace) -> None:
    """Raise ValueError for options of which one would be dropped."""
    forms = [f"--{name}" for name in ("json", "latex", "html") if getattr(args, name)]
    if len(forms) > 1:
        raise ValueError(f"{' and '.join(forms)} exclude each other: give one")
    if args.html and not args.explain:
        raise ValueError("--html is a form of --explain: give both")
    if args.attack and (args.latex or args.html):
        raise ValueError(f"--attack is told in the table or with --json, not with {forms[0]}")
    if args.kernel_record and args.claims:
        raise ValueError("--kernel-record is of all claims: name none")


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


def explanation(claim: Claim | str, *, kernel: bool = False) -> dict[str, Any]:
    """Return what a claim, or the one of a key, says and how it is proved and refuted; if asked, what the kernel is."""
    from alphalab.claims import CLAIMS, chosen
    from alphalab.claims.closing import concluded
    from alphalab.claims.measured import measurements
    from alphalab.claims.references import related

    claim = chosen(claim)
    proof = claim.proof() if claim.proof else None
    ends = concluded(claim, {one.key: one for one in (*CLAIMS, claim)})
    return {
        "letters": claim.letters(),
        "assumes": [assumption.sentence for assumption in claim.assumes],
        "correction": claim.correction,
        "appeals": list(ends.appeals),
        "not used": list(ends.unused),
        "conclusion": conclusion_rows(ends),
        "proof": step_rows(proof.steps) if proof else [],
        "follows": proof.follows if proof else "",
        "counterexample_steps": step_rows(claim.witness().steps) if claim.witness else [],
        "measured": [str(one) for one in measurements(claim.measured())] if claim.measured else [],
        "kernel_statements": kernel_statements(claim) if kernel else {},
        "not in the kernel": left_out(claim),
        "related": [f"{how}: {entry}" for how, entry in related(claim.key)],
    }


def left_out(claim: Claim) -> str:
    """Return why the kernel is not asked, "" where it is."""
    from alphalab.claims.kernel import LEFT_OUT

    return LEFT_OUT.get(claim.key, "")


def kernel_statements(claim: Claim) -> dict[str, str]:
    """Return key -> proposition of Coq, for the claim and where it is attained; why not, where the kernel has none."""
    from alphalab.claims.kernel import NotFormalError, statement, theorems

    try:
        return {theorem.key: theorem.statement for theorem in theorems([claim])} or {claim.key: statement(claim)}
    except NotFormalError as reason:
        return {claim.key: f"  {reason}"}


def conclusion_rows(ends: Closing) -> list[dict[str, Any]]:
    """One row per term of what a claim ends in: what its gaps are called, weight and gaps, over what it is summed."""
    import sympy as sp

    found = "undecided" if ends.problems else "ok"
    rows = []
    for branch in ends.branches:
        where = [branch.name] if branch.name else []
        where += [f"where ${sp.latex(case)} \\ge 0$" for case in branch.cases]
        for part in branch.parts:
            product = r" \cdot ".join(printed(gap) for gap in (part.weight, *(gap for _, gap in part.gaps)))
            over = f", summed over {', then over '.join(part.over)}" if part.over else ""
            names = " times ".join(name for name, _ in part.gaps)
            rows.append({"step": found, "says": ", ".join([names + over, *where]), "LaTeX": product})
    return rows


def printed(formula: Formula) -> str:
    """Return a factor as LaTeX, a sum in brackets."""
    import sympy as sp

    text = sp.latex(formula)
    return rf"\left({text}\right)" if formula.is_Add else text


def step_rows(steps: Sequence[Step]) -> list[dict[str, Any]]:
    """One row per step of a proof or a counterexample."""
    return [
        {"step": "ok" if step.discharged() else "undecided", "says": step.sentence, "LaTeX": step.latex()}
        for step in steps
    ]


def print_explanation(verdict: Verdict, reason: dict[str, Any]) -> None:
    """Print statement, letters, assumptions, proof, counterexample and findings of one claim."""
    print(f"\n{verdict.key}: {verdict.title}\n")
    remark = verdict.remark if verdict.remark != reason["correction"] else ""
    told = {"statement": verdict.statement, "assumes": reason["assumes"], "what is true": reason["correction"]}
    told |= {"appeals to": reason["appeals"], "not used": reason["not used"]}
    for name, said in (
        told
        | {"measured": reason["measured"], "remark": remark, "not in the kernel": reason["not in the kernel"]}
        | {"related": reason["related"]}
    ).items():
        if said:
            print_named(name, said)
    print_part("", [{"letter": shown(letter), "meaning": shown(said)} for letter, said in reason["letters"].items()])
    print_part("right - left is the sum of", reason["conclusion"])
    print_part("proof of what is true" if verdict.found == "corrected" else "proof", reason["proof"])
    if reason["follows"]:
        print()
        print_wrapped(shown(reason["follows"]))
    print_part("counterexample", reason["counterexample_steps"], verdict.counterexample)
    granted = "" if verdict.worst_margin is None else f"rounding error granted: {verdict.tolerance}"
    print_part("findings", finding_rows(verdict.findings), granted)
    for key, proposition in reason["kernel_statements"].items():
        print(f"\n{key}, as the kernel is asked (what the words mean: alphalab/claims/kernel/facts/Definitions.v)\n")
        print(proposition)
    if reasons := Counter(one.not_applicable for one in verdict.findings if not one.instances):
        counts = ", ".join(f"{why or 'no instance'} ({many})" for why, many in reasons.most_common())
        print()
        print_wrapped(f"not applicable to {counted(reasons.total(), 'case')}: {shown(counts)}")


def print_part(heading: str, rows: Sequence[dict[str, Any]], sentence: str = "") -> None:
    """Print a table under its heading and sentence; nothing where it has no row."""
    if not rows:
        return
    for text in (heading, sentence):
        if text:
            print()
            print_wrapped(shown(text))
    print()
    print_table([{"formula" if name == "LaTeX" else name: shown(value) for name, value in row.items()} for row in rows])


def finding_rows(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """One row per finding that has instances, with why others in it do not count where there are any."""
    met = [finding for finding in findings if finding.instances]
    rows = [
        {
            "case": finding.case,
            "instances": finding.instances,
            "violations": finding.violations,
            "worst margin": finding.margin,
            "best tightness": finding.best_tightness,
        }
        for finding in met
    ]
    partly = [{"not counted": finding.not_applicable} for finding in met]
    return [row | why for row, why in zip(rows, partly, strict=True)] if any(f.not_applicable for f in met) else rows
