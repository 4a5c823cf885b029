r"""AlphaGrad on the singular values of a matrix: the theory with k = min(p, q) in place of the dimension.

    G = U diag(s) V^T,   D = U diag(tanh(alpha s/(N+eps))) V^T,   N = ||G||_F = ||s||,   r = N/(N+eps)

    L1*   tanh^2(alpha r)    <= ||D||_F^2 <= k tanh^2(alpha r/sqrt k)
    L2*   N tanh(alpha r)    <= <G, D>    <= N sqrt k tanh(alpha r/sqrt k)
    L3*   ||D||_F^2          <= alpha <G, D>/(N+eps)
    L4*   N                  <= <G, D>/tanh(alpha) + eps
    T2*   (1/T) sum <G, D>   <= Delta/(eta T) + L eta k tanh^2(alpha/sqrt k)/2
    N1    min_t N_t          <= eps + L eta Q_w(alpha, k)/2

    f(Y) <= f(X) + <G, Y-X> + (L_op/2) ||Y-X||_op^2:
          (1/T) sum <G, D>   <= Delta/(eta T) + L_op eta tanh^2(alpha)/2
          ||G||_* - W(1/e) k (N+eps)/alpha <= <G, D>

<G, D> = sum s_i d_i and ||D||_F^2 = sum d_i^2, as U and V are orthogonal: so every lemma about one gradient holds of s.
Upper L1*, L2* are attained where all k singular values are equal, lower ones at rank one; alpha -> inf is the exact
polar factor, Muon without momentum. At eta = sqrt(2 Delta/(L_op T))/tanh(alpha) the mean of N_t is at most
eps + sqrt(2 L_op Delta/T) for every alpha, and that of ||G_t||_* for the polar factor. L <= L_op <= k L for the least
one-sided constants. Source: theory2, section 5; theory, N7.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

import numpy as np
import sympy as sp

from alphalab.arrays import dot
from alphalab.claims import sharp
from alphalab.claims.case import Case, gradient_case, run_case
from alphalab.claims.claim import Assumption, Bound
from alphalab.claims.conclusion import Conclusion, cite, term
from alphalab.claims.facts.assumptions import MOVING, SPECTRAL, known
from alphalab.claims.facts.instances import of_matrices
from alphalab.claims.facts.lemmas import summed
from alphalab.claims.facts.letters import JOINT_K, L_OP, NUCLEAR, RANK, W, measures, more
from alphalab.claims.facts.runs import parabolas
from alphalab.claims.notation import (
    Delta,
    Formula,
    L,
    N,
    T,
    alpha,
    eps,
    eta,
    inner,
    least_norm,
    mean_inner,
    mean_norm,
    r,
    square,
)
from alphalab.claims.proof import Identity, Proof
from alphalab.claims.theory import best_iterate_joint
from alphalab.claims.theory.one_norm import MOST
from alphalab.optimizers import AlphaGrad, Spectral
from alphalab.problems import CustomProblem, half_square

SOURCE = "the lab's theory, matrices"
SEEN = "singular values"
LEVEL = sp.tanh(alpha * r / sp.sqrt(RANK))
PRICE = RANK * sp.tanh(alpha / sp.sqrt(RANK)) ** 2  # M(alpha, k)
BESIDE = 1 + 1e-7  # a staircase that lands on the minimiser stops there
KEPT = measures(RANK)


def cited(key: str) -> Callable[[], Proof]:
    """Return the proof that a lemma about one gradient holds of its singular values."""
    return lambda: Proof(concludes=Conclusion((term(1, cite(key, SEEN)),)))


def mean_proof() -> Proof:
    """The descent lemma summed, with ||D||_F^2 <= M(alpha, k)."""
    return Proof(
        concludes=Conclusion(
            (
                *summed(1, step="descent, spectral"),
                term(L * eta / 2, cite("lemma-1-dimension", SEEN), over="steps"),
            ),
            telescopes="x",
        )
    )


def nuclear_proof() -> Proof:
    """The descent lemma in the spectral norm, ||D||_op <= tanh(alpha)."""
    best = sp.sqrt(2 * Delta / (L_OP * T)) / sp.tanh(alpha)
    return Proof(
        concludes=Conclusion(summed(1, step="descent, spectral norm"), telescopes="x"),
        steps=(
            Identity(
                "at its best step it is",
                sp.Subs(RIGHT_NUCLEAR, eta, best),
                sp.tanh(alpha) * sp.sqrt(2 * L_OP * Delta / T),
            ),
        ),
    )


def norm_proof() -> Proof:
    """N <= <G, D>/tanh(alpha) + eps (L4*)."""
    return Proof(
        concludes=Conclusion(
            (term(1 / sp.tanh(alpha), cite("spectral-nuclear")), term(1, cite("lemma-4-sharp", SEEN), over="steps"))
        )
    )


RIGHT_NUCLEAR = Delta / (eta * T) + L_OP * eta * sp.tanh(alpha) ** 2 / 2


def one_matrix(steepness: float, epsilon: float, matrix: np.ndarray, label: str) -> Case:
    """One step at a matrix."""
    method = Spectral(AlphaGrad(alpha=steepness, epsilon=epsilon), shape=matrix.shape)
    return gradient_case(method, matrix.reshape(1, -1), label)


def equal_values(steepness: float = 2.0, epsilon: float = 0.1, p: int = 3, q: int = 2) -> Case:
    """One step at half a partial isometry of rank min(p, q)."""
    return one_matrix(steepness, epsilon, 0.5 * np.eye(p, q), "all singular values equal")


def rank_one(steepness: float = 2.0, epsilon: float = 0.1) -> Case:
    """One step at a matrix of rank one."""
    return one_matrix(steepness, epsilon, np.outer([3.0, 4.0, 0.0], [0.6, 0.8]), "rank one")


def walk(p: int = 5, q: int = 3, steps: int = 16, stairs: int = 4) -> Case:
    """||X||_F^2/2 from a few strides away along a partial isometry, then a 2-cycle beside 0."""
    method = AlphaGrad(learning_rate=0.5, alpha=2.0, epsilon=1e-12)
    stride = 0.5 * np.tanh(2.0 / np.sqrt(min(p, q)))
    start = stairs * BESIDE * stride * np.eye(p, q).ravel()
    return run_case(Spectral(method, shape=(p, q)), half_square(p * q), start, steps, "staircase of matrices", L_op=3.0)


def along_rank_one(p: int = 2, q: int = 3, steps: int = 16, stairs: int = 4) -> Case:
    """<V, X>^2/2, V = u v^T of unit vectors: one number walks down, whatever alpha; L_op = ||V||_*^2 = 1."""
    V = np.outer(np.full(p, p**-0.5), np.full(q, q**-0.5)).ravel()
    bowl = CustomProblem(
        value=lambda x: dot(x, V) ** 2 / 2, gradient=lambda x: dot(x, V)[..., None] * V, n=p * q, L=1.0, f_star=0.0
    )
    method = AlphaGrad(learning_rate=0.5, alpha=2.0, epsilon=1e-12)
    start = stairs * BESIDE * 0.5 * np.tanh(2.0) * V
    return run_case(Spectral(method, shape=(p, q)), bowl, start, steps, "staircase of rank one", L_op=1.0)


def down_the_parabolas(steepness: float = 3.0, k: int = 3, weight: float = 0.5, steps: int = 2000) -> Case:
    """Every gradient m diag(v), v the unit vector where Q_w(alpha, k) is attained: a supremum as T -> inf."""
    method = Spectral(AlphaGrad(learning_rate=0.1, alpha=steepness, epsilon=0.0), shape=(k, k))
    unit = np.diag(sharp.unit_vector(steepness, k, weight)).ravel()
    m = 0.1 * float(sharp.Q_joint(steepness, k, np.asarray(weight))) / 2
    d, _ = method.direction(unit, (), unit)
    return run_case(method, parabolas(unit, d, m, 0.1, steps), np.zeros(k * k), steps, "down the parabolas, matrices")


def lemma(
    key: str, title: str, vector: str, sides: tuple[Formula, Formula], tight: Callable[[], Case], *beside: Assumption
) -> Bound:
    """Return a lemma about the singular values, which is the one called `vector` about components."""
    return Bound(
        key=key,
        title=title,
        source=SOURCE,
        left=sides[0],
        right=sides[1],
        assumes=(SPECTRAL, *beside),
        quantities=measures(RANK, NUCLEAR, W),
        proof=cited(vector),
        cases=of_matrices,
        tight=tight,
    )


LEMMAS = (
    lemma(
        "spectral-lemma-1",
        "L1* of matrices: the squared step is at most k tanh^2(alpha r/sqrt k)",
        "lemma-1-sharp",
        (square, RANK * LEVEL**2),
        equal_values,
    ),
    lemma(
        "spectral-lemma-1-lower",
        "L1* of matrices: the squared step is at least tanh^2(alpha r)",
        "lemma-1-sharp-lower",
        (sp.tanh(alpha * r) ** 2, square),
        rank_one,
        MOVING,
    ),
    lemma(
        "spectral-lemma-2",
        "L2* of matrices: the alignment is at least N tanh(alpha r)",
        "lemma-2-sharp",
        (N * sp.tanh(alpha * r), inner),
        rank_one,
        MOVING,
    ),
    lemma(
        "spectral-lemma-2-upper",
        "L2* of matrices: the alignment is at most N sqrt k tanh(alpha r/sqrt k)",
        "lemma-2-sharp-upper",
        (inner, N * sp.sqrt(RANK) * LEVEL),
        equal_values,
    ),
    lemma(
        "spectral-lemma-3",
        "L3* of matrices: the squared step is at most alpha <G,D>/(N+eps)",
        "lemma-3-sharp",
        (square, alpha * inner / (N + eps)),
        functools.partial(rank_one, steepness=1e-3),
    ),
    lemma(
        "spectral-lemma-4",
        "L4* of matrices: the norm is at most <G,D>/tanh(alpha) + eps",
        "lemma-4-sharp",
        (N, inner / sp.tanh(alpha) + eps),
        functools.partial(rank_one, epsilon=0.0),
    ),
)
MEAN = Bound(
    key="spectral-thm-2",
    title="T2* of matrices: the mean alignment, by M(alpha, k), k = min(p, q)",
    source=SOURCE,
    left=mean_inner,
    right=Delta / (eta * T) + L * eta * PRICE / 2,
    assumes=(SPECTRAL, known("L", "f_inf")),
    quantities=KEPT,
    proof=mean_proof,
    cases=of_matrices,
    tight=walk,
    remark="a supremum at every T, from K + s strides along a partial isometry of rank k, s, eps -> 0",
)
BEST = Bound(
    key="spectral-best",
    title="the best iterate of matrices sees Q_w(alpha, k)",
    source=SOURCE,
    left=least_norm,
    right=eps + L * eta * JOINT_K / 2,
    assumes=(SPECTRAL, MOVING, known("L", "f_inf")),
    quantities=measures(more, JOINT_K),
    proof=functools.partial(best_iterate_joint.proof, JOINT_K, "descent, spectral", SEEN),
    cases=of_matrices,
    tight=down_the_parabolas,
    remark="so N1 as well, eps + L eta Q(alpha, k)/2 + Delta/(eta T tanh alpha); a supremum as T -> inf",
)
NUCLEAR_MEAN = Bound(
    key="spectral-nuclear",
    title="matrices where f is smooth in the spectral norm: the mean alignment",
    source=SOURCE,
    left=mean_inner,
    right=RIGHT_NUCLEAR,
    assumes=(SPECTRAL, known("L_op", "f_inf")),
    quantities=measures(L_OP),
    proof=nuclear_proof,
    cases=of_matrices,
    tight=along_rank_one,
    remark="a supremum at every T for every alpha, on (L_op/2) <u v^T, X>^2; as alpha -> inf the mean nuclear norm",
)
NUCLEAR_NORM = Bound(
    key="spectral-nuclear-norm",
    title="matrices where f is smooth in the spectral norm: the mean gradient norm",
    source=SOURCE,
    left=mean_norm,
    right=eps + RIGHT_NUCLEAR / sp.tanh(alpha),
    assumes=(SPECTRAL, known("L_op", "f_inf")),
    quantities=measures(L_OP),
    proof=norm_proof,
    cases=of_matrices,
    tight=along_rank_one,
    remark="at its best step eps + sqrt(2 L_op Delta/T) for every alpha; a supremum at every T",
)
NUCLEAR_LEMMA = lemma(
    "spectral-nuclear-lemma",
    "matrices: the alignment is at least ||G||_* - W(1/e) k (N+eps)/alpha",
    "smooth-maximum-lemma",
    (NUCLEAR, inner + W * RANK * (N + eps) / alpha),
    functools.partial(equal_values, steepness=MOST * np.sqrt(2), epsilon=0.0),
)
SPECTRAL_CLAIMS = (*LEMMAS, MEAN, BEST, NUCLEAR_LEMMA, NUCLEAR_MEAN, NUCLEAR_NORM)
