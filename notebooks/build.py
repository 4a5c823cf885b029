"""Write every notebook from its source: `python notebooks/build.py`, or with --check only compare.

The source of `NN_name.ipynb` is `NN_name.py` (jupytext, py:percent). The same source gives the same bytes: a cell is
named after its text, nothing of the machine is stored, and there are no outputs.
"""

import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path

import jupytext
import nbformat

FOLDER = Path(__file__).parent
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def sources() -> list[Path]:
    """Return the sources, in order."""
    return sorted(FOLDER.glob("[0-9][0-9]_*.py"))


def generated(source: Path) -> str:
    """Return the text of the notebook that belongs to a source."""
    notebook = jupytext.reads(source.read_text(encoding="utf-8"), fmt="py:percent")
    texts: list[str] = []
    for cell in notebook.cells:
        cell.id = hashlib.sha256(f"{texts.count(cell.source)}{cell.source}".encode()).hexdigest()[:12]
        cell.metadata = {}
        texts.append(cell.source)
    notebook.metadata, notebook.nbformat, notebook.nbformat_minor = nbformat.from_dict(METADATA), 4, 5
    nbformat.validate(notebook)
    return nbformat.writes(notebook).rstrip("\n") + "\n"


def stale() -> Iterator[Path]:
    """Yield the notebooks that are not what their source gives, those without a source among them."""
    wanted = {source.with_suffix(".ipynb"): generated(source) for source in sources()}
    for path in sorted({*wanted, *FOLDER.glob("*.ipynb")}):
        if path not in wanted or not path.is_file() or path.read_text(encoding="utf-8") != wanted[path]:
            yield path


def main() -> int:
    """Write or, with --check, compare; 1 where they differ."""
    if sys.argv[1:] == ["--check"]:
        differing = list(stale())
        for path in differing:
            print(f"{path.name} is not what its source gives: run python notebooks/build.py")
        return int(bool(differing))
    for source in sources():
        source.with_suffix(".ipynb").write_text(generated(source), encoding="utf-8")
        print(f"wrote {source.with_suffix('.ipynb').name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
