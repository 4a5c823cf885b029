r"""Signs on all of (0, 1] from plain forms, and of numbers.

    sign_of        of a number or a form in positive symbols: a plain form, else a ball that excludes 0, else an exact 0
    Plain.sign     a form all of whose terms have one plain sign, by the rules in `plain_sign` and no others
    Plain.falls    whether the elasticity u y'/y of y = f, or of y = f - u f', does not increase

Signs are 1 for >= 0, -1 for <= 0, 0 for both, None for what is not decided.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import sympy as sp

from alphalab.claims.certificates.balls import POSITIVE, number_sign
from alphalab.claims.nonlinearity import Quintic

SIMPLE, SHORT, MANAGEABLE = 40, 60, 150  # operations up to which sympy's simplify, cancel and factor are quick
LARGE = 64  # a number in an exponent beyond which they are not: exp(200) is E to the power of 200


@functools.cache
def sign_of(value: sp.Expr) -> int | None:
    """Return the sign of an exact number, or of a form in positive symbols: +1, -1, 0; None where it is not decided."""
    if (found := plain_sign(value)) is not None:
        return found
    zero = sp.expand(value) == 0 or (_is_simple(value) and sp.simplify(value) == 0)
    return 0 if zero else None


def _is_simple(f: sp.Expr) -> bool:
    """Whether sympy's simplify is quick: it multiplies tanh(9999 u) out."""
    return bool(sp.count_ops(f) <= SIMPLE) and _has_small_numbers(f.atoms(sp.Function))


def _is_manageable(f: sp.Expr) -> bool:
    """Whether sympy's factor is quick: to it exp(200 u) is a power of exp(u)."""
    return bool(sp.count_ops(f) <= MANAGEABLE) and _has_small_numbers(f.atoms(sp.exp, sp.sinh, sp.cosh, sp.sin, sp.cos))


def _has_small_numbers(parts: set[sp.Expr]) -> bool:
    numbers = [number for part in parts for number in part.atoms(sp.Rational)]
    return all(max(abs(int(number.p)), int(number.q)) <= LARGE for number in numbers)


def plain_sign(expression: sp.Expr) -> int | None:
    """Return +1, -1 or 0 where the expression plainly has this strict sign for positive symbols, else None.

    Sums of one sign, products, powers of what has a sign, exp and cosh, odd functions of what has a sign; of a number
    that is none of these, the sign of a ball that excludes 0.
    """
    if expression.is_Rational:
        return int(sp.sign(expression))
    if expression.is_Symbol or expression in (sp.pi, sp.E):
        return 1 if expression.is_positive else None
    if isinstance(expression, sp.log):
        return plain_sign(expression.args[0] - 1)
    signs = [plain_sign(part) for part in expression.args]
    rule = next((rule for kind, rule in RULES.items() if isinstance(expression, kind)), None)
    found = rule(expression, signs) if rule else None
    return number_sign(expression) if found is None and expression.is_number else found


def _sum_sign(expression: sp.Expr, signs: list[int | None]) -> int | None:
    known = set(signs) - {0}
    return known.pop() if len(known) == 1 else None


def _power_sign(expression: sp.Expr, signs: list[int | None]) -> int | None:
    if signs[0] != -1:
        return 1 if signs[0] == 1 else None
    return (1 if expression.exp % 2 == 0 else -1) if expression.exp.is_integer else None


RULES: Mapping[type | tuple[type, ...], Callable[[sp.Expr, list[int | None]], int | None]] = MappingProxyType(
    {
        sp.Add: _sum_sign,
        sp.Mul: lambda expression, signs: None if None in signs else int(sp.prod(signs)),
        sp.Pow: _power_sign,
        (sp.Max, sp.Min): lambda expression, signs: signs[0] if len(set(signs)) == 1 else None,
        (sp.exp, sp.cosh): lambda expression, signs: 1,
        (sp.tanh, sp.atan, sp.erf, sp.sinh, sp.asinh, Quintic): lambda expression, signs: signs[0],
    }
)


@functools.cache
def derivative(f: sp.Expr, order: int) -> sp.Expr:
    """Return the derivative of a formula in u of this order."""
    return f if order == 0 else sp.diff(derivative(f, order - 1), POSITIVE)


