"""The pages of the theory, written from the ledger: statement, assumptions, proof, counterexample, kernel statement."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import alphalab as al
from alphalab.claims import Claim, kernel
from alphalab.claims.explanation import explanation
from alphalab.claims.ledger import PAPER
from alphalab.claims.typeset import runs
from alphalab.workers import in_parallel

ALONE = "---\norphan: true\n---"  # in no table of contents: 123 titles would stand beside every page


def escaped(words: str) -> str:
    """Return words that Markdown shows as they are."""
    return re.sub(r"([\\`*_{}\[\]<>|$#~])", r"\\\1", words)


def sentence(words: str) -> str:
    """Return a sentence: what is mathematics as formulas, what stands between backticks as it is."""
    parts = words.split("`")
    return "".join(f"`{part}`" if place % 2 else _told(part) for place, part in enumerate(parts))


def _told(words: str) -> str:
    """Return words without backticks, the blanks at their ends kept."""
    told = " ".join(f"{{math}}`{part.strip()}`" if maths else escaped(part) for maths, part in runs(words))
    return f"{' ' * words.startswith(' ')}{told}{' ' * words.endswith(' ')}" if told else words


def formula(latex: str) -> str:
    """Return a formula on a line of its own."""
    return f"```{{math}}\n{latex}\n```"


def steps(rows: list[dict[str, Any]]) -> Iterator[str]:
    """Yield the rows of a proof, numbered; one that is not decided says so."""
    for number, row in enumerate(rows, 1):
        undecided = "" if row["step"] == "ok" else " (undecided)"
        yield f"{number}. {sentence(row['says'])}{undecided}"
        if row["LaTeX"]:
            yield "\n" + "\n".join(f"   {line}" for line in formula(row["LaTeX"]).splitlines())
        yield ""


def page(claim: Claim, told: Mapping[str, Any]) -> str:
    """Return the page of a claim, in Markdown."""
    parts: list[str] = [
        ALONE,
        f"# {claim.key}: {sentence(claim.title)}",
        f"[The theory](index.md). {escaped(claim.source)}",
    ]
    known = kernel.known(claim)
    parts.append(f"On record: **{claim.verdict}**" + (f"; {escaped(known)}." if known else "."))
    if claim.statement:
        parts += ["## What it says", formula(claim.statement)]
    letters = [f"- {{math}}`{letter}`: {sentence(said)}" for letter, said in told["letters"].items()]
    parts += ["\n".join(letters)] if letters else []
    if told["assumes"]:
        parts += ["It assumes:", "\n".join(f"- {sentence(one)}" for one in told["assumes"])]
    if told["correction"]:
        parts += ["## What is true", sentence(told["correction"])]
    if claim.remark and claim.remark != told["correction"]:
        parts += ["## Remark", sentence(claim.remark)]
    if told["conclusion"]:
        parts += ["## How it is proved", "The right side less the left side is the sum of these, each at least 0:"]
        parts += ["\n".join(steps(told["conclusion"]))]
        parts += ["It appeals to " + ", ".join(map(appeal, told["appeals"])) + "."] if told["appeals"] else []
        parts += ["Assumed, not used: " + "; ".join(map(sentence, told["not used"])) + "."] if told["not used"] else []
    if told["proof"]:
        what = "Steps beside it" if told["conclusion"] else "How it is proved"
        parts += [f"## {what}", "\n".join(steps(told["proof"]))]
    parts += [sentence(told["follows"])] if told["follows"] else []
    if claim.witness:
        parts += ["## Why it is false as it stands", sentence(claim.witness().sentence)]
        parts += ["\n".join(steps(told["counterexample_steps"]))]
    for key, proposition in told["kernel_statements"].items():
        parts += [f"## {escaped(key)}, as the kernel is asked", f"```coq\n{proposition}\n```"]
    if told["not in the kernel"]:
        parts.append(f"Not asked of the kernel: {sentence(told['not in the kernel'])}.")
    parts += ["## Again", f"```bash\nalphalab verify {claim.key} --explain\n```"]
    return "\n\n".join(parts) + "\n"


def appeal(key: str) -> str:
    """Return a link to a claim, or the name of a line of the table of facts."""
    return f"[{key}]({key}.md)" if key in {one.key for one in al.CLAIMS} else escaped(key)


def index() -> str:
    """Return the page that lists the claims of the paper and those of the theory."""
    parts = ["# The theory", "Every statement, proof and counterexample below is written from the ledger itself."]
    paper = {one.key for one in PAPER}
    for title, claims in (
        ("What the paper says", [one for one in al.CLAIMS if one.key in paper]),
        ("What is true instead", [one for one in al.CLAIMS if one.key not in paper]),
    ):
        rows = "\n".join(f"- [{one.key}]({one.key}.md), {one.verdict}: {sentence(one.title)}" for one in claims)
        parts += [f"## {title}", rows]
    return "\n\n".join(parts) + "\n"


def write(folder: Path, jobs: int = -1) -> None:
    """Write the pages, the proofs checked in so many processes, -1: one per core."""
    folder.mkdir(parents=True)
    tasks = [functools.partial(explanation, claim.key, statements=True) for claim in al.CLAIMS]
    for claim, told in zip(al.CLAIMS, in_parallel(tasks, jobs, ordered=True), strict=True):
        (folder / f"{claim.key}.md").write_text(page(claim, told), encoding="utf-8")
    (folder / "index.md").write_text(index(), encoding="utf-8")
