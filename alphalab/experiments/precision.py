"""Figure: the same runs with fewer digits, and the memory that each method needs."""

from __future__ import annotations

import dataclasses
import textwrap
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from alphalab import style
from alphalab.arrays import Array, namespace
from alphalab.experiments.columns import Data, Sensitive, coordinate, spread, stacked, where, windows
from alphalab.experiments.experiment import Experiment
from alphalab.experiments.rows import Cell, Rows
from alphalab.optimizers import OPTIMIZERS, AlphaGrad, HeavyBall, Optimizer, SaturationControlled, Scheduled, Wrapper
from alphalab.optimizers.optimizer import State
from alphalab.problems import problem
from alphalab.simulation import Trajectory, simulate

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ALPHA = 2.0
SUBJECTS = {"quadratic": 0.01, "logistic-breast-cancer": 0.05}  # problem -> learning rate
SHOWN = 100  # windows of a run
PARAMETERS = 10_000  # of the point whose state is weighed

COLUMNS = {
    "what": "difference: ||x_t - x64_t|| / ||x64_t||, x64 the run in float64; gap: f(x_t) - f*; state: bytes",
    "subject": "name of the problem, or of the method whose state is weighed",
    "digits": "float64, float32, float16: all in that format; stored: x is kept in float16, the rest in float64",
    "epsilon_is": "usual (1e-8) or scaled (alpha L eta); empty for a state",
    "t": "first step of a window of steps, from 0",
    "y": "largest in the window; bytes of state per parameter",
}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Stored(Wrapper):
    """The wrapped method with x+ rounded to float16, all arithmetic as it was; state: its state and x."""

    name = "stored"

    def init(self, x: Array) -> State:
        """The wrapped method's, and x."""
        return self.optimizer.init(x), x

    def direction(self, gradient: Array, state: State, x: Array) -> tuple[Array, State]:
        """The wrapped method's d."""
        d, inner = self.optimizer.direction(gradient, state[0], x)
        return d, (inner, x)

    def step(self, direction: Array, state: State) -> tuple[Array, State]:
        """Step = x - float16(x - step), exact where x is a float16."""
        step, inner = self.optimizer.step(direction, state[0])
        xp, x = namespace(step), state[1]
        return x - xp.astype(xp.astype(x - step, xp.float16), x.dtype), (inner, x)


def compute(quick: bool) -> Data:
    """Return the table; its columns are COLUMNS."""
    return stacked([*(_run(name, 20 if quick else 1200) for name in SUBJECTS), *_states()])


def _run(name: str, steps: int) -> Data:
    """Run both epsilons, as one batch, with every number of digits, from a start that all of them can hold."""
    subject, eta = problem(name), SUBJECTS[name]
    epsilon = np.asarray([1e-8, ALPHA * eta * np.asarray(subject.constants.L, dtype=np.float64)])
    rule = AlphaGrad(learning_rate=eta, alpha=ALPHA, epsilon=epsilon)
    start, f_star = subject.start().astype(np.float16), np.asarray(subject.constants.f_star, dtype=np.float64)
    watched: tuple[str | Callable[..., Array], ...] = ("value", *map(coordinate, range(subject.n)))
    formats = {"float64": np.float64, "float32": np.float32, "float16": np.float16, "stored": np.float64}
    rules: dict[str, Optimizer] = dict.fromkeys(formats, rule) | {"stored": Stored(rule)}
    runs = {key: simulate(rules[key], subject, start.astype(formats[key]), steps, observe=watched) for key in formats}
    exact, t, parts = _points(runs["float64"]), windows(steps, SHOWN), []
    for key, run in runs.items():
        difference = np.linalg.norm(_points(run) - exact, axis=0) / np.linalg.norm(exact, axis=0)
        gap = run.value.astype(np.float64) - f_star
        for what, history in (("difference", difference), ("gap", gap)):
            y = np.maximum.reduceat(history, t)
            epsilons = np.asarray(["usual", "scaled"])
            parts.append(spread(COLUMNS, what=what, subject=name, digits=key, epsilon_is=epsilons, t=t[:, None], y=y))
    return stacked(parts)


def _points(run: Trajectory) -> np.ndarray:
    """Return the points of a run in float64, (n, steps, *batch)."""
    return np.stack([run[name].astype(np.float64) for name in run.records if name.startswith("x_")])


def _states() -> Iterator[Data]:
    """Yield the bytes of state per parameter of every method of the registry, and of AlphaGrad in its wrappers."""
    plain: dict[str, Optimizer] = {rule.name: rule() for rule in OPTIMIZERS}
    inner = AlphaGrad()
    wrapped = {f"alphagrad, {w.name}": w for w in (HeavyBall(inner), SaturationControlled(inner), Scheduled(inner))}
    for name, method in (plain | wrapped).items():
        for digits in ("float64", "float32", "float16"):
            size = method.state_bytes(np.zeros(PARAMETERS, dtype=digits)) / PARAMETERS
            yield spread(COLUMNS, what="state", subject=name, digits=digits, epsilon_is="", t=0, y=np.asarray([size]))


