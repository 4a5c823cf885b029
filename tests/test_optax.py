"""The optax face: it steps as the rules step, and keeps what users of optax expect of a transformation."""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np
import pytest
from optimizer_laws import EVERY, MATRIX, an_optimizer, arrived, arrives

import alphalab as al
from alphalab.arrays import Array, roundoff

jax = pytest.importorskip("jax")
optax = pytest.importorskip("optax")
face: Any = al.optax
jnp = jax.numpy

SHAPES = {"bias": (3,), "weight": (2, 3)}
N = 9
KINDS: dict[str, Any] = {
    "alphagrad": functools.partial(face.alphagrad, 0.1, 5.0),
    "guideline": face.alphagrad,
    "momentum-decay": functools.partial(face.alphagrad, 0.1, momentum=0.9, weight_decay=0.1),
    "sign-sgd": functools.partial(face.sign_sgd, 0.1, momentum=0.9),
    "normalized-gd": functools.partial(face.normalized_gd, 0.1),
    "group": functools.partial(face.alphagrad, 0.1, momentum=0.9, granularity="group"),
}
kinds = pytest.mark.parametrize("kind", ["guideline", "momentum-decay"])
RULES: dict[str, Any] = {
    "all-of-them": al.Scheduled(al.Averaged(al.SaturationControlled(al.AlphaGrad()))),
}
MADE = {
    **{kind: make() for kind, make in KINDS.items()},
    **{name: face.optimizer(rule) for name, rule in RULES.items()},
}
made = pytest.mark.parametrize("name", ["momentum-decay", "all-of-them"])


def tree(seed: int, size: float = 1.0, dtype: Any = None) -> dict[str, Any]:
    """An array of every shape, in the dtype."""
    rng = np.random.default_rng(seed)
    return {name: jnp.asarray(size * rng.standard_normal(shape), dtype) for name, shape in SHAPES.items()}


def followed(transformation: Any, params: Any, along: list[Any]) -> tuple[Any, Any]:
    """Where these gradients lead, compiled."""
    state = jax.jit(transformation.init)(params)

    @jax.jit
    def step(params: Any, state: Any, g: Any) -> Any:
        updates, state = transformation.update(g, state, params)
        return optax.apply_updates(params, updates), state

    for g in along:
        params, state = step(params, state, g)
    return params, state


def same(found: Any, wanted: Any, rtol: float = 0.0) -> None:
    """Assert that two trees are equal, or equal up to a relative error."""
    assert jax.tree.structure(found) == jax.tree.structure(wanted)
    for a, b in zip(jax.tree.leaves(found), jax.tree.leaves(wanted), strict=True):
        assert a.dtype == b.dtype and a.shape == b.shape
        np.testing.assert_allclose(np.asarray(a), np.asarray(b), rtol=rtol, atol=rtol)


ON_TREES = ("alphagrad", "adam", "lars", "averaged-saturation", "weight-decay-of-heavy-ball")


@pytest.mark.parametrize(
    ("name", "granularity"),
    [
        *((name, "tensor") for name in EVERY if name not in ("per-tensor", *MATRIX)),  # of one size: optax.partition
        *((name, "group") for name in ON_TREES),
    ],
)
def test_every_rule_steps_as_in_numpy(name: str, granularity: str) -> None:
    rule = an_optimizer(lambda strategy: 0.5, name, N)
    with jax.enable_x64(True):
        params, along = tree(0), [tree(1 + t, 10.0**t) for t in range(-1, 2)]
        with jax.disable_jit():  # operations of one shape are compiled once for all rules
            found, _ = followed(face.optimizer(rule, granularity=granularity), params, along)
        keys = [[key] for key in sorted(SHAPES)] if granularity == "tensor" else [sorted(SHAPES)]
        for names in keys:
            flat = [np.concatenate([np.ravel(t[key]) for key in names]) for t in (found, params, *along)]
            arrived(flat[0], arrives(rule, flat[1], flat[2:]), flat[1], len(along))


