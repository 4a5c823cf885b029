"""Ground floor: the only door to the array libraries.

    dot(x, y)   = sum_i x_i y_i                      over the last axis, the space axis
    total(x)    = sum_i x_i
    norm(x)     = s sqrt(sum_i (x_i/s)^2)            s = max|x_i| where the plain sum over- or underflows
    column(v,x) = v[..., None]                       a (*batch,) value against a (*batch, n) point
    roundoff(n) = (n + 16) ulp                       the one tolerance of the house

Shapes: a point is (*batch, n), a value is (*batch,). Everything here keeps the array library, the dtype
and the device of its arguments. NumPy, CuPy, torch, jax and array-api-strict all pass through this door.
"""

from __future__ import annotations

import copy
import dataclasses
import functools
import importlib
import inspect
import math
from collections.abc import Callable
from types import ModuleType
from typing import Any, TypeVar

import array_api_compat
import numpy as np

einsum = inspect.unwrap(np.einsum)  # a third of its time goes into looking for other libraries' arrays

NUMBER = (float, int)
Array = Any  # an array of any library that keeps the array API standard
Tree = TypeVar("Tree")

BACKENDS = {
    "numpy": "numpy",  # its own namespace keeps the standard; array_api_compat.numpy costs 3 times its import
    "cupy": "array_api_compat.cupy",
    "torch": "array_api_compat.torch",
    "jax": "jax.numpy",
    "array-api-strict": "array_api_strict",
}


def backend(name: str) -> ModuleType:
    """Return the array namespace called `name` (a key of BACKENDS), importing it now.

    Raises ValueError for an unknown name and ModuleNotFoundError, with the remedy, if it is not installed.
    """
    if name not in BACKENDS:
        raise ValueError(f"backend {name!r} is unknown; choose one of {', '.join(BACKENDS)}")
    try:
        module = importlib.import_module(BACKENDS[name])
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(f"backend {name!r} needs the package {error.name!r}; install it with pip") from error
    if name == "jax":  # it rounds to float32 unless told not to
        importlib.import_module("jax").config.update("jax_enable_x64", True)
    return module


def namespace(x: Array) -> ModuleType:
    """Return the array namespace of `x`; lists and numbers count as NumPy."""
    if type(x) is np.ndarray or isinstance(x, np.generic) or not is_array(x):  # the first is the common case
        return np
    return np if isinstance(x, np.ndarray) else array_api_compat.array_namespace(x)


def is_array(x: object) -> bool:
    """Whether `x` is an array of one of the known libraries."""
    return isinstance(x, np.ndarray) or array_api_compat.is_array_api_obj(x)


def is_floating(x: Array) -> bool:
    """Whether the array `x` has a real floating-point dtype."""
    return bool(namespace(x).isdtype(x.dtype, "real floating"))


def as_real(value: Any, name: str = "the array") -> Array:
    """Return `value` as an array of floating-point numbers: itself if it is one already, else converted to float64.

    Raises TypeError for truth values, text, None and complex numbers, which NumPy would convert without a word, and
    ValueError, which says `name`, for a masked array that hides numbers.
    """
    refuse_hidden(name, value)
    if isinstance(value, np.ndarray) or not is_array(value):
        value = np.asarray(value)  # a matrix or a masked array follows rules of its own: not here
        if value.dtype.kind not in "fiuO" or (value.dtype.kind == "O" and None in value.ravel().tolist()):
            raise TypeError(f"not real numbers: {value.dtype}")
        return value if value.dtype.kind == "f" else value.astype(np.float64)
    xp = namespace(value)
    if not xp.isdtype(value.dtype, ("real floating", "integral")):
        raise TypeError(f"not real numbers: {value.dtype}")
    return value if is_floating(value) else xp.astype(value, xp.float64)


def real_answer(value: Any, shape: tuple[int, ...], x: Array, name: str) -> Array:
    """Return what a function answered in the library and dtype of x.

    Raises ValueError, which says `name`, for another shape and for what are no real numbers.
    """
    check_shape(value, shape, name)
    try:
        return like(as_real(value, name), x)
    except TypeError:
        raise ValueError(f"{name} must be an array of real numbers, got dtype {value.dtype}") from None


def check_shape(value: Any, shape: tuple[int, ...], name: str) -> None:
    """Raise ValueError, which says `name`, unless `value` is an array of this shape."""
    if not is_array(value):
        raise ValueError(f"{name} must be an array of shape {tuple(shape)}, got {value!r}")
    if tuple(value.shape) != tuple(shape):
        raise ValueError(f"{name} must have shape {tuple(shape)}, got {tuple(value.shape)}")


def refuse_hidden(name: str, value: Any) -> None:
    """Raise ValueError where `value` is a masked array that hides numbers: NumPy would show them without a word."""
    if type(value) is not np.ndarray and isinstance(value, np.ndarray) and np.any(getattr(value, "mask", False)):
        raise ValueError(
            f"{name} is a masked array with hidden numbers, which have no place here; "
            "give what stands for them, .filled(number), or leave them out, .compressed()"
        )


