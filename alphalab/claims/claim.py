"""What a claim is, and how it is known.

    Claim   a statement with a recorded verdict, and what decides it: proof, certificate, witness, trial
    Bound   a claim of the form left <= right: two sympy formulas in the letters of `notation`

Kinds of knowing are never mixed: proved (symbolic steps, all parameters; the words that join the steps are read by
people), certified (outward-rounded intervals), checked (N instances, worst margin), refuted (a witness in exact
arithmetic).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np
import sympy as sp

from alphalab.claims.case import Case, NotApplicableError, trajectory_case
from alphalab.claims.check import Check
from alphalab.claims.notation import Formula, Quantity, evaluate, magnitude, meanings
from alphalab.claims.proof import Proof, Witness
from alphalab.claims.space import Space
from alphalab.optimizers import Optimizer
from alphalab.problems.problem import Problem
from alphalab.simulation import Trajectory

VERDICTS = ("true", "corrected", "false")


@dataclass(frozen=True)
class Assumption:
    """A sentence, and a predicate on a case.

    `broken` returns None where it holds, the reason where it does not, or, for an assumption that some rows of
    a case meet and others do not, an array that is True where it is broken, broadcastable to (T, *batch).
    `rate` is the learning rate that it prescribes, where it prescribes one, and `decay` by what factor that falls
    at every step, so that a search can meet it. `gives` names the hypotheses that it hands to a proof, and `sets` the
    letters that it fixes, (letter, formula): the only ones that a proof may write out.
    """

    sentence: str
    broken: Callable[[Case], str | np.ndarray | None]
    rate: Formula | None = None
    decay: Formula | None = None
    gives: tuple[str, ...] = ()
    sets: tuple[tuple[sp.Symbol, Formula], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A claim against one case or trial: how many instances hold or not, the worst margin, the best tightness."""

    case: str
    instances: int
    violations: int
    worst_margin: float | None = None
    best_tightness: float | None = None
    not_applicable: str = ""

    @property
    def margin(self) -> float | None:
        """The worst margin as it is shown."""
        return shown_margin(self.worst_margin, self.violations)


