"""The report: index.html, a page that opens from disk, README.md, the same for a repository page, and its tables.

Beside them lie explorer.html, the page to play with, and claims/KEY.html, a page for each claim.

index.html begins with what was found. Both pages hold the ledger (claim, source, verdict, known by, worst margin, best
tightness), every figure of the folder with its caption, table, data and command, and the environment; neither a path of
this machine nor the time. Every table is also a LaTeX file (booktabs, amsmath): ledger.tex, environment.tex, KEY.tex.
How the pages look is said in templates/; what stands in them, here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from alphalab.claims.verify import summary
from alphalab.experiments import explorer, rows
from alphalab.experiments.catalogue import EXPERIMENTS
from alphalab.experiments.environment import environment
from alphalab.experiments.experiment import Experiment
from alphalab.experiments.rows import Cell, Rows
from alphalab.experiments.store import FORMATS, LOOK, Folder, load, publish, stored_command
from alphalab.experiments.templates import template

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
CORRECTIONS = ("thm-2-liminf", "disc-alpha", "thm-1-rate")  # what changes most for a reader of the paper
FIRST = "bifurcation"  # the figure of the first screen: what happens in place of liminf N = 0
QUICK = "Quick mode: the paper's claims, some figures, coarse grids, short runs. In full: alphalab reproduce"


def write_index(folder: Folder, verdicts: Iterable[Verdict], quick: bool = False) -> Path:
    """Write index.html, explorer.html, README.md and the LaTeX tables about the verdicts and figures in `folder`.

    Returns the path of the page.
    """
    verdicts, folder = tuple(verdicts), Path(folder)
    shown = [Shown(folder, one) for one in EXPERIMENTS if all((folder / f"{one.key}.{k}").exists() for k in NEEDED)]
    made_with: Rows = [{"made with": name, "version": value} for name, value in environment().items()]
    formulas: Rows = [
        _in_words(one) | {"statement": f"${one.statement}$" if one.statement else "-"} for one in verdicts
    ]
    told = {
        "verdicts": verdicts,
        "ledger": [_row(one) for one in verdicts],
        "statements": [_with_statement(one) for one in verdicts],
        "formulas": formulas,
        "shown": shown,
        "environment": made_with,
        "summary": summary(verdicts),
        "legend": LEGEND,
        "quick": QUICK if quick else "",
        "corrections": [one for key in CORRECTIONS for one in verdicts if one.key == key],
        "first": next((one for one in shown if one.key == FIRST), None),
        "pages": not quick,
    }
    tables: dict[str, Rows] = {"ledger": formulas, "environment": made_with} | {
        one.key: one.summary for one in shown if one.summary
    }
    contents = {name: template(name).render(told) for name in ("index.html", "README.md")}
    contents |= {f"{name}.tex": rows.latex(table) for name, table in tables.items()}
    contents[explorer.NAME] = explorer.page()
    return publish(folder, {name: text.encode() for name, text in contents.items()})[0]


class Shown:
    """An experiment as its files in a folder show it."""

    def __init__(self, folder: Path, experiment: Experiment) -> None:
        self.experiment, self.key = experiment, experiment.key
        self.command = stored_command(folder, self.key)
        self.width, self.height = _size((folder / f"{self.key}.svg").read_text(encoding="utf-8"))
        self.kinds = [kind for kind in ("csv", *FORMATS) if (folder / f"{self.key}.{kind}").exists()]
        self.picture = f"{self.key}.{'png' if 'png' in self.kinds else 'svg'}"
        self.summary = experiment.summary(load(folder, self.key)) if experiment.summary else []


def _size(svg: str) -> tuple[str, str]:
    """Return width and height of a picture, which the page leaves room for before it is loaded."""
    found = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    if found is None:
        raise ValueError("the picture does not say how large it is")
    return found[1], found[2]


def _row(verdict: Verdict) -> dict[str, Cell]:
    """Return what the ledger says of a claim, in words and numbers."""
    return {
        "claim": verdict.key,
        "source": verdict.source,
        "verdict": verdict.found,
        "known by": verdict.known_by,
        "worst margin": verdict.margin,
        "best tightness": verdict.best_tightness,
    }


def _in_words(verdict: Verdict) -> dict[str, Cell]:
    """Return the same with the title, and with a departure from the record said beside the verdict."""
    departs = "" if verdict.agrees else f" (on record: {verdict.recorded})"
    row = {"claim": verdict.key, "title": verdict.title} | _row(verdict)
    return row | {"verdict": verdict.found + departs}


def _with_statement(verdict: Verdict) -> dict[str, Cell]:
    """Return the ledger's row of a claim in Markdown; within a formula a bar is named, not escaped."""
    row = _in_words(verdict)
    statement = verdict.statement.replace(r"\|", r"\Vert ").replace("|", r"\vert ")
    against = f"Counterexample: {verdict.counterexample}" if verdict.counterexample else ""
    lines = [f"**{row['claim']}** {rows.words(verdict.title)}", f"${statement}$" if statement else ""]
    lines += map(rows.words, (verdict.remark, against))
    del row["title"]
    return row | {"claim": "<br>".join(filter(None, lines))}
