"""Laws of what survives of no member: lines and M^ are certified and tight, twenty published sigma are decided."""

from __future__ import annotations

import dataclasses
import importlib
import importlib.util
import json
import sys
import time
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sympy as sp

import alphalab as al
from alphalab.claims import family, two_lines
from alphalab.claims.certificates import balls, boxes, cases, extremes
from alphalab.claims.nonlinearity import Quintic, U, elementwise, parsed
from alphalab.claims.published import PUBLISHED, SIDE, Published
from alphalab.cli import main
from alphalab.experiments import EXPERIMENTS, experiment, load, run
from alphalab.optimizers.muon import quintic

pytest.importorskip("flint")

ROOT = Path(__file__).parents[1]
LONGEST = 5.0  # seconds for each
GRID = np.concatenate([np.geomspace(1e-8, 1e-2, 40_000), np.linspace(1e-2, 1, 160_000)])
OTHERS = ("2*tanh(u) - u", "sin(4*tanh(u))", "sign(u)*Max(sin(abs(u))/2, 9*abs(u)/20)", "sin(3*u)")
every = pytest.mark.parametrize("one", PUBLISHED, ids=[one.name for one in PUBLISHED])


def newton_schulz(times: int) -> str:
    """The quintic composed with itself."""
    return "quintic(" * times + "u" + ")" * times


@pytest.fixture(scope="module")
def rows() -> dict[str, dict[str, Any]]:
    return {one.name: one.row() for one in PUBLISHED}


# ---------------------------------------------------------------- the twenty


@every
def test_each_is_decided_in_time(one: Published) -> None:
    before = time.process_time()
    row = dataclasses.replace(one).row()
    assert time.process_time() - before < LONGEST
    assert row["verdict"] == "member" or row["verdict"].startswith("not ")
    assert row["a"] > 0 and np.isfinite([row["c"], row["components"], row["singular values"]]).all()


def test_there_are_twenty_and_three_are_no_members(rows: dict[str, dict[str, Any]]) -> None:
    assert len(rows) == len(PUBLISHED) == 20
    assert {name: row["verdict"] for name, row in rows.items() if row["verdict"] != "member"} == {
        "Newton-Schulz, 5 times": "not increasing at u = 1, not concave at u = 0.5",
        "looped tanh": "not increasing at u = 1, not concave at u = 0.75",
        "Gaussian derivative": "not increasing at u = 1",
    }


@every
def test_the_lines_hold_on_a_grid_and_are_met(one: Published, rows: dict[str, dict[str, Any]]) -> None:
    """In floats: a u <= sigma <= b u, sigma <= c; each, moved by 1e-5, is broken at a point."""
    a, b, c = (rows[one.name][letter] for letter in "abc")
    sigma = one.certificate.function(GRID) * np.ones_like(GRID)
    slopes, granted = sigma / GRID, 1e-12 + 4e-16 / GRID  # log(1 + u) cancels
    assert np.all(slopes >= a * (1 - granted)) and np.all(slopes <= b * (1 + granted))
    assert np.all(sigma <= c * (1 + 1e-12))
    assert np.any(slopes < a * (1 + 1e-5)) and np.any(sigma > c * (1 - 1e-5))
    assert np.isinf(b) or np.any(slopes > b * (1 - 1e-5))


