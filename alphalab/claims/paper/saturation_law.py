r"""The saturated fraction behind equation (7): which fraction of the components exceeds tau.

    guideline   k = tau/z_{f/2}:  P(|alpha g~_i| > tau) = f = erfc(tau/(k sqrt 2))
    exact law   s = g~_i^2/r^2 ~ Beta(1/2, (d-1)/2):  density s^(-1/2) (1-s)^((d-3)/2) / B(1/2, (d-1)/2)

The guideline is the limit d -> inf of the exact law for isotropic gradients; and k in [1, 3] does not keep the
fraction inside the band [.05, .25] that the paper's schedule wants: with tau = 2.5 the band is k in [1.28, 2.17].
Source: S. Sane, arXiv 2504.16020v2, eq. (7) and section 7.3.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import sympy as sp

from alphalab.claims.claim import Claim, Finding
from alphalab.claims.proof import Identity, Proof, Sign, Witness
from alphalab.claims.space import Space, Values
from alphalab.optimizers import AlphaGrad, alpha_guideline, k_for_fraction

HALF = sp.Rational(1, 2)
DRAWS = 20_000
FALSE_ALARM = 1e-9  # the chance of an alarm on a right law that the trial's threshold grants
FRACTIONS = (0.05, 0.1, 0.25)
TAU, BAND = 2.5, (0.05, 0.25)  # of section 7.3
SHARE = 0.01  # what "a fraction f" is granted where it is attacked, relative to f


def gaussian_fraction(tau: sp.Expr, k: sp.Expr) -> sp.Expr:
    """The guideline's fraction, erfc(tau/(k sqrt 2)) = 2 (1 - Phi(tau/k))."""
    return sp.erfc(tau / (k * sp.sqrt(2)))


def law_proof() -> Proof:
    """All moments of a squared component of a uniform direction, m and d symbolic."""
    m, s, x, d, p = sp.symbols("m s x d p", positive=True)
    one = 2**m * sp.gamma(m + HALF) / sp.sqrt(sp.pi)  # E g_i^(2m), g_i standard normal
    all_d = 2**m * sp.gamma(m + d / 2) / sp.gamma(d / 2)  # E N^(2m), N^2 chi-squared with d degrees of freedom
    density, chi = sp.sqrt(2 / sp.pi) * sp.exp(-(x**2) / 2), s ** (d / 2 - 1) * sp.exp(-s / 2)
    beta = sp.gamma(m + HALF) * sp.gamma(p) / sp.gamma(m + HALF + p)  # int s^(m-1/2) (1-s)^(p-1)
    moment = (beta / beta.subs(m, 0)).subs(p, (d - 1) / 2)
    a = sp.Symbol("a", positive=True)  # m + 1/2
    grows = sp.gamma(a + 1) / sp.gamma(a)
    tilt = grows * sp.gamma(a + p) / sp.gamma(a + p + 1)
    factor = (a / (a + p)).subs({a: m + HALF, p: (d - 1) / 2})
    return Proof(
        steps=(
            Identity("moments of a Gaussian", sp.Integral(x ** (2 * m) * density, (x, 0, sp.oo)), one),
            Identity(
                "moments of the squared norm",
                sp.Integral(s**m * chi / (2 ** (d / 2) * sp.gamma(d / 2)), (s, 0, sp.oo)),
                all_d,
            ),
            Identity("moments of a Beta law", sp.Integral(s ** (m - HALF) * (1 - s) ** (p - 1), (s, 0, 1)), beta),
            Identity(
                "the quotient of the first two is that of Beta(1/2, (d-1)/2)",
                sp.UnevaluatedExpr(one) / sp.UnevaluatedExpr(all_d),
                moment,
            ),
            Identity("the first is 1/d: the squares add up to 1", moment.subs(m, 1), 1 / d),
            Identity("the second", moment.subs(m, 2), 3 / (d * (d + 2))),
            Identity("from each Beta moment to the next, a = m + 1/2", tilt, a / (a + p)),
            Identity("times d it tends to 2m + 1 as d -> inf", sp.Limit(d * factor, d, sp.oo), 2 * m + 1),
            Identity("which is the Gaussian's factor 2a", 2 * grows, 2 * a),
        ),
        follows=(
            "A Gaussian vector's norm and direction are independent, so E (g~_i/r)^(2m) = E g_i^(2m) / E N^(2m): the "
            "moments of Beta(1/2, (d-1)/2), and a law on [0, 1] is determined by its moments. Times d^m they tend to "
            "the Gaussian's, which determine it: sqrt(d) g~_i/r tends to a standard normal, and the fraction to f."
        ),
    )


