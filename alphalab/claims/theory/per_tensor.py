r"""T7*: the algorithm as it is run, one norm and one alpha per tensor, one learning rate.

    (1/T) sum_t sum_l <g_t^l, g'_t^l> <= Delta/(eta T) + (L eta/2) sum_l M(alpha_l, n_l)

with the global L: with the largest constant of a tensor it is false. Source: theory, T7*.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from alphalab.claims.case import Case, run_case
from alphalab.claims.claim import Assumption, Bound, given
from alphalab.claims.notation import Delta, L, Quantity, T, letter, mean_inner
from alphalab.claims.proof import Identity, Proof, Sign, slack
from alphalab.claims.sharp import M
from alphalab.claims.theory.theorem_2 import DESCENT
from alphalab.optimizers import AlphaGrad, PerTensor
from alphalab.problems import problem

M_SUM, ETA = letter(r"{\textstyle\sum_l} M(\alpha_l, n_l)"), letter(r"{\eta}")
RIGHT = Delta / (ETA * T) + L * ETA * M_SUM / 2


def _members(case: Case) -> list[tuple[AlphaGrad, int]]:
    """Return (optimizer, n_l) of every tensor."""
    return list(zip(case.optimizer.members, case.optimizer.sizes, strict=True))  # type: ignore[attr-defined]


def _other(case: Case) -> str | np.ndarray | None:
    method = case.optimizer
    if not isinstance(method, PerTensor) or any(type(member) is not AlphaGrad for member in method.members):
        return "the method is not AlphaGrad per tensor"
    rates = [member.learning_rate for member, _ in _members(case)]
    return np.any([np.not_equal(rate, rates[0]) for rate in rates], axis=0)


def _price(case: Case) -> np.ndarray:
    prices = [np.asarray(M(member.alpha, size)) for member, size in _members(case)]
    return np.sum(np.broadcast_arrays(*prices), axis=0)


LETTERS = (
    Quantity(M_SUM, "M(alpha_l, n_l) summed over the tensors", _price),
    Quantity(ETA, "learning rate of every tensor", lambda case: np.asarray(_members(case)[0][0].learning_rate)),
)


def proof() -> Proof:
    """T2*'s argument with ||g'||^2 = sum_l ||g'^l||^2 <= sum_l M_l."""
    lemma_1, descent, infimum = map(slack, ("L1*", "descent", r"f_{\inf}"))
    measured = (Delta / T - infimum) / ETA + L * ETA * (M_SUM - lemma_1) / 2 - descent
    left_over = infimum / ETA + L * ETA * lemma_1 / 2 + descent
    return Proof(
        steps=(
            Identity("right minus left is what the inequalities used leave over", RIGHT - measured, left_over),
            Sign("and that is not negative", left_over),
        ),
        follows=DESCENT + " L1* holds for every tensor, and squared norms add up.",
    )


def _method(n: int, rate: float | np.ndarray, steepness: float | np.ndarray, epsilon: float) -> PerTensor:
    """Return AlphaGrad on two tensors, the second with twice the alpha."""
    first, second = (AlphaGrad(learning_rate=rate, alpha=k * steepness, epsilon=epsilon) for k in (1, 2))
    return PerTensor((first, second), blocks=(n // 2, n - n // 2))


def cases() -> Iterator[Case]:
    """Yield runs on problems of every class, two tensors each."""
    for name in ("quadratic", "log-cosh", "pl-sine", "rastrigin-rotated", "logistic-breast-cancer"):
        subject = problem(name)
        method = _method(subject.n, np.geomspace(1e-3, 1, 5)[:, None], np.geomspace(1e-2, 1e2, 7), 1e-8)
        yield run_case(method, subject, subject.start(0), 100, f"per tensor, {name}")


def staircase(steps: int = 16) -> Case:
    """The instance on which T7* is attained: both tensors walk down their diagonals and end beside 0."""
    sizes, rate, steepness = (3, 3), 0.5, 2.0
    method = _method(sum(sizes), rate, steepness, 1e-12)
    strides = [rate * np.tanh(k * steepness / np.sqrt(size)) for k, size in zip((1, 2), sizes, strict=True)]
    subject = problem("quadratic-diagonal", sum(sizes), eigenvalues=np.ones(sum(sizes)))
    return run_case(method, subject, steps * np.repeat(strides, sizes), steps, "two staircases")


T7 = Bound(
    key="thm-7-sharp",
    title="T7*: one norm and one alpha per tensor",
    source="the lab's theory, T7*",
    left=mean_inner,
    right=RIGHT,
    assumes=(Assumption("AlphaGrad per tensor with one learning rate", _other), given("L", "f_inf")),
    quantities=LETTERS,
    proof=proof,
    cases=cases,
    tight=staircase,
)
