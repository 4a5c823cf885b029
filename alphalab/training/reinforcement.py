"""What the trainings by reinforcement share: episodes on the curve, and the replay of transitions."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from alphalab.training.environments import Environments, Step
from alphalab.training.setting import Setting
from alphalab.training.tasks import Task
from alphalab.training.training import Training


class EpisodicTraining(Training):
    """A training in environments; the curve has the mean return and length of the episodes that ended."""

    def __init__(
        self, task: Task, settings: Sequence[Setting], seeds: Sequence[int], steps: int, environments: Environments
    ) -> None:
        super().__init__(task, settings, seeds, steps)
        self.environments = environments

    def episodes(self) -> dict[str, np.ndarray]:
        """Return the means of the episodes that ended since the last point, (agents,); NaN where none did."""
        finished = self.environments.finished
        means = np.array([np.mean(some, axis=0) if some else (math.nan, math.nan) for some in finished])
        for some in finished:
            some.clear()
        return {"return": means[:, 0], "length": means[:, 1]}

    def near_point(self) -> bool:
        """Whether a point of the curve is so near that what a step does is measured: a hundredth of their distance."""
        return self.due_after(self.steps // (100 * self.points))


class Replay:
    """The last `size` transitions (s, a, r, s', terminated) of every agent, float32."""

    def __init__(self, agents: int, capacity: int, d: int, m: int) -> None:
        self.capacity, self.count = capacity, 0
        self.d, self.m = d, m
        self.rows = torch.zeros(agents, capacity, 2 * d + m + 2)
        self.agent = torch.arange(agents)[:, None]

    @property
    def size(self) -> int:
        """How many transitions of each agent there are."""
        return min(self.count, self.capacity)

    def add(self, s: np.ndarray, a: np.ndarray, step: Step) -> None:
        """Add a transition of every agent, in place of the oldest where there is no room."""
        parts = (s, a, step.reward[:, None], step.observation, step.terminated[:, None])
        row = np.concatenate(parts, axis=1, dtype=np.float32, casting="unsafe")
        self.rows[:, self.count % self.capacity] = torch.from_numpy(row)
        self.count += 1

    def batch(self, rows: np.ndarray) -> list[Tensor]:
        """Return s (agents, B, d), a (agents, B, m), r (agents, B), s', terminated (agents, B) at these rows."""
        found = self.rows[self.agent, torch.from_numpy(rows)]
        s, a, r, after, terminated = found.split([self.d, self.m, 1, self.d, 1], dim=2)
        return [s, a, r[..., 0], after, terminated[..., 0]]
