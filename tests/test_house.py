"""The house stands: stairs, names, files, and pages whose every line can be typed."""

from __future__ import annotations

import ast
import importlib
import inspect
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hops import Hops, hops

import alphalab as al
from alphalab.claims.ledger import PAPER
from alphalab.cli import main

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "alphalab"
FILES = sorted(PACKAGE.rglob("*.py"))
README, TYPED, CLAIMED = (
    (ROOT / page).read_text(encoding="utf-8") for page in ("README.md", "docs/commands.md", "docs/claims.md")
)
HEAVY = ("array_api_strict", "cupy", "flint", "jax", "joblib", "matplotlib", "scipy", "sklearn", "sympy", "torch")


def blocks(text: str, language: str) -> list[str]:
    """The fenced blocks of a page in one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)


def lint(root: Path) -> subprocess.CompletedProcess[str]:
    """Check the import contracts of the package that lies in `root`."""
    code = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    return subprocess.run(
        [sys.executable, "-c", code],
        check=False,
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        timeout=120,
    )


# ---------------------------------------------------------------- stairs


def test_a_floor_imports_only_from_floors_below(tmp_path: Path) -> None:
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Contracts: 4 kept, 0 broken." in done.stdout
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(PACKAGE, tmp_path / "alphalab", ignore=shutil.ignore_patterns("__pycache__"))
    for floor, line in {
        "arrays.py": "import alphalab.claims",
        "problems/sine.py": "import alphalab.optimizers",
        "optimizers/adam.py": "import torch",
        "simulation/sweep.py": "import sympy",
        "claims/proof.py": "import matplotlib",
    }.items():
        path = tmp_path / "alphalab" / floor
        path.write_text(path.read_text(encoding="utf-8") + f"\n{line}\n", encoding="utf-8")
    done = lint(tmp_path)
    assert done.returncode == 1
    assert "Contracts: 0 kept, 4 broken." in done.stdout


@pytest.mark.parametrize("code", ["import alphalab", "from alphalab.cli import main; main(['--help'])"])
def test_nothing_heavy_is_loaded_before_it_is_needed(code: str) -> None:
    check = f"import sys; print([name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", f"{code}\n{check}"], check=True, capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "[]"


# ---------------------------------------------------------------- names

PROMISED = [
    "problem",
    "optimizer",
    "PROBLEMS",
    "OPTIMIZERS",
    "CLAIMS",
    "EXPERIMENTS",
    "CustomProblem",
    "AlphaGrad",
    "SignSGD",
    "NormalizedGD",
    "GradientDescent",
    "Adam",
    "RMSProp",
    "AdaL",
    "HeavyBall",
    "PerTensor",
    "simulate",
    "take_step",
    "Sweep",
    "Trajectory",
    "compare",
    "estimate",
    "verify",
    "M",
    "rho",
    "Q",
    "claim",
    "experiment",
]


def test_the_lobby_has_every_name_that_is_promised() -> None:
    assert set(PROMISED) <= set(al.__all__)
    assert set(al.__all__) <= set(dir(al))
    assert sorted(set(al.__all__)) == sorted(al.__all__)
    optimizers = importlib.import_module("alphalab.optimizers")
    assert {rule.__name__ for rule in al.OPTIMIZERS} <= set(optimizers.__all__) <= set(al.__all__)
    assert isinstance(al.__version__, str)


@pytest.mark.parametrize("name", al.__all__)
def test_every_name_says_what_it_is(name: str) -> None:
    found = getattr(al, name)
    if callable(found):
        text = inspect.getdoc(found) or ""
        assert text[:1].isalpha()
        assert not text.startswith(f"{name}(")  # what dataclass writes where nothing was written


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'alphagrad'"):
        _ = al.alphagrad  # type: ignore[attr-defined]


def test_the_lobby_explains_the_house() -> None:
    text = inspect.getdoc(al) or ""
    assert len(text.splitlines()) <= 25
    code = "\n".join(line for line in text.splitlines() if re.match(r"    (import|[\w, ]+ = |al\.|run\.)", line))
    names: dict[str, Any] = {}
    exec(inspect.cleandoc(code.replace('al.verify("lemma-2").found', "")), names)
    assert names["run"].status == "running"
    assert len(names["grid"].dims) == 2


# ---------------------------------------------------------------- files


def calls(tree: ast.AST, name: str) -> list[ast.Call]:
    """Calls of a function by its name."""
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [node for node in found if isinstance(node.func, ast.Name) and node.func.id == name]


@pytest.mark.parametrize("path", FILES, ids=[str(path.relative_to(PACKAGE)) for path in FILES])
def test_house_style(path: Path) -> None:
    content = path.read_bytes()
    assert content.isascii()
    tree = ast.parse(content)
    assert ast.get_docstring(tree)
    assert path.parent.name == "cli" or not calls(tree, "print")
    assert [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Assert | ast.Global)] == []
    assert [node.lineno for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler) and swallows(node)] == []


def swallows(handler: ast.ExceptHandler) -> bool:
    """Whether after any error, a bug too, the code goes on as if nothing had been."""
    caught = (
        {node.id for node in ast.walk(handler.type) if isinstance(node, ast.Name)} if handler.type else {"Exception"}
    )
    goes_on = all(isinstance(statement, ast.Pass | ast.Continue) for statement in handler.body)
    return goes_on and bool(caught & {"Exception", "BaseException"})


def test_no_file_is_called_what_it_might_contain() -> None:
    assert [path for path in FILES if path.stem in {"utils", "helpers", "misc", "base", "manager"}] == []


def test_matrix_products_are_made_on_the_ground_floor() -> None:
    for path in sorted(set(FILES) - {PACKAGE / "arrays.py"}):
        nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        products = [node.lineno for node in nodes if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult)]
        assert not products, f"{path.name}, lines {products}: x @ A breaks batch invariance, use arrays.matvec"


def test_processes_are_begun_in_one_place() -> None:
    """Where they are bound to their owner: joblib's workers outlive a process that was killed."""
    begin = [path for path in FILES if calls(ast.parse(path.read_text(encoding="utf-8")), "Parallel")]
    assert len(begin) == 1, begin


