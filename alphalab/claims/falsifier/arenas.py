r"""Where a bound can fail: spaces of gradients and of runs, each point of a space one instance.

    gradients   shape x log alpha x log(eps/N) x log N,  n = 1 to 100
    runs        a problem x a method; start = x* + stairs strides along a shape, one stride the first step there,
                log eta, log alpha, log(eps/(L eta)), and what the method needs (momentum, second alpha, T, D)

A shape is four numbers u: component i is u_{i mod 4} q^{i div 4}, so u = (1,1,1,1), q = 1 is balanced and
u = (1,0,0,0), q = 0 a spike. Special assumptions are met by construction. `hints` are points with which a search
starts: balanced, spike, 2-cycle (half a stride from x*), a staircase; never the witness of a claim.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np

from alphalab.claims.case import Case, gradient_case, largest, run_case
from alphalab.claims.claim import Bound, Claim
from alphalab.claims.facts.instances import noisy, noisy_case
from alphalab.claims.space import Box, Range, Values
from alphalab.optimizers import AlphaGrad, Optimizer
from alphalab.problems import Problem
from alphalab.problems.linear import Linear

APART, HIDDEN = 3.0, 2.0  # the score where the bound does not apply, and where rounding hides its margin
SHAPE = ("u1", "u2", "u3", "u4", "q")
SHAPE_AXES: dict[str, Range] = {**dict.fromkeys(SHAPE[:4], (-1.0, 1.0)), "q": (0.0, 1.0)}
BALANCED = dict.fromkeys(SHAPE, 1.0)
SPIKE = {"u1": 1.0, "u2": 0.0, "u3": 0.0, "u4": 0.0, "q": 0.0}
Noise: TypeAlias = Callable[[int, np.ndarray], np.ndarray]


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """What reproduces a run or a gradient: the method on the problem from the start, so many steps.

    `declared` is what the case promises beside the problem's constants, `noise` (t, g) -> what is added to the gradient
    that a step sees. A gradient is one step on a linear problem.

    >>> import alphalab as al
    >>> from alphalab.claims import attack
    >>> found = attack("thm-1-rate", 500)
    >>> case = found.recipe.case()
    >>> bool(al.claim("thm-1-rate").check(case).count("violated"))
    True
    """

    method: Optimizer
    problem: Problem
    start: np.ndarray
    steps: int
    declared: Mapping[str, Any] = field(default_factory=dict)
    noise: Noise | None = None

    def case(self, label: str | None = None) -> Case:
        """Run it, and return the case."""
        if self.noise is None:
            return run_case(self.method, self.problem, self.start, self.steps, label, **self.declared)
        seen = noisy(self.method, self.problem.gradient, self.problem.value, self.start, self.noise, self.steps)
        return noisy_case(self.method, self.problem, seen, label or self.problem.name)


@dataclass(frozen=True)
class Arena(Box):
    """A box of points and the runs they stand for; `hints` are points inside the box.

    `recipe` turns a population, every name (S,), into the recipe of runs whose batch is the population.
    """

    recipe: Callable[[Values], Recipe]
    hints: tuple[dict[str, float], ...]

    def case(self, points: np.ndarray) -> Case:
        """Return the case of a population, (S, number of axes)."""
        return self.recipe(self.values(points)).case(self.label)

    def hinted(self) -> np.ndarray:
        """Return the hints as points, (number of hints, number of axes)."""
        return np.asarray([[hint[name] for name in self.axes] for hint in self.hints])

    def example(self, point: np.ndarray) -> Recipe:
        """Return the one run or gradient at a point."""
        return self.recipe(self.values(point[None]))

    def scores(self, claim: Claim, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the least margin of a bound over every run or gradient, and whether one row is violated."""
        return scores(claim, self.case(points))


@dataclass(frozen=True)
class Gradients(Arena):
    """The same of single gradients of dimension n, each a linear problem of its own."""

    n: int

    def case(self, points: np.ndarray) -> Case:
        """Return the case of a population, (S, number of axes)."""
        g, method = sized(self.values(points), self.n)
        return gradient_case(method, g, self.label)


def scores(claim: Claim, case: Case) -> tuple[np.ndarray, np.ndarray]:
    """Return the least margin of every run or gradient of a case, and whether one row is violated, (S,) each.

    Raises ValueError for a claim that is no bound.
    """
    if not isinstance(claim, Bound):
        raise ValueError(f"{claim.key} is no bound: nothing can be held against a case")
    check = claim.check(case)
    margin = np.where(np.isnan(check.margin), HIDDEN, check.margin)
    margin = np.where(check.applies, margin, APART)
    return np.min(margin, axis=0), np.any(check.broken, axis=0)


def shaped(values: Values, n: int) -> np.ndarray:
    """Return the vectors (S, n) of the shapes, the largest component 1 in size; (1, 0, ..., 0) for the shape 0."""
    u = np.stack([values[name] for name in SHAPE[:4]], axis=-1)
    index = np.arange(n)
    vectors = u[:, index % 4] * values["q"][:, None] ** (index // 4)
    size = np.max(np.abs(vectors), axis=-1, keepdims=True)
    return np.where(size > 1e-9, vectors / np.where(size > 1e-9, size, 1.0), np.eye(1, n))


def gradient_arenas() -> Iterator[Arena]:
    """Yield the spaces of single gradients, one per dimension."""
    axes: dict[str, Range] = {
        **SHAPE_AXES,
        "log alpha": (-3.0, 3.0),
        "log eps/N": (-16.0, 2.0),
        "log N": (-150.0, 150.0),
    }
    hints = tuple(
        shape | {"log alpha": a, "log eps/N": e, "log N": 0.0}
        for shape in (BALANCED, SPIKE)
        for a in (-3.0, 0.3, 2.0)
        for e in (-16.0, -1.0)
    )
    for n in (1, 2, 3, 4, 10, 100):
        yield Gradients(f"gradient, n = {n}", axes, functools.partial(_one_step, n), hints, n)


def _one_step(n: int, values: Values) -> Recipe:
    g, method = sized(values, n)
    peak = largest(method.direction(g, (), g)[0])
    return Recipe(method=method, problem=Linear(g=g[0]), start=np.zeros((1, n)), steps=1, declared={"peak": peak})


def sized(values: Values, n: int) -> tuple[np.ndarray, AlphaGrad]:
    """Return the gradients of a population, (S, n), and the method with its settings, (S,) each."""
    g, N = shaped(values, n), 10.0 ** values["log N"]
    g = g * (N / np.linalg.norm(g, axis=-1))[:, None]
    return g, AlphaGrad(alpha=10.0 ** values["log alpha"], epsilon=N * 10.0 ** values["log eps/N"])
