r"""Without concavity: any odd sigma between two lines, a u <= sigma(u) <= b u on [0, 1], 0 < a < b.

    (1/T) sum <g_t,d_t>  <= Delta/(eta T) + L eta M^/2 = B,       (1/T) sum h(N_t) <= B/a,       h(z) = z^2/(z+eps)
    min_t h(N_t)         <= max over c in {a, b} of (L eta/2)(c + w/c),       w = 2 Delta/(L eta^2 T)

M^ = n phi^(1/n), phi^ the least concave function above sigma(sqrt s)^2 that nowhere falls; M^ <= b^2. For a sigma of
the concave family phi^ = phi and a = sigma(1): the first line contains T2*. The last at eta = sqrt(2 Delta/(LTab)) is
sqrt(2 L Delta/T) (a+b)/(2 sqrt(ab)), the root of Kantorovich's constant in place of b/a. It covers Muon's quintic,
which is neither increasing nor concave. Source: theory2, section 1.
"""

from __future__ import annotations

import numpy as np
import sympy as sp

from alphalab.claims.case import Case, run_case
from alphalab.claims.claim import Bound
from alphalab.claims.conclusion import Conclusion, Split, Term, case, cite, given, largest, term
from alphalab.claims.facts import instances
from alphalab.claims.facts.assumptions import MOVING, known
from alphalab.claims.facts.lemmas import summed
from alphalab.claims.facts.letters import bend, envelope, high, low, mean_inner_d, measures, more, u
from alphalab.claims.facts.runs import parabolas
from alphalab.claims.facts.slopes import BETWEEN, ThreeSlopes
from alphalab.claims.notation import Delta, Formula, L, Max, N, T, eps, eta, least_norm, mean_h, r
from alphalab.claims.proof import Identity, Proof
from alphalab.problems import half_square

PRICED = Delta / (eta * T) + L * eta * envelope / 2
LEAST_H = least_norm**2 / (least_norm + eps)
SOURCE = "the lab's theory, no concavity"


def at(c: Formula) -> Formula:
    """L eta (c + w/c)/2, c a or b."""
    return L * eta * (c + more / c) / 2


BEST = Max(at(low), at(high))


def proof() -> Proof:
    """The descent lemma summed; ||d||^2 <= M^ + k (r^2 - 1), as phi lies under a line that meets phi^ at 1/n."""
    price = L * eta / 2
    return Proof(
        concludes=Conclusion(
            (
                *summed(1, step="descent, slopes"),
                term(price, given("envelope"), over="components steps"),
                term(price * bend * (1 + r), given("r <= 1"), over="steps"),
            ),
            telescopes="x",
        )
    )


def norm_proof() -> Proof:
    """<g,d> >= a h(N)."""
    each = term((N + eps) * u / low, given("a u_i <= sigma_i"), over="components steps")
    return Proof(concludes=Conclusion((term(1 / low, cite("bounded-slope")), each)))


def best_proof() -> Proof:
    """(sigma_i - a u_i)(b u_i - sigma_i) >= 0: ||d||^2 <= (a+b) p - a b r^2, p = <g,d>/(N+eps) in [a r^2, b r^2].

    So a step gains at least what is linear in p, theta of a's c (h(N) - L eta c/2) and 1 - theta of b's.
    """
    least, most = given("a u_i <= sigma_i"), given("sigma_i <= b u_i")
    above = LEAST_H - BEST
    return Proof(
        concludes=Conclusion(
            Split(
                above,
                (
                    *summed(1, step="descent, slopes"),
                    term(1, given("w")),
                    term(L * eta / 2, least, most, over="components steps"),
                    *_share(low, most),
                    *_share(high, least),
                    term(u / r**2, least, case(above), over="components steps"),
                ),
                (term(low, case(-above)),),
            ),
            scale=low,
            telescopes="x",
        ),
        steps=_at_the_best_eta(),
    )


