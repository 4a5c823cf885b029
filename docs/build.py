"""Build the documentation: `python docs/build.py`; open build/docs/html/index.html. Nothing is fetched.

    measured    docs/learning_rate.md      its numbers, on the rules themselves
    gathered    build/docs/source          the pages of docs/; the theory, the API and the gallery, from the package
    built       build/docs/html            by Sphinx, a warning is an error; no page asks another host for anything

The notebooks are executed, which takes a minute or two the first time; with --quick they are shown as they stand.
"""

from __future__ import annotations

import importlib.util
import inspect
import os
import re
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import learning_rate
import theory
from sphinx.cmd.build import build_main

import alphalab as al
from alphalab.experiments import load
from alphalab.experiments.nonlinearities import summary as nonlinearities_table
from alphalab.experiments.rows import markdown_cell

DOCS = Path(__file__).parent
ROOT = DOCS.parent
OUT = ROOT / "build" / "docs"
PAGES = ("*.md", "tutorials/*.md", "howto/*.md", "_static/*")
NOT_PAGES = {"paper.md"}  # what a journal renders
FACES = {"torch": "torch", "optax": "optax", "curves": "scipy", "training": "numpy"}  # beside the lobby; each needs
FLOORS = {"problems": "Problems", "optimizers": "Optimizers", "simulation": "Simulation", "claims": "Claims"}
LOADED = re.compile(r"""<(?:script|img|iframe|source|embed|object)\b[^>]*\b(?:src|data)\s*=\s*["']([^"']+)""", re.I)
LINKED = re.compile(r"""<link\b(?=[^>]*\brel\s*=\s*["'](?:stylesheet|pre|icon))[^>]*\bhref\s*=\s*["']([^"']+)""", re.I)
STYLED = re.compile(r"""(?:url\(\s*|@import\s+)["']?([^"')\s]+)""", re.I)


def gather(source: Path, jobs: int = -1) -> None:
    """Write the sources of all pages into a new folder, in so many processes."""
    shutil.rmtree(source, ignore_errors=True)
    for pattern in PAGES:
        for path in sorted(DOCS.glob(pattern)):
            if path.name not in NOT_PAGES:
                copy(path, source / path.relative_to(DOCS))
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        copy(path, source / "notebooks" / path.name)
    (source / "notebooks" / "index.md").write_text(notebook_index(source / "notebooks"), encoding="utf-8")
    copy(ROOT / "CHANGELOG.md", source / "changelog.md")
    copy(ROOT / "CONTRIBUTING.md", source / "contributing.md")
    gallery(source)
    nonlinearities(source)
    theory.write(source / "theory", jobs)
    reference(source / "api")


