"""What is said of several seeds: the interquartile mean, its interval, differences paired by seed.

    IQM(x) = mean of the middle half of x,     95 % interval by the percentile bootstrap over seeds

Source: R. Agarwal et al., arXiv 2108.13264.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from alphalab.curves.table import Results, Row

RESAMPLES = 2000
LEVEL = 0.95  # of an interval


class Estimate(NamedTuple):
    """An interquartile mean and its 95 % interval; NaN bounds where a single seed leaves nothing to resample.

    >>> from alphalab.curves import Estimate
    >>> Estimate(0.9, 0.85, 0.93).high
    0.93
    """

    mean: float
    low: float
    high: float


def iqm(x: np.ndarray, axis: int = -1) -> Any:
    """Return the mean of the middle half of x along an axis; a run that was stopped makes it NaN.

    >>> float(iqm(np.array([0.0, 1.0, 2.0, 30.0])))
    1.5
    """
    from scipy.stats import trim_mean

    return trim_mean(x, 0.25, axis=axis)


def estimate(x: Sequence[float] | np.ndarray, level: float = LEVEL) -> Estimate:
    """Return the interquartile mean of x, one number per seed, and its interval; the resamples are always the same.

    >>> from alphalab.curves import estimate
    >>> found = estimate([0.90, 0.91, 0.92, 0.93, 0.60])
    >>> round(found.mean, 3), found.low <= found.mean <= found.high  # one bad seed moves little
    (0.91, True)
    """
    return Estimate(*(float(end[0]) for end in estimates(np.asarray([x], dtype=np.float64), level)))


def estimates(x: np.ndarray, level: float = LEVEL) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return means and both ends of the intervals, (points,) each, of x, (points, seeds)."""
    from scipy.stats import bootstrap

    points, seeds = x.shape
    mean, low, high = (np.full(points, np.nan) for _ in range(3))
    if seeds:
        mean = iqm(x)
    whole = np.all(np.isfinite(x), axis=1)
    if seeds > 1 and whole.any():
        rng = np.random.default_rng(0)
        how = {"n_resamples": RESAMPLES, "confidence_level": level, "method": "percentile"}
        found = bootstrap((x[whole],), iqm, axis=-1, rng=rng, **how)
        low[whole], high[whole] = found.confidence_interval
    return mean, low, high


def paired(x: dict[int, float], y: dict[int, float], level: float = LEVEL) -> Estimate:
    """Return what `estimate` says of x - y, seed by seed, over the seeds that both have.

    >>> from alphalab.curves import paired
    >>> found = paired({0: 0.9, 1: 0.7, 2: 0.8}, {0: 0.8, 1: 0.6, 2: 0.7, 3: 0.1})
    >>> round(found.mean, 3), round(found.low, 3), round(found.high, 3)  # each seed by itself
    (0.1, 0.1, 0.1)
    """
    return estimate([x[seed] - y[seed] for seed in sorted(x.keys() & y.keys())], level)


Scores = dict[tuple[str, float], dict[int, float]]
"""(optimizer, learning rate) -> seed -> a number."""


def finals(found: Results, column: str, horizon: int | None = None) -> Scores:
    """Return the last value of a column in each run; NaN of a run that was stopped.

    `horizon`: the runs of that horizon alone.

    >>> from alphalab.curves import finals, table
    >>> digits = table("digits-mlp")
    >>> scores = finals(digits, digits.about["score"])
    >>> "adam" in {optimizer for optimizer, rate in scores}, max(len(seeds) for seeds in scores.values()) > 1
    (True, True)
    """
    return _per_run(found, horizon, lambda curve: curve[-1][column])


