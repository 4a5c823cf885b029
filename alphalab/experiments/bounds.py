"""Both sides of a claim, measured on problems of every class, over T and over alpha.

    over T        one run for each T, with the learning rate that minimises the right side for this T
    over alpha    runs of the longest T, all with the learning rate of that T

The sides come from the claims; the learning rate is where the derivative of the right side vanishes, its other
letters held fixed, which is the choice made in the paper's proofs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from alphalab.claims import Bound, Case, claim, run_case
from alphalab.experiments.columns import Data, spread, stacked
from alphalab.optimizers import AlphaGrad
from alphalab.problems import PROBLEMS, Problem, problem
from alphalab.registry import find

ALPHA = 2.0  # over T
LONGEST = 2048  # steps
HOPS = "a constant step hops around the minimum and doubles a difference in the last bit again and again"

COLUMNS = {
    "problem": "name of the problem",
    "kind": "the strongest property the problem has",
    "real_data": "whether it is a real data set",
    "n": "dimension",
    "along": "what varies, T or alpha",
    "claim": "key of the claim whose sides these are",
    "T": "number of steps",
    "alpha": "steepness, dimensionless",
    "eta": "learning rate, in the unit of x",
    "epsilon": "epsilon of the normalisation, in the unit of the gradient",
    "left": "measured side",
    "right": "bound",
    "outcome": "holds, violated or not applicable",
    "because": "why the claim does not apply",
}


def bounds(*keys: str) -> tuple[Bound, ...]:
    """Return the claims called `keys`; raises ValueError for one that has no two sides."""
    found = [(key, claim(key)) for key in keys]
    for key, one in found:
        if not isinstance(one, Bound):
            raise ValueError(f"claim {key!r} is no bound: it has no two sides")
    return tuple(one for _, one in found if isinstance(one, Bound))


@dataclass(frozen=True)
class Comparison:
    """Claims on the same measured quantity, the first of which sets the learning rate, and where they are held."""

    claims: tuple[Bound, ...]
    problems: tuple[str, ...]

    def compute(self, quick: bool) -> Data:
        """Return the table; its columns are COLUMNS."""
        return stacked(part for name in self.problems for part in self._parts(name, quick))

    def _parts(self, name: str, quick: bool) -> Iterator[Data]:
        """Yield the rows of one problem, a table for each claim and each direction."""
        subject, entry = problem(name), find("problem", name, PROBLEMS)
        about = {"problem": name, "kind": entry.kind, "real_data": entry.real_data, "n": subject.n}
        pilot = run_case(AlphaGrad(), subject, subject.start(), 1)
        reason = self.claims[0].check(pilot).because
        if reason:
            nothing = dict.fromkeys(("alpha", "eta", "epsilon", "left", "right"), np.nan)
            absent = {"along": "", "claim": self.claims[0].key, "outcome": "not applicable", "because": reason}
            yield spread(COLUMNS, **about, **nothing, **absent, T=0)
            return
        for along, case, rows in self._cases(subject, pilot, quick):
            for one in self.claims:
                yield spread(COLUMNS, **about, along=along, claim=one.key, **_sides(one, case, rows))

    def _cases(self, subject: Problem, pilot: Case, quick: bool) -> Iterator[tuple[str, Case, np.ndarray]]:
        """Yield (what varies, the runs, the row of each run: its T - 1)."""
        longest, points, steepnesses = (64, 7, 6) if quick else (LONGEST, 21, 26)
        T = np.unique(np.geomspace(1, longest, points).round().astype(int))
        norm = np.broadcast_to(pilot.gradient_norm, (longest,))
        best = self.claims[0].best_learning_rate(replace(pilot, gradient_norm=norm))
        over_T = AlphaGrad(learning_rate=best[T - 1], alpha=np.full(len(T), ALPHA))
        yield "T", run_case(over_T, subject, subject.start(), longest), T - 1
        alpha = np.geomspace(1e-2, 1e3, steepnesses)
        over_alpha = AlphaGrad(learning_rate=np.full(len(alpha), best[-1]), alpha=alpha)
        yield "alpha", run_case(over_alpha, subject, subject.start(), longest), np.full(len(alpha), longest - 1)


def _sides(subject: Bound, case: Case, rows: np.ndarray) -> dict[str, Any]:
    """Return both sides of a claim at one row of every run."""
    check, runs = subject.check(case), np.arange(len(rows))
    return {
        "T": rows + 1,
        "alpha": case.hyperparameter("alpha"),
        "eta": case.hyperparameter("learning_rate"),
        "epsilon": float(case.hyperparameter("epsilon")),
        "left": check.left[rows, runs],
        "right": check.right[rows, runs],
        "outcome": check.outcome[rows, runs],
        "because": check.because,
    }
