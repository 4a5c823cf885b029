"""The ledger's facts, which are no bounds: a planted error never passes.

Errors are planted in the numbers and rules that the claims rest on; that the verdicts are those on record, and every
step is needed, are laws of all claims, in test_claims.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import sympy as sp

from alphalab.claims import CLAIMS, Bound, claim, notation, sharp, verify
from alphalab.claims.evidence import CLASSES
from alphalab.claims.falsifier.orbits import CONVERGENCE
from alphalab.claims.ledger import PAPER
from alphalab.claims.paper import (
    catalogued_adal,
    discussion,
    equation_3,
    equation_7,
    examples,
    looped,
    low_precision,
    parameter_counts,
    saturation_law,
    scale_invariance,
    state,
)
from alphalab.claims.verify import verify_all
from alphalab.optimizers import LAMB, Adam, AlphaGrad, LoopedTanh
from alphalab.problems import problem
from alphalab.simulation import simulate

FACTS = tuple(claim for claim in CLAIMS if not isinstance(claim, Bound))
BY_KEY = {claim.key: claim for claim in FACTS}
every_fact = pytest.mark.parametrize("key", BY_KEY)
TRIED = [claim.key for claim in FACTS if claim.trial]


@every_fact
def test_a_claim_says_what_a_referee_needs(key: str) -> None:
    claim = BY_KEY[key]
    assert claim.title and claim.source and claim.statement
    assert bool(claim.correction) == (claim.verdict in ("corrected", "false"))


@pytest.mark.parametrize("key", TRIED)
def test_trials_are_deterministic(key: str) -> None:
    trial = BY_KEY[key].trial
    assert trial is not None
    assert tuple(trial()) == tuple(trial())


def wider(method: type, by: float) -> Callable[..., Any]:
    sigma = method.sigma  # type: ignore[attr-defined]
    return lambda self, u: by * sigma(self, u)


def plantings() -> Iterator[tuple[str, Any, str, Any]]:
    """(key, where, what, the error): a wrong number, formula or rule."""
    right, law, k = saturation_law.gaussian_fraction, saturation_law.kolmogorov, saturation_law.k_for_fraction
    alpha, n = notation.alpha, notation.n
    nothing = float("nan")
    yield "eq3-bound", AlphaGrad, "sigma", wider(AlphaGrad, 1 + 1e-12)
    yield "eq3-bound", AlphaGrad, "sigma", wider(AlphaGrad, nothing)
    yield "eq7", equation_7, "alpha_guideline", lambda d: 1.0001 * np.sqrt(d)
    yield "eq7", equation_7, "alpha_guideline", float
    yield "eq7", AlphaGrad, "pre_activation", lambda self, g, s: nothing * g
    yield "eq7-fraction", saturation_law, "gaussian_fraction", lambda tau, k: right(tau, 2 * k)
    yield "eq7-fraction", saturation_law, "kolmogorov", lambda sample, a, b: law(sample, a, b + 0.5)
    yield "eq7-fraction", saturation_law, "kolmogorov", lambda sample, a, b: nothing
    yield "eq7-fraction", saturation_law, "k_for_fraction", lambda f, tau: 1.001 * k(f, tau)
    yield "eq7-band", saturation_law, "gaussian_fraction", lambda tau, k: right(tau * sp.Rational(1001, 1000), k)
    yield "eq7-band", saturation_law, "gaussian_fraction", lambda tau, k: right(tau, k) / 2
    yield "ex-1", examples, "PRINTED_FIRST", ("0.7616", "0.7616", "-0.7616", "-0.7617")
    yield "ex-1", examples, "FIRST", (*examples.FIRST[:3], sp.Rational("-0.4"))
    yield "ex-1", AlphaGrad, "sigma", wider(AlphaGrad, 1 + 1e-12)
    yield "ex-2", examples, "PRINTED_SECOND", ("1.0", "0.9999995", "0.9997532", "0.99505")
    yield "ex-2", examples, "PRINTED_SECOND", ("1.0", "0.9999994", "0.9997532", "0.99506")
    yield "ex-2", examples, "SECOND", (sp.Rational("0.91"), *examples.SECOND[1:])
    yield "sec4-invariance", scale_invariance, "step", lambda u, N, e, a=alpha: sp.tanh(a * u / (N + e**2))
    yield "sec4-invariance", AlphaGrad, "squashed", lambda self, g, *_: g / (1 + self.epsilon)
    yield "sec4-memory", state, "BUFFERS", ((Adam(), 1),)
    yield "sec4-memory", AlphaGrad, "init", lambda self, x: (x,)
    yield "tab1-lamb", state, "HISTORIES", ((1, 1), (2, 1))
    yield "tab1-lamb", state, "LAMB", AlphaGrad
    yield "tab1-lamb", LAMB, "direction", lambda self, g, s, x: (g, s)
    yield "sec7-lowprec", low_precision, "EPSILON", sp.Rational(1, 10**7)
    yield "sec7-lowprec", low_precision, "LARGEST", sp.Integer(2) ** 16
    yield "sec7-lowprec", low_precision, "as_written", lambda g: AlphaGrad(alpha=2.0).direction(g, (), g)[0]
    yield (
        "sec7-lowprec",
        AlphaGrad,
        "squashed",
        lambda self, g, *_: g / (np.sqrt(np.sum(g * g, -1, keepdims=True)) + 1e-8),
    )
    yield "sec7-looped", looped, "STEEP", (1.7,)
    yield "sec7-looped", LoopedTanh, "sigma", wider(LoopedTanh, nothing)
    yield "sec5-alpha", parameter_counts, "TD3", parameter_counts.TD3 + 1
    yield "sec5-alpha", parameter_counts, "DQN", parameter_counts.parameters(4, 93, 93, 2)
    yield "adal", catalogued_adal, "advance", lambda moment, b, g: b * moment + g + 1
    yield "adal", catalogued_adal, "guarded", catalogued_adal.catalogued
    yield "adal", catalogued_adal, "catalogued", lambda g: catalogued_adal.guarded(g) * (1 + 1e-9)
    yield "disc-n", discussion, "M", n * sp.tanh(2 * alpha / sp.sqrt(n)) ** 2
    yield "disc-n", sharp, "M", lambda a, n: 1.01 * np.minimum(n, a**2)
    yield "disc-alpha", discussion, "rho", n * (sp.tanh(alpha / n) / sp.tanh(alpha)) ** 2
    yield "disc-alpha", sharp, "rho", lambda a, n: 1 / (a * n)


PLANTINGS = tuple(plantings())
IDS = [f"{key}-{what}-{i}" for i, (key, _, what, _) in enumerate(PLANTINGS)]


@pytest.mark.parametrize("key, where, what, error", PLANTINGS, ids=IDS)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_planted_error_changes_the_verdict(
    key: str, where: Any, what: str, error: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(where, what, error)
    found = verify_all((BY_KEY[key],))[0]
    assert not found.agrees, found.known_by


def test_every_claim_with_numbers_has_an_error_planted() -> None:
    """The limits of equation (3) and where runs end have none: their steps are spoiled one by one."""
    numbers = {claim.key for claim in PAPER if not (isinstance(claim, Bound) or claim.measured)}
    numbers -= {"eq3-limits", *CONVERGENCE}
    assert {key for key, *_ in PLANTINGS} == numbers


@pytest.mark.parametrize("dtype", equation_3.BITS)
def test_the_threshold_of_tanh_is_where_the_bisection_says(dtype: str) -> None:
    z = np.asarray(equation_3.first_one(dtype), dtype)
    assert np.tanh(z) == 1
    assert np.tanh(np.nextafter(z, np.asarray(0, dtype))) < 1
    assert equation_3.first_one(dtype, lambda x: x >= 3) == 3.0


def test_the_looped_trial_sees_what_lies_beyond_half_a_turn() -> None:
    g = looped.gradients(2)
    assert not looped.broken(g, np.pi / 2).any()
    assert looped.broken(g, 1.6).any()
    assert looped.broken(g, 1.5 * np.pi)[2].any()


def test_parameter_counts_are_those_of_the_networks() -> None:
    """One weight matrix and one bias per layer, counted by building them."""
    widths = (4, 120, 84, 2)
    built = [np.zeros((a, b)).size + np.zeros(b).size for a, b in pairwise(widths)]
    assert parameter_counts.parameters(*widths).doit() == sum(built) == parameter_counts.DQN


@pytest.mark.parametrize("epsilon, value", [(1e-8, 1.17e-3), (0.2, 1.7e-177)])  # 0.2 = alpha L eta
def test_the_scaled_epsilon_ends_where_the_theory_says(epsilon: float, value: float) -> None:
    """T5* on diag(1, .1, .01): 20,000 steps of eta = .1, alpha = 2 from (1, 1, 1)."""
    subject = problem("quadratic-diagonal", 3, eigenvalues=np.asarray([1.0, 0.1, 0.01]))
    method = AlphaGrad(learning_rate=0.1, alpha=2.0, epsilon=epsilon)
    end = subject.value(simulate(method, subject, np.ones(3), 20_000, observe=()).x_last)
    assert np.log10(end) == pytest.approx(np.log10(value), abs=0.05)


# ---------------------------------------------------------------- how it is found


def test_the_verdicts_are_the_same_on_two_cores() -> None:
    """Arguments settled in other processes; quick evidence here."""
    claims = [claim(key) for key in ("lemma-1", "thm-1-rate", "eq7-band", "ex-1")]
    alone, spread = (verify_all(claims, quick=True, jobs=jobs) for jobs in (1, 2))
    assert [replace(verdict, seconds=0.0) for verdict in alone] == [replace(verdict, seconds=0.0) for verdict in spread]
    assert all(verdict.agrees for verdict in spread)


def test_quick_evidence_has_gradients_and_runs() -> None:
    quick = verify("thm-5-rate", quick=True)
    assert quick.agrees
    kinds = [finding.case.partition(",")[0] for finding in verify("lemma-2", quick=True).findings]
    assert {"gradients", *CLASSES} <= set(kinds)
    assert not {"logistic-breast-cancer", "network-digits"} & set(kinds), "data takes seconds to load"
