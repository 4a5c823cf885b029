r"""Section 7.1: the looped step sigma(x) = sin(k tanh(alpha x)).

    k <= pi/2:  sigma is odd, increasing and concave on [0, inf), so L1* to L4* hold with sigma for tanh(alpha .)
    k > pi:     sigma < 0 somewhere on (0, inf): not a descent direction

Source: S. Sane, arXiv 2504.16020v2, section 7.1.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import sympy as sp

from alphalab.arrays import dot, norm, roundoff
from alphalab.claims.claim import Claim, Finding
from alphalab.claims.evidence import ALPHAS, DIMENSIONS, gradients
from alphalab.claims.notation import alpha
from alphalab.claims.proof import Identity, Proof, Sign, Witness
from alphalab.claims.space import Space, Values
from alphalab.optimizers import LoopedTanh

STEEP = tuple(float(k) for k in (0.1, 1.0, 1.5, math.pi / 2))


def proof() -> Proof:
    """The derivatives of sin(theta); c = cos(theta), s = sin(theta) >= 0, as theta = k tanh(alpha x) <= pi/2."""
    x, k, c, s = sp.symbols("x k c s", nonnegative=True)
    theta, angle = k * sp.tanh(alpha * x), sp.Function("theta")(x)
    rate = k * alpha / sp.cosh(alpha * x) ** 2
    bend = 2 * k * alpha**2 * sp.tanh(alpha * x) / sp.cosh(alpha * x) ** 2
    first, second = sp.Derivative(angle, x), sp.Derivative(angle, (x, 2))
    chain = sp.cos(angle) * second - sp.sin(angle) * first**2
    return Proof(
        steps=(
            Identity("sigma is odd", sp.Subs(sp.sin(theta), x, -x), -sp.sin(theta)),
            Identity("theta against k", k**2 - theta**2, k**2 / sp.cosh(alpha * x) ** 2),
            Sign("so theta <= k <= pi/2", k**2 / sp.cosh(alpha * x) ** 2),
            Identity("sigma'", sp.Derivative(sp.sin(angle), x), sp.cos(angle) * first),
            Identity("sigma''", sp.Derivative(sp.sin(angle), (x, 2)), chain),
            Identity("theta'", sp.Derivative(theta, x), rate),
            Identity("theta''", sp.Derivative(theta, (x, 2)), -bend),
            Sign("sigma' >= 0: sigma increases", c * rate),
            Sign("sigma'' <= 0: sigma is concave", -c * bend - s * rate**2, "<="),
        ),
        follows=(
            "For k <= pi/2 the angle theta = k tanh(alpha x) lies in [0, pi/2], where sine and cosine are not "
            "negative. The one proof of L1* to L4* asks of sigma only that it is odd, increasing and concave."
        ),
    )


def witness() -> Witness:
    """n = 1, g = eps = 1, alpha = 2 ln 3, k = 3 pi/2; and for every k beyond pi an angle just beyond pi."""
    k = sp.Symbol("k", positive=True)
    inner = sp.tanh(2 * sp.log(3) / 2)
    angle = 3 * sp.pi / 2 * sp.Rational(4, 5)
    beyond = k * (1 + sp.pi / k) / 2  # tanh = (1 + pi/k)/2 < 1 is reached by some alpha x
    return Witness(
        sentence="n = 1, g = eps = 1, alpha = 2 ln 3, k = 3 pi/2: <g,g'> = sin(6 pi/5) = -0.588 < 0",
        steps=(
            Sign("k > pi", 3 * sp.pi / 2 - sp.pi, ">"),
            Identity("tanh(alpha g~)", inner, sp.Rational(4, 5)),
            Identity("k tanh(alpha g~)", 3 * sp.pi / 2 * sp.UnevaluatedExpr(sp.Rational(4, 5)), 6 * sp.pi / 5),
            Identity(
                "<g,g'> is the sine of it", sp.sin(angle, evaluate=False), -sp.sqrt(sp.Rational(5, 8) - sp.sqrt(5) / 8)
            ),
            Sign("negative: the step goes uphill", sp.sin(angle), "<"),
            Identity("for every k the angle (k + pi)/2 has the sine", sp.sin(beyond), sp.cos(k / 2)),
            Identity(
                "which is -sin((k - pi)/2), negative for pi < k < 3 pi",
                sp.cos(k / 2),
                -sp.sin((k - sp.pi) / 2, evaluate=False),
            ),
            Identity(
                "and for k > 3 pi/2 the angle 3 pi/2 is reached, with the sine",
                sp.sin(3 * sp.pi / 2, evaluate=False),
                -sp.S(1),
            ),
        ),
    )


def trial() -> Iterator[Finding]:
    """The family's L1* to L4* on the library's looped steps, k up to pi/2."""
    for k in STEEP:
        wrong = [broken(gradients(n), k) for n in DIMENSIONS]
        yield Finding(
            case=f"L1* to L4* with sigma = sin(k tanh(alpha .)), k = {k:.4g}",
            instances=sum(w.size for w in wrong),
            violations=sum(int(np.sum(w)) for w in wrong),
        )


def broken(g: np.ndarray, k: float) -> np.ndarray:
    """Where one of L1* to L4*, over N + eps where they carry a gradient, fails; (6, alphas, gradients).

    sigma(r)^2 <= ||g'||^2 <= n sigma(r/sqrt n)^2,     r sigma(r) <= <g~,g'> <= r sqrt n sigma(r/sqrt n),
    ||g'||^2 <= sigma'(0) <g~,g'>,                     r <= <g~,g'>/sigma(1) + eps/(N+eps)

    Granted are (n + 16) ulp and what underflows.
    """
    n, method = g.shape[-1], LoopedTanh(alpha=ALPHAS[::3, None], k=k)
    g = np.broadcast_to(g, (len(method.alpha), *g.shape))
    d, unit, total = method.direction(g, (), g)[0], method.squashed(g), norm(g) + method.epsilon
    r = norm(g) / total
    spike, even, whole = (method.sigma(u[..., None])[..., 0] for u in (r, r / math.sqrt(n), np.ones_like(r)))
    square, inner = dot(d, d), dot(unit, d)
    bounds = (
        (spike**2, square),
        (square, n * even**2),
        (r * spike, inner),
        (inner, r * math.sqrt(n) * even),
        (square, k * method.alpha * inner),
        (r, inner / whole + method.epsilon / total),
    )
    granted, tiny = 1 + roundoff(n, g.dtype), np.finfo(g.dtype).tiny
    return np.stack([~(low <= high * granted + tiny) for low, high in bounds])


def sides(values: Values) -> tuple[np.ndarray, np.ndarray]:
    """1 - <g,g'>/(||g|| ||g'||) <= 1, up to rounding, at the gradient (cos a, sin a)."""
    g = np.stack([np.cos(values["angle"]), np.sin(values["angle"])], axis=-1)
    method = LoopedTanh(alpha=10.0 ** values["log alpha"], k=values["k"], epsilon=10.0 ** values["log eps"])
    d, _ = method.direction(g, (), g)
    return 1 - dot(g, d) / (norm(g) * norm(d)), np.full(len(g), 1 + roundoff(2, g.dtype))


SECTION_7_LOOPED = Claim(
    key="sec7-looped",
    title="sin(k tanh(alpha x)) is a descent direction like tanh",
    source="arXiv 2504.16020v2, section 7.1",
    verdict="corrected",
    statement=r"\langle g, \sin(k \tanh(\alpha \tilde g)) \rangle \ge 0 \text{ and L1 to L4, for } k > 0",
    proof=proof,
    witness=witness,
    trial=trial,
    space=Space(
        "unit gradients, n = 2",
        {"angle": (0.0, np.pi), "k": (0.1, 6.0), "log alpha": (-3.0, 3.0), "log eps": (-8.0, 1.0)},
        sides,
    ),
    correction="L1* to L4* hold for k <= pi/2; beyond k = pi it is not a descent direction",
)
