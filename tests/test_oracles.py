"""Oracles: stochastic gradients as pure functions of a key, the same for all runs, engines and libraries."""

from __future__ import annotations

import math
from itertools import pairwise
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from scipy import stats
from scipy.integrate import quad

import alphalab as al
from alphalab.arrays import to_numpy
from alphalab.problems.laws import Law, threefry, uniform

RNG = np.random.default_rng(0)
REFERENCES: dict[str, Any] = {
    "gaussian": stats.norm().cdf,
    "student": stats.t(3.0).cdf,
    "pareto": lambda z: stats.pareto(3.0).cdf(z + 1.5),
    "skewed": lambda z: np.where(z >= 3, 1.0, np.where(z >= -1, 0.75, 0.0)),
}
VALUES = {"skewed": {3.0: 0.25, -1.0: 0.75}, "sparse": {0.0: 0.9, 1 / math.sqrt(0.1): 0.05, -1 / math.sqrt(0.1): 0.05}}
DATA = ("logistic-ridge", "least-squares-diabetes", "softmax-digits", "tanh-network", "network-digits")


def drawn(law: Law, steps: int = 40, n: int = 500, seed: int = 3) -> np.ndarray:
    """z of these steps and coordinates, (steps, n)."""
    return np.array([law.shape(*map(uniform, threefry(seed, t, np.arange(n)))) for t in range(steps)])


def test_threefry_gives_the_known_answers() -> None:
    """Of Random123's file of known answers, threefry2x32 with 20 rounds."""
    ones = 2**32 - 1
    a, b = threefry(ones << 32 | ones, ones, np.array([ones]))
    assert (f"{int(a[0]):08x}", f"{int(b[0]):08x}") == ("1cb996fc", "bb002be7")
    seed, t, i = 0x03707344 << 32 | 0x13198A2E, 0x243F6A88, np.array([0x85A308D3])
    a, b = threefry(seed, t, i)
    assert (f"{int(a[0]):08x}", f"{int(b[0]):08x}") == ("c4923a9c", "483df7a0")


@pytest.mark.parametrize("law", al.LAWS, ids=lambda law: law.name)
def test_a_law_is_what_it_is_called(law: type[Law]) -> None:
    z = drawn(law()).ravel()
    if law.name in VALUES:
        assert set(z) == set(VALUES[law.name])
        for value, chance in VALUES[law.name].items():
            assert stats.binomtest(int((z == value).sum()), z.size, chance).pvalue > 1e-3
    else:
        assert stats.kstest(z, REFERENCES[law.name]).pvalue > 1e-3
    assert law(2.0).scale == 2.0
    assert abs(np.mean(z)) < 6 * np.std(z) / math.sqrt(z.size)  # E z = 0


@pytest.mark.parametrize("p", [0.7, 1.0, 1.2, 1.5, 2.0])
@pytest.mark.parametrize("law", al.LAWS, ids=lambda law: law.name)
def test_a_moment_is_the_integral_over_the_uniform_numbers(law: type[Law], p: float) -> None:
    """By scipy's quadrature: of the smallest u apart, where z is largest; v enters as a cosine or a sign."""
    z = law(2.0)
    cosine = quad(lambda v: abs(math.cos(2 * math.pi * v)) ** p, 0, 0.25)[0] * 4
    mean = cosine if law.name in ("gaussian", "student") else 1.0
    ends = [0.0, 1e-9, 1e-6, 1e-3, 0.1, 0.25, (1 - 1 / 3.0) ** 3.0, 0.5, 1.0]
    at_0 = np.zeros(1)
    size = [quad(lambda u: float(abs(z.shape(np.array([u]), at_0)[0])) ** p, a, b)[0] for a, b in pairwise(ends)]
    assert z.moment(p) == pytest.approx(2**p * mean * sum(size), rel=1e-5)
    assert z.with_moment(p, 5.0).moment(p) ** (1 / p) == pytest.approx(5.0, rel=1e-12)


@pytest.mark.parametrize("law", [al.Student(freedom=1.5), al.Pareto(index=1.5)])
def test_a_law_without_a_moment_says_so(law: Law) -> None:
    assert law.moment(1.5) == math.inf
    with pytest.raises(ValueError, match="has no moment of order"):
        law.with_moment(1.5)


def test_noise_of_other_steps_coordinates_and_seeds_is_other_noise() -> None:
    z = drawn(al.Gaussian(), 200, 200)
    other = drawn(al.Gaussian(), 200, 200, seed=4)
    for a, b in ((z[1:], z[:-1]), (z[:, 1:], z[:, :-1]), (z, other), (z, z.T), (z[:-1], other[1:])):
        assert abs(np.mean(a * b)) < 5 / math.sqrt(a.size)


@pytest.mark.parametrize("law", al.LAWS, ids=lambda law: law.name)
def test_noise_is_added_to_the_gradient_and_the_value_is_the_full_one(law: type[Law]) -> None:
    bowl = al.problem("quadratic")
    noisy = al.Noisy(bowl, law(0.5), seed=7)
    x = RNG.standard_normal((3, 2, bowl.n))
    f, g = noisy.sample(x, 5)
    np.testing.assert_array_equal(f, bowl.value(x))
    z = (g - bowl.gradient(x)) / 0.5
    np.testing.assert_allclose(z, np.broadcast_to(drawn(law(), 6, bowl.n, 7)[5], x.shape), rtol=1e-10, atol=1e-12)
    np.testing.assert_array_equal(noisy.gradient(x), bowl.gradient(x))
    assert al.check(noisy)


