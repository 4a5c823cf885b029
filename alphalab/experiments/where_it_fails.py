"""Figure: three things that do not hold: the rate after Theorem 1, liminf ||g|| = 0, and distances that shrink."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import numpy as np

from alphalab.arrays import dot
from alphalab.claims.paper.constant_step import SWINGING
from alphalab.claims.paper.rates import orbit
from alphalab.experiments.bounds import bounds
from alphalab.experiments.columns import Data, coordinate, spread, stacked
from alphalab.experiments.experiment import Experiment
from alphalab.experiments.where_it_fails_figure import VALLEY, draw
from alphalab.optimizers import AlphaGrad, NormalizedGD, Optimizer, Scheduled
from alphalab.problems import Problem, half_square, problem
from alphalab.simulation import simulate

COLUMNS = {
    "panel": "rate, norm, distance or path",
    "curve": "what the curve shows",
    "x": "T, t, t, or x_1 - x*_1 over the first distance",
    "y": "left/right, N_t (1e-16 at least), ||x_t - x*|| or x_2 - x*_2 over the first distance",
}
RATES = {"thm-1-rate": "rate after Theorem 1", "thm-1": "Theorem 1", "thm-1-sharp": "T1*"}
CONDITION, STRIDE = 1000.0, 0.01  # of the quadratic that is searched for; the learning rate, the first distance being 1
WALK = 150  # steps of it
METHODS: dict[str, Optimizer] = {
    r"$\alpha = 100$": AlphaGrad(learning_rate=STRIDE, alpha=100.0),
    r"$\alpha = 1$": AlphaGrad(learning_rate=STRIDE, alpha=1.0),
    "normalised descent": NormalizedGD(learning_rate=STRIDE),
}


def compute(quick: bool) -> Data:
    """Return all curves; its columns are COLUMNS."""
    return stacked([*_rate(4 if quick else 10), *_norms(64 if quick else 1000), *_distances(*_search(quick))])


def _curve(panel: str, curve: str, x: Any, y: Any) -> Data:
    return spread(COLUMNS, panel=panel, curve=curve, x=x, y=y)


def _rate(powers: int) -> Iterator[Data]:
    """Yield left/right at T = 2, 4, ... on the orbits +-16T of the witness of `thm-1-rate`, all in one run."""
    T = 2 ** np.arange(1, powers + 1)
    case = orbit(T)
    for one in bounds(*RATES):
        check, run = one.check(case), np.arange(powers)
        yield _curve("rate", RATES[one.key], T, (check.left / check.right)[T - 1, run])


def _norms(steps: int) -> Iterator[Data]:
    """Yield N_t on f = x^2/2 for the witness of `thm-2-liminf`, a smaller constant step, and vanishing ones."""
    smaller, t = dataclasses.replace(SWINGING, learning_rate=1.5), np.arange(1, steps + 1)
    shown = np.unique(np.geomspace(1, steps, 60).astype(int)) - 1
    runs = (
        (r"$\eta = 4$, $x_1 = 1$", SWINGING, 1.0),
        (r"$\eta = 4$, $x_1 = 0.02$", SWINGING, 0.02),
        (r"$\eta = 1.5$, $x_1 = 1$", smaller, 1.0),
        (r"$\eta_t = 4/\sqrt{t}$, $x_1 = 1$", Scheduled(SWINGING), 1.0),
    )
    for curve, method, start in runs:
        norms = simulate(method, half_square(), np.asarray([start]), steps).gradient_norm
        yield _curve("norm", curve, t[shown], np.maximum(norms, 1e-16)[shown])


def _search(quick: bool) -> tuple[Problem, np.ndarray]:
    """Return the rotated quadratic and the start, ||x_1|| = 1, from which the distance grows most at alpha = 100."""
    turn = 2 * np.pi * np.arange(64) / 64
    starts, best = np.stack([np.cos(turn), np.sin(turn)], axis=-1), []
    for seed in range(4 if quick else 24):
        subject = problem("quadratic", 2, eigenvalues=np.asarray([1, 1 / CONDITION]), seed=seed, x_star=np.zeros(2))
        (far,) = simulate(METHODS[r"$\alpha = 100$"], subject, starts, WALK, observe=("max:distance",)).records.values()
        best.append((float(far.max()), seed, subject, starts[far.argmax()]))
    return max(best, key=lambda one: one[:2])[2:]


def _distances(subject: Problem, start: np.ndarray) -> Iterator[Data]:
    """Yield the distances and the paths of every method from that start, and the valley of the quadratic."""
    for curve, method in METHODS.items():
        run = simulate(method, subject, start, WALK, observe=("distance", coordinate(0), coordinate(1)))
        yield _curve("distance", curve, np.arange(1, WALK + 1), run.distance)
        yield _curve("path", curve, run.x_0, run.x_1)
    turn = np.linspace(0, 2 * np.pi, 721)
    circle = np.stack([np.cos(turn), np.sin(turn)], axis=-1)
    floor = circle[np.argmin(subject.value(circle))]
    yield _curve("path", VALLEY, *(np.asarray([-1.4, 0.0]) * part * -np.sign(dot(floor, start)) for part in floor))


WHERE_IT_FAILS = Experiment(
    key="where-it-fails",
    title="Where it fails: a rate, a limit, a distance",
    caption=(
        "Top left: on the orbits of an exact counterexample the measured mean is T times what the rate after Theorem 1 "
        "allows; the theorems themselves hold. Top right: with a learning rate above 2 eps/(alpha L) = 1.82 the "
        "gradient norm on x^2/2 stays at 1 for ever; with smaller or vanishing ones it falls. Bottom: a large alpha "
        "first leads away from the minimiser, by 31 percent, in the worst of 24 rotations of a quadratic (n = 2, "
        "condition number 1000) with 64 starts each, found by trying them all."
    ),
    columns=COLUMNS,
    compute=compute,
    draw=draw,
    terms=1024,  # steps of the longest run
)
