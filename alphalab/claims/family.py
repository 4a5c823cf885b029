r"""One proof for a whole family, and a certificate for your own member of it.

    d = sigma(g/(||g||+eps)),  sigma odd, increasing, concave on [0, 1], for |g_i|/(||g||+eps) <= 1
    M = n sigma(1/sqrt n)^2 replaces n,   sigma(1) replaces tanh(alpha),   sigma'(0) replaces alpha

`certify("atan(3*u)")` decides the three hypotheses on (0, 1]: sigma sees nothing beyond. From them `membership`
derives the sharp lemmas. The theorems follow, but for these, which need more of sigma: N1 that u sigma'/sigma does
not increase (a hybrid of tanh and u breaks it), Q's formula that R = (sigma')'/(sigma/u)' does not, the limit of T4*
that sigma increases strictly (a hard clip has other 2-cycles), N3's lemma the tanh.
Of a sigma that is no member two bounds survive where it lies between two lines a u and b u, 0 < a (`two_lines`).
Source: theory, "One proof", "Q is a one-dimensional maximum".
"""

from __future__ import annotations

import dataclasses
import functools
import operator
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

from alphalab import style
from alphalab.arrays import Array
from alphalab.claims import hypotheses, sharp, two_lines
from alphalab.claims.certificates.balls import is_installed
from alphalab.claims.certificates.cases import Answer
from alphalab.claims.membership import family_proof, tanh_instance
from alphalab.claims.nonlinearity import U, admitted, elementwise, number, parsed
from alphalab.claims.typeset import text

if TYPE_CHECKING:
    from alphalab.style import Figure

__all__ = ["RATES", "SigmaCertificate", "certify", "family_proof", "report", "tanh_instance"]

HYPOTHESES = ("odd", "increasing", "concave")
FURTHER = {
    "best_iterate": "N1 (u sigma'/sigma does not increase)",
    "one_dimensional": "Q  (R = (sigma')'/(sigma/u)' does not increase)",
}
KNOWN = ("proved", "certified")
n_symbol = sp.Symbol("n", positive=True)

RATES = {
    "T2*": r"\frac{1}{T}\sum_{t=1}^T \|g_t\|_2 \le \varepsilon + \sqrt{\rho}\sqrt{\frac{2 L \Delta}{T}},"
    r"\quad \eta = \sqrt{\frac{2 \Delta}{L M T}}",
    "T1*": r"\frac{1}{T}\sum_{t=1}^T (f(x_t) - f^*) \le D \left(\varepsilon + \sqrt{\rho}"
    r"\sqrt{\frac{2 L \Delta}{T}}\right),\quad D \ge \|x_t - x^*\|_2, \quad f \text{ convex}",
    "T3*": r"\delta_t \le q_t = \left(1 - \frac{\mu}{\rho L}\right)^{t-1} \delta_1,\quad"
    r" \eta_t = \frac{\sigma(1) \sqrt{2 \mu q_t}}{L M},\ \varepsilon \to 0,\ L \rho \ge 2 \mu,\ \text{PL}",
}
SURVIVING = {
    "bounded-slope": r"\frac{1}{T}\sum_{t=1}^T \|g_t\|_2 \le \varepsilon + \frac{\sqrt{\hat M}}{a}"
    r"\sqrt{\frac{2 L \Delta}{T}},\quad \eta = \sqrt{\frac{2 \Delta}{L \hat M T}}",
    "bounded-slope-best": r"\min_{t \le T} h(\|g_t\|_2) \le \frac{a + b}{2 \sqrt{a b}} \sqrt{\frac{2 L \Delta}{T}},"
    r"\quad \eta = \sqrt{\frac{2 \Delta}{L T a b}}",
}


