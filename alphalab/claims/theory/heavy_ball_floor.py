r"""Momentum after the tanh cannot average the noise away: the floor of N4 stays for every gamma.

    f = x^2/2,  noise 3 (1/4) or -1 (3/4),  eps = 0,  v+ = gamma v + eta d,  x+ = x - v+,  v_1 = 0,  t = tanh(alpha):

    E (1/T) sum N_t >= 1 - eta t (1+gamma)/(1-gamma)^2 - (1-gamma)(x_1-1)^2/(eta T t)

With T -> inf and then eta -> 0 the floor is at least 1. Through z = x - gamma v/(1-gamma), which moves by
-eta d/(1-gamma). Source: theory2, section 3.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import sympy as sp

from alphalab.claims.claim import Claim, Finding
from alphalab.claims.expectation import Z
from alphalab.claims.proof import Identity, Proof, Sign
from alphalab.claims.space import Space, Values
from alphalab.problems.laws import Skewed, threefry, uniform

STEPS, RUNS = 2048, 256


def proof() -> Proof:
    """E d pulls towards 1, (x-1) E d >= (t/2)|x-1|; what (z-1)^2 gains of that is summed."""
    t, eta, T = (sp.Symbol(name, positive=True) for name in ("t", "eta", "T"))
    x, v, z, d = (sp.Symbol(name, real=True) for name in ("x", "v", "z", "d"))
    gamma, y, apart = (
        sp.Symbol("gamma", nonnegative=True),
        sp.Symbol("(x-1)", positive=True),
        sp.Symbol("(1-x)", positive=True),
    )
    quarter, rest = sp.Rational(1, 4), sp.Rational(3, 4)
    pull = sp.Add(quarter * t, -rest * t, evaluate=False)
    near, first = sp.Symbol("m", nonnegative=True), sp.Symbol("f", nonnegative=True)
    lag = gamma * eta * t / (1 - gamma) ** 2
    after = x - (gamma * v + eta * d)
    shown = sp.UnevaluatedExpr
    floor = eta * t * (1 + gamma) / (1 - gamma) ** 2 + (1 - gamma) * first / (eta * T * t)
    gained = first / T - 2 * eta / (1 - gamma) * (t / 2 * near - lag * t) + eta**2 * t**2 / (1 - gamma) ** 2
    return Proof(
        steps=(
            Identity("E xi", quarter * shown(sp.Integer(3)) + rest * shown(sp.Integer(-1)), sp.Integer(0)),
            Identity("E d where -3 < x < 1: 3 turns the sign, -1 does not", pull, -t / 2),
            Identity("there (x-1) E d", -apart * shown(pull), t / 2 * apart),
            Sign("beyond 1, where d = t, (x-1) t exceeds (t/2)(x-1)", y * t / 2),
            Sign("below -3, where d = -t, (x-1)(-t) exceeds (t/2)(1-x)", apart * t / 2),
            Identity(
                "z = x - gamma v/(1-gamma) moves by",
                after - gamma * (gamma * v + eta * d) / (1 - gamma) - (x - gamma * v / (1 - gamma)),
                -eta * d / (1 - gamma),
            ),
            Identity(
                "|v| <= eta t/(1-gamma) is kept: gamma of it and eta t",
                gamma * shown(eta * t / (1 - gamma)) + eta * t,
                eta * t / (1 - gamma),
            ),
            Identity("so |z-x| is at most", gamma / (1 - gamma) * shown(eta * t / (1 - gamma)), lag),
            Identity(
                "(z-1)^2 gains in a step",
                (z - 1 - eta * d / (1 - gamma)) ** 2 - (z - 1) ** 2,
                -2 * eta / (1 - gamma) * (z - 1) * d + eta**2 * d**2 / (1 - gamma) ** 2,
            ),
            Identity(
                "with f = (x_1-1)^2 and m the mean of E|x_t-1|: what is gained in the mean, over eta t/(1-gamma)",
                gained * (1 - gamma) / (eta * t),
                floor - near,
            ),
        ),
        follows=(
            "At x = 1 both sides of (x-1) E d >= (t/2)|x-1| are 0, at x = -3 the left one is 3t. (z-1) d >= (x-1) d - "
            "|z-x| t, d^2 <= t^2; (z-1)^2 stays >= 0, so f and what it gains are at least 0: the mean of E|x_t-1| is "
            "at most the floor's two terms, and N >= 1 - |x-1|."
        ),
    )


def floor(eta: np.ndarray, t: np.ndarray, gamma: np.ndarray, x: np.ndarray, T: np.ndarray) -> np.ndarray:
    """1 - eta t (1+gamma)/(1-gamma)^2 - (1-gamma)(x_1-1)^2/(eta T t)."""
    return 1 - eta * t * (1 + gamma) / (1 - gamma) ** 2 - (1 - gamma) * (x - 1) ** 2 / (eta * T * t)


def sides(values: Values) -> tuple[np.ndarray, np.ndarray]:
    """The floor and the expectation itself, over all 2^(T-1) ways the noise can fall."""
    eta, gamma, t = 10.0 ** values["log eta"], values["gamma"], np.tanh(10.0 ** values["log alpha"])
    start, T = 1 + np.sqrt(eta) * values["(x-1)/sqrt eta"], np.floor(values["T"])
    x, v, weight = start[:, None], np.zeros((len(eta), 1)), np.ones(1)
    total = np.zeros(len(eta))
    for k in range(int(T.max())):
        total += np.where(k < T, np.sum(weight * np.abs(x), axis=1), 0.0)
        d = t[:, None] * np.sign(np.concatenate([x + 3, x - 1], axis=1))
        x, v = np.tile(x, 2), gamma[:, None] * np.tile(v, 2) + eta[:, None] * d
        x, weight = x - v, np.concatenate([weight / 4, 3 * weight / 4])
    return floor(eta, t, gamma, start, T), total / T * (1 + 1e-13)


def trial() -> Iterator[Finding]:
    """Long runs from x_1 = 1: the mean over runs, less z standard errors, is not below the floor."""
    gamma, eta = np.asarray([[0.0], [0.5], [0.9]]), np.asarray([[1e-2], [2e-3], [1e-4]])
    x, v, total = np.ones((3, RUNS)), np.zeros((3, RUNS)), np.zeros((3, RUNS))
    t = np.tanh(2.0)
    for k in range(STEPS):
        total += np.abs(x)
        xi = Skewed().shape(*map(uniform, threefry(1, k, np.arange(RUNS))))
        v = gamma * v + eta * t * np.sign(x + xi)
        x = x - v
    mean = total / STEPS
    error = Z * np.std(mean, axis=1, ddof=1) / np.sqrt(RUNS)
    least = floor(eta, t, gamma, np.ones(1), np.asarray(float(STEPS)))[:, 0]
    below = np.mean(mean, axis=1) + error < least
    label = f"{RUNS} runs of {STEPS} steps, gamma 0, 0.5, 0.9"
    yield Finding(case=label, instances=below.size, violations=int(below.sum()))


HEAVY_BALL_FLOOR = Claim(
    key="heavy-ball-floor",
    title="heavy-ball momentum keeps the floor of the noise",
    source="the lab's theory, noise",
    statement=(
        r"f = x^2/2, \mathbb{P}(\xi = 3) = \tfrac14, \mathbb{P}(\xi = -1) = \tfrac34, \varepsilon = 0, v_1 = 0, "
        r"\xi_t \text{ independent}, 0 \le \gamma < 1, x_{t+1} = x_t - v_{t+1}, "
        r"v_{t+1} = \gamma v_t + \eta\tanh(\alpha\,\mathrm{sign}(x_t + \xi_t)): \quad "
        r"\mathbb{E}\,\tfrac1T\textstyle\sum N_t \ge 1 - \eta t \frac{1+\gamma}{(1-\gamma)^2} "
        r"- \frac{(1-\gamma)(x_1-1)^2}{\eta T t}, \quad t = \tanh\alpha"
    ),
    proof=proof,
    trial=trial,
    space=Space(
        "noise 3 or -1 on x^2/2, every way it can fall",
        {
            "log eta": (-6.0, 0.0),
            "gamma": (0.0, 0.95),
            "log alpha": (-1.0, 1.5),
            "(x-1)/sqrt eta": (-1.0, 1.0),
            "T": (1.0, 7.999),
        },
        sides,
    ),
    remark="attained at x_1 = 1 as eta -> 0; momentum inside the squash goes below every floor: momentum-inside",
)
