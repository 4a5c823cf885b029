r"""The problems of the page as the lab knows them: the page writes their formulas once more, tests compare the two.

    f(x) = h(Q x),   Q = [[cos, sin], [-sin, cos]] the rotation by an angle

Where a function has no L on the whole plane (the valley, the double well) the page takes the one of a window, which
serves the descent lemma as long as a run stays inside: a window is convex.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from alphalab.arrays import Array
from alphalab.problems import CustomProblem, Logistic, Problem, Rosenbrock, Rotated, data
from alphalab.problems.quadratics import DiagonalQuadratic, half_square
from alphalab.problems.sine import Sine
from alphalab.problems.waves import DoubleWell

REACH = 2.0  # half the width of the windows of the valley, around (0, 1), and of the double well, around 0
RIDGE = 0.05
DIGITS = 4  # of the data: the page and the lab read the same numbers
LOCAL = ("valley", "well")


def subject(name: str, kappa: float = 10.0, angle: float = 30.0) -> Problem:
    """Return the problem called `name`, one of NAMES, for the condition number kappa and the angle in degrees.

    >>> subject("quadratic", kappa=4.0).constants.mu
    0.25
    """
    turn = math.radians(angle)
    Q = np.array([[math.cos(turn), math.sin(turn)], [-math.sin(turn), math.cos(turn)]])
    return NAMES[name](kappa, Q)


def valley_constant() -> float:
    """Return the largest eigenvalue of [[1200 a^2 - 400 b + 2, -400 a], [-400 a, 200]], |a|, |b - 1| <= REACH.

    It rises with a^2 and falls with b, so it stands at a corner.
    """
    a, b = REACH, 1.0 - REACH
    along, across = 1200 * a**2 - 400 * b + 2, 400 * a
    return (along + 200 + math.sqrt((along - 200) ** 2 + 4 * across**2)) / 2


@functools.cache
def flowers() -> Logistic:
    """Return ridge logistic regression in two weights: versicolor or virginica, from the length and width of petals."""
    A, labels = data.iris()
    return Logistic(A=np.round(A, DIGITS), labels=labels, ridge=RIDGE, name="iris")


def constants() -> dict[str, dict[str, Any]]:
    """Return name -> the constants that the problem claims, ready for JSON."""
    names = ("L", "lipschitz", "pl", "f_star", "f_inf", "convex")
    told: dict[str, dict[str, Any]] = {}
    for name in NAMES:
        known = subject(name).constants
        x_star = None if known.x_star is None else np.asarray(known.x_star).tolist()
        told[name] = {key: getattr(known, key) for key in names} | {"x_star": x_star, "local": name in LOCAL}
    return told


def _turned(problem: Problem, Q: np.ndarray) -> Rotated:
    return Rotated(problem=problem, rotation=Q, shift=np.zeros(2), name=problem.name)


def _inside_window(problem: Problem, L: float) -> CustomProblem:
    """Return the problem with the constant L of its window, which serves above and below."""

    def value(x: Array) -> Array:
        return problem.value(x)

    def gradient(x: Array) -> Array:
        return problem.gradient(x)

    return CustomProblem(value=value, gradient=gradient, n=2, lipschitz=L, f_star=0.0, f_inf=0.0, name=problem.name)


NAMES: Mapping[str, Callable[[float, np.ndarray], Problem]] = {
    "bowl": lambda kappa, Q: half_square(2),
    "quadratic": lambda kappa, Q: _turned(DiagonalQuadratic(lam=np.array([1.0, 1.0 / kappa])), Q),
    "valley": lambda kappa, Q: _inside_window(Rosenbrock(n=2), valley_constant()),
    "sine": lambda kappa, Q: _turned(Sine(n=2), Q),
    "well": lambda kappa, Q: _inside_window(_turned(DoubleWell(n=2), Q), 3 * REACH**2 - 1),
    "iris": lambda kappa, Q: flowers(),
    "cycle": lambda kappa, Q: half_square(1),
}
"""What makes the problem of each name, from the condition number and the rotation."""
