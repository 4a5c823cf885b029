"""The figures of comparisons and checks: measured solid, bounds dashed, over T or along an axis of a sweep.

A triangle marks where a claim starts to apply, a bar where it stops, a cross where it is violated.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import sympy as sp

from alphalab import style
from alphalab.claims.claim import Check
from alphalab.claims.comparison import Comparison, Held, formula_of, measured_side

if TYPE_CHECKING:
    from alphalab.style import Axes, Figure

SHOWN = 5  # runs of a sweep that are drawn over T
AXES = {"T": "number of steps $T$", "alpha": r"steepness $\alpha$", "learning_rate": r"learning rate $\eta$"}
OTHER = {"left": "right", "right": "left"}


class Curve(NamedTuple):
    """One run along one axis: x, both sides and the outcome, (points,) each; `label` tells the run from others."""

    label: str
    x: np.ndarray
    sides: dict[str, np.ndarray]
    outcome: np.ndarray


def comparison_figure(comparison: Comparison, over: str, claims: Sequence[str] | None) -> Figure:
    """Return the figure of a comparison; raises ValueError for an axis that it has not, and where nothing applies."""
    held = [one for one in comparison.held if claims is None or one.bound.key in claims]
    if not any(np.any(one.check.outcome != "not applicable") for one in held):
        raise ValueError("no claim applies to these runs: `verdicts()` and `left_out` say why")
    panels: dict[sp.Expr, dict[str, list[Held]]] = {}
    for one in held:
        measured = formula_of(one.bound, measured_side(one.bound) or "left")
        panels.setdefault(measured, {}).setdefault(one.bound.key, []).append(one)
    with style.style(salt="comparison"):
        figure, axes = style.grid(len(panels))
        for panel, (measured, claimed) in zip(axes, panels.items(), strict=True):
            _panel(panel, comparison, over, list(claimed.values()))
            panel.set_title(style.mathtext(sp.latex(measured)))
            panel.set_xlabel(AXES.get(over, over))
    return figure


def _panel(axes: Axes, comparison: Comparison, over: str, claimed: Sequence[Sequence[Held]]) -> None:
    """Draw the runs solid, each once, and every bound dashed."""
    shown = [_curves(comparison, one, over) for one in (group for group in claimed)]
    runs = sum(len(curves) for curves in shown[:1])
    for place, (group, curves) in enumerate(zip(claimed, shown, strict=True)):
        bound = group[0].bound
        side = measured_side(bound) or "left"
        for number, curve in enumerate(curves):
            look: dict[str, Any] = style.bound(place)
            colour = style.COLOURS[number % len(style.COLOURS)]
            if runs > 1:
                look["color"] = colour
            if not place:
                axes.plot(curve.x, curve.sides[side], color=colour, label=curve.label or "measured", zorder=3)
            known = np.where(curve.outcome == "not applicable", np.nan, curve.sides[OTHER[side]])
            axes.plot(curve.x, known, label=bound.key if not number else None, linewidth=1.2, **look)
            _marks(axes, curve.x, known, curve.outcome, look["color"])
    style.scales(axes, shown[0][0].x, np.concatenate([np.ravel(line.get_ydata()) for line in axes.lines]))
    axes.legend(fontsize=6.5, loc="best", handlelength=2.2, labelspacing=0.25)


def _curves(comparison: Comparison, group: Sequence[Held], over: str) -> list[Curve]:
    """Return the curves of a claim: of each method the run, or so many of its sweep as are shown."""
    found: list[Curve] = []
    for held in group:
        run = comparison.runs[held.method]
        if over != "T" and over not in run.dims:
            raise ValueError(f"nothing varies along {over!r}; over: T{''.join(f', {name}' for name in run.dims)}")
        found += _of_check(held.check, over, run.dims, run.coordinates, held.method if len(comparison.runs) > 1 else "")
    return found


def _of_check(check: Check, over: str, dims: Sequence[str], coordinates: Any, name: str) -> list[Curve]:
    shape = check.outcome.shape
    sides = {side: np.broadcast_to(getattr(check, side), shape) for side in ("left", "right")}
    place = 0 if over == "T" else dims.index(over) + 1
    x = np.arange(1, shape[0] + 1) if over == "T" else coordinates.get(over, np.arange(shape[place]))
    met = np.nonzero(np.any((check.outcome != "not applicable").reshape(shape[0], -1), axis=1))[0]
    row = met[-1] if met.size else -1  # the last T that it speaks of: one about the next step is silent at the end
    rest = [axis for axis in range(1, len(shape)) if axis != place]
    curves = []
    count = int(np.prod([shape[axis] for axis in rest], dtype=int))
    for number in np.unique(np.linspace(0, count - 1, min(count, SHOWN)).round().astype(int)):
        where = np.unravel_index(number, [shape[axis] for axis in rest])
        index: list[Any] = [slice(None) if axis == place else row for axis in range(len(shape))]
        for axis, at in zip(rest, where, strict=True):
            index[axis] = int(at)
        told = [_told(dims[axis - 1], coordinates, index[axis]) for axis in rest]
        label = ", ".join([name, *told] if name else told)
        curves.append(Curve(label, x, {s: y[tuple(index)] for s, y in sides.items()}, check.outcome[tuple(index)]))
    return curves


def _told(name: str, coordinates: Any, place: int) -> str:
    """Return one setting of a sweep in few words: "alpha = 2"."""
    return f"{name} = {coordinates[name][place]:.3g}" if name in coordinates else f"{name} {place}"


def _marks(axes: Axes, x: np.ndarray, y: np.ndarray, outcome: np.ndarray, colour: str) -> None:
    """Mark where a claim starts to apply, where it stops, and where it is violated."""
    applies = outcome != "not applicable"
    starts = np.nonzero(applies[1:] & ~applies[:-1])[0] + 1
    stops = np.nonzero(applies[:-1] & ~applies[1:])[0]
    stops = stops[stops < len(x) - 2]  # the last row has no next step: that is no assumption that fails
    broken = np.nonzero(outcome == "violated")[0]
    for rows, marker, size in ((starts, "^", 4), (stops, "|", 9), (broken, "x", 4)):
        axes.plot(x[rows], y[rows], marker, color=style.VERMILION if marker == "x" else colour, markersize=size)


def check_figure(check: Check) -> Figure:
    """Return the figure of one check, a curve for each of its first runs."""
    names = tuple(f"axis {number}" for number in range(1, check.outcome.ndim))
    with style.style(salt="check"):
        figure, (axes,) = style.grid(1, 3.0)
        for number, curve in enumerate(_of_check(check, "T", names, {}, "")):
            colour = style.COLOURS[number % len(style.COLOURS)]
            known = np.where(curve.outcome == "not applicable", np.nan, curve.sides["right"])
            label = f"{curve.label}, " if curve.label else ""
            axes.plot(curve.x, curve.sides["left"], color=colour, label=f"{label}left")
            axes.plot(curve.x, known, color=colour, linestyle="--", label=f"{label}right")
            _marks(axes, curve.x, known, curve.outcome, colour)
        style.scales(axes, np.arange(1, len(check.outcome) + 1), [check.left, check.right])
        axes.set_xlabel("row, that is $T$ of a run")
        axes.legend()
    return figure
