"""How the report looks: its pages as templates, one look for all of them; what is put into HTML is escaped."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING

from alphalab.experiments import page, rows

if TYPE_CHECKING:
    from jinja2 import Environment, Template


def template(name: str) -> Template:
    """Return a template of this folder.

    >>> template("claim.html").name
    'claim.html'
    """
    return _templates().get_template(name)


@functools.cache
def _templates() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

    found = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=select_autoescape(("html",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    found.filters |= {"number": rows.number, "latex": rows.latex, "cell": rows.markdown_cell}
    found.filters |= {"formula": page.formula, "sentence": page.sentence}
    found.globals["zip"] = zip
    return found
