"""What the report page holds as SVG: a picture, a formula.

A figure is put into the page as the SVG itself, its ink and paper taken from the page, so that it turns dark
with it; a formula is drawn with matplotlib's mathtext, as outlines, and needs no font and no script.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from markupsafe import Markup, escape

from alphalab import style

INKS = {
    style.INK: "var(--ink)",
    style.GREY: "var(--grey)",
    style.FAINT: "var(--faint)",
    style.PAPER: "var(--paper)",
    style.BLUE: "var(--blue)",
    style.VERMILION: "var(--vermilion)",
} | {colour: f"var(--ramp-{place})" for place, colour in enumerate(style.RAMP)}


def inline(svg: str, key: str) -> Markup:
    """Return the picture as part of the page: its own names, the page's ink, the size left to the page."""
    body = re.sub(r"<metadata>.*?</metadata>\s*", "", svg[svg.index("<svg") :], flags=re.DOTALL)
    opening, rest = body.split(">", 1)
    opening = re.sub(r' (width|height|version|xmlns(:\w+)?)="[^"]*"', "", opening) + ' role="img"'
    rest = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{key}-", rest)
    for colour, ink in INKS.items():
        rest = rest.replace(colour, ink)
    return Markup(f"{opening}>{rest}")


@functools.cache
def formula(latex: str) -> Markup:
    """Return LaTeX as an inline SVG, or as code where mathtext does not know a command in it."""
    if not latex:
        return Markup("")
    from matplotlib.textpath import TextPath

    try:
        with style.style("formula"):
            outline = TextPath((0.0, 0.0), style.mathtext(latex), size=16.0)
    except ValueError:
        return Markup(f"<code>{escape(latex)}</code>")
    box = outline.get_extents().padded(1.0)
    strokes = "".join(_strokes(outline.codes.tolist(), outline.vertices.tolist()))
    size = f'viewBox="{box.x0:.1f} {-box.y1:.1f} {box.width:.1f} {box.height:.1f}"'
    width = f"{box.width / 16:.2f}em"
    return Markup(
        f'<svg {size} style="width:{width}" role="img" aria-label="{escape(latex)}"><path d="{strokes}"/></svg>'
    )


STROKES = {1: ("M", 1), 2: ("L", 1), 3: ("Q", 2), 4: ("C", 3), 79: ("Z", 1)}  # matplotlib's code: letter, points


def _strokes(codes: list[int], points: list[list[float]]) -> Iterator[str]:
    """Yield the strokes of an outline as SVG path data; y points down there."""
    place = 0
    while place < len(codes):
        letter, many = STROKES[codes[place]]
        shown = (f"{x:.2f} {-y:.2f}" for x, y in points[place : place + many])
        yield letter + ("" if letter == "Z" else " ".join(shown))
        place += many
