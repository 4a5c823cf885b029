"""What decides the last bits of a number, beside the formula: the kernels that are picked for a processor, and BLAS."""

from __future__ import annotations

import functools
import platform
from contextlib import AbstractContextManager
from typing import Any

import numpy as np


@functools.cache
def kernels() -> str:
    """Return in one line what NumPy, BLAS and the C library compute with here.

    np.tanh differs by up to 3 ulp between the kernels that NumPy picks for a processor, a matrix product by the
    order of its sums, which BLAS picks, the functions without a kernel by the C library.
    """
    from threadpoolctl import threadpool_info

    tanh = np.lib.introspect.opt_func_info(func_name="^tanh$").get("tanh", {}).get("dd", {})
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    cores = sorted({str(one.get("architecture")) for one in threadpool_info() if one["user_api"] == "blas"})
    parts = [f"kernels {tanh.get('current', 'baseline')}", f"{blas['name']} {blas['version']} {'/'.join(cores)}"]
    return ", ".join([*parts, " ".join(platform.libc_ver()), platform.machine()])


def one_blas_thread() -> AbstractContextManager[Any]:
    """Let BLAS compute with one thread: it splits a sum over its threads, so that their number changes the last bit."""
    return _blas().limit(limits=1, user_api="blas")


@functools.cache
def _blas() -> Any:
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
