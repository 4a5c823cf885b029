"""What the pages of the report hold as SVG: a formula, alone or in a sentence.

A formula is drawn with matplotlib's mathtext, as outlines in the ink of the page, and needs no font and no script.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator

import numpy as np
from markupsafe import Markup, escape

from alphalab import style
from alphalab.claims.typeset import runs

EM = 100  # units of an outline's whole coordinates per em: a step is a sixth of a pixel


@functools.cache
def formula(latex: str) -> Markup:
    r"""Return LaTeX as an inline SVG, or as code where mathtext does not know a command in it.

    >>> str(formula("x^2"))[:4], str(formula(r"\nothing"))
    ('<svg', '<code>\\nothing</code>')
    """
    if not latex:
        return Markup("")
    from matplotlib.textpath import TextPath

    try:
        with style.style("formula"):
            outline = TextPath((0.0, 0.0), style.mathtext(latex), size=float(EM))
    except ValueError:
        return Markup(f"<code>{escape(latex)}</code>")
    points = np.rint(outline.vertices * [1, -1]).astype(int)  # y points down in SVG
    drawn = points[outline.codes != CLOSED]
    (left, top), (right, bottom) = drawn.min(axis=0) - 6, drawn.max(axis=0) + 6
    size = f'viewBox="{left} {top} {right - left} {bottom - top}"'
    look = (
        f"width:{(right - left) / EM:.2f}em;vertical-align:{-bottom / EM:.2f}em"  # it stands on the line of the words
    )
    strokes = "".join(_strokes(outline.codes.tolist(), points.tolist()))
    return Markup(f'<svg {size} style="{look}" role="img" aria-label="{escape(latex)}"><path d="{strokes}"/></svg>')


def sentence(words: str) -> Markup:
    """Return a sentence with LaTeX in it, typeset.

    >>> str(sentence("f is convex"))[-9:]
    'is convex'
    """
    return Markup(" ").join(formula(part) if maths else escape(part) for maths, part in runs(words))


CLOSED = 79
STROKES = {1: ("M", 1), 2: ("l", 1), 3: ("q", 2), 4: ("c", 3), CLOSED: ("z", 1)}  # matplotlib's code: letter, points


def _strokes(codes: list[int], points: list[list[int]]) -> Iterator[str]:
    """Yield the strokes of an outline as SVG path data, all but the first of a contour relative to where it is."""
    place, (x, y) = 0, (0, 0)
    while place < len(codes):
        letter, many = STROKES[codes[place]]
        shown = points[place : place + many]
        if letter == "M":
            x, y = 0, 0
        if letter == "z":
            yield letter
        else:
            yield letter + "".join(
                f"{number - origin:+d}" for point in shown for number, origin in zip(point, (x, y), strict=True)
            )
            x, y = shown[-1]
        place += many
