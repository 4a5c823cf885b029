"""The pieces of the report page: a table row, a figure, a formula; `page.html` is the frame they go into.

A figure is put into the page as the SVG itself, its ink and paper taken from the page, so that it turns dark
with it; a formula is drawn with matplotlib's mathtext, as outlines, and needs no font and no script.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from alphalab.experiments import rows, style
from alphalab.experiments.experiment import Experiment
from alphalab.experiments.rows import Cell, Rows

if TYPE_CHECKING:
    from alphalab.claims import Verdict

INKS = {
    style.INK: "var(--ink)",
    style.GREY: "var(--grey)",
    style.FAINT: "var(--faint)",
    style.PAPER: "var(--paper)",
    style.BLUE: "var(--blue)",
    style.VERMILION: "var(--vermilion)",
} | {colour: f"var(--ramp-{place})" for place, colour in enumerate(style.RAMP)}


def page(**pieces: str) -> str:
    """Return the page; `pieces` are the placeholders of page.html."""
    return Template(Path(__file__).with_name("page.html").read_text(encoding="utf-8")).substitute(pieces)


def ledger_row(verdict: Verdict) -> dict[str, Cell]:
    """Return what the ledger says of a claim, in words and numbers."""
    departs = "" if verdict.agrees else f" (on record: {verdict.recorded})"
    return {
        "claim": verdict.key,
        "title": verdict.title,
        "source": verdict.source,
        "verdict": verdict.found + departs,
        "known by": verdict.known_by,
        "worst margin": verdict.margin,
        "best tightness": verdict.best_tightness,
    }


def counterexample(verdict: Verdict) -> str:
    """Return the counterexample to a refuted claim as a sentence, "" where there is none."""
    return f"Counterexample: {verdict.counterexample}" if verdict.counterexample else ""


def head(verdict: Verdict) -> str:
    """Return the head cells of the ledger: claim and title share the first."""
    return rows.head({name: cell for name, cell in ledger_row(verdict).items() if name != "title"})


def row(verdict: Verdict) -> str:
    """Return the ledger's row of a claim."""
    departs = "" if verdict.agrees else f'<span class="departs">on record: {escape(verdict.recorded)}</span>'
    against = f'<span class="against">{escape(said)}</span>' if (said := counterexample(verdict)) else ""
    claim = (
        f'<span class="key">{escape(verdict.key)}</span> {escape(verdict.title)}'
        f'<span class="statement">{formula(verdict.statement)}</span>'
        f'<span class="soft">{escape(verdict.remark)}</span>{against}'
    )
    found = f'<span class="verdict {escape(verdict.found)}">{escape(verdict.found)}</span>{departs}'
    plain = {name: rows.html_cell(name, cell) for name, cell in ledger_row(verdict).items()}
    plain["verdict"] = f'<td data-name="verdict">{found}</td>'
    return f"<tr><th>{claim}</th>{''.join(cell for name, cell in plain.items() if name not in ('claim', 'title'))}</tr>"


def figure(experiment: Experiment, svg: str, command: str, kinds: Sequence[str], summary: Rows) -> str:
    """Return an experiment with its picture, caption, table, files of these kinds, and what regenerates it."""
    key = experiment.key
    files = "".join(f'<a href="{key}.{kind}">{kind.upper()}</a>' for kind in kinds)
    table = f'<div class="wide">{rows.html(summary)}</div>{rows.details(summary)}' if summary else ""
    return (
        f'<figure class="card" id="{key}"><h3>{escape(experiment.title)}</h3>'
        f'<a class="picture" href="{key}.svg" title="Open the picture" aria-label="Open the picture: '
        f'{escape(experiment.title)}">{inline(svg, key)}</a><p class="tap soft">Tap the picture to open it.</p>'
        f"<figcaption><p>{escape(experiment.caption)}</p>{table}"
        f'<p class="files"><span class="soft">Data and pictures:</span>{files}'
        f"<code>{escape(command)}</code></p></figcaption></figure>"
    )


def inline(svg: str, key: str) -> str:
    """Return the picture as part of the page: its own names, the page's ink, the size left to the page."""
    body = re.sub(r"<metadata>.*?</metadata>\s*", "", svg[svg.index("<svg") :], flags=re.DOTALL)
    opening, rest = body.split(">", 1)
    opening = re.sub(r' (width|height|version|xmlns(:\w+)?)="[^"]*"', "", opening) + ' role="img"'
    rest = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{key}-", rest)
    for colour, ink in INKS.items():
        rest = rest.replace(colour, ink)
    return f"{opening}>{rest}"


@functools.cache
def formula(latex: str) -> str:
    """Return LaTeX as an inline SVG, or as code where mathtext does not know a command in it."""
    if not latex:
        return ""
    from matplotlib.textpath import TextPath

    try:
        with style.style("formula"):
            outline = TextPath((0.0, 0.0), style.mathtext(latex), size=16.0)
    except ValueError:
        return f"<code>{escape(latex)}</code>"
    box = outline.get_extents().padded(1.0)
    strokes = "".join(_strokes(outline.codes.tolist(), outline.vertices.tolist()))
    size = f'viewBox="{box.x0:.1f} {-box.y1:.1f} {box.width:.1f} {box.height:.1f}"'
    width = f"{box.width / 16:.2f}em"
    return f'<svg {size} style="width:{width}" role="img" aria-label="{escape(latex)}"><path d="{strokes}"/></svg>'


STROKES = {1: ("M", 1), 2: ("L", 1), 3: ("Q", 2), 4: ("C", 3), 79: ("Z", 1)}  # matplotlib's code: letter, points


def _strokes(codes: list[int], points: list[list[float]]) -> Iterator[str]:
    """Yield the strokes of an outline as SVG path data; y points down there."""
    place = 0
    while place < len(codes):
        letter, many = STROKES[codes[place]]
        shown = (f"{x:.2f} {-y:.2f}" for x, y in points[place : place + many])
        yield letter + ("" if letter == "Z" else " ".join(shown))
        place += many
