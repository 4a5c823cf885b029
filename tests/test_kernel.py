"""The kernel behind the ledger: printed statements, the record, what is refused; Coq itself in the slow run."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import sympy as sp

from alphalab.claims import CLAIMS, Bound, Claim, claim, kernel
from alphalab.claims.claim import Assumption
from alphalab.claims.kernel import asked, coqc, formal, printed
from alphalab.claims.kernel.asked import Theorem, facts, hashed, record, scripts
from alphalab.claims.kernel.propositions import NotFormalError, statement
from alphalab.claims.kernel.terms import term
from alphalab.claims.notation import Quantity
from alphalab.cli import main

EVERY = tuple(kernel.theorems(CLAIMS))
KEYS = [theorem.key for theorem in EVERY]
PROVED = [one for one in CLAIMS if one.key in KEYS]
WITH_COQ = pytest.mark.skipif(not kernel.version(), reason="needs coqc")
NOTED = set(
    [
        "lemma-1",
        "lemma-2",
        "thm-1",
        "thm-1-rate",
        "thm-2",
        "thm-2-rate",
        "thm-2-liminf",
        "lemma-1-sharp",
        "lemma-1-dimension",
        "lemma-1-sharp-lower",
        "lemma-2-sharp",
        "lemma-2-sharp-upper",
        "lemma-3-sharp",
        "lemma-4-sharp",
        "thm-1-sharp",
        "thm-1-sharper",
        "thm-2-sharp",
        "thm-2-sharp+attained",
        "thm-2-norm",
        "thm-2-plain",
        "thm-2-best",
        "thm-3-sharp",
        "thm-3-rate",
        "thm-4-sharp",
        "thm-4-cycle",
        "thm-4-rate",
        "thm-5-sharp",
        "thm-5-rate",
        "thm-5-set",
        "thm-6-sharp",
        "thm-7-sharp",
        "thm-8",
        "thm-8+liminf",
        "price",
        "smooth-maximum-constant",
        "noise",
        "best-iterate-lemma",
        "best-iterate-decrease",
        "best-iterate",
        "best-iterate-best",
        "last-iterate",
        "sign-rate",
        "sign-rate-max-norm",
        "normalized-rate",
        "gradient-rate",
        "gradient-rate-lipschitz",
        "l0-l1",
        "l0-l1-norm",
        "l0-l1-decrease",
        "l0-l1-best",
        "floor-one-dimension",
        "floor-two-cycle-lipschitz",
        "bounded-slope",
        "bounded-slope-norm",
        "weight-decay-box",
        "adam-cycle",
    ]
)
REPLACED = {"Axiom": "Axiom a : False.", "Parameter": "Parameter p : nat.", "Conjecture": "Conjecture c : False."}
UNFINISHED = {"Admitted": "Lemma l : False. Proof. Admitted.", "admit": "Lemma l : False. Proof. admit. Qed."}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own for what Coq compiles."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return asked.cache()


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the facts are compiled once for all mutants."""
    return tmp_path_factory.mktemp("coq")


def test_the_claims_of_the_note_are_asked() -> None:
    assert set(KEYS) >= NOTED
    assert len(PROVED) >= 47


def test_every_script_belongs_to_a_claim() -> None:
    assert set(scripts()) == set(KEYS)


@pytest.mark.parametrize("theorem", EVERY, ids=KEYS)
def test_statement_equals_the_record(theorem: Theorem) -> None:
    told = record()["theorems"][theorem.key]
    assert theorem.statement.splitlines() == told["statement"]
    assert hashed(theorem.statement) == told["statement_sha256"]
    assert hashed(theorem.script) == told["proof_sha256"]
    assert kernel.on_record(theorem)


def test_files_equal_the_record() -> None:
    assert record()["files"] == {f"facts/{name}.v": hashed(text) for name, text in facts().items()}
    assert set(record()["theorems"]) == set(KEYS)


def test_record_stands_on_the_real_numbers_alone() -> None:
    used = {axiom for told in record()["theorems"].values() for axiom in told["axioms"]}
    assert used == set(coqc.AXIOMS)


@pytest.mark.parametrize("name", facts())
def test_facts_pass_the_gate(name: str) -> None:
    coqc.refuse(name, facts()[name])


@pytest.mark.parametrize("theorem", EVERY, ids=KEYS)
def test_scripts_pass_the_gate(theorem: Theorem) -> None:
    coqc.refuse(theorem.key, theorem.script, script=True)


