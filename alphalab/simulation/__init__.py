"""Floor 2: the one loop, what is recorded along it, sweeps.

simulate     validate, allocate once, run, name the axes      plan        a flat batch of runs, cut into blocks
loop         the steps: the semantics                         scan        the same step compiled by jax
recorders    value, ||g||, <g,d>, ..., folds                  status      how a run ends
trajectory   what comes back                                  described   the words around the numbers
sweep        every name its own axis                          parallel    parts over cores and machines
store        runs that are kept                               export      files for other programs
"""

from alphalab.simulation.recorders import OBSERVABLES, observable
from alphalab.simulation.simulate import simulate
from alphalab.simulation.status import STATUSES
from alphalab.simulation.sweep import Sweep
from alphalab.simulation.trajectory import Trajectory

__all__ = ["OBSERVABLES", "STATUSES", "Sweep", "Trajectory", "observable", "simulate"]
