"""A page for each claim: what it says, how it is proved or refuted, what was met; without scripts.

page(pairs)            all of them on one page, as `alphalab verify KEY --explain --html` prints it
write_claims(folder)   one page each, claims/KEY.html, from which links lead to each other and back to the report, and
                       claims/claim.css, their one look
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alphalab.experiments.store import Folder, publish
from alphalab.experiments.templates import template

if TYPE_CHECKING:
    from alphalab.claims import Verdict

SUBFOLDER, LOOK = "claims", "claim.css"
Pair = tuple["Verdict", Mapping[str, Any]]
"""A verdict, and what `alphalab.claims.explanation.explanation` returns of its claim."""


def page(pairs: Sequence[Pair], home: str = "", known: frozenset[str] = frozenset()) -> str:
    """Return one HTML page about the claims.

    `home` is where the report lies, "" where there is none; `known` are the claims that have a page beside this one.
    """
    from alphalab.claims.explanation import PLAIN, told

    here = frozenset(verdict.key for verdict, _ in pairs)
    links = {key: f"{key}.html" for key in known} | {key: f"#{key}" for key in here}
    shown = [(verdict, reason, told(verdict, reason)) for verdict, reason in pairs]
    return template("claim.html").render(shown=shown, home=home, links=links, plain=PLAIN)


def write_claims(folder: Folder, verdicts: Sequence[Verdict]) -> Iterator[Path]:
    """Write claims/KEY.html into `folder` for every verdict on a claim of the ledger; yield their paths as they are.

    Where the verdicts were found in this process, its proofs are not decided again.
    """
    from alphalab.claims import claim
    from alphalab.claims.explanation import explanation

    known = frozenset(verdict.key for verdict in verdicts)
    publish(Path(folder) / SUBFOLDER, {LOOK: template(LOOK).render().encode()})
    for verdict in verdicts:
        reason = explanation(claim(verdict.key), statements=True)
        text = page([(verdict, reason)], f"../index.html#claim-{verdict.key}", known)
        yield from publish(Path(folder) / SUBFOLDER, {f"{verdict.key}.html": text.encode()})
