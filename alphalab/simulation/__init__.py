"""Floor 2: the one loop, what is watched along it, sweeps.

simulate     check and plan            plan         a flat batch of runs, any part of it a plan
carry_out    store, cores, results     spread       parts over cores        shared    histories that workers write
block        the loop over steps       layout       how the runs lie in memory
step         x_{t+1} = x_t - step      played       the same from a tape
endings      how runs end, best points lone         the same for one run       scanned      the same, compiled by jax
chunks       one step of a long vector, in place     tape, program   a step, recorded and played back
observables  value, ||g||, <g,d>, ...  records      histories and folds
sweep        every name its own axis   axes         names for those axes
trajectory   what comes back           gathered     put together from parts    described   the words around it
store        a folder that keeps runs  kept         the runs of a plan in it   identity    what a thing is, as a hash
export       for other programs        whole        files whole or not at all
"""

from alphalab.simulation.chunks import take_step
from alphalab.simulation.observables import OBSERVABLES
from alphalab.simulation.simulate import simulate
from alphalab.simulation.sweep import Sweep
from alphalab.simulation.trajectory import STATUSES, Trajectory

__all__ = ["OBSERVABLES", "STATUSES", "Sweep", "Trajectory", "simulate", "take_step"]
