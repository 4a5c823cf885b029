"""The rules of `alphalab.optimizers` as torch optimizers: one point per tensor, or one per group.

    x <- x - step,     (d, state) = rule.direction(g, state, x),     (step, state) = rule.step(d, state)

The rule does the arithmetic on torch's own tensors, in float32 at least; tensors of one size go as one batch (foreach).
The hyperparameters of the rule are options of a parameter group: `lr`, `eps`, `alpha`, `momentum`, ...

    import alphalab.torch
    optimizer = alphalab.torch.AlphaGrad(model.parameters(), lr=1e-3, momentum=0.9)       alpha = 2 sqrt(d) per tensor
    optimizer = alphalab.torch.Optimizer(model.parameters(), al.Averaged(al.AlphaGrad(alpha=10.0)), lr=1e-3)
"""

from __future__ import annotations

import dataclasses
import functools
import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from alphalab import optimizers as rules
from alphalab.arrays import is_array
from alphalab.optimizers.hyperparameters import hyperparameters, intervals, with_hyperparameters
from alphalab.optimizers.optimizer import NON_NEGATIVE, POSITIVE, Interval, checked
from alphalab.optimizers.states import named, refilled

try:
    import torch
except ModuleNotFoundError as error:
    raise ModuleNotFoundError('alphalab.torch needs torch; install it with: pip install "alphalab[train]"') from error

__all__ = ["AlphaGrad", "NormalizedGD", "Optimizer", "SignSGD"]

Point = list[torch.Tensor]  # the parameters that make one point: one tensor, or all of a group
State = dict[str, Any]  # the arrays and numbers of a rule's state by name, as torch keeps them for a parameter
OPTIONS = {"learning_rate": "lr", "epsilon": "eps"}  # the names of torch


