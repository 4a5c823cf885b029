r"""What N1 says of the least gradient norm is false of the mean: no floor L eta Q/2 + eps in the long run.

    x_{T+1} = x_1:     (1/T) sum N_t <= L eta Q/2 + eps        a cycle goes on for ever, so this is its long-run mean

It holds for T = 2 and, by T2*, for n = 1. A cycle of 28 steps breaks it by a factor 1.219: AlphaGrad itself,
alpha = 40, eps = 1e-3, L = eta tanh(alpha) = 1, n = 80,001 (one coordinate, two blocks of equal ones). Its gradients
and values are the numbers of `falsifier/floor.json`; x_1, half the sum of 14 steps, makes x_{t+14} = -x_t exactly; the
756 interpolation conditions say that a function with a Lipschitz gradient has them.
Source: theory, "The long-run floor".
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from alphalab.claims.case import Case, run_case
from alphalab.claims.claim import Bound
from alphalab.claims.facts.assumptions import ALPHAGRAD, CLOSED, known
from alphalab.claims.facts.letters import PRICE, measures
from alphalab.claims.notation import L, eps, eta, mean_norm
from alphalab.claims.proof import Witness
from alphalab.optimizers import AlphaGrad
from alphalab.problems import half_square


def cycle() -> Witness:
    """The 28-cycle: every number of it is exact, what they come to is bounded in intervals."""
    from alphalab.claims.falsifier.records import FLOOR  # the search speaks of claims

    return Witness(
        sentence=(
            "a cycle of 28 steps in n = 80,001 dimensions, x_{t+14} = -x_t, alpha = 40, eps = 1e-3, L = 1, "
            "eta = 1/tanh(alpha), on a function with a Lipschitz gradient: the mean of N_t is 24.24, "
            "L eta Q/2 + eps 19.87, the least N_t 0.92"
        ),
        instance=FLOOR,
        case=as_run,
    )


def as_run() -> Case:
    """Return the same as a run: the method itself, on the lowest of the 28 parabolas."""
    from alphalab.claims.falsifier.records import FLOOR

    return FLOOR.recipe().case("a cycle of 28 steps")


def of_two_steps() -> Iterator[Case]:
    """Yield a cycle that keeps the floor: x_t = +-1 on x^2/2, as tanh(ln 3/2) = 1/2."""
    method = AlphaGrad(learning_rate=4.0, alpha=math.log(3), epsilon=1.0)
    yield run_case(method, half_square(), np.ones(1), 4, "a cycle of 2 steps", period=2.0)


MEAN_FLOOR = Bound(
    key="floor-mean",
    title="the mean of N_t has the floor of the least N_t, in the long run",
    source="the lab's theory, the long-run floor",
    verdict="false",
    left=mean_norm,
    right=L * eta * PRICE / 2 + eps,
    assumes=(ALPHAGRAD, known("L"), CLOSED),
    quantities=measures(PRICE),
    witness=cycle,
    cases=of_two_steps,
    remark="true of the least N_t (N1), of cycles of 2 steps, and for n = 1 (T2*); open for convex f and for small n",
)
