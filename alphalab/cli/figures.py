"""alphalab figures, alphalab reproduce: the figures with the numbers behind them, and the report."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alphalab.cli import objects
from alphalab.cli.settings import add_jobs, check_folder
from alphalab.cli.show import print_json, print_table, print_wrapped, watched
from alphalab.cli.verify import judge, ledger, verdicts_on
from alphalab.words import counted
from alphalab.workers import in_parallel

if TYPE_CHECKING:  # the floors of claims and experiments load sympy and matplotlib
    from alphalab.claims import Claim, Verdict
    from alphalab.experiments import Check, Experiment

FULL, QUICK = "figures", "figures-quick"
LOOK = 8  # figures of a quick look: the first ones of the registry, of the paper's lemmas and theorems


def describe_figures(command: argparse.ArgumentParser) -> None:
    """Add the options of `figures`."""
    command.add_argument(
        "keys", nargs="*", metavar="KEY", help="of `alphalab list figures`, or file.py:object; default: all"
    )
    command.add_argument("--check", action="store_true", help="compute again, compare with DIR, write nothing")
    describe(command)
    command.set_defaults(act=figures)


def describe_reproduce(command: argparse.ArgumentParser) -> None:
    """Add the options of `reproduce`."""
    command.description = f"Verify, then every figure, then the report; --quick: the paper's claims, {LOOK} figures."
    describe(command)


def describe(command: argparse.ArgumentParser) -> None:
    """Add the options that `reproduce` has, and `figures` too."""
    command.add_argument("--out", type=Path, metavar="DIR", help=f"default: {FULL}; of --quick: {QUICK}")
    command.add_argument("--quick", action="store_true", help="smaller computations: a look, not the result")
    add_jobs(command, -1, "processes (default: one per core)")
    command.add_argument("--json", action="store_true", help="print JSON, progress on stderr")
    command.set_defaults(act=reproduce)


def settle_folder(args: argparse.Namespace) -> None:
    """Choose where to write where that is not said: a quick look never takes the place of results."""
    args.out = args.out or Path(QUICK if args.quick else FULL)


def figures(args: argparse.Namespace) -> int:
    """Write the figures asked for, or compare them with the numbers on file."""
    from alphalab.experiments import EXPERIMENTS

    settle_folder(args)
    chosen = tuple(objects.experiment(key) for key in dict.fromkeys(args.keys)) or able(EXPERIMENTS)
    if args.check:
        return compared(chosen, args)
    files = written(chosen, args)
    if args.json:
        print_json({"figures": files})
    else:
        print(f"look into {args.out}")
    return 0


def able(experiments: Sequence[Experiment]) -> tuple[Experiment, ...]:
    """Return the experiments that can be computed here; the others are told, and what is on file of them stays."""
    lacking = [why for one in experiments if (why := one.lacks())]
    for why in lacking:
        print(f"left as it is: {why}", file=sys.stderr)
    return tuple(one for one in experiments if not one.lacks())


def compared(chosen: Sequence[Experiment], args: argparse.Namespace) -> int:
    """Compute the numbers again and compare them with those on file; 1 where some depart."""
    if args.quick:
        raise ValueError("--check reads from each file whether it is quick: leave out --quick")
    checks = {}
    again = in_parallel([partial(checked, one, args.out.resolve()) for one in chosen], args.jobs)
    for found in watched(again, "figures compared", len(chosen)):
        checks[found.key] = found
        if not args.json and (found.compared or not found.departures):  # else its sentence says all
            print(f"{found.key}: {compared_words(found)}", flush=True)
    ordered = [checks[one.key] for one in chosen]
    if args.json:
        print_json([asdict(found) for found in ordered])
    return judge([sentence for found in ordered for sentence in found.departures])


def compared_words(found: Check) -> str:
    """Return what was compared and what was not, as a sentence."""
    how = "bit for bit" if found.same_arithmetic else "within roundoff, computed on another machine"
    left_out = "".join(f"; {cells} not, because {why}" for why, cells in found.left_out.items())
    return f"{'DEPARTS' if found.departures else 'agrees'}, {found.compared} cells compared {how}{left_out}"


def checked(experiment: Experiment, folder: Path) -> Check:
    """Compare one experiment."""
    from alphalab.experiments import check

    return check(folder, experiment)


def reproduce(args: argparse.Namespace) -> int:
    """Verify, write every figure and the index page; 1 where a verdict departs from the record.

    A quick look is at a part, the claims of the paper and the first figures, and says so.
    """
    from alphalab.claims import CLAIMS, departures
    from alphalab.claims.verify import summary
    from alphalab.experiments import EXPERIMENTS, write_index

    settle_folder(args)
    figures = able(EXPERIMENTS[: LOOK if args.quick else None])
    claims = of_paper(CLAIMS) if args.quick else CLAIMS
    files = written(figures, args, partial(verified, args.quick, args.out.resolve()))
    verdicts: tuple[Verdict, ...] = files.pop("verify")
    if not args.json:
        print()
        print_table(ledger(verdicts))
        print(f"\n{summary(verdicts)}\n", flush=True)
    index = write_index(args.out, verdicts, args.quick)
    part = part_words(len(claims), len(CLAIMS), len(figures), len(EXPERIMENTS))
    if args.json:
        told = {"verdicts": [verdict.as_dict() for verdict in verdicts], "figures": files, "index": index}
        print_json(told | {"part": part} if args.quick else told)
    else:
        if args.quick:
            print_wrapped(part)
        print(f"open {index}")
    return judge(list(departures(verdicts)))


def part_words(claims: int, all_claims: int, shown: int, all_shown: int) -> str:
    """Return at how much a quick look has been, and what is not in it."""
    return (
        f"a look at a part: {claims} of {counted(all_claims, 'claim')}, those of the paper, with less evidence, "
        f"and {shown} of {counted(all_shown, 'figure')}, coarse; `alphalab reproduce` adds the claims of the lab's "
        "theory, runs on every problem, the other figures, all of them in full, and a page for every claim"
    )


def of_paper(claims: Sequence[Claim]) -> tuple[Claim, ...]:
    """Return those of the claims that are the paper's: true, corrected, false and open ones."""
    from alphalab.claims.ledger import PAPER

    keys = {one.key for one in PAPER}
    return tuple(one for one in claims if one.key in keys)


