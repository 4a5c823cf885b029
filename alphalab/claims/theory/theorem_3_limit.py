r"""T3*: where a constant step ends under the Polyak-Lojasiewicz condition.

    m = max(delta_inf, c),  delta_inf = (eps + L eta M/(2 tanh alpha))^2/(2 mu),  c = eta tanh(alpha) eps + L eta^2 M/2
    delta_{T+1} <= max(m, delta_inf + (delta_1 - delta_inf) q^T),  so limsup delta_t <= m
    q = max(0, 1 - eta tanh(alpha) sqrt(2 mu)/(sqrt delta_1 + sqrt delta_inf))

c > delta_inf exactly where eta tanh(alpha)(4 mu - L rho) > 2 eps, as eps -> 0 where L rho < 4 mu: there delta_inf alone
is false, and m is reached in finite time; elsewhere the approach to m = delta_inf is geometric. Source: theory, T3*.
"""

from __future__ import annotations

import numpy as np
import sympy as sp

from alphalab.claims.case import Case, run_case
from alphalab.claims.claim import Bound
from alphalab.claims.conclusion import (
    Conclusion,
    Root,
    Split,
    Term,
    case,
    cite,
    combined,
    contracts,
    covers,
    largest,
    plain,
    power,
    squares,
    supposed,
    term,
)
from alphalab.claims.facts.lemmas import y
from alphalab.claims.facts.letters import k
from alphalab.claims.facts.runs import staircase
from alphalab.claims.notation import Delta0, L, M, Max, T, alpha, delta, eps, eta, mu, n, next_delta, rho
from alphalab.claims.proof import Identity, Proof, Sign, Witness
from alphalab.claims.theory.theorem_3 import T3_STEP
from alphalab.optimizers import AlphaGrad
from alphalab.problems import half_square

LOW = (eps + L * eta * M / (2 * sp.tanh(alpha))) ** 2 / (2 * mu)
FROM_ZERO = eta * sp.tanh(alpha) * eps + L * eta**2 * M / 2
SLOPE = eta * sp.tanh(alpha) * sp.sqrt(2 * mu)
CONTRACTION = Max(0, 1 - SLOPE / (sp.sqrt(Delta0) + sp.sqrt(LOW)))
APPROACH = LOW + (Delta0 - LOW) * CONTRACTION**T


P, START, FIXED = sp.sqrt(delta), sp.sqrt(Delta0), sp.sqrt(LOW)  # p, p_1, p*
BEFORE, AFTER = APPROACH.subs(T, k), APPROACH.subs(T, k + 1)
MOST = Max(LOW, FROM_ZERO, AFTER)
BEYOND, SHORT = case(P - FIXED), case(FIXED - P)
ONE_STEP = term(1, cite("thm-3-sharp"))
POSITIVE = combined(term(CONTRACTION))


def within(level: sp.Expr, *more: Term) -> tuple[Term, ...]:
    """Return what is concluded where p >= p* and delta <= level: F <= delta <= level."""
    return (ONE_STEP, term(SLOPE, BEYOND), term(1, supposed()), *more, term(1, largest(MOST, level)))


def approach() -> tuple[Term, ...]:
    """Return what is concluded where p* <= p <= p_1: delta - delta_inf shrinks by q."""
    share = contracts(
        CONTRACTION,
        k,
        POSITIVE,
        covers(sp.Integer(1), CONTRACTION, plain(sp.Integer(1)), plain(SLOPE / (START + FIXED))),
    )
    fallen = combined(term(1, supposed()), term(1, case(Delta0 - LOW), share))  # Delta_0 - delta
    nearer = squares(START, P, plain(START), fallen)
    factor = 1 - SLOPE / (START + FIXED)
    return (
        ONE_STEP,
        term(1, largest(MOST, AFTER)),
        term(CONTRACTION, supposed()),
        term(P + FIXED, BEYOND, largest(CONTRACTION, factor)),
        term(SLOPE / (START + FIXED), BEYOND, nearer),
    )