@dataclasses.dataclass(frozen=True, kw_only=True)
class SigmaCertificate:
    """What is known of sigma, and what follows.

    odd, increasing, concave   "proved" | "certified" | "fails at u = ..." | "undecided", on [-1, 1], all that is used
    best_iterate               the same of u sigma'/sigma not increasing, which N1 needs beyond the three
    one_dimensional            the same of R = (sigma')'/(sigma/u)' not increasing, which Q's formula needs
    because                    why, one line for each of the five;   n  the dimension asked for, or None
    at_one, slope              sigma(1), sigma'(0), exact
    """

    sigma: sp.Expr
    odd: str
    increasing: str
    concave: str
    best_iterate: str
    one_dimensional: str
    because: tuple[str, ...]
    at_one: sp.Expr
    slope: sp.Expr
    n: int | None = None

    @property
    def holds(self) -> bool:
        """Whether all three hypotheses are proved or certified."""
        return not self.missing()

    def missing(self) -> list[str]:
        """Return the hypotheses that are not known to hold."""
        return [name for name in HYPOTHESES if getattr(self, name) not in KNOWN]

    @property
    def parameters(self) -> list[str]:
        """The names of the positive parameters of sigma, beside u."""
        return sorted(symbol.name for symbol in self.sigma.free_symbols - {U})

    @property
    def function(self) -> Callable[[Array], Array]:
        """Sigma on arrays of any library, elementwise: `NormalizedNonlinear(certificate.function)` runs it."""
        return elementwise(self._numeric(self.sigma))

    def failures(self) -> dict[str, float]:
        """Return hypothesis -> the u at which it fails, of those that fail."""
        found = {name: getattr(self, name).partition("fails at u = ") for name in (*HYPOTHESES, *FURTHER)}
        return {name: float(sp.Rational(place)) for name, (_, failed, place) in found.items() if failed}

    def plot(self) -> Figure:
        """Return sigma on [-1, 1], the chord from 0 to (1, sigma(1)), and where a hypothesis fails.

        Raises ValueError where sigma has parameters, of which no number is known.
        """
        f, u = self.function, np.linspace(-1.0, 1.0, 401)
        with np.errstate(all="ignore"):
            values = np.broadcast_to(np.asarray(f(u), dtype=np.float64), u.shape)
        with style.style(salt="sigma"):
            figure, (axes,) = style.grid(1, 3.2)
            axes.plot(u, values, color=style.BLUE, label=r"$\sigma(u)$")
            axes.plot([0, 1], [0, values[-1]], label=r"chord of $[0, 1]$", **style.REFERENCE)
            for name, place in self.failures().items():
                at = np.asarray([place])
                axes.plot(at, f(at) + 0 * at, "X", color=style.VERMILION, markersize=9, zorder=4)
                said: dict[str, Any] = {"xytext": (8, -12), "textcoords": "offset points", "color": style.VERMILION}
                axes.annotate(f"not {name.replace('_', ' ')} here", (place, float((f(at) + 0 * at)[0])), **said)
            held = [f"{name}: {getattr(self, name)}" for name in HYPOTHESES]
            axes.set(xlabel="$u$", ylabel=r"$\sigma(u)$", title=style.mathtext(sp.latex(self.sigma)))
            axes.legend(loc="upper left", title=", ".join(held), title_fontsize=8)
        return figure

    def formula_M(self) -> sp.Expr:
        """M(n) = n sigma(1/sqrt n)^2."""
        return n_symbol * self._member().subs(U, 1 / sp.sqrt(n_symbol)) ** 2

    def formula_rho(self) -> sp.Expr:
        """rho(n) = n (sigma(1/sqrt n)/sigma(1))^2."""
        return self.formula_M() / self.at_one**2

    def M(self, n: int) -> float:
        """Return what replaces n in every bound; sigma(1)^2 <= M <= min(n sigma(1)^2, sigma'(0)^2)."""
        return number(self._numeric(self.formula_M()).subs(n_symbol, _dimension(n)))

    def rho(self, n: int) -> float:
        """Return the price of sigma; 1 <= rho <= n."""
        return number(self._numeric(self.formula_rho()).subs(n_symbol, _dimension(n)))

    def Q(self, n: int) -> tuple[float, float]:
        """Return bounds on Q = sup_{|u|=1} sum sigma(u_i)^2/sum u_i sigma(u_i).

        From below the best of one coordinate and n - 1 equal ones, from above the same where `one_dimensional` holds,
        else min(sigma'(0), M/sigma(1)).
        """
        M, sizes = self.M(n), np.asarray([float(n)])
        low = max(M**0.5, float(sharp.one_dimensional(self.function, sizes, np.ones((1, 1)))[0]))
        if self.one_dimensional in KNOWN:
            return low, low
        slope = number(self.slope) if self.slope.is_finite else np.inf
        return low, max(low, min(slope, M / number(self.at_one)))

    def rates(self) -> dict[str, str]:
        """Return the resulting rates as LaTeX, by the theorem's name; raises ValueError where sigma is no member."""
        self._member()
        return dict(RATES)

    @functools.cached_property
    def lines(self) -> two_lines.Lines:
        """a, b, c with a |u| <= |sigma(u)| <= b |u|, |sigma(u)| <= c on [-1, 1]; of a member exact, else certified.

        a is not above 0, and b and c are infinite, where that is not known: then nothing survives.
        """
        self._numeric(self.sigma)
        if self.holds:
            top = number(self.at_one)
            return top, number(self.slope) if self.slope.is_finite else np.inf, top
        if self.odd not in KNOWN or not is_installed():
            return -np.inf, np.inf, np.inf
        return two_lines.lines(self.sigma)

    @property
    def survives(self) -> bool:
        """Whether sigma is known to lie between two lines, which is all that bounded-slope asks."""
        return self.lines[0] > 0 and bool(np.isfinite(self.lines[1]))

    def price(self, n: int) -> float:
        """Return the factor of sqrt(2 L Delta/T) in the bound on the mean gradient norm: sqrt(M)/sigma(1), sqrt(M^)/a.

        Infinite where nothing survives.
        """
        if self.holds:
            return self.rho(n) ** 0.5
        known = self.lines
        return two_lines.envelope(self.sigma, known, _dimension(n)) ** 0.5 / known[0] if self.survives else np.inf

    @property
    def best_price(self) -> float:
        """The factor of sqrt(2 L Delta/T) in bounded-slope's bound on the best h(N): (a+b)/(2 sqrt(a b))."""
        a, b, _ = self.lines
        return (a + b) / (2 * (a * b) ** 0.5) if self.survives else np.inf

    def as_dict(self) -> dict[str, Any]:
        """Everything, ready for JSON; of what does not hold what survives."""
        found: dict[str, Any] = {"sigma": str(self.sigma), "latex": sp.latex(self.sigma), "holds": self.holds}
        for name, why in zip((*HYPOTHESES, *FURTHER), self.because, strict=True):
            found[name] = {"found": getattr(self, name), "because": why}
        if not self.holds:
            return found | {"survives": self._surviving()}
        found |= {"sigma(1)": str(self.at_one) if self.parameters else number(self.at_one)}
        found |= {"sigma'(0)": str(self.slope), "rates": self.rates(), "n": self.n}
        found |= {"M": sp.latex(self.formula_M()), "rho": sp.latex(self.formula_rho())}
        if self.n is not None and not self.parameters:
            found["values"] = {"M": self.M(self.n), "rho": self.rho(self.n), "Q": self.Q(self.n)}
        return found

    def _surviving(self) -> dict[str, Any]:
        """What is known of a sigma that is no member, ready for JSON; nothing where it is not between two lines."""
        if self.parameters or not self.survives:
            return {}
        found = dict(zip("abc", self.lines, strict=True)) | {"rates": SURVIVING, "best price": self.best_price}
        return found if self.n is None else found | {"n": self.n, "price": self.price(self.n)}

    def _numeric(self, formula: sp.Expr) -> sp.Expr:
        """Return the formula; raises ValueError where sigma has parameters, of which no number is known."""
        if self.parameters:
            raise ValueError(f"sigma(u) = {self.sigma} has no numbers: give {', '.join(self.parameters)} a value first")
        return formula

    def _member(self) -> sp.Expr:
        """Return sigma; raises ValueError naming the hypothesis that is not known to hold."""
        for name in self.missing():
            raise ValueError(f"sigma(u) = {self.sigma} is not known to be {name}: {getattr(self, name)}")
        return self.sigma


