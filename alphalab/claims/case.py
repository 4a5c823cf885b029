"""A case: what was measured, against which any claim can be held.

Every row of a case is one instance of "given these gradients, hyperparameters and constants". A run of T steps
gives T rows, because each prefix of a run is a run; a batch of gradients gives one row, one step for each.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from alphalab.arrays import Array, dot, norm, roundoff, to_numpy
from alphalab.optimizers import Optimizer, Wrapper
from alphalab.problems.problem import Constants, Problem
from alphalab.simulation import Trajectory, simulate

OBSERVED = ("value", "gradient_norm", "alignment", "direction_sq")
"""What a run must have observed to become a case; "distance" as well, where the minimiser is known."""


class NotApplicableError(Exception):
    """A claim does not speak about this case; the message is the reason."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Case:
    """Histories as float64 arrays (T, *batch), t = 1..T down the first axis, and what they belong to.

    N = ||g_t||, inner = <g_t, g'_t>, square = ||g'_t||^2, f = f(x_t), distance = ||x_t - x*||; None where
    unknown. `sound` marks the rows before a run diverged. `magnitude` makes differences of values sums of
    absolute values, by which the rounding error of a formula is bounded.
    """

    label: str
    optimizer: Optimizer
    n: int
    N: np.ndarray
    inner: np.ndarray
    square: np.ndarray
    sound: np.ndarray
    f: np.ndarray | None = None
    distance: np.ndarray | None = None
    constants: Constants = dataclasses.field(default_factory=Constants)
    dtype: str = "float64"
    magnitude: bool = False

    @property
    def steps(self) -> int:
        """T of the longest prefix."""
        return self.N.shape[0]

    @property
    def tolerance(self) -> float:
        """The relative rounding error granted, (n + 16) ulp of the dtype of the run."""
        return roundoff(self.n, self.dtype)

    def constant(self, name: str) -> Any:
        """Return a constant of the problem; raises NotApplicableError where it is not given."""
        value = getattr(self.constants, name)
        if value is None:
            raise NotApplicableError(f"{name} is not given")
        return value

    def history(self, name: str) -> np.ndarray:
        """Return a history; raises NotApplicableError where it was not or cannot be observed."""
        value = getattr(self, name)
        if value is None:
            raise NotApplicableError(f"{name} is not known")
        return value

    def hyperparameter(self, name: str) -> np.ndarray:
        """Return a hyperparameter, () or (*batch,); raises NotApplicableError where the optimizer has none."""
        optimizer = self.optimizer
        while isinstance(optimizer, Wrapper) and not hasattr(optimizer, name):
            optimizer = optimizer.optimizer
        if not hasattr(optimizer, name):
            raise NotApplicableError(f"{optimizer.name} has no {name}")
        return to_numpy(getattr(optimizer, name))

    def difference(self, f: Array, low: Array) -> Array:
        """Return f - low, or where `magnitude` is asked for |f| + |low|."""
        return np.abs(f) + np.abs(low) if self.magnitude else f - low


def run_case(optimizer: Optimizer, problem: Problem, x0: Any, steps: int, label: str | None = None) -> Case:
    """Run and return the case; arguments as for `simulate`."""
    known = problem.constants.x_star is not None
    observe = (*OBSERVED, "distance") if known else OBSERVED
    return trajectory_case(optimizer, problem, simulate(optimizer, problem, x0, steps, observe=observe), label)


def trajectory_case(optimizer: Optimizer, problem: Problem, run: Trajectory, label: str | None = None) -> Case:
    """Return the case of a trajectory that observed what OBSERVED names; raises ValueError where it did not."""
    rows = np.arange(run.steps).reshape(-1, *([1] * len(run.batch)))
    wide = {name: run[name].astype(np.float64) for name in run.records if np.ndim(run[name]) == rows.ndim}
    return Case(
        label=label or f"{optimizer.name} on {problem.name}",
        optimizer=optimizer,
        n=problem.n,
        f=wide["value"],
        N=_needed(wide, "gradient_norm"),
        inner=_needed(wide, "alignment"),
        square=_needed(wide, "direction_sq"),
        distance=wide.get("distance"),
        sound=(np.asarray(run.status) != "diverged") | (rows < run.status_step),
        constants=problem.constants,
        dtype=str(run.environment["dtype"]),
    )


def _needed(histories: dict[str, np.ndarray], name: str) -> np.ndarray:
    if name not in histories:
        raise ValueError(f"the claims need the history of {name!r}; run simulate with observe={OBSERVED}")
    return histories[name]


def gradient_case(optimizer: Optimizer, gradients: Array, label: str = "gradients") -> Case:
    """Return the case of one step at each of the gradients, (*batch, n): a lemma is a theorem about one step."""
    d, _ = optimizer.direction(gradients, optimizer.init(gradients), gradients)
    size, inner, square = (
        to_numpy(v).astype(np.float64)[None] for v in (norm(gradients), dot(gradients, d), dot(d, d))
    )
    return Case(
        label=label,
        optimizer=optimizer,
        n=gradients.shape[-1],
        N=size,
        inner=inner,
        square=square,
        sound=np.isfinite(size),
        dtype=str(gradients.dtype).rpartition(".")[2],
    )
