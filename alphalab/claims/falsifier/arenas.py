r"""Where a bound can fail: spaces of gradients and of runs, each point of a space one instance.

    gradients   shape x log alpha x log(eps/N) x log N,  n = 1 to 100
    runs        a problem x a method; start = x* + stairs strides along a shape, one stride the first step there,
                log eta, log alpha, log(eps/(L eta)), and what the method needs (momentum, second alpha, T, D)

A shape is four numbers u: component i is u_{i mod 4} q^{i div 4}, so u = (1,1,1,1), q = 1 is balanced and
u = (1,0,0,0), q = 0 a spike. Special assumptions are met by construction. `hints` are points with which a search
starts: balanced, spike, 2-cycle (half a stride from x*), a staircase; never the witness of a claim.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from alphalab.claims.case import Case, gradient_case
from alphalab.claims.claim import Bound, Claim
from alphalab.claims.space import Box, Range, Values
from alphalab.optimizers import AlphaGrad

APART, HIDDEN = 3.0, 2.0  # the score where the bound does not apply, and where rounding hides its margin
SHAPE = ("u1", "u2", "u3", "u4", "q")
SHAPE_AXES: dict[str, Range] = {**dict.fromkeys(SHAPE[:4], (-1.0, 1.0)), "q": (0.0, 1.0)}
BALANCED = dict.fromkeys(SHAPE, 1.0)
SPIKE = {"u1": 1.0, "u2": 0.0, "u3": 0.0, "u4": 0.0, "q": 0.0}


@dataclass(frozen=True)
class Arena(Box):
    """A box of points and the case they make; `hints` are points inside the box.

    `make` turns a population, every name (S,), into one case whose batch is the population.
    """

    make: Callable[[Values], Case]
    hints: tuple[dict[str, float], ...]

    def case(self, points: np.ndarray) -> Case:
        """Return the case of a population, (S, number of axes)."""
        return self.make(self.values(points))

    def hinted(self) -> np.ndarray:
        """Return the hints as points, (number of hints, number of axes)."""
        return np.asarray([[hint[name] for name in self.axes] for hint in self.hints])

    def example(self, point: np.ndarray) -> Case:
        """Return the one run or gradient at a point."""
        return self.case(point[None])

    def scores(self, claim: Claim, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the least margin of a bound over every run or gradient, and whether one row is violated."""
        return scores(claim, self.case(points))


def scores(claim: Claim, case: Case) -> tuple[np.ndarray, np.ndarray]:
    """Return the least margin of every run or gradient of a case, and whether one row is violated, (S,) each.

    Raises ValueError for a claim that is no bound.
    """
    if not isinstance(claim, Bound):
        raise ValueError(f"{claim.key} is no bound: nothing can be held against a case")
    check = claim.check(case)
    margin = np.where(np.isnan(check.margin), HIDDEN, check.margin)
    margin = np.where(check.outcome == "not applicable", APART, margin)
    return np.min(margin, axis=0), np.any(check.outcome == "violated", axis=0)


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
        yield Arena(f"gradient, n = {n}", axes, _gradient_maker(n), hints)


def _gradient_maker(n: int) -> Callable[[Values], Case]:
    def make(values: Values) -> Case:
        g = shaped(values, n)
        N = 10.0 ** values["log N"]
        g = g * (N / np.linalg.norm(g, axis=-1))[:, None]
        method = AlphaGrad(alpha=10.0 ** values["log alpha"], epsilon=N * 10.0 ** values["log eps/N"])
        return gradient_case(method, g, f"gradient, n = {n}")

    return make
