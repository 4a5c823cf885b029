r"""Figure: the mean gradient norm under noise over T, with momentum before the tanh and after it.

    before   m <- b m + (1-b) ghat,  x <- x - eta d(m)          averages the noise: T^((1-p)/(3p-2))
    after    v <- b v + eta (1-b) d(ghat),  x <- x - v          averages directions: a floor

b and eta are momentum-inside-rate's for each T, f = x^2/2, E|xi|^p <= s^p. Source: theory2, section 3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from alphalab import style
from alphalab.arrays import norm
from alphalab.claims.sharp import M
from alphalab.claims.theory.momentum_inside_rate import order, share
from alphalab.experiments.columns import Data, spread, stacked, where
from alphalab.experiments.experiment import Experiment
from alphalab.experiments.rows import Rows
from alphalab.optimizers import AlphaGrad, Averaged, HeavyBall, Optimizer
from alphalab.problems import Pareto, Skewed, half_square
from alphalab.problems.laws import Law, threefry, uniform

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COLUMNS = {
    "p": "order of the moment that the noise has, dimensionless",
    "noise": "its law",
    "s": "(E|xi|^p)^(1/p), in the unit of the gradient",
    "momentum": "before or after the tanh",
    "T": "number of steps",
    "decay": "b",
    "eta": "learning rate",
    "runs": "independent runs",
    "mean": "(1/T) sum N_t, mean over the runs, in the unit of the gradient",
    "error": "its standard error over the runs",
}
LAWS: dict[float, Law] = {
    2.0: Skewed(),
    1.5: Pareto(index=1.6).with_moment(1.5),
    1.2: Pareto(index=1.3).with_moment(1.2),
}
START, ALPHA, EPSILON, RUNS, BLOCK = 3.0, 2.0, 1e-8, 48, 256


def compute(quick: bool) -> Data:
    """Return the means of all runs; its columns are COLUMNS."""
    T = 2 ** np.arange(4, 9 if quick else 17)
    p = np.repeat(list(LAWS), len(T))
    steps, s = np.tile(T, len(LAWS)), np.asarray([LAWS[one].moment(one) ** (1 / one) for one in p])
    delta = half_square().value(np.full(1, START))
    left = share(delta / (s**2 * steps), p)  # 1 - b
    eta = np.sqrt(delta * left / (M(ALPHA, 1) * steps))
    rule, later = (_rule(one) for one in (eta, eta * left))
    decay = (1 - left)[:, None]
    methods: dict[str, Optimizer] = {
        "before": Averaged(rule, decay=decay),
        "after": HeavyBall(later, momentum=decay),
    }
    parts = []
    for momentum, method in methods.items():
        means = _means(method, steps)
        about = {"p": p, "noise": [LAWS[one].name for one in p], "s": s, "momentum": momentum, "T": steps}
        about |= {"decay": 1 - left, "eta": eta, "runs": RUNS, "mean": means.mean(axis=1)}
        parts.append(spread(COLUMNS, **about, error=means.std(axis=1, ddof=1) / np.sqrt(RUNS)))
    return stacked(parts)


def _rule(eta: np.ndarray) -> AlphaGrad:
    return AlphaGrad(learning_rate=eta[:, None], alpha=ALPHA, epsilon=EPSILON)


def _means(method: Optimizer, steps: np.ndarray) -> np.ndarray:
    """Return (1/T) sum N_t of every setting and run, (settings, runs); all see the same noise, each by its law."""
    subject = half_square()
    x = np.full((len(steps), RUNS, 1), START)
    state, total, each = method.init(x), np.zeros(x.shape[:2]), len(steps) // len(LAWS)
    for t in range(int(steps.max())):
        if t % BLOCK == 0:
            words = [uniform(word).reshape(BLOCK, RUNS) for word in threefry(0, t, np.arange(BLOCK * RUNS))]
            noise = np.stack([law.scale * law.shape(*words) for law in LAWS.values()], axis=1)
        g = subject.gradient(x)
        total += np.where((t < steps)[:, None], norm(g), 0.0)
        d, state = method.direction(g + np.repeat(noise[t % BLOCK], each, axis=0)[..., None], state, x)
        step, state = method.step(d, state)
        x = x - step
    return total / steps[:, None]


def slope(one: Data) -> float:
    """Return the slope of a curve over its last two doublings of T, in powers of T."""
    return float(np.log2(one["mean"][-1] / one["mean"][-3]) / 2)


def curve(data: Data, p: float, momentum: str) -> Data:
    """Return the rows of a curve."""
    return where(data, (data["p"] == p) & (data["momentum"] == momentum))


def draw(data: Data) -> Figure:
    """Return the figure: a panel for each p."""
    figure, grid = style.grid(len(LAWS), height=3.0)
    for axes, p in zip(grid, LAWS, strict=True):
        style.decades(axes)
        for momentum, colour, marker in (("before", style.BLUE, "o"), ("after", style.VERMILION, "s")):
            one = curve(data, p, momentum)
            axes.plot(one["T"], one["mean"], color=colour, marker=marker, label=f"momentum {momentum} the tanh")
            ends = (one["mean"] - 4 * one["error"], one["mean"] + 4 * one["error"])
            axes.fill_between(one["T"], *ends, color=colour, alpha=0.2, linewidth=0)
        shown = curve(data, p, "before")
        T = shown["T"]
        axes.plot(T, shown["mean"][-1] * (T / T[-1]) ** order(p), label="slope of the bound", **style.REFERENCE)
        axes.set(xlabel="number of steps $T$", ylabel=r"mean of $N_t$", ylim=(0.08, 4))
        axes.set_title(f"$p = {p:g}$: slope {order(p):.3g}, measured {slope(shown):.3f}")
    style.legend(figure, grid, loc="outside lower center")
    return figure


def summary(data: Data) -> Rows:
    """Return the measured slopes, and what is proved."""
    return [
        {
            "p": p,
            "noise": law.name,
            "bound's slope": order(p),
            "before the tanh": slope(curve(data, p, "before")),
            "after the tanh": slope(curve(data, p, "after")),
            "last mean before": float(curve(data, p, "before")["mean"][-1]),
            "last mean after": float(curve(data, p, "after")["mean"][-1]),
        }
        for p, law in LAWS.items()
    ]


NOISE_AND_MOMENTUM = Experiment(
    key="noise-and-momentum",
    title="Momentum before the tanh averages the noise, after it never",
    caption=(
        f"f = x^2/2 from x = {START:g}, alpha = {ALPHA:g}: the mean of N_t over T steps, with b and eta of "
        f"momentum-inside-rate for each T, mean of {RUNS} runs, four standard errors shaded. The noise is skewed (3 or "
        "-1) at p = 2, Pareto's beyond, where it has no variance. An average of gradients before the tanh falls with "
        "the power of T that the bound promises (dotted). Heavy ball with the same b and eta falls to a floor, where "
        "half of the noisy gradients are positive: 1 at p = 2 (heavy-ball-floor), reached at 2^16 steps; Pareto's are "
        "lower and not reached there. Measured slopes are of the last two doublings."
    ),
    columns=COLUMNS,
    compute=compute,
    draw=draw,
    summary=summary,
    terms=2**16,  # steps of the longest runs
)