def test_the_named_transformations_are_their_rules() -> None:
    along = [tree(1), tree(2, 100.0)]
    for made_, rule in (
        (face.alphagrad(0.1, k=1.5, eps=1e-3, momentum=0.9, weight_decay=0.5), al.AlphaGrad(epsilon=1e-3)),
        (face.sign_sgd(0.1, momentum=0.9, weight_decay=0.5), al.SignSGD()),
        (face.normalized_gd(0.1, eps=0.1, momentum=0.9, weight_decay=0.5), al.NormalizedGD(epsilon=0.1)),
    ):
        found, _ = followed(made_, tree(0), along)
        for key, shape in SHAPES.items():
            options = {"alpha": 1.5 * math.sqrt(math.prod(shape))} if rule.name == "alphagrad" else {}
            inner = al.optimizer(
                rule.name, learning_rate=0.1, **{"epsilon": rule.epsilon} if options else {}, **options
            )
            inner = al.NormalizedGD(learning_rate=0.1, epsilon=0.1) if rule.name == "normalized-gd" else inner
            whole = al.WeightDecay(al.HeavyBall(inner, momentum=0.9), weight_decay=0.5)
            x, *g = (np.ravel(t[key]).astype(np.float64) for t in (tree(0), *along))
            allowed = 32 * roundoff(6, np.float32)
            np.testing.assert_allclose(np.ravel(found[key]), arrives(whole, x, g), rtol=allowed, atol=allowed)


# ---------------------------------------------------------------- optax's common checks


def parabola(dtype: Any) -> tuple[Any, Any, Any]:
    """Start, solution, objective."""
    end = jnp.asarray([1.0, -1.0, 1.0], dtype)
    return jnp.asarray([-1.0, 10.0, 1.0], dtype), end, lambda x: jnp.sum(jnp.abs(x - end) ** 2)


def rosenbrock(dtype: Any) -> tuple[Any, Any, Any]:
    """Start, solution, objective."""
    return (
        jnp.zeros(2, dtype),
        jnp.ones(2, dtype),
        lambda x: jnp.abs(1 - x[0]) ** 2 + 100 * jnp.abs(x[1] - x[0] ** 2) ** 2,
    )


@pytest.mark.parametrize(
    ("make", "dtype", "target"),
    [
        (face.alphagrad, "float32", rosenbrock),
        (face.sign_sgd, "complex64", parabola),
        (lambda rate: face.alphagrad(rate, momentum=0.9), "complex64", rosenbrock),
        (lambda rate: face.optimizer(al.Averaged(al.AlphaGrad()), learning_rate=rate), "float32", rosenbrock),
    ],
)
def test_optimization(make: Any, dtype: str, target: Any) -> None:
    """To 3e-2 of the solution, at a rate that goes to 0: at a constant one a 2-cycle remains (T4*)."""
    start, end, objective = target(dtype)
    transformation = make(optax.exponential_decay(0.03, 500, 0.8))

    def step(carry: Any, _: Any) -> Any:
        x, state = carry
        updates, state = transformation.update(jnp.conj(jax.grad(objective)(x)), state, x)
        return (optax.apply_updates(x, updates), state), None

    (x, _), _ = jax.jit(lambda x: jax.lax.scan(step, (x, transformation.init(x)), length=20_000))(start)
    np.testing.assert_allclose(x, end, rtol=3e-2, atol=3e-2)


@made
def test_tree_map_params_finds_what_has_the_shape_of_the_parameters(name: str) -> None:
    state = MADE[name].init(tree(0))
    assert optax.tree_map_params(MADE[name], lambda leaf: leaf, state) == state or jax.tree.leaves(state)
    marked = optax.tree_map_params(MADE[name], lambda leaf, p: (leaf.shape, p.shape), state, tree(0))
    for leaf in ("velocity", "mean", "m", "s"):
        for pair in jax.tree.leaves(marked.leaves.get(leaf, {}), is_leaf=lambda part: isinstance(part, tuple)):
            assert pair[0] == pair[1]


@made
@pytest.mark.private
def test_nothing_is_compiled_twice(name: str) -> None:
    step = jax.jit(MADE[name].update)
    state = MADE[name].init(tree(0))
    for seed in range(3):
        _, state = step(tree(seed), state, tree(0))
    assert step._cache_size() == 1


