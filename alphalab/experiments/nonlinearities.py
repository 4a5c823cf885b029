r"""Figure: twenty nonlinearities that libraries and papers use, each between the two lines a u and b u."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from alphalab import style
from alphalab.claims.published import PUBLISHED, SIDE
from alphalab.experiments.columns import Data, spread, stacked, where
from alphalab.experiments.experiment import Experiment
from alphalab.experiments.rows import Rows

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLUMNS = {
    "name": "the nonlinearity",
    "sigma": "sigma as an expression in u, as `alphalab certify` reads it",
    "used": "where it is used",
    "verdict": "member of the family, or which hypothesis fails where",
    "a": "a u <= sigma(u) on (0, 1], certified from below; of a member sigma(1)",
    "b": "sigma(u) <= b u, certified from above; of a member sigma'(0)",
    "c": "largest sigma, certified from above; of a member sigma(1)",
    "components": f"factor of sqrt(2 L Delta/T) in the bound on mean N, for n = {SIDE}^2 components",
    "singular values": f"the same for n = {SIDE} singular values",
    "best iterate": "the same in the bound on the best h(N), (a+b)/(2 sqrt(a b))",
    "u": "argument, dimensionless",
    "value": "sigma(u), in floats",
}
LEAST = 1e-3  # the smallest u drawn


def compute(quick: bool) -> Data:
    """Return the table, repeated along the curve of each; its columns are COLUMNS."""
    u = np.geomspace(LEAST, 1, 7 if quick else 91)
    return stacked(
        spread(COLUMNS, **one.row(), u=u, value=one.certificate.function(u) * np.ones_like(u)) for one in PUBLISHED
    )


def parts(data: Data) -> Iterator[Data]:
    """Yield the rows of each nonlinearity, in the order of the table."""
    return (where(data, data["name"] == name) for name in dict.fromkeys(data["name"].tolist()))


def draw(data: Data) -> Figure:
    """Return the figure: a panel for each."""
    shown = list(parts(data))
    figure = style.figure(style.WIDTH, 8.2)
    grid = figure.subplots(-(-len(shown) // 4), 4, sharex=True, sharey=True)
    for axes, one in zip(grid.flat, shown, strict=True):
        _panel(axes, one)
    style.outer_labels(grid, "$u$", r"$\sigma(u)$")
    style.legend(figure, [grid.flat[0], grid.flat[2]], loc="outside lower center")
    return figure


def _panel(axes: Axes, one: Data) -> None:
    """Draw sigma, solid, and the two lines, dashed."""
    style.decades(axes)
    member = one["verdict"][0] == "member"
    u, name = one["u"], "member of the family" if member else "no member: between two lines"
    axes.plot(u, one["value"], color=style.BLUE if member else style.VERMILION, label=name)
    for letter, dashes in zip("ab", style.DASHES, strict=False):
        if np.isfinite(one[letter][0]):
            look: dict[str, Any] = {"color": style.INK, "linestyle": dashes, "linewidth": 0.9, "label": f"${letter} u$"}
            axes.plot(u, one[letter] * u, **look)
    axes.set(xlim=(LEAST, 1), ylim=(2e-4, 4), xticks=(1e-3, 1e-2, 1e-1, 1), yticks=(1e-3, 1e-2, 1e-1, 1))
    axes.set_title(one["name"][0])
    style.note(axes, 0.98, 0.2, f"{one['components'][0]:.4g} / {one['singular values'][0]:.4g}")


def summary(data: Data) -> Rows:
    """Return the table itself."""
    words, numbers = ("name", "used", "verdict"), ("a", "b", "c", "components", "singular values", "best iterate")
    return [
        {name: str(one[name][0]) for name in words}
        | {name: f"{one[name][0]:.6g}" if np.isfinite(one[name][0]) else "infinite" for name in numbers}
        for one in parts(data)
    ]


NONLINEARITIES = Experiment(
    key="nonlinearities",
    title="Twenty nonlinearities, decided",
    caption=(
        "The theory holds for d = sigma(g/(N+eps)) with any sigma that is odd, increasing and concave on [0, 1] "
        "(blue). Of another one (vermilion) two bounds survive where it lies between two lines a u and b u, dashed: a, "
        "b and c are certified in intervals. Below each curve stand the factors of sqrt(2 L Delta/T) in the bound on "
        f"the mean gradient norm, for a matrix of {SIDE} x {SIDE}: read component by component, as AlphaGrad, and on "
        "its singular values, as Muon. Five steps of Newton-Schulz are neither increasing nor concave; the exact polar "
        "factor is the sign, so read. The table below: `alphalab certify --table`."
    ),
    columns=COLUMNS,
    compute=compute,
    draw=draw,
    summary=summary,
    terms=1024,  # the slope of Newton-Schulz, 485, multiplies what u is rounded by
    needs=("flint", "proof"),
)
