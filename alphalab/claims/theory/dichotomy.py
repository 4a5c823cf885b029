r"""T4*'s dichotomy on every quadratic f = <x, A x>/2, A symmetric and positive semidefinite, L its largest eigenvalue.

    eta <= 2 eps/(alpha L)     N_t -> 0 from every start (T4*)
    eta >  2 eps/(alpha L)     N_t -> 0 only from a set of starts of measure 0

There g+ = F(g) = g - eta A tanh(alpha g/(||g||+eps)) on the range of A, DF(0) = I - (alpha eta/eps) A.
Source: theory2, section 6.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import sympy as sp

from alphalab.arrays import norm
from alphalab.claims.claim import Claim, Finding
from alphalab.claims.notation import L, alpha, eps, eta
from alphalab.claims.proof import Identity, Proof, Sign
from alphalab.optimizers import AlphaGrad

STARTS, STEPS, EPSILON = 60, 1500, 0.1


def proof() -> Proof:
    """The eigenvalue at 0 is below -1; a stable set lies in a graph; preimages of null sets are null."""
    z, l, above = sp.symbols("z l s", positive=True)
    unstable, small = sp.symbols("(m-1) c", positive=True)
    mu, d = 1 + unstable, unstable / (2 * sp.sqrt(2)) / (1 + small)
    eigen = 1 - alpha * eta * l / eps
    threshold = (2 + above) * eps / (alpha * L)
    grows = mu - sp.sqrt(2) * d - 1
    return Proof(
        steps=(
            Identity(
                "along an eigenvector of A, eigenvalue l, the slope of F at 0",
                sp.Subs(sp.Derivative(z - eta * l * sp.tanh(alpha * z / (z + eps)), z), z, 0),
                eigen,
            ),
            Identity("at l = L, eta = (2+s) eps/(alpha L)", sp.Subs(eigen, (l, eta), (L, threshold)), -1 - above),
            Sign("is below -1 for s > 0", -1 - above - (-1), "<"),
            Identity(
                "m > 1 the least unstable modulus, d < (m-1)/(2 sqrt 2): m - sqrt 2 d - 1",
                sp.UnevaluatedExpr(mu - sp.sqrt(2) * d) - 1,
                sp.factor(grows),
            ),
            Sign("is positive: a difference in unstable directions grows", sp.factor(grows), ">"),
        ),
        rests_on=("thm-4-stationary",),
        follows=(
            "Up to the threshold: T4*. Above it, F is C^1 at 0, DF(0) symmetric with an eigenvalue below -1. (1) "
            "Starts that stay in a small ball, where F - DF(0) has the Lipschitz constant d: were two of them "
            "further apart in unstable than in other directions, that would persist and their unstable distance "
            "grow without end. So they lie in a Lipschitz graph over the other directions: measure 0. (2) det DF "
            "is analytic off 0 and tends to 1 far out, so its zeros have measure 0; elsewhere F is a local "
            "diffeomorphism: preimages of null sets are null. (3) N_t -> 0 puts some F^t(g) into the set of (1)."
        ),
    )


def trial() -> Iterator[Finding]:
    """Starts on quadratics, n = 3, a third with singular A: all converge below the threshold, none above."""
    random = np.random.default_rng(0)
    eigenvalues = np.stack([np.ones(STARTS), random.uniform(0.3, 1, STARTS), random.uniform(0.3, 1, STARTS)], axis=-1)
    eigenvalues[::3, 2] = 0.0
    basis = np.linalg.qr(random.standard_normal((STARTS, 3, 3)))[0]
    A = np.einsum("sij,sj,skj->sik", basis, eigenvalues, basis)
    steepness = 10.0 ** random.uniform(-0.5, 1, STARTS)
    x0 = 3 * random.standard_normal((STARTS, 3))
    for factor in (0.9, 1.1, 1.5, 5.0):
        method = AlphaGrad(learning_rate=factor * 2 * EPSILON / steepness, alpha=steepness, epsilon=EPSILON)
        x = x0
        for _ in range(STEPS):
            g = np.einsum("sij,sj->si", A, x)
            x = x - method.step(method.direction(g, (), x)[0], ())[0]
        still = norm(np.einsum("sij,sj->si", A, x)) < 1e-6
        wrong = ~still if factor < 1 else still
        yield Finding(case=f"eta = {factor} thresholds, n = 3", instances=STARTS, violations=int(wrong.sum()))


DICHOTOMY = Claim(
    key="dichotomy-n",
    title="T4*: the dichotomy at eta = 2 eps/(alpha L) on every quadratic",
    source="the lab's theory, dynamics",
    statement=(
        r"f = \tfrac12\langle x, A x\rangle, A = A^\top \succeq 0, L > 0 \text{ its largest eigenvalue}, "
        r"\alpha, \eta, \varepsilon > 0: \quad "
        r"\eta \le \tfrac{2\varepsilon}{\alpha L} \Rightarrow N_t \to 0; \quad "
        r"\eta > \tfrac{2\varepsilon}{\alpha L} \Rightarrow N_t \to 0 \text{ from a null set of starts only}"
    ),
    proof=proof,
    trial=trial,
    remark="what runs do instead is not known for n > 1; for n = 1 they end in the 2-cycle: thm-4-attraction",
)
