"""The registry of problems: an explicit tuple, from the simplest to the real.

problem("rosenbrock", n=4)      builds an entry by name; the same call gives the same problem
"""

from __future__ import annotations

import dataclasses
import importlib
import inspect
from collections.abc import Callable
from typing import Any, Literal

from alphalab import registry
from alphalab.problems.fields import check_dimension
from alphalab.problems.problem import Problem

Kind = Literal["linear", "strongly-convex", "convex", "pl", "non-convex"]

Names = tuple[str, ...]

LINEAR: Names = ("L", "convex", "lipschitz")
MINIMUM: Names = ("f_star", "x_star", "f_inf")
SMOOTH: Names = ("L", "f_star", "x_star", "f_inf", "lipschitz")
PL: Names = ("L", "pl", *SMOOTH[1:])
CONVEX: Names = ("L", "f_star", "x_star", "convex", "f_inf", "lipschitz")
FLAT: Names = ("L", "pl", *CONVEX[1:])
STRONG: Names = ("L", "mu", *FLAT[1:])
STEEP: Names = ("L0", "L1")


@dataclasses.dataclass(frozen=True)
class Entry:
    """A problem of the registry: its strongest property (`kind`), its default dimension `n`, the `least` one.

    `maker` says where it is made ("module.function"), `known` which constants it claims: nothing is imported and
    nothing is computed to list them.
    """

    name: str
    kind: Kind
    n: int
    maker: str
    known: Names
    summary: str
    real_data: bool = False
    n_free: bool = True
    least: int = 1

    @property
    def make(self) -> Callable[..., Problem]:
        """What builds the problem, imported now."""
        module, function = self.maker.split(".")
        return getattr(importlib.import_module(f"alphalab.problems.{module}"), function)

    @property
    def options(self) -> tuple[str, ...]:
        """Names that `make` accepts besides n."""
        return tuple(name for name in inspect.signature(self.make).parameters if name != "n")


def _real(name: str, n: int, maker: str, summary: str, kind: Kind = "strongly-convex", known: Names = STRONG) -> Entry:
    return Entry(name, kind, n, maker, known, summary, real_data=True, n_free=False)


REAL_DATA: tuple[Entry, ...] = (
    _real("logistic-breast-cancer", 31, "logistic.logistic_breast_cancer", "569 patients, ridge"),
    _real("ridge-breast-cancer", 31, "least_squares.ridge_breast_cancer", "569 patients, ridge"),
    _real("least-squares-diabetes", 10, "least_squares.least_squares_diabetes", "442 patients"),
    _real("softmax-digits", 650, "softmax.softmax_digits", "multinomial, ridge, 1797 images"),
    _real("network-digits", 1210, "networks.network_digits", "64-16-10 tanh network", "non-convex", ("f_inf",)),
)

PROBLEMS: tuple[Entry, ...] = (
    Entry("linear", "linear", 3, "linear.linear", LINEAR, "<g, x>: constant gradient, no minimum"),
    Entry("quadratic", "strongly-convex", 5, "quadratics.quadratic", STRONG, "rotated, with a chosen spectrum"),
    Entry(
        "quadratic-diagonal",
        "strongly-convex",
        3,
        "quadratics.quadratic_diagonal",
        (*STRONG, "L_inf"),
        "diag(1, .1, .01)",
    ),
    Entry(
        "matrix-least-squares",
        "strongly-convex",
        6,
        "matrices.matrix_least_squares",
        STRONG,
        "A X B = C, two chosen spectra",
        n_free=False,
    ),
    Entry("nesterov-worst", "strongly-convex", 10, "nesterov.NesterovWorst", STRONG, "the worst function, mu ~ 1/n^2"),
    Entry("logistic-ridge", "strongly-convex", 5, "logistic.logistic_ridge", STRONG, "synthetic data, with a ridge"),
    Entry(
        "cosh", "strongly-convex", 3, "steep.Cosh", ("mu", "pl", *CONVEX[1:-1], *STEEP), "sum of cosh: no L, but L0, L1"
    ),
    Entry(
        "exponential",
        "convex",
        3,
        "steep.Exponential",
        ("f_star", "convex", "f_inf", *STEEP),
        "sum of e^x: no minimiser",
    ),
    Entry(
        "quartic", "convex", 3, "steep.quartic", (*CONVEX[1:-1], *STEEP), "x^4/4, rotated: flat at the minimum, no L"
    ),
    Entry("huber", "convex", 5, "convex.huber", CONVEX, "Huber's function of a mixed argument"),
    Entry("log-cosh", "convex", 5, "convex.log_cosh", CONVEX, "log cosh of a mixed argument"),
    Entry("log-sum-exp", "convex", 5, "convex.log_sum_exp", CONVEX, "smoothed maximum of planes, even about x_star"),
    Entry("logistic", "convex", 5, "logistic.logistic", CONVEX, "synthetic data that nothing separates"),
    Entry("least-squares-rank-deficient", "pl", 6, "least_squares.rank_deficient", FLAT, "rank below n", least=3),
    Entry("pl-sine", "pl", 4, "sine.pl_sine", PL, "x^2 + 3 sin^2 x, rotated: PL without convexity"),
    Entry("rosenbrock", "non-convex", 2, "valleys.Rosenbrock", MINIMUM, "the chained banana valley", least=2),
    Entry("beale", "non-convex", 2, "valleys.Beale", MINIMUM, "Beale's function, flat far out", n_free=False),
    Entry("himmelblau", "non-convex", 2, "valleys.Himmelblau", MINIMUM, "four equal minima", n_free=False),
    Entry("rastrigin", "non-convex", 4, "waves.Rastrigin", SMOOTH, "a bowl with a minimum near every lattice point"),
    Entry("rastrigin-rotated", "non-convex", 4, "waves.rastrigin_rotated", SMOOTH, "the same, not separable"),
    Entry("styblinski-tang", "non-convex", 4, "waves.StyblinskiTang", MINIMUM, "quartic, 2^n minima, one lowest"),
    Entry("styblinski-tang-rotated", "non-convex", 4, "waves.styblinski_tang_rotated", MINIMUM, "not separable"),
    Entry("double-well", "non-convex", 3, "waves.double_well", MINIMUM, "2^n equal minima, rotated"),
    Entry("cosine", "non-convex", 3, "waves.cosine", SMOOTH, "1 - cos, rotated: L = 1, infinitely many minima"),
    Entry("two-layer-linear", "non-convex", 12, "layers.two_layer_linear", MINIMUM, "W2 W1 = M", n_free=False),
    Entry("tanh-network", "non-convex", 13, "networks.tanh_network", MINIMUM, "2-3-1, known teacher", n_free=False),
    *REAL_DATA,
)


def problem(name: str, n: int | None = None, **options: Any) -> Problem:
    """Build the problem called `name` in n dimensions (its default if not given), with its own options.

    Raises ValueError for an unknown name (with the nearest one), an impossible dimension, an unknown option.

    >>> import alphalab as al
    >>> al.problem("rosenbrock", n=4).constants.f_star
    0.0
    >>> al.problem("rosenbrok")
    Traceback (most recent call last):
        ...
    ValueError: problem 'rosenbrok' is unknown; did you mean 'rosenbrock'?
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