def test_folders_side_by_side_never_import_each_other_both_ways() -> None:
    imports: set[tuple[Path, Path]] = set()
    for path in FILES:
        found = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        names = [node.module for node in found if isinstance(node, ast.ImportFrom) and node.module]
        places = [ROOT / name.replace(".", "/") for name in names if name.startswith("alphalab.")]
        imports |= {(path.parent, place if place.is_dir() else place.parent) for place in places}
    both = {(a, b) for a, b in imports if a.parent == b.parent and a < b and (b, a) in imports}
    assert both == set()


# ---------------------------------------------------------------- hops

SIMULATE = {"": (65, 16), "simulation/": (35, 9)}  # folder: the most functions, and the files they stand in
VERIFY = {"": (200, 40)}


def assert_few(entered: Hops, most: dict[str, tuple[int, int]]) -> None:
    for folder, (functions, files) in most.items():
        found = entered.within(folder)
        assert 0 < found.functions <= functions, f"{found.functions} functions in alphalab/{folder}"
        assert found.files <= files, f"{found.files} files in alphalab/{folder}"


def test_a_reader_follows_five_steps_of_simulate() -> None:
    problem, method = al.problem("rosenbrock", n=4), al.AlphaGrad(alpha=[0.5, 2.0, 8.0])
    x0 = np.random.default_rng(0).standard_normal((3, 4))

    def steps() -> al.Trajectory:
        return al.simulate(method, problem, x0, 5, observe=("value", "gradient_norm"))

    steps()  # what is done once in a process is none of them
    assert_few(hops(steps), SIMULATE)


def test_a_reader_follows_a_claim_from_the_command_line_to_its_row() -> None:
    argv = ["verify", "lemma-2", "--quick", "--fresh", "--jobs", "1"]
    main(argv)
    assert_few(hops(lambda: main(argv)), VERIFY)


def test_a_hop_counts_once() -> None:
    al.arrays.norm(np.ones(3))  # what is done once in a process is no hop
    assert hops(lambda: [al.arrays.norm(np.ones(3)) for _ in range(2)]) == hops(lambda: al.arrays.norm(np.ones(3)))
    assert "arrays.py" in {file for file, _ in hops(lambda: al.arrays.norm(np.ones(3))).entered}


# ---------------------------------------------------------------- tests

PRIVATE = re.compile(r"\._(?!_|replace|asdict|repr_)[a-z]|import _(?!_)[a-z]")
TESTS = sorted((ROOT / "tests").glob("test_*.py"))


@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.stem)
def test_what_reaches_into_privates_is_marked(path: Path) -> None:
    """An attribute that begins with an underscore: what a rewrite may change and a test must say that it looks at."""
    text = path.read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            source = ast.get_source_segment(text, node) or ""
            marks = " ".join(ast.unparse(mark) for mark in node.decorator_list)
            assert "private" in marks or not PRIVATE.search(source), node.name


# ---------------------------------------------------------------- pages


def test_readme_opens_with_exactly_two_commands() -> None:
    commands = [block.splitlines() for block in blocks(README, "bash")]
    assert [len(lines) for lines in commands] == [1, 1]
    (reproduce,), (tests,) = commands
    assert reproduce.endswith("alphalab reproduce")
    assert tests.endswith("pytest")
    for command in (reproduce, tests):
        assert command.startswith("python3 -m venv .venv && .venv/bin/pip install ")
        assert subprocess.run(["bash", "-n", "-c", command], check=False).returncode == 0
    assert README.index(tests) < README.index("\n## ")


def test_ci_types_what_readme_says() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert subprocess.run(["bash", "-n", str(script)], check=False).returncode == 0
    ending = [line for block in re.findall(r"^```.*?^```$", README, re.M | re.S) for line in block.splitlines()]
    assert [line for line in ending if line.endswith("pytest")] == blocks(README, "bash")[1].splitlines()
    for step in ("ruff check", "ruff format --check", "lint-imports", "mypy", "alphalab verify"):
        assert f".venv/bin/{step}" in script.read_text(encoding="utf-8")