class Optimizer(torch.optim.Optimizer):
    """Any rule of `alphalab.optimizers`, its hyperparameters as options, e.g. `Optimizer(params, al.Adam(), lr=1e-4)`.

    granularity: "tensor", one point per tensor, or "group", all tensors of a group together; a user's sigma is the rule
    `al.NormalizedNonlinear(torch.atan)`. alpha=None is the guideline k sqrt(n), n the size of the point. The first
    `batch_axes` axes of every tensor are runs, as in `al.take_step`; a hyperparameter may be a tensor (*batch,).
    foreach: tensors of one size go as one batch; None: on a device. Raises ValueError for what cannot be used.

    >>> import alphalab as al, torch
    >>> x = torch.nn.Parameter(torch.tensor([1.0, 1.0]))
    >>> optimizer = Optimizer([x], al.SignSGD(), lr=0.25)
    >>> (x[0] - x[1] * 3).backward()
    >>> optimizer.step()
    >>> x.tolist()
    [0.75, 1.25]
    """

    def __init__(
        self,
        params: Any,
        rule: rules.Optimizer,
        *,
        granularity: str = "tensor",
        maximize: bool = False,
        foreach: bool | None = None,
        differentiable: bool = False,
        batch_axes: int = 0,
        **options: Any,
    ) -> None:
        if not isinstance(rule, rules.Optimizer):
            raise ValueError(f"{type(self).__name__}: rule must be an optimizer of alphalab, got {rule!r}")
        self.rule = rule
        found = dict(zip(self.options, hyperparameters(rule).values(), strict=True))
        found |= {"k": 2.0} if self.guided else {}
        for name in options:
            if name not in found:
                raise ValueError(f"{type(self).__name__} has no option {name!r}; it has {', '.join(found)}")
        how = {"granularity": granularity, "maximize": maximize, "foreach": foreach, "batch_axes": batch_axes}
        super().__init__(params, {**found, **options, **how, "differentiable": differentiable})

    @functools.cached_property
    def options(self) -> dict[str, Interval]:
        """Name -> where the value may lie, for every hyperparameter of the rule, by torch's names."""
        named = {OPTIONS.get(name, name): interval for name, interval in intervals(self.rule).items()}
        return named | {"lr": NON_NEGATIVE}  # a schedule may begin or end at 0

    @functools.cached_property
    def guided(self) -> bool:
        """Whether alpha may be None, the guideline: not where the rule has a k of its own."""
        return "alpha" in self.options and "k" not in self.options

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Add a group; options that it does not give are those of the constructor. Raises ValueError for a bad one."""
        super().add_param_group(param_group)
        try:
            self._check(self.param_groups[-1])
        except ValueError:
            self.param_groups.pop()
            raise

    def _check(self, group: dict[str, Any]) -> None:
        owner, axes = type(self).__name__, group["batch_axes"]
        if group["granularity"] not in ("tensor", "group"):
            raise ValueError(f"{owner}: granularity must be 'tensor' or 'group', got {group['granularity']!r}")
        if group["differentiable"]:
            raise ValueError(f"{owner}: differentiable must be False, got True: the step is made without a graph")
        for p in group["params"]:
            if not (p.is_floating_point() or p.is_complex()) or p.ndim < axes:
                raise ValueError(
                    f"{owner}: a parameter must be real or complex, with {axes} axes of runs at least, "
                    f"got {p.dtype} of shape {tuple(p.shape)}"
                )
        for name, interval in {**self.options, **({"k": POSITIVE} if self.guided else {})}.items():
            value = group[name]
            if not (self.guided and name == "alpha" and value is None):
                checked(owner, name, value, interval)
            if isinstance(value, torch.Tensor):
                if value.numel() > 1 and value.ndim != axes:
                    shape = tuple(value.shape)
                    raise ValueError(f"{owner}: Tensor {name} must be 1-element, or one per run, got shape {shape}")
                value = value.detach().clone()  # its own: a scheduler writes into it
                group[name] = value if axes else value.reshape(())

    def method(self, group: dict[str, Any], n: int, state: State) -> rules.Optimizer:
        """Return the rule with the options of a group, for a point of n numbers with this state."""
        values = {name: group[name] for name in self.options}
        if self.guided and values["alpha"] is None:
            values["alpha"] = group["k"] * unit_guideline(n)
        return with_hyperparameters(self.rule, list(values.values()))

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Make a step along the gradients; return what the closure returns, if one is given."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        chosen = [(g, [p for p in g["params"] if p.grad is not None and p.numel()]) for g in self.param_groups]
        if any(p.grad.layout is not torch.strided for _, params in chosen for p in params):
            raise RuntimeError(f"{type(self).__name__} does not support sparse gradients")
        for group, params in chosen:
            points = [[p] for p in params] if group["granularity"] == "tensor" else [params] if params else []
            for batch in self._batches(group, points):
                self._advance(group, batch)
        return loss

    def _batches(self, group: dict[str, Any], points: list[Point]) -> Iterable[list[Point]]:
        """Join the points that can go as one batch: of one size, dtype and device, with states of one kind."""
        foreach = group["foreach"]
        if foreach is None:
            foreach = all(p.is_cuda for point in points for p in point)
        if not foreach or len(points) < 2:
            return [[point] for point in points]
        batches: dict[Any, list[Point]] = {}
        for point in points:
            p = point[0]
            held = tuple((name, None if is_array(leaf) else leaf) for name, leaf in self.state.get(p, {}).items())
            shape = p.shape[: group["batch_axes"]], p.numel(), p.is_complex()
            batches.setdefault((shape, wide(p.dtype), p.device, held), []).append(point)
        return batches.values()

    def _advance(self, group: dict[str, Any], batch: list[Point]) -> None:
        """Make one step of the points of a batch, all with one call of the rule."""
        axes = group["batch_axes"]
        points = [flat(point, axes) for point in batch]
        gradients = [flat([gradient(p) for p in point], axes).to(points[0].dtype) for point in batch]
        x, g = together(points), together(gradients)
        rule = self.method(group, x.shape[-1], self.state.get(batch[0][0], {}))
        d, state = rule.direction(-g if group["maximize"] else g, self._state(rule, batch, points, axes), x)
        step, state = rule.step(d, state)
        for row, point in enumerate(batch):
            index = row if len(batch) > 1 else ...
            leaves = {name: leaf[index] if is_array(leaf) else leaf for name, leaf in named(state)}
            self._keep(point, points[row].shape, leaves)
            for p, part in zip(point, cut(step[index], point), strict=True):
                real(p).sub_(part)

    def _state(self, rule: rules.Optimizer, batch: list[Point], points: list[torch.Tensor], axes: int) -> Any:
        """Return the rule's state for a batch; where a parameter has none yet it is the initial one."""
        held = [[self.state.get(p, {}) for p in point] for point in batch]
        if not any(any(row) for row in held):
            return rule.init(together(points))
        new = not all(all(row) for row in held)
        initial = rule.init(points[0] if new else points[0].to("meta"))  # "meta": the shapes without the numbers
        leaves: list[Any] = []
        for name, start in named(initial):
            if is_array(start) and start.shape == points[0].shape:
                begun = cut(start, batch[0])
                rows = [flat([one.get(name, zero) for one, zero in zip(row, begun, strict=True)], axes) for row in held]
            else:  # one for all tensors of the point
                rows = [next((one[name] for one in row if name in one), start) for row in held]
            leaves.append(together(rows) if is_array(start) else rows[0])
        return refilled(initial, iter(leaves))

    def _keep(self, point: Point, shape: torch.Size, leaves: State) -> None:
        """Keep the state of a point: what has its shape in the shapes of its parameters, the rest with each of them."""
        kept: list[State] = [{} for _ in point]  # new ones: an earlier state_dict() stays what it was
        for name, leaf in leaves.items():
            whole = is_array(leaf) and leaf.shape == shape
            parts = cut(leaf, point) if whole else [leaf] * len(point)
            for p, mine, part in zip(point, kept, parts, strict=True):
                lent = is_array(part) and part.data_ptr() in (p.data_ptr(), gradient(p).data_ptr())  # others write
                mine[name] = part.clone() if lent else part
        self.state.update(zip(point, kept, strict=True) if leaves else ())

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Load what `state_dict` gave: a copy, each array in its own dtype; options that it lacks are the defaults."""
        loaded: dict[str, Any] = {}
        handle = self.register_load_state_dict_pre_hook(lambda _, found: loaded.update(found))  # the last one to run
        try:
            super().load_state_dict(state_dict)
        finally:
            handle.remove()
        names = [name for group in loaded["param_groups"] for name in group["params"]]
        params = [p for group in self.param_groups for p in group["params"]]
        for name, p in zip(names, params, strict=True):  # torch gave all of it the dtype of p, the counters too
            for key, leaf in loaded["state"].get(name, {}).items():
                self.state[p][key] = leaf.to(p.device, copy=True) if is_array(leaf) else leaf

    def __getstate__(self) -> dict[str, Any]:
        """What is pickled and copied: the rule too."""
        return {**super().__getstate__(), "rule": self.rule}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take what was pickled or loaded; options that an older version did not know are the defaults."""
        super().__setstate__(state)
        for group in self.param_groups:
            for name, value in self.defaults.items():
                group.setdefault(name, value.clone() if isinstance(value, torch.Tensor) else value)


