"""The torch face: it steps as the rules step, and keeps what users of torch.optim expect of an optimizer."""

from __future__ import annotations

import functools
import math
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from optimizer_laws import EVERY, MATRIX, an_optimizer, arrived, arrives, softsign

import alphalab as al
from alphalab.arrays import Array
from alphalab.optimizers import Rule

torch = pytest.importorskip("torch")
laws: Any = pytest.importorskip("torch_laws")
face: Any = al.torch

every = pytest.mark.parametrize("name", [name for name in EVERY if name not in ("per-tensor", *MATRIX)])  # of one size
SHAPES = ((2, 3), (3,), (3, 1), ())


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Small tensors on one core: what waits for other threads only waits."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


# ---------------------------------------------------------------- it steps as NumPy's rule


def parameters(dtype: Any = torch.float64, seed: int = 0) -> list[Any]:
    """Tensors of several shapes, two of them of one size, every number different."""
    rng = np.random.default_rng(seed)
    return [torch.nn.Parameter(torch.tensor(rng.standard_normal(shape), dtype=dtype)) for shape in SHAPES]


def gradients(steps: int, seed: int = 1) -> list[list[np.ndarray]]:
    """For every step a gradient of every tensor of `parameters`, of sizes from 1e-3 to 1e3."""
    rng = np.random.default_rng(seed)
    return [
        [np.asarray(10.0 ** rng.uniform(-3, 3) * rng.standard_normal(shape)) for shape in SHAPES] for _ in range(steps)
    ]


def follow(optimizer: Any, params: list[Any], steps: list[list[np.ndarray]]) -> None:
    """Step along these gradients."""
    for step in steps:
        for p, g in zip(params, step, strict=True):
            p.grad = torch.as_tensor(g, dtype=p.dtype)
        optimizer.step()


def numbers(x: Any) -> np.ndarray:
    """The numbers of a tensor, (n,)."""
    return x.detach().numpy().ravel().copy()


@every
@pytest.mark.parametrize("foreach", [False, True])
@given(data=st.data())
@settings(max_examples=3)
def test_every_rule_steps_as_in_numpy(name: str, foreach: bool, data: Any) -> None:
    rule = an_optimizer(data.draw, name, 6)
    params, steps = parameters(), gradients(4)
    begun = [numbers(p) for p in params]
    follow(face.Optimizer(params, rule, foreach=foreach), params, steps)
    for place, (p, x) in enumerate(zip(params, begun, strict=True)):
        arrived(numbers(p), arrives(rule, x, [step[place].ravel() for step in steps]), x, len(steps))


@pytest.mark.parametrize("name", EVERY)
def test_every_rule_takes_a_group_as_one_point(name: str) -> None:
    rule = an_optimizer(lambda strategy: 0.5, name, 13)
    params, steps = parameters(), gradients(4)
    x = np.concatenate([numbers(p) for p in params])
    follow(face.Optimizer(params, rule, granularity="group"), params, steps)
    wanted = arrives(rule, x, [np.concatenate([g.ravel() for g in step]) for step in steps])
    arrived(np.concatenate([numbers(p) for p in params]), wanted, x, len(steps))


@pytest.mark.parametrize("name", ["alphagrad", "adam", "saturation-controlled", "weight-decay-of-heavy-ball"])
@pytest.mark.parametrize("foreach", [False, True])
def test_the_first_axes_may_be_runs(name: str, foreach: bool) -> None:
    """A stack of runs with a learning rate each is the runs alone."""
    rule, rates = an_optimizer(lambda strategy: 0.5, name, 3), torch.tensor([0.5, 0.25], dtype=torch.float64)
    rng = np.random.default_rng(2)
    stack = [torch.nn.Parameter(torch.tensor(rng.standard_normal(shape))) for shape in ((2, 2, 3), (2, 6), (2, 3))]
    alone = [[torch.nn.Parameter(p[i].detach().clone()) for p in stack] for i in range(2)]
    together = face.Optimizer(stack, rule, lr=rates, batch_axes=1, foreach=foreach)
    apart = [face.Optimizer(params, rule, lr=float(rate)) for params, rate in zip(alone, rates, strict=True)]
    for _ in range(3):
        for place, p in enumerate(stack):
            p.grad = torch.tensor(rng.standard_normal(p.shape))
            for i in range(2):
                alone[i][place].grad = p.grad[i].clone()
        for one in (together, *apart):
            one.step()
    for place, p in enumerate(stack):
        for i in range(2):
            laws.near([p[i].detach()], [alone[i][place].detach()])


