r"""N4: noise in the gradient, E||noise|| <= s.

    E (1/T) sum N_t <= eps + b + (1 + sqrt rho) s,        b = B/tanh(alpha)

Sharp for n = 1 as T -> inf. The floor is real: for f = x^2/2 with noise 3 (probability 1/4) or -1 (3/4), which has
mean 0, the minimiser is not stationary for any alpha, eps > 0. Source: theory, N4.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import sympy as sp

from alphalab.arrays import norm, roundoff
from alphalab.claims.claim import Claim, Finding
from alphalab.claims.notation import B, Delta, L, M, T, alpha, compiled, eps, eta, expand, letter, n, rho
from alphalab.claims.proof import Identity, Proof, Sign, slack
from alphalab.claims.space import Space, Values
from alphalab.claims.theory.descent import mean_alignment, summed
from alphalab.optimizers import AlphaGrad, Optimizer
from alphalab.problems import problem
from alphalab.simulation import take_step

s = sp.Symbol("s", nonnegative=True)
BOUND = eps + B / sp.tanh(alpha) + (1 + sp.sqrt(rho)) * s
RIGHT = compiled(expand(BOUND), (n, Delta, eta, T, L, alpha, eps, s))
STEPS = 400
PUSH, PULL = sp.tanh(3 * alpha / (3 + eps)) / 4, 3 * sp.tanh(alpha / (1 + eps)) / 4


def proof() -> Proof:
    """g = grad f + noise: <grad f, g'> = <g,g'> - <noise,g'>, ||g'|| <= sqrt M, N <= ||g|| + ||noise||."""
    lemma_4, cauchy, triangle = map(slack, ("L4*", "Cauchy", "triangle"))
    true_inner, left_over = mean_alignment()  # E mean <grad f, g'>
    noisy_inner = true_inner + sp.sqrt(M) * s - cauchy  # E mean <g, g'>
    noisy_norm = (noisy_inner - lemma_4) / sp.tanh(alpha) + eps
    h = letter("h")  # the step, as a share of the start
    reversed_ = {n: 1, Delta: sp.Rational(1, 2), L: 1, eps: 0, eta: h / sp.tanh(alpha), s: (1 - h) / 2}
    return Proof(
        steps=(
            *summed(BOUND, noisy_norm + s - triangle, (left_over + cauchy + lemma_4) / sp.tanh(alpha) + triangle),
            Identity(
                "f = x^2/2 between x = 1 and 1 - h, every second gradient reversed: right minus left",
                expand(BOUND).subs(reversed_) - (1 - h / 2),
                1 / (2 * h * T),
            ),
        ),
        follows=(
            "The descent lemma, L1* and L4* for the noisy gradient, Cauchy-Schwarz, triangle inequality; means. Sharp "
            "as T -> inf for n = 1: noise 0 at x = 1 and barely more than the gradient, against it, at x = 1 - h."
        ),
    )


def trial() -> Iterable[Finding]:
    """Yield a Monte Carlo check of the bound on quadratics, 400 runs a setting, the mean within five deviations."""
    random = np.random.default_rng(0)
    subject = problem("quadratic-diagonal", 3)
    start = np.tile(subject.start(0), (400, 1))
    gap = float(subject.value(start)[0])
    for steepness in (0.1, 1.0, 10.0):
        optimizer = AlphaGrad(learning_rate=0.05, alpha=steepness, epsilon=1e-3)
        noises = 0.3 * random.standard_normal((60, *start.shape))

        def gaussian(t: int, g: np.ndarray, noises: np.ndarray = noises) -> np.ndarray:
            return noises[t]

        norms = noisy(optimizer, subject.gradient, start, gaussian, 60)[0]
        means = norms.mean(axis=0)
        allowed = float(RIGHT(3, gap, 0.05, 60, 1, steepness, 1e-3, 0.3 * np.sqrt(3)))
        worst = means.mean() + 5 * means.std() / np.sqrt(len(means))
        yield Finding(
            case=f"noisy quadratic, alpha = {steepness}",
            instances=1,
            violations=int(worst > allowed),
            worst_margin=1 - worst / allowed,
            best_tightness=worst / allowed,
        )


def noisy(
    optimizer: Optimizer,
    gradient: Callable[[np.ndarray], np.ndarray],
    x: np.ndarray,
    noise: Callable[[int, np.ndarray], np.ndarray],
    steps: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Return ||grad f(x_t)|| and ||noise_t||, (steps, *batch), of a run that sees the gradient g plus noise(t, g)."""
    state, sizes = optimizer.init(x), []
    for t in range(steps):
        g = gradient(x)
        added = noise(t, g)
        sizes.append((norm(g), norm(added)))
        x, state = take_step(optimizer, x, g + added, state, batch_axes=x.ndim - 1)
    N, s = np.swapaxes(np.asarray(sizes), 0, 1)
    return N, s


