"""Constants that a problem does not give: computed as the problems of the lab know them, or proposed and called so."""

from __future__ import annotations

import numpy as np
import pytest

import alphalab as al


def bare(name: str) -> tuple[al.CustomProblem, al.Constants]:
    """A problem of the registry without its constants, and these."""
    known = al.problem(name)
    plain = al.CustomProblem(value=known.value, gradient=known.gradient, n=known.n, x0=known.start(), name=name)
    return plain, known.constants


@pytest.mark.parametrize("name", ["quadratic", "quadratic-diagonal"])
def test_of_a_quadratic_everything_is_computed(name: str) -> None:
    plain, known = bare(name)
    found = al.estimate(plain)
    assert found.constants.estimated == ()
    for constant in ("L", "mu", "pl"):
        assert getattr(found.constants, constant) == pytest.approx(getattr(known, constant), rel=1e-12)
    np.testing.assert_allclose(found.constants.x_star, known.x_star, atol=1e-12)
    assert found.how["L"].startswith("computed")


@pytest.mark.parametrize("name", ["pl-sine", "rastrigin-rotated", "logistic-ridge", "huber"])
def test_what_is_met_lies_within_what_is_true(name: str) -> None:
    plain, known = bare(name)
    found = al.estimate(plain).constants
    assert {"L", "f_inf"} <= set(found.estimated)
    assert found.L is not None
    assert 0.5 * known.L < found.L <= known.L * (1 + 1e-6)
    assert found.f_inf is not None
    assert found.f_inf >= known.f_inf - 1e-9
    if known.mu:
        assert found.mu >= known.mu * (1 - 1e-6)


def test_of_a_linear_model_the_design_says_more() -> None:
    plain, known = bare("logistic")
    design = al.problem("logistic").A
    found = al.estimate(plain, design=design, curvature=(0.0, 0.25))
    assert np.isclose(found.constants.L, known.L)
    assert not {"L", "convex", "lipschitz"} & set(found.constants.estimated)
    assert "f_inf" in found.constants.estimated
    with pytest.raises(ValueError, match="not those of the problem"):
        al.estimate(plain, design=design, curvature=(0.0, 0.05))
    with pytest.raises(ValueError, match="has 2 columns"):
        al.estimate(plain, design=np.ones((5, 2)), curvature=(0.0, 0.25))


def test_what_is_given_stays() -> None:
    given = al.CustomProblem(value=lambda x: np.cos(x).sum(-1), gradient=lambda x: -np.sin(x), n=2, L=5.0)
    found = al.estimate(given)
    assert found.constants.L == 5.0
    assert found.how["L"] == "given"
    assert found.constants.estimated == ("f_inf", "lipschitz")
    assert "f_inf" in repr(found)
    run = al.simulate(al.AlphaGrad(), found, found.start(), 5)
    np.testing.assert_array_equal(run.value, al.simulate(al.AlphaGrad(), given, given.start(), 5).value)


def test_a_function_without_a_least_value_has_none() -> None:
    falling = al.CustomProblem(value=lambda x: x[..., 0], gradient=np.ones_like, n=1)
    assert al.estimate(falling).constants.f_inf is None
