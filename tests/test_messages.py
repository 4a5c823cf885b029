"""What a user hears of an argument that cannot be used: one ValueError that names it, before the loop."""

from __future__ import annotations

import math
import os
import pydoc
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sympy as sp

import alphalab as al
from alphalab.claims import matching
from alphalab.cli import main

METHOD = al.AlphaGrad(learning_rate=0.1)


def value(x: Any) -> Any:
    return (x**2).sum(-1) / 2


def gradient(x: Any) -> Any:
    return 1.0 * x


def two_points(x: Any, y: Any) -> Any:
    return x


def hidden(x: Any) -> Any:
    return np.ma.masked_array(x, mask=np.arange(x.size).reshape(x.shape) == 0)


def subject(value: Any = value, gradient: Any = gradient, **known: Any) -> al.CustomProblem:
    return al.CustomProblem(value=value, gradient=gradient, n=3, **known)


def lemma() -> al.Bound:
    claim = al.claim("lemma-1")
    assert isinstance(claim, al.Bound)
    return claim


def bound(left: Any = al.letters.square, right: Any = al.letters.alpha, **rest: Any) -> al.Bound:
    return al.Bound(key="mine", title="", source="", left=left, right=right, **rest)


def run(problem: Any = None, x0: Any = (1.0, 2.0, 3.0), **how: Any) -> al.Trajectory:
    return al.simulate(METHOD, al.problem("quadratic", 3) if problem is None else problem, x0, 3, **how)


