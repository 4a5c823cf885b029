"""alphalab sweep: a grid of hyperparameters and starts as one broadcast run, and its best settings."""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections import Counter
from typing import Any

import numpy as np

from alphalab.arrays import to_numpy
from alphalab.cli import objects
from alphalab.cli.faster import note
from alphalab.cli.settings import add_jobs, add_settings, build, check_target, given, notes, starts, whole
from alphalab.cli.show import cell, print_json, print_table
from alphalab.memory import check_fits
from alphalab.simulation import STATUSES, Sweep
from alphalab.simulation.described import environment, settings, trajectory
from alphalab.simulation.parallel import Result, computed, kept_bytes
from alphalab.simulation.plan import Plan, planned
from alphalab.simulation.trajectory import npz
from alphalab.words import counted

SHOWN = 10
COLUMNS = {
    "value": "value_last",
    "gradient_norm": "gradient_norm_last",
    "status": "status",
    "status_step": "status_step",
}
KEPT = 8 * len(COLUMNS)  # bytes of each run
WANTED = "A:B:N (N values, log-spaced from A > 0 to B > 0, N >= 2), a list a,b,c, or one number"


def describe(command: argparse.ArgumentParser) -> None:
    """Add the options."""
    command.description = f"Every hyperparameter is {WANTED}. One broadcast run; prints the best {SHOWN} settings."
    add_settings(command, values, "A:B:N")
    command.add_argument("--starts", type=whole, default=1, metavar="S", help="starts per setting; default: 1")
    command.add_argument("--by", choices=("value", "gradient-norm"), default="value", help="what the best has least of")
    add_jobs(command, None, "cores (-1: all; default: 1); changes no bit")
    command.add_argument("--memory", metavar="SIZE", help="bound of the memory of all processes, such as 2G")
    command.add_argument("--store", metavar="DIR", help="keep the runs there, and make none of them twice")
    command.add_argument("--shard", type=shard, metavar="I/N", help="make only this part, for `alphalab merge`")
    command.set_defaults(act=act)


def values(text: str) -> float | np.ndarray:
    """Return 'A:B:N' log-spaced, 'a,b,c' as given, 'x' as one number."""
    try:
        if ":" not in text:
            return np.asarray([float(part) for part in text.split(",")]) if "," in text else float(text)
        first, last, number = text.split(":")
        low, high, count = float(first), float(last), int(number)
        if not (0 < low < np.inf and 0 < high < np.inf and count >= 2):
            raise ValueError
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not {WANTED}") from None
    try:
        check_fits(kept_bytes(count, KEPT), f"the results of {counted(count, 'run')}")  # every value is a run at least
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return np.geomspace(low, high, count)


def shard(text: str) -> tuple[int, int]:
    """Return (i, n) of 'i/n', 1 <= i <= n."""
    first, _, count = text.partition("/")
    if not (first.isdecimal() and count.isdecimal() and 1 <= int(first) <= int(count)):
        raise argparse.ArgumentTypeError(f"{text!r} is not I/N with 1 <= I <= N, such as 1/4")
    return int(first), int(count)


def act(args: argparse.Namespace) -> int:
    """Run the grid and print."""
    check(args)
    chosen = given(args)
    fixed = {name: value for name, value in chosen.items() if isinstance(value, float)}
    axes = {name: value for name, value in chosen.items() if name not in fixed}
    plan = grid_plan(args, fixed, axes)
    if args.backend == "numpy" and not args.shard and (saving := slow(args, fixed, axes)):
        print(f"alphalab: {saving}", file=sys.stderr, flush=True)
    how = {name: getattr(args, name) for name in ("jobs", "memory", "store")}
    began = time.perf_counter()
    with notes():
        if args.shard:
            return print_shard(args, plan, how)
        result = computed(plan, wanted=None if args.save else COLUMNS.values(), **how)
    seconds = time.perf_counter() - began
    ranked = Ranked(result, axes, args.starts, args.by)
    told = summary(args, plan, result.computed, seconds) | {
        "fixed": fixed,
        "axes": {name: to_numpy(value) for name, value in axes.items()},
        "saved": trajectory(plan, *result, seconds).save(args.save) if args.save else None,
    }
    if args.json:
        print_json(told | {"settings": ranked.best(None)})
    else:
        print_best(told, ranked)
    return 0


def check(args: argparse.Namespace) -> None:
    """Raise ValueError for options that do not go together, before the work."""
    check_target(args.save and npz(args.save), "--save")
    if args.starts < 1:
        raise ValueError(f"--starts must be a whole number >= 1, got {args.starts}")
    if args.shard and (args.save or args.store is None):
        raise ValueError("--shard needs --store DIR, where the parts meet, and leaves --save to `alphalab merge`")


def grid_plan(args: argparse.Namespace, fixed: dict[str, float], axes: dict[str, np.ndarray]) -> Plan:
    """Return what is to be run: every axis, then the starts."""
    build(args.optimizer, **fixed, **axes)  # misuse is told with the values as they were given, before the work
    subject = objects.problem(args.problem, args.dim)
    runs = math.prod(map(len, axes.values())) * args.starts
    starting = 3 * 8 * subject.n * args.starts  # one by one, as an array, and of the dtype asked for
    check_fits(kept_bytes(runs, KEPT) + starting, f"the results of {counted(runs, 'run')}")
    grid = Sweep(**axes, x0=starts(subject, seeds(args), args))
    method = build(args.optimizer, **fixed, **{name: getattr(grid, name) for name in axes})
    return planned(method, subject, grid.x0, args.steps, (), args.tolerance, grid, args.backend)


