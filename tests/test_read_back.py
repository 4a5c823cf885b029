"""What is printed is what is checked: every formula of every claim is read back from its LaTeX, and is equal."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sympy as sp
from latex_reader import Reader, Unreadable, equal

from alphalab.claims import CLAIMS, Bound, Claim
from alphalab.claims.closing import concluded
from alphalab.claims.explanation import conclusion_rows, step_rows
from alphalab.claims.facts.assumptions import chosen
from alphalab.claims.notation import eta
from alphalab.claims.proof import Growth, Identity, Sign, Step

BOOK = {claim.key: claim for claim in CLAIMS}
ARGUED = [claim for claim in CLAIMS if claim.proof or claim.witness]
BOUNDS = [claim for claim in CLAIMS if isinstance(claim, Bound)]
CHOSEN = [one for claim in CLAIMS for one in claim.assumes if one.rate is not None]
a, b, c, x = (sp.Symbol(name, real=True) for name in "abcx")


def each(claims: list[Any]) -> Any:
    return pytest.mark.parametrize("claim", claims, ids=lambda claim: claim.key)


def assert_reads(text: str, formula: sp.Expr, *others: sp.Expr) -> None:
    assert equal(Reader(text, (formula, *others)).whole(), formula), f"{text} is not {formula}"


def parts(step: Step, text: str) -> list[tuple[str, sp.Expr]]:
    """What a step prints, formula by formula, and what it checks."""
    match step:
        case Identity(_, left, right):
            said = text.split(" = ")
            checked = [left, right]
        case Sign(_, expression, relation):
            sign = {">=": r"\ge", "<=": r"\le"}.get(relation, relation)
            said, checked = [text.removesuffix(f" {sign} 0")], [expression]
            assert said != [text]
        case Growth(_, function, variable, derivative):
            zero = rf",\quad F|_{{{sp.latex(variable)}=0}} = 0,\quad F' = "
            said = text.removeprefix("F = ").removesuffix(r" \ge 0").split(zero)
            checked = [function, derivative]
    return list(zip(said, checked, strict=True))


@each(ARGUED)
def test_every_printed_step_is_read_back(claim: Claim) -> None:
    for made in filter(None, (claim.proof, claim.witness)):
        steps = made().steps
        for step, row in zip(steps, step_rows(steps), strict=True):
            said = parts(step, row["LaTeX"])
            for text, formula in said:
                assert_reads(text, formula, *(other for _, other in said))


@each(BOUNDS)
def test_every_statement_and_conclusion_is_read_back(claim: Bound) -> None:
    left, right = Reader(claim.statement.partition(r"; \quad ")[0], (claim.left, claim.right)).sides()
    assert equal(left, claim.left)
    assert equal(right, claim.right)
    ends = concluded(claim, BOOK)
    terms = [(branch, part) for branch in ends.branches for part in branch.parts]
    for (branch, part), row in zip(terms, conclusion_rows(ends), strict=True):
        factors = [part.weight, *(gap for _, gap in part.gaps)]
        text = row["LaTeX"]
        assert equal(Reader(text, factors).whole(), sp.Mul(*factors)), text
        supposed = re.findall(r"where \$(.*?) \\ge 0\$", row["says"])
        for said, case in zip(supposed, branch.cases, strict=True):
            assert_reads(said, case)


@pytest.mark.parametrize("assumption", CHOSEN, ids=lambda one: one.sentence)
def test_the_words_of_a_step_size_are_its_formula(assumption: Any) -> None:
    name, said = assumption.sentence.split(" = ")
    t = sp.Symbol("t", positive=True)
    power = 1 if assumption.decay is None else assumption.decay ** (t - 1)
    assert name == (r"\eta" if assumption.decay is None else r"\eta_t")
    assert_reads(said, assumption.rate * power)


# ---------------------------------------------------------------- the reader

UNLIKE = {
    "a bracket": (sp.latex(a - sp.UnevaluatedExpr(a - b)), a - (a - b)),
    "a sign": ("- a + b", a + b),
    "a power": ("a^{2} b", (a * b) ** 2),
    "a derivative": (r"\frac{d}{d x} x x", x),
    "a function of something else": (r"\tanh{\left(x \right)} + a", sp.tanh(x + a)),
    "a root": (r"\sqrt{a^{2}} b", sp.sqrt(a**2 * b)),
    "a limit": (r"\lim_{x \to 0} a x", sp.Limit(a * x, x, 1)),
    "a sum": (r"\sum_{x=1}^{b} x a", sp.Sum(x, (x, 1, b)) * a + a),
}


@pytest.mark.parametrize("name", UNLIKE)
def test_what_is_printed_wrongly_is_noticed(name: str) -> None:
    text, formula = UNLIKE[name]
    assert not equal(Reader(text, (formula, a, b, x)).whole(), formula)


@pytest.mark.parametrize("text", ["a + ", r"a \cdot - b", r"\left(a", "a = b", r"\foo{a}", "d"])
def test_what_is_no_formula_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        Reader(text, (a, b)).whole()


def test_words_of_a_step_size_follow_its_formula() -> None:
    assert chosen(2 * a / b).sentence == r"\eta = \frac{2 a}{b}"
    assert chosen(sp.sqrt(2) * a, decay=sp.sqrt(b)).sentence == r"\eta_t = \sqrt{2 a^{2}} \left(\sqrt{b}\right)^{t - 1}"
    assert chosen(3 * a).sets == ((eta, 3 * a),)
