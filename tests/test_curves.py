"""What is said of several seeds, and the optimizers that a training is told by: no torch is needed."""

from __future__ import annotations

import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import alphalab as al
from alphalab.cli import main
from alphalab.cli.sweep import values
from alphalab.curves import Results, best_rate, estimate, finals, iqm, paired, read, reported
from alphalab.curves.statistics import choosing
from alphalab.curves.table import FOLDER
from alphalab.optimizers import HeavyBall, Scheduled
from alphalab.training import TASKS, table, task
from alphalab.training.setting import Setting, settings

ABOUT = {"task": "t", "score": "return", "select": "return", "better": "more", "hyperparameters": {"a": 1, "b": [2]}}


def of_scores(scores: dict[tuple[str, float], list[float]], horizon: int = 10, **about: str) -> Results:
    rows = [
        {
            **{"optimizer": name, "learning_rate": rate, "seed": seed, "horizon": horizon, "stopped": None},
            **{"step": step, "return": value if step == horizon else 0.0, "valid": -value},
        }
        for (name, rate), found in scores.items()
        for seed, value in enumerate(found)
        for step in (5, horizon)
    ]
    return Results(ABOUT | about, rows)


def test_the_interquartile_mean_leaves_a_quarter_out_on_each_side() -> None:
    assert iqm(np.array([-100.0, 1.0, 2.0, 900.0])) == 1.5
    assert iqm(np.array([-9.0, 1.0, 2.0, 3.0, 99.0])) == 2.0


def test_an_interval_covers_about_as_often_as_it_says() -> None:
    """Of a normal sample of 20 the percentile bootstrap of the IQM covers 0 in 88 to 97 of 100 cases."""
    rng = np.random.default_rng(0)
    bounds = [estimate(rng.standard_normal(20)) for _ in range(150)]
    assert 0.85 < np.mean([low < 0 < high for _, low, high in bounds]) < 0.98
    assert estimate([2.0]).mean == 2.0
    assert math.isnan(estimate([2.0]).low)
    assert estimate([2.0, 2.0]) == (2.0, 2.0, 2.0)
    assert math.isnan(estimate([2.0, math.nan]).mean)


def test_differences_are_paired_by_seed() -> None:
    noise = {seed: 10.0 * seed for seed in range(8)}
    shifted = {seed: value + 1.0 + 0.01 * seed for seed, value in noise.items()}
    found = paired(shifted | {99: 0.0}, noise)
    assert 1.0 <= found.low <= found.mean <= found.high <= 1.1


def test_a_rate_is_chosen_by_other_seeds_than_it_is_reported_on() -> None:
    lucky = [9.0, 9.0, 0.0, 0.0, 0.0]  # where it is chosen, and nowhere else
    found = of_scores({("adam", 1.0): lucky, ("adam", 2.0): [5.0] * 5, ("adam", 3.0): [math.nan] * 5})
    assert choosing(dict.fromkeys(range(5), 0.0)) == [0, 1]
    assert best_rate(found, "adam") == 1.0
    assert reported(found, "adam") == {2: 0.0, 3: 0.0, 4: 0.0}


def test_a_rate_is_chosen_by_validation_where_there_is_one() -> None:
    scores = {("adam", 1.0): [1.0, 1.0], ("adam", 2.0): [2.0, 2.0]}
    assert best_rate(of_scores(scores, select="valid"), "adam") == 1.0
    assert best_rate(of_scores(scores, select="valid", better="less"), "adam") == 2.0
    assert reported(of_scores(scores, select="valid"), "adam") == {0: 1.0, 1: 1.0}
    with pytest.raises(ValueError, match="no runs of 'sgd'"):
        best_rate(of_scores(scores), "sgd")


def test_the_last_point_of_the_horizon_asked_for_counts() -> None:
    short, long = of_scores({("adam", 1.0): [1.0]}, 10), of_scores({("adam", 1.0): [7.0]}, 20)
    both = short.extended(long.rows)
    assert finals(both, "return", 10) == {("adam", 1.0): {0: 1.0}}
    assert finals(both, "return", 20) == {("adam", 1.0): {0: 7.0}}
    assert both.extended(short.rows).rows == both.rows


def test_a_table_comes_back_from_its_file(tmp_path: Path) -> None:
    found = of_scores({("adam", 1.0): [1.25, math.nan]})
    for row in found.rows:
        row |= {"saturated": [0.5, 1.0], "stopped": 3 if row["seed"] else None}
    found.write(tmp_path / "t.csv")
    back = read(tmp_path / "t.csv")
    order = sorted(found.rows, key=lambda row: (row["seed"], row["step"]))
    assert repr(back.rows) == repr([{**row} for row in order])
    back.check(ABOUT)
    for changed, said in (
        (ABOUT | {"task": "u"}, "task = 't'"),
        (ABOUT | {"hyperparameters": {}}, "hyperparameters.a"),
    ):
        with pytest.raises(ValueError, match=said):
            back.check(changed)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.csv")), ids=lambda path: path.stem)