class Plain(Optimizer):
    """A rule without state, with momentum as eqs. (5, 6) and decoupled weight decay; each costs nothing where it is 0.

    v <- momentum v + lr d,     x <- (1 - lr weight_decay) x - v
    """

    def __init__(self, params: Any, rule: rules.Rule, **options: Any) -> None:
        super().__init__(params, rules.WeightDecay(rules.HeavyBall(rule)), **options)

    def method(self, group: dict[str, Any], n: int, state: State) -> rules.Optimizer:
        """Return the rule with those of the two wrappers that do something."""
        whole: Any = super().method(group, n, state)
        steady = not state and is_zero(group["momentum"])
        method = whole.optimizer.optimizer if steady else whole.optimizer
        return method if is_zero(group["weight_decay"]) else dataclasses.replace(whole, optimizer=method)


class AlphaGrad(Plain):
    """d = tanh(alpha g/(||g|| + eps)), one norm per tensor (or group); alpha=None: k sqrt(n), n the size of the point.

    lr >= 0, alpha > 0, eps >= 0, 0 <= momentum < 1, weight_decay >= 0, the options of `Optimizer`. Raises ValueError.
    Source: S. Sane, arXiv 2504.16020v2, eqs. (2)-(7).

    >>> import torch
    >>> x = torch.nn.Parameter(torch.ones(2, 2))
    >>> x.sum().backward()
    >>> AlphaGrad([x], lr=0.5, alpha=2.0, eps=0.0).step()                           # 1 - tanh(2/2)/2
    >>> round(x[0, 0].item(), 6)
    0.619203
    """

    def __init__(
        self,
        params: Any,
        lr: Any = 1e-3,
        alpha: Any = None,
        k: Any = 2.0,
        eps: Any = 1e-8,
        momentum: Any = 0.0,
        weight_decay: Any = 0.0,
        **options: Any,
    ) -> None:
        given = {"lr": lr, "alpha": alpha, "k": k, "eps": eps, "momentum": momentum, "weight_decay": weight_decay}
        super().__init__(params, rules.AlphaGrad(), **given, **options)


