"""Figure: where a gradient points after the squash, g -> d(g), from normalised descent to the sign.

Every direction is drawn in units of the component that a gradient with one component gets, the largest there is:
without that a small alpha would shrink the picture to a point.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from alphalab import style
from alphalab.arrays import roundoff
from alphalab.experiments.columns import Data, spread, stacked, where
from alphalab.experiments.experiment import Experiment
from alphalab.optimizers import AlphaGrad, NormalizedGD, Optimizer, SignSGD

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLUMNS = {
    "n": "dimension",
    "alpha": "steepness, dimensionless; 0 is normalised descent, infinity sign descent",
    "g3": "third component of the unit gradient, 0 for n = 2",
    "angle": "of (g1, g2), in degrees",
    "d1": "first component of the direction, in units of that of a gradient (1, 0, ...)",
    "d2": "second component, in the same unit",
}
ALPHAS = (0.01, 1.0, 2.0, 3.0, 5.0, 10.0, 100.0)
SHOWN = (0.01, 1.0, 2.0, 5.0, 100.0)  # a panel each
SLICES = (0.0, 0.4, 0.7, 0.9)  # g3


def compute(quick: bool) -> Data:
    """Return the directions of unit gradients; its columns are COLUMNS."""
    plane, sphere = (np.arange(0, 361, step) for step in ((15, 30) if quick else (1, 3)))
    squashed = {alpha: AlphaGrad(alpha=alpha, epsilon=0.0) for alpha in ALPHAS}
    methods: dict[float, Optimizer] = {0.0: NormalizedGD(epsilon=0.0), **squashed, np.inf: SignSGD()}
    planes = [_part(2, alpha, method, 0.0, plane[plane <= 90]) for alpha, method in methods.items()]
    return stacked([*planes, *(_part(3, a, squashed[a], g3, sphere) for a in SHOWN for g3 in SLICES)])


def _part(n: int, alpha: float, method: Optimizer, g3: float, angle: np.ndarray) -> Data:
    """Return the directions on the circle at height g3 of the unit sphere."""
    radius, turn = np.sqrt(1 - g3**2), np.deg2rad(angle)
    g = np.stack([radius * np.cos(turn), radius * np.sin(turn), np.full(len(turn), g3)], axis=-1)[:, :n]
    g[np.abs(g) < roundoff(0, g.dtype)] = 0.0  # the axes exactly: the sign of a rounding error is a whole step
    (unit,), _ = method.direction(np.eye(1, n), (), np.eye(1, n))
    d, _ = method.direction(g, (), g)
    d1, d2 = d[:, :2].T / unit[0]
    return spread(COLUMNS, n=n, alpha=alpha, g3=g3, angle=angle, d1=d1, d2=d2)


def draw(data: Data) -> Figure:
    """Return the figure: all curves at once, the turn, then a panel for each alpha in two and three dimensions."""
    figure = style.figure(style.WIDTH, 6.7)
    cells = figure.add_gridspec(3, 10, height_ratios=[2.3, 1, 1])
    plane, sphere = (where(data, data["n"] == n) for n in (2, 3))
    _circle(figure.add_subplot(cells[0, :5]), plane)
    _turn(figure.add_subplot(cells[0, 5:]), plane)
    rows = np.asarray([[figure.add_subplot(cells[row, 2 * i : 2 * i + 2]) for i in range(5)] for row in (1, 2)])
    for place, alpha in enumerate(SHOWN):
        _arrows(rows[0, place], where(plane, plane["alpha"] == alpha))
        _slices(rows[1, place], where(sphere, sphere["alpha"] == alpha))
        rows[0, place].set_title(rf"$\alpha = {alpha:g}$")
    style.outer_labels(rows[:1], "$g_1$", "$n = 2$: $g_2$")
    style.outer_labels(rows[1:], "$d_1$, scaled", "$n = 3$: $d_2$")
    style.legend(figure, [rows[1, 0]], loc="outside lower center", title="slices of the unit sphere of gradients")
    return figure


def _circle(axes: Axes, plane: Data) -> None:
    """Draw d of the whole unit circle, n = 2, a curve for each alpha, from its first quarter."""
    for alpha, look in _looks(plane):
        rows = where(plane, plane["alpha"] == alpha)
        quarter = rows["d1"] + 1j * rows["d2"]
        whole = np.concatenate([*(quarter[:-1] * 1j**turn for turn in range(4)), quarter[:1]])
        axes.plot(whole.real, whole.imag, **look)
    _square(axes, 1.12)
    axes.set(xlabel="$d_1$, scaled", ylabel="$d_2$, scaled", title="$d$ of the unit circle of gradients, $n = 2$")
    axes.legend(loc="center", fontsize=8)


def _turn(axes: Axes, plane: Data) -> None:
    """Draw the angle of d over the angle of g."""
    for alpha, look in _looks(plane):
        rows = where(plane, plane["alpha"] == alpha)
        axes.plot(rows["angle"], np.rad2deg(np.arctan2(rows["d2"], rows["d1"])), **look)
    axes.set(xlabel="angle of $g$ (degrees)", ylabel="angle of $d(g)$ (degrees)", title="how far the step turns")
    axes.set(xticks=range(0, 91, 15), yticks=range(0, 91, 15))


def _looks(plane: Data) -> list[tuple[float, dict[str, Any]]]:
    """Return (alpha, how its curve is drawn), the limits in front."""
    looks: dict[float, dict[str, Any]] = {
        alpha: {"color": _colour(alpha), "label": rf"$\alpha = {alpha:g}$"} for alpha in ALPHAS
    }
    looks[0.0] = {"color": style.SKY, "linestyle": "--", "label": r"$\alpha \to 0$", "zorder": 4}
    looks[np.inf] = {"color": style.VERMILION, "linestyle": "", "marker": "X", "markersize": 4, "zorder": 4}
    looks[np.inf] |= {"label": r"$\alpha \to \infty$", "markevery": 5}
    return [(alpha, looks[alpha]) for alpha in dict.fromkeys(plane["alpha"].tolist())]


def _arrows(axes: Axes, rows: Data) -> None:
    """Draw d as an arrow from the point g of the unit circle, at every fifteenth degree."""
    some = where(rows, (rows["angle"] % 15 == 0) & (rows["angle"] < 90))
    turns = 1j ** np.arange(4)[:, None]
    g, d = (turns * quarter for quarter in (np.exp(1j * np.deg2rad(some["angle"])), some["d1"] + 1j * some["d2"]))
    field: dict[str, Any] = {"angles": "xy", "scale_units": "xy", "scale": 1.9, "width": 0.014, "headwidth": 4.5}
    circle = np.exp(1j * np.linspace(0, 2 * np.pi, 91))
    axes.plot(circle.real, circle.imag, **style.REFERENCE)
    axes.quiver(g.real, g.imag, d.real, d.imag, color=_colour(some["alpha"][0]), zorder=3, **field)
    _square(axes, 1.7)


def _slices(axes: Axes, rows: Data) -> None:
    """Draw (d1, d2) of circles on the unit sphere, a curve for each height g3."""
    for place, g3 in enumerate(SLICES):
        one, dashes = where(rows, rows["g3"] == g3), ("-", *style.DASHES)[place]
        axes.plot(one["d1"], one["d2"], color=style.COLOURS[place], linestyle=dashes, label=f"$g_3 = {g3:g}$")
    _square(axes, 1.15)


def _square(axes: Axes, reach: float) -> None:
    axes.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal", xticks=[-1, 0, 1], yticks=[-1, 0, 1])


def _colour(alpha: float) -> str:
    """Return the colour of a steepness, darker for a smaller one."""
    return style.RAMP[ALPHAS.index(alpha)]


DIRECTION_FIELD = Experiment(
    key="direction-field",
    title="The direction field: between normalised descent and the sign",
    caption=(
        "The direction d(g) of every unit gradient g, scaled so that g = (1, 0) gives (1, 0). At alpha = 0.01 it is "
        "the gradient itself (a circle); as alpha grows the small components catch up with the large ones, until at "
        "100 all that are not 0 count alike (a square, at whose corners the sign stays). Below: the same as arrows "
        "from g, and in three dimensions, where the slices of the sphere grow into the same square."
    ),
    columns=COLUMNS,
    compute=compute,
    draw=draw,
)
