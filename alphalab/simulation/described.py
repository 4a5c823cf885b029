"""What was run, where, and with what result: the words around the numbers."""

from __future__ import annotations

import functools
import math
import platform
from collections.abc import Mapping
from typing import Any

import numpy as np

from alphalab.arrays import map_arrays, to_numpy
from alphalab.optimizers import Optimizer
from alphalab.simulation.plan import RECORD, Plan
from alphalab.simulation.status import STATUSES
from alphalab.simulation.trajectory import Trajectory

LISTED = 1000  # numbers of an array in the settings; of more, the first and last few


def trajectory(plan: Plan, arrays: Mapping[str, np.ndarray], computed: int, seconds: float) -> Trajectory:
    """Return what all runs of a plan left, by name, as it is handed out; `computed` of them were not stored."""
    said = environment(plan, seconds) | {"computed": computed}
    return unflattened(arrays, plan.batch, plan.dims, plan.coordinates, settings(plan), said)


def unflattened(
    arrays: Mapping[str, np.ndarray],
    batch: tuple[int, ...],
    dims: tuple[str, ...],
    coordinates: Mapping[str, np.ndarray],
    settings: Mapping[str, Any],
    environment: Mapping[str, Any],
) -> Trajectory:
    """Return what a flat batch left, by name, as a trajectory."""
    records = {
        name.removeprefix(RECORD): array.reshape((*array.shape[:-1], *batch))
        for name, array in arrays.items()
        if name.startswith(RECORD)
    }
    finals = {name: array for name, array in arrays.items() if RECORD not in name}
    fields: dict[str, Any] = {name: array.reshape((*batch, *array.shape[1:])) for name, array in finals.items()}
    fields["status"] = np.take(STATUSES, fields["status"])
    return Trajectory(
        records=records, dims=dims, coordinates=coordinates, settings=settings, environment=environment, **fields
    )


def header(plan: Plan) -> dict[str, Any]:
    """Return what a store says about a sweep."""
    coordinates = {name: values.tolist() for name, values in plan.coordinates.items()}
    return {"coordinates": coordinates, "settings": settings(plan), "environment": environment(plan, 0.0)}


def settings(plan: Plan) -> dict[str, Any]:
    """Return what is run, in words and numbers."""
    return {
        "optimizer": optimizer_words(plan.optimizer),
        "problem": plan.problem.name,
        "n": int(plan.problem.n),
        "steps": plan.steps,
        "observe": [one.name for one in plan.recorders],
        "tolerance": plan.tolerance,
    }


def optimizer_words(optimizer: Optimizer) -> str:
    """Return an optimizer with all its numbers, as the settings of a run tell it."""
    listed = lambda array: to_numpy(array).tolist() if math.prod(array.shape) <= LISTED else to_numpy(array)  # noqa: E731
    return repr(map_arrays(listed, optimizer))


def environment(plan: Plan, seconds: float) -> dict[str, Any]:
    """Return where and how the run was made."""
    engine = "scan" if plan.library == "jax" else "loop"
    made = {"backend": plan.library, "engine": engine, "dtype": plan.dtype, "seconds": seconds}
    return _machine() | made


@functools.cache
def _machine() -> dict[str, Any]:
    machine = f"{platform.system()} {platform.machine()}"
    return {"python": platform.python_version(), "numpy": np.__version__, "machine": machine}
