r"""T7*: the algorithm as it is run, one norm and one alpha per tensor, one learning rate.

    (1/T) sum_t sum_l <g_t^l, g'_t^l> <= Delta/(eta T) + (L eta/2) sum_l M(alpha_l, n_l)

with the global L. With max_l L_l, the largest constant of a tensor alone, it is false: f = (x+y)^2/2 has L_l = 1 in
each of its two tensors and L = 2, and on the 2-cycle x = y = +-eta t/2 both steps push the same sum: the mean
alignment is 2 eta t^2, all that L = 2 allows as T grows, twice what L = 1 would. Source: theory, T7*.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import sympy as sp

from alphalab.claims.case import Case, run_case
from alphalab.claims.claim import Bound
from alphalab.claims.conclusion import Conclusion, cite, term
from alphalab.claims.evidence import EVERY_CLASS
from alphalab.claims.facts.assumptions import ONE_RATE, PER_TENSOR, known
from alphalab.claims.facts.lemmas import summed
from alphalab.claims.facts.letters import ETA, M_SUM, measures
from alphalab.claims.notation import Delta, Formula, L, Quantity, T, letter, mean_inner
from alphalab.claims.proof import Identity, Proof, Sign, Witness
from alphalab.optimizers import AlphaGrad, PerTensor
from alphalab.problems import Quadratic, half_square, problem

LARGEST = letter(r"{\max_l L_l}")


LETTERS = measures(M_SUM, ETA)


def allowed(constant: Formula = L) -> Formula:
    """Return Delta/(eta T) + (L eta/2) sum_l M_l."""
    return Delta / (ETA * T) + constant * ETA * M_SUM / 2


def proof() -> Proof:
    """T2*'s argument; L1* holds for every tensor, and squared norms add up."""
    return Proof(
        concludes=Conclusion(
            (
                *summed(1, step="descent, tensors", rate=ETA),
                term(L * ETA / 2, cite("lemma-1-dimension"), over="tensors steps"),
            ),
            telescopes="x",
        )
    )


def coupled() -> Case:
    """The witness as a run: f = (x+y)^2/2 from (1/2, 1/2), eta = 2, eps = 1/2, alpha = (3/4) ln 3, T = 8."""
    subject = Quadratic(A=np.ones((2, 2)), x_star=np.zeros(2))
    method = PerTensor(AlphaGrad(learning_rate=2.0, alpha=0.75 * np.log(3), epsilon=0.5), blocks=(1, 1))
    return run_case(method, subject, np.full(2, 0.5), 8, "orbit of thm-7-largest", L_tensor=1.0)


def witness() -> Witness:
    """Both tensors see the gradient x + y and move at once: the orbit (1/2, 1/2), (-1/2, -1/2), for every T >= 4."""
    x, y = sp.symbols("x y", real=True)
    f, more = (x + y) ** 2 / 2, sp.Symbol("s", nonnegative=True)  # T = 4 + s
    start, half = {x: sp.Rational(1, 2), y: sp.Rational(1, 2)}, sp.Rational(1, 2)
    steepness, epsilon, rate = 3 * sp.log(3) / 4, half, sp.Integer(2)
    slope = sp.diff(f, x).subs(start)  # the gradient of either tensor, and its norm
    squash = sp.tanh(steepness * slope / (slope + epsilon)).rewrite(sp.exp)
    top = (14 - 3 * sp.sqrt(3)) / 13  # tanh(alpha)
    price = 2 * top**2
    here = {LARGEST: 1, ETA: rate, M_SUM: price, Delta: f.subs(start), T: 4 + more}
    margin = more / (16 * (4 + more)) + sp.expand(sp.Rational(15, 16) - price)
    return Witness(
        sentence="f = (x+y)^2/2, one number a tensor, eta = 2, eps = 1/2, alpha = 3 ln(3)/4: orbit +-(1/2, 1/2), T > 3",
        steps=(
            Identity("L_l = 1: the second derivative within the first tensor", sp.Derivative(f, (x, 2)), sp.Integer(1)),
            Identity("and within the second", sp.Derivative(f, (y, 2)), sp.Integer(1)),
            Identity("L = 2: along (1, 1)/sqrt 2", sp.Derivative(f.subs(y, x), (x, 2)) / 2, sp.Integer(2)),
            Identity("f >= 0 = f(0)", f, sp.UnevaluatedExpr((x + y) / sp.sqrt(2)) ** 2),
            Identity("both tensors see the same gradient", sp.Derivative(f, x), sp.Derivative(f, y)),
            Identity(
                "which is 1 at the start", sp.Subs(sp.diff(f, x), tuple(start), tuple(start.values())), sp.Integer(1)
            ),
            Identity(
                "they take the direction tanh(ln 3/2) = 1/2", sp.tanh(steepness * slope / (slope + epsilon)), half
            ),
            Identity(
                "the step from 1/2 leads to -1/2, and back by oddness", half - rate * sp.UnevaluatedExpr(squash), -half
            ),
            Identity("tanh(alpha)", sp.tanh(steepness).rewrite(sp.exp), top),
            Identity(
                "with T = 4 + s, mean alignment minus what max L_l would allow",
                2 * slope * squash - allowed(LARGEST).subs(here),
                margin,
            ),
            Sign("is positive: the bound is violated", margin, ">"),
        ),
        case=coupled,
        numbers=(*here.items(), (mean_inner, 2 * slope * squash)),
    )


def _method(n: int, rate: float | np.ndarray, steepness: float | np.ndarray, epsilon: float) -> PerTensor:
    """Return AlphaGrad on two tensors, the second with twice the alpha."""
    first, second = (AlphaGrad(learning_rate=rate, alpha=k * steepness, epsilon=epsilon) for k in (1, 2))
    return PerTensor((first, second), blocks=(n // 2, n - n // 2))


def cases() -> Iterator[Case]:
    """Yield runs on problems of every class, two tensors each."""
    for name in EVERY_CLASS:
        subject = problem(name)
        method = _method(subject.n, np.geomspace(1e-3, 1, 5)[:, None], np.geomspace(1e-2, 1e2, 7), 1e-8)
        yield run_case(method, subject, subject.start(0), 100, f"per tensor, {name}")


def staircase(steps: int = 16) -> Case:
    """The instance on which T7* is attained: both tensors walk down their diagonals and end beside 0."""
    sizes, rate, steepness = (3, 3), 0.5, 2.0
    method = _method(sum(sizes), rate, steepness, 1e-12)
    strides = [rate * np.tanh(k * steepness / np.sqrt(size)) for k, size in zip((1, 2), sizes, strict=True)]
    subject = half_square(sum(sizes))
    return run_case(method, subject, steps * np.repeat(strides, sizes), steps, "two staircases")


T7 = Bound(
    key="thm-7-sharp",
    title="T7*: one norm and one alpha per tensor",
    source="the lab's theory, T7*",
    left=mean_inner,
    right=allowed(),
    assumes=(PER_TENSOR, ONE_RATE, known("L", "f_inf")),
    quantities=LETTERS,
    proof=proof,
    cases=cases,
    tight=staircase,
)
T7_LARGEST = Bound(
    key="thm-7-largest",
    title="T7* with the largest constant of a tensor in place of L",
    source="the lab's theory, T7*",
    verdict="false",
    left=mean_inner,
    right=allowed(LARGEST),
    assumes=(PER_TENSOR, ONE_RATE, known("f_inf")),
    quantities=(*LETTERS, Quantity(LARGEST, "largest L_l of a tensor alone", lambda case: case.constant("L_tensor"))),
    witness=witness,
    remark="tensors that share a direction add up: the global L is needed, T7*",
)
