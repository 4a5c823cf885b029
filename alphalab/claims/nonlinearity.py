"""Decide whether sigma is odd, increasing and concave on [0, inf): symbolically, else by intervals, else not at all.

    parsed(text)     a string as a sympy expression in u, read by a grammar of its own: nothing is executed
    questions(sigma) the three answers, each "proved" | "certified" | "fails at u = ..." | "undecided"

A symbolic answer is a form all of whose terms have one plain sign, by the rules in `plain_sign` and no others; an
interval answer comes from `certificates.half_line`; a failure is a rational point, confirmed to 50 digits.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sympy as sp

U = sp.Symbol("u", real=True)
POSITIVE = sp.Symbol("u", positive=True)
FUNCTIONS: dict[str, Callable[..., Any]] = {
    **{name: getattr(sp, name) for name in ("tanh", "atan", "erf", "sin", "cos", "exp", "log", "sqrt", "sinh", "cosh")},
    **{name: getattr(sp, name) for name in ("asinh", "Abs", "sign", "Max", "Min")},
    "abs": sp.Abs,
}
CONSTANTS: dict[str, sp.Expr] = {"u": U, "pi": sp.pi, "E": sp.E}
OPERATORS: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
LONGEST, LARGEST_POWER = 300, 64
POINTS = tuple(sorted({*(Fraction(k, 8) for k in range(1, 41)), *(Fraction(2) ** k for k in range(-10, 7))}))


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


def parsed(text: str) -> sp.Expr:
    """Return the expression a text stands for; raises ValueError, in one line, for anything else."""
    if len(text) > LONGEST:
        raise ValueError(f"sigma: at most {LONGEST} characters, got {len(text)}")
    try:
        tree = ast.parse(text.strip(), mode="eval").body
        return _expression(tree)
    except (SyntaxError, RecursionError, MemoryError, TypeError, ZeroDivisionError):
        raise ValueError(f"sigma: {text[:60]!r} is not an expression in u, such as atan(3*u)") from None


def _expression(node: ast.expr) -> sp.Expr:
    """Return one node of the grammar: numbers, u, pi, E, + - * / **, and the functions listed."""
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
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
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS:
        if not node.keywords and (len(node.args) == 1 or node.func.id in ("Max", "Min")):
            return _modest(FUNCTIONS[node.func.id](*map(_expression, node.args)))
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
    others = sorted(str(symbol) for symbol in expression.free_symbols if symbol.name != "u")
    if others:
        raise ValueError(f"sigma must depend on u alone, got also {', '.join(others)}")
    sigma = sp.nsimplify(expression.subs(dict.fromkeys(expression.free_symbols, U)), rational=True)
    allowed = {sp.sin, sp.Pow, sp.Add, sp.Mul, *FUNCTIONS.values()}
    for part in sp.preorder_traversal(sigma):
        if not (part.is_Rational or part in (U, sp.pi, sp.E) or type(part) in allowed):
            raise ValueError(f"sigma: {str(part)[:60]!r} is not allowed; use u, numbers, {', '.join(FUNCTIONS)}")
        if part.is_Pow and part.base.has(U) and not part.exp.is_Rational:
            raise ValueError(f"sigma: an exponent must be a number, got {part.exp}")
    if U not in sigma.free_symbols:
        raise ValueError(f"sigma must depend on u, got {str(sigma)[:60]!r}")
    return sigma


def is_odd(sigma: sp.Expr) -> Answer:
    """sigma(0) = 0 and sigma(-u) = -sigma(u)."""
    at_zero, both = sigma.subs(U, 0), sigma.subs(U, -U) + sigma
    if sp.simplify(at_zero) != 0:
        return _failure(Fraction(0), f"sigma(0) = {at_zero}")
    if sp.simplify(both) == 0:
        return Answer("proved", "sigma(-u) + sigma(u) = 0")
    for point in POINTS:
        if (value := _value(both, point)) is None or value != 0:
            return _failure(point, f"sigma(-u) + sigma(u) = {_shown(value)}")
    return Answer("undecided")


def is_increasing(sigma: sp.Expr) -> Answer:
    """sigma' >= 0 on every piece, no jump down, and sigma(1) > 0."""
    pieces = _pieces(sigma)
    if (top := _value(sigma, Fraction(1))) is None or not top > 0:
        return _failure(Fraction(1), f"sigma(1) = {_shown(top)} is not positive")
    answers = [_sign(piece, sp.diff(piece.formula, POSITIVE), 1, "sigma'") for piece in pieces]
    answers += [_jump(a, b, 0) for a, b in zip([None, *pieces[:-1]], pieces, strict=True)]
    return _together(answers)


def is_concave(sigma: sp.Expr) -> Answer:
    """sigma'' <= 0 on every piece, no jump but up from 0, and slopes that do not increase where pieces meet."""
    pieces = _pieces(sigma)
    answers = [_sign(piece, sp.diff(piece.formula, POSITIVE, 2), -1, "sigma''") for piece in pieces]
    answers += [_jump(a, b, 0) for a, b in zip([None, *pieces[:-1]], pieces, strict=True)]
    answers += [_jump(b, a, 1) for a, b in zip(pieces, pieces[1:], strict=False)]
    return _together(answers)
