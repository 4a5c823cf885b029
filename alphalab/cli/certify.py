"""alphalab certify: does the theory hold for your own nonlinearity?"""

from __future__ import annotations

import argparse
import itertools
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from alphalab.cli.settings import check_picture
from alphalab.cli.show import print_json, print_table


def describe(command: argparse.ArgumentParser) -> None:
    """Add the options."""
    command.add_argument("sigma", nargs="?", metavar="SIGMA", help='an expression in u, such as "atan(3*u)"')
    command.add_argument("--dim", type=int, metavar="N", help="also print M, rho and Q in this dimension")
    command.add_argument("--positive", action="append", default=[], metavar="A", help="A stands for any number > 0")
    command.add_argument("--plot", type=Path, metavar="FILE", help="draw sigma, and where a hypothesis fails")
    command.add_argument("--table", action="store_true", help="decide those that libraries and papers use")
    command.add_argument("--json", action="store_true", help="print JSON")
    command.set_defaults(act=act)
    command.before = _look_for_signs  # type: ignore[attr-defined]


def _look_for_signs(words: Sequence[str]) -> None:
    """Say where a SIGMA that starts with - goes: argparse takes -tanh(u) for an option."""
    typed = itertools.takewhile(lambda word: word != "--", words)
    if sigma := next((word for word in typed if re.match(r"-(?!-|h$|\d+$)", word)), None):
        raise ValueError(f'{sigma!r} is no option; a SIGMA that starts with - goes after --: certify -- "-tanh(u)"')


def act(args: argparse.Namespace) -> int:
    """Print which hypotheses hold, how that is known, and the rates that follow; 1 where the theory is not known to."""
    if args.table:
        return table(args)
    from alphalab.claims.family import certify, report
    from alphalab.claims.typeset import is_ascii

    if args.sigma is None:
        raise ValueError('SIGMA is missing: an expression in u such as "atan(3*u)", or --table')
    check_picture(args.plot)
    certificate = certify(args.sigma, args.dim, args.positive)
    if args.plot:
        certificate.plot().savefig(args.plot)
    if args.json:
        print_json(certificate.as_dict())
    else:
        print(report(certificate, ascii_only=is_ascii(sys.stdout)))
    return 0 if certificate.holds else 1


def table(args: argparse.Namespace) -> int:
    """Print what is known of the published nonlinearities; 1 where one is undecided."""
    from alphalab.claims.published import PUBLISHED, SIDE

    if args.sigma is not None or args.dim or args.positive or args.plot:
        raise ValueError("--table stands alone, or with --json")
    rows = [one.row() for one in PUBLISHED]
    if args.json:
        print_json(rows)
    else:
        print_table([{name: cell for name, cell in row.items() if name not in ("sigma", "used")} for row in rows])
        print(
            f"\nThe last three multiply sqrt(2 L Delta/T): of the mean norm, of a matrix of {SIDE} x {SIDE} read by its"
        )
        print("components and by its singular values, and of the best iterate.")
    return int(any(row["verdict"] == "undecided" for row in rows))
