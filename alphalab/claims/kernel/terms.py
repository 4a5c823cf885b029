r"""Sympy formulas as terms of Coq's real numbers.

    Delta/(eta T) + L eta M/2     ->     Delta / (eta * INR T) + eta * L * M / 2
    tanh(alpha r/sqrt n)**2       ->     tanh (alpha * r / sqrt (INR n)) ^ 2

A letter is printed as the table says that stands beside it (`words`); anything else than +, *, integer and half
powers, tanh, min and max is refused.
"""

from __future__ import annotations

from collections.abc import Mapping

import sympy as sp

SUM, PRODUCT, POWER, ATOM = range(4)  # how tightly what is printed binds
FUNCTIONS = {sp.tanh: "tanh", sp.Min: "Rmin", sp.Max: "Rmax"}  # and their subclasses, by class: a name is no proof


def term(formula: sp.Expr, names: Mapping[sp.Symbol, str], *, atom: bool = False) -> str:
    """Return the formula as a term of R, letters written as `names` has them; an `atom` stands by itself.

    Raises TypeError for what has no printed form here, KeyError for a letter that has no name.

    >>> x = sp.Symbol("x", positive=True)
    >>> term(sp.tanh(x / 2) ** 2 / sp.sqrt(x + 1), {x: "a"})
    'tanh (a / 2) ^ 2 / sqrt (a + 1)'
    """
    return _at(sp.sympify(formula), names, ATOM if atom else SUM)


def _printed(e: sp.Expr, names: Mapping[sp.Symbol, str]) -> tuple[str, int]:
    """Return (text, how tightly it binds)."""
    if e.is_Symbol:
        return names[e], ATOM if " " not in names[e] else POWER
    if e.is_Integer:
        return (str(e), ATOM) if e >= 0 else (f"-{-e}", SUM)
    if e.is_Add:
        first, *rest = sorted(e.as_ordered_terms(), key=lambda t: t.could_extract_minus_sign())
        return _at(first, names, SUM) + "".join(_added(t, names) for t in rest), SUM
    if e.is_Mul or e.is_Rational or (e.is_Pow and _negative(e.exp)):
        return _product(e, names)
    if e.is_Pow:
        return _power(e, names)
    if function := next((name for kind, name in FUNCTIONS.items() if isinstance(e, kind)), ""):
        last, *others = [_at(a, names, ATOM) for a in reversed(e.args)]
        text = last
        for other in others:
            text = f"{function} {other} {_wrapped(text, ATOM if text is last else POWER, ATOM)}"
        return (text if others else f"{function} {last}"), POWER
    raise TypeError(f"no Coq for {sp.srepr(e)}")


def _at(e: sp.Expr, names: Mapping[sp.Symbol, str], least: int) -> str:
    """Print what must bind at least so tightly, in parentheses where it does not."""
    text, binds = _printed(e, names)
    return _wrapped(text, binds, least)


def _wrapped(text: str, binds: int, least: int) -> str:
    return text if binds >= least else f"({text})"


def _negative(exponent: sp.Expr) -> bool:
    return bool(exponent.is_Rational and exponent < 0)


def _added(e: sp.Expr, names: Mapping[sp.Symbol, str]) -> str:
    minus = e.could_extract_minus_sign()
    return (" - " if minus else " + ") + _at(-e if minus else e, names, PRODUCT)


def _product(e: sp.Expr, names: Mapping[sp.Symbol, str]) -> tuple[str, int]:
    """Numerator over denominator, each factor as it stands; a minus sign in front."""
    factors = e.as_ordered_factors() if e.is_Mul else [e]
    number = sp.Mul(*[f for f in factors if f.is_Rational])
    rest = [f for f in factors if not f.is_Rational]
    above = [f for f in rest if not (f.is_Pow and _negative(f.exp))]
    under = [1 / f for f in rest if f not in above]
    tops = [sp.Integer(abs(number.p))] * (abs(number.p) != 1 or not above) + above
    downs = [sp.Integer(number.q)] * (number.q != 1) + under
    text = " * ".join(_at(f, names, POWER) for f in tops)
    if downs:
        low = " * ".join(_at(f, names, POWER) for f in downs)
        text = f"{text} / {low if len(downs) == 1 else f'({low})'}"
    return (f"- ({text})", SUM) if number < 0 else (text, PRODUCT)


def _power(e: sp.Expr, names: Mapping[sp.Symbol, str]) -> tuple[str, int]:
    """A root, or a power with a natural exponent: a number, or a count of steps."""
    if e.exp == sp.Rational(1, 2):
        return f"sqrt {_at(e.base, names, ATOM)}", POWER
    if e.exp.is_Integer:
        return f"{_at(e.base, names, ATOM if _printed(e.base, names)[1] != POWER else POWER)} ^ {e.exp}", POWER
    if e.exp.is_Rational and e.exp.q == 2:
        return f"sqrt {_at(e.base, names, ATOM)} ^ {e.exp.p}", POWER
    steps = sp.Poly(e.exp, *e.exp.free_symbols)
    count, shift = steps.gens[0], int(steps.nth(0))
    name = names[count].removeprefix("INR ")
    if len(steps.gens) != 1 or steps.nth(1) != 1 or name == names[count] or shift > 0:
        raise TypeError(f"no Coq for the exponent {e.exp}")
    return f"{_at(e.base, names, ATOM)} ^ {name if not shift else f'({name} - {-shift})'}", POWER
