"""What a simulation returns: histories of what was watched, the last and the best point, how each run ended."""

from __future__ import annotations

import json
import math
import os
import zipfile
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from alphalab.extras import needed
from alphalab.files import written_whole
from alphalab.style import COLOURS, grid, scales, style

if TYPE_CHECKING:
    from alphalab.style import Figure

SHOWN = 7  # runs of a sweep that are drawn


@dataclass(frozen=True, kw_only=True, repr=False)
class Trajectory:
    """A batch of runs, as NumPy arrays; `batch` is its shape, () for one run.

    records          what was observed: a history (steps, *batch), row t at x_{t+1} before the step,
                     or a fold (*batch,); also as attributes, `run.value`, `run["mean:value"]`
    x_last, x_best   the point after the last step and the best point met, (*batch, n)
    value_last, value_best, gradient_norm_last     f there and ||g(x_last)||, (*batch,)
    status           "running" (all steps done), "converged" (||g|| <= tolerance at the end), "stalled" (the
                     steps no longer change x), "diverged" (f, g, x or the state not finite), (*batch,)
    status_step      the step, from 0, since which this is so; `steps` for a run that never stopped
    dims             the names of the batch axes;   coordinates: their values, where they are known
    settings         what was run;                  environment: where

    >>> import numpy as np, alphalab as al
    >>> run = al.simulate(al.AlphaGrad(alpha=[0.5, 2.0]), al.problem("huber"), np.ones(5), steps=50)
    >>> run.batch, run.steps, run.value.shape, run["gradient_norm"].shape, run.x_last.shape
    ((2,), 50, (50, 2), (50, 2), (2, 5))
    >>> al.Trajectory.load(run.save("run")).value_best.tolist() == run.value_best.tolist()
    True
    >>> run.export("run.csv").name, len(run.plot("value").axes)
    ('run.csv', 1)
    """

    records: Mapping[str, np.ndarray]
    x_last: np.ndarray
    x_best: np.ndarray
    value_last: np.ndarray
    value_best: np.ndarray
    gradient_norm_last: np.ndarray
    status: Any
    status_step: np.ndarray
    dims: tuple[str, ...] = ()
    coordinates: Mapping[str, np.ndarray] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    environment: Mapping[str, Any] = field(default_factory=dict)

    @property
    def steps(self) -> int:
        """How many steps were asked for."""
        return int(self.settings["steps"])

    @property
    def batch(self) -> tuple[int, ...]:
        """The shape of the batch; () for one run."""
        return self.x_last.shape[:-1]

    def __repr__(self) -> str:
        """What was run, the axes, what was observed, how many runs ended how: no array."""
        told = self.settings
        axes = ", ".join(f"{name}: {size}" for name, size in zip(self.dims, self.batch, strict=False)) or "one run"
        ended = ", ".join(f"{count} {status}" for status, count in Counter(np.ravel(self.status).tolist()).items())
        return (
            f"Trajectory({str(told.get('optimizer')).partition('(')[0]} on {told.get('problem')}, "
            f"n = {self.x_last.shape[-1]}, {told.get('steps')} steps\n"
            f"    batch     {axes}\n"
            f"    observed  {', '.join(self.records) or 'nothing'}\n"
            f"    status    {ended})"
        )

    def __getitem__(self, name: str) -> np.ndarray:
        """Return what was recorded under `name`; raises ValueError naming what was."""
        if name not in self.records:
            raise ValueError(f"{name!r} was not observed; observed: {', '.join(self.records) or 'nothing'}")
        return self.records[name]

    def __getattr__(self, name: str) -> np.ndarray:
        """Records are attributes as well."""
        records = self.__dict__.get("records", {})
        if name in records:
            return records[name]
        known = ", ".join(records) or "nothing"
        raise AttributeError(f"{name!r} was not observed; observed: {known} (see simulate(observe=...))")

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write everything to an .npz file, whole or not at all; returns its path. See `load`."""
        target = npz(path)
        with written_whole([target]) as (draft,):
            self.write(draft)
        return target

    def write(self, path: Path) -> None:
        """Write what `load` reads to a new file; raises FileExistsError where there is one.

        >>> from pathlib import Path
        >>> import alphalab as al
        >>> run = al.simulate(al.SignSGD(), al.problem("huber"), al.problem("huber").start(), steps=5)
        >>> run.write(Path("part.npz"))
        >>> al.Trajectory.load("part.npz").steps
        5
        """
        header = {"dims": self.dims, "settings": dict(self.settings), "environment": dict(self.environment)}
        arrays = {f"record/{name}": value for name, value in self.records.items()}
        arrays |= {f"coordinate/{name}": value for name, value in self.coordinates.items()}
        arrays |= {name: np.asarray(getattr(self, name)) for name in FINAL}
        with path.open("xb") as file:
            np.savez_compressed(file, header=np.asarray(json.dumps(header)), **arrays)  # type: ignore[arg-type]

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Trajectory:
        """Read what `save` wrote to this path; raises ValueError for any other file."""
        with npz(path).open("rb") as opened:  # that it is not there, or not to be read, is told as it is
            try:
                return cls._read(opened)
            except (ValueError, KeyError, TypeError, EOFError, OSError, RuntimeError, zlib.error, zipfile.BadZipFile):
                raise ValueError(f"{npz(path)} is no trajectory that Trajectory.save wrote") from None

    @classmethod
    def _read(cls, opened: IO[bytes]) -> Trajectory:
        with np.load(opened, allow_pickle=False) as file:
            header, arrays = json.loads(str(file["header"])), dict(file)
        fields = {name: arrays[name][()] if name == "status" else arrays[name] for name in FINAL}
        kept = {
            kind: {key.partition("/")[2]: value for key, value in arrays.items() if key.startswith(f"{kind}/")}
            for kind in ("record", "coordinate")
        }
        header["dims"] = tuple(header["dims"])
        return cls(records=kept["record"], coordinates=kept["coordinate"], **fields, **header)

    def export(self, path: str | os.PathLike[str]) -> Path:
        """Write a file for other programs: .npz, .csv, .parquet or .nc, as its ending says; returns its path.

        Raises ValueError for another ending, and for a dtype that the format has not (longdouble).
        """
        from alphalab.simulation.export import export  # which is made of trajectories

        return export(self, path)

    def plot(self, *names: str) -> Figure:
        """Return a figure with a panel for each history, by default all: a line for every run, the first few of many.

        Raises ValueError for what was not observed, and for a fold, which is one number.
        """
        shown = names or tuple(name for name, value in self.records.items() if value.ndim > len(self.dims))
        if not shown or any(self[name].ndim == len(self.dims) for name in shown):
            raise ValueError(f"only histories are plotted, got {', '.join(shown) or 'none'}")
        settings = [np.unravel_index(number, self.batch) for number in range(min(SHOWN, math.prod(self.batch)))]
        with style(salt="trajectory"):
            figure, panels = grid(len(shown))
            for axes, name in zip(panels, shown, strict=True):
                for place, at in enumerate(settings):
                    colour, history = COLOURS[place % len(COLOURS)], np.moveaxis(self[name], 0, -1)[at]
                    axes.plot(np.arange(self.steps), history, color=colour, label=self._setting(at))
                scales(axes, [0], self[name])
                axes.set_title(name.replace("_", " "))
                axes.set_xlabel("step, from 0")
            if self.batch:
                panels[0].legend()
        return figure

    def _setting(self, at: Sequence[Any]) -> str:
        """Return one setting of a sweep in words."""
        told = zip(self.dims, at, strict=True)
        known = self.coordinates
        return ", ".join(f"{name} = {known[name][i]:.3g}" if name in known else f"{name} {i}" for name, i in told)

    def to_xarray(self) -> Any:
        """Return an xarray.Dataset with the axes named (needs the extra `tables`).

        >>> import alphalab as al
        >>> bowl = al.problem("quadratic")
        >>> run = al.simulate(al.AlphaGrad(alpha=[0.5, 2.0]), bowl, bowl.start(), steps=5, dims=("alpha",))
        >>> dict(run.to_xarray()["value"].sizes)
        {'step': 5, 'alpha': 2}
        """
        xarray = needed("xarray", "tables")
        data = {}
        for name, value in self.records.items():
            data[name] = (("step", *self.dims) if value.ndim > len(self.dims) else self.dims, value)
        for name in FINAL:
            value = np.asarray(getattr(self, name))
            data[name] = ((*self.dims, "space") if name.startswith("x_") else self.dims, value)
        coordinates = {name: value for name, value in self.coordinates.items() if value.ndim == 1}
        return xarray.Dataset(data, coords=coordinates, attrs={"settings": json.dumps(dict(self.settings))})


def npz(path: str | os.PathLike[str]) -> Path:
    """Return the path, ending in .npz."""
    path = Path(path)
    if not path.name:
        raise ValueError(f"{path} is a folder; give a file")
    return path if path.suffix == ".npz" else path.with_name(path.name + ".npz")


FINAL = ("x_last", "x_best", "value_last", "value_best", "gradient_norm_last", "status", "status_step")
COLUMNS = (*FINAL, "step", "space")  # what tables of every trajectory call their columns and axes
TAKEN = frozenset((*dir(Trajectory), *Trajectory.__dataclass_fields__, *COLUMNS))  # names that no record may have
