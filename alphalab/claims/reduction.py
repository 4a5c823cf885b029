r"""How an identity of a conclusion is brought down to one of plain letters, and then decided.

1  letters that are defined are written out: b, z, M, B, gamma, delta_{t+1}; roots; what an assumption sets
2  Max, Min and |.| are decided by what the case supposes
3  an identity of means is checked for one step, after a check that it is affine in them
4  squared direction, alignment and 1-norm become sums over components, their products sums over pairs
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import sympy as sp

from alphalab.claims.conclusion import Conclusion
from alphalab.claims.facts import written
from alphalab.claims.facts.letters import LETTERS, c, k, length
from alphalab.claims.facts.operators import OPERATORS, Mean, Pairs, Total, in_pairs
from alphalab.claims.identity import vanishes, vanishes_in_exp
from alphalab.claims.notation import (
    DEFINITIONS,
    QUANTITIES,
    B,
    Delta0,
    Formula,
    L,
    Quantity,
    alpha,
    b,
    delta,
    eps,
    expand,
    square,
    z,
)

Product = tuple[Formula, Sequence[Formula], tuple[str, ...]]  # weight, gaps, over what they are summed
WRITTEN = {b: B / sp.tanh(alpha), z: DEFINITIONS[z]}
BUILT_IN = {*DEFINITIONS, *(quantity.symbol for quantity in QUANTITIES)}
AWAY = {symbol: sp.Symbol(f"{symbol.name} > 0", positive=True) for symbol in written.NOT_ZERO if symbol.is_Symbol}


@dataclass(frozen=True)
class Reduction:
    """The letters of a conclusion, and what they stand for at one stage of it; `begins`: T = 1, delta = Delta_0."""

    conclusion: Conclusion
    quantities: tuple[Quantity, ...]
    at: tuple[tuple[sp.Symbol, Formula], ...]
    begins: bool = False

    def problems(
        self, whole: Formula, cases: Sequence[Formula], products: Sequence[Product]
    ) -> tuple[set[str], list[str]]:
        """Return the hypotheses used, and why the whole is not the sum of the products; nothing where it is."""
        wrong = [] if vanishes_root(self.conclusion) else ["the root is none"]
        wrong += spoilt(self.conclusion, self.quantities)
        total, needs = whole, set[str]()
        for weight, gaps, over in products:
            product = weight * sp.Mul(*gaps)
            for name in over:
                if name not in OPERATORS:
                    return needs, [f"{name} is nothing to sum over"]
                product = OPERATORS[name](product)
            total -= product
        for divisor in divided_by([whole, 1 / self.conclusion.scale, *(e for w, gs, _ in products for e in (w, *gs))]):
            hypothesis = not_zero(divisor)
            needs |= {hypothesis} if hypothesis else set()
            wrong += [] if hypothesis else [f"{divisor} may be 0, and something is divided by it"]
        needs |= {need for symbol, need in written.NEEDS.items() if expand(total).has(symbol)}
        for symbol, multiplier in self.conclusion.held:
            total += multiplier * (Mean(self.averaged()[symbol]) - symbol) if total.has(symbol) else 0
        supposed = [self.settled(one, ()) for one in cases]
        total = self.settled(total, supposed)
        total, more = self.of_one_step(total, supposed)
        wrong += more
        if total.has(Total, Pairs):
            needs |= {"direction"}
            total = in_pairs(total.subs(written.BY_COMPONENTS))
        if total.has(length):
            total = total.subs(square, length**2)
        total = total.subs(written.AT_LAST)
        if self.conclusion.telescopes:
            needs |= {written.TELESCOPED[self.conclusion.telescopes][1]} - {""}
        if not all_vanish(total):
            wrong.append("right - left is not the sum of these terms")
        return needs, wrong

    def settled(self, formula: Formula, cases: Sequence[Formula]) -> Formula:
        """Write the letters out, decide what the cases decide."""
        formula = formula.subs(WRITTEN)
        if self.conclusion.root:
            formula = formula.subs(self.conclusion.root.letter, self.conclusion.root.formula)
        formula = expand(formula).subs({symbol: expand(meaning) for symbol, meaning in self.at})
        for symbol, meaning in written.AT_ONCE.items():
            formula = sp.expand(formula, power_exp=True) if symbol.is_Pow else formula
            formula = formula.subs(symbol, meaning)
        formula = formula.subs(delta, Delta0) if self.begins else formula
        return decided(formula, cases)

    def averaged(self) -> dict[Formula, Formula]:
        """Return what every letter of a mean is the mean of."""
        fall = written.TELESCOPED[self.conclusion.telescopes][0]
        return means((*QUANTITIES, *self.quantities)) | written.MEANS | fall

    def of_one_step(self, total: Formula, cases: Iterable[Formula]) -> tuple[Formula, list[str]]:
        """Return the identity of means for one step; it must be affine in them, and nothing else may vary."""
        letters, held = (*QUANTITIES, *LETTERS, *self.quantities), dict(self.conclusion.held)
        of_means = self.averaged()
        averages = {symbol: what for symbol, what in of_means.items() if total.has(symbol) and symbol not in held}
        if not averages and not total.has(Mean):
            return total, []
        wrong = []
        inside = sorted(total.atoms(Mean), key=str)
        if any(one.args[0].has(Mean, *averages) for one in inside):
            wrong.append("a mean within a mean")
        marks = sp.symbols(f"m0:{len(averages) + len(inside)}")
        flat = total.xreplace(dict(zip(inside, marks, strict=False)))
        flat = flat.subs(dict(zip(averages, marks[len(inside) :], strict=True)))
        if not all(vanishes(sp.diff(flat, one, other)) for one in marks for other in marks):
            wrong.append("not affine in the means")
        fixed = {quantity.symbol for quantity in letters if quantity.fixed or quantity.mean_of is not None}
        fixed |= {*DEFINITIONS, *marks, *held, k} | ({self.conclusion.root.y} if self.conclusion.root else set())
        varying = set().union(flat.free_symbols, *(one.free_symbols for one in cases)) - fixed
        if varying:
            wrong.append(f"outside of a mean there are letters of one step: {sorted(map(str, varying))}")
        return total.subs(averages).replace(Mean, lambda h: h), wrong


def all_vanish(total: Formula) -> bool:
    """Whether a formula is 0; sums over pairs are compared inside, whichever way round a pair is named."""
    pairs = total.atoms(Pairs)
    if not pairs:
        multiple = any(one.args[0].as_coeff_Mul()[0] not in (1, -1) for one in total.atoms(sp.tanh))
        return vanishes(total) or ((multiple or total.has(sp.exp)) and vanishes_in_exp(total))
    flat = sp.expand(total)
    rest, within = flat, sp.Integer(0)
    for one in pairs:
        factor = flat.coeff(one)
        rest -= sp.expand(factor * one)
        within += factor * one.args[0]
    return vanishes(rest) and vanishes(within)


def decided(formula: Formula, cases: Sequence[Formula]) -> Formula:
    """Return the formula with every Max, Min and |.| decided that the cases, each at least 0, decide."""
    if not cases:
        return formula

    def known(e: Formula) -> bool:
        return any(vanishes((e - scale * one).subs(written.AT_LAST)) for one in cases for scale in (1, L))

    def extreme(one: Formula, sign: int) -> Formula:
        over = {(a, b) for a in one.args for b in one.args if a is not b and known(sign * (a - b))}
        for middle in one.args:
            over |= {(a, b) for a, m in over for k, b in over if m == k == middle}
        left = list(one.args)
        for arg in one.args:
            if any((other, arg) in over for other in left if other is not arg):
                left.remove(arg)
        return one.func(*left)

    def absolute(one: Formula) -> Formula:
        inner = one.args[0]
        return inner if known(inner) else -inner if known(-inner) else one

    for _ in range(3):
        formula = formula.replace(lambda e: isinstance(e, sp.Abs), absolute)
        formula = formula.replace(lambda e: isinstance(e, sp.Max), lambda e: extreme(e, 1))
        formula = formula.replace(lambda e: isinstance(e, sp.Min), lambda e: extreme(e, -1))
    return formula


def spoilt(conclusion: Conclusion, quantities: Sequence[Quantity]) -> Iterator[str]:
    """Yield why a conclusion concludes nothing, whatever its terms: a scale that may be <= 0, a letter taken twice."""
    scale = sp.sympify(conclusion.scale)
    if scale.is_number and not (scale.is_extended_real and scale.is_positive):
        yield f"the scale is {scale}; it must be positive"
    elif not plain_sign(scale)[0]:
        yield f"the scale {scale} has no plain sign"
    yield from (f"the letter {one.symbol} is the theory's" for one in quantities if one.symbol in BUILT_IN)


def vanishes_root(conclusion: Conclusion) -> bool:
    """Whether the root of a conclusion is one: its formula at the inverse is the letter, the inverse positive."""
    if conclusion.root is None:
        return True
    root = conclusion.root
    if root.y in BUILT_IN:
        return False
    back = root.formula.subs(root.y, root.inverse) - root.letter
    return bool(sp.simplify(back) == 0) and expand(root.inverse).is_positive is True


def plain_sign(weight: Formula) -> tuple[bool, set[str]]:
    """Return whether a weight is plainly at least 0, and what that needs: of a momentum that it is below 1."""
    away = sp.sympify(weight).subs(AWAY)
    if away.is_nonnegative or sp.factor(away).is_nonnegative:
        return True, set()
    below = away.subs(c, 1 / (1 + sp.Symbol("y", positive=True)))
    return (sp.factor(below).is_nonnegative is True), ({"c < 1"} if away.has(c) else set())


def divided_by(formulas: Iterable[Formula]) -> Iterator[Formula]:
    """Yield what is divided by and is not plainly positive, factor by factor, each once."""
    seen = set()
    for formula in formulas:
        for part in sp.preorder_traversal(expand(sp.sympify(formula))):
            if part.is_Pow and part.exp.is_number and part.exp.is_negative and part.base not in seen:
                seen.add(part.base)
                for factor in sp.Mul.make_args(sp.factor(part.base)):
                    base = factor.base if factor.is_Pow else factor
                    if not base.is_positive and not (base.is_number and base != 0):
                        yield base


def not_zero(divisor: Formula) -> str:
    """Return the hypothesis under which a divisor is not 0; "" where there is none."""
    found = [
        need
        for formula, need in written.NOT_ZERO.items()
        if {sp.expand(divisor - formula), sp.expand(divisor + formula)} & {0}
    ]
    if not found and divisor.subs(eps, AWAY[eps]).is_positive:
        return "eps > 0"
    return found[0] if found else ""


def means(quantities: tuple[Quantity, ...]) -> dict[sp.Symbol, Formula]:
    """Return letter -> what it is the mean of."""
    return {quantity.symbol: quantity.mean_of for quantity in quantities if quantity.mean_of is not None}
