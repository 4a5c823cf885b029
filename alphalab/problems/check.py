"""Whether a problem is what it says: the gradient against the value, every constant against sampled pairs of points.

    <g(x), v> = (f(x+hv) - f(x-hv))/2h + O(h^2)         the gradient, along random directions v
    left <= right                                       each constant, by its line of INEQUALITIES

Sampled: a report that passes is no proof, one that fails names a point where the claim is false beyond roundoff.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from alphalab.arrays import backend, dot, norm, roundoff, to_numpy
from alphalab.problems.custom import CustomProblem
from alphalab.problems.problem import Constants, Problem, check_problem

SCALES = (1e-3, 1e-2, 0.1, 1.0, 3.0, 10.0, 100.0)  # of the distances from x_star, and between the two points
LARGE = 100  # dimension from which on fewer points are taken, and not all eigenvectors
LARGEST = np.finfo(np.float64).max
TERMS = 2000  # terms that a value may sum up: their rounding is no fault


@dataclasses.dataclass(frozen=True, eq=False)
class Pairs:
    """Pairs of points x, y of shape (m, n), f and g at x, f_y and g_y at y; `terms` as in `check`."""

    problem: Problem
    x: np.ndarray
    y: np.ndarray
    f: np.ndarray
    g: np.ndarray
    f_y: np.ndarray
    g_y: np.ndarray
    terms: int = TERMS

    @classmethod
    def between(cls, problem: Problem, x: np.ndarray, y: np.ndarray, terms: int = TERMS) -> Pairs:
        """Return the pairs (x, y) and (y, x), f evaluated once at each point."""
        ends = np.concatenate([x, y])
        f, g = problem.value_and_gradient(ends)
        ends_y, f_y, g_y = (np.roll(each, len(x), axis=0) for each in (ends, f, g))
        return cls(problem, ends, ends_y, f, g, f_y, g_y, terms)

    @functools.cached_property
    def remainder(self) -> np.ndarray:
        """f(y) - f(x) - <g(x), y-x>, shape (m,)."""
        return self.f_y - self.f - dot(self.g, self.y - self.x)

    @functools.cached_property
    def half(self) -> np.ndarray:
        """||y-x||^2/2, shape (m,)."""
        return 0.5 * dot(self.y - self.x, self.y - self.x)

    @functools.cached_property
    def slope(self) -> np.ndarray:
        """||g(x)||, shape (m,)."""
        return norm(self.g)

    @property
    def tolerance(self) -> float:
        """Relative rounding error of a sum of n + terms terms."""
        return roundoff(self.problem.n + self.terms, np.float64)

    @functools.cached_property
    def rounding(self) -> np.ndarray:
        """What the rounding of the remainder is proportional to, shape (m,)."""
        L, distance = self.problem.constants.L or 0.0, norm(self.y - self.x)
        moved = distance + roundoff(self.problem.n, np.float64) * norm(self.x)
        terms = 1 + abs(self.f) + abs(self.f_y) + self.slope * distance + L * self.half
        return terms + L * (norm(self.x) + norm(self.y) + 1) * moved


class Sides(NamedTuple):
    """left <= right up to roundoff of `rounding`, each of shape (m,), at the points x, and y where two meet."""

    left: np.ndarray
    right: np.ndarray
    rounding: np.ndarray
    x: np.ndarray
    y: np.ndarray | None = None


@dataclasses.dataclass(frozen=True)
class Inequality:
    """What a constant says, in words and as two sides; `needs` names another constant that it speaks of."""

    text: str
    sides: Callable[[Pairs, Any], Sides]  # of the pairs and the constants
    needs: str | None = None


def _smooth(s: Pairs, c: Any) -> Sides:
    return Sides(s.remainder, c.L * s.half, s.rounding, s.x, s.y)


def _smooth_in_maximum_norm(s: Pairs, c: Any) -> Sides:
    half = 0.5 * np.max(abs(s.y - s.x), axis=-1) ** 2
    return Sides(s.remainder, c.L_inf * half, s.rounding + c.L_inf * half, s.x, s.y)


def _steep(s: Pairs, c: Any) -> Sides:
    """Pairs as near as 1/L1; of the others nothing is said."""
    near = c.L1 * norm(s.y - s.x) <= 1
    rounding = s.rounding + (s.slope + norm(s.g_y)) * (norm(s.x) + norm(s.y))
    return Sides(np.where(near, s.remainder, -np.inf), (c.L0 + c.L1 * s.slope) * s.half, rounding, s.x, s.y)


def _lipschitz(s: Pairs, c: Any) -> Sides:
    rounding = s.slope + norm(s.g_y) + (c.lipschitz + 1) * (norm(s.x) + norm(s.y) + 1)
    return Sides(norm(s.g_y - s.g), c.lipschitz * norm(s.y - s.x), rounding, s.x, s.y)


def _strongly_convex(s: Pairs, c: Any) -> Sides:
    return Sides((c.mu or 0.0) * s.half, s.remainder, s.rounding, s.x, s.y)


def _polyak_lojasiewicz(s: Pairs, c: Any) -> Sides:
    rounding = s.slope**2 + (c.L or 1.0) * (1 + abs(s.f) + abs(c.f_star))
    return Sides(2 * c.pl * (s.f - c.f_star), s.slope**2, rounding, s.x)


def _bounded(s: Pairs, lowest: float) -> Sides:
    return Sides(np.full_like(s.f, lowest), s.f, 1 + abs(s.f) + abs(lowest), s.x)


def _stationary(s: Pairs, c: Any) -> Sides:
    x = np.stack([c.x_star, c.x_star])
    f, g = s.problem.value_and_gradient(x)
    nearby = norm(s.problem.gradient(x + np.eye(s.problem.n)[0]))
    if c.f_star is None:
        return Sides(norm(g), 0 * f, 1 + nearby, x)
    off = np.asarray([float(norm(g)[0]), abs(float(f[1]) - c.f_star)])
    return Sides(off, 0 * off, np.asarray([1 + float(nearby[0]), 1 + abs(c.f_star)]), x)


STEEP = "f(y) - f(x) - <g(x), y-x> <= ((L0 + L1 ||g(x)||)/2) ||y-x||^2 where L1 ||y-x|| <= 1"
INEQUALITIES: dict[str, Inequality] = {
    "L": Inequality("f(y) - f(x) - <g(x), y-x> <= (L/2) ||y-x||^2", _smooth),
    "lipschitz": Inequality("||g(y) - g(x)|| <= lipschitz ||y-x||", _lipschitz),
    "mu": Inequality("(mu/2) ||y-x||^2 <= f(y) - f(x) - <g(x), y-x>", _strongly_convex),
    "convex": Inequality("0 <= f(y) - f(x) - <g(x), y-x>", lambda s, c: _strongly_convex(s, Constants())),
    "pl": Inequality("2 pl (f(x) - f_star) <= ||g(x)||^2", _polyak_lojasiewicz, needs="f_star"),
    "f_star": Inequality("f_star <= f(x)", lambda s, c: _bounded(s, c.f_star)),
    "f_inf": Inequality("f_inf <= f(x)", lambda s, c: _bounded(s, c.f_inf)),
    "x_star": Inequality("||g(x_star)|| = 0 and f(x_star) = f_star", _stationary),
    "L_inf": Inequality("f(y) - f(x) - <g(x), y-x> <= (L_inf/2) max |y_i-x_i|^2", _smooth_in_maximum_norm),
    "L0": Inequality(STEEP, _steep, needs="L1"),
    "L1": Inequality(STEEP, _steep, needs="L0"),
}


def excess(sides: Sides, tolerance: float) -> np.ndarray:
    """Return left - right beyond roundoff, shape (m,): <= 0 where the inequality holds, or cannot be told."""
    with np.errstate(invalid="ignore"):
        beyond = sides.left - sides.right - tolerance * sides.rounding
    return np.where(np.isfinite(beyond), beyond, -np.inf)


def slopes(problem: Problem, seed: int = 0, terms: int = TERMS) -> Iterator[Sides]:
    """Yield `derivative` at random points about the start, along random directions, on each of seven scales."""
    rng, n = np.random.default_rng(seed), problem.n
    many = 1 if n > LARGE else 12
    for scale in SCALES:
        x, v = problem.start(seed) + scale * rng.standard_normal((many, n)), rng.standard_normal((many, n))
        yield derivative(problem, x, v / norm(v)[:, None], scale, terms)


def derivative(problem: Problem, x: np.ndarray, v: np.ndarray, scale: float, terms: int = TERMS) -> Sides:
    """Return |<g(x), v> - D| <= what D can be off by, at points x of shape (m, n) along unit vectors v of that shape.

    D = (4 D2(h) - D2(2h))/3, D2(h) = (f(x+hv) - f(x-hv))/2h. What D2(h), the D of the step before and the rounding of
    f over h differ by bounds its error; of the steps h, fractions of `scale`, the one where that is least is taken.
    Beside it sqrt(ulp) ||g|| is granted, the digits of a difference quotient.
    """
    f, g = problem.value_and_gradient(x)
    found: list[np.ndarray] = []
    errors: list[np.ndarray] = []
    for h in scale * np.asarray([1e-1, 1e-2, 1e-3, 1e-4, 1e-5]):
        around = np.stack([problem.value(x + k * h * v) for k in (-2, -1, 1, 2)])
        two, four = (around[2] - around[1]) / (2 * h), (around[3] - around[0]) / (4 * h)
        D = (4 * two - four) / 3
        if found:
            rounding = roundoff(problem.n + terms, np.float64) * np.max(abs(around), axis=0) / h
            errors.append(abs(D - two) + abs(D - found[-1]) + rounding)
        found.append(D)
    error = np.where(np.isfinite(errors), errors, np.inf)
    least = np.argmin(error, axis=0)[None]
    D, error = (np.take_along_axis(np.asarray(each), least, axis=0)[0] for each in (found[1:], error))
    off, granted = abs(dot(g, v) - D), error + np.sqrt(np.finfo(np.float64).eps) * norm(g)
    lost = np.isfinite(f) & ~np.all(np.isfinite(g), axis=-1)
    return Sides(np.where(lost, LARGEST, off), np.where(lost, 0.0, granted), 0 * f, x)


def pairs(problem: Problem, seed: int = 0, points: Sequence[np.ndarray] = (), terms: int = TERMS) -> Pairs:
    """Return random pairs on seven scales, and pairs along the extreme curvatures at the start, x_star and `points`.

    Where L1 is claimed, also just within 1/L1, beyond which it says nothing.
    """
    rng, n, c = np.random.default_rng(seed), problem.n, problem.constants
    steps = (1e-3, 1e-2, 0.1, 1.0, 10.0, *([(1 - 1e-9) / c.L1] if c.L1 else []))
    many = 4 if n > LARGE else 40
    known = [] if c.x_star is None else [np.asarray(c.x_star)]
    center = known[0] if known else np.zeros(n)
    xs, ys = [], []
    for scale in SCALES:
        x = center + scale * rng.standard_normal((many, n))
        xs.append(x)
        ys.append(x + scale * rng.standard_normal((many, n)) * rng.uniform(0.1, 1, (many, 1)))
    for x in [problem.start(seed), *known, *points]:
        for v in extreme_directions(problem, x):
            for step in steps:
                xs += [x[None], (x - step * v)[None]]
                ys += [(x + step * v)[None], (x + step * v)[None]]
    return Pairs.between(problem, np.concatenate(xs), np.concatenate(ys), terms)


def extreme_directions(problem: Problem, x: np.ndarray) -> list[np.ndarray]:
    """Return unit vectors of least and largest curvature at x, shape (n,); of largest |curvature| alone for large n."""
    h, n = 1e-5, problem.n
    if n <= LARGE:
        H = (problem.gradient(x + h * np.eye(n)) - problem.gradient(x - h * np.eye(n))) / (2 * h)
        return list(np.linalg.eigh((H + H.T) / 2)[1].T[[0, -1]]) if np.all(np.isfinite(H)) else []
    v = np.random.default_rng(3).standard_normal(n)
    for _ in range(30):
        v = v / norm(v)
        v = (problem.gradient(x + h * v) - problem.gradient(x - h * v)) / (2 * h)
    return [v / norm(v)] if 0 < norm(v) < np.inf else []


class Failure(NamedTuple):
    """A claim that is false at the point x, shape (n,), for the step to y where two points meet."""

    claim: str
    text: str
    left: float
    right: float
    x: np.ndarray
    y: np.ndarray | None

    def __str__(self) -> str:
        """What is claimed, by how much it fails, and where."""
        where = "".join(f", {name} = {_shown(p)}" for name, p in (("x", self.x), ("y", self.y)) if p is not None)
        return f"{self.claim}: {self.text} is false: {self.left:.6g} > {self.right:.6g} at {where[2:]}"


def _shown(x: np.ndarray) -> str:
    return np.array2string(x, threshold=8, edgeitems=3, separator=", ", max_line_width=10**6)


@dataclasses.dataclass(frozen=True, eq=False)
class Report:
    """What was checked and what failed; false where something did.

    `passed` names "gradient" and the constants that hold on all pairs, `untested` those that say nothing alone (a
    Polyak-Lojasiewicz constant without f_star).

    >>> import alphalab as al
    >>> wrong = al.CustomProblem(value=lambda x: (x**2).sum(-1), gradient=lambda x: 2 * x, n=2, L=1.0)
    >>> report = al.check(wrong)
    >>> bool(report), report.passed, [failure.claim for failure in report.failures]
    (False, ('gradient',), ['L'])
    """

    problem: str
    failures: tuple[Failure, ...]
    passed: tuple[str, ...]
    untested: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether nothing failed."""
        return not self.failures

    def __str__(self) -> str:
        """One line per failure, else what passed."""
        if self.failures:
            return "\n".join([f"{self.problem} is not what it says:", *(f"  {failure}" for failure in self.failures)])
        untested = f"; untested: {', '.join(self.untested)}" if self.untested else ""
        return f"{self.problem} passes: {', '.join(self.passed)}{untested}"

    __repr__ = __str__


