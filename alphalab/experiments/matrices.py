"""Figure: when Muon wins on a matrix, and what the bound in the spectral norm says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from alphalab import style
from alphalab.claims import sharp
from alphalab.claims.case import nuclear_norm_of
from alphalab.experiments.bounds import HOPS
from alphalab.experiments.columns import Data, Sensitive, spread, stacked
from alphalab.experiments.experiment import Experiment
from alphalab.optimizers import AlphaGrad, NormalizedGD, Optimizer, SignSGD, Spectral
from alphalab.problems import MatrixLeastSquares
from alphalab.simulation import simulate

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SIZE, STEPS, STARTS, ALPHA = 8, 256, 4, 2.0
SHAPE = (SIZE, SIZE)
DECAYS = (0.05, 0.3, 0.5, 0.7, 0.8, 0.9, 1.0)  # a_i b_i = decay^(i-1)
COLUMNS = {
    "method": "name of the method",
    "ratio": "L_op/L, from 1 (one singular value decides) to k (all are equal)",
    "start": "number of the start",
    "nuclear": "mean over the steps of the nuclear norm of the gradient, over sqrt(2 L Delta/T)",
    "frobenius": "mean over the steps of its Frobenius norm, over sqrt(2 L Delta/T)",
    "left": "(f(x_T) - f*)/(f(x_1) - f*)",
    "bound": "what is proved of `nuclear`: sqrt(L_op/L) of Muon, sqrt k of normalised descent",
}
LOOKS = {
    "normalised descent": (style.VERMILION, "o"),
    "Muon": (style.BLUE, "s"),
    "AlphaGrad on singular values": (style.GREEN, "^"),
}


def compute(quick: bool) -> Data:
    """Return the table; its columns are COLUMNS."""
    return stacked(part for decay in DECAYS for part in _parts(decay, STEPS // 16 if quick else STEPS))


def _parts(decay: float, steps: int) -> Iterator[Data]:
    """Run every method at its best step for so many steps, from STARTS starts as one batch."""
    values = decay ** (np.arange(SIZE) / 2)
    bowl = MatrixLeastSquares.with_spectra(values, values)
    starts = np.stack([bowl.start(seed) for seed in range(STARTS)])
    L, Delta = float(bowl.constants.L or 0.0), bowl.value(starts)
    unit = np.sqrt(2 * L * Delta / steps)
    for name, method in _methods(bowl, Delta, steps).items():
        run = simulate(method, bowl, starts, steps, observe=("value", "gradient_norm", nuclear_norm_of(SHAPE)))
        yield spread(
            COLUMNS,
            method=name,
            ratio=bowl.L_op / L,
            start=np.arange(STARTS),
            nuclear=run.records["nuclear"].mean(axis=0) / unit,
            frobenius=run.records["gradient_norm"].mean(axis=0) / unit,
            left=run.value[-1] / Delta,
            bound={"Muon": np.sqrt(bowl.L_op / L), "normalised descent": np.sqrt(SIZE)}.get(name, np.nan),
        )


def _methods(bowl: MatrixLeastSquares, Delta: np.ndarray, steps: int) -> dict[str, Optimizer]:
    """Return the methods at the steps that make their bounds least."""
    L = float(bowl.constants.L or 0.0)
    price = float(sharp.M(ALPHA, SIZE))
    return {
        "normalised descent": NormalizedGD(learning_rate=np.sqrt(2 * Delta / (L * steps)), epsilon=0.0),
        "Muon": Spectral(SignSGD(learning_rate=np.sqrt(2 * Delta / (bowl.L_op * steps))), shape=SHAPE),
        "AlphaGrad on singular values": Spectral(
            AlphaGrad(learning_rate=np.sqrt(2 * Delta / (L * price * steps)), alpha=ALPHA, epsilon=0.0), shape=SHAPE
        ),
    }


def draw(data: Data) -> Figure:
    """Return two panels over L_op/L: the mean nuclear norm with what is proved of it, and what is left of f."""
    figure = style.figure(style.WIDTH, 3.2)
    first, second = figure.subplots(1, 2)
    for name, (colour, marker) in LOOKS.items():
        rows = data["method"] == name
        ratio = np.unique(data["ratio"][rows])
        each = [rows & (data["ratio"] == one) for one in ratio]
        for axes, column in ((first, "nuclear"), (second, "left")):
            middle = [np.median(data[column][one]) for one in each]
            axes.plot(ratio, middle, color=colour, marker=marker, markersize=4, label=name)
        bound = np.asarray([data["bound"][one][0] for one in each])
        if np.isfinite(bound).all():
            first.plot(ratio, bound, color=colour, linestyle=":", label=f"{name}, bound")
    first.set_ylim(0, 1.05 * np.sqrt(SIZE))
    second.set_yscale("log")
    first.set_ylabel(r"mean $\|G_t\|_*/\sqrt{2L\Delta/T}$")
    second.set_ylabel(r"$(f(X_T) - f^*)/(f(X_1) - f^*)$")
    for axes in (first, second):
        axes.set_xlabel(r"$L_{op}/L$")
    style.legend(figure, [first], loc="outside upper center", ncols=3)
    return figure


MATRICES = Experiment(
    key="matrices",
    title="When Muon wins on a matrix, and what the bound says",
    caption=(
        f"Least squares of a {SIZE} x {SIZE} matrix, {STEPS} steps, every method at the step that makes its own bound "
        "least, medians over 4 starts. L_op is the smoothness constant in the spectral norm, from L, where one "
        "singular value decides, to 8 L, where all are equal. Dotted: what is proved of the mean nuclear norm, "
        "sqrt(L_op/L) of the exact polar factor (spectral-nuclear, alpha -> inf), which runs at its bound, and sqrt 8 "
        "of normalised descent, whose bound is one of the Frobenius norm. Muon wins where L_op/L is less than the "
        "square of the nuclear norm over the Frobenius norm that normalised descent meets."
    ),
    columns=COLUMNS,
    compute=compute,
    draw=draw,
    terms=STEPS,
    sensitive=(Sensitive(("nuclear", "frobenius", "left"), HOPS),),
)
