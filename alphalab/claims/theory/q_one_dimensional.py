r"""Q is a maximum over one number: one coordinate of the unit vector, and n - 1 equal ones.

    Q(alpha, n) = max over 1/n <= p < 1 of (t_1^2 + (n-1) t^2)/(sqrt p t_1 + sqrt((n-1)(1-p)) t),
                  t_1 = tanh(alpha sqrt p),  t = tanh(alpha sqrt((1-p)/(n-1))),  n >= 2

So it is for every sigma of the family with sigma' and A = sigma(u)/u strictly decreasing and R = (sigma')'/A' not
increasing on (0, 1]. With p = sigma - u sigma' (another p) R = u p'/p: the price of the curvature, which `certify`
decides. Source: theory, "Q is a one-dimensional maximum".
"""

from __future__ import annotations

import numpy as np
import sympy as sp

from alphalab.arrays import roundoff
from alphalab.claims import sharp
from alphalab.claims.claim import Claim
from alphalab.claims.notation import alpha
from alphalab.claims.proof import Growth, Identity, Proof, Sign, Step
from alphalab.claims.space import Space, Values

_u = sp.Symbol("u", positive=True)
_q = sp.Symbol("Q", positive=True)


def _branches() -> tuple[Step, ...]:
    """k = phi' - Q psi' falls, and then rises if it does: k' = A' (1+R) (H - Q/2), and H falls."""
    sigma, A, B, w, R = (sp.Function(name)(_u) for name in (r"\sigma", "A", "B", "w", "R"))
    fall_A, fall_B = sp.symbols("A' B'", negative=True)
    gap, r, fall_w = sp.Symbol("(A-B)", positive=True), sp.Symbol("R", positive=True), sp.Symbol("w'", nonpositive=True)
    slope = sp.Derivative(sigma, _u)
    k, ratio = A * B - _q * (A + B) / 2, sp.Derivative(B, _u) / sp.Derivative(A, _u)
    return (
        Identity(
            "k = phi' - Q psi' in s = u^2 is A B - Q (A+B)/2 with A = sigma/u, B = sigma'",
            sp.Derivative(sigma**2 - _q * _u * sigma, _u) / (2 * _u),
            (sigma / _u) * slope - _q * (sigma / _u + slope) / 2,
        ),
        Identity("A - B = -u A' is positive", sigma / _u - slope, -_u * sp.Derivative(sigma / _u, _u)),
        Identity(
            "its slope, R = B'/A'",
            sp.Derivative(k, _u),
            sp.Derivative(A, _u) * ((B - _q / 2) + ratio * (A - _q / 2)),
        ),
        Identity(
            "which is A' (1+R) (H - Q/2) with H = (B + R A)/(1+R): k falls where H > Q/2, rises where H < Q/2",
            (B - _q / 2) + r * (A - _q / 2),
            (1 + r) * ((B + r * A) / (1 + r) - _q / 2),
        ),
        Identity("H = B + w (A-B) with w = R/(1+R)", (B + r * A) / (1 + r), B + r / (1 + r) * (A - B)),
        Identity("w does not increase, as R does not", sp.Derivative(R / (1 + R), _u), sp.diff(R, _u) / (1 + R) ** 2),
        Identity(
            "the slope of H",
            sp.Derivative(B + w * (A - B), _u),
            sp.Derivative(B, _u) * (1 - w) + sp.Derivative(A, _u) * w + (A - B) * sp.Derivative(w, _u),
        ),
        Sign("is negative: H falls, from sigma'(0) >= Q", fall_B / (1 + r) + fall_A * r / (1 + r) + gap * fall_w, "<"),
    )


def _no_zero() -> tuple[Step, ...]:
    """k(s) < k(0) for s > 0, where a maximiser with a zero coordinate would need k(0) <= k(s)."""
    A, x, z = sp.symbols("A (a-A) (a-B)", positive=True)
    B, rest = sp.symbols("B (a-Q)", nonnegative=True)
    a = A + x
    least = a - rest  # Q
    return (
        Identity(
            "k(0) - k(s) with a = sigma'(0), a - A, a - B and a - Q >= 0 (L3*)",
            (a**2 - least * a) - (A * (a - z) - least * (A + a - z) / 2),
            rest * (x + z) / 2 + (x * (a - z) + z * A) / 2,
        ),
        Sign("is positive, a - z being B >= 0", rest * (x + z) / 2 + (x * B + z * A) / 2, ">"),
    )


