r"""Bounds on expectations, held against independent runs: a stated chance of error instead of a rounding error.

    E left <= right     violated where mean - z se > right, holds where mean + z se <= right, else undecided: more runs

The runs lie on the last axis of a case; its maker declares how many ("runs"). What is averaged is bounded, N moves by
at most L eta sqrt M a step: its standard error exists, whatever the noise is. Judged are the rows T = 1, 2, 4, 8, ...;
z = 6: true bounds read "violated" on one of ROWS rows with a chance of 1e-6 at most.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from alphalab.claims.case import Case
from alphalab.claims.claim import Bound, Check

Z, ROWS = 6.0, 1000  # of a normal variable P(> 6) = 9.9e-10
UNDECIDED = "undecided: more runs"


@dataclass(frozen=True, kw_only=True, repr=False)
class Expected(Bound):
    """A bound whose left side is an expectation over the runs of a case."""

    def check(self, case: Case) -> Check:
        """Hold the claim against the mean over the runs, (T, *batch) without the last axis."""
        each = super().check(case)
        if "runs" not in case.declared or not np.any(each.applies):
            return each
        steps = np.arange(1, case.steps + 1)
        rows = ((steps & (steps - 1)) == 0).reshape(-1, *([1] * (each.left.ndim - 2)))
        left, right, tolerance = (np.mean(side, axis=-1) for side in (each.left, each.right, each.tolerance))
        error = Z * np.std(each.left - each.right, axis=-1, ddof=1) / np.sqrt(case.gradient_norm.shape[-1])
        applies = np.all(each.applies, axis=-1) & rows
        above, below = left - error > right + tolerance, left + error <= right + tolerance
        because = each.because or (UNDECIDED if np.any(applies & ~above & ~below) else "")
        return Check(applies & (above | below), applies & above, left, right, tolerance, because, each.estimated)