def test_the_named_optimizers_are_their_rules() -> None:
    """AlphaGrad with alpha = k sqrt(d) per tensor, eqs. (5, 6) and decoupled decay; the two others likewise."""
    cases = {
        lambda params: face.AlphaGrad(params, lr=0.1, k=1.5, eps=1e-3, momentum=0.9, weight_decay=0.5): (
            lambda n: al.AlphaGrad(learning_rate=0.1, alpha=1.5 * math.sqrt(n), epsilon=1e-3)
        ),
        lambda params: face.AlphaGrad(params, 0.1, 3.0, momentum=0.9, weight_decay=0.5): (
            lambda n: al.AlphaGrad(learning_rate=0.1, alpha=3.0)
        ),
        lambda params: face.SignSGD(params, 0.1, momentum=0.9, weight_decay=0.5): (
            lambda n: al.SignSGD(learning_rate=0.1)
        ),
        lambda params: face.NormalizedGD(params, 0.1, eps=0.1, momentum=0.9, weight_decay=0.5): (
            lambda n: al.NormalizedGD(learning_rate=0.1, epsilon=0.1)
        ),
    }
    for make, rule in cases.items():
        params, steps = parameters(), gradients(4)
        begun = [numbers(p) for p in params]
        follow(make(params), params, steps)
        for place, (p, x) in enumerate(zip(params, begun, strict=True)):
            whole = al.WeightDecay(al.HeavyBall(rule(x.size), momentum=0.9), weight_decay=0.5)
            arrived(numbers(p), arrives(whole, x, [step[place].ravel() for step in steps]), x, len(steps))


def test_the_guideline_of_a_group_counts_all_its_numbers() -> None:
    params, steps = parameters(), gradients(1)
    x = np.concatenate([numbers(p) for p in params])
    follow(face.AlphaGrad(params, 0.1, k=1.0, granularity="group"), params, steps)
    wanted = arrives(
        al.AlphaGrad(learning_rate=0.1, alpha=math.sqrt(13)), x, [np.concatenate([g.ravel() for g in steps[0]])]
    )
    arrived(np.concatenate([numbers(p) for p in params]), wanted, x, 1)


def test_without_momentum_nothing_is_kept_and_with_it_one_buffer() -> None:
    for make in (face.AlphaGrad, face.SignSGD, face.NormalizedGD):
        for momentum, names in ((0.0, set()), (0.9, {"velocity"})):
            model = laws.network()
            optimizer = make(model.parameters(), momentum=momentum, weight_decay=0.1)
            laws.train(model, optimizer, 2)
            for p in model.parameters():
                held = optimizer.state.get(p, {})
                assert set(held) == names
                assert all(leaf.shape == p.shape for leaf in held.values())


def test_momentum_may_begin_later() -> None:
    """From a momentum of 0 on, as OneCycle and hand-written warm-ups do."""
    p, q = (laws.given(torch.zeros(2), [3.0, -1.0]) for _ in range(2))
    optimizer, other = face.SignSGD([p], 0.5), face.SignSGD([q], 0.5, momentum=0.5)
    optimizer.step()
    optimizer.param_groups[0]["momentum"] = 0.5
    for one in (optimizer, other, other):
        one.step()
    assert p.tolist() == [-1.0, 1.0]  # 0.5, and 0.5 again: its velocity began at 0
    assert q.tolist() == [-1.25, 1.25]


def test_an_alpha_of_0_is_not_the_guideline() -> None:
    p = laws.given(torch.ones(3), torch.ones(3))
    optimizer = face.AlphaGrad([p])
    optimizer.param_groups[0]["alpha"] = 0.0
    optimizer.step()
    laws.same([p.detach()], [torch.ones(3)])


