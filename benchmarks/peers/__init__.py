"""The others: the same formulas once more, by hand, as each library's users write them; one file per library.

Each `prepare(task)` gives a function of nothing that runs the task and returns a `Result`.
"""

from __future__ import annotations

import importlib
from importlib.util import find_spec
from typing import Any

NEEDS = {
    "numpy_loop": (),
    "jax_scan": ("jax", "optax"),
    "numba_kernel": ("numba",),
    "torch_loop": ("torch",),
}


def missing(*packages: str) -> str:
    """Return which package is not installed and the remedy, in a sentence; empty if all are."""
    for package in packages:
        if find_spec(package) is None:
            return f"needs {package}: pip install -e '.[bench]'"
    return ""


def load(place: str) -> Any:
    """Return what "module.function" names, among the peers; imported now."""
    module, _, name = place.partition(".")
    return getattr(importlib.import_module(f"benchmarks.peers.{module}"), name)
