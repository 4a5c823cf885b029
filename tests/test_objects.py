"""Objects of one's own on the command line: file.py:object and module:object wherever a name is taken."""

from __future__ import annotations

import functools
import importlib
import json
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import alphalab as al
from alphalab.cli import main
from alphalab.workers import in_parallel

Said = Callable[..., tuple[int, str, str]]
MINE = '''
import dataclasses
from typing import ClassVar
import numpy as np
import alphalab as al
from alphalab.experiments import Experiment
from alphalab.optimizers.optimizer import POSITIVE, hyperparameter

problem = al.CustomProblem(value=lambda x: np.sum(x**4 - x**2, axis=-1), gradient=lambda x: 4 * x**3 - 2 * x, n=3)

def bowl(n=2):
    return al.CustomProblem(value=lambda x: np.sum(x**2, axis=-1), gradient=lambda x: 2 * x, n=n)

@dataclasses.dataclass(frozen=True, kw_only=True)
class Rule(al.Rule):
    """d = tanh(gain g)."""

    name: ClassVar[str] = "mine"
    gain: float = hyperparameter(2.0, POSITIVE)

    def direction(self, gradient, state, x):
        return np.tanh(al.arrays.column(self.gain, gradient) * gradient), state

@dataclasses.dataclass(frozen=True, kw_only=True)
class Wrong(al.Rule):
    """Fails in its second line."""

    def direction(self, gradient, state, x):
        return gradient.nothing, state

@dataclasses.dataclass(frozen=True, kw_only=True)
class Clashing(al.Rule):
    """One of its hyperparameters is called as an option of the command."""

    steps: float = hyperparameter(2.0, POSITIVE)

rule = al.AlphaGrad(alpha=3.0)
claim = dataclasses.replace(al.claim("ex-1"), key="mine")
number = 3

def make(gain=1.0, learning_rate=0.1):
    return Rule(gain=gain, learning_rate=learning_rate)

def fails():
    return 1 / 0

def compute(quick):
    return {"x": np.arange(3.0 if quick else 30.0)}

def draw(data):
    from matplotlib.figure import Figure

    drawn = Figure()
    drawn.add_subplot().plot(data["x"], data["x"])
    return drawn

figure = Experiment(key="mine", title="mine", caption="", columns={"x": "x"}, compute=compute, draw=draw)
'''


