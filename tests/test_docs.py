"""The documentation: it builds without a warning and asks no other host, its code runs, its numbers are measured."""

from __future__ import annotations

import doctest
import importlib.util
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import alphalab as al
from alphalab.cli import main

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
BLOCK = re.compile(r"^```(pycon|python|bash)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PAGES = [path for path in sorted(DOCS.rglob("*.md")) if BLOCK.search(path.read_text(encoding="utf-8"))]
NEEDS = {"nonlinearity.md": "flint"}  # where a hypothesis fails is found in intervals
BUILDERS = ("sphinx", "myst_nb", "furo")
ELSEWHERE = ("reproduce", "figures")  # commands of minutes: tests/test_house.py runs them with less to do


def module(name: str) -> Any:
    """A module of docs/."""
    spec = importlib.util.spec_from_file_location(f"docs_{name}", DOCS / f"{name}.py")
    assert spec is not None and spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


# ---------------------------------------------------------------- code


@pytest.mark.parametrize("path", PAGES, ids=[str(path.relative_to(DOCS)) for path in PAGES])
def test_the_code_of_a_page_runs(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    """Its blocks in order, in one folder: examples give what they show, `# mine.py` is that file, commands exit 0."""
    if path.name in NEEDS:
        pytest.importorskip(NEEDS[path.name])
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    for language, code in BLOCK.findall(path.read_text(encoding="utf-8")):
        if "import torch" in code and importlib.util.find_spec("torch") is None:
            continue
        if language == "pycon":
            told: list[str] = []
            example = doctest.DocTestParser().get_doctest(code, names, path.name, str(path), 0)
            doctest.DocTestRunner().run(example, out=told.append, clear_globs=False)
            assert not told, "".join(told)
            names |= example.globs
        elif language == "python":
            if file := re.match(r"# (\w+\.py)\n", code):
                (tmp_path / file[1]).write_text(code, encoding="utf-8")
            exec(code, names)
        else:
            for line in code.splitlines():
                argv = shlex.split(line)
                if argv[0] == "alphalab" and argv[1] not in ELSEWHERE:
                    assert main(argv[1:]) == 0
                    assert capsys.readouterr().out


# ---------------------------------------------------------------- pages


@pytest.fixture(scope="module")
def html(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built pages, the notebooks as they stand; the proofs are those that this process has checked already."""
    for name in BUILDERS:
        pytest.importorskip(name, reason='the documentation needs the extra "docs"')
    out = tmp_path_factory.mktemp("docs")
    module("build").gather(out / "source", jobs=1)
    code = "import sys, pathlib, build; sys.exit(build.build(pathlib.Path(sys.argv[1]), notebooks=False))"
    place = os.environ | {"PYTHONPATH": os.pathsep.join([str(DOCS), str(ROOT)])}
    done = subprocess.run(
        [sys.executable, "-c", code, str(out)], check=False, capture_output=True, text=True, env=place
    )
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr
    return out / "html"


def test_every_claim_figure_and_public_name_has_its_place(html: Path) -> None:
    for claim in al.CLAIMS:
        page = (html / "theory" / f"{claim.key}.html").read_text(encoding="utf-8")
        assert "<math" in page or not claim.statement
    gallery = (html / "gallery.html").read_text(encoding="utf-8")
    drawn = [one.key for one in al.EXPERIMENTS if (ROOT / "figures" / f"{one.key}.svg").is_file()]
    assert [key for key in drawn if f"{key}.svg" not in gallery] == []
    index = (html / "genindex.html").read_text(encoding="utf-8")
    classes = [name for name in al.__all__ if callable(getattr(al, name)) and not name.isupper()]
    assert [name for name in classes if not re.search(rf"[>.]{name}\b", index)] == []


def test_no_page_of_the_theory_or_of_figures_shows_markup(html: Path) -> None:
    """Outside of code and formulas no dollar, no backtick, no macro of LaTeX, no role."""
    pages = [*sorted((html / "theory").glob("*.html")), html / "gallery.html", html / "nonlinearities.html"]
    told = {path.name: re.findall(r"<article.*?</article>", path.read_text("utf-8"), re.DOTALL)[0] for path in pages}
    plain = {name: re.sub(r"<(pre|code|math)\b.*?</\1>|<[^>]*>", "", text, flags=re.S) for name, text in told.items()}
    assert [
        (name, found) for name, text in plain.items() if (found := re.findall(r"[$`]|\\[A-Za-z]+|\{\w+\}", text))
    ] == []


def test_no_page_asks_another_host(html: Path) -> None:
    assert module("build").foreign(html) == []


def test_another_host_is_noticed(tmp_path: Path) -> None:
    for name in BUILDERS:
        pytest.importorskip(name, reason='the documentation needs the extra "docs"')
    (tmp_path / "own.html").write_text(
        '<script src="a.js"></script><a href="https://doi.org/10">x</a><img src="b.png">'
    )
    assert module("build").foreign(tmp_path) == []
    for number, asked in enumerate(
        (
            '<script async src="https://h/a.js"></script>',
            '<link rel="stylesheet" type="text/css" href="//h/a.css">',
            '<link href="https://h/a.woff2" rel="preload">',
            "<img alt='x' src='http://h/a.png'>",
            "<style>@import 'https://h/a.css'</style>",
            "<style>p { background: url(https://h/a.png) }</style>",
        )
    ):
        (tmp_path / f"{number}.html").write_text(asked)
        assert len(module("build").foreign(tmp_path)) == number + 1, asked
    (tmp_path / "a.css").write_text('p { src: url("https://h/font") }')
    assert "a.css: https://h/font" in module("build").foreign(tmp_path)


def test_the_paper_cites_what_is_in_the_references() -> None:
    references = ROOT / "alphalab" / "claims" / "references.bib"
    if not references.is_file():
        pytest.skip("alphalab/claims/references.bib is not written yet")
    known = set(re.findall(r"^@\w+\{([^,]+),", references.read_text(encoding="utf-8"), re.MULTILINE))
    cited = set(re.findall(r"(?<!\w)@([A-Za-z][\w:-]+)", (DOCS / "paper.md").read_text(encoding="utf-8")))
    assert cited
    assert cited - known == set()


# ---------------------------------------------------------------- the table of effective steps


@pytest.fixture(scope="module")
def measured() -> Any:
    return module("learning_rate")


def test_the_page_is_what_is_measured(measured: Any) -> None:
    """To one unit of the last digit shown: tanh may differ by an ulp from processor to processor."""
    number = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?:e-?\d+)?")
    found, wanted = (DOCS / "learning_rate.md").read_text(encoding="utf-8"), measured.page()
    assert number.sub("#", found) == number.sub("#", wanted)
    for shown, exact in zip(number.findall(found), number.findall(wanted), strict=True):
        digits = len(exact.partition("e")[0].replace(".", "").lstrip("0"))
        assert float(shown) == pytest.approx(float(exact), rel=1.1 * 10.0 ** (1 - digits) if "." in exact else 0)


def test_the_effective_steps_are_those_of_theory(measured: Any) -> None:
    """signSGD steps 1, normalised GD 1/sqrt(n), heavy ball a persistent direction 1/(1 - gamma) times, Adam 0.229."""
    steps = {(name, of): (noise, held) for name, of, noise, held in measured.rows()}
    assert steps["signSGD", "any"] == (1.0, 1.0)
    assert steps["normalised GD", "64 x 64"] == pytest.approx((1 / 64, 1 / 64), rel=1e-6)
    alone, heavy = (steps[f"AlphaGrad, k = 2{end}", "any"] for end in ("", ", momentum 0.9"))
    assert heavy[1] == pytest.approx(10 * alone[1], rel=1e-6)
    assert heavy[0] == pytest.approx(alone[0] / (1 - 0.81) ** 0.5, rel=0.02)  # independent directions
    assert steps["Adam(0.9, 0.999)", "any"] == pytest.approx((0.229, 1.0), rel=0.02)  # sqrt((1 - b1)/(1 + b1))