def certify(
    expression: str | sp.Expr | Callable[[sp.Symbol], sp.Expr], n: int | None = None, positive: Iterable[str] = ()
) -> SigmaCertificate:
    """Decide whether sigma is odd, increasing and concave where it is used, and what follows in dimension n.

    `expression`: text such as "atan(3*u)", a sympy expression in u, or a function of a sympy symbol. `positive` names
    symbols that stand for any number > 0, as a in "tanh(a*u)". Raises ValueError, in one line, for what is none of
    these, and for n < 1.

    >>> certify("tanh(a*u)", positive=["a"]).concave
    'proved'
    >>> certify("u**3").concave
    'fails at u = 1/2'
    """
    positive = (positive,) if isinstance(positive, str) else tuple(positive)
    sigma = admitted(_read(expression, positive), positive)
    dimension = None if n is None else _dimension(n)
    answers = [hypotheses.is_odd(sigma), hypotheses.is_increasing(sigma), hypotheses.is_concave(sigma)]
    if all(answer.holds for answer in answers):
        answers += [hypotheses.has_falling_elasticity(sigma), hypotheses.has_falling_price(sigma)]
    else:
        answers += [Answer("undecided", "asked of members only")] * len(FURTHER)
    found = {name: answer.found for name, answer in zip((*HYPOTHESES, *FURTHER), answers, strict=True)}
    return SigmaCertificate(
        sigma=sigma,
        **found,
        because=tuple(answer.because for answer in answers),
        at_one=sigma.subs(U, 1),
        slope=hypotheses.slope_at_zero(sigma),
        n=dimension,
    )


