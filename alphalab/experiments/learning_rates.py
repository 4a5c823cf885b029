r"""Figure: final score against the learning rate, one line per optimizer: what tuning each of them alike gives.

    score(eta) = interquartile mean over seeds,     95 % interval by the bootstrap over seeds

The numbers are read from the tables of `alphalab train` that come with the package; nothing is trained here.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from alphalab import style
from alphalab.curves import Results, best_rate, estimate, finals, means, paired, reported, tables
from alphalab.experiments.columns import Data, spread, stacked, where
from alphalab.experiments.experiment import Experiment
from alphalab.experiments.rows import Rows

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLUMNS = {
    "task": "what is trained; the horizon is a column of its own",
    "horizon": "steps of every run, in the unit of the task",
    "score": "name of the score",
    "optimizer": "the optimizer, as `alphalab train` reads it",
    "eta": "learning rate",
    "step": "root mean square of one coordinate's step, mean over the curve and the seeds",
    "seeds": "number of runs",
    "mean": "interquartile mean of the final score over the seeds; NaN where a run was stopped",
    "low": "lower end of its 95 % interval",
    "high": "upper end",
    "chosen": "whether this rate is chosen for this optimizer, by validation data or by half of the seeds",
    "against_adam": "at the chosen rates: interquartile mean of the difference to Adam, paired by seed; else NaN",
    "against_low": "lower end of its 95 % interval",
    "against_high": "upper end",
}
NOTHING = (np.nan, np.nan, np.nan)


def compute(quick: bool) -> Data:
    """Return final scores; `quick` makes no difference, for nothing is trained. Its columns are COLUMNS."""
    return stacked(part for found in tables() for horizon in found.horizons for part in _parts(found, horizon))


def _parts(found: Results, horizon: int) -> Iterator[Data]:
    """Yield a row for every optimizer and rate of a task at a horizon."""
    score = found.about["score"]
    scores = finals(found, score, horizon)
    tuned = {name for name, _ in scores if sum(name == other for other, _ in scores) > 1}
    steps = means(found, "step_rms", horizon)
    best = {name: best_rate(found, name, horizon) for name in tuned}
    adam = reported(found, "adam", horizon) if "adam" in best else {}
    for (name, eta), seeds in scores.items():
        chosen = best.get(name) == eta
        against = paired(reported(found, name, horizon), adam) if chosen and adam and name != "adam" else NOTHING
        known = {"task": found.about["task"], "horizon": horizon, "score": score, "optimizer": name, "eta": eta}
        mean, low, high = estimate(list(seeds.values()))
        known |= {"seeds": len(seeds), "mean": mean, "low": low, "high": high, "chosen": chosen}
        known |= dict(zip(("against_adam", "against_low", "against_high"), against, strict=True))
        yield spread(COLUMNS, **known, step=float(np.nanmean(list(steps[name, eta].values()))))


def short(optimizer: str) -> str:
    """Return the name of an optimizer as figures show it."""
    name, _, rest = optimizer.partition(":")
    known = {"adam": "Adam", "alphagrad": "AlphaGrad", "sign-sgd": "sign", "normalized-gd": "normalised"}
    words = {"momentum=": "momentum ", "granularity=": "", "alpha=": "alpha ", "saturation=": "controlled at "}
    for option, word in words.items():
        rest = rest.replace(option, word)
    return " ".join(filter(None, (known.get(name, name), rest.replace(",", ", "))))


def adam_first(names: Iterable[str]) -> list[str]:
    """Return the names of optimizers, each once: Adam, then the others by name."""
    return sorted(set(names), key=lambda name: (name != "adam", name))


def look(place: int) -> dict[str, Any]:
    """Return how the line of the optimizer number `place` is drawn: every seven are dashed in another way."""
    dashes = ("-", *style.DASHES)[place // 7]
    return {"color": style.COLOURS[place % 7], "marker": style.MARKERS[place % 7], "linestyle": dashes}


def draw(data: Data) -> Figure:
    """Return the figure: a panel for each task and horizon in which a rate was chosen."""
    panels = [pair for pair in _panels(data) if where(data, _of(data, *pair))["chosen"].any()]
    names = adam_first({name for pair in panels for name in where(data, _of(data, *pair))["optimizer"].tolist()})
    figure, grid = style.grid(len(panels), height=2.6)
    for axes, (task, horizon) in zip(grid, panels, strict=True):
        _panel(axes, where(data, _of(data, task, horizon)), names)
        axes.set_title(f"{task}, {horizon:,} steps", loc="left")
    style.legend(figure, grid, loc="outside upper left", ncols=3)
    return figure


def _panel(axes: Axes, data: Data, names: list[str]) -> None:
    """Draw the score of every optimizer over its rates, the chosen one marked; of an accuracy what it lacks to 1."""
    score = str(data["score"][0])
    error = score.endswith("accuracy")
    for place, name in enumerate(names):
        of = where(data, data["optimizer"] == name)
        if len(of["eta"]) < 2:
            continue
        line = look(place)
        mean, low, high = (1 - of[end] if error else of[end] for end in ("mean", "low", "high"))
        axes.plot(of["eta"], mean, label=short(name), **line)
        axes.fill_between(of["eta"], low, high, color=line["color"], alpha=0.15, linewidth=0)
        best = of["chosen"]
        axes.plot(
            of["eta"][best], mean[best], linestyle="", marker="o", fillstyle="none", markersize=9, color=style.INK
        )
    for name in "xy" if error else "x":
        style.logarithmic(axes, name)
    axes.set_xlabel("learning rate")
    axes.set_ylabel(score.replace("accuracy", "error").replace("_", " "))


def _panels(data: Data) -> list[tuple[str, int]]:
    """Return (task, horizon), in the order of the table."""
    return list(dict.fromkeys(zip(data["task"].tolist(), data["horizon"].tolist(), strict=True)))


def _of(data: Data, task: str, horizon: int) -> np.ndarray:
    return (data["task"] == task) & (data["horizon"] == horizon)


def summary(data: Data) -> Rows:
    """Return the score of every optimizer at its chosen rate, and its difference to Adam."""
    rows = []
    for i in np.flatnonzero(data["chosen"]):
        row = {name: column[i].item() for name, column in data.items()}
        interval = f"{row['mean']:.4g} [{row['low']:.4g}, {row['high']:.4g}]"
        against = f"{row['against_adam']:+.2g} [{row['against_low']:+.2g}, {row['against_high']:+.2g}]"
        told: dict[str, str | float | None] = {"task": row["task"], "optimizer": short(row["optimizer"])}
        told |= {
            "rate": row["eta"],
            "score": interval,
            "less Adam": "-" if math.isnan(row["against_adam"]) else against,
        }
        rows.append(told)
    return rows


LEARNING_RATES = Experiment(
    key="learning-rates",
    title="Final score against the learning rate",
    caption=(
        "Interquartile mean over seeds of the final score and its 95 % interval, for every learning rate that was "
        "tried: as many for each optimizer. A ring marks the rate that is chosen for an optimizer, by validation data "
        "or by half of the seeds. At one common rate, as the paper compares, one method or the other is ahead as the "
        "rate is chosen, because an AlphaGrad step with momentum is about 8 times Adam's; each at its own best rate "
        "they differ little where the intervals overlap. A short horizon cannot show what comes later."
    ),
    columns=COLUMNS,
    compute=compute,
    draw=draw,
    summary=summary,
)
