"""Counting steps: t = 0, 1, 2, ... is a whole number, because t + 1 = t in float16 from 2048 on.

A formula in t gets it as a float of at least single precision: 1/sqrt(t) of a float16 t would be 0 from 65520 on.
"""

from __future__ import annotations

from alphalab.arrays import Array, namespace


def no_steps(x: Array) -> Array:
    """Return t = 0 for every run at the points x, (*batch, n) -> (*batch, 1), in the library's whole numbers."""
    xp = namespace(x)
    return xp.zeros_like(x[..., :1], dtype=xp.asarray(0).dtype)


def as_time(t: Array, x: Array) -> Array:
    """Return t, (*batch, 1), as a number that formulas for points of the dtype of x can use."""
    xp = namespace(t)
    return xp.astype(t, xp.result_type(x.dtype, xp.float32))
