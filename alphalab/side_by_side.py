"""jax.vmap over the last axis, with the runs last in every array on the way too: (..., B) for every (...) of one run.

jax.vmap puts them first wherever a number of each run meets a point; XLA then walks through memory in strides, which
makes a step of Adam twice as long. And a condition of a run, `lax.cond`, is asked of all runs at once: a branch that
none of them takes is not computed.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from alphalab.arrays import Array, backend

AS_THEY_ARE = frozenset(  # what is elementwise or counts its axes from the front: one more at the end changes nothing
    re.findall(
        r"\w+",
        """abs acos add and asin atan atan2 cbrt ceil clamp convert_element_type copy cos cosh div eq erf exp exp2 expm1
        floor ge gt integer_pow is_finite le log log1p logistic lt max min mul ne neg not or pow rem round rsqrt
        select_n sign sin sinh sqrt square stop_gradient sub tan tanh xor argmax argmin concatenate cummax cummin
        cumprod cumsum reduce_and reduce_max reduce_min reduce_or reduce_prod reduce_sum rev sort squeeze""",
    )
)
CALLS = {"jit": "jaxpr", "pjit": "jaxpr", "custom_jvp_call": "call_jaxpr", "custom_vjp_call": "call_jaxpr"}


class Value(NamedTuple):
    """An array of all runs, (..., B), or one that they share, (...)."""

    array: Array
    shared: bool


def side_by_side(function: Callable[..., Any], shared: Any) -> Callable[..., Any]:
    """Return the function of all runs that is function(own, common) of every one, with the runs last.

    `own` and `common` are trees of arrays, `shared` one of bools: what of the common ones has no axis for the runs.
    """
    import jax

    def of_all(own: Any, common: Any) -> Any:
        arrays, tree = jax.tree.flatten((own, common))
        alike = jax.tree.leaves((jax.tree.map(lambda array: False, own), shared))
        values = [Value(*pair) for pair in zip(arrays, alike, strict=True)]
        one = [jax.ShapeDtypeStruct(v.array.shape[: v.array.ndim - (not v.shared)], v.array.dtype) for v in values]
        trace = jax.make_jaxpr(lambda *parts: function(*jax.tree.unflatten(tree, parts)), return_shape=True)
        jaxpr, out = trace(*one)
        runs = next(value.array.shape[-1] for value in values if not value.shared)
        found = [spread(value, runs) for value in followed(jaxpr, values, runs)]
        return jax.tree.unflatten(jax.tree.structure(out), found)

    return of_all


def followed(jaxpr: Any, values: Sequence[Value], runs: int) -> list[Value]:
    """Return what the equations of one run, a closed jaxpr, give for the values of all."""
    known = dict(zip(jaxpr.jaxpr.constvars, [Value(array, True) for array in jaxpr.consts], strict=True))
    known |= dict(zip(jaxpr.jaxpr.invars, values, strict=True))

    def value_of(variable: Any) -> Value:
        if hasattr(variable, "val"):
            return Value(backend("jax").asarray(variable.val, variable.aval.dtype), True)
        return known[variable]

    for equation in jaxpr.jaxpr.eqns:
        given = [value_of(variable) for variable in equation.invars]
        known |= dict(zip(equation.outvars, applied(equation, given, runs), strict=True))
    return [value_of(variable) for variable in jaxpr.jaxpr.outvars]


def applied(equation: Any, given: list[Value], runs: int) -> list[Value]:
    """Return what one equation of a run gives for the values of all."""
    import jax

    name, params = equation.primitive.name, equation.params
    bind, arrays = functools.partial(equation.primitive.bind, **params), [value.array for value in given]
    shared = all(value.shared for value in given)
    if name in CALLS:
        return followed(params[CALLS[name]], given, runs)
    if name == "cond" and len(params["branches"]) == 2 and not given[0].shared:
        return asked_at_once(params["branches"], arrays[0] == 1, given[1:], runs)
    if shared:
        found = bind(*arrays)
    elif name in AS_THEY_ARE:
        shape = equation.outvars[0].aval.shape  # a number meets an array
        found = bind(
            *(
                spread(value, runs, None if one.aval.ndim else shape)
                for value, one in zip(given, equation.invars, strict=True)
            )
        )
    elif name == "broadcast_in_dim" and len(given) == 1:
        shape, axes = params["shape"], params["broadcast_dimensions"]
        found = jax.lax.broadcast_in_dim(*arrays, (*shape, runs), (*axes, len(shape)))  # type: ignore[call-arg]
    else:
        found = jax.vmap(bind, [None if value.shared else -1 for value in given], -1)(*arrays)
    return [Value(array, shared) for array in (found if equation.primitive.multiple_results else [found])]


def asked_at_once(branches: Sequence[Any], second: Array, given: list[Value], runs: int) -> list[Value]:
    """Return what the second branch gives the runs that take it, (B,), and the first one the others."""
    import jax

    jnp = backend("jax")

    def along(branch: Any) -> list[Array]:
        return [spread(value, runs) for value in followed(branch, given, runs)]

    def both() -> list[Array]:
        return [jnp.where(second, two, one) for one, two in zip(*map(along, branches), strict=True)]

    return [Value(array, False) for array in jax.lax.cond(jnp.any(second), both, lambda: along(branches[0]))]


def spread(value: Value, runs: int, shape: tuple[int, ...] | None = None) -> Array:
    """Return a value as an array of all runs, (*shape, B); of no other shape than its own if none is given."""
    array = value.array[..., None] if value.shared else value.array
    return backend("jax").broadcast_to(array, (*(array.shape[:-1] if shape is None else shape), runs))
