"""alphalab certify: does the theory hold for your own nonlinearity?"""

from __future__ import annotations

import argparse
import functools
from pathlib import Path
from typing import NoReturn

from alphalab.cli.settings import check_picture
from alphalab.cli.show import print_json


def describe(command: argparse.ArgumentParser) -> None:
    """Add the options."""
    command.add_argument("sigma", metavar="SIGMA", help='an expression in u, such as "atan(3*u)"')
    command.add_argument("--dim", type=int, metavar="N", help="also print M, rho and Q in this dimension")
    command.add_argument("--positive", action="append", default=[], metavar="A", help="A stands for any number > 0")
    command.add_argument("--plot", type=Path, metavar="FILE", help="draw sigma, and where a hypothesis fails")
    command.add_argument("--json", action="store_true", help="print JSON")
    command.set_defaults(act=act)
    command.error = functools.partial(_error, command.prog)  # type: ignore[method-assign]


def _error(prog: str, message: str) -> NoReturn:
    """Say what is wrong with the arguments; argparse takes -tanh(u) for an option, and then misses SIGMA."""
    hint = '; a SIGMA that starts with - goes after --: certify -- "-tanh(u)"' if "SIGMA" in message else ""
    raise ValueError(f"{message}{hint} (see {prog} --help)")


def act(args: argparse.Namespace) -> int:
    """Print which hypotheses hold, how that is known, and the rates that follow; 1 where the theory is not known to."""
    from alphalab.claims.family import certify, report

    check_picture(args.plot)
    certificate = certify(args.sigma, args.dim, args.positive)
    if args.plot:
        certificate.plot().savefig(args.plot)
    if args.json:
        print_json(certificate.as_dict())
    else:
        print(report(certificate))
    return 0 if certificate.holds else 1
