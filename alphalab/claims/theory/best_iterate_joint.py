r"""The best iterate with descent and start weighed at the same unit vector: better than N1, less than twice.

    Q_w(alpha, n) = sup_{|u|=1} (sum tanh^2(alpha u_i) + w)/sum u_i tanh(alpha u_i),       w = 2 Delta/(L eta^2 T)
    ||g'||^2 + r w <= Q_w <g,g'>/N,          min_t N_t <= eps + L eta Q_w/2,               Q <= Q_w <= Q + w/tanh alpha

N1 is what the last inequality makes of it. Q_w is a maximum over one number, as Q is, the spike included. A
supremum as T -> inf for every eta, on a minimum of parabolas. Source: theory2, section 2.
"""

from __future__ import annotations

import numpy as np
import sympy as sp

from alphalab.claims import sharp
from alphalab.claims.case import Case, run_case
from alphalab.claims.claim import Bound
from alphalab.claims.conclusion import Conclusion, Split, case, chord, cite, given, plain, term
from alphalab.claims.facts.assumptions import ALPHAGRAD, MOVING, known
from alphalab.claims.facts.lemmas import BEND, SIGMA, summed, x
from alphalab.claims.facts.letters import JOINT, measures, more, u
from alphalab.claims.facts.runs import parabolas
from alphalab.claims.facts.written import BOTTOM
from alphalab.claims.notation import L, N, alpha, eps, eta, inner, least_norm, r, square
from alphalab.claims.proof import Proof
from alphalab.claims.theory.price import increasing
from alphalab.optimizers import AlphaGrad

LETTERS = measures(more, JOINT)
FLOOR = L * eta * JOINT / 2


def lemma_proof() -> Proof:
    """The ratio of ||g'||^2 to <g,g'>/N increases in r up to g/N, where Q_w decides; there <g,g'>/N is at most 1/r."""
    over = chord(SIGMA.subs(x, x / r), x, BEND.subs(x, x / r) / r**2, u, r * u, given("r u_i <= u_i"))
    return Proof(
        concludes=Conclusion(
            (
                term(inner / N, given("Q_w")),
                *increasing(),
                term(more / r, over, over="components"),
            ),
            scale=BOTTOM,
        )
    )


def proof(price: sp.Symbol = JOINT, step: str = "descent", seen: str = "") -> Proof:
    """With m the least N_t: while m >= eps + L eta Q_w/2 every step gains eta times w at least, as T of them may not.

    With S = <g,g'>/N a step gains eta (N S - L eta ||g'||^2/2), which is at least eta times
    S (N - L eta Q_w/2) + L eta w/2 - (L eta w/2) eps/(N+eps); S >= tanh(alpha) r, and r >= 1/2. `price` is Q_w,
    `step` the descent lemma, `seen` the vector that a step squashes.
    """
    tanh, floor = sp.tanh(alpha), L * eta * price / 2
    above = least_norm - eps - floor
    far, lemma, nearest = case(above), cite("best-iterate-joint-lemma", seen), given("least N")
    half = tanh / (2 * (N + eps))
    rest = eps * more / (price * (N + eps))
    return Proof(
        concludes=Conclusion(
            Split(
                above,
                (
                    *summed(1, step=step),
                    term(1, given("w")),
                    term(L * eta / 2 + eps / price, lemma, over="steps"),
                    term(inner / N, nearest, over="steps"),
                    term(1 / N, cite("lemma-2", seen), far, over="steps"),
                    term(half, nearest, far, over="steps"),
                    term(half, far, far, over="steps"),
                    term(half * floor, far, over="steps"),
                    term(eps / price, plain(square), over="steps"),
                    term(rest, nearest, over="steps"),
                    term(rest, far, over="steps"),
                    term(rest, plain(eps), over="steps"),
                ),
                (term(tanh / 2, case(-above)),),
            ),
            scale=tanh / 2,
            telescopes="x",
        ),
        follows="As T -> inf a supremum: f = min_k q_k, q_k parabolas of second derivative L through the run.",
    )


def down_the_parabolas(steepness: float = 3.0, n: int = 50, more: float = 0.5, steps: int = 4000) -> Case:
    """Every gradient m v, v the unit vector where Q_w is attained, m = L eta Q_w/2: a supremum as T -> inf."""
    method = AlphaGrad(learning_rate=0.1, alpha=steepness, epsilon=0.0)
    unit = sharp.unit_vector(steepness, n, more)
    m = 0.1 * float(sharp.Q_joint(steepness, n, np.asarray(more))) / 2
    d, _ = method.direction(unit, (), unit)
    return run_case(method, parabolas(unit, d, m, 0.1, steps), np.zeros(n), steps, "down the parabolas")


LEMMA = Bound(
    key="best-iterate-joint-lemma",
    title="the squared step and r w together are at most Q_w <g,g'>/N",
    source="the lab's theory, best iterate jointly",
    left=square + r * more,
    right=JOINT * inner / N,
    assumes=(ALPHAGRAD, MOVING, known("L", "f_inf")),
    quantities=LETTERS,
    proof=lemma_proof,
    remark="for every w >= 0; w = 0 is N1's lemma",
)
BEST_JOINT = Bound(
    key="best-iterate-joint",
    title="the best iterate sees Q_w: N1's terms weighed at one unit vector",
    source="the lab's theory, best iterate jointly",
    left=least_norm,
    right=eps + FLOOR,
    assumes=(ALPHAGRAD, MOVING, known("L", "f_inf")),
    quantities=LETTERS,
    proof=proof,
    tight=down_the_parabolas,
    remark="at most N1's right side, as Q_w <= Q + w/tanh(alpha); attained at T = 1 for n = 1, else as T -> inf",
)
BEST_ITERATE_JOINT = (LEMMA, BEST_JOINT)
