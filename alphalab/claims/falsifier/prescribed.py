r"""Spaces of runs whose step depends on where they start.

x_1 at ||x_1 - x*|| = radius along a shape, D = that or more (or less: a start outside)
eta    what an assumption of the bound prescribes for T steps, constant or falling geometrically, or the steps
       2D/(tanh(alpha)(t+1)) of N2;   eps    exactly 0 on the first of its decades
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

import numpy as np

from alphalab.claims.case import NotApplicableError, run_case
from alphalab.claims.claim import Assumption
from alphalab.claims.facts.runs import next_inverse
from alphalab.claims.falsifier.arenas import BALANCED, SHAPE_AXES, SPIKE, Arena, Recipe, shaped
from alphalab.claims.falsifier.subjects import STEPS, center, promises
from alphalab.claims.notation import Formula, Quantity, T, evaluate
from alphalab.claims.space import Range, Values
from alphalab.optimizers import AlphaGrad, Geometric, Optimizer, Scheduled
from alphalab.problems import Problem

AXES: dict[str, Range] = {
    **SHAPE_AXES,
    "log radius": (-3.0, 5.0),
    "log alpha": (-3.0, 3.0),
    "log D/radius": (-2.0, 1.0),
    "log eps/radius": (-12.0, 2.0),
    "T": (1.0, STEPS + 0.999),
}
Steps = Callable[[Problem, Values, np.ndarray, np.ndarray], tuple[Optimizer, int]]


def far(subject: Problem, choose: Steps) -> Arena:
    """Return the runs whose steps depend on the start: `choose` says who makes how many, from (f, values, x_1, D)."""
    label = f"prescribed steps on {subject.name}, n = {subject.n}"

    def recipe(values: Values) -> Recipe:
        u = shaped(values, subject.n)
        radius = 10.0 ** values["log radius"]
        start = center(subject) + (radius / np.linalg.norm(u, axis=-1))[:, None] * u
        reached = np.linalg.norm(start - center(subject), axis=-1)
        D = reached * (1 + 1e-12) * _share(values["log D/radius"])
        optimizer, steps = choose(subject, values, start, D)
        declared = {"D": D} | promises(subject)
        return Recipe(method=optimizer, problem=subject, start=start, steps=steps, declared=declared)

    hints = tuple(
        shape | {"log radius": z, "log alpha": a, "log D/radius": 0.0, "log eps/radius": -12.0, "T": steps}
        for shape, z, a, steps in itertools.product((BALANCED, SPIKE), (0.0, 3.0), (0.3, -2.0), (1.0, 4.0))
    )
    return Arena(label, AXES, recipe, hints)


def _share(z: np.ndarray) -> np.ndarray:
    """Return D/radius: a third of the axis lies at exactly 1, a third below (a start outside)."""
    return 10.0 ** np.where(z < -1, z + 1, np.maximum(z, 0.0))


def _inner(values: Values, eta: np.ndarray) -> AlphaGrad:
    epsilon = 10.0 ** (values["log eps/radius"] + values["log radius"])
    none = values["log eps/radius"] < AXES["log eps/radius"][0] + 1  # type: ignore[operator]
    return AlphaGrad(learning_rate=eta, alpha=10.0 ** values["log alpha"], epsilon=np.where(none, 0.0, epsilon))


def last_iterate(subject: Problem, values: Values, start: np.ndarray, D: np.ndarray) -> tuple[Optimizer, int]:
    """eta_t = 2D/(tanh(alpha)(t+1))."""
    eta = 2 * D / np.tanh(10.0 ** values["log alpha"])
    return Scheduled(_inner(values, eta), schedule=next_inverse), STEPS


def prescribed(assumption: Assumption, letters: Sequence[Quantity]) -> Steps:
    """Return the steps that an assumption prescribes for T steps: measured on one step of any length."""

    def choose(subject: Problem, values: Values, start: np.ndarray, D: np.ndarray) -> tuple[Optimizer, int]:
        horizon = Quantity(T, "planned number of steps", lambda case: np.floor(values["T"]))
        trial = _inner(values, np.ones_like(D))
        case = run_case(trial, subject, start, 1, None, D=D, **promises(subject))

        def usable(formula: Formula) -> np.ndarray:
            """Its value, or 1 where that is no number > 0 or is not known: there the bound does not apply."""
            try:
                value = evaluate(formula, case, (*letters, horizon))[0]
            except NotApplicableError:
                return np.ones_like(D)
            return np.where(np.isfinite(value) & (value > 0), value, 1.0)

        method = _inner(values, usable(assumption.rate))
        if assumption.decay is None:
            return method, int(np.max(values["T"]))
        return Scheduled(method, schedule=Geometric(np.minimum(usable(assumption.decay), 1.0))), STEPS

    return choose