@pytest.mark.parametrize("name", DATA)
def test_a_mini_batch_is_unbiased(name: str) -> None:
    """Its mean over 2,000 steps is the full gradient within six standard errors, on a random direction."""
    full = al.problem(name)
    small = al.MiniBatch(full, batch_size=4, seed=1)
    x = 0.5 * np.random.default_rng(2).standard_normal(full.n)
    direction = np.random.default_rng(3).standard_normal(full.n)
    sample = np.array([np.dot(small.sample(x, t)[1], direction) for t in range(2000)])
    wanted = np.dot(full.gradient(x), direction)
    assert np.std(sample) > 0
    assert abs(np.mean(sample) - wanted) < 6 * np.std(sample) / math.sqrt(2000)
    np.testing.assert_array_equal(small.sample(x, 0)[0], full.value(x))


def test_a_mini_batch_has_the_gradient_of_its_rows() -> None:
    full: Any = al.problem("logistic-ridge")
    small = al.MiniBatch(full, 6, seed=2)
    x = RNG.standard_normal((4, full.n))
    rows = small.rows(x, 9)
    assert rows.shape == (6,)
    assert (rows >= 0).all() and (rows < full.m).all()
    alone = type(full)(A=full.A[rows], labels=full.labels[rows], ridge=full.ridge)
    np.testing.assert_allclose(small.sample(x, 9)[1], alone.gradient(x), rtol=1e-12)
    every = np.concatenate([small.rows(x, t) for t in range(4000)])
    assert stats.chisquare(np.bincount(every, minlength=full.m)).pvalue > 1e-3


ORACLES = {
    "noisy": lambda: al.Noisy(al.problem("quadratic"), al.Student(0.1), seed=5),
    "mini-batch": lambda: al.MiniBatch(al.problem("logistic-ridge"), 5, seed=5),
    "mini-batch-network": lambda: al.MiniBatch(al.problem("tanh-network"), 5, seed=5),
}


@pytest.mark.parametrize("name", ORACLES)
def test_every_run_of_a_sweep_sees_the_same_noise(name: str) -> None:
    oracle = ORACLES[name]()
    grid = al.Sweep(learning_rate=[1e-3, 1e-2, 1e-1])
    runs = al.simulate(al.AlphaGrad(learning_rate=grid.learning_rate), oracle, oracle.start(), 40)
    for i, rate in enumerate(grid.learning_rate.ravel()):
        lone = al.simulate(al.AlphaGrad(learning_rate=float(rate)), oracle, oracle.start(), 40)
        np.testing.assert_array_equal(runs.value[:, i], lone.value)
    again = al.simulate(al.AlphaGrad(learning_rate=1e-2), oracle, oracle.start(), 40)
    exact = al.simulate(al.AlphaGrad(learning_rate=1e-2), oracle.problem, oracle.start(), 40)
    assert not np.array_equal(again.value, exact.value)
    np.testing.assert_allclose(again.value_last, oracle.problem.value(again.x_last), rtol=1e-12)


@pytest.mark.parametrize("name", ORACLES)
def test_both_engines_draw_the_same(name: str) -> None:
    pytest.importorskip("jax")
    oracle = ORACLES[name]()
    method = al.AlphaGrad(learning_rate=[1e-3, 1e-2])
    plain = al.simulate(method, oracle, oracle.start(), 40)
    compiled = al.simulate(method, oracle, oracle.start(), 40, backend="jax")
    np.testing.assert_allclose(compiled.value, plain.value, rtol=1e-9)


@pytest.mark.parametrize("name", ORACLES)
def test_every_library_draws_the_same(name: str, xp: ModuleType) -> None:
    oracle = ORACLES[name]()
    x = np.stack([oracle.start(), oracle.start(1)])
    wanted, found = oracle.sample(x, 11), oracle.sample(xp.asarray(x), 11)
    for a, b in zip(found, wanted, strict=True):
        np.testing.assert_allclose(to_numpy(a), b, rtol=1e-9)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: al.Noisy(al.problem("quadratic"), al.Student(1.0, 1.0)), "freedom is 1.0"),
        (lambda: al.Noisy(al.problem("quadratic"), al.Gaussian(0.0)), "scale is 0.0"),
        (lambda: al.Sparse(share=1.5), "share is 1.5"),
        (lambda: al.Noisy(al.problem("quadratic"), 0.1), "law must be a law of noise"),
        (lambda: al.Noisy(al.problem("quadratic"), seed=-1), "seed is -1"),
        (lambda: al.Noisy(al.Noisy(al.problem("quadratic"))), "no oracle itself"),
        (lambda: al.MiniBatch(al.problem("quadratic"), 4), "quadratic has no data"),
        (lambda: al.MiniBatch(al.problem("logistic-ridge"), 0), "batch_size is 0"),
    ],
)
def test_an_oracle_that_cannot_be_is_told(make: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        make()