def test_the_tables_of_the_package_are_what_they_say(path: Path) -> None:
    found = table(path.stem)
    assert found.about["task"] == task(path.stem).name
    assert {"hyperparameters", "sources", "versions"} <= set(found.about)
    assert set(found.about["hyperparameters"]) == set(found.about["sources"])
    for row in found.rows:
        Setting(row["optimizer"], row["learning_rate"])
        assert row["step"] > 0
        assert row["stopped"] is not None or math.isfinite(row["step_rms"])
    seeds: dict[tuple[str, float, int], set[int]] = {}
    for name, rate, seed, horizon in found.runs:
        seeds.setdefault((name, rate, horizon), set()).add(seed)
    for (_, _, horizon), some in seeds.items():
        assert some == set(range(len(some))), horizon


def test_the_tables_of_the_package_stay_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.glob("*.csv")) < 1_000_000


def test_a_text_is_a_rule_of_the_lab() -> None:
    rule = Setting("alphagrad:k=2,momentum=0.9", 0.1).rule(400, epsilon=1e-5)
    assert rule == HeavyBall(al.AlphaGrad(learning_rate=0.1, alpha=40.0, epsilon=1e-5), momentum=0.9)
    assert Setting("alphagrad:alpha=3,epsilon=1", 0.1).rule(4, 1e-5) == al.AlphaGrad(
        learning_rate=0.1, alpha=3.0, epsilon=1.0
    )
    falling = Setting("adam", 0.1).rule(4, schedule=al.inverse_sqrt)
    assert isinstance(falling, Scheduled)
    assert [one.learning_rate for one in settings("adam", [1.0, 2.0], values)] == [1.0, 2.0]
    found = settings("alphagrad:learning_rate=0.01:1:3,k=2", [5.0], values)
    assert found == [Setting("alphagrad:k=2", rate) for rate in (0.01, 0.1, 1.0)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("adamm", "did you mean 'adam'"),
        ("adam:alpha=2", "has no hyperparameter 'alpha'"),
        ("alphagrad:alpha", "'alpha' is not one option=value"),
        ("alphagrad:alpha=x", "alpha must be a number"),
        ("alphagrad:alpha=-1", "alpha must be a finite number > 0"),
        ("alphagrad:alpha=1,k=2", "leave one of them out"),
        ("alphagrad:granularity=row", "granularity must be one of tensor, layer, group"),
        ("alphagrad:momentum=1", "momentum must be"),
    ],
)
def test_a_text_that_is_no_rule_is_told(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Setting(text, 0.1)


def test_every_task_says_where_its_numbers_come_from() -> None:
    for entry in TASKS:
        assert entry.steps > entry.quick[0] > 0
        for text in (*entry.optimizers, *entry.quick[1]):
            settings(text, [0.1], values)
        if not entry.missing:
            made = entry.make()
            assert set(made.sources()) == set(made.hyperparameters())
            assert all(made.sources().values())


def test_train_lists_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train"]) == 0
    out = capsys.readouterr().out
    assert all(entry.name in out for entry in TASKS)
    assert "torch" in out.splitlines()[-1]


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["train", "cartpole-dq"], "did you mean 'cartpole-dqn'"),
        (["train", "digits-mlp", "--optimizer", "adamm"], "did you mean 'adam'"),
        (["train", "digits-mlp", "--learning-rates", "1:2"], "'1:2' is not A:B:N"),
        (["train", "digits-mlp", "--seeds", "0"], "--seeds must be a whole number >= 1"),
        (["train", "digits-mlp", "--steps", "-3"], "--steps must be a whole number >= 1"),
    ],
)
def test_train_tells_misuse_in_one_line(
    argv: list[str], said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    if argv[1] == "digits-mlp":
        pytest.importorskip("torch", reason='training needs the extra "train"')
    assert main(argv) == 2
    err = capsys.readouterr().err
    assert said in err
    assert err.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_train_says_how_to_install_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("alphalab.training.catalogue.importlib.util.find_spec", lambda name: None)
    assert main(["train", "hopper-td3", "--quick"]) == 2
    err = capsys.readouterr().err
    assert "torch, gymnasium, mujoco" in err
    assert 'pip install "alphalab[train]"' in err
    assert main(["train"]) == 0
    assert "no torch" in capsys.readouterr().out


def test_tables_and_tasks_need_no_torch() -> None:
    code = "import sys, alphalab.curves, alphalab.cli; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
