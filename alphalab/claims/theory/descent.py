r"""The descent lemma, of one step and summed over a run: the first half of every rate.

    f(x_{t+1}) <= f(x_t) - eta <g_t, g'_t> + (L eta^2/2) ||g'_t||^2,     ||g'||^2 <= M (L1*),  f >= f_inf
    (1/T) sum <g_t, g'_t> <= Delta/(eta T) + L eta M/2

The price M, the step eta and the constant L are what a theorem puts there: the sum over tensors, smoothness in the
maximum norm with ||g'||_inf^2 <= tanh^2(alpha). Source: theory, T2*.
"""

from __future__ import annotations

import sympy as sp

from alphalab.claims.notation import Delta, Formula, L, M, T, eta, inner
from alphalab.claims.proof import Identity, Step, leftover, slack

DESCENT = (
    "L-smoothness: f(x_{t+1}) <= f(x_t) - eta <g_t,g'_t> + (L eta^2/2) ||g'_t||^2. Summed over t, with "
    "||g'||^2 <= M (L1*) and f >= f_inf."
)


def decrease_with(share: Formula, lemma: str) -> tuple[Formula, Formula]:
    """Return f(x_t) - f(x_{t+1}), every inequality an equation with slack, and what the slacks add up to.

    The lemma says ||g'||^2 <= share <g,g'>; the second is the first minus eta <g,g'> (1 - L eta share/2).
    """
    descent, apart = slack("descent"), slack(lemma)
    measured = eta * inner - L * eta**2 * (share * inner - apart) / 2 + descent
    return measured, L * eta**2 * apart / 2 + descent


def telescoped() -> Identity:
    """eta_t <g_t,g'_t> = f_t - f_{t+1} + (L eta_t^2/2) q_t - s_t, q = ||g'||^2, s_t >= 0 the slack, summed."""
    t, last = sp.Symbol("t", positive=True, integer=True), sp.Symbol("T", positive=True, integer=True)
    f, rate, square, slacks = (sp.Function(name) for name in ("f", r"\eta", "q", "s"))
    price = L * rate(t) ** 2 * square(t) / 2
    each = (t, 1, last)
    return Identity(
        "summed over t the decreases telescope",
        sp.Sum(f(t) - f(t + 1) + price - slacks(t), each),
        f(1) - f(last + 1) + sp.Sum(price, each) - sp.Sum(slacks(t), each),
    )


def summed(right: Formula, measured: Formula, left_over: Formula) -> tuple[Step, ...]:
    """Return the steps of a proof by the descent lemma: the sum, and what its slacks leave over."""
    return (telescoped(), *leftover(right, measured, left_over))


def allowed(price: Formula = M, rate: Formula = eta, constant: Formula = L) -> Formula:
    """Return Delta/(eta T) + L eta M/2, which is B(T) with the letters as they stand."""
    return Delta / (rate * T) + constant * rate * price / 2


def mean_alignment(price: Formula = M, rate: Formula = eta, constant: Formula = L) -> tuple[Formula, Formula]:
    """Return the mean of <g,g'> with every inequality an equation with slack, and what the slacks add up to.

    The second is `allowed` minus the first.
    """
    lemma_1, descent, infimum = map(slack, ("L1*", "descent", r"f_{\inf}"))
    measured = (Delta / T - infimum) / rate + constant * rate * (price - lemma_1) / 2 - descent
    return measured, infimum / rate + constant * rate * lemma_1 / 2 + descent
