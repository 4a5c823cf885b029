"""torch: one run in the usual loop of torch.optim: zero_grad, forward, backward, step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from benchmarks.task import Result, Task


class AlphaGrad(torch.optim.Optimizer):
    """x -= eta tanh(alpha g/(||g||+eps)), one tensor at a time."""

    def __init__(self, params: Any, lr: float, alpha: float, eps: float) -> None:
        super().__init__(params, {"lr": lr, "alpha": alpha, "eps": eps})

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]
        """Take a step."""
        for group in self.param_groups:
            for p in group["params"]:
                gain = group["alpha"] / (torch.linalg.vector_norm(p.grad) + group["eps"])
                p.add_(torch.tanh(gain * p.grad), alpha=-group["lr"])


def lone(task: Task) -> Callable[[], Result]:
    """One run of AlphaGrad or Adam on the quadratic."""

    def call() -> Result:
        x, lam = torch.nn.Parameter(torch.tensor(task.x0[0])), torch.tensor(task.lam)
        eta, alpha, eps = float(task.learning_rate[0]), float(task.alpha[0]), task.epsilon
        optimizer = torch.optim.Adam([x], eta, eps=eps) if task.method == "adam" else AlphaGrad([x], eta, alpha, eps)
        value, size = np.empty((task.steps, 1)), np.empty((task.steps, 1))
        x_best, f_best = x.detach().clone(), np.inf
        for t in range(task.steps):
            optimizer.zero_grad()
            f = 0.5 * torch.sum(lam * x * x)
            f.backward()
            value[t], size[t] = f.item(), torch.linalg.vector_norm(x.grad).item()
            if value[t, 0] < f_best:
                x_best, f_best = x.detach().clone(), value[t, 0]
            optimizer.step()
        last = x.detach()
        x_best = last if 0.5 * torch.sum(lam * last * last) < f_best else x_best
        return Result(last.numpy()[None], x_best.numpy()[None], value, size)

    return call