@pytest.mark.parametrize("word", [*REPLACED, *UNFINISHED])
def test_gate_refuses_planted_axioms(word: str) -> None:
    planted = facts()["Sums"] + (REPLACED | UNFINISHED)[word]
    with pytest.raises(coqc.RefusedError, match=word):
        coqc.refuse("Sums", planted)


@pytest.mark.parametrize(
    "script",
    [
        "Proof. Abort. Definition statement := True. Theorem checked : statement. Proof. exact I. Qed.",
        "Proof. exact I. Qed. Lemma other : True. Proof. exact I. Qed.",
        "Definition statement := True.\nProof. exact I. Qed.",
        "Proof. exact I. Defined.",
        "Variable H : False.\nProof. destruct H. Qed.",
        "Infix plus := minus (at level 50).\nProof. exact I. Qed.",
        "Proof. exact I. Qed. Check I.",
    ],
)
def test_gate_refuses_scripts_that_are_more_than_a_proof(script: str) -> None:
    with pytest.raises(coqc.RefusedError):
        coqc.refuse("planted", script, script=True)


@pytest.mark.parametrize(
    "hidden",
    [
        'Ltac open := idtac "(*". Axiom a : False. Ltac close := idtac "*)".',
        '(* "*)" *) Ltac open := idtac "(*". Axiom a : False. Ltac close := idtac "*)".',
        "(* (* *) Axiom a : False. *)",
    ],
)
def test_gate_refuses_what_a_string_or_a_nested_comment_hides(hidden: str) -> None:
    with pytest.raises(coqc.RefusedError):
        coqc.refuse("planted", hidden)


def test_comments_may_name_axioms() -> None:
    coqc.refuse("told", "(* no Axiom and nothing Admitted here *)\nLemma a : True. Proof. exact I. Qed.")


def test_own_axioms_are_listed_without_a_dot() -> None:
    printed = "Axioms:\nmine : forall x : nat,\n       x = x\nClassical_Prop.classic : forall P : Prop, P \\/ ~ P\n"
    assert coqc.axioms(printed) == ("mine", "Classical_Prop.classic")


@pytest.mark.parametrize("one", [c for c in PROVED if isinstance(c, Bound)], ids=lambda c: c.key)
def test_changed_claim_is_no_longer_known(one: Bound, folder: Path) -> None:
    assert kernel.known(one)
    assert not kernel.known(replace(one, right=2 * one.right))
    assert not kernel.known(replace(one, left=one.left / 2))


@pytest.mark.parametrize("one", [c for c in PROVED if len(c.assumes) > 1], ids=lambda c: c.key)
def test_dropped_assumption_is_noticed(one: Claim, folder: Path) -> None:
    for dropped in one.assumes:
        left = replace(one, assumes=tuple(a for a in one.assumes if a is not dropped))
        silent = not any(formal.SENTENCES.get(dropped.sentence, ("?",)))
        assert silent or not kernel.known(left) or statement(left) == statement(one), dropped.sentence


def test_a_refuted_claim_is_printed_as_its_negation() -> None:
    said = statement(claim("thm-1-rate"))
    assert said.startswith("  ~ (")
    assert statement(replace(claim("thm-1-rate"), verdict="true")) in said


def test_stale_record_is_not_believed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stale = json.loads(json.dumps(record()))
    stale["theorems"]["lemma-1"]["digest"] = "0" * 64
    monkeypatch.setattr(asked, "record", lambda: stale)
    assert not kernel.known(claim("lemma-1"))
    assert kernel.known(claim("lemma-2"))


def test_changed_fact_loses_all_that_stands_on_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    changed = facts() | {"Price": facts()["Price"] + "\n(* a word more *)\n"}
    monkeypatch.setattr(asked, "facts", lambda: changed)
    monkeypatch.setattr(asked, "asked_of", asked.asked_of.__wrapped__)  # what is asked is printed once in a process
    assert not kernel.known(claim("best-iterate"))
    assert kernel.known(claim("thm-2-sharp"))