@every
@pytest.mark.parametrize("n", [1, 2, 4, 64, 1024])
def test_no_point_of_the_ball_is_above_what_replaces_M(one: Published, n: int) -> None:
    """sum sigma(u_i)^2 <= (a price)^2 for ||u|| <= 1: equal and sparse components, at every radius, and random ones."""
    found, rng = one.certificate, np.random.default_rng(n)
    most = (found.price(n) * found.lines[0]) ** 2
    radii = np.concatenate([np.geomspace(1e-4, 1, 2000), np.linspace(0.01, 1, 2000)])
    for k in {1, max(n // 7, 1), max(n // 2, 1), n}:
        assert np.all(k * found.function(radii / np.sqrt(k)) ** 2 <= most * (1 + 1e-12)), k
    u = np.abs(rng.standard_t(1.5, (300, n)))
    u *= (rng.random(300) ** 0.2 / np.linalg.norm(u, axis=1))[:, None]
    assert np.all(np.sum(found.function(u) ** 2, axis=1) <= most * (1 + 1e-12))


def test_the_table_of_newton_schulz(rows: dict[str, dict[str, Any]]) -> None:
    """a is the theory's to its last digit, b is 3.4445^k, c the top of the quintic, for k = 1 to 5."""
    for times, least in enumerate((0.701000, 0.892318, 0.711773, 0.831386, 0.696436), 1):
        a, b, c = two_lines.lines(parsed(newton_schulz(times)))
        assert a == pytest.approx(least, abs=5.1e-7)
        assert b == pytest.approx(3.4445**times, rel=2e-7) and b >= 3.4445**times
        assert c == pytest.approx(1.202369, abs=5e-7)
    five = rows["Newton-Schulz, 5 times"]
    assert (five["a"], five["b"], five["c"]) == pytest.approx((0.696436, 484.8763, 1.202369), rel=1e-6)
    assert five["best iterate"] == pytest.approx(13.2, abs=0.05)
    assert five["singular values"] == pytest.approx(1.202369 * SIDE**0.5 / 0.696436, rel=1e-5)


def test_where_sigma_falls_the_concave_envelope_alone_is_broken() -> None:
    """n = 4: four equal components at the top of sigma, ||u|| < 1, exceed 4 times the concave envelope at 1/4."""
    sigma = elementwise(parsed(newton_schulz(5)))(GRID)
    s, phi, n = GRID**2, sigma**2, 4
    slopes = np.linspace(-5, 5, 2001)
    envelope = n * min(float(np.max(phi - k * (s - 1 / n))) for k in slopes)
    place = int(np.argmax(np.where(n * s < 1, phi, 0)))
    assert n * s[place] < 1 and n * phi[place] > envelope * 1.02
    known = two_lines.lines(parsed(newton_schulz(5)))
    assert n * phi[place] <= two_lines.envelope(parsed(newton_schulz(5)), known, n)


def test_the_spectral_reading_is_the_vector_one_of_the_singular_values() -> None:
    """Muon's own quintic on a matrix squashes its singular values by the sigma of the table."""
    rng = np.random.default_rng(0)
    values = np.asarray([0.7, 0.5, 0.3, 0.01])
    left, right = (np.linalg.qr(rng.standard_normal((4, 4)))[0] for _ in range(2))
    matrix = (left * values) @ right.T
    mapped = quintic(matrix.reshape(-1), (4, 4), 5).reshape(4, 4)
    sigma = elementwise(parsed(newton_schulz(5)))
    np.testing.assert_allclose(left.T @ mapped @ right, np.diag(sigma(values)), atol=1e-12)


# ---------------------------------------------------------------- any sigma


@pytest.mark.parametrize("text", OTHERS)
def test_what_survives_of_others_holds(text: str) -> None:
    found = family.certify(text)
    assert not found.holds and found.survives
    a, b, c = found.lines
    sigma = found.function(GRID)
    assert np.all(sigma >= a * GRID * (1 - 1e-12)) and np.all(sigma <= b * GRID * (1 + 1e-12)) and sigma.max() <= c
    assert "what survives: " in family.report(found) and found.as_dict()["survives"]["a"] == a


@pytest.mark.parametrize("text", ["u**3", "exp(u)", "sign(u) - u", "sin(4*u)", "-u", "1/u"])
def test_what_is_not_between_two_lines_has_nothing(text: str) -> None:
    found = family.certify(text)
    assert not found.survives and found.price(4) == np.inf and found.best_price == np.inf
    assert "nothing survives" in family.report(found) and found.as_dict()["survives"] == {}


def test_a_dimension_is_told_with_its_price() -> None:
    assert "at n = 10: sqrt(M^)/a = 2.45" in family.report(family.certify("u*exp(-u**2)", 10))
    with pytest.raises(ValueError, match="has no numbers"):
        _ = family.certify("tanh(a*u)**3", positive="a").lines


def test_the_quintic_is_its_polynomial() -> None:
    u = sp.Symbol("u", real=True)
    a, b, c = Quintic.COEFFICIENTS
    assert [str(one) for one in Quintic.COEFFICIENTS] == ["6889/2000", "-191/40", "4063/2000"]
    assert sp.expand(Quintic(u).diff(u, 2) - sp.diff(a * u + b * u**3 + c * u**5, u, 2)) == 0
    assert Quintic(-u) == -Quintic(u) and Quintic(sp.S.Zero) == 0
    assert float(sp.N(Quintic(sp.Rational(1, 3)))) == pytest.approx(3.4445 / 3 - 4.775 / 27 + 2.0315 / 243)
    assert family.certify("quintic(u)").odd == "proved"


def test_the_image_of_the_quintic_is_an_image() -> None:
    """On random boxes, wide and narrow: it holds every value, and no more than rounding beyond them."""
    flint, rng = pytest.importorskip("flint"), np.random.default_rng(0)
    with flint.ctx.workprec(balls.BITS):
        for low, high in np.sort(rng.random((50, 2)) * 1.25, axis=1):
            box = boxes.Box(Fraction(low), Fraction(high))
            image = balls.series(parsed("quintic(u)").subs(U, balls.POSITIVE), box.ball, 3)
            values = elementwise(parsed("quintic(u)"))(np.linspace(low, high, 4001))
            assert float(image[0].lower()) <= values.min() + 1e-12 and values.max() - 1e-12 <= float(image[0].upper())
            assert float(image[0].upper() - image[0].lower()) <= np.ptp(values) + 1e-5
            slopes = np.gradient(values, np.linspace(low, high, 4001))
            assert float(image[1].lower()) <= slopes.min() and slopes.max() <= float(image[1].upper())


@pytest.mark.parametrize(
    ("text", "top"), [("sin(5*u)", 1.0), ("u*(1 - u)", 0.25), ("u", 1.0), ("Min(u, 1/3)", 1 / 3), ("-u", 0.0)]
)
def test_the_largest_value_is_between_its_bounds(text: str, top: float) -> None:
    low, high = extremes.largest(extremes.Values(cases.cases(parsed(text).subs(U, balls.POSITIVE))))
    assert low <= top <= high
    assert high == np.inf if text == "-u" else high - low <= 1e-7 * top


# ---------------------------------------------------------------- the command, the figure, the page


def test_the_command_prints_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["certify", "--table"]) == 0
    out = capsys.readouterr().out
    assert all(one.name in out for one in PUBLISHED) and "484.876" in out
    assert main(["certify", "--table", "--json"]) == 0
    assert [row["name"] for row in json.loads(capsys.readouterr().out)] == [one.name for one in PUBLISHED]


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["--table", "u"], "--table stands alone"),
        (["--table", "--dim", "3"], "--table stands alone"),
        ([], "SIGMA is missing"),
        (["-tanh(u)"], 'certify -- "-tanh(u)"'),
    ],
)
def test_misuse_is_one_line(argv: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["certify", *argv]) == 2
    err = capsys.readouterr().err
    assert said in err and err.count("\n") == 1


