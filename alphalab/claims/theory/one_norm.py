r"""N3's lemma: the step sees the 1-norm of the gradient, up to W(1/e) n (N+eps)/alpha.

    ||g||_1 - W(1/e) n (N+eps)/alpha <= <g, g'>         W Lambert's function, W(1/e) e^{1 + W(1/e)} = 1, 0.2785

With u_i = alpha |g_i|/(N+eps) one component gives |g_i| tanh u_i = |g_i| - ((N+eps)/alpha) u_i (1 - tanh u_i), and
u (1 - tanh u) = 2u/(e^{2u}+1) is largest where (2u-1) e^{2u} = 1, that is at 2u = 1 + W(1/e), where it is W(1/e).
Attained where every component lies there: all |g_i| equal, alpha r = sqrt n (1 + W(1/e))/2. Source: theory, N3.
"""

from __future__ import annotations

import numpy as np
import sympy as sp

from alphalab.claims.case import Case, gradient_case
from alphalab.claims.claim import Bound
from alphalab.claims.notation import N, Quantity, alpha, eps, inner, letter, n
from alphalab.claims.paper.lemma_1 import ALPHAGRAD
from alphalab.claims.proof import Growth, Identity, Proof, leftover, slack
from alphalab.optimizers import AlphaGrad

W, ONE_NORM = letter("W(1/e)"), letter(r"\|{g_t}\|_1")
RIGHT = inner + W * n * (N + eps) / alpha
LAMBERT = float(sp.LambertW(sp.exp(-1)))
MOST = (1 + LAMBERT) / 2  # where u (1 - tanh u) is largest
LETTERS = (
    Quantity(W, "Lambert's function at 1/e: W e^{1+W} = 1", lambda case: np.asarray(LAMBERT)),
    Quantity(ONE_NORM, "1-norm of the gradient", lambda case: case.history("one_norm")),
)


def proof() -> Proof:
    """With 2u = 1 + W + s the gap W - u (1 - tanh u) is (e^s - 1 - s)/(e^{2u} + 1), and e^s >= 1 + s for every s."""
    u, q = sp.Symbol("u", nonnegative=True), sp.Symbol("q", nonnegative=True)
    s, power = sp.symbols("s e^W", real=True)
    curve = u * (1 - sp.tanh(u))
    lifted = W * (sp.exp(2 * u) + 1) - 2 * u
    at = (1 + W + s) / 2
    above, below = q - sp.log(1 + q), sp.log(1 + q) - q / (1 + q)
    lambert = sp.Subs(lifted.subs(u, at).expand(power_exp=True).subs(sp.exp(W), power), power, sp.exp(-1) / W)
    size, gap = (N + eps) / alpha, slack("W-u(1-tanh u)")
    aligned = ONE_NORM - size * n * (W - gap)  # the mean over i of u_i (1 - tanh u_i) is W - gap
    return Proof(
        steps=(
            Identity("W minus u (1 - tanh u)", (W - curve).rewrite(sp.exp), lifted / (sp.exp(2 * u) + 1)),
            Identity("its numerator at 2u = 1 + W + s, where W e^W = 1/e", lambert, sp.exp(s) - 1 - s),
            Identity("for s = ln(1+q) >= 0 that is", sp.Subs(sp.exp(s) - 1 - s, s, sp.log(1 + q)), above),
            Growth("which is not negative", above, q, q / (1 + q)),
            Identity("for s = -ln(1+q) <= 0 it is", (sp.exp(s) - 1 - s).subs(s, -sp.log(1 + q)), below),
            Growth("which is not negative", below, q, q / (1 + q) ** 2),
            Identity("one component, |g_i| = u (N+eps)/alpha", size * u * sp.tanh(u), size * u - size * curve),
            *leftover(RIGHT.subs(inner, aligned), ONE_NORM, n * size * gap),
        ),
        follows=(
            "So u (1 - tanh u) <= W(1/e) for every u >= 0, with equality at 2u = 1 + W(1/e) (s = 0). Summed over the "
            "components with u_i = alpha |g_i|/(N+eps): <g,g'> = ||g||_1 - ((N+eps)/alpha) sum u_i (1 - tanh u_i)."
        ),
    )


def at_the_maximiser() -> Case:
    """One step at a gradient all of whose components lie where u (1 - tanh u) is largest."""
    method = AlphaGrad(alpha=MOST * np.sqrt(4), epsilon=0.0)
    return gradient_case(method, np.full((1, 4), 0.5), "every component at the maximiser")


ONE_NORM_LEMMA = Bound(
    key="smooth-maximum-lemma",
    title="N3: the alignment is at least ||g||_1 - W(1/e) n (N+eps)/alpha",
    source="the lab's theory, N3",
    left=ONE_NORM,
    right=RIGHT,
    assumes=(ALPHAGRAD,),
    quantities=LETTERS,
    proof=proof,
    tight=at_the_maximiser,
)