@made
def test_update_is_pure(name: str) -> None:
    """Twice the same gives twice the same, compiled or not, and what is given is left alone."""
    g, params = tree(1), tree(0)
    state = jax.jit(MADE[name].init)(params)
    first, after = MADE[name].update(g, state, params)
    again, _ = MADE[name].update(g, state, params)
    compiled, compiled_state = jax.jit(MADE[name].update)(g, state, params)
    same(first, again)
    same(compiled, first, roundoff(N, np.float32))
    same(compiled_state, after, roundoff(N, np.float32))
    same(state, MADE[name].init(params))


@made
@pytest.mark.parametrize("dtype", ["bfloat16", "float32", "complex128"])
def test_shapes_and_dtypes_are_stable(name: str, dtype: str) -> None:
    """As a branch of lax.cond: the updates have the dtype of the gradients, the state that which it had."""
    with jax.enable_x64(dtype in ("float64", "complex128")):
        params = jnp.asarray([1.0, 2.0], dtype)
        state = MADE[name].init(params)
        for _ in range(2):
            updates, state = jax.lax.cond(
                jnp.sum(jnp.abs(params)) > 0,
                lambda params=params, state=state: MADE[name].update(params, state, params),
                lambda params=params, state=state: (params, state),
            )
            assert updates.dtype == params.dtype and updates.shape == params.shape
            assert bool(jnp.all(jnp.isfinite(updates)))


@kinds
def test_hyperparameters_can_be_injected(kind: str) -> None:
    make = KINDS[kind]
    injected = optax.inject_hyperparams(make.func if isinstance(make, functools.partial) else make)
    given = (make.args, make.keywords) if isinstance(make, functools.partial) else ((), {})
    wrapped = injected(*given[0], **given[1])
    params, g = tree(0), tree(1)
    state, plain = jax.jit(wrapped.init)(params), make().init(params)
    updates, state = jax.jit(wrapped.update)(g, state, params)
    wanted, plain = jax.jit(make().update)(g, plain, params)
    same(updates, wanted, roundoff(N, np.float32))
    same(state.inner_state, plain, roundoff(N, np.float32))
    state.hyperparams["learning_rate"] = jnp.asarray(0.0)
    updates, _ = wrapped.update(g, wrapped.init(params)._replace(hyperparams=state.hyperparams), params)
    assert all(not np.any(leaf) for leaf in jax.tree.leaves(updates))


@pytest.mark.parametrize("dtype", ["bfloat16", "float32"])
@pytest.mark.parametrize("name", ["momentum-decay", "all-of-them"])
def test_wrapping_leaves_the_trajectory_alone(name: str, dtype: str) -> None:
    """In chain, masked, partition, MultiSteps: optax#1532."""
    plain, params = MADE[name], tree(0, dtype=dtype)
    along = [tree(seed, dtype=dtype) for seed in range(1, 4)]
    wanted, _ = followed(plain, params, along)
    everything = jax.tree.map(lambda _: True, params)
    for wrapped in (
        optax.masked(plain, everything),
        optax.partition({"all": plain}, jax.tree.map(lambda _: "all", params)),
        optax.MultiSteps(plain, every_k_schedule=1),
    ):
        found, _ = followed(wrapped, params, along)
        same(found, wanted, 0.01 if dtype == "bfloat16" else 4 * roundoff(N, np.float32))


@made
def test_a_masked_leaf_is_left_alone(name: str) -> None:
    params = tree(0)
    mask = {key: key != "bias" for key in SHAPES}
    masked = optax.masked(MADE[name], mask)
    updates, _ = jax.jit(masked.update)(tree(1), masked.init(params), params)
    same({"bias": updates["bias"]}, {"bias": tree(1)["bias"]})


@made
def test_other_arguments_are_for_others(name: str) -> None:
    params = tree(0)
    update = jax.jit(MADE[name].update)
    updates, _ = update(tree(1), MADE[name].init(params), params, value=1.0, unheard_of=2)
    same(updates, update(tree(1), MADE[name].init(params), params)[0])


