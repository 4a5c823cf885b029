"""Floor 2: the one loop, what is recorded along it, sweeps.

simulate     validate, allocate once, run, name the axes      plan        a flat batch of runs, cut into blocks
loop         the steps: the semantics                         scan        the same step compiled by jax
step         what is evaluated; one step of your own          recorders   value, ||g||, <g,d>, ..., folds
status       how a run ends                                   trajectory  what comes back
sweep, axes  every name its own axis                          described   the words around the numbers
parallel     parts over cores and machines                    store       runs that are kept
export       files for other programs
"""

from alphalab.simulation.recorders import OBSERVABLES, observable
from alphalab.simulation.simulate import simulate
from alphalab.simulation.status import STATUSES
from alphalab.simulation.step import take_step
from alphalab.simulation.sweep import Sweep
from alphalab.simulation.trajectory import Trajectory

__all__ = ["OBSERVABLES", "STATUSES", "Sweep", "Trajectory", "observable", "simulate", "take_step"]
