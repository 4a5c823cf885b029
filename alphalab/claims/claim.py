"""What a claim is, and how it is known.

    Claim   a statement with a recorded verdict, and what decides it: proof, certificate, witness, trial
    Bound   a claim of the form left <= right: two sympy formulas in the letters of `notation`
    Check   what holding a bound to a case gives: an outcome, a margin and a tolerance for every row

Kinds of knowing are never mixed: proved (symbolic steps, all parameters; the words that join the steps are read by
people), certified (outward-rounded intervals), checked (N instances, worst margin), refuted (a witness in exact
arithmetic), measured (trainings that were run, with intervals over their seeds).
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

from alphalab.claims.case import Case, NotApplicableError, gradient_case, trajectory_case
from alphalab.claims.measured import Difference
from alphalab.claims.notation import (
    BY_SYMBOL,
    Formula,
    Quantity,
    eta,
    evaluate,
    expand,
    magnitude,
    meanings,
    symbols_of,
)
from alphalab.claims.shared import Shared
from alphalab.claims.space import Space
from alphalab.claims.typeset import text
from alphalab.optimizers import Optimizer
from alphalab.problems.problem import Problem
from alphalab.simulation import Trajectory

if TYPE_CHECKING:
    from alphalab.claims.proof import Proof, Witness
    from alphalab.style import Figure


@functools.cache
def _stationary(right: Formula) -> Formula:
    """Return the positive eta at which the derivative of a right side vanishes."""
    found = sp.solve(sp.diff(expand(right), eta), eta)
    if len(found) != 1:
        raise ValueError(f"the right side is least at no one eta: {sp.latex(right)}")
    return found[0]


VERDICTS = ("true", "corrected", "false", "open")


@dataclass(frozen=True)
class Assumption(Shared):
    """A sentence, and a predicate on a case.

    `broken` returns None where it holds, the reason where it does not, or, for an assumption that some rows of
    a case meet and others do not, an array that is True where it is broken, broadcastable to (T, *batch).
    `rate` is the learning rate that it prescribes, where it prescribes one, and `decay` by what factor that falls
    at every step, so that a search can meet it. `gives` names the hypotheses that it hands to a proof, and `sets` the
    letters that it fixes, (letter, formula): the only ones that a proof may write out.

    >>> import alphalab as al
    >>> big = al.Assumption("the gradient is no shorter than 1", lambda case: case.gradient_norm < 1)
    >>> from alphalab.claims import gradient_case
    >>> big.broken(gradient_case(al.AlphaGrad(), [[3.0, 4.0], [0.1, 0.0]]))
    array([[False,  True]])
    """

    sentence: str
    broken: Callable[[Case], str | np.ndarray | None]
    rate: Formula | None = None
    decay: Formula | None = None
    gives: tuple[str, ...] = ()
    sets: tuple[tuple[sp.Symbol, Formula], ...] = ()


OUTCOMES = ("holds", "violated", "not applicable")
REMEDY = "al.check(problem) tests the gradient and the constants of a problem of your own"
RESOLUTION = 1e-6  # a margin is reported where rounding moves it by less than this


@dataclass(frozen=True, repr=False)
class Check:
    """The outcome of holding a claim against one case, row by row, (T, *batch).

    applies    where the claim speaks of a row and all that it needs is known; `because` is why elsewhere it does not
    broken     where it is violated
    tolerance  the rounding error granted, (n + 16) ulp of the terms of both sides, one more for every step
    margin     (right - left)/right between positive sides: 1 is vacuous, 0 is attained, below 0 is a violation
    tightness  left/right, which is 1 - margin
    estimated  the constants among those that it rests on that were estimated, not given
    """

    applies: np.ndarray
    broken: np.ndarray
    left: np.ndarray
    right: np.ndarray
    tolerance: np.ndarray
    because: str = ""
    estimated: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """How many rows have which outcome, and why some do not count; how near the bound is to fail."""
        counts = ", ".join(f"{self.count(outcome):,} {outcome}" for outcome in OUTCOMES if self.count(outcome))
        nearest = "" if self.nearest is None else f"\n    greatest left/right  {self.nearest:.6g}"
        because = f" ({text(self.because, ascii_only=True)})" if self.because else ""
        rests = f"\n    rests on estimated  {', '.join(self.estimated)}" if self.estimated else ""
        remedy = f"\n    {REMEDY}" if self.count("violated") else ""
        return f"Check({counts or 'no row'}{because}{nearest}{rests}{remedy})"

    def plot(self) -> Figure:
        """Return both sides over the rows: measured or bounded, the left solid, the right dashed.

        What is violated is marked, and so is where the claim starts or stops to apply. Of many runs the first few.
        """
        from alphalab.claims.comparison_figure import check_figure

        return check_figure(self)

    @property
    def outcome(self) -> np.ndarray:
        """Each of OUTCOMES where it is that."""
        return np.where(self.applies, np.where(self.broken, "violated", "holds"), "not applicable")

    @functools.cached_property
    def margin(self) -> np.ndarray:
        """(right - left)/max(|left|, |right|); NaN where the claim does not apply or rounding hides it."""
        with np.errstate(all="ignore"):
            size = np.maximum(np.abs(self.left), np.abs(self.right))
            ratio = np.where(np.isinf(self.right), 1.0, (self.right - self.left) / size)
            return np.where(self.applies & (self.tolerance <= RESOLUTION * size), ratio, np.nan)

    @property
    def tightness(self) -> np.ndarray:
        """1 - margin, that is left/right where both are positive."""
        return 1 - self.margin

    @property
    def nearest(self) -> float | None:
        """The greatest tightness, None where no row has one."""
        least = np.fmin.reduce(self.margin, axis=None, initial=np.nan)
        return None if np.isnan(least) else 1 - float(least)

    def count(self, outcome: str) -> int:
        """How many rows have this outcome."""
        rows = {"holds": self.applies & ~self.broken, "violated": self.broken, "not applicable": ~self.applies}
        return int(np.count_nonzero(rows[outcome]))


class Margin:
    """What tells how near the instances of a claim came to break it."""

    worst_margin: float | None
    violations: int

    @property
    def margin(self) -> float | None:
        """The worst margin as it is shown: 0 where it is below 0 and nothing violated, within the error granted."""
        return self.worst_margin if self.worst_margin is None or self.violations else max(self.worst_margin, 0.0)


@dataclass(frozen=True, kw_only=True)
class Finding(Margin):
    """A claim against one case or trial: how many instances hold or not, the worst margin, the best tightness.

    `estimated` names the constants that it rests on and that are only what samples showed.
    """

    case: str
    instances: int
    violations: int
    worst_margin: float | None = None
    best_tightness: float | None = None
    not_applicable: str = ""
    estimated: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, repr=False)
class Claim(Shared):
    """A statement, its recorded verdict, and what decides it.

    verdict      "true" | "corrected" (as it stands false, true as `correction` says) | "false"
                 | "open" (about trainings, and those that were run do not refute it)
                 | "undecided" (one of your own that has no proof yet)
    statement    LaTeX;   assumes  what it needs;   remark  what is sharper, or what to look out for
    proof        makes the proof of the claim or, where it is corrected, of the correction
    certificate  the name of an interval certificate in `certificates`, re-checked by `verify`
    witness      makes the exact counterexample to the claim as it stands
    trial        yields findings of executable checks that are no bound on a case (a law of floats, a count)
    measured     yields the differences of trainings that were run of which the claim says something
    space        for a claim that is no bound on cases: where a search may look for what breaks it

    >>> import alphalab as al
    >>> one = al.claim("ex-2")
    >>> one.verdict, isinstance(one, al.Bound), one.name
    ('corrected', False, 'ex-2')
    >>> one.correction
    'the numbers are right; the 2-norm is 0.902 (the 1-norm is 1); linear within 1 % is |g^_i| <= 0.00115'
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
    measured: Callable[[], Iterable[Difference]] | None = None
    space: Space | None = None
    correction: str = ""
    remark: str = ""

    def __post_init__(self) -> None:
        """Check the verdict and the assumptions."""
        if self.verdict not in (known := (*VERDICTS, "undecided")):
            raise ValueError(f"{self.key}: verdict must be one of {', '.join(known)}, got {self.verdict!r}")
        if not isinstance(self.assumes, tuple) or not all(isinstance(one, Assumption) for one in self.assumes):
            raise ValueError(f"{self.key}: assumes must be a tuple of assumptions, got {self.assumes!r}")

    @property
    def name(self) -> str:
        """The registry name: the key."""
        return self.key

    def __repr__(self) -> str:
        """Key, verdict and title; the statement; what is assumed."""
        said, *assumed = (text(s, ascii_only=True) for s in (self.statement, *(one.sentence for one in self.assumes)))
        return (
            f"{type(self).__name__}({self.key}, {self.verdict}: {self.title}\n"
            f"    says     {said}\n"
            f"    assumes  {'; '.join(assumed) or 'nothing'})"
        )

    def _repr_latex_(self) -> str:
        """The statement, as a notebook shows it."""
        return rf"$\displaystyle {self.statement}$"

    def letters(self) -> dict[str, str]:
        """LaTeX -> meaning of every letter in the statement, where it is made of formulas."""
        return {}

    def findings(self, case: Case) -> Finding | None:
        """Hold the claim against a case; None for a claim that says nothing about cases."""
        return None


