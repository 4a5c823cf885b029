r"""Decoupled weight decay keeps a box: x+ = (1 - eta w) x - eta d, |d_i| <= c = tanh(alpha), 0 < eta w <= 1.

    max_i |x+_i| - c/w <= (1 - eta w) (max_i |x_i| - c/w)_+

The box |x_i| <= tanh(alpha)/w, smaller than 1/w, is never left, and from outside the way to it shrinks by 1 - eta w a
step. For eta w > 1 it is left: x = c/w, d = c. Tight for a constant gradient along an axis. Source: theory2, section 6.
"""

from __future__ import annotations

import numpy as np
import sympy as sp

from alphalab.claims.case import largest
from alphalab.claims.claim import Claim
from alphalab.claims.proof import Identity, Proof, Sign, slack
from alphalab.claims.space import Space, Values
from alphalab.optimizers import AlphaGrad, WeightDecay


def proof() -> Proof:
    """One component, |d| = c - s; x = c/w is where decay and the largest step are in balance."""
    c, w, eta = sp.symbols("c w eta", positive=True)
    s, out = slack("d"), sp.Symbol("y", nonnegative=True)  # |d| = c - s, |x| = c/w + y outside
    keep, inside = sp.Symbol(r"(1-\eta w)", nonnegative=True), slack("x")  # inside: |x| = c/w - x
    beyond = sp.Symbol(r"(\eta w-1)", positive=True)
    shown = sp.UnevaluatedExpr
    return Proof(
        steps=(
            Identity(
                "outside, |x| = c/w + y: (1-eta w)|x| + eta |d| less c/w + (1-eta w) y",
                (1 - eta * w) * shown(c / w + out) + eta * (c - s) - (c / w + (1 - eta * w) * out),
                -eta * s,
            ),
            Sign("is not positive", -eta * s, "<="),
            Identity(
                "inside, |x| = c/w - x: the same less c/w",
                (1 - eta * w) * shown(c / w - inside) + eta * (c - s) - c / w,
                -(1 - eta * w) * inside - eta * s,
            ),
            Sign("is not positive for eta w <= 1", -keep * inside - eta * s, "<="),
            Identity(
                "for eta w > 1 from x = c/w with d = c: |x+| less c/w",
                -((1 - eta * w) * shown(c / w) - eta * c) - c / w,
                2 * (eta * w - 1) * c / w,
            ),
            Sign("is positive: the box is left", 2 * beyond * c / w, ">"),
        ),
        follows="|x+_i| <= (1-eta w)|x_i| + eta |d_i| for each component, and |d_i| <= tanh(alpha).",
    )


def sides(values: Values) -> tuple[np.ndarray, np.ndarray]:
    """max |x+_i| and c/w + (1 - eta w)(max |x_i| - c/w)_+ of one step of the wrapper, n = 2, eta = 1."""
    alpha, share = 10.0 ** values["log alpha"], 10.0 ** values["log eta w"]
    method = WeightDecay(AlphaGrad(learning_rate=1.0, alpha=alpha, epsilon=1e-9), weight_decay=share)
    edge = np.tanh(alpha) / share
    x = np.stack([values["x1 w/c"], values["x2 w/c"]], axis=-1) * edge[:, None]
    g = np.stack([np.cos(values["angle"]), np.sin(values["angle"])], axis=-1)
    d, state = method.direction(g, method.init(x), x)
    after = x - method.step(d, state)[0]
    out = np.maximum(largest(x) - edge, 0.0)
    return largest(after), (edge + (1 - share) * out) * (1 + 1e-12)


WEIGHT_DECAY_BOX = Claim(
    key="weight-decay-box",
    title="weight decay keeps the box |x_i| <= tanh(alpha)/w where eta w <= 1",
    source="the lab's theory, weight decay",
    statement=(
        r"x^+ = (1-\eta w)\, x - \eta d, 0 < \eta w \le 1: \quad "
        r"\max_i |x^+_i| - \tfrac{c}{w} \le (1-\eta w)\, (\max_i |x_i| - \tfrac{c}{w})_+, \quad c = \tanh\alpha"
    ),
    proof=proof,
    space=Space(
        "a step, n = 2",
        {
            "log alpha": (-2.0, 1.3),
            "log eta w": (-4.0, 0.0),
            "x1 w/c": (-3.0, 3.0),
            "x2 w/c": (-3.0, 3.0),
            "angle": (0.0, float(2 * np.pi)),
        },
        sides,
    ),
    remark="any step with |d_i| <= c keeps it, signs 1/w; and ||x|| <= sqrt(M)/w, the norm in place of the maximum",
)
