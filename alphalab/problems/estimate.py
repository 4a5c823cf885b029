"""Constants that a problem does not give: computed where its gradient shows the whole of f, else proposed from samples.

    <v, g(x+hv) - g(x-hv)>/(2h) = <v, H v> + O(h^2)      L, mu, lipschitz: the extreme curvatures met
    g(x) = H (x - x_star)                                a quadratic: L, mu, pl the extreme eigenvalues of H
    f(x) = mean of phi_i(<a_i, x>) + (ridge/2)||x||^2,  low <= phi'' <= high     L = high ||A||^2/m + ridge

What is estimated is no proof: the true L is at least the one met, the true mu and f_inf at most. `constants.estimated`
names it, and every verdict that rests on it says so.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from alphalab.arrays import dot, matvec, norm, roundoff
from alphalab.problems.check import LARGE, SCALES, check, extreme_directions
from alphalab.problems.fields import float_array
from alphalab.problems.problem import Constants, Passed, Problem, check_problem
from alphalab.problems.quadratics import spectrum_constants

STEP = 1e-4  # of the radius, for a difference of gradients
LARGEST_HESSIAN = 2000  # dimension up to which all of a quadratic is computed


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class EstimatedConstants(Constants):
    """Constants of which some, named in `estimated`, are only what samples showed."""

    estimated: tuple[str, ...] = ()  # type: ignore[misc]


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Estimated(Passed):
    """A problem with more constants than it gives itself; `how` says of each where it comes from.

    >>> import alphalab as al
    >>> found = al.estimate(al.CustomProblem(value=lambda x: (x**2).sum(-1), gradient=lambda x: 2 * x, n=2))
    >>> found.how["mu"].partition(":")[0], found.constants.mu, found.constants.estimated
    ('computed', 2.0, ())
    """

    problem: Problem = dataclasses.field(kw_only=False)
    constants: EstimatedConstants
    how: Mapping[str, str]
    key: str | None = None

    @property
    def name(self) -> str:
        """The name of the problem."""
        return self.problem.name

    def __repr__(self) -> str:
        """Every constant, and where it comes from."""
        told = [f"    {name:10}{_shown(getattr(self.constants, name)):12}  {how}" for name, how in self.how.items()]
        return "\n".join([f"{self.name}, n = {self.n}", *told])


def estimate(
    problem: Problem,
    *,
    design: Any = None,
    curvature: tuple[float, float] | None = None,
    ridge: float = 0.0,
    radius: float | None = None,
    points: int = 40,
    seed: int = 0,
) -> Estimated:
    """Return the problem with the constants that it does not give: computed where that can be, else estimated.

    Where the gradient is affine on all samples f is taken for a quadratic, and everything is computed. For a
    generalised linear model, the mean over i of phi_i(<a_i, x>) plus (ridge/2)||x||^2, give `design`, the a_i as rows
    (m, n), and `curvature`, bounds on phi'': (0, 1/4) for the logistic loss. Else L, mu, f_inf are the extremes met at
    0 and at `points` random points within `radius` (default: twice as far as the best point found lies from the start,
    1 at least) of the start and of that point. Raises ValueError where computed constants do not pass `check`.

    >>> import numpy as np
    >>> import alphalab as al
    >>> bowl = al.CustomProblem(value=lambda x: (x**2).sum(-1), gradient=lambda x: 2 * x, n=2)
    >>> al.estimate(bowl).constants.L, al.estimate(bowl).constants.estimated
    (2.0, ())
    >>> wave = al.CustomProblem(value=lambda x: np.cos(x).sum(-1), gradient=lambda x: -np.sin(x), n=2)
    >>> al.estimate(wave).constants.estimated
    ('L', 'f_inf', 'lipschitz')
    """
    check_problem(problem)
    found: dict[str, Any] = {}
    how: dict[str, str] = {}
    if design is not None:
        found, how = _linear_model(problem, float_array("design", design, ndim=2), curvature, ridge)
    elif problem.n <= LARGEST_HESSIAN and (quadratic := _quadratic(problem, seed)):
        found, how = quadratic
    computed = _with(problem, found, how, problem.constants)
    if found and not (report := check(computed, seed=seed)):
        raise ValueError(f"the constants computed are not those of the problem: {report}")
    with np.errstate(all="ignore"):
        sampled, told = _sampled(problem, radius, points, seed)
    return _with(problem, sampled, told | dict(computed.how), computed.constants)


def _with(problem: Problem, found: Mapping[str, Any], how: Mapping[str, str], known: Constants) -> Estimated:
    """Return the problem with what was found beside what is `known`, which stays; what is not is estimated."""
    names = [field.name for field in dataclasses.fields(Constants)]
    given = {name: getattr(problem.constants, name) for name in names}
    kept = {name: found.get(name) if getattr(known, name) is None else getattr(known, name) for name in names}
    whole = Constants(**kept)
    values = {name: getattr(whole, name) for name in names if getattr(whole, name) is not None}
    guessed = tuple(name for name in values if getattr(known, name) is None and known is not problem.constants)
    told = {name: how.get(name, "follows from these") if given[name] is None else "given" for name in values}
    constants = EstimatedConstants(**values, estimated=guessed)
    return Estimated(problem, constants=constants, how=told, key=getattr(problem, "key", None))


def _linear_model(
    problem: Problem, A: np.ndarray, curvature: tuple[float, float] | None, ridge: float
) -> tuple[dict[str, Any], dict[str, str]]:
    """L and mu of the mean of phi_i(<a_i, x>): low A^T A/m <= Hessian - ridge I <= high A^T A/m."""
    if curvature is None or not 0 <= curvature[0] <= curvature[1] < math.inf:
        raise ValueError(f"curvature is {curvature!r}; it must be two numbers 0 <= low <= high that bound phi''")
    if A.shape[1] != problem.n:
        raise ValueError(f"design has {A.shape[1]} columns; the problem has dimension {problem.n}")
    singular = np.linalg.svd(A, compute_uv=False)
    least = singular[-1] ** 2 / len(A) if len(A) >= problem.n else 0.0
    found: dict[str, Any] = {"L": float(curvature[1] * singular[0] ** 2 / len(A) + ridge)}
    how = {"L": "computed: high ||A||^2/m + ridge", "mu": "computed: low sigma_min(A)^2/m + ridge"}
    mu = float(curvature[0] * least + ridge)
    found |= {"convex": True} | ({"mu": mu} if mu > 0 else {})
    return found, how | {"convex": "computed: phi'' >= 0"}


def _quadratic(problem: Problem, seed: int) -> tuple[dict[str, Any], dict[str, str]] | None:
    """Return the constants of a convex quadratic, or None where the gradient is not affine, or f has no minimum."""
    n, rng = problem.n, np.random.default_rng(seed)
    zero = problem.gradient(np.zeros((1, n)))[0]
    H = problem.gradient(np.eye(n)) - zero
    x = np.concatenate([scale * rng.standard_normal((4, n)) for scale in SCALES])
    g, affine = problem.gradient(x), zero + matvec(H.T, x)
    granted = roundoff(n, np.float64) * (norm(zero) + np.linalg.norm(H) * (1 + norm(x)))
    if not (np.all(norm(g - affine) <= 8 * granted) and np.linalg.norm(H - H.T) <= 8 * np.max(granted)):
        return None
    lam = np.linalg.eigvalsh((H + H.T) / 2)
    x_star = np.linalg.lstsq(H, -zero, rcond=None)[0]
    slope = float(norm(problem.gradient(x_star[None]))[0])
    if lam[0] < -8 * roundoff(n, np.float64) * abs(lam[-1]) or slope > 1e-9 * (1 + float(norm(zero))):
        return None
    known = spectrum_constants(lam, f_star=float(problem.value(x_star[None])[0]), x_star=x_star)
    names = ("L", "mu", "pl", "f_star", "x_star", "convex")
    why = f"computed: the gradient is affine on {len(x)} points, so f is taken for a quadratic"
    found = {name: getattr(known, name) for name in names if getattr(known, name) is not None}
    return found, dict.fromkeys(found, why)


def _sampled(
    problem: Problem, radius: float | None, points: int, seed: int
) -> tuple[dict[str, float | None], dict[str, str]]:
    """Return the extreme curvatures and the least value met, and how they were met."""
    start, rng = problem.start(seed), np.random.default_rng(seed)
    bottom, least = _descended(problem, [start, *(start + rng.standard_normal((3, problem.n)))])
    radius = max(1.0, 2 * float(norm(bottom - start))) if radius is None else radius
    count = 4 if problem.n > LARGE else points
    away = rng.standard_normal((count, problem.n))
    away *= (radius * rng.random((count, 1)) ** (1 / problem.n)) / norm(away)[:, None]
    centres = [np.zeros(problem.n), start, bottom, *(start + away[::2]), *(bottom + away[1::2])]
    met = np.concatenate([_curvatures(problem, x, rng, STEP * radius) for x in centres])
    met = met[np.isfinite(met)]
    top, low, size = float(met.max()), float(met.min()), float(np.abs(met).max())
    where = f"{len(met)} curvatures, at 0 and within {radius:.3g} of the start and of the best point found"
    found: dict[str, float | None] = {"L": top if top > 0 else None, "mu": low if low > 1e-6 * top else None}
    found |= {"lipschitz": size if size > 0 else None, "f_inf": least}
    told = {"L": "largest", "mu": "least", "lipschitz": "largest in size"}
    how = {name: f"estimated: {which} of {where}" for name, which in told.items()}
    how["f_inf"] = "estimated: least value that L-BFGS met, from 4 starts"
    return {name: value for name, value in found.items() if value is not None}, how


def _curvatures(problem: Problem, x: np.ndarray, rng: np.random.Generator, h: float) -> np.ndarray:
    """Return <v, g(x+hv) - g(x-hv)>/(2h) along the extreme directions at x, shape (n,), and two random ones."""
    random = rng.standard_normal((2, problem.n))
    v = np.concatenate(
        [np.asarray(extreme_directions(problem, x)).reshape(-1, problem.n), random / norm(random)[:, None]]
    )
    return dot(v, problem.gradient(x + h * v) - problem.gradient(x - h * v)) / (2 * h)


def _descended(problem: Problem, starts: list[np.ndarray]) -> tuple[np.ndarray, float | None]:
    """Return the lowest point that L-BFGS finds, shape (n,), and f there; the first start and None where f falls on."""
    from scipy.optimize import minimize

    def both(x: np.ndarray) -> tuple[float, np.ndarray]:
        f, g = problem.value_and_gradient(x[None])
        return float(f[0]), np.asarray(g[0], dtype=np.float64)

    runs = [minimize(both, x, jac=True, method="L-BFGS-B") for x in starts]
    ended = [run for run in runs if np.isfinite(run.fun) and np.all(np.isfinite(run.x))]
    if not ended or any(norm(run.x - starts[0]) > 1e8 * (1 + norm(starts[0])) for run in ended):
        return starts[0], None
    best = min(ended, key=lambda run: run.fun)
    return np.asarray(best.x), float(best.fun)


def _shown(value: Any) -> str:
    return "(n,)" if np.ndim(value) else f"{value:.6g}" if isinstance(value, float) else str(value)
