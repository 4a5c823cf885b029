"""Decide whether sigma is odd, increasing and concave on [0, end]: symbolically, else by intervals, else not at all.

    parsed(text)                         a string as an expression in u, read by a grammar of its own, never executed
    elementwise(f)                       an expression as a function of arrays
    is_odd, is_increasing, is_concave    "proved" | "certified" | "fails at u = ..." | "undecided"
    has_falling_elasticity               whether u sigma'(u)/sigma(u) plainly does not increase on (0, 1]

sigma is cut into smooth pieces; `certificates.signs` finds the signs of sigma' and sigma'' on each, the limits at
their ends are compared exactly. A failure is a rational point, confirmed to 50 digits. `end` None is infinity.
"""

from __future__ import annotations

import ast
import functools
import operator
import warnings
from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import pairwise
from types import MappingProxyType, ModuleType
from typing import Any

import sympy as sp

from alphalab.arrays import Array, like, namespace, to_numpy
from alphalab.claims.certificates.pieces import compared, joints, limit_at, pieces_of, start
from alphalab.claims.certificates.signs import (
    POSITIVE,
    SIMPLE,
    Answer,
    Piece,
    U,
    failure,
    plainly,
    reachable,
    sign_on,
    value_at,
)

FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    **{name: getattr(sp, name) for name in ("tanh", "atan", "erf", "sin", "cos", "exp", "log", "sqrt", "sinh", "cosh")},
    **{name: getattr(sp, name) for name in ("asinh", "Abs", "sign", "Max", "Min")},
    "abs": sp.Abs,
}
CONSTANTS: Mapping[str, sp.Expr] = {"u": U, "pi": sp.pi, "E": sp.E}
OPERATORS: Mapping[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
LONGEST, LARGEST_POWER = 300, 64


def parsed(text: str) -> sp.Expr:
    """Return the expression a text stands for; raises ValueError, in one line, for anything else."""
    if len(text) > LONGEST:
        raise ValueError(f"sigma: at most {LONGEST} characters, got {len(text)}")
    refusal = f"sigma: {text[:60]!r} is not an expression in u, such as atan(3*u)"
    try:
        with warnings.catch_warnings():  # Python's opinion of how the text is spelled
            warnings.simplefilter("ignore")
            tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ValueError(refusal) from None
    try:
        return _expression(tree)
    except (TypeError, AttributeError, RecursionError):
        raise ValueError(refusal) from None


def _expression(node: ast.expr) -> sp.Expr:
    """Return one node of the grammar: numbers, u, pi, E, + - * / **, and the functions listed."""
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        if node.value == float("inf"):
            raise ValueError("sigma: a number in the expression is too large")
        return _modest(sp.Rational(str(node.value)))
    if isinstance(node, ast.Name) and node.id in CONSTANTS:
        return CONSTANTS[node.id]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
        return (-1 if isinstance(node.op, ast.USub) else 1) * _expression(node.operand)
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        left, right = _expression(node.left), _expression(node.right)
        if isinstance(node.op, ast.Pow) and not (right.is_Rational and abs(right) <= LARGEST_POWER):
            raise ValueError(f"sigma: an exponent must be a number of size at most {LARGEST_POWER}, got {right}")
        return _modest(OPERATORS[type(node.op)](left, right))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords:
        name, several = node.func.id, node.func.id in ("Max", "Min")
        if name in FUNCTIONS and (len(node.args) == 1 or several):
            return _modest(FUNCTIONS[name](*map(_expression, node.args)))
    raise ValueError(f"sigma: {ast.unparse(node)[:60]!r} is not allowed; use u, numbers, {', '.join(FUNCTIONS)}")


def _modest(value: sp.Expr) -> sp.Expr:
    """Refuse numbers that would grow without end: 9**9**9."""
    if value.is_Rational and max(abs(int(value.p)), int(value.q)).bit_length() > 4096:
        raise ValueError("sigma: a number in the expression is too large")
    return value


def admitted(expression: Any) -> sp.Expr:
    """Return a sympy expression as one in U; raises ValueError for other symbols and functions, in one line."""
    if not isinstance(expression, sp.Expr):
        raise ValueError(f"sigma must be an expression in u, got {str(expression)[:60]!r}")
    if others := sorted(str(symbol) for symbol in expression.free_symbols if symbol.name != "u"):
        raise ValueError(f"sigma must depend on u alone, got also {', '.join(others)}")
    sigma = sp.nsimplify(expression.subs(dict.fromkeys(expression.free_symbols, U)), rational=True)
    allowed = {sp.sin, sp.Pow, sp.Add, sp.Mul, *FUNCTIONS.values()}
    for part in sp.preorder_traversal(sigma):
        if not (part.is_Rational or part in (U, sp.pi, sp.E) or type(part) in allowed):
            raise ValueError(f"sigma: {str(part)[:60]!r} is not allowed; use u, numbers, {', '.join(FUNCTIONS)}")
        if part.is_Pow and part.has(U) and not (part.exp.is_Rational and abs(part.exp) <= LARGEST_POWER):
            raise ValueError(f"sigma: an exponent must be a number of size at most {LARGEST_POWER}, got {part.exp}")
    if U not in sigma.free_symbols:
        raise ValueError(f"sigma must depend on u, got {str(sigma)[:60]!r}")
    return sigma


def is_odd(sigma: sp.Expr) -> Answer:
    """sigma(0) = 0 and sigma(-u) = -sigma(u)."""
    at_zero, both = sigma.subs(U, 0), sigma.subs(U, -U) + sigma
    if sp.simplify(at_zero) != 0:
        return failure(Fraction(0), "sigma(0)", at_zero)
    odd = Answer("proved", "sigma(-u) + sigma(u) = 0")
    if _as_minima(both) == 0:
        return odd
    for point in reachable(both):
        if (value := value_at(both, point)) is None or value != 0:
            return failure(point, "sigma(-u) + sigma(u)", value)
    return odd if sp.count_ops(both) <= SIMPLE and sp.simplify(both) == 0 else Answer("undecided")


def _as_minima(expression: sp.Expr) -> sp.Expr:
    """Write Max(a, b) as -Min(-a, -b) for u > 0, so that what cancels is seen to."""
    return expression.subs(U, POSITIVE).replace(sp.Max, lambda *parts: -sp.Min(*(-part for part in parts)))


def is_increasing(sigma: sp.Expr, end: Fraction | None = None) -> Answer:
    """sigma' >= 0 on every piece, no jump down, and sigma(1) > 0."""
    if (top := value_at(sigma, Fraction(1))) is None or not top > 0:
        return failure(Fraction(1), "sigma(1)", top)
    pieces = pieces_of(sigma, end)
    answers = [sign_on(piece, 1, 1, "sigma'") for piece in pieces]
    return _together([*answers, start(pieces), *joints(sigma, pieces, "<=")])


def is_concave(sigma: sp.Expr, end: Fraction | None = None) -> Answer:
    """sigma'' <= 0 on every piece, no jump but up from 0, and slopes that do not increase where pieces meet."""
    pieces = pieces_of(sigma, end)
    answers = [sign_on(piece, 2, -1, "sigma''") for piece in pieces]
    slopes = [
        compared(limit_at(a, 1, b.low), limit_at(b, 1, b.low), ">=", "the jump of sigma'", b.low)
        for a, b in pairwise(pieces)
    ]
    return _together([*answers, start(pieces), *joints(sigma, pieces, "=="), *slopes])


def has_falling_elasticity(sigma: sp.Expr) -> bool:
    """Whether (u sigma'/sigma)' <= 0 on (0, 1] is plain, for sigma > 0 concave; False where it is not decided."""
    pieces = pieces_of(sigma, Fraction(1))  # where they meet, the slope of a concave sigma does not increase
    return bool(pieces) and all(
        plainly(Piece(sp.cancel(POSITIVE * sp.diff(p.formula, POSITIVE) / p.formula), p.low, p.high), 1, -1)
        for p in pieces
    )


def slope_at_zero(sigma: sp.Expr) -> sp.Expr:
    """Return sigma'(0), from the right; infinity where sigma jumps at 0 or is vertical there."""
    first = pieces_of(sigma)
    if not first:
        return sp.nan
    return sp.oo if limit_at(first[0], 0, Fraction(0)) != 0 else limit_at(first[0], 1, Fraction(0))


def _together(answers: list[Answer]) -> Answer:
    """One answer for all parts: a failure, else the weakest; nothing to go by is undecided."""
    failed = next((answer for answer in answers if answer.found.startswith("fails")), None)
    weakest = next(
        (found for found in ("undecided", "certified", "proved") if any(a.found == found for a in answers)), ""
    )
    because = "; ".join(dict.fromkeys(answer.because for answer in answers if answer.because))
    return failed or Answer(weakest or "undecided", because)


def elementwise(f: sp.Expr) -> Callable[[Array], Array]:
    """Return f(u) as a function of an array of any library, which keeps library, dtype and device."""
    if f == U:
        return lambda u: u
    if f.is_number:
        constant = int(f) if f.is_Integer else float(f)
        return lambda u: constant
    parts = [elementwise(part) for part in f.args]
    if f.is_Pow and f.exp == sp.S.Half:
        return lambda u: namespace(u).sqrt(parts[0](u))
    if isinstance(f, sp.erf):
        return lambda u: like(_erf(to_numpy(parts[0](u))), u)
    if type(f) in FOLDS:
        fold = FOLDS[type(f)]
        return lambda u: functools.reduce(lambda a, b: fold(namespace(u), a, b), [part(u) for part in parts])
    name = {sp.Abs: "abs"}.get(type(f), type(f).__name__)  # the array API names the others as sympy does
    return lambda u: getattr(namespace(u), name)(parts[0](u))


FOLDS: Mapping[type, Callable[[ModuleType, Any, Any], Any]] = MappingProxyType(
    {
        sp.Add: lambda xp, a, b: a + b,
        sp.Mul: lambda xp, a, b: a * b,
        sp.Pow: lambda xp, a, b: a**b,
        sp.Max: lambda xp, a, b: xp.where(a > b, a + 0 * b, b + 0 * a),
        sp.Min: lambda xp, a, b: xp.where(a < b, a + 0 * b, b + 0 * a),
    }
)


def _erf(values: Any) -> Any:
    from scipy.special import erf

    return erf(values)
