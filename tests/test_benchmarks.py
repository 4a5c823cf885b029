"""The benchmarks run wherever their peers are, say why where they are not, and time nobody who is wrong."""

from __future__ import annotations

import gc
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from benchmarks import contest, gpu, million, scaling, single_runs, startup, subject, sweeps
from benchmarks.__main__ import BENCHMARKS, main
from benchmarks.contest import WAYS, Quotient, compare
from benchmarks.report import COLUMNS, Row, at_least, at_most
from benchmarks.task import METHODS, PROBLEMS, make_task
from benchmarks.timing import Contestant, Times, cores, on_cores, race

HERE: dict[str, Callable[[str], list[Row]]] = {
    "single-runs": single_runs.compare_here,
    "sweeps": sweeps.compare_here,
    "scaling": scaling.compare_here,
    "scaling, shared": scaling.share,
    "startup": startup.compare_here,
    "million": million.measure,
    "cuda": gpu.measure,
    "cuda, array-api-strict in its place": lambda level: gpu.measure(level, "array-api-strict"),
}


@pytest.fixture(autouse=True, scope="module")
def what_is_there_is_no_garbage() -> Iterator[None]:
    """A race collects garbage before it begins: not through all that the tests hold."""
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.mark.parametrize("name", HERE)
@pytest.mark.filterwarnings("ignore:You are comparing a array_api_strict dtype")
def test_a_benchmark_measures_or_says_why_not(name: str) -> None:
    rows = HERE[name]("tiny")
    assert rows
    for row in rows:
        assert tuple(row.shown()) == COLUMNS
        assert (row.ratio is None) == (row.verdict == "not measured")
        assert row.note if row.ratio is None else np.isfinite(row.ratio)
        if row.low is not None and row.high is not None:
            assert row.low <= row.ratio <= row.high


@pytest.mark.parametrize("name", ["single-runs", "sweeps", "scaling"])
def test_without_peers_every_line_of_theirs_names_the_remedy(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contest, "find_spec", lambda package: package == "numpy")
    rows = HERE[name]("tiny")
    lines = [row.note for row in rows if row.verdict == "not measured"]
    assert 0 < len(lines) < len(rows)
    assert all(line.endswith("pip install -e '.[bench]'") for line in lines)


LONE = ("12-line loop", "lone jit+scan", "lone jit+scan, compiling", "torch.optim")
MANY = ("ten lines", "25 lines with out=", "jit+scan", "numba")


@pytest.mark.parametrize("name", [*LONE, *MANY])
def test_a_peer_agrees_and_one_that_computes_something_else_is_not_timed(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if WAYS[name].missing:
        pytest.skip(WAYS[name].missing)
    runs = 1 if name in LONE else 3
    limited = name in ("torch.optim", "lone jit+scan, compiling")
    methods = [(method, PROBLEMS[0]) for method in (METHODS[:2] if limited else METHODS)]
    for method, problem in methods + [(METHODS[0], problem) for problem in PROBLEMS[1:] if not limited]:
        (row,) = compare(make_task(runs, 4, 6, method, problem), [Quotient("NumPy", name)], turns=1)
        assert row.ratio is not None
    task = make_task(runs, 4, 6)
    for field in ("x_last", "x_best", "value", "gradient_norm"):
        off = subject.loop(task)()
        off = off._replace(**{field: getattr(off, field) * (1 + 1e-9)})
        monkeypatch.setattr(subject, "loop", lambda task, off=off: lambda: off)
        with pytest.raises(ValueError, match=f"{re.escape(name)}: {field} departs"):
            compare(task, [Quotient("NumPy", name)], turns=1)
        monkeypatch.undo()


def test_contestants_take_turns_after_one_that_is_not_counted() -> None:
    order: list[str] = []
    seen: dict[str, Any] = {}
    times = race([Contestant(name, lambda name=name: order.append(name)) for name in "AB"], 3, seen.__setitem__)
    assert order == ["A", "B"] * 4
    assert set(seen) == {"A", "B"}
    assert [len(times.wall[name]) for name in "AB"] == [3, 3]


def test_a_ratio_is_paired_and_has_quartiles() -> None:
    wall = {"A": [2.0, 4.0, 9.0, 8.0, 2.0], "B": [1.0, 1.0, 3.0, 4.0, 2.0]}
    assert Times(wall, wall).ratio("A", "B") == (2.0, 2.0, 3.0)


def test_verdicts() -> None:
    gain, cost = at_least(1, short=0.9), at_most(1.5)
    assert [gain.verdict(ratio) for ratio in (1.0, 0.9, 0.89)] == ["reached", "short", "missed"]
    assert [cost.verdict(ratio) for ratio in (1.5, 1.51)] == ["reached", "missed"]
    assert (str(gain), str(cost)) == (">= 1 (short >= 0.9)", "<= 1.5")


def test_a_child_has_the_cores_it_was_given() -> None:
    assert on_cores(1, cores) == 1


def test_the_table_and_the_json(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: Any) -> None:
    assert main([]) == 0
    listed = capsys.readouterr().out
    assert all(name in listed for name in BENCHMARKS)
    startup_: ModuleType = BENCHMARKS["startup"]
    monkeypatch.setattr(startup_, "measure", lambda level: [Row("a", "b / c", 2.0, 1.0, 3.0, goal=at_most(1))])
    assert main(["startup", "--quick", "--json", str(tmp_path / "out.json")]) == 0
    where, head, line = capsys.readouterr().out.splitlines()
    assert "np.tanh" in where and "ns per element, kernel" in where
    assert [word for word in COLUMNS if word in head] == list(COLUMNS)
    assert "missed" in line
    report = json.loads((tmp_path / "out.json").read_text())
    assert report["environment"]["cores"] >= 1
    assert report["environment"]["tanh_ns_per_element"] > 0
    assert report["environment"]["versions"]["numpy"]
    assert report["rows"][0] == {"case": "a", "quotient": "b / c", "ratio": 2.0, "low": 1.0, "high": 3.0} | {
        "cpu": None,
        "goal": {"reach": 1, "short": None, "at_most": True},
        "note": "",
        "seconds": {},
        "verdict": "missed",
    }
