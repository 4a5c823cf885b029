"""alphalab list: the registries as tables."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from alphalab.cli.objects import hyperparameters
from alphalab.cli.show import print_json, print_table
from alphalab.optimizers import OPTIMIZERS, Rule
from alphalab.problems import PROBLEMS

Row = dict[str, Any]


def describe(command: argparse.ArgumentParser) -> None:
    """Add the options."""
    command.add_argument("what", choices=tuple(LISTS))
    command.add_argument("--json", action="store_true", help="print JSON")
    command.set_defaults(act=act)


def act(args: argparse.Namespace) -> int:
    """Print one registry."""
    rows = LISTS[args.what]()
    (print_json if args.json else print_table)(rows)
    return 0


def problems() -> list[Row]:
    """One row per problem; `known` are the constants that it claims."""
    return [
        {
            "name": entry.name,
            "kind": entry.kind,
            "n": entry.n,
            "real data": entry.real_data,
            "known": list(entry.known),
            "summary": entry.summary,
        }
        for entry in PROBLEMS
    ]


def optimizers() -> list[Row]:
    """One row per optimizer."""
    return [
        {
            "name": rule.name,
            "hyperparameters": hyperparameters(rule),
            "state (bytes/parameter, float32)": state_per_parameter(rule()),
            "source": rule.source,
        }
        for rule in OPTIMIZERS
    ]


def state_per_parameter(rule: Rule) -> int:
    """Return what one more parameter adds to the state; a step counter is not counted."""
    one, two = (rule.state_bytes(np.zeros(n, dtype=np.float32)) for n in (1, 2))
    return two - one


def claims() -> list[Row]:
    """One row per claim; `needs` are its assumptions."""
    from alphalab.claims import CLAIMS

    return [
        {
            "key": claim.key,
            "title": claim.title,
            "source": claim.source,
            "verdict": claim.verdict,
            "needs": [assumption.sentence for assumption in claim.assumes],
        }
        for claim in CLAIMS
    ]


def letters() -> list[Row]:
    """One row per letter of `al.letters`: its name there, how it is written, what it stands for."""
    from sympy import Symbol, latex

    from alphalab.claims import notation
    from alphalab.claims.typeset import is_ascii, text

    say = partial(text, ascii_only=is_ascii(sys.stdout))
    meaning = {q.symbol: q.meaning for q in notation.QUANTITIES}
    meaning |= {symbol: latex(formula) for symbol, formula in notation.DEFINITIONS.items()}
    return [
        {"name": name, "written": say(latex(symbol)), "meaning": say(meaning[symbol])}
        for name, symbol in vars(notation).items()
        if isinstance(symbol, Symbol)
    ]


def assumptions() -> list[Row]:
    """One row per assumption of `al.assumptions`: its name there, and what it says."""
    from alphalab.claims.claim import Assumption
    from alphalab.claims.facts import assumptions
    from alphalab.claims.typeset import is_ascii, text

    say = partial(text, ascii_only=is_ascii(sys.stdout))
    return [
        {"name": name, "says": say(one.sentence)}
        for name, one in vars(assumptions).items()
        if isinstance(one, Assumption)
    ]


def figures() -> list[Row]:
    """One row per figure."""
    from alphalab.experiments import EXPERIMENTS

    return [{"key": experiment.key, "title": experiment.title} for experiment in EXPERIMENTS]


LISTS: dict[str, Callable[[], list[Row]]] = {
    "problems": problems,
    "optimizers": optimizers,
    "claims": claims,
    "letters": letters,
    "assumptions": assumptions,
    "figures": figures,
}
