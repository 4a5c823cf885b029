"""LaTeX as one line of text: nothing of LaTeX is left, in Unicode and in ASCII, whatever the ledger says."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import sympy as sp

import alphalab as al
from alphalab.claims.facts.letters import LETTERS
from alphalab.claims.notation import QUANTITIES
from alphalab.claims.typeset import tex, text


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


@pytest.mark.parametrize("claim", al.CLAIMS, ids=lambda claim: claim.key)
def test_nothing_of_latex_is_left(claim: al.Claim) -> None:
    for latex in written(claim):
        for shown in (text(latex), text(latex, ascii_only=True)):
            assert not set(shown) & set("\\$\0")
            assert shown.count("(") == shown.count(")") or latex.count("(") != latex.count(")")
        assert text(latex, ascii_only=True).isascii()


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
