"""What the pages of the report hold as MathML: a formula, alone or in a sentence.

Browsers draw it in the ink of the page, read it aloud and let it be copied, without a script and without a network.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from markupsafe import Markup, escape

from alphalab.claims.typeset import FUNCTIONS, runs

OPENING, CLOSING = ("(", "[", "{", r"\langle"), (")", "]", "}", r"\rangle")
SIGN = re.compile("&amp;#x([0-9A-F]+);")  # how latex2mathml spells a sign
NAMES = "|".join(name for name in FUNCTIONS if name != "sqrt")
WORD = re.compile(  # a function behind a factor: latex2mathml leaves no room between them
    rf"(?<=[\w)}}])\s*(\\(?:{NAMES})(?![A-Za-z])|\\(?:mathrm|operatorname)\{{)"
)


@functools.cache
def formula(latex: str) -> Markup:
    r"""Return LaTeX as MathML, or as code where it cannot be read.

    >>> formula("x^2"), formula(r"\nothing")
    (Markup('<math><mrow><msup><mi>x</mi><mn>2</mn></msup></mrow></math>'), Markup('<code>\\nothing</code>'))
    """
    if not latex:
        return Markup("")
    from xml.etree.ElementTree import tostring

    from latex2mathml import exceptions
    from latex2mathml.converter import convert_to_element

    kinds = [one for one in vars(exceptions).values() if isinstance(one, type) and issubclass(one, Exception)]
    try:
        element = convert_to_element(WORD.sub(r"\\,\1", latex))
    except tuple(kinds):
        return Markup(f"<code>{escape(latex)}</code>")
    element.attrib.clear()  # HTML knows what <math> is
    found = SIGN.sub(lambda sign: escape(chr(int(sign[1], 16))), tostring(element, encoding="unicode"))
    return Markup(f"<code>{escape(latex)}</code>" if "\\" in found else found)


def sentence(words: str) -> Markup:
    """Return a sentence with LaTeX in it, typeset; a line may break behind a comma between two formulas.

    >>> str(sentence("f is convex"))[-9:], str(sentence("a > 0, b > 0")).count("<math>")
    ('is convex', 2)
    """
    parts = ((formula(piece) for piece in pieces(part)) if maths else [escape(part)] for maths, part in runs(words))
    return Markup(" ").join(one for part in parts for one in part)


def pieces(latex: str) -> Iterator[str]:
    """Yield a formula cut behind commas and the like, where all brackets are closed."""
    piece = ""
    for word in re.split(r"(?<=[,;:])\s+", latex):
        piece = f"{piece} {word}" if piece else word
        if sum(map(piece.count, OPENING)) == sum(map(piece.count, CLOSING)):
            yield piece
            piece = ""
    if piece:
        yield piece
