"""The explorer: explorer.html, one page in which a run follows the hand; it opens from disk, without a network.

problems.js, methods.js, run.js, claims.js     what is computed: the tests hold it against the lab, in node
state.js ... main.js                           what is seen: one file per concern, assembled by page.html
formulas       the claims and the squashing functions, printed as JavaScript from the ledger
subjects       the page's problems as the lab knows them, their constants and data
"""

from __future__ import annotations

import functools
import json
from pathlib import Path

from alphalab.experiments.explorer import formulas, subjects
from alphalab.experiments.store import Folder, publish

HERE = Path(__file__).parent
NAME = "explorer.html"
COMPUTED = ("problems", "methods", "run", "claims")
SEEN = ("state", "canvas", "map", "curves", "circle", "strip", "cloud", "main")


def write_explorer(folder: Folder) -> Path:
    """Write explorer.html into `folder` and return its path; the same bytes every time."""
    return publish(folder, {NAME: page().encode()})[0]


@functools.cache
def page() -> str:
    """Return the page: HTML, its style and its two scripts in one text."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
    from markupsafe import Markup

    environment = Environment(
        loader=FileSystemLoader(HERE),
        autoescape=select_autoescape(("html",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    parts = {"core": core(), "seen": _files(SEEN), "style": (HERE / "style.css").read_text(encoding="utf-8")}
    return environment.get_template("page.html").render({name: Markup(text) for name, text in parts.items()})


def core() -> str:
    """Return the script that computes: data, formulas, problems, methods, runs and verdicts; it knows no page."""
    flowers = subjects.flowers()
    data = {"rows": (flowers.labels[:, None] * flowers.A).ravel().tolist(), "ridge": flowers.ridge}
    given = f"const CONSTANTS = {json.dumps(subjects.constants())};\nconst IRIS = {json.dumps(data)};"
    return "\n".join([given, formulas.javascript(), _files(COMPUTED)])


def _files(names: tuple[str, ...]) -> str:
    return "\n".join((HERE / f"{name}.js").read_text(encoding="utf-8") for name in names)
