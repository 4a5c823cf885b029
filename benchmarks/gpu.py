"""(f) The same code on a CUDA device, at most 6 minutes: every optimizer on every problem, a step, a sweep.

agreement    all optimizers x problems, a few steps, against NumPy within roundoff
step         take_step of one long vector, ns per element, against a copy of two vectors on the device
sweep        NumPy arrays to NumPy arrays, transfers counted, against the processor

Without a device, `--library torch` or `--library array-api-strict` goes the same way on the processor.
"""

from __future__ import annotations

import functools
import importlib
import math
import time
from collections.abc import Callable
from typing import Any

import numpy as np

import alphalab as al
from alphalab.arrays import backend, roundoff, to_numpy
from benchmarks import subject
from benchmarks.contest import Quotient, ratio_row
from benchmarks.report import Row, at_most
from benchmarks.task import Result, check_agreement, make_task
from benchmarks.timing import Contestant, race, spread

NEEDS = "cupy and a CUDA device, or --library"
RUNS, STEPS = 3, 5  # of every pair
SIZES = {"full": (10**6, 10**7, 10**8), "quick": (10**6,), "tiny": (10**4,)}
SWEEPS = {"full": ((2**18, 10, 200), (2**16, 100, 200)), "quick": ((2**10, 10, 20),), "tiny": ((4, 3, 5),)}
SECONDS = {"full": 200.0, "quick": 200.0, "tiny": 5.0}  # for the pairs; those that are left out are counted
TURNS, STEPS_TIMED = {"full": 5, "quick": 3, "tiny": 1}, 10


def measure(level: str, library: str = "cupy") -> list[Row]:
    """Measure where the library is, and a device if it is CuPy; one line that says why not elsewhere."""
    if lacks := unavailable(library):
        return [Row(library, "-", note=lacks)]
    sizes, dtypes = SIZES[level], (np.float32, np.float64)
    steps = [_step(library, n, dtype, TURNS[level]) for n in sizes for dtype in dtypes]
    return [
        agreement(library, SECONDS[level]),
        *steps,
        *(_sweep(library, size, TURNS[level]) for size in SWEEPS[level]),
    ]


def unavailable(library: str) -> str:
    """Return in a sentence why nothing can be measured here; empty where it can."""
    try:
        backend(library)
    except ModuleNotFoundError as error:
        return str(error)
    if library != "cupy":
        return ""
    cupy = importlib.import_module("cupy")
    try:
        return "" if cupy.cuda.runtime.getDeviceCount() else "needs a CUDA device: cupy finds none"
    except cupy.cuda.runtime.CUDARuntimeError as error:
        return f"needs a CUDA device: {error}"


def agreement(library: str, seconds: float) -> Row:
    """Run every optimizer on every problem here and there: the largest departure over what is granted for it."""
    xp, until = backend(library), time.monotonic() + seconds
    pairs = [(method, entry) for entry in al.PROBLEMS for method in al.OPTIMIZERS]
    built = functools.cache(al.problem)
    found: dict[str, float] = {}
    for method, entry in pairs:
        if time.monotonic() > until:
            break
        found[f"{method.name} on {entry.name}"] = departure(xp, method(), built(entry.name))
    beyond = [name for name, ratio in found.items() if not ratio <= 1]
    note = f"{len(found) - len(beyond)} of {len(pairs)} pairs within, {len(pairs) - len(found)} left out"
    worst = max((math.inf if math.isnan(ratio) else ratio for ratio in found.values()), default=None)
    return Row(library, "departure / granted", worst, goal=at_most(1), note="; ".join([note, *beyond]))


def departure(xp: Any, method: al.Optimizer, problem: al.Problem) -> float:
    """Return how far points and histories in the library xp are from NumPy's, over (n + 16) ulp of the largest number.

    Granted is 16 times that for every step: a problem sums more numbers than a point has.
    """
    starts = np.stack([problem.start(seed) for seed in range(RUNS)])
    here, there = (al.simulate(method, problem, start, STEPS) for start in (starts, xp.asarray(starts)))
    worst = 0.0
    for name in ("x_last", "x_best", "value", "gradient_norm"):
        wanted, other = np.asarray(getattr(here, name)), np.asarray(getattr(there, name))
        largest = float(np.max(np.abs(wanted))) or 1.0
        worst = max(worst, float(np.max(np.abs(other - wanted))) / largest)
    return worst / (16 * STEPS * roundoff(problem.n, np.float64))


def _waiting(library: str, call: Callable[[], Any]) -> Callable[[], Any]:
    """Return what makes several calls and waits for the device."""
    stream = importlib.import_module("cupy").cuda.get_current_stream() if library == "cupy" else None

    def calls() -> None:
        for _ in range(STEPS_TIMED):
            call()
        if stream is not None:
            stream.synchronize()

    return calls


def _step(library: str, n: int, dtype: Any, turns: int) -> Row:
    """A step reads g for the norm, g and x for the update, and writes x: what a copy of two vectors moves."""
    xp, method = backend(library), al.AlphaGrad(learning_rate=0.01, alpha=2.0, epsilon=1e-8)
    g = xp.asarray(np.random.default_rng(0).standard_normal(n).astype(dtype))
    x, source = xp.zeros_like(g), xp.asarray(np.ones(2 * n, dtype))
    contestants = [
        Contestant("step", _waiting(library, lambda: al.take_step(method, x, g))),
        Contestant("copy of two vectors", _waiting(library, lambda: xp.asarray(source, copy=True))),
    ]
    wanted = -0.01 * np.tanh(2.0 * to_numpy(g) / (np.linalg.norm(to_numpy(g)) + 1e-8))
    error = np.max(np.abs(to_numpy(al.take_step(method, x, g)[0]) - wanted)) / np.max(np.abs(wanted))
    if not error <= roundoff(n, dtype):
        raise ValueError(f"{library}: a step of n = {n} departs by {error:.1e}")
    times = race(contestants, turns)
    cost = spread([1e9 * seconds / (STEPS_TIMED * n) for seconds in times.wall["step"]])
    case = f"{library}, n={n:.0e} {np.dtype(dtype).name}".replace("e+0", "e")
    return ratio_row(
        case, times, Quotient("step", "copy of two vectors"), f"{cost.median:.3g} ns per element", here=False
    )


def _sweep(library: str, sizes: tuple[int, int, int], turns: int) -> Row:
    """Everything from NumPy arrays to NumPy arrays, transfers counted."""
    task = make_task(*sizes)
    results: dict[str, Any] = {}
    simulations = {name: subject.simulation(task, name) for name in ("numpy", library)}

    def solve(name: str) -> Result:
        return subject.result(simulations[name](), task)

    entries = [Contestant(name, functools.partial(solve, name)) for name in simulations]
    times = race(entries, turns, results.__setitem__)
    check_agreement(library, results[library], results["numpy"], task)
    note = f"{task.runs * task.steps / times.seconds(library) / 1e6:.3g} million run-steps per second"
    return ratio_row(str(task), times, Quotient("numpy", library), note, here=False)
