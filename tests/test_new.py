"""`alphalab new` writes files that run as they are, do what their first lines say, and are refused where one lies."""

from __future__ import annotations

import importlib
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from alphalab.cli import main
from alphalab.cli.new import KINDS


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    place = tmp_path / "a folder, \u00fcber"
    place.mkdir()
    monkeypatch.chdir(place)
    monkeypatch.setattr(sys, "path", [*sys.path])
    importlib.invalidate_caches()
    before = set(sys.modules)
    yield place
    for name in set(sys.modules) - before:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(str(tmp_path)):
            del sys.modules[name]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_written_runs_and_does_what_it_says(
    kind: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["new", kind, f"my_{kind}"]) == 0
    said = capsys.readouterr().out
    (path,) = folder.iterdir()
    text = path.read_text(encoding="utf-8")
    assert "fill in" in text
    assert "$" not in text
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    done = subprocess.run([sys.executable, path.name], check=False, capture_output=True, text=True, env=environment)
    assert (done.returncode, done.stderr) == (0, "")
    commands = re.findall(r"^    alphalab (.*?)(?:  # .*)?$", said, flags=re.MULTILINE)
    assert commands
    for command in commands:
        argv = shlex.split(command)
        quick = {"verify": ["--quick", "--jobs", "1"], "figures": ["--jobs", "1"], "sweep": ["--steps", "20"]}
        if "--attack" not in argv:  # minutes
            assert main([*argv, *quick.get(argv[0], ["--steps", "20"])]) == 0, command
            assert capsys.readouterr().out
    assert main(["new", kind, f"my_{kind}"]) == 2
    assert "is there already" in capsys.readouterr().err
    assert path.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("name", ["2b", "a-b", "class", "../up"])
def test_what_is_no_name_is_told(name: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", "problem", name]) == 2
    assert capsys.readouterr().err.startswith("alphalab: NAME must be a name in Python")
    assert list(folder.iterdir()) == []
