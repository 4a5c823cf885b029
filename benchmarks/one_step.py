"""(c) One step of one long vector: x - eta tanh(alpha g/(||g||+eps)), against what the machine must do at least."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

import alphalab as al
from alphalab.arrays import roundoff
from benchmarks import subject
from benchmarks.contest import ratio_row
from benchmarks.peers import NEEDS as PACKAGES
from benchmarks.peers import load, missing
from benchmarks.report import Goal, Row, at_least, at_most
from benchmarks.timing import Contestant, on_cores, race

NEEDS = "jax, torch (and a C++ compiler for torch.compile)"
SIZES = {"full": (10**6, 10**7), "quick": (10**6,), "tiny": (1000,)}
TURNS = {"full": 15, "quick": 7, "tiny": 1}
ETA, ALPHA, EPSILON = 1e-3, 2.0, 1e-8
CHUNK = 131_072


def measure(level: str) -> list[Row]:
    """Compare on two cores, all libraries with two threads."""
    return on_cores(2, compare_here, level)


def compare_here(level: str) -> list[Row]:
    """Compare in this process."""
    return [row for n in SIZES[level] for row in _compare(n, TURNS[level], compiled=level != "tiny")]


def _compare(n: int, turns: int, compiled: bool) -> list[Row]:
    rng = np.random.default_rng(0)
    x, g = rng.standard_normal(n), rng.standard_normal(n)
    peers = {"torch eager": "torch_loop.one_step", "jax": "jax_scan.one_step"}
    if compiled:
        peers["torch.compile"] = "torch_loop.one_step_compiled"
    absent = {name: missing(*PACKAGES[place.partition(".")[0]]) for name, place in peers.items()}
    method = al.AlphaGrad(learning_rate=ETA, alpha=ALPHA, epsilon=EPSILON)
    entries = [
        Contestant("alphalab, 2 threads", subject.stepper(method, x.copy(), g, threads=2)),
        Contestant("alphalab, 1 thread", subject.stepper(method, x.copy(), g, threads=1)),
        *(Contestant(name, load(peers[name])(x, g, ETA, ALPHA, EPSILON)) for name in peers if not absent[name]),
        *_limits(g),
    ]
    expected = x - ETA * np.tanh(ALPHA * g / (np.linalg.norm(g) + EPSILON))
    times = race(entries, turns, lambda name, result: _check(name, result, expected))
    case, ours = f"n={n:.0e}".replace("e+0", "e"), "alphalab, 2 threads"
    rows = []
    for above, below, goal in _quotients(n):
        lacks = next((absent[name] for name in (above, below) if absent.get(name)), "")
        if lacks:
            rows.append(Row(case, f"{above} / {below}", goal=goal, note=lacks))
        elif above in times.wall and below in times.wall:
            note = f"{1e9 * times.seconds(ours) / n:.2f} ns per element" if ours in (above, below) else ""
            rows.append(ratio_row(case, times, above, below, goal, note))
    return rows


def _quotients(n: int) -> list[tuple[str, str, Goal | None]]:
    """What is divided by what; the goals are of n = 10^7."""
    two, one, long = "alphalab, 2 threads", "alphalab, 1 thread", n >= 10**7
    return [
        (two, "np.tanh", at_most(1.5) if long else None),
        ("torch eager", two, at_least(4, short=3.4) if long else None),
        ("torch.compile", two, at_least(1) if long else None),
        ("jax", two, None),
        (two, "np.tanh, 2 threads", None),
        (two, "memory copy", None),
        (one, "np.tanh", None),
        (one, two, None),
    ]


def _limits(g: np.ndarray) -> list[Contestant]:
    """np.tanh alone, on one thread and on two, and a copy, all into memory that is there already."""
    out, pool = np.zeros_like(g), ThreadPoolExecutor(2)
    parts = [slice(low, low + CHUNK) for low in range(0, g.size, CHUNK)]

    def shared() -> None:
        list(pool.map(lambda part: np.tanh(g[part], out=out[part]), parts))

    return [
        Contestant("np.tanh", lambda: np.tanh(g, out=out)),
        Contestant("np.tanh, 2 threads", shared),
        Contestant("memory copy", lambda: np.copyto(out, g)),
    ]


def _check(name: str, result: Any, expected: np.ndarray) -> None:
    """Raise ValueError unless a step agrees within roundoff; the limits take no step."""
    if name.startswith(("np.", "memory")):
        return
    error = float(np.max(np.abs(np.asarray(result) - expected)) / np.max(np.abs(expected)))
    if not error <= roundoff(expected.size, np.float64):
        raise ValueError(f"{name}: the point after a step departs by {error:.1e}")
