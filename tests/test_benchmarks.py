"""The benchmarks run wherever their peers are, say why where they are not, and time nobody who is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import benchmarks.peers
from benchmarks import gpu, memory, one_step, scaling, single_runs, subject, sweeps
from benchmarks.__main__ import BENCHMARKS, main
from benchmarks.contest import Opponent, compare
from benchmarks.peers import missing
from benchmarks.report import COLUMNS, Row, at_least, at_most
from benchmarks.task import make_task
from benchmarks.timing import Contestant, Times, cores, on_cores, race

HERE: dict[str, Callable[[str], list[Row]]] = {
    "single-runs": single_runs.compare_here,
    "sweeps": sweeps.compare_here,
    "one-step": one_step.compare_here,
    "memory": memory.measure,
    "scaling": scaling.compare_here,
    "sweeps, shared": lambda level: on_cores(2, sweeps.share, level),
    "scaling, shared": scaling.share,
    "cuda": gpu.measure,
}


@pytest.mark.parametrize("name", HERE)
def test_a_benchmark_measures_or_says_why_not(name: str) -> None:
    rows = HERE[name]("tiny")
    assert rows
    for row in rows:
        assert tuple(row.shown()) == COLUMNS
        assert (row.ratio is None) == (row.verdict == "not measured")
        assert row.note if row.ratio is None else np.isfinite(row.ratio)
        if row.low is not None and row.high is not None:
            assert row.low <= row.ratio <= row.high


@pytest.mark.parametrize("name", ["single-runs", "sweeps", "one-step"])
def test_without_peers_every_line_of_theirs_names_the_remedy(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(benchmarks.peers, "find_spec", lambda package: None)
    lines = [row.note for row in HERE[name]("tiny") if row.verdict == "not measured"]
    assert lines
    assert all(line.endswith("pip install -e '.[bench]'") for line in lines)


PLACES = {
    "numpy_loop": ("loop", "loop_f_from_g"),
    "jax_scan": ("vmapped", "vmapped_batch_last", "compiled_anew"),
    "numba_kernel": ("kernel",),
    "torch_loop": ("loop", "loop_without_autograd"),
}


@pytest.mark.parametrize("place", [f"{peer}.{way}" for peer, ways in PLACES.items() for way in ways])
def test_a_peer_that_computes_something_else_is_not_timed(place: str) -> None:
    opponent = Opponent("peer", place)
    if opponent.missing:
        pytest.skip(opponent.missing)
    task = make_task(3, 4, 6)
    (row,) = compare(task, subject.runs, [opponent], turns=1)
    assert row.ratio is not None
    off = subject.runs(task)()
    off = off._replace(x_last=off.x_last * (1 + 1e-9))
    with pytest.raises(ValueError, match="peer: x_last departs"):
        compare(task, lambda _: lambda: off, [opponent], turns=1)


def test_contestants_take_turns_after_one_that_is_not_counted() -> None:
    order: list[str] = []
    seen: dict[str, Any] = {}
    entries = [Contestant(name, lambda name=name: order.append(name), share) for name, share in (("A", 1), ("B", 0.5))]
    times = race(entries, 3, seen.__setitem__)
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


def test_torch_adam_is_adam() -> None:
    if missing("torch"):
        pytest.skip(missing("torch"))
    x, g = np.ones(5), np.ones(5)
    benchmarks.peers.load("torch_loop.adam")(x, g)()
    np.testing.assert_allclose(x, 1 - 1e-3, rtol=1e-10)  # in the memory of x


def test_the_table_and_the_json(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: Any) -> None:
    assert main([]) == 0
    listed = capsys.readouterr().out
    assert all(name in listed for name in BENCHMARKS)
    quick: ModuleType = BENCHMARKS["memory"]
    monkeypatch.setattr(quick, "measure", lambda level: [Row("a", "b / c", 2.0, 1.0, 3.0, goal=at_most(1))])
    assert main(["memory", "--quick", "--json", str(tmp_path / "out.json")]) == 0
    head, line = capsys.readouterr().out.splitlines()
    assert [word for word in COLUMNS if word in head] == list(COLUMNS)
    assert "missed" in line
    report = json.loads((tmp_path / "out.json").read_text())
    assert report["environment"]["cores"] >= 1
    assert report["environment"]["versions"]["numpy"]
    assert report["rows"][0] == {"case": "a", "quotient": "b / c", "ratio": 2.0, "low": 1.0, "high": 3.0} | {
        "cpu": None,
        "goal": {"reach": 1, "short": None, "at_most": True},
        "note": "",
        "seconds": {},
        "verdict": "missed",
    }