def line(text: str) -> int:
    """The number of the line of mine.py with this text."""
    return MINE.partition(text)[0].count("\n") + 1


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Said:
    """Run one command in this process and a folder with mine.py; returns its exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    Path("mine.py").write_text(MINE, encoding="utf-8")
    importlib.invalidate_caches()
    return lambda *argv: (main(argv), *capsys.readouterr())


@pytest.mark.parametrize("place", ["mine.py", "mine"])
def test_run_takes_a_problem_and_a_rule_from_a_file_or_module(say: Said, place: str) -> None:
    code, out, err = say("run", f"{place}:problem", f"{place}:Rule", "--gain", "3", "--steps", "20", "--json")
    assert (code, err) == (0, "")
    told, mine = json.loads(out), sys.modules["mine"]
    run = al.simulate(mine.Rule(gain=3.0), mine.problem, mine.problem.start(0), 20)
    assert (told["value_last"], told["n"]) == (float(run.value_last), 3)
    assert told["optimizer"] == "Rule(learning_rate=0.01, gain=3.0)"


@pytest.mark.parametrize(("more", "proposed"), [((), True), (("--estimate",), False), (("--claim", "lemma-1"), False)])
def test_bounds_names_the_option_that_proposes_what_is_not_given(
    say: Said, more: tuple[str, ...], proposed: bool
) -> None:
    code, out, _ = say("bounds", "mine.py:problem", "alphagrad", "--steps", "5", *more)
    assert code == 0 and ("--estimate proposes" in out) == proposed


def test_an_option_of_a_rule_may_come_before_it(say: Said) -> None:
    argv = ("--steps", "5", "--json")
    first = json.loads(say("run", "--gain", "3", "mine.py:problem", "mine.py:Rule", *argv)[1])
    second = json.loads(say("run", "mine.py:problem", "mine.py:Rule", "--gain=3", *argv)[1])
    assert {**first, "seconds": 0} == {**second, "seconds": 0}


@pytest.mark.parametrize(
    ("optimizer", "options", "expected"),
    [
        ("rule", ("--alpha", "4"), "AlphaGrad(learning_rate=0.01, epsilon=1e-08, alpha=4.0)"),
        ("make", ("--gain", "4"), "Rule(learning_rate=0.1, gain=4.0)"),
        ("Rule", ("--momentum", "0.5"), "HeavyBall(optimizer=Rule(learning_rate=0.01, gain=2.0), momentum=0.5)"),
    ],
)
def test_instances_and_functions_take_hyperparameters(
    say: Said, optimizer: str, options: tuple[str, ...], expected: str
) -> None:
    code, out, err = say(
        "run", "mine.py:bowl", f"mine.py:{optimizer}", *options, "--dim", "5", "--steps", "5", "--json"
    )
    assert (code, err) == (0, "")
    told = json.loads(out)
    assert (told["optimizer"], told["n"]) == (expected, 5)


def test_workers_begun_elsewhere_get_what_a_users_file_and_its_neighbour_define(say: Said, tmp_path: Path) -> None:
    assert list(in_parallel([functools.partial(pow, 2, 3)] * 2, 2)) == [8, 8]  # the workers know nothing of this folder
    beside = "def slope(x):\n    return 2 * x\n"
    Path("neighbour.py").write_text(beside, encoding="utf-8")
    task = "import alphalab as al\nfrom neighbour import slope\n"
    task += "bowl = al.CustomProblem(value=lambda x: (x**2).sum(-1), gradient=lambda x: slope(x), n=2)\n"
    Path("task.py").write_text(task, encoding="utf-8")
    argv = ("sweep", "task.py:bowl", "mine.py:Rule", "--gain", "1:10:4", "--steps", "5", "--jobs", "2", "--json")
    code, out, err = say(*argv)
    assert (code, err) == (0, "")
    assert json.loads(out)["axes"].keys() == {"gain"}


def test_a_sweep_over_a_hyperparameter_of_a_users_rule_runs_in_workers(say: Said) -> None:
    argv = ("sweep", "mine.py:bowl", "mine.py:Rule", "--gain", "1:10:3", "--steps", "5", "--json")
    code, out, err = say(*argv)
    assert (code, err) == (0, "")
    told = json.loads(out)
    np.testing.assert_allclose(told["axes"]["gain"], np.geomspace(1, 10, 3))
    code, out, err = say(*argv, "--jobs", "2")
    assert (code, err) == (0, "")
    assert json.loads(out)["settings"] == told["settings"]


@pytest.mark.usefixtures("few_cases")
def test_verify_and_figures_take_objects(say: Said, tmp_path: Path) -> None:
    code, out, err = say("verify", "mine.py:claim", "--jobs", "1", "--json")
    assert (code, err) == (0, "")
    assert [row["key"] for row in json.loads(out)] == ["mine"]
    code, out, err = say("figures", "mine.py:figure", "--quick", "--jobs", "1", "--out", str(tmp_path))
    assert (code, err) == (0, "")
    assert (tmp_path / "mine.csv").is_file()
    assert say("figures", "mine.py:figure", "--check", "--jobs", "1", "--out", str(tmp_path))[0] == 0


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        ("run none.py:problem adam", "there is no file none.py"),
        ("run nomodule:problem adam", "there is no module 'nomodule' here"),
        ("run mine.py adam", "mine.py is a file: mine.py:NAME is the object of this name in it"),
        ("verify mine.py", "mine.py is a file: mine.py:NAME is the object of this name in it"),
        ("run mine.py:bowls adam", "mine.py has no object 'bowls'; did you mean 'bowl'?"),
        ("run mine.py:number adam", "mine.py:number is of type int, not a problem and makes none"),
        ("run mine.py:make adam", "mine.py:make is of type Rule, not a problem: it needs name, n, "),
        ("run mine.py:fails adam", f"mine.py, line {line('1 / 0')}: ZeroDivisionError: division by zero"),
        ("run mine.py:problem adam --dim 4", "mine.py:problem has dimension 3: leave --dim 4 out"),
        ("run mine.py:fails adam --dim 4", "mine.py:fails(n=...): got an unexpected keyword argument 'n'"),
        ("run huber mine.py:problem", "mine.py:problem is of type CustomProblem, not an optimizer"),
        ("run huber mine.py:bowl", "mine.py:bowl is of type CustomProblem, not an optimizer: derive it from"),
        ("run huber mine.py:Rule --alpha 2", "optimizer mine.py:Rule has no hyperparameter 'alpha'; it has learning_"),
        ("run huber mine.py:Rule --gain 0", "gain must be a finite number > 0, got 0.0"),
        ("run huber mine.py:Rule --gain x", "argument --gain: 'x' is not a number"),
        ("run huber alphagrad --gain 2", "unrecognized arguments: --gain 2"),
        ("sweep huber mine.py:Rule --gain 0:1:3", "argument --gain: '0:1:3' is not A:B:N"),
        ("run huber mine.py:Wrong", f"mine.py, line {line('gradient.nothing')}: AttributeError: "),
        ("run huber mine.py:Clashing", "mine.py:Clashing: --steps is another option already; give 'steps' another"),
        ("run broken.py:x adam", "broken.py, line 1: ModuleNotFoundError: No module named 'nothere'"),
        ("run syntax.py:x adam", "syntax.py, line 2: SyntaxError: "),
        ("run attribute.py:x adam", "attribute.py, line 3: AttributeError: 'int' object has no attribute 'nope'"),
        ("run leaves.py:x adam", "leaves.py, line 1: SystemExit: 3"),
        ("run json.py:x adam", "json.py cannot be loaded as a module called 'json'; give the file another name"),
        ("verify mine.py:rule", "mine.py:rule is of type AlphaGrad, not a claim"),
        ("figures mine.py:claim", "mine.py:claim is of type "),
    ],
)
def test_what_is_no_object_is_told_in_one_line(say: Said, argv: str, told: str) -> None:
    files = {"broken": "import nothere\n", "syntax": "x = 1\ny = x +\n", "attribute": "x = 1\n\ny = x.nope\n"}
    for name, text in (files | {"leaves": "raise SystemExit(3)\n", "json": "x = 1\n"}).items():
        Path(f"{name}.py").write_text(text, encoding="utf-8")
    code, out, err = say(*argv.split())
    assert (code, out) == (2, "")
    assert err.startswith("alphalab: ")
    assert err.count("\n") == 1
    assert told in err