def _share(c: Formula, nearer: object) -> tuple[Term, ...]:
    """The gaps of c (h(N) - L eta c r^2/2 - w/c) over c (h(least N) - BEST), each by its share of the components."""
    share = c * u / ((high - low) ** 2 * r**2)
    rise = (N * least_norm + eps * (N + least_norm)) / ((N + eps) * (least_norm + eps))
    apart = (given("a < b"), nearer)
    return tuple(
        term(share * weight, *apart, fact, over="components steps")  # type: ignore[arg-type]
        for weight, fact in (
            (rise, given("least N")),
            (1, largest(BEST, at(c))),
            (L * eta * c * (1 + r) / 2, given("r <= 1")),
        )
    )


def _at_the_best_eta() -> tuple[Identity, ...]:
    delta = sp.Symbol("Delta", positive=True)
    chosen = sp.sqrt(2 * delta / (L * T * low * high))
    kantorovich = sp.sqrt(2 * L * delta / T) * (low + high) / (2 * sp.sqrt(low * high))
    return tuple(
        Identity(
            f"at eta = sqrt(2 Delta/(L T a b)), c = {name}",
            sp.Subs(at(c).subs(more, 2 * delta / (L * eta**2 * T)), eta, chosen),
            kantorovich,
        )
        for name, c in (("a", low), ("b", high))
    )


def walk(n: int = 4, low: float = 0.2) -> Case:
    """f = ||x||^2/2, K strides down the diagonal and then a 2-cycle; at 1/sqrt n phi is its envelope."""
    squash = ThreeSlopes(learning_rate=0.5, epsilon=1e-12, low=low, high=3.0, level=3.0 / np.sqrt(n) if n > 1 else low)
    stride = 0.5 * float(squash.sigma(np.full(1, 1 / np.sqrt(n)))[0])
    return run_case(squash, half_square(n), (4 + 1e-6) * stride * np.ones(n), 16, "staircase, three slopes")


def down_the_parabolas(steps: int = 4000) -> Case:
    """Every gradient along one axis, where sigma(1) = a: a supremum as T -> inf."""
    squash = ThreeSlopes(learning_rate=0.1, epsilon=0.0, low=1.0, high=2.0, level=0.5)
    unit = np.eye(1, 3)[0]
    size = 0.1 * (1.0 + 2.0) / 2  # w = a b: eta is the best one, and both c give the same
    return run_case(squash, parabolas(unit, unit, size, 0.1, steps), np.zeros(3), steps, "down the parabolas")


SLOPE = Bound(
    key="bounded-slope",
    title="any sigma between two lines: the mean alignment, by an envelope of sigma(sqrt s)^2",
    source=SOURCE,
    left=mean_inner_d,
    right=PRICED,
    assumes=(known("L", "f_inf"), BETWEEN),
    quantities=measures(mean_inner_d, envelope),
    proof=proof,
    cases=instances.slopes,
    tight=walk,
    remark="contains T2*: for concave sigma the envelope is sigma(sqrt s)^2 itself",
)
SLOPE_NORM = Bound(
    key="bounded-slope-norm",
    title="any sigma between two lines: the mean gradient norm",
    source=SOURCE,
    left=mean_h,
    right=PRICED / low,
    assumes=(known("L", "f_inf"), BETWEEN),
    quantities=measures(mean_inner_d, low, envelope),
    proof=norm_proof,
    cases=instances.slopes,
    tight=lambda: walk(n=1),
    remark="price sqrt(M^)/a <= b/a; so the mean of N_t is at most eps more",
)
SLOPE_BEST = Bound(
    key="bounded-slope-best",
    title="any sigma between two lines: the best iterate, by the root of Kantorovich's constant",
    source=SOURCE,
    left=LEAST_H,
    right=BEST,
    assumes=(known("L", "f_inf"), BETWEEN, MOVING),
    quantities=measures(low, high, more),
    proof=best_proof,
    cases=instances.slopes,
    tight=down_the_parabolas,
    remark="at the best eta sqrt(2 L Delta/T) (a+b)/(2 sqrt(ab)); a supremum as T -> inf, on a minimum of parabolas",
)
BOUNDED_SLOPE = (SLOPE, SLOPE_NORM, SLOPE_BEST)
