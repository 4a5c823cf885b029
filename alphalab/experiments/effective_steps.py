r"""Figure: what a training does against the step that it really makes, not against its learning rate.

    step = root mean square of one coordinate's step, mean along the curve

If only the size of the steps told one optimizer from another, all of them would lie on one curve. The numbers are read
from the tables of `alphalab train` that come with the package; nothing is trained here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from alphalab import style
from alphalab.curves import Results, iqm, means, tables
from alphalab.experiments.columns import Data, spread, stacked, where
from alphalab.experiments.experiment import Experiment
from alphalab.experiments.learning_curves import LOGARITHMIC
from alphalab.experiments.learning_rates import adam_first, look, short

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COLUMNS = {
    "task": "what is trained; the horizon is a column of its own",
    "horizon": "steps of every run, in the unit of the task",
    "panel": "what is measured, its mean along the curve",
    "optimizer": "the optimizer, as `alphalab train` reads it",
    "eta": "learning rate",
    "step": "root mean square of one coordinate's step, mean along the curve, interquartile mean over the seeds",
    "mean": "interquartile mean over the seeds of what is measured; NaN where a run was stopped",
}
PANELS = {
    "cartpole-dqn": ("td_loss", "return"),
    "halfcheetah-ppo": ("kl", "clip_fraction"),
    "hopper-td3": ("td_loss", "return"),
}
SUPERVISED = ("training_loss",)


def compute(quick: bool) -> Data:
    """Return a point per setting; `quick` makes no difference, for nothing is trained. Its columns are COLUMNS."""
    return stacked(part for found in tables() for horizon in found.horizons for part in _parts(found, horizon))


def _parts(found: Results, horizon: int) -> Iterator[Data]:
    """Yield a row for every panel, optimizer and rate of a task at a horizon."""
    steps = means(found, "step_rms", horizon)
    for panel in PANELS.get(found.about["task"], SUPERVISED):
        for (name, eta), seeds in means(found, panel, horizon).items():
            known = {"task": found.about["task"], "horizon": horizon, "panel": panel, "optimizer": name, "eta": eta}
            step, mean = (float(iqm(np.asarray(list(of.values())))) for of in (steps[name, eta], seeds))
            yield spread(COLUMNS, **known, step=step, mean=mean)


def draw(data: Data) -> Figure:
    """Return the figure: a panel for each task, horizon and thing measured, a mark for each setting."""
    triples = list(dict.fromkeys(zip(*(data[name].tolist() for name in ("task", "horizon", "panel")), strict=True)))
    names = adam_first(data["optimizer"].tolist())
    figure, panels = style.grid(len(triples), height=2.6)
    for axes, (task, horizon, panel) in zip(panels, triples, strict=True):
        here = (data["task"] == task) & (data["horizon"] == horizon) & (data["panel"] == panel)
        for place, name in enumerate(names):
            of = where(data, here & (data["optimizer"] == name))
            if len(of["step"]):
                axes.plot(of["step"], of["mean"], label=short(name), linewidth=0.8, **look(place))
        for name in "xy" if panel in LOGARITHMIC else "x":
            style.logarithmic(axes, name)
        axes.set(xlabel="root mean square step", ylabel=panel.replace("_", " "))
        axes.set_title(f"{task}, {horizon:,} steps", loc="left")
    style.legend(figure, panels, loc="outside upper left", ncols=3)
    return figure


EFFECTIVE_STEPS = Experiment(
    key="effective-steps",
    title="Training against the step that is really made",
    caption=(
        "What was measured along each training, over the root mean square of one coordinate's step: every mark is an "
        "optimizer at a learning rate, interquartile means over the seeds. Where the lines of two optimizers lie on "
        "each other, the size of the steps explains the difference that a comparison at one learning rate shows."
    ),
    columns=COLUMNS,
    compute=compute,
    draw=draw,
)