def check(
    problem: Problem,
    *,
    seed: int = 0,
    points: Sequence[np.ndarray] = (),
    terms: int = TERMS,
    library: str = "numpy",
) -> Report:
    """Test the gradient against the value and every constant given on sampled pairs; the report is false if one fails.

    `points`, each of shape (n,), are looked at besides the random ones; `terms` is how many terms a value sums up
    at most (its rounding is granted); `library` is the array library that the problem is written for.

        >>> import alphalab as al
        >>> al.check(al.problem("rosenbrock"))
        rosenbrock passes: gradient, f_star, x_star, f_inf
        >>> wrong = al.CustomProblem(value=lambda x: (x**2).sum(-1), gradient=lambda x: 3 * x, n=2, L=1.0)
        >>> [failure.claim for failure in al.check(wrong).failures]
        ['gradient', 'L']
    """
    check_problem(problem)
    if library != "numpy":
        problem = _in_numpy(problem, library)
    with np.errstate(all="ignore"):
        found = dict(_checked(problem, pairs(problem, seed, points, terms), seed))
    failures = tuple(failure for failure in found.values() if failure is not None)
    claimed = _claimed(problem.constants)
    return Report(
        problem.name,
        failures,
        passed=tuple(name for name, failure in found.items() if failure is None),
        untested=tuple(name for name in claimed if name not in found),
    )