@pytest.mark.parametrize("sigma", [torch.atan, softsign])
def test_a_sigma_of_your_own(sigma: Any) -> None:
    g = torch.tensor([3.0, -4.0], dtype=torch.float64)
    p = laws.given(torch.zeros(2, dtype=torch.float64), g)
    face.Optimizer([p], al.NormalizedNonlinear(sigma, epsilon=0.0), lr=0.5).step()
    laws.near([p.detach()], [-0.5 * sigma(g / 5)])


class Remembering(Rule):
    """A rule of a user's that keeps x and g themselves as its state: d = g_{t-1} + x_{t-1}."""

    name = "remembering"

    def init(self, x: Array) -> Any:
        return 0 * x, 0 * x

    def direction(self, gradient: Array, state: Any, x: Array) -> tuple[Array, Any]:
        return state[0] + state[1], (gradient, x)


@pytest.mark.parametrize("foreach", [False, True])
def test_a_rule_may_keep_its_arguments(foreach: bool) -> None:
    """They are views of p and of p.grad, which change."""
    params, steps = parameters(), gradients(4)
    begun = [numbers(p) for p in params]
    optimizer = face.Optimizer(params, Remembering(learning_rate=0.5), foreach=foreach)
    for step in steps:
        for p, g in zip(params, step, strict=True):
            p.grad = torch.as_tensor(g)
        optimizer.step()
        for p in params:
            p.grad.zero_()
    wanted = gradients(4)
    for place, (p, x) in enumerate(zip(params, begun, strict=True)):
        arrived(numbers(p), arrives(Remembering(learning_rate=0.5), x, [step[place].ravel() for step in wanted]), x, 4)


# ---------------------------------------------------------------- what users of torch.optim expect

KINDS: dict[str, Any] = {
    "alphagrad": functools.partial(face.AlphaGrad, lr=0.1, alpha=5.0),
    "alphagrad-momentum": lambda params, **o: face.AlphaGrad(params, **{"lr": 0.1, "momentum": 0.9, **o}),
    "alphagrad-group": functools.partial(face.AlphaGrad, lr=0.1, momentum=0.9, granularity="group"),
    "sign-sgd": functools.partial(face.SignSGD, lr=0.1, momentum=0.9),
    "normalized-gd": functools.partial(face.NormalizedGD, lr=0.1),
    "averaged": lambda params, **o: face.Optimizer(params, al.Averaged(al.AlphaGrad(learning_rate=0.1)), **o),
    "saturation": lambda params, **o: face.Optimizer(params, al.SaturationControlled(al.AlphaGrad()), **o),
    "adam": lambda params, **o: face.Optimizer(params, al.Adam(learning_rate=0.1), **o),
    "scheduled": lambda params, **o: face.Optimizer(params, al.Scheduled(al.HeavyBall(al.AlphaGrad())), **o),
}
OPTIONS = {  # laws that set an option which not every rule has
    "every_gradient_of_the_dtype_gives_its_step": {"sign-sgd"},
    "the_decay_is_decoupled_and_at_the_rate_of_the_group": {"averaged", "saturation", "adam", "scheduled"},
}
OF_TENSORS = {  # laws that are not those of a group which is one point
    *("a_nan_stays_in_its_tensor", "a_gradient_that_comes_later_begins_then", "dtypes_may_be_mixed_in_a_group"),
    "groups_have_options_of_their_own",
}
CASES = [
    (law, kind)
    for law in laws.LAWS
    for kind in KINDS
    if kind not in OPTIONS.get(law, ()) and not (kind == "alphagrad-group" and law in OF_TENSORS)
]


@pytest.mark.parametrize(("law", "kind"), CASES)
def test_law(law: str, kind: str) -> None:
    laws.LAWS[law](KINDS[kind])


