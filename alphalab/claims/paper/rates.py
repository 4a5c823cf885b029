r"""The rates that the paper reads off Theorems 1 and 2 by choosing eta.

    Theorem 1, eta = sqrt(2 D Delta0/(T L n)):   mean delta <= sqrt(2 D L n Delta0)/(gamma_min sqrt T)   FALSE
    Theorem 2, eta = sqrt(2 Delta/(L n T)):      mean h(N)  <= sqrt(2 L n Delta/T)/tanh(alpha)           true

The first eta carries the units x^{3/2}: the true bound is (1+D)/2 times larger. With the eta of the paper's own
proof, sqrt(2 Delta0/(T L n)), it is D sqrt(2 L n Delta0)/(gamma_min sqrt T). Source: S. Sane, arXiv 2504.16020v2.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import sympy as sp

from alphalab.claims.case import Case, run_case
from alphalab.claims.claim import CONVEX, Assumption, Bound, given
from alphalab.claims.notation import (
    D,
    Delta,
    Delta0,
    L,
    Quantity,
    T,
    alpha,
    eta,
    evaluate,
    gamma_min,
    mean_delta,
    mean_h,
    n,
)
from alphalab.claims.paper.lemma_1 import ALPHAGRAD
from alphalab.claims.paper.theorem_1 import BOUNDED
from alphalab.claims.paper.theorem_2 import RIGHT as THEOREM_2
from alphalab.claims.paper.theorem_2 import proof as theorem_2_proof
from alphalab.claims.proof import Identity, Proof, Sign, Witness
from alphalab.optimizers import AlphaGrad
from alphalab.problems import problem

ETA_STATED = sp.sqrt(2 * D * Delta0 / (T * L * n))
ETA_PROOF = sp.sqrt(2 * Delta0 / (T * L * n))
ETA_2 = sp.sqrt(2 * Delta / (L * n * T))
RATE_2 = sp.sqrt(2 * L * n * Delta / T) / sp.tanh(alpha)


def chosen(formula: sp.Expr, words: str, letters: tuple[Quantity, ...] = ()) -> Assumption:
    """Return the assumption that the learning rate is the formula's value for these T steps."""

    def broken(case: Case) -> np.ndarray:
        goal = evaluate(formula, case, letters)
        return ~(np.abs(case.hyperparameter("learning_rate") - goal) <= 4 * case.tolerance * goal)

    return Assumption(words, broken, formula)


def orbit() -> Case:
    """The witness as a run: f = x^2/2 from x_1 = D = 16T with eta = 64T, T = 8."""
    steps, epsilon = 8, 1.0
    subject = problem("quadratic", 1, eigenvalues=np.ones(1), x_star=np.zeros(1))
    steepness = np.log(3) / 2 * (1 + epsilon / (16 * steps))
    optimizer = AlphaGrad(learning_rate=64.0 * steps, alpha=steepness, epsilon=epsilon)
    start = np.asarray([16.0 * steps])
    return run_case(optimizer, subject, start, steps, "orbit of thm-1-rate", D=16.0 * steps)


def witness() -> Witness:
    """For every T >= 2: the orbit +-16T has constant delta, 2 T gamma times what the rate allows."""
    steps, epsilon, start = (
        sp.Symbol("T", positive=True),
        sp.Symbol("epsilon", positive=True),
        16 * sp.Symbol("T", positive=True),
    )
    steepness = sp.log(3) / 2 * (1 + epsilon / start)
    loss = start**2 / 2
    known = {L: 1, n: 1, D: start, Delta0: loss, T: steps}
    squash = sp.tanh(sp.log(3) / 2).rewrite(sp.exp)
    allowed = sp.sqrt(2 * D * L * n * Delta0) / sp.sqrt(T)
    more = sp.Symbol("s", nonnegative=True)  # T = 2 + s
    margin = sp.Rational(1, 2) / (1 + epsilon / start) * loss - allowed.subs(known)  # gamma >= r/2
    return Witness(
        sentence="f = x^2/2, x_1 = D = 16T, eta = 64T, eps = 1, alpha = (ln 3/2)(1 + 1/(16T)), T >= 2: orbit +-16T",
        steps=(
            Identity("eta = 64T is the stated step", ETA_STATED.subs(known), 64 * steps),
            Identity("alpha r = ln 3/2 at |x| = 16T", steepness * start / (start + epsilon), sp.log(3) / 2),
            Identity("the step from 16T is 32T, to -16T", 64 * steps * squash, 2 * start),
            Identity("alpha - ln 3/2", steepness - sp.log(3) / 2, sp.log(3) * epsilon / (2 * start)),
            Sign("is positive, so tanh alpha > tanh(ln 3/2)", sp.log(3) * epsilon / (2 * start), ">"),
            Identity("tanh(ln 3/2) = 1/2, so gamma >= r/2", squash, sp.Rational(1, 2)),
            Identity(
                "(1 + eps/16T)(left gamma - right gamma), with T = 2 + s and eps = 1",
                sp.expand((margin * (1 + epsilon / start)).subs(epsilon, 1).subs(steps, 2 + more)),
                sp.expand(64 * (2 + more) ** 2 - 64 * (2 + more) * (1 + 1 / (16 * (2 + more)))),
            ),
            Sign("is positive: the rate is violated", sp.expand(64 * (2 + more) * (1 + more) - 4), ">"),
        ),
        case=orbit,
    )


def proof_2() -> Proof:
    """Theorem 2 at the stated eta."""
    return Proof(
        steps=(
            *theorem_2_proof().steps,
            Identity("Theorem 2's right side at the stated eta", THEOREM_2.subs(eta, ETA_2), RATE_2),
        ),
        follows="Theorem 2, whose right side is least at this eta.",
    )


def cases_2() -> Iterator[Case]:
    """Yield runs with the eta of the rate, for several T, on every kind of problem."""
    for name in ("quadratic", "log-cosh", "pl-sine", "cosine", "rastrigin-rotated", "logistic-ridge"):
        subject = problem(name)
        start = subject.start(0)
        known = subject.constants
        gap = float(subject.value(start)) - float(known.f_inf or 0.0)
        for steps in (1, 10, 100):
            rate = np.sqrt(2 * gap / (float(known.L or 1.0) * subject.n * steps))
            optimizer = AlphaGrad(learning_rate=float(rate), alpha=np.geomspace(1e-3, 1e3, 13), epsilon=1e-8)
            yield run_case(optimizer, subject, start, steps, f"rate, {name}, T = {steps}")


THM_1_RATE = Bound(
    key="thm-1-rate",
    title="Theorem 1's rate with the stated eta",
    source="arXiv 2504.16020v2, after Theorem 1",
    verdict="false",
    left=mean_delta,
    right=sp.sqrt(2 * D * L * n * Delta0) / (gamma_min * sp.sqrt(T)),
    assumes=(
        ALPHAGRAD,
        CONVEX,
        given("L", "f_star", "x_star"),
        chosen(ETA_STATED, r"\eta = \sqrt{2 D\Delta_0/(T L n)}"),
        BOUNDED,
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
    assumes=(ALPHAGRAD, given("L", "f_inf"), chosen(ETA_2, r"\eta = \sqrt{2\Delta/(L n T)}")),
    proof=proof_2,
    cases=cases_2,
    remark="loose by n/M(alpha, n): T2*",
)
