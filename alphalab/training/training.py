"""What all trainings share: agents in a stack, random numbers paired by seed, the curve, how an agent stops.

A training is advanced from one place where it may be cut (a rollout, an epoch, a thousand steps) to the next, and is
pickled whole there: weights, state of the optimizer, generators, replay, normalisers, simulators. With one thread a
killed and resumed training therefore equals an uninterrupted one bit for bit.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from alphalab.training.setting import Setting
from alphalab.training.stack import StackedOptimizer
from alphalab.training.tasks import Task


class Draws:
    """Random numbers of one purpose, drawn once for each seed: all settings see the same, their differences are paired.

    The numbers of a seed do not depend on which other seeds, or how many agents, are in the stack.
    """

    def __init__(self, seeds: Sequence[int], purpose: int) -> None:
        known = list(dict.fromkeys(seeds))
        self.place = np.array([known.index(seed) for seed in seeds])
        self.generators = [np.random.default_rng([seed, purpose]) for seed in known]

    def __call__(self, draw: Callable[[np.random.Generator], np.ndarray]) -> np.ndarray:
        """Return what `draw` draws, (agents, ...)."""
        return np.stack([draw(generator) for generator in self.generators])[self.place]


class Meters:
    """Means of what is measured between two points of the curve, (agents,) each."""

    def __init__(self) -> None:
        self.sums: dict[str, np.ndarray] = {}
        self.counts: dict[str, np.ndarray] = {}

    def add(self, name: str, values: Tensor | np.ndarray, count: np.ndarray | int = 1) -> None:
        """Add values, (agents,): a sum of `count` of them."""
        values = values.detach().numpy() if isinstance(values, Tensor) else values
        self.sums[name] = self.sums.get(name, 0.0) + values.astype(np.float64)
        self.counts[name] = self.counts.get(name, 0) + count * np.ones(len(values), dtype=int)

    def taken(self) -> dict[str, np.ndarray]:
        """Return the means and begin anew; NaN where nothing was measured."""
        with np.errstate(invalid="ignore", divide="ignore"):
            means = {
                name: np.where(self.counts[name] > 0, s / self.counts[name], math.nan) for name, s in self.sums.items()
            }
        self.sums, self.counts = {}, {}
        return means


class Training:
    """Agents, one per setting and seed, trained together for `steps` steps.

    settings, seeds: one per agent; `curve`: (step, name -> (agents,)) for each point; `stopped`: the step at which an
    agent's loss was no number, (agents,), -1 where it always was one.
    """

    def __init__(self, task: Task, settings: Sequence[Setting], seeds: Sequence[int], steps: int) -> None:
        torch.set_num_threads(1)
        self.settings, self.seeds, self.steps = list(settings), list(seeds), steps
        self.agents, self.step, self.points = len(self.seeds), 0, task.points
        self.alive = torch.ones(self.agents, dtype=torch.bool)
        self.stopped = np.full(self.agents, -1)
        self.meters = Meters()
        self.curve: list[tuple[int, dict[str, np.ndarray]]] = []
        self.optimizers: list[StackedOptimizer] = []

    def advance(self) -> None:
        """Go on to the next place where the training may be cut."""
        raise NotImplementedError

    @property
    def done(self) -> bool:
        """Whether all steps are made, or no agent goes on."""
        return self.step >= self.steps or not bool(self.alive.any())

    @property
    def due(self) -> bool:
        """Whether a point of the curve is due."""
        return self.due_after(0) or self.done

    def due_after(self, steps: int) -> bool:
        """Whether a point of the curve is due so many steps from here."""
        return (self.step + steps) * self.points >= (len(self.curve) + 1) * self.steps

    def update(self, optimizer: StackedOptimizer, losses: Tensor, look: bool = False) -> None:
        """Step along the gradient of each agent's loss, (agents,); an agent whose loss is no number stops here."""
        finite = losses.detach().isfinite() | ~self.alive
        if not bool(finite.all()):
            self.stopped[~finite.numpy()] = self.step
            self.alive = self.alive & finite
        gradients = torch.autograd.grad(losses.sum(), optimizer.parameters)
        optimizer.step(gradients, self.alive, look)

    def record(self, **more: np.ndarray) -> None:
        """Add a point to the curve: the means since the last one and `more`; NaN for agents that have stopped."""
        point = self.meters.taken() | more
        if self.optimizers:
            point["step_rms"] = self.optimizers[0].step_rms.numpy().copy()
            point["saturated"] = self.optimizers[0].saturated.numpy().copy()
        stopped = ~self.alive.numpy()
        for values in point.values():
            values[stopped] = math.nan
        self.curve.append((self.step, point))

    def rows(self) -> list[dict[str, Any]]:
        """Return one row per agent and point of the curve."""
        columns = list(dict.fromkeys(name for _, point in self.curve for name in point))
        return [
            {
                "optimizer": self.settings[i].text,
                "learning_rate": self.settings[i].learning_rate,
                "seed": self.seeds[i],
                "horizon": self.steps,
                "stopped": None if self.stopped[i] < 0 else int(self.stopped[i]),
                "step": step,
                **{name: point[name][i] if name in point else math.nan for name in columns},
            }
            for i in range(self.agents)
            for step, point in self.curve
        ]
