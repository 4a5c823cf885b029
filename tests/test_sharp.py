"""The functions M, rho, Q: the inequalities that define their place in the theory."""

from __future__ import annotations

import numpy as np
import pytest

import alphalab as al
from alphalab.arrays import roundoff

ALPHAS = np.geomspace(1e-3, 1e3, 13)
SIZES = np.asarray([[1.0], [2.0], [3.0], [10.0], [100.0], [1000.0]])
ROUND = 1 + roundoff(1000, "float64")


def test_M_lies_between_its_bounds() -> None:
    M = al.M(ALPHAS, SIZES)
    assert np.all(np.tanh(ALPHAS) ** 2 <= M * ROUND)
    assert np.all(np.minimum(SIZES, ALPHAS**2) * ROUND >= M)


def test_rho_grows_with_alpha_from_1_to_n() -> None:
    rho = al.rho(ALPHAS, SIZES)
    assert np.all((rho * ROUND >= 1) & (rho <= SIZES * ROUND))
    assert np.all(np.diff(rho, axis=1) >= -roundoff(1000, "float64") * rho[:, 1:])
    assert al.rho(1e-170, 4) == 1.0


def test_Q_lies_between_its_bounds() -> None:
    M, Q = al.M(ALPHAS, SIZES), al.Q(ALPHAS, SIZES)
    assert np.all(np.sqrt(M) <= Q * ROUND)
    assert np.all(np.minimum(ALPHAS, M / np.tanh(ALPHAS)) * ROUND >= Q)
    assert np.all(np.abs(Q[0] - np.tanh(ALPHAS)) <= np.tanh(ALPHAS) * roundoff(1, "float64"))


@pytest.mark.parametrize("n", [2, 4, 16])
def test_no_vector_exceeds_Q(n: int) -> None:
    random = np.random.default_rng(n)
    u = np.abs(random.standard_t(1.0, (20_000, n)))
    u /= np.linalg.norm(u, axis=1, keepdims=True)
    for alpha in ALPHAS:
        squashed = np.tanh(alpha * u)
        ratio = np.sum(squashed**2, axis=1) / np.sum(u * squashed, axis=1)
        assert ratio.max() <= al.Q(alpha, n) * (1 + 1e-8), "Q is known to 9 digits, rounded up in the eighth"
        assert ratio.max() >= 0.5 * al.Q(alpha, n)


@pytest.mark.parametrize("name", ["M", "rho", "Q"])
@pytest.mark.parametrize(("alpha", "n", "field"), [(-1.0, 2, "alpha"), (np.nan, 2, "alpha"), (1.0, 0, "n")])
def test_misuse_names_the_field(name: str, alpha: float, n: float, field: str) -> None:
    with pytest.raises(ValueError, match=rf"{field} must be a finite number"):
        getattr(al, name)(alpha, n)
