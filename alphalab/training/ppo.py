"""Proximal policy optimisation of HalfCheetah-v5, as CleanRL's ppo_continuous_action.py.

    delta_t = r_t + gamma (1 - terminated_t) V(s'_t) - V(s_t)
    A_t     = delta_t + gamma lambda (1 - ended_t) A_{t+1}
    loss    = mean max(-A w, -A clip(w, 1 +- c)) + (v/2) mean max((V - R)^2, (V_old + clip(V - V_old, +-c) - R)^2)

w = pi(a|s)/pi_old(a|s), R = A + V_old. A truncated episode would have gone on: V of its last state counts, which
CleanRL leaves out. Source: J. Schulman et al., arXiv 1707.06347 and arXiv 1506.02438.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from typing import ClassVar

import numpy as np
import torch
from torch import Tensor

from alphalab.arrays import Array, namespace
from alphalab.training.environments import MuJoCo
from alphalab.training.networks import mlp, orthogonal_perceptron, stacked
from alphalab.training.normaliser import Normaliser
from alphalab.training.reinforcement import EpisodicTraining
from alphalab.training.setting import Setting
from alphalab.training.stack import StackedOptimizer
from alphalab.training.tasks import FORK, Task, number
from alphalab.training.training import Draws, Training


@dataclasses.dataclass(frozen=True)
class Annealed:
    """c(t) = 1 - floor((t - 1)/u)/U: constant over the u updates of a rollout, 1/U less after each of U rollouts."""

    updates: int
    rollouts: int

    def __call__(self, t: Array) -> Array:
        """c(t)."""
        return 1 - namespace(t).floor((t - 1) / self.updates) / self.rollouts


@dataclasses.dataclass(frozen=True, kw_only=True)
class PPO(Task):
    """CleanRL's values, which the author's fork keeps."""

    score: ClassVar[str] = "return"
    select: ClassVar[str] = "return"
    unit: ClassVar[str] = "environment steps"
    environment: str = number("HalfCheetah-v5", "arXiv 2504.16020v2, section 6")
    hidden: tuple[int, ...] = number((64, 64), FORK)
    rollout: int = number(2048, FORK)
    minibatches: int = number(32, FORK)
    epochs: int = number(10, FORK)
    gamma: float = number(0.99, FORK)
    gae_lambda: float = number(0.95, FORK)
    clip: float = number(0.2, FORK)
    value_weight: float = number(0.5, FORK)
    max_norm_adam: float = number(0.5, "the author's public CleanRL fork, which clips for Adam alone")
    normalised_clip: float = number(10.0, FORK)
    epsilon: float = number(1e-5, FORK)  # of every optimizer
    annealed: bool = number(True, FORK)

    def start(self, settings: Sequence[Setting], seeds: Sequence[int], steps: int) -> Training:
        """Begin a training; the last rollout is a whole one."""
        return PPOTraining(self, settings, seeds, steps)


class PPOTraining(EpisodicTraining):
    """A stack of actors and critics, advanced by rollouts."""

    environments: MuJoCo

    def __init__(self, task: PPO, settings: Sequence[Setting], seeds: Sequence[int], steps: int) -> None:
        super().__init__(task, settings, seeds, steps, MuJoCo(task.environment, seeds))
        self.task, d, m = task, self.environments.d, self.environments.actions

        def make(g: torch.Generator) -> list[Tensor]:
            critic, actor = (d, *task.hidden, 1), (d, *task.hidden, m)
            return [*orthogonal_perceptron(critic, 1.0, g), *orthogonal_perceptron(actor, 0.01, g), torch.zeros(1, m)]

        self.parameters = stacked(make, seeds)
        half = len(self.parameters) // 2
        self.critic, self.actor, self.log_std = self.parameters[:half], self.parameters[half:-1], self.parameters[-1]
        updates, rollouts = task.epochs * task.minibatches, math.ceil(steps / task.rollout)
        self.optimizers = [
            StackedOptimizer(
                settings,
                self.parameters,
                [task.epsilon] * self.agents,
                clip=[task.max_norm_adam if one.name == "adam" else math.inf for one in settings],
                schedule=Annealed(updates, rollouts) if task.annealed else None,
            )
        ]
        self.noise, self.order = Draws(seeds, 0), Draws(seeds, 1)
        self.seen, self.reward = Normaliser(self.agents, d), Normaliser(self.agents, 1)
        self.discounted = np.zeros((self.agents, 1))
        self.s = self.normal(self.environments.observation)

    def normal(self, observation: np.ndarray, rows: np.ndarray | slice = slice(None)) -> Tensor:
        """Return the normalised observations of some agents, after they have been counted."""
        self.seen.count(observation, rows)
        scaled = self.seen.scaled(observation, rows)
        return torch.from_numpy(np.clip(scaled, -self.task.normalised_clip, self.task.normalised_clip)).float()

    def value(self, s: Tensor) -> Tensor:
        """V(s), shapes (agents, B, d) -> (agents, B)."""
        return mlp(self.critic, s, torch.tanh)[..., 0]

    def log_probability(self, s: Tensor, a: Tensor) -> Tensor:
        """log pi(a|s) of the Gaussian policy, (agents, B)."""
        z = (a - mlp(self.actor, s, torch.tanh)) * (-self.log_std).exp()
        return (-0.5 * z.square() - self.log_std - 0.5 * math.log(2 * math.pi)).sum(dim=2)

    def advance(self) -> None:
        """A rollout, then its epochs."""
        batch = self.rollout()
        before = self.due_after(self.task.rollout)
        self.step += self.task.rollout
        T, B = self.task.rollout, self.task.rollout // self.task.minibatches
        agent = torch.arange(self.agents)[:, None]
        for epoch in range(self.task.epochs):
            order = torch.from_numpy(self.order(lambda g: g.permutation(T)))
            for first in range(0, T, B):
                look = before and epoch == self.task.epochs - 1 and first + B >= T
                self.learn(batch[agent, order[:, first : first + B]], look)
        if self.due:
            self.record(**self.episodes())

    @torch.no_grad()
    def rollout(self) -> Tensor:
        """Act; return s, a, log pi, A, R, V side by side, (agents, T, d + m + 4)."""
        task, T = self.task, self.task.rollout
        noise = torch.from_numpy(self.noise(lambda g: g.standard_normal((T, self.environments.actions)))).float()
        std = self.log_std[:, 0].exp()
        states, actions, r, end = [], [], torch.empty(T, self.agents), torch.empty(T, self.agents)
        truncations: list[tuple[int, np.ndarray, Tensor]] = []
        for t in range(T):
            a = mlp(self.actor, self.s[:, None], torch.tanh)[:, 0] + std * noise[:, t]
            states.append(self.s)
            actions.append(a)
            step = self.environments.step(a.numpy())
            ended = step.terminated | step.truncated
            after = self.normal(step.observation)
            if step.truncated.any():
                truncations.append((t, step.truncated, after))
            if ended.any():
                after = after.clone()
                rows = np.flatnonzero(ended)
                after[rows] = self.normal(self.environments.observation[rows], rows)
            r[t] = self.scaled_reward(step.reward, ended)
            end[t], self.s = torch.from_numpy(ended), after
        s, a = torch.stack(states, dim=1), torch.stack(actions, dim=1)
        V = self.value(s)
        following = torch.cat([V[:, 1:], self.value(self.s[:, None])], dim=1).T * (1 - end)  # V(s') where it goes on
        for t, truncated, last in truncations:
            following[t] = torch.where(torch.from_numpy(truncated), self.value(last[:, None])[:, 0], following[t])
        A, advantage = torch.empty(T, self.agents), torch.zeros(self.agents)
        for t in reversed(range(T)):
            delta = r[t] + task.gamma * following[t] - V[:, t]
            advantage = delta + task.gamma * task.gae_lambda * (1 - end[t]) * advantage
            A[t] = advantage
        R = A.T + V
        spread = R.var(dim=1)
        self.meters.add("explained_variance", torch.where(spread > 0, 1 - (R - V).var(dim=1) / spread, torch.nan))
        self.meters.add("entropy", (self.log_std + 0.5 * math.log(2 * math.pi * math.e)).sum(dim=(1, 2)))
        logs = self.log_probability(s, a)
        return torch.cat([s, a, *(part[..., None] for part in (logs, A.T, R, V))], dim=2)

    def scaled_reward(self, reward: np.ndarray, ended: np.ndarray) -> Tensor:
        """Return r over the deviation of the discounted return, clipped."""
        self.discounted = self.discounted * self.task.gamma + reward[:, None]
        self.reward.count(self.discounted)
        r = reward / self.reward.deviation()[:, 0]
        self.discounted[ended] = 0.0
        return torch.from_numpy(np.clip(r, -self.task.normalised_clip, self.task.normalised_clip)).float()

    def learn(self, batch: Tensor, look: bool) -> None:
        """One step on a minibatch, (agents, B, d + m + 4)."""
        task, d, m = self.task, self.environments.d, self.environments.actions
        s, a, rest = batch.split([d, m, 4], dim=2)
        old, A, R, V_old = rest.unbind(dim=2)
        A = (A - A.mean(dim=1, keepdim=True)) / (A.std(dim=1, keepdim=True) + 1e-8)
        log_ratio = self.log_probability(s, a) - old
        w = log_ratio.exp()
        policy = torch.maximum(-A * w, -A * w.clamp(1 - task.clip, 1 + task.clip)).mean(dim=1)
        V = self.value(s)
        near = V_old + (V - V_old).clamp(-task.clip, task.clip)
        value = torch.maximum((V - R).square(), (near - R).square()).mean(dim=1)
        self.update(self.optimizers[0], policy + task.value_weight * 0.5 * value, look)
        with torch.no_grad():
            self.meters.add("kl", (w - 1 - log_ratio).mean(dim=1))
            self.meters.add("clip_fraction", ((w - 1).abs() > task.clip).float().mean(dim=1))
            self.meters.add("value_loss", 0.5 * value)
