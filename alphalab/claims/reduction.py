r"""How an identity of a conclusion is brought down to one of plain letters, and then decided.

1  letters that are defined are written out: b, z, M, B, gamma, delta_{t+1}; roots; what an assumption sets
2  Max, Min and |.| are decided by what the case supposes
3  an identity of means is checked for one step, after a check that it is affine in them
4  squared direction, alignment and 1-norm become sums over components, their products sums over pairs
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import sympy as sp

from alphalab.claims.conclusion import Conclusion, Root
from alphalab.claims.facts import written
from alphalab.claims.facts.letters import BY_LETTER, LETTERS, W, inner_d, k, length, square_d, squashed, u, w
from alphalab.claims.facts.operators import OPERATORS, Mean, Pairs, Total, in_pairs, loose
from alphalab.claims.identity import vanishes, vanishes_in_exp
from alphalab.claims.notation import (
    BY_SYMBOL,
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
from alphalab.claims.plain import POSITIVE, divisors, plain, real, signs

WRITTEN = {b: B / sp.tanh(alpha), z: DEFINITIONS[z]}
BUILT_IN = {*DEFINITIONS, *(quantity.symbol for quantity in (*QUANTITIES, *LETTERS)), k}
TAKEN: dict[sp.Symbol, Quantity | None] = dict.fromkeys((*DEFINITIONS, *BY_SYMBOL, k)) | BY_LETTER
ENOUGH = {"N + eps > 0", "N > 0", "eps > 0"}  # each of them makes N + eps > 0


@dataclass(frozen=True)
class Product:
    """weight * gap * gap ..., summed over `over`.

    told   of every gap whether it is a claim or a line of the table, which hold at rest as well
    used   every formula that the gaps are made from;   shown  those that facts have shown to be at least 0
    """

    weight: Formula
    gaps: tuple[Formula, ...]
    over: tuple[str, ...]
    told: tuple[bool, ...]
    used: tuple[Formula, ...]
    shown: frozenset[Formula]


@dataclass(frozen=True)
class Reduction:
    """The letters of a conclusion, and what they stand for at one stage of it.

    begins   T = 1, delta = Delta_0;   zeros   what is 0 in a step at rest, where 0/0 = 0
    """

    conclusion: Conclusion
    quantities: tuple[Quantity, ...]
    at: tuple[tuple[sp.Symbol, Formula], ...]
    begins: bool = False
    zeros: tuple[tuple[Formula, Formula], ...] = ()

    def problems(
        self, whole: Formula, cases: Sequence[Formula], products: Sequence[Product]
    ) -> tuple[set[str], list[str]]:
        """Return the hypotheses used, and why the whole is not the sum of the products; nothing where it is."""
        root = self.conclusion.root
        formulas = [whole, self.conclusion.scale, *cases, *(formula for _, formula in self.conclusion.held)]
        formulas += [formula for one in products for formula in (one.weight, *one.gaps, *one.used)]
        formulas += [root.formula, root.inverse] if root else []
        formulas = list(dict.fromkeys(map(expand, formulas)))
        wrong = [*spoilt(self.conclusion), *misread(formulas, self.quantities)]
        shown = {one: sp.Dummy(nonnegative=True) for product in products for one in product.shown}
        numbers = {one: real(one.xreplace(shown)) for one in formulas}
        wrong += [f"{one} may be no real number" for one, needed in numbers.items() if needed is None]
        wrong += [f"{name} is nothing to sum over" for one in products for name in one.over if name not in OPERATORS]
        if wrong:
            return set(), wrong
        needs = {need for one in formulas for letter in one.free_symbols for need in written.NEEDS.get(letter, ())}
        at_0 = dict[Formula, str]()
        for divisor in divisors([*formulas, 1 / self.conclusion.scale, *(formula for _, formula in self.at)]):
            at_0[divisor] = not_zero(divisor)
            wrong += [] if at_0[divisor] else [f"{divisor} may be 0, and something is divided by it"]
        needs |= {*at_0.values()} - {"", "N + eps > 0"}
        needs |= set().union(*(needed for needed in numbers.values() if needed))
        more, unequal = self.identity(whole, cases, products)
        wrong += unequal
        resting = [one for one in written.AT_REST if {one, -one} & set(at_0)]
        if resting and not needs & ENOUGH and not all(self.at_rest(one, whole, cases, products) for one in resting):
            needs.add("N + eps > 0")
        return needs | more, wrong

    def identity(
        self, whole: Formula, cases: Sequence[Formula], products: Sequence[Product]
    ) -> tuple[set[str], list[str]]:
        """Return the hypotheses used, and why the whole is not the sum; at rest every formula is read there."""
        total, needs, wrong = self.read(whole), set[str](), []
        for one in products:
            product = sp.Mul(self.read(one.weight), *map(self.read, one.gaps))
            for name in one.over:
                wrong += [f"{letter} is not one for all {name}" for letter in OPERATORS[name].apart & loose(product)]
                product = OPERATORS[name](product)
            wrong += [f"{letter} is one of several" for letter in {u, w, squashed} & loose(product)]
            total -= product
        for symbol, multiplier in self.conclusion.held:
            if symbol not in self.averaged():
                return needs, [f"{symbol} is no mean"]
            total += self.read(multiplier) * (Mean(self.averaged()[symbol]) - symbol) if total.has(symbol) else 0
        supposed = [self.settled(self.read(one), ()) for one in cases]
        total = self.settled(total, supposed)
        total, more = self.of_one_step(total, supposed)
        wrong += more
        total = self.read(total)
        if total.has(Total, Pairs):
            needs |= of_direction(total)
            total = in_pairs(total.subs(written.BY_COMPONENTS))
        if total.has(length):
            total = total.subs(square, length**2)
        total = total.subs(written.AT_LAST)
        if self.conclusion.telescopes:
            needs |= {written.TELESCOPED[self.conclusion.telescopes][1]} - {""}
        if not all_vanish(total):
            wrong.append("right - left is not the sum of these terms")
        return needs, wrong

    def at_rest(self, base: Formula, whole: Formula, cases: Sequence[Formula], products: Sequence[Product]) -> bool:
        """Whether the whole is such a sum in a step where `base`, N + eps, is 0 as well, with 0/0 = 0 there.

        Claims and lines of the table hold there; so does a gap in which nothing is divided by it. A case that is
        below 0 there is none.
        """
        if self.conclusion.root and self.conclusion.root.letter in written.AT_REST[base]:
            return False
        here = replace(self, zeros=tuple(written.AT_REST[base].items()))
        if any(signs(here.read(one)) == {-1} for one in cases):
            return True
        own = [
            here.read(gap)
            for one in products
            for gap, told in zip(one.gaps, one.told, strict=True)
            if not told and any({base, -base} & set(divisors([formula])) for formula in one.used)
        ]
        signed = all(plain(e) is not None for e in (*own, *(here.read(one.weight) for one in products)))
        return signed and not here.identity(whole, cases, products)[1]

    def read(self, formula: Formula) -> Formula:
        """Return a formula as it is read at rest, 0 for what divides by 0; anywhere else the formula itself."""
        if not self.zeros:
            return formula
        zeros = dict(self.zeros)
        known = expand(formula).replace(
            lambda e: e.is_Pow and e.exp.is_negative and e.base.subs(zeros) == 0, lambda e: sp.Integer(0)
        )
        return known.subs(zeros)

    def settled(self, formula: Formula, cases: Sequence[Formula]) -> Formula:
        """Write the letters out, decide what the cases decide."""
        root, first = self.conclusion.root, {delta: Delta0} if self.begins else {}
        formula = formula.xreplace(WRITTEN).xreplace({root.letter: root.formula} if root else {})
        formula = expand(formula).xreplace({symbol: expand(meaning) for symbol, meaning in self.at})
        for symbol, meaning in written.AT_ONCE.items():
            formula = formula.xreplace({symbol: meaning})
        if formula.has(W):
            formula = sp.expand(formula, power_exp=True).subs(sp.exp(-W), sp.E * W)
        return decided(formula.xreplace(first), cases)

    def averaged(self) -> dict[Formula, Formula]:
        """Return what every letter of a mean is the mean of."""
        fall = written.TELESCOPED[self.conclusion.telescopes][0]
        found = means((*QUANTITIES, *self.quantities)) | written.MEANS | fall
        return {letter: self.read(what) for letter, what in found.items()}

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
        marks = [sp.Dummy() for _ in (*averages, *inside)]
        flat = total.xreplace(dict(zip(inside, marks, strict=False)))
        flat = flat.subs(dict(zip(averages, marks[len(inside) :], strict=True)))
        if not all(vanishes(sp.diff(flat, one, other)) for one in marks for other in marks):
            wrong.append("not affine in the means")
        fixed = {quantity.symbol for quantity in letters if quantity.fixed or quantity.mean_of is not None}
        fixed |= {*DEFINITIONS, *marks, *held, k}
        root = self.conclusion.root
        fixed |= {root.y} if root and expand(root.inverse).free_symbols <= fixed else set()
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


def of_direction(total: Formula) -> set[str]:
    """Return what sums over components need: that the direction is the theory's, or one between two lines."""
    other = total.free_symbols & {inner_d, square_d, squashed}
    theirs = total.free_symbols & (set(written.BY_COMPONENTS) - {inner_d, square_d, written.one_norm})
    return {*(["direction, slopes"] if other else []), *(["direction"] if theirs or not other else [])}


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


