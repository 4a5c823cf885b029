"""Methods against independent statements of them, step for step: five lines of NumPy, torch.optim, optax.

Two regimes in which a rounding error is not amplified, so that the tolerance follows from roundoff alone:

* along a recorded sequence of gradients, where a direction cannot feed back into the gradients. The state of
  step t carries the roundings of t steps, and x adds up t of them, rounding each time:
  |x_t - y_t| <= t^2 roundoff(n) max|step| + t roundoff(n) max|x|.
* whole runs where the steps contract (eps of the order of alpha L eta):  |x_t - y_t| <= t roundoff(n) max|x|.

Without such an eps AlphaGrad, SignSGD and NormalizedGD jump about the minimum for ever and amplify the last bit
at every jump: there, a whole run has no reference, and only the first regime is compared.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from scipy.linalg import polar

from alphalab.arrays import backend, matvec, roundoff
from alphalab.optimizers import (
    LAMB,
    LARS,
    Adam,
    AlphaGrad,
    Averaged,
    ClippedGradientDescent,
    GradientDescent,
    HeavyBall,
    Lion,
    Muon,
    NormalizedGD,
    NormalizedNonlinear,
    Optimizer,
    RMSProp,
    SignSGD,
    Signum,
    Spectral,
    WeightDecay,
)
from alphalab.problems.problem import Constants
from alphalab.simulation import simulate

Gradient = Callable[[int, np.ndarray], np.ndarray]
Restatement = Callable[[np.ndarray, Gradient, int], Iterator[np.ndarray]]

STEPS, N = 1000, 6
START = np.random.default_rng(20).standard_normal(N)
RECORDED = np.random.default_rng(21).standard_normal((STEPS, N)) * 10 ** (3 * np.sin(np.arange(STEPS) / 50))[:, None]

# ---------------------------------------------------------------- five lines of NumPy each


def alphagrad(eta: float, alpha: float, epsilon: float) -> Restatement:
    def run(x: np.ndarray, gradient: Gradient, steps: int) -> Iterator[np.ndarray]:
        for t in range(steps):
            g = gradient(t, x)
            x = x - eta * np.tanh(alpha * (g / (np.sqrt(np.sum(g**2)) + epsilon)))
            yield x

    return run


def sign_sgd(eta: float) -> Restatement:
    def run(x: np.ndarray, gradient: Gradient, steps: int) -> Iterator[np.ndarray]:
        for t in range(steps):
            x = x - eta * np.sign(gradient(t, x))
            yield x

    return run


def normalized_gd(eta: float, epsilon: float) -> Restatement:
    def run(x: np.ndarray, gradient: Gradient, steps: int) -> Iterator[np.ndarray]:
        for t in range(steps):
            g = gradient(t, x)
            x = x - eta * g / (math.sqrt(sum(component * component for component in g)) + epsilon)
            yield x

    return run


def adam(eta: float, b1: float, b2: float, epsilon: float) -> Restatement:
    def run(x: np.ndarray, gradient: Gradient, steps: int) -> Iterator[np.ndarray]:
        m = v = np.zeros_like(x)
        for t in range(steps):
            g = gradient(t, x)
            m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g**2
            m_hat, v_hat = m / (1 - b1 ** (t + 1)), v / (1 - b2 ** (t + 1))
            x = x - eta * m_hat / (np.sqrt(v_hat) + epsilon)
            yield x

    return run


def rmsprop(eta: float, decay: float, epsilon: float) -> Restatement:
    def run(x: np.ndarray, gradient: Gradient, steps: int) -> Iterator[np.ndarray]:
        v = np.zeros_like(x)
        for t in range(steps):
            g = gradient(t, x)
            v = decay * v + (1 - decay) * g**2
            x = x - eta * g / (np.sqrt(v) + epsilon)
            yield x

    return run


def lamb(eta: float, decay: float) -> Restatement:
    """arXiv 1904.00962, algorithm 2: x - eta (|x|/|r + decay x|) (r + decay x), r Adam's direction."""

    def run(x: np.ndarray, gradient: Gradient, steps: int) -> Iterator[np.ndarray]:
        m = v = np.zeros_like(x)
        for t in range(1, steps + 1):
            g = gradient(t - 1, x)
            m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
            r = m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + 1e-6) + decay * x
            x = x - eta * np.linalg.norm(x) / np.linalg.norm(r) * r
            yield x

    return run