@made
def test_a_complex_leaf_is_its_real_view(name: str) -> None:
    x, g = (jnp.asarray(v, jnp.complex64) for v in ([1 + 2j, -1.0, 0.5j], [2 - 1j, 1j, 3.0]))
    found, _ = followed(MADE[name], x, [g, g])
    views = [jnp.stack([v.real, v.imag], axis=-1) for v in (x, g)]
    wanted, _ = followed(MADE[name], views[0], [views[1]] * 2)
    same(jnp.stack([found.real, found.imag], axis=-1), wanted)


@made
def test_every_gradient_of_the_dtype_gives_a_step(name: str) -> None:
    """eps = 1e-8 is 0 in float16, and a norm above 65504 infinite: optax#1754, #1784, #1789."""
    update = jax.jit(MADE[name].update)
    held = {"float16": (2.0**-24, 1.0, 6e4), "bfloat16": (1e-30, 1.0, 1e30), "float32": (1e-30, 1.0, 1e30)}
    for dtype, sizes in held.items():
        for size in (0.0, *sizes):
            g = jnp.full(4, size, dtype)
            params = jnp.ones(4, dtype)
            updates, _ = update(g, MADE[name].init(params), params)
            assert bool(jnp.all(jnp.isfinite(updates))), (dtype, size)
            if size == 1.0 or size > 1e4:
                assert bool(jnp.all(updates < 0)), (dtype, size)
            if size == 0.0 and name != "momentum-decay":
                assert not bool(jnp.any(updates))


@pytest.mark.parametrize("dtype", ["float16", "float32"])
def test_arithmetic_in_the_dtype_of_the_leaf_is_noticed(dtype: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def narrow(parts: Any) -> Array:
        return jnp.concatenate([part.reshape(-1) for part in parts])

    monkeypatch.setattr(face, "joined", narrow)
    if dtype == "float16":
        with pytest.raises(AssertionError):
            test_every_gradient_of_the_dtype_gives_a_step("group")
    else:
        test_update_is_pure("group")


# ---------------------------------------------------------------- options


def test_a_schedule_is_a_function_of_the_steps_taken() -> None:
    g = jnp.asarray([1.0, -1.0])
    found, state = followed(face.sign_sgd(lambda count: 1.0 / (1 + count)), jnp.zeros(2), [g] * 3)
    np.testing.assert_allclose(found, [-1 - 1 / 2 - 1 / 3, 1 + 1 / 2 + 1 / 3], rtol=1e-6)
    assert int(state.count) == 3 and MADE["group"].init(g).count is None


def test_empty_leaves_and_trees() -> None:
    for granularity in ("tensor", "group"):
        transformation = face.alphagrad(0.1, momentum=0.9, granularity=granularity)
        for params in ({}, {"none": jnp.zeros(0), "one": jnp.ones(1)}, {"no": None, "one": jnp.ones(())}):
            updates, _ = jax.jit(transformation.update)(params, transformation.init(params), params)
            assert jax.tree.structure(updates) == jax.tree.structure(params)


@pytest.mark.parametrize("rule", [al.TrustRatio(), al.WeightDecay(al.SignSGD())])
def test_a_rule_that_needs_the_parameters_says_so(rule: Any) -> None:
    transformation = face.optimizer(rule)
    with pytest.raises(ValueError, match=r"this rule needs the parameters: call update\(updates, state, params\)"):
        transformation.update(jnp.ones(2), transformation.init(jnp.ones(2)))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: face.optimizer(al.AlphaGrad), "optimizer: rule must be an optimizer of alphalab, got <class"),
        (
            lambda: face.alphagrad(granularity="layer"),
            "optimizer: granularity must be 'tensor' or 'group', got 'layer'",
        ),
        (lambda: face.alphagrad(-1.0), "optimizer: learning_rate must be a finite number >= 0, got -1.0"),
        (lambda: face.alphagrad(alpha=0.0), "optimizer: alpha must be a finite number > 0, got 0.0"),
        (lambda: face.alphagrad(momentum=1.0), "optimizer: momentum must be a finite number >= 0 and < 1, got 1.0"),
        (lambda: face.optimizer(al.SignSGD(), alpha=1.0), "optimizer: sign-sgd has no option 'alpha'"),
        (
            lambda: face.optimizer(al.LoopedTanh(), alpha=None),
            "optimizer: alpha must be a number or an array of numbers, got None",
        ),
    ],
)
def test_misuse_is_named(make: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()
