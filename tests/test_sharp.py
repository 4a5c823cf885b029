"""The functions M, rho, Q: the inequalities that define their place in the theory."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
import pytest

import alphalab as al
from alphalab.arrays import roundoff
from alphalab.claims import Bound
from alphalab.claims.case import gradient_case
from alphalab.claims.sharp import C

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


def largest(f: Callable[[Any], Any], low: Any, high: Any) -> Any:
    """The largest value on [low, high] in mpmath: a grid, then the golden section around its best point."""
    grid = [low + (high - low) * k / 300 for k in range(301)]
    best = max(range(301), key=lambda k: f(grid[k]))
    low, high, golden = grid[max(best - 1, 0)], grid[min(best + 1, 300)], (mpmath.sqrt(5) - 1) / 2
    for _ in range(60):
        a, b = high - golden * (high - low), low + golden * (high - low)
        low, high = (low, b) if f(a) > f(b) else (a, high)
    return max(f(grid[best]), f(low), f(high))


def exact_Q(alpha: float, n: float) -> Any:
    """The maximum over p of the two-level ratio, to 60 digits, searched in log p and in the log of the lower level."""
    a, size = mpmath.mpf(alpha), mpmath.mpf(n)

    def ratio(c: Any) -> Any:
        top = mpmath.sqrt(1 - (size - 1) * c**2)
        t_1, t = mpmath.tanh(a * top), mpmath.tanh(a * c)
        return (t_1**2 + (size - 1) * t**2) / (top * t_1 + (size - 1) * c * t)

    half = mpmath.log(min(1 / mpmath.sqrt(2 * (size - 1)), 800 / a))
    by_share = largest(
        lambda x: ratio(mpmath.sqrt((1 - mpmath.exp(x)) / (size - 1))), -mpmath.log(size), -mpmath.log(2)
    )
    return max(by_share, largest(lambda x: ratio(mpmath.exp(x)), half - 40, half))


@pytest.mark.parametrize("alpha", [1e-300, 1e-12, 1e-9, 1e-3, 1.0, 7.0, 1e3, 1e6, 1e8, 1e16, 1e120, 1e300])
def test_Q_is_the_one_dimensional_maximum_to_twelve_digits(alpha: float) -> None:
    sizes = (2.0, 3.0, 100.0, 80_001.0, 1e12)
    with mpmath.workdps(60):
        expected = [exact_Q(alpha, n) for n in sizes]
        found = [mpmath.mpf(float(q)) for q in al.Q(alpha, np.asarray(sizes))]
        assert max(abs(q / e - 1) for q, e in zip(found, expected, strict=True)) < 1e-12


def test_Q_at_its_limits() -> None:
    sizes = np.asarray([1.0, 2.0, 1e6, 1e12])
    np.testing.assert_array_equal(al.Q(1e-300, sizes), 1e-300)
    np.testing.assert_allclose(al.Q(1e300, sizes), sizes, rtol=1e-15)
    np.testing.assert_array_equal(al.Q(ALPHAS, 1), np.tanh(ALPHAS))


def test_a_Q_among_many_is_the_same_alone() -> None:
    many = al.Q(ALPHAS, SIZES)
    assert many.shape == (6, 13)
    np.testing.assert_array_equal(many, [[al.Q(a, n) for a in ALPHAS] for n in SIZES[:, 0]])
    np.testing.assert_array_equal(al.Q(np.tile(ALPHAS, 50), 7.0), np.tile(al.Q(ALPHAS, 7.0), 50))


@pytest.mark.parametrize("n", [2, 4, 16])
def test_no_vector_exceeds_Q(n: int) -> None:
    random = np.random.default_rng(n)
    u = np.abs(random.standard_t(1.0, (20_000, n)))
    u /= np.linalg.norm(u, axis=1, keepdims=True)
    for alpha in ALPHAS:
        squashed = np.tanh(alpha * u)
        ratio = np.sum(squashed**2, axis=1) / np.sum(u * squashed, axis=1)
        assert ratio.max() <= al.Q(alpha, n) * ROUND
        assert ratio.max() >= 0.5 * al.Q(alpha, n)


def steep_gradients(n: int) -> np.ndarray:
    """One coordinate and n - 1 equal ones, from the spike to the balanced vector, (G, n)."""
    c = np.concatenate([np.geomspace(1e-12, 1 / math.sqrt(n), 4000), np.linspace(0, 1 / math.sqrt(n), 400)])
    top = np.sqrt(np.maximum(1 - (n - 1) * c**2, c**2))
    return np.concatenate([top[:, None], np.broadcast_to(c[:, None], (len(c), n - 1))], axis=1)


@pytest.mark.parametrize("p", [1.02, 1.2, 1.5, 1.8, 1.95, 1.9999999])
def test_C_is_the_maximum_to_the_last_digits(p: float) -> None:
    """So that no z exceeds it: the root of the derivative, found at 40 digits."""
    with mpmath.workdps(40):
        q = mpmath.mpf(p)
        root = mpmath.findroot(
            lambda z: (q - 1) * z ** (q - 2) - (1 - z) ** (q - 1) - z ** (q - 1),
            (mpmath.mpf("1e-6"), mpmath.mpf("0.5")),
            solver="anderson",
        )
        most = (1 - root) ** q - root**q + q * root ** (q - 1)
        assert abs(C(p) / most - 1) <= roundoff(1, "float64")
    assert 1 <= C(p) <= 2 ** (2 - p)
    assert C(np.asarray([p, 2.0])).tolist() == [C(p), 1.0]


@pytest.mark.parametrize("alpha", [1e-3, 1.0, 1e2, 1e5, 1e6, 1e7, 1e8])
def test_the_lemma_of_the_best_iterate_holds_and_is_attained_at_every_steepness(alpha: float) -> None:
    lemma = al.claim("best-iterate-lemma")
    assert isinstance(lemma, Bound)
    for n in (2, 3, 50):
        check = lemma.check(gradient_case(al.AlphaGrad(alpha=alpha, epsilon=0.0), steep_gradients(n)))
        assert check.count("violated") == 0
        assert np.nanmax(check.tightness) > 1 - 1e-4


@pytest.mark.parametrize("name", ["M", "rho", "Q"])
@pytest.mark.parametrize(("alpha", "n", "field"), [(-1.0, 2, "alpha"), (np.nan, 2, "alpha"), (1.0, 0, "n")])
def test_misuse_names_the_field(name: str, alpha: float, n: float, field: str) -> None:
    with pytest.raises(ValueError, match=rf"{field} must be a finite number"):
        getattr(al, name)(alpha, n)
