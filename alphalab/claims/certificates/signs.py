"""The sign of a derivative of a formula on a piece of [0, inf): symbolically, by points, by intervals.

proved       a form all of whose terms have one plain sign, by the rules in `plain_sign` and no others
fails at     a rational point where the sign is the other one, to 50 digits
certified    each factor >= 0 or <= 0 on the whole piece, by `half_line`
undecided    none of these
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

import sympy as sp

U = sp.Symbol("u", real=True)
POSITIVE = sp.Symbol("u", positive=True)
POINTS = tuple(
    sorted(
        {*(Fraction(k, 8) for k in range(1, 41)), *(Fraction(2) ** k for k in range(-10, 21))},
        key=lambda point: (point.denominator, point),
    )
)
SIMPLE = 40  # operations up to which sympy's simplify is quick
CLEARLY, TINY = sp.Rational(1, 100), sp.Rational(1, 10**40)


@dataclass(frozen=True)
class Answer:
    """What was found, and in a few words why."""

    found: str
    because: str = ""

    @property
    def holds(self) -> bool:
        """Whether it is proved or certified."""
        return self.found in ("proved", "certified")


@dataclass(frozen=True)
class Piece:
    """The formula of sigma on [low, high], in the symbol POSITIVE; high None is infinity."""

    formula: sp.Expr
    low: Fraction
    high: Fraction | None


def sign_on(piece: Piece, order: int, wanted: int, name: str) -> Answer:
    """Whether a derivative has the wanted sign (+1 or -1) on a piece: symbolically, by points, by intervals."""
    derivative = sp.diff(piece.formula, POSITIVE, order)
    form = _plain_form(derivative, piece) if _is_regular(piece) else None
    if form is not None and form[0] in (0, wanted):
        return Answer("proved", f"{name} = {form[1]}")
    if (point := _point_against(derivative, piece, wanted)) is not None:
        return failure(point, name, value_at(derivative, point))
    try:
        return _by_intervals(derivative, piece, wanted, name) if _is_regular(piece) else Answer("undecided")
    except ModuleNotFoundError:
        return Answer("undecided", 'intervals need the extra: pip install -e ".[proof]"')
    except ValueError as reason:
        return Answer("undecided", str(reason))


def plainly(piece: Piece, order: int, wanted: int) -> bool:
    """Whether the derivative, factored, shows the wanted sign (or 0) on the piece; False is undecided."""
    factored = sp.factor(sp.together(sp.diff(piece.formula, POSITIVE, order)))  # simplify multiplies tanh(9999 u) out
    return _is_regular(piece) and plain_sign(_rational(factored.subs(POSITIVE, _inside(piece)))) in (0, wanted)


def _by_intervals(derivative: sp.Expr, piece: Piece, wanted: int, name: str) -> Answer:
    """Settle the sign factor by factor; a factor is >= 0 or <= 0 on the whole piece, or nothing is known."""
    from alphalab.claims.certificates.half_line import nonnegative

    sign, boxes = 1, 0
    for factor in sp.Mul.make_args(sp.factor(sp.together(derivative))):
        for side in (1, -1):
            decision = nonnegative(side * factor, POSITIVE, piece.low, piece.high)
            boxes += decision.boxes
            if decision.point is not None and (found := _confirmed(derivative, decision.point, wanted)) is not None:
                return failure(decision.point, name, found)
            if decision.certified:
                sign *= side
                break
        else:
            return Answer("undecided", f"{name}: the sign of {factor} is open")
    relation = ">=" if wanted > 0 else "<="
    return Answer("certified", f"{name} {relation} 0 by {boxes} boxes") if sign == wanted else Answer("undecided")


def _point_against(derivative: sp.Expr, piece: Piece, wanted: int) -> Fraction | None:
    """Return a point of the piece, with a short name, at which the derivative clearly has the other sign."""
    inside = [p for p in reachable(derivative) if piece.low < p and (piece.high is None or p < piece.high)]
    if piece.high is not None:
        shares = [*(Fraction(k, 8) for k in range(1, 8)), *(1 - Fraction(1, 2**k) for k in range(4, 13))]
        inside += [piece.low + (piece.high - piece.low) * share for share in shares]
    wrong = {}
    for point in inside:
        if (value := _confirmed(derivative, point, wanted)) is not None:
            wrong[point] = abs(value)
            if wrong[point] > CLEARLY:
                return point
    return max(wrong, key=lambda point: wrong[point], default=None)


def reachable(expression: sp.Expr) -> Iterator[Fraction]:
    """Yield the points at which no exponential leaves the floats: exp(exp(exp(64))) to 50 digits takes for ever."""
    rough = sp.lambdify([U], expression.subs(POSITIVE, U), "math")
    for point in POINTS:
        try:
            rough(float(point))
        except OverflowError:
            continue
        except (ValueError, ZeroDivisionError, TypeError):
            pass
        yield point


def _confirmed(expression: sp.Expr, point: Fraction, wanted: int) -> sp.Expr | None:
    """Return the value at a point, to 50 digits, if it has the sign opposite to `wanted`."""
    value = value_at(expression, point)
    return value if value is not None and value * wanted < 0 else None


def value_at(expression: sp.Expr, point: Fraction) -> sp.Expr | None:
    """Return the value at a rational point to 50 digits, 0 below 1e-40; None where it is no real number."""
    at = sp.Rational(point.numerator, point.denominator)
    try:
        value = sp.N(expression.subs({U: at, POSITIVE: at}), 50)
    except (OverflowError, ValueError, TypeError, ZeroDivisionError):
        return None
    if not (value.is_Float or value.is_Rational) or not value.is_finite:
        return None
    return value if abs(value) > TINY else sp.Integer(0)


def failure(point: Fraction, name: str, value: sp.Expr | None) -> Answer:
    """Return the answer that names a point of failure, and what is wrong there."""
    return Answer(f"fails at u = {point}", f"{name} = {'undefined' if value is None else sp.N(value, 6)}")


def _is_regular(piece: Piece) -> bool:
    """Whether the formula is plainly real and smooth inside the piece: no pole, no root or log of a sign change."""
    formula = piece.formula.subs(POSITIVE, _inside(piece))
    delicate = [part.base for part in formula.atoms(sp.Pow) if not part.exp.is_integer or part.exp < 0]
    delicate += [part.args[0] for part in formula.atoms(sp.log)]
    return all(plain_sign(part) == 1 for part in delicate)


def _inside(piece: Piece) -> sp.Expr:
    """Return a positive symbol's way through the piece: low + q, or low + (high - low) q/(1 + q)."""
    low = sp.Rational(piece.low.numerator, piece.low.denominator)
    if piece.high is None:
        return low + POSITIVE
    width = sp.Rational((piece.high - piece.low).numerator, (piece.high - piece.low).denominator)
    return low + width * POSITIVE / (1 + POSITIVE)