def _claimed(c: Constants) -> list[str]:
    values = {field.name: getattr(c, field.name) for field in dataclasses.fields(Constants)}
    return [name for name, value in values.items() if value is not None and value is not False]


def _checked(problem: Problem, sample: Pairs, seed: int) -> Iterator[tuple[str, Failure | None]]:
    """Yield each claim with its worst failure, or None."""
    start = problem.start(seed)
    f = abs(float(problem.value(start)))
    if not f <= LARGEST:
        yield "value", Failure("value", "|f(x)| <= the largest float, at the start", f, LARGEST, start, None)
    text = "|<g(x), v> - the difference quotient of f| <= its error"
    yield "gradient", _worst("gradient", text, list(slopes(problem, seed, sample.terms)), 0.0)
    c = problem.constants
    for name in _claimed(c):
        law = INEQUALITIES[name]
        if law.needs is None or getattr(c, law.needs) is not None:
            yield name, _worst(name, law.text, [law.sides(sample, c)], sample.tolerance)


def _worst(claim: str, text: str, met: list[Sides], tolerance: float) -> Failure | None:
    """Return the failure that is farthest beyond roundoff, or None."""
    beyond = [excess(sides, tolerance) for sides in met]
    sides = met[int(np.argmax([np.max(each) for each in beyond]))]
    i = int(np.argmax(excess(sides, tolerance)))
    if excess(sides, tolerance)[i] <= 0:
        return None
    y = None if sides.y is None else sides.y[i]
    return Failure(claim, text, float(sides.left[i]), float(sides.right[i]), sides.x[i], y)


def _in_numpy(problem: Problem, library: str) -> Problem:
    """Return a problem written for another array library, asked and answering in NumPy's arrays."""
    xp = backend(library)
    return CustomProblem(
        value=lambda x: to_numpy(problem.value(xp.asarray(x))),
        gradient=lambda x: to_numpy(problem.gradient(xp.asarray(x))),
        n=problem.n,
        x0=problem.start(),
        name=problem.name,
        **{field.name: getattr(problem.constants, field.name) for field in dataclasses.fields(Constants)},
    )
