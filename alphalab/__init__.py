"""alphalab: the theory of normalised, squashed-gradient optimizers, run, checked and corrected.

Every method is x+ = x - eta d(g) and differs only in its direction d; every claim is an inequality left <= right
between something measured on a run and a formula in (alpha, eta, eps, n, L, mu, T, Delta).
The house has five floors, each built only on those below:

    arrays                  the only door to the array libraries; a point is (*batch, n)
    problems, optimizers    what is minimised; who minimises
    simulation              the one loop, observables, sweeps
    claims                  what the paper says and what is true: proof, check, verdict
    experiments             the figures and the report
    cli                     alphalab list | run | sweep | merge | verify | certify | figures | reproduce

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

from alphalab import optimizers
from alphalab.optimizers import *
from alphalab.problems import PROBLEMS, Constants, CustomProblem, Problem, problem, rotate
from alphalab.simulation import OBSERVABLES, STATUSES, Sweep, Trajectory, observable, simulate, take_step

if TYPE_CHECKING:
    from collections.abc import Callable

    from alphalab.claims import CLAIMS, Claim, M, Q, Verdict, attack, certify, departures, rho, verify_all
    from alphalab.experiments import EXPERIMENTS, Experiment
    from alphalab.problems.check import Report, check

    claim: Callable[[str], Claim]  # functions that share their names with modules, which a type checker takes them for
    verify: Callable[..., Verdict]
    experiment: Callable[[str], Experiment]
    __version__: str

_LATER = {  # what takes long to load (two floors load sympy and matplotlib): when one of its names is asked for
    "alphalab.problems.check": ("Report", "check"),
    "alphalab.claims": (
        *("CLAIMS", "Claim", "M", "Q", "Verdict"),
        *("attack", "certify", "claim", "departures", "rho", "verify", "verify_all"),
    ),
    "alphalab.experiments": ("EXPERIMENTS", "Experiment", "experiment"),
}


def __getattr__(name: str) -> Any:
    """Load a name of the upper floors, or the version, when it is first asked for."""
    if name == "__version__":
        return _version()
    for floor, names in _LATER.items():
        if name in names:
            return getattr(importlib.import_module(floor), name)
    raise AttributeError(f"module 'alphalab' has no attribute {name!r}")


def __dir__() -> list[str]:
    """The public names, whether loaded or not."""
    return sorted({*globals(), *__all__})


def _version() -> str:
    from importlib import metadata

    try:
        return metadata.version("alphalab")
    except metadata.PackageNotFoundError:  # run from a checkout that was not installed
        return "0+uninstalled"


__all__ = [
    "CLAIMS",
    "EXPERIMENTS",
    "OBSERVABLES",
    "PROBLEMS",
    "STATUSES",
    "Claim",
    "Constants",
    "CustomProblem",
    "Experiment",
    "M",
    "Problem",
    "Q",
    "Report",
    "Sweep",
    "Trajectory",
    "Verdict",
    "__version__",
    "attack",
    "certify",
    "check",
    "claim",
    "departures",
    "experiment",
    "observable",
    "problem",
    "rho",
    "rotate",
    "simulate",
    "take_step",
    "verify",
    "verify_all",
]
__all__ += optimizers.__all__