def proof() -> Proof:
    """F = p^2 - A (p - p*), the right side of the step, is a convex parabola in p = sqrt(delta), p* = sqrt(delta_inf).

    p <= p*: F lies under its chord, F <= max(F(0), F(p*)) = m.   p >= p*: F <= delta; and for p <= p_1 also
    F - delta_inf = (delta - delta_inf)(1 - A/(p+p*)) <= q (delta - delta_inf).
    """
    chord_of_f = (
        ONE_STEP,
        term(1 / FIXED, SHORT, largest(MOST, FROM_ZERO)),
        term(P / FIXED, largest(MOST, LOW)),
        term(P, SHORT),
    )
    above_both = Split(
        Delta0 - LOW,
        approach(),
        within(LOW, term(1, case(LOW - Delta0), power(CONTRACTION, k, POSITIVE))),
    )
    reached = Split(
        BEFORE - LOW,
        Split(BEFORE - FROM_ZERO, above_both, within(FROM_ZERO)),
        Split(LOW - FROM_ZERO, within(LOW), within(FROM_ZERO)),
    )
    return Proof(
        concludes=Conclusion(
            Split(FIXED - P, chord_of_f, reached),
            start=(term(1, largest(Max(LOW, FROM_ZERO, Delta0), Delta0)),),
            root=Root(eps, sp.sqrt(2 * mu) * y - L * eta * M / (2 * sp.tanh(alpha)), y, FIXED),
        ),
        follows=(
            "delta <= m is never left. Until it is entered delta_t - delta_inf shrinks by q a step: after finite time "
            "delta <= m if m = c > delta_inf, geometrically if m = delta_inf. As q^T -> 0, limsup delta_t <= m."
        ),
    )


def cycle() -> Witness:
    """f = x^2/2, eta = 5/2, alpha = ln 3, eps = 0: every step is 2, 3/2 and -1/2 alternate, delta_inf = 1/2."""
    steepness = sp.log(3)
    tanh = sp.tanh(steepness).rewrite(sp.exp)
    low = (sp.Rational(5, 2) * tanh / 2) ** 2 / 2  # M/tanh(alpha) = tanh(alpha) for n = 1
    start = sp.Rational(9, 8)
    above = sp.Symbol("s", positive=True)
    reach = eta * sp.tanh(alpha) * (4 * mu - L * rho) - 2 * eps
    root = eps + L * eta * M / (2 * sp.tanh(alpha))
    return Witness(
        sentence=(
            "f = x^2/2, L = mu = rho = 1 < 4, eps = 0, alpha = ln 3, eta = 5/2, x_1 = 3/2: x alternates between 3/2 "
            "and -1/2 for ever, delta between 9/8 and 1/8, while delta_inf = 1/2 and q = 0"
        ),
        steps=(
            Identity(
                "the step from 3/2",
                sp.Rational(3, 2) - sp.Rational(5, 2) * sp.UnevaluatedExpr(tanh),
                -sp.Rational(1, 2),
            ),
            Identity("and back", -sp.Rational(1, 2) + sp.Rational(5, 2) * sp.UnevaluatedExpr(tanh), sp.Rational(3, 2)),
            Identity("delta_inf", (sp.Rational(5, 2) * sp.UnevaluatedExpr(tanh) / 2) ** 2 / 2, sp.Rational(1, 2)),
            Sign("the upper delta of the cycle is more", start - low, ">"),
            Sign("1 - A/(p_1 + p*) is below 0, so q = 0", 1 - 2 * sp.sqrt(2) / (sp.sqrt(start) + sp.sqrt(low)), "<"),
            Identity(
                "for every n: c - delta_inf goes with s = eta tanh(alpha)(4 mu - L rho) - 2 eps",
                FROM_ZERO - LOW,
                root * reach / (4 * mu),
            ),
            Sign("and is positive where s is: there m = c", (L * eta * M / 2 + eps) * above / (4 * mu), ">"),
        ),
        case=cycling,
        numbers=(
            *((letter, sp.Integer(1)) for letter in (L, mu, n)),
            (eps, sp.Integer(0)),
            (alpha, steepness),
            (eta, sp.Rational(5, 2)),
            (Delta0, start),
            (T, sp.Integer(2)),
            (next_delta, start),
        ),
    )


def cycling() -> Case:
    """Return the witness as a run in floating point."""
    optimizer = AlphaGrad(learning_rate=2.5, alpha=np.log(3), epsilon=0.0)
    subject = half_square()
    return run_case(optimizer, subject, np.full(1, 1.5), 8, "2-cycle above delta_inf")


T3_LIMIT = Bound(
    key="thm-3-limit",
    title="T3*: approach at a constant step, limsup delta <= max(delta_inf, c)",
    source="the lab's theory, T3*",
    left=next_delta,
    right=Max(LOW, FROM_ZERO, APPROACH),
    assumes=T3_STEP.assumes,
    proof=proof,
    tight=lambda: staircase(n=1, steps=2, stairs=0),
    remark="attained on f = L x^2/2 as eps -> 0, by a start beside the minimiser",
)
T3_LOW = Bound(
    key="thm-3-low",
    title="T3*: delta_inf alone bounds the limsup",
    source="the lab's theory, T3*: it says that this is false",
    verdict="false",
    left=next_delta,
    right=Max(LOW, APPROACH),
    assumes=T3_STEP.assumes,
    witness=cycle,
    remark="false where eta tanh(alpha)(4 mu - L rho) > 2 eps: c = eta tanh(alpha) eps + L eta^2 M/2 is larger there",
)