def shown_margin(worst: float | None, violations: int) -> float | None:
    """Return a worst margin, or 0 where it is below 0 and nothing is violated: within the rounding error granted."""
    return worst if worst is None or violations else max(worst, 0.0)


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A statement, its recorded verdict, and what decides it.

    verdict      "true" | "corrected" (as it stands false, true as `correction` says) | "false"
    statement    LaTeX;   assumes  what it needs;   remark  what is sharper, or what to look out for
    proof        makes the proof of the claim or, where it is corrected, of the correction
    certificate  the name of an interval certificate in `certificates`, re-checked by `verify`
    witness      makes the exact counterexample to the claim as it stands
    trial        yields findings of executable checks that are no bound on a case (a law of floats, a count)
    space        for a claim that is no bound on cases: where a search may look for what breaks it
    """

    key: str
    title: str
    source: str
    verdict: str = "true"
    statement: str = ""
    assumes: tuple[Assumption, ...] = ()
    proof: Callable[[], Proof] | None = None
    certificate: str | None = None
    witness: Callable[[], Witness] | None = None
    trial: Callable[[], Iterable[Finding]] | None = None
    space: Space | None = None
    correction: str = ""
    remark: str = ""

    @property
    def name(self) -> str:
        """The registry name: the key."""
        return self.key

    def letters(self) -> dict[str, str]:
        """LaTeX -> meaning of every letter in the statement, where it is made of formulas."""
        return {}

    def findings(self, case: Case) -> Finding | None:
        """Hold the claim against a case; None for a claim that says nothing about cases."""
        return None

    def own_cases(self) -> Iterator[Case]:
        """Yield cases that only this claim needs, beyond the evidence that all claims meet."""
        yield from ()


@dataclass(frozen=True, kw_only=True)
class Bound(Claim):
    """`left <= right`, the same formulas printed and evaluated.

    quantities  letters beyond those of `notation` that this bound brings itself
    tight   makes a case on whose last row, of those the bound applies to, it is attained (left/right -> 1); a bound
            that has one is refuted as soon as it is lowered by 1 %
    cases   yields cases that the shared evidence does not contain (another optimizer, say)
    hence   LaTeX: what follows of whole runs, by the words of the proof
    """

    left: Formula = field(default=sp.Integer(0))
    right: Formula = field(default=sp.Integer(0))
    quantities: tuple[Quantity, ...] = ()
    tight: Callable[[], Case] | None = None
    cases: Callable[[], Iterable[Case]] | None = None
    hence: str = ""

    def __post_init__(self) -> None:
        """Write the statement from the formulas."""
        hence = rf"; \quad {self.hence}" if self.hence else ""
        object.__setattr__(self, "statement", rf"{sp.latex(self.left)} \le {sp.latex(self.right)}{hence}")

    def letters(self) -> dict[str, str]:
        """LaTeX -> meaning of every letter in the statement."""
        return meanings((self.left, self.right), self.quantities)

    def own_cases(self) -> Iterator[Case]:
        """Yield the cases that only this claim needs."""
        yield from self.cases() if self.cases else ()

    def check(self, case: Case) -> Check:
        """Hold the claim against every row of a case; what does not apply says why, and never raises."""
        try:
            apart = self._apart(case)
            left, right = self.sides(case)
            tolerance = self._tolerance(case)
        except NotApplicableError as reason:
            nothing = np.full(case.gradient_norm.shape, np.nan)
            return Check(np.full(case.gradient_norm.shape, "not applicable"), nothing, nothing, nothing, str(reason))
        known = case.sound & ~np.isnan(left) & ~np.isnan(right) & (np.isfinite(tolerance) | np.isposinf(right))
        with np.errstate(all="ignore"):
            outcome = np.where((left <= right) | (left <= right + tolerance), "holds", "violated")
        because = "an assumption fails" if np.any(apart) else case.unsound
        return Check(np.where(known & ~apart, outcome, "not applicable"), left, right, tolerance, because)

    def sides(self, case: Case) -> tuple[np.ndarray, np.ndarray]:
        """Return (left, right) on every row of a case; raises NotApplicableError where a letter is not known."""
        return evaluate(self.left, case, self.quantities), evaluate(self.right, case, self.quantities)

    def check_run(self, optimizer: Optimizer, problem: Problem, run: Trajectory) -> Check:
        """Hold the claim against every prefix of a run; see `case.OBSERVED` for what it must have observed."""
        return self.check(trajectory_case(optimizer, problem, run))

    def findings(self, case: Case) -> Finding:
        """Condense a check to one line."""
        check = self.check(case)
        violations = check.count("violated")
        known = check.tightness[~np.isnan(check.tightness)]
        best = float(known.max()) if known.size else None
        return Finding(
            case=case.label,
            instances=check.count("holds") + violations,
            violations=violations,
            worst_margin=None if best is None else 1 - best,
            best_tightness=best,
            not_applicable=check.because,
        )

    def _apart(self, case: Case) -> np.ndarray:
        """Where some assumption fails; raises NotApplicableError where one fails for the whole case."""
        apart = np.zeros(case.gradient_norm.shape, dtype=bool)
        for assumption in self.assumes:
            broken = assumption.broken(case)
            if isinstance(broken, str):
                raise NotApplicableError(broken)
            if broken is not None:
                apart = apart | broken
        return apart

    def _tolerance(self, case: Case) -> np.ndarray:
        """(n + 16 + T) ulp of both sides, every difference in them taken as a sum; T for the sums over the run."""
        rough = replace(case, magnitude=True)
        sides = [evaluate(magnitude(side), rough, self.quantities) for side in (self.left, self.right)]
        with np.errstate(all="ignore"):
            return case.tolerances * np.sum(np.abs(sides), axis=0)
