r"""AdaL as catalogued divides by zero.

    v = b2 v + (1-b2) g^^2,    theta <- theta - (eta/sqrt t) (v^^(-1/2) + eps) m^:    v^ = 0 at g = 0

The rule needs a guard; only d = 0 is possible there, as m^ = 0 wherever v^ = 0 (for 0 < b2 < 1).
Source: H. Zhang et al., arXiv 2107.01525, as public catalogues of optimizers give it.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import sympy as sp

from alphalab.arrays import roundoff
from alphalab.claims.claim import Claim, Finding
from alphalab.claims.proof import Identity, Proof, Sign, Witness
from alphalab.claims.space import Space, Values
from alphalab.optimizers import AdaL


def advance(moment: sp.Expr, b: sp.Expr, g: sp.Expr) -> sp.Expr:
    """b moment + (1-b) g."""
    return b * sp.UnevaluatedExpr(moment) + (1 - b) * sp.UnevaluatedExpr(g)


def proof() -> Proof:
    """v = 0 only while every gradient so far was 0, and then m = 0. With b2 = 1/(1+q), q > 0: 0 < b2 < 1."""
    q, v, size = sp.symbols("q v a", positive=True)  # a = |g^| of a gradient that is not 0
    old, b1 = sp.symbols("w b_1", nonnegative=True)
    b2 = 1 / (1 + q)
    fresh, kept = old / (1 + q) + size**2 * q / (1 + q), v / (1 + q)
    return Proof(
        steps=(
            Identity("zero gradients keep m = 0", advance(sp.S(0), b1, sp.S(0)), sp.S(0)),
            Identity("and v = 0", advance(sp.S(0), b2, sp.S(0)), sp.S(0)),
            Identity("v after a gradient that is not 0", advance(old, b2, size**2), fresh),
            Sign("is positive", fresh, ">"),
            Identity("and after any zero gradient", advance(v, b2, sp.S(0)), kept),
            Sign("remains so", kept, ">"),
        ),
        follows="Where v^ = 0 every gradient so far was 0, so m^ = 0: any number in place of v^^(-1/2) gives d = 0.",
    )


def witness() -> Witness:
    """The first gradient is 0."""
    b1, b2 = sp.Rational(9, 10), sp.Rational(999, 1000)
    v, m = advance(sp.S(0), b2, sp.S(0)) / (1 - b2), advance(sp.S(0), b1, sp.S(0)) / (1 - b1)
    return Witness(
        sentence="g_1 = 0: v^ = 0, and v^^(-1/2) m^ is 0/0",
        steps=(
            Identity("what is divided by, sqrt(v^)", sp.sqrt(v), sp.S(0)),
            Identity("what is divided, m^", m, sp.S(0)),
        ),
    )


def catalogued(gradients: np.ndarray, b1: float = 0.9, b2: float = 0.999, epsilon: float = 1e-8) -> np.ndarray:
    """Return the directions of the rule as it stands, (T, n), NaN and all."""
    m, v, steps = 0.0 * gradients[0], 0.0 * gradients[0], []
    for t, g in enumerate(gradients, 1):
        hat = np.sum(np.abs(g)) * g
        m, v = b1 * m + (1 - b1) * hat, b2 * v + (1 - b2) * hat * hat
        with np.errstate(all="ignore"):
            steps.append(((v / (1 - b2**t)) ** -0.5 + epsilon) * (m / (1 - b1**t)) / np.sqrt(t))
    return np.asarray(steps)


def guarded(gradients: np.ndarray) -> np.ndarray:
    """Return the library's directions, (T, n)."""
    method, steps = AdaL(), []
    state = method.init(gradients[0])
    for g in gradients:
        d, state = method.direction(g, state, g)
        steps.append(d)
    return np.asarray(steps)


def trial() -> Iterator[Finding]:
    """The library's rule is the catalogued one where that is defined, and 0 where it is not."""
    random = np.random.default_rng(0)
    histories = random.standard_normal((20, 30, 4)) * 10.0 ** random.integers(-3, 4, (20, 1, 1))
    histories[::2, :5] = 0.0  # every other run starts with five zero gradients
    histories[1::2, 5:9] = 0.0  # the others meet them later
    written, ours = (np.stack([rule(g) for g in histories]) for rule in (catalogued, guarded))
    undefined = np.isnan(written)
    expected = np.broadcast_to(np.arange(30)[:, None] < 5, (10, 30, 4))
    yield Finding(
        case="the catalogued rule is NaN exactly while every gradient so far was 0",
        instances=undefined.size,
        violations=int(np.sum(undefined[::2] != expected) + np.sum(undefined[1::2])),
    )
    error = np.abs(ours - np.where(undefined, 0.0, written))
    size = np.maximum.accumulate(np.abs(ours), axis=1)  # m^ cancels: its rounding error is that of its largest term
    yield Finding(
        case="the library's rule equals it elsewhere, and is 0 there",
        instances=error.size,
        violations=int(np.sum(~(error <= roundoff(30, "float64") * size))),
    )


def sides(values: Values) -> tuple[np.ndarray, np.ndarray]:
    """max |d| after two gradients of small integers is a number."""
    history = np.round([[values["g1"], values["g2"]], [values["h1"], values["h2"]]])  # (2 steps, n = 2, S)
    d = catalogued(np.moveaxis(history, -1, 1))
    size = np.max(np.abs(d), axis=(0, -1))
    return np.where(np.isnan(size), np.inf, size), np.full(size.shape, np.finfo(size.dtype).max)


CATALOGUED_ADAL = Claim(
    key="adal",
    title="AdaL's rule as catalogued",
    source="arXiv 2107.01525, as catalogued",
    verdict="corrected",
    statement=r"d = (\hat v^{-1/2} + \varepsilon)\,\hat m/\sqrt t \text{ is defined for all gradients}",
    proof=proof,
    witness=witness,
    trial=trial,
    space=Space("two gradients, rounded to integers", dict.fromkeys(("g1", "g2", "h1", "h2"), (-8.0, 8.0)), sides),
    correction="it divides by 0 where v^ = 0; the library takes d = 0 there",
    remark="with b2 = 0, or where g^^2 underflows, v^ = 0 can meet m^ != 0; the library takes d = 0 there as well",
)