def lars(eta: float, trust: float, decay: float) -> Restatement:
    """arXiv 1708.03888, eq. (6): x - eta trust |x|/(|g| + decay |x|) (g + decay x)."""

    def run(x: np.ndarray, gradient: Gradient, steps: int) -> Iterator[np.ndarray]:
        for t in range(steps):
            g, size = gradient(t, x), np.linalg.norm(x)
            x = x - eta * trust * size / (np.linalg.norm(g) + decay * size) * (g + decay * x)
            yield x

    return run


def heavy_ball(eta: float, gamma: float, direction: Callable[[np.ndarray], np.ndarray]) -> Restatement:
    """Equations (5, 6): v <- gamma v + eta d, theta <- theta - v, v_1 = 0."""

    def run(x: np.ndarray, gradient: Gradient, steps: int) -> Iterator[np.ndarray]:
        v = np.zeros_like(x)
        for t in range(steps):
            v = gamma * v + eta * direction(gradient(t, x))
            x = x - v
            yield x

    return run


def averaged(eta: float, decay: float, direction: Callable[[np.ndarray], np.ndarray]) -> Restatement:
    """Cutkosky and Mehta, algorithm 1: m <- b m + (1-b) g, theta <- theta - eta d(m), m_1 = g_1."""

    def run(x: np.ndarray, gradient: Gradient, steps: int) -> Iterator[np.ndarray]:
        m = gradient(0, x)
        for t in range(steps):
            m = decay * m + (1 - decay) * gradient(t, x)
            x = x - eta * direction(m)
            yield x

    return run


def squashed(alpha: float, epsilon: float) -> Callable[[np.ndarray], np.ndarray]:
    return lambda g: np.tanh(alpha * g / (np.linalg.norm(g) + epsilon))


# ---------------------------------------------------------------- the two regimes


def recorded(t: int, x: np.ndarray) -> np.ndarray:
    return RECORDED[t]


def positions(optimizer: Optimizer, gradients: np.ndarray = RECORDED) -> np.ndarray:
    """Return x_2, ..., x_{T+1} of the optimizer fed with recorded gradients, (T, n)."""
    x, state, met = START, optimizer.init(START), []
    for g in gradients:
        d, state = optimizer.direction(g, state, x)
        step, state = optimizer.step(d, state)
        x = x - step
        met.append(x)
    return np.stack(met)


def agree_along_gradients(found: np.ndarray, wanted: np.ndarray) -> None:
    """Assert |x_t - y_t| <= t^2 roundoff(n) max step + t roundoff(n) max|x|: t steps, each off by t roundings."""
    t = np.arange(1, len(wanted) + 1)[:, None]
    longest = np.abs(np.diff(wanted, axis=0, prepend=START[None])).max()
    allowed = roundoff(N, wanted.dtype) * (t**2 * longest + t * np.abs(wanted).max())
    assert np.all(np.abs(found - wanted) <= allowed), np.max(np.abs(found - wanted) / allowed)


def follows_along_gradients(optimizer: Optimizer, restatement: Restatement) -> None:
    agree_along_gradients(positions(optimizer), np.stack(list(restatement(START, recorded, STEPS))))


MATRIX = np.linalg.qr(np.random.default_rng(22).standard_normal((N, N)))[0]
MATRIX = (MATRIX * np.geomspace(0.2, 1.0, N)) @ MATRIX.T


class Bowl:
    """f = x A x/2, A rotated, eigenvalues from 0.2 to 1."""

    name, n, constants = "bowl", N, Constants()

    def gradient(self, x: Any) -> Any:
        return matvec(MATRIX, x)

    def value(self, x: Any) -> Any:
        return (x * self.gradient(x)).sum(-1) / 2

    def value_and_gradient(self, x: Any) -> tuple[Any, Any]:
        return self.value(x), self.gradient(x)

    def start(self, seed: int = 0) -> np.ndarray:
        return START


def coordinate(i: int) -> Callable[..., Any]:
    def read(x: Any, f: Any, g: Any, d: Any) -> Any:
        return x[..., i]

    read.__name__ = f"coordinate_{i}"
    return read