@pytest.mark.parametrize("foreach", [False, True])
def test_a_late_gradient_joins_the_point_of_its_group(foreach: bool) -> None:
    first, late = laws.given(torch.ones(3), [3.0, 0.0, 0.0]), laws.given(torch.ones(2), [4.0, 0.0])
    optimizer = face.NormalizedGD([first, late], 1.0, eps=0.0, momentum=0.5, granularity="group", foreach=foreach)
    gradient, late.grad = late.grad, None
    optimizer.step()
    late.grad = gradient
    optimizer.step()
    laws.near([first.detach()], [torch.tensor([1 - 1 - 0.5 - 0.6, 1.0, 1.0])])
    laws.near([late.detach()], [torch.tensor([1 - 0.8, 1.0])])


def test_one_cycle_cycles_the_momentum() -> None:
    model = laws.network()
    optimizer = face.AlphaGrad(model.parameters(), lr=0.1)
    scheduler = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.1, total_steps=10)
    seen = []
    for _ in range(9):
        laws.train(model, optimizer, 1)
        seen.append((optimizer.param_groups[0]["lr"], optimizer.param_groups[0]["momentum"]))
        scheduler.step()
    assert min(seen)[1] == max(m for _, m in seen) == 0.95 and max(seen)[1] == pytest.approx(0.85)


MISUSE = {
    "AlphaGrad: alpha must be a finite number > 0, got -1.0": {"alpha": -1.0},
    "AlphaGrad: alpha must be a finite number > 0, got 0.0": {"alpha": 0.0},
    "AlphaGrad: lr must be a finite number >= 0, got nan": {"lr": math.nan},
    "AlphaGrad: eps must be a finite number >= 0, got inf": {"eps": math.inf},
    "AlphaGrad: momentum must be a finite number >= 0 and < 1, got 1.0": {"momentum": 1.0},
    "AlphaGrad: weight_decay must be a finite number >= 0, got -0.1": {"weight_decay": -0.1},
    "AlphaGrad: k must be a finite number > 0, got 0": {"k": 0},
    "AlphaGrad: granularity must be 'tensor' or 'group', got 'layer'": {"granularity": "layer"},
    "AlphaGrad: differentiable must be False, got True": {"differentiable": True},
    "AlphaGrad has no option 'betas'; it has weight_decay, momentum, lr, eps, alpha, k": {"betas": (0.9, 0.99)},
    "AlphaGrad: Tensor lr must be 1-element": {"lr": torch.tensor([0.1, 0.2])},
}


@pytest.mark.parametrize("message", MISUSE)
def test_misuse_is_named(message: str) -> None:
    with pytest.raises(ValueError) as error:
        face.AlphaGrad(parameters(), **MISUSE[message])
    assert message in str(error.value)


def test_misuse_of_the_rule_and_of_the_parameters() -> None:
    with pytest.raises(ValueError, match="Optimizer: rule must be an optimizer of alphalab, got <class"):
        face.Optimizer(parameters(), al.AlphaGrad)
    with pytest.raises(ValueError, match=r"must be real or complex, .* got torch.int64"):
        face.SignSGD([torch.zeros(2, dtype=torch.int64)])
    with pytest.raises(ValueError, match=r"with 1 axes of runs at least, got torch.float64 of shape \(\)"):
        face.SignSGD(parameters(), batch_axes=1)
    with pytest.raises(ValueError, match="alpha must be a number or an array of numbers, got None"):
        face.Optimizer(parameters(), al.LoopedTanh(), alpha=None)  # its own k is another


# ---------------------------------------------------------------- torch's own records


@functools.cache
def records() -> Any:
    """What torch tests its own optimizers with."""
    pytest.importorskip("expecttest")
    from torch.testing._internal import common_optimizers

    return common_optimizers


def record(kind: Any) -> Any:
    """Our optimizer as one of torch's records, with the schedulers that torch tries on SGD."""
    common = records()
    sgd = next(info for info in common.optim_db if info.optim_cls is torch.optim.SGD)
    options = [{}, {"lr": 1e-2}, {"lr": torch.tensor(1e-2)}, {"momentum": 0.9}, {"weight_decay": 0.1}]
    options += [{"momentum": 0.9, "weight_decay": 0.1, "maximize": True}]
    return common.OptimizerInfo(
        kind,
        optim_inputs_func=lambda device, dtype=None: [
            common.OptimizerInput(params=None, kwargs=kwargs, desc=str(kwargs)) for kwargs in options
        ],
        scheduler_inputs=sgd.scheduler_inputs,
        optim_error_inputs_func=common.get_error_inputs_for_all_optims,
        supported_impls=("foreach",),
    )


