"""The one look of all figures, and the one door to matplotlib: colours (Okabe-Ito), lines and markers, maps (cividis).

measured    solid, round markers        bound    dashed        reference slope    dotted, grey

Nothing here touches pyplot: a figure belongs to who made it, and to no global list.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, FigureBase

INK, FAINT, PAPER, GREY = "#1b1f24", "#dfe3e8", "#fefefe", "#7a828c"
BLUE, VERMILION, GREEN, ORANGE, SKY, PURPLE, YELLOW = (
    "#0072b2",
    "#d55e00",
    "#009e73",
    "#e69f00",
    "#56b4e9",
    "#cc79a7",
    "#f0e442",
)
COLOURS = (BLUE, VERMILION, GREEN, ORANGE, PURPLE, SKY, YELLOW)
DASHES = ("--", "-.", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 1)))
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
MAP = "cividis"
RAMP = ("#00224e", "#263d6e", "#51586d", "#737475", "#989277", "#c0b16a", "#ead34c")  # of curves: MAP, less its end
ON_MAP, AROUND = "#ffffff", "#0b1836"  # lines and words on a map, and their edge: the same on dark paper
DARK = {  # colour -> what it is on dark paper: as far from that, and from each other, as in the light
    INK: "#e7eaee",
    FAINT: "#323942",
    PAPER: "#1a1e24",
    GREY: "#8d96a1",
    BLUE: "#3d8fe6",
    VERMILION: "#f2763a",
    GREEN: "#2fc493",
    SKY: "#62d8ff",
} | dict(zip(RAMP, ("#3f7fe0", "#6288c8", "#7f8fb2", "#939496", "#a49d80", "#c0b16a", "#ead34c"), strict=True))
KINDS = {"strongly-convex": "strongly convex", "pl": "Polyak-Lojasiewicz"}  # of problems, in words
WIDTH = 7.6  # inches; at 9 points the text of a figure is the text of a page

SETTINGS: dict[str, Any] = {
    "figure.facecolor": PAPER,
    "savefig.facecolor": PAPER,
    "axes.facecolor": PAPER,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.titlecolor": INK,
    "axes.edgecolor": GREY,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "grid.color": FAINT,
    "grid.linewidth": 0.6,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.linewidth": 0.7,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "font.family": "DejaVu Sans",  # travels with matplotlib, so a figure looks the same everywhere
    "font.size": 9.0,
    "axes.titlesize": 9.0,
    "axes.labelsize": 9.0,
    "xtick.labelsize": 8.0,
    "ytick.labelsize": 8.0,
    "legend.fontsize": 9.0,
    "legend.frameon": False,
    "lines.linewidth": 1.6,
    "lines.markersize": 3.2,
    "image.cmap": MAP,
    "xtick.minor.visible": False,
    "ytick.minor.visible": False,
    "pdf.fonttype": 3,
    "svg.fonttype": "path",
}
MEASURED: dict[str, Any] = {"color": BLUE, "linestyle": "-", "marker": "o"}
REFERENCE: dict[str, Any] = {"color": GREY, "linestyle": ":", "linewidth": 1.2}


@contextlib.contextmanager
def style(salt: str) -> Iterator[None]:
    """Set the style for what is drawn or saved inside; `salt` makes the names inside an SVG reproducible."""
    import matplotlib

    defaults: Any = matplotlib.rcParamsDefault  # not what the user's matplotlibrc says
    settings: Any = {key: value for key, value in defaults.items() if key != "backend"}
    with matplotlib.rc_context(settings | SETTINGS | {"svg.hashsalt": salt}):
        yield


INSIDE = r"(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})"  # of braces: a letter, or braces within braces
DIALECT = (  # what TeX knows and mathtext does not -> what it knows instead
    (r"\\textstyle(?![a-zA-Z])", " "),
    (r"\\tfrac\s*(\w)\s*(\w)", r"\\frac{\1}{\2}"),
    (r"\\tfrac(?![a-zA-Z])", r"\\frac "),
    (r"\\frac(?![a-zA-Z])", r"\\dfrac "),
    (r"\\sqrt\s*(\\[a-zA-Z]+|(?<=\s)\w)", r"\\sqrt{\1}"),
    (r"\\limits(?![a-zA-Z])", ""),
    (r"\\overline\s*(\\[a-zA-Z]+)", r"\\overline{\1}"),
    (r"\\underline\s*(\\[a-zA-Z]+)", r"\1_{\\mathrm{low}}"),
    (rf"\\substack\{{({INSIDE}*?)\\\\({INSIDE}*)\}}", r"{\1, \2}"),
    (r"\\(le|ge|ne)(?![a-zA-Z])", r"\\\1q "),
)


def mathtext(latex: str) -> str:
    """Return LaTeX in the dialect that matplotlib draws, fractions at full size."""
    for known, drawn in DIALECT:
        latex = re.sub(known, drawn, latex)
    return f"${latex}$"


def figure(width: float, height: float) -> Figure:
    """Return an empty figure of this size in inches, laid out so that no text is clipped."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    made = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(made)
    return made


