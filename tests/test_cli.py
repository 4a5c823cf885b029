"""The command line: what it prints is what the floors below say, and every error is one line."""

from __future__ import annotations

import dataclasses
import functools
import importlib
import json
import math
import operator
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import alphalab as al
import alphalab.claims
import alphalab.experiments
from alphalab.claims.typeset import text as typeset
from alphalab.cli import main
from alphalab.cli.faster import seconds
from alphalab.cli.show import plain, watched
from alphalab.cli.sweep import values

Said = Callable[..., tuple[int, str, str]]


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Said:
    """Run one command in this process; returns its exit code, stdout and stderr."""

    def run(*argv: str) -> tuple[int, str, str]:
        code = main(argv)
        return code, *capsys.readouterr()

    return run


@pytest.fixture
def small_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two figures that take no time, and no explorer: it shows claims that a test leaves out."""
    monkeypatch.setattr("alphalab.experiments.explorer.page", lambda: "")

    def draw(data: alphalab.experiments.Data) -> Any:
        from matplotlib.figure import Figure

        figure = Figure()
        figure.add_subplot().plot(data["x"], data["x"])
        return figure

    def compute(quick: bool) -> alphalab.experiments.Data:
        return {"x": np.arange(3.0 if quick else 30.0)}

    def small(key: str) -> al.Experiment:
        return al.Experiment(key=key, title=f"the {key}", caption="", columns={"x": "x"}, compute=compute, draw=draw)

    for module in ("alphalab.experiments", "alphalab.experiments.catalogue"):
        monkeypatch.setattr(importlib.import_module(module), "EXPERIMENTS", (small("one"), small("two")))


def process(*argv: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run a real process."""
    command = [sys.executable, "-m", "alphalab", *argv]
    return subprocess.run(
        command, check=False, capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL, **options
    )


# ---------------------------------------------------------------- list


@pytest.mark.parametrize(
    ("what", "names"),
    [
        ("problems", [entry.name for entry in al.PROBLEMS]),
        ("optimizers", [rule.name for rule in al.OPTIMIZERS]),
        ("claims", [claim.key for claim in al.CLAIMS]),
        ("figures", [experiment.key for experiment in al.EXPERIMENTS]),
    ],
)
def test_list_contains_every_entry(say: Said, what: str, names: list[str]) -> None:
    code, out, err = say("list", what)
    assert (code, err) == (0, "")
    assert names
    lines = out.splitlines()
    assert [line.split()[0] for line in lines[1:]] == names
    assert all(line == line.rstrip() and line.isascii() for line in lines)
    code, out, err = say("list", what, "--json")
    assert (code, err) == (0, "")
    assert [next(iter(row.values())) for row in json.loads(out)] == names


def test_list_tells_what_is_known(say: Said) -> None:
    problems = {row["name"]: row for row in json.loads(say("list", "problems", "--json")[1])}
    assert problems["quadratic"]["known"] == ["L", "mu", "pl", "f_star", "x_star", "convex", "f_inf", "lipschitz"]
    assert "convex" not in problems["rosenbrock"]["known"]
    assert problems["softmax-digits"]["real data"]
    optimizers = {row["name"]: row for row in json.loads(say("list", "optimizers", "--json")[1])}
    assert optimizers["adam"]["state (bytes/parameter, float32)"] == 8
    assert optimizers["alphagrad"]["hyperparameters"] == {"learning_rate": 1e-2, "epsilon": 1e-8, "alpha": 2.0}
    claims = {row["key"]: row for row in json.loads(say("list", "claims", "--json")[1])}
    assert "f is convex" in claims["thm-1"]["needs"]


def test_list_has_every_letter_and_every_assumption_of_a_claim(say: Said) -> None:
    letters = {getattr(al.letters, row["name"]): row for row in json.loads(say("list", "letters", "--json")[1])}
    assert set(letters) == {*al.letters.BY_SYMBOL, *al.letters.DEFINITIONS}
    assert letters[al.letters.N]["meaning"] == "gradient norm ||g\u209c||"
    told = {row["name"]: row["says"] for row in json.loads(say("list", "assumptions", "--json")[1])}
    here = {name for name, one in vars(al.assumptions).items() if isinstance(one, al.Assumption)}
    assert set(told) == here and told["CONVEX"] == "f is convex"


# ---------------------------------------------------------------- run


