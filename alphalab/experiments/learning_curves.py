r"""Figure: learning curves of the training tasks, with what the paper shows beside them.

    interquartile mean over seeds at every point of the curve,     95 % interval by the bootstrap over seeds

The numbers are read from the tables of `alphalab train` that come with the package; nothing is trained here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from alphalab import style
from alphalab.curves import Results, best_rate, curves, finals, tables
from alphalab.curves.statistics import estimates
from alphalab.experiments.columns import Data, spread, stacked, where
from alphalab.experiments.experiment import Experiment
from alphalab.experiments.learning_rates import adam_first, short

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLUMNS = {
    "task": "what is trained; the horizon is a column of its own",
    "horizon": "steps of every run, in the unit of the task",
    "panel": "what is measured",
    "optimizer": "the optimizer, as `alphalab train` reads it",
    "eta": "learning rate: that chosen for this optimizer, or the only one tried",
    "step": "steps done",
    "mean": "interquartile mean over the seeds; NaN where a run was stopped or nothing is known yet",
    "low": "lower end of its 95 % interval",
    "high": "upper end",
}
PANELS = {  # those of the paper, and for the supervised tasks the two losses
    "cartpole-dqn": ("return", "td_loss", "q_value"),
    "halfcheetah-ppo": ("return", "explained_variance", "kl", "entropy"),
    "hopper-td3": ("return", "length", "q_value", "actor_loss"),
}
SUPERVISED = ("training_loss", "test_loss")
MOST = 5  # optimizers shown of a task
LOGARITHMIC = ("td_loss", "training_loss", "test_loss", "kl")


def compute(quick: bool) -> Data:
    """Return the curves; `quick` makes no difference, for nothing is trained. Its columns are COLUMNS."""
    return stacked(part for found in tables() for part in _parts(found, found.horizons[-1]))


def _parts(found: Results, horizon: int) -> Iterator[Data]:
    """Yield the curves of a task at a horizon, one for each panel and setting that is shown."""
    task = found.about["task"]
    scores = finals(found, found.about["score"], horizon)
    names = adam_first(name for name, _ in scores)
    best = [(name, best_rate(found, name, horizon)) for name in names]
    shown = list(scores) if len(scores) <= MOST else best[:MOST]
    for panel in PANELS.get(task, SUPERVISED):
        along = curves(found, panel, horizon)
        for name, eta in shown:
            steps = sorted(along[name, eta])
            mean, low, high = estimates(np.asarray([along[name, eta][step] for step in steps]))
            known = {"task": task, "horizon": horizon, "panel": panel, "optimizer": name, "eta": eta}
            yield spread(COLUMNS, **known, step=steps, mean=mean, low=low, high=high)


def draw(data: Data) -> Figure:
    """Return the figure: a row for each task, a panel for each thing measured."""
    tasks = list(dict.fromkeys(data["task"].tolist()))
    across = max(len(PANELS.get(task, SUPERVISED)) for task in tasks)
    figure = style.figure(style.WIDTH * 1.5, 2.6 * len(tasks))
    rows = figure.subfigures(len(tasks), 1, squeeze=False)[:, 0]
    for task, row in zip(tasks, rows, strict=True):
        of = where(data, data["task"] == task)
        row.suptitle(f"{task}, {of['horizon'][0]:,} steps", x=0.01, ha="left", fontsize="medium")
        for place, panel in enumerate(PANELS.get(task, SUPERVISED)):
            axes = row.add_subplot(1, across, place + 1)
            _panel(axes, where(of, of["panel"] == panel), panel)
        style.legend(row, row.axes[:1], loc="outside lower left", ncols=3, fontsize=7)
    return figure


def _panel(axes: Axes, data: Data, panel: str) -> None:
    """Draw the curves of every setting with their intervals."""
    settings = list(dict.fromkeys(zip(data["optimizer"].tolist(), data["eta"].tolist(), strict=True)))
    for place, (name, eta) in enumerate(settings):
        of = where(data, (data["optimizer"] == name) & (data["eta"] == eta) & np.isfinite(data["mean"]))
        colour = style.COLOURS[place % 7]
        axes.plot(of["step"], of["mean"], color=colour, label=f"{short(name)}, {eta:.2g}")
        axes.fill_between(of["step"], of["low"], of["high"], color=colour, alpha=0.15, linewidth=0)
    axes.set(xlabel="steps", ylabel=panel.replace("_", " "))
    axes.locator_params(axis="x", nbins=4)  # long numbers in a narrow panel
    if panel in LOGARITHMIC:
        style.logarithmic(axes, "y")


LEARNING_CURVES = Experiment(
    key="learning-curves",
    title="Learning curves of the training tasks",
    caption=(
        "Interquartile mean over seeds with its 95 % interval, each optimizer at the learning rate that was chosen for "
        "it, or, where a task has five settings or fewer, all of them; the panels are the paper's. The horizon is in "
        "the title: what comes later is not known."
    ),
    columns=COLUMNS,
    compute=compute,
    draw=draw,
)