def _plain_form(derivative: sp.Expr, piece: Piece) -> tuple[int, sp.Expr] | None:
    """Return (sign, form) for the first way of writing the derivative that shows its sign; None where none does."""
    for form in _forms(derivative):
        for shown in (form.subs(POSITIVE, _inside(piece)), _rational(form.subs(POSITIVE, _inside(piece)))):
            if (sign := plain_sign(shown)) is not None:
                return sign, form
    return None


def _forms(expression: sp.Expr) -> Iterator[sp.Expr]:
    yield expression
    yield sp.factor(sp.together(expression))
    if sp.count_ops(expression) <= SIMPLE and not expression.has(sp.sin, sp.cos):  # a wave has no plain sign anyway
        yield sp.simplify(expression)


def _rational(expression: sp.Expr) -> sp.Expr:
    """Write tanh(w), w > 0, as q/(1 + q) with a symbol q > 0, so that 1 - tanh(w)^2 is a quotient of plain sums."""
    saturating = [part for part in expression.atoms(sp.tanh) if plain_sign(part.args[0]) == 1]
    for k, part in enumerate(sorted(saturating, key=str)):
        q = sp.Symbol(f"q{k}", positive=True)
        expression = expression.subs(part, q / (1 + q))
    top, bottom = sp.fraction(sp.factor(sp.together(expression)))
    return sp.Mul(*(_expanded(factor) for factor in sp.Mul.make_args(top))) / bottom


def _expanded(factor: sp.Expr) -> sp.Expr:
    return sp.expand(factor) if factor.is_Add else factor


def plain_sign(expression: sp.Expr) -> int | None:
    """Return +1, -1 or 0 where the expression plainly has this strict sign for positive symbols, else None.

    Sums of one sign, products, powers of what has a sign, exp and cosh, odd functions of what has a sign.
    """
    if expression.is_number:
        return _number_sign(expression)
    if expression.is_Symbol:
        return 1 if expression.is_positive else None
    if isinstance(expression, sp.log):
        return plain_sign(expression.args[0] - 1)
    signs = [plain_sign(part) for part in expression.args]
    rule = next((rule for kind, rule in RULES.items() if isinstance(expression, kind)), None)
    return rule(expression, signs) if rule else None


def _number_sign(number: sp.Expr) -> int | None:
    """The sign of a constant from its exact value, or from 50 digits."""
    if number.is_Rational:
        return int(sp.sign(number))
    value = sp.N(number, 50)
    return int(sp.sign(value)) if value.is_Float and abs(value) > TINY else None


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
        (sp.exp, sp.cosh): lambda expression, signs: 1,
        (sp.tanh, sp.atan, sp.erf, sp.sinh, sp.asinh): lambda expression, signs: signs[0],
    }
)
