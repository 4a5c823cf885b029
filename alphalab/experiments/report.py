"""The report: index.html, one page that needs nothing else, and README.md, the same for a repository page.

Both hold the ledger (claim, source, verdict, known by, worst margin, best tightness), every figure of the folder
with its caption, data and command, and the environment; neither a path of this machine nor the time.
"""

from __future__ import annotations

import platform
from collections.abc import Iterable, Sequence
from html import escape
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from alphalab.experiments import page
from alphalab.experiments.catalogue import EXPERIMENTS
from alphalab.experiments.experiment import Experiment
from alphalab.experiments.store import Folder, publish, stored_command

if TYPE_CHECKING:
    from alphalab.claims import Verdict

LIBRARIES = ("numpy", "scipy", "sympy", "matplotlib", "scikit-learn")
QUICK = "Quick mode: coarse grids and short runs. The full report is made by: alphalab reproduce"


def write_index(folder: Folder, verdicts: Iterable[Verdict], quick: bool = False) -> Path:
    """Write index.html and README.md about the verdicts and the figures in `folder`; returns the page's path."""
    verdicts, drawn = tuple(verdicts), _drawn(Path(folder))
    contents = {
        "index.html": _html(Path(folder), verdicts, drawn, quick),
        "README.md": _markdown(Path(folder), verdicts, drawn, quick),
    }
    return publish(folder, {name: text.encode() for name, text in contents.items()})[0]


def _drawn(folder: Path) -> tuple[Experiment, ...]:
    """Return the experiments whose files are in `folder`."""
    return tuple(e for e in EXPERIMENTS if all((folder / f"{e.key}.{kind}").exists() for kind in ("csv", "svg")))


def environment() -> dict[str, str]:
    """Return what the numbers were made with."""
    system = {"Python": platform.python_version(), "System": f"{platform.system()} {platform.machine()}"}
    return system | {name: version(name) for name in LIBRARIES}


def summary(verdicts: Sequence[Verdict]) -> str:
    """Return how many claims have which verdict, and how many depart from the record."""
    found = [verdict.found for verdict in verdicts]
    parts = ", ".join(f"{found.count(word)} {word}" for word in dict.fromkeys(found))
    departing = sum(not verdict.agrees for verdict in verdicts)
    agreement = f"{departing} depart from the record" if departing else "all as on record"
    return f"{len(verdicts)} claims: {parts}; {agreement}."


def _html(folder: Path, verdicts: Sequence[Verdict], drawn: Sequence[Experiment], quick: bool) -> str:
    return page.page(
        quick=f'<p class="soft">{QUICK}</p>' if quick else "",
        contents="".join(f'<a href="#{e.key}">{escape(e.title.partition(":")[0])}</a>' for e in drawn),
        summary=escape(summary(verdicts)),
        head=page.head(),
        rows="\n".join(page.row(verdict) for verdict in verdicts),
        figures="\n".join(page.figure(e, _svg(folder, e), stored_command(folder, e.key)) for e in drawn),
        environment="".join(f"<dt>{escape(k)}</dt><dd>{escape(v)}</dd>" for k, v in environment().items()),
    )


def _svg(folder: Path, experiment: Experiment) -> str:
    return (folder / f"{experiment.key}.svg").read_text(encoding="utf-8")


def _markdown(folder: Path, verdicts: Sequence[Verdict], drawn: Sequence[Experiment], quick: bool) -> str:
    """Return the report as Markdown, for a page that shows a repository."""
    rows = [page.COLUMNS, ["---"] * 4 + ["---:"] * 2, *map(_cells, verdicts)]
    ledger = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    figures = "\n\n".join(_section(e, stored_command(folder, e.key)) for e in drawn)
    made_with = "\n".join(f"* {name} {value}" for name, value in environment().items())
    note = f"{QUICK}\n\n" if quick else ""
    return (
        "# What is true about AlphaGrad\n\n"
        "Written by `alphalab reproduce`; the same as a page that opens from disk: [index.html](index.html).\n\n"
        f"{note}## The ledger\n\n{summary(verdicts)} Margin is (right - left)/right, the worst met; tightness is "
        f"left/right, the best met.\n\n{ledger}\n\n## The figures\n\n{figures}\n\n## Environment\n\n{made_with}\n"
    )


def _cells(verdict: Verdict) -> list[str]:
    """Return the ledger's row of a claim in Markdown; a bar would end a cell."""
    departs = "" if verdict.agrees else f" (on record: {verdict.recorded})"
    statement = verdict.statement.replace(r"\|", r"\Vert ").replace("|", r"\vert ")
    claim = f"**{verdict.key}** {verdict.title}" + (f"<br>${statement}$" if statement else "")
    plain = [claim, verdict.source, verdict.found + departs, verdict.known_by]
    return [*plain, page.number(verdict.worst_margin), page.number(verdict.best_tightness)]


def _section(experiment: Experiment, command: str) -> str:
    """Return an experiment in Markdown."""
    key = experiment.key
    files = ", ".join(f"[{kind.upper()}]({key}.{kind})" for kind in ("csv", "pdf", "svg", "png"))
    return (
        f"### {experiment.title}\n\n![{experiment.title}]({key}.png)\n\n{experiment.caption}\n\n"
        f"Data and pictures: {files}. Regenerate: `{command}`"
    )