def follows_on_a_bowl(optimizer: Optimizer, restatement: Restatement, steps: int = STEPS) -> None:
    """Assert |x_t - y_t| <= t roundoff(n) max|x| on a whole run of the simulation."""
    run = simulate(optimizer, Bowl(), START, steps, observe=[coordinate(i) for i in range(N)])
    found = np.stack([run[f"coordinate_{i}"] for i in range(N)], axis=-1)
    found = np.concatenate([found, run.x_last[None]])[1:]
    wanted = np.stack(list(restatement(START, lambda t, x: MATRIX @ x, steps)))
    allowed = np.arange(1, steps + 1)[:, None] * roundoff(N, wanted.dtype) * np.abs(START).max()
    assert np.all(np.abs(found - wanted) <= allowed), np.max(np.abs(found - wanted) / allowed)


ALONG_GRADIENTS: dict[str, tuple[Optimizer, Restatement]] = {
    "alphagrad": (AlphaGrad(learning_rate=0.01, alpha=3.0, epsilon=1e-8), alphagrad(0.01, 3.0, 1e-8)),
    "alphagrad-large-epsilon": (AlphaGrad(learning_rate=0.01, alpha=50.0, epsilon=1.0), alphagrad(0.01, 50.0, 1.0)),
    "sign-sgd": (SignSGD(learning_rate=0.01), sign_sgd(0.01)),
    "normalized-gd": (NormalizedGD(learning_rate=0.01, epsilon=1e-8), normalized_gd(0.01, 1e-8)),
    "adam": (Adam(learning_rate=0.01), adam(0.01, 0.9, 0.999, 1e-8)),
    "adam-other-betas": (
        Adam(learning_rate=0.01, beta1=0.5, beta2=0.9, epsilon=1e-3),
        adam(0.01, 0.5, 0.9, 1e-3),
    ),
    "rmsprop": (RMSProp(learning_rate=0.01, decay=0.95), rmsprop(0.01, 0.95, 1e-8)),
    "lamb-with-decay": (LAMB(learning_rate=1e-4, weight_decay=0.5), lamb(1e-4, 0.5)),
    "lars-with-decay": (
        LARS(learning_rate=1e-3, trust_coefficient=0.1, weight_decay=3.0),
        lars(1e-3, 0.1, 3.0),
    ),
    "momentum": (
        HeavyBall(GradientDescent(learning_rate=1e-4), momentum=0.9),
        heavy_ball(1e-4, 0.9, lambda g: g),
    ),
    "momentum-of-alphagrad": (
        HeavyBall(AlphaGrad(learning_rate=0.01, alpha=3.0, epsilon=1e-8), momentum=0.95),
        heavy_ball(0.01, 0.95, squashed(3.0, 1e-8)),
    ),
    "averaged": (Averaged(GradientDescent(learning_rate=1e-4), decay=0.9), averaged(1e-4, 0.9, lambda g: g)),
    "averaged-alphagrad": (
        Averaged(AlphaGrad(learning_rate=0.01, alpha=3.0, epsilon=1e-8), decay=0.9),
        averaged(0.01, 0.9, squashed(3.0, 1e-8)),
    ),
}

CONTRACTING: dict[str, tuple[Optimizer, Restatement]] = {
    "alphagrad": (AlphaGrad(learning_rate=0.05, alpha=4.0, epsilon=0.2), alphagrad(0.05, 4.0, 0.2)),
    "normalized-gd": (NormalizedGD(learning_rate=0.1, epsilon=0.1), normalized_gd(0.1, 0.1)),
    "adam": (Adam(learning_rate=0.1, epsilon=1.0), adam(0.1, 0.9, 0.999, 1.0)),
    "rmsprop": (RMSProp(learning_rate=0.1, epsilon=1.0), rmsprop(0.1, 0.99, 1.0)),
    "momentum": (HeavyBall(GradientDescent(learning_rate=0.1), momentum=0.5), heavy_ball(0.1, 0.5, lambda g: g)),
    "momentum-of-alphagrad": (
        HeavyBall(AlphaGrad(learning_rate=0.02, alpha=4.0, epsilon=0.2), momentum=0.5),
        heavy_ball(0.02, 0.5, squashed(4.0, 0.2)),
    ),
    "averaged-alphagrad": (
        Averaged(AlphaGrad(learning_rate=0.02, alpha=4.0, epsilon=0.2), decay=0.5),
        averaged(0.02, 0.5, squashed(4.0, 0.2)),
    ),
}


@pytest.mark.parametrize("case", ALONG_GRADIENTS)
def test_numpy_restatement_along_gradients(case: str) -> None:
    follows_along_gradients(*ALONG_GRADIENTS[case])


@pytest.mark.parametrize("case", CONTRACTING)
def test_numpy_restatement_on_a_whole_run(case: str) -> None:
    follows_on_a_bowl(*CONTRACTING[case])


