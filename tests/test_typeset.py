"""LaTeX as one line of text: nothing of LaTeX is left, in Unicode and in ASCII, whatever the ledger says."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sympy as sp
from matplotlib.mathtext import MathTextParser

import alphalab as al
from alphalab import style
from alphalab.claims.facts.letters import LETTERS
from alphalab.claims.notation import QUANTITIES, Quantity
from alphalab.claims.typeset import ACCENTS, BLANK, FRACTIONS, SIGNS, SILENT, runs, tex, text
from alphalab.experiments.page import formula, pieces

CALLED = ("tanh", "sinh", "cosh", "sin", "cos", "log", "min", "max", "lim", "liminf", "limsup")
KNOWN = {*SIGNS, *ACCENTS, *FRACTIONS, *BLANK, *SILENT, r"\sqrt", *(rf"\{name}" for name in CALLED)}
"""Macros that become text; a function is printed as it is called."""


def written(claim: al.Claim) -> Iterator[str]:
    """Everything in LaTeX, and every sentence, of a claim."""
    yield from (claim.title, claim.statement, claim.correction, claim.remark)
    yield from (assumption.sentence for assumption in claim.assumes)
    for letter, meaning in claim.letters().items():
        yield from (letter, meaning)
    proof, witness = claim.proof and claim.proof(), claim.witness and claim.witness()
    for argument in filter(None, (proof, witness)):
        for step in argument.steps:
            yield from (step.sentence, step.latex())


def symbols(claim: al.Claim) -> Iterator[sp.Symbol]:
    """Every symbol of the steps of a claim."""
    for argument in (claim.proof, claim.witness):
        for step in argument().steps if argument else ():
            for value in vars(step).values():
                yield from value.atoms(sp.Symbol) if isinstance(value, sp.Basic) else ()


@pytest.mark.parametrize("claim", al.CLAIMS, ids=lambda claim: claim.key)
def test_a_symbol_named_as_a_sum_stands_in_brackets(claim: al.Claim) -> None:
    bare = [re.sub(r"\([^()]*\)|[{][^{}]*[}]", "", sp.latex(symbol)) for symbol in symbols(claim)]
    assert [name for name in bare if re.search(r"[A-Za-z0-9] ?[-+*]", name)] == []


@pytest.mark.parametrize("claim", al.CLAIMS, ids=lambda claim: claim.key)
def test_nothing_of_latex_is_left(claim: al.Claim) -> None:
    for latex in written(claim):
        for shown in (text(latex), text(latex, ascii_only=True)):
            assert not set(shown) & set("\\$\0")
            assert shown.count("(") == shown.count(")") or latex.count("(") != latex.count(")")
        assert text(latex, ascii_only=True).isascii()
        assert set(re.findall(r"\\[A-Za-z]+", latex)) <= KNOWN, "a macro that is printed as its name"


@pytest.mark.parametrize(
    ("latex", "unicode", "plain"),
    [
        (r"\frac{a + b}{2 c} d", "(a + b)/(2 c) d", "(a + b)/(2 c) d"),
        (r"\frac{a b}{c^{2}}", "a b/c\u00b2", "a b/c^2"),
        (r"\sqrt{n} \le \sqrt{\alpha n}", "\u221an \u2264 \u221a(\u03b1 n)", "sqrt(n) <= sqrt(alpha n)"),
        (r"\langle {g_t}, g'_t \rangle", "\u27e8g\u209c, g'\u209c\u27e9", "<g_t, g'_t>"),
        (r"\|x_{t+1}-x^*\|", "\u2016x\u209c\u208a\u2081-x*\u2016", "||x_(t+1)-x*||"),
        ("f_star known, alpha >= 2", "f_star known, \u03b1 \u2265 2", "f_star known, alpha >= 2"),
        (r"x^{2 k}", "x\u00b2\u1d4f", "x^(2 k)"),
        (r"\frac{\frac{a}{b}}{c}", "(a/b)/c", "(a/b)/c"),
        (r"\frac{1}{LMT} + \frac{x}{10}", "1/(LMT) + x/10", "1/(LMT) + x/10"),
    ],
)
def test_what_a_line_needs_brackets_for(latex: str, unicode: str, plain: str) -> None:
    assert (text(latex), text(latex, ascii_only=True)) == (unicode, plain)


def test_every_letter_is_printed_as_it_is_written() -> None:
    """Sympy takes a bare name apart at "_" and "^"; braces keep it whole."""
    letters = [quantity.symbol for quantity in (*QUANTITIES, *LETTERS)]
    assert [one.name for one in letters if re.sub("[{}]", "", sp.latex(one)) != re.sub("[{}]", "", one.name)] == []


def fragments(claim: al.Claim) -> Iterator[str]:
    """All mathematics of a claim's document: what stands in sentences, and formulas."""
    for one in written(claim):
        formula = re.search(r"\\(left|frac)|=.*\\", one) and not re.search("[a-z]{4} [a-z]", one)
        yield from [one] if formula else re.findall(r"\$([^$]*)\$", tex(one))


