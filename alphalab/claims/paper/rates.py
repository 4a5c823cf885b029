r"""The rates that the paper reads off Theorems 1 and 2 by choosing eta.

    Theorem 1, eta = sqrt(2 D Delta0/(T L n)):   mean delta <= sqrt(2 D L n Delta0)/(gamma_min sqrt T)   FALSE
    Theorem 2, eta = sqrt(2 Delta/(L n T)):      mean h(N)  <= sqrt(2 L n Delta/T)/tanh(alpha)           true

The first eta carries the units x^{3/2}: the true bound is (1+D)/2 times larger. With the eta of the paper's own
proof, sqrt(2 Delta0/(T L n)), it is D sqrt(2 L n Delta0)/(gamma_min sqrt T). Source: S. Sane, arXiv 2504.16020v2.
"""

from __future__ import annotations

import numpy as np
import sympy as sp

from alphalab.claims.case import Case, run_case
from alphalab.claims.claim import Bound
from alphalab.claims.conclusion import Conclusion, cite, term
from alphalab.claims.facts.assumptions import ALPHAGRAD, BOUNDED, CONVEX, OFF_MINIMA, chosen, known
from alphalab.claims.facts.runs import planned_cases
from alphalab.claims.notation import D, Delta, Delta0, L, T, alpha, eta, gamma_min, mean_delta, mean_h, n
from alphalab.claims.proof import Identity, Proof, Sign, Witness
from alphalab.optimizers import AlphaGrad
from alphalab.problems import half_square

ETA_STATED = sp.sqrt(2 * D * Delta0 / (T * L * n))
ETA_PROOF = sp.sqrt(2 * Delta0 / (T * L * n))
RATE_1 = sp.sqrt(2 * D * L * n * Delta0) / (gamma_min * sp.sqrt(T))
ETA_2 = sp.sqrt(2 * Delta / (L * n * T))
RATE_2 = sp.sqrt(2 * L * n * Delta / T) / sp.tanh(alpha)


def orbit(horizons: int | np.ndarray = 8) -> Case:
    """The witness as a run for each T: f = x^2/2 from x_1 = D = 16T with eta = 64T, as many steps as the largest T."""
    D = 16.0 * np.asarray(horizons)
    optimizer = AlphaGrad(learning_rate=4 * D, alpha=np.log(3) / 2 * (1 + 1 / D), epsilon=1.0)
    return run_case(optimizer, half_square(), D[..., None], int(np.max(horizons)), "orbit of thm-1-rate", D=D)


def witness() -> Witness:
    """For every T >= 2 the orbit +-16T has constant delta, 2 T gamma times what the rate allows; T = 1: any large D."""
    steps, epsilon = sp.symbols("T epsilon", positive=True)
    start = 16 * steps
    steepness = sp.log(3) / 2 * (1 + epsilon / start)
    loss = start**2 / 2
    here = {L: 1, n: 1, D: start, Delta0: loss, T: steps}
    squash = sp.tanh(sp.log(3) / 2)
    allowed = gamma_min * RATE_1
    more = sp.Symbol("s", nonnegative=True)  # T = 2 + s
    margin = sp.Rational(1, 2) / (1 + epsilon / start) * loss - allowed.subs(here)  # gamma >= r/2
    excess = sp.expand(64 * (2 + more) * (1 + more) - 4)
    once = {L: 1, n: 1, D: 64, Delta0: sp.Integer(64**2) / 2, T: 1}
    gamma = (sp.tanh(sp.log(3)) * sp.Rational(64, 65)).rewrite(sp.exp)
    return Witness(
        sentence=(
            "f = x^2/2, x_1 = D = 16T, eta = 64T, eps = 1, alpha = (ln 3/2)(1 + 1/(16T)), T >= 2: orbit +-16T; "
            "T = 1: x_1 = D = 64, eta = 512, eps = 1, alpha = ln 3"
        ),
        steps=(
            Identity(
                "eta = 64T is the stated step", sp.Subs(ETA_STATED, tuple(here), tuple(here.values())), 64 * steps
            ),
            Identity("alpha r = ln 3/2 at |x| = 16T", steepness * start / (start + epsilon), sp.log(3) / 2),
            Identity("the step from 16T is 32T, to -16T", 64 * steps * squash, 2 * start),
            Identity("alpha - ln 3/2", steepness - sp.log(3) / 2, sp.log(3) * epsilon / (2 * start)),
            Sign("is positive, so tanh alpha > tanh(ln 3/2)", sp.log(3) * epsilon / (2 * start), ">"),
            Identity("tanh(ln 3/2) = 1/2, so gamma >= r/2", squash, sp.Rational(1, 2)),
            Identity(
                "(1 + eps/16T)(left gamma - right gamma), with T = 2 + s and eps = 1",
                sp.expand((margin * (1 + epsilon / start)).subs(epsilon, 1).subs(steps, 2 + more)),
                excess,
            ),
            Sign("is positive: the rate is violated", excess, ">"),
            Identity(
                "T = 1, D = 64: the stated step",
                sp.Subs(ETA_STATED, tuple(once), tuple(once.values())),
                sp.Integer(512),
            ),
            Identity(
                "left minus right",
                once[Delta0] - sp.UnevaluatedExpr(RATE_1.subs(once).subs(gamma_min, gamma)),
                sp.Integer(1398),
            ),
            Sign("is positive", sp.Integer(1398), ">"),
        ),
        case=orbit,
        numbers=(*once.items(), (gamma_min, gamma), (mean_delta, once[Delta0])),
    )


def proof_2() -> Proof:
    """Theorem 2 at the stated eta, where its right side is least."""
    return Proof(concludes=Conclusion((term(1, cite("thm-2")),), at=((eta, ETA_2),)))


THM_1_RATE = Bound(
    key="thm-1-rate",
    title="Theorem 1's rate with the stated eta",
    source="arXiv 2504.16020v2, after Theorem 1",
    verdict="false",
    left=mean_delta,
    right=RATE_1,
    assumes=(
        ALPHAGRAD,
        CONVEX,
        known("L", "f_star", "x_star"),
        chosen(ETA_STATED),
        BOUNDED,
        OFF_MINIMA,
    ),
    witness=witness,
    remark="this eta has the units x^{3/2}; sqrt(2 Delta0/(T L n)) gives D sqrt(2 L n Delta0)/(gamma_min sqrt T)",
)
THM_2_RATE = Bound(
    key="thm-2-rate",
    title="Theorem 2's rate with the stated eta",
    source="arXiv 2504.16020v2, after Theorem 2",
    left=mean_h,
    right=RATE_2,
    assumes=(ALPHAGRAD, known("L", "f_inf"), chosen(ETA_2)),
    proof=proof_2,
    cases=lambda: planned_cases(ETA_2),
    remark="loose by n/M(alpha, n): T2*",
)