@pytest.mark.parametrize("case", ["sign-sgd", "alphagrad"])
def test_whole_runs_before_the_minimum_is_reached(case: str) -> None:
    """The usual eps: nothing contracts, so only the approach, in which no component has yet changed its sign."""
    follows_on_a_bowl(*ALONG_GRADIENTS[case], steps=20)


# ---------------------------------------------------------------- torch.optim


def torch_positions(make: Callable[[Any, Any], Any]) -> np.ndarray:
    torch = pytest.importorskip("torch")
    point = torch.tensor(START, dtype=torch.float64, requires_grad=True)
    method, met = make(torch.optim, [point]), []
    for g in RECORDED:
        point.grad = torch.tensor(g)
        method.step()
        met.append(point.detach().numpy().copy())
    return np.stack(met)


TORCH: dict[str, tuple[Optimizer, Callable[[Any, Any], Any]]] = {
    "adam": (Adam(learning_rate=0.01), lambda optim, points: optim.Adam(points, lr=0.01)),
    "adam-other-betas": (
        Adam(learning_rate=0.01, beta1=0.5, beta2=0.9, epsilon=1e-3),
        lambda optim, points: optim.Adam(points, lr=0.01, betas=(0.5, 0.9), eps=1e-3),
    ),
    "rmsprop": (
        RMSProp(learning_rate=0.01, decay=0.95),
        lambda optim, points: optim.RMSprop(points, lr=0.01, alpha=0.95),
    ),
    "gradient-descent": (
        GradientDescent(learning_rate=1e-4),
        lambda optim, points: optim.SGD(points, lr=1e-4),
    ),
    "momentum": (
        HeavyBall(GradientDescent(learning_rate=1e-4), momentum=0.9),
        lambda optim, points: optim.SGD(points, lr=1e-4, momentum=0.9),
    ),
    "decay": (
        WeightDecay(Adam(learning_rate=0.01), weight_decay=0.5),
        lambda optim, points: optim.AdamW(points, lr=0.01, weight_decay=0.5),
    ),
}


@pytest.mark.parametrize("case", TORCH)
def test_torch(case: str) -> None:
    optimizer, make = TORCH[case]
    agree_along_gradients(positions(optimizer), torch_positions(make))


# ---------------------------------------------------------------- optax


def optax_positions(make: Callable[[Any], Any]) -> np.ndarray:
    pytest.importorskip("jax")
    optax, jnp = pytest.importorskip("optax"), backend("jax")
    import jax

    method = make(optax)

    def step(carry: Any, g: Any) -> Any:
        x, state = carry
        updates, state = method.update(g, state, x)
        x = optax.apply_updates(x, updates)
        return (x, state), x

    x = jnp.asarray(START)
    return np.asarray(jax.lax.scan(step, (x, method.init(x)), jnp.asarray(RECORDED))[1])


OPTAX: dict[str, tuple[Optimizer, Callable[[Any], Any]]] = {
    "adam": (Adam(learning_rate=0.01), lambda optax: optax.adam(0.01)),
    "rmsprop": (
        RMSProp(learning_rate=0.01, decay=0.95),
        lambda optax: optax.rmsprop(0.01, decay=0.95, eps_in_sqrt=False),
    ),
    "sign-sgd": (SignSGD(learning_rate=0.01), lambda optax: optax.sign_sgd(0.01)),
    "signum": (Signum(learning_rate=0.01, momentum=0.8), lambda optax: optax.signum(0.01, beta=0.8)),
    "lion": (
        Lion(learning_rate=0.01, beta1=0.8, beta2=0.95),
        lambda optax: optax.lion(0.01, b1=0.8, b2=0.95, weight_decay=0.0),
    ),
    "momentum": (
        HeavyBall(GradientDescent(learning_rate=1e-4), momentum=0.9),
        lambda optax: optax.sgd(1e-4, momentum=0.9),
    ),
    "normalized-gd": (
        NormalizedGD(learning_rate=0.01, epsilon=1e-6),
        lambda optax: optax.chain(optax.normalize_by_update_norm(eps=1e-6), optax.sgd(0.01)),
    ),
    "clipped-gradient-descent": (
        ClippedGradientDescent(learning_rate=0.01, threshold=2.0),
        lambda optax: optax.chain(optax.clip_by_global_norm(2.0), optax.sgd(0.01)),
    ),
    "decay": (
        WeightDecay(Adam(learning_rate=0.01), weight_decay=0.5),
        lambda optax: optax.adamw(0.01, weight_decay=0.5),
    ),
    "decay-of-signs": (
        WeightDecay(SignSGD(learning_rate=0.01), weight_decay=0.5),
        lambda optax: optax.chain(optax.scale_by_sign(), optax.add_decayed_weights(0.5), optax.sgd(0.01)),
    ),
    "lamb": (LAMB(learning_rate=1e-4), lambda optax: optax.lamb(1e-4)),
    "lamb-with-decay": (
        LAMB(learning_rate=1e-4, weight_decay=0.5),
        lambda optax: optax.lamb(1e-4, weight_decay=0.5),
    ),
}


