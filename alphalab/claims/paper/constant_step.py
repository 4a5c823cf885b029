r"""What the paper hopes of a constant step: liminf ||g_t|| = 0, and linear rates under strong convexity or PL.

Both fail above eta = 2 eps/(alpha L): f = x^2/2, eta = 4, eps = 1, alpha = ln 3 has the 2-cycle x_t = +-1, because
tanh(ln 3/2) = 1/2. Below that step size both hold, at it the first (theory, T4*).
Source: S. Sane, arXiv 2504.16020v2, section 3.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import sympy as sp

from alphalab.claims.case import run_case
from alphalab.claims.claim import Claim, Finding
from alphalab.claims.facts.assumptions import ALPHAGRAD, known
from alphalab.claims.membership import tanh_instance
from alphalab.claims.notation import L, N, alpha, delta, eta, letter, mu, r
from alphalab.claims.proof import Identity, Proof, Sign, Step, Witness, slack
from alphalab.optimizers import AlphaGrad
from alphalab.problems import half_square

eps = letter(r"\varepsilon")  # > 0 here: up to the threshold eta <= 2 eps/(alpha L), and where eps is scaled
SWINGING = AlphaGrad(learning_rate=4.0, alpha=float(np.log(3)), epsilon=1.0)  # between 1 and -1 on x^2/2


def two_cycle() -> Iterator[Finding]:
    """Yield the witness as a run in floating point: f = x^2/2, eta = 4, eps = 1, alpha = ln 3, N_t = 1 throughout."""
    case = run_case(SWINGING, half_square(), np.ones(1), 64)
    off = np.abs(case.gradient_norm - 1) > case.steps * case.tolerance
    yield Finding(case="the 2-cycle as a run: N_t = 1", instances=off.size, violations=int(off.sum()))


def cycle_witness() -> Witness:
    """f = x^2/2, L = 1, eta = 4, eps = 1, alpha = ln 3: x alternates between 1 and -1 for ever."""
    return Witness(
        sentence="f = x^2/2, L = mu = 1, eta = 4, eps = 1, alpha = ln 3, x_1 = 1: x_t = +-1 and N_t = 1 for every t",
        steps=(
            Identity("the step from 1 leads to -1", 1 - 4 * sp.tanh(sp.log(3) / 2), sp.Integer(-1)),
            Identity("the step from -1 leads to 1", -1 - 4 * sp.tanh(-sp.log(3) / 2), sp.Integer(1)),
            Sign("the step exceeds 2 eps/(alpha L)", 4 - 2 / sp.log(3), ">"),
        ),
    )


def linear_proof() -> Proof:
    """Below the threshold q = 1 - eta mu tanh(alpha) s/(K+eps)^2, s = 2 eps - alpha L eta, K = sqrt(2 L delta_1)."""
    s, x = sp.Symbol("s", positive=True), sp.Symbol("x", real=True)
    room, polyak, t = slack("K-N"), slack("PL"), sp.tanh(alpha)
    K = N + room
    gain = eta * t * s / (2 * (K + eps) ** 2)  # per unit of N^2
    norm_sq = 2 * mu * delta + polyak
    multiplier = sp.diff(x - eta * sp.tanh(alpha * L * x / (L * x + eps)), x).subs(x, 0)
    return Proof(
        steps=(
            Identity(
                "1/(N+eps)^2 - 1/(K+eps)^2, with K = N + k",
                1 / (N + eps) ** 2 - 1 / (K + eps) ** 2,
                room * (2 * N + 2 * eps + room) / ((N + eps) ** 2 * (K + eps) ** 2),
            ),
            Sign("is not negative", room * (2 * N + 2 * eps + room) / ((N + eps) ** 2 * (K + eps) ** 2)),
            Identity(
                "q delta_t - (delta_t - gain N^2), with N^2 = 2 mu delta_t + p",
                (1 - 2 * mu * gain) * delta - (delta - gain * norm_sq),
                gain * polyak,
            ),
            Sign("is not negative", gain * polyak),
            Identity(
                "at eta = 2 eps/(alpha L) on f = L x^2/2 the multiplier at 0",
                sp.Subs(multiplier, eta, 2 * eps / (alpha * L)),
                sp.Integer(-1),
            ),
            *scaled_steps(),
        ),
        rests_on=("thm-4-sharp", "lemma-2", "thm-5-rate"),
        follows=(
            "Below the threshold T4* gives a decrease of at least eta <g,g'> s/(2(N+eps)), and <g,g'> >= tanh(alpha) "
            "N^2/(N+eps); f decreases, so N_t^2 <= 2 L delta_t <= K^2; PL: delta_{t+1} <= q delta_t. At the threshold "
            "the multiplier -1 allows no q < 1 on a quadratic; above it there is the 2-cycle. T5*, the scaled eps: its "
            "factor grows with r_t, and delta falls, so r_t <= K/(K+eps), K = sqrt(2 L delta_1), gives one q < 1."
        ),
    )


def scaled_steps() -> tuple[Step, ...]:
    """The share (1-r) tanh(alpha r)/(alpha r) by which T5* contracts falls as r grows, from 1 at r = 0."""
    ratio, falls = sp.Symbol("A", nonnegative=True), sp.Symbol("A'", nonpositive=True)
    rest, A = sp.Symbol("(1-r)", nonnegative=True), sp.Function("A")
    return (
        *tanh_instance().steps,
        Identity(
            "with A(t) = tanh(t)/t the slope of (1-r) A(alpha r)",
            sp.Derivative((1 - r) * A(alpha * r), r),
            -A(alpha * r) + (1 - r) * sp.diff(A(alpha * r), r),
        ),
        Sign("is not positive, as A decreases", -ratio + rest * alpha * falls, "<="),
        Identity(
            "near the minimum the factor tends to 1 - mu/L: the share to 1",
            sp.Limit((1 - r) * sp.tanh(alpha * r) / (alpha * r), r, 0),
            sp.Integer(1),
        ),
    )


def liminf_proof() -> Proof:
    """T4* up to the threshold, T8 for vanishing steps."""
    m, s = sp.symbols("m s", positive=True)
    gain = m**2 * (2 * m + s) / (2 * (m + eps) ** 2)
    return Proof(
        steps=(
            Sign("what a step gains at N >= m, over eta tanh(alpha), is positive: T of them outgrow Delta", gain, ">"),
        ),
        rests_on=("thm-4-stationary", "thm-8"),
        follows=(
            "T4*: up to 2 eps/(alpha L) T steps gain at least T times what one gains at the least N_t, and at most "
            "Delta. T8: if N_t >= z > 0 from some t on, sum eta_t = inf with eta_t -> 0 makes its left side outgrow "
            "its right side."
        ),
    )


LIMINF = Claim(
    key="thm-2-liminf",
    title='"implies liminf ||g_t|| = 0"',
    source="arXiv 2504.16020v2, after Theorem 2",
    verdict="corrected",
    statement=r"\liminf_{t\to\infty} \|g_t\| = 0",
    assumes=(ALPHAGRAD, known("L", "f_inf")),
    witness=cycle_witness,
    trial=two_cycle,
    proof=liminf_proof,
    correction="false for a constant step above 2 eps/(alpha L); true up to it (T4*) and for vanishing steps (T8)",
)
REMARK_AB = Claim(
    key="rem-1ab",
    title="strong convexity or PL may give linear rates",
    source="arXiv 2504.16020v2, remark after Theorem 1",
    verdict="corrected",
    statement=r"f(x_t)-f^* \le C q^t,\ q < 1",
    assumes=(ALPHAGRAD, known("L", "pl", "f_star")),
    witness=cycle_witness,
    trial=two_cycle,
    proof=linear_proof,
    correction="for all f: with eta < 2 eps/(alpha L) (T4*), or with eps = alpha L eta (T5*); not for all beyond",
)