def copy(path: Path, target: Path) -> None:
    """Copy a file, its folder made."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(path, target)


def notebook_index(folder: Path) -> str:
    """Return the page that lists the notebooks."""
    names = "\n".join(path.stem for path in sorted(folder.glob("*.ipynb")))
    text = "Pages to run from top to bottom, each in a few seconds; `notebooks/` of a clone has them."
    return f"# Notebooks\n\n{text}\n\n```{{toctree}}\n:maxdepth: 1\n\n{names}\n```\n"


def gallery(source: Path) -> None:
    """Write the page of the figures, their captions and the numbers behind them."""
    parts = ["# Gallery", "Every figure is drawn from a table of numbers, which `alphalab figures` computes again."]
    figures = ROOT / "figures"
    for one in (one for one in al.EXPERIMENTS if (figures / f"{one.key}.svg").is_file()):
        for kind in ("svg", "csv"):
            copy(figures / f"{one.key}.{kind}", source / "figures" / f"{one.key}.{kind}")
        caption = theory.sentence(one.caption)
        parts += [f"## {theory.sentence(one.title)}", f"![{one.title}](figures/{one.key}.svg)", caption]
        parts += [f"Again: `{one.command()}`; the numbers: {{download}}`{one.key}.csv <figures/{one.key}.csv>`."]
    (source / "gallery.md").write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def nonlinearities(source: Path) -> None:
    """Write the page of the published nonlinearities, from the numbers behind their figure."""
    one = al.experiment("nonlinearities")
    table = nonlinearities_table(load(ROOT / "figures", one.key))
    lines = [list(table[0]), ["---"] * len(table[0]), *(row.values() for row in table)]
    written = "\n".join(f"| {' | '.join(map(markdown_cell, line))} |" for line in lines)
    parts = [f"# {one.title}", theory.sentence(one.caption), f"![{one.title}](figures/{one.key}.svg)", written]
    (source / "nonlinearities.md").write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def reference(folder: Path) -> None:
    """Write the pages of the API: one for each floor of the lobby, one for each face."""
    folder.mkdir(parents=True)
    names: dict[str, list[str]] = {title: [] for title in (*FLOORS.values(), "Figures")}
    for name in al.__all__:
        found = getattr(al, name)
        if inspect.isroutine(found) or inspect.isclass(found):
            floor = found.__module__.split(".")[1]
            names[FLOORS.get(floor, "Figures")].append(f"alphalab.{name}")
    for face, needed in FACES.items():
        there = importlib.util.find_spec(needed) is not None
        names[f"alphalab.{face}"] = list(members(face)) if there else []
    for title, listed in names.items():
        text = "\n".join(directive(name) for name in listed)
        text = text or f"Not built: it needs {FACES.get(title.removeprefix('alphalab.'), 'an extra')}.\n"
        stem = title.lower().replace(".", "-")
        (folder / f"{stem}.rst").write_text(f"{title}\n{'=' * len(title)}\n\n{text}", encoding="utf-8")
    tree = "\n".join(title.lower().replace(".", "-") for title in names)
    about = "Everything public, with an example that the test suite executes."
    page = f"# API reference\n\n{about}\n\n```{{toctree}}\n:maxdepth: 2\n\n{tree}\n```\n"
    (folder / "index.md").write_text(page, encoding="utf-8")


def members(face: str) -> Iterator[str]:
    """Yield the dotted names of the functions and classes of a module beside the lobby, not those of another face."""
    module = importlib.import_module(f"alphalab.{face}")
    for name in module.__all__:
        found = getattr(module, name)
        if callable(found) and f"{found.__module__}.".startswith(f"alphalab.{face}."):
            yield f"alphalab.{face}.{name}"


def directive(name: str) -> str:
    """Return what Sphinx writes a name's entry from."""
    module, _, last = name.rpartition(".")
    found = getattr(importlib.import_module(module), last)
    kind, options = ("class", "\n   :members:") if inspect.isclass(found) else ("function", "")
    return f".. auto{kind}:: {module}::{last}{options}\n"


def foreign(html: Path) -> list[str]:
    """Return "page: address" for every script, style, picture or frame that a page would load from another host."""
    found = []
    for path in sorted(p for p in html.rglob("*") if p.suffix in (".html", ".css", ".svg")):
        text = path.read_text(encoding="utf-8")
        addresses = STYLED.findall(text) if path.suffix == ".css" else [*LOADED.findall(text), *LINKED.findall(text)]
        addresses += [one for style in re.findall(r"<style.*?</style>", text, re.S) for one in STYLED.findall(style)]
        found += [f"{path.relative_to(html)}: {one}" for one in addresses if re.match(r"(https?:)?//", one)]
    return found


def build(out: Path = OUT, *, notebooks: bool = True) -> int:
    """Build `out`/html from `out`/source; return 1 where Sphinx warns or a page asks another host for something."""
    source, html = out / "source", out / "html"
    shutil.rmtree(html, ignore_errors=True)
    options = ["-W", "--keep-going", "-q", "-c", str(DOCS), "-d", str(out / "doctrees"), "-j", str(os.cpu_count())]
    for name, value in {"mode": "cache" if notebooks else "off", "cache_path": out / "cache"}.items():
        options += ["-D", f"nb_execution_{name}={value}"]
    if code := build_main([*options, "-b", "html", str(source), str(html)]):
        return code
    shutil.copytree(ROOT / "figures", html / "figures")  # the report and the explorer, as they are
    for address in foreign(html):
        print(f"another host: {address}", file=sys.stderr)
    return int(bool(foreign(html)))


def main(arguments: Sequence[str]) -> int:
    """Measure, gather, build."""
    learning_rate.write()
    gather(OUT / "source")
    code = build(notebooks="--quick" not in arguments)
    if not code:
        print(f"open {(OUT / 'html' / 'index.html').relative_to(ROOT)}")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