def means(found: Results, column: str, horizon: int | None = None) -> Scores:
    """Return the mean of a column along each run, where it is known; NaN where it never is.

    >>> from alphalab.curves import means, table
    >>> digits = table("digits-mlp")
    >>> scores = means(digits, digits.about["score"])
    >>> all(len(seeds) > 0 for seeds in scores.values())
    True
    """

    def mean(curve: list[Row]) -> float:
        known = [row[column] for row in curve if not math.isnan(row[column])]
        return math.fsum(known) / len(known) if known else math.nan

    return _per_run(found, horizon, mean)


def curves(found: Results, column: str, horizon: int | None = None) -> dict[tuple[str, float], dict[int, list[float]]]:
    """Return (optimizer, learning rate) -> step -> the values of a column there, one per seed.

    >>> from alphalab.curves import curves, table
    >>> digits = table("digits-mlp")
    >>> found = curves(digits, digits.about["score"])
    >>> steps = next(iter(found.values()))
    >>> list(steps) == sorted(steps)
    True
    """
    values: dict[tuple[str, float], dict[int, list[float]]] = {}
    for row in sorted(found.rows, key=lambda row: (row["optimizer"], row["learning_rate"], row["step"], row["seed"])):
        if horizon in (None, row["horizon"]):
            of = values.setdefault((row["optimizer"], row["learning_rate"]), {})
            of.setdefault(row["step"], []).append(row[column])
    return values


def _per_run(found: Results, horizon: int | None, number: Callable[[list[Row]], float]) -> Scores:
    """Return what `number` makes of the curve of each run."""
    runs: dict[tuple[str, float, int, int], list[Row]] = {}
    for row in sorted(found.rows, key=lambda row: row["step"]):
        if horizon in (None, row["horizon"]):
            runs.setdefault((row["optimizer"], row["learning_rate"], row["horizon"], row["seed"]), []).append(row)
    scores: Scores = {}
    for (optimizer, rate, _, seed), curve in sorted(runs.items(), key=lambda item: item[0]):
        scores.setdefault((optimizer, rate), {})[seed] = number(curve)
    return scores


def best_rate(found: Results, optimizer: str, horizon: int | None = None) -> float:
    """Return the learning rate that is chosen for an optimizer.

    Where the scores are of data that were never chosen by (a test set), by the interquartile mean of the column
    `select` over all seeds; else over the first half of the seeds, and the rest alone is reported (`reported`).

    >>> from alphalab.curves import best_rate, table
    >>> digits = table("digits-mlp")
    >>> best_rate(digits, "adam") in {rate for name, rate, *_ in digits.runs if name == "adam"}
    True
    """
    select, sign = found.about["select"], 1.0 if found.about["better"] == "more" else -1.0
    chosen = {
        rate: [value for seed, value in scores.items() if select != found.about["score"] or seed in choosing(scores)]
        for (name, rate), scores in finals(found, select, horizon).items()
        if name == optimizer
    }
    if not chosen:
        raise ValueError(f"there are no runs of {optimizer!r} at horizon {horizon}")
    means = {rate: sign * float(iqm(np.asarray(values))) for rate, values in chosen.items()}
    return max(means, key=lambda rate: (means[rate] if math.isfinite(means[rate]) else -math.inf, -rate))


def choosing(scores: dict[int, float]) -> list[int]:
    """Return the seeds by which a learning rate is chosen where there is no validation set: the first half."""
    return sorted(scores)[: max(1, len(scores) // 2)]


def reported(found: Results, optimizer: str, horizon: int | None = None) -> dict[int, float]:
    """Return seed -> final score of an optimizer at its chosen rate, on seeds or data it was not chosen by.

    >>> from alphalab.curves import estimate, reported, table
    >>> digits = table("digits-mlp")
    >>> 0 < estimate(list(reported(digits, "adam").values())).mean <= 1
    True
    """
    rate = best_rate(found, optimizer, horizon)
    scores = finals(found, found.about["score"], horizon)[optimizer, rate]
    if found.about["select"] != found.about["score"]:
        return scores
    return {seed: value for seed, value in scores.items() if seed not in choosing(scores) or len(scores) == 1}
