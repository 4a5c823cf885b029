"""Runs of one's own against the bounds: what `compare` says is what each claim says, and a picture, a table, files."""

from __future__ import annotations

import csv
import json
import shlex
from pathlib import Path

import numpy as np
import pytest

import alphalab as al
from alphalab.claims.case import run_case
from alphalab.claims.comparison import measured_side
from alphalab.cli import main

METHOD = al.AlphaGrad(learning_rate=0.01, alpha=2.0)


@pytest.fixture(scope="module")
def bowl() -> al.Comparison:
    return al.compare("quadratic", METHOD, steps=60)


@pytest.fixture(scope="module")
def sweep() -> al.Comparison:
    methods = {"squashed": al.AlphaGrad(learning_rate=0.01, alpha=[0.5, 2.0, 8.0]), "sign": al.SignSGD()}
    return al.compare("log-cosh", methods, steps=12, claims=["thm-2", "thm-2-norm"])


def test_every_claim_that_applies_is_there_with_what_it_says_itself(bowl: al.Comparison) -> None:
    problem = al.problem("quadratic")
    case = run_case(METHOD, problem, problem.start(), 60)
    held = {one.bound.key: one.check for one in bowl.held}
    for claim in al.CLAIMS:
        if isinstance(claim, al.Bound) and measured_side(claim):
            check = claim.check(case)
            assert (claim.key in held) == (check.count("not applicable") < 60)
            if claim.key in held:
                np.testing.assert_array_equal(held[claim.key].outcome, check.outcome)
                np.testing.assert_array_equal(held[claim.key].right, check.right)
    left_out = [key for keys in bowl.left_out.values() for key in keys]
    assert "thm-6-sharp" in left_out
    assert not set(left_out) & set(held)
    assert not bowl.violated


def test_a_sweep_of_several_methods_is_one_call(sweep: al.Comparison) -> None:
    columns = sweep.columns()
    assert list(columns)[:4] == ["method", "claim", "alpha", "T"]
    squashed = columns["method"] == "squashed"
    assert np.unique(columns["alpha"][squashed]).tolist() == [0.5, 2.0, 8.0]
    assert set(columns["outcome"][~squashed]) == {"not applicable"}
    assert np.all(np.isfinite(columns["left"][columns["claim"] == "thm-2-norm"]))  # measured whatever the method
    rows = {(row["method"], row["claim"]): row for row in sweep.verdicts()}
    assert rows["squashed", "thm-2"]["verdict"] == "holds"
    assert rows["sign", "thm-2"]["because"] == "the method is sign-sgd"
    pytest.importorskip("pandas")
    table = sweep.table()
    assert len(table) == len(columns["T"])


@pytest.mark.parametrize("over", ["T", "alpha"])
def test_the_picture_shows_measured_solid_and_bounds_dashed(sweep: al.Comparison, over: str) -> None:
    held = [one for one in sweep.held if one.method == "squashed"]
    alone = al.compare("log-cosh", al.AlphaGrad(learning_rate=0.01, alpha=[0.5, 2.0, 8.0]), steps=12, claims=["thm-2"])
    (panel,) = alone.plot(over).axes
    solid = [line for line in panel.lines if line.get_linestyle() == "-"]
    dashed = [line for line in panel.lines if line.get_linestyle() == "--"]
    assert len(solid) == len(dashed) == (3 if over == "T" else 1)
    right = held[0].check.right
    np.testing.assert_array_equal(dashed[0].get_ydata(), right[:, 0] if over == "T" else right[-1])
    with pytest.raises(ValueError, match="nothing varies along 'beta'; over: T, alpha"):
        alone.plot("beta")


def test_a_claim_about_the_next_step_is_drawn_where_it_last_speaks() -> None:
    found = al.compare("pl-sine", al.AlphaGrad(alpha=[0.5, 2.0]), steps=9, claims=["thm-4-sharp"])
    (panel,) = found.plot("alpha").axes
    np.testing.assert_array_equal(panel.lines[0].get_ydata(), found.held[0].check.right[-2])