@pytest.mark.parametrize("claim", al.CLAIMS, ids=lambda claim: claim.key)
def test_the_braces_of_a_document_close(claim: al.Claim) -> None:
    for latex in fragments(claim):
        assert latex.count("{") - latex.count(r"\{") == latex.count("}") - latex.count(r"\}"), latex
    assert all(tex(sentence).count("$") % 2 == 0 for sentence in written(claim))


def test_no_line_breaks_within_brackets() -> None:
    parts = [part for claim in al.CLAIMS for told in written(claim) for maths, part in runs(told) if maths]
    cut = [piece for part in parts if r"\langle" in part for piece in pieces(part)]
    assert cut
    assert [piece for piece in cut if piece.count(r"\langle") != piece.count(r"\rangle")] == []


@pytest.mark.parametrize("claim", al.CLAIMS, ids=lambda claim: claim.key)
def test_every_formula_of_a_claim_can_be_shown(claim: al.Claim) -> None:
    """A formula that latex2mathml refuses stands in the page as its LaTeX."""
    shown = [claim.statement, *(latex.strip("$") for latex in fragments(claim))]
    assert [latex for latex in shown if str(formula(latex)).startswith("<code")] == []


@pytest.mark.parametrize("quantity", [*QUANTITIES, *LETTERS], ids=lambda quantity: str(quantity.symbol))
def test_every_letter_can_be_drawn_in_a_figure(quantity: Quantity) -> None:
    """`al.compare` and the figures write it at their axes, over a fraction too."""
    one = quantity.symbol
    MathTextParser("path").parse(style.mathtext(sp.latex(one**2 / (1 + sp.sqrt(one)))))


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="there is no LaTeX here")
def test_the_document_of_all_claims_compiles(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "alphalab", "verify", "--explain", "--latex", "--quick"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    (tmp_path / "all.tex").write_text(told, encoding="utf-8")
    latex = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "all.tex"]
    done = subprocess.run(latex, cwd=tmp_path, capture_output=True, text=True, errors="replace", check=False)
    assert done.returncode == 0, done.stdout[-2000:]
    assert "Missing character" not in (tmp_path / "all.log").read_text(errors="replace")


@pytest.mark.parametrize(
    ("words", "unicode", "plain", "document"),
    [
        ("0 where v^ = 0", "0 where v\u0302 = 0", "0 where v^ = 0", r"$0$ where $\hat{v} = 0$"),
        ("|g^_i| <= 1", "|g\u0302\u1d62| \u2264 1", "|g^_i| <= 1", r"$|\hat{g}_i| \le  1$"),
        (
            "where g^^2 underflows",
            "where g\u0302\u00b2 underflows",
            "where g^^2 underflows",
            r"where $\hat{g}^2$ underflows",
        ),
        (
            "sqrt(rho), b^(t-1)",
            "sqrt(\u03c1), b^(t-1)",
            "sqrt(rho), b^(t-1)",
            r"$\sqrt{\rho }, b^{t-1}$",
        ),
        (
            "at z^(p/(p-1)) <= sqrt(1 + sqrt(n))",
            "at z^(p/(p-1)) \u2264 sqrt(1 + sqrt(n))",
            "at z^(p/(p-1)) <= sqrt(1 + sqrt(n))",
            r"at $z^{p/(p-1)} \le  \sqrt{1 + \sqrt{n}}$",
        ),
        (
            "||g_t|| -> inf, ||a| - b|",
            "||g\u209c|| \u2192 inf, ||a| - b|",
            "||g_t|| -> inf, ||a| - b|",
            r"$\|g_t\| \to  \infty , ||a| - b|$",
        ),
        ("T4*: a 2-cycle", "T4*: a 2-cycle", "T4*: a 2-cycle", "T4*: a 2-cycle"),
        ("Hopper by TD3", "Hopper by TD3", "Hopper by TD3", "Hopper by TD3"),
        ("at most <g, g'>/N", "at most <g, g'>/N", "at most <g, g'>/N", r"at most $\langle g, g'\rangle /N$"),
        ("less (1-eta w) y", "less (1-\u03b7 w) y", "less (1-eta w) y", r"less $(1-\eta  w) y$"),
        ("a < b, c > d", "a < b, c > d", "a < b, c > d", "a $< b, c > d$"),
    ],
)
def test_what_is_spelled_in_words(words: str, unicode: str, plain: str, document: str) -> None:
    assert (text(words), text(words, ascii_only=True), tex(words)) == (unicode, plain, document)
