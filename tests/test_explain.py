"""What `verify` tells beyond the verdict: the counterexample, the findings that say something, margins that count."""

from __future__ import annotations

import dataclasses
import importlib
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import alphalab as al
import alphalab.claims
from alphalab.claims import CLAIMS, gradient_case, run_case, verify_all
from alphalab.claims.claim import Finding
from alphalab.claims.proof import Sign, Witness
from alphalab.claims.typeset import text
from alphalab.claims.verify import Verdict, summary
from alphalab.cli import main
from alphalab.cli.show import print_table
from alphalab.cli.verify import ledger
from alphalab.experiments.report import write_index
from alphalab.optimizers import AlphaGrad

Said = Callable[..., str]
REFUTED = [claim for claim in CLAIMS if claim.witness]


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str], few_cases: None) -> Said:
    """Run one command in this process, on little evidence; returns what it prints."""

    def run(*argv: str) -> str:
        main(argv)
        return capsys.readouterr().out

    return run


@pytest.mark.parametrize("claim", REFUTED, ids=lambda claim: claim.key)
def test_a_counterexample_is_shown_step_by_step(claim: Any, say: Said) -> None:
    witness = claim.witness()
    out = say("verify", claim.key, "--explain")
    assert "\ncounterexample\n" in out
    flat = " ".join(out.split())
    assert [said for step in witness.steps for said in (step.sentence, step.latex()) if text(said) not in flat] == []
    assert text(witness.sentence) in flat
    (told,) = json.loads(say("verify", claim.key, "--explain", "--json"))
    assert told["counterexample"] == witness.sentence
    assert [step["step"] for step in told["counterexample_steps"]] == ["ok"] * len(witness.steps)
    (plain,) = json.loads(say("verify", claim.key, "--json"))
    assert plain["counterexample"] == witness.sentence


def test_what_is_true_instead_is_called_so(say: Said) -> None:
    out = " ".join(say("verify", "eq7-band", "--explain").split())
    assert f"what is true {text(al.claim('eq7-band').correction)}" in out
    assert " remark " not in out
    both = " ".join(say("verify", "adal", "--explain").split())
    assert f"what is true {text(al.claim('adal').correction)} remark {text(al.claim('adal').remark)} " in both


