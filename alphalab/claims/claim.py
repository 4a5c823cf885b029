"""A claim: `left <= right`, under assumptions, with its proof, its recorded verdict, and how it is checked.

Four kinds of knowing are never mixed: proved (symbolic, all parameters), certified (interval arithmetic),
checked (N instances, worst margin), refuted (a witness).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import sympy as sp

from alphalab.claims.case import Case, NotApplicableError, trajectory_case
from alphalab.claims.notation import Formula, evaluate, meanings
from alphalab.claims.proof import Proof
from alphalab.optimizers import Optimizer
from alphalab.problems.problem import Problem
from alphalab.simulation import Trajectory


@dataclass(frozen=True)
class Assumption:
    """A sentence, and a predicate on a case: None where it holds, else the reason why it does not."""

    sentence: str
    broken: Callable[[Case], str | None]


@dataclass(frozen=True)
class Check:
    """The outcome of holding a claim against one case, row by row.

    outcome    "holds" | "violated" | "not applicable", (T, *batch); `because` is the reason for the last
    margin     (right - left)/right: 1 is vacuous, 0 is attained, below 0 is a violation
    tightness  left/right;     tolerance: the rounding error granted, relative to right
    """

    outcome: np.ndarray
    left: np.ndarray
    right: np.ndarray
    tolerance: np.ndarray
    because: str = ""

    @property
    def margin(self) -> np.ndarray:
        """(right - left)/right; NaN where the claim does not apply."""
        return 1 - self.tightness

    @property
    def tightness(self) -> np.ndarray:
        """Left/right, 0 for an infinite or doubly vanishing bound; NaN where the claim does not apply."""
        with np.errstate(all="ignore"):
            ratio = np.where(self.left == self.right, 1.0, self.left / self.right)
        trivial = np.isinf(self.right) | ((self.left == 0) & (self.right == 0))
        return np.where(self.outcome == "not applicable", np.nan, np.where(trivial, 0.0, ratio))

    def count(self, outcome: str) -> int:
        """How many rows have this outcome."""
        return int(np.sum(self.outcome == outcome))


@dataclass(frozen=True, kw_only=True)
class Claim:
    """`left <= right`, two sympy formulas in the letters of `notation`; the same ones are printed and evaluated."""

    key: str
    title: str
    source: str
    left: Formula
    right: Formula
    assumes: tuple[Assumption, ...]
    proof: Callable[[], Proof]
    verdict: str = "true"
    remark: str = ""

    @property
    def name(self) -> str:
        """The registry name: the key."""
        return self.key

    @property
    def statement(self) -> str:
        """LaTeX of left <= right, from the expressions that are evaluated."""
        return f"{sp.latex(self.left)} \\le {sp.latex(self.right)}"

    def letters(self) -> dict[str, str]:
        """LaTeX -> meaning of every letter in the statement."""
        return meanings((self.left, self.right))

    def check(self, case: Case) -> Check:
        """Hold the claim against every row of a case; what does not apply says why, and never raises."""
        try:
            for assumption in self.assumes:
                reason = assumption.broken(case)
                if reason:
                    raise NotApplicableError(reason)
            left, right = evaluate(self.left, case), evaluate(self.right, case)
            tolerance = self._tolerance(case, right)
        except NotApplicableError as reason:
            nothing = np.full(case.N.shape, np.nan)
            return Check(np.full(case.N.shape, "not applicable"), nothing, nothing, nothing, str(reason))
        with np.errstate(all="ignore"):
            holds = left <= right + tolerance * np.abs(right)
        usable = np.broadcast_to(case.sound, holds.shape) & ~np.isnan(left) & ~np.isnan(right)
        outcome = np.where(usable, np.where(holds, "holds", "violated"), "not applicable")
        because = "" if usable.all() else "the run diverged"
        return Check(outcome, left, right, tolerance, because)

    def check_run(self, optimizer: Optimizer, problem: Problem, run: Trajectory) -> Check:
        """Hold the claim against every prefix of a run; see `case.OBSERVED` for what it must have observed."""
        return self.check(trajectory_case(optimizer, problem, run))

    def _tolerance(self, case: Case, right: np.ndarray) -> np.ndarray:
        """(n + 16) ulp, relative to the bound with every difference of values taken as a sum."""
        rough = replace(case, magnitude=True)
        size = np.abs(evaluate(self.left, rough)) + np.abs(evaluate(self.right, rough))
        with np.errstate(all="ignore"):
            relative = np.where(np.isfinite(size) & (right != 0), size / np.abs(right), 1.0)
        return case.tolerance * np.maximum(relative, 1.0)


def given(*names: str) -> Assumption:
    """The problem gives these constants."""

    def broken(case: Case) -> str | None:
        missing = [name for name in names if getattr(case.constants, name) is None]
        return f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} not given" if missing else None

    return Assumption(f"{', '.join(names)} known", broken)


def convex(case: Case) -> str | None:
    """f is convex."""
    known = case.constants.convex
    return None if known else ("convexity is not given" if known is None else "f is not convex")


def is_instance(kind: type[Any], words: str) -> Assumption:
    """The optimizer is of this kind (not a wrapper around one)."""
    return Assumption(
        words, lambda case: None if type(case.optimizer) is kind else f"the method is {case.optimizer.name}"
    )
