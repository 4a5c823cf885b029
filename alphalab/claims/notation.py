r"""The letters of the theory, what each stands for, and how it is measured on a case.

    g~ = g/(N+eps),   g' = tanh(alpha g~),   N = ||g||_2,   r = N/(N+eps) < 1,   h(z) = z^2/(z+eps)
    M(alpha, n)   = n tanh^2(alpha/sqrt n)                  what replaces n in every bound
    rho(alpha, n) = n (tanh(alpha/sqrt n)/tanh alpha)^2     the price of the tanh, 1 <= rho <= n
    B(T)          = Delta/(eta T) + L eta M/2

A claim writes its two sides with these symbols; the same expression is printed and evaluated.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import sympy as sp

from alphalab.claims.case import Case
from alphalab.claims.shared import Shared

Formula: TypeAlias = sp.Expr


@dataclass(frozen=True)
class Quantity(Shared):
    """A letter, its meaning in words, and its value on a case: broadcastable to (T, *batch).

    fixed    the same at every step of a run (a hyperparameter, a constant, a sum over the run)
    mean_of  what it is the mean of over the steps, where it is one
    """

    symbol: sp.Symbol
    meaning: str
    measure: Callable[[Case], np.ndarray]
    fixed: bool = False
    mean_of: Formula | None = None


def letter(latex: str) -> sp.Symbol:
    """Return a positive symbol that prints as `latex`."""
    return sp.Symbol(latex, positive=True)


def size(latex: str) -> sp.Symbol:
    """Return a symbol >= 0 that prints as `latex`: what is divided by has to be more, and an assumption says so."""
    return sp.Symbol(latex, nonnegative=True)


alpha, eta, n, L, mu, T = map(letter, (r"\alpha", r"\eta", "n", "L", r"\mu", "T"))
eps = size(r"\varepsilon")
D, Delta, Delta0 = map(size, ("D", r"\Delta", r"\Delta_0"))
N, inner, square, r = map(size, ("N_t", r"\langle {g_t}, g'_t \rangle", r"\|{g'_t}\|_2^2", "r_t"))
next_norm = size("N_{t+1}")
gamma, gamma_min, least_norm = map(size, (r"\gamma_t", r"\gamma_{\min}", r"\min_{t \le T} N_t"))
delta, next_delta = map(size, (r"\delta_t", r"\delta_{t+1}"))
decrease = sp.Symbol(r"(f(x_t)-f(x_{t+1}))", real=True)
mean_delta, mean_h, mean_norm, mean_inner = map(
    size,
    (
        r"\frac{1}{T}\sum_{t=1}^T (f(x_t)-f^*)",
        r"\frac{1}{T}\sum_{t=1}^T h(N_t)",
        r"\frac{1}{T}\sum_{t=1}^T N_t",
        r"\frac{1}{T}\sum_{t=1}^T \langle g_t, g'_t\rangle",
    ),
)


M = letter("{M}")
B, b, z = map(size, ("{B}", "{b}", "{z}"))  # braces: not the z of a proof


class Max(sp.Max):
    r"""The largest of several, which compares numbers alone: sympy's compares formulas whenever a letter is replaced.

    >>> Max(N, eps), Max(1, 2), Max(N, eps).subs({N: 1, eps: 2}), isinstance(Max(N, eps), sp.Max)
    (Max(N_t, \varepsilon), 2, 2, True)
    """

    def __new__(cls, *args: Any, evaluate: bool = True) -> Any:
        """Return the number where all are numbers."""
        return sp.Max(*args) if evaluate and _numbers(args) else super().__new__(cls, *args, evaluate=False)


class Min(sp.Min):
    r"""The least of several, likewise.

    >>> Min(N, eps), Min(1, 2), Min(N, eps).subs({N: 1, eps: 2}), isinstance(Min(N, eps), sp.Min)
    (Min(N_t, \varepsilon), 1, 1, True)
    """

    def __new__(cls, *args: Any, evaluate: bool = True) -> Any:
        """Return the number where all are numbers."""
        return sp.Min(*args) if evaluate and _numbers(args) else super().__new__(cls, *args, evaluate=False)


def _numbers(args: Iterable[Any]) -> bool:
    return all(sp.sympify(one).is_number for one in args)


def h_inverse(value: Formula) -> Formula:
    """Return h^{-1}(b) = (b + sqrt(b^2 + 4 eps b))/2, the z with z^2/(z+eps) = b; at most b + eps."""
    return (value + sp.sqrt(value**2 + 4 * eps * value)) / 2


root_rho = sp.sqrt(n) * sp.tanh(alpha / sp.sqrt(n)) / sp.tanh(alpha)
rho = root_rho**2
DEFINITIONS: dict[sp.Symbol, Formula] = {
    M: n * sp.tanh(alpha / sp.sqrt(n)) ** 2,
    B: Delta / (eta * T) + L * eta * M / 2,
    b: B / sp.tanh(alpha),
    z: Min(L * D, h_inverse(b)),
}
"""Letters that stand for a formula in the letters before them: they keep a statement readable."""


@functools.cache
def expand(formula: Formula) -> Formula:
    """Return the formula with every letter of DEFINITIONS written out."""
    for symbol in reversed(DEFINITIONS):
        formula = formula.xreplace({symbol: DEFINITIONS[symbol]})
    return formula


def mean_over(history: np.ndarray) -> np.ndarray:
    """Return the mean over every prefix, (T, *batch)."""
    return np.cumsum(history, axis=0) / horizon(history)


def horizon(history: np.ndarray) -> np.ndarray:
    """Return T = 1, 2, ... down the first axis."""
    return np.arange(1.0, len(history) + 1).reshape(-1, *([1] * (history.ndim - 1)))


def _ratio(case: Case) -> np.ndarray:
    """Return r = N/(N+eps), 0 at N = 0."""
    total = case.gradient_norm + case.hyperparameter("epsilon")
    return np.divide(case.gradient_norm, total, out=np.zeros_like(total), where=total > 0)


def _gamma(case: Case) -> np.ndarray:
    return np.tanh(case.hyperparameter("alpha")) * _ratio(case)


def _delta(case: Case) -> np.ndarray:
    return case.difference(case.values, case.constant("f_star"))


def one_later(history: np.ndarray) -> np.ndarray:
    """Return the history one step later; NaN, that is unknown, after the last step."""
    return np.concatenate([history[1:], np.full_like(history[:1], np.nan)])


def _next_norm(case: Case) -> np.ndarray:
    """Return N_{t+1}, or with `magnitude` what rounding acts on: storing x moves the gradient by L ||x|| ulp."""
    if not case.magnitude or case.point_norm is None:
        return one_later(case.gradient_norm)
    return one_later(case.gradient_norm + (case.constants.L or 0.0) * case.point_norm)


def _radius(case: Case) -> np.ndarray:
    """Return D: the declared one, else the least that bounds the visited iterates."""
    declared = case.declared.get("D")
    return np.maximum.accumulate(case.history("distance")) if declared is None else declared


def _first(case: Case, low: str) -> np.ndarray:
    """Return f(x_1) - low."""
    return case.difference(case.values[:1], case.constant(low)) + case.drift


QUANTITIES: tuple[Quantity, ...] = (
    Quantity(alpha, "steepness", lambda case: case.hyperparameter("alpha"), fixed=True),
    Quantity(eta, "learning rate", lambda case: case.hyperparameter("learning_rate"), fixed=True),
    Quantity(eps, "epsilon of the normalisation", lambda case: case.hyperparameter("epsilon"), fixed=True),
    Quantity(n, "dimension", lambda case: np.asarray(float(case.n)), fixed=True),
    Quantity(L, "smoothness constant", lambda case: np.asarray(case.constant("L")), fixed=True),
    Quantity(mu, "Polyak-Lojasiewicz constant", lambda case: np.asarray(case.constant("pl")), fixed=True),
    Quantity(T, "number of steps", lambda case: horizon(case.gradient_norm), fixed=True),
    Quantity(D, "at least ||x_t - x*|| for t = 1..T", _radius, fixed=True),
    Quantity(Delta, "f(x_1) - f_inf", lambda case: _first(case, "f_inf"), fixed=True),
    Quantity(Delta0, "f(x_1) - f*", lambda case: _first(case, "f_star"), fixed=True),
    Quantity(N, "gradient norm ||g_t||", lambda case: case.gradient_norm),
    Quantity(next_norm, "the same one step later", _next_norm),
    Quantity(inner, "alignment <g_t, g'_t>", lambda case: case.alignment),
    Quantity(square, "squared direction ||g'_t||^2", lambda case: case.direction_sq),
    Quantity(r, "N_t/(N_t + eps)", _ratio),
    Quantity(gamma, "tanh(alpha) N_t/(N_t + eps)", _gamma),
    Quantity(delta, "f(x_t) - f*", _delta),
    Quantity(next_delta, "f(x_{t+1}) - f*", lambda case: one_later(_delta(case))),
    Quantity(decrease, "f(x_t) - f(x_{t+1})", lambda case: case.difference(case.values, one_later(case.values))),
    Quantity(gamma_min, "min gamma_t over t = 1..T", lambda case: np.minimum.accumulate(_gamma(case)), fixed=True),
    Quantity(least_norm, "least N_t over t = 1..T", lambda case: np.minimum.accumulate(case.gradient_norm), fixed=True),
    Quantity(mean_delta, "mean of f(x_t) - f*", lambda case: mean_over(_delta(case)), mean_of=delta),
    Quantity(
        mean_h,
        "mean of h(N_t) = N_t^2/(N_t + eps)",
        lambda case: mean_over(case.gradient_norm * _ratio(case)),
        mean_of=N**2 / (N + eps),
    ),
    Quantity(mean_norm, "mean of N_t", lambda case: mean_over(case.gradient_norm), mean_of=N),
    Quantity(mean_inner, "mean of <g_t, g'_t>", lambda case: mean_over(case.alignment), mean_of=inner),
)
BY_SYMBOL: dict[sp.Symbol, Quantity] = {quantity.symbol: quantity for quantity in QUANTITIES}


def evaluate(formula: Formula, case: Case, letters: Sequence[Quantity] = ()) -> np.ndarray:
    """Return the value of a formula on a case, (T, *batch); inf where it divides by 0, but 0/0 = 0, as r is at N = 0.

    `letters` are quantities beyond QUANTITIES that a claim brings itself. Raises NotApplicableError naming the
    constant or history that is not known.
    """
    symbols = symbols_of(formula)
    values = [_measured(symbol, case, letters) for symbol in symbols]
    with np.errstate(all="ignore"):
        value = compiled(expand(formula), symbols)(*values)
    return np.broadcast_to(np.asarray(value), case.gradient_norm.shape)


def _measured(symbol: sp.Symbol, case: Case, letters: Sequence[Quantity]) -> np.ndarray:
    """Return the value of a letter on a case, measured once: every claim asks for the same ones."""
    quantity = next((one for one in letters if one.symbol == symbol), None) or BY_SYMBOL[symbol]
    if quantity not in case.measured:
        case.measured[quantity] = np.asarray(quantity.measure(case), dtype=np.float64)
    return case.measured[quantity]


@functools.cache
def symbols_of(formula: Formula) -> tuple[sp.Symbol, ...]:
    """Return the letters of a formula, in order, those of DEFINITIONS written out."""
    return tuple(sorted(expand(formula).free_symbols, key=str))


@functools.cache
def compiled(formula: Formula, symbols: tuple[sp.Symbol, ...]) -> Callable[..., np.ndarray]:
    """Return the formula as a NumPy function of the symbols, in this order."""
    plain = formula.replace(sp.Max, GREATEST)  # sympy compares the arguments again whenever one is replaced
    divided = plain.replace(lambda e: bool(e.is_Mul and _parts(e)[2].free_symbols), _divided)
    return sp.lambdify(symbols, divided, [{QUOTIENT.__name__: _quotient, GREATEST.__name__: _greatest}, "numpy"])


QUOTIENT, GREATEST = sp.Function("quotient"), sp.Function("greatest")
QUOTIENT.__module__ = GREATEST.__module__ = __name__  # sympy says None, and `help` of this module fails


def _greatest(*parts: np.ndarray) -> np.ndarray:
    return functools.reduce(np.maximum, parts)


def _parts(product: Formula) -> tuple[Formula, Formula, Formula]:
    """Return c, a, b with product = c a/b, c a number: c a alone could overflow."""
    number, rest = product.as_coeff_Mul()
    return number, *sp.fraction(rest, exact=True)


def _divided(product: Formula) -> Formula:
    number, a, b = _parts(product)
    return number * QUOTIENT(a, b)


def _quotient(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """a/b, and 0/0 = 0."""
    return np.where((a == 0) & (b == 0), 0.0, a / b)


@functools.cache
def magnitude(formula: Formula) -> Formula:
    """Return the formula with every difference a sum, denominators apart: the size of the terms that are rounded."""
    if formula.is_Add:
        return sp.Add(*(magnitude(-term if term.could_extract_minus_sign() else term) for term in formula.args))
    if formula.is_Mul:
        return sp.Mul(*map(magnitude, formula.args))
    if formula.is_Pow and formula.exp.is_positive:
        return sp.Pow(magnitude(formula.base), formula.exp)
    return formula


def meanings(formulas: Iterable[Formula], letters: Sequence[Quantity] = ()) -> dict[str, str]:
    """Return LaTeX -> meaning, or definition in LaTeX, for every letter in the formulas and in the definitions used."""
    symbols: set[sp.Symbol] = set().union(*(formula.free_symbols for formula in formulas))
    for symbol in reversed(DEFINITIONS):
        symbols |= DEFINITIONS[symbol].free_symbols if symbol in symbols else set()
    defined = {sp.latex(s): f"${sp.latex(DEFINITIONS[s])}$" for s in DEFINITIONS if s in symbols}
    return defined | {sp.latex(q.symbol): q.meaning for q in (*QUANTITIES, *letters) if q.symbol in symbols}
