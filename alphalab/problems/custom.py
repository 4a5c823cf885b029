"""A user's own problem, from two callables and whatever constants are known.

    value (*batch, n) -> (*batch,),   gradient (*batch, n) -> (*batch, n)

Both are called with whole batches of points, also where a single run is made: both must sum over axis=-1. A
function written for one point can return the right shape by accident when the batch is n wide (x[0] is then
a row, not a coordinate): it is tried on two copies of the start (three for n = 2) when the problem is made.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from alphalab.arrays import Array, as_real, is_array, like
from alphalab.problems.fields import check_dimension, check_length, float_array, settle_whole_numbers
from alphalab.problems.problem import Constants
from alphalab.registry import check_key, check_takes

REFUSALS = (TypeError, ValueError, AttributeError, IndexError, RuntimeError)
"""What a function raises that is written for single points, or for another array library."""
ADVICE = "write it for a batch of points, (*batch, n): index coordinates as x[..., i], sum over axis=-1"
ARRAYS = "it must take arrays: np.sin(x), not math.sin(x)"


@dataclasses.dataclass(frozen=True, eq=False)
class Checked:
    """A user's function that must return the shape of x without its last `drop` axes."""

    field: str
    function: Callable[[Array], Any]
    n: int
    drop: int
    takes_batches: bool = dataclasses.field(default=False, init=False)  # has done so once

    def __call__(self, x: Array) -> Array:
        """Return function(x) with the dtype of x; ValueError where its shape is not the one wanted."""
        if x.shape[-1:] != (self.n,):
            raise ValueError(f"x has shape {tuple(x.shape)}; its last axis must have length n = {self.n}")
        out = self._evaluate(x)
        wanted = tuple(x.shape[: len(x.shape) - self.drop])
        if type(out) is type(x) and out.dtype == x.dtype and out.shape == wanted:  # the common case
            return out
        if tuple(out.shape) != wanted:
            raise ValueError(
                f"{self.field} returned shape {tuple(out.shape)} for points of shape {tuple(x.shape)}; "
                f"it must return {wanted}: {ADVICE}"
            )
        try:
            return like(as_real(out, self.field), x)
        except TypeError:
            raise ValueError(f"{self.field} must return real numbers, got dtype {out.dtype}") from None

    def _evaluate(self, x: Array) -> Array:
        """function(x) as an array; that it fails because x is a batch can only be so before it has taken one."""
        try:
            found = self.function(x)
            found = found if is_array(found) else like(found, x)
        except REFUSALS as error:
            if self.takes_batches or x.ndim == 1:
                raise
            if not self._takes_points(x):
                if not isinstance(error, TypeError):
                    raise
                told = f"{self.field} fails for points of shape {tuple(x.shape)} ({error}); {ARRAYS}"
                raise ValueError(told) from error
            raise ValueError(f"{self.field} fails for points of shape {tuple(x.shape)} ({error}); {ADVICE}") from error
        if x.ndim > 1 and not self.takes_batches:
            object.__setattr__(self, "takes_batches", True)
        return found

    def _takes_points(self, x: Array) -> bool:
        """Whether the function does not fail for the first point of x alone."""
        try:
            self.function(x[(0,) * (x.ndim - 1)])
        except REFUSALS:
            return False
        return True

    def try_batch(self, point: np.ndarray) -> None:
        """Raise ValueError where a batch of copies, not n of them, is too much for a function that takes the point.

        One that fails for the point alone (it may want another array library) is heard when it is run.
        """
        with np.errstate(all="ignore"):
            if self._takes_points(point):
                self(np.tile(point, (3 if self.n == 2 else 2, 1)))


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class CustomProblem:
    """A problem given by `value` and `gradient`; every constant is optional, `None` means "not claimed".

    `check=True` raises ValueError where `alphalab.check` finds a wrong gradient or constant. `key` names the two
    functions and their data ("spline-of-2024-05"): a store keeps the runs under that text, and without one not at all.

        >>> import alphalab as al
        >>> al.CustomProblem(value=lambda x: (x**2).sum(axis=-1), gradient=lambda x: 2 * x, n=3, L=2.0, check=True).L
        2.0
    """

    value: Callable[[Array], Array]
    gradient: Callable[[Array], Array]
    n: int
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
    x0: Array | None = None
    name: str = "custom"
    key: str | None = None
    check: bool = False

    def __post_init__(self) -> None:
        """Reject bad fields, wrap the two functions in their shape check, and try them once."""
        settle_whole_numbers(self)
        check_key("CustomProblem", self.key)
        check_dimension(self.name, self.n)
        _ = self.constants
        for field in ("x_star", "x0"):
            vector = getattr(self, field)
            if vector is not None:
                check_length(field, float_array(field, vector, ndim=1), self.n, "the dimension n")
        for field, drop in (("value", 1), ("gradient", 0)):
            object.__setattr__(self, field, self._checked(field, getattr(self, field), drop))
        if self.check:
            from alphalab.problems.check import check

            if not (report := check(self)):
                raise ValueError(str(report))

    def _checked(self, field: str, function: Any, drop: int) -> Checked:
        if not callable(function):
            raise ValueError(f"{field} is {function!r}; it must be a function of points of shape (*batch, n)")
        original = function.function if isinstance(function, Checked) else function
        check_takes(field, original, "x")
        checked = Checked(field, original, self.n, drop)
        checked.try_batch(self.start())
        return checked

    @functools.cached_property
    def constants(self) -> Constants:
        """The constants given, checked."""
        names = [field.name for field in dataclasses.fields(Constants)]
        return Constants(**{name: getattr(self, name) for name in names})

    def value_and_gradient(self, x: Array) -> tuple[Array, Array]:
        """Both, one after the other."""
        return self.value(x), self.gradient(x)

    def start(self, seed: int = 0) -> np.ndarray:
        """The given x0, else a standard normal point times 2, shape (n,)."""
        if self.x0 is not None:
            return np.array(float_array("x0", self.x0, ndim=1))
        return 2.0 * np.random.default_rng(seed).standard_normal(self.n)
