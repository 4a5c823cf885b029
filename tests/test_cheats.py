"""Cheats: false statements with a conclusion that looks like one. Each is undecided, and none is an exception.

They are sorted by what a checker could overlook: what is no real number, a domain, a letter that is generalised, a
discontinuity, a method, an index of a step, two letters of one name, a letter that may be 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import sympy as sp

from alphalab.claims import CLAIMS, Bound, Claim, verify_all
from alphalab.claims.claim import Assumption
from alphalab.claims.closing import Closing, closing, concluded
from alphalab.claims.conclusion import (
    Conclusion,
    Fact,
    Root,
    Split,
    Term,
    case,
    chord,
    cite,
    combined,
    contracts,
    covers,
    given,
    grown,
    largest,
    plain,
    power,
    ratio,
    rising,
    squares,
    supposed,
    tangent,
    term,
)
from alphalab.claims.facts.assumptions import (
    ALPHAGRAD,
    HEAVY_BALL,
    INSIDE,
    INVERSE,
    MOVING,
    NOISY,
    ONE_RATE,
    PER_TENSOR,
    PLUS,
    SCHEDULED,
    chosen,
    known,
)
from alphalab.claims.facts.letters import BY_LETTER, rate, u, w
from alphalab.claims.identity import vanishes
from alphalab.claims.notation import (
    BY_SYMBOL,
    D,
    Delta0,
    L,
    N,
    Quantity,
    T,
    alpha,
    delta,
    eps,
    eta,
    gamma_min,
    inner,
    least_norm,
    mean_delta,
    mean_norm,
    n,
    next_delta,
    r,
    rho,
    square,
    symbols_of,
)
from alphalab.claims.proof import Identity, Proof
from alphalab.claims.theory.schedules import N2, N2_RATE

BOOK = {claim.key: claim for claim in CLAIMS}
x, y, z = sp.Symbol("x", nonnegative=True), sp.Symbol("y", positive=True), sp.Symbol("z", nonnegative=True)
s, plus, minus = sp.Symbol("s", real=True), sp.Symbol("p", positive=True), sp.Symbol("p", negative=True)
zero, one, two, four = map(sp.Integer, (0, 1, 2, 4))


def false(left: Any, right: Any, *terms: Any, assumes: tuple[Any, ...] = (ALPHAGRAD,), **settings: Any) -> Bound:
    """Return a claim with this conclusion; `terms` may be one case distinction."""
    quantities, sides = settings.pop("quantities", ()), (sp.sympify(left), sp.sympify(right))
    unknown = set().union(*map(symbols_of, sides)) - {*BY_SYMBOL, *(one.symbol for one in quantities)}
    for symbol in sorted(unknown, key=str):  # a claim names its letters, a cheat too
        quantities += (BY_LETTER.get(symbol, Quantity(symbol, "a letter of the cheat", lambda case: case.value)),)
    whole = terms[0] if len(terms) == 1 and isinstance(terms[0], Split) else terms
    return Bound(
        key="cheat",
        title="a cheat",
        source="this test",
        left=sides[0],
        right=sides[1],
        assumes=assumes,
        quantities=quantities,
        proof=lambda: Proof(concludes=Conclusion(whole, **settings)),
    )


def minus_one(*facts: Fact) -> Bound:
    """1 <= 0, by facts whose product is said to be -1."""
    return false(1, 0, term(1, *facts))


def apart(formula: Any) -> Split:
    """-1 as the square of what a case supposes, whichever of the two it is."""
    return Split(formula, (term(1, case(formula), case(formula)),), (term(1, case(-formula), case(-formula)),))


def letters(*symbols: sp.Symbol) -> tuple[Quantity, ...]:
    return tuple(BY_LETTER[symbol] for symbol in symbols)


NOT_REAL = {
    "a case of i": false(1, 0, apart(sp.I)),
    "a case of a root of what is below 0": false(1 + N, 0, apart(sp.sqrt(-1 - N))),
    "a case of a complex letter": false(1, 0, Split(sp.Symbol("j"), (), ())),
    "squares of i": minus_one(*2 * (squares(zero, sp.I, plain(zero), plain(one)),)),
    "an exponent of i": minus_one(power(sp.exp(sp.pi), sp.I, plain(sp.exp(sp.pi)))),
    "an exponent that is a complex letter": false(
        0, 2 ** sp.Symbol("j"), term(1, power(two, sp.Symbol("j"), plain(two)))
    ),
    "a slope of what is complex": minus_one(grown(sp.I * (x - x**2) + x, x, 1 + sp.I * (1 - 2 * x), one)),
    "rounding": false(sp.Float("1.0") * n, n, assumes=()),
    "a weight of floats": false(0, n, term(sp.Float("1.0") * n, plain(one))),
    "infinity": false(sp.oo, n, term(1, plain(sp.oo))),
}
DOMAIN = {
    "grown to the left of 0": minus_one(grown(s, s, one, -one)),
    "grown at a place that may be below 0": false(0, s, term(1, grown(s, s, one, s))),
    "a ratio across 0": false(2, 0, term(1, ratio(s**2, s, one, s, s**2, one, -one, (two, plain(one))))),
    "rising from below the domain": minus_one(
        rising(sp.exp(x) - x - 1, x, sp.exp(x) - 1, zero, -one, (one, plain(one)))
    ),
    "a domain that is left open at 0": minus_one(grown(y, y, one, -one)),
    "a variable that is no letter": minus_one(grown(sp.Symbol("j"), sp.Symbol("j"), one, -one)),
}
GENERALISED = {
    "u_i <= 1 as a slope": false(4, 0, term(1, grown(u - u**2 / 2, u, (one, given("u_i <= 1")), four))),
    "r <= 1 as a slope": false(4, 0, term(1, grown(r - r**2 / 2, r, (one, given("r <= 1")), four))),
    "a case as a slope": false(
        4,
        0,
        Split(
            1 - N,
            (term(1, grown(N - N**2 / 2, N, (one, case(1 - N)), four)),),
            (term(8, grown(N**2 / 2 - N, N, (one, case(N - 1)), one)),),
        ),
    ),
    "a claim as a slope": false(
        4, 0, term(1, grown(square * n - square**2 / 2, square, (one, cite("lemma-1")), n + sp.sqrt(n**2 + 8)))
    ),
    "a case within a slope": false(
        4, 0, Split(1 - N, (term(1, grown(N - N**2 / 2, N, (one, combined(term(1, case(1 - N)))), four)),), ())
    ),
}
STEP = 1 / ((1 - x) ** 2 + 1)
JUMPS = {
    "atan across its jump": false(
        sp.pi / 2, 0, term(1, rising(sp.atan(1 / (1 - x)), x, STEP, two, zero, (two, plain(one))))
    ),
    "a pole": false(2, 0, term(1, rising(1 / (1 - x), x, 1 / (1 - x) ** 2, two, zero, (two, plain(one))))),
    "a step down": false(2, 0, term(1, rising(-sp.sign(x - 1), x, zero, two, zero, (two, plain(one))))),
    "a floor": minus_one(rising(-sp.floor(x), x, sp.diff(-sp.floor(x), x), one, zero, (one, plain(one)))),
    "a logarithm of what is below 0": minus_one(
        rising(-sp.log(1 - x), x, 1 / (1 - x), 1 + sp.E, zero, (one, plain(1 + sp.E)))
    ),
    "a tangent of a pole": false(
        0, -(1 + sp.Rational(1, 2)), term(1, tangent(1 / (1 + s) ** 2, s, 6 / (1 + s) ** 4, zero, -two))
    ),
    "a chord of a kink": minus_one(chord(sp.Abs(x - 1) - 1, x, zero, two, one, plain(one))),
    "a divisor that is 0 where eps is": false(
        0,
        L,
        term(1, rising(L * x / (x + eps), x, L * eps / (x + eps) ** 2, one, zero, (one, plain(one)))),
    ),
}
JUMPS["a divisor that is 0 where eps is"] = replace(
    JUMPS["a divisor that is 0 where eps is"], right=L / (1 + eps) - 0 / (eps + 1)
)
METHODS = {
    f"{key} by {method.sentence[:20]}": replace(
        BOOK[key], assumes=tuple(method if one is ALPHAGRAD else one for one in BOOK[key].assumes), **changes
    )
    for key, method, changes in (
        ("lemma-2", NOISY, {}),
        ("lemma-2", PER_TENSOR, {}),
        ("lemma-1-sharp", NOISY, {}),
        ("lemma-1-sharp", PER_TENSOR, {}),
        ("lemma-1-dimension", PER_TENSOR, {}),
        ("thm-2", NOISY, {}),
        ("thm-2", SCHEDULED, {}),
        ("thm-2", HEAVY_BALL, {}),
        ("thm-2", PER_TENSOR, {}),
        ("thm-4-slow", SCHEDULED, {}),
        ("thm-4-slow", HEAVY_BALL, {}),
        ("thm-4-slow", NOISY, {}),
        ("thm-4-stall", SCHEDULED, {}),
        ("thm-4-stall", HEAVY_BALL, {}),
        ("thm-4-attraction", SCHEDULED, {}),
        ("rem-1c", NOISY, {}),
    )
}
METHODS |= {
    "noise without noise": replace(BOOK["noise"], assumes=(ALPHAGRAD, known("L", "f_inf"))),
    "per tensor without tensors": replace(BOOK["thm-7-sharp"], assumes=(ALPHAGRAD, ONE_RATE, known("L", "f_inf"))),
    "what a step sees, in a letter of the true gradient": false(
        square,
        n * sp.tanh(alpha * r / sp.sqrt(n)) ** 2,
        term(1, cite("lemma-1-sharp", "noise")),
        assumes=(NOISY,),
    ),
    "gamma of the true gradient": replace(
        BOOK["lemma-2"],
        assumes=(NOISY,),
        proof=lambda: Proof(concludes=Conclusion((term(1, cite("lemma-2", "noise")),))),
        key="cheat",
    ),
    "a component of one tensor for all": false(
        square, alpha * inner / (N + eps), term(1, cite("lemma-3-sharp"), over="tensors"), assumes=(PER_TENSOR, MOVING)
    ),
    "a component of a pair for all": false(
        n * w,
        BOOK["smooth-maximum-lemma"].left / (N + eps),
        term(1, given("u_j <= u_i"), over="components"),
        quantities=letters(w, BOOK["smooth-maximum-lemma"].left),
        assumes=(ALPHAGRAD, PLUS),
    ),
    "an assumption of its own": replace(
        BOOK["thm-2"],
        assumes=(Assumption("it is Tuesday", lambda case: None, gives=ALPHAGRAD.gives), known("L", "f_inf")),
    ),
    "a setting of its own": replace(
        BOOK["thm-2-rate"],
        assumes=(
            *BOOK["thm-2-rate"].assumes[:2],
            Assumption("it is Tuesday", lambda case: None, sets=BOOK["thm-2-rate"].assumes[2].sets),
        ),
    ),
    "the words of a setting": replace(BOOK["lemma-1-sharp-lower"], assumes=(ALPHAGRAD, chosen(one))),
}
CLIMB = Delta0 + (T - 1) * (L * eta**2 * n / 2 - eta * inner)
LEAST = Delta0 + (T - 1) * (L * eta**2 * n / 2 - eta * sp.tanh(alpha) * (least_norm - eps))
STEPS = {
    "a claim at T, at the beginning of an induction": false(
        delta,
        Delta0 + 2 * rho * L * D**2 / (T + 1) - rho * L * D**2,
        term(1, supposed()),
        start=(term(1, cite("last-iterate")),),
        assumes=N2.assumes,
    ),
    "a claim at T, summed over the steps": false(
        mean_delta,
        2 * rho * L * D**2 / (T + 1) + D * eps,
        term(1, cite("last-iterate"), over="steps"),
        assumes=N2.assumes,
    ),
    "a claim at T, within an induction": false(
        delta,
        2 * rho * L * D**2 / (T + 1) + D * eps,
        term(1, cite("last-iterate")),
        assumes=N2.assumes,
        start=(term(1, cite("last-iterate")),),
    ),
    "an induction with a letter of one step": false(
        delta,
        CLIMB,
        term(1, supposed()),
        term(1, given("descent")),
        term(L * eta**2 / 2, cite("lemma-1")),
        start=(),
        assumes=(ALPHAGRAD, known("L", "f_star")),
    ),
    "an induction with the least of all steps": false(
        delta,
        LEAST + T * L * eta**2 * n,
        term(1, supposed()),
        term(1, given("descent")),
        term(L * eta**2 / 2, cite("lemma-1")),
        term(eta * sp.tanh(alpha), cite("lemma-4-sharp")),
        term(eta * sp.tanh(alpha), given("least N")),
        term(L * eta**2, plain(n)),
        start=(term(L * eta**2, plain(n)),),
        assumes=(ALPHAGRAD, known("L", "f_star")),
    ),
    "an induction by what holds of one step": false(
        delta,
        eps**2 / (2 * L),
        term(1, given("inside")),
        start=(term(1, given("inside")),),
        assumes=(ALPHAGRAD, INSIDE, known("L", "f_star")),
    ),
    "an induction with a constant step that changes": false(
        delta,
        Delta0 - sp.Rational(1, 4) + T / 4,
        term(1, supposed()),
        start=(),
        at=((eta, T),),
        assumes=(ALPHAGRAD, chosen(T), known("L", "f_star")),
    ),
    "steps that depend on t, summed as if t were T": false(
        BOOK["thm-8"].left,
        BOOK["thm-8"].right.subs(BOOK["thm-8"].quantities[1].symbol, T * N2_RATE**2),
        term(T, given("descent, eta_t"), over="steps"),
        term(1, given("f_inf")),
        term(L * T * rate**2 / 2, cite("lemma-1-dimension"), over="steps"),
        telescopes="x",
        at=((rate, N2_RATE),),
        quantities=BOOK["thm-8"].quantities,
        assumes=(SCHEDULED, known("L", "f_inf"), INVERSE),
    ),
    "a root that differs from step to step": false(mean_norm, N, root=Root(N, y, y, N), assumes=(ALPHAGRAD, MOVING)),
    "a root that may be 0": false(1, N / y, root=Root(N, y, y, N)),
    "a root in a letter that is taken": false(0, alpha - eps, root=Root(eps, alpha, alpha, eps)),
    "an induction on the number of steps, summed": false(
        mean_delta, Delta0, term(1, supposed(), over="steps"), start=(), assumes=(ALPHAGRAD, known("f_star"))
    ),
    "held, and no mean": false(N, 0, held=((N, one),)),
    "a mean of what differs from step to step": false(mean_norm, N, term(1, plain(mean_norm - N))),
    "f without f*": false(
        delta,
        next_delta + square,
        Split(next_delta + square - delta, (term(1, case(next_delta + square - delta)),), ()),
    ),
}
NAMES = {
    "two letters of one name": minus_one(plain(sp.tanh(plus)), plain(-1 / sp.tanh(minus))),
    "a letter of the theory's name": false(1, sp.Symbol(n.name, negative=True) + square, term(1, plain(square))),
    "a letter named like a mean": false(
        mean_norm**2, mean_norm * sp.Symbol("m0"), quantities=(Quantity(sp.Symbol("m0"), "", lambda case: case.value),)
    ),
    "a name of two meanings": false(
        square, sp.Symbol(r"\alpha"), term(1, plain(sp.Symbol(r"\alpha") - square)), assumes=()
    ),
}
ZERO = {
    "the sign of N": false(1, sp.sign(N), term(1, plain(sp.sign(N) - 1))),
    "0 to the N": false(0, -(0**N), term(1, plain(-(0**N)))),
    "a step function of eps": false(1, sp.Heaviside(eps, 0), term(1, plain(sp.Heaviside(eps, 0) - 1))),
    "a quotient that is 0/0": false(1, r + eps / (N + eps)),
    "a quotient of the least": false(
        1,
        (least_norm + eps) / (least_norm + eps + 0 * N)
        - 1
        + least_norm / (least_norm + eps)
        + eps / (least_norm + eps),
    ),
    "a power below 0": false(0, N**-alpha, term(1, plain(N**-alpha))),
    "a power of what is 0": false(0, N ** (-T), term(1, power(N, -T, plain(N)))),
    "a root over 0": false(0, 1 / sp.sqrt(N), term(1, plain(1 / sp.sqrt(N)))),
    "gamma_min over itself": false(0, 1 / gamma_min - 1, term(1, plain(1 / gamma_min - 1))),
    "a scale that may be 0": false(1, 0, term(N, plain(zero)), scale=N),
    "a scale that is complex": false(1, 0, term(1, plain(one)), scale=-sp.I * sp.I * -1),
    "a case that is divided by": false(0, 1, Split(1 / N, (term(1, plain(one)),), (term(1, plain(one)),))),
}
NONSENSE: dict[str, Any] = {
    "no room": rising(x, x, one, one, zero, given("r <= 1")),
    "a room of three": rising(x, x, one, one, zero, (one, plain(one), one)),
    "a room of words": rising(x, x, one, one, zero, ("a", "b")),
    "words": plain("x"),
    "nothing": plain(None),
    "a number for a letter": grown(one, one, one, one),
    "a fact for a formula": grown(x, x, plain(one), one),
    "a formula for a fact": squares(one, one, one, one),
    "a list": plain([one]),
    "a claim that is no key": cite(one),
    "a line that is no key": given(None),
    "what is seen, and is no word": cite("lemma-1", one),
    "no fact to cover": covers(one, sp.Max(n, N)),
    "no maximum": largest(one, one),
    "what is supposed of nothing": supposed(),
    "a term of no facts": combined(one),
    "a matrix": plain(sp.Matrix([1])),
    "a truth": plain(sp.true),
    "a lambda": plain(sp.Lambda(x, x)),
    "pieces": plain(sp.Piecewise((one, N > 1), (-one, True))),
    "a limit": grown(sp.Limit(x, x, 0), x, one, one),
    "a derivative": rising(sp.Derivative(sp.tanh(x), x), x, one, one, zero, (one, plain(one))),
    "an unknown function": chord(sp.Function("f")(x), x, zero, one, one, plain(zero)),
    "an element of a matrix": plain(sp.MatrixSymbol("A", 1, 1)[0, 0]),
    "what does not commute": plain(sp.Symbol("A", commutative=False)),
    "not a number": plain(sp.nan),
    "an exponent of words": contracts(one, "k", plain(one), plain(zero)),
}
CONCLUSIONS: dict[str, Any] = {
    "a weight of words": Conclusion((Term("a", ()),)),  # type: ignore[arg-type]
    "a weight of nothing": Conclusion((Term(None, ()),)),  # type: ignore[arg-type]
    "facts that are none": Conclusion((Term(one, 3),)),  # type: ignore[arg-type]
    "no terms": Conclusion(None),  # type: ignore[arg-type]
    "a case of words": Conclusion(Split("a", (), ())),  # type: ignore[arg-type]
    "a case of nothing": Conclusion(Split(None, (), ())),  # type: ignore[arg-type]
    "a sum over words": Conclusion((Term(one, (), 3),)),  # type: ignore[arg-type]
    "a sum over what is none": Conclusion((Term(one, (plain(one),), ("dreams",)),)),
    "a scale of words": Conclusion((), scale="a"),  # type: ignore[arg-type]
    "a place of words": Conclusion((), at=(("a", "b"),)),  # type: ignore[arg-type]
    "a root of words": Conclusion((), root="a"),  # type: ignore[arg-type]
    "a telescope of words": Conclusion((), telescopes="y"),
    "held words": Conclusion((), held=(("a", "b"),)),  # type: ignore[arg-type]
    "no conclusion": "QED",
}
GROUPS = {
    "not real": NOT_REAL,
    "domain": DOMAIN,
    "generalised": GENERALISED,
    "jumps": JUMPS,
    "methods": METHODS,
    "steps": STEPS,
    "names": NAMES,
    "zero": ZERO,
}


def cheats() -> Iterator[Any]:
    for group, members in GROUPS.items():
        for name, claim in members.items():
            yield pytest.param(claim, id=f"{group}: {name}")


def held(claim: Claim) -> Closing:
    return closing(claim, BOOK | {claim.key: claim})


@pytest.mark.parametrize("claim", list(cheats()))
def test_a_cheat_is_undecided(claim: Bound) -> None:
    assert held(claim).problems


@pytest.mark.parametrize("fact", list(NONSENSE.values()), ids=list(NONSENSE))
def test_nonsense_is_no_fact(fact: Any) -> None:
    assert held(false(0, 0, term(1, fact))).problems
    assert held(false(0, 0, term(1, combined(term(1, fact))))).problems


@pytest.mark.parametrize("conclusion", list(CONCLUSIONS.values()), ids=list(CONCLUSIONS))
def test_nonsense_is_no_conclusion(conclusion: Any) -> None:
    assert held(replace(BOOK["lemma-1"], proof=lambda: Proof(concludes=conclusion))).problems


@pytest.mark.parametrize("side", [sp.Tuple(one), sp.Eq(N, 1), sp.eye(1), sp.Lambda(x, x), sp.S.EmptySet, sp.Float(1)])
def test_nonsense_is_no_statement(side: Any) -> None:
    if isinstance(side, sp.Expr):
        assert held(replace(BOOK["lemma-1"], left=side)).problems
    else:
        with pytest.raises(ValueError, match="left must be a formula"):
            replace(BOOK["lemma-1"], left=side)


def test_a_root_of_a_square_is_no_letter_that_may_be_below_0() -> None:
    assert not vanishes(sp.sqrt(sp.tanh(s) ** 2) - sp.tanh(s))
    assert not vanishes(sp.sqrt(s**2) - s)
    assert not vanishes(sp.sqrt(sp.Function("f")(s) ** 2) - sp.Function("f")(s))
    assert not vanishes(sp.tanh(plus) - sp.tanh(minus))
    assert not vanishes(sp.Symbol("root x", positive=True) - sp.sqrt(sp.Symbol("x", positive=True)))
    assert not vanishes(sp.Float("1e-30") * n)
    assert vanishes(sp.sqrt(sp.tanh(x) ** 2 * n**2) - n * sp.tanh(x))


def test_a_certificate_alone_is_no_proof_of_a_bound() -> None:
    """A certificate is of a lemma on functions of one number, not of the two sides of a bound."""
    bound = Bound(key="cheat", title="a cheat", source="this test", left=zero, right=n, certificate="phi-concave")
    assert verify_all([bound], cases=())[0].found == "undecided"
    assert concluded(bound, BOOK).problems


def test_steps_alone_are_no_proof_of_a_bound() -> None:
    trivial = Proof(steps=(Identity("trivial", sp.sin(x) ** 2 + sp.cos(x) ** 2, one),))
    bound = false(1, 0)
    assert concluded(replace(bound, proof=lambda: trivial), BOOK).problems


def test_a_trivial_step_shows_no_number() -> None:
    trivial = Proof(steps=(Identity("trivial", sp.sin(x) ** 2 + sp.cos(x) ** 2, one),))
    claim = Claim(key="cheat", title="a cheat", source="this test", statement="1 + 1 = 3", proof=lambda: trivial)
    assert verify_all([claim], cases=())[0].found == "undecided"


@pytest.mark.parametrize("statement", [r"\alpha > k", "g = d", r"\text{nothing holds}"])
def test_a_step_about_something_else_shows_nothing(statement: str) -> None:
    trivial = Proof(steps=(Identity("trivial", sp.sin(x) ** 2 + sp.cos(x) ** 2, one),))
    claim = Claim(key="cheat", title="a cheat", source="this test", statement=statement, proof=lambda: trivial)
    assert verify_all([claim], cases=())[0].found == "undecided"


def test_what_is_joined_by_words_is_told_apart() -> None:
    """Steps that words join, and what follows of a bound in words, are no proof that a checker has read."""
    claims = [BOOK[key] for key in ("eq3-limits", "noise", "lemma-1")]
    found = {one.key: one.known_by for one in verify_all(claims, cases=())}
    assert {key: "joined by words" in text for key, text in found.items()} == {
        "eq3-limits": True,
        "noise": True,
        "lemma-1": False,
    }
