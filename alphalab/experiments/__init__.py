"""Floor 4: what can be seen. compute() -> a table of numbers, draw(table) -> a figure; one file per figure.

experiment    what every experiment is          catalogue     EXPERIMENTS and experiment(key)
table         the numbers as one CSV file       columns       spread over grids, which cells hang on the last bit
store         write, redraw, load: files appear whole or not at all
check         computed again and compared       environment   what the numbers were made with
bounds        a claim's two sides over T, alpha race          every method tuned, and its cost
page          a formula, a sentence as SVG      report        index.html, README.md: templates/
claim_pages   a page for each claim
explorer/     explorer.html, the page to play with
theorem_1, theorem_2, ...   one figure each; their one look is `alphalab.style`

matplotlib is imported where something is drawn, never by importing this floor.
"""

from alphalab.experiments.catalogue import EXPERIMENTS, experiment
from alphalab.experiments.check import Check, check
from alphalab.experiments.claim_pages import write_claims
from alphalab.experiments.columns import Data
from alphalab.experiments.experiment import Experiment, render, run
from alphalab.experiments.report import write_index
from alphalab.experiments.store import load, redraw, write

__all__ = [
    "EXPERIMENTS",
    "Check",
    "Data",
    "Experiment",
    "check",
    "experiment",
    "load",
    "redraw",
    "render",
    "run",
    "write",
    "write_claims",
    "write_index",
]