@dataclass(frozen=True)
class Plain:
    """All u in (0, 1), or all u > 0: u a positive symbol, or q/(1 + q).

    `shown` has the form that showed the sign, for every formula and order that was asked for.
    """

    shown: dict[tuple[sp.Expr, int], sp.Expr] = field(default_factory=dict)

    def sign(self, f: sp.Expr, order: int = 0) -> int | None:
        """Return the sign of f^(order), strict or 0, where some form of it shows that plainly."""
        found = derivative(f, order)
        if found == 0:
            return 0
        plain, numbers = _lettered(found)
        for inside in INSIDE:
            if _is_regular(f.subs(POSITIVE, inside)):
                for form in _forms(plain):
                    if (sign := _shown(form.subs(POSITIVE, inside))) is not None:
                        self.shown[f, order] = form.xreplace(numbers)
                        return sign
        return None

    def strict(self, f: sp.Expr) -> int | None:
        """Return the sign of f where it is nowhere 0 on (0, 1]."""
        found = self.sign(f)
        return found if found == sign_of(f.subs(POSITIVE, 1)) else None

    def falls(self, f: sp.Expr, order: int) -> int | None:
        """Return -1 or 0 where the elasticity of f (order 0) or of f - u f' (order 2) plainly does not increase."""
        y = f if order == 0 else -derivative(f, 2)  # if the elasticity of p' = -u f'' falls, so does that of p
        if y == 0 or sp.count_ops(derivative(y, 1)) > SHORT or not _is_manageable(y) or not _is_regular(f):
            return None
        if order == 2 and self.sign(f, 2) != -1:
            return None
        y, _ = _lettered(y)
        slope = sp.diff(sp.cancel(POSITIVE * derivative(y, 1) / y), POSITIVE)
        found = 0 if slope == 0 else next(filter(None, (_shown(slope.subs(POSITIVE, i)) for i in INSIDE)), None)
        return found if found in (0, -1) else None


INSIDE = (POSITIVE, POSITIVE / (1 + POSITIVE))


def _lettered(f: sp.Expr) -> tuple[sp.Expr, dict[sp.Expr, sp.Expr]]:
    """Return f with a letter > 0 for the size of every irrational number, and what the letters are."""
    letters: dict[sp.Expr, sp.Symbol] = {}

    def lettered(part: sp.Expr) -> sp.Expr:
        if part.is_Rational or part.is_Symbol:
            return part
        if not part.is_number:
            return part.func(*map(lettered, part.args))
        sign = sign_of(part)
        if not sign:
            return part if sign is None else sp.S.Zero
        return sign * letters.setdefault(sign * part, sp.Symbol(f"number{len(letters)}", positive=True))

    return lettered(f), {letter: number for number, letter in letters.items()}


def _shown(form: sp.Expr) -> int | None:
    """Return the plain sign of a form, as it stands or with each tanh written as q/(1 + q)."""
    return next((sign for way in (lambda x: x, _rational) if (sign := plain_sign(way(form))) is not None), None)


def _is_regular(formula: sp.Expr) -> bool:
    """Whether a formula is plainly real and smooth: no pole, no root or log of a sign change."""
    delicate = [part.base for part in formula.atoms(sp.Pow) if not part.exp.is_integer or part.exp < 0]
    delicate += [part.args[0] for part in formula.atoms(sp.log)]
    return all(plain_sign(part) == 1 or (part.is_number and plain_sign(part) is not None) for part in delicate)


def _forms(expression: sp.Expr) -> Iterator[sp.Expr]:
    yield expression
    if _is_manageable(expression):
        yield sp.factor(sp.together(expression))


def _rational(expression: sp.Expr) -> sp.Expr:
    """Write tanh(w), w > 0, as q/(1 + q) with a symbol q > 0, so that 1 - tanh(w)^2 is a quotient of plain sums."""
    if not _is_manageable(expression):
        return expression
    saturating = [part for part in expression.atoms(sp.tanh) if plain_sign(part.args[0]) == 1]
    for k, part in enumerate(sorted(saturating, key=str)):
        q = sp.Symbol(f"q{k}", positive=True)
        expression = expression.subs(part, q / (1 + q))
    top, bottom = sp.fraction(sp.factor(sp.together(expression)))
    return sp.Mul(*(sp.expand(part) if part.is_Add else part for part in sp.Mul.make_args(top))) / bottom