def law_witness() -> Witness:
    """d = 3, where a component of a uniform direction is uniform on [-1, 1] (Archimedes), and tau = k."""
    s = sp.Symbol("s", positive=True)
    exact = 1 - 1 / sp.sqrt(3)
    return Witness(
        sentence="d = 3, eps = 0, tau = k: the exact fraction is 1 - 1/sqrt 3 = 0.42, the guideline says 0.32",
        steps=(
            Identity(
                "the exact fraction at d = 3", sp.Integral(1 / (2 * sp.sqrt(s)), (s, sp.Rational(1, 3), 1)), exact
            ),
            Sign(
                "exceeds the guideline's by a tenth",
                exact - gaussian_fraction(sp.S(1), sp.S(1)) - sp.Rational(1, 10),
                ">",
            ),
        ),
    )


def law_trial() -> Iterator[Finding]:
    """Uniform directions through the library against scipy's Beta law, and the guideline against that law."""
    allowed = math.sqrt(math.log(2 / FALSE_ALARM) / (2 * DRAWS))  # Dvoretzky-Kiefer-Wolfowitz, Massart's constant
    for d in (2, 3, 10, 100):
        distance = kolmogorov(squared_components(d), 0.5, (d - 1) / 2)
        yield Finding(
            case=f"{DRAWS:,} uniform directions against Beta(1/2, (d-1)/2), d = {d}: distance {distance:.4f}",
            instances=1,
            violations=int(not distance <= allowed),
            worst_margin=1 - distance / allowed,
            best_tightness=distance / allowed,
        )
    for f in FRACTIONS:
        exact = [exact_fraction(f, d) for d in (10, 1000, 10_000)]
        gap, limit = abs(exact[-1] - f), (10 * exact[-1] - exact[-2]) / 9  # exact = f + c/d + O(1/d^2)
        yield Finding(
            case=f"guideline f = {f}: exactly {exact[0]:.4f} at d = 10, {exact[-1]:.6f} at d = 10,000; the limit is f",
            instances=1,
            violations=int(not abs(limit - f) < gap / 10),
        )


def squared_components(d: int) -> np.ndarray:
    """Return (g~_1/r)^2 = (z_1/alpha)^2 of DRAWS isotropic gradients, z the library's pre-activation at eps = 0."""
    alpha = alpha_guideline(d)
    g = np.random.default_rng(d).standard_normal((DRAWS, d))
    return (AlphaGrad(alpha=alpha, epsilon=0.0).pre_activation(g, ())[:, 0] / alpha) ** 2


def kolmogorov(sample: np.ndarray, a: float, b: float) -> float:
    """Return the Kolmogorov-Smirnov distance of a sample to Beta(a, b)."""
    from scipy.stats import beta

    model = beta.cdf(np.sort(sample), a, b)
    rank = np.arange(len(sample) + 1) / len(sample)
    return float(max(np.max(rank[1:] - model), np.max(model - rank[:-1])))


def exact_fraction(f: float, d: int, tau: float = TAU) -> float:
    """Return P(|alpha g~_i| > tau) for isotropic gradients in d dimensions, alpha = k sqrt d, k = tau/z_{f/2}."""
    return float(saturated(k_for_fraction(f, tau), d, tau))


def saturated(k: float | np.ndarray, d: float | np.ndarray, tau: float = TAU) -> np.ndarray:
    """Return P(|alpha g~_i| > tau), alpha = k sqrt d, by the exact law of isotropic gradients at eps = 0."""
    from scipy.stats import beta

    return np.asarray(beta.sf((tau / k) ** 2 / d, 0.5, (d - 1) / 2))


def law_sides(values: Values) -> tuple[np.ndarray, np.ndarray]:
    """|P - f| <= SHARE f: a wide reading of P = f, so that what breaks it breaks the equation."""
    f = values["f"]
    k = np.asarray([k_for_fraction(float(share), TAU) for share in f])
    return np.abs(saturated(k, 10.0 ** values["log d"]) - f), SHARE * f


def band_sides(values: Values) -> tuple[np.ndarray, np.ndarray]:
    """max(low/S, S/high) <= 1."""
    low, high = BAND
    S = saturated(values["k"], 10.0 ** values["log d"])
    with np.errstate(divide="ignore"):
        return np.maximum(low / S, S / high), np.ones_like(S)


