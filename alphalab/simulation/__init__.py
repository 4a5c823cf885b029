"""Floor 2: the one loop, what is watched along it, sweeps.

simulate     check, plan, carry out        plan         a flat batch of runs, any part of which is a plan again
loop/        the loop over steps           cores/       parts of a plan over cores and machines
store/       runs that are kept            observables  value, ||g||, <g,d>, ...
sweep        every name its own axis       axes         names for those axes
trajectory   what comes back               described    the words around the numbers     whole   whole files or none
arithmetic   what decides the last bits
"""

from alphalab.simulation.loop.chunks import take_step
from alphalab.simulation.observables import OBSERVABLES
from alphalab.simulation.simulate import simulate
from alphalab.simulation.sweep import Sweep
from alphalab.simulation.trajectory import STATUSES, Trajectory

__all__ = ["OBSERVABLES", "STATUSES", "Sweep", "Trajectory", "simulate", "take_step"]
