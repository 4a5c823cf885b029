r"""Section 6: alpha from the square root of the number of parameters, alpha = k sqrt(n).

    TD3 on Hopper          209,413   sqrt = 457.6    used 457: matches
    DQN on CartPole         10,934   sqrt = 104.6    used 93, 186, 279: does not
    PPO on HalfCheetah      11,085   sqrt = 105.3    used 98, 196, 294: does not

Counts of CleanRL's networks from their layer widths. Source: S. Sane, arXiv 2504.16020v2, sections 5 and 6.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import sympy as sp

from alphalab.claims.claim import Claim
from alphalab.claims.proof import Identity, Proof, Sign, Witness
from alphalab.claims.space import Space, Values


def parameters(*widths: int) -> sp.Expr:
    """Weights and biases of a fully connected network, sum (in + 1) out, not yet added up."""
    return sp.Add(*(sp.Mul(a + 1, b, evaluate=False) for a, b in pairwise(widths)), evaluate=False)


TD3_SUM = sp.Add(
    parameters(11, 256, 256, 3), 2 * sp.UnevaluatedExpr(parameters(11 + 3, 256, 256, 1)), evaluate=False
)  # an actor and two critics
DQN_SUM = parameters(4, 120, 84, 2)
PPO_SUM = sp.Add(parameters(17, 64, 64, 1), parameters(17, 64, 64, 6), 6, evaluate=False)  # critic, actor, deviations
TD3, DQN, PPO = map(sp.Integer, (209_413, 10_934, 11_085))  # the sums, as proof and witness confirm

USED = {"TD3": (TD3, 457), "DQN": (DQN, 93), "PPO": (PPO, 98)}  # parameters, alpha


def proof() -> Proof:
    """TD3: 457 is the root, rounded down."""
    return Proof(
        steps=(
            Identity("parameters of TD3", TD3_SUM, TD3),
            Sign("457^2 is at most that", TD3 - sp.Integer(457) ** 2),
            Sign("458^2 is more", sp.Integer(458) ** 2 - TD3, ">"),
        ),
        follows="457 = floor(sqrt(209,413)).",
    )


def witness() -> Witness:
    """DQN and PPO: the root exceeds the alpha used by more than any rounding."""
    return Witness(
        sentence="DQN: the root is 104.6, the alpha 93; PPO: 105.3 and 98",
        steps=(
            Identity("parameters of DQN", DQN_SUM, DQN),
            Sign("its root exceeds 93 + 11", DQN - sp.Integer(93 + 11) ** 2, ">"),
            Identity("parameters of PPO", PPO_SUM, PPO),
            Sign("its root exceeds 98 + 7", PPO - sp.Integer(98 + 7) ** 2, ">"),
        ),
    )


def sides(values: Values) -> tuple[np.ndarray, np.ndarray]:
    """|sqrt(n) - alpha| <= 1: the root, rounded up or down."""
    counts, alphas = np.asarray([USED[name] for name in values["network"]], dtype=float).T
    return np.abs(np.sqrt(counts) - alphas), np.ones_like(alphas)


SECTION_5_ALPHA = Claim(
    key="sec5-alpha",
    title="the alphas are roots of the parameter counts",
    source="arXiv 2504.16020v2, sections 5 and 6",
    verdict="corrected",
    statement=r"\alpha = \sqrt{n}: \quad 457 \text{ (TD3)}, \; 93 \text{ (DQN)}, \; 98 \text{ (PPO)}",
    proof=proof,
    witness=witness,
    space=Space("the networks of section 6", {"network": tuple(USED)}, sides),
    correction="right for TD3 (209,413 parameters, root 457.6); the roots of DQN and PPO are 104.6 and 105.3",
)