MISUSE: dict[str, tuple[Callable[[], Any], str]] = {
    "check of a number": (lambda: al.check(3), r"problem must be a problem such as .*, got 3"),  # type: ignore[arg-type]
    "check of a class": (lambda: al.check(al.CustomProblem), "problem must be a problem such as"),  # type: ignore[arg-type]
    "store a number": (lambda: run(store=3), "store: 3 is no folder"),
    "store below a file": (lambda: run(store=f"{__file__}/a"), r"store: .*test_messages.py/a.* cannot be made"),
    "export without folder": (lambda: run().export("/nowhere/x.csv"), "export: there is no folder /nowhere"),
    "export a number": (lambda: run().export(3), "export: 3 is no path"),  # type: ignore[arg-type]
    "masked gradient": (lambda: subject(gradient=hidden), "gradient is a masked array"),
    "masked value": (lambda: subject(value=lambda x: hidden(value(x))), "value is a masked array"),
    "masked g": (lambda: al.take_step(METHOD, np.ones(3), hidden(np.ones(3))), "g is a masked array"),
    "masked observed": (lambda: run(observe=(lambda x, f, g, d: hidden(f),)), "observe: '<lambda>' is a masked array"),
    "gradient of two": (lambda: subject(gradient=two_points), r"gradient must be a function of \(x\): .*'y'"),
    "value of nothing": (lambda: subject(value=lambda: 1.0), r"value must be a function of \(x\): too many"),
    "observed of one": (
        lambda: run(observe=(lambda x: x,)),
        r"observe: '<lambda>' must be a function of \(x, f, g, d\)",
    ),
    "no start": (lambda: run(x0=None), r"x0 must be an array of real numbers of shape \(\*batch, 3\), got None"),
    "None in the start": (lambda: run(x0=[1.0, None, 2.0]), r"x0 must be an array of real numbers .*got \[1.0, None"),
    "None in a problem's start": (
        lambda: subject(x0=[1.0, None, 2.0]),
        r"x0 is \[1.0, None, 2.0\]; it must be an array",
    ),
    "claims as text": (
        lambda: al.compare("quadratic", METHOD, claims="lemma-1"),
        "claims must be a list .*, got 'lemma-1'",
    ),
    "problems as text": (lambda: al.verify("lemma-1", problems="huber"), "problems must be a list .*, got 'huber'"),
    "a number for a problem": (lambda: al.compare(3, METHOD), "problem must be a problem such as .*, got 3"),  # type: ignore[arg-type]
    "a number for a method": (lambda: al.compare("quadratic", 3), "method must be an optimizer .*, got 3"),  # type: ignore[arg-type]
    "no method": (lambda: al.compare("quadratic", []), r"method must be an optimizer .*, got \[\]"),
    "one of no method": (lambda: al.compare("quadratic", [METHOD, 3]), "method must be an optimizer .*, got 3"),  # type: ignore[list-item]
    "estimate of text": (lambda: al.estimate("x"), "problem must be a problem such as .*, got 'x'"),  # type: ignore[arg-type]
    "no evaluations": (lambda: al.attack("lemma-1", 0), "evaluations must be a whole number >= 1, got 0"),
    "evaluations of text": (lambda: al.attack("lemma-1", "x"), "evaluations must be a whole number .*, got 'x'"),  # type: ignore[arg-type]
    "gradients of text": (lambda: lemma().check_gradients(METHOD, "x"), "gradients must be an array .*, got 'x'"),
    "step of text": (lambda: lemma().check_gradients("adam", [[1.0]]), "optimizer must be an optimizer .*, got 'adam'"),  # type: ignore[arg-type]
    "no run": (lambda: lemma().check_run(METHOD, subject(), 3), "run must be a run .*, got 3"),  # type: ignore[arg-type]
    "a side of text": (lambda: bound(right="x"), "mine: right must be a formula .*, got 'x'"),
    "a letter of nobody": (lambda: bound(right=sp.Symbol("q")), "mine: 'q' is no letter of al.letters"),
    "one assumption": (
        lambda: bound(assumes=al.assumptions.CONVEX),
        "mine: assumes must be a tuple .*, got Assumption",
    ),
    "a doubtful verdict": (lambda: bound(verdict="maybe"), "mine: verdict must be one of .*, got 'maybe'"),
    "a negative steepness": (lambda: al.M(-1.0, 3), "^M: alpha must be a finite number > 0, got -1"),
    "no steepness": (lambda: al.rho("x", 3), "^rho: alpha must be a number .*, got 'x'"),  # type: ignore[arg-type]
    "a law of scale -1": (lambda: al.Student(-1.0), "scale is -1.0; it must be a finite number > 0$"),
    "math for arrays": (lambda: run(subject(value=math.sin)), "value fails for points of shape .*np.sin"),
    "a claim without a name": (lambda: matching(""), "claim '' is unknown"),
    "a step of text": (
        lambda: al.take_step("adam", np.ones(3), np.ones(3)),
        "optimizer must be an optimizer .*, got 'adam'",
    ),  # type: ignore[arg-type]
    "half a dimension": (lambda: al.certify("tanh(u)", 2.5), "n must be an integer >= 1, got 2.5"),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("name", MISUSE)
def test_misuse_is_one_sentence_that_names_the_argument(name: str) -> None:
    call, words = MISUSE[name]
    with pytest.raises(ValueError, match=words) as told:
        call()
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("name", [name for name in al.__all__ if not isinstance(getattr(al, name), str)])
def test_help_of_everything_public_is_a_page(name: str) -> None:
    assert pydoc.render_doc(getattr(al, name), renderer=pydoc.plaintext).startswith("Python Library Documentation")


def test_wrong_signature_is_not_blamed_on_jax() -> None:
    pytest.importorskip("jax")
    with pytest.raises(ValueError, match="must be a function of") as told:
        run(observe=(lambda x: x,), backend="jax")
    assert "trace" not in str(told.value)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_gradients_that_are_no_numbers_are_called_so(bad: float) -> None:
    check = al.claim("lemma-1").check_gradients(METHOD, [[bad, 1.0], [3.0, 4.0]])
    assert check.count("holds") == 1
    assert "NaN or infinite" in check.because and "subnormal" not in check.because


@pytest.mark.parametrize(
    ("sigma", "name", "said"),
    [
        ("log(1+u)", "odd", "fails"),
        ("log(u)", "increasing", r"it must be > sigma(0) = 0"),
        ("sqrt(u)", "odd", "sigma(-1) = undefined"),
        ("u**(1/3)", "odd", "sigma(-1) = undefined"),
    ],
)
def test_certify_says_what_fails(sigma: str, name: str, said: str) -> None:
    found = al.certify(sigma).as_dict()[name]
    assert found["found"].startswith("fails") and said in f"{found['found']}: {found['because']}"


@pytest.mark.parametrize("typed", ["2.5", "many"])
def test_hint_on_a_leading_minus_is_given_where_it_may_help(typed: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["certify", "tanh(u)", "--dim", typed]) == 2
    assert "--dim" in (said := capsys.readouterr().err) and "SIGMA" not in said
    assert main(["certify", "-tanh(u)"]) == 2
    assert "a SIGMA that starts with -" in capsys.readouterr().err


def test_a_failing_function_is_placed_by_file_and_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [
        "import alphalab as al",
        "def gradient(x):",
        "    return {True: x}[x.max() > 0.9]  # it fails on the way, in a worker too",
        "made = al.CustomProblem(value=lambda x: (x**2).sum(-1), gradient=gradient, n=2, x0=[1.0, 1.0])",
    ]
    text = "\n".join(lines)
    (tmp_path / "failing.py").write_text(text)
    grid = ["--learning-rate", "0.1:0.2:4", "--steps", "2"]
    for jobs in ("1", "2"):
        command = ["sweep", f"{tmp_path / 'failing.py'}:made", "alphagrad", *grid, "--jobs", jobs]
        assert main(command) == 2
        assert "failing.py, line 3: KeyError" in capsys.readouterr().err, jobs


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to hear")
def test_terminated_sweep_says_one_line(tmp_path: Path, without_tip: Callable[[str], list[str]]) -> None:
    command = [
        "sweep",
        "rosenbrock",
        "alphagrad",
        "--learning-rate",
        "1e-4:1e-2:40000",
        "--steps",
        "4000",
        "--jobs",
        "2",
    ]
    with subprocess.Popen(
        [sys.executable, "-m", "alphalab", *command, "--store", str(tmp_path)], stderr=subprocess.PIPE, text=True
    ) as running:
        limit = time.monotonic() + 120
        while not any(path for path in tmp_path.glob("*/*.npz") if "sweep" not in path.name):
            assert running.poll() is None and time.monotonic() < limit
            time.sleep(0.1)
        os.kill(running.pid, signal.SIGTERM)
        said = running.stderr.read() if running.stderr else ""
    assert running.returncode == 128 + signal.SIGTERM
    told = without_tip(said)
    assert told == [f"alphalab: terminated; what is done is kept in {tmp_path}, the same command goes on"]
