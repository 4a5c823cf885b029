r"""N4: noise in the gradient: steps see grad f(x_t) + xi_t.

    (1/T) sum N_t <= eps + b + (1 + sqrt rho) (1/T) sum ||xi_t||,        b = B/tanh(alpha),   for every noise
    so with E||xi_t|| <= s:   E (1/T) sum N_t <= eps + b + (1 + sqrt rho) s,   mean 0 or not

Sharp for n = 1 as T -> inf. The floor is real: for f = x^2/2 with noise 3 (probability 1/4) or -1 (3/4), which has
mean 0, the minimiser is not stationary for any alpha, eps > 0: with tau = tanh(alpha/(1+eps)) the mean of g' there is
tanh(3 alpha/(3+eps))/4 - 3 tau/4 <= -2 tau^3/(1+3 tau^2) < 0. Source: theory, N4.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import sympy as sp

from alphalab.claims.case import Case
from alphalab.claims.claim import Bound
from alphalab.claims.conclusion import Conclusion, cite, given, plain, rising, term
from alphalab.claims.facts.assumptions import NOISY, known
from alphalab.claims.facts.instances import noisy, noisy_case, noisy_runs
from alphalab.claims.facts.lemmas import summed, x
from alphalab.claims.facts.letters import length, noise
from alphalab.claims.notation import B, L, M, Quantity, alpha, eps, eta, mean_norm, mean_over, root_rho, size
from alphalab.claims.proof import Proof
from alphalab.optimizers import AlphaGrad
from alphalab.problems import half_square

MEAN_NOISE = size(r"{\frac{1}{T}\sum_{t=1}^T \|\xi_t\|}")
LETTERS = (
    Quantity(
        MEAN_NOISE, "mean size of the noise", lambda case: mean_over(np.asarray(case.constant("noise"))), mean_of=noise
    ),
)
BOUND = eps + B / sp.tanh(alpha) + (1 + root_rho) * MEAN_NOISE
STEPS = 400
TAU = sp.tanh(alpha / (1 + eps))
PUSH, PULL = sp.tanh(3 * alpha / (3 + eps)) / 4, 3 * TAU / 4
DRIFT = 2 * TAU**3 / (1 + 3 * TAU**2)


def proof() -> Proof:
    """<grad f, g'> >= <hat g, g'> - ||xi|| ||g'||, ||g'|| <= sqrt M, L4* for hat g, N <= ||hat g|| + ||xi||."""
    scale = 1 / sp.tanh(alpha)
    return Proof(
        concludes=Conclusion(
            (
                *summed(scale, step="descent, noise"),
                term(scale * L * eta / 2, cite("lemma-1-dimension", "noise"), over="steps"),
                term(scale, given("noise"), over="steps"),
                term(scale * noise / (sp.sqrt(M) + length), cite("lemma-1-dimension", "noise"), over="steps"),
                term(1, cite("lemma-4-sharp", "noise"), over="steps"),
                term(1, given("triangle"), over="steps"),
            ),
            telescopes="x",
        ),
        follows="For noise that is drawn take expectations. Sharp: noise 0 at x = 1, barely reversing at x = 1 - h.",
    )


def reversing() -> Iterator[Case]:
    """Yield ||x||^2/2 from N = 1 with every second gradient turned into -s times itself, and drawn noise."""
    yield from noisy_runs()
    subject = half_square(1)
    for step in (1e-3, 1e-2, 0.1, 1.0):
        method = AlphaGrad(learning_rate=step / np.tanh(2.0), alpha=2.0, epsilon=1e-12)

        def reverse(t: int, g: np.ndarray) -> np.ndarray:
            return -(t % 2) * (1 + 1e-9) * g

        seen = noisy(method, subject.gradient, subject.value, np.ones((1, 1)), reverse, STEPS)
        yield noisy_case(method, subject, seen, f"every second gradient reversed, step {step}")


def floor_proof() -> Proof:
    """3 tanh z - tanh 3z = 8 tanh^3 z/(1 + 3 tanh^2 z), z = alpha/(1+eps), and 3 alpha/(3+eps) <= 3z."""
    high, low = 3 * alpha / (1 + eps), 3 * alpha / (3 + eps)
    room = plain(6 * alpha / ((1 + eps) * (3 + eps)))
    rises = rising(sp.tanh(x), x, sp.sech(x) ** 2, high, low, (sp.Integer(1), room))
    return Proof(
        concludes=Conclusion((term(sp.Rational(1, 4), rises),)),
        follows="The mean of g' at the minimiser is at most -2 tau^3/(1+3 tau^2) < 0: E x_2 > 0 = x_1.",
    )


N4 = Bound(
    key="noise",
    title="N4: noise of mean size s costs (1 + sqrt rho) s",
    source="the lab's theory, N4",
    left=mean_norm,
    right=BOUND,
    hence=(
        r"\mathbb{E}\|\xi_t\| \le s \Rightarrow "
        r"\mathbb{E}\,\tfrac1T\textstyle\sum N_t \le \varepsilon + b + (1 + \sqrt\rho)\,s"
    ),
    assumes=(known("L", "f_inf"), NOISY),
    quantities=LETTERS,
    proof=proof,
    cases=reversing,
    remark="the noise need not have mean 0; sharp for n = 1 as T -> inf, the noise reversing every second gradient",
)
N4_FLOOR = Bound(
    key="noise-floor",
    title="N4: with skewed noise the minimiser is not stationary",
    source="the lab's theory, N4",
    left=PUSH + DRIFT,
    right=PULL,
    proof=floor_proof,
    hence=(
        r"f = x^2/2, \xi \in \{3, -1\}, \mathbb{P}(\xi = 3) = \tfrac14: "
        r"\mathbb{E}\,\xi = 0, x_1 = 0 \Rightarrow \mathbb{E}\,x_2 > 0"
    ),
    remark="f = x^2/2, noise 3 (1/4) or -1 (3/4): the mean of g' at 0 is the first term minus the right side, below 0",
)
