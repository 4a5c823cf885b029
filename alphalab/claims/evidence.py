"""The instances on which every claim is checked: gradients of all shapes and sizes, and runs on every problem.

    gradients   n = 1..1000, spikes, balanced, Gaussian, heavy-tailed, sparse; ||g|| from 1e-300 to 1e300
    runs        every problem of the registry x alpha x eta x eps x start, each prefix of a run an instance

The grids are fixed, so that a verdict is reproducible; a large problem gets fewer and shorter runs. What breaks a claim
that assumes too little is in `breaking`.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from alphalab.arrays import backend, leaves
from alphalab.claims.case import Case, gradient_case, run_case
from alphalab.optimizers import AlphaGrad
from alphalab.problems import PROBLEMS, Problem, problem

DIMENSIONS = (1, 2, 3, 10, 100, 1000)
ALPHAS = np.geomspace(1e-3, 1e3, 13)
LEARNING_RATES = np.geomspace(1e-3, 1.0, 4)
EPSILONS = np.asarray([0.0, 1e-8, 1e-2, 1.0])
EXTREMES = (
    *((name, 1) for name in ("quadratic", "huber", "cosine", "pl-sine")),
    ("quadratic-diagonal", 1000),
    ("nesterov-worst", 1000),
)
EVERY_CLASS = ("quadratic", "log-cosh", "pl-sine", "rastrigin-rotated", "logistic-breast-cancer")  # a problem of each
CLASSES = ("quadratic-diagonal", "nesterov-worst", "pl-sine")  # strongly convex, convex, neither but Polyak-Lojasiewicz
QUICK_STEPS = 32
STEPS = 200
WORK = 1e8  # multiplications granted to the runs on one problem


def evidence(
    name: str = "numpy", quick: bool = False, problems: Sequence[Problem | str] | None = None
) -> Iterator[Callable[[], Case]]:
    """Yield what makes each case, on the array library `name`: gradients, then runs on `problems`.

    By default on every problem of the registry, large and small; where `quick`, shorter runs on one of every class.
    """
    for n in DIMENSIONS[: 4 if quick else None]:
        yield functools.partial(gradients_case, n, name)
    if problems is None and not quick:
        yield from (functools.partial(problem_case, key, n, name) for key, n in every_problem())
    else:
        most = QUICK_STEPS if quick else STEPS
        yield from (functools.partial(problem_case, one, None, name, most) for one in problems or CLASSES)


def every_problem() -> Iterator[tuple[str, int | None]]:
    """Yield the problems of the registry and their dimensions; None is that of the registry."""
    for entry in PROBLEMS:
        yield from ((entry.name, n) for n in ((None, 30, 100) if entry.n_free else (None,)))
    yield from EXTREMES


def gradients_case(n: int, name: str = "numpy") -> Case:
    """Return the case of AlphaGrad at the gradients of one dimension: alpha x eps x gradients."""
    xp = backend(name)
    optimizer = AlphaGrad(alpha=ALPHAS[:, None, None], epsilon=EPSILONS[:, None])
    g = xp.asarray(gradients(n))
    return gradient_case(optimizer, xp.broadcast_to(g, (len(ALPHAS), len(EPSILONS), *g.shape)), f"gradients, n = {n}")


def gradients(n: int, dtype: str = "float64", seed: int = 0) -> np.ndarray:
    """Return gradients of many shapes and of norms over the whole range of the dtype, (count, n)."""
    random = np.random.default_rng(seed)
    shapes = [
        np.eye(1, n),
        np.ones((1, n)),
        np.zeros((1, n)),
        np.linspace(0, 1, n)[None],
        np.geomspace(1e-9, 1, n)[None],
    ]
    shapes += [random.standard_normal((3, n)), random.standard_t(1.5, (3, n))]
    shapes += [random.standard_normal((2, n)) * (random.random((2, n)) < 0.2), np.sign(random.standard_normal((2, n)))]
    decades = 300 if dtype == "float64" else 36
    scales = 10.0 ** np.linspace(-decades, decades, 13)
    return (scales[:, None, None] * np.concatenate(shapes)).reshape(-1, n).astype(dtype)


def problem_case(subject: Problem | str, n: int | None = None, name: str = "numpy", most: int = STEPS) -> Case:
    """Return the case of a sweep alpha x eta x eps x start on a problem, as large as WORK allows, `most` steps."""
    subject = problem(subject, n) if isinstance(subject, str) else subject
    cost = subject.n + 2 * sum(math.prod(leaf.shape) for leaf in leaves(subject))
    thin = max(1, round(math.sqrt(cost / 1000)))
    eta, alpha = LEARNING_RATES[:: min(thin, 3), None, None, None], ALPHAS[:: 3 * min(thin, 4), None, None]
    epsilon, starts = EPSILONS[:: min(thin, 3), None], [subject.start(seed) for seed in range(3 if thin == 1 else 1)]
    shape = (*eta.shape[:1], *alpha.shape[:1], *epsilon.shape[:1], len(starts))
    x0 = backend(name).asarray(np.broadcast_to(np.stack(starts), (*shape, subject.n)))
    steps = int(np.clip(WORK / (cost * math.prod(shape)), 5, most))
    optimizer = AlphaGrad(learning_rate=eta, alpha=alpha, epsilon=epsilon)
    return run_case(optimizer, subject, x0, steps, f"{subject.name}, n = {subject.n}")
