"""docs/learning_rate.md is what docs/build.py measures, and its promises are kept."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from typing import Any

import pytest

DOCS = Path(__file__).parents[1] / "docs"


@pytest.fixture(scope="module")
def build() -> Any:
    spec = importlib.util.spec_from_file_location("build_docs", DOCS / "build.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_what_is_measured(build: Any) -> None:
    """To one unit of the last digit shown: tanh may differ by an ulp from processor to processor."""
    number = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?:e-?\d+)?")
    found, wanted = (DOCS / "learning_rate.md").read_text(encoding="utf-8"), build.page()
    assert number.sub("#", found) == number.sub("#", wanted)
    for shown, measured in zip(number.findall(found), number.findall(wanted), strict=True):
        digits = len(measured.partition("e")[0].replace(".", "").lstrip("0"))
        assert float(shown) == pytest.approx(float(measured), rel=1.1 * 10.0 ** (1 - digits) if "." in measured else 0)


def test_the_effective_steps_are_those_of_theory(build: Any) -> None:
    """signSGD steps 1, normalised GD 1/sqrt(n), heavy ball a persistent direction 1/(1 - gamma) times, Adam 0.229."""
    steps = {(name, of): (noise, held) for name, of, noise, held in build.rows()}
    assert steps["signSGD", "any"] == (1.0, 1.0)
    assert steps["normalised GD", "64 x 64"] == pytest.approx((1 / 64, 1 / 64), rel=1e-6)
    alone, heavy = (steps[f"AlphaGrad, k = 2{end}", "any"] for end in ("", ", momentum 0.9"))
    assert heavy[1] == pytest.approx(10 * alone[1], rel=1e-6)
    assert heavy[0] == pytest.approx(alone[0] / (1 - 0.81) ** 0.5, rel=0.02)  # independent directions
    assert steps["Adam(0.9, 0.999)", "any"] == pytest.approx((0.229, 1.0), rel=0.02)  # sqrt((1 - b1)/(1 + b1))