def slow(args: argparse.Namespace, fixed: dict[str, float], axes: dict[str, np.ndarray]) -> str:
    """Return what jax would save, measured on the setting in the middle; "" where NumPy is done soon."""
    subject = objects.problem(args.problem, args.dim)
    method = build(args.optimizer, **fixed, **{name: float(values[len(values) // 2]) for name, values in axes.items()})
    runs = math.prod(map(len, axes.values())) * args.starts
    return note(method, subject, starts(subject, [args.seed], args)[0, ...], args.steps, runs)


def seeds(args: argparse.Namespace) -> range:
    """Return the seeds of the starts."""
    return range(args.seed, args.seed + args.starts)


def summary(args: argparse.Namespace, plan: Plan, computed: int, seconds: float) -> dict[str, Any]:
    """Return what was run and how."""
    said, where_run = settings(plan), environment(plan, seconds)
    return {
        **{name: said[name] for name in ("problem", "n", "steps", "tolerance")},
        **{name: where_run[name] for name in ("dtype", "backend", "seconds")},
        "computed": computed,
        "optimizer": args.optimizer,
        "seeds": list(seeds(args)),
        "by": args.by,
    }


def print_shard(args: argparse.Namespace, plan: Plan, how: dict[str, Any]) -> int:
    """Make every n-th run from the i-th on, and say so."""
    first, count = args.shard
    rows = np.arange(first - 1, plan.runs, count)
    made = computed(plan, wanted=(), rows=rows, **how).computed
    if args.json:
        print_json({"shard": args.shard, "runs": len(rows), "computed": made, "store": args.store})
    else:
        part = f"{len(rows):,} of {counted(plan.runs, 'run')}"
        print(f"shard {first}/{count}: {part}, {len(rows) - made:,} were in {args.store} already")
    return 0


class Ranked:
    """Every setting with what became of its starts, least median (over the starts) first."""

    def __init__(self, result: Result, axes: dict[str, np.ndarray], count: int, by: str) -> None:
        self.axes = axes
        self.columns = {name: result.arrays[place].reshape(-1, count) for name, place in COLUMNS.items()}
        self.columns["status"] = np.take(STATUSES, self.columns["status"])
        ended = self.columns["status"] != "diverged"
        self.medians = {
            name: np.median(np.where(ended, self.columns[name], np.inf), axis=1) for name in ("value", "gradient_norm")
        }
        self.order = np.argsort(self.medians[by.replace("-", "_")], kind="stable")

    def __len__(self) -> int:
        """How many settings there are."""
        return len(self.order)

    def best(self, count: int | None) -> list[dict[str, Any]]:
        """Return the best settings, or all: where they are, and of each start what the columns say."""
        order = self.order[:count]
        places = np.unravel_index(order, [len(values) for values in self.axes.values()]) if self.axes else ()
        at = {name: values[place].tolist() for (name, values), place in zip(self.axes.items(), places, strict=True)}
        columns = {name: column[order].tolist() for name, column in self.columns.items()}
        return [
            {"at": {name: values[i] for name, values in at.items()}, **{name: c[i] for name, c in columns.items()}}
            for i in range(len(order))
        ]


def print_best(told: dict[str, Any], ranked: Ranked) -> None:
    """Print the best settings and where the best is."""
    best, count = ranked.best(SHOWN), len(told["seeds"])
    runs = len(ranked) * count
    print(f"{told['optimizer']} on {told['problem']}, n = {told['n']}, {told['steps']} steps,", end=" ")
    kept = f" ({runs - told['computed']} were kept)" if told["computed"] < runs else ""
    print(f"{counted(runs, 'run')}{kept} in {told['seconds']:.2g} s" + _fixed(told["fixed"]))
    print(f"best {len(best)} of {counted(len(ranked), 'setting')} by final {told['by']}, ", end="")
    print(f"median over {counted(count, 'start')}\n")
    medians = {name: ranked.medians[name][ranked.order[:SHOWN]].tolist() for name in ranked.medians}
    print_table([row(setting, medians, place) for place, setting in enumerate(best)])
    print("\n" + where(best[0], medians[told["by"].replace("-", "_")][0], told["axes"]))
    if told["saved"]:
        print(f"saved {told['saved']}")


def _fixed(fixed: dict[str, float]) -> str:
    return "".join(f", {name} {cell(value)}" for name, value in fixed.items())


def row(setting: dict[str, Any], medians: dict[str, list[float]], place: int) -> dict[str, Any]:
    """Return a setting as the table shows it."""
    return {
        **setting["at"],
        "value": medians["value"][place],
        "gradient norm": medians["gradient_norm"][place],
        "status": [f"{count} {status}" for status, count in Counter(setting["status"]).items()],
    }


def where(best: dict[str, Any], median: float, axes: dict[str, np.ndarray]) -> str:
    """Say where the best setting is, and whether that is the edge of what was tried."""
    if not np.isfinite(median):
        return "no best setting: every one diverged"
    if not axes:
        return "one setting: give a hyperparameter as A:B:N to sweep it"
    told = []
    for name, value in best["at"].items():
        edge = value in (min(axes[name]), max(axes[name]))
        told.append(f"{name} = {cell(value)}" + (" (the edge of what was tried)" if edge else ""))
    return "best at " + ", ".join(told)
