"""What the kernel is asked: for every claim that has a proof script, its statement, the script, the facts it stands on.

facts/*.v     definitions and facts, written by hand           proofs/KEY.v            the proof of a claim
record.json   what was checked, by which Coq, on which axioms  proofs/KEY+attained.v   that it is attained
proofs/printed/KEY.v   a proof printed from what the claim concludes
known         how far a claim is known: what Coq said of it here, else what is on record
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alphalab.claims.claim import Claim
from alphalab.claims.kernel.formal import HENCE
from alphalab.claims.kernel.propositions import NotFormalError, statement

FOLDER = Path(__file__).parent
RECORD = FOLDER / "record.json"
DEFINITIONS = "Definitions"
ATTAINED = "+attained"
GIVEN_BEFORE: Mapping[str, tuple[str, ...]] = {  # of what is attained: what is given beforehand, the rest exists
    "thm-2-sharp": ("n", "T", "alpha", "eta", "L"),
    "thm-2-norm": ("T", "alpha", "eta", "L"),
}
HEAD = f"From Coq Require Import Reals.\nFrom AlphaLab Require Import {DEFINITIONS}.\nOpen Scope R_scope.\n"
IMPORT = re.compile(r"^From AlphaLab Require (?:Import|Export) ([\w ]+)\.$", re.MULTILINE)
CITE = re.compile(r"^From AlphaLab Require (?!Import|Export)([\w ]+)\.$", re.MULTILINE)


@dataclass(frozen=True)
class Theorem:
    """A statement and its proof.

    key        the claim's key, with `+attained` where it says that the claim is attained
    statement  a proposition of Coq, printed from the claim
    script     imports and tactics, written by hand or printed by `printed`
    cites      the theorems of other claims that it stands on
    """

    key: str
    statement: str
    script: str
    cites: tuple[Theorem, ...] = ()

    @property
    def file(self) -> str:
        """The name of the file that Coq compiles, without `.v`."""
        return file_of(self.key)

    @property
    def imports(self) -> tuple[str, ...]:
        """The facts that the script names."""
        return tuple(name for line in IMPORT.findall(self.script) for name in line.split())

    def text(self) -> str:
        """The file that Coq compiles: the facts are open in the module of the proof alone.

        The statement is read before it and the theorem after it, where no name of a fact can stand for another thing.
        """
        proof = self.script.split("Proof.", 1)[1]
        facts = " ".join(self.imports)
        needed = " ".join([facts, *(theorem.file for theorem in self.cites)])
        return (
            f"{HEAD}Definition statement : Prop :=\n{self.statement}.\nFrom AlphaLab Require {needed}.\n"
            f"Module Proved.\nImport {facts}.\nTheorem checked : statement.\nProof.{proof}\nEnd Proved.\n"
            "Definition checked : statement := Proved.checked.\nPrint Assumptions checked.\n"
        )

    @functools.cached_property
    def digest(self) -> str:
        """The hash of all that decides: the text, every fact and every theorem that it stands on."""
        below = [theorem.digest for theorem in self.cites]
        return hashed(self.text(), *(facts()[name] for name in closure(self.imports)), *below)


@dataclass(frozen=True)
class Outcome:
    """What came of a theorem: the axioms it stands on, and why it is refused, "" where it is checked."""

    key: str
    digest: str
    axioms: tuple[str, ...]
    refused: str


@functools.cache
def facts() -> dict[str, str]:
    """Return name -> text of every file of facts, each after those that it stands on."""
    texts = {path.stem: path.read_text(encoding="utf-8") for path in sorted((FOLDER / "facts").glob("*.v"))}
    order: dict[str, str] = {}

    def add(name: str) -> None:
        for line in IMPORT.findall(texts[name]):
            for needed in line.split():
                add(needed)
        order.setdefault(name, texts[name])

    for name in texts:
        add(name)
    return order


def closure(names: Iterable[str]) -> list[str]:
    """Return the names and all that they stand on, the definitions always, in the order of `facts`."""
    found, left = {DEFINITIONS}, list(names)
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            left += [needed for line in IMPORT.findall(facts()[name]) for needed in line.split()]
    return [name for name in facts() if name in found]


def scripts() -> dict[str, str]:
    """Return key -> script of every proof."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted((FOLDER / "proofs").rglob("*.v"))}


