"""What the numbers were made with: the libraries, for a reader, and the arithmetic, which decides the last bits."""

from __future__ import annotations

import functools
import platform
from importlib.metadata import version

import numpy as np

LIBRARIES = ("numpy", "scipy", "sympy", "matplotlib", "scikit-learn")


def environment() -> dict[str, str]:
    """Return the versions of what computes and draws, and the arithmetic; neither a path, a host nor the time."""
    system = {"Python": platform.python_version(), "System": f"{platform.system()} {platform.machine()}"}
    return system | {name: version(name) for name in LIBRARIES} | {"Arithmetic": arithmetic()}


@functools.cache
def arithmetic() -> str:
    """Return in one line what decides the last bits of a number: on the same line the same bits are expected.

    np.tanh differs by up to 3 ulp between the kernels that NumPy picks for a processor, a matrix product by the
    order of its sums, which BLAS picks, the functions without a kernel by the C library.
    """
    from threadpoolctl import threadpool_info

    kernels = np.lib.introspect.opt_func_info(func_name="^tanh$").get("tanh", {}).get("dd", {})
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    cores = sorted({str(one.get("architecture")) for one in threadpool_info() if one["user_api"] == "blas"})
    libraries = [f"{name} {version(name)}" for name in ("numpy", "scipy")]
    parts = [f"kernels {kernels.get('current', 'baseline')}", f"{blas['name']} {blas['version']} {'/'.join(cores)}"]
    return ", ".join([*libraries, *parts, " ".join(platform.libc_ver()), platform.machine()])
