"""The search among all functions of a class: its conditions, what passes through the points, the ratios on record."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import sympy as sp
from wrong_constants import bound

from alphalab.claims import Bound, claim, verify_all
from alphalab.claims.facts.assumptions import ALPHAGRAD, CLOSED, known
from alphalab.claims.facts.letters import PRICE
from alphalab.claims.falsifier import attack
from alphalab.claims.falsifier.functions import CLASSES, gaps, interpolant
from alphalab.claims.falsifier.interpolation import METHODS, SHAPES, Instance, arenas, search
from alphalab.claims.falsifier.intervals import price, reached
from alphalab.claims.falsifier.records import FLOOR, RECORDS, plain, read
from alphalab.claims.notation import L, eps, eta, least_norm, mean_norm
from alphalab.claims.sharp import Q
from alphalab.claims.theory.price import LETTERS
from alphalab.claims.verify import argued
from alphalab.problems import problem

RECORDED = ("thm-1-sharp", "thm-2-norm", "best-iterate", "last-iterate")


def points(kind: str, count: int = 5, n: int = 2, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Points, values and gradients of a function of the class with L = 1, the last at its minimiser."""
    random = np.random.default_rng(seed)
    x = np.concatenate([2 * random.standard_normal((count - 1, n)), np.zeros((1, n))])
    if kind == "convex":  # log cosh of the first coordinate, a parabola of the others
        f = np.log(np.cosh(x[:, 0])) + 0.25 * (x[:, 1:] ** 2).sum(axis=1)
        return x, f, np.concatenate([np.tanh(x[:, :1]), 0.5 * x[:, 1:]], axis=1)
    return x, (1 - np.cos(x)).sum(axis=1), np.sin(x)


@pytest.mark.parametrize("kind", CLASSES)
@pytest.mark.parametrize("seed", range(3))
def test_the_conditions_hold_for_functions_of_the_class(kind: str, seed: int) -> None:
    x, f, g = points(kind, 6, 3, seed)
    assert np.min(gaps(kind, x, f, g)) >= -1e-15
    assert len(gaps(kind, x, f, g)) == 30


def test_the_classes_lie_in_each_other() -> None:
    """What is convex and smooth has a Lipschitz gradient; what has one keeps the one-sided bound."""
    random = np.random.default_rng(1)
    x, f, g = random.standard_normal((3, 400, 4)), random.standard_normal((3, 400)), random.standard_normal((3, 400, 4))
    met = {kind: gaps(kind, x, 0.1 * f, 0.3 * g).min(axis=0) for kind in CLASSES}
    assert np.all(met["one-sided"] >= met["lipschitz"] - 1e-14)
    assert np.all(met["lipschitz"][met["convex"] >= 0] >= -1e-14)
    assert np.any(met["lipschitz"] < 0)


@pytest.mark.parametrize("kind", CLASSES)
def test_what_passes_through_the_points_is_of_the_class(kind: str) -> None:
    x, f, g = points(kind)
    made = interpolant(kind, x, f, g, 0.0)
    assert np.allclose(made.value(x), f, atol=1e-12)
    assert np.allclose(made.gradient(x), g, atol=1e-9)
    y, z = 3 * np.random.default_rng(2).standard_normal((2, 500, 2))
    value, slope = made.value(y), made.gradient(y)
    ahead = made.value(z) - value - ((z - y) * slope).sum(axis=-1)
    apart = ((z - y) ** 2).sum(axis=-1) / 2
    assert np.all(ahead <= apart + 1e-9)
    if kind == "convex":
        assert np.all(ahead >= -1e-9)
    if kind != "one-sided":
        assert np.all(abs(ahead) <= apart + 1e-9)
    assert np.all(value >= made.constants.f_inf - 1e-9)


def test_each_claim_is_searched_in_the_class_that_it_assumes() -> None:
    first = {key: next(arenas(bound(key))) for key in RECORDED}
    assert {key: one.kind for key, one in first.items()} == {
        "thm-1-sharp": "convex",
        "last-iterate": "convex",
        "thm-2-norm": "one-sided",
        "best-iterate": "one-sided",
    }
    assert [one.method for one in first.values()] == [*METHODS][:1] * 3 + [*METHODS][1:]
    assert all(n > 1 for n, _ in SHAPES)


