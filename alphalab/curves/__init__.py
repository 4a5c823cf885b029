"""Floor 2, what trainings left behind: tables of learning curves, and what is said of several seeds.

table        Results: one CSV per task
statistics   interquartile means, their intervals, differences paired by seed

NumPy and scipy alone: figures are redrawn and claims are read from the tables without torch.
"""

from __future__ import annotations

from alphalab.curves.statistics import Estimate, best_rate, curves, estimate, finals, iqm, means, paired, reported
from alphalab.curves.table import Results, read, table, tables

__all__ = [
    "Estimate",
    "Results",
    "best_rate",
    "curves",
    "estimate",
    "finals",
    "iqm",
    "means",
    "paired",
    "read",
    "reported",
    "table",
    "tables",
]