def test_a_step_of_a_counterexample_that_fails_is_undecided(say: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    from alphalab.claims.notation import alpha

    wrong = Witness("a guess", (Sign("alpha is negative", alpha, "<"),))
    planted = dataclasses.replace(al.claim("eq7-band"), witness=lambda: wrong)
    monkeypatch.setattr(alphalab.claims, "CLAIMS", (planted,))
    assert any(line.startswith("undecided  \u03b1 is negative") for line in say("verify", "--explain").splitlines())


def test_there_is_no_heading_over_nothing(say: Said) -> None:
    for key in ("eq7-band", "thm-1-rate", "lemma-2", "sec4-memory"):
        out = say("verify", key, "--explain")
        assert "\n\n\n" not in out, key
        assert "assumes      -" not in out
        assert ("\nfindings" in out) == (key != "eq7-band")  # the one without a case
    assert "\nproof" not in say("verify", "eq7-band", "--explain")


def test_what_a_claim_does_not_apply_to_is_counted_by_reason(say: Said) -> None:
    out = say("verify", "thm-1-rate", "--explain")
    flat = " ".join(out.split())
    assert "not applicable to 2 cases: convexity is not given (1), an assumption fails: " in flat
    assert "\ngradients, n = 1" not in out
    (told,) = json.loads(say("verify", "thm-1-rate", "--explain", "--json"))
    assert [finding["instances"] for finding in told["findings"]] == [0, 0, 1, 1]  # the last two: its own cases


def test_a_gradient_does_not_run() -> None:
    lemma: Any = al.claim("lemma-1")
    because = lemma.check(gradient_case(AlphaGrad(), np.array([[5e-324], [1.0]]))).because
    assert "run" not in because
    assert "subnormal" in because
    case = run_case(AlphaGrad(learning_rate=0.1), al.problem("quadratic"), np.ones(5), steps=3)
    broken = dataclasses.replace(case, sound=np.zeros_like(case.sound))
    assert "the run has stopped or diverged" in lemma.check(broken).because


# ---------------------------------------------------------------- margins


def verdict(**changes: Any) -> Verdict:
    (one,) = verify_all([al.claim("lemma-1")], [])
    return dataclasses.replace(one, **changes)


@pytest.mark.parametrize(("margin", "violations", "shown"), [(-7e-9, 0, 0.0), (-7e-9, 1, -7e-9), (0.3, 0, 0.3)])
def test_a_margin_within_the_rounding_error_granted_is_shown_as_zero(
    margin: float, violations: int, shown: float, tmp_path: Path
) -> None:
    one = verdict(worst_margin=margin, violations=violations)
    finding = Finding(case="", instances=3, violations=violations, worst_margin=margin)
    assert one.margin == finding.margin == ledger([one])[0]["worst margin"] == shown
    write_index(tmp_path, [one])
    (row,) = (line for line in (tmp_path / "README.md").read_text("utf-8").splitlines() if "**lemma-1**" in line)
    assert float(row.split(" | ")[-2]) == shown
    assert one.as_dict()["worst_margin"] == margin
    assert verdict(worst_margin=None).margin is None


@pytest.mark.parametrize("key", ["thm-4-sharp", "best-iterate-decrease"])
def test_what_is_below_zero_is_within_what_is_granted(key: str) -> None:
    bound: Any = al.claim(key)
    evidence = importlib.import_module("alphalab.claims.evidence")
    check = bound.check(evidence.problem_case(al.problem("least-squares-rank-deficient")))
    under = check.margin < 0
    assert under.any(), "nothing is below 0: nothing is tested"
    assert np.all(check.left[under] - check.right[under] <= check.tolerance[under])
    assert check.count("violated") == 0


def test_the_ledger_says_what_it_shows_as_0(say: Said) -> None:
    assert "shown as 0" in say("verify", "lemma-1")


# ---------------------------------------------------------------- sentences


def test_verify_ends_with_one_sentence(say: Said) -> None:
    keys = ("lemma-1", "eq7-band", "lemma-2")
    for options in ((), ("--explain",)):
        assert say("verify", *keys, *options).splitlines()[-1] == "3 claims: 2 true, 1 false; all as on record"
    assert say("verify", "lemma-1").splitlines()[-1] == "1 claim: 1 true; all as on record"
    odd = verdict(found="false")
    assert summary([odd, verdict()]) == "2 claims: 1 true, 1 false; 1 departs from the record"
    assert summary([odd, odd]) == "2 claims: 2 false; 2 depart from the record"


def test_one_step_is_no_steps() -> None:
    one = verdict(proved=1, instances=1, violations=1, undecided=("so",))
    assert dataclasses.replace(one, undecided=()).known_by.startswith("proved (1 step), checked (1 instance), ")
    assert "undecided (1 step)" in one.known_by
    assert "proved (2 steps)" in verdict(proved=2).known_by


# ---------------------------------------------------------------- the terminal's width

ROWS = [{"key": "a-very-long-key", "said": "word " * 40, "value": 1.5}, {"key": "b", "said": "x" * 90, "value": None}]


def on_a_terminal(monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("TERM", "dumb")  # no bold head


@pytest.mark.parametrize("width", [60, 80, 200])
def test_a_table_is_as_wide_as_the_terminal(
    width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    on_a_terminal(monkeypatch, width)
    print_table(ROWS)
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= width
    joined = "".join(lines)
    assert (joined.count("word"), joined.count("x")) == (40, 90)
    assert [line.split()[0] for line in lines if line[0] != " "] == ["key", "a-very-long-key", "b"]
    assert next(line for line in lines if line.startswith("a-very")).endswith("1.5")


@pytest.mark.parametrize("width", [80, 100])
def test_the_ledger_fits_a_terminal(width: int, say: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    on_a_terminal(monkeypatch, width)
    table = say("verify", "rem-1ab", "best-iterate-decrease").partition("\n\n")[0]
    assert max(map(len, table.splitlines())) <= width
    assert "corrected" in table


def test_a_table_that_is_piped_keeps_its_lines(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "60")  # some set it without there being a terminal
    print_table(ROWS)
    assert len(capsys.readouterr().out.splitlines()) == 3


def test_an_explanation_is_a_document_or_a_page(say: Said) -> None:
    document = say("verify", "lemma-2", "--explain", "--latex")
    assert document.startswith(r"\documentclass{article}")
    assert document.endswith("\\end{document}\n")
    for name in ("section*", "itemize"):
        assert document.count(rf"\begin{{{name}}}") == document.count(rf"\end{{{name}}}")
    assert document.count("$") % 2 == 0
    assert rf"$\displaystyle {al.claim('lemma-2').statement}$" in document
    page = say("verify", "lemma-2", "--explain", "--html")
    assert page.lower().startswith("<!doctype html>")
    assert page.count("<math") > 5
    for tag in ("section", "ul", "li"):
        assert page.count(f"<{tag}>") + page.count(f"<{tag} ") == page.count(f"</{tag}>")


def test_a_terminal_without_unicode_gets_ascii(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr("sys.stdout", plain)
    assert main(["verify", "lemma-2", "--explain", "--quick"]) == 0
    plain.flush()
    assert b"<g_t, g'_t>" in plain.buffer.getvalue()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("pattern", "keys"),
    [
        ("L4*", ["lemma-4-sharp"]),
        ("T2*", ["thm-2-sharp", "thm-2-norm", "thm-2-plain", "thm-2-best"]),
        ("thm-8", ["thm-8"]),
        ("rem-1*", ["rem-1ab", "rem-1c"]),
        ("ex-*", ["ex-1", "ex-2"]),
    ],
)
def test_a_pattern_means_the_claims_that_it_matches(pattern: str, keys: list[str]) -> None:
    assert [one.key for one in al.claims.matching(pattern)] == keys
    with pytest.raises(ValueError, match="is unknown"):
        al.claims.matching("nothing*")


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        ("--latex --json", "--json and --latex exclude each other"),
        ("--html", "--html is a form of --explain"),
        ("--attack --latex", "--attack is told in the table"),
        ("lemma-2 --kernel-record", "--kernel-record is of all claims"),
        ("lemma-2 --attack-record", "--attack-record is of all claims"),
    ],
)
def test_of_two_options_none_is_dropped(argv: str, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", *argv.split()]) == 2
    assert told in capsys.readouterr().err
