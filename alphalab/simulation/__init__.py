"""Floor 2: the one loop, what is watched along it, sweeps.

simulate     prepare, run block by block, join          block        the loop: x_{t+1} = x_t - step
layout       how the runs lie in memory
chunks       one step of a long vector, in place                tape, program   a step, recorded and played back
observables  value, ||g||, <g,d>, ||d||^2, ...           records      histories and folds
sweep        every name its own axis                     axes         names for those axes
trajectory   what comes back
"""

from alphalab.simulation.chunks import take_step
from alphalab.simulation.observables import OBSERVABLES
from alphalab.simulation.simulate import simulate
from alphalab.simulation.sweep import Sweep
from alphalab.simulation.trajectory import STATUSES, Trajectory

__all__ = ["OBSERVABLES", "STATUSES", "Sweep", "Trajectory", "simulate", "take_step"]
