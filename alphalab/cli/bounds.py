"""alphalab bounds: your own problem and method against every bound that applies."""

from __future__ import annotations

import argparse
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from alphalab.cli import objects
from alphalab.cli.settings import add_settings, build, check_picture, given, starts
from alphalab.cli.show import print_json, print_table, print_wrapped
from alphalab.cli.sweep import values

if TYPE_CHECKING:  # the floor of claims loads sympy
    from alphalab.claims.comparison import Comparison

GRIDS = {"alpha": (0.01, 100.0), "learning_rate": (1e-4, 1.0)}  # what --over sweeps where no grid is given
POINTS = 25


def describe(command: argparse.ArgumentParser) -> None:
    """Add the options."""
    add_settings(command, values, "A:B:N")
    over = ("T", *(name.replace("_", "-") for name in GRIDS))
    command.add_argument("--over", choices=over, default="T", help="along what the bounds are compared; default: T")
    command.add_argument(
        "--claim",
        action="append",
        default=[],
        metavar="CLAIM",
        help="only this one; may be repeated; or file.py:object",
    )
    command.add_argument(
        "--estimate", action="store_true", help="estimate the constants that the problem does not give"
    )
    command.add_argument("--plot", type=Path, metavar="FILE", help="draw both sides: .svg, .png or .pdf")
    command.add_argument("--folder", type=Path, metavar="DIR", help="keep numbers, verdicts and the figure")
    command.set_defaults(act=act)


def act(args: argparse.Namespace) -> int:
    """Compare and print; 1 where a claim that is on record as true is violated.

    A name that is unknown is told before what takes long: a problem is made, the claims are loaded, L is estimated.
    """
    check_picture(args.plot)
    over = args.over.replace("-", "_")
    settings = given(args)
    if over != "T" and np.size(settings.get(over, 0.0)) < 2:
        settings[over] = np.geomspace(*GRIDS[over], POINTS)
    axes = {name: np.atleast_1d(value) for name, value in settings.items() if np.size(value) > 1}
    shaped = {name: _along(value, list(axes).index(name), len(axes)) for name, value in axes.items()}
    plain = {name: float(np.ravel(value)[0]) for name, value in settings.items() if name not in axes}
    method = build(args.optimizer, **plain, **shaped)
    subject = objects.problem(args.problem, args.dim)
    claims = [objects.claim(key) for key in args.claim] or None
    from alphalab.claims.comparison import compare

    if args.estimate:
        from alphalab.problems.estimate import estimate

        subject = estimate(subject)
    x0 = starts(subject, [args.seed], args)[0, ...]
    command = shlex.join(["alphalab", *args.words])
    found = compare(subject, method, x0, args.steps, claims, command=command)
    if args.plot:
        found.plot(over).savefig(args.plot)
    if args.folder:
        found.save(args.folder)
    if args.save:
        next(iter(found.runs.values())).save(args.save)
    _tell(found, args)
    broken = [key for key in found.violated if _is_true(found, key)]
    for key in broken:
        print(f"alphalab: {key} is violated", file=sys.stderr)
    return 1 if broken else 0


def _tell(found: Comparison, args: argparse.Namespace) -> None:
    """Print the verdicts, and why other claims are not among them."""
    from alphalab.claims.typeset import is_ascii, text

    rows = found.verdicts()
    if args.json:
        print_json({"command": found.command, "verdicts": rows, "left out": found.left_out})
        return
    ascii_only = is_ascii(sys.stdout)
    shown = [{name: value for name, value in row.items() if name != "method"} for row in rows]
    print_table([row | {"because": text(row["because"], ascii_only=ascii_only)} for row in shown])
    if not rows:
        print("no claim applies to these runs")
    for why, keys in found.left_out.items():
        print_wrapped(f"left out, {text(why, ascii_only=ascii_only)}: {', '.join(keys)}")
    if not args.estimate and any({"L", "mu", "f_inf"} & set(why.split()) for why in found.left_out):
        print("what is not given, --estimate proposes from samples")
    if getattr(found.problem, "how", None) and args.estimate:
        print(found.problem)
    for path in filter(None, (args.plot, args.folder)):
        print(f"look into {path}")


def _is_true(found: Comparison, key: str) -> bool:
    return any(one.bound.key == key and one.bound.verdict == "true" for one in found.held)


def _along(value: np.ndarray, place: int, axes: int) -> np.ndarray:
    return value.reshape([-1 if axis == place else 1 for axis in range(axes)])