COLOURS = {"float16": style.VERMILION, "stored": style.ORANGE, "float32": style.BLUE, "float64": style.INK}
WIDTHS = {"float16": 2.6, "stored": 1.4, "float32": 2.0, "float64": 0.9}
MARKS = {"float64": "o", "float32": "s", "float16": "D"}
NAMES = {"stored": "x kept in float16"}
LINES = {"usual": ("-", r"$\epsilon = 10^{-8}$"), "scaled": ((0, (4, 1, 1, 1)), r"$\epsilon = \alpha L \eta$")}


def draw(data: Data) -> Figure:
    """Return the differences, the gaps, and the bytes of state."""
    figure = style.figure(style.WIDTH, 7.4)
    cells = figure.add_gridspec(3, 2, height_ratios=[1, 1, 0.75])
    for place, subject in enumerate(SUBJECTS):
        above, below = figure.add_subplot(cells[0, place]), figure.add_subplot(cells[1, place])
        for axes, what in ((above, "difference"), (below, "gap")):
            _panel(axes, where(data, (data["what"] == what) & (data["subject"] == subject)))
        above.set_ylabel("relative difference of $x_t$", visible=not place)
        below.set_ylabel("$f(x_t) - f^*$", visible=not place)
        above.set_title(subject)
    style.legend(figure, [below], loc="outside upper center", ncols=4, handlelength=2.6, columnspacing=1.4)
    _states_kept(figure.add_subplot(cells[2, :]), where(data, data["what"] == "state"))
    return figure


def _panel(axes: Axes, rows: Data) -> None:
    """Draw every run; where nothing differs there is nothing to draw."""
    for digits, colour in COLOURS.items():
        for kind, (line, name) in LINES.items():
            one = where(rows, (rows["digits"] == digits) & (rows["epsilon_is"] == kind))
            y = np.where(one["y"] > 0, one["y"], np.nan)
            label = f"{NAMES.get(digits, digits)}, {name}"
            if np.isfinite(y).any():
                axes.plot(one["t"], y, color=colour, linestyle=line, linewidth=WIDTHS[digits], label=label)
    style.decades(axes)
    axes.set(xscale="linear", xlabel="step $t$")


def _states_kept(axes: Axes, rows: Data) -> None:
    """Draw a line for every number of bytes that methods keep, their names on it, a mark for each number of digits."""
    sizes = {digits: rows["y"][rows["digits"] == digits] for digits in ("float64", "float32", "float16")}
    names = rows["subject"][rows["digits"] == "float64"].tolist()
    kinds = np.round(sizes["float64"])  # a few numbers for the whole point count as none
    for place, kind in enumerate(np.unique(kinds)[::-1]):
        members = np.flatnonzero(kinds == kind)
        for digits, size in sizes.items():
            shown: dict[str, Any] = {
                "s": 34,
                "color": COLOURS[digits],
                "marker": MARKS[digits],
                "zorder": 3,
                "clip_on": False,
            }
            axes.scatter(size[members[0]], place, label=digits, **shown)
        axes.plot([0, kind], [place, place], color=style.GREY, linewidth=0.8)
        written = ", ".join(names[member].replace(", ", " with ") for member in members)
        axes.text(0.15, place + 0.16, textwrap.fill(written, 115), fontsize=7.5, va="bottom")
    axes.set_xticks([0, 2, 4, 8, 16])
    axes.set(xlabel="state, bytes per parameter", xlim=(0, 17.5), ylim=(-0.4, len(np.unique(kinds)) + 0.2), yticks=[])
    axes.set(ylabel="method", title="what a method keeps between two steps")
    axes.yaxis.label.set_visible(False)
    handles, labels = axes.get_legend_handles_labels()
    axes.legend(handles[:3], labels[:3], loc="center right")


def summary(data: Data) -> Rows:
    """Return the bytes of state per parameter of every method."""
    table: dict[str, dict[str, Cell]] = {}
    state = where(data, data["what"] == "state")
    for method, digits, size in zip(state["subject"].tolist(), state["digits"].tolist(), state["y"], strict=True):
        table.setdefault(method, {"state, bytes per parameter": method})[digits] = float(size)
    return list(table.values())


PRECISION = Experiment(
    key="precision",
    title="Fewer digits, and how much memory a method needs",
    caption=(
        "AlphaGrad (alpha = 2, nothing tuned) in float32, in float16, and with only x kept in float16, against the "
        "same run in float64. With the scaled epsilon float32 stays at its roundoff; with epsilon = 1e-8 the run hops "
        "around the minimum in the end, and the difference jumps to the size of the hops, yet f is about as low in "
        "every format (middle). Below: bytes of state per parameter, measured at 10,000 parameters; AlphaGrad keeps "
        "nothing, Adam, AdaL and LAMB two numbers."
    ),
    columns=COLUMNS,
    compute=compute,
    draw=draw,
    summary=summary,
    sensitive=(
        Sensitive(("y",), "differences between roundings are rounding errors", lambda data: data["what"] != "state"),
    ),
)
