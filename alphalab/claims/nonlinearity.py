"""A user's sigma as an expression in u, and as a function of arrays.

parsed(text)         a string as an expression in u, read by a grammar of its own, never executed
Quintic(u)           a u + b u^3 + c u^5 of Newton-Schulz, kept whole: five in one another have the degree 3125
admitted(f)          a sympy expression as one in U and in symbols that are declared positive; numbers are exact
elementwise(f)       an expression as a function of arrays
"""

from __future__ import annotations

import ast
import functools
import operator
import re
import warnings
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from types import MappingProxyType, ModuleType
from typing import Any

import sympy as sp

from alphalab.arrays import Array, like, namespace, to_numpy
from alphalab.optimizers.muon import QUINTIC

U = sp.Symbol("u", real=True)


class Quintic(sp.Function):
    """P(u) = a u + b u^3 + c u^5 with Muon's coefficients, odd; b^2 < 4 a c, so that P(u) has the sign of u."""

    COEFFICIENTS = tuple(sp.Rational(str(number)) for number in QUINTIC)

    @classmethod
    def eval(cls, u: sp.Expr) -> sp.Expr | None:
        """P(0) = 0, P(-u) = -P(u)."""
        if u.is_zero:
            return sp.S.Zero
        return -cls(-u) if u.could_extract_minus_sign() else None

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        """P'(u) = a + 3 b u^2 + 5 c u^4."""
        (a, b, c), square = self.COEFFICIENTS, self.args[0] ** 2
        return a + square * (3 * b + square * 5 * c)

    def written(self) -> sp.Expr:
        """Return u (a + u^2 (b + u^2 c))."""
        (a, b, c), u = self.COEFFICIENTS, self.args[0]
        return u * (a + u**2 * (b + u**2 * c))

    def _eval_evalf(self, prec: int) -> sp.Expr:
        return self.written()._eval_evalf(prec)


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    **{name: getattr(sp, name) for name in ("tanh", "atan", "erf", "sin", "cos", "exp", "log", "sqrt", "sinh", "cosh")},
    **{name: getattr(sp, name) for name in ("asinh", "Abs", "sign", "Max", "Min")},
    **{"abs": sp.Abs, "max": sp.Max, "min": sp.Min},
    "quintic": Quintic,
    "softsign": lambda u: u / (1 + sp.Abs(u)),
    "clip": lambda u, low=-1, high=1: sp.Max(low, sp.Min(high, u)),
}
ADMITTED: tuple[type, ...] = (sp.Pow, sp.Add, sp.Mul, sp.Abs, sp.sign, sp.Max, sp.Min)
ADMITTED += (sp.tanh, sp.atan, sp.erf, sp.sin, sp.cos, sp.exp, sp.log, sp.sinh, sp.cosh, sp.asinh, Quintic)
ARGUMENTS = {name: range(1, 10) for name in ("Max", "Min", "max", "min")} | {"clip": (1, 3)}  # else one
CONSTANTS: Mapping[str, sp.Expr] = {"u": U, "pi": sp.pi, "E": sp.E}
OPERATORS: Mapping[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
LONGEST, LARGEST_POWER = 300, 64


def parsed(text: str, positive: Iterable[str] = ()) -> sp.Expr:
    """Return the expression a text stands for, in u and the names in `positive`.

    Raises ValueError, in one line, for anything else.
    """
    if len(text) > LONGEST:
        raise ValueError(f"sigma: at most {LONGEST} characters, got {len(text)}")
    refusal = f"sigma: {text[:60]!r} is not an expression in u, such as atan(3*u)"
    try:
        with warnings.catch_warnings():  # Python's opinion of how the text is spelled
            warnings.simplefilter("ignore")
            tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ValueError(refusal) from None
    names = {**CONSTANTS, **{name: parameter(name) for name in positive}}
    try:
        return _expression(tree, names, text.strip())
    except (TypeError, AttributeError, RecursionError):
        raise ValueError(refusal) from None


def parameter(name: str) -> sp.Symbol:
    """Return a positive symbol; raises ValueError for a name that is taken or none."""
    if not isinstance(name, str) or not name.isidentifier() or name in CONSTANTS or name in FUNCTIONS:
        raise ValueError(f"positive: {str(name)[:60]!r} cannot be the name of a parameter of sigma")
    return sp.Symbol(name, positive=True)


def _expression(node: ast.expr, names: Mapping[str, sp.Expr], text: str) -> sp.Expr:
    """Return one node of the grammar: numbers, names, + - * / **, and the functions listed."""
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        if node.value == float("inf"):
            raise ValueError("sigma: a number in the expression is too large")
        return _modest(_literal(ast.get_source_segment(text, node) or ""))
    if isinstance(node, ast.Name) and node.id in names:
        return names[node.id]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
        return (-1 if isinstance(node.op, ast.USub) else 1) * _expression(node.operand, names, text)
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        left, right = _expression(node.left, names, text), _expression(node.right, names, text)
        if isinstance(node.op, ast.Pow) and not (right.is_Rational and abs(right) <= LARGEST_POWER):
            raise ValueError(f"sigma: an exponent must be a number of size at most {LARGEST_POWER}, got {right}")
        return _modest(OPERATORS[type(node.op)](left, right))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords:
        name = node.func.id
        if name in FUNCTIONS and len(node.args) in ARGUMENTS.get(name, (1,)):
            arguments = [_expression(argument, names, text) for argument in node.args]
            return _modest(_compared(lambda: FUNCTIONS[name](*arguments)))
    raise ValueError(f"sigma: {ast.unparse(node)[:60]!r} is not allowed; use u, numbers, {', '.join(FUNCTIONS)}")


def _literal(text: str) -> sp.Rational:
    """Return a decimal number as it is written: 0.1 is 1/10."""
    if not re.fullmatch(r"[\d_]*\.?[\d_]*([eE][+-]?\d{1,3})?", text) or len(text) > LONGEST:
        raise ValueError(f"sigma: {text[:60]!r} is no decimal number, or too large")
    exact = Fraction(text)
    return sp.Rational(exact.numerator, exact.denominator)


def _compared(make: Callable[[], Any]) -> Any:
    """Return what sympy makes; raises ValueError, in one line, where it cannot compare two numbers for Max or Min."""
    try:
        return make()
    except ValueError as reason:
        raise ValueError(f"sigma: {str(reason).splitlines()[0][:120]}") from None


def _modest(value: sp.Expr) -> sp.Expr:
    """Refuse numbers that would grow without end: 9**9**9."""
    if value.is_Rational and max(abs(int(value.p)), int(value.q)).bit_length() > 4096:
        raise ValueError("sigma: a number in the expression is too large")
    return value


def admitted(expression: Any, positive: Iterable[str] = ()) -> sp.Expr:
    """Return a sympy expression as one in U and positive symbols: those in `positive`, and those that sympy calls so.

    A Float is taken for the binary fraction that it is. Raises ValueError for other symbols and functions.
    """
    if not isinstance(expression, sp.Expr):
        raise ValueError(f"sigma must be an expression in u, got {str(expression)[:60]!r}")
    named = {symbol: symbol.name for symbol in expression.free_symbols}
    declared = {*map(parameter, positive)} | {parameter(n) for s, n in named.items() if n != "u" and s.is_positive}
    mine = {symbol.name: symbol for symbol in (U, *declared)}
    if others := sorted(set(named.values()) - set(mine)):
        raise ValueError(f"sigma must depend on u alone, got also {', '.join(others)}; declare what is positive")
    exact = {number: sp.Rational(number) for number in expression.atoms(sp.Float)}
    sigma = _compared(lambda: expression.xreplace(exact | {symbol: mine[name] for symbol, name in named.items()}))
    for part in sp.preorder_traversal(sigma):
        if not (part.is_Rational or part in (*mine.values(), sp.pi, sp.E) or isinstance(part, ADMITTED)):
            raise ValueError(f"sigma: {str(part)[:60]!r} is not allowed; use u, numbers, {', '.join(FUNCTIONS)}")
        if part.is_Pow and part.free_symbols and not (part.exp.is_Rational and abs(part.exp) <= LARGEST_POWER):
            raise ValueError(f"sigma: an exponent must be a number of size at most {LARGEST_POWER}, got {part.exp}")
    if U not in sigma.free_symbols:
        raise ValueError(f"sigma must depend on u, got {str(sigma)[:60]!r}")
    _compared(lambda: [sigma.subs(U, at) for at in (0, 1, -sp.Symbol("u", positive=True))])
    return sigma


def number(value: sp.Expr) -> float:
    """Return an exact number in float64, however much of it cancels."""
    return float(sp.N(value, 17, maxn=10_000, strict=True))


def elementwise(f: sp.Expr) -> Callable[[Array], Array]:
    """Return f(u) as a function of an array of any library, which keeps library, dtype and device."""
    if f == U:
        return lambda u: u
    if f.is_number:
        constant = int(f) if f.is_Integer else number(f)
        return lambda u: constant
    parts = [elementwise(part) for part in f.args]
    if f.is_Pow and f.exp == sp.S.Half:
        return lambda u: namespace(u).sqrt(parts[0](u))
    if type(f) in SPECIAL:
        special = SPECIAL[type(f)]
        return lambda u: special(parts[0](u))
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


def _erf(u: Array) -> Array:
    from scipy.special import erf

    return like(erf(to_numpy(u)), u)


def _quintic(u: Array) -> Array:
    (a, b, c), square = QUINTIC, u * u
    return u * (a + square * (b + square * c))


SPECIAL: Mapping[type, Callable[[Array], Array]] = MappingProxyType({sp.erf: _erf, Quintic: _quintic})
