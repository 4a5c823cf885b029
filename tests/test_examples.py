"""Every public function and class has an example, and every example of the package is executed."""

from __future__ import annotations

import ast
import doctest
import functools
import importlib
import inspect
import re
from pathlib import Path
from typing import Any

import pytest

import alphalab as al

PACKAGE = Path(al.__file__).parent
NEEDS = {
    "torch": "torch",
    "optax": "optax",
    "simulation.trajectory:Trajectory.to_xarray": "xarray",
    "claims.comparison:Comparison.table": "pandas",
    "claims.family:certify": "flint",
}
FACES = {"torch": "torch", "optax": "optax", "training": "numpy", "curves": "scipy"}  # beside the lobby; each needs
RETURNED = {  # what a public function hands back, and the examples beside its own that may show a method of it
    al.Trajectory: al.simulate,
    al.Comparison: al.compare,
    al.Verdict: al.verify,
    al.Report: al.check,
    al.Estimated: al.Problem,
    al.Bound: al.claim,
    al.Experiment: al.experiment,
    al.Constants: al.problem,
}


def documented() -> list[str]:
    """Where the examples stand, "simulation.sweep:Sweep", by file and object; a module's own have no object."""
    places = []
    for path in sorted(PACKAGE.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if ">>>" not in text:
            continue
        module = ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix("__init__").strip(".")
        stack: list[tuple[str, Any]] = [("", ast.parse(text))]
        while stack:
            name, node = stack.pop()
            if ">>>" in (ast.get_docstring(node) or ""):
                places.append(f"{module}:{name}")
            inside = (one for one in node.body if isinstance(one, ast.FunctionDef | ast.ClassDef))
            stack += [(f"{name}.{one.name}".strip("."), one) for one in inside]
    return sorted(places)


@functools.cache
def examples(module: str) -> dict[str, doctest.DocTest]:
    """Object -> the examples of its docstring, of one module."""
    full = f"alphalab.{module}".strip(".")
    found = doctest.DocTestFinder(exclude_empty=True).find(importlib.import_module(full))
    return {one.name.removeprefix(full).strip("."): one for one in found if one.examples}


def shown(owner: Any) -> str:
    """The lines of a docstring's examples."""
    return "\n".join(re.findall(r"^\s*(?:>>>|\.\.\.) (.*)$", inspect.getdoc(owner) or "", flags=re.MULTILINE))


@pytest.mark.parametrize("place", documented())
def test_an_example_gives_what_it_shows(place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module, _, name = place.partition(":")
    for needed in {module, place} & NEEDS.keys():
        pytest.importorskip(NEEDS[needed])
    monkeypatch.chdir(tmp_path)
    told: list[str] = []
    doctest.DocTestRunner().run(examples(module)[name], out=told.append)
    assert not told, "".join(told)


LOBBY = [name for name in al.__all__ if inspect.isroutine(getattr(al, name)) or inspect.isclass(getattr(al, name))]


@pytest.mark.parametrize("name", LOBBY)
def test_a_public_name_has_an_example(name: str) -> None:
    """With something that it gives: an example without an output shows that it imports."""
    found = doctest.DocTestParser().get_examples(inspect.getdoc(getattr(al, name)) or "")
    assert any(example.want for example in found)


@pytest.mark.parametrize("face", FACES)
def test_a_name_of_a_face_has_an_example(face: str) -> None:
    pytest.importorskip(FACES[face])
    module = importlib.import_module(f"alphalab.{face}")
    for name in module.__all__:
        if callable(getattr(module, name)):
            assert ">>>" in (inspect.getdoc(getattr(module, name)) or ""), name


def methods(owner: type) -> list[str]:
    """The public methods and properties that a class defines, or inherits from a class of the package."""
    names = []
    for name in dir(owner):
        found = inspect.getattr_static(owner, name)
        plain = getattr(found, "__func__", found)
        if not name.startswith("_") and (inspect.isroutine(plain) or isinstance(plain, property)):
            names.append(name)
    return names


@pytest.mark.parametrize("owner", RETURNED, ids=lambda owner: owner.__name__)
def test_a_method_of_what_is_returned_is_shown(owner: type) -> None:
    """In its own example, in that of its class, or of the function that returns it."""
    around = shown(owner) + shown(RETURNED[owner])
    missing = [name for name in methods(owner) if not re.search(rf"\.{name}\b", around + shown(getattr(owner, name)))]
    assert missing == []