COMMANDS = list(dict.fromkeys(re.findall(r"`(alphalab [^`|]+)`", README + TYPED)))


@pytest.mark.usefixtures("few_cases")
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_of_the_pages_runs(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    argv = shlex.split(command)[1:]
    if argv[0] == "figures":  # the first one, quickly; `reproduce` makes the others
        monkeypatch.setattr("alphalab.experiments.EXPERIMENTS", al.EXPERIMENTS[:1])
        if "--check" in argv:
            assert main(["figures", "--quick", "--jobs", "1", "--out", "figures"]) == 0
        argv += ["--jobs", "1", *([] if "--check" in argv else ["--quick"])]
    elif argv[0] == "verify" and all(word.startswith("-") for word in argv[1:]):  # not of all claims
        monkeypatch.setattr("alphalab.claims.CLAIMS", al.CLAIMS[:4])
    elif argv[0] == "reproduce":  # in this process, where less is to do
        argv += ["--jobs", "1"]
        monkeypatch.setattr("alphalab.experiments.EXPERIMENTS", al.EXPERIMENTS[:2])  # its figures look up all claims
        monkeypatch.setattr("alphalab.claims.CLAIMS", al.CLAIMS[:4])
        monkeypatch.setattr("alphalab.experiments.explorer.page", lambda: "")  # it shows claims that are left out here
    elif argv[0] == "train" and len(argv) > 1:  # a hundredth of its steps
        pytest.importorskip("torch", reason='training needs the extra "train"')
        pytest.importorskip("gymnasium", reason='training needs the extra "train"')
        argv += ["--steps", "200"]
    elif argv[0] == "merge":  # what `sweep --store` has left
        for folder in argv[2:4]:
            assert main(["sweep", "huber", "sign-sgd", "--steps", "5", "--store", folder]) == 0
    code = main(argv)
    out, err = capsys.readouterr()
    assert (code, err) == (0, "")
    assert out
    if argv[0] in ("figures", "reproduce"):
        folder = tmp_path / ("figures-quick" if "--quick" in argv else "figures")
        for experiment in al.EXPERIMENTS:
            assert (folder / f"{experiment.key}.csv").is_file()
            assert (folder / f"{experiment.key}.svg").read_text(encoding="utf-8").endswith("</svg>\n")


def test_the_pages_show_every_command() -> None:
    assert {command.split()[1] for command in COMMANDS} == {
        *("list", "run", "sweep", "merge", "bounds", "verify", "certify", "cite", "figures", "reproduce"),
        *("train", "new"),
    }


@pytest.mark.parametrize("code", blocks(README, "python"))
def test_every_example_of_readme_runs(code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    exec(code, {})


def test_the_verdicts_of_the_page_are_on_record() -> None:
    rows = re.findall(r"^\| `([a-z0-9-]+)` \| (true|corrected|false|open) \|", CLAIMED, flags=re.MULTILINE)
    assert rows == [(claim.key, claim.verdict) for claim in PAPER]


PAGES = sorted(
    path.relative_to(ROOT).as_posix()
    for folder, depths in {"": ("*",), ".github": ("*", "*/*"), "docs": ("*", "*/*")}.items()
    for depth in depths
    for path in (ROOT / folder).glob(depth)
    if path.suffix in (".md", ".toml", ".cff", ".css", ".py") or path.name == "LICENSE"
)


@pytest.mark.parametrize("page", [page for page in PAGES if page.endswith(".md")])
def test_files_that_a_page_names_exist(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    for name in re.findall(r"`([a-z_/]+\.py)`", text):
        found = any(
            str(path).endswith(f"/{name}")
            for folder in ("alphalab", "docs", "tests")
            for path in (ROOT / folder).rglob("*.py")
        )
        assert found, name


LASTING = r"https://(doi|arxiv)\.org/[\w./-]+"  # addresses of papers stay, and so do dates of releases
RELEASED = r"^(## \[[\d.]+\] - |date-released: )\d{4}-\d\d-\d\d$"


@pytest.mark.parametrize("page", [*PAGES, ".ci/run"])
def test_a_page_names_no_machine(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    assert text.isascii()
    text = re.sub(RELEASED, "", re.sub(LASTING, "", text), flags=re.MULTILINE)
    assert not re.search(r"https?://|(?<!!)/(home|root|tmp|work|usr|opt)/|index-url|\b20[0-9]{2}-[0-9]{2}", text)


@pytest.mark.parametrize(
    "line", ["## [0.3.0] - 2027-01-31", "date-released: 2027-01-31", "see https://doi.org/10.1/x-y"]
)
def test_dates_of_releases_and_addresses_of_papers_stay(line: str) -> None:
    assert re.sub(RELEASED, "", re.sub(LASTING, "", line)) in ("", "see ")


def test_changelog_has_what_is_not_released() -> None:
    assert "## [Unreleased]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
