"""alphalab sweep: a grid of hyperparameters and starts as one broadcast run, and its best settings."""

from __future__ import annotations

import argparse
import itertools
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from alphalab.arrays import to_numpy
from alphalab.cli.settings import add_settings, build, check_target, given, starts
from alphalab.cli.show import cell, print_json, print_table
from alphalab.problems import problem
from alphalab.simulation import Sweep, Trajectory, simulate

SHOWN = 10
WANTED = "A:B:N (N values, log-spaced from A > 0 to B > 0, N >= 2), a list a,b,c, or one number"


def add(commands: Any) -> None:
    """Add the command."""
    command = commands.add_parser(
        "sweep",
        help="a grid of runs at once",
        description=f"Every hyperparameter is {WANTED}. One broadcast run; prints the best {SHOWN} settings.",
        allow_abbrev=False,
    )
    add_settings(command, values, "A:B:N")
    command.add_argument("--starts", type=int, default=1, metavar="S", help="starts per setting; default: %(default)s")
    command.add_argument("--by", choices=("value", "gradient-norm"), default="value", help="what the best has least of")
    command.set_defaults(act=act)


def values(text: str) -> float | np.ndarray:
    """Return 'A:B:N' log-spaced, 'a,b,c' as given, 'x' as one number."""
    try:
        if ":" in text:
            low, high, count = text.split(":")
            if not (0 < float(low) < np.inf and 0 < float(high) < np.inf and int(count) >= 2):
                raise ValueError
            return np.geomspace(float(low), float(high), int(count))
        return np.asarray([float(part) for part in text.split(",")]) if "," in text else float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not {WANTED}") from None


def act(args: argparse.Namespace) -> int:
    """Run the grid and print."""
    check_target(args.save)
    if args.starts < 1:
        raise ValueError(f"--starts must be a whole number >= 1, got {args.starts}")
    subject = problem(args.problem, args.dim)
    chosen = given(args)
    fixed = {name: value for name, value in chosen.items() if isinstance(value, float)}
    axes = {name: value for name, value in chosen.items() if name not in fixed}
    build(args.optimizer, **chosen)  # misuse is told with the values as they were given
    seeds = range(args.seed, args.seed + args.starts)
    grid = Sweep(**axes, x0=starts(subject, seeds, args))
    method = build(args.optimizer, **fixed, **{name: getattr(grid, name) for name in axes})
    run = simulate(method, subject, grid.x0, args.steps, observe=(), tolerance=args.tolerance, dims=grid.dims)
    told: dict[str, Any] = {
        **{name: run.settings[name] for name in ("problem", "n", "steps", "tolerance")},
        **{name: run.environment[name] for name in ("dtype", "backend", "seconds")},
        "optimizer": args.optimizer,
        "fixed": fixed,
        "axes": {name: to_numpy(value) for name, value in axes.items()},
        "seeds": list(seeds),
        "by": args.by,
        "settings": ranked(run, axes, args.by),
        "saved": run.save(args.save) if args.save else None,
    }
    print_json(told) if args.json else print_best(told)
    return 0


def ranked(run: Trajectory, axes: dict[str, np.ndarray], by: str) -> list[dict[str, Any]]:
    """Return every setting with what became of each of its starts, least median (over the starts) first."""
    starts = run.batch[-1]
    columns = {
        name: getattr(run, f"{name}_last" if name in ("value", "gradient_norm") else name).reshape(-1, starts)
        for name in ("value", "gradient_norm", "status", "status_step")
    }
    settings = [
        {"at": dict(zip(axes, map(float, point), strict=True)), **{name: rows[i] for name, rows in columns.items()}}
        for i, point in enumerate(itertools.product(*axes.values()))
    ]
    return sorted(settings, key=lambda setting: median(setting, by))


def median(setting: dict[str, Any], by: str) -> float:
    """Return the median over the starts of the final value or gradient norm, infinite for a run that diverged."""
    ended = setting["status"] != "diverged"
    return float(np.median(np.where(ended, setting[by.replace("-", "_")], np.inf)))


def print_best(told: dict[str, Any]) -> None:
    """Print the best settings and where the best is."""
    settings, starts = told["settings"], len(told["seeds"])
    print(f"{told['optimizer']} on {told['problem']}, n = {told['n']}, {told['steps']} steps,", end=" ")
    print(f"{len(settings) * starts} runs in {told['seconds']:.2g} s" + _fixed(told["fixed"]))
    print(f"best {min(SHOWN, len(settings))} of {len(settings)} settings by final {told['by']}, ", end="")
    print(f"median over {starts} start{'s' if starts > 1 else ''}\n")
    print_table([row(setting) for setting in settings[:SHOWN]])
    print("\n" + where(settings[0], told["axes"], told["by"]))
    if told["saved"]:
        print(f"saved {told['saved']}")


def _fixed(fixed: dict[str, float]) -> str:
    return "".join(f", {name} {cell(value)}" for name, value in fixed.items())


def row(setting: dict[str, Any]) -> dict[str, Any]:
    """Return a setting as the table shows it."""
    return {
        **setting["at"],
        "value": median(setting, "value"),
        "gradient norm": median(setting, "gradient-norm"),
        "status": [f"{count} {status}" for status, count in Counter(setting["status"].tolist()).items()],
    }


def where(best: dict[str, Any], axes: dict[str, Sequence[float]], by: str) -> str:
    """Say where the best setting is, and whether that is the edge of what was tried."""
    if not np.isfinite(median(best, by)):
        return "no best setting: every one diverged"
    if not axes:
        return "one setting: give a hyperparameter as A:B:N to sweep it"
    told = []
    for name, value in best["at"].items():
        edge = value in (min(axes[name]), max(axes[name]))
        told.append(f"{name} = {cell(value)}" + (" (the edge of what was tried)" if edge else ""))
    return "best at " + ", ".join(told)
