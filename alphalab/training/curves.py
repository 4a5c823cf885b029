"""What is said of several seeds: the interquartile mean, its interval, differences paired by seed.

    IQM(x) = mean of the middle half of x,     95 % interval by the percentile bootstrap over seeds

Source: R. Agarwal et al., arXiv 2108.13264.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from alphalab.training.results import Results, Row

RESAMPLES = 2000


class Estimate(NamedTuple):
    """An interquartile mean and its 95 % interval; NaN bounds where a single seed leaves nothing to resample."""

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


def estimate(x: Sequence[float] | np.ndarray) -> Estimate:
    """Return the interquartile mean of x, one number per seed, and its interval; the resamples are always the same."""
    from scipy.stats import bootstrap

    values = np.asarray(x, dtype=np.float64)
    mean = float(iqm(values)) if values.size else math.nan
    if values.size < 2 or not np.all(np.isfinite(values)):
        return Estimate(mean, math.nan, math.nan)
    if np.ptp(values) == 0:
        return Estimate(mean, mean, mean)
    found = bootstrap((values,), iqm, n_resamples=RESAMPLES, method="percentile", rng=np.random.default_rng(0))
    return Estimate(mean, *map(float, found.confidence_interval))


def paired(x: dict[int, float], y: dict[int, float]) -> Estimate:
    """Return what `estimate` says of x - y, seed by seed, over the seeds that both have."""
    return estimate([x[seed] - y[seed] for seed in sorted(x.keys() & y.keys())])


def finals(found: Results, column: str, horizon: int | None = None) -> dict[tuple[str, float], dict[int, float]]:
    """Return (optimizer, learning rate) -> seed -> the last value of a column; NaN of a run that was stopped.

    `horizon`: the runs of that horizon alone.
    """
    last: dict[tuple[str, float, int, int], Row] = {}
    for row in found.rows:
        if horizon in (None, row["horizon"]):
            key = row["optimizer"], row["learning_rate"], row["horizon"], row["seed"]
            last[key] = max(last.get(key, row), row, key=lambda one: one["step"])
    scores: dict[tuple[str, float], dict[int, float]] = {}
    for (optimizer, rate, _, seed), row in sorted(last.items(), key=lambda item: item[0]):
        scores.setdefault((optimizer, rate), {})[seed] = row[column]
    return scores


def best_rate(found: Results, optimizer: str, horizon: int | None = None) -> float:
    """Return the learning rate that is chosen for an optimizer.

    Where the scores are of data that were never chosen by (a test set), by the interquartile mean of the column
    `select` over all seeds; else over the first half of the seeds, and the rest alone is reported (`reported`).
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
    """Return seed -> final score of an optimizer at its chosen rate, on seeds or data it was not chosen by."""
    rate = best_rate(found, optimizer, horizon)
    scores = finals(found, found.about["score"], horizon)[optimizer, rate]
    if found.about["select"] != found.about["score"]:
        return scores
    return {seed: value for seed, value in scores.items() if seed not in choosing(scores) or len(scores) == 1}
