"""What is built holds what the code opens, and every page that names the version names the same."""

from __future__ import annotations

import re
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "alphalab"
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_the_wheel_holds_what_the_package_holds(tmp_path: Path) -> None:
    """Every file that is no product of a program: of Python, of Coq, of an editor."""
    builder = pytest.importorskip("hatchling.builders.wheel").WheelBuilder(str(ROOT))
    (wheel,) = builder.build(directory=str(tmp_path))
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
    made = ("__pycache__", ".vo", ".vok", ".vos", ".glob", ".aux", ".cache")
    files = [path.relative_to(ROOT).as_posix() for path in PACKAGE.rglob("*") if path.is_file()]
    files = [name for name in files if not any(part in name for part in made)]
    assert {name for name in files if name.endswith((".csv", ".v", ".json"))}
    assert set(files) - held == set()


def test_every_page_names_the_same_version() -> None:
    version = PROJECT["version"]
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    number, date = re.findall(r"^## \[(\d[\d.]*)\] - (\d{4}-\d\d-\d\d)$", changes, re.MULTILINE)[0]
    assert re.findall(r"^version: (.*)$", citation, re.MULTILINE) == [version] == [number]
    assert re.findall(r"^date-released: (.*)$", citation, re.MULTILINE) == [date]


def test_every_python_that_is_promised_is_a_classifier() -> None:
    versions = [int(minor) for minor in re.findall(r"Python :: 3\.(\d+)", " ".join(PROJECT["classifiers"]))]
    assert versions == list(range(versions[0], versions[-1] + 1))
    assert PROJECT["requires-python"] == f">=3.{versions[0]}"
