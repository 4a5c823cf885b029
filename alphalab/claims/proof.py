"""Proofs as small sympy steps of three kinds, and no other.

    Identity   left = right                        left - right is 0, by algebra or by `simplify`
    Sign       expression >= 0 (or > 0, <= 0)      from factors of plain sign
    Growth     F >= 0 on [0, inf)                  F(0) = 0 and F' >= 0

A step that sympy does not decide is "undecided", which is not success. The proof of a bound ends in the bound itself
(`conclusion`); steps stand beside that, and prove what has no two sides. There `follows` says in words what the steps
together give, and `rests_on` names the claims of the ledger that the words appeal to.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import sympy as sp
from sympy.printing.latex import LatexPrinter

from alphalab.claims.case import Case
from alphalab.claims.identity import vanishes
from alphalab.claims.notation import expand
from alphalab.claims.plain import readable

if TYPE_CHECKING:  # a conclusion is checked by steps
    from alphalab.claims.conclusion import Conclusion
    from alphalab.claims.falsifier.interpolation import Instance


class Printer(LatexPrinter):
    """LaTeX as sympy prints it, with the brackets that it leaves out around what is not evaluated."""

    def _print_UnevaluatedExpr(self, expr: sp.UnevaluatedExpr) -> str:
        text = self._print(expr.args[0])
        return rf"\left({text}\right)" if expr.args[0].is_Add or expr.args[0].is_Mul else text


def latex(expression: sp.Expr) -> str:
    r"""Return what is checked as LaTeX, every bracket in place.

    >>> a, b = sp.symbols("a b")
    >>> latex(a - sp.UnevaluatedExpr(a - b))
    'a - \\left(a - b\\right)'
    """
    return Printer().doprint(expression)


class Step(Hashable, Protocol):
    """One step: a sentence, its mathematics in LaTeX, and whether sympy discharges it."""

    @property
    def sentence(self) -> str:
        """What the step says, in words."""

    def latex(self) -> str:
        """The step as LaTeX."""

    def discharged(self) -> bool:
        """Whether sympy decides it; False where it is undecided or wrong."""


def is_zero(formula: sp.Expr) -> bool:
    """Return whether a formula is 0: by algebra, else, of an integral say, because `simplify` makes it 0.

    >>> x = sp.Symbol("x", positive=True)
    >>> is_zero((1 - sp.tanh(x) ** 2) * sp.cosh(x) ** 2 - 1), is_zero(sp.sqrt(x**2) + x)
    (True, False)
    """
    return bool((readable(formula) and vanishes(formula)) or sp.simplify(formula) == 0)


@functools.cache
def discharged(step: Step) -> bool:
    """Return whether a step is decided, found once: proofs share steps, and a page tells them after the verdict."""
    return step.discharged()


@dataclass(frozen=True)
class Identity:
    """left = right, for all values of the symbols; letters of `notation.DEFINITIONS` are written out."""

    sentence: str
    left: sp.Expr
    right: sp.Expr

    def latex(self) -> str:
        """left = right."""
        return f"{latex(self.left)} = {latex(self.right)}"

    def discharged(self) -> bool:
        """left - right is 0."""
        return is_zero(expand(self.left).doit() - expand(self.right).doit())


@dataclass(frozen=True)
class Sign:
    """`expression` `relation` 0, relation one of ">=", ">", "<=", "<", for all values of the symbols."""

    sentence: str
    expression: sp.Expr
    relation: str = ">="

    def latex(self) -> str:
        """Expression and relation."""
        sign = {">=": r"\ge", "<=": r"\le"}.get(self.relation, self.relation)
        return f"{latex(self.expression)} {sign} 0"

    def discharged(self) -> bool:
        """What sympy's assumptions say of the form as it is written; None is undecided."""
        test = {
            ">=": self.expression.is_nonnegative,
            ">": self.expression.is_positive,
            "<=": self.expression.is_nonpositive,
            "<": self.expression.is_negative,
        }
        return test[self.relation] is True


@dataclass(frozen=True)
class Growth:
    """F >= 0 for variable >= 0, because F(0) = 0 and F' = `derivative` >= 0."""

    sentence: str
    function: sp.Expr
    variable: sp.Symbol
    derivative: sp.Expr

    def latex(self) -> str:
        """F(0) = 0 and the derivative."""
        f, x = latex(self.function), latex(self.variable)
        return f"F = {f},\\quad F|_{{{x}=0}} = 0,\\quad F' = {latex(self.derivative)} \\ge 0"

    def discharged(self) -> bool:
        """F(0) = 0, F' is as written, and its sign is plain."""
        start = is_zero(self.function.subs(self.variable, 0))
        slope = is_zero(sp.diff(self.function, self.variable) - self.derivative)
        return start and slope and self.derivative.is_nonnegative is True


@dataclass(frozen=True)
class Proof:
    """What a claim ends in, and steps beside it.

    concludes  right - left of the claim itself as a sum of gaps of named facts, see `conclusion`
    steps      what else is shown: that a bound is attained, what has no two sides
    follows    in words, what the steps give
    rests_on   keys of claims that the words appeal to
    """

    steps: tuple[Step, ...] = ()
    follows: str = ""
    rests_on: tuple[str, ...] = ()
    concludes: Conclusion | None = None

    def undecided(self) -> list[str]:
        """Return the sentences of the steps that sympy does not discharge; empty for a proof."""
        return [step.sentence for step in self.steps if not step.discharged()]


@dataclass(frozen=True)
class Witness:
    """A counterexample in exact arithmetic: what it is, and the steps that show that it satisfies every
    assumption of the claim and breaks its conclusion. `case`, for a bound, makes the same thing as a run or a
    gradient in floating point, which `verify` holds against the bound as well. `numbers` is what every letter of a
    bound is there, (letter, exact value): its own left - right is positive at them. In place of steps and numbers
    `instance` is exact data, a function and a run, at which intervals bound every letter.
    """

    sentence: str
    steps: tuple[Step, ...] = ()
    case: Callable[[], Case] | None = None
    numbers: tuple[tuple[sp.Symbol, sp.Expr], ...] = ()
    instance: Instance | None = None

    def unconfirmed(self) -> list[str]:
        """Return the sentences of the steps that sympy does not discharge; empty for a confirmed witness."""
        return [step.sentence for step in self.steps if not step.discharged()]

    def breaks(self, left: sp.Expr, right: sp.Expr) -> bool:
        """Whether left - right is positive at the numbers of the witness, exactly, and not a letter is left open."""
        sides = expand(left), expand(right)
        if (sides[0].free_symbols | sides[1].free_symbols) - {letter for letter, _ in self.numbers}:
            return False
        excess = (sides[0] - sides[1]).subs(dict(self.numbers), simultaneous=True)
        if not excess.free_symbols:
            return excess.is_positive is True
        return sp.simplify(excess).is_positive is True


def slack(name: str) -> sp.Symbol:
    """Return a symbol >= 0: the gap of an inequality used in a proof, so that a chain of them is an identity."""
    return sp.Symbol(f"s_{{{name}}}", nonnegative=True)
