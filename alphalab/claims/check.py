"""What holding a claim against a case gives: an outcome, a margin and a tolerance for every row."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

OUTCOMES = ("holds", "violated", "not applicable")
RESOLUTION = 1e-6  # a margin is reported where rounding moves it by less than this


@dataclass(frozen=True, repr=False)
class Check:
    """The outcome of holding a claim against one case, row by row.

    outcome    "holds" | "violated" | "not applicable", (T, *batch); `because` is the reason for the last
    tolerance  the rounding error granted, (n + 16) ulp of the terms of both sides, one more for every step
    margin     (right - left)/right between positive sides: 1 is vacuous, 0 is attained, below 0 is a violation
    tightness  left/right, which is 1 - margin
    """

    outcome: np.ndarray
    left: np.ndarray
    right: np.ndarray
    tolerance: np.ndarray
    because: str = ""

    def __repr__(self) -> str:
        """How many rows have which outcome, and why some do not count; how near the bound is to fail."""
        counts = ", ".join(f"{self.count(outcome):,} {outcome}" for outcome in OUTCOMES if self.count(outcome))
        known = self.tightness[~np.isnan(self.tightness)]
        nearest = f"\n    greatest left/right  {known.max():.6g}" if known.size else ""
        because = f" ({self.because})" if self.because else ""
        return f"Check({counts or 'no row'}{because}{nearest})"

    @property
    def margin(self) -> np.ndarray:
        """(right - left)/max(|left|, |right|); NaN where the claim does not apply or rounding hides it."""
        with np.errstate(all="ignore"):
            size = np.maximum(np.abs(self.left), np.abs(self.right))
            ratio = np.where(np.isinf(self.right), 1.0, (self.right - self.left) / size)
            hidden = ~(self.tolerance <= RESOLUTION * size)
        return np.where((self.outcome == "not applicable") | hidden, np.nan, ratio)

    @property
    def tightness(self) -> np.ndarray:
        """1 - margin, that is left/right where both are positive."""
        return 1 - self.margin

    def count(self, outcome: str) -> int:
        """How many rows have this outcome."""
        return int(np.sum(self.outcome == outcome))