def _read(expression: Any, positive: Iterable[str]) -> Any:
    if isinstance(expression, str):
        return parsed(expression, positive)
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


def report(certificate: SigmaCertificate, *, ascii_only: bool = False) -> str:
    """Return the certificate as plain lines."""
    say = functools.partial(text, ascii_only=ascii_only)
    lines = [f"sigma(u) = {certificate.sigma}"]
    told = dict(zip((*HYPOTHESES, *FURTHER), certificate.because, strict=True))
    for name in HYPOTHESES:
        lines.append(f"  {name + ':':12s}{_told(certificate, name, told)}")
    if not certificate.holds:
        lines.append(f"not of the family: sigma is not known to be {' and '.join(certificate.missing())}")
        return "\n".join([*lines, *_surviving(certificate.as_dict()["survives"], say)])
    lines += [f"  {words}: {_told(certificate, name, told)}" for name, words in FURTHER.items()]
    lines += [
        f"sigma(1)  = {certificate.at_one}"
        + ("" if certificate.parameters else f" = {number(certificate.at_one):.6g}"),
        f"sigma'(0) = {certificate.slope}",
    ]
    lines += [f"M(n)   = {say(sp.latex(certificate.formula_M()))}"]
    lines += [f"rho(n) = {say(sp.latex(certificate.formula_rho()))}"]
    if certificate.n is not None and not certificate.parameters:
        low, high = certificate.Q(certificate.n)
        M, rho = certificate.M(certificate.n), certificate.rho(certificate.n)
        Q = f"Q = {low:.6g}" if low == high else f"{low:.6g} <= Q <= {high:.6g}"
        lines += [f"at n = {certificate.n}: M = {M:.6g}, rho = {rho:.6g}, {Q}"]
    return "\n".join([*lines, *(f"{name}: {say(latex)}" for name, latex in certificate.rates().items())])


def _surviving(found: dict[str, Any], say: Callable[[str], str]) -> list[str]:
    """Return what survives as plain lines."""
    if not found:
        return ["nothing survives: it is not known to lie between two lines a u and b u, 0 < a"]
    lines = ["what survives: {a:.6g} |u| <= |sigma(u)| <= {b:.6g} |u|, |sigma(u)| <= {c:.6g}".format_map(found)]
    if "n" in found:
        lines.append("at n = {n}: sqrt(M^)/a = {price:.6g}, (a+b)/(2 sqrt(a b)) = {best price:.6g}".format_map(found))
    return [*lines, *(f"{name}: {say(latex)}" for name, latex in found["rates"].items())]


def _told(certificate: SigmaCertificate, name: str, because: dict[str, str]) -> str:
    return getattr(certificate, name) + (f"   ({because[name]})" if because[name] else "")
