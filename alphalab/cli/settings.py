"""What `run` and `sweep` share: a problem, an optimizer with any of its hyperparameters, where and how to run."""

from __future__ import annotations

import argparse
import contextlib
import math
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from alphalab.arrays import BACKENDS, Array, backend
from alphalab.cli import objects
from alphalab.cli.objects import hyperparameters
from alphalab.optimizers import OPTIMIZERS, HeavyBall, Optimizer
from alphalab.problems import Problem

MOMENTUM = "momentum"


def owners() -> dict[str, list[str]]:
    """Return name -> optimizers that have it, for every hyperparameter of the registry, and momentum."""
    found: dict[str, list[str]] = {}
    for rule in OPTIMIZERS:
        for name in hyperparameters(rule):
            found.setdefault(name, []).append(rule.name)
    return found | {MOMENTUM: ["every optimizer: wraps it in HeavyBall"]}


def add_settings(command: argparse.ArgumentParser, number: Callable[[str], Any], metavar: str) -> None:
    """Add the options, hyperparameters read by `number`."""
    yours = "or your own, file.py:object"
    command.add_argument("problem", metavar="PROBLEM", help=f"a name of `alphalab list problems`, {yours}")
    command.add_argument("optimizer", metavar="OPTIMIZER", help=f"a name of `alphalab list optimizers`, {yours}")
    command.add_argument("--dim", type=whole, metavar="N", help="dimension (default: the problem's own)")
    command.add_argument("--steps", type=whole, default=1000, metavar="T", help="default: %(default)s")
    for name, rules in owners().items():
        _add_option(command, name, number, metavar, "most optimizers" if len(rules) > 6 else ", ".join(rules))
    command.add_argument("--seed", type=seed, default=0, metavar="S", help="(first) seed of the start; default: 0")
    command.add_argument("--dtype", choices=("float32", "float64"), default="float64", help="default: %(default)s")
    command.add_argument("--backend", choices=tuple(BACKENDS), default="numpy", help="default: %(default)s")
    command.add_argument("--tolerance", type=real, default=0.0, metavar="X", help="stop where ||g|| <= X > 0")
    command.add_argument(
        "--save", type=Path, metavar="FILE.npz", help="keep the trajectory; al.Trajectory.load reads it"
    )
    command.add_argument("--json", action="store_true", help="print JSON; null stands for a number that is not finite")

    command.before = partial(_add_own, command, number, metavar)  # type: ignore[attr-defined]


def _add_option(
    command: argparse.ArgumentParser, name: str, number: Callable[[str], Any], metavar: str, owner: str
) -> None:
    option = "--" + name.replace("_", "-")
    try:
        command.add_argument(option, dest=f"set_{name}", type=number, metavar=metavar, help=f"of {owner}")
    except argparse.ArgumentError:
        raise ValueError(f"{owner}: {option} is another option already; give {name!r} another name") from None


def _add_own(
    command: argparse.ArgumentParser, number: Callable[[str], Any], metavar: str, words: Sequence[str]
) -> None:
    """Add the hyperparameters of an optimizer of your own, known only when the words are there."""
    known = set(owners())
    for before, word in zip(("", *words), words, strict=False):
        if objects.is_object(word) and not (before.startswith("-") or word.startswith("-")):
            for name in objects.options(word):
                if name not in known:
                    _add_option(command, name, number, metavar, word)
                    known.add(name)


def add_jobs(command: argparse.ArgumentParser, default: int | None, text: str) -> None:
    """Add the option --jobs."""
    command.add_argument("--jobs", type=jobs, default=default, metavar="N", help=text)


def jobs(text: str) -> int:
    """Return a whole number other than 0."""
    if (number := whole(text)) == 0:
        raise argparse.ArgumentTypeError("jobs must be a whole number, not 0 (-1: one per core)")
    return number


def whole(text: str) -> int:
    """Return a whole number, also one that is written 1e6."""
    try:
        return int(text)
    except ValueError:
        if not float_or_nan(text).is_integer():
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number") from None
        return int(float(text))


def float_or_nan(text: str) -> float:
    """Return the number that a text says, not a number where it says none."""
    try:
        return float(text)
    except ValueError:
        return math.nan


def real(text: str) -> float:
    """Return a number."""
    try:
        return float(text)
    except ValueError:
        grid = "; a grid is for `alphalab sweep`" if ":" in text or "," in text else ""
        raise argparse.ArgumentTypeError(f"{text!r} is not a number{grid}") from None


def seed(text: str) -> int:
    """Return a whole number >= 0."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number >= 0")
    return int(text)


def given(args: argparse.Namespace) -> dict[str, Any]:
    """Return the hyperparameters that were given."""
    values = {name.removeprefix("set_"): value for name, value in vars(args).items() if name.startswith("set_")}
    return {name: value for name, value in values.items() if value is not None}


def build(name: str, **values: Any) -> Optimizer:
    """Return the optimizer, wrapped in heavy-ball momentum where that was given; ValueError for what it has not."""
    own = objects.is_object(name) and MOMENTUM in objects.options(name)
    momentum = None if own else values.pop(MOMENTUM, None)
    rule = objects.optimizer(name, **values)
    return rule if momentum is None else HeavyBall(rule, momentum=momentum)


def starts(problem: Problem, seeds: Sequence[int], args: argparse.Namespace) -> Array:
    """Return one start per seed, (seeds, n), of the dtype and array library asked for."""
    points = np.stack([problem.start(number) for number in seeds])
    return backend(args.backend).asarray(points.astype(args.dtype))


def check_target(path: Path | None, option: str) -> None:
    """Raise ValueError before the work where its result could not be written after it."""
    if path is None:
        return
    if path.is_dir():
        raise ValueError(f"{option}: {path} is a folder")
    if not path.parent.is_dir():
        raise ValueError(f"{option}: {path} cannot be written: there is no folder {path.parent}")
    _check_writable(path, path.parent, option)


PICTURES = (".svg", ".png", ".pdf")


def check_picture(path: Path | None) -> None:
    """Raise ValueError before the work where --plot names what no picture can be."""
    if path is not None and path.suffix.lower() not in PICTURES:
        raise ValueError(f"--plot: {path} must end in {', '.join(PICTURES)}")
    check_target(path, "--plot")


def check_folder(folder: Path, option: str) -> None:
    """Raise ValueError before the work where a folder could not be made, or written into, after it."""
    there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    if not there.is_dir():
        raise ValueError(f"{option}: {there} is a file; give a folder")
    _check_writable(folder, there, option)


def _check_writable(path: Path, folder: Path, option: str) -> None:
    """Raise ValueError where nothing can be made in the folder, which is asked by making a file without a name."""
    try:
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise ValueError(f"{option}: {path} cannot be written: {error.strerror} in {folder}") from None


@contextlib.contextmanager
def notes() -> Iterator[None]:
    """Print warnings, such as of a damaged file, as one line each on stderr."""

    def show(message: Warning | str, *place: object) -> None:
        print(f"alphalab: {message}", file=sys.stderr)

    with warnings.catch_warnings():
        warnings.simplefilter("always", UserWarning)
        warnings.showwarning = show  # type: ignore[assignment]
        yield
