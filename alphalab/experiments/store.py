"""The files of an experiment: KEY.csv holds the numbers, KEY.pdf, KEY.svg, KEY.png show them (quick: KEY.svg alone).

Files appear whole or not at all, and a second run on the same machine writes the same bytes.
"""

from __future__ import annotations

import io
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alphalab.experiments.catalogue import experiment
from alphalab.experiments.columns import Data
from alphalab.experiments.environment import arithmetic
from alphalab.experiments.experiment import Experiment, render, run
from alphalab.experiments.table import command_of, decode, encode
from alphalab.files import written_whole
from alphalab.style import settle, style, with_dark

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Folder = str | os.PathLike[str]

FORMATS: Mapping[str, dict[str, Any]] = {
    "pdf": {"metadata": {"Creator": None, "Producer": None, "CreationDate": None}},
    "svg": {"metadata": {"Creator": None, "Date": None}},
    "png": {"metadata": {"Software": None}, "dpi": 200},
}
"""Formats of a figure, and what keeps their bytes free of the time and of the version."""
LOOK = "svg"  # the format of the page, and the only one of a quick look


def write(experiment: Experiment, folder: Folder, quick: bool = False) -> tuple[Path, ...]:
    """Compute, draw, and write the pictures and KEY.csv into `folder`; returns their paths."""
    data = run(experiment, quick)
    title = f"{experiment.key}: {experiment.title}"
    numbers = encode(data, title, experiment.command(quick), arithmetic(), experiment.columns)
    paths = publish(folder, pictures(experiment, data, quick) | {f"{experiment.key}.csv": numbers.encode()})
    for kind in FORMATS:
        if quick and kind != LOOK:
            (Path(folder) / f"{experiment.key}.{kind}").unlink(missing_ok=True)  # it would show other numbers
    return paths


def redraw(folder: Folder, key: str) -> tuple[Path, ...]:
    """Draw again from KEY.csv in `folder`, without computing; returns the paths of the pictures."""
    one = experiment(key)
    return publish(folder, pictures(one, load(folder, key), stored_command(folder, key) == one.command(quick=True)))


def load(folder: Folder, key: str) -> Data:
    """Return the numbers behind a figure, from KEY.csv in `folder`; raises ValueError where they cannot be read."""
    try:
        return decode(stored(folder, key))
    except ValueError as error:
        raise ValueError(f"{Path(folder) / key}.csv: {error}") from None


def stored_command(folder: Folder, key: str) -> str:
    """Return the command that made KEY.csv in `folder`."""
    return command_of(stored(folder, key))


def stored(folder: Folder, key: str) -> str:
    """Return the text of KEY.csv in `folder`."""
    return (Path(folder) / f"{key}.csv").read_bytes().decode()


def pictures(experiment: Experiment, data: Data, quick: bool = False) -> dict[str, bytes]:
    """Return file name -> bytes of the figure in every format."""
    drawn = render(experiment, data)
    with style(experiment.key):
        settle(drawn)
        return {f"{experiment.key}.{kind}": _bytes(drawn, kind) for kind in ([LOOK] if quick else FORMATS)}


def _bytes(drawn: Figure, kind: str) -> bytes:
    buffer = io.BytesIO()
    drawn.savefig(buffer, format=kind, **FORMATS[kind])
    return with_dark(buffer.getvalue().decode()).encode() if kind == "svg" else buffer.getvalue()


def publish(folder: Folder, files: Mapping[str, bytes]) -> tuple[Path, ...]:
    """Write files, name -> bytes, into `folder`: first drafts beside them, then all of them put in place."""
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    places = tuple(target / name for name in files)
    with written_whole(places) as drafts:
        for draft, content in zip(drafts, files.values(), strict=True):
            draft.write_bytes(content)
    return places
