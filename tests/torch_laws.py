"""What users of torch.optim expect of an optimizer, as plain functions that raise: they can be called on a mutant too.

`make(params, **options)` makes the optimizer under test.
"""

from __future__ import annotations

import copy
import io
import pickle
from collections.abc import Callable
from typing import Any

import pytest

torch = pytest.importorskip("torch")

Make = Callable[..., Any]
LAWS: dict[str, Callable[[Make], None]] = {}


def law(function: Callable[[Make], None]) -> Callable[[Make], None]:
    """Enter a law into LAWS."""
    LAWS[function.__name__] = function
    return function


def network(seed: int = 0, dtype: Any = torch.float32) -> Any:
    """A small network with tensors of several sizes, two of them of one."""
    torch.manual_seed(seed)
    return torch.nn.Sequential(torch.nn.Linear(4, 4), torch.nn.Tanh(), torch.nn.Linear(4, 4, bias=False)).to(dtype)


def loss_of(model: Any) -> Any:
    """A smooth loss of fixed data."""
    x = torch.linspace(-1, 1, 32, dtype=next(model.parameters()).dtype).reshape(8, 4)
    return ((model(x) - x.flip(1)) ** 2).mean()


def train(model: Any, optimizer: Any, steps: int) -> list[Any]:
    """Make steps; return copies of the parameters."""
    for _ in range(steps):
        optimizer.zero_grad()
        loss_of(model).backward()
        optimizer.step()
    return [p.detach().clone() for p in model.parameters()]


def given(tensor: Any, gradient: Any) -> Any:
    """A parameter with a gradient."""
    p = torch.nn.Parameter(torch.as_tensor(tensor).clone())
    p.grad = torch.as_tensor(gradient, dtype=p.dtype).clone()
    return p


def same(found: list[Any], wanted: list[Any]) -> None:
    """Assert equality to the bit."""
    for p, q in zip(found, wanted, strict=True):
        assert p.dtype == q.dtype and torch.equal(p, q), (p, q)


def near(found: list[Any], wanted: list[Any], factor: float = 16) -> None:
    """Assert equality to roundoff of numbers of size 1."""
    for p, q in zip(found, wanted, strict=True):
        assert torch.allclose(p, q, rtol=factor * torch.finfo(p.dtype).eps, atol=factor * torch.finfo(p.dtype).eps)


def saved(state: Any) -> Any:
    """What another process would load of it."""
    file = io.BytesIO()
    torch.save(state, file)
    file.seek(0)
    return torch.load(file, weights_only=True)


# ---------------------------------------------------------------- checkpoints


@law
def a_resumed_run_equals_an_uninterrupted_one(make: Make) -> None:
    for dtype in (torch.float32, torch.float64, torch.bfloat16):
        model = network(dtype=dtype)
        optimizer = make(model.parameters())
        train(model, optimizer, 3)
        twin = network(1, dtype)
        twin.load_state_dict(model.state_dict())
        other = make(twin.parameters(), lr=0.5)
        other.load_state_dict(saved(optimizer.state_dict()))
        same(train(twin, other, 4), train(model, optimizer, 4))


@law
def loading_aliases_nothing(make: Make) -> None:
    """Two optimizers loaded from one dictionary, and the dictionary, go their own ways."""
    model = network()
    optimizer = make(model.parameters())
    train(model, optimizer, 2)
    state = copy.deepcopy(optimizer.state_dict())
    before = copy.deepcopy(state)
    twins = [network(), network()]
    ends = []
    for twin in twins:
        twin.load_state_dict(model.state_dict())
        other = make(twin.parameters())
        other.load_state_dict(state)
        ends.append(train(twin, other, 3))
    same(*ends)
    assert str(state) == str(before)


@law
def a_state_dict_is_a_picture_of_its_moment(make: Make) -> None:
    model = network()
    optimizer = make(model.parameters())
    train(model, optimizer, 2)
    state = optimizer.state_dict()
    before = str(state["state"])
    train(model, optimizer, 1)
    assert str(state["state"]) == before


@law
def the_state_keeps_its_dtypes_through_a_checkpoint(make: Make) -> None:
    """Counters are whole numbers and the arithmetic of half precision is float32, loaded or not."""
    model = network(dtype=torch.bfloat16)
    optimizer = make(model.parameters())
    train(model, optimizer, 2)
    other = make(network(dtype=torch.bfloat16).parameters())
    other.load_state_dict(saved(optimizer.state_dict()))
    for held, loaded in zip(optimizer.state.values(), other.state.values(), strict=True):
        assert held.keys() == loaded.keys()
        for name, leaf in held.items():
            assert type(leaf) is type(loaded[name])
            if isinstance(leaf, torch.Tensor):
                assert (leaf.dtype, leaf.device, leaf.shape) == (
                    loaded[name].dtype,
                    loaded[name].device,
                    loaded[name].shape,
                )
                assert leaf.dtype != torch.bfloat16 and torch.equal(leaf, loaded[name])