def test_known_says_where_it_was_checked(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asked, "version", lambda: "")
    assert kernel.known(claim("lemma-1")) == "kernel-checked (on record; no coqc here)"
    assert kernel.known(claim("thm-2-liminf")) == "kernel-checked: false as it stands (on record; no coqc here)"
    monkeypatch.setattr(asked, "version", lambda: "8.16.1")
    assert kernel.known(claim("lemma-1")) == "kernel-checked (on record; not run here)"
    theorem = next(iter(kernel.theorems([claim("lemma-1")])))
    stamp = {"digest": theorem.digest, "axioms": [], "refused": ""}
    folder = asked.cache()
    folder.mkdir(parents=True)
    (folder / f"{theorem.key}.json").write_text(json.dumps(stamp))
    assert kernel.known(claim("lemma-1")) == "kernel-checked (Coq 8.16.1)"
    (folder / f"{theorem.key}.json").write_text(json.dumps(stamp | {"refused": "no"}))
    assert kernel.known(claim("lemma-1")) == "refused by the kernel"


def test_claims_without_a_script_are_not_known() -> None:
    assert not kernel.known(claim("eq3-limits"))


def test_every_claim_is_asked_or_says_why_not() -> None:
    assert {one.key for one in CLAIMS} - {key.split("+")[0] for key in KEYS} == set(kernel.LEFT_OUT)


def test_explain_says_why_a_claim_is_not_asked(capsys: pytest.CaptureFixture) -> None:
    assert main(["verify", "sec4-memory", "--quick", "--explain"]) == 0
    assert f"not in the kernel {kernel.LEFT_OUT['sec4-memory']}" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize("path", sorted(printed.PRINTED.glob("*.v")), ids=lambda path: path.stem)
def test_printed_proof_is_what_its_claim_concludes(path: Path) -> None:
    ledger = {one.key: one for one in CLAIMS}
    assert path.read_text(encoding="utf-8") == printed.script(ledger[path.stem], ledger, set(KEYS) & set(ledger))


@pytest.mark.parametrize("key", ["thm-3-rate", "thm-2-norm", "thm-1-rate", "lemma-2", "thm-8", "best-iterate-decrease"])
def test_printer_of_proofs_says_what_it_cannot_print(key: str) -> None:
    ledger = {one.key: one for one in CLAIMS}
    with pytest.raises(printed.NotPrintedError, match=key):
        printed.script(ledger[key], ledger, set(KEYS) & set(ledger))


def test_changed_theorem_loses_all_that_cite_it(folder: Path) -> None:
    (citing,) = kernel.theorems([claim("thm-2")])
    assert {one.key for one in citing.cites} == {"lemma-1", "lemma-2"}
    first, *others = citing.cites
    changed = replace(citing, cites=(replace(first, script=first.script + "\n"), *others))
    assert kernel.on_record(citing) and not kernel.on_record(changed)


def test_what_follows_is_asked_while_the_claim_says_it(folder: Path) -> None:
    one = claim("thm-8")
    assert isinstance(one, Bound) and kernel.known(one)
    assert not kernel.known(replace(one, hence=""))


def test_unknown_letters_and_sentences_are_refused() -> None:
    one = claim("lemma-1")
    assert isinstance(one, Bound)
    with pytest.raises(NotFormalError, match="letter"):
        unheard = Quantity(sp.Symbol("unheard", positive=True), "of a case", lambda case: np.ones(case.T))
        statement(replace(one, right=unheard.symbol, quantities=(unheard,)))
    with pytest.raises(NotFormalError, match="by the light of the moon"):
        statement(replace(one, assumes=(Assumption("by the light of the moon", lambda case: None),)))
    with pytest.raises(NotFormalError, match="statement"):
        statement(replace(claim("thm-2-liminf"), statement="another"))


def test_reason_why_nothing_is_asked_has_no_latex() -> None:
    told = []
    for one in CLAIMS:
        try:
            statement(one)
        except NotFormalError as reason:
            told.append(str(reason))
    assert told
    assert [reason for reason in told if "\\" in reason] == []


@pytest.mark.parametrize("name", ["tanh", "Min", "Max"])
def test_printer_refuses_a_function_that_only_has_the_name(name: str) -> None:
    x, y = sp.symbols("x y", positive=True)
    with pytest.raises(TypeError, match="no Coq"):
        term(sp.Function(name)(x, y), {x: "x", y: "y"})


