"""Bounds on expectations: violated, held or undecided by independent runs, and never by the noise itself."""

from __future__ import annotations

import functools
from dataclasses import replace

import numpy as np
import pytest
import sympy as sp
from wrong_constants import bound

from alphalab.claims import Bound, Case
from alphalab.claims.expectation import UNDECIDED, Expected
from alphalab.claims.facts import drawn
from alphalab.claims.facts.letters import expected_norm, measures
from alphalab.problems import Gaussian, Pareto, half_square

KEYS = ("momentum-inside", "momentum-inside-moments")


@functools.cache
def case(runs: int = 200) -> Case:
    method = drawn.averaging(np.asarray([0.0, 0.9]), 0.05)
    return drawn.drawn(method, half_square(), np.ones(1), Gaussian(0.5), 2.0, 16, runs=runs)


def mean_below(value: float) -> Expected:
    """The claim that E mean N is at most a number."""
    return Expected(
        key="mine",
        title="a number",
        source="me",
        left=expected_norm,
        right=sp.Float(value),
        quantities=measures(expected_norm),
    )


def test_runs_are_judged_by_their_mean_and_its_error() -> None:
    """Far above: holds. Far below: violated. At the mean itself: undecided, which says so."""
    one = case()
    means = np.cumsum(one.gradient_norm, axis=0) / np.arange(1, 17)[:, None, None]
    last = float(means[-1, 0].mean())
    for value, outcome in ((2.0, "holds"), (0.5 * last, "violated")):
        assert set(mean_below(value).check(one).outcome[-1]) == {outcome}
    at_the_mean = mean_below(last).check(one)
    assert at_the_mean.outcome[-1, 0] == "not applicable"
    assert at_the_mean.because == UNDECIDED


def test_more_runs_decide() -> None:
    """A number 2 % above the mean is undecided by 8 runs, and holds by 2,000."""
    exact = float(case(2000).gradient_norm.mean(axis=0)[0].mean())
    few, many = (mean_below(1.02 * exact).check(case(runs)).outcome[-1, 0] for runs in (8, 2000))
    assert (few, many) == ("not applicable", "holds")


def test_only_powers_of_two_are_judged() -> None:
    rows = np.any(mean_below(2.0).check(case()).applies, axis=1)
    assert [t for t in range(1, 17) if rows[t - 1]] == [1, 2, 4, 8, 16]


@pytest.mark.parametrize("key", KEYS)
def test_a_bound_lowered_below_the_largest_ratio_falls(key: str) -> None:
    """To 0.9 of the largest left/right of each case that is not all but attained."""
    claim = bound(key)
    for one in claim.own_cases():
        nearest = claim.check(one).nearest
        assert nearest is not None
        lowered = replace(claim, right=claim.right * sp.Float(0.9 * nearest))
        assert lowered.check(one).count("violated"), one.label


def test_noise_without_a_variance_gives_bounded_runs() -> None:
    """N moves by at most L eta sqrt M a step: its standard error exists where that of the noise does not."""
    law = Pareto(index=1.3).with_moment(1.2)
    one = drawn.drawn(drawn.averaging(np.asarray([0.5]), 0.05), half_square(), np.ones(1), law, 1.2, 64)
    assert np.max(np.abs(np.diff(one.gradient_norm, axis=0))) <= 0.05 * np.tanh(2.0) * (1 + 1e-12)
    assert np.max(one.declared["noise"]) > 5.0


def test_a_bound_without_runs_is_checked_row_by_row() -> None:
    one = replace(case(), declared={})
    assert mean_below(2.0).check(one).outcome.shape == one.gradient_norm.shape
    assert isinstance(mean_below(2.0), Bound)
