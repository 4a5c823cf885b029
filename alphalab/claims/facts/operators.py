r"""Sums that keep an inequality: linear and monotone, each a sympy function of what it sums.

    Total    over the components, u_i = |g_i|/(N+eps):     Total(1) = n,   Total(u^2) = r^2
    Pairs    over the pairs of components, named so that u_i >= u_j:   Total(a) Total(b) is a sum over pairs
    Tensors  over the tensors, each with a norm of its own
    Mean     over the steps 1..T

h >= 0 for every component (pair, tensor, step) gives Total(h) >= 0 (Pairs, Tensors, Mean). Source: theory, "Sharp
lemmas" and T2*.
"""

from __future__ import annotations

from typing import ClassVar

import sympy as sp

from alphalab.claims.facts.letters import M_SUM, largest, length, one_norm, peak, squashed, u, w
from alphalab.claims.notation import (
    Formula,
    M,
    N,
    alpha,
    eps,
    eta,
    gamma,
    gamma_min,
    inner,
    least_norm,
    n,
    next_norm,
    r,
    square,
)

OF_A_TENSOR = frozenset(
    {alpha, eps, n, eta, N, r, gamma, gamma_min, least_norm, next_norm, length, one_norm, largest, peak, squashed, u, w}
)
"""Letters of one gradient: every tensor has its own."""


def over_components(h: Formula) -> Formula:
    """Return the formula with cosh and sech written in tanh, so that equal summands look equal."""
    h = sp.expand(h.replace(sp.sech, lambda z: 1 / sp.cosh(z)))
    return sp.expand(h.replace(sp.cosh, lambda z: 1 / sp.sqrt(1 - sp.tanh(z) ** 2)))


class Linear(sp.Function):
    """A linear operator: sums are taken apart, what does not vary comes out.

    inside  letters that vary with what is summed over;   apart  letters that would have to, and must not occur
    """

    nargs = 1
    inside: ClassVar[tuple[sp.Symbol, ...]] = ()
    apart: ClassVar[frozenset[sp.Symbol]] = frozenset()
    known: ClassVar[dict[Formula, Formula]] = {}

    @classmethod
    def eval(cls, h: Formula) -> Formula | None:
        """Return the value where the summand is a sum, has a factor that does not vary, or is known."""
        h = over_components(sp.sympify(h))
        if h.is_Add:
            return sp.Add(*map(cls, h.args))
        out, varying = h.as_independent(*cls.inside, as_Add=False)
        if varying in cls.known:
            return out * cls.known[varying]
        return None if out == 1 else out * cls(varying)

    def _eval_is_nonnegative(self) -> bool | None:
        return True if self.args[0].is_nonnegative else None


class Total(Linear):
    """Sum over the components, whose u = |g_i|/(N+eps) are at least 0 with squares that sum to r^2."""

    inside: ClassVar[tuple[sp.Symbol, ...]] = (u, squashed)
    apart: ClassVar[frozenset[sp.Symbol]] = frozenset({w})
    known: ClassVar[dict[Formula, Formula]] = {sp.Integer(1): n, u**2: r**2, sp.Integer(0): sp.Integer(0)}


class Pairs(Linear):
    """Sum over the ordered pairs of components, the larger one u, the smaller one w."""

    inside: ClassVar[tuple[sp.Symbol, ...]] = (u, w)
    apart: ClassVar[frozenset[sp.Symbol]] = frozenset({squashed})
    known: ClassVar[dict[Formula, Formula]] = {sp.Integer(0): sp.Integer(0)}


class Tensors(Linear):
    """Sum over the tensors: squared norms and alignments add up."""

    inside: ClassVar[tuple[sp.Symbol, ...]] = (square, inner, M)
    apart: ClassVar[frozenset[sp.Symbol]] = OF_A_TENSOR
    known: ClassVar[dict[Formula, Formula]] = {square: square, inner: inner, M: M_SUM, sp.Integer(0): sp.Integer(0)}


class Mean(sp.Function):
    """Mean over the steps 1..T; taken apart only where an identity of means is checked for one step."""

    nargs = 1
    apart: ClassVar[frozenset[sp.Symbol]] = frozenset({u, w, squashed})


OPERATORS: dict[str, type[Linear] | type[Mean]] = {
    "components": Total,
    "pairs": Pairs,
    "tensors": Tensors,
    "steps": Mean,
}


def loose(formula: Formula) -> set[sp.Symbol]:
    """Return the letters of a formula, those of components only where no sum over components or pairs binds them."""
    return formula.replace(lambda e: isinstance(e, Total | Pairs), lambda e: sp.Integer(1)).free_symbols


def in_pairs(formula: Formula) -> Formula:
    """Return the formula with every product of two sums over components as one sum over pairs, named both ways."""
    formula = sp.expand(formula)
    return sp.Add(*(_paired(term) for term in sp.Add.make_args(formula)))


def _paired(term: Formula) -> Formula:
    totals = [factor for factor in sp.Mul.make_args(term) for _ in range(_power(factor))]
    if len(totals) != 2:
        return term
    a, b = (factor.base.args[0] if factor.is_Pow else factor.args[0] for factor in totals)
    rest = sp.Mul(*(factor for factor in sp.Mul.make_args(term) if not _power(factor)))
    both = (a * b.xreplace({u: w}) + b * a.xreplace({u: w})) / 2
    return Pairs(rest * both)


def _power(factor: Formula) -> int:
    """Return how often a factor is a sum over components."""
    if isinstance(factor, Total):
        return 1
    return int(factor.exp) if factor.is_Pow and isinstance(factor.base, Total) and factor.exp in (1, 2) else 0
