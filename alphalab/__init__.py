"""alphalab: the theory of normalised, squashed-gradient optimizers, run, checked and corrected.

Every method is x+ = x - eta d(g) and differs only in its direction d; every claim is an inequality left <= right
between something measured on a run and a formula in (alpha, eta, eps, n, L, mu, T, Delta).
The house has five floors, each built only on those below:

    arrays, style           the only doors to the array libraries, a point is (*batch, n), and to matplotlib
    problems, optimizers    what is minimised; who minimises
    simulation, torch       the one loop, observables, sweeps; the same rules as torch optimizers
    claims                  what the paper says and what is true: proof, check, verdict
    experiments, training   the figures and the report; training tasks
    cli                     alphalab list | run | sweep | merge | bounds | verify | certify | figures | train

    import alphalab as al
    problem = al.problem("rosenbrock", n=2)
    run = al.simulate(al.AlphaGrad(learning_rate=1e-2, alpha=2.0), problem, problem.start(), steps=1000)
    run.value[-1], run.status

    etas, alphas = [1e-3, 1e-2, 1e-1], [0.1, 1.0, 10.0, 100.0]
    grid = al.Sweep(learning_rate=etas, alpha=alphas)
    rule = al.AlphaGrad(learning_rate=grid.learning_rate, alpha=grid.alpha)
    al.simulate(rule, problem, problem.start(), steps=1000).value_best     # (3, 4), one broadcast run
    al.verify("lemma-2").found                                             # "true"
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from alphalab.claims import (
        CLAIMS,
        Assumption,
        Bound,
        Claim,
        M,
        Q,
        Verdict,
        attack,
        certify,
        departures,
        rho,
        verify_all,
    )
    from alphalab.claims import notation as letters
    from alphalab.claims.comparison import Comparison, compare
    from alphalab.claims.facts import assumptions
    from alphalab.experiments import EXPERIMENTS, Experiment
    from alphalab.optimizers import *
    from alphalab.problems import (
        LAWS,
        PROBLEMS,
        Constants,
        CustomProblem,
        Gaussian,
        MiniBatch,
        Noisy,
        Pareto,
        Problem,
        Skewed,
        Sparse,
        Student,
        rotate,
    )
    from alphalab.problems.check import Report, check
    from alphalab.problems.estimate import Estimated, estimate
    from alphalab.simulation import OBSERVABLES, STATUSES, Sweep, Trajectory, observable, simulate

    problem: Callable[..., Problem]
    claim: Callable[[str], Claim]  # functions that share their names with modules, which a type checker takes them for
    verify: Callable[..., Verdict]
    experiment: Callable[[str], Experiment]
    __version__: str
    __all__: list[str]

_NAMES = {  # loaded when one of them is asked for: Ctrl-C is heard at once, and only who needs sympy waits for it
    "problems.check": ("Report", "check"),
    "problems.estimate": ("Estimated", "estimate"),
    "problems": (
        *("LAWS", "PROBLEMS", "Constants", "CustomProblem", "Problem", "problem", "rotate"),
        *("Gaussian", "MiniBatch", "Noisy", "Pareto", "Skewed", "Sparse", "Student"),
    ),
    "simulation": ("OBSERVABLES", "STATUSES", "Sweep", "Trajectory", "observable", "simulate"),
    "claims": (
        *("CLAIMS", "Assumption", "Bound", "Claim", "M", "Q", "Verdict"),
        *("attack", "certify", "claim", "departures", "rho", "verify", "verify_all"),
    ),
    "claims.comparison": ("Comparison", "compare"),
    "experiments": ("EXPERIMENTS", "Experiment", "experiment"),
}
_MODULES = {"letters": "claims.notation", "assumptions": "claims.facts.assumptions"}  # for a claim of your own
_FLOOR = {name: floor for floor, names in _NAMES.items() for name in names}


def __getattr__(name: str) -> Any:
    """Load a name when it is first asked for; what no other floor has is a name of the optimizers."""
    if name == "__version__":
        return importlib.import_module("alphalab.version").version()
    if name in (*_NAMES, "arrays", "optimizers", "style", "torch", "optax"):
        return importlib.import_module(f"alphalab.{name}")
    if name in _MODULES:
        return importlib.import_module(f"alphalab.{_MODULES[name]}")
    floor = importlib.import_module(f"alphalab.{_FLOOR.get(name, 'optimizers')}")
    if name == "__all__":
        return sorted([*_FLOOR, *_MODULES, "__version__", *floor.__all__])
    if not (name in _FLOOR or name in floor.__all__):
        raise AttributeError(f"module 'alphalab' has no attribute {name!r}")
    found = getattr(floor, name)
    if _FLOOR.get(name) not in ("claims", "experiments"):  # their registries are asked for anew each time
        globals()[name] = found  # a loop that says al.take_step pays nothing for it
    return found


def __dir__() -> list[str]:
    """The public names, whether loaded or not."""
    return sorted({*globals(), *__getattr__("__all__")})
