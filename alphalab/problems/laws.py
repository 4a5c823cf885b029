"""The laws of noise, and the random numbers they are made of: pure functions of a key.

    (u, v) = threefry(seed, (t, i)),   independent and uniform on (0, 1)

    gaussian   z = sqrt(-2 ln u) cos(2 pi v)
    student    z = sqrt(nu (u^(-2/nu) - 1)) cos(2 pi v)
    pareto     z = u^(-1/a) - a/(a-1)
    skewed     z = 3 with probability 1/4, -1 with 3/4
    sparse     z = +-1/sqrt(q) with probability q/2 each, else 0

All have mean 0, and a p-th moment E|z|^p (`Law.moment`) for p below freedom or index. The number of step t and
coordinate i depends on nothing else: every run of a sweep sees the same noise, on every array library. Sources: J.
Salmon et al., Parallel random numbers, SC (2011), Threefry-2x32-20; G. Box and M. Muller (1958); R. Bailey, Math. Comp.
62 (1994).
"""

from __future__ import annotations

import dataclasses
import math
from typing import ClassVar, Self

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

    def moment(self, p: float) -> float:
        """Return E|scale z|^p, p > 0; inf where there is none.

        >>> import alphalab as al
        >>> round(al.Gaussian(2.0).moment(2.0), 12), al.Skewed().moment(1.0), al.Student(freedom=1.5).moment(1.5)
        (4.0, 1.5, inf)
        """
        return self.scale**p * self._moment(p)

    def _moment(self, p: float) -> float:
        """Return E|z|^p."""
        raise NotImplementedError

    def with_moment(self, p: float, size: float = 1.0) -> Self:
        """Return the law of this shape for which (E|z|^p)^(1/p) = size; raises ValueError where there is no moment.

        >>> import alphalab as al
        >>> round(al.Pareto(index=2.0).with_moment(1.5, 3.0).moment(1.5) ** (1 / 1.5), 12)
        3.0
        """
        found = self._moment(p)
        if not math.isfinite(found):
            raise ValueError(f"{self} has no moment of order {p}")
        return dataclasses.replace(self, scale=size / found ** (1 / p))


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

    def _moment(self, p: float) -> float:
        """2^(p/2) Gamma((p+1)/2)/sqrt(pi)."""
        return 2 ** (p / 2) * math.exp(math.lgamma((p + 1) / 2) - math.lgamma(0.5))


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

    def _moment(self, p: float) -> float:
        """nu^(p/2) Gamma((p+1)/2) Gamma((nu-p)/2)/(sqrt(pi) Gamma(nu/2))."""
        nu = self.freedom
        if p >= nu:
            return math.inf
        logs = math.lgamma((p + 1) / 2) + math.lgamma((nu - p) / 2) - math.lgamma(0.5) - math.lgamma(nu / 2)
        return nu ** (p / 2) * math.exp(logs)


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

    def _moment(self, p: float) -> float:
        """a m^(p-a) B(a-p, p+1) above the mean m = a/(a-1); below it a (m-1)^(p+1) 2F1(a+1, 1; p+2; 1-m)/(p+1)."""
        from scipy.special import beta, hyp2f1

        a = self.index
        if p >= a:
            return math.inf
        m = a / (a - 1)
        below = a * (m - 1) ** (p + 1) / (p + 1) * hyp2f1(a + 1, 1, p + 2, 1 - m)
        return float(a * m ** (p - a) * beta(a - p, p + 1) + below)


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

    def _moment(self, p: float) -> float:
        """(3^p + 3)/4."""
        return (3.0**p + 3) / 4


@dataclasses.dataclass(frozen=True)
class Sparse(Law):
    """Mostly 0: +-1/sqrt(q) with probability q = `share` in (0, 1], so that the variance is 1.

    >>> import numpy as np, alphalab as al
    >>> al.Sparse(share=0.25).shape(np.array([0.1, 0.2, 0.5]), np.array([0.3, 0.7, 0.7]))
    array([-2.,  2.,  0.])
    """

    name: ClassVar[str] = "sparse"
    share: float = 0.1

    def __post_init__(self) -> None:
        """Check the scale and the share."""
        super().__post_init__()
        check_positive("share", self.share)
        if self.share > 1:
            raise ValueError(f"share is {self.share!r}; it must be a number in (0, 1]")

    def shape(self, u: Array, v: Array) -> Array:
        """sign(v - 1/2)/sqrt(q) where u < q."""
        xp = namespace(u)
        size = xp.where(u < self.share, xp.ones_like(u), xp.zeros_like(u)) / math.sqrt(self.share)
        return xp.where(v < 0.5, -size, size)

    def _moment(self, p: float) -> float:
        """q^(1 - p/2)."""
        return self.share ** (1 - p / 2)


LAWS: tuple[type[Law], ...] = (Gaussian, Student, Pareto, Skewed, Sparse)


def _above_one(field: str, value: float) -> None:
    if (real_number(field, value, 0.0) or 0.0) <= 1:
        raise ValueError(f"{field} is {value!r}; it must be a finite number > 1, or there is no mean")