@pytest.mark.parametrize("formula", ["exp(x)", "x**y", "I*x", "erf(x)"])
def test_printer_refuses_what_it_cannot_print(formula: str) -> None:
    x, y = sp.symbols("x y", positive=True)
    with pytest.raises((TypeError, KeyError)):
        term(sp.sympify(formula, locals={"x": x, "y": y}), {x: "x", y: "y"})


def test_printed_terms_keep_their_value() -> None:
    x, y, T = sp.symbols("x y T", positive=True)
    formula = (x - 2 * y) / (3 * sp.sqrt(x + y)) - x**2 * sp.tanh(-x / y) + sp.Min(x, y, 2) * y ** (T - 1)
    printed = term(formula, {x: "x", y: "y", T: "INR T"})
    python = printed.replace("(T - 1)", "(T-1)").replace("INR T", "T")
    spoken = (
        python.replace("^", "**")
        .replace("Rmin 2 (Rmin x y)", "Min(2, x, y)")
        .replace("Rmin x (Rmin y 2)", "Min(2, x, y)")
    )
    for function in ("sqrt", "tanh"):
        spoken = spoken.replace(f"{function} (", f"{function}(")
    assert sp.simplify(sp.sympify(spoken, locals={"x": x, "y": y, "T": T}) - formula) == 0


def test_explain_shows_the_statement(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.setattr(kernel, "version", lambda: "")
    assert main(["verify", "thm-1-rate", "--quick", "--explain", "--kernel"]) == 0
    told = capsys.readouterr()
    assert statement(claim("thm-1-rate")) in told.out
    assert "there is no coqc" in told.err


@WITH_COQ
@pytest.mark.slow
def test_coq_accepts_every_theorem(compiled: Path) -> None:
    for outcome in kernel.check(EVERY, compiled):
        assert not outcome.refused, outcome.key
        assert set(outcome.axioms) <= set(coqc.AXIOMS)


def mutants() -> list[tuple[str, Bound]]:
    """Return (name, claim with one side changed): by 1 % either way, or of a false one, that its witness no longer
    breaks, a hundredfold.
    """
    changes = {"tightened": sp.Rational(99, 100), "loosened": sp.Rational(101, 100)}
    return [
        (f"{one.key}, {name}", replace(one, right=one.right * factor))
        for one in PROVED
        if isinstance(one, Bound)
        for name, factor in (changes if one.verdict == "true" else {"loosened": sp.Integer(100)}).items()
    ]


@WITH_COQ
@pytest.mark.slow
@pytest.mark.parametrize(("name", "mutant"), mutants(), ids=[name for name, _ in mutants()])
def test_proofs_close_their_own_statement_alone(name: str, mutant: Bound, compiled: Path) -> None:
    (theorem, *_) = kernel.theorems([mutant])
    (outcome,) = kernel.check([theorem], compiled)
    assert outcome.refused, name


@WITH_COQ
@pytest.mark.slow
@pytest.mark.parametrize(
    "shadow",
    [
        "Definition statement := True.",
        "Definition norm (n : nat) (u : vec) := 0. Definition statement := True. Lemma checked : statement. exact I.",
        "Module Proved. Lemma checked : True. Proof. exact I. Qed. End Proved. Definition statement := True.",
    ],
)
def test_a_fact_cannot_stand_for_the_statement(shadow: str, compiled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shadowed = facts() | {"Shadow": f"From AlphaLab Require Export Definitions.\n{shadow}\n"}
    monkeypatch.setattr(asked, "facts", lambda: shadowed)
    monkeypatch.setattr(coqc, "facts", lambda: shadowed)
    script = "From AlphaLab Require Import Shadow.\nProof. exact I. Qed."
    (outcome,) = kernel.check([Theorem("shadowed", statement(claim("lemma-1")), script)], compiled)
    assert outcome.refused


@WITH_COQ
@pytest.mark.slow
def test_coq_lists_a_smuggled_axiom(compiled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coqc, "FORBIDDEN", coqc.re.compile("(?!)"))
    smuggled = facts() | {"Smuggled": "From AlphaLab Require Export Definitions.\nAxiom mine : False.\n"}
    monkeypatch.setattr(asked, "facts", lambda: smuggled)
    monkeypatch.setattr(coqc, "facts", lambda: smuggled)
    script = "From AlphaLab Require Import Smuggled.\nProof. destruct mine. Qed."
    (outcome,) = kernel.check([Theorem("smuggled", statement(claim("lemma-1")), script)], compiled)
    assert "mine" in outcome.refused
