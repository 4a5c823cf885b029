"""What was run, where, and with what result: the words around the numbers."""

from __future__ import annotations

import functools
import math
import platform
from typing import Any

import numpy as np

from alphalab.arrays import Array, map_arrays, to_numpy
from alphalab.optimizers import Optimizer
from alphalab.simulation.cores.gathered import Gathered
from alphalab.simulation.plan import Plan
from alphalab.simulation.trajectory import Trajectory

LISTED = 1000  # numbers of an array; of more, the first and last few


def trajectory(plan: Plan, gathered: Gathered, seconds: float) -> Trajectory:
    """Return the results of all runs of a plan as they are handed out."""
    return Trajectory(
        **gathered.fields(plan.batch),
        dims=plan.dims,
        coordinates=plan.coordinates,
        settings=settings(plan),
        environment=environment(plan, seconds) | {"computed": gathered.computed},
    )


def header(plan: Plan) -> dict[str, Any]:
    """Return what a store says about a sweep."""
    coordinates = {name: values.tolist() for name, values in plan.coordinates.items()}
    described = {"dims": plan.dims, "batch": plan.batch, "coordinates": coordinates}
    return described | {"settings": settings(plan), "environment": environment(plan, 0.0)}


def settings(plan: Plan) -> dict[str, Any]:
    """Return what is run, in words and numbers."""
    return {
        "optimizer": optimizer_words(plan.optimizer),
        "problem": plan.problem.name,
        "n": int(plan.problem.n),
        "steps": plan.steps,
        "observe": plan.watched(),
        "tolerance": plan.tolerance,
    }


def optimizer_words(optimizer: Optimizer) -> str:
    """Return an optimizer with all its numbers, as the settings of a run tell it."""
    return repr(map_arrays(_listed, optimizer))


def _listed(array: Array) -> Any:
    """Return the numbers of an array, all digits of all of them where they are not too many to be read."""
    return to_numpy(array).tolist() if math.prod(array.shape) <= LISTED else to_numpy(array)


def environment(plan: Plan, seconds: float) -> dict[str, Any]:
    """Return where and how the run was made."""
    return _machine() | {"backend": plan.library, "dtype": plan.dtype, "seconds": seconds}


@functools.cache
def _machine() -> dict[str, Any]:
    machine = f"{platform.system()} {platform.machine()}"
    return {"python": platform.python_version(), "numpy": np.__version__, "machine": machine}
