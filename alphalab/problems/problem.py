"""What every problem is: a value, a gradient, and the constants it claims.

f(y) <= f(x) + <g(x), y-x> + (L/2)||y-x||^2          L    smoothness, the one-sided bound
||g(y) - g(x)|| <= lipschitz ||y-x||                 lipschitz   of the gradient; it serves as L
f(y) >= f(x) + <g(x), y-x> + (mu/2)||y-x||^2         mu   strong convexity
||g(x)||^2 >= 2 pl (f(x) - f_star)                   pl   Polyak-Lojasiewicz
f(x) >= f_star = f(x_star),  g(x_star) = 0           f_star, x_star
f(x) >= f_inf                                        f_inf   any lower bound, f_star where that is known
f(y) <= f(x) + <g(x), y-x> + (L_inf/2)||y-x||_inf^2  L_inf   smoothness in the maximum norm
f(y) <= f(x) + <g(x), y-x> + ((L0 + L1 ||g(x)||)/2)||y-x||^2 where L1 ||y-x|| <= 1       L0, L1
"""

from __future__ import annotations

import copy
import dataclasses
import functools
import math
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, runtime_checkable

import numpy as np

from alphalab.arrays import Array
from alphalab.problems.fields import float_array, real_number, settle_whole_numbers
from alphalab.registry import check_key


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Constants:
    """The constants a problem claims; `None` means "not claimed". Every one given is tested.

    L >= 0 is global smoothness from above, lipschitz >= 0 the Lipschitz constant of the gradient, mu >= 0 strong
    convexity, pl > 0 the Polyak-Lojasiewicz constant, f_star the infimum, x_star one minimiser of shape (n,), convex
    whether f is convex, f_inf any lower bound of f, L_inf >= 0 smoothness in the maximum norm, and L0, L1 >= 0 how the
    curvature may grow with the gradient.
    What follows is filled in: lipschitz implies L = lipschitz, and for a convex f L implies lipschitz = L (so f'' >= 0
    leaves the gradient no room below); mu implies convex, mu > 0 implies pl = mu, f_star implies f_inf = f_star.

    >>> import alphalab as al
    >>> known = al.Constants(L=4.0, mu=1.0, f_star=0.0)
    >>> known.convex, known.pl, known.lipschitz, known.f_inf  # what follows is filled in
    (True, 1.0, 4.0, 0.0)
    >>> known.without("pl").pl is None
    True
    >>> al.Constants(L=1.0, mu=4.0)
    Traceback (most recent call last):
        ...
    ValueError: mu is 4.0, larger than L = 1.0; it must not exceed it
    """

    estimated: ClassVar[tuple[str, ...]] = ()  # the names of those that are only what samples showed

    L: float | None = None
    mu: float | None = None
    pl: float | None = None
    f_star: float | None = None
    x_star: Array | None = None
    convex: bool | None = None
    f_inf: float | None = None
    lipschitz: float | None = None
    L_inf: float | None = None
    L0: float | None = None
    L1: float | None = None

    def __post_init__(self) -> None:
        """Reject what cannot be true, then fill in what follows."""
        for field, least in (
            ("L", 0.0),
            ("lipschitz", 0.0),
            ("mu", 0.0),
            ("pl", 0.0),
            ("f_star", -math.inf),
            ("f_inf", -math.inf),
            ("L_inf", 0.0),
            ("L0", 0.0),
            ("L1", 0.0),
        ):
            self._settle(field, real_number(field, getattr(self, field), least))
        if self.pl == 0.0:
            raise ValueError("pl is 0; a Polyak-Lojasiewicz constant is positive: leave it out if none holds")
        if self.convex not in (None, True, False):
            raise ValueError(f"convex is {self.convex!r}; it must be True, False, or None if not claimed")
        if self.x_star is not None:
            self._settle("x_star", float_array("x_star", self.x_star, ndim=1))
        if self.mu is not None:
            self._settle("convex", self._implied("convex", True, "mu claims convexity"))
        if self.L is None:
            self._settle("L", self.lipschitz)
        if self.convex and self.lipschitz is None:
            self._settle("lipschitz", self.L)
        if self.mu:
            self._settle("pl", self.mu if self.pl is None else self.pl)
        if self.f_star is not None:
            self._settle("f_inf", self.f_star if self.f_inf is None else self.f_inf)
        self._check_order()

    def without(self, name: str) -> Constants:
        """Return the constants but this one, and nothing filled in."""
        rest = copy.copy(self)
        rest._settle(name, None)
        return rest

    def _settle(self, field: str, value: Any) -> None:
        object.__setattr__(self, field, value)

    def _implied(self, field: str, value: Any, why: str) -> Any:
        if getattr(self, field) not in (None, value):
            raise ValueError(f"{field} is {getattr(self, field)}; {why}, so it must be {value} or left out")
        return value

    def _check_order(self) -> None:
        """mu <= L and pl <= L (both follow from the definitions), f_inf <= f_star."""
        for low, high in (("mu", "L"), ("pl", "L"), ("f_inf", "f_star")):
            a, b = getattr(self, low), getattr(self, high)
            if a is not None and b is not None and a > b:
                raise ValueError(f"{low} is {a}, larger than {high} = {b}; it must not exceed it")


