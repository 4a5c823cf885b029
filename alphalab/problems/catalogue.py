"""The registry of problems: an explicit tuple, from the simplest to the real.

problem("rosenbrock", n=4)      builds an entry by name; the same call gives the same problem
"""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable
from typing import Any, Literal

from alphalab import registry
from alphalab.problems import (
    convex,
    layers,
    least_squares,
    linear,
    logistic,
    networks,
    quadratics,
    sine,
    softmax,
    waves,
)
from alphalab.problems.fields import check_dimension
from alphalab.problems.nesterov import NesterovWorst
from alphalab.problems.problem import Problem
from alphalab.problems.valleys import Beale, Himmelblau, Rosenbrock

Kind = Literal["linear", "strongly-convex", "convex", "pl", "non-convex"]


@dataclasses.dataclass(frozen=True)
class Entry:
    """A problem of the registry: its strongest property (`kind`), its default dimension `n`, the `least` one."""

    name: str
    kind: Kind
    n: int
    make: Callable[..., Problem]
    summary: str
    real_data: bool = False
    n_free: bool = True
    least: int = 1

    @property
    def options(self) -> tuple[str, ...]:
        """Names that `make` accepts besides n."""
        return tuple(name for name in inspect.signature(self.make).parameters if name != "n")


def _real(name: str, kind: Kind, n: int, make: Callable[..., Problem], summary: str) -> Entry:
    return Entry(name, kind, n, make, summary, real_data=True, n_free=False)


REAL_DATA: tuple[Entry, ...] = (
    _real("logistic-breast-cancer", "strongly-convex", 31, logistic.logistic_breast_cancer, "569 patients, ridge"),
    _real("ridge-breast-cancer", "strongly-convex", 31, least_squares.ridge_breast_cancer, "569 patients, ridge"),
    _real("least-squares-diabetes", "strongly-convex", 10, least_squares.least_squares_diabetes, "442 patients"),
    _real("softmax-digits", "strongly-convex", 650, softmax.softmax_digits, "multinomial, ridge, 1797 images"),
    _real("network-digits", "non-convex", 1210, networks.network_digits, "64-16-10 tanh network, 1797 images"),
)

PROBLEMS: tuple[Entry, ...] = (
    Entry("linear", "linear", 3, linear.linear, "<g, x>: constant gradient, no minimum"),
    Entry("quadratic", "strongly-convex", 5, quadratics.quadratic, "rotated, with a chosen spectrum"),
    Entry("quadratic-diagonal", "strongly-convex", 3, quadratics.quadratic_diagonal, "diag(1, .1, .01)"),
    Entry("nesterov-worst", "strongly-convex", 10, NesterovWorst, "Nesterov's worst function, mu ~ 1/n^2"),
    Entry("logistic-ridge", "strongly-convex", 5, logistic.logistic_ridge, "synthetic data, with a ridge"),
    Entry("huber", "convex", 5, convex.huber, "Huber's function of a mixed argument"),
    Entry("log-cosh", "convex", 5, convex.log_cosh, "log cosh of a mixed argument"),
    Entry("log-sum-exp", "convex", 5, convex.log_sum_exp, "smoothed maximum of planes, even about x_star"),
    Entry("logistic", "convex", 5, logistic.logistic, "synthetic data that nothing separates"),
    Entry("least-squares-rank-deficient", "pl", 6, least_squares.rank_deficient, "rank below n", least=3),
    Entry("pl-sine", "pl", 4, sine.pl_sine, "x^2 + 3 sin^2 x, rotated: PL without convexity"),
    Entry("rosenbrock", "non-convex", 2, Rosenbrock, "the chained banana valley", least=2),
    Entry("beale", "non-convex", 2, Beale, "Beale's function, flat far out", n_free=False),
    Entry("himmelblau", "non-convex", 2, Himmelblau, "four equal minima", n_free=False),
    Entry("rastrigin", "non-convex", 4, waves.Rastrigin, "a bowl with a minimum near every lattice point"),
    Entry("rastrigin-rotated", "non-convex", 4, waves.rastrigin_rotated, "the same, not separable"),
    Entry("styblinski-tang", "non-convex", 4, waves.StyblinskiTang, "quartic, 2^n minima, one lowest"),
    Entry("styblinski-tang-rotated", "non-convex", 4, waves.styblinski_tang_rotated, "not separable"),
    Entry("double-well", "non-convex", 3, waves.double_well, "2^n equal minima, rotated"),
    Entry("cosine", "non-convex", 3, waves.cosine, "1 - cos, rotated: L = 1, infinitely many minima"),
    Entry("two-layer-linear", "non-convex", 12, layers.two_layer_linear, "W2 W1 = M", n_free=False),
    Entry("tanh-network", "non-convex", 13, networks.tanh_network, "2-3-1, known teacher", n_free=False),
    *REAL_DATA,
)


def problem(name: str, n: int | None = None, **options: Any) -> Problem:
    """Build the problem called `name` in n dimensions (its default if not given), with its own options.

    Raises ValueError for an unknown name (with the nearest one), an impossible dimension, an unknown option.
    """
    entry = registry.find("problem", name, PROBLEMS)
    for option in options:
        if option not in entry.options:
            known = ", ".join(entry.options) or "none"
            raise ValueError(f"{option} is not an option of {name}; its options are: {known}")
    for field, least in (("n", entry.least), ("seed", 0)):
        if (given := {"n": n, **options}.get(field)) is not None:
            check_dimension(name, given, least=least, field=field)
    made = entry.make(**options) if n is None or not entry.n_free else entry.make(n=n, **options)
    if n is not None and n != made.n:
        raise ValueError(f"n is {n!r}; {name} has dimension {made.n} here: leave n out")
    return made
