r"""Adam and RMSProp: how long a step can be, what converges below eps, what cycles above it.

    |d_i| <= C_t = sqrt(S(b2) S(b1^2/b2))/S(b1),  S(k) = 1 + k + ... + k^(t-1)      Adam, any gradients
    eta <= 2 eps/L: RMSProp's f never rises
    eta < 2 eps/L:  (1/T) sum N^2 <= (sqrt(2 L Delta) + eps) Delta/(eta T (1 - L eta/(2 eps)))
    eta > 2 eps/L:  it has the 2-cycle +-(eta/2 - eps/L) on L x^2/2, for every b2
    eps under the root, G = max |g_ti|:  (1/T) sum N^2 <= sqrt(G^2+eps^2) [Delta/(eta T)
                                         + (n L eta/2) min(1, ln(1/b2) + ln(1+G^2/eps^2)/T)/(1-b2)]
    uncorrected Adam, eta > 2 eps (1+b1)/(L (1-b1)): the 2-cycle +-(eta (1-b1)/(2 (1+b1)) - eps/L) on L x^2/2

C_t rises to C = (1-b1)/sqrt((1-b2)(1-b1^2/b2)) where b1^2 < b2: 7.270292 at (0.9, 0.999), 1.164965 at (0.9, 0.95),
2.345208 at (0.9, 0.99), and is 1 for all t iff b1 = b2. Source: theory, the other methods.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np
import sympy as sp

from alphalab.claims.case import Case, gradient_case, run_case
from alphalab.claims.claim import Bound, Claim, Finding
from alphalab.claims.conclusion import Conclusion, covers, given, term
from alphalab.claims.facts import instances
from alphalab.claims.facts.assumptions import ADAM, BELOW_EPS, MET, PLUS, RMSPROP, RMSPROP_ROOT, known
from alphalab.claims.facts.lemmas import summed
from alphalab.claims.facts.letters import (
    S1,
    S2,
    S12,
    VARTHETA,
    b2,
    longest,
    mean_length,
    mean_squared,
    measures,
    s_hat,
    steepest,
)
from alphalab.claims.facts.methods import RootRMSProp
from alphalab.claims.facts.table import RMS_LENGTHS
from alphalab.claims.notation import Delta, L, Min, T, decrease, eps, eta, inner, n
from alphalab.claims.proof import Identity, Proof, Sign
from alphalab.optimizers import LAMB, Adam, HeavyBall, ScaledTanh
from alphalab.optimizers.moments import Moments
from alphalab.problems import half_square

SLOW = ScaledTanh(learning_rate=0.1, alpha=2.0, beta=0.01, epsilon=0.1)
ROOT = sp.sqrt(2 * L * Delta)
SHARE = 1 - VARTHETA / 2
b1 = sp.Symbol(r"\beta_1", nonnegative=True)


def step_proof() -> Proof:
    """|m^| <= C_t s^ by Cauchy and Schwarz, |d_i| <= |m^_i|/s^_i."""
    b, r, t = (sp.Symbol(name, positive=True) for name in (r"\beta_1", r"\beta_2", "t"))
    whole = (1 - b**t) / (1 - b)
    square = (1 - b) ** 2 / ((1 - r) * (1 - b**2 / r))
    limits = {("0.999", "7.270292"): sp.Rational(370, 7), ("0.95", "1.164965"): sp.Rational(19, 14)}
    limits |= {("0.99", "2.345208"): sp.Rational(11, 2)}
    return Proof(
        concludes=Conclusion(
            (term(1 / s_hat, given("Cauchy-Schwarz of the moments")), term(1, given("Adam, direction")))
        ),
        steps=(
            Identity("at t = 1 the sums are 1", sp.Subs(whole, t, 1), sp.Integer(1)),
            Identity(
                "where b1 = b2 they are one: C_t = 1",
                sp.Subs(sp.sqrt(S2 * S12) / S1, (S2, S12), (S1, S1)),
                sp.Integer(1),
            ),
            *(
                Identity(
                    f"C^2 at (0.9, {beta2}), C = {value}",
                    sp.Subs(square, (b, r), (sp.Rational("0.9"), sp.Rational(beta2))),
                    exact,
                )
                for (beta2, value), exact in limits.items()
            ),
        ),
        follows="Equality iff eps = 0 and g_{t-j} is proportional to (b1/b2)^j.",
    )


def decrease_proof() -> Proof:
    """The descent lemma with ||g'||^2 <= <g,g'>/eps."""
    return Proof(
        concludes=Conclusion((term(1, given("descent, rms")), term(L * eta**2 / (2 * eps), given("rms, length")))),
        follows="So f never rises where eta <= 2 eps/L.",
    )


def dichotomy_proof() -> Proof:
    """f falls, so |g_i| <= N <= sqrt(2 L Delta) on the whole run, which every s^_i is an average of."""
    whole = (ROOT + eps) / SHARE
    a, d = eta / 2 - eps / L, sp.Symbol("a", positive=True)
    k, t = sp.Symbol(r"\beta_2", positive=True), sp.Symbol("t", positive=True, integer=True)
    return Proof(
        concludes=Conclusion(
            (
                *summed(whole, step="descent, rms"),
                term(whole * L * eta / (2 * eps), given("rms, length"), over="steps"),
                term(inner, given("steepest where f falls"), over="steps"),
                term(1, given("rms, alignment"), over="steps"),
            ),
            telescopes="x",
            held=((Delta, whole / (eta * T)),),
        ),
        steps=(
            Identity(
                "above 2 eps/L, on L x^2/2: the corrected mean of t equal squares is that square",
                (1 - k) * sp.UnevaluatedExpr((1 - k**t) / (1 - k)) * d**2 / sp.UnevaluatedExpr(1 - k**t),
                d**2,
            ),
            Identity(
                "so from x_1 = eta/2 - eps/L a step leads to -x_1, for every b2", a - eta * L * a / (L * a + eps), -a
            ),
        ),
        follows="At eta > 2 eps/L it is a 2-cycle with N = L eta/2 - eps > 0 for ever.",
    )


def rate_proof() -> Proof:
    """The descent lemma; ||g'||^2 is at most n/(1-b2) at each step, and by 1 - 1/y <= ln y bounded over all of them."""
    root = sp.sqrt(steepest**2 + eps**2)
    most = Min(n / (1 - b2), RMS_LENGTHS)
    return Proof(
        concludes=Conclusion(
            (
                *summed(root, step="descent, rms root"),
                term(
                    root * L * eta / 2,
                    covers(mean_length, most, given("rms root, each step"), given("rms root, all steps")),
                ),
                term(1, given("rms root, alignment"), over="steps"),
            ),
            telescopes="x",
        ),
        steps=(log_step(),),
        follows="The logarithms telescope, as 1 - 1/y <= ln y.",
    )


