"""The roof: alphalab list | run | sweep | merge | bounds | verify | certify | cite | figures | reproduce | train | new.

exit codes   0 done   1 a verdict departs from the record   2 misuse
             130 interrupted   141 nobody reads the output   143 terminated
settings     what run and sweep share      show     the table and the JSON that commands print
objects      file.py:object wherever a name is taken
bounds, certify, cite, figures, listing, merge, new, run, sweep, train, verify   one command each: asks and prints
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

import alphalab
from alphalab.cli import bounds, certify, cite, figures, listing, merge, new, objects, run, sweep, train, verify

COMMANDS = {
    "list": (listing.describe, "what there is"),
    "run": (run.describe, "one run: values, gradient norms, how it ended"),
    "sweep": (sweep.describe, "a grid of runs at once"),
    "merge": (merge.describe, "join stores of `sweep --store`"),
    "bounds": (bounds.describe, "your own runs against every bound that applies"),
    "verify": (verify.describe, "the verdicts, found again"),
    "certify": (certify.describe, "certify your own sigma(u)"),
    "cite": (cite.describe, "what the claims are related to, as BibTeX"),
    "figures": (figures.describe_figures, "figures and the numbers behind them"),
    "reproduce": (figures.describe_reproduce, "verify, then every figure, then the report"),
    "train": (train.describe, "training tasks: networks, environments"),
    "new": (new.describe, "a file of your own that runs"),
}
MISUSE, INTERRUPTED, UNREAD, TERMINATED = 2, 130, 141, 143


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors are one line.

    describe   adds the options, of the one command that is typed;   before   sees the words that are about to be parsed
    """

    describe: Callable[[argparse.ArgumentParser], None] | None = None
    before: Callable[[Sequence[str]], None] | None = None

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Parse, after the options are there, those that depend on what is typed too."""
        if self.describe:
            self.describe(self)
        if self.before and args:
            self.before(args)
        known, rest = super().parse_known_args(args, namespace)
        if rest and self.describe:
            self.error(f"unrecognized arguments: {' '.join(rest)}")  # here, where the command is known
        return known, rest

    def error(self, message: str) -> NoReturn:
        """Raise what `main` prints."""
        if message.endswith("expected one argument"):
            option = message.split()[1].rstrip(":")
            message += f"; one that begins with - is written {option}=-..."
        raise ValueError(f"{message} (see {self.prog} --help)")


class Version(argparse.Action):
    """Print the version; looked up only when it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *rest: object) -> NoReturn:
        """Print and leave."""
        print(f"alphalab {alphalab.__version__}")
        parser.exit()


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands, each of which is described when it is typed."""
    top = Parser(prog="alphalab", description=alphalab.__doc__.partition("\n")[0], allow_abbrev=False)
    top.add_argument("--version", action=Version, nargs=0, help="print the version")
    commands = top.add_subparsers(metavar="COMMAND", required=True)
    for name, (describe, words) in COMMANDS.items():
        commands.add_parser(name, help=words, allow_abbrev=False).describe = describe
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the command line says and return the exit code; every error is one line on stderr."""
    args = argparse.Namespace()
    try:
        words = sys.argv[1:] if argv is None else list(argv)
        args = parser().parse_args(words)
        args.words = words
        code = int(args.act(args))
        print(end="", flush=True)  # a closed pipe is noticed here, not when Python shuts down
        return code
    except SystemExit as done:  # --help and --version
        return int(done.code or 0)
    except KeyboardInterrupt as error:
        kept = f"; what is done is kept in {args.store}, the same command goes on" if vars(args).get("store") else ""
        code = TERMINATED if error.args == (TERMINATED,) else INTERRUPTED
        return _fail(f"{'terminated' if code == TERMINATED else 'interrupted'}{kept}", code)
    except BrokenPipeError:  # `alphalab list problems | head -1`: nothing is wrong
        _mute(sys.stdout)
        return UNREAD
    except Exception as error:
        if sys.flags.dev_mode:
            raise
        return _fail(_in_words(error), MISUSE)


def _fail(message: str, code: int) -> int:
    with contextlib.suppress(OSError):
        print(f"alphalab: {message}", file=sys.stderr, flush=True)
    try:
        print(end="", flush=True)
    except OSError:  # the disk under stdout is full: Python would say so again when it shuts down
        _mute(sys.stdout)
    return code


def _mute(stream: object) -> None:
    """Let what is still in the stream's buffer go nowhere."""
    with contextlib.suppress(OSError, AttributeError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())  # type: ignore[attr-defined]


def _in_words(error: Exception) -> str:
    """Return an error as one line; one that nobody foresaw says its type and how to see more."""
    if isinstance(error, OSError) and error.strerror:
        words = f"{error.strerror}: {error.filename}" if error.filename else error.strerror
    elif isinstance(error, ValueError | ImportError | OSError):
        words = str(error)
    elif isinstance(error, MemoryError):
        words = f"not enough memory: {error}"
    else:
        place = objects.own_line(error)
        words = f"{place}: " * bool(place) + f"{type(error).__name__}: {error}"
        words += "" if place else " (python -X dev -m alphalab ... shows where)"
    return " ".join(words.split())
