r"""Whether a formula is 0 for all values of its letters: algebra over roots, functions and unknown powers as letters.

    tanh, cosh, sums over components, |e|, max     each a letter of its own, by what it is taken of, of the same sign
    tanh(log 3), at any number                     in exponentials, which is 4/5
    exp(2z)                                        (1 + tanh z)/(1 - tanh z), and exp, sinh, cosh of several sums apart

The numerator is expanded. Before that the formula is evaluated at one point to 40 digits: what is not 0 there is not
0. A no may be wrong (a relation between the letters that is not known here), a yes is not.
"""

from __future__ import annotations

import functools
import itertools

import sympy as sp

from alphalab.claims.notation import Formula, Max, Min
from alphalab.claims.plain import NONNEGATIVE, POSITIVE, SMOOTH, signs

DIGITS, NEAR_ZERO = 40, 1e-12
ONE, HALF = sp.Integer(1), sp.Rational(1, 2)
FRACTIONS = [sp.Float(2 * k + 1, DIGITS) / (2 * k + 4 + k % 3) for k in range(3, 200)]


@functools.cache
def _letter(e: Formula, count: Formula = ONE) -> sp.Dummy:
    """Return the letter of e^count, one for each, which has the sign of e; of a power of what may be < 0 none."""
    sign = signs(e)
    if not sign or (count != ONE and not sign <= NONNEGATIVE):
        return sp.Dummy(f"({e})^{count}")
    return sp.Dummy(
        f"({e})^{count}", real=True, positive=sign == POSITIVE or None, nonnegative=sign <= NONNEGATIVE or None
    )


@functools.cache
def vanishes(formula: Formula) -> bool:
    """Return True where the formula is 0; False where it is not, or where that is not decided."""
    return not _differs(formula) and _is_zero(lettered(formula))


@functools.cache
def vanishes_in_exp(formula: Formula) -> bool:
    """Return the same, also by what sinh, cosh and tanh are in exponentials: for derivatives."""
    return not _differs(formula) and (vanishes(formula) or _is_zero(lettered(_in_exp(formula))))


def _in_exp(formula: Formula) -> Formula:
    """Return the formula with hyperbolic functions written in exponentials of one letter each."""
    plain = sp.expand(formula.rewrite(sp.exp), power_exp=True)
    return plain.replace(lambda e: isinstance(e, sp.exp), _power_of_one)


def _power_of_one(e: Formula) -> Formula:
    """exp(k a) = exp(a)^k for a whole number k."""
    k, a = e.args[0].as_coeff_Mul()
    return _letter(sp.exp(sp.factor(a))) ** k if k.is_Rational and not a.is_number else e


def lettered(formula: Formula) -> Formula:
    """Return the formula with everything in it that is no rational operation written as a letter."""
    e = formula.replace(lambda f: isinstance(f, SMOOTH) and f.is_number, lambda f: f.rewrite(sp.exp))
    e = e.replace(sp.sech, lambda z: sp.sqrt(1 - sp.tanh(z) ** 2))
    e = e.replace(sp.exp, _exp_in_tanh)
    e = sp.expand_power_exp(e)
    e = e.replace(
        lambda p: p.is_Pow and not p.exp.is_number,
        _unknown_power,
    )
    e = e.replace(lambda p: p.is_Pow and p.exp.is_Rational and p.exp.q == 2, lambda p: sp.factor(p.base) ** p.exp)
    roots = {p.base for p in e.atoms(sp.Pow) if p.exp.is_Rational and p.exp.q == 2 and p.base.is_Symbol}
    e = e.xreplace({base: _letter(base, HALF) ** 2 for base in roots if base.is_nonnegative})
    while found := e.atoms(sp.Function, sp.Max, sp.Min):
        outermost = max(found, key=lambda f: (f.count_ops(), str(f)))
        e = e.xreplace({outermost: _letter(_factored(outermost))})
    return e


def _factored(e: Formula) -> Formula:
    """Return a function of factors; sympy's maximum and ours are the same letter."""
    made = Max if isinstance(e, sp.Max) else Min if isinstance(e, sp.Min) else e.func
    return made(*map(sp.factor, e.args), evaluate=False)


def _unknown_power(p: Formula) -> Formula:
    """base^(a k + m) = (base^(k/2))^(2a) base^m, the bracket a letter."""
    result, base = sp.Integer(1), p.base
    base = _factored(base) if isinstance(base, sp.Max | sp.Min) else sp.factor(base)
    for part in sp.Add.make_args(sp.expand(p.exp)):
        count, unknown = part.as_coeff_Mul()
        known = unknown == 1
        letter = p.base if known else _letter(base, unknown / 2)
        result *= letter ** (count if known else 2 * count)
    return result


def _exp_in_tanh(z: Formula) -> Formula:
    if z.is_number:
        return sp.exp(z)
    return (1 + sp.tanh(z / 2)) / (1 - sp.tanh(z / 2))


def _differs(formula: Formula) -> bool:
    """Whether the formula is a number other than 0 at one point."""
    letters = sorted(formula.free_symbols, key=str)
    value = formula.xreplace(dict(zip(letters, itertools.cycle(FRACTIONS), strict=False))).evalf(DIGITS)
    return bool(value.is_Float and abs(value) > NEAR_ZERO)


def _is_zero(rational: Formula) -> bool:
    return not _differs(rational) and bool(sp.expand(sp.fraction(sp.together(rational))[0]) == 0)
