r"""Where a bound on runs can fail: among all functions of a class, the greatest in which it applies.

    maximise    left/right   over   g_1..g_T, f_1..f_T, x_1, alpha, eps (and D),      L = 1
    where       x_{t+1} = x_t - eta d(g_t)     exactly, by the method itself; eta = 1/tanh(alpha) sets the units
                gaps >= 0     the interpolation conditions of the class: then such an f exists (`functions`)

Convex ones have a minimiser x* = 0, f* = 0 as one more point; of the others f >= 0 says f_t >= |g_t|^2/2. A cycle goes
back by the way it came: g_{t+T} = -g_t, so x_1 = (1/2) sum d(g_t) closes it exactly. SLSQP begins at many runs on
quadratics, disturbed.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from alphalab.arrays import Array, dot, matvec, norm
from alphalab.claims.case import Case
from alphalab.claims.claim import Bound
from alphalab.claims.facts.runs import next_inverse
from alphalab.claims.falsifier.arenas import Recipe
from alphalab.claims.falsifier.functions import CLASSES, gaps, interpolant
from alphalab.optimizers import AlphaGrad, Optimizer, Scheduled
from alphalab.problems import CustomProblem, Problem
from alphalab.problems.problem import Constants

AIM, INSIDE = 1e-6, 1e-9  # by how much every condition is to hold, and holds: so it can be checked again in intervals
STEP, LOG_STEP = 1e-7, 1e-4  # of the difference quotients
ITERATIONS, ROUNDS = 60, 4
LOG_ALPHA, LOG_EPSILON, LOG_D = (-2.0, 2.0), (-6.0, 0.0), (-4.0, 4.0)
SHAPES = ((2, 1), (2, 2), (2, 3), (3, 2), (2, 4), (3, 3))  # n, T

Build = Callable[[Any, Any, Any], Optimizer]
METHODS: dict[str, Build] = {
    "1/tanh(alpha)": lambda alpha, epsilon, D: AlphaGrad(
        learning_rate=1 / np.tanh(alpha), alpha=alpha, epsilon=epsilon
    ),
    "2D/(tanh(alpha)(t+1))": lambda alpha, epsilon, D: Scheduled(
        AlphaGrad(learning_rate=2 * D / np.tanh(alpha), alpha=alpha, epsilon=epsilon), schedule=next_inverse
    ),
}


KNOWN: dict[str, Callable[[int], Constants]] = {
    "one-sided": lambda n: Constants(L=1.0, f_inf=0.0),
    "lipschitz": lambda n: Constants(lipschitz=1.0, f_inf=0.0),
    "convex": lambda n: Constants(L=1.0, convex=True, f_star=0.0, x_star=np.zeros(n)),
}


@dataclass(frozen=True, kw_only=True, eq=False)
class Instance:
    """A function of a class known at the points of a run, and the run: plain numbers, which stand for themselves.

    kind      "one-sided" | "lipschitz" | "convex", L = 1;     method    a name in METHODS: its steps
    values    f_1..f_T, (T,);   gradients   (T, n);   start    x_1, (n,), where x* = 0, f* = 0
    cycle     T is half a period: values and minus the gradients follow, and the start is what closes it
    copies    of how many equal components each coordinate is the norm, in n = sum copies dimensions; () for one each
    """

    kind: str
    method: str
    cycle: bool
    alpha: float
    epsilon: float
    D: float
    start: np.ndarray
    values: np.ndarray
    gradients: np.ndarray
    copies: tuple[int, ...] = ()

    @property
    def optimizer(self) -> Optimizer:
        """The method of the run."""
        return METHODS[self.method](self.alpha, self.epsilon, self.D)

    @property
    def steps(self) -> int:
        """How long the run is."""
        return len(self.values) * (1 + self.cycle)

    @property
    def n(self) -> int:
        """The dimension."""
        return sum(self.copies) or self.gradients.shape[1]

    def spread(self, x: Array) -> Array:
        """Return coordinates as the equal components that each is the norm of, (*batch, n)."""
        return np.repeat(x / np.sqrt(self.copies), self.copies, axis=-1) if self.copies else x

    def gathered(self, x: Array) -> Array:
        """Return the coordinates of a point, the way back."""
        first = np.cumsum((0, *self.copies[:-1]))
        return np.add.reduceat(x, first, axis=-1) / np.sqrt(self.copies) if self.copies else x

    def whole(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return points, values and gradients of the run in its coordinates, (T, m), (T,), (T, m)."""
        f, g = _whole(self.cycle, self.values[:, None], self.gradients[:, None])
        x = _walk(self.optimizer, self.spread(self.start[None]), self.spread(g), self.cycle)[0]
        return self.gathered(x)[:, 0], f[:, 0], g[:, 0]

    def problem(self) -> Problem:
        """Return a function of the class that has these values and gradients.

        Where coordinates are copied it is the lowest of its parabolas, for which the one-sided bound alone holds.
        """
        x, f, g = self.whole()
        if self.kind == "convex":
            x, g = (np.concatenate([part, np.zeros_like(part[:1])]) for part in (x, g))
            f = np.append(f, 0.0)
        found = interpolant("one-sided" if self.copies else self.kind, x, f, g, 0.0)
        if not self.copies:
            return found
        return CustomProblem(
            value=lambda x: found.value(self.gathered(x)),
            gradient=lambda x: self.spread(found.gradient(self.gathered(x))),
            n=self.n,
            L=1.0,
            f_inf=0.0,
        )

    def recipe(self) -> Recipe:
        """Return what reproduces the run."""
        declared = {"D": np.asarray(self.D)} | ({"period": np.asarray(float(self.steps))} if self.cycle else {})
        start = self.spread(self.whole()[0][0])
        return Recipe(method=self.optimizer, problem=self.problem(), start=start, steps=self.steps, declared=declared)

    def __str__(self) -> str:
        """The class, the method and the size of the instance in words."""
        shape = f"n = {self.n}, T = {self.steps}{', a cycle' * self.cycle}"
        return f"{self.kind} function, {self.method} steps: {shape}, alpha = {self.alpha:.6g}, eps = {self.epsilon:.6g}"


