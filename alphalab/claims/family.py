r"""One proof for a whole family, and a certificate for your own member of it.

    d = sigma(g/(||g||+eps)),  sigma odd, increasing, concave on [0, 1], for |g_i|/(||g||+eps) <= 1
    M = n sigma(1/sqrt n)^2 replaces n,   sigma(1) replaces tanh(alpha),   sigma'(0) replaces alpha

`certify("atan(3*u)")` decides the three hypotheses, on [0, inf) if it can and else on [0, 1]: sigma sees nothing
beyond. From them `membership` derives the sharp lemmas. The theorems follow, but for these, which need more of sigma:
N1 that u sigma'/sigma does not increase (a hybrid of a steep tanh and u breaks it), the limit of T4* that sigma
increases strictly (a hard clip has other 2-cycles), N3's lemma the tanh.
Source: theory, "One proof".
"""

from __future__ import annotations

import dataclasses
import operator
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import sympy as sp

from alphalab.arrays import Array
from alphalab.claims.certificates.signs import Answer, U
from alphalab.claims.membership import family_proof, tanh_instance
from alphalab.claims.nonlinearity import (
    admitted,
    elementwise,
    has_falling_elasticity,
    is_concave,
    is_increasing,
    is_odd,
    parsed,
    slope_at_zero,
)

__all__ = ["RATES", "SigmaCertificate", "certify", "family_proof", "report", "tanh_instance"]

HYPOTHESES = ("odd", "increasing", "concave")
NEAR = Fraction(1)  # |g~_i| <= 1
n_symbol = sp.Symbol("n", positive=True)

RATES = {
    "T2*": r"\frac{1}{T}\sum_{t=1}^T \|g_t\|_2 \le \varepsilon + \sqrt{\rho}\sqrt{\frac{2 L \Delta}{T}},"
    r"\quad \eta = \sqrt{\frac{2 \Delta}{L M T}}",
    "T1*": r"\frac{1}{T}\sum_{t=1}^T (f(x_t) - f^*) \le D \left(\varepsilon + \sqrt{\rho}"
    r"\sqrt{\frac{2 L \Delta}{T}}\right),\quad D \ge \|x_t - x^*\|_2, \quad f \text{ convex}",
    "T3*": r"\delta_t \le q_t = \left(1 - \frac{\mu}{\rho L}\right)^{t-1} \delta_1,\quad"
    r" \eta_t = \frac{\sigma(1) \sqrt{2 \mu q_t}}{L M},\ \varepsilon \to 0,\ L \rho \ge 2 \mu,\ \text{PL}",
}


@dataclasses.dataclass(frozen=True, kw_only=True)
class SigmaCertificate:
    """What is known of sigma, and what follows.

    odd, increasing, concave   "proved" | "certified" | "fails at u = ..." | "undecided", with the domain: odd for
                               all u, the other two "on [0, inf)", else "on [0, 1]", which is all that is used
    because                    why, one line for each of the three;   n  the dimension asked for, or None
    at_one, slope              sigma(1), sigma'(0), exact
    """

    sigma: sp.Expr
    odd: str
    increasing: str
    concave: str
    because: tuple[str, str, str]
    at_one: sp.Expr
    slope: sp.Expr
    n: int | None = None

    @property
    def holds(self) -> bool:
        """Whether all three hypotheses are proved or certified."""
        return not self.missing()

    def missing(self) -> list[str]:
        """Return the hypotheses that are not known to hold."""
        return [name for name in HYPOTHESES if not getattr(self, name).startswith(("proved", "certified"))]

    @property
    def function(self) -> Callable[[Array], Array]:
        """Sigma on arrays of any library, elementwise: `NormalizedNonlinear(certificate.function)` runs it."""
        return elementwise(self.sigma)

    def formula_M(self) -> sp.Expr:
        """M(n) = n sigma(1/sqrt n)^2."""
        return n_symbol * self._member().subs(U, 1 / sp.sqrt(n_symbol)) ** 2

    def formula_rho(self) -> sp.Expr:
        """rho(n) = n (sigma(1/sqrt n)/sigma(1))^2."""
        return self.formula_M() / self.at_one**2

    def M(self, n: int) -> float:
        """Return what replaces n in every bound; sigma(1)^2 <= M <= min(n sigma(1)^2, sigma'(0)^2)."""
        return _number(self.formula_M().subs(n_symbol, _dimension(n)))

    def rho(self, n: int) -> float:
        """Return the price of sigma; 1 <= rho <= n."""
        return _number(self.formula_rho().subs(n_symbol, _dimension(n)))

    def Q(self, n: int) -> tuple[float, float]:
        """Return bounds on Q = sup_{|u|=1} sum sigma(u_i)^2/sum u_i sigma(u_i): sqrt M, min(sigma'(0), M/sigma(1))."""
        M = self.M(n)
        return M**0.5, max(M**0.5, min(_number(self.slope), M / _number(self.at_one)))

    def price(self) -> str:
        """Return what N1 needs beyond the three hypotheses, and whether sigma has it."""
        known = "is so" if has_falling_elasticity(self.sigma) else "is not decided here"
        return f"N1 has this Q where u sigma'(u)/sigma(u) does not increase on (0, 1], which {known}"

    def rates(self) -> dict[str, str]:
        """Return the resulting rates as LaTeX, by the theorem's name; raises ValueError where sigma is no member."""
        self._member()
        return dict(RATES)

    def as_dict(self) -> dict[str, Any]:
        """Everything, ready for JSON; what does not hold has no rates."""
        found: dict[str, Any] = {"sigma": str(self.sigma), "latex": sp.latex(self.sigma), "holds": self.holds}
        for name, why in zip(HYPOTHESES, self.because, strict=True):
            found[name] = {"found": getattr(self, name), "because": why}
        if not self.holds:
            return found
        found |= {"sigma(1)": _number(self.at_one), "sigma'(0)": str(self.slope), "rates": self.rates()}
        found |= {"M": sp.latex(self.formula_M()), "rho": sp.latex(self.formula_rho()), "n": self.n, "N1": self.price()}
        if self.n is not None:
            found["values"] = {"M": self.M(self.n), "rho": self.rho(self.n), "Q": self.Q(self.n)}
        return found

    def _member(self) -> sp.Expr:
        """Return sigma; raises ValueError naming the hypothesis that is not known to hold."""
        for name in self.missing():
            raise ValueError(f"sigma(u) = {self.sigma} is not known to be {name}: {getattr(self, name)}")
        return self.sigma


