"""One optimizer for a stack of agents: the rules of `alphalab.optimizers`, their hyperparameters arrays over agents.

    p (agents, ...),   g (agents, ...),   p+, state = take_step(rule, p, g, state, batch_axes=1)

Agents of one kind lie side by side, and one broadcast rule steps them together; an agent that has stopped stays where
it is.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from alphalab.optimizers import Optimizer, take_step
from alphalab.optimizers.saturation import saturated_fraction
from alphalab.optimizers.schedules import Schedule
from alphalab.training.setting import Setting

SATURATED = 2.5  # |alpha g~| beyond which a component counts as saturated (paper, section 7.3)


def broadcast(rules: Sequence[Optimizer]) -> Optimizer:
    """Return one rule for all agents: a hyperparameter is an array, (agents,), where they differ."""
    changes: dict[str, Any] = {}
    for field in dataclasses.fields(rules[0]):
        values = [getattr(rule, field.name) for rule in rules]
        if isinstance(values[0], Optimizer):
            changes[field.name] = broadcast(values)
        elif any(value != values[0] for value in values):
            changes[field.name] = torch.tensor(values)
    return dataclasses.replace(rules[0], **changes)


@dataclasses.dataclass
class Group:
    """Agents first..last of one kind: a rule and a state for each point, that is, the tensors under one norm."""

    first: int
    last: int
    members: list[list[int]]
    rules: list[Optimizer]
    states: list[Any]

    def points(self, tensors: Sequence[Tensor]) -> list[Tensor]:
        """Return what is stepped, (agents, n) each."""
        flat = [tensor[self.first : self.last].reshape(self.last - self.first, -1) for tensor in tensors]
        return [torch.cat([flat[i] for i in some], dim=1) for some in self.members]


def members(granularity: str, tensors: Sequence[Tensor]) -> list[list[int]]:
    """Return which tensors, (agents, ...) each, are under one norm: each, a matrix and what follows it, or all."""
    if granularity == "tensor":
        return [[i] for i in range(len(tensors))]
    matrix = [granularity == "layer" and tensor.dim() > 2 and tensor.shape[1] > 1 for tensor in tensors]
    starts = [i for i in range(len(tensors)) if matrix[i] or i == 0]
    return [list(range(*ends)) for ends in itertools.pairwise([*starts, len(tensors)])]


class StackedOptimizer:
    """Steps the parameters of all agents, each by its own setting.

    settings: one per agent, those of one kind side by side; parameters: (agents, ...) each; clip: the largest norm of
    the gradient that each agent's rule sees, (agents,), or None; epsilon: what a setting that does not say it takes.
    """

    def __init__(
        self,
        settings: Sequence[Setting],
        parameters: Sequence[Tensor],
        epsilon: Sequence[float],
        clip: Sequence[float] | None = None,
        schedule: Schedule | None = None,
    ) -> None:
        self.parameters = list(parameters)
        self.clip = None if clip is None else torch.tensor(clip)
        self.groups: list[Group] = []
        self.step_rms = torch.full((len(settings),), torch.nan)  # root mean square of a coordinate's last step
        self.saturated = torch.full((len(settings), len(self.parameters)), torch.nan)  # fraction beyond SATURATED
        first = 0
        for _, alike in itertools.groupby(zip(settings, epsilon, strict=True), key=lambda member: member[0].kind):
            some = list(alike)
            under = members(some[0][0].granularity, self.parameters)
            group = Group(first, first + len(some), under, [], [])
            for point in group.points(self.parameters):
                group.rules.append(broadcast([one.rule(point.shape[1], eps, schedule) for one, eps in some]))
                group.states.append(group.rules[-1].init(torch.zeros_like(point)))
            self.groups.append(group)
            first = group.last

    @torch.no_grad()
    def step(self, gradients: Sequence[Tensor], alive: Tensor, look: bool = False) -> None:
        """Step every agent that is alive, (agents,), along the gradients, (agents, ...) each.

        `look` measures `step_rms` and `saturated` on the way.
        """
        gradients = [self._cleared(g, alive) for g in gradients]
        if self.clip is not None:
            norm = torch.stack([g.flatten(1).norm(dim=1) for g in gradients]).norm(dim=0)
            factor = (self.clip / (norm + 1e-6)).clamp(max=1.0)  # as torch.nn.utils.clip_grad_norm_
            gradients = [g * factor.view(-1, *(1,) * (g.dim() - 1)) for g in gradients]
        for group in self.groups:
            rows = slice(group.first, group.last)
            points, moved = group.points(self.parameters), []
            for i, (x, g) in enumerate(zip(points, group.points(gradients), strict=True)):
                if look and (seen := self._saturated(group, i, g)) is not None:
                    self.saturated[rows, group.members[i]] = seen[:, None]
                y, group.states[i] = take_step(group.rules[i], x, g, group.states[i], batch_axes=1)
                moved.append(torch.where(alive[rows, None], y, x))
            if look:
                moves = torch.cat([y - x for x, y in zip(points, moved, strict=True)], dim=1)
                self.step_rms[rows] = moves.square().mean(dim=1).sqrt()
            for some, y in zip(group.members, moved, strict=True):
                parts = y.split([self.parameters[i][0].numel() for i in some], dim=1)
                for i, part in zip(some, parts, strict=True):
                    self.parameters[i][rows] = part.reshape(self.parameters[i][rows].shape)

    @staticmethod
    def _cleared(g: Tensor, alive: Tensor) -> Tensor:
        """0 for agents that have stopped: what a gradient that is not finite leaves in a state would warn for ever."""
        return g if bool(alive.all()) else torch.where(alive.view(-1, *(1,) * (g.dim() - 1)), g, 0.0)

    @staticmethod
    def _saturated(group: Group, i: int, g: Tensor) -> Tensor | None:
        """Return the saturated fraction of point i, (agents,); None for a rule that squashes nothing."""
        try:
            z = group.rules[i].pre_activation(g, group.states[i])
        except ValueError:
            return None
        return saturated_fraction(z, SATURATED)
