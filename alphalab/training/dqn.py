"""Deep Q-learning of CartPole-v1, as CleanRL's dqn.py.

    loss = mean (Q(s, a) - r - gamma (1 - terminated) max_b Q'(s', b))^2,     Q' the network of 500 steps ago

A truncated episode would have gone on: its last state counts. Source: V. Mnih et al., Nature 518 (2015).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import ClassVar

import numpy as np
import torch
from torch import Tensor

from alphalab.training.environments import CartPoles
from alphalab.training.networks import mlp, perceptron, stacked
from alphalab.training.reinforcement import EpisodicTraining, Replay
from alphalab.training.setting import Setting
from alphalab.training.stack import StackedOptimizer
from alphalab.training.tasks import FORK, Task, number
from alphalab.training.training import Draws, Training


@dataclasses.dataclass(frozen=True, kw_only=True)
class DQN(Task):
    """CleanRL's values, which the author's fork keeps."""

    score: ClassVar[str] = "return"
    select: ClassVar[str] = "return"
    unit: ClassVar[str] = "environment steps"
    environment: str = number("CartPole-v1", "arXiv 2504.16020v2, section 6")
    hidden: tuple[int, ...] = number((120, 84), FORK)
    buffer_size: int = number(10_000, FORK)
    batch_size: int = number(128, FORK)
    gamma: float = number(0.99, FORK)
    target_every: int = number(500, FORK)
    epsilon_first: float = number(1.0, FORK)
    epsilon_last: float = number(0.05, FORK)
    exploration: float = number(0.5, FORK)  # fraction of the steps over which epsilon falls
    learning_starts: int = number(10_000, FORK)
    train_every: int = number(10, FORK)
    epsilon: float = number(1e-5, FORK)  # of every optimizer
    stretch: int = number(1000, "ours: steps between two places where a training may be cut")

    def start(self, settings: Sequence[Setting], seeds: Sequence[int], steps: int) -> Training:
        """Begin a training."""
        return DQNTraining(self, settings, seeds, steps)


class DQNTraining(EpisodicTraining):
    """A stack of Q-networks, advanced by a thousand steps."""

    def __init__(self, task: DQN, settings: Sequence[Setting], seeds: Sequence[int], steps: int) -> None:
        super().__init__(task, settings, seeds, steps, CartPoles(task.environment, seeds))
        self.task = task
        sizes = (4, *task.hidden, CartPoles.actions)
        self.parameters = stacked(lambda g: perceptron(sizes, g), seeds)
        self.target = [p.detach().clone() for p in self.parameters]
        self.optimizers = [StackedOptimizer(settings, self.parameters, [task.epsilon] * self.agents)]
        self.replay = Replay(self.agents, min(task.buffer_size, steps), 4, 1)
        self.explore, self.sample = Draws(seeds, 0), Draws(seeds, 1)

    def advance(self) -> None:
        """Act and learn for the next steps."""
        count = min(self.task.stretch, self.steps - self.step)
        drawn = self.explore(lambda g: g.random((count, 2)))
        for t in range(count):
            self.act(drawn[:, t])
            self.step += 1
            if self.step > self.task.learning_starts and self.step % self.task.train_every == 0:
                self.learn()
            if self.step > self.task.learning_starts and self.step % self.task.target_every == 0:
                self.target = [p.detach().clone() for p in self.parameters]
            if self.due:
                self.record(**self.episodes())
            if self.done:
                return

    def act(self, drawn: np.ndarray) -> None:
        """Act greedily, or with probability epsilon by chance; drawn: two uniform numbers each, (agents, 2)."""
        task, s = self.task, self.environments.observation
        falling = min(1.0, self.step / (task.exploration * self.steps))
        chance = task.epsilon_first + (task.epsilon_last - task.epsilon_first) * falling
        with torch.no_grad():
            greedy = mlp(self.parameters, torch.from_numpy(s)[:, None], torch.relu)[:, 0].argmax(dim=1).numpy()
        a = np.where(drawn[:, 0] < chance, (drawn[:, 1] * CartPoles.actions).astype(int), greedy)
        step = self.environments.step(a)
        self.replay.add(s, a[:, None], step)

    def learn(self) -> None:
        """One step along the gradient of the squared TD error."""
        rows = self.sample(lambda g: g.integers(0, self.replay.size, self.task.batch_size))
        s, a, r, after, terminated = self.replay.batch(rows)
        with torch.no_grad():
            y = r + self.task.gamma * (1 - terminated) * mlp(self.target, after, torch.relu).amax(dim=2)
        Q: Tensor = mlp(self.parameters, s, torch.relu).gather(2, a.long())[..., 0]
        loss = (Q - y).square().mean(dim=1)
        self.update(self.optimizers[0], loss, look=self.near_point())
        self.meters.add("td_loss", loss)
        self.meters.add("q_value", Q.mean(dim=1))