@law
def an_older_checkpoint_gets_the_defaults(make: Make) -> None:
    model = network()
    optimizer = make(model.parameters())
    state = optimizer.state_dict()
    for group in state["param_groups"]:
        for key in set(group) - {"params", "lr"}:
            del group[key]
    other = make(model.parameters())
    other.load_state_dict(state)
    train(model, other, 1)
    assert {k: v for k, v in other.param_groups[0].items() if k != "params"} == {
        k: v for k, v in optimizer.param_groups[0].items() if k != "params"
    }


@law
def an_empty_group_is_kept(make: Make) -> None:
    model = network()
    groups = [{"params": []}, {"params": list(model.parameters())}]
    optimizer = make(groups)
    train(model, optimizer, 1)
    state = saved(optimizer.state_dict())
    for group in state["param_groups"]:
        group.pop("granularity", None)
    other = make([{"params": []}, {"params": list(model.parameters())}])
    other.load_state_dict(state)
    train(model, other, 1)


@law
def a_loaded_learning_rate_is_that_of_the_checkpoint(make: Make) -> None:
    for rate in (0.25, torch.tensor(0.25)):
        optimizer = make(network().parameters(), lr=rate)
        other = make(network().parameters(), lr=torch.tensor(0.5))
        other.load_state_dict(saved(optimizer.state_dict()))
        assert float(other.param_groups[0]["lr"]) == 0.25


@law
def copies_and_pickles_go_on(make: Make) -> None:
    model = network()
    optimizer = make(model.parameters())
    train(model, optimizer, 2)
    for again in (copy.deepcopy, lambda pair: pickle.loads(pickle.dumps(pair))):
        twin, other = again((model, optimizer))
        here, there = copy.deepcopy((model, optimizer))
        same(train(twin, other, 2), train(here, there, 2))


# ---------------------------------------------------------------- groups and options


@law
def groups_have_options_of_their_own(make: Make) -> None:
    model = network()
    first, second = model[0].weight.detach().clone(), model[2].weight.detach().clone()
    optimizer = make([{"params": model[0].parameters(), "lr": 0.0}, {"params": model[2].parameters(), "lr": 0.5}])
    train(model, optimizer, 1)
    assert torch.equal(model[0].weight, first) and not torch.equal(model[2].weight, second)
    alone = network()
    train(alone, make([{"params": alone[0].parameters(), "lr": 0.0}, {"params": alone[2].parameters()}], lr=0.5), 1)
    same([model[2].weight], [alone[2].weight])


@law
def a_group_can_be_added(make: Make) -> None:
    model, whole = network(), network()
    optimizer = make(model[0].parameters())
    optimizer.add_param_group({"params": model[2].parameters(), "lr": 0.25})
    other = make([{"params": whole[0].parameters()}, {"params": whole[2].parameters(), "lr": 0.25}])
    same(train(model, optimizer, 3), train(whole, other, 3))


@law
def a_bad_group_is_refused_and_not_kept(make: Make) -> None:
    for option, value in (("lr", -1.0), ("lr", float("nan")), ("granularity", "layer"), ("differentiable", True)):
        optimizer = make(network().parameters())
        with pytest.raises(ValueError, match=option):
            optimizer.add_param_group({"params": network(1).parameters(), option: value})
        assert len(optimizer.param_groups) == 1


@law
def parameters_may_have_names(make: Make) -> None:
    model, twin = network(), network()
    optimizer = make(model.named_parameters())
    same(train(model, optimizer, 2), train(twin, make(twin.parameters()), 2))
    assert optimizer.state_dict()["param_groups"][0]["param_names"] == [name for name, _ in model.named_parameters()]


# ---------------------------------------------------------------- steps


@law
def foreach_is_the_loop(make: Make) -> None:
    ends = []
    for foreach in (False, True):
        model = network()
        ends.append(train(model, make(model.parameters(), foreach=foreach), 5))
    near(*ends)


@law
def maximize_is_the_opposite_gradient(make: Make) -> None:
    for foreach in (False, True):
        g = [torch.tensor([1.0, -2.0, 0.5]), torch.tensor([3.0, 1.0, 0.0])]
        up, down = [given(torch.ones(3), x) for x in g], [given(torch.ones(3), -x) for x in g]
        for params, maximize in ((up, True), (down, False)):
            optimizer = make(params, maximize=maximize, foreach=foreach)
            for _ in range(3):
                optimizer.step()
        same(up, down)


