r"""N4: noise in the gradient, E||noise|| <= s.

    E (1/T) sum N_t <= eps + b + (1 + sqrt rho) s,        b = B/tanh(alpha)

The floor is real: for f = x^2/2 with noise 3 (probability 1/4) or -1 (3/4), which has mean 0, the minimiser is not
stationary for any alpha, eps > 0. Source: theory, N4.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import sympy as sp

from alphalab.claims.claim import Claim, Finding
from alphalab.claims.notation import B, Delta, L, M, T, alpha, eps, eta, expand, n, rho
from alphalab.claims.proof import Identity, Proof, Sign, slack
from alphalab.claims.theory.descent import mean_alignment, summed
from alphalab.optimizers import AlphaGrad
from alphalab.problems import problem

s = sp.Symbol("s", nonnegative=True)
BOUND = eps + B / sp.tanh(alpha) + (1 + sp.sqrt(rho)) * s


def proof() -> Proof:
    """g = grad f + noise: <grad f, g'> = <g,g'> - <noise, g'>, ||g'|| <= sqrt M, N <= ||g|| + ||noise||."""
    lemma_4, cauchy, triangle = map(slack, ("L4*", "Cauchy", "triangle"))
    true_inner, left_over = mean_alignment()  # E mean <grad f, g'>
    noisy_inner = true_inner + sp.sqrt(M) * s - cauchy  # E mean <g, g'>
    noisy_norm = (noisy_inner - lemma_4) / sp.tanh(alpha) + eps
    return Proof(
        steps=summed(BOUND, noisy_norm + s - triangle, (left_over + cauchy + lemma_4) / sp.tanh(alpha) + triangle),
        follows="The descent lemma, L1* and L4* for the noisy gradient, Cauchy-Schwarz, triangle inequality; means.",
    )


def trial() -> Iterable[Finding]:
    """Yield a Monte Carlo check of the bound on quadratics, 400 runs a setting, the mean within five deviations."""
    random = np.random.default_rng(0)
    subject = problem("quadratic-diagonal", 3)
    steps, runs, deviation = 60, 400, 0.3
    for steepness in (0.1, 1.0, 10.0):
        optimizer = AlphaGrad(learning_rate=0.05, alpha=steepness, epsilon=1e-3)
        x = np.tile(subject.start(0), (runs, 1))
        gap, norms = float(subject.value(x)[0]), []
        for _ in range(steps):
            g = subject.gradient(x)
            norms.append(np.linalg.norm(g, axis=1))
            noise = deviation * random.standard_normal(g.shape)
            d, _ = optimizer.direction(g + noise, (), x)
            x = x - 0.05 * d
        means = np.mean(norms, axis=0)
        values = {n: 3, Delta: gap, eta: 0.05, T: steps, L: 1, alpha: steepness, eps: 1e-3, s: deviation * np.sqrt(3)}
        allowed = float(expand(BOUND).subs(values))
        worst = means.mean() + 5 * means.std() / np.sqrt(runs)
        yield Finding(
            case=f"noisy quadratic, alpha = {steepness}",
            instances=1,
            violations=int(worst > allowed),
            worst_margin=1 - worst / allowed,
            best_tightness=worst / allowed,
        )


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
)
N4_FLOOR = Claim(
    key="noise-floor",
    title="N4: with skewed noise the minimiser is not stationary",
    source="the lab's theory, N4",
    statement=r"\tfrac14\tanh\tfrac{3\alpha}{3+\varepsilon} - \tfrac34\tanh\tfrac{\alpha}{1+\varepsilon} < 0",
    proof=floor_proof,
)