def theorems(claims: Iterable[Claim]) -> Iterator[Theorem]:
    """Yield what the kernel is asked about the claims, in their order.

    >>> from alphalab.claims import claim
    >>> [theorem.key for theorem in theorems([claim("thm-2-sharp")])]
    ['thm-2-sharp', 'thm-2-sharp+attained']
    """
    for claim in claims:
        yield from asked_of(claim)


@functools.cache
def asked_of(claim: Claim) -> tuple[Theorem, ...]:
    """Return what the kernel is asked about a claim; the statements are printed once for each."""
    written, attained = scripts(), GIVEN_BEFORE.get(claim.key, ())
    further = [(key, (), key) for key in HENCE if key.split("+")[0] == claim.key]
    asked = [(claim.key, (), ""), (claim.key + ATTAINED, attained, ""), *further]
    return tuple(
        Theorem(key, _said(claim, given, hence), written[key], cited(written[key]))
        for key, given, hence in asked
        if key in written
    )


def _said(claim: Claim, given: tuple[str, ...], hence: str) -> str:
    """Return the statement, one that nobody proves where the kernel's table has none."""
    try:
        return statement(claim, given, hence)
    except NotFormalError as reason:
        return f"  False (* {reason} *)"


def cited(script: str) -> tuple[Theorem, ...]:
    """Return the theorems of the ledger that a script names."""
    from alphalab.claims import CLAIMS

    names = {name for line in CITE.findall(script) for name in line.split()}
    return tuple(theorems(claim for claim in CLAIMS if file_of(claim.key) in names)) if names else ()


def file_of(key: str) -> str:
    """Return the name of the file that holds the theorem of a claim, without `.v`."""
    return "claim_" + re.sub(r"\W", "_", key)


def hashed(*texts: str) -> str:
    """Return the SHA-256 of the texts, one after the other."""
    whole = hashlib.sha256()
    for text in texts:
        whole.update(hashlib.sha256(text.encode()).digest())
    return whole.hexdigest()


@functools.cache
def record() -> dict[str, Any]:
    """Return what is on record: {"coq": version, "files": {...}, "theorems": {key: {...}}}."""
    return (
        json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else {"coq": "", "files": {}, "theorems": {}}
    )


def on_record(theorem: Theorem) -> bool:
    """Whether this very statement, by this very proof from these very facts, is on record as checked."""
    return record()["theorems"].get(theorem.key, {}).get("digest") == theorem.digest


def version() -> str:
    """Return the version of the Coq at hand, "" where there is none.

    The compiler is the `coqc` of the path; another one is never installed from here.
    """
    program = shutil.which("coqc")
    return _version_of(program) if program else ""


@functools.cache
def _version_of(program: str) -> str:
    told = subprocess.run([program, "--print-version"], capture_output=True, text=True, check=True, timeout=60)
    return told.stdout.split()[0]


def kept(theorem: Theorem, folder: Path | None = None) -> Outcome | None:
    """Return what came of this very theorem in this folder before, None where it was not run."""
    stamp = (folder or cache()) / f"{theorem.key}.json"
    if not stamp.exists():
        return None
    found = json.loads(stamp.read_text(encoding="utf-8"))
    if found["digest"] != theorem.digest:
        return None
    return Outcome(theorem.key, found["digest"], tuple(found["axioms"]), found["refused"])


def cache() -> Path:
    """Return the folder where what Coq compiled is kept, one for each version of Coq."""
    root = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(root) / "alphalab" / f"coq-{version() or 'none'}"


def known(claim: Claim) -> str:
    """Return how far the kernel knows the claim, in words; "" where it knows nothing, or what it knew has changed.

    >>> from alphalab.claims import claim
    >>> known(claim("lemma-1")).startswith("kernel-checked")
    True
    """
    asked = asked_of(claim)
    if not asked:
        return ""
    word = "kernel-checked" if claim.verdict == "true" else "kernel-checked: false as it stands"
    here = version()
    outcomes = [outcome for theorem in asked if here and (outcome := kept(theorem))]
    if any(outcome.refused for outcome in outcomes):
        return "refused by the kernel"
    if len(outcomes) == len(asked):
        return f"{word} (Coq {here})"
    if all(on_record(theorem) for theorem in asked):
        return f"{word} (on record; {'not run here' if here else 'no coqc here'})"
    return ""