@runtime_checkable
class Problem(Protocol):
    """What the floors above need of a problem. `n` is the dimension of its points.

    >>> import numpy as np, alphalab as al
    >>> bowl = al.problem("quadratic", n=3)
    >>> isinstance(bowl, al.Problem), bowl.name, bowl.n
    (True, 'quadratic', 3)
    >>> bowl.value(np.zeros((5, 3))).shape, bowl.gradient(np.zeros((5, 3))).shape
    ((5,), (5, 3))
    >>> f, g = bowl.value_and_gradient(bowl.start(seed=1))
    >>> bool(f > bowl.constants.f_star)
    True
    """

    @property
    def name(self) -> str:
        """Registry name, lower case, words joined by hyphens."""

    @property
    def n(self) -> int:
        """Dimension of a point."""

    @property
    def constants(self) -> Constants:
        """What the problem claims about itself."""

    def value(self, x: Array) -> Array:
        """f(x), shapes (*batch, n) -> (*batch,)."""

    def gradient(self, x: Array) -> Array:
        """Gradient of f at x, shapes (*batch, n) -> (*batch, n)."""

    def value_and_gradient(self, x: Array) -> tuple[Array, Array]:
        """Both at once, shared work done once."""

    def start(self, seed: int = 0) -> np.ndarray:
        """A standard starting point for this problem, shape (n,), reproducible from the seed."""


def check_problem(problem: Any) -> None:
    """Raise ValueError unless `problem` is one; a class of problems is none."""
    if isinstance(problem, type) or not isinstance(problem, Problem):
        raise ValueError(f"problem must be a problem such as problem('rosenbrock'), got {problem!r}")


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Analytic:
    """A problem given by formulas: supplies what follows from `value` and `gradient`.

    Problems are compared by identity (their fields are arrays). `key` names a problem of the user's own: a store
    keeps its runs under that text, and without one not at all.
    """

    key: ClassVar[str | None] = None

    def __post_init__(self) -> None:
        """Reject bad fields, then work out the constants once: reading them costs nothing afterwards."""
        settle_whole_numbers(self)
        check_key(type(self).__name__, self.key)
        self._check()
        _ = self.constants

    if TYPE_CHECKING:  # at run time it would become the default value of a subclass's field n

        @property
        def n(self) -> int:
            """Dimension of a point, a field or a property of every problem."""

    def _check(self) -> None:
        """Raise ValueError naming the field that cannot be used; overridden where fields are given."""

    @functools.cached_property
    def constants(self) -> Constants:
        """Nothing is claimed unless a problem says so."""
        return Constants()

    def value(self, x: Array) -> Array:
        """f(x), shapes (*batch, n) -> (*batch,)."""
        return self.value_and_gradient(x)[0]

    def gradient(self, x: Array) -> Array:
        """Gradient of f at x, shapes (*batch, n) -> (*batch, n)."""
        return self.value_and_gradient(x)[1]

    def value_and_gradient(self, x: Array) -> tuple[Array, Array]:
        """Both at once; a problem gives either this one or the two above."""
        return self.value(x), self.gradient(x)

    def start(self, seed: int = 0) -> np.ndarray:
        """A standard normal point times 2, shape (n,)."""
        return 2.0 * np.random.default_rng(seed).standard_normal(self.n)


class Passed:
    """What a problem around another one leaves as it is: its points, f and the gradient."""

    if TYPE_CHECKING:
        problem: Problem

    @property
    def n(self) -> int:
        """Dimension of a point."""
        return self.problem.n

    def value(self, x: Array) -> Array:
        """f(x), shapes (*batch, n) -> (*batch,)."""
        return self.problem.value(x)

    def gradient(self, x: Array) -> Array:
        """Gradient of f at x, shapes (*batch, n) -> (*batch, n)."""
        return self.problem.gradient(x)

    def value_and_gradient(self, x: Array) -> tuple[Array, Array]:
        """Both at once."""
        return self.problem.value_and_gradient(x)

    def start(self, seed: int = 0) -> np.ndarray:
        """The start of the problem, shape (n,)."""
        return self.problem.start(seed)