@law
def a_gradient_that_comes_later_begins_then(make: Make) -> None:
    """A tensor steps as if it had been alone from its first gradient on, whatever the others have done before."""
    for foreach in (False, True):
        first, late = given(torch.ones(3), [1.0, 2.0, 3.0]), given(torch.ones(3), [3.0, -1.0, 2.0])
        optimizer = make([first, late], foreach=foreach)
        gradient, late.grad = late.grad, None
        optimizer.step()
        assert torch.equal(late, torch.ones(3))
        late.grad = gradient
        lone = given(torch.ones(3), gradient)
        other = make([lone])
        for _ in range(3):
            optimizer.step()
            other.step()
        near([late], [lone])


@law
def a_zero_gradient_moves_nothing(make: Make) -> None:
    for dtype in (torch.float16, torch.bfloat16, torch.float32, torch.float64):
        p = given(torch.ones(3, dtype=dtype), torch.zeros(3))
        optimizer = make([p])
        for _ in range(3):
            optimizer.step()
        same([p.detach()], [torch.ones(3, dtype=dtype)])


@law
def the_gradient_is_left_alone(make: Make) -> None:
    """Also as far as the state goes: what is done to p.grad between two steps does not change it."""
    ends = []
    for meddle in (False, True):
        p = given(torch.ones(3), [1.0, 2.0, 3.0])
        optimizer = make([p])
        for _ in range(3):
            optimizer.step()
            assert torch.equal(p.grad, torch.tensor([1.0, 2.0, 3.0]))
            if meddle:
                p.grad.zero_()
                p.grad = torch.tensor([1.0, 2.0, 3.0])
        ends.append([p.detach()])
    same(*ends)


@law
def a_nan_stays_in_its_tensor(make: Make) -> None:
    for foreach in (False, True):
        p, q = given(torch.ones(3), [1.0, float("nan"), 1.0]), given(torch.ones(3), [1.0, 2.0, 3.0])
        make([p, q], foreach=foreach).step()
        assert q.isfinite().all()


@law
def every_gradient_of_the_dtype_gives_its_step(make: Make) -> None:
    """d does not depend on the scale at eps = 0, from the least to the largest number that the dtype holds."""
    shape = torch.tensor([1.0, -0.5, 0.25, 0.75])
    ranges = {torch.float16: (2.0**-20, 65504.0), torch.bfloat16: (1e-30, 1e30), torch.float32: (1e-30, 1e30)}
    for dtype, (low, high) in ranges.items():
        ends = []
        for scale in (low, 1.0, high):
            g = (shape.double() * scale).to(dtype)
            p = given(torch.zeros(4, dtype=dtype), g)
            make([p], eps=0.0).step()
            ends.append(p.detach())
            assert p.isfinite().all() and (p != 0).all(), (dtype, scale)
        for end in (ends[0], ends[2]):
            assert torch.allclose(end, ends[1], rtol=0.02 if dtype != torch.float32 else 1e-5)


@law
def half_precision_is_computed_in_float32(make: Make) -> None:
    """The step of a float16 or bfloat16 tensor is that of the same numbers in float32, rounded once."""
    g, x = torch.tensor([1.0, -0.5, 0.25, 0.75]), torch.tensor([1.0, 2.0, 3.0, 4.0])
    for dtype in (torch.float16, torch.bfloat16):
        p, q = given(x.to(dtype), g.to(dtype)), given(x, g)
        make([p]).step()
        make([q]).step()
        same([p.detach()], [q.detach().to(dtype)])


@law
def dtypes_may_be_mixed_in_a_group(make: Make) -> None:
    for foreach in (False, True):
        together, alone = [], []
        for dtype in (torch.float16, torch.bfloat16, torch.float32, torch.float64):
            together.append(given(torch.ones(3, dtype=dtype), [1.0, 2.0, 3.0]))
            alone.append(given(torch.ones(3, dtype=dtype), [1.0, 2.0, 3.0]))
        optimizer, others = make(together, foreach=foreach), [make([p]) for p in alone]
        for _ in range(3):
            for one in (optimizer, *others):
                one.step()
        near(together, alone)


@law
def a_complex_tensor_is_its_real_view(make: Make) -> None:
    x = torch.tensor([1 + 2j, -1.0, 0.5j], dtype=torch.complex64)
    g = torch.tensor([2 - 1j, 1j, 3.0], dtype=torch.complex64)
    p, q = given(x, g), given(torch.view_as_real(x), torch.view_as_real(g))
    optimizers = make([p]), make([q])
    for _ in range(3):
        for one in optimizers:
            one.step()
    same([torch.view_as_real(p.detach())], [q.detach()])