def sides(values: Values) -> tuple[np.ndarray, np.ndarray]:
    """The mean of N and what is allowed, for each n of a population."""
    both = np.empty((2, len(values["n"])))
    for word in set(values["n"]):
        here = values["n"] == word
        both[:, here] = reversing(int(word), {name: value[here] for name, value in values.items()})
    return both[0], both[1] * (1 + STEPS * roundoff(4, "float64"))


def reversing(size: int, values: Values) -> tuple[np.ndarray, np.ndarray]:
    """||x||^2/2 from N = 1 with every second gradient turned into -d times itself."""
    alpha, d, floor, step = (10.0 ** values[f"log {name}"] for name in ("alpha", "d", "eps", "h"))
    method = AlphaGrad(learning_rate=step / np.tanh(alpha), alpha=alpha, epsilon=floor)
    start = np.stack([np.ones_like(alpha), *(values[f"u{i}"] for i in range(2, size + 1))], axis=-1)

    def reverse(t: int, g: np.ndarray) -> np.ndarray:
        return -(t % 2) * (1 + d)[:, None] * g

    N, noise = noisy(method, lambda x: x, start / norm(start)[:, None], reverse, STEPS)
    return N.mean(axis=0), RIGHT(size, 0.5, method.learning_rate, STEPS, 1, alpha, floor, noise.mean(axis=0))


def floor_sides(values: Values) -> tuple[np.ndarray, np.ndarray]:
    """The mean step at the minimiser up and down."""
    at = 10.0 ** values["log alpha"], 10.0 ** values["log eps"]
    push, pull = (compiled(side, (alpha, eps))(*at) for side in (PUSH, PULL))
    return push, pull


def floor_proof() -> Proof:
    """At x = 0 the mean step is not 0: tanh(3 alpha/(3+eps))/4 < 3 tanh(alpha/(1+eps))/4."""
    z, k = sp.symbols("z", nonnegative=True), sp.Symbol("k", positive=True)
    return Proof(
        steps=(
            Identity(
                "3/(3+eps) against 3 times 1/(1+eps): the gap",
                3 / (1 + eps) - 3 / (3 + eps),
                6 / ((1 + eps) * (3 + eps)),
            ),
            Sign("is positive", 6 / ((1 + eps) * (3 + eps)), ">"),
            Identity(
                "3 tanh z - tanh 3z, by the triple-angle formula",
                (3 * sp.tanh(z) - (3 * sp.tanh(z) + sp.tanh(z) ** 3) / (1 + 3 * sp.tanh(z) ** 2)),
                8 * sp.tanh(z) ** 3 / (1 + 3 * sp.tanh(z) ** 2),
            ),
            Identity(
                "which is tanh 3z",
                ((3 * sp.tanh(k) + sp.tanh(k) ** 3) / (1 + 3 * sp.tanh(k) ** 2) - sp.tanh(3 * k)).rewrite(sp.exp),
                sp.Integer(0),
            ),
            Sign("is positive for z > 0", 8 * sp.tanh(k) ** 3 / (1 + 3 * sp.tanh(k) ** 2), ">"),
        ),
        follows=(
            "With z = alpha/(1+eps): tanh(3 alpha/(3+eps)) < tanh(3z) < 3 tanh z, so the mean of g' at the minimiser, "
            "tanh(3 alpha/(3+eps))/4 - 3 tanh(alpha/(1+eps))/4, is negative for every alpha, eps > 0."
        ),
    )


N4 = Claim(
    key="noise",
    title="N4: noise of mean size s costs (1 + sqrt rho) s",
    source="the lab's theory, N4",
    statement=rf"\mathbb{{E}}\,\tfrac1T\textstyle\sum N_t \le {sp.latex(BOUND)}",
    proof=proof,
    trial=trial,
    space=Space(
        f"every second gradient reversed, T = {STEPS}",
        {
            "n": ("1", "4"),
            "log h": (-3.0, 1.0),
            "log alpha": (-2.0, 2.0),
            "log d": (-8.0, 1.0),
            "log eps": (-12.0, 0.0),
            **dict.fromkeys(("u2", "u3", "u4"), (-1.0, 1.0)),
        },
        sides,
    ),
    remark="the noise need not have mean 0; sharp for n = 1 as T -> inf, the noise reversing every second gradient",
)
N4_FLOOR = Claim(
    key="noise-floor",
    title="N4: with skewed noise the minimiser is not stationary",
    source="the lab's theory, N4",
    statement=rf"{sp.latex(PUSH)} < {sp.latex(PULL)}",
    proof=floor_proof,
    space=Space("alpha and eps", {"log alpha": (-3.0, 3.0), "log eps": (-3.0, 4.0)}, floor_sides),
)
