r"""What the paper hopes of a constant step: liminf ||g_t|| = 0, and linear rates under strong convexity or PL.

Both fail above eta = 2 eps/(alpha L): f = x^2/2, eta = 4, eps = 1, alpha = ln 3 has the 2-cycle x_t = +-1, because
tanh(ln 3/2) = 1/2. Up to that step size both hold (theory, T4*). Source: S. Sane, arXiv 2504.16020v2, section 3.
"""

from __future__ import annotations

import numpy as np
import sympy as sp

from alphalab.claims.case import Case, run_case
from alphalab.claims.claim import Claim, given
from alphalab.claims.proof import Identity, Sign, Witness
from alphalab.claims.theory.theorem_4 import proof
from alphalab.optimizers import AlphaGrad
from alphalab.problems import problem


def two_cycle() -> Case:
    """The witness as a run: f = x^2/2, eta = 4, eps = 1, alpha = ln 3, x = +-1."""
    subject = problem("quadratic", 1, eigenvalues=np.ones(1), x_star=np.zeros(1))
    return run_case(
        AlphaGrad(learning_rate=4.0, alpha=float(np.log(3)), epsilon=1.0), subject, np.ones(1), 64, "2-cycle"
    )


def cycle_witness() -> Witness:
    """f = x^2/2, L = 1, eta = 4, eps = 1, alpha = ln 3: x alternates between 1 and -1 for ever."""
    return Witness(
        sentence="f = x^2/2, L = mu = 1, eta = 4, eps = 1, alpha = ln 3, x_1 = 1: x_t = +-1 and N_t = 1 for every t",
        steps=(
            Identity("the step from 1 leads to -1", 1 - 4 * sp.tanh(sp.log(3) / 2).rewrite(sp.exp), sp.Integer(-1)),
            Identity("the step from -1 leads to 1", -1 - 4 * sp.tanh(-sp.log(3) / 2).rewrite(sp.exp), sp.Integer(1)),
            Sign("the step exceeds 2 eps/(alpha L)", 4 - 2 / sp.log(3), ">"),
        ),
        case=two_cycle,
    )


LIMINF = Claim(
    key="thm-2-liminf",
    title='"implies liminf ||g_t|| = 0"',
    source="arXiv 2504.16020v2, after Theorem 2",
    verdict="corrected",
    statement=r"\liminf_{t\to\infty} \|g_t\| = 0",
    assumes=(given("L", "f_inf"),),
    witness=cycle_witness,
    proof=proof,
    correction="false for a constant step above 2 eps/(alpha L); true up to it (T4*) and for vanishing steps (T8)",
)
REMARK_AB = Claim(
    key="rem-1ab",
    title="strong convexity or PL may give linear rates",
    source="arXiv 2504.16020v2, remark after Theorem 1",
    verdict="corrected",
    statement=r"f(x_t)-f^* \le C q^t,\ q < 1",
    witness=cycle_witness,
    proof=proof,
    correction="only with eta < 2 eps/(alpha L) (T4*), and always with eps = alpha L eta (T5*)",
)
