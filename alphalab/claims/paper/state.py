r"""Section 4 and table 1: who keeps how much between two steps.

    AlphaGrad, signSGD, normalised descent: 0     with momentum: v, n numbers     Adam, LAMB: m and v, 2n numbers

AlphaGrad is stateless, as claimed. LAMB is not: its step after two gradients depends on the first one.
Source: S. Sane, arXiv 2504.16020v2, section 4 and table 1; LAMB: arXiv 1904.00962, algorithm 2.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import sympy as sp

from alphalab.arrays import leaves, norm, roundoff
from alphalab.claims.claim import Claim, Finding
from alphalab.claims.proof import Identity, Sign, Witness
from alphalab.claims.space import Space, Values
from alphalab.optimizers import LAMB, Adam, AlphaGrad, HeavyBall, NormalizedGD, Optimizer, SignSGD

BUFFERS: tuple[tuple[Optimizer, int], ...] = (
    (AlphaGrad(), 0),
    (SignSGD(), 0),
    (NormalizedGD(), 0),
    (HeavyBall(AlphaGrad()), 1),
    (Adam(), 2),
)
SIZES = (1, 10, 1000)
HISTORIES = ((1, 1), (-100, 1))  # two histories that end in the same gradient


def measured(method: Optimizer, buffers: int) -> Finding:
    """Bytes of state before the first step and after each of three, against `buffers` numbers per parameter."""
    wrong, instances = 0, 0
    for dtype in (np.float32, np.float64):
        for n in SIZES:
            x = np.ones(n, dtype=dtype)
            state = method.init(x)
            sizes = [method.state_bytes(x)]
            for _ in range(3):
                d, state = method.direction(x, state, x)
                _, state = method.step(d, state)
                sizes.append(sum(leaf.nbytes for leaf in leaves(state)))
            wrong += sum(size != buffers * n * x.itemsize for size in sizes)
            instances += len(sizes)
    inner = f" of {method.optimizer.name}" if isinstance(method, HeavyBall) else ""
    label = f"{method.name}{inner}: {buffers * 8} bytes of state per float64 parameter"
    return Finding(case=label, instances=instances, violations=wrong)


def memory_trial() -> Iterator[Finding]:
    """AlphaGrad against the others."""
    for method, buffers in BUFFERS:
        yield measured(method, buffers)


def lamb_step(history: Sequence[int]) -> sp.Expr:
    """LAMB's direction at x = 1 after these gradients, n = 1, eps = 0, no weight decay, in exact arithmetic."""
    b1, b2 = sp.Rational(9, 10), sp.Rational(999, 1000)
    m, v = sp.S(0), sp.S(0)
    shown = sp.UnevaluatedExpr
    for g in history:
        m, v = shown(b1 * m.doit()) + shown((1 - b1) * g), shown(b2 * v.doit()) + shown((1 - b2) * sp.Integer(g) ** 2)
    r = (m / (1 - b1 ** len(history))) / sp.sqrt(v / (1 - b2 ** len(history)))
    return r / abs(r.doit())


def lamb_witness() -> Witness:
    """Two histories, the same current gradient and weight, opposite steps."""
    same, other = map(lamb_step, HISTORIES)
    return Witness(
        sentence="x = 1, current gradient 1: LAMB steps by +1 after the gradient 1 and by -1 after the gradient -100",
        steps=(
            Identity(
                "the current gradients are equal: their difference",
                sp.Add(HISTORIES[0][-1], -HISTORIES[1][-1], evaluate=False),
                sp.Integer(0),
            ),
            Identity("the direction after the gradient 1", same, sp.S(1)),
            Identity("the direction after the gradient -100", other, sp.S(-1)),
            Sign("they differ: no function of the current gradient and weight gives both", (same - other).doit(), ">"),
        ),
    )


def lamb_trial() -> Iterator[Finding]:
    """The library's LAMB keeps m and v, and takes the witness's two steps."""
    yield measured(LAMB(), 2)
    x = np.ones(1)
    wrong = 0
    for history in HISTORIES:
        d = after([np.asarray([float(g)]) for g in history], x)
        wrong += int(d[0] != float(lamb_step(history).doit()))
    yield Finding(case="the direction after two gradients depends on the first", instances=2, violations=wrong)


def lamb_sides(values: Values) -> tuple[np.ndarray, np.ndarray]:
    """||d - d'|| at x = (1, 1) and the gradient (g1, g2), after (a1, a2) and after (b1, b2): 0 without state."""
    last, first, other = (np.stack([values[z + "1"], values[z + "2"]], axis=-1) for z in "gab")
    x = np.ones_like(last)
    d, changed = (after((history, last), x) for history in (first, other))
    return norm(d - changed), roundoff(2, x.dtype) * norm(d)


def after(gradients: Sequence[np.ndarray], x: np.ndarray) -> np.ndarray:
    """Return LAMB's direction at x after these gradients, (*batch, n)."""
    method, d = LAMB(epsilon=0.0), x
    state = method.init(x)
    for g in gradients:
        d, state = method.direction(g, state, x)
    return d


SECTION_4_MEMORY = Claim(
    key="sec4-memory",
    title="stateless: less memory than Adam",
    source="arXiv 2504.16020v2, section 4 and table 1",
    statement=r"\text{state: AlphaGrad } 0, \text{ with momentum } n, \text{ Adam } 2n \text{ numbers}",
    trial=memory_trial,
    remark="momentum needs one buffer; the time per step is measured by the benchmarks, not here",
)
TABLE_1_LAMB = Claim(
    key="tab1-lamb",
    title="LAMB needs no state",
    source="arXiv 2504.16020v2, table 1",
    verdict="false",
    statement=r"\text{LAMB: no state}",
    witness=lamb_witness,
    trial=lamb_trial,
    space=Space("two gradients", dict.fromkeys(("a1", "a2", "b1", "b2", "g1", "g2"), (-10.0, 10.0)), lamb_sides),
    correction="LAMB keeps Adam's two moments: 16 bytes per float64 parameter",
)
