"""Stochastic gradients as pure functions of a key: a problem that answers with noise, or from a few rows of its data.

    Noisy        g_t = grad f(x) + z_t,                 z_t of a law, E z_t = 0
    MiniBatch    g_t = grad of f on rows R_t,           R_t drawn with replacement, so that E g_t = grad f(x)

t is the step. The value is the full one, and so are the constants and `gradient`, so that all else takes an oracle as
the problem it is. Every run of a sweep sees the same z_t and R_t: differences between settings are paired. A replicate
is another `seed`.
"""

from __future__ import annotations

import copy
import dataclasses
import functools
from collections.abc import Mapping

from alphalab.arrays import Array, counting, like, namespace
from alphalab.problems.fields import check_dimension
from alphalab.problems.laws import Gaussian, Law, threefry, uniform
from alphalab.problems.problem import Analytic, Constants, Passed, Problem


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Oracle(Passed, Analytic):
    """A problem whose gradient is drawn anew at every step: `sample` is what a run sees."""

    problem: Problem = dataclasses.field(kw_only=False)
    seed: int = 0

    def _check(self) -> None:
        if not isinstance(self.problem, Problem) or isinstance(self.problem, Oracle):
            raise ValueError(f"problem must be a problem that is no oracle itself, got {self.problem!r}")
        check_dimension("an oracle", self.seed, least=0, field="seed")

    @functools.cached_property
    def constants(self) -> Constants:
        """Those of the problem."""
        return self.problem.constants

    def sample(self, x: Array, t: Array) -> tuple[Array, Array]:
        """Return (f(x), g_t), shapes (*batch,) and (*batch, n), at the step t = 0, 1, 2, ..."""
        raise NotImplementedError

    def words(self, x: Array, t: Array, count: int) -> tuple[Array, Array]:
        """Return two arrays of 32 random bits, (count,) each, of the key (seed, t), in x's library and place."""
        return threefry(self.seed, t, counting(count, x))


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Noisy(Oracle):
    """grad f + z_t, every coordinate of z_t by `law`.

    >>> import alphalab as al
    >>> noisy = al.Noisy(al.problem("quadratic"), al.Gaussian(0.1), seed=1)
    >>> run = al.simulate(al.AlphaGrad(learning_rate=0.01), noisy, noisy.start(), steps=10)
    >>> f, g = noisy.sample(noisy.start(), 0)
    >>> bool(f == noisy.value(noisy.start())), bool((g == noisy.gradient(noisy.start())).any())
    (True, False)
    """

    law: Law = dataclasses.field(default=Gaussian(), kw_only=False)
    name: str = "noisy"

    def _check(self) -> None:
        super()._check()
        if not isinstance(self.law, Law):
            raise ValueError(f"law must be a law of noise such as Gaussian(0.1), got {self.law!r}")

    def sample(self, x: Array, t: Array) -> tuple[Array, Array]:
        """f(x) and grad f(x) + scale z_t."""
        f, g = self.problem.value_and_gradient(x)
        u, v = map(uniform, self.words(x, t, self.n))
        return f, g + like(self.law.scale * self.law.shape(u, v), g)


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class MiniBatch(Oracle):
    """The gradient on `batch_size` rows of a problem with data, drawn with replacement.

    >>> import alphalab as al
    >>> small = al.MiniBatch(al.problem("logistic-ridge"), batch_size=8, seed=1)
    >>> run = al.simulate(al.AlphaGrad(learning_rate=0.01), small, small.start(), steps=10)
    >>> small.rows(small.start(), 0).shape, bool((small.rows(small.start(), 0) == small.rows(small.start(), 1)).all())
    ((8,), False)
    """

    batch_size: int = dataclasses.field(kw_only=False)
    name: str = "mini-batch"

    def _check(self) -> None:
        super()._check()
        if not self.axes:
            raise ValueError(f"{self.problem.name} has no data to draw rows from: it needs data_axes, as Logistic has")
        check_dimension("a mini-batch", self.batch_size, field="batch_size")

    @property
    def axes(self) -> Mapping[str, int]:
        """The fields of the problem that hold its data, and the axis of each that counts the rows."""
        return getattr(self.problem, "data_axes", {})

    def sample(self, x: Array, t: Array) -> tuple[Array, Array]:
        """f(x) and the gradient on the rows R_t."""
        return self.problem.value(x), self.on(self.rows(x, t), x).gradient(x)

    def rows(self, x: Array, t: Array) -> Array:
        """Return R_t, (batch_size,), each floor(u m) with u uniform."""
        field, axis = next(iter(self.axes.items()))
        m = getattr(self.problem, field).shape[axis]
        return self.words(x, t, self.batch_size)[0] * m >> 32

    def on(self, rows: Array, x: Array) -> Problem:
        """Return the problem on these rows alone; its constants are those of all."""
        part = copy.copy(self.problem)
        for field, axis in self.axes.items():
            data = like(getattr(part, field), x)
            object.__setattr__(part, field, namespace(x).take(data, rows, axis=axis))
        return part