def log_step() -> Identity:
    """Return that one coordinate's share is 1 - 1/y."""
    v, g, e, k = (sp.Symbol(name, positive=True) for name in ("v", "g", r"\varepsilon", r"\beta_2"))
    now = k * v + (1 - k) * g**2
    return Identity(
        "of one coordinate, with y = (v+eps^2)/(b2 v_old+eps^2)",
        (1 - k) * g**2 / (now + e**2),
        1 - (k * v + e**2) / sp.UnevaluatedExpr(now + e**2),
    )


def cycle_proof() -> Proof:
    """One step of m, of v and of x leads to the same with the other sign."""
    y, s, k = sp.Symbol("y", nonnegative=True), sp.Symbol("s", positive=True), sp.Symbol(r"\beta_2", positive=True)
    share = (1 - b1) / (1 + b1)
    a, g = eta * share / 2 - eps / L, sp.Symbol("g", real=True)
    beyond = 2 * eps / (L * share) + s
    return Proof(
        steps=(
            Identity("m is the same share of g", b1 * (-share * g) + (1 - b1) * g, share * sp.UnevaluatedExpr(g)),
            Identity("v is the same square", k * g**2 + (1 - k) * (-g) ** 2, sp.UnevaluatedExpr(g) ** 2),
            Identity("x changes its sign", a - eta * share * L * a / (L * a + eps), -a),
            Identity(
                "with eta = 2 eps (1+b1)/(L (1-b1)) + s, b1 = y/(1+y)",
                sp.Subs(a.subs(eta, beyond), b1, y / (1 + y)),
                s / (2 * (1 + 2 * y)),
            ),
            Sign("which is positive", s / (2 * (1 + 2 * y)), ">"),
        ),
        follows="So above that threshold, at eps = 0 at every step, no theorem says N -> 0 from every state of Adam.",
    )


