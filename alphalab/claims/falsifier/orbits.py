r"""Search for a run that does not approach stationarity: a 2-cycle that nobody pointed out.

    minimise   ||x_{t+2} - x_t|| / ||x_{t+1} - x_t||      after SETTLE steps:  0 on a 2-cycle, about 2 on a slow walk

on strongly convex quadratics and Polyak-Lojasiewicz problems, over shape, start, eta, alpha, eps. What is found
is confirmed on a long run: the least N_t of its second half is of the size of the greatest. It refutes, for a
constant step, "liminf ||g_t|| = 0" and "a linear rate under strong convexity or PL".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from alphalab.claims.case import Case
from alphalab.claims.falsifier.arenas import Arena, Recipe
from alphalab.claims.falsifier.runs import METHODS, placed, walk
from alphalab.claims.falsifier.subjects import subjects
from alphalab.claims.space import Values
from alphalab.optimizers import Optimizer
from alphalab.problems import Problem
from alphalab.simulation import simulate

CONVERGENCE = ("thm-2-liminf", "rem-1ab")  # the claims that a run which never approaches stationarity refutes
SETTLE, LONG = 100, 2_000
PERIODIC, PERSISTENT = 1e-9, 0.5
POPULATION = 32
METHOD = METHODS[0]


@dataclass(frozen=True, kw_only=True)
class Orbit:
    """What was found; worst_margin = -(least N_t of the second half of the long run)/(greatest), 0 without one."""

    violated: bool
    evaluations: int
    where: str
    worst_margin: float
    case: Case | None
    recipe: Recipe | None


def hunt_orbit(evaluations: int, seed: int) -> Orbit:
    """Search the problems in turn, random points first and then around the best; stop at a confirmed orbit."""
    random, used = np.random.default_rng(seed), 0
    eligible = [subject for subject in subjects() if subject.constants.pl and subject.constants.L]
    for subject in eligible:
        arena = walk(subject, METHOD)
        low, high = arena.box.T
        best, center, radius = np.inf, (low + high) / 2, 1.0
        for _ in range(max(evaluations // len(eligible) // POPULATION, 1)):
            noise = random.uniform(-1, 1, (POPULATION, len(low))) * (high - low) * radius
            points = np.clip(center + noise, low, high)
            residual = periodicity(subject, arena.values(points))
            used += POPULATION
            if residual.min() < best:
                best, center = float(residual.min()), points[int(residual.argmin())]
            radius = max(0.7 * radius, 1e-3)
            if best < PERIODIC:
                break
        if best < PERIODIC and (found := confirmed(subject, arena, center, used)):
            return found
    return Orbit(violated=False, evaluations=used, where="no orbit found", worst_margin=0.0, case=None, recipe=None)


def periodicity(subject: Problem, values: Values) -> np.ndarray:
    """Return ||x_{t+2} - x_t||/||x_{t+1} - x_t|| after SETTLE steps, (S,); 1 where the run has come to rest."""
    optimizer, start = placed(subject, METHOD, values)
    x = _after(optimizer, subject, start, SETTLE)
    y = _after(optimizer, subject, x, 1)
    z = _after(optimizer, subject, y, 1)
    moved = np.linalg.norm(y - x, axis=-1)
    still = ~(moved > 1e-6 * np.linalg.norm(start - x, axis=-1))
    with np.errstate(all="ignore"):
        return np.where(still, 1.0, np.linalg.norm(z - x, axis=-1) / moved)


def _after(optimizer: Optimizer, subject: Problem, x: np.ndarray, steps: int) -> np.ndarray:
    return simulate(optimizer, subject, x, steps, observe=()).x_last


def confirmed(subject: Problem, arena: Arena, point: np.ndarray, used: int) -> Orbit | None:
    """Return the orbit if it lasts for LONG steps; None where it does not."""
    values = arena.values(point[None])
    optimizer, start = placed(subject, METHOD, values)
    recipe = Recipe(method=optimizer, problem=subject, start=start, steps=LONG)
    case = recipe.case("orbit found by the search")
    tail = case.gradient_norm[LONG // 2 :]
    lasting = float(tail.min() / case.gradient_norm.max())
    steady = float(tail.min() / tail.max())
    if not (np.all(case.sound) and steady > PERSISTENT):
        return None
    return Orbit(
        violated=True,
        evaluations=used + 1,
        where=arena.sentence(point),
        worst_margin=-lasting,
        case=case,
        recipe=recipe,
    )
