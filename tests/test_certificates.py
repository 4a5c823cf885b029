"""Laws of the interval certificates: what is true is confirmed without the prover, what is altered is refused."""

from __future__ import annotations

import ast
import copy
import json
import math
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import mpmath
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from alphalab.claims import certificates
from alphalab.claims.certificates import CERTIFICATES, checker, gaps, jets

FOLDER = Path(certificates.__file__).parent
ONE_VARIABLE = [name for name in CERTIFICATES if name != "concavity"]
SOUND = {
    "concavity": lambda c, a, x: math.tanh(a * x) - c * x * math.tanh(a),
    "ratio-decreases": lambda c, t: math.tanh(t) - c * t / math.cosh(t) ** 2,
    "phi-concave": lambda c, t: math.tanh(t) - c * t * (1 - 3 * math.tanh(t) ** 2),
    "psi-concave": lambda c, t: math.tanh(t) - c * t * (1 - 2 * t * math.tanh(t)) / math.cosh(t) ** 2,
    "below-identity": lambda c, t: t * math.tanh(t) - c * math.tanh(t) ** 2,
}


def stored(name: str) -> dict[str, Any]:
    return json.loads(certificates.stored(name))


def refused(certificate: Any, match: str, **how: Any) -> None:
    with pytest.raises(ValueError, match=match) as error:
        checker.check(certificate, **how)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("name", CERTIFICATES)
def test_what_is_shipped_is_confirmed(name: str) -> None:
    assert certificates.recheck(name) is True
    assert len(certificates.stored(name)) < 50_000


def test_an_unknown_name_is_an_error() -> None:
    for ask in (certificates.recheck, certificates.prove, certificates.stored):
        with pytest.raises(ValueError, match="concavity"):
            ask("concavty")