def _tanh() -> tuple[Step, ...]:
    """R = u p'/p falls because (u p')'/p' does, both u p' and p being 0 at 0 and p' > 0."""
    sigma, g, rho = (sp.Function(name)(_u) for name in (r"\sigma", "g", "r"))
    f = sp.Function("f")(_u)
    x = sp.Symbol("x", nonnegative=True)
    large, falls = sp.Symbol("p", positive=True), sp.Symbol("r'", nonpositive=True)
    p, squashed, here = sigma - _u * sp.Derivative(sigma, _u), sp.tanh(alpha * _u), alpha * _u
    mine = squashed - _u * sp.diff(squashed, _u)
    along = sp.diff(mine, _u)
    w = 2 * x / sp.sinh(2 * x)
    return (
        Identity(
            "R = u p'/p with p = sigma - u sigma' = -u^2 A'",
            sp.Derivative(sigma, (_u, 2)) / sp.Derivative(sigma / _u, _u),
            _u * sp.Derivative(p, _u) / p,
        ),
        Identity("p is 0 at 0", sp.Subs(mine, _u, 0), sp.Integer(0)),
        Identity(
            "p' = -u sigma'' is positive",
            sp.Derivative(mine, _u),
            2 * alpha**2 * _u * squashed / sp.cosh(here) ** 2,
        ),
        Identity(
            "the slope of f/g for f' = r g'",
            sp.Derivative(f / g, _u),
            sp.diff(g, _u) * (sp.diff(f, _u) / sp.diff(g, _u) * g - f) / g**2,
        ),
        Identity(
            "has the sign of r g - f, 0 at 0 where f and g are, whose slope is r' g",
            sp.Derivative(rho * g, _u) - rho * sp.Derivative(g, _u),
            g * sp.Derivative(rho, _u),
        ),
        Sign("not positive where r does not increase", large * falls, "<="),
        Identity(
            "here r = (u p')'/p' = 2 + 2x/sinh 2x - 2x tanh x, x = alpha u",
            sp.Derivative(_u * along, _u) / along,
            2 + 2 * here / sp.sinh(2 * here) - 2 * here * squashed,
        ),
        Identity("2x/sinh 2x has the slope", sp.Derivative(w, x), -2 * _falling(x) / sp.sinh(2 * x) ** 2),
        Growth("which is not positive", _falling(x), x, 4 * x * sp.sinh(2 * x)),
        Growth("x tanh x rises, so that r falls", x * sp.tanh(x), x, sp.tanh(x) + x / sp.cosh(x) ** 2),
    )


def _falling(x: sp.Symbol) -> sp.Expr:
    return 2 * x * sp.cosh(2 * x) - sp.sinh(2 * x)


def one_dimensional_proof() -> Proof:
    """A maximiser has no zero coordinate, at most two levels, and one coordinate at the higher one."""
    return Proof(
        steps=(*_branches(), *_no_zero(), *_tanh()),
        follows=(
            "At a maximiser u, with s_i = u_i^2, F = sum (phi - Q psi)(s_i) is 0 and largest on the simplex: k(s_i) is "
            "one number lambda where s_i > 0, and k(0) <= lambda if some s_i = 0. k falls and then rises, or only "
            "falls, and stays below k(0): no s_i is 0 for n >= 2, and the s_i are at most two numbers, one on each "
            "branch. Where k rises, phi - Q psi is strictly convex in s: two coordinates there, moved apart, would "
            "make F larger. So there is one, s = p, and n - 1 equal ones, p >= 1/n; or all are equal, p = 1/n."
        ),
    )


def three_levels(values: Values) -> tuple[np.ndarray, np.ndarray]:
    """The ratio at one coordinate, k equal ones and n - 1 - k other equal ones, and the one-dimensional maximum."""
    a, n = 10.0 ** values["log alpha"], np.round(10.0 ** values["log n"])
    rest = 10.0 ** values["log (1-p)"]
    k = np.floor((n - 1) ** values["ln k/ln n"])
    others = n - 1 - k
    share = np.where(others > 0, values["share of k"], 1.0)
    counts = np.stack([np.ones_like(n), k, others])
    u = np.sqrt(np.stack([1 - rest, rest * share / k, rest * (1 - share) / np.maximum(others, 1)]))
    squashed = np.tanh(a * u)
    ratio = np.sum(counts * squashed**2, axis=0) / np.sum(counts * u * squashed, axis=0)
    return ratio, np.asarray(sharp.Q(a, n)) * (1 + roundoff(8, "float64"))


Q_ONE_DIMENSIONAL = Claim(
    key="q-one-dimensional",
    title="Q is attained at one coordinate and n - 1 equal ones",
    source="the lab's theory, Q is a one-dimensional maximum",
    statement=(
        r"Q(\alpha, n) = \max_{1/n \le p < 1} \frac{t_1^2 + (n-1)\, t^2}{\sqrt{p}\, t_1 + \sqrt{(n-1)(1-p)}\, t}, "
        r"\quad t_1 = \tanh(\alpha\sqrt{p}), \quad t = \tanh(\alpha\sqrt{(1-p)/(n-1)}), \quad n \ge 2"
    ),
    proof=one_dimensional_proof,
    space=Space(
        "unit vectors with three levels",
        {
            "log alpha": (0.0, 6.0),
            "log n": (float(np.log10(2)), 6.0),
            "log (1-p)": (-12.0, 0.0),
            "ln k/ln n": (0.0, 1.0),
            "share of k": (0.0, 1.0),
        },
        three_levels,
    ),
    remark="for any sigma of the family for which R = (sigma')'/(sigma/u)' does not increase: certify decides it",
)