def grid(panels: int, height: float = 2.3) -> tuple[Figure, list[Axes]]:
    """Return a figure with so many panels, at most three in a row, and the panels."""
    across = min(panels, 3)
    rows = -(-panels // across)
    drawn = figure(WIDTH * max(1.0, across / 2), height * rows + 0.5)
    return drawn, [drawn.add_subplot(rows, across, place + 1) for place in range(panels)]


def scales(axes: Axes, x: Any, y: Any) -> None:
    """Make an axis logarithmic where all that is shown along it is positive and spans more than a decade."""
    for name, shown in (("x", x), ("y", y)):
        values = np.asarray(shown, dtype=np.float64)
        values = values[np.isfinite(values)]
        if values.size and values.min() > 0 and values.max() > 10 * values.min():
            getattr(axes, f"set_{name}scale")("log")


def settle(drawn: Figure) -> None:
    """Find the layout once and keep it, to a hundred-thousandth: the solver's last digits vary from run to run."""
    if engine := drawn.get_layout_engine():
        engine.execute(drawn)
    drawn.set_layout_engine(None)
    for axes in drawn.axes:
        locator: Any = axes.get_axes_locator()  # of a colour bar: where it is with its aspect, as drawing would do
        axes.apply_aspect(locator(axes, None) if locator else None)
        axes.set_position(tuple(round(part, 5) for part in axes.get_position().bounds))
    for name in ("_suptitle", "_supxlabel", "_supylabel"):
        if text := getattr(drawn, name):
            text.set_position(tuple(round(part, 5) for part in text.get_position()))


def with_dark(svg: str) -> str:
    """Return a picture that turns dark where its reader prefers that; what is drawn as pixels, a map, stays as it is.

    >>> with_dark("<svg><defs></defs></svg>").count("prefers-color-scheme: dark")
    1
    """
    rules = (
        f'[style*="{kind}: {light}"] {{ {kind}: {dark} !important }}'
        for light, dark in DARK.items()
        for kind in ("fill", "stroke")
    )
    sheet = f"<style>@media (prefers-color-scheme: dark) {{ {' '.join(rules)} }}</style>"
    return svg.replace("<defs>", f"<defs>{sheet}", 1)


def bound(place: int) -> dict[str, Any]:
    """Return how the bound number `place` is drawn: dashed, each with a colour and dashes of its own."""
    return {"color": COLOURS[(place + 1) % len(COLOURS)], "linestyle": DASHES[place % len(DASHES)]}


def decades(axes: Axes) -> None:
    """Make both axes logarithmic, with few ticks, at powers of ten only."""
    from matplotlib.ticker import LogLocator, NullLocator

    axes.set_xscale("log")
    axes.set_yscale("log")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(LogLocator(numticks=6))
        axis.set_minor_locator(NullLocator())


def logarithmic(axes: Axes, name: str) -> None:
    """Make the axis "x" or "y" logarithmic: ticks at powers of ten, within two decades at 2 and 5 times those too."""
    from matplotlib.ticker import LogLocator, NullLocator, StrMethodFormatter

    getattr(axes, f"set_{name}scale")("log")
    axis = axes.xaxis if name == "x" else axes.yaxis
    low, high = axis.get_view_interval()
    narrow = high < 100 * low
    axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0) if narrow else (1.0,), numticks=6))
    axis.set_minor_locator(NullLocator())
    if narrow:
        axis.set_major_formatter(StrMethodFormatter("{x:g}"))


def edged(width: float) -> list[Any]:
    """Return path effects: an edge that keeps a line of this width, or words (0), apart from a map's colours."""
    from matplotlib.patheffects import Normal, Stroke

    return [Stroke(linewidth=width + 1.6, foreground=AROUND), Normal()]


def note(axes: Axes, x: float, y: float, text: str) -> None:
    """Write a remark into a panel, its upper right corner at (x, y) of the panel, under the curves."""
    back = {"facecolor": PAPER, "edgecolor": "none", "pad": 1.5}
    place: dict[str, Any] = {"transform": axes.transAxes, "ha": "right", "va": "top", "zorder": 1.5}
    axes.text(x, y, text, fontsize=8, color=GREY, bbox=back, **place)


def halves(figure: Figure, rows: int, columns: int, heading: float) -> tuple[Any, Any]:
    """Return two grids of panels, (rows, columns), one above the other, each with room for a heading.

    `heading` is the height of the room, in heights of a panel.
    """
    cells = figure.add_gridspec(2 * (rows + 1), columns, height_ratios=[heading, *[1.0] * rows] * 2)
    places = [row for row in range(2 * (rows + 1)) if row % (rows + 1)]
    panels = np.asarray([[figure.add_subplot(cells[row, place]) for place in range(columns)] for row in places])
    return panels[:rows], panels[rows:]


def heading(axes: Axes, text: str) -> None:
    """Write a heading above a row of panels, of which `axes` is the first, above its title of two lines."""
    place: dict[str, Any] = {"xycoords": "axes fraction", "textcoords": "offset points", "annotation_clip": False}
    axes.annotate(text, (0, 1), (-45, 33), fontsize=10.5, **place).set_in_layout(False)


def legend(figure: FigureBase, panels: Iterable[Axes], **look: Any) -> None:
    """Name what these panels show, each name once and all in one row, in a legend of the figure or of a part of it."""
    pairs = [pair for axes in panels for pair in zip(*axes.get_legend_handles_labels(), strict=True)]
    found = {name: handle for handle, name in pairs}
    figure.legend(list(found.values()), list(found), **{"ncols": len(found)} | look)


def outer_labels(grid: Any, x: str, y: str) -> None:
    """Name the axes of a grid of panels that share their names; shown on the left and at the bottom only."""
    for (row, place), axes in np.ndenumerate(grid):
        axes.set_xlabel(x, visible=row == grid.shape[0] - 1)
        axes.set_ylabel(y, visible=place == 0)
