"""What the numbers were made with: the libraries, for a reader, and the arithmetic, which decides the last bits."""

from __future__ import annotations

import platform
from importlib.metadata import version

from alphalab.arithmetic import kernels

LIBRARIES = ("numpy", "scipy", "sympy", "matplotlib", "scikit-learn")


def environment() -> dict[str, str]:
    """Return the versions of what computes and draws, and the arithmetic; neither a path, a host nor the time."""
    system = {"Python": platform.python_version(), "System": f"{platform.system()} {platform.machine()}"}
    return system | {name: version(name) for name in LIBRARIES} | {"Arithmetic": arithmetic()}


def arithmetic() -> str:
    """Return in one line what decides the last bits of a number: on the same line the same bits are expected."""
    return ", ".join([*(f"{name} {version(name)}" for name in ("numpy", "scipy")), kernels()])