def written(
    chosen: Sequence[Experiment], args: argparse.Namespace, *first: Callable[[], tuple[str, Any, float]]
) -> dict[str, Any]:
    """Do the tasks in `first` and write each experiment into the folder, side by side; return key -> result."""
    check_folder(args.out, "--out")
    folder = args.out.resolve()  # a worker that is used again may be in another folder
    tasks: list[Callable[[], Any]] = [*first, *(partial(drawn, one, folder, args.quick) for one in chosen)]
    results = {}
    for key, result, seconds in watched(in_parallel(tasks, args.jobs), "parts done", len(tasks)):
        results[key] = result
        names = counted(len(result), "claim") if key == "verify" else ", ".join(path.name for path in result)
        say(args, f"{key}: {names} ({seconds:.1f} s)")
    return {"verify": results["verify"]} | ordered(chosen, results) if first else ordered(chosen, results)


def say(args: argparse.Namespace, sentence: str) -> None:
    """Print what was done, beside the JSON where that is asked for."""
    print(sentence, file=sys.stderr if args.json else sys.stdout, flush=True)


def ordered(chosen: Sequence[Experiment], results: dict[str, Any]) -> dict[str, Any]:
    """Return the results of the experiments in their order."""
    return {one.key: list(results[one.key]) for one in chosen}


def verified(quick: bool, folder: Path) -> tuple[str, Any, float]:
    """Return ("verify", verdicts, seconds), those of a quick look of the paper's claims, as `verify` keeps them.

    The pages of claims are written where their proofs are decided already.
    """
    from alphalab.claims import CLAIMS
    from alphalab.experiments import write_claims

    began = time.perf_counter()
    verdicts = verdicts_on(of_paper(CLAIMS) if quick else CLAIMS, quick=quick, fresh=not quick)
    if not quick:
        list(write_claims(folder, verdicts))
    return "verify", verdicts, time.perf_counter() - began


def drawn(experiment: Experiment, folder: Path, quick: bool) -> tuple[str, Any, float]:
    """Write one experiment and return (key, files, seconds)."""
    from alphalab.experiments import write

    began = time.perf_counter()
    return experiment.key, write(experiment, folder, quick), time.perf_counter() - began
