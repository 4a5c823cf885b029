"""A trajectory as a file for other programs, the settings and the environment inside.

.npz      al.Trajectory.load reads it                .nc       netCDF, every axis named
.csv      one line per run, after one comment        .parquet  one row per run, histories and points as lists
"""

from __future__ import annotations

import csv
import json
import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from alphalab.extras import needed
from alphalab.files import written_whole
from alphalab.simulation.trajectory import FINAL, Trajectory

CELLS = 1_000_000  # of a .csv that are Python's numbers at once


def export(run: Trajectory, path: str | os.PathLike[str]) -> Path:
    """Write a trajectory in the format that the ending of the path says, whole or not at all; returns the path."""
    target = check_format(path)
    dtype = run.x_last.dtype
    if dtype == np.longdouble and target.suffix in (".nc", ".parquet"):
        raise ValueError(f"export: {target.suffix} has no numbers of {dtype}; .npz keeps them, .csv all their digits")
    with written_whole([target]) as (draft,):
        FORMATS[target.suffix](run, draft)
    return target


def check_format(path: str | os.PathLike[str]) -> Path:
    """Return the path; raises ValueError where its ending is no format, or its folder not there."""
    if not isinstance(path, str | os.PathLike):
        raise ValueError(f"export: {path!r} is no path")
    target = Path(path)
    if target.suffix not in FORMATS:
        raise ValueError(f"export: {target} must end in {', '.join(FORMATS)}")
    if not target.parent.is_dir():
        raise ValueError(f"export: there is no folder {target.parent}")
    return target


def about(run: Trajectory) -> str:
    """Return settings and environment as JSON."""
    return json.dumps({"settings": dict(run.settings), "environment": dict(run.environment)})


def columns(run: Trajectory) -> dict[str, np.ndarray]:
    """Return name -> (runs,) or (runs, values): where in the batch a run is, its records, how it ended."""
    runs = int(np.prod(run.batch))
    found = {}
    places = np.unravel_index(np.arange(runs), run.batch) if run.batch else ()
    for name, place in zip(run.dims, places, strict=True):
        found[name] = run.coordinates[name][place] if name in run.coordinates else place
    for name, array in run.records.items():
        history = array.ndim > len(run.batch)
        found[name] = array.reshape(-1, runs).T if history else array.reshape(runs)
    for name in FINAL:
        found[name] = np.reshape(getattr(run, name), (runs, -1) if name.startswith("x_") else runs)
    return found


def _csv(run: Trajectory, path: Path) -> None:
    flat = [
        (f"{name}_{i}" if array.ndim > 1 else name, column)
        for name, array in columns(run).items()
        for i, column in enumerate(array.T if array.ndim > 1 else [array])
    ]
    names = [name for name, _ in flat]
    name, times = Counter(names).most_common(1)[0]
    if times > 1:
        raise ValueError(f"export: {times} columns of a .csv would be called {name!r}; .npz keeps them apart")
    height = max(1, CELLS // len(names))
    with path.open("w", newline="", encoding="utf-8") as file:
        file.write(f"# {about(run)}\n")
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names)
        for low in range(0, len(flat[0][1]), height):
            writer.writerows(zip(*(column[low : low + height].tolist() for _, column in flat), strict=True))


def _parquet(run: Trajectory, path: Path) -> None:
    pyarrow, parquet = (needed(name, "tables") for name in ("pyarrow", "pyarrow.parquet"))
    table = pyarrow.table({name: _arrow(pyarrow, array) for name, array in columns(run).items()})
    parquet.write_table(table.replace_schema_metadata({"alphalab": about(run)}), path)


def _arrow(pyarrow: Any, array: np.ndarray) -> Any:
    if array.ndim == 1:
        return pyarrow.array(array)
    flat = pyarrow.array(np.ascontiguousarray(array).reshape(-1))
    return pyarrow.FixedSizeListArray.from_arrays(flat, array.shape[1])


def _netcdf(run: Trajectory, path: Path) -> None:
    data = run.to_xarray()
    data.attrs = {"alphalab": about(run)}
    half = [name for name, values in data.data_vars.items() if values.dtype == np.float16]
    data = data.assign({name: data[name].astype(np.float32) for name in half})  # netCDF has no numbers so narrow
    path.write_bytes(data.to_netcdf(engine="scipy"))


FORMATS: dict[str, Callable[[Trajectory, Path], None]]
FORMATS = {".npz": Trajectory.write, ".csv": _csv, ".parquet": _parquet, ".nc": _netcdf}