def cycle_trial() -> Iterable[Finding]:
    """Forty steps of uncorrected Adam from the cycle stay on it."""
    L_here, epsilon, steps = 2.0, 0.25, 40
    for beta1, beta2, rate in ((0.9, 0.999, 8.0), (0.0, 0.5, 1.0), (0.5, 0.9, 4.0)):
        share = (1 - beta1) / (1 + beta1)
        a = rate * share / 2 - epsilon / L_here
        method = Adam(learning_rate=rate, beta1=beta1, beta2=beta2, epsilon=epsilon)
        before = np.asarray([-L_here * a])  # m^ and s^ without correction: the powers of beta are 0
        x, state, off = np.asarray([a]), Moments(share * before, np.abs(before), 0.0, 0.0), []
        for t in range(steps):
            off.append(abs(float(x[0]) - a * (-1) ** t) / a)
            d, state = method.direction(L_here * x, state, x)
            x = x - method.step(d, state)[0]
        wrong = int(np.count_nonzero(np.asarray(off) > 1e-9))
        yield Finding(case=f"uncorrected Adam, {beta1}, {beta2}", instances=steps, violations=wrong)


def worst_gradients() -> Case:
    """Gradients that grow by b2/b1 a step, eps = 0, for which Cauchy and Schwarz are equal."""
    beta1, beta2, steps = 0.9, 0.999, 60
    return instances.moments_case(
        Adam(beta1=beta1, beta2=beta2, epsilon=0.0), (beta2 / beta1) ** np.arange(steps)[:, None] * np.ones(1)
    )


def cases_step() -> Iterator[Case]:
    """Yield gradients of any kind, gradients that are 0, and LAMB at one, whose step grows with the weights."""
    yield from instances.moments()
    yield instances.moments_case(Adam(epsilon=0.0), np.zeros((3, 2)))
    yield gradient_case(LAMB(), np.full((1, 3), 100.0))


def cases_rms() -> Iterator[Case]:
    """Yield runs below and above 2 eps/L, one of a method that is too slow, one with momentum."""
    yield from instances.mean_squares()
    yield run_case(Adam(learning_rate=10.0, beta1=0.0, epsilon=0.1), half_square(), np.ones(1), 30)
    yield run_case(RootRMSProp(learning_rate=1.0, decay=1e-9, epsilon=1e-6), half_square(), np.ones(1), 1)
    yield run_case(Adam(learning_rate=1.0, beta1=0.0, epsilon=0.0), half_square(), np.ones(1), 30)
    yield run_case(SLOW, half_square(), np.ones(1), 60)
    swinging = HeavyBall(RootRMSProp(learning_rate=0.1, decay=1e-3, epsilon=1e-3), momentum=0.95)
    case = run_case(swinging, half_square(), np.ones(1), 200)
    yield replace(case, declared={"steepest": case.gradient_norm})


def one_rms_step() -> Case:
    """One step of eps/L where N << eps: gradient descent, to the minimiser."""
    method = Adam(learning_rate=1e4, beta1=0.0, beta2=0.5, epsilon=1e4)
    return run_case(method, half_square(), np.ones(1), 1, "one step, N << eps")


def small_rms_step() -> Case:
    """A step of RMSProp where N << eps, so ||g'||^2 = <g,g'>/eps."""
    method = Adam(learning_rate=1e4, beta1=0.0, beta2=0.5, epsilon=1e4)
    return run_case(method, half_square(), 1e-3 * np.ones(1), 2, "two steps, N << eps")


