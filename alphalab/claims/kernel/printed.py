r"""The proof of a claim, printed from what its proof concludes.

    each gap           assert (0 <= high - low)      by the fact that it is of, a claim's own theorem or a line
    each term          assert (0 <= weight * gap)    by signs
    right - left       the sum of the terms          by field

Letters are those of the statement. A mean over the steps is taken apart: what holds at every step s < T holds of the
means, Delta being the sum of the decreases and what is left at the end. Printed are proofs without induction, with one
pair of cases at most, whose facts are claims that the kernel knows, lines of LINES, what is supposed in a case, and
what is plain; the others are written by hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import sympy as sp

from alphalab.claims import notation as nt
from alphalab.claims.claim import Bound, Claim
from alphalab.claims.closing import Branch, closing, conclusion_of
from alphalab.claims.facts import letters
from alphalab.claims.kernel import formal
from alphalab.claims.kernel.asked import file_of
from alphalab.claims.kernel.propositions import introduced, scene_of, taken_apart, words_in
from alphalab.claims.kernel.terms import term

LINES: Mapping[str, str] = {
    "descent": "descent n f grad L alpha eta eps x {t}",
    "convex": "convex_gap n f grad x {t} x_star f_star",
    "PL": "lojasiewicz_root n f grad x {t} f_star mu",
    "f_inf": "tail_above f f_inf (x T)",
    "f_star": "tail_above f f_star (x T)",
    "least gamma": "minimum_le T gamma {t}",
    "descent, sign": "descent_along n f grad L eta (fun g i => sign (g i)) x {t}",
    "descent, sign, maximum norm": "descent_signs n f grad L_max eta x {t}",
    "descent, normalised": "descent_along n f grad L eta (normalised eps n) x {t}",
    "descent, gradient": "descent_gradient n f grad L eta x {t}",
    "descent, (L0, L1)": "descent_steep n f grad L0 L1 alpha eta eps x {t}",
    "sign, alignment": "sign_alignment n (g {t})",
    "sign, length": "sign_length n (g {t})",
    "normalised, alignment": "normalised_alignment n (g {t}) eps",
    "normalised, length": "normalised_length n (g {t}) eps",
    "least N": "minimum_le T N {t}",
    "Q, balanced": "price_balanced alpha n Q",
    "ball": "within {t}",
    "scaled": "scaled",
    "inside": "inside",
    "theta < 2": "short",
}
"""Line of the table of facts -> what says so, in facts/Lines.v or a hypothesis of the statement."""
ASSUMED: Mapping[str, str] = {
    "ball": "(forall s, (s < T)%nat -> norm n (sub (x s) x_star) <= D)",
    "scaled": "alpha * L * eta <= eps",
    "inside": "delta t <= eps ^ 2 / (2 * L)",
    "theta < 2": "theta < 2",
}
"""Line -> the hypothesis that it is, of which the proof makes a fact under that name, letters of runs unfolded."""
SIGNS: Mapping[str, str] = {
    "N": "0 <= N{t}: apply norm_nonneg",
    "r": "0 <= r{t}: apply r_nonneg; assumption",
    "inner": "0 <= inner{t}: apply alphagrad_inner_nonneg; assumption",
    "square": "0 <= square{t}: apply dot_self_nonneg",
    "distance": "0 <= distance{t}: apply norm_nonneg",
    "M": "0 < M: apply M_pos; assumption",
    "Delta": "0 <= Delta: apply above; assumption",
    "Delta0": "0 <= Delta0: apply above; assumption",
}
"""Letter -> its sign, and why."""
OWN: Mapping[sp.Symbol, tuple[str, str]] = {
    letters.dist: ("distance t", "norm n (sub (x t) x_star)"),
    letters.tail: ("tail", "f (x T) - f_inf"),
    letters.tail0: ("tail0", "f (x T) - f_star"),
}
"""Letters of proofs alone: how each is written, and what it is."""
MEANS: Mapping[sp.Symbol, sp.Expr] = {
    nt.mean_inner: nt.inner,
    nt.mean_norm: nt.N,
    nt.mean_delta: nt.delta,
    nt.mean_h: nt.N * nt.r,
    letters.mean_one: letters.one_norm,
    letters.mean_squared: nt.N**2,
    nt.least_norm: nt.least_norm,
}
"""What a mean over the steps is of; what is one for all steps is a mean of itself."""
TAILS = {nt.Delta: letters.tail, nt.Delta0: letters.tail0}


PRINTED = Path(__file__).parent / "proofs" / "printed"


class NotPrintedError(ValueError):
    """A proof that is not of the kind printed here, and why."""


def script(claim: Claim, ledger: Mapping[str, Claim], known: Iterable[str]) -> str:
    """Return imports and proof of a claim; raises NotPrintedError, saying why, where it is not of the kind printed.

    `known` names the claims whose theorems may be cited.
    """
    conclusion = conclusion_of(claim)
    if not isinstance(claim, Bound) or conclusion is None or claim.verdict != "true":
        raise NotPrintedError(f"{claim.key}: nothing is concluded")
    if conclusion.start or conclusion.root or conclusion.telescopes not in ("", "x") or conclusion.scale != 1:
        raise NotPrintedError(f"{claim.key}: an induction, a root, or another point of the run")
    found = closing(claim, ledger)
    if found.problems:
        raise NotPrintedError(f"{claim.key}: {found.problems[0]}")
    if scene_of(claim) not in (formal.RUN, formal.GRADIENT, *formal.OTHERS.values()):
        raise NotPrintedError(f"{claim.key}: neither one gradient nor a run with one step size")
    printer = Printer(claim, {key: ledger[key] for key in known}, found.branches)
    cited = " ".join(sorted({file_of(key) for key in found.appeals if key in printer.claims}))
    imports = "From AlphaLab Require Import Lines.\n" + f"From AlphaLab Require {cited}.\n" * bool(cited)
    return imports + "Proof.\n" + "\n".join(f"  {one}" for one in printer.lines()) + "\nQed.\n"


def write(ledger: Mapping[str, Claim], known: Iterable[str]) -> None:
    """Print the proofs in `proofs/printed` anew."""
    known = tuple(known)
    for path in PRINTED.glob("*.v"):
        path.write_text(script(ledger[path.stem], ledger, known), encoding="utf-8")


@dataclass(frozen=True)
class Printer:
    """The proof of one claim, or of one case of it."""

    claim: Bound
    claims: Mapping[str, Claim]
    branches: tuple[Branch, ...]

    @property
    def steps(self) -> bool:
        """Whether something holds at every step."""
        return any("steps" in part.over for branch in self.branches for part in branch.parts)

    @property
    def at(self) -> str:
        """The instant that is spoken of: the s of every step, the t of the statement, or none."""
        return "s" if self.steps else "t" if "t" in taken_apart(self.claim).objects else ""

    @property
    def squashes(self) -> bool:
        """Whether the method is AlphaGrad, of which more is known."""
        return scene_of(self.claim) in (formal.RUN, formal.GRADIENT)

    def lines(self) -> Iterator[str]:
        """Yield the lines of the proof."""
        yield "red. intros."
        yield from self.posed()
        first, *further = self.branches
        if not first.cases and not further:
            yield from self.branch(first)
        elif len(further) == 1 and len(first.cases) == 1 and further[0].cases == (-first.cases[0],):
            above = self.term(first.cases[0], atom=True)
            yield f"destruct (Rle_or_lt 0 {above}) as [case|case]; [|apply Rlt_le in case]."
            for branch in self.branches:
                yield "{"
                yield from replace(self, branches=(branch,)).branch(branch)
                yield "}"
        else:
            raise NotPrintedError(f"{self.claim.key}: more than one pair of cases")

    def term(self, formula: sp.Expr, *, atom: bool = False) -> str:
        """Print a formula in the letters of the claim at the instant spoken of."""
        try:
            return term(spelled(formula), self.names(), atom=atom)
        except (KeyError, TypeError) as reason:
            raise NotPrintedError(f"{self.claim.key}: no Coq for {reason}") from None

    @property
    def one(self) -> bool:
        """Whether the claim is about one gradient."""
        return scene_of(self.claim) is formal.GRADIENT

    def names(self) -> dict[sp.Symbol, str]:
        """Return how every letter is written at the instant spoken of."""
        known = dict(formal.LETTERS) | {symbol: written for symbol, (written, _) in OWN.items()}
        return {symbol: re.sub(r" ?\bt\b", f" {self.at}" if self.at else "", w) for symbol, w in known.items()}

    def symbols(self) -> set[sp.Symbol]:
        """Return the letters that the proof speaks of."""
        parts = [part for branch in self.branches for part in branch.parts]
        formulas = [*(part.weight for part in parts), *(gap for part in parts for _, gap in part.gaps)]
        formulas += [branch.whole for branch in self.branches]
        found = {s for formula in formulas for s in spelled(formula).free_symbols}
        found |= {s for mean in found & set(MEANS) for s in MEANS[mean].free_symbols}
        return found | {TAILS[s] for s in found & set(TAILS)} | ({nt.decrease} if self.steps else set())

    def posed(self) -> Iterator[str]:
        """Yield what introduces the letters that the statement has not."""
        names = formal.LETTERS | {symbol: written for symbol, (written, _) in OWN.items()}
        words = {word for s in self.symbols() if s in names for word in words_in(names[s])}
        words |= {"N", "r", "inner", "square"} if self.squashes and (self.at or self.one) else set()
        own = {written.removesuffix(" t"): says for written, says in OWN.values()}
        own["M"] = term(nt.DEFINITIONS[nt.M], formal.LETTERS)
        stated = {line.split()[1] for line in taken_apart(self.claim).letters}
        for name, argument, says in introduced(words, scene_of(self.claim), own):
            if name not in stated:
                yield f"pose ({name} := {f'fun {argument} : nat => ' if argument else ''}{says})."
        for name, hypothesis in ASSUMED.items():
            if hypothesis in taken_apart(self.claim).hypotheses:
                yield f"assert ({name_of(name)} : {hypothesis}) by assumption."
                yield from (f"unfold {w} in {name_of(name)}." for w in formal.WHOLES if w in words_in(hypothesis))

    def branch(self, branch: Branch) -> Iterator[str]:
        """Yield the proof of one case: at every step where there are steps, gaps, terms, and the identity."""
        if self.steps:
            yield from self.at_a_step(branch, spelled(self.claim.left), spelled(self.claim.right))
        if branch.whole.has(sp.Min, sp.Max):
            raise NotPrintedError(f"{self.claim.key}: a least or a largest of several")
        yield from self.signs()
        gaps = dict.fromkeys((name, self.term(gap, atom=True)) for part in branch.parts for name, gap in part.gaps)
        asserted = [(name, f"assert (0 <= {text}) by ({self.fact(name)}).") for name, text in gaps]
        yield from (line for name, line in asserted if name != "plain")
        yield from self.rest(branch)
        yield from (line for name, line in asserted if name == "plain")
        products = [
            " * ".join(self.term(f, atom=True) for f in (p.weight, *(g for _, g in p.gaps))) for p in branch.parts
        ]
        yield from (f"assert (0 <= {product}) by product." for product in products)
        yield f"apply (by_gaps _ _ ({' + '.join(products) or '0'})); [measured; written; {self.chosen()}equal | sums]."

    def chosen(self) -> str:
        """Return the tactic that puts in what a letter is set to, where one is."""
        conclusion = conclusion_of(self.claim)
        return "chosen; " if conclusion is not None and conclusion.at else ""

    def at_a_step(self, branch: Branch, left: sp.Expr, right: sp.Expr) -> Iterator[str]:
        """Yield what takes the whole run apart: what is left to show holds at one step."""
        whole = next((symbol for symbol in TAILS if symbol in right.free_symbols and self.telescopes()), None)
        a = sp.simplify(sp.diff(right, whole)) if whole is not None else sp.Integer(0)
        if whole is not None and whole in a.free_symbols:
            raise NotPrintedError(f"{self.claim.key}: not linear in {whole}")
        k = (right.subs(whole, 0) + a * TAILS[whole]) if whole is not None else right
        constant = sum((p.weight * sp.Mul(*(g for _, g in p.gaps)) for p in branch.parts if not p.over), sp.Integer(0))
        if set(MEANS) & spelled(constant).free_symbols - {left}:
            raise NotPrintedError(f"{self.claim.key}: a mean beside its own")
        if left not in MEANS:
            raise NotPrintedError(f"{self.claim.key}: no mean")
        rule = "over_steps_fixed" if left == nt.least_norm else "over_steps"
        u = "h eps (N s)" if left == nt.mean_h else self.term(MEANS[left])
        u = f"({u})" if left == nt.least_norm else f"(fun s => {u})"
        A, K = (self.term(one, atom=True) for one in (a, k))
        yield f"apply Rle_trans with ({A} * (f (x O) - f (x T)) + {K}); [|right; written; equal]."
        yield f"apply ({rule} T (fun s => f (x s)) {u} {A}); [assumption | intros s Hs]."
        if left == nt.mean_h:
            yield "replace (h eps (N s)) with (N s * r s) by (symmetry; apply h_ratio)."

    def telescopes(self) -> bool:
        """Whether Delta is taken apart."""
        conclusion = conclusion_of(self.claim)
        return conclusion is not None and conclusion.telescopes == "x"

    def signs(self) -> Iterator[str]:
        """Yield the signs of the letters."""
        names = self.names()
        words = {word for s in self.symbols() if s in names for word in words_in(names[s])}
        for letter, sign in SIGNS.items():
            if (
                letter in words
                and (self.squashes or "alphagrad" not in sign)
                and (self.at or self.one or "{t}" not in sign)
            ):
                says, why = sign.replace("{t}", f" {self.at}" if self.at else "").split(": ")
                yield f"assert ({says}) by ({why})."
        if self.at == "t" and "T" in words_in(*taken_apart(self.claim).letters):
            yield "assert (t < T)%nat by (unfold T; lia)."
        if self.at:
            yield f"at_this_step {self.at}."

    def rest(self, branch: Branch) -> Iterator[str]:
        """Yield the case of g = 0 and eps = 0, in which nothing moves, where something is divided by N + eps."""
        formulas = [spelled(f) for p in branch.parts for f in (p.weight, *(g for _, g in p.gaps))]
        under = [power.base for f in formulas for power in f.atoms(sp.Pow) if power.exp.is_negative]
        if not any(nt.N in base.free_symbols and nt.eps in base.free_symbols for base in under):
            yield from ["clearbody r."] if self.squashes and (self.at or self.one) else []
        else:
            t = f" {self.at}" if self.at else ""
            zero = " /\\ ".join(f"{letter}{t} = 0" for letter in ("N", "r", "square", "inner"))
            yield f"assert (Hm : 0 < N{t} + eps \\/ ({zero})) by (apply moving; assumption)."
            yield "destruct Hm as [Hm|[Z1 [Z2 [Z3 Z4]]]]; [|at_rest]."

    def fact(self, name: str) -> str:
        """Return the tactic that closes the gap of a fact."""
        if name == "plain":
            return "nonnegative"
        if name == "case":
            return "gap case"
        if name in LINES:
            return f"gap ({LINES[name].format(t=self.at)})"
        if name not in self.claims:
            raise NotPrintedError(f"{self.claim.key}: {name} is not printed")
        own = {"t": self.at, "g": f"(g {self.at})" if self.at else "g"}
        given = " ".join(own.get(one, one) for one in in_order(taken_apart(self.claims[name]).objects))
        return f"gap ({file_of(name)}.checked {given})"


def name_of(line: str) -> str:
    """Return the name under which a proof has a hypothesis that is a line of the table."""
    return LINES[line].split()[0]


def in_order(objects: Mapping[str, str]) -> list[str]:
    """Return the objects of a statement in the order of its binders: kind by kind."""
    kinds = list(dict.fromkeys(objects.values()))
    return sorted(objects, key=lambda name: kinds.index(objects[name]))


def spelled(formula: sp.Expr) -> sp.Expr:
    """Write B, b and z out; M stays a letter."""
    for symbol in (nt.z, nt.b, nt.B):
        formula = formula.subs(symbol, nt.DEFINITIONS[symbol])
    return formula
