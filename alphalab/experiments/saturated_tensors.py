r"""Figure: the saturated fraction of every tensor over a training.

    S = (1/d) #{ i : |alpha g~_i| > 2.5 },     the band of section 7.3: S in [0.05, 0.25]

The numbers are read from the tables of `alphalab train` that come with the package; nothing is trained here. Source:
S. Sane, arXiv 2504.16020v2, section 7.3.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from alphalab import style
from alphalab.curves import Results, best_rate, curves, iqm, tables
from alphalab.experiments.columns import Data, spread, stacked, where
from alphalab.experiments.experiment import Experiment
from alphalab.experiments.learning_rates import short

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COLUMNS = {
    "task": "what is trained; the horizon is a column of its own",
    "horizon": "steps of every run, in the unit of the task",
    "optimizer": "the optimizer, as `alphalab train` reads it",
    "eta": "learning rate: that chosen for this optimizer",
    "tensor": "place of the tensor among the parameters, from 0",
    "step": "steps done",
    "saturated": "fraction of its components beyond 2.5, interquartile mean over the seeds",
}
SHOWN = ("alphagrad:k=2", "alphagrad:k=2,saturation=2.5", "alphagrad:k=2,momentum=0.9")
BAND = (0.05, 0.25)


def compute(quick: bool) -> Data:
    """Return the fractions; `quick` makes no difference, for nothing is trained. Its columns are COLUMNS."""
    return stacked(part for found in tables() for name in SHOWN for part in _parts(found, name))


def _parts(found: Results, name: str) -> Iterator[Data]:
    """Yield a tensor's fraction along the training of an optimizer, where it was trained."""
    horizon = found.horizons[-1]
    if not any(row["optimizer"] == name and row["horizon"] == horizon for row in found.rows):
        return
    eta = best_rate(found, name, horizon)
    along = curves(found, "saturated", horizon)[name, eta]
    steps = sorted(along)
    fractions = iqm(np.asarray([along[step] for step in steps]), axis=1)  # (steps, tensors)
    known = {"task": found.about["task"], "horizon": horizon, "optimizer": name, "eta": eta}
    for tensor in range(fractions.shape[1]):
        yield spread(COLUMNS, **known, tensor=tensor, step=steps, saturated=fractions[:, tensor])


def draw(data: Data) -> Figure:
    """Return the figure: a panel for each task and optimizer, a line for each tensor."""
    pairs = list(dict.fromkeys(zip(data["task"].tolist(), data["optimizer"].tolist(), strict=True)))
    figure, panels = style.grid(len(pairs))
    for axes, (task, name) in zip(panels, pairs, strict=True):
        of = where(data, (data["task"] == task) & (data["optimizer"] == name))
        axes.axhspan(*BAND, color=style.FAINT, label="the band of section 7.3")
        for tensor in np.unique(of["tensor"]):
            line = where(of, of["tensor"] == tensor)
            look: dict[str, Any] = {"color": style.COLOURS[tensor % 7], "marker": style.MARKERS[tensor % 7]}
            axes.plot(line["step"], line["saturated"], label=f"tensor {tensor}", **look)
        axes.set(xlabel="steps", ylabel="saturated fraction", ylim=(0, 1))
        axes.set_title(f"{task}, {short(name)}", loc="left")
    style.legend(figure, panels, loc="outside upper left")
    return figure


SATURATED_TENSORS = Experiment(
    key="saturated-tensors",
    title="The saturated fraction of every tensor over a training",
    caption=(
        "The fraction of the components of each tensor (matrices and biases in turn) whose squashed value is beyond "
        "2.5, over the training, at the learning rate chosen for each optimizer; grey: the band in which section 7.3 "
        "of the paper wants to keep it. Left k is constant; the controller of section 7.3 adapts alpha to stay in "
        "the band, from its first step of 5 % on."
    ),
    columns=COLUMNS,
    compute=compute,
    draw=draw,
)
