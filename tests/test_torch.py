"""The torch face: it steps as the rules step, and keeps what users of torch.optim expect of an optimizer."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from optimizer_laws import EVERY, an_optimizer

import alphalab as al
from alphalab.arrays import roundoff
from alphalab.optimizers import Optimizer

torch = pytest.importorskip("torch")
face: Any = al.torch

every = pytest.mark.parametrize("name", EVERY)
SHAPES = ((2, 3), (3,), (3, 1), ())


def parameters(dtype: Any = torch.float64, seed: int = 0) -> list[Any]:
    """Tensors of several shapes, two of them of one size, every number different."""
    rng = np.random.default_rng(seed)
    return [torch.nn.Parameter(torch.tensor(rng.standard_normal(shape), dtype=dtype)) for shape in SHAPES]


def gradients(steps: int, seed: int = 1) -> list[list[np.ndarray]]:
    """For every step a gradient of every tensor of `parameters`, of sizes from 1e-3 to 1e3."""
    rng = np.random.default_rng(seed)
    return [
        [np.asarray(10.0 ** rng.uniform(-3, 3) * rng.standard_normal(shape)) for shape in SHAPES] for _ in range(steps)
    ]


def follow(optimizer: Any, params: list[Any], steps: list[list[np.ndarray]]) -> None:
    """Step along these gradients."""
    for step in steps:
        for p, g in zip(params, step, strict=True):
            p.grad = torch.as_tensor(g, dtype=p.dtype)
        optimizer.step()


def by_the_lab(rule: Optimizer, x: np.ndarray, along: list[np.ndarray]) -> np.ndarray:
    """Where NumPy's rule leads from the point x, (n,)."""
    state = rule.init(x)
    for g in along:
        d, state = rule.direction(g, state, x)
        step, state = rule.step(d, state)
        x = x - step
    return x


def near(found: Any, wanted: np.ndarray, scale: Any, steps: int) -> None:
    """Assert equality to roundoff: `steps` steps of numbers as large as `scale`."""
    allowed = 8 * steps * roundoff(wanted.size, np.float64) * (np.abs(wanted) + scale)
    assert np.all(np.abs(found.detach().numpy().ravel() - wanted.ravel()) <= allowed)


@every
@pytest.mark.parametrize("foreach", [False, True])
@given(data=st.data())
@settings(max_examples=4)
def test_every_rule_steps_as_in_numpy(name: str, foreach: bool, data: Any) -> None:
    if name == "per-tensor":
        pytest.skip("its blocks are those of one point: see the test of granularity")
    rule = an_optimizer(data.draw, name, 6)
    params, steps = parameters(), gradients(4)
    begun = [p.detach().numpy().ravel().copy() for p in params]
    follow(face.Optimizer(params, rule, foreach=foreach), params, steps)
    for place, (p, x) in enumerate(zip(params, begun, strict=True)):
        wanted = by_the_lab(rule, x, [step[place].ravel() for step in steps])
        near(p, wanted, np.abs(x) + np.abs(wanted - x), len(steps))