NAMED = pytest.mark.parametrize("kind", [face.AlphaGrad, face.SignSGD, face.NormalizedGD], ids=lambda k: k.__name__)


@NAMED
@pytest.mark.private
def test_torch_records_go_the_right_direction(kind: Any) -> None:
    """As torch's `test_forloop_goes_right_direction`, `test_foreach_...`, with and without its schedulers."""
    common, info = records(), record(kind)
    inputs = common._get_optim_inputs_including_global_cliquey_kwargs("cpu", torch.float32, info)
    for optim_input in inputs:
        for schedulers in ([], *(info.scheduler_inputs if kind is face.AlphaGrad else ())):
            torch.manual_seed(0)
            weight, bias = (torch.nn.Parameter(torch.randn(shape)) for shape in ((3, 4), (3,)))
            x = torch.randn(4)
            optimizer = kind([weight, bias], **{"lr": 1e-2, **optim_input.kwargs})
            made = [scheduler(optimizer) for scheduler in schedulers]

            def loss(weight: Any = weight, bias: Any = bias, x: Any = x) -> Any:
                return (weight.mv(x) + bias).pow(2).sum()

            first, sign = loss().item(), -1 if optimizer.param_groups[0]["maximize"] else 1
            for _ in range(4):
                optimizer.zero_grad()
                loss().backward()
                optimizer.step()
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")  # of schedulers that are chained
                    for scheduler in made:
                        plateau = isinstance(scheduler, torch.optim.lr_scheduler.ReduceLROnPlateau)
                        scheduler.step(loss().item()) if plateau else scheduler.step()
            assert sign * loss().item() < sign * first, (optim_input.desc, schedulers)


@NAMED
def test_torch_records_of_errors(kind: Any) -> None:
    common, info = records(), record(kind)
    for wrong in info.optim_error_inputs_func("cpu", torch.float32):
        given_ = wrong.optimizer_error_input
        params = parameters() if given_.params is None else given_.params
        if issubclass(wrong.error_type, Warning):
            with pytest.warns(wrong.error_type, match=wrong.error_regex):
                kind(params, **given_.kwargs)
        else:
            with pytest.raises(wrong.error_type, match=wrong.error_regex):
                kind(params, **given_.kwargs)
    assert common.OptimizerErrorEnum.CONSTRUCTION_ERROR is wrong.error_on


# ---------------------------------------------------------------- bugs of other optimizers, planted


class Stock(face.AlphaGrad):
    """With momentum, from which the mutants derive."""

    def __init__(self, params: Any, lr: Any = 0.1, alpha: Any = 5.0, momentum: float = 0.9, **options: Any) -> None:
        super().__init__(params, lr, alpha, momentum=momentum, **options)


class InPlace(Stock):
    """State written in place and loaded without a copy: pytorch#196083, #147288."""

    load_state_dict = torch.optim.Optimizer.load_state_dict

    def _keep(self, point: Any, shape: Any, leaves: Any) -> None:
        for p in point:
            for name, leaf in leaves.items():
                if name in self.state[p]:
                    self.state[p][name].copy_(leaf.reshape(p.shape))
                else:
                    self.state[p][name] = leaf.reshape(p.shape).clone()


class SharedRate(Stock):
    """One tensor for the learning rate of all groups: pytorch#163098."""

    def _check(self, group: Any) -> None:
        pass


class RateNotRestored(Stock):
    """The rate of the constructor after loading: pytorch#129079."""

    def load_state_dict(self, state_dict: Any) -> None:
        rates = [group["lr"] for group in self.param_groups]
        super().load_state_dict(state_dict)
        for group, rate in zip(self.param_groups, rates, strict=True):
            group["lr"] = rate


class StateCast(Stock):
    """All of a loaded state in the dtype of the parameter: pytorch#80809, #118326."""

    load_state_dict = torch.optim.Optimizer.load_state_dict