def test_the_figure_on_file_is_the_table(rows: dict[str, dict[str, Any]]) -> None:
    shown = {one["name"]: one for one in experiment("nonlinearities").summary(load(ROOT / "figures", "nonlinearities"))}
    assert list(shown) == list(rows)
    for name, row in rows.items():
        for letter in ("a", "b", "c", "components", "singular values"):
            told = shown[name][letter]
            assert told == ("infinite" if np.isinf(row[letter]) else f"{row[letter]:.6g}")


def test_the_page_is_written_from_the_figure(tmp_path: Path) -> None:
    pytest.importorskip("sphinx", reason='the documentation needs the extra "docs"')
    spec = importlib.util.spec_from_file_location("docs_build", ROOT / "docs" / "build.py")
    assert spec is not None and spec.loader is not None
    build = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(build)
    build.nonlinearities(tmp_path)
    page = (tmp_path / "nonlinearities.md").read_text(encoding="utf-8")
    assert sum(line.startswith("| ") for line in page.splitlines()) == 22
    assert all(f"| {one.name} | " in page for one in PUBLISHED) and "484.876" in page


def test_what_a_figure_lacks_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without flint the figure is left as it is; asked for by name it is an error of one line."""
    monkeypatch.setitem(sys.modules, "flint", None)
    with pytest.raises(ModuleNotFoundError, match=r"nonlinearities needs flint; install the extra: .*\[proof\]"):
        run(experiment("nonlinearities"), quick=True)
    assert main(["figures", "nonlinearities", "--quick", "--jobs", "1", "--out", str(tmp_path)]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    chosen = tuple(one for one in EXPERIMENTS if one.key in ("nonlinearities", "price-of-tanh"))
    monkeypatch.setattr("alphalab.experiments.EXPERIMENTS", chosen)
    assert main(["figures", "--quick", "--jobs", "1", "--out", str(tmp_path)]) == 0
    assert capsys.readouterr().err == f"left as it is: {al.experiment('nonlinearities').lacks()}\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["price-of-tanh.csv", "price-of-tanh.svg"]