def test_run_prints_what_simulate_returns(say: Said, tmp_path: Path) -> None:
    argv = ("run", "rosenbrock", "alphagrad", "--dim", "3", "--steps", "50", "--alpha", "3", "--momentum", "0.5")
    code, out, err = say(*argv, "--seed", "4", "--json", "--save", str(tmp_path / "run.npz"))
    assert (code, err) == (0, "")
    told = json.loads(out)
    problem = al.problem("rosenbrock", n=3)
    run = al.simulate(al.HeavyBall(al.AlphaGrad(alpha=3.0), momentum=0.5), problem, problem.start(4), steps=50)
    expected = {
        "problem": "rosenbrock",
        "n": 3,
        "steps": 50,
        "seed": 4,
        "optimizer": run.settings["optimizer"],
        "value_first": run.value[0],
        "value_last": run.value_last,
        "value_best": run.value_best,
        "gradient_norm_first": run.gradient_norm[0],
        "gradient_norm_last": run.gradient_norm_last,
        "status": run.status,
        "status_step": run.status_step,
    }
    assert {name: told[name] for name in expected} == plain(expected)
    kept = al.Trajectory.load(told["saved"])
    for name in ("x_last", "x_best", "value", "gradient_norm"):
        np.testing.assert_array_equal(getattr(kept, name), getattr(run, name))
    code, out, _ = say(*argv, "--seed", "4")
    assert code == 0
    assert f"value last           {run.value_last:.6g}\n" in out
    assert "status               running\n" in out


@pytest.mark.parametrize("backend", ["numpy", "array-api-strict", "torch"])
def test_run_on_other_libraries(say: Said, backend: str) -> None:
    if backend == "torch":
        pytest.importorskip("torch")
    argv = ("run", "huber", "adam", "--steps", "20", "--dtype", "float32", "--backend", backend, "--json")
    code, out, err = say(*argv)
    assert (code, err) == (0, "")
    told = json.loads(out)
    assert (told["backend"].replace("_", "-"), told["dtype"]) == (backend, "float32")
    assert told["value_last"] == pytest.approx(
        json.loads(say(*argv[:-2], "numpy", "--json")[1])["value_last"], rel=1e-5
    )


def test_whole_numbers_may_be_written_as_floats(say: Said) -> None:
    for text in ("30", "3e1", "30.0"):
        assert json.loads(say("run", "huber", "adam", "--steps", text, "--json")[1])["steps"] == 30


def test_a_run_that_diverges_is_data(say: Said) -> None:
    code, out, err = say("run", "rosenbrock", "gradient-descent", "--learning-rate", "1e300", "--json")
    assert (code, err) == (0, "")
    assert json.loads(out)["status"] == "diverged"
    assert json.loads(out)["value_last"] is None


def test_every_hyperparameter_is_an_option(say: Said) -> None:
    for rule in al.OPTIMIZERS:
        for field in dataclasses.fields(rule):
            value = field.default * 0.5 if field.default else 0.25
            option = "--" + field.name.replace("_", "-")
            code, out, err = say("run", "quadratic", rule.name, "--steps", "1", option, str(value), "--json")
            assert (code, err) == (0, "")
            assert f"{field.name}={value}" in json.loads(out)["optimizer"]


# ---------------------------------------------------------------- sweep


def test_sweep_is_the_runs_one_by_one(say: Said, tmp_path: Path) -> None:
    argv = ("sweep", "rosenbrock", "alphagrad", "--learning-rate", "1e-3:1e-1:3", "--alpha", "1,5", "--epsilon", "1e-6")
    argv += ("--starts", "2", "--seed", "3", "--steps", "40", "--momentum", "0.5")
    code, out, err = say(*argv, "--json", "--save", str(tmp_path / "sweep"))
    assert (code, err) == (0, "")
    told = json.loads(out)
    assert told["axes"] == plain({"learning_rate": np.geomspace(1e-3, 1e-1, 3), "alpha": [1.0, 5.0]})
    assert (told["seeds"], told["fixed"]) == ([3, 4], {"epsilon": 1e-6, "momentum": 0.5})
    assert len(told["settings"]) == 6
    problem = al.problem("rosenbrock")
    for setting in told["settings"]:
        method = al.HeavyBall(al.AlphaGrad(**setting["at"], epsilon=1e-6), momentum=0.5)
        runs = [al.simulate(method, problem, problem.start(seed), steps=40) for seed in (3, 4)]
        for name, field in (("value", "value_last"), ("gradient_norm", "gradient_norm_last"), ("status", "status")):
            assert setting[name] == plain([getattr(run, field) for run in runs])
    medians = [float(np.median(setting["value"])) for setting in told["settings"]]
    assert medians == sorted(medians)
    kept = al.Trajectory.load(told["saved"])
    assert sorted(kept.value_last.ravel()) == sorted(v for setting in told["settings"] for v in setting["value"])
    lines = say(*argv)[1].splitlines()
    assert "12 runs" in lines[0]
    assert float(lines[4].split()[2]) == pytest.approx(medians[0], rel=1e-5)
    assert lines[-1].startswith("best at learning_rate = ")


def test_sweep_says_where_the_best_is(say: Said) -> None:
    code, out, _ = say("sweep", "linear", "gradient-descent", "--learning-rate", "0.1:1:20", "--steps", "5")
    assert code == 0
    assert out.endswith("best at learning_rate = 1 (the edge of what was tried)\n")
    assert "best 10 of 20" in out
    out = say("sweep", "quadratic", "gradient-descent", "--learning-rate", "1e6:1e9:2", "--by", "gradient-norm")[1]
    assert out.endswith("no best setting: every one diverged\n")
    assert "1 diverged" in out
    assert "one setting" in say("sweep", "quadratic", "adam", "--steps", "5", "--starts", "3")[1]