def test_the_checker_knows_nothing_of_the_prover() -> None:
    allowed = {"json", "re", "collections", "dataclasses", "fractions", "itertools", "types", "typing", "mpmath"}
    own = {f"alphalab.claims.certificates.{name}" for name in ("gaps", "jets")}
    for module in (checker, gaps, jets):
        nodes = ast.walk(ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8")))
        named = {node.module for node in nodes if isinstance(node, ast.ImportFrom)} - {"__future__"}
        named |= {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
        assert {str(name).partition(".")[0] for name in named - own} <= allowed


@pytest.mark.parametrize("name", CERTIFICATES)
def test_without_any_one_box_it_is_refused(name: str) -> None:
    whole = stored(name)
    for gone in range(len(whole["boxes"])):
        rest = whole["boxes"][:gone] + whole["boxes"][gone + 1 :]
        refused(whole | {"boxes": rest}, "uncovered" if rest else "some boxes")


@pytest.mark.parametrize("name", CERTIFICATES)
def test_any_bound_nudged_up_is_refused(name: str) -> None:
    whole = stored(name)
    for nudged in range(len(whole["boxes"])):
        boxes = copy.deepcopy(whole["boxes"])
        box = boxes.pop(nudged)
        bound = Fraction(box["bound"]) * Fraction(10001, 10000)
        refused(whole | {"boxes": [box | {"bound": str(bound)}, *boxes]}, "box 0.*not confirmed")
    bound = str(Fraction(whole["tail"]["bound"]) + Fraction(1, 1000))
    refused(whole | {"tail": whole["tail"] | {"bound": bound}}, "tail")


@pytest.mark.parametrize("name", CERTIFICATES)
def test_the_claim_swapped_is_refused(name: str) -> None:
    whole = stored(name)
    for other in CERTIFICATES:
        if other != name:
            refused(whole, "expected", claim=other)
            refused(whole | {"claim": other}, "states")
            borrowed = {key: stored(other)[key] for key in ("claim", "statement", "variables")}
            refused(whole | borrowed | {"tail": whole["tail"]}, "tail|sides")
    refused(whole | {"statement": whole["statement"].replace("all", "some")}, "states")


@pytest.mark.parametrize("name", CERTIFICATES)
def test_truncated_or_garbled_text_is_refused(name: str) -> None:
    text = certificates.stored(name).rstrip()
    for end in range(0, len(text), max(1, len(text) // 97)):
        refused(text[:end], "JSON")
    refused("[" * 100_000, "JSON")
    refused(text.replace('"boxes"', '"bokses"'), "keys")
    refused(text.replace('"rule"', '"role"', 1), "box needs")


@pytest.mark.parametrize(
    "change",
    [
        {"bound": "1e-999999999"},
        {"bound": "0"},
        {"bound": "-1"},
        {"bound": 0.1},
        {"bound": "nan"},
        {"box": [["0", "1/0"]]},
        {"box": [["1/4", "0"]]},
        {"box": [["0", "1/4"], ["0", "1"]]},
        {"box": "01"},
        {"box": [["0", "1/4", "1"]]},
        {"rule": "because I say so"},
        {"rule": "alpha = 0"},
        {"rule": "x = 0"},
        {"rule": "inside"},
        {"rule": ["edge"]},
        {"order": "2"},
        {"order": "0"},
        {"order": "-1"},
        {"order": "4"},
        {"order": None},
    ],
)
def test_a_box_that_says_something_else_is_refused(change: dict[str, Any]) -> None:
    whole = stored("ratio-decreases")
    refused(whole | {"boxes": [whole["boxes"][0] | change, *whole["boxes"][1:]]}, "box|bound|number|uncovered")


@pytest.mark.parametrize("change", [{"tail": None}, {"factor": 1}, {"factor": "2"}, {"boxes": {}}, {"claim": ["x"]}])
def test_a_certificate_of_another_shape_is_refused(change: dict[str, Any]) -> None:
    refused(stored("phi-concave") | change, ".")
    refused([stored("phi-concave")], "object")


@pytest.mark.parametrize("factor", [Fraction(1001, 1000), Fraction(101, 100)])
@pytest.mark.parametrize("name", CERTIFICATES)
def test_a_false_inequality_is_refused_by_the_checker(name: str, factor: Fraction) -> None:
    forged = stored(name)
    forged |= {"factor": str(factor), "statement": forged["statement"].replace(">= ", f">= {factor} ", 1)}
    refused(forged, "not confirmed", factor=factor)
    refused(forged, "states", claim=name)


@pytest.mark.parametrize("factor", [Fraction(1001, 1000), Fraction(101, 100)])
@pytest.mark.parametrize("name", CERTIFICATES)
def test_a_false_inequality_is_refused_by_the_prover_at_a_point(name: str, factor: Fraction) -> None:
    pytest.importorskip("flint")
    from alphalab.claims.certificates.prover import ViolatedError, prove

    with pytest.raises(ViolatedError, match="violated at") as error:
        prove(name, factor)
    place = str(error.value).removeprefix("violated at ").partition(":")[0]
    point = [Fraction(part.partition(" = ")[2]) for part in place.split(", ")]
    assert SOUND[name](float(factor), *map(float, point)) < 0


def test_what_is_true_but_out_of_reach_is_undecided() -> None:
    pytest.importorskip("flint")
    from alphalab.claims.certificates.prover import UndecidedError, prove

    with pytest.raises(UndecidedError, match="undecided"):  # no rule for alpha = 0 where c < 1
        prove("concavity", Fraction(999, 1000))


@pytest.mark.parametrize("name", ONE_VARIABLE)
def test_a_weaker_inequality_gets_a_certificate_of_its_own(name: str) -> None:
    pytest.importorskip("flint")
    from alphalab.claims.certificates.prover import prove

    factor = Fraction(9, 10)
    assert checker.check(json.dumps(prove(name, factor)), name, factor)
    refused(prove(name, factor), "states", claim=name)


def test_proving_again_gives_what_is_shipped(tmp_path: Path) -> None:
    flint = pytest.importorskip("flint")
    before = flint.ctx.prec
    certificates.write_all(tmp_path)
    assert flint.ctx.prec == before
    assert {file.name for file in tmp_path.iterdir()} == {file.name for file in FOLDER.glob("*.json")}
    for name in CERTIFICATES:
        assert (tmp_path / f"{name}.json").read_bytes() == (FOLDER / f"{name}.json").read_bytes()


def test_without_flint_the_extra_is_named_and_the_checker_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "flint", None)
    with pytest.raises(ModuleNotFoundError, match=r'pip install -e "\.\[proof\]"'):
        certificates.prove("concavity")
    assert certificates.recheck("phi-concave")


def test_the_global_precision_is_left_alone() -> None:
    before = (mpmath.iv.prec, mpmath.mp.prec)
    certificates.recheck("psi-concave")
    assert (mpmath.iv.prec, mpmath.mp.prec) == before


@pytest.mark.parametrize("name", CERTIFICATES)
@given(place=st.tuples(st.floats(0.1, 6), st.floats(0, 1)), factor=st.fractions(0, 2, max_denominator=100))
def test_the_formulas_of_the_checker_are_those_of_the_claim(
    name: str, place: tuple[float, float], factor: Fraction
) -> None:
    A, gap = jets.Arithmetic(), gaps.GAPS[name]
    point = [A.iv.mpf(value) for value in place[: len(gap.variables)]]
    expected = SOUND[name](float(factor), *place[: len(gap.variables)])
    assert float(gap.gap(A, A.number(factor), *point).mid) == pytest.approx(expected, rel=1e-9, abs=1e-12)
    if gap.far:
        far = gap.far(A, A.number(factor), point[0], 1 - point[1])
        assert float(far.mid) == pytest.approx(expected, rel=1e-9, abs=1e-12)


@given(start=st.floats(-3, 3))
def test_jets_are_taylor_coefficients(start: float) -> None:
    pytest.importorskip("flint")
    from alphalab.claims.certificates import spans

    A = jets.Arithmetic()
    found = A.tanh(A.jet(A.iv.mpf(start), 5)).c
    with mpmath.workprec(150):
        expected = mpmath.taylor(mpmath.tanh, start, 5)
    series = spans.tanh(spans.Series.variable(spans.as_span(Fraction(start)), 5)).terms
    for k in range(6):
        assert float(found[k].mid) == pytest.approx(float(expected[k]), rel=1e-9, abs=1e-12)
        assert float(series[k].lo.mid()) == pytest.approx(float(expected[k]), rel=1e-9, abs=1e-12)


def test_the_reductions_to_one_variable() -> None:
    s, alpha, t, x = sp.symbols("s alpha t x", positive=True)
    h, sech2 = sp.tanh(t), 1 - sp.tanh(t) ** 2
    phi = sp.diff(sp.tanh(alpha * sp.sqrt(s)) ** 2, s, 2).subs(s, t**2 / alpha**2)
    psi = sp.diff(sp.sqrt(s) * sp.tanh(alpha * sp.sqrt(s)), s, 2).subs(s, t**2 / alpha**2)
    assert sp.simplify(phi + alpha**4 * sech2 / (2 * t**3) * (h - t * (1 - 3 * h**2))) == 0
    assert sp.simplify(psi + alpha**3 / (4 * t**3) * (h - t * sech2 * (1 - 2 * t * h))) == 0
    assert sp.simplify(sp.diff(h / t, t) + (h - t * sech2) / t**2) == 0

    third, fourth = (sp.Lambda(t, sp.diff(h, t, k)) for k in (3, 4))
    gap = sp.tanh(alpha * x) - x * sp.tanh(alpha)
    assert sp.simplify(sp.diff(gap, alpha, 3) - x * (x**2 * third(alpha * x) - third(alpha))) == 0
    steep = -2 * third(alpha * x) - alpha * x * fourth(alpha * x)
    assert sp.simplify(sp.diff(x**2 * third(alpha * x), x) + x * steep) == 0
