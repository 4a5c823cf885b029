"""Sigma on (0, end) as smooth pieces, and what it does where they end.

pieces_of(sigma, end)    from left to right; none where sympy cannot tell them apart; end None is infinity
joints, start            whether the limits from both sides compare with sigma, exactly
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import sympy as sp

from alphalab.claims.certificates.signs import POSITIVE, Answer, Piece, U, failure


def pieces_of(sigma: sp.Expr, end: Fraction | None = None) -> list[Piece]:
    """Return sigma on (0, end) as smooth pieces from left to right; none where sympy cannot tell them apart."""
    pieces = _all_pieces(sigma)
    if end is None:
        return pieces
    inside = [piece for piece in pieces if piece.low < end]
    return [*inside[:-1], *(replace(last, high=min(last.high or end, end)) for last in inside[-1:])]


def _all_pieces(sigma: sp.Expr) -> list[Piece]:
    half = sigma.subs(U, POSITIVE)
    if not half.has(sp.Abs, sp.sign, sp.Max, sp.Min):
        return [Piece(half, Fraction(0), None)]
    try:
        whole = sp.piecewise_fold(sigma.rewrite(sp.Piecewise))
        pairs = whole.as_expr_set_pairs(sp.Interval.open(0, sp.oo))
        pieces = [_piece(formula, part) for formula, union in pairs for part in _intervals(union)]
    except (NotImplementedError, ValueError, TypeError, AttributeError, RecursionError):
        return []
    pieces.sort(key=lambda piece: piece.low)
    chained = all(a.high == b.low for a, b in pairwise(pieces))
    return pieces if pieces and chained and pieces[0].low == 0 and pieces[-1].high is None else []


def _intervals(union: sp.Set) -> list[sp.Interval]:
    parts = union.args if isinstance(union, sp.Union) else (union,)
    return [part for part in parts if isinstance(part, sp.Interval)]  # single points carry no slope


def _piece(formula: sp.Expr, part: sp.Interval) -> Piece:
    ends = [None if end is sp.oo else Fraction(int(end.p), int(end.q)) for end in (part.start, part.end)]
    if ends[0] is None or formula.has(sp.Piecewise):
        raise ValueError("not a smooth piece")
    return Piece(formula.subs(U, POSITIVE), ends[0], ends[1])


def limit_at(piece: Piece, order: int, point: Fraction) -> sp.Expr:
    """Return the derivative of this order at an end of the piece, from inside."""
    at, formula = sp.Rational(point.numerator, point.denominator), sp.diff(piece.formula, POSITIVE, order)
    value = sp.simplify(formula.subs(POSITIVE, at))
    if value.is_finite:
        return value
    return sp.limit(formula, POSITIVE, at, "+" if point == piece.low else "-")


def start(pieces: list[Piece]) -> Answer:
    """Whether sigma(0+) >= sigma(0) = 0; a jump up from 0 is concave and increasing, as in sign(u)."""
    if not pieces:
        return Answer("undecided", "the pieces of sigma could not be told apart")
    start = limit_at(pieces[0], 0, Fraction(0))
    return Answer("proved") if start.is_nonnegative else failure(Fraction(0), "sigma(0+)", start)


def joints(sigma: sp.Expr, pieces: list[Piece], relation: str) -> Iterator[Answer]:
    """Compare sigma where pieces end with its limit from the left, and with that from the right."""
    for piece in pieces:
        for point, before in ((piece.low, False), (piece.high, True)):
            if point:  # neither 0 nor infinity
                limit, value = limit_at(piece, 0, point), sigma.subs(U, sp.Rational(point.numerator, point.denominator))
                sides = (limit, value) if before else (value, limit)
                yield compared(*sides, relation, "the jump of sigma", point)


def compared(left: sp.Expr, right: sp.Expr, relation: str, name: str, point: Fraction) -> Answer:
    """Whether left `relation` right, exactly."""
    gap = sp.simplify(left - right)
    holds = {"<=": gap.is_nonpositive, ">=": gap.is_nonnegative, "==": gap.is_zero}[relation]
    if holds is None:
        return Answer("undecided", f"the pieces that meet at u = {point}")
    return Answer("proved") if holds else failure(point, name, -gap)