def spoilt(conclusion: Conclusion) -> Iterator[str]:
    """Yield why a conclusion concludes nothing, whatever its terms: a scale that may be < 0, a root that is none."""
    if plain(conclusion.scale) != frozenset():
        yield f"the scale {conclusion.scale} has no plain sign"
    if conclusion.root and not is_root(conclusion.root):
        yield "the root is none"


def is_root(root: Root) -> bool:
    """Whether a root is one: its letter is the formula at the inverse, which is positive; y is a letter of its own."""
    back = root.formula.subs(root.y, root.inverse) - root.letter
    own = root.y not in BUILT_IN and signs(root.y) == POSITIVE
    return own and signs(expand(root.inverse)) == POSITIVE and bool(sp.simplify(back) == 0)


def misread(formulas: Iterable[Formula], quantities: Sequence[Quantity]) -> Iterator[str]:
    """Yield the letters that are taken for others: one that a claim brings and is the theory's, two of one name."""
    yield from (f"the letter {one.symbol} is the theory's" for one in quantities if TAKEN.get(one.symbol, one) != one)
    letters = BUILT_IN.union(*(one.free_symbols for one in formulas))
    counted = Counter(one.name for one in letters if not one.is_Dummy)
    yield from (f"{name} is the name of {count} letters" for name, count in counted.items() if count > 1)


def not_zero(divisor: Formula) -> str:
    """Return the hypothesis under which a divisor is not 0; "" where there is none."""
    for formula, need in written.NOT_ZERO.items():
        if {sp.expand(divisor - formula), sp.expand(divisor + formula)} & {0}:
            return need
    positive = divisor.subs(eps, sp.Symbol("positive", positive=True))
    return "eps > 0" if signs(positive) and 0 not in signs(positive) else ""


def means(quantities: tuple[Quantity, ...]) -> dict[sp.Symbol, Formula]:
    """Return letter -> what it is the mean of."""
    return {quantity.symbol: quantity.mean_of for quantity in quantities if quantity.mean_of is not None}
