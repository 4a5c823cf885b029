"""What a claim says and why, in the terminal."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from alphalab.cli.show import print_table, print_wrapped
from alphalab.words import counted

if TYPE_CHECKING:  # the floor of claims loads sympy
    from alphalab.claims import Verdict
    from alphalab.claims.claim import Finding


def print_explanation(verdict: Verdict, reason: dict[str, Any]) -> None:
    """Print statement, letters, assumptions, proof, counterexample and findings of one claim."""
    print(f"\n{verdict.key}: {verdict.title}\n")
    remark = verdict.remark if verdict.remark != reason["correction"] else ""
    told = {"statement": verdict.statement, "assumes": reason["assumes"], "what is true": reason["correction"]}
    told |= {"appeals to": reason["appeals"], "not used": reason["not used"]}
    told |= {"measured": reason["measured"], "remark": remark, "not in the kernel": reason["not in the kernel"]}
    told |= {"not attacked": reason["not attacked"], "related": reason["related"]}
    for name, said in told.items():
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
    """Print a table under its heading and sentence; nothing where it has neither rows nor a sentence."""
    if not (rows or sentence):
        return
    for text in (heading, sentence):
        if text:
            print()
            print_wrapped(shown(text))
    if not rows:
        return
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


def shown(value: Any) -> Any:
    """Return a cell or a sentence as this terminal shows it."""
    from alphalab.claims.typeset import is_ascii, text

    return text(value, ascii_only=is_ascii(sys.stdout)) if isinstance(value, str) else value


def print_named(name: str, said: Any) -> None:
    """Print a heading and what is said under it, wrapped."""
    for part in said if isinstance(said, list) else [said]:
        print_wrapped(f"{name:<12} {shown(part)}", indent=13)
        name = ""