@pytest.mark.parametrize("alpha, n", [(0.01, 2), (0.3, 3), (2.0, 2), (10.0, 3), (50.0, 100), (3.0, 1)])
def test_the_price_lies_in_its_interval(alpha: float, n: int) -> None:
    inside = price(alpha, n)
    assert float(inside.a) <= float(Q(alpha, n)) * (1 + 1e-12)
    assert float(Q(alpha, n)) * (1 - 1e-12) <= float(inside.b) <= float(inside.a) * 1.0011


# ---------------------------------------------------------------- the ratios on record


def test_every_loose_bound_is_on_record() -> None:
    assert set(RECORDS) == set(RECORDED)


@pytest.mark.parametrize("key", RECORDED)
def test_an_instance_on_record_is_what_it_is_in_floats_in_intervals_and_as_a_run(key: str) -> None:
    instance, claimed = RECORDS[key], bound(key)
    case = instance.recipe().case()
    check = claimed.check(case)
    ratio = reached(claimed, instance)
    assert check.outcome[-1] == "holds"
    assert check.tightness[-1] == pytest.approx(ratio, rel=1.1e-3)  # of Q three digits are known in intervals
    assert ratio <= 1
    assert case.n > 1
    assert np.allclose(case.value, instance.whole()[1], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("key", RECORDED)
def test_a_bound_lowered_below_the_record_is_broken_by_it(key: str) -> None:
    instance, claimed = RECORDS[key], bound(key)
    lower = replace(claimed, right=claimed.right * sp.Rational(reached(claimed, instance)) * sp.Rational(98, 100))
    assert reached(lower, instance) > 1
    assert lower.check(instance.recipe().case()).outcome[-1] == "violated"


@pytest.mark.parametrize("key", RECORDED)
def test_a_bound_lowered_to_98_percent_of_the_record_falls_again(key: str) -> None:
    """From starts of its own, within a minute."""
    claimed = bound(key)
    ratio = sp.Rational(reached(claimed, RECORDS[key]))
    lower = replace(claimed, right=claimed.right * ratio * sp.Rational(98, 100))
    began = time.process_time()
    found = search(lower, 60_000, seed=7, enough=1 + 1e-6)
    assert found.instance is not None
    assert reached(lower, found.instance) > 1
    assert time.process_time() - began < 60


def test_records_are_plain_numbers() -> None:
    for instance in RECORDS.values():
        again = read(plain(instance))
        assert again.optimizer == instance.optimizer
        assert all(np.array_equal(getattr(again, name), getattr(instance, name)) for name in ("start", "gradients"))


@pytest.mark.parametrize("change", [{"values": -1.0}, {"values": 1.2}, {"gradients": 3.0}, {"start": 50.0}])
def test_an_instance_that_no_function_has_is_refused(change: dict[str, float]) -> None:
    instance = RECORDS["thm-1-sharp"]
    changed: dict[str, Any] = {name: factor * getattr(instance, name) for name, factor in change.items()}
    with pytest.raises(ValueError, match="a condition of the class is not met"):
        reached(bound("thm-1-sharp"), replace(instance, **changed))


def test_a_letter_that_is_not_measured_is_named() -> None:
    with pytest.raises(ValueError, match="is not measured on an instance"):
        reached(bound("thm-7-sharp"), RECORDS["thm-2-norm"])


# ---------------------------------------------------------------- cycles


def floor(share: sp.Rational) -> Bound:
    """The mean of N over a cycle is at most `share` L eta Q/2 + eps."""
    return Bound(
        key="floor",
        title="the mean of N on a cycle",
        source="a guess",
        verdict="true",
        left=mean_norm,
        right=share * L * eta * PRICE / 2 + eps,
        assumes=(ALPHAGRAD, known("L"), CLOSED),
        quantities=LETTERS,
    )


def test_a_floor_that_is_too_low_falls_to_a_cycle() -> None:
    found = attack(floor(sp.Rational(9, 10)), 1000)
    assert found.violated and not found.agrees
    instance, recipe = found.instance, found.recipe
    assert isinstance(instance, Instance) and recipe is not None
    assert instance.cycle
    assert found.best_tightness is not None and found.best_tightness <= 1 / 0.9 + 1e-6  # a floor that is known for two
    x, _, _ = instance.whole()
    assert np.allclose(x[len(x) // 2 :], -x[: len(x) // 2], atol=1e-14)
    assert floor(sp.Rational(9, 10)).check(recipe.case()).count("violated") == 1


def test_a_run_is_no_cycle() -> None:
    found = floor(sp.Rational(9, 10))
    case = RECORDS["thm-2-norm"].recipe().case()
    assert found.check(case).because == "period is not given"


def test_attacks_take_names() -> None:
    by_name, as_object = (attack(key, 300) for key in ("lemma-1", claim("lemma-1")))
    assert (by_name.where, by_name.best_tightness) == (as_object.where, as_object.best_tightness)
    assert by_name.recipe is not None and by_name.recipe.problem.name == "linear"
    with pytest.raises(ValueError, match="did you mean 'lemma-2'"):
        attack("lemma-22")
    assert problem("linear", 3).n == 3


# ---------------------------------------------------------------- the floor of the mean

OF_THE_MEAN = claim("floor-mean")


def test_the_mean_has_no_floor_such_as_the_least_gradient_has() -> None:
    """In intervals: the 756 conditions hold, the cycle is closed exactly, the mean is more than 1.21 times as large."""
    assert reached(OF_THE_MEAN, FLOOR) > 1.219
    assert (FLOOR.kind, FLOOR.steps, sum(FLOOR.copies)) == ("lipschitz", 28, 80_001)
    x, f, g = walked()
    assert np.linalg.norm(x[14] + x[0]) < 1e-11
    slack = gaps("lipschitz", x[:28], f, g)
    assert len(slack) == 756
    assert 1e-3 < slack.min() < 2e-3
    assert reached(replace(OF_THE_MEAN, left=least_norm), FLOOR) < 0.1


def walked() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The points of the 28-cycle, which the method itself makes in all 80,001 dimensions, and what f is there."""
    f, half = np.tile(FLOOR.values, 2), np.repeat(FLOOR.gradients / np.sqrt(FLOOR.copies), FLOOR.copies, axis=1)
    g = np.concatenate([half, -half])
    steps = FLOOR.optimizer.learning_rate * FLOOR.optimizer.direction(g, (), g)[0]
    x = steps[:14].sum(axis=0) / 2 - np.cumsum([np.zeros_like(steps[0]), *steps], axis=0)
    assert max(np.ptp(x[:, 1:40_001], axis=1).max(), np.ptp(x[:, 40_001:], axis=1).max()) == 0
    x, g = (np.add.reduceat(part, [0, 1, 40_001], axis=1) / np.sqrt(FLOOR.copies) for part in (x, g))
    return x, f, g


SPOILED = (
    {"values": FLOOR.values + 0.5 * np.eye(14)[3]},
    {"values": FLOOR.values * np.where(np.arange(14) == 9, 1.01, 1)},
    {"gradients": 1.1 * FLOOR.gradients},
    {"gradients": FLOOR.gradients * np.where(np.arange(42).reshape(14, 3) == 6, 1.01, 1)},
    {"epsilon": 6.0},
    {"alpha": 20.0},
)


@pytest.mark.parametrize("spoiled", SPOILED, ids=lambda spoiled: next(iter(spoiled)))
def test_a_cycle_that_is_none_refutes_nothing(spoiled: dict[str, Any]) -> None:
    """A value or a gradient that no function of the class has beside the others; a method that does not return."""
    with pytest.raises(ValueError, match="a condition of the class is not met"):
        reached(OF_THE_MEAN, replace(FLOOR, **spoiled))
    witness = replace(OF_THE_MEAN.witness(), instance=replace(FLOOR, **spoiled))
    assert argued(replace(OF_THE_MEAN, witness=lambda: witness)).refuted is False


def test_the_floor_of_the_mean_is_refuted_in_intervals_and_by_a_run() -> None:
    verdict = verify_all([OF_THE_MEAN], cases=())[0]
    assert verdict.agrees
    refuted = "refuted (exact instance: left/right at least 1.2191 in intervals)"
    assert verdict.known_by == f"{refuted}, checked (2 instances)"
    run = OF_THE_MEAN.witness().case()
    assert run.n == 80_001
    assert OF_THE_MEAN.check(run).count("violated") == 1  # the end of the period
    left, right = (float(side[-1]) for side in OF_THE_MEAN.sides(run))
    assert f"{left:.2f}, L eta Q/2 + eps {right:.2f}" in verdict.counterexample
    assert f"the least N_t {run.gradient_norm.min():.2f}" in verdict.counterexample
    raised = replace(OF_THE_MEAN, right=1.25 * OF_THE_MEAN.right)
    assert verify_all([raised], cases=())[0].known_by.startswith("witness not confirmed")
    found = attack("floor-mean", 500)
    assert found.agrees
    assert found.recipe is not None
    assert raised.check(found.recipe.case("again")).count("violated") == 0 < OF_THE_MEAN.check(run).count("violated")
