"""Floor 1a, what is minimised: value, gradient, and the constants each problem claims.

problem       Constants, the Problem protocol, Analytic    rotated        f(Q(x - c)), random rotations
linear        <g, x>                                       quadratics     chosen spectrum
least_squares ridge, rank-deficient, real data             convex         huber, log-cosh, log-sum-exp
nesterov      the worst function                           logistic       with and without a ridge, real data
sine          PL without convexity                         valleys        rosenbrock, beale, himmelblau
waves         rastrigin, styblinski-tang, double-well      softmax        multinomial regression on the digits
steep         cosh, exponential, quartic: L0 and L1 in place of L
layers        two-layer linear network                     networks       tanh networks
oracles, laws  stochastic gradients: noise, mini-batches, random numbers by key
data, newton  data sets and their minimisers               fields         what a field may hold
custom        a user's own problem                         check          is a problem what it says?
estimate      constants that are not given
catalogue     PROBLEMS and problem(name, n)
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from alphalab.problems.catalogue import PROBLEMS, Entry, problem
from alphalab.problems.custom import CustomProblem
from alphalab.problems.laws import LAWS, Gaussian, Pareto, Skewed, Sparse, Student
from alphalab.problems.oracles import MiniBatch, Noisy, Oracle
from alphalab.problems.problem import Analytic, Constants, Problem
from alphalab.problems.rotated import Rotated, random_rotation, rotate

if TYPE_CHECKING:
    from alphalab.problems.convex import Huber, LogCosh, LogSumExp
    from alphalab.problems.layers import TwoLayerLinear
    from alphalab.problems.least_squares import LeastSquares
    from alphalab.problems.linear import Linear
    from alphalab.problems.logistic import Logistic
    from alphalab.problems.matrices import MatrixLeastSquares
    from alphalab.problems.nesterov import NesterovWorst
    from alphalab.problems.networks import TanhClassifier, TanhNetwork
    from alphalab.problems.quadratics import DiagonalQuadratic, Quadratic, half_square
    from alphalab.problems.sine import Sine
    from alphalab.problems.softmax import Softmax
    from alphalab.problems.steep import Cosh, Exponential, Quartic
    from alphalab.problems.valleys import Beale, Himmelblau, Rosenbrock
    from alphalab.problems.waves import Cosine, DoubleWell, Rastrigin, StyblinskiTang

_LATER = {  # a class is made when its name is first asked for: all together cost a fifth of `import numpy`
    "convex": ("Huber", "LogCosh", "LogSumExp"),
    "layers": ("TwoLayerLinear",),
    "least_squares": ("LeastSquares",),
    "linear": ("Linear",),
    "logistic": ("Logistic",),
    "matrices": ("MatrixLeastSquares",),
    "nesterov": ("NesterovWorst",),
    "networks": ("TanhClassifier", "TanhNetwork"),
    "quadratics": ("DiagonalQuadratic", "Quadratic", "half_square"),
    "sine": ("Sine",),
    "softmax": ("Softmax",),
    "steep": ("Cosh", "Exponential", "Quartic"),
    "valleys": ("Beale", "Himmelblau", "Rosenbrock"),
    "waves": ("Cosine", "DoubleWell", "Rastrigin", "StyblinskiTang"),
}


def __getattr__(name: str) -> Any:
    """Load a problem when its name is first asked for."""
    for module, names in _LATER.items():
        if name in names:
            return getattr(importlib.import_module(f"alphalab.problems.{module}"), name)
    raise AttributeError(f"module 'alphalab.problems' has no attribute {name!r}")


__all__ = [
    "LAWS",
    "PROBLEMS",
    "Analytic",
    "Beale",
    "Constants",
    "Cosh",
    "Cosine",
    "CustomProblem",
    "DiagonalQuadratic",
    "DoubleWell",
    "Entry",
    "Exponential",
    "Gaussian",
    "Himmelblau",
    "Huber",
    "LeastSquares",
    "Linear",
    "LogCosh",
    "LogSumExp",
    "Logistic",
    "MatrixLeastSquares",
    "MiniBatch",
    "NesterovWorst",
    "Noisy",
    "Oracle",
    "Pareto",
    "Problem",
    "Quadratic",
    "Quartic",
    "Rastrigin",
    "Rosenbrock",
    "Rotated",
    "Sine",
    "Skewed",
    "Softmax",
    "Sparse",
    "Student",
    "StyblinskiTang",
    "TanhClassifier",
    "TanhNetwork",
    "TwoLayerLinear",
    "half_square",
    "problem",
    "random_rotation",
    "rotate",
]