def band_witness() -> Witness:
    """The fraction at both ends of [1, 3]: exactly, for equal |g_i| in any dimension d and for isotropic gradients with
    d = 3 (where g~_1 is uniform on [-1, 1]); and as d grows, where also the k of the band are. eps = 0.
    """
    d, s = sp.symbols("d s", positive=True)
    low, high, tau = sp.Rational(1, 20), sp.Rational(1, 4), sp.Rational(5, 2)
    k, t = sp.symbols("k tau", positive=True)
    third = 1 - tau / (3 * sp.sqrt(3))
    slope = sp.sqrt(2 / sp.pi) * t * sp.exp(-(t**2) / (2 * k**2)) / k**2

    def beyond(bound: sp.Expr, ratio: sp.Expr) -> sp.Expr:
        return gaussian_fraction(tau, ratio) - bound

    return Witness(
        sentence=(
            "tau = 2.5: equal components are all below tau for k = 1 and all above for k = 3; isotropic gradients "
            "saturate none and 52 % with d = 3, 1.2 % and 40 % as d grows"
        ),
        steps=(
            Identity(
                "equal |g_i|: alpha |g~_i| for alpha = k sqrt d", k * sp.UnevaluatedExpr(sp.sqrt(d)) / sp.sqrt(d), k
            ),
            Sign("k = 1 stays below tau, the fraction is 0", sp.S(1) - tau, "<"),
            Sign("k = 3 is above it, the fraction is 1", sp.S(3) - tau, ">"),
            Sign("isotropic, d = 3, k = 1: alpha |g~_i| <= sqrt 3 < tau, the fraction is 0", sp.sqrt(3) - tau, "<"),
            Identity(
                "d = 3, k = 3: the fraction with (3 sqrt 3 g~_i)^2 > tau^2",
                sp.Integral(1 / (2 * sp.sqrt(s)), (s, (tau / 3) ** 2 / 3, 1)),
                third,
            ),
            Sign("is more than .25", third - high, ">"),
            Sign("d -> inf, k = 1 gives less than .05", beyond(low, sp.S(1)), "<"),
            Sign("k = 3 gives more than .25", beyond(high, sp.S(3)), ">"),
            Sign("so they do with tau = 3", gaussian_fraction(sp.S(3), sp.S(1)) - low, "<"),
            Sign("and k = 3", gaussian_fraction(sp.S(3), sp.S(3)) - high, ">"),
            Identity("the fraction's derivative in k", sp.Derivative(gaussian_fraction(t, k), k), slope),
            Sign("is positive", slope, ">"),
            Sign("the band begins after k = 1.275", beyond(low, sp.Rational(1275, 1000)), "<"),
            Sign("and before 1.276", beyond(low, sp.Rational(1276, 1000)), ">"),
            Sign("it ends after k = 2.173", beyond(high, sp.Rational(2173, 1000)), "<"),
            Sign("and before 2.174", beyond(high, sp.Rational(2174, 1000)), ">"),
        ),
    )


EQ7_FRACTION = Claim(
    key="eq7-fraction",
    title="k = tau/z saturates a fraction f",
    source="arXiv 2504.16020v2, eq. (7)",
    verdict="corrected",
    statement=r"k = \tau/z_{f/2} \;\Rightarrow\; P(|\alpha \tilde g_i| > \tau) = f",
    proof=law_proof,
    witness=law_witness,
    trial=law_trial,
    space=Space("isotropic gradients", {"f": (0.05, 0.25), "log d": (1.0, 6.0)}, law_sides),
    correction="asymptotic in d; the exact law for isotropic gradients is g~_i^2/r^2 ~ Beta(1/2, (d-1)/2)",
)
EQ7_BAND = Claim(
    key="eq7-band",
    title="k in [1, 3] goes with the saturation band [.05, .25]",
    source="arXiv 2504.16020v2, eq. (7) and section 7.3",
    verdict="false",
    statement=r"k \in [1, 3] \;\Rightarrow\; S(k\sqrt d) \in [0.05, 0.25]",
    witness=band_witness,
    space=Space("isotropic gradients", {"k": (1.0, 3.0), "log d": (math.log10(2.0), 6.0)}, band_sides),
    correction="the band needs k in [1.28, 2.17] (tau = 2.5, isotropic gradients, large d)",
)
