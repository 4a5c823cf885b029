"""torch: AlphaGrad as a torch.optim optimizer, in the usual loop; and one step of one long vector."""

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
    def step(self, closure: None = None) -> None:
        """Take a step."""
        for group in self.param_groups:
            for p in group["params"]:
                gain = group["alpha"] / (torch.linalg.vector_norm(p.grad) + group["eps"])
                p.add_(torch.tanh(gain * p.grad), alpha=-group["lr"])


def loop(task: Task) -> Callable[[], Result]:
    """Every run on its own: zero_grad, forward, backward, step."""

    def gradient(optimizer: Any, x: torch.Tensor, lam: torch.Tensor) -> torch.Tensor:
        optimizer.zero_grad()
        f = 0.5 * torch.sum(lam * x * x)
        f.backward()
        return f.detach()

    return lambda: _runs(task, gradient)


def loop_without_autograd(task: Task) -> Callable[[], Result]:
    """The same with the gradient written by hand: what is left is torch.optim itself."""

    def gradient(optimizer: Any, x: torch.Tensor, lam: torch.Tensor) -> torch.Tensor:
        with torch.no_grad():
            x.grad = lam * x
            return 0.5 * torch.dot(x, x.grad)

    return lambda: _runs(task, gradient)


def _runs(task: Task, gradient: Callable[..., torch.Tensor]) -> Result:
    value, size = torch.empty(task.steps, task.runs).double(), torch.empty(task.steps, task.runs).double()
    lam, points = torch.tensor(task.lam), []
    for run in range(task.runs):
        x = torch.nn.Parameter(torch.tensor(task.x0[run]))
        optimizer = AlphaGrad([x], float(task.learning_rate[run]), float(task.alpha[run]), task.epsilon)
        for t in range(task.steps):
            value[t, run] = gradient(optimizer, x, lam)
            size[t, run] = torch.linalg.vector_norm(x.grad)
            optimizer.step()
        points.append(x.detach().numpy())
    return Result(np.stack(points), value.numpy(), size.numpy())


def one_step(x: np.ndarray, g: np.ndarray, eta: float, alpha: float, epsilon: float) -> Callable[[], Any]:
    """One step of one long vector, eagerly."""
    return _stepping(_step, x, g, eta, alpha, epsilon)


def one_step_compiled(x: np.ndarray, g: np.ndarray, eta: float, alpha: float, epsilon: float) -> Callable[[], Any]:
    """The same through torch.compile, which compiles at the first call."""
    return _stepping(torch.compile(_step), x, g, eta, alpha, epsilon)


def adam(x: np.ndarray, g: np.ndarray) -> Callable[[], Any]:
    """torch.optim.Adam on one long vector, in the memory of x and g."""
    point = torch.nn.Parameter(torch.from_numpy(x))
    point.grad = torch.from_numpy(g)
    return torch.optim.Adam([point]).step


def _step(x: torch.Tensor, g: torch.Tensor, eta: float, alpha: float, epsilon: float) -> torch.Tensor:
    return x.add_(torch.tanh(alpha / (torch.linalg.vector_norm(g) + epsilon) * g), alpha=-eta)


def _stepping(step: Callable[..., torch.Tensor], x: np.ndarray, g: np.ndarray, *numbers: float) -> Callable[[], Any]:
    point, gradient = torch.tensor(x), torch.tensor(g)

    def call() -> Any:
        with torch.no_grad():
            return step(point, gradient, *numbers).numpy()

    return call
