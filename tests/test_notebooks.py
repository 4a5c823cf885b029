"""The notebooks: generated from their sources, importing little and defining nothing, executed from top to bottom."""

from __future__ import annotations

import ast
import importlib.util
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

FOLDER = Path(__file__).parents[1] / "notebooks"
SOURCES = sorted(FOLDER.glob("[0-9][0-9]_*.py"))
MAY_IMPORT = {"alphalab", "numpy", "matplotlib", "ipywidgets", "IPython"}  # the last is the kernel itself
MAY_IMPORT |= {"pathlib", "tempfile"}
LONGEST = 120  # seconds for a cell: only what hangs
MACRO = re.compile(r"\\[A-Za-z]{2,}")
FORMULA = re.compile(r"\^|[A-Za-z]_[A-Za-z]|sqrt|[<>]=|\|\||<\w+, ?\w+>|tanh\(")  # as code spells it
each_source = pytest.mark.parametrize("source", SOURCES, ids=[source.stem for source in SOURCES])


def builder(folder: Path = FOLDER) -> Any:
    """The module `build.py` of a folder of notebooks."""
    spec = importlib.util.spec_from_file_location("build", folder / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def code(source: Path) -> ast.Module:
    """The code of a source, parsed."""
    return ast.parse(source.read_text(encoding="utf-8"))


def test_all_thirteen_are_there_and_named_in_the_readme() -> None:
    assert [source.stem[:2] for source in SOURCES] == [f"{number:02d}" for number in range(1, 14)]
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert all(f"`{source.stem}.ipynb`" in text for source in SOURCES)


def test_notebooks_are_what_their_sources_give() -> None:
    assert [path.name for path in builder().stale()] == []


def test_a_notebook_that_differs_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in (FOLDER / "build.py", SOURCES[0], SOURCES[0].with_suffix(".ipynb")):
        shutil.copy(path, tmp_path)
    build, source = builder(tmp_path), tmp_path / SOURCES[0].name
    monkeypatch.setattr("sys.argv", ["build.py", "--check"])
    assert build.main() == 0
    source.write_text(source.read_text(encoding="utf-8") + "assert problem\n", encoding="utf-8")
    assert build.main() == 1
    monkeypatch.setattr("sys.argv", ["build.py"])
    assert build.main() == 0
    assert list(build.stale()) == []
    source.unlink()
    assert [path.name for path in build.stale()] == [f"{source.stem}.ipynb"]


@each_source
def test_nothing_of_a_machine_is_stored(source: Path) -> None:
    notebook = nbformat.read(source.with_suffix(".ipynb"), as_version=4)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(not cell.outputs and cell.execution_count is None for cell in cells)
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)
    assert source.read_bytes().isascii()


@each_source
def test_a_notebook_uses_the_lab_and_defines_nothing(source: Path) -> None:
    nodes = list(ast.walk(code(source)))
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    assert {name.partition(".")[0] for name in names} <= MAY_IMPORT
    assert not [node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)]


@each_source
def test_a_formula_between_words_is_set_as_one(source: Path) -> None:
    cells = nbformat.read(source.with_suffix(".ipynb"), as_version=4).cells
    words = [re.sub(r"\$[^$]+\$|`[^`]+`", "", cell.source) for cell in cells if cell.cell_type == "markdown"]
    assert [found for part in words for found in FORMULA.findall(part)] == []


@pytest.fixture(scope="module")
def kernel() -> Iterator[NotebookClient]:
    """One process for all notebooks: the libraries are loaded once, and nothing else is kept."""
    client = NotebookClient(nbformat.v4.new_notebook(), timeout=LONGEST, kernel_name="python3")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPENBLAS_NUM_THREADS", "1")
        with client.setup_kernel():
            yield client


def afresh(folder: Path) -> Any:
    """The cell that makes of a kernel one that was just begun, in this folder."""
    return nbformat.v4.new_code_cell(f"%cd -q {folder}\n__import__('matplotlib').rcdefaults()\n%reset -f")


def executed(kernel: NotebookClient, cells: list[Any]) -> None:
    """Execute the cells, which then hold what they gave; raises CellExecutionError at the first that fails."""
    kernel.nb = nbformat.v4.new_notebook(cells=cells)
    kernel.reset_execution_trackers()
    for number, cell in enumerate(cells):
        kernel.execute_cell(cell, number)


@each_source
def test_a_notebook_runs_and_its_assertions_hold(source: Path, tmp_path: Path, kernel: NotebookClient) -> None:
    assert isinstance(code(source).body[-1], ast.Assert | ast.For)
    cells = nbformat.read(source.with_suffix(".ipynb"), as_version=4).cells
    executed(kernel, [afresh(tmp_path), *cells])
    outputs = [output for cell in cells for output in cell.get("outputs", ())]
    assert any("image/png" in str(output) for output in outputs)
    assert not [text for output in outputs for text in MACRO.findall(output.get("text", ""))]  # printed, not typeset
    assert list(tmp_path.iterdir()) == []


def test_no_notebook_sees_what_another_has_named(tmp_path: Path, kernel: NotebookClient) -> None:
    seen = [nbformat.v4.new_code_cell(text) for text in ("left = 1", "left")]
    executed(kernel, seen)
    with pytest.raises(CellExecutionError, match="name 'left' is not defined"):
        executed(kernel, [afresh(tmp_path), seen[1]])
