r"""The claims as JavaScript: what the page evaluates is printed from the formulas that the ledger proves.

    sigma(1) for tanh(alpha),   sigma(r) for tanh(alpha r),   sigma'(0) for alpha,   n sigma(1/sqrt n)^2 for M

The proofs of the sharp theory hold for every sigma of the family under these names, so one formula serves all of them;
what the paper says, and what has Q, is said of the tanh alone. Source: theory, "One proof for a whole family".
"""

from __future__ import annotations

import sympy as sp

from alphalab.claims import Bound, notation
from alphalab.claims.facts.letters import PRICE, S1, S2, S12, c, ell, longest, mean_squared
from alphalab.claims.hypotheses import slope_at_zero
from alphalab.claims.nonlinearity import U
from alphalab.experiments.bounds import bounds

STEEPNESS = sp.Symbol("alpha", positive=True)
AT_ONE, AT_R, SLOPE = sp.symbols("at_one at_r slope", positive=True)
KEYS = (
    "thm-1",
    "thm-1-sharper",
    "thm-2",
    "thm-2-sharp",
    "thm-2-norm",
    "thm-3-limit",
    "thm-4-sharp",
    "thm-4-stationary",
    "thm-4-rate",
    "thm-5-sharp",
    "thm-5-rate",
    "thm-6-sharp",
    "best-iterate",
    "gradient-rate",
    "adam-step",
)
"""The claims that the page evaluates along its run."""

NAMES = {  # letter: its name in the page's script, in `letters` of claims.js
    notation.alpha: "slope",
    notation.eta: "eta",
    notation.eps: "eps",
    notation.n: "n",
    notation.L: "L",
    notation.mu: "pl",
    notation.T: "T",
    notation.D: "D",
    notation.Delta: "Delta",
    notation.Delta0: "Delta0",
    notation.M: "M",
    notation.N: "N",
    notation.r: "r",
    notation.inner: "inner",
    notation.delta: "delta",
    notation.next_delta: "next_delta",
    notation.decrease: "decrease",
    notation.gamma_min: "gamma_min",
    notation.least_norm: "least_norm",
    notation.mean_delta: "mean_delta",
    notation.mean_h: "mean_h",
    notation.mean_norm: "mean_norm",
    notation.mean_inner: "mean_inner",
    c: "c",
    ell: "ell",
    PRICE: "Q",
    mean_squared: "mean_squared",
    longest: "longest",
    S1: "S1",
    S2: "S2",
    S12: "S12",
}
SIGMAS: dict[str, tuple[str, sp.Expr, bool]] = {  # name: words, formula, whether it belongs to the family
    "tanh": ("tanh(\u03b1u)", sp.tanh(STEEPNESS * U), True),
    "arctan": ("arctan(\u03b1u)", sp.atan(STEEPNESS * U), True),
    "softsign": ("\u03b1u/(1+\u03b1|u|)", STEEPNESS * U / (1 + STEEPNESS * sp.Abs(U)), True),
    "clip": ("\u03b1u cut at \u00b11", sp.Max(-1, sp.Min(1, STEEPNESS * U)), True),
    "hybrid": ("\u00bd tanh(\u03b1u) + \u00bd u", sp.tanh(STEEPNESS * U) / 2 + U / 2, True),
    "looped": ("sin(3 tanh(\u03b1u))", sp.sin(3 * sp.tanh(STEEPNESS * U)), False),
    "identity": ("u", U, True),
    "sign": ("sign(u)", sp.sign(U), True),
}
"""The squashing functions of the page; the last two are the methods that leave no choice."""

BEGIN, END = "printed by sympy", "the end of what is printed"  # another version may write a sum in another order


def javascript() -> str:
    """Return the page's formulas.js: SIGMAS, CLAIMS and H_INVERSE."""
    shown = [_sigma(name, *one) for name, one in SIGMAS.items()]
    claims = [_claim(one) for one in bounds(*KEYS)]
    value = sp.Symbol("value", nonnegative=True)
    inverse = printed(notation.h_inverse(value).subs(notation.eps, sp.Symbol("eps", nonnegative=True)))
    return "\n".join(
        [
            f"// {BEGIN} {sp.__version__}",
            "const SIGMAS = {",
            *shown,
            "};",
            "const CLAIMS = {",
            *claims,
            "};",
            f"const H_INVERSE = (value, eps) => {inverse};",
            f"// {END}",
        ]
    )


def printed(formula: sp.Expr) -> str:
    """Return a formula in JavaScript.

    >>> x = sp.Symbol("x")
    >>> printed(sp.tanh(x) ** 2 / sp.sqrt(2))
    '(1/2)*Math.sqrt(2)*Math.pow(Math.tanh(x), 2)'
    """
    return str(sp.jscode(formula))


def named(formula: sp.Expr, tanh: bool = False) -> sp.Expr:
    """Return a side of a claim in the letters of the page, for the whole family or for the tanh alone."""
    for symbol in reversed(notation.DEFINITIONS):
        if symbol != notation.M:
            formula = formula.subs(symbol, notation.DEFINITIONS[symbol])
    squashed = {sp.tanh(notation.alpha): AT_ONE, sp.tanh(notation.alpha * notation.r): AT_R}
    formula = formula.subs(squashed)
    if tanh and notation.alpha in formula.free_symbols:
        raise ValueError(f"{formula} has alpha beside tanh(alpha), of which alone the page knows")
    names = {symbol: sp.Symbol(name, **symbol.assumptions0) for symbol, name in NAMES.items()}
    formula = formula.subs(names)
    if odd := formula.free_symbols - set(names.values()) - {AT_ONE, AT_R}:
        raise ValueError(f"the page has no name for {odd}")
    return formula


def _sigma(name: str, words: str, formula: sp.Expr, family: bool) -> str:
    return (
        f'  {name}: {{ words: "{words}", family: {str(family).lower()},\n'
        f"    of: (u, alpha) => {printed(formula)},\n"
        f"    slope: (alpha) => {printed(slope_at_zero(formula))} }},"
    )


def _claim(one: Bound) -> str:
    tanh = one.source.startswith("arXiv") or PRICE in one.right.free_symbols
    needs = [name for assumption in one.assumes for name in assumption.gives]
    sets = [(NAMES[letter], named(value)) for assumption in one.assumes for letter, value in assumption.sets]
    return (
        f'  "{one.key}": {{ title: {_text(one.title)}, '
        f"tanh: {str(tanh).lower()},\n"
        f"    needs: [{', '.join(map(_text, needs))}],\n"
        f"    sets: {{{', '.join(f' {name}: {_function(value)} ' for name, value in sets)}}},\n"
        f"    left: {_function(named(one.left, tanh))},\n"
        f"    right: {_function(named(one.right, tanh))} }},"
    )


def _function(formula: sp.Expr) -> str:
    letters = ", ".join(sorted(symbol.name for symbol in formula.free_symbols))
    return f"({{ {letters} }}) => {printed(formula)}"


def _text(words: str) -> str:
    return '"' + words.replace("\\", "\\\\").replace('"', '\\"') + '"'