def to_numpy(x: Array) -> np.ndarray:
    """Return `x` as a NumPy array, copied off its device if it lies on one."""
    if array_api_compat.is_cupy_array(x):
        return x.get()
    return np.asarray(x.detach().cpu() if array_api_compat.is_torch_array(x) else x)


def like(value: Any, x: Array) -> Array:
    """Return `value` as an array of the library, dtype and device of `x` (itself if it is one already)."""
    if type(value) is type(x) and value.dtype == x.dtype:
        return value
    xp = namespace(x)
    if not is_array(value) or xp is not namespace(value):
        value = xp.asarray(to_numpy(value), device=array_api_compat.device(x))
    return xp.astype(value, x.dtype)


def counting(count: int, x: Array) -> Array:
    """Return the whole numbers 0 .. count-1, (count,), in the library and on the device of `x`."""
    numbers, xp = np.arange(count), namespace(x)
    return numbers if xp is np else xp.asarray(numbers, device=array_api_compat.device(x))


def column(value: Any, x: Array) -> Array:
    """Return a (*batch,) value as (*batch, 1), ready to meet the point `x`; numbers become plain floats."""
    if isinstance(value, NUMBER):  # np.float64 is a float too, and would turn a float32 point into float64
        return float(value)
    value = like(value, x)
    return value[..., None] if value.ndim else value


def dot(x: Array, y: Array) -> Array:
    """Return <x, y> over the last axis, shapes (*batch, n) -> (*batch,).

    On NumPy it is `einsum`, whose sum over n does not depend on the batch width (from 2 up) when the batch
    is contiguous: `add.reduce` and BLAS break that law.
    """
    if type(x) is np.ndarray:
        return einsum("...i,...i->...", x, y)
    xp = namespace(x)  # one loop of XLA's; torch makes matrix products of vecdot, on as many threads as there are
    return xp.sum(x * y, axis=-1) if xp.__name__ in ("jax.numpy", "array_api_compat.torch") else xp.vecdot(x, y)


def norm(x: Array) -> Array:
    """Return ||x||_2 over the last axis without overflow or underflow, shapes (*batch, n) -> (*batch,).

    Where the plain sum of squares is out of range it is taken of c x, c a power of 2 (J. Blue, ACM TOMS 4, 1978).
    inf only where the norm itself exceeds the largest float or a component is inf; NaN where one is NaN.
    """
    return root(dot, x, x)


def root(square: Callable[..., Array], *parts: Array) -> Array:
    """Return sqrt(q), q = square(x, y, ...) a sum of squares of the parts, without overflow or underflow.

    Where q is out of range it is taken of c x, c y, ..., c a power of 2 (J. Blue, ACM TOMS 4, 1978).
    """
    x = parts[0]
    limits = square_limits(x.dtype)
    if limits is None:
        xp = namespace(x)
        return xp.astype(root(square, *(xp.astype(part, xp.float32) for part in parts)), x.dtype)
    low, high, up = limits
    q, xp = square(*parts), namespace(x)
    if within(q, low, high):
        return xp.sqrt(q)

    def rescaled() -> Array:
        one = xp.ones_like(q)
        c = xp.where(q < low, up * one, xp.where(q > high, one / up, one))
        along = c if q.ndim == x.ndim else c[..., None]
        back = xp.where(q < low, one / up, xp.where(q > high, up * one, one))
        return back * xp.sqrt(square(*(along * part for part in parts)))

    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        return rescaled() if q.ndim == x.ndim else rarely((q < low) | (q > high), rescaled, lambda: xp.sqrt(q))


def rarely(odd: Array, careful: Callable[[], Tree], plain: Callable[[], Tree]) -> Tree:
    """Return careful(), or what is the same where nothing is `odd`, plain(): in a function that jax compiles.

    Elsewhere a device would have to wait for the answer.
    """
    xp = namespace(odd)
    if xp.__name__ == "jax.numpy":
        jax = importlib.import_module("jax")
        if isinstance(odd, jax.core.Tracer):
            return jax.lax.cond(xp.any(odd), careful, plain)
    return careful()


@functools.lru_cache(typed=True)  # array-api-strict will not have its dtypes compared to those of NumPy
def square_limits(dtype: Any) -> tuple[float, float, float] | None:
    """Return the range where a sum of squares loses no digit, and c for below it, 1/c for above; None: no room."""
    if (name := _name(dtype)) in ("float16", "bfloat16"):
        return None
    limits = np.finfo(name)
    low = float(limits.smallest_normal) / float(limits.eps) ** 2
    return low, float(limits.max), 2.0 ** (96 if limits.bits == 32 else 600)


def total(x: Array) -> Array:
    """Return sum_i x_i over the last axis, shapes (*batch, n) -> (*batch,); see `dot` for why not `sum`."""
    return einsum("...i->...", x) if type(x) is np.ndarray else namespace(x).sum(x, axis=-1)


def norm1(x: Array) -> Array:
    """Return ||x||_1 over the last axis, shapes (*batch, n) -> (*batch,)."""
    return total(namespace(x).abs(x))


