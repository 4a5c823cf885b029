"""alphalab run: one optimizer on one problem from one start."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from alphalab.cli import objects
from alphalab.cli.settings import add_settings, build, check_picture, check_target, given, real, starts
from alphalab.cli.show import print_curve, print_json, print_table
from alphalab.simulation import Trajectory, simulate
from alphalab.simulation.trajectory import npz


def describe(command: argparse.ArgumentParser) -> None:
    """Add the options."""
    add_settings(command, real, "X")
    command.add_argument("--plot", type=Path, metavar="FILE", help="draw value and gradient norm: .svg, .png or .pdf")
    command.set_defaults(act=act)


def act(args: argparse.Namespace) -> int:
    """Run and print."""
    check_target(args.save and npz(args.save), "--save")
    check_picture(args.plot)
    method = build(args.optimizer, **given(args))  # first, for a problem takes longer to make
    subject = objects.problem(args.problem, args.dim)
    x0 = starts(subject, [args.seed], args)[0, ...]
    run = simulate(method, subject, x0, args.steps, tolerance=args.tolerance)
    told = summary(run) | {"seed": args.seed, "saved": run.save(args.save) if args.save else None}
    if args.plot:
        run.plot().savefig(args.plot)
    if args.json:
        print_json(told)
    else:
        print_table([{"quantity": name.replace("_", " "), "value": value} for name, value in told.items()])
        print_curve(run.gradient_norm.tolist(), "gradient norm", f"step {args.steps}")
    return 0


def summary(run: Trajectory) -> dict[str, Any]:
    """Return what was run and how it went."""
    return {
        **{name: run.settings[name] for name in ("problem", "n", "optimizer", "steps", "tolerance")},
        **{name: run.environment[name] for name in ("dtype", "backend")},
        "value_first": float(run.value[0]),
        "value_last": float(run.value_last),
        "value_best": float(run.value_best),
        "gradient_norm_first": float(run.gradient_norm[0]),
        "gradient_norm_last": float(run.gradient_norm_last),
        "status": str(run.status),
        "status_step": int(run.status_step),
        "seconds": float(run.environment["seconds"]),
    }
