r"""The two worked examples of section 5.2.

    1   g^ = (.5, .5, -.5, -.5),      alpha = 2     g' = +-tanh 1 = +-.7616
    2   g^ = (.9, .05, .03, .02),     alpha = 150   g' = (1.0, .9999994, .9997532, .99505)

The first is right. The second's numbers are right to the digits printed, but its vector has norm .902, not 1, and
components below .01 do not "stay linear": tanh(1.5)/1.5 = .60. Source: S. Sane, arXiv 2504.16020v2, section 5.2.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import sympy as sp

from alphalab.arrays import roundoff
from alphalab.claims.claim import Claim, Finding
from alphalab.claims.membership import TANH_BELOW
from alphalab.claims.proof import Identity, Proof, Sign, Step, Witness
from alphalab.claims.space import Space, Values
from alphalab.optimizers import AlphaGrad

SOURCE = "arXiv 2504.16020v2, section 5.2"
FIRST = tuple(map(sp.Rational, ("0.5", "0.5", "-0.5", "-0.5")))
SECOND = tuple(map(sp.Rational, ("0.9", "0.05", "0.03", "0.02")))
PRINTED_FIRST = ("0.7616", "0.7616", "-0.7616", "-0.7616")
PRINTED_SECOND = ("1.0", "0.9999994", "0.9997532", "0.99505")


def as_printed(alpha: int, vector: Sequence[sp.Rational], printed: Sequence[str]) -> Iterator[Step]:
    """|tanh(alpha u) - printed| is at most half a unit of the last digit printed, for each component u."""
    for u, digits in zip(vector, printed, strict=True):
        half = sp.Rational(1, 2) / 10 ** len(digits.partition(".")[2])
        gap = half - sp.Abs(sp.tanh(alpha * u) - sp.Rational(digits))
        yield Sign(f"tanh({alpha * u}) is {digits} to the digits printed", gap, ">")


def squares(vector: Sequence[sp.Rational]) -> sp.Expr:
    """||vector||^2."""
    return sp.Add(*(sp.UnevaluatedExpr(u) ** 2 for u in vector))


def first_proof() -> Proof:
    """Unit norm, components tanh 1, and the digits."""
    return Proof(
        steps=(
            Identity("the vector is a unit vector", squares(FIRST), sp.Integer(1)),
            *(
                Identity(f"component {i}", sp.tanh(2 * sp.UnevaluatedExpr(u)), 2 * u * sp.tanh(1))
                for i, u in enumerate(FIRST, 1)
            ),
            *as_printed(2, FIRST, PRINTED_FIRST),
        ),
        follows="2 * 0.5 = 1, tanh is odd, and tanh 1 = 0.76159...",
    )


def first_trial() -> Iterator[Finding]:
    """The library's step at this gradient."""
    g = np.asarray([float(u) for u in FIRST])
    d, _ = AlphaGrad(alpha=2.0, epsilon=0.0).direction(g, (), g)
    wanted = np.sign(g) * float(sp.tanh(1))
    wrong = ~(np.abs(d - wanted) <= roundoff(len(g), g.dtype) * np.abs(wanted))
    yield Finding(case="the library's step at example 1", instances=len(g), violations=int(np.sum(wrong)))


def second_proof() -> Proof:
    """The digits, both norms, and where tanh is linear within 1 %."""
    z, s, t = sp.symbols("z s t", nonnegative=True)
    gap = sp.tanh(z) - z + z**3 / 3
    return Proof(
        steps=(
            *as_printed(150, SECOND, PRINTED_SECOND),
            Identity("the square of its 2-norm", squares(SECOND), sp.Rational("0.8138")),
            Identity("its 1-norm", sp.Add(*SECOND, evaluate=False), sp.Integer(1)),
            TANH_BELOW,
            Identity("tanh z - z + z^3/3 vanishes at 0", sp.Subs(gap, z, 0), sp.Integer(0)),
            Identity("its derivative", sp.Derivative(gap, z), (z - sp.tanh(z)) * (z + sp.tanh(z))),
            Sign("is not negative, with t = tanh z and s = z - t", s * (2 * t + s)),
            Sign(
                "1 - tanh(z)/z <= z^2/3 is within 1 % at z = 150 * 0.00115",
                3 - 100 * (150 * sp.Rational("0.00115")) ** 2,
            ),
        ),
        follows="The numbers stand for this vector as it is; linear within 1 % are the components up to 0.00115.",
    )


def second_witness() -> Witness:
    """Its norm, and the step at a component of .009."""
    z = 150 * sp.Rational("0.009")
    return Witness(
        sentence="the vector's norm is 0.902, and a component of 0.009 is squashed to 65 % of its linear value",
        steps=(
            Sign("the 2-norm is below 1", squares(SECOND).doit() - 1, "<"),
            Sign("it is below 0.9022", squares(SECOND).doit() - sp.Rational("0.9022") ** 2, "<"),
            Sign("and above 0.9021", squares(SECOND).doit() - sp.Rational("0.9021") ** 2, ">"),
            Identity("0.009 enters the tanh as", 150 * sp.UnevaluatedExpr(sp.Rational("0.009")), sp.Rational(27, 20)),
            Sign("and leaves it at less than 0.65 of that", sp.tanh(z) / z - sp.Rational("0.65"), "<"),
        ),
    )


def linear_sides(values: Values) -> tuple[np.ndarray, np.ndarray]:
    """1 - tanh(150 u)/(150 u) <= 1 %: what "stays linear" is granted."""
    z = 150 * 10.0 ** values["log |u|"]
    return 1 - np.tanh(z) / z, np.full(z.shape, 0.01)


EXAMPLE_1 = Claim(
    key="ex-1",
    title="worked example 1",
    source=SOURCE,
    statement=r"\hat g = (\tfrac12, \tfrac12, -\tfrac12, -\tfrac12),\; \alpha = 2: \; g'_i = \pm 0.7616",
    proof=first_proof,
    trial=first_trial,
)
EXAMPLE_2 = Claim(
    key="ex-2",
    title="worked example 2: a unit vector in mixed mode",
    source=SOURCE,
    verdict="corrected",
    statement=(
        r"\hat g = (0.9, 0.05, 0.03, 0.02),\; \|\hat g\|_2 = 1,\; \alpha = 150: \; "
        r"g' = (1.0, 0.9999994, 0.9997532, 0.99505); \quad |\hat g_i| < 0.01 \text{ stays linear}"
    ),
    proof=second_proof,
    witness=second_witness,
    space=Space("a component below 0.01, alpha = 150", {"log |u|": (-6.0, -2.0)}, linear_sides),
    correction="the numbers are right; the 2-norm is 0.902 (the 1-norm is 1); linear within 1 % is |g^_i| <= 0.00115",
)
