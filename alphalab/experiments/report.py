"""The report: index.html, one page that needs nothing else, README.md, the same for a repository page, and its tables.

Both pages hold the ledger (claim, source, verdict, known by, worst margin, best tightness), every figure of the folder
with its caption, table, data and command, and the environment; neither a path of this machine nor the time. Every
table is also a LaTeX file (booktabs, amsmath): ledger.tex, environment.tex, KEY.tex.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from alphalab.claims.verify import summary
from alphalab.experiments import page, rows
from alphalab.experiments.catalogue import EXPERIMENTS
from alphalab.experiments.environment import environment
from alphalab.experiments.experiment import Experiment
from alphalab.experiments.rows import Cell, Rows
from alphalab.experiments.store import FORMATS, LOOK, Folder, load, publish, stored_command

if TYPE_CHECKING:
    from alphalab.claims import Verdict

NEEDED = ("csv", LOOK)  # of a figure that is shown
LEGEND = (
    "Margin is (right - left)/right, the worst met: below 0 by more than the rounding error granted the claim fails, "
    "and what is within that is shown as 0. Tightness is left/right, the best met: 1 is attained. Proved: the steps "
    "are checked by sympy; the words that join them are read by people. Kernel-checked: Coq has checked a proof of the "
    "claim as a program prints it; trusted are its kernel, the printer, one page of definitions and the table of what "
    "assumptions say."
)
QUICK = "Quick mode: coarse grids and short runs. The full report is made by: alphalab reproduce"


def write_index(folder: Folder, verdicts: Iterable[Verdict], quick: bool = False) -> Path:
    """Write index.html, README.md and the LaTeX tables about the verdicts and the figures in `folder`.

    Returns the path of the page.
    """
    verdicts, folder = tuple(verdicts), Path(folder)
    shown = [Shown(folder, one) for one in EXPERIMENTS if all((folder / f"{one.key}.{k}").exists() for k in NEEDED)]
    contents = {
        "index.html": _html(verdicts, shown, quick),
        "README.md": _markdown(verdicts, shown, quick),
        "ledger.tex": rows.latex(_ledger(verdicts)),
        "environment.tex": rows.latex(_environment()),
    } | {f"{one.key}.tex": rows.latex(one.summary) for one in shown if one.summary}
    return publish(folder, {name: text.encode() for name, text in contents.items()})[0]


class Shown:
    """An experiment as its files in a folder show it."""

    def __init__(self, folder: Path, experiment: Experiment) -> None:
        self.experiment, self.key = experiment, experiment.key
        self.command = stored_command(folder, self.key)
        self.svg = (folder / f"{self.key}.svg").read_text(encoding="utf-8")
        self.kinds = [kind for kind in ("csv", *FORMATS) if (folder / f"{self.key}.{kind}").exists()]
        self.picture = f"{self.key}.{'png' if 'png' in self.kinds else 'svg'}"
        self.summary = experiment.summary(load(folder, self.key)) if experiment.summary else []


def _ledger(verdicts: Sequence[Verdict]) -> Rows:
    return [page.ledger_row(one) | {"statement": f"${one.statement}$" if one.statement else "-"} for one in verdicts]


def _environment() -> Rows:
    return [{"made with": name, "version": value} for name, value in environment().items()]


def _html(verdicts: Sequence[Verdict], shown: Sequence[Shown], quick: bool) -> str:
    return page.page(
        quick=f'<p class="soft">{QUICK}</p>' if quick else "",
        contents="".join(f'<a href="#{one.key}">{escape(one.experiment.title.partition(":")[0])}</a>' for one in shown),
        summary=escape(summary(verdicts)),
        legend=escape(LEGEND),
        head=page.head(verdicts[0]),
        rows="\n".join(page.row(verdict) for verdict in verdicts),
        latex=rows.details(_ledger(verdicts)),
        figures="\n".join(page.figure(s.experiment, s.svg, s.command, s.kinds, s.summary) for s in shown),
        environment=rows.html(_environment()) + rows.details(_environment()),
    )


def _markdown(verdicts: Sequence[Verdict], shown: Sequence[Shown], quick: bool) -> str:
    """Return the report as Markdown, for a page that shows a repository."""
    note = f"{QUICK}\n\n" if quick else ""
    return (
        "# What is true about AlphaGrad\n\n"
        "Written by `alphalab reproduce`; the same as a page that opens from disk: [index.html](index.html). "
        "The tables in LaTeX are the files *.tex.\n\n"
        f"{note}## The ledger\n\n{summary(verdicts)}. {LEGEND}\n\n"
        f"{rows.markdown([_with_statement(verdict) for verdict in verdicts])}\n\n"
        f"## The figures\n\n{chr(10).join(map(_section, shown))}\n"
        f"## Environment\n\n{rows.markdown(_environment())}\n"
    )


def _with_statement(verdict: Verdict) -> dict[str, Cell]:
    """Return the ledger's row of a claim in Markdown; within a formula a bar is named, not escaped."""
    row = page.ledger_row(verdict)
    statement = verdict.statement.replace(r"\|", r"\Vert ").replace("|", r"\vert ")
    lines = [f"**{row['claim']}** {rows.words(verdict.title)}", f"${statement}$" if statement else ""]
    lines += map(rows.words, (verdict.remark, page.counterexample(verdict)))
    del row["title"]
    return row | {"claim": "<br>".join(filter(None, lines))}


def _section(shown: Shown) -> str:
    """Return an experiment in Markdown."""
    one = shown.experiment
    files = ", ".join(f"[{kind.upper()}]({one.key}.{kind})" for kind in shown.kinds)
    table = f"\n{rows.markdown(shown.summary)}\n" if shown.summary else ""
    return (
        f"### {one.title}\n\n![{one.title}]({shown.picture})\n\n{one.caption}\n{table}\n"
        f"Data and pictures: {files}. Regenerate: `{shown.command}`\n"
    )
