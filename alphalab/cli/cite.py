"""alphalab cite: what the claims are related to, as BibTeX."""

from __future__ import annotations

import argparse

from alphalab.cli import objects


def describe(command: argparse.ArgumentParser) -> None:
    """Add the options."""
    command.add_argument(
        "claims", nargs="*", metavar="CLAIM", help="of `alphalab list claims`, or a pattern (thm-2*); default: all"
    )
    command.set_defaults(act=act)


def act(args: argparse.Namespace) -> int:
    """Print the entries, each once, after a comment for every claim that says how it is related to which."""
    from alphalab.claims import CLAIMS
    from alphalab.claims.references import bibtex

    found = [claim.key for name in args.claims for claim in objects.claims_called(name)]
    print(bibtex(dict.fromkeys(found) or [claim.key for claim in CLAIMS]))
    return 0