@pytest.mark.parametrize("case", OPTAX)
def test_optax(case: str) -> None:
    optimizer, make = OPTAX[case]
    agree_along_gradients(positions(optimizer), optax_positions(make))


# ---------------------------------------------------------------- matrices: scipy, optax, torch


@pytest.mark.parametrize("shape", [(4, 4), (3, 7), (7, 3), (1, 5)])
def test_spectral_sign_is_scipys_polar_factor(shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(5)
    for _ in range(20):
        matrix = rng.standard_normal(shape)
        wanted = polar(matrix, side="left" if shape[0] < shape[1] else "right")[0]
        for optimizer in (Spectral(SignSGD(), shape=shape), Muon(shape=shape, momentum=0.0, iterations=None)):
            found = optimizer.direction(matrix.ravel(), optimizer.init(matrix.ravel()), matrix.ravel())[0]
            np.testing.assert_allclose(found.reshape(shape), wanted, rtol=0, atol=1e-12)


@pytest.mark.parametrize("shape", [(4, 4), (3, 6), (6, 3)])
def test_quintic_is_that_of_the_singular_values(shape: tuple[int, int]) -> None:
    """The iteration on matrices is the polynomial on singular values, by another way."""

    def quintics(u: np.ndarray) -> np.ndarray:
        for _ in range(5):
            u = 3.4445 * u - 4.7750 * u**3 + 2.0315 * u**5
        return u

    gradient = np.random.default_rng(6).standard_normal((10, math.prod(shape)))
    iterated = Muon(shape=shape, momentum=0.0, epsilon=1e-8)
    squashed = Spectral(NormalizedNonlinear(quintics, epsilon=1e-8), shape=shape)
    found, wanted = (one.direction(gradient, one.init(gradient), gradient)[0] for one in (iterated, squashed))
    np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-11)


def test_quintic_is_optaxs_over_200_steps() -> None:
    """Its momentum starts otherwise (bias correction), so the momenta are made here and orthogonalised there."""
    pytest.importorskip("jax")
    contrib, jnp = pytest.importorskip("optax.contrib"), backend("jax")
    import jax

    orthogonal = contrib.scale_by_muon(beta=0.0, eps=1e-8)  # of what it is given
    update = jax.jit(orthogonal.update)
    optimizer = Muon(shape=(4, 6), momentum=0.9, epsilon=1e-8, learning_rate=0.1)
    momentum, state = np.zeros(24), optimizer.init(np.zeros(24))
    for gradient in np.random.default_rng(7).standard_normal((200, 24)):
        found, state = optimizer.direction(gradient, state, gradient)
        momentum = 0.9 * momentum + 0.1 * gradient
        ahead = jnp.asarray((0.9 * momentum + 0.1 * gradient).reshape(4, 6))
        wanted, _ = update(ahead, orthogonal.init(ahead))
        np.testing.assert_allclose(found.reshape(4, 6), np.asarray(wanted), rtol=0, atol=1e-10)


def test_muon_is_torchs_within_bfloat16() -> None:
    torch = pytest.importorskip("torch")
    matrix = np.random.default_rng(8).standard_normal((6, 6))
    point = torch.zeros((6, 6), dtype=torch.float32, requires_grad=True)
    point.grad = torch.tensor(matrix, dtype=torch.float32)
    torch.optim.Muon([point], lr=1.0, weight_decay=0.0, momentum=0.9).step()
    optimizer = Muon(shape=(6, 6), momentum=0.9, learning_rate=1.0)
    step, _ = optimizer.direction(matrix.ravel(), optimizer.init(matrix.ravel()), matrix.ravel())
    assert np.linalg.norm(-point.detach().numpy().ravel() - step) <= 2**-6 * np.linalg.norm(step)  # as matrices
