"""The laws of noise, and the random numbers they are made of: pure functions of a key.

    (u, v) = threefry(seed, (t, i)),   independent and uniform on (0, 1)

    gaussian   z = sqrt(-2 ln u) cos(2 pi v)
    student    z = sqrt(nu (u^(-2/nu) - 1)) cos(2 pi v)
    pareto     z = u^(-1/a) - a/(a-1)
    skewed     z = 3 with probability 1/4, -1 with 3/4

All have mean 0. The number of step t and coordinate i depends on nothing else: every run of a sweep sees the same
noise, on every array library. Sources: J. Salmon et al., Parallel random numbers, SC (2011), Threefry-2x32-20; G. Box
and M. Muller (1958); R. Bailey, Math. Comp. 62 (1994).
"""

from __future__ import annotations

import dataclasses
import math
from typing import ClassVar

from alphalab.arrays import Array, namespace
from alphalab.problems.fields import check_positive, real_number

MASK = 2**32 - 1
ROTATIONS = (13, 15, 26, 6), (17, 29, 16, 24)


def threefry(seed: int, t: Array, i: Array) -> tuple[Array, Array]:
    """Return two whole numbers of 32 random bits for every i, a whole-number array; t is a whole number >= 0.

    >>> import numpy as np
    >>> [f"{int(word[0]):08x}" for word in threefry(0, 0, np.zeros(1, dtype=np.int64))]
    ['6b200159', '99ba4efe']
    """
    key = seed & MASK, seed >> 32 & MASK
    keys = (*key, key[0] ^ key[1] ^ 0x1BD11BDA)
    a, b = (0 * i + t + keys[0]) & MASK, (i + keys[1]) & MASK
    for block in range(5):
        for r in ROTATIONS[block % 2]:
            a = (a + b) & MASK
            b = ((b << r | b >> (32 - r)) & MASK) ^ a
        a = (a + keys[(block + 1) % 3]) & MASK
        b = (b + keys[(block + 2) % 3] + block + 1) & MASK
    return a, b


def uniform(word: Array) -> Array:
    """Return (word + 1/2)/2^32 in (0, 1), double precision."""
    xp = namespace(word)
    return (xp.astype(word, xp.float64) + 0.5) / 2.0**32


@dataclasses.dataclass(frozen=True)
class Law:
    """A law of mean 0, times `scale` > 0, for every coordinate alone."""

    scale: float = 1.0
    name: ClassVar[str] = "law"

    def __post_init__(self) -> None:
        """Check the scale."""
        check_positive("scale", self.scale)

    def shape(self, u: Array, v: Array) -> Array:
        """Return z of two uniform numbers, elementwise."""
        raise NotImplementedError


@dataclasses.dataclass(frozen=True)
class Gaussian(Law):
    """Normal, standard deviation `scale`.

    >>> import numpy as np, alphalab as al
    >>> noisy = al.Noisy(al.problem("linear"), al.Gaussian(0.5), seed=1)
    >>> z = np.concatenate([noisy.sample(np.zeros(3), t)[1] - noisy.gradient(np.zeros(3)) for t in range(1000)])
    >>> abs(z.mean()) < 0.05, abs(z.std() - 0.5) < 0.05
    (np.True_, np.True_)
    """

    name: ClassVar[str] = "gaussian"

    def shape(self, u: Array, v: Array) -> Array:
        """sqrt(-2 ln u) cos(2 pi v)."""
        xp = namespace(u)
        return xp.sqrt(-2 * xp.log(u)) * xp.cos(2 * math.pi * v)


@dataclasses.dataclass(frozen=True)
class Student(Law):
    """Student's t with `freedom` > 1 degrees of freedom: no variance up to 2.

    >>> import numpy as np, alphalab as al
    >>> heavy, light = (abs(al.Student(freedom=nu).shape(np.array([1e-6]), np.zeros(1)))[0] for nu in (2.5, 30.0))
    >>> bool(heavy > 10 * light)
    True
    >>> al.Student(freedom=1.0)
    Traceback (most recent call last):
        ...
    ValueError: freedom is 1.0; it must be a finite number > 1, or there is no mean
    """

    name: ClassVar[str] = "student"
    freedom: float = 3.0

    def __post_init__(self) -> None:
        """Check the scale and that a mean exists."""
        super().__post_init__()
        _above_one("freedom", self.freedom)

    def shape(self, u: Array, v: Array) -> Array:
        """sqrt(nu (u^(-2/nu) - 1)) cos(2 pi v)."""
        xp = namespace(u)
        return xp.sqrt(self.freedom * (u ** (-2 / self.freedom) - 1)) * xp.cos(2 * math.pi * v)


@dataclasses.dataclass(frozen=True)
class Pareto(Law):
    """Pareto's law of `index` a > 1 about its mean: skewed, no variance up to a = 2.

    >>> import numpy as np, alphalab as al
    >>> z = al.Pareto(index=2.0).shape(np.array([0.01, 0.25, 0.99]), np.zeros(3))
    >>> z.round(2)  # far above the mean now and then, never far below
    array([ 8.  ,  0.  , -0.99])
    """

    name: ClassVar[str] = "pareto"
    index: float = 3.0

    def __post_init__(self) -> None:
        """Check the scale and that a mean exists."""
        super().__post_init__()
        _above_one("index", self.index)

    def shape(self, u: Array, v: Array) -> Array:
        """u^(-1/a) - a/(a-1)."""
        return u ** (-1 / self.index) - self.index / (self.index - 1)


@dataclasses.dataclass(frozen=True)
class Skewed(Law):
    """Noise of 3 with probability 1/4, -1 with 3/4: the sign of its median is not that of its mean (theory, N4).

    >>> import numpy as np, alphalab as al
    >>> al.Skewed().shape(np.array([0.1, 0.3, 0.6, 0.9]), np.zeros(4))
    array([ 3., -1., -1., -1.])
    """

    name: ClassVar[str] = "skewed"

    def shape(self, u: Array, v: Array) -> Array:
        """3 or -1."""
        xp = namespace(u)
        return xp.where(u < 0.25, 3 * xp.ones_like(u), -xp.ones_like(u))


LAWS: tuple[type[Law], ...] = (Gaussian, Student, Pareto, Skewed)


def _above_one(field: str, value: float) -> None:
    if (real_number(field, value, 0.0) or 0.0) <= 1:
        raise ValueError(f"{field} is {value!r}; it must be a finite number > 1, or there is no mean")
