r"""Where a bound can fail: spaces of gradients and of runs, each point of a space one instance.

    gradients   shape x log alpha x log(eps/N) x log N,  n = 1 to 100
    runs        a problem x a method; start = x* + stairs strides along a shape, one stride the first step there,
                log eta, log alpha, log(eps/(L eta)), and what the method needs (momentum, second alpha, T, D)

A shape is four numbers u: component i is u_{i mod 4} q^{i div 4}, so u = (1,1,1,1), q = 1 is balanced and
u = (1,0,0,0), q = 0 a spike. Special assumptions are met by construction. `hints` are points with which a search
starts: balanced, spike, 2-cycle (half a stride from x*), a staircase; never the witness of a claim.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from alphalab.claims.case import Case, gradient_case
from alphalab.optimizers import AlphaGrad

Values = dict[str, np.ndarray]  # the coordinates of a population by name, each (S,)

SHAPE = ("u1", "u2", "u3", "u4", "q")
SHAPE_AXES = {**dict.fromkeys(SHAPE[:4], (-1.0, 1.0)), "q": (0.0, 1.0)}
BALANCED = dict.fromkeys(SHAPE, 1.0)
SPIKE = {"u1": 1.0, "u2": 0.0, "u3": 0.0, "u4": 0.0, "q": 0.0}


@dataclass(frozen=True)
class Arena:
    """A box of points and the case they make: `axes` name -> (low, high), `hints` points inside the box.

    `make` turns a population, every name (S,), into one case whose batch is the population.
    """

    label: str
    axes: dict[str, tuple[float, float]]
    make: Callable[[Values], Case]
    hints: tuple[dict[str, float], ...]

    def case(self, points: np.ndarray) -> Case:
        """Return the case of a population, (S, number of axes)."""
        return self.make(dict(zip(self.axes, np.asarray(points, dtype=np.float64).T, strict=True)))

    @property
    def box(self) -> np.ndarray:
        """(number of axes, 2): low and high of every axis."""
        return np.asarray(list(self.axes.values()))

    def hinted(self) -> np.ndarray:
        """Return the hints as points, (number of hints, number of axes)."""
        return np.asarray([[hint[name] for name in self.axes] for hint in self.hints])

    def sentence(self, point: np.ndarray) -> str:
        """Say in words where a point lies; log axes are told as what they stand for."""
        return f"{self.label}: " + ", ".join(map(_told, self.axes, point))


def _told(name: str, value: float) -> str:
    if name.startswith("log "):
        return f"{name.removeprefix('log ')} = {10.0**value:.6g}"
    return f"{name} = {value:.6g}"


def shaped(values: Values, n: int) -> np.ndarray:
    """Return the vectors (S, n) of the shapes, the largest component 1 in size; (1, 0, ..., 0) for the shape 0."""
    u = np.stack([values[name] for name in SHAPE[:4]], axis=-1)
    index = np.arange(n)
    vectors = u[:, index % 4] * values["q"][:, None] ** (index // 4)
    size = np.max(np.abs(vectors), axis=-1, keepdims=True)
    return np.where(size > 1e-9, vectors / np.where(size > 1e-9, size, 1.0), np.eye(1, n))


def gradient_arenas() -> Iterator[Arena]:
    """Yield the spaces of single gradients, one per dimension."""
    axes = {**SHAPE_AXES, "log alpha": (-3.0, 3.0), "log eps/N": (-16.0, 2.0), "log N": (-150.0, 150.0)}
    hints = tuple(
        shape | {"log alpha": a, "log eps/N": e, "log N": 0.0}
        for shape in (BALANCED, SPIKE)
        for a in (-3.0, 0.3, 2.0)
        for e in (-16.0, -1.0)
    )
    for n in (1, 2, 3, 4, 10, 100):
        yield Arena(f"gradient, n = {n}", axes, _gradient_maker(n), hints)


def _gradient_maker(n: int) -> Callable[[Values], Case]:
    def make(values: Values) -> Case:
        g = shaped(values, n)
        N = 10.0 ** values["log N"]
        g = g * (N / np.linalg.norm(g, axis=-1))[:, None]
        method = AlphaGrad(alpha=10.0 ** values["log alpha"], epsilon=N * 10.0 ** values["log eps/N"])
        return gradient_case(method, g, f"gradient, n = {n}")

    return make
