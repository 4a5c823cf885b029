"""The figure of noise and momentum: its slopes are those of the bound, its short runs are those on file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from alphalab.arrays import roundoff
from alphalab.claims.theory.momentum_inside_rate import order
from alphalab.experiments import experiment, load, run
from alphalab.experiments.columns import Data, where
from alphalab.experiments.noise_and_momentum import curve, slope

FIGURES = Path(__file__).parents[1] / "figures"


@pytest.fixture(scope="module")
def stored() -> Data:
    return load(FIGURES, "noise-and-momentum")


@pytest.mark.parametrize(("p", "granted"), [(2.0, 0.03), (1.5, 0.03), (1.2, 0.05)])
def test_before_the_tanh_the_slope_is_that_of_the_bound(stored: Data, p: float, granted: float) -> None:
    """Over the last two doublings up to T = 2^16; no step of the curve rises."""
    one = curve(stored, p, "before")
    assert one["T"][-1] == 2**16
    assert abs(slope(one) - order(p)) <= granted
    assert np.all(np.diff(one["mean"]) < 0)


def test_after_the_tanh_there_is_a_floor(stored: Data) -> None:
    """Skewed noise: the mean ends at 1, flat, where the average of gradients is at a fifth of it."""
    after = curve(stored, 2.0, "after")
    assert abs(slope(after)) <= 0.03 and 1 <= after["mean"][-1] <= 1.1
    assert curve(stored, 2.0, "before")["mean"][-1] < after["mean"][-1] / 5


def test_short_runs_are_those_on_file(stored: Data) -> None:
    """A setting among fewer is the same setting: computed again up to T = 256."""
    again = run(experiment("noise-and-momentum"), quick=True)
    kept = where(stored, stored["T"] <= again["T"].max())
    for name in ("p", "momentum", "T"):
        np.testing.assert_array_equal(again[name], kept[name])
    np.testing.assert_allclose(again["mean"], kept["mean"], rtol=roundoff(256, "float64"))
