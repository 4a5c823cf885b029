"""What a claim says and why, for people: text in the terminal, a LaTeX document, a page.

statement, letters, assumptions, appeals, the conclusion fact by fact, steps, counterexample, related papers, evidence,
kernel
"""

from __future__ import annotations

import html
import string
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from alphalab.cli.show import cell, print_wrapped
from alphalab.words import counted

if TYPE_CHECKING:  # the floor of claims loads sympy
    from alphalab.claims import Verdict

Section = tuple[str, list[tuple[str, str]]]
"""A heading, and its lines: (words, LaTeX of a formula), each of which may be empty."""

PAGE = string.Template("""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><title>$title</title>
<style>
body { font: 16px/1.5 sans-serif; max-width: 50em; margin: auto; padding: 1em }
svg { fill: currentColor; max-width: 100%; vertical-align: middle }
pre { overflow: auto }
</style></head><body>
$body
</body></html>
""")


def sections(verdict: Verdict, reason: Mapping[str, Any]) -> Iterator[Section]:
    """Yield what is to be told of a claim, headings in order; what is empty is left out."""
    yield "statement", [("", verdict.statement)]
    yield "verdict", [(f"{verdict.found}: {verdict.known_by}", "")]
    yield "letters", [(f"${letter}$: {meaning}", "") for letter, meaning in reason["letters"].items()]
    yield "assumes", [(sentence, "") for sentence in reason["assumes"]]
    yield "what is true", [(reason["correction"], "")]
    yield "remark", [(verdict.remark if verdict.remark != reason["correction"] else "", "")]
    yield "measured", [(sentence, "") for sentence in reason["measured"]]
    yield "appeals to", [(key, "") for key in reason["appeals"]]
    yield "assumed, not used", [(sentence, "") for sentence in reason["not used"]]
    for name, rows in (("right - left is the sum of", "conclusion"), ("proof", "proof")):
        yield name, [_row(row) for row in reason[rows]]
    yield "it follows", [(reason["follows"], "")]
    witness = [("", "")] if not reason["counterexample_steps"] else [(verdict.counterexample, "")]
    yield "counterexample", [*witness, *(_row(row) for row in reason["counterexample_steps"])]
    yield "related", [(sentence, "") for sentence in reason["related"]]
    met = [finding for finding in verdict.findings if finding.instances]
    yield "evidence", [(_evidence(finding), "") for finding in met]


def _row(row: Mapping[str, Any]) -> tuple[str, str]:
    return row["says"] + ("" if row["step"] == "ok" else " (undecided)"), row["LaTeX"]


def _evidence(finding: Any) -> str:
    words = f"{finding.case}: {counted(finding.instances, 'instance')}, {counted(finding.violations, 'violation')}"
    return words + ("" if finding.margin is None else f", worst margin {cell(finding.margin)}")


def told(verdict: Verdict, reason: Mapping[str, Any]) -> list[Section]:
    """Return the sections that have something to say."""
    found = [(name, [line for line in lines if any(line)]) for name, lines in sections(verdict, reason)]
    return [(name, lines) for name, lines in found if lines]


def document(pairs: Sequence[tuple[Verdict, Mapping[str, Any]]]) -> str:
    """Return a LaTeX document, a section for each claim."""
    from alphalab.claims.typeset import tex

    parts = [r"\documentclass{article}", r"\usepackage{amsmath,amssymb}", r"\begin{document}"]
    for verdict, reason in pairs:
        parts.append(rf"\section*{{{verdict.key}: {tex(verdict.title)}}}")
        for name, lines in told(verdict, reason):
            parts += [rf"\paragraph{{{name}}}", r"\begin{itemize}"]
            parts += [rf"\item {_tex_line(words, formula, tex)}" for words, formula in lines]
            parts.append(r"\end{itemize}")
        for key, proposition in reason["kernel_statements"].items():
            parts += [rf"\paragraph{{{key}, as the kernel is asked}}", r"\begin{verbatim}", proposition]
            parts.append(r"\end{verbatim}")
    return "\n".join([*parts, r"\end{document}"]) + "\n"


def _tex_line(words: str, formula: str, tex: Any) -> str:
    shown = rf"$\displaystyle {formula}$" if formula else ""
    return f"{tex(words)}: {shown}" if words and formula else tex(words) + shown


def page(pairs: Sequence[tuple[Verdict, Mapping[str, Any]]]) -> str:
    """Return one HTML page without scripts, formulas as SVG in it."""
    from alphalab.claims.typeset import runs
    from alphalab.experiments.page import formula

    def line(words: str, latex: str) -> str:
        said = " ".join(str(formula(part)) if maths else html.escape(part) for maths, part in runs(words))
        return f"<li>{said}{': ' if words and latex else ''}{formula(latex)}</li>"

    body = []
    for verdict, reason in pairs:
        body.append(
            f'<section id="{html.escape(verdict.key)}"><h1>{html.escape(f"{verdict.key}: {verdict.title}")}</h1>'
        )
        for name, lines in told(verdict, reason):
            body.append(f"<h2>{name}</h2><ul>{''.join(line(*one) for one in lines)}</ul>")
        for key, proposition in reason["kernel_statements"].items():
            body.append(f"<h2>{html.escape(key)}, as the kernel is asked</h2><pre>{html.escape(proposition)}</pre>")
        body.append("</section>")
    title = html.escape(", ".join(verdict.key for verdict, _ in pairs))
    return PAGE.substitute(title=title, body="\n".join(body))


def shown(value: Any) -> Any:
    """Return a cell or a sentence as this terminal shows it."""
    from alphalab.claims.typeset import is_ascii, text

    return text(value, ascii_only=is_ascii(sys.stdout)) if isinstance(value, str) else value


def print_named(name: str, said: Any) -> None:
    """Print a heading and what is said under it, wrapped."""
    for part in said if isinstance(said, list) else [said]:
        print_wrapped(f"{name:<12} {shown(part)}")
        name = ""
