"""alphalab train: the paper's training tasks and supervised ones, a stack of agents at once."""

from __future__ import annotations

import argparse
import importlib.util
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from alphalab.cli import sweep
from alphalab.cli.settings import check_folder, notes, whole
from alphalab.cli.show import print_json, print_table
from alphalab.curves import Results, estimate, finals
from alphalab.progress import progress
from alphalab.training.catalogue import TASKS, Entry, task
from alphalab.training.setting import Setting, settings
from alphalab.words import counted

WORD = 60.0  # seconds between two lines of progress where nobody watches a terminal
SPEC = "NAME:OPTION=VALUE,..., such as adam or alphagrad:alpha=98,momentum=0.9"


def describe(command: argparse.ArgumentParser) -> None:
    """Add the options."""
    command.description = (
        f"Without a task: the tasks and their cost. An optimizer is {SPEC}; k=2 gives alpha = 2 sqrt(d) "
        "to each tensor of d numbers, granularity=layer or group one norm for a layer or for all tensors, "
        "learning_rate=... its own rates. "
        "A training that was cut off goes on when the same command is given again."
    )
    command.add_argument("task", nargs="?", metavar="TASK", help="a name of the list that `alphalab train` prints")
    command.add_argument("--optimizer", action="append", metavar="SPEC", help="may be given several times")
    command.add_argument("--learning-rates", metavar="A:B:N", help=f"of all optimizers alike: {sweep.WANTED}")
    command.add_argument("--seeds", type=whole, metavar="N", help="seeds 0..N-1, the same for all; default: 5")
    command.add_argument("--steps", type=whole, metavar="T", help="the horizon; default: the task's own")
    command.add_argument("--quick", action="store_true", help="a short horizon, two optimizers, two seeds")
    command.add_argument("--out", type=Path, default=Path("training"), metavar="DIR", help="default: %(default)s")
    command.add_argument("--json", action="store_true", help="print JSON; null stands for a number that is not finite")
    command.set_defaults(act=act)


def act(args: argparse.Namespace) -> int:
    """List the tasks, or train and print the final scores."""
    if args.task is None:
        return listed(args)
    entry = task(args.task)
    made = entry.make()
    check_folder(args.out, "--out")
    steps, agents, seeds = asked(entry, args)
    args.out.mkdir(parents=True, exist_ok=True)
    from alphalab.training.run import train

    if not args.json:
        print(f"{entry.name}, {steps:,} {made.unit}, {counted(len(agents) * len(seeds), 'agent')}; {torch_found()}")
    with notes(), heard(steps, entry.name) as tick:
        found = train(entry, agents, seeds, steps, args.out, tick)
    rows = scores(found, agents, steps)
    if args.json:
        print_json({"about": found.about, "steps": steps, "scores": rows})
    else:
        print_table(rows)
        print(f"kept in {args.out / entry.name}.csv")
    return 0


def listed(args: argparse.Namespace) -> int:
    """Print the tasks and the torch that would train them."""
    rows = [
        {
            "task": entry.name,
            "what": entry.summary,
            "steps": entry.steps,
            "steps/s per core, 20 agents together": entry.speed,
            "hours per agent": entry.steps / entry.speed / 3600,
            "missing": list(entry.missing),
        }
        for entry in TASKS
    ]
    if args.json:
        print_json(rows)
    else:
        print_table(rows)
        print(torch_found())
    return 0


def torch_found() -> str:
    """Return which build of torch is there, in words."""
    if importlib.util.find_spec("torch") is None:
        return 'no torch: pip install torch==2.13.0 (its CPU build, if you have no GPU), then "alphalab[train]"'
    version = metadata.version("torch")
    return f"torch {version}" + ("" if "+" in version else ", no build named") + ", one thread"


def asked(entry: Entry, args: argparse.Namespace) -> tuple[int, list[Setting], range]:
    """Return the horizon, the settings and the seeds; raises ValueError for what cannot be."""
    quick_steps, quick = entry.quick
    texts = args.optimizer or (quick if args.quick else entry.optimizers)
    try:
        rates = sweep.values(args.learning_rates or entry.rates)
        grid = [one for text in texts for one in settings(text, np.atleast_1d(rates), sweep.values)]
    except argparse.ArgumentTypeError as error:
        raise ValueError(f"learning rates: {error}") from None
    steps = (quick_steps if args.quick else entry.steps) if args.steps is None else args.steps
    seeds = (2 if args.quick else 5) if args.seeds is None else args.seeds
    for name, number in (("--steps", steps), ("--seeds", seeds)):
        if number < 1:
            raise ValueError(f"{name} must be a whole number >= 1, got {number}")
    return steps, grid, range(seeds)


def scores(found: Results, agents: list[Setting], steps: int) -> list[dict[str, Any]]:
    """Return a row per setting: its final score over the seeds, and how many agents stopped on the way."""
    score = found.about["score"]
    stopped = {
        (row["optimizer"], row["learning_rate"], row["seed"])
        for row in found.rows
        if row["stopped"] is not None and row["horizon"] == steps
    }
    table = finals(found, score, steps)
    rows = []
    for one in agents:
        seeds = table[one.text, one.learning_rate]
        mean, low, high = estimate(list(seeds.values()))
        gone = sum((one.text, one.learning_rate, seed) in stopped for seed in seeds)
        row = {"optimizer": one.text, "learning rate": one.learning_rate, f"{score} (IQM)": mean}
        rows.append(row | {"95 % from": low, "to": high, "seeds": len(seeds), "stopped": gone})
    return rows


@contextmanager
def heard(steps: int, what: str) -> Iterator[Callable[[int], None]]:
    """Give what hears of the step reached: it is shown on a terminal, a line now and then where nobody watches."""
    reached, said = 0, time.perf_counter()
    with progress(what, steps) as advance:

        def tell(step: int) -> None:
            nonlocal reached, said
            advance(step - reached)
            reached, now = step, time.perf_counter()
            if now - said > WORD and not sys.stderr.isatty():
                said = now
                print(f"alphalab: {what}, step {step:,} of {steps:,}", file=sys.stderr, flush=True)

        yield tell