@dataclass(frozen=True)
class Functions:
    """The runs of a bound on the functions of a class: unknowns z, (S, number of them), their case and their gaps."""

    bound: Bound
    kind: str
    method: str
    cycle: bool
    n: int
    T: int

    def parts(self, z: np.ndarray) -> dict[str, np.ndarray]:
        """Return the unknowns by name: gradients (T, S, n), values (T, S), start (S, n), alpha, epsilon, D (S,)."""
        sizes = (self.T * self.n, self.T, self.n, 1, 1, 1)
        g, f, start, *logs = np.split(z, np.cumsum(sizes)[:-1], axis=1)
        alpha, epsilon, D = (10.0 ** log[:, 0] for log in logs)
        return {
            "gradients": np.moveaxis(g.reshape(-1, self.T, self.n), 1, 0),
            "values": f.T,
            "start": start,
            "alpha": alpha,
            "epsilon": epsilon,
            "D": D,
        }

    def meets(self, z: np.ndarray) -> tuple[Case, np.ndarray]:
        """Return the case of the runs, and every gap that is to be >= 0, (S, number of gaps)."""
        u = self.parts(z)
        optimizer = METHODS[self.method](u["alpha"], u["epsilon"], u["D"])
        f, g = _whole(self.cycle, u["values"], u["gradients"])
        x, d = _walk(optimizer, u["start"], g, self.cycle)
        N = norm(g)
        case = Case(
            label=f"{self.kind} function, n = {self.n}",
            optimizer=optimizer,
            n=self.n,
            value=f,
            gradient_norm=N,
            alignment=dot(g, d),
            direction_sq=dot(d, d),
            distance=norm(x) if self.kind == "convex" else None,
            sound=np.ones(f.shape, dtype=bool),
            declared={"D": u["D"]} | ({"period": np.asarray(float(len(f)))} if self.cycle else {}),
            constants=KNOWN[self.kind](self.n),
        )
        if self.kind != "convex":
            return case, np.concatenate([gaps(self.kind, x, f, g), f - N**2 / 2]).T
        x, f, g = (np.concatenate([part, np.zeros_like(part[:1])]) for part in (x, f, g))  # the minimiser
        return case, np.concatenate([gaps(self.kind, x, f, g), u["D"] - case.history("distance")]).T

    def measure(self, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return log(right/left) on the last row, (S,), and the gaps."""
        case, whole = self.meets(z)
        left, right = self.bound.sides(case)
        with np.errstate(all="ignore"):
            score = np.log(right[-1]) - np.log(left[-1])
        return np.where(np.isfinite(score), score, 50.0), whole

    def beginning(self, random: np.random.Generator) -> np.ndarray:
        """Return a run on a random quadratic, disturbed, (number of unknowns,): quadratics are of every class."""
        n, T = self.n, self.T
        basis = np.linalg.qr(random.standard_normal((n, n)))[0]
        A = np.inner(basis * np.append(10.0 ** random.uniform(-3, 0, n - 1), 1.0), basis)
        log_alpha, log_epsilon = random.uniform(*LOG_ALPHA), random.uniform(*LOG_EPSILON)
        x = random.standard_normal(n) * 10.0 ** random.uniform(-0.7, 1.0)
        D = float(np.linalg.norm(x)) * random.uniform(1, 2)
        optimizer = METHODS[self.method](10.0**log_alpha, 10.0**log_epsilon, D)
        state, at, points = optimizer.init(x), x, []
        for _ in range(T):
            points.append(at)
            d, state = optimizer.direction(matvec(A, at), state, at)
            step, state = optimizer.step(d, state)
            at = at - step
        whole = np.stack(points)
        f, D = np.einsum("ti,ij,tj->t", whole, A, whole) / 2, max(D, float(np.linalg.norm(whole, axis=1).max()))
        noise = random.choice([0.0, 0.01, 0.1])
        plain = np.concatenate([matvec(A.T, whole).ravel(), f, x])
        plain = plain * (1 + noise * random.standard_normal(len(plain)))
        return np.concatenate([plain, [log_alpha, log_epsilon, np.log10(D)]])

    def instance(self, z: np.ndarray) -> Instance:
        """Return one point of the search as data."""
        u = self.parts(z[None])
        g = u["gradients"]
        optimizer = METHODS[self.method](u["alpha"], u["epsilon"], u["D"])
        start = _walk(optimizer, u["start"], _whole(self.cycle, u["values"], g)[1], self.cycle)[0][0]
        return Instance(
            kind=self.kind,
            method=self.method,
            cycle=self.cycle,
            alpha=float(u["alpha"][0]),
            epsilon=float(u["epsilon"][0]),
            D=float(u["D"][0]),
            start=start[0],
            values=u["values"][:, 0],
            gradients=g[:, 0],
        )

    def climb(self, z: np.ndarray, spend: Callable[[int], None]) -> tuple[float, np.ndarray]:
        """Return the greatest left/right that SLSQP reaches from z and where, or 0 where it ends outside the class.

        It begins anew where it stopped, as long as that gains.
        """
        from scipy.optimize import minimize

        near, best = _Near(self.measure, spend), (0.0, z)
        for _ in range(ROUNDS):
            with np.errstate(all="ignore"):
                z = minimize(
                    lambda z: near.at(z)[0],
                    z,
                    jac=lambda z: near.slopes(z)[0],
                    constraints=[
                        {
                            "type": "ineq",
                            "fun": lambda z: near.at(z)[1] - AIM,
                            "jac": lambda z: near.slopes(z)[1],
                        }
                    ],
                    bounds=[*[(None, None)] * (len(z) - 3), LOG_ALPHA, LOG_EPSILON, LOG_D],
                    method="SLSQP",
                    options={"maxiter": ITERATIONS, "ftol": 1e-9},
                ).x
            if not np.all(np.isfinite(z)):
                break
            score, whole = self.measure(z[None])
            ratio = float(np.exp(-score[0])) if whole.min() >= INSIDE else 0.0
            gained, best = ratio > best[0] * (1 + 1e-4), max(best, (ratio, z), key=lambda pair: pair[0])
            if ratio and not gained:
                break
        return best


class _Near:
    """What is measured at a point and beside it, once for all that ask."""

    def __init__(self, measure: Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]], spend: Callable[[int], None]):
        self.measure, self.spend = measure, spend
        self.here: tuple[bytes, Any] = (b"", None)
        self.beside: tuple[bytes, Any] = (b"", None)

    def at(self, z: np.ndarray) -> tuple[float, np.ndarray]:
        """Return the score and the gaps at z."""
        if self.here[0] != z.tobytes():
            self.spend(1)
            score, whole = self.measure(z[None])
            self.here = (z.tobytes(), (float(score[0]), whole[0]))
        return self.here[1]

    def slopes(self, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the gradient of the score, (number of unknowns,), and of the gaps, (gaps, number of unknowns)."""
        if self.beside[0] != z.tobytes():
            here = self.at(z)
            self.spend(len(z))
            h = STEP * np.maximum(1.0, np.abs(z))
            h[-3:] = LOG_STEP
            score, whole = self.measure(z + np.diag(h))
            self.beside = (z.tobytes(), ((score - here[0]) / h, ((whole - here[1]) / h[:, None]).T))
        return self.beside[1]


def _whole(cycle: bool, f: np.ndarray, g: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return values (T, S) and gradients (T, S, n) of the run; of a cycle both halves."""
    return (np.concatenate([f, f]), np.concatenate([g, -g])) if cycle else (f, g)


def _walk(optimizer: Optimizer, start: np.ndarray, g: np.ndarray, cycle: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return x_1..x_T and the directions, (T, S, n), of the method that meets these gradients (T, S, n)."""
    state, walked, directions = optimizer.init(g[0]), [np.zeros_like(g[0])], []
    for gradient in g:
        d, state = optimizer.direction(gradient, state, start)
        step, state = optimizer.step(d, state)
        directions.append(d)
        walked.append(walked[-1] + step)
    if cycle:
        start = walked[len(g) // 2] / 2
    return start - np.stack(walked[:-1]), np.stack(directions)


def arenas(bound: Bound) -> Iterator[Functions]:
    """Yield where the bound is searched, one for each of SHAPES: the greatest class, the method to which it applies."""
    random = np.random.default_rng(0)
    for cycle, kind, method in itertools.product((False, True), CLASSES, METHODS):
        found = [Functions(bound, kind, method, cycle, n, T) for n, T in SHAPES]
        case, _ = found[0].meets(found[0].beginning(random)[None])
        if bound.check(case).applies[-1, 0]:
            yield from found
            return


@dataclass
class Found:
    """The greatest left/right met so far and where; what has been spent, in runs."""

    ratio: float = 0.0
    instance: Instance | None = None
    used: int = 0

    def spend(self, runs: int) -> None:
        """Count runs."""
        self.used += runs


def search(bound: Bound, evaluations: int, seed: int = 0, *, enough: float = np.inf) -> Found:
    """Return the greatest left/right among the functions of the class, with about so many runs; stop where `enough`.

    The shapes take turns; every third start is the best point of its shape so far, disturbed.
    """
    from threadpoolctl import threadpool_limits

    random, found = np.random.default_rng(seed), Found()
    with threadpool_limits(1):  # of matrices this small two threads would only wait for each other
        _turns(list(arenas(bound)), evaluations, random, found, enough)
    return found


def _turns(places: list[Functions], evaluations: int, random: np.random.Generator, found: Found, enough: float) -> None:
    best: list[tuple[float, np.ndarray | None]] = [(0.0, None)] * len(places)
    for turn in itertools.count() if places else ():
        for k, arena in enumerate(places):
            if found.used >= evaluations or found.ratio >= enough:
                return
            z = arena.beginning(random)
            if turn % 3 == 2 and (near := best[k][1]) is not None:
                z = near * (1 + 10.0 ** random.uniform(-4, -1) * random.standard_normal(len(near)))
            ratio, z = arena.climb(z, found.spend)
            best[k] = max(best[k], (ratio, z), key=lambda pair: pair[0])
            if ratio > found.ratio:
                found.ratio, found.instance = ratio, arena.instance(z)