class SignSGD(Plain):
    """d = sign(g); lr, momentum and weight_decay as in `AlphaGrad`, the options of `Optimizer`.

    >>> import torch
    >>> x = torch.nn.Parameter(torch.ones(2))
    >>> (3 * x[0] - x[1]).backward()
    >>> SignSGD([x], lr=0.5).step()
    >>> x.tolist()
    [0.5, 1.5]
    """

    def __init__(
        self, params: Any, lr: Any = 1e-3, momentum: Any = 0.0, weight_decay: Any = 0.0, **options: Any
    ) -> None:
        super().__init__(params, rules.SignSGD(), lr=lr, momentum=momentum, weight_decay=weight_decay, **options)


class NormalizedGD(Plain):
    """d = g/(||g|| + eps); lr, eps, momentum and weight_decay as in `AlphaGrad`, the options of `Optimizer`.

    >>> import torch
    >>> x = torch.nn.Parameter(torch.ones(2))
    >>> (3 * x[0] + 4 * x[1]).backward()
    >>> NormalizedGD([x], lr=1.0, eps=0.0).step()
    >>> x.tolist()
    [0.3999999761581421, 0.19999998807907104]
    """

    def __init__(
        self,
        params: Any,
        lr: Any = 1e-3,
        eps: Any = 1e-8,
        momentum: Any = 0.0,
        weight_decay: Any = 0.0,
        **options: Any,
    ) -> None:
        given = {"lr": lr, "eps": eps, "momentum": momentum, "weight_decay": weight_decay}
        super().__init__(params, rules.NormalizedGD(), **given, **options)


# ---------------------------------------------------------------- tensors and points


def wide(dtype: torch.dtype) -> torch.dtype:
    """Return the dtype of the arithmetic: float32 at least."""
    return torch.promote_types(dtype, torch.float32)


def gradient(p: torch.Tensor) -> torch.Tensor:
    """Return the gradient of a parameter that has one."""
    if p.grad is None:
        raise RuntimeError("the parameter has no gradient")
    return p.grad


def real(x: torch.Tensor) -> torch.Tensor:
    """Return x, a complex one as a view of pairs of real numbers."""
    return torch.view_as_real(x.resolve_conj()) if x.is_complex() else x


def flat(tensors: Point, axes: int) -> torch.Tensor:
    """Return the tensors as one point, (*batch, n), the first `axes` axes being the batch."""
    parts = [real(t).reshape(*t.shape[:axes], -1) for t in tensors]
    return (
        torch.cat([part.to(wide(part.dtype)) for part in parts], -1)
        if len(parts) > 1
        else parts[0].to(wide(parts[0].dtype))
    )


def cut(x: torch.Tensor, point: Point) -> list[torch.Tensor]:
    """Return a point, (*batch, n), cut into the shapes of these tensors."""
    if len(point) == 1:
        return [x.reshape(real(point[0]).shape)]
    runs = math.prod(x.shape[:-1])
    sizes = [real(p).numel() // runs for p in point]
    return [part.reshape(real(p).shape) for part, p in zip(x.split(sizes, -1), point, strict=True)]


def together(rows: Sequence[torch.Tensor]) -> torch.Tensor:
    """Return the rows as one batch; a lone row is itself."""
    return torch.stack(list(rows)) if len(rows) > 1 else rows[0]


@functools.cache
def unit_guideline(n: int) -> float:
    """Return the guideline for k = 1, once checked."""
    return float(rules.alpha_guideline(n))


def is_zero(value: Any) -> bool:
    """Whether an option is the number 0; a tensor, which may differ from run to run, is not asked."""
    return not isinstance(value, torch.Tensor) and value == 0
