"""The optimizer race: every method, tuned over as many settings as every other, from the same starts.

    target   f(x) <= f_L + tau (f(x_1) - f_L),   f_L the least value any method found from this start
    score    the sum over runs of log(gradients to the target), a failure counting as FAILURE budgets

A run that diverges has failed, also where it had passed the target; nothing is clipped but by the methods that
say so. Source: J. More, S. Wild, SIAM J. Optim. 20 (2009); E. Dolan, J. More, Math. Program. 91 (2002).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from alphalab.experiments.columns import Data, spread, stacked
from alphalab.optimizers import (
    LAMB,
    LARS,
    AdaL,
    Adam,
    AlphaGrad,
    ClippedGradientDescent,
    GradientDescent,
    HeavyBall,
    HybridTanh,
    LoopedTanh,
    NormalizedGD,
    Optimizer,
    RMSProp,
    SignSGD,
)
from alphalab.problems import PROBLEMS, problem
from alphalab.simulation import simulate

ALPHAS = (0.5, 2.0, 8.0)
RANGE = (1e-4, 10.0)  # of the learning rates
SETTINGS = 36  # of every method
TAUS = (1e-1, 1e-3, 1e-5)
STARTS = 3
FAILURE = 10  # budgets
LARGEST = 13  # dimension of what is cheap enough

Make = Callable[..., Optimizer]


def with_momentum(**hyperparameters: Any) -> Optimizer:
    """AlphaGrad with heavy-ball momentum 0.9."""
    return HeavyBall(AlphaGrad(**hyperparameters), momentum=0.9)


METHODS: dict[str, tuple[Make, bool]] = {  # name -> (how it is made, whether alpha is tuned too)
    "AlphaGrad": (AlphaGrad, True),
    "AlphaGrad, momentum": (with_momentum, True),
    "hybrid tanh": (HybridTanh, True),
    "looped tanh": (LoopedTanh, True),
    "normalized GD": (NormalizedGD, False),
    "sign SGD": (SignSGD, False),
    "gradient descent": (GradientDescent, False),
    "clipped GD": (ClippedGradientDescent, False),
    "Adam": (Adam, False),
    "RMSProp": (RMSProp, False),
    "AdaL": (AdaL, False),
    "LARS": (LARS, False),
    "LAMB": (LAMB, False),
}

COLUMNS = {
    "tuning": "problem: the best setting for each problem; once: one setting for all problems",
    "tau": "accuracy of the target: the part of f(x_1) - f_L that is left",
    "method": "name of the method",
    "problem": "name of the problem",
    "start": "seed of the starting point",
    "eta": "learning rate chosen, in the unit of x for normalised methods",
    "alpha": "steepness chosen, NaN for a method without",
    "gradients": "gradients to the target; -1: not within the budget, or diverged",
    "budget": "gradients allowed",
}


def settings(tuned: bool) -> dict[str, np.ndarray]:
    """Return SETTINGS settings, (settings,) each: learning rates, or fewer of them for each of ALPHAS."""
    if not tuned:
        return {"learning_rate": np.geomspace(*RANGE, SETTINGS)}
    etas, alphas = np.meshgrid(np.geomspace(*RANGE, SETTINGS // len(ALPHAS)), ALPHAS)
    return {"learning_rate": etas.ravel(), "alpha": alphas.ravel()}


def compute(quick: bool) -> Data:
    """Return the table; its columns are COLUMNS."""
    names = [entry.name for entry in PROBLEMS if entry.n <= LARGEST and entry.kind != "linear"]
    names, starts, budget = (names[::8], 2, 20) if quick else (names, STARTS, 100)
    costs = np.stack([race(name, starts, budget) for name in names], axis=2)  # (tau, method, problem, setting, start)
    return stacked(_chosen(costs, names, budget, tuning) for tuning in ("problem", "once"))


def race(name: str, starts: int, budget: int) -> np.ndarray:
    """Return the gradients to the target, infinite for a failure, (tau, method, setting, start)."""
    subject = problem(name)
    x0 = np.stack([subject.start(seed) for seed in range(starts)])
    best, alive = [], []
    for make, tuned in METHODS.values():
        rule = make(**{key: values[:, None] for key, values in settings(tuned).items()})
        run = simulate(rule, subject, x0, budget, observe=("value",))
        f = np.concatenate([run.value, run.value_last[None]])
        best.append(np.fmin.accumulate(np.where(np.isfinite(f), f, np.inf), axis=0))
        alive.append(run.status != "diverged")
    values = np.stack(best)  # (method, step, setting, start)
    least, first = np.min(values, axis=(0, 1, 2)), values[0, 0, 0]
    costs = []
    for tau in TAUS:
        passed = values <= least + tau * (first - least)
        met = np.stack(alive) & passed[:, -1]
        costs.append(np.where(met, np.argmax(passed, axis=1), np.inf))
    return np.stack(costs)


def _chosen(costs: np.ndarray, names: list[str], budget: int, tuning: str) -> Data:
    """Return the rows of the best settings, chosen for every problem or once; apart for every tau and method."""
    score = np.sum(np.log(np.maximum(np.where(np.isfinite(costs), costs, FAILURE * budget), 1)), axis=-1)
    if tuning == "once":
        score = np.broadcast_to(np.sum(score, axis=2, keepdims=True), score.shape)
    best = np.argmin(score, axis=-1)  # (tau, method, problem)
    cost = np.take_along_axis(costs, best[..., None, None], axis=3)[..., 0, :]
    grids = [settings(tuned) for _, tuned in METHODS.values()]
    eta, alpha = (
        np.stack(
            [grid.get(key, np.full(SETTINGS, np.nan))[b] for grid, b in zip(grids, best.swapaxes(0, 1), strict=True)]
        )
        for key in ("learning_rate", "alpha")
    )
    return spread(
        COLUMNS,
        tuning=tuning,
        tau=np.asarray(TAUS)[:, None, None, None],
        method=np.asarray(list(METHODS))[:, None, None],
        problem=np.asarray(names)[:, None],
        start=np.arange(costs.shape[-1]),
        eta=eta.swapaxes(0, 1)[..., None],
        alpha=alpha.swapaxes(0, 1)[..., None],
        gradients=np.where(np.isfinite(cost), cost, -1).astype(int),
        budget=budget,
    )
