"""Laws of optimizers: every member of the registry, every wrapper, and what misuse says."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np
import optimizer_laws as laws
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from optimizer_laws import DECADES, EVERY, EXTREME, RULES, WRAPPED, a_batch, an_array, an_example, an_optimizer, drawn

from alphalab.arrays import leaves, norm, roundoff, to_numpy
from alphalab.optimizers import (
    LAMB,
    OPTIMIZERS,
    Adam,
    AlphaGrad,
    Geometric,
    GradientDescent,
    HeavyBall,
    Horizon,
    HybridTanh,
    LoopedTanh,
    NormalizedGD,
    NormalizedNonlinear,
    Optimizer,
    PerTensor,
    RMSProp,
    SaturationControlled,
    ScaledTanh,
    Scheduled,
    SignSGD,
    SquashedGradient,
    alpha_guideline,
    k_for_fraction,
    optimizer,
)
from alphalab.optimizers.optimizer import Rule
from alphalab.optimizers.saturation import saturated_fraction

every = pytest.mark.parametrize("name", EVERY)
STATELESS = [name for name, rule in RULES.items() if rule().state_bytes(np.ones(3)) == 0]
WITH_EPSILON = [name for name, rule in RULES.items() if "epsilon" in rule.__dataclass_fields__]
SQUASHED = [name for name, rule in RULES.items() if issubclass(rule, SquashedGradient)]
BOUNDED = [name for name in SQUASHED if name != "normalized-nonlinear"]
POINTS = st.floats(-4, 4)

# ---------------------------------------------------------------- laws of every optimizer


@every
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@given(data=st.data())
@settings(max_examples=3)
def test_shape_and_dtype(name: str, dtype: str, data: Any) -> None:
    """Also with hyperparameters that are float64 arrays of shape (*batch,)."""
    n = data.draw(st.integers(1, 5))
    member, other = (an_optimizer(data.draw, name, n) for _ in range(2))
    x, g = (an_array(data.draw, (2, n)).astype(dtype) for _ in range(2))
    with np.errstate(all="ignore"):  # 1e20 squared twice is too much for a float32: the dtype is the point here
        laws.keeps_shape_and_dtype(laws.stacked([member, other]), g, x)
        laws.keeps_shape_and_dtype(member, g, x)
        laws.keeps_shape_and_dtype(member, g[0], x[0])
        laws.keeps_shape_and_dtype(member, g[None], x[None])


@every
@given(data=st.data())
@settings(max_examples=5)
def test_inputs_are_never_mutated(name: str, data: Any) -> None:
    shape = (*a_batch(data.draw), data.draw(st.integers(1, 4)))
    with np.errstate(all="ignore"):
        g, x = an_array(data.draw, shape, EXTREME), an_array(data.draw, shape, POINTS)
        laws.never_mutates(an_optimizer(data.draw, name, shape[-1]), g, x)


@every
@given(data=st.data())
@settings(max_examples=5)
def test_a_zero_gradient_gives_zero(name: str, data: Any) -> None:
    shape = (*a_batch(data.draw), data.draw(st.integers(1, 4)))
    member = an_optimizer(data.draw, name, shape[-1])
    laws.zero_gradient_gives_zero(member, np.zeros(shape))
    laws.zero_gradient_gives_zero(member, an_array(data.draw, shape, POINTS))


@pytest.mark.parametrize("name", WITH_EPSILON)
def test_a_zero_gradient_gives_zero_without_epsilon(name: str) -> None:
    laws.zero_gradient_gives_zero(RULES[name](epsilon=0.0), np.ones((2, 3)))
    laws.zero_gradient_gives_zero(RULES[name](epsilon=0.0), np.zeros(3, np.float32))


@every
@given(data=st.data())
@settings(max_examples=8)
def test_odd_symmetry(name: str, data: Any) -> None:
    shape = (*a_batch(data.draw), data.draw(st.integers(1, 4)))
    gradients = [an_array(data.draw, shape) for _ in range(3)]
    laws.is_odd(an_optimizer(data.draw, name, shape[-1]), gradients, an_array(data.draw, shape, POINTS))


@pytest.mark.parametrize("name", [name for name in EVERY if name not in ("per-tensor", *laws.MATRIX)])
@given(data=st.data())
@settings(max_examples=8)
def test_permutation_equivariance(name: str, data: Any) -> None:
    shape = (*a_batch(data.draw), data.draw(st.integers(2, 5)))
    gradients = [an_array(data.draw, shape) for _ in range(3)]
    order = data.draw(st.permutations(range(shape[-1])))
    laws.permutes(an_optimizer(data.draw, name, shape[-1]), gradients, an_array(data.draw, shape, POINTS), order)


def test_per_tensor_is_its_members_side_by_side() -> None:
    rng = np.random.default_rng(4)
    x, gradients = rng.standard_normal((3, 10)), rng.standard_normal((5, 3, 10))
    members = (AlphaGrad(alpha=3.0), Adam(), HeavyBall(SignSGD(learning_rate=0.5)))
    blocks = {"first": 3, "second": 5, "third": 2}
    found = laws.walk(PerTensor(list(members), blocks=blocks), gradients, x)
    for member, part in zip(members, (slice(0, 3), slice(3, 8), slice(8, 10)), strict=True):
        alone = laws.walk(member, gradients[..., part], x[:, part])
        for (d, step), (e, lone) in zip(found, alone, strict=True):
            laws.same(d[:, part], e)
            laws.same(step[:, part], lone)


@pytest.mark.parametrize("name", WITH_EPSILON)
@given(data=st.data())
def test_scale_invariance_at_epsilon_0(name: str, data: Any) -> None:
    shape = (*a_batch(data.draw), data.draw(st.integers(1, 4)))
    gradients = [an_array(data.draw, shape) for _ in range(2)]
    member, c = drawn(data.draw, RULES[name]), 10.0 ** data.draw(st.floats(-15, 15))
    laws.ignores_scale(member, gradients, an_array(data.draw, shape, POINTS), c)


@pytest.mark.parametrize("name", WITH_EPSILON)
@pytest.mark.parametrize("c", [1e-280, 1e-170, 1e-80, 1e80, 1e170, 1e280])
def test_scale_invariance_where_squares_over_or_underflow(name: str, c: float) -> None:
    rng = np.random.default_rng(6)
    gradients, x = rng.standard_normal((4, 3, 5)), rng.standard_normal((3, 5))
    with np.errstate(all="raise"):
        laws.ignores_scale(RULES[name](), gradients, x, c)
        laws.ignores_scale(RULES[name](), gradients[:, 0], x[0], c)


@pytest.mark.parametrize("rule", [Adam, RMSProp])
def test_a_row_with_tiny_gradients_does_not_depend_on_its_neighbours(rule: Any) -> None:
    """Where one square needs scaling the others keep their bits."""
    rng = np.random.default_rng(7)
    gradients = rng.standard_normal((4, 6, 5)) * np.asarray([1e-300, 1e-170, 1e-3, 1.0, 1e170, 0.0])[:, None]
    x = rng.standard_normal((6, 5))
    together = laws.walk(rule(epsilon=0.0), gradients, x)
    for i in range(6):
        for (d, _), (e, _) in zip(together, laws.walk(rule(epsilon=0.0), gradients[:, i], x[i]), strict=True):
            laws.same(d[i], e)


@pytest.mark.parametrize("name", [name for name in WITH_EPSILON if name != "adal"])  # AdaL's g^ scales with c^2
@given(data=st.data())
def test_scaling_the_gradient_scales_epsilon(name: str, data: Any) -> None:
    shape = (*a_batch(data.draw), data.draw(st.integers(1, 4)))
    gradients = [an_array(data.draw, shape) for _ in range(2)]
    member, c = drawn(data.draw, RULES[name]), 2.0 ** data.draw(st.integers(-60, 60))
    laws.scales(member, gradients, an_array(data.draw, shape, POINTS), c)


@pytest.mark.parametrize("name", BOUNDED)
@given(data=st.data())
@settings(max_examples=15)
def test_bounded_whatever_the_gradient(name: str, data: Any) -> None:
    shape = (*a_batch(data.draw), data.draw(st.integers(1, 5)))
    g = an_array(data.draw, shape, data.draw(st.sampled_from([EXTREME, DECADES])))
    laws.is_bounded(drawn(data.draw, RULES[name]), g, np.zeros(shape))


@pytest.mark.parametrize("name", STATELESS)
@given(data=st.data())
@settings(max_examples=15)
def test_finite_for_every_finite_gradient(name: str, data: Any) -> None:
    """Zeros, subnormals and 1e+-300 side by side."""
    shape = (*a_batch(data.draw), data.draw(st.integers(1, 5)))
    member = laws.without_decay(drawn(data.draw, RULES[name]))
    laws.stays_finite(member, an_array(data.draw, shape, EXTREME), an_array(data.draw, shape, POINTS))
    if hasattr(member, "epsilon"):
        member = dataclasses.replace(member, epsilon=0.0)
        laws.stays_finite(member, an_array(data.draw, shape, EXTREME), an_array(data.draw, shape, POINTS))


@every
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@given(data=st.data())
@settings(max_examples=4)
def test_array_hyperparameters_are_loops_over_scalars(name: str, dtype: str, data: Any) -> None:
    n = data.draw(st.integers(1, 4))
    members = [an_optimizer(data.draw, name, n) for _ in range(3)]
    gradients = [an_array(data.draw, (3, n)).astype(dtype) for _ in range(3)]
    with np.errstate(all="ignore"):
        laws.arrays_are_loops(members, gradients, an_array(data.draw, (3, n), POINTS).astype(dtype))


@pytest.mark.parametrize("name", [name for name in EVERY if name not in laws.MATRIX])
@given(data=st.data())
@settings(max_examples=4)
def test_every_array_library_gives_the_same(name: str, data: Any, xp: Any) -> None:
    shape = (*a_batch(data.draw), data.draw(st.integers(1, 4)))
    gradients = [an_array(data.draw, shape) for _ in range(3)]
    member = an_optimizer(data.draw, name, shape[-1])
    laws.libraries_agree(member, gradients, an_array(data.draw, shape, POINTS), xp)


@pytest.mark.parametrize("name", laws.MATRIX)
def test_every_array_library_gives_the_same_matrices(name: str, xp: Any) -> None:
    """Within the error of a matrix, not of its entries; the quintic grows it by its slope, 3.4445 each time."""
    gradients, member = np.random.default_rng(9).standard_normal((3, 2, 12)), an_example(name, 12)
    found = laws.walk(member, [xp.asarray(g) for g in gradients], xp.zeros((2, 12)))
    for (d, _), (e, _) in zip(found, laws.walk(member, list(gradients), np.zeros((2, 12))), strict=True):
        assert type(d) is type(xp.zeros(1))
        np.testing.assert_allclose(to_numpy(d), e, rtol=0, atol=3.4445**5 * roundoff(12, e.dtype))


@every
def test_every_step_is_counted_in_float16(name: str) -> None:
    laws.counts_every_step(an_example(name, 2), np.ones((2, 2), np.float16), steps=2100)


def test_a_schedule_beyond_the_range_of_float16() -> None:
    x = np.ones(1, np.float16)
    method = Scheduled(SignSGD(learning_rate=1.0))
    state = method.init(x)
    step, (_, t) = method.step(x, state._replace(count=state.count + 99_999))
    assert (step.dtype, int(t[0])) == (np.float16, 100_000)
    assert abs(float(step[0]) - 100_000**-0.5) < 1e-5


DECAYING = [name for name, rule in RULES.items() if "weight_decay" in rule.__dataclass_fields__]


@pytest.mark.parametrize("name", DECAYING)
@given(data=st.data())
def test_weight_decay_pulls_towards_0(name: str, data: Any) -> None:
    shape = (*a_batch(data.draw), data.draw(st.integers(1, 4)))
    x = an_array(data.draw, shape, st.floats(0.1, 4) | st.floats(-4, -0.1))
    laws.decays_towards_zero(drawn(data.draw, RULES[name]), x)


@pytest.mark.parametrize("name", DECAYING)
def test_weight_decay_of_the_wrong_sign_is_noticed(name: str) -> None:
    member = RULES[name](weight_decay=0.1)
    object.__setattr__(member, "weight_decay", -0.1)  # no optimizer can be made so
    with pytest.raises(AssertionError):
        laws.decays_towards_zero(member, np.asarray([1.0, -2.0]))


@every
@given(data=st.data())
@settings(max_examples=3)
def test_the_state_is_counted(name: str, data: Any) -> None:
    laws.state_is_counted(an_optimizer(data.draw, name, 4), np.zeros((3, 4)))


def test_a_wrapped_member_leaves_the_direction_alone() -> None:
    rng = np.random.default_rng(5)
    x, gradients = rng.standard_normal((2, 4)), rng.standard_normal((6, 2, 4))
    for wrap in (HeavyBall, Scheduled, lambda inner: PerTensor(inner, blocks=(4,))):
        for rule in OPTIMIZERS:
            for (d, _), (e, _) in zip(
                laws.walk(wrap(rule()), gradients, x), laws.walk(rule(), gradients, x), strict=True
            ):
                laws.same(d, e)


# ---------------------------------------------------------------- limits, examples, memory


def test_alphagrad_is_its_formula_and_has_its_limits() -> None:
    laws.is_alphagrad(AlphaGrad)
    laws.approaches_its_limits(AlphaGrad)


@pytest.mark.parametrize(
    ("sibling", "slope", "limit"),
    [
        (AlphaGrad(alpha=1e-9), 1e-9, None),
        (ScaledTanh(alpha=1e-9, beta=3.0), 3e-9, None),
        (LoopedTanh(alpha=1e-9, k=1.5), 1.5e-9, None),
        (HybridTanh(alpha=1e-9, mixing=0.25), 0.25e-9 + 0.75, None),
        (AlphaGrad(alpha=1e9), None, 1.0),
        (ScaledTanh(alpha=1e9, beta=3.0), None, 3.0),
        (LoopedTanh(alpha=1e9, k=1.5), None, math.sin(1.5)),
        (HybridTanh(alpha=1e9, mixing=1.0), None, 1.0),
    ],
)
def test_small_alpha_is_normalised_descent_and_large_alpha_is_sign_descent(
    sibling: Any, slope: float | None, limit: float | None
) -> None:
    g = np.random.default_rng(6).standard_normal((5, 4))
    d, _ = sibling.direction(g, (), g)
    if slope is None:
        laws.close(d, limit * SignSGD().direction(g, (), g)[0], 4)
    else:
        laws.close(d, slope * NormalizedGD().direction(g, (), g)[0], 4)


def test_siblings_contain_alphagrad() -> None:
    g = np.random.default_rng(7).standard_normal((5, 4))
    for sibling in (ScaledTanh(beta=1.0), HybridTanh(mixing=1.0)):
        laws.same(sibling.direction(g, (), g)[0], AlphaGrad().direction(g, (), g)[0])
    laws.same(HybridTanh(mixing=0.0).direction(g, (), g)[0], NormalizedGD().direction(g, (), g)[0])
    nonlinear = NormalizedNonlinear(lambda u: np.tanh(2.0 * u), steepness=2.0)
    laws.same(nonlinear.direction(g, (), g)[0], AlphaGrad().direction(g, (), g)[0])
    laws.same(nonlinear.pre_activation(g, ()), AlphaGrad().pre_activation(g, ()))


def test_example_1_of_the_paper() -> None:
    d, _ = AlphaGrad(alpha=2.0, epsilon=0.0).direction(np.asarray([0.5, 0.5, -0.5, -0.5]), (), np.zeros(4))
    assert np.round(d, 4).tolist() == [0.7616, 0.7616, -0.7616, -0.7616]


def test_example_2_of_the_paper() -> None:
    """The paper takes the vector as normalised already; its 2-norm is 0.902."""
    rounded = np.asarray([1.0, 0.9999994, 0.9997532, 0.99505])
    vector = np.asarray([0.9, 0.05, 0.03, 0.02])
    assert np.all(np.abs(AlphaGrad(alpha=150.0).sigma(vector) - rounded) <= [1e-7, 1e-7, 1e-7, 1e-5])
    assert norm(vector) == pytest.approx(0.902, abs=5e-4)
    d, _ = AlphaGrad(alpha=150.0 * float(norm(vector)), epsilon=0.0).direction(vector, (), vector)
    assert np.all(np.abs(d - rounded) <= [1e-7, 1e-7, 1e-7, 1e-5])


def test_memory() -> None:
    x, n = np.zeros(7), 7
    assert {name: RULES[name]().state_bytes(x) for name in STATELESS} == dict.fromkeys(STATELESS, 0)
    assert {"alphagrad", "sign-sgd", "normalized-gd", "gradient-descent"} <= set(STATELESS)
    assert Adam().state_bytes(x) == LAMB().state_bytes(x) == 16 * n, "m and v; the two powers are plain numbers"
    betas = np.full(5, 0.9)
    swept = Adam(beta1=betas, beta2=betas).state_bytes(np.zeros((5, 7)))
    assert swept == 5 * (16 * n + 2 * 8), "for swept betas the two powers are numbers per run"
    assert RMSProp().state_bytes(x) == HeavyBall(AlphaGrad()).state_bytes(x) == 8 * n
    assert Adam().state_bytes(x.astype(np.float32)) == 8 * n
    assert PerTensor(Adam(), blocks=(3, 4)).state_bytes(x) == 16 * n


def test_memory_on_every_library(xp: Any) -> None:
    assert Adam().state_bytes(xp.zeros((2, 7), dtype=xp.float64)) == 2 * 16 * 7
    assert SignSGD().state_bytes(xp.zeros((2, 7), dtype=xp.float64)) == 0


def test_heavy_ball_is_equations_5_and_6() -> None:
    rng = np.random.default_rng(8)
    gradients, x, v = rng.standard_normal((50, 3)), np.zeros(3), np.zeros(3)
    rule = AlphaGrad(learning_rate=0.3)
    for (_, step), g in zip(laws.walk(HeavyBall(rule, momentum=0.8), gradients, x), gradients, strict=True):
        v = 0.8 * v + 0.3 * rule.direction(g, (), x)[0]
        laws.same(step, v)


@pytest.mark.parametrize(
    ("name", "formula"),
    [
        ("scheduled-constant", lambda t: 1.0),
        ("scheduled-inverse", lambda t: 1 / t),
        ("scheduled-inverse-sqrt", lambda t: 1 / math.sqrt(t)),
    ],
)
def test_schedules(name: str, formula: Any) -> None:
    member = WRAPPED[name](lambda strategy: 0.5, 2)
    g = np.asarray([1.0, -1.0])
    for t, (d, step) in enumerate(laws.walk(member, [g] * 20, g), start=1):
        laws.close(step, formula(t) * 0.5 * d, 2)


def test_schedules_with_parameters() -> None:
    g = np.asarray([1.0, -1.0])
    geometric = Scheduled(SignSGD(learning_rate=1.0), schedule=Geometric(0.5))
    assert [step[0] for _, step in laws.walk(geometric, [g] * 4, g)] == [1.0, 0.5, 0.25, 0.125]
    horizon = Scheduled(SignSGD(learning_rate=1.0), schedule=Horizon(16))
    assert [step[0] for _, step in laws.walk(horizon, [g] * 3, g)] == [0.25] * 3


@given(data=st.data())
@settings(max_examples=30)
def test_saturation_control_moves_towards_its_window(data: Any) -> None:
    """c grows by q below the window, shrinks by q above it, rests inside, and never leaves [1/limit, limit]."""
    factor, limit = data.draw(st.floats(1.01, 3)), data.draw(st.floats(1, 50))
    member = SaturationControlled(AlphaGrad(alpha=5.0), factor=factor, limit=limit)
    g, c = an_array(data.draw, (3, 6)), np.ones(3)
    for _ in range(30):
        before, fraction = c, saturated_fraction(member.pre_activation(g, c), 2.5)
        d, c = member.direction(g, c, g)
        wanted = np.where(fraction < 0.05, before * factor, np.where(fraction > 0.25, before / factor, before))
        laws.same(c, np.clip(wanted, 1 / limit, limit))
        laws.close(d, np.tanh(member.pre_activation(g, c)), 6, factor=4)


def test_guidelines() -> None:
    assert alpha_guideline(400, 1.5) == 30.0
    assert k_for_fraction(0.3173105078629141, tau=2.5) == pytest.approx(2.5, rel=1e-12)
    for bad in (0, 1, -1, 2, math.nan):
        with pytest.raises(ValueError, match="k_for_fraction: fraction must be"):
            k_for_fraction(bad)


# ---------------------------------------------------------------- misuse

NUMBERS = {"learning_rate": (0.0, -1.0), "epsilon": (-1e-9,), "alpha": (0, -2.0), "beta1": (1.0, -0.1), "decay": (1,)}
NEVER = (math.nan, math.inf, -math.inf, "abc", "2", None, True, 1j, [], [1.0, math.nan], [[1.0], [1.0, 2.0]], 10**400)
MISUSE = [
    (rule, field.name, value)
    for rule in OPTIMIZERS
    for field in dataclasses.fields(rule)
    for value in (*NEVER, *NUMBERS.get(field.name, ()))
]


def test_every_hyperparameter_rejects_what_is_no_number_inside_its_interval() -> None:
    for rule, field, value in MISUSE:
        with pytest.raises(ValueError, match=f"^{rule.__name__}: {field} must be .*, got ") as error:
            rule(**{field: value})
        if not isinstance(value, list | float | int):
            assert repr(value) in str(error.value)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: AlphaGrad(alpha=-2.0), "AlphaGrad: alpha must be a finite number > 0, got -2.0"),
        (
            lambda: AlphaGrad(alpha=[1.0, 0.0]),
            "AlphaGrad: alpha must be a finite number > 0, got an array from 0.0 to 1.0",
        ),
        (lambda: AlphaGrad(alpha=np.ones((0,))), "AlphaGrad: alpha must be a finite number > 0, got an array"),
        (
            lambda: HeavyBall(AlphaGrad(), momentum=1.0),
            "HeavyBall: momentum must be a finite number >= 0 and < 1, got 1.0",
        ),
        (lambda: HeavyBall(3), "HeavyBall: optimizer must be an optimizer, got 3"),
        (lambda: HeavyBall(AlphaGrad), "HeavyBall: optimizer must be an optimizer, got <class"),
        (lambda: Scheduled(AlphaGrad(), schedule=0.5), "Scheduled: schedule must be a function"),
        (lambda: Geometric(1.5), "Geometric: ratio must be a finite number > 0 and <= 1, got 1.5"),
        (lambda: Horizon(0), "Horizon: steps must be a finite number > 0, got 0"),
        (lambda: NormalizedNonlinear(3), "NormalizedNonlinear: sigma must be a function of an array, got 3"),
        (lambda: SaturationControlled(Adam()), "SaturationControlled: optimizer must squash a gradient, got adam"),
        (lambda: SaturationControlled(AlphaGrad(), low=0.5, high=0.1), "low must be <= high, got 0.5 and 0.1"),
        (
            lambda: SaturationControlled(AlphaGrad(), factor=1.0),
            "SaturationControlled: factor must be a finite number > 1",
        ),
        (lambda: PerTensor(AlphaGrad(), blocks=(3, 0)), r"PerTensor: blocks must be positive .*, got \(3, 0\)"),
        (lambda: PerTensor(AlphaGrad(), blocks=()), r"PerTensor: blocks must be positive whole numbers, got \(\)"),
        (lambda: PerTensor(AlphaGrad(), blocks=5), "PerTensor: blocks must be positive whole numbers, got 5"),
        (lambda: PerTensor(AlphaGrad(), blocks="ab"), "PerTensor: blocks must be positive whole numbers, got 'ab'"),
        (lambda: PerTensor(AlphaGrad(), blocks=(True, 2)), "PerTensor: blocks must be positive whole numbers"),
        (lambda: PerTensor((AlphaGrad(),), blocks=(1, 2)), "PerTensor: optimizer has 1 entries for 2 blocks"),
        (lambda: PerTensor(3, blocks=(1, 2)), "PerTensor: optimizer must be an optimizer or a tuple"),
        (lambda: PerTensor(AlphaGrad(), blocks=(1, 2)).init(np.ones(4)), r"blocks \(1, 2\) add up to 3, .* n = 4"),
        (lambda: optimizer("alpha-grad"), "optimizer 'alpha-grad' is unknown; did you mean 'alphagrad'"),
        (lambda: optimizer("SignSGD"), "optimizer 'SignSGD' is unknown; did you mean 'sign-sgd'"),
        (lambda: optimizer("zzz"), "optimizer 'zzz' is unknown; known names: alphagrad"),
        (lambda: optimizer("alphagrad", alhpa=1.0), "'alphagrad' has no hyperparameter 'alhpa'; it has learning_rate"),
        (lambda: optimizer("adam", beta1=2.0), "Adam: beta1 must be a finite number >= 0 and < 1, got 2.0"),
        (lambda: Adam().pre_activation(np.ones(2), ()), "adam squashes nothing"),
    ],
)
def test_misuse_names_the_field_and_the_value(make: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()


def test_names_are_a_registry() -> None:
    assert len(RULES) == len(OPTIMIZERS)
    for name, rule in RULES.items():
        assert name == name.lower() and "_" not in name and " " not in name
        assert type(optimizer(name)) is rule
        assert rule.source and rule.__doc__ and not rule.__doc__.startswith(rule.__name__ + "(")
        assert optimizer(name) == rule() and hash(optimizer(name)) == hash(rule())


def test_hyperparameters_are_data_that_nobody_can_change() -> None:
    alphas = np.asarray([1.0, 2.0])
    member = AlphaGrad(alpha=alphas)
    alphas[0] = -1.0
    assert member.alpha.tolist() == [1.0, 2.0]
    with pytest.raises(ValueError, match="read-only"):
        member.alpha[0] = -1.0
    with pytest.raises(dataclasses.FrozenInstanceError):
        member.alpha = 1.0  # type: ignore[misc]
    assert type(AlphaGrad(alpha=np.float32(2)).alpha) is float
    assert type(AlphaGrad(alpha=3).alpha) is float


def test_hyperparameters_of_every_library(xp: Any) -> None:
    alpha = xp.asarray([1.0, 2.0], dtype=xp.float64)
    g = xp.asarray([[3.0, 4.0], [3.0, 4.0]], dtype=xp.float64)
    d, _ = AlphaGrad(alpha=alpha, epsilon=0.0).direction(g, (), g)
    wanted = np.tanh(np.asarray([[1.0], [2.0]]) * [0.6, 0.8])
    assert np.all(np.abs(to_numpy(d) - wanted) <= roundoff(2, xp.float64) * wanted)


def test_an_optimizer_is_only_what_the_class_says() -> None:
    assert issubclass(Rule, Optimizer) and not leaves(GradientDescent())
    with pytest.raises(NotImplementedError):
        Optimizer().direction(np.ones(1), (), np.ones(1))


def test_masked_hyperparameters_are_refused() -> None:
    hidden = np.ma.masked_array([1.0, 999.0], mask=[False, True])
    with pytest.raises(ValueError, match="AlphaGrad: alpha is a masked array with hidden numbers"):
        AlphaGrad(alpha=hidden)


def test_key_is_a_text() -> None:
    """It names a function of the user's own; no optimizer of the registry has one."""
    assert NormalizedNonlinear(np.arctan, key="arctan").key == Scheduled(SignSGD(), key="arctan").key == "arctan"
    assert all(rule().key is None for rule in OPTIMIZERS)
    for make in (lambda key: NormalizedNonlinear(np.arctan, key=key), lambda key: Scheduled(SignSGD(), key=key)):
        for bad in ("", 3):
            with pytest.raises(ValueError, match=f"key is {bad!r}; it must be a text"):
                make(bad)