FEW = 8  # elements that Python looks at sooner than NumPy does


def within(x: Array, low: float, high: float = math.inf) -> bool:
    """Whether every element lies in [low, high], NaN does not; False where a device would have to wait to say so."""
    if type(x) is np.ndarray:
        flat = x if x.ndim == 1 else x.ravel("K")  # a view: of what does not lie in C's order argmin makes a copy
        if flat.size <= FEW:
            for value in flat.tolist():  # noqa: SIM110 - a generator takes twice the time
                if not low <= value <= high:
                    return False
            return True
        return flat.item(flat.argmin()) >= low and (high == math.inf or flat.item(flat.argmax()) <= high)
    if array_api_compat.is_torch_array(x) and x.device.type == "cpu":
        return low <= x.min().item() and (high == math.inf or x.max().item() <= high)
    return False


def divide(numerator: Array, denominator: Array) -> Array:
    """Return numerator/denominator, and 0 where the denominator is 0: a zero gradient has a zero direction."""
    if within(denominator, math.ulp(0.0)):
        return numerator / denominator
    xp, zero = namespace(denominator), denominator == 0
    quotient = numerator / xp.where(zero, xp.ones_like(denominator), denominator)
    return xp.where(zero, xp.zeros_like(quotient), quotient)


def matvec(matrix: Any, x: Array) -> Array:
    """Return A x for every point of a batch, shapes (m, n), (*batch, n) -> (*batch, m).

    One matrix-vector product per point: `x @ A.T` would pick another BLAS kernel for another batch width. NumPy's
    warning of invalid values is off: a BLAS kernel raises it, now and then, for what lies beyond a short array's end.
    """
    with np.errstate(invalid="ignore"):
        return namespace(x).matmul(like(matrix, x), x[..., None])[..., 0]


def svd(x: Array) -> tuple[Array, Array, Array]:
    """Return U, s, V^T with X = U diag(s) V^T, shapes (*batch, p, q) -> (*batch, p, k), (*batch, k), (*batch, k, q).

    k = min(p, q); what is below the rounding error of the greatest singular value counts as 0; a matrix with a number
    that is not finite has singular values NaN; half precisions go by float32.
    """
    xp = namespace(x)
    if square_limits(x.dtype) is None:
        return tuple(xp.astype(part, x.dtype) for part in svd(xp.astype(x, xp.float32)))
    known = xp.all(xp.isfinite(x), axis=(-2, -1))[..., None]
    u, s, v = xp.linalg.svd(xp.where(known[..., None], x, xp.zeros_like(x)), full_matrices=False)  # NumPy raises on NaN
    floor = max(x.shape[-2:]) * float(np.finfo(_name(x.dtype)).eps) * s[..., :1]
    return u, xp.where(known, xp.where(s > floor, s, xp.zeros_like(s)), math.nan * xp.ones_like(s)), v


def point_contiguous(x: Array) -> Array:
    """Return `x` with every point contiguous in memory: what BLAS wants of the matrices cut out of a point."""
    return np.copy(x, order="C") if type(x) is np.ndarray and not x.flags.c_contiguous else x


def roundoff(n: int, dtype: Any) -> float:
    """Return (n + 16) ulp, the relative rounding error granted to a quantity computed from n terms."""
    return (n + 16) * float(np.finfo(_name(dtype)).eps)


def _name(dtype: Any) -> str:
    return str(dtype).rpartition(".")[2].strip("'>")  # float64, torch.float64, <class 'numpy.float64'>


def map_arrays(function: Callable[[Array], Array], tree: Tree) -> Tree:
    """Return `tree` with `function` applied to every array in it.

    A tree is an array, a tuple (or NamedTuple) of trees or a dataclass of trees; anything else is kept as it is.
    """
    if is_array(tree):
        return function(tree)
    if isinstance(tree, tuple):
        parts = [map_arrays(function, part) for part in tree]
        return type(tree)(*parts) if hasattr(tree, "_fields") else tuple(parts)  # type: ignore[return-value]
    if dataclasses.is_dataclass(tree) and not isinstance(tree, type):
        changed = copy.copy(tree)
        for field in dataclasses.fields(tree):
            object.__setattr__(changed, field.name, map_arrays(function, getattr(tree, field.name)))
        return changed
    return tree


def named_leaves(tree: Any, name: str = "") -> list[tuple[str, Array]]:
    """Return (field name, array) for every array of a tree, in order."""
    if is_array(tree):
        return [(name, tree)]
    if isinstance(tree, tuple):
        return [leaf for part in tree for leaf in named_leaves(part, name)]
    if dataclasses.is_dataclass(tree) and not isinstance(tree, type):
        parts = [(field.name, getattr(tree, field.name)) for field in dataclasses.fields(tree)]
        return [leaf for key, part in parts for leaf in named_leaves(part, key)]
    return []


def leaves(tree: Any) -> list[Array]:
    """Return every array of a tree, in order."""
    return [array for _, array in named_leaves(tree)]