@law
def any_layout_and_size_will_do(make: Make) -> None:
    for foreach in (False, True):
        x = torch.arange(12.0).reshape(3, 4)
        odd = [torch.nn.Parameter(t) for t in (x.t(), torch.tensor(1.0), torch.ones(0), x.clone()[:, ::2].t())]
        even = [torch.nn.Parameter(p.detach().clone(memory_format=torch.contiguous_format)) for p in odd]
        for p, q in zip(odd, even, strict=True):
            q.grad = torch.linspace(-1, 1, p.numel()).reshape(p.shape)
            p.grad = q.grad.t().contiguous().t() if p.ndim == 2 else q.grad.clone()
        for params in (odd, even):
            optimizer = make(params, foreach=foreach)
            for _ in range(3):
                optimizer.step()
        near(odd, even)


@law
def sparse_gradients_are_refused_before_anything_moves(make: Make) -> None:
    table = torch.nn.Embedding(5, 3, sparse=True)
    table(torch.tensor([1])).sum().backward()
    p = given(torch.ones(3), torch.ones(3))
    with pytest.raises(RuntimeError, match="does not support sparse gradients"):
        make([p, table.weight]).step()
    assert torch.equal(p, torch.ones(3))


@law
def the_decay_is_decoupled_and_at_the_rate_of_the_group(make: Make) -> None:
    """x <- (1 - lr w) x - step, at a zero gradient too; the step is that without decay."""
    for gradient in ([0.0, 0.0, 0.0], [1.0, -2.0, 3.0]):
        for momentum in (0.0, 0.9):
            p, q = given(torch.full((3,), 2.0), gradient), given(torch.zeros(3), gradient)
            options = {"lr": 0.25, "momentum": momentum}
            make([{"params": [p], **options}], lr=0.125, weight_decay=0.5).step()
            make([{"params": [q], **options}], lr=0.125, weight_decay=0.0).step()
            near([p], [(1 - 0.25 * 0.5) * torch.full((3,), 2.0) + q])


# ---------------------------------------------------------------- schedulers, hooks, scalers


@law
def a_tensor_learning_rate_is_the_number(make: Make) -> None:
    models = network(), network()
    ends = [train(m, make(m.parameters(), lr=lr), 3) for m, lr in zip(models, (0.1, torch.tensor(0.1)), strict=True)]
    near(*ends)


@law
def a_scheduler_writes_into_no_other_tensor(make: Make) -> None:
    """Groups that were given one tensor have one each, and the caller keeps his."""
    model, rate = network(), torch.tensor(0.5)
    optimizer = make([{"params": model[0].parameters()}, {"params": model[2].parameters()}], lr=rate)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, [lambda t: 1.0, lambda t: 0.5**t])
    for _ in range(2):
        train(model, optimizer, 1)
        scheduler.step()
    assert [float(group["lr"]) for group in optimizer.param_groups] == [0.5, 0.125]
    assert float(rate) == 0.5


@law
def a_rate_of_0_moves_nothing(make: Make) -> None:
    model = network()
    before = [p.detach().clone() for p in model.parameters()]
    same(train(model, make(model.parameters(), lr=0.0), 2), before)


@law
def a_closure_is_called_with_gradients(make: Make) -> None:
    model, twin = network(), network()
    optimizer = make(model.parameters())

    def closure() -> Any:
        optimizer.zero_grad()
        loss = loss_of(model)
        loss.backward()
        return loss

    with torch.no_grad():
        assert float(optimizer.step(closure)) == float(loss_of(twin))
    same([p.detach() for p in model.parameters()], train(twin, make(twin.parameters()), 1))


@law
def hooks_are_called(make: Make) -> None:
    model, heard = network(), []
    optimizer = make(model.parameters())
    optimizer.register_step_pre_hook(lambda *_: heard.append("before"))
    optimizer.register_step_post_hook(lambda *_: heard.append("after"))
    optimizer.register_load_state_dict_pre_hook(lambda _, state: heard.append("loading"))
    train(model, optimizer, 1)
    optimizer.load_state_dict(optimizer.state_dict())
    optimizer.load_state_dict(optimizer.state_dict())
    assert heard == ["before", "after", "loading", "loading"]


@law
def a_scaler_scales_and_skips(make: Make) -> None:
    model, twin = network(), network()
    optimizer, scaler = make(model.parameters()), torch.amp.GradScaler("cpu", init_scale=2.0**10)
    scaler.scale(loss_of(model)).backward()
    scaler.step(optimizer)
    scaler.update()
    near([p.detach() for p in model.parameters()], train(twin, make(twin.parameters()), 1))
    before = [p.detach().clone() for p in model.parameters()]
    scaler.scale(loss_of(model) * float("inf")).backward()
    scaler.step(optimizer)
    scaler.update()
    same([p.detach() for p in model.parameters()], before)
