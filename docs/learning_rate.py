"""The page docs/learning_rate.md: its numbers are measured on the rules, none is typed."""

from __future__ import annotations

import math
from pathlib import Path
from statistics import NormalDist

import numpy as np

import alphalab as al
from alphalab.optimizers import Optimizer

PAGE = Path(__file__).with_name("learning_rate.md")
ADAM_RATE = 3e-4  # CleanRL's for PPO and TD3
MOMENTUM = 0.9
NUMBERS = 2**18  # of every row, at least

TEXT = """# Which alpha and which learning rate for my network?

A learning rate means nothing without the size of the direction that it multiplies. This page gives the **effective
step**: the root mean square of one coordinate's step, in units of the learning rate. `python docs/build.py` measures it
on the rules themselves, over {numbers:,} coordinates or more, and writes this page; a test compares.

- *noise*: gradients that are independent Gaussian vectors, as late in training, where the mini-batches disagree;
- *persistent*: one gradient again and again, a Gaussian vector, as early in training;
- *rate*: the learning rate whose step under noise is that of Adam(0.9, 0.999) at {adam_rate:g}.

{table}

## How to match a published Adam rate

1. Take `alpha=None`, the guideline k sqrt(n) of each tensor (eq. (7)), with k = 2: {saturated:.0%} of the components
   are then saturated (alpha |g~_i| > 2.5) whatever the size of the tensor. A number that suits a matrix of 64 x 64
   makes sign steps of the 64 biases.
2. Multiply Adam's rate by the quotient of the effective steps, Adam's over yours: {plain:.2f} for AlphaGrad with k = 2
   and no momentum, {heavy:.2f} with momentum {momentum:g}. At an **equal** learning rate AlphaGrad with momentum
   {momentum:g} makes steps {times:.1f} times Adam's, because eqs. (5, 6) add up 1/(1 - momentum) = {gain:.0f}
   directions: a comparison of the two at one rate compares two step sizes.
3. Sweep the rate around that, as wide for every method that is compared.

```python
import torch

import alphalab.torch

model = torch.nn.Linear(64, 64)
optimizer = alphalab.torch.AlphaGrad(model.parameters(), lr={match:.1e}, k=2)  # in place of Adam(lr={adam_rate:g})
```

## What eps = alpha L eta says

The step of a normalised method does not shrink with the gradient: at a constant learning rate eta it ends in a cycle of
that size. For a function with an L-Lipschitz gradient two statements of the ledger tell when it does not:

- every gradient decreases f, and N goes to 0, for eta <= 2 eps/(alpha L) (`thm-4-stationary`); with eps = 1e-8 that is
  {rate:.1e} at L = 1 and alpha = {alpha:.0f}, the guideline of a 64 x 64 tensor: nobody trains at such a rate;
- read the other way, eps = alpha L eta, which is {eps:.3f} at eta = {adam_rate:g} there, keeps the linear rate of
  gradient descent near a minimum (`thm-5-sharp`): the method is AlphaGrad where the gradient is large and gradient
  descent where it is small.

Otherwise let the learning rate go to 0, by any scheduler. Under noise that is skewed or has heavy tails a small rate
alone does not help, nor does momentum after the tanh, an average of directions: average the gradient before it,
`alphalab.torch.Optimizer(params, alphalab.Averaged(alphalab.AlphaGrad(), decay=0.9))`.
"""


def effective_step(rule: Optimizer, n: int, persistent: bool) -> float:
    """Return the root mean square of a coordinate's step at learning rate 1, in a tensor of n numbers."""
    rng, steps = np.random.default_rng(0), max(4, NUMBERS // n)
    x, squares = np.zeros(n), []
    g, state = rng.standard_normal(n), rule.init(x)
    warm = 0 if rule.state_bytes(x) == 0 else 6000 if isinstance(rule, al.Adam) else 200  # what the state forgets in
    for t in range(warm + steps):
        d, state = rule.direction(g if persistent else rng.standard_normal(n), state, x)
        step, state = rule.step(d, state)
        if t >= warm:
            squares.append(float(np.mean(step * step)))
    return math.sqrt(sum(squares) / steps)


def rows() -> list[tuple[str, str, float, float]]:
    """Return (method, tensor, effective step under noise, of a persistent gradient)."""

    def alphagrad(alpha: float, momentum: float = 0.0) -> Optimizer:
        rule = al.AlphaGrad(learning_rate=1.0, alpha=alpha)
        return al.HeavyBall(rule, momentum=momentum) if momentum else rule

    matrix = ("64 x 64", 4096)
    cases: list[tuple[str, tuple[str, int], Optimizer]] = [
        ("Adam(0.9, 0.999)", ("any", 256), al.Adam(learning_rate=1.0)),
        ("signSGD", ("any", 4096), al.SignSGD(learning_rate=1.0)),
        ("normalised GD", matrix, al.NormalizedGD(learning_rate=1.0)),
    ]
    for k in (1, 2, 3):
        cases += [(f"AlphaGrad, k = {k}", ("any", 4096), alphagrad(k * 64.0))]
    cases += [
        ("AlphaGrad, k = 2, momentum 0.9", ("any", 4096), alphagrad(128.0, 0.9)),
        ("AlphaGrad, k = 2, averaged 0.9", ("any", 4096), al.Averaged(alphagrad(128.0))),
        ("AlphaGrad, alpha = 98", matrix, alphagrad(98.0)),
        ("AlphaGrad, alpha = 98, momentum 0.9", matrix, alphagrad(98.0, 0.9)),
        ("AlphaGrad, alpha = 98", ("64 (biases)", 64), alphagrad(98.0)),
        ("AlphaGrad, alpha = 93, momentum 0.9", ("120 x 84 (DQN)", 10080), alphagrad(93.0, 0.9)),
        ("AlphaGrad, alpha = 279, momentum 0.9", ("120 x 84 (DQN)", 10080), alphagrad(279.0, 0.9)),
        ("AlphaGrad, alpha = 100", ("256 x 256 (TD3)", 65536), alphagrad(100.0)),
        ("AlphaGrad, alpha = 457", ("256 x 256 (TD3)", 65536), alphagrad(457.0)),
    ]
    return [(name, of, effective_step(rule, n, False), effective_step(rule, n, True)) for name, (of, n), rule in cases]


def page() -> str:
    """Return the page."""
    table = rows()
    noise = {name: step for name, _, step, _ in reversed(table)}  # of equal names the first
    adam, plain = noise["Adam(0.9, 0.999)"], noise["AlphaGrad, k = 2"]
    heavy = noise["AlphaGrad, k = 2, momentum 0.9"]
    lines = ["| method | tensor | noise | persistent | rate |", "| --- | --- | --- | --- | --- |"]
    lines += [
        f"| {name} | {of} | {step:.3f} | {held:.2f} | {ADAM_RATE * adam / step:.6f} |" for name, of, step, held in table
    ]
    alpha = float(al.alpha_guideline(4096, 2.0))
    return TEXT.format(
        numbers=NUMBERS,
        adam_rate=ADAM_RATE,
        table="\n".join(lines),
        saturated=2 - 2 * NormalDist().cdf(2.5 / 2),
        plain=adam / plain,
        heavy=adam / heavy,
        momentum=MOMENTUM,
        times=heavy / adam,
        gain=1 / (1 - MOMENTUM),
        match=ADAM_RATE * adam / plain,
        alpha=alpha,
        rate=2e-8 / alpha,
        eps=alpha * ADAM_RATE,
    )


def write() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")
