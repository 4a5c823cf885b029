"""Floor 4, the paper's training tasks and supervised ones: mini-batches, seeds, curves over the learning rate.

catalogue    TASKS and task(name)           setting      an optimizer as a text, and a learning rate
tasks        hyperparameters with sources   run          train(...): resumed from checkpoints, kept as a table
results/     the tables of the runs made, read by `alphalab.curves`

These need NumPy and scipy alone. The others need torch (the extra `train`):

networks, stack     many agents at once: every parameter is (agents, ...)
training            what all trainings share: random numbers paired by seed, the curve, how an agent stops
supervised          digits, MNIST, characters
environments, normaliser, reinforcement; dqn, ppo, td3     the paper's section 6
"""

from __future__ import annotations

from alphalab.curves import Results, table
from alphalab.training.catalogue import TASKS, Entry, task

__all__ = ["TASKS", "Entry", "Results", "table", "task"]