def test_where_a_claim_stops_to_apply_is_marked() -> None:
    wide = al.AlphaGrad(learning_rate=0.1, alpha=1.0, epsilon=0.3)
    found = al.compare("quadratic", wide, steps=60, claims=["thm-5-norm"])
    (row,) = found.verdicts()
    outcome = found.held[0].check.outcome
    starts = int(np.argmax(outcome != "not applicable"))
    assert 0 < starts < 59
    assert row["verdict"] == "holds where it applies"
    assert "N_t" in row["because"]
    (panel,) = found.plot().axes
    (triangle,) = [line for line in panel.lines if line.get_marker() == "^"]
    assert triangle.get_xdata().tolist() == [starts + 1]


def test_a_wrong_gradient_is_told_from_a_wrong_theorem() -> None:
    wrong = al.CustomProblem(value=lambda x: (x**2).sum(-1), gradient=lambda x: 3 * x, n=2, L=2.0, f_inf=0.0)
    found = al.compare(wrong, METHOD, steps=300, claims=["thm-2"])
    (row,) = found.verdicts()
    assert found.violated == ("thm-2",)
    assert "al.check(problem)" in row["because"]
    assert "gradient" in row["because"].rpartition("finds")[2]
    assert "al.check(problem)" in repr(found.held[0].check)
    verdict = al.verify("thm-2", problems=[wrong], quick=True)
    assert "al.check(problem)" in verdict.known_by


def test_what_rests_on_an_estimate_says_so() -> None:
    wave = al.CustomProblem(value=lambda x: np.cos(x).sum(-1), gradient=lambda x: -np.sin(x), n=2)
    rows = {row["claim"]: row for row in al.compare(al.estimate(wave), METHOD, steps=20).verdicts()}
    assert rows["thm-2"]["because"] == "rests on estimated L, f_inf"
    assert rows["lemma-2"]["because"] == ""
    verdict = al.verify("thm-2", problems=[al.estimate(wave)], quick=True)
    assert "resting on estimated L and f_inf" in verdict.known_by
    assert "estimated" not in al.verify("lemma-2", problems=[al.estimate(wave)], quick=True).known_by
    with pytest.raises(ValueError, match="no claim applies"):
        al.compare(wave, METHOD, steps=5, claims=["thm-2"]).plot()


def test_a_notebook_shows_a_figure_and_the_verdicts(bowl: al.Comparison) -> None:
    shown = al.compare("quadratic", METHOD, steps=9, claims=["thm-5-norm", "thm-2"])._repr_html_()
    assert shown.startswith("<div><svg")
    assert shown.count("<tr>") == 3
    assert "<N" not in shown  # escaped
    assert al.claim("lemma-1")._repr_latex_() == r"$\displaystyle \|{g'_t}\|_2^2 \le n$"
    assert "thm-2 " in repr(bowl)
    rows = repr(bowl).splitlines()[2:]
    assert len({row.index(row.split(maxsplit=1)[1]) for row in rows}) == 1  # one column of verdicts


def test_what_is_saved_has_the_numbers_and_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = al.compare("quadratic", METHOD, steps=9, claims=["thm-2"])
    place = found.save(tmp_path / "a folder, \u00fcber")
    assert sorted(path.name for path in place.iterdir()) == ["numbers.csv", "sides.svg", "verdicts.json"]
    with (place / "numbers.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [float(row["right"]) for row in rows] == found.held[0].check.right.tolist()
    told = json.loads((place / "verdicts.json").read_text(encoding="utf-8"))
    words = shlex.split(told["command"])
    assert words[:4] == ["alphalab", "bounds", "quadratic", "alphagrad"]
    assert main([*words[1:], "--json"]) == 0
    again = json.loads(capsys.readouterr().out)
    assert again["verdicts"][0]["bound"] == told["verdicts"][0]["bound"]


def test_runs_and_checks_draw_themselves() -> None:
    problem = al.problem("quadratic")
    run = al.simulate(al.AlphaGrad(alpha=[1.0, 2.0]), problem, problem.start(), 20, observe=("value", "alignment"))
    panels = run.plot().axes
    assert [panel.get_title() for panel in panels] == ["value", "alignment"]
    np.testing.assert_array_equal(panels[0].lines[1].get_ydata(), run.value[:, 1])
    with pytest.raises(ValueError, match="'distance' was not observed"):
        run.plot("distance")
    check = al.claim("lemma-2").check_gradients(METHOD, np.eye(3))
    (panel,) = check.plot().axes
    assert {line.get_linestyle() for line in panel.lines} >= {"-", "--"}