class NoDefaults(Stock):
    """An older checkpoint without a new key: timm#2792."""

    __setstate__ = torch.optim.Optimizer.__setstate__


class EmptyGroups(Stock):
    """Defaults for groups that have parameters: pytorch#143828."""

    def __setstate__(self, state: Any) -> None:
        torch.optim.Optimizer.__setstate__(self, state)
        for group in self.param_groups:
            for name, value in self.defaults.items() if group["params"] else ():
                group.setdefault(name, value)


class ZeroForNone(face.Optimizer):
    """A first gradient that is missing counts as a step: pytorch_optimizer#462."""

    def __init__(self, params: Any, **options: Any) -> None:
        super().__init__(params, al.Adam(), **options)

    def step(self, closure: Any = None) -> Any:
        for group in self.param_groups:
            for p in group["params"]:
                p.grad = torch.zeros_like(p) if p.grad is None else p.grad
        return super().step(closure)


class MaximizeAlone(Stock):
    """maximize ignored in one branch: pytorch#123146."""

    def _advance(self, group: Any, batch: Any) -> None:
        super()._advance({**group, "maximize": group["maximize"] and len(batch) == 1}, batch)


class DecayOfDefaults(Stock):
    """Decay at the rate of the constructor: pytorch_optimizer#169."""

    def _advance(self, group: Any, batch: Any) -> None:
        for point in batch:
            for p in point:
                p.mul_(1 - self.defaults["lr"] * group["weight_decay"])
        super()._advance({**group, "weight_decay": 0.0}, batch)


class NoDecayAtZero(Stock):
    """No decay where the gradient is 0: pytorch#121186."""

    def _advance(self, group: Any, batch: Any) -> None:
        if any(p.grad.any() for point in batch for p in point):
            super()._advance(group, batch)


class RuleLost(Stock):
    """What is pickled is what torch pickles."""

    __getstate__ = torch.optim.Optimizer.__getstate__


PLANTED = {
    InPlace: ("loading_aliases_nothing", "a_state_dict_is_a_picture_of_its_moment"),
    SharedRate: ("a_scheduler_writes_into_no_other_tensor", "a_bad_group_is_refused_and_not_kept"),
    RateNotRestored: ("a_loaded_learning_rate_is_that_of_the_checkpoint",),
    StateCast: ("the_state_keeps_its_dtypes_through_a_checkpoint", "a_resumed_run_equals_an_uninterrupted_one"),
    NoDefaults: ("an_older_checkpoint_gets_the_defaults", "an_empty_group_is_kept"),
    EmptyGroups: ("an_empty_group_is_kept",),
    ZeroForNone: ("a_gradient_that_comes_later_begins_then",),
    MaximizeAlone: ("maximize_is_the_opposite_gradient",),
    DecayOfDefaults: ("the_decay_is_decoupled_and_at_the_rate_of_the_group",),
    NoDecayAtZero: ("the_decay_is_decoupled_and_at_the_rate_of_the_group",),
    RuleLost: ("copies_and_pickles_go_on",),
}
BUGS = [(mutant, law) for mutant, broken in PLANTED.items() for law in broken]


@pytest.mark.parametrize(("mutant", "law"), BUGS, ids=lambda part: getattr(part, "__name__", part))
def test_a_planted_bug_is_noticed(mutant: Any, law: str) -> None:
    with pytest.raises((AssertionError, KeyError, AttributeError, RuntimeError, pytest.fail.Exception)):
        laws.LAWS[law](mutant)
    if mutant is not ZeroForNone:
        laws.LAWS[law](Stock)


@pytest.mark.parametrize("law", ["every_gradient_of_the_dtype_gives_its_step", "half_precision_is_computed_in_float32"])
def test_arithmetic_in_float16_is_noticed(law: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where eps = 1e-8 is 0 and a norm above 65504 is infinite: optax#1754, #1784, #1789."""
    monkeypatch.setattr(face, "wide", lambda dtype: dtype)
    with pytest.raises(AssertionError):
        laws.LAWS[law](KINDS["alphagrad"])
