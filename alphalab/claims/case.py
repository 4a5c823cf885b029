"""A case: what was measured, against which any claim can be held.

Every row of a case is one instance of "given these gradients, hyperparameters and constants". A run of T steps
gives T rows, because each prefix of a run is a run; a batch of gradients gives one row, one step for each.
"""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from alphalab.arrays import Array, as_real, dot, namespace, norm, norm1, roundoff, svd, to_numpy
from alphalab.optimizers import Adam, Optimizer, RMSProp, Spectral, Wrapper
from alphalab.optimizers.optimizer import check_optimizer
from alphalab.optimizers.spectral import as_matrix
from alphalab.problems.problem import Constants, Problem, check_problem
from alphalab.simulation import Trajectory, simulate
from alphalab.simulation.described import optimizer_words

NEEDED = ("value", "gradient_norm", "alignment", "direction_sq")
"""What a run must have observed to become a case."""
OBSERVED = (*NEEDED, "point_norm")
"""What the lab's own runs observe; "distance" as well, where the minimiser is known."""
RUN_UNSOUND = "the run has stopped or diverged, or a value is subnormal"
PRODUCTS = ("alignment", "direction_sq")
HISTORIES = (*OBSERVED, "distance", "one_norm")
NO_NUMBERS = "some gradients are NaN or infinite"
GRADIENTS_UNSOUND = "some gradients, or their products with the step, are subnormal or overflow"