@pytest.mark.private
@pytest.mark.parametrize(
    ("numpy", "jax", "there", "told"),
    [
        (9.0, 1.0, True, ""),
        (60.0, 15.0, True, "alphalab: NumPy takes about 60 s for this on one core, --backend jax about 15 s\n"),
        (60.0, 50.0, True, ""),
        (60.0, 15.0, False, "alphalab: NumPy takes about 60 s for this on one core; --backend jax compiles it, and "),
    ],
)
def test_a_long_sweep_says_what_jax_would_save(
    say: Said, monkeypatch: pytest.MonkeyPatch, numpy: float, jax: float, there: bool, told: str
) -> None:
    monkeypatch.setattr("alphalab.cli.faster.SHORT", 0.0)
    monkeypatch.setattr("alphalab.cli.faster.seconds", lambda name, *rest: {"numpy": numpy, "jax": jax}[name])
    monkeypatch.setattr("importlib.util.find_spec", lambda name: object() if there else None)
    code, out, err = say("sweep", "huber", "adam", "--learning-rate", "1e-3:1:3", "--steps", "5")
    assert (code, err.count("\n"), err[: len(told)]) == (0, bool(told), told)
    assert out.endswith("(the edge of what was tried)\n")


@pytest.mark.private
def test_the_time_of_a_sweep_grows_with_its_steps_and_runs() -> None:
    problem, method = al.problem("rosenbrock", n=10), al.AlphaGrad()
    times = [seconds("numpy", method, problem, problem.start(), *size) for size in ((1000, 1000), (100_000, 100_000))]
    assert 1e3 < times[1] / times[0] < 1e5


@pytest.mark.parametrize(
    "text", ["1:2", "1:2:1", "0:1:3", "-1:1:3", "1:inf:3", "1:2:x", "a", "1,,2", "", "nan:1:3", ":"]
)
def test_what_is_no_grid(say: Said, text: str) -> None:
    code, out, err = say("sweep", "huber", "adam", f"--learning-rate={text}")
    assert (code, out) == (2, "")
    assert err.startswith("alphalab: argument --learning-rate:")
    assert err.count("\n") == 1


@pytest.mark.private
def test_grids() -> None:
    assert values("0.5") == 0.5
    np.testing.assert_array_equal(values("3,1,2"), [3.0, 1.0, 2.0])
    np.testing.assert_allclose(values("1e-2:1e2:5"), [1e-2, 1e-1, 1.0, 10.0, 100.0])


# ---------------------------------------------------------------- verify


@pytest.mark.usefixtures("few_cases")
def test_verify_prints_the_verdicts(say: Said) -> None:
    evidence = importlib.import_module("alphalab.claims.evidence").evidence
    keys = ("lemma-2", "thm-1")
    code, out, err = say("verify", *keys, "--json")
    assert (code, err) == (0, "")
    verdicts = al.verify_all([al.claim(key) for key in keys], evidence())
    for told, verdict in zip(json.loads(out), verdicts, strict=True):
        assert told | {"seconds": 0} == plain(verdict.as_dict()) | {"seconds": 0}
    code, out, err = say("verify", *keys, keys[0])
    assert (code, err) == (0, "")
    table, tolerance, _ = out.split("\n\n")
    assert [line.split()[0] for line in table.splitlines()] == ["claim", *keys]
    assert tolerance.startswith("rounding error granted to a check: (n + 16) ulp")
    for verdict in verdicts:
        row = next(line for line in out.splitlines() if line.startswith(verdict.key))
        assert [text for text in (verdict.source, verdict.found, verdict.known_by) if f"  {text}  " not in row] == []


@pytest.mark.usefixtures("few_cases")
def test_explain_tells_the_whole_claim(say: Said) -> None:
    claim = al.claim("lemma-2")
    code, out, err = say("verify", claim.key, "--explain")
    assert (code, err) == (0, "")
    told = [claim.title, claim.statement, claim.remark, *claim.letters(), *claim.letters().values()]
    told += [assumption.sentence for assumption in claim.assumes]
    assert claim.proof is not None
    told += [text for step in claim.proof().steps for text in (step.sentence, step.latex())]
    told += [claim.proof().follows, "(n + 16) ulp", "quadratic, n = 5", "gradients, n = 1"]
    flat = " ".join(out.split())
    assert [said for said in told if typeset(said) not in flat] == []
    assert [step["step"] for step in json.loads(say("verify", claim.key, "--explain", "--json")[1])[0]["proof"]] == (
        ["ok"] * len(claim.proof().steps)
    )


