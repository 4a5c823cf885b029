"""The problems on which runs are searched, and what is said of them beyond their own constants.

On quadratics L_inf = max s^T A s over signs s, elsewhere n L, which always holds; the largest constant of a tensor
is the largest eigenvalue of its block of A, elsewhere L, which always holds; what is L-smooth is (L, 0)-smooth.
"""

from __future__ import annotations

import functools
import itertools

import numpy as np

from alphalab.problems import DiagonalQuadratic, Problem, Quadratic, half_square, problem

STEPS = 32  # every prefix is an instance


@functools.cache
def subjects() -> tuple[Problem, ...]:
    """Return the problems on which runs are searched: quadratics round and rotated, and one of every other class."""
    return (
        half_square(),
        half_square(4),
        Quadratic(A=np.asarray([[0.55, 0.45], [0.45, 0.55]]), x_star=np.zeros(2)),  # eigenvalues 1 and 0.1
        problem("quadratic", 3),
        problem("huber", 2),
        problem("cosine", 2),
        problem("pl-sine", 1),
        problem("cosh", 2),
        problem("least-squares-diabetes"),
    )


def promises(subject: Problem, blocks: tuple[int, ...] = ()) -> dict[str, float]:
    """Return what holds of a problem beyond its constants: L_inf, L_tensor, L_op, L0, L1 where it has an L."""
    L = subject.constants.L
    if L is None:
        return {}
    found = {"L_inf": maximum_norm_smoothness(subject), "L0": L, "L1": 0.0, "L_op": subject.n * L}
    return found | ({"L_tensor": tensor_smoothness(subject, blocks)} if blocks else {})


def center(subject: Problem) -> np.ndarray:
    """Return the minimiser, the origin where none is known."""
    known = subject.constants.x_star
    return np.zeros(subject.n) if known is None else np.asarray(known)


def over_signs(A: np.ndarray) -> np.ndarray:
    """Return max s^T A s over signs s, which is max y^T A y over |y|_inf <= 1 for A >= 0; shape (*batch,)."""
    signs = np.asarray(list(itertools.product((-1.0, 1.0), repeat=A.shape[-1])))
    return np.max(np.einsum("si,...ij,sj->...s", signs, A, signs), axis=-1)


def maximum_norm_smoothness(subject: Problem) -> float:
    """Return L_inf: max s^T A s over signs s, where f is a quadratic with matrix A, else n L, which is never less."""
    if isinstance(subject, Quadratic | DiagonalQuadratic):
        return float(over_signs(_hessian(subject)))
    return subject.n * float(subject.constants.L or 0.0)


def tensor_smoothness(subject: Problem, blocks: tuple[int, ...]) -> float:
    """Return max_l L_l over the tensors of these sizes: of the diagonal blocks of A, or L, which is never less."""
    if isinstance(subject, Quadratic | DiagonalQuadratic):
        A, cuts = _hessian(subject), np.cumsum((0, *blocks))
        return max(float(np.linalg.norm(A[low:high, low:high], 2)) for low, high in itertools.pairwise(cuts))
    return float(subject.constants.L or 0.0)


def _hessian(subject: Quadratic | DiagonalQuadratic) -> np.ndarray:
    return subject.A if isinstance(subject, Quadratic) else np.diag(subject.lam)