def certify(expression: str | sp.Expr | Callable[[sp.Symbol], sp.Expr], n: int | None = None) -> SigmaCertificate:
    """Decide whether sigma is odd, increasing and concave on [0, inf), else on [0, 1]; what follows in dimension n.

    `expression`: text such as "atan(3*u)", a sympy expression in u, or a function of a sympy symbol. Raises
    ValueError, in one line, for what is none of these, and for n < 1.
    """
    sigma = admitted(_read(expression))
    answers: tuple[Answer, Answer, Answer] = (
        is_odd(sigma),
        _decided(is_increasing, sigma),
        _decided(is_concave, sigma),
    )
    return SigmaCertificate(
        sigma=sigma,
        odd=answers[0].found,
        increasing=answers[1].found,
        concave=answers[2].found,
        because=(answers[0].because, answers[1].because, answers[2].because),
        at_one=sp.simplify(sigma.subs(U, 1)),
        slope=slope_at_zero(sigma),
        n=None if n is None else _dimension(n),
    )


def _decided(question: Callable[[sp.Expr, Fraction | None], Answer], sigma: sp.Expr) -> Answer:
    """The answer on [0, inf), or where that is no the one on [0, 1], which is all that sigma sees; and on which."""
    whole = question(sigma, None)
    if whole.holds:
        return Answer(f"{whole.found} on [0, inf)", whole.because)
    near = question(sigma, NEAR)
    if near.found.startswith("fails"):
        return near
    beyond = whole.found if whole.found.startswith("fails") else "undecided on [0, inf)"
    return Answer(f"{near.found} on [0, 1]", "; ".join(filter(None, (near.because, beyond, whole.because))))


def _read(expression: Any) -> Any:
    if isinstance(expression, str):
        return parsed(expression)
    if isinstance(expression, sp.Basic) or not callable(expression):
        return expression
    try:
        return expression(U)
    except Exception as error:  # a user's function may raise anything
        why = (str(error).splitlines() or [type(error).__name__])[0]
        raise ValueError(
            f"sigma must accept a sympy symbol; write it with sympy's functions, sympy.tanh: {why}"
        ) from None


def _dimension(n: int) -> int:
    if isinstance(n, bool) or not hasattr(n, "__index__") or n < 1:
        raise ValueError(f"n must be an integer >= 1, got {n!r}")
    return operator.index(n)


def _number(value: sp.Expr) -> float:
    return float(sp.N(value, 30))


def report(certificate: SigmaCertificate) -> str:
    """Return the certificate as plain lines, formulas in LaTeX."""
    lines = [f"sigma(u) = {certificate.sigma}"]
    for name, why in zip(HYPOTHESES, certificate.because, strict=True):
        lines.append(f"  {name + ':':12s}{getattr(certificate, name)}" + (f"   ({why})" if why else ""))
    if not certificate.holds:
        return "\n".join([*lines, f"no rates: sigma is not known to be {' and '.join(certificate.missing())}"])
    lines += [
        f"sigma(1)  = {certificate.at_one} = {_number(certificate.at_one):.6g}",
        f"sigma'(0) = {certificate.slope}",
    ]
    lines += [f"M(n)   = {sp.latex(certificate.formula_M())}", f"rho(n) = {sp.latex(certificate.formula_rho())}"]
    lines += [r"Q(n):  \sqrt{M} \le Q \le \min(\sigma'(0), M/\sigma(1))", f"  {certificate.price()}"]
    if certificate.n is not None:
        low, high = certificate.Q(certificate.n)
        M, rho = certificate.M(certificate.n), certificate.rho(certificate.n)
        lines += [f"at n = {certificate.n}: M = {M:.6g}, rho = {rho:.6g}, {low:.6g} <= Q <= {high:.6g}"]
    return "\n".join([*lines, *(f"{name}: {latex}" for name, latex in certificate.rates().items())])
