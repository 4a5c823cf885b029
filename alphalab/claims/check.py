"""What holding a claim against a case gives: an outcome, a margin and a tolerance for every row."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from alphalab.style import Figure

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
        because = f" ({self.because})" if self.because else ""
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
