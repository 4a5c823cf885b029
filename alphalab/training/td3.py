"""Twin delayed deterministic policy gradients of Hopper-v4, as CleanRL's td3_continuous_action.py.

    y      = r + gamma (1 - terminated) min_i Q'_i(s', clip(mu'(s') + clip(noise, +-c), range))
    critic = sum_i mean (Q_i(s, a) - y)^2,     actor = -mean Q_1(s, mu(s))   every second step
    w'     = tau w + (1 - tau) w'

A truncated episode would have gone on: its last state counts. Source: S. Fujimoto et al., arXiv 1802.09477.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import ClassVar

import numpy as np
import torch
from torch import Tensor

from alphalab.training.environments import MuJoCo
from alphalab.training.networks import mlp, perceptron, stacked
from alphalab.training.reinforcement import EpisodicTraining, Replay
from alphalab.training.setting import Setting
from alphalab.training.stack import StackedOptimizer
from alphalab.training.tasks import FORK, Task, number
from alphalab.training.training import Draws, Training


@dataclasses.dataclass(frozen=True, kw_only=True)
class TD3(Task):
    """CleanRL's values, which the author's fork keeps."""

    score: ClassVar[str] = "return"
    select: ClassVar[str] = "return"
    unit: ClassVar[str] = "environment steps"
    environment: str = number("Hopper-v4", "arXiv 2504.16020v2, section 6")
    hidden: tuple[int, ...] = number((256, 256), FORK)
    buffer_size: int = number(1_000_000, FORK)
    batch_size: int = number(256, FORK)
    gamma: float = number(0.99, FORK)
    tau: float = number(0.005, FORK)
    learning_starts: int = number(25_000, FORK)
    exploration_noise: float = number(0.1, FORK)
    policy_noise: float = number(0.2, FORK)
    noise_clip: float = number(0.5, FORK)
    policy_every: int = number(2, FORK)
    epsilon: float = number(1e-5, FORK)
    epsilon_adam: float = number(1e-8, FORK)
    stretch: int = number(250, "ours: steps between two places where a training may be cut")

    def start(self, settings: Sequence[Setting], seeds: Sequence[int], steps: int) -> Training:
        """Begin a training."""
        return TD3Training(self, settings, seeds, steps)


class TD3Training(EpisodicTraining):
    """A stack of actors and pairs of critics, advanced by 250 steps."""

    environments: MuJoCo

    def __init__(self, task: TD3, settings: Sequence[Setting], seeds: Sequence[int], steps: int) -> None:
        super().__init__(task, settings, seeds, steps, MuJoCo(task.environment, seeds))
        self.task, d, m = task, self.environments.d, self.environments.actions
        self.half = torch.from_numpy((self.environments.high - self.environments.low) / 2)
        self.middle = torch.from_numpy((self.environments.high + self.environments.low) / 2)
        actor, critic = (d, *task.hidden, m), (d + m, *task.hidden, 1)
        self.actor = stacked(lambda g: perceptron(actor, g), seeds)
        shift = 1 << 32  # of the seeds, so that the critics begin with other numbers than the actor
        others = [seed + shift for seed in seeds]
        self.critics = stacked(lambda g: [*perceptron(critic, g), *perceptron(critic, g)], others)
        self.targets = [p.detach().clone() for p in (*self.actor, *self.critics)]
        epsilon = [task.epsilon_adam if one.name == "adam" else task.epsilon for one in settings]
        self.optimizers = [StackedOptimizer(settings, part, epsilon) for part in (self.critics, self.actor)]
        self.replay = Replay(self.agents, min(task.buffer_size, steps), d, m)
        self.explore, self.sample, self.smooth = (Draws(seeds, purpose) for purpose in range(3))

    def policy(self, parameters: Sequence[Tensor], s: Tensor) -> Tensor:
        """mu(s) = half tanh(...) + middle, shapes (agents, B, d) -> (agents, B, m)."""
        return torch.tanh(mlp(parameters, s, torch.relu)) * self.half + self.middle

    def values(self, parameters: Sequence[Tensor], s: Tensor, a: Tensor) -> list[Tensor]:
        """Q_1(s, a) and Q_2(s, a), (agents, B) each."""
        x, half = torch.cat([s, a], dim=2), len(parameters) // 2
        return [mlp(part, x, torch.relu)[..., 0] for part in (parameters[:half], parameters[half:])]

    def advance(self) -> None:
        """Act and learn for the next steps."""
        count, task, m = min(self.task.stretch, self.steps - self.step), self.task, self.environments.actions
        chance = self.explore(lambda g: np.stack([g.uniform(-1, 1, (count, m)), g.standard_normal((count, m))]))
        for t in range(count):
            self.act(*chance[:, :, t].swapaxes(0, 1))
            self.step += 1
            if self.step > task.learning_starts:
                self.learn()
            if self.due:
                self.record(**self.episodes())
            if self.done:
                return

    @torch.no_grad()
    def act(self, anywhere: np.ndarray, noise: np.ndarray) -> None:
        """Act anywhere before learning starts, then by the policy and noise; both (agents, m)."""
        s = self.environments.observation
        half, middle = self.half.numpy(), self.middle.numpy()
        if self.step < self.task.learning_starts:
            a = middle + half * anywhere
        else:
            mu = self.policy(self.actor, torch.from_numpy(s)[:, None])[:, 0].numpy()
            a = mu + self.task.exploration_noise * half * noise
        a = np.clip(a, self.environments.low, self.environments.high).astype(np.float32)
        self.replay.add(s, a, self.environments.step(a))

    def learn(self) -> None:
        """One step of the critics, and every second time one of the actor and of the targets."""
        task, B, m = self.task, self.task.batch_size, self.environments.actions
        s, a, r, after, terminated = self.replay.batch(self.sample(lambda g: g.integers(0, self.replay.size, B)))
        noise = torch.from_numpy(self.smooth(lambda g: g.standard_normal((B, m)))).float()
        n, look = len(self.actor), self.near_point()
        with torch.no_grad():
            noise = (noise * task.policy_noise).clamp(-task.noise_clip, task.noise_clip) * self.half
            b = self.policy(self.targets[:n], after) + noise
            b = torch.maximum(torch.minimum(b, self.middle + self.half), self.middle - self.half)
            y = r + task.gamma * (1 - terminated) * torch.minimum(*self.values(self.targets[n:], after, b))
        Q = self.values(self.critics, s, a)
        loss = torch.stack([(q - y).square().mean(dim=1) for q in Q]).sum(dim=0)
        self.update(self.optimizers[0], loss, look)
        self.meters.add("td_loss", loss / 2)
        self.meters.add("q_value", Q[0].mean(dim=1))
        if self.step % task.policy_every == 0:
            frozen = [p.detach() for p in self.critics[: len(self.critics) // 2]]
            x = torch.cat([s, self.policy(self.actor, s)], dim=2)
            loss = -mlp(frozen, x, torch.relu)[..., 0].mean(dim=1)
            self.update(self.optimizers[1], loss, look)
            self.meters.add("actor_loss", loss)
            with torch.no_grad():
                for slow, p in zip(self.targets, (*self.actor, *self.critics), strict=True):
                    slow.lerp_(p, task.tau)
