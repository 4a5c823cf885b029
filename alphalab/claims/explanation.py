"""What is told of a claim: what it says, how it is proved or refuted, what was met; a LaTeX document of it.

explanation(claim)   letters, assumptions, appeals, the conclusion fact by fact, steps, counterexample, kernel
sections             the same with the verdict, as headings and lines, for a document and for a page
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sympy as sp

from alphalab.claims import CLAIMS, chosen, kernel
from alphalab.claims.claim import Claim, Finding
from alphalab.claims.closing import Closing, concluded
from alphalab.claims.falsifier.attacked import UNSEARCHED
from alphalab.claims.measured import measurements
from alphalab.claims.notation import Formula
from alphalab.claims.proof import Step, discharged
from alphalab.claims.references import related
from alphalab.claims.typeset import escaped, tex
from alphalab.claims.verify import Verdict
from alphalab.words import counted

Section = tuple[str, list[tuple[str, str]]]
"""A heading, and its lines: (words, LaTeX of a formula), each of which may be empty."""
PLAIN = ("verdict", "related", "evidence")  # sections without mathematics in the words


def explanation(claim: Claim | str, *, statements: bool = False) -> dict[str, Any]:
    """Return what a claim, or the one of a key, says and how it is proved and refuted; if asked, what the kernel is."""
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
        "kernel_statements": kernel_statements(claim) if statements else {},
        "not in the kernel": kernel.LEFT_OUT.get(claim.key, ""),
        "not attacked": UNSEARCHED.get(claim.key, ""),
        "related": [f"{how}: {entry}" for how, entry in related(claim.key)],
    }


def kernel_statements(claim: Claim) -> dict[str, str]:
    """Return key -> proposition of Coq, for the claim and where it is attained; why not, where the kernel has none."""
    try:
        return {theorem.key: theorem.statement for theorem in kernel.theorems([claim])} or {
            claim.key: kernel.statement(claim)
        }
    except kernel.NotFormalError as reason:
        return {claim.key: f"  {reason}"}


def conclusion_rows(ends: Closing) -> list[dict[str, Any]]:
    """One row per term of what a claim ends in: what its gaps are called, weight and gaps, over what it is summed."""
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
    text = sp.latex(formula)
    return rf"\left({text}\right)" if formula.is_Add else text


def step_rows(steps: Sequence[Step]) -> list[dict[str, Any]]:
    """One row per step of a proof or a counterexample."""
    return [
        {"step": "ok" if discharged(step) else "undecided", "says": step.sentence, "LaTeX": step.latex()}
        for step in steps
    ]


def sections(verdict: Verdict, reason: Mapping[str, Any]) -> Iterator[Section]:
    """Yield what is to be told of a claim, headings in order; what is empty is left out."""
    yield "statement", [("", verdict.statement)]
    yield "verdict", [(f"{verdict.found}: {verdict.known_by}", "")]
    yield "letters", [(f"${letter}$: {meaning}", "") for letter, meaning in reason["letters"].items()]
    yield "assumes", [(sentence, "") for sentence in reason["assumes"]]
    yield "not in the kernel", [(reason["not in the kernel"], "")]
    yield "not attacked", [(reason["not attacked"], "")]
    yield "what is true", [(reason["correction"], "")]
    yield "remark", [(verdict.remark if verdict.remark != reason["correction"] else "", "")]
    yield "measured", [(sentence, "") for sentence in reason["measured"]]
    yield "appeals to", [(key, "") for key in reason["appeals"]]
    yield "assumed, not used", [(sentence, "") for sentence in reason["not used"]]
    for name, rows in (("right - left is the sum of", "conclusion"), ("proof", "proof")):
        yield name, [_row(row) for row in reason[rows]]
    yield "it follows", [(reason["follows"], "")]
    yield "counterexample", [(verdict.counterexample, ""), *map(_row, reason["counterexample_steps"])]
    yield "related", [(sentence, "") for sentence in reason["related"]]
    met = [finding for finding in verdict.findings if finding.instances]
    yield "evidence", [(_evidence(finding), "") for finding in met]


def _row(row: Mapping[str, Any]) -> tuple[str, str]:
    return row["says"] + ("" if row["step"] == "ok" else " (undecided)"), row["LaTeX"]


def _evidence(finding: Finding) -> str:
    words = f"{finding.case}: {counted(finding.instances, 'instance')}, {counted(finding.violations, 'violation')}"
    return words + ("" if finding.margin is None else f", worst margin {finding.margin:.6g}")


def told(verdict: Verdict, reason: Mapping[str, Any]) -> list[Section]:
    """Return the sections that have something to say."""
    found = [(name, [line for line in lines if any(line)]) for name, lines in sections(verdict, reason)]
    return [(name, lines) for name, lines in found if lines]


def document(pairs: Sequence[tuple[Verdict, Mapping[str, Any]]]) -> str:
    """Return a LaTeX document, a section for each claim."""
    parts = [r"\documentclass{article}", r"\usepackage{amsmath,amssymb}", r"\begin{document}"]
    for verdict, reason in pairs:
        parts.append(rf"\section*{{{verdict.key}: {tex(verdict.title)}}}")
        for name, lines in told(verdict, reason):
            parts += [rf"\paragraph{{{name}}}", r"\begin{itemize}"]
            written = escaped if name in PLAIN else tex
            parts += [rf"\item {_tex_line(written(words), formula)}" for words, formula in lines]
            parts.append(r"\end{itemize}")
        for key, proposition in reason["kernel_statements"].items():
            parts += [rf"\paragraph{{{key}, as the kernel is asked}}", r"\begin{verbatim}", proposition]
            parts.append(r"\end{verbatim}")
    return "\n".join([*parts, r"\end{document}"]) + "\n"


def _tex_line(words: str, formula: str) -> str:
    shown = rf"$\displaystyle {formula}$" if formula else ""
    return f"{words}: {shown}" if words and formula else words + shown
