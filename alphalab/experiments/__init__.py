"""Floor 4: what can be seen. compute() -> a table of numbers, draw(table) -> a figure; one file per figure.

experiment    what every experiment is          catalogue   EXPERIMENTS and experiment(key)
table         the numbers as one CSV file       store       write, redraw, load: files appear whole or not at all
digits        rounded and thinned columns        race        every method tuned, and what it cost
style         the one look of all figures       bounds      a claim's two sides over T and over alpha
report        index.html and README.md          page        its HTML pieces, page.html its frame
theorem_1, theorem_2                            one figure each

matplotlib is imported where something is drawn, never by importing this floor.
"""

from alphalab.experiments.catalogue import EXPERIMENTS, experiment
from alphalab.experiments.experiment import Data, Experiment
from alphalab.experiments.report import write_index
from alphalab.experiments.store import load, redraw, write

__all__ = ["EXPERIMENTS", "Data", "Experiment", "experiment", "load", "redraw", "write", "write_index"]