class NotApplicableError(Exception):
    """A claim does not speak about this case; the message is the reason."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Case:
    """Histories as float64 arrays (T, *batch), t = 1..T down the first axis, and what they belong to.

    gradient_norm = ||g_t||, alignment = <g_t, g'_t>, direction_sq = ||g'_t||^2, value = f(x_t),
    distance = ||x_t - x*||, point_norm = ||x_t||, one_norm = ||g_t||_1; None where unknown, NaN after a run has
    stopped. `sound` marks the rows before a run stopped or diverged in which nothing is subnormal (too few digits left
    to judge). `declared` holds what the maker of the case promises beside the problem's constants, such as D or L_inf,
    () or (*batch,). `magnitude` makes differences of values sums of what rounding acts on, by which the rounding error
    of a formula is bounded. `measured` keeps what letters are here.
    """

    label: str
    optimizer: Optimizer
    n: int
    gradient_norm: np.ndarray
    alignment: np.ndarray
    direction_sq: np.ndarray
    sound: np.ndarray
    value: np.ndarray | None = None
    distance: np.ndarray | None = None
    one_norm: np.ndarray | None = None
    point_norm: np.ndarray | None = None
    declared: Mapping[str, np.ndarray] = dataclasses.field(default_factory=dict)
    constants: Constants = dataclasses.field(default_factory=Constants)
    dtype: str = "float64"
    magnitude: bool = False
    measured: dict[Any, np.ndarray] = dataclasses.field(default_factory=dict, init=False, repr=False, compare=False)

    @functools.cached_property
    def rough(self) -> Case:
        """The same with `magnitude`."""
        return dataclasses.replace(self, magnitude=True)

    @property
    def steps(self) -> int:
        """T of the longest prefix."""
        return self.gradient_norm.shape[0]

    @property
    def unsound(self) -> str:
        """Why some rows are not sound, in words; "" where all are."""
        if np.all(self.sound):
            return ""
        if self.value is not None:
            return RUN_UNSOUND
        return GRADIENTS_UNSOUND if np.all(np.isfinite(self.gradient_norm)) else NO_NUMBERS

    @property
    def tolerance(self) -> float:
        """The relative rounding error granted, (n + 16) ulp of the dtype of the run."""
        return roundoff(self.n, self.dtype)

    @property
    def tolerances(self) -> np.ndarray:
        """The same with an ulp more for every step of the prefix, (T, 1, ...)."""
        rows = np.arange(len(self.gradient_norm)).reshape(-1, *([1] * (self.gradient_norm.ndim - 1)))
        return self.tolerance + rows * float(np.finfo(self.dtype).eps)

    def constant(self, name: str) -> Any:
        """Return a declared value or a constant of the problem; raises NotApplicableError where it is not given."""
        value = self.declared.get(name, getattr(self.constants, name, None))
        if value is None:
            raise NotApplicableError(f"{name} is not given")
        return value

    def history(self, name: str) -> np.ndarray:
        """Return a history; raises NotApplicableError naming one that was not observed."""
        value = getattr(self, name)
        if value is None:
            raise NotApplicableError(f"{name!r} was not observed")
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
        with np.errstate(invalid="ignore"):  # a run that diverged beyond all floats
            return np.abs(f) + np.abs(low) if self.magnitude else f - low

    @property
    def values(self) -> np.ndarray:
        """f(x_t), or with `magnitude` what rounding acts on: |f| + N h + (L/2) h^2 ulp, h = ||x||.

        Storing x moves it by an ulp of ||x||, and so moves f by the first two terms of Taylor's formula.
        """
        f = self.history("value")
        if not self.magnitude or self.point_norm is None:
            return np.abs(f) if self.magnitude else f
        return np.abs(f) + self.point_norm * (
            self.gradient_norm + (self.constants.L or 0.0) * self.point_norm * self.tolerance / 2
        )

    @property
    def drift(self) -> np.ndarray:
        """By how much storing x_1..x_T may move f(x_1) - f(x_T), in units of the tolerance: sum N ||x||, or 0."""
        return (
            np.cumsum(self.gradient_norm * self.point_norm, axis=0)
            if self.magnitude and self.point_norm is not None
            else np.zeros(1)
        )


def run_case(
    optimizer: Optimizer, problem: Problem, x0: Any, steps: int, label: str | None = None, **declared: Any
) -> Case:
    """Run and return the case; arguments as for `simulate`, and what is declared, such as D=2.0."""
    known = problem.constants.x_star is not None
    observe = (*OBSERVED, one_norm, "distance") if known else (*OBSERVED, one_norm)
    moments: tuple[Callable[..., Array], ...] = (peak, steepest) if isinstance(optimizer, Adam | RMSProp) else ()
    if isinstance(optimizer, Spectral):
        moments = (nuclear_norm_of(optimizer.shape),)
    run = simulate(optimizer, problem, x0, steps, observe=(*observe, *moments))
    promises = {name: np.asarray(value) for name, value in declared.items()}
    promises |= {one.__name__: run.records[one.__name__] for one in moments}
    return dataclasses.replace(trajectory_case(optimizer, problem, run, label), declared=promises)


def one_norm(x: Array, f: Array, g: Array, d: Array) -> Array:
    """Return ||g||_1, a thing to observe along a run; shapes (*batch, n) -> (*batch,)."""
    return norm1(g)


def peak(x: Array, f: Array, g: Array, d: Array) -> Array:
    """Return max_i |d_i|, a thing to observe along a run; shapes (*batch, n) -> (*batch,)."""
    return namespace(d).max(namespace(d).abs(d), axis=-1)


def nuclear_norm_of(shape: tuple[int, int]) -> Callable[..., Array]:
    """Return what observes the sum of the singular values of the gradient; shapes (*batch, p q) -> (*batch,)."""

    def nuclear(x: Array, f: Array, g: Array, d: Array) -> Array:
        s = svd(as_matrix(g, shape))[1]
        return namespace(s).sum(s, axis=-1)

    return nuclear


def steepest(x: Array, f: Array, g: Array, d: Array) -> Array:
    """Return max_i |g_i|, a thing to observe along a run; shapes (*batch, n) -> (*batch,)."""
    return namespace(g).max(namespace(g).abs(g), axis=-1)


def trajectory_case(optimizer: Optimizer, problem: Problem, run: Trajectory, label: str | None = None) -> Case:
    """Return the case of a run, NaN after it has stopped.

    Raises ValueError for a run of another optimizer or problem, and naming what of NEEDED it did not observe.
    """
    check_optimizer("optimizer", optimizer)
    check_problem(problem)
    if not isinstance(run, Trajectory):
        raise ValueError(f"run must be a run that simulate returned, got {run!r}")
    for what, given in (("optimizer", optimizer_words(optimizer)), ("problem", problem.name)):
        ran, told = (re.sub(" at 0x[0-9a-f]+", "", words) for words in (run.settings[what], given))  # where it lies
        if ran != told:
            raise ValueError(f"the {what} of the run is {ran}, not {told}")
    if missing := [name for name in NEEDED if name not in run.records]:
        raise ValueError(f"the run did not observe {missing[0]!r}; run simulate with observe={OBSERVED}")
    N = run.records["gradient_norm"]
    rows = np.arange(len(N)).reshape(-1, *([1] * (N.ndim - 1)))
    status, since = np.asarray(run.status), run.status_step
    stopped = (status == "converged") & (run.settings["tolerance"] > 0) & (rows > since)  # no steps of the method
    histories: dict[str, Any] = {
        name: np.where(stopped, np.nan, values.astype(np.float64))
        for name, values in run.records.items()
        if name in HISTORIES and np.ndim(values) == rows.ndim
    }
    dtype = str(run.environment["dtype"])
    ran = ~stopped & ((status != "diverged") | (rows < since))
    return Case(
        label=label or f"{optimizer.name} on {problem.name}",
        optimizer=optimizer,
        n=problem.n,
        sound=ran & _normal(dtype, *(histories[name] for name in ("gradient_norm", *PRODUCTS)), f=histories["value"]),
        constants=problem.constants,
        dtype=dtype,
        **histories,
    )


def _normal(dtype: str, N: np.ndarray, *products: np.ndarray, f: np.ndarray | None = None) -> np.ndarray:
    """Return where nothing is subnormal and no product of the direction underflowed to 0 at a gradient that is not."""
    tiny = float(np.finfo(dtype).smallest_normal)
    large = [np.abs(product) >= np.where(N > 0, tiny, 0.0) for product in products]
    return np.all(large if f is None else [*large, (f == 0) | (np.abs(f) >= tiny)], axis=0)


def largest(d: Array) -> np.ndarray:
    """Return max_i |d_i|, shapes (*batch, n) -> (*batch,)."""
    return np.max(np.abs(to_numpy(d).astype(np.float64)), axis=-1)


def gradient_case(optimizer: Optimizer, gradients: Any, label: str = "gradients") -> Case:
    """Return the case of one step at each of the gradients, (*batch, n): a lemma is a theorem about one step.

    It declares peak = max_i |g'_i|. What overflows is not sound, and no warning is given.
    """
    check_optimizer("optimizer", optimizer)
    try:
        gradients = as_real(gradients, "gradients")
    except TypeError:
        raise ValueError(f"gradients must be an array of real numbers, (*batch, n), got {gradients!r}") from None
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        d, _ = optimizer.direction(gradients, optimizer.init(gradients), gradients)
        measured = (norm(gradients), dot(gradients, d), dot(d, d), norm1(gradients))
    N, inner, square, one = np.broadcast_arrays(*(to_numpy(v).astype(np.float64)[None] for v in measured))
    dtype = str(gradients.dtype).rpartition(".")[2]
    known = {"peak": largest(d)}
    if isinstance(optimizer, Spectral):
        known["nuclear"] = to_numpy(nuclear_norm_of(optimizer.shape)(gradients, N, gradients, d)).astype(np.float64)
    return Case(
        label=label,
        optimizer=optimizer,
        n=gradients.shape[-1],
        gradient_norm=N,
        alignment=inner,
        direction_sq=square,
        one_norm=one,
        sound=np.isfinite(N) & _normal(dtype, N, inner, square),
        declared=known,
        dtype=dtype,
    )