@dataclass(frozen=True, kw_only=True, repr=False)
class Bound(Claim):
    """A claim `left <= right`, the same formulas printed and evaluated.

    quantities  letters beyond those of `notation` that this bound brings itself
    tight   makes a case on whose last row, of those the bound applies to, it is attained (left/right -> 1); a bound
            that has one is refuted as soon as it is lowered by 1 %
    cases   yields cases that the shared evidence does not contain (another optimizer, say)
    hence   LaTeX: what follows of whole runs, by the words of the proof

    >>> import alphalab as al
    >>> mine = al.Bound(key="mine", title="", source="", left=al.letters.square, right=al.letters.alpha**2)
    >>> list(mine.letters().values())
    ['steepness', "squared direction ||g'_t||^2"]
    >>> from alphalab.claims import gradient_case
    >>> case = gradient_case(al.AlphaGrad(alpha=2.0), [[3.0, -4.0], [1e-9, 0.0]])
    >>> left, right = mine.sides(case)
    >>> left.round(3), right
    (array([[1.544, 0.032]]), array([[4., 4.]]))
    >>> mine.name, mine.check(case).outcome.tolist(), mine.findings(case).violations, list(mine.own_cases())
    ('mine', [['holds', 'holds']], 0, [])
    """

    left: Formula = field(default=sp.Integer(0))
    right: Formula = field(default=sp.Integer(0))
    quantities: tuple[Quantity, ...] = ()
    tight: Callable[[], Case] | None = None
    cases: Callable[[], Iterable[Case]] | None = None
    hence: str = ""

    def __post_init__(self) -> None:
        """Write the statement from the formulas, whose letters must be known."""
        super().__post_init__()
        for name in ("left", "right"):
            side = getattr(self, name)
            side = sp.sympify(side) if isinstance(side, int | float) else side
            if not isinstance(side, sp.Expr):
                raise ValueError(f"{self.key}: {name} must be a formula in the letters of al.letters, got {side!r}")
            for symbol in symbols_of(side):
                if symbol not in BY_SYMBOL and symbol not in (one.symbol for one in self.quantities):
                    raise ValueError(
                        f"{self.key}: {symbol.name!r} is no letter of al.letters and none of its quantities"
                    )
            object.__setattr__(self, name, side)
        hence = rf"; \quad {self.hence}" if self.hence else ""
        object.__setattr__(self, "statement", rf"{sp.latex(self.left)} \le {sp.latex(self.right)}{hence}")

    def letters(self) -> dict[str, str]:
        """LaTeX -> meaning of every letter in the statement."""
        return meanings((self.left, self.right), self.quantities)

    def own_cases(self) -> Iterator[Case]:
        """Yield the cases that only this claim needs, the last the one that attains it where there is one."""
        yield from self.cases() if self.cases else ()
        yield from [self.tight()] if self.tight else ()

    def check(self, case: Case) -> Check:
        """Hold the claim against every row of a case; what does not apply says why, and never raises.

        Granted are (n + 16 + T) ulp of both sides, every difference in them taken as a sum; T for sums over the run.
        """
        try:
            apart, failing = self._apart(case)
            left, right = self.sides(case)
            rough = [evaluate(magnitude(side), case.rough, self.quantities) for side in (self.left, self.right)]
        except NotApplicableError as reason:
            no, nothing = np.zeros(case.gradient_norm.shape, dtype=bool), np.full(case.gradient_norm.shape, np.nan)
            return Check(no, no, nothing, nothing, nothing, str(reason))
        with np.errstate(all="ignore"):
            tolerance = case.tolerances * (np.abs(rough[0]) + np.abs(rough[1]))
            holds = (left <= right) | (left <= right + tolerance)
        known = ~np.isnan(left) & ~np.isnan(right) & (np.isfinite(tolerance) | np.isposinf(right))
        applies = case.sound & known & ~apart
        because = f"an assumption fails: {' and '.join(failing)}" if failing else case.unsound
        estimated = self._estimated(case) if case.constants.estimated else ()
        return Check(applies, applies & ~holds, left, right, tolerance, because, estimated)

    def sides(self, case: Case) -> tuple[np.ndarray, np.ndarray]:
        """Return (left, right) on every row of a case; raises NotApplicableError where a letter is not known."""
        return evaluate(self.left, case, self.quantities), evaluate(self.right, case, self.quantities)

    def check_run(self, optimizer: Optimizer, problem: Problem, run: Trajectory) -> Check:
        """Hold the claim against every prefix of a run, up to where it stopped.

        Raises ValueError for a run of another optimizer or problem, and for one that did not observe `case.NEEDED`.
        What else the claim needs and the run did not observe is the reason why it does not apply.

        >>> import numpy as np
        >>> import alphalab as al
        >>> method, subject = al.AlphaGrad(learning_rate=0.1), al.problem("quadratic")
        >>> seen = ("value", "gradient_norm", "alignment", "direction_sq", "distance")
        >>> run = al.simulate(method, subject, subject.start(), 20, observe=seen)
        >>> al.claim("thm-1").check_run(method, subject, run).count("holds")
        20
        """
        return self.check(trajectory_case(optimizer, problem, run))

    def check_gradients(self, optimizer: Optimizer, gradients: Any) -> Check:
        """Hold the claim against one step at each of the gradients, (*batch, n).

        >>> import alphalab as al
        >>> al.claim("lemma-1").check_gradients(al.AlphaGrad(alpha=2.0), [[3.0, -4.0], [1e-9, 0.0]]).count("holds")
        2
        """
        return self.check(gradient_case(optimizer, gradients))

    def best_learning_rate(self, case: Case) -> np.ndarray:
        """Return the learning rate at which the right side is least for T = 1, 2, ..., (T, *batch); eta is none of it.

        It is where the derivative vanishes, the other letters held fixed: the choice of the paper's proofs. Raises
        ValueError where the derivative does not vanish at exactly one eta.

        >>> import alphalab as al
        >>> from alphalab.claims import trajectory_case
        >>> method, bowl = al.AlphaGrad(alpha=2.0), al.problem("quadratic")
        >>> seen = ("value", "gradient_norm", "alignment", "direction_sq")
        >>> run = al.simulate(method, bowl, bowl.start(), 100, observe=seen)
        >>> best = al.claim("thm-2").best_learning_rate(trajectory_case(method, bowl, run))
        >>> best[[0, 99]].round(4)
        array([0.3144, 0.0314])
        """
        return evaluate(_stationary(self.right), case, self.quantities)

    def findings(self, case: Case) -> Finding:
        """Condense a check to one line."""
        check = self.check(case)
        best = check.nearest
        return Finding(
            case=case.label,
            instances=int(np.count_nonzero(check.applies)),
            violations=int(np.count_nonzero(check.broken)),
            worst_margin=None if best is None else 1 - best,
            best_tightness=best,
            not_applicable=check.because,
            estimated=check.estimated,
        )

    def _estimated(self, case: Case) -> tuple[str, ...]:
        """Return the estimated constants of a case without one of which the claim would not apply to it."""
        constants = case.constants
        without = {name: replace(case, constants=constants.without(name)) for name in constants.estimated}
        return tuple(name for name, lesser in without.items() if not self._knows(lesser))

    def _knows(self, case: Case) -> bool:
        """Whether every constant that the claim needs is known."""
        try:
            self._apart(case)
            self.sides(case)
        except NotApplicableError:
            return False
        return True

    def _apart(self, case: Case) -> tuple[np.ndarray, list[str]]:
        """Where some assumption fails, and which; raises NotApplicableError where one fails for the whole case."""
        apart = np.zeros(case.gradient_norm.shape, dtype=bool)
        failing = []
        for assumption in self.assumes:
            broken = assumption.broken(case)
            if isinstance(broken, str):
                raise NotApplicableError(broken)
            if broken is not None:
                apart = apart | broken
                failing += [assumption.sentence] if np.any(broken) else []
        return apart, failing