def sign_cycle() -> Case:
    """The 2-cycle of the sign on x^2/2: b2, eps -> 0, from eta/2, T -> inf."""
    method = RootRMSProp(learning_rate=0.5, decay=1e-9, epsilon=1e-6)
    return run_case(method, half_square(), np.full(1, 0.25 * (1 + 1e-9)), 5000, "the 2-cycle of the sign")


ADAM_STEP = Bound(
    key="adam-step",
    title="Adam: no coordinate of a step is longer than C_t eta",
    source="the lab's theory, the other methods",
    left=longest,
    right=sp.sqrt(S2 * S12) / S1,
    assumes=(ADAM, MET),
    quantities=measures(longest, S1, S2, S12),
    proof=step_proof,
    cases=cases_step,
    tight=worst_gradients,
    remark="C_1 = 1, rising to 7.270292 at (0.9, 0.999), 1.164965 at (0.9, 0.95), 2.345208 at (0.9, 0.99); "
    "(1-b1)/sqrt(1-b2) = 3.16 is no bound; 1 for all t iff b1 = b2",
)
ADAM_CYCLE = Claim(
    key="adam-cycle",
    title="Uncorrected Adam has a 2-cycle on L x^2/2 at every step above a threshold",
    source="the lab's theory, the other methods",
    statement=(
        r"f = \tfrac L2 x^2, \eta > \frac{2\varepsilon(1+\beta_1)}{L(1-\beta_1)}, "
        r"a = \frac{\eta(1-\beta_1)}{2(1+\beta_1)} - \frac{\varepsilon}{L}: \quad "
        r"x = \pm a, m = \frac{1-\beta_1}{1+\beta_1} g, v = g^2 \text{ is a 2-cycle}"
    ),
    proof=cycle_proof,
    trial=cycle_trial,
    remark="convergence of full Adam: nothing is proved here",
)
RMSPROP_DECREASE = Bound(
    key="rmsprop-decrease",
    title="RMSProp: f never rises where eta <= 2 eps/L",
    source="the lab's theory, the other methods",
    left=eta * inner * (1 - L * eta / (2 * eps)),
    right=decrease,
    assumes=(RMSPROP, PLUS, known("L")),
    proof=decrease_proof,
    cases=cases_rms,
    tight=small_rms_step,
    remark="attained as N/eps -> 0",
)
RMSPROP_DICHOTOMY = Bound(
    key="rmsprop-dichotomy",
    title="RMSProp: below 2 eps/L the gradient vanishes, above it there are 2-cycles",
    source="the lab's theory, the other methods",
    left=mean_squared,
    right=(ROOT + eps) * Delta / (eta * T * SHARE),
    assumes=(RMSPROP, BELOW_EPS, known("L", "f_inf")),
    quantities=measures(mean_squared, VARTHETA),
    proof=dichotomy_proof,
    cases=cases_rms,
    tight=one_rms_step,
    remark="attained at T = 1, eta = eps/L, N/eps -> 0; above 2 eps/L an exact 2-cycle for every b2",
)
RMSPROP_RATE = Bound(
    key="rmsprop-rate",
    title="RMSProp with eps under the root: any constant step",
    source="the lab's theory, the other methods",
    left=mean_squared,
    right=sp.sqrt(steepest**2 + eps**2) * (Delta / (eta * T) + L * eta / 2 * Min(n / (1 - b2), RMS_LENGTHS)),
    assumes=(RMSPROP_ROOT, PLUS, known("L", "f_inf")),
    quantities=measures(mean_squared, mean_length, steepest, b2),
    proof=rate_proof,
    cases=cases_rms,
    tight=sign_cycle,
    remark="attained as b2, eps -> 0, T -> inf on the 2-cycle of the sign, L x^2/2",
)
ADAPTIVE = (ADAM_STEP, ADAM_CYCLE, RMSPROP_DECREASE, RMSPROP_DICHOTOMY, RMSPROP_RATE)