@pytest.mark.usefixtures("few_cases")
def test_a_departure_from_the_record_exits_1(say: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    planted = dataclasses.replace(al.claim("lemma-1"), verdict="false")
    monkeypatch.setattr(alphalab.claims, "CLAIMS", (planted, al.claim("lemma-2")))
    for argv in (["verify"], ["verify", "--json"]):
        code, _, err = say(*argv)
        assert code == 1
        assert err.startswith("alphalab: lemma-1: on record 'false', found 'true'")
        assert err.count("\n") == 1
    assert "true (record: false)" in say("verify")[1]
    assert say("verify", "lemma-2")[0] == 0


@pytest.mark.usefixtures("few_cases")
def test_a_bound_that_is_false_exits_1(say: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    lemma: Any = al.claim("lemma-1")
    planted = dataclasses.replace(lemma, right=lemma.right / 4)
    monkeypatch.setattr(alphalab.claims, "CLAIMS", (planted,))
    code, _, err = say("verify")
    assert code == 1
    assert "found 'false'" in err


def test_verify_prints_latex(say: Said) -> None:
    code, out, _ = say("verify", "rem-1c", "ex-1", "--latex")
    lines = out.splitlines()
    assert code == 0
    assert (lines[0], lines[-1]) == (r"\begin{tabular}{llllrrrl}", r"\end{tabular}")
    assert sum(line.endswith(r" \\") for line in lines) == 3
    assert all(line.count("&") == 7 for line in lines if line.endswith(r" \\"))


@pytest.mark.usefixtures("few_cases")
def test_attacks_are_told_beside_the_verdicts(say: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    falsifier = importlib.import_module("alphalab.claims.falsifier")
    monkeypatch.setattr(falsifier, "attack_all", functools.partial(falsifier.attack_all, evaluations=200))
    code, out, err = say("verify", "lemma-1", "ex-1", "--attack")
    assert (code, err) == (0, "")
    assert any(line.startswith("attacked") for line in out.splitlines())
    assert "not attacked, for there is nothing to search: ex-1\n" in out
    assert "not attacked" not in say("verify", "ex-1")[1]
    lemma, example = json.loads(say("verify", "lemma-1", "ex-1", "--attack", "--json")[1])
    assert lemma["attack"]["broken"] is False
    assert example["attack"] is None
    assert "attack" not in json.loads(say("verify", "ex-1", "--json")[1])[0]


@pytest.mark.usefixtures("few_cases")
def test_attacks_of_what_is_not_on_record_are_written_down(
    say: Said, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    falsifier = importlib.import_module("alphalab.claims.falsifier")
    attacked = importlib.import_module("alphalab.claims.falsifier.attacked")
    kept = json.loads(attacked.PATH.read_text(encoding="utf-8"))
    path = tmp_path / "attacks.json"
    path.write_text(json.dumps({key: fields for key, fields in kept.items() if key != "lemma-1"}), encoding="utf-8")
    monkeypatch.setattr(falsifier, "attack_all", functools.partial(falsifier.attack_all, evaluations=200))
    monkeypatch.setattr("alphalab.claims.CLAIMS", (al.claim("lemma-1"), al.claim("lemma-2")))
    monkeypatch.setattr(attacked, "PATH", path)
    attacked.record.cache_clear()
    try:
        code, out, _ = say("verify", "--attack-record")
        assert code == 0
        assert any(line.startswith("attacked") for line in out.splitlines())
        written = json.loads(path.read_text(encoding="utf-8"))
    finally:
        attacked.record.cache_clear()
    assert 0 < written.pop("lemma-1")["evaluations"] <= 248
    assert kept.pop("lemma-1") and written == kept


@pytest.mark.parametrize(("sigma", "said"), [("atan(3*u)", "T2*: "), ("sin(4*tanh(u))", "fails at u = ")])
def test_certify_says_what_holds(say: Said, sigma: str, said: str) -> None:
    member = "T2*" in said
    code, out, err = say("certify", sigma, "--dim", "10")
    assert (code, err) == (0 if member else 1, "")
    assert said in out
    code, out, _ = say("certify", sigma, "--json")
    assert (code, json.loads(out)["holds"]) == (0 if member else 1, member)


def test_certify_takes_positive_parameters(say: Said) -> None:
    code, out, err = say("certify", "b*tanh(a*u)", "--positive", "a", "--positive", "b")
    assert (code, err) == (0, "") and "T2*: " in out
    assert say("certify", "tanh(a*u)")[0] == 2


# ---------------------------------------------------------------- figures, reproduce

ENDINGS = (".csv", ".pdf", ".png", ".svg")


@pytest.mark.usefixtures("small_figures")
def test_figures_are_written_where_it_says(say: Said, tmp_path: Path) -> None:
    code, out, err = say("figures", "--jobs", "1", "--out", str(tmp_path / "a" / "b"), "--quick")
    assert (code, err) == (0, "")
    files = sorted(path.name for path in (tmp_path / "a" / "b").iterdir())
    assert files == [key + ending for key in ("one", "two") for ending in (".csv", ".svg")]
    assert out.splitlines()[0].startswith("one: one.svg, ")
    assert out.splitlines()[-1] == f"look into {tmp_path / 'a' / 'b'}"
    assert len(alphalab.experiments.load(tmp_path / "a" / "b", "one")["x"]) == 3
    code, out, err = say("figures", "--jobs", "1", "two", "--out", str(tmp_path), "--json")
    assert code == 0
    assert sorted(json.loads(out)["figures"]["two"]) == [str(tmp_path / f"two{ending}") for ending in ENDINGS]
    assert err.startswith("two: ")


@pytest.mark.usefixtures("few_cases", "small_figures")
def test_a_quick_look_leaves_the_results_alone(say: Said, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alphalab.claims, "CLAIMS", al.CLAIMS[:1])
    monkeypatch.chdir(tmp_path)
    say("figures", "--jobs", "1")
    results = {path: path.read_bytes() for path in (tmp_path / "figures").iterdir()}
    assert len(results) == 2 * len(ENDINGS)
    for command in ("figures", "reproduce"):
        code, out, err = say(command, "--jobs", "1", "--quick")
        assert (code, err) == (0, "")
        assert "figures-quick" in out.splitlines()[-1]
        assert {path: path.read_bytes() for path in (tmp_path / "figures").iterdir()} == results


def test_save_asks_for_the_file_that_is_written(say: Said, tmp_path: Path) -> None:
    for folder in ("a", "b.npz"):
        (tmp_path / folder).mkdir()
    argv = ("run", "huber", "adam", "--steps", "5", "--save")
    assert say(*argv, str(tmp_path / "a"))[0] == 0
    assert (tmp_path / "a.npz").is_file()
    for name in ("b", "b.npz"):
        assert say(*argv, str(tmp_path / name)) == (2, "", f"alphalab: --save: {tmp_path / 'b.npz'} is a folder\n")


@pytest.mark.usefixtures("few_cases", "small_figures")
def test_reproduce_verifies_draws_and_reports(say: Said, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alphalab.claims, "CLAIMS", al.CLAIMS[:3])
    code, out, err = say("reproduce", "--jobs", "1", "--quick", "--out", str(tmp_path))
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert [line.split(":")[0] for line in lines[:3]] == ["verify", "one", "two"]
    assert [line.split()[0] for line in lines[5 : len(al.CLAIMS) + 5]] == [claim.key for claim in al.CLAIMS]
    index = Path(lines[-1].removeprefix("open "))
    assert index.parent == tmp_path
    assert index.is_file()
    code, out, _ = say("reproduce", "--jobs", "1", "--quick", "--out", str(tmp_path), "--json")
    told = json.loads(out)
    assert code == 0
    assert [verdict["key"] for verdict in told["verdicts"]] == [claim.key for claim in al.CLAIMS]
    assert told["index"] == str(index)


@pytest.mark.usefixtures("few_cases", "small_figures")
def test_a_quick_look_says_of_what_part_it_is(say: Said, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Never the whole under another name: how many claims and figures, of which kind, and what is left out."""
    theory = next(claim for claim in al.CLAIMS if claim.source.startswith("the lab's theory"))
    monkeypatch.setattr(alphalab.claims, "CLAIMS", (*al.CLAIMS[:2], theory))
    monkeypatch.setattr("alphalab.cli.figures.LOOK", 1)
    code, out, _ = say("reproduce", "--jobs", "1", "--quick", "--out", str(tmp_path))
    assert code == 0 and theory.key not in out
    assert "a look at a part: 2 of 3 claims, those of the paper" in out
    assert "1 of 2 figures" in " ".join(out.split())
    assert [path.stem for path in tmp_path.glob("*.csv")] == ["one"]
    told = json.loads(say("reproduce", "--jobs", "1", "--quick", "--json", "--out", str(tmp_path))[1])
    assert told["part"].startswith("a look at a part: 2 of 3 claims")


def test_the_paper_has_claims_of_every_kind() -> None:
    """So that a quick look shows what each kind of verdict is like."""
    from alphalab.claims.ledger import PAPER

    assert {claim.verdict for claim in PAPER} == {claim.verdict for claim in al.CLAIMS}


@pytest.mark.usefixtures("few_cases", "small_figures")
def test_reproduce_tells_a_departure_after_the_report(
    say: Said, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted = dataclasses.replace(al.claim("lemma-1"), verdict="false")
    monkeypatch.setattr(alphalab.claims, "CLAIMS", (planted,))
    code, out, err = say("reproduce", "--jobs", "1", "--quick", "--out", str(tmp_path))
    assert code == 1
    assert "lemma-1" in err
    assert "open " in out


@pytest.mark.usefixtures("small_figures")
@pytest.mark.parametrize("halfway", range(1, 8))
def test_ctrl_c_leaves_no_half_written_file(
    say: Said, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, halfway: int
) -> None:
    write, count = Path.write_bytes, iter(range(1, 100))

    def interrupted(path: Path, content: bytes) -> int:
        if next(count) < halfway:
            return write(path, content)
        write(path, content[: len(content) // 2])
        os.kill(os.getpid(), signal.SIGINT)
        raise AssertionError("the signal was not heard")

    monkeypatch.setattr(Path, "write_bytes", interrupted)
    code, _, err = say("figures", "--jobs", "1", "--out", str(tmp_path))
    assert (code, err) == (130, "alphalab: interrupted\n")
    files = sorted(path.name for path in tmp_path.iterdir())
    assert files == (["one" + ending for ending in ENDINGS] if halfway > len(ENDINGS) else [])


# ---------------------------------------------------------------- misuse


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        ("", "required: COMMAND"),
        ("verfy", "invalid choice: 'verfy'"),
        ("list", "required: what"),
        ("list figure", "invalid choice: 'figure'"),
        ("run rosenbrock", "required: OPTIMIZER"),
        ("run rosenbrok adam", "did you mean 'rosenbrock'?"),
        ("run rosenbrock addam", "did you mean 'adam'?"),
        ("run rosenbrock sign-sgd --alpha 2", "'sign-sgd' has no hyperparameter 'alpha'; it has learning_rate"),
        ("run rosenbrock alphagrad --alpha 0", "alpha must be a finite number > 0, got 0.0"),
        ("run rosenbrock alphagrad --alpha nan", "alpha must be a finite number > 0, got nan"),
        ("run rosenbrock alphagrad --alpha x", "--alpha: 'x' is not a number (see alphalab run --help)"),
        ("run rosenbrock alphagrad --alpha 1:2:3", "--alpha: '1:2:3' is not a number; a grid is for `alphalab sweep`"),
        ("run rosenbrock alphagrad --alph 2", "unrecognized arguments: --alph 2 (see alphalab run --help)"),
        ("run rosenbrock alphagrad --momentum 1", "momentum must be a finite number >= 0 and < 1, got 1.0"),
        ("run rosenbrock alphagrad --steps 0", "steps must be a whole number >= 1, got 0"),
        ("run rosenbrock alphagrad --steps 1.5", "--steps: '1.5' is not a whole number"),
        ("run rosenbrock alphagrad --steps inf", "--steps: 'inf' is not a whole number"),
        ("run rosenbrock alphagrad --dim 0", "n is 0"),
        ("run beale alphagrad --dim 3", "beale has dimension 2"),
        ("run rosenbrock alphagrad --seed -1", "'-1' is not a whole number >= 0"),
        ("run rosenbrock alphagrad --dtype float16", "invalid choice: 'float16'"),
        ("run rosenbrock alphagrad --backend tensorflow", "invalid choice: 'tensorflow'"),
        ("run rosenbrock alphagrad --tolerance -1", "tolerance must be a finite number >= 0, got -1.0"),
        ("run rosenbrock alphagrad --save no/such/folder.npz", "there is no folder no/such"),
        ("run rosenbrock alphagrad --save .", ". is a folder"),
        ("run rosenbrock alphagrad --save .npz/x", "there is no folder .npz"),
        ("run rosenbrock alphagrad --save /proc/x", "--save: /proc/x.npz cannot be written: "),
        ("run rosenbrock alphagrad --steps 1e30", "steps must be at most 2^53"),
        ("sweep rosenbrock adam --alpha 1:2:3", "'adam' has no hyperparameter 'alpha'"),
        (
            "sweep rosenbrock adam --beta1 0.5:2:3",
            "beta1 must be a finite number >= 0 and < 1, got an array from 0.5 to 2.0",
        ),
        ("sweep rosenbrock adam --starts 0", "--starts must be a whole number >= 1, got 0"),
        ("sweep rosenbrock adam --jobs 0", "--jobs: jobs must be a whole number, not 0"),
        ("sweep rosenbrock adam --memory much", "memory must be a size such as 500M or 2G, got 'much'"),
        ("sweep rosenbrock adam --memory 1k", "memory: 1k is too little"),
        (
            "sweep rosenbrock adam --memory 1M",
            "the results of 1 run take 0 MB, 1 process 128 MB; at least 129M are needed",
        ),
        (
            "sweep rosenbrock alphagrad --alpha 1:10:1000000000000",
            "the results of 1,000,000,000,000 runs take 149,011.6 GB, ",
        ),
        ("sweep rosenbrock adam --beta1 0.1:0.9:1000000 --beta2 0.1:0.9:1000000", "runs take 149,011.6 GB, "),
        ("sweep rosenbrock adam --starts 1e12", "the results of 1,000,000,000,000 runs take "),
        ("run rosenbrock adam --steps 1e12", "memory: the results of 1 run take 14,901.2 GB, "),
        ("run rosenbrock alphagrad --dim 0", "n is 0; rosenbrock needs an integer n >= 2"),
        ("sweep rosenbrock alphagrad --alpha 1,nan", "alpha must be a finite number > 0, got an array with nan"),
        ("sweep rosenbrock alphagrad --alpha -1:10:5", "one that begins with - is written --alpha=-..."),
        ("sweep rosenbrock adam --store=", "store: '' is no folder; '.' is the current one"),
        ("reproduce --out /proc/x", "--out: /proc/x cannot be written: "),
        ("figures --out /proc", "--out: /proc cannot be written: "),
        ("sweep rosenbrock adam --shard 1/4", "--shard needs --store DIR"),
        ("sweep rosenbrock adam --shard 5/4", "'5/4' is not I/N with 1 <= I <= N"),
        ("sweep rosenbrock adam --store /dev/null", "store: /dev/null is a file; give a folder"),
        ("merge no-such-store", "store: there is none in no-such-store, it has no "),
        ("merge . --export no/such/run.csv", "export: there is no folder no/such"),
        ("sweep rosenbrock adam --save no/such/folder.npz", "there is no folder no/such"),
        ("sweep rosenbrock adam --save /proc/x.npz", "--save: /proc/x.npz cannot be written: "),
        ("merge no-such-store --export o.txt", "export: o.txt must end in .npz, .csv, .parquet, .nc"),
        ("merge no-such-store --sweep nonsense", "--sweep nonsense says which sweep --export FILE writes: give both"),
        ("verify --jobs 0", "jobs must be a whole number, not 0"),
        ("figures --jobs 0", "jobs must be a whole number, not 0"),
        ("reproduce --jobs 0", "jobs must be a whole number, not 0"),
        ("verify lemma-22", "did you mean 'lemma-2'?"),
        ("verify lemma-4", "did you mean 'lemma-4-sharp'?"),
        ("verify L4", "did you mean 'L4*'?"),
        ("verify zzz*", "known names: `alphalab list claims` has all "),
        ("verify --backend tensorflow", "invalid choice: 'tensorflow'"),
        ("figures no-such-figure", "'no-such-figure' is unknown"),
        ("figures --out /dev/null/figures", "/dev/null"),
        ("reproduce --out /dev/null/figures", "/dev/null"),
    ],
)
def test_misuse_is_one_line(say: Said, argv: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, err = say(*argv.split())
    assert (code, out) == (2, "")
    assert err.startswith("alphalab: ")
    assert err.count("\n") == 1
    assert told in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        *((f"{command} logistic-breast-cancer alfagrad", "'alphagrad'") for command in ("run", "sweep", "bounds")),
        *((f"{command} mine.py:mine alfagrad", "'alphagrad'") for command in ("run", "sweep", "bounds --estimate")),
        *((f"{command} huberr alphagrad", "'huber'") for command in ("run", "sweep", "bounds --claim thm-1")),
        ("bounds mine.py:mine alphagrad --beta 3", "no hyperparameter 'beta'"),
        ("train digitz --optimizer adam", "'digits-mlp'"),
    ],
)
def test_a_misspelt_name_is_told_before_anything_is_made(argv: str, told: str, tmp_path: Path) -> None:
    """No problem is made, nothing is estimated, and no library that takes long to load is loaded."""
    (tmp_path / "mine.py").write_text("def mine():\n    raise RuntimeError('made')\n")
    heavy = {"sympy", "sklearn", "matplotlib", "torch", "jax", "scipy.stats"}
    script = f"""
import sys
from alphalab.cli import main
code = main({argv.split()!r})
print(code, sorted({heavy!r} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "2 []"
    assert told in done.stderr and "made" not in done.stderr and done.stderr.count("\n") == 1


def test_a_library_that_is_not_there_is_told(say: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "array_api_compat.cupy", None)
    for argv in (("run", "huber", "adam"), ("sweep", "huber", "adam"), ("verify", "lemma-1")):
        code, out, err = say(*argv, "--backend", "cupy")
        assert (code, out) == (2, "")
        assert "backend 'cupy' needs the package" in err


@pytest.mark.private
@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (KeyboardInterrupt(), 130, "alphalab: interrupted\n"),
        (MemoryError("Unable to allocate"), 2, "alphalab: not enough memory: Unable to allocate\n"),
        (OSError(28, "No space left", "x"), 2, "alphalab: No space left: x\n"),
        (OSError("no\nerrno"), 2, "alphalab: no errno\n"),
    ],
)
def test_whatever_happens_is_one_line(
    say: Said, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, told: str
) -> None:
    def fails(*args: Any, **options: Any) -> None:
        raise error

    monkeypatch.setattr("alphalab.cli.run.simulate", fails)
    assert say("run", "huber", "adam") == (code, "", told)


@pytest.mark.private
def test_an_error_of_ours_says_how_to_see_more(say: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("alphalab.cli.run.summary", operator.neg)
    told = (
        "alphalab: TypeError: bad operand type for unary -: 'Trajectory' (python -X dev -m alphalab ... shows where)\n"
    )
    assert say("run", "huber", "adam") == (2, "", told)


def test_help_and_version(say: Said) -> None:
    for argv in (["--help"], ["run", "--help"], ["sweep", "--help"], ["--version"]):
        code, out, err = say(*argv)
        assert (code, err) == (0, "")
        assert "alphalab" in out
    assert say("--version")[1] == f"alphalab {al.__version__}\n"


@pytest.mark.private
@pytest.mark.parametrize("terminal", [False, True])
def test_what_is_watched_is_counted_on_a_terminal(
    terminal: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("alphalab.progress.PATIENCE", 0.0)
    monkeypatch.setattr("sys.stderr.isatty", lambda: terminal)
    assert list(watched(range(3), "cases met")) == [0, 1, 2]
    out, err = capsys.readouterr()
    assert (out, "cases met: " in err) == ("", terminal)


@pytest.mark.private
def test_json_has_no_number_that_json_has_not() -> None:
    data = {
        "a": math.inf,
        "b": np.asarray([1.0, np.nan]),
        "c": (np.int64(1), True, None),
        "d": Path("x"),
        "e": {2: "y"},
    }
    assert plain(data) == {"a": None, "b": [1.0, None], "c": [1, True, None], "d": "x", "e": {"2": "y"}}


# ---------------------------------------------------------------- real processes


@pytest.mark.skipif(os.name != "posix", reason="needs process groups")
@pytest.mark.parametrize(
    ("argv", "kept"),
    [
        ("verify --jobs 2", ""),
        ("reproduce --quick --jobs 2 --out out", ""),
        ("sweep rosenbrock adam --learning-rate 1e-3:1:999 --steps 1000000 --store out", "out"),
    ],
)
def test_ctrl_c_is_one_line(argv: str, kept: str, tmp_path: Path, without_tip: Callable[[str], list[str]]) -> None:
    """No traceback of a worker, no warning of what was not used or is left behind."""
    command = [sys.executable, "-m", "alphalab", *argv.split()]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True, cwd=tmp_path
    ) as running:
        time.sleep(3.0)
        while kept and not any(tmp_path.glob(f"{kept}/*")) and running.poll() is None:  # it still imports
            time.sleep(0.1)
        os.killpg(running.pid, signal.SIGINT)  # as the terminal does
        _, err = running.communicate(timeout=60)
    words = f"; what is done is kept in {kept}, the same command goes on" if kept else ""
    said = without_tip(err)
    assert (running.returncode, said) == (130, [f"alphalab: interrupted{words}"])


WITHIN_EXEC = """
import alphalab as al

def value(x):
    exec("import signal; signal.raise_signal(signal.SIGINT)")

mine = al.CustomProblem(value=value, gradient=lambda x: x, x0=[1.0], n=1)
"""


def test_ctrl_c_within_an_exec_has_its_own_exit_code(tmp_path: Path) -> None:
    """Python ends itself by the signal when a string that it executes is cut off, whoever catches the exception."""
    (tmp_path / "mine.py").write_text(WITHIN_EXEC)
    done = process("run", f"{tmp_path / 'mine.py'}:mine", "adam")
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "alphalab: interrupted\n")


INTERRUPTS = """
import os, signal, sys

class Interrupts:
    left = None

    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name == "alphalab.__main__":
            cls.left = int(os.environ["INTERRUPT_AT"])
        elif cls.left is not None:
            cls.left -= 1
            if cls.left == 0:
                signal.raise_signal(signal.SIGINT)

sys.meta_path.insert(0, Interrupts)
"""


@pytest.mark.parametrize("at", [1, 2, 60, 150, 250, 350])
def test_ctrl_c_during_the_imports_is_one_line(at: int, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(INTERRUPTS)
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    done = process("verify", "rem-1c", "--jobs", "1", env=os.environ | {"PYTHONPATH": path, "INTERRUPT_AT": str(at)})
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "alphalab: interrupted\n")


def test_a_check_without_a_file_says_only_that(say: Said, tmp_path: Path) -> None:
    code, out, err = say("figures", "tightness", "--check", "--jobs", "1", "--out", str(tmp_path))
    assert (code, out) == (1, "")
    assert err == f"alphalab: tightness: there is no tightness.csv in {tmp_path}\n"


def test_a_process_succeeds_and_fails_as_main_does() -> None:
    done = process("run", "huber", "adam", "--steps", "5", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["steps"] == 5
    failed = process("run", "huber", "addam")
    assert (failed.returncode, failed.stdout) == (2, "")
    assert failed.stderr == "alphalab: optimizer 'addam' is unknown; did you mean 'adam'?\n"


def test_a_reader_that_leaves_is_no_error() -> None:
    command = [sys.executable, "-m", "alphalab", "list", "optimizers"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()
        assert running.stderr.read() == ""
    assert running.returncode == 141


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_one_line() -> None:
    command = [sys.executable, "-m", "alphalab", "list", "optimizers"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, check=False, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (2, "alphalab: No space left on device\n")


NOWHERE = """
import sys

class Forbidden:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("_multiprocessing", "multiprocessing", "_posixshmem"):
            raise ImportError(f"{name} is forbidden here")

sys.meta_path.insert(0, Forbidden())
from alphalab.cli import main
sys.exit(max(main(line.split()) for line in sys.argv[1:]))
"""


def test_one_job_needs_no_other_process(tmp_path: Path) -> None:
    """As in a sandbox or in a browser's Python, where processes cannot be."""
    lines = (
        "run quadratic alphagrad --steps 20",
        "sweep quadratic alphagrad --alpha 1,2 --steps 20 --jobs 1",
        f"figures price-of-tanh --quick --jobs 1 --out {tmp_path}",
        "verify lemma-2 --quick --fresh --jobs 1 --explain",
    )
    done = subprocess.run([sys.executable, "-c", NOWHERE, *lines], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "1 claim: 1 true" in done.stdout
