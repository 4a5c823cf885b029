"""Running Coq: what changed is compiled, side by side, and refused where it stands on anything but Coq's real numbers.

gate      no Axiom, Admitted, Parameter, admit ... in any file, and proof scripts that are one proof
axioms    `Print Assumptions` names at most the four of Coq's real numbers, by their full names
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import TypeVar

from alphalab.claims.kernel.asked import (
    CITE,
    IMPORT,
    RECORD,
    Outcome,
    Theorem,
    cache,
    closure,
    facts,
    file_of,
    hashed,
    kept,
    version,
)

AXIOMS = (
    "ClassicalDedekindReals.sig_not_dec",
    "ClassicalDedekindReals.sig_forall_dec",
    "FunctionalExtensionality.functional_extensionality_dep",
    "Classical_Prop.classic",
)
"""What Coq's real numbers stand on."""

COMMENT = re.compile(r"\(\*.*?\*\)", re.DOTALL)  # of those that nest a part is read as code, no code as a comment
FORBIDDEN = re.compile(
    r"\b(Axioms?|Conjectures?|Parameters?|Admitted|Admit|admit|give_up|Abort|Primitive|Declare|Unset|Extract\w*|"
    r"bypass_check|Guard|Positivity|Universe|Load|LoadPath|Add|Type_in_type|Drop)\b"
)
COMMANDS = re.compile(
    r"\b(Theorem|Lemma|Fact|Remark|Corollary|Proposition|Example|Definition|Fixpoint|Variables?|Hypothes[ie]s|Context|Let|"
    r"Notation|Ltac|Module|Section|End|Record|Inductive|Instance|Set|Goal|Defined|Save|Coercion|Canonical|Tactic)\b"
)


class RefusedError(ValueError):
    """A file holds something that would let a false statement through."""


def refuse(name: str, text: str, *, script: bool = False) -> None:
    """Raise RefusedError where a file of facts, or a proof script, holds what would close any statement.

    >>> refuse("f", "Lemma a : 1 = 1. Proof. reflexivity. Qed.")
    >>> refuse("f", "Axiom a : False.")
    Traceback (most recent call last):
    alphalab.claims.kernel.coqc.RefusedError: f: Axiom is not allowed
    """
    if '"' in text:  # what stands between "(*" and "*)" would be taken for a comment
        raise RefusedError(f"{name}: a string is not allowed")
    code = COMMENT.sub(" ", text)
    found = FORBIDDEN.search(code) or (COMMANDS.search(code) if script else None)
    if found:
        raise RefusedError(f"{name}: {found[0]} is not allowed")
    before, proof, body = CITE.sub("", IMPORT.sub("", code)).partition("Proof.")
    one = (
        not before.strip() and proof and "Proof." not in body and body.find("Qed.") == len(body.rstrip()) - len("Qed.")
    )
    if script and not one:
        raise RefusedError(f"{name}: a proof script is imports and one proof, closed by Qed")


def axioms(printed: str) -> tuple[str, ...]:
    r"""Return the names that `Print Assumptions` lists: axioms, admitted theorems, variables left open.

    >>> axioms("Axioms:\nClassical_Prop.classic : forall P : Prop, P \\/ ~ P\nmine : False\n")
    ('Classical_Prop.classic', 'mine')
    >>> axioms("Closed under the global context\n")
    ()
    """
    return tuple(re.findall(r"^([\w.']+)\s*(?::|$)", printed.replace("Axioms:", ""), re.MULTILINE))


def check(theorems: Sequence[Theorem], folder: Path | None = None, jobs: int = 2) -> Iterator[Outcome]:
    """Yield the outcome of every theorem as it comes; what was checked in `folder` before is not run again.

    Raises RefusedError where the gate is not passed, OSError where there is no coqc.
    """
    folder = folder or cache()
    folder.mkdir(parents=True, exist_ok=True)
    known = [kept(theorem, folder) for theorem in theorems]
    yield from (outcome for outcome in known if outcome)
    left = [theorem for theorem, outcome in zip(theorems, known, strict=True) if outcome is None]
    asked = {theorem.file for theorem in left}
    below = [theorem for theorem in _with_cited(left) if theorem.file in asked or kept(theorem, folder) is None]
    for theorem in below:
        refuse(theorem.key, theorem.script, script=True)
    needed = closure(name for theorem in below for name in theorem.imports) if below else []
    for names in _levels({name: set(closure([name])) - {name} for name in needed}):
        for name, said in _side_by_side(lambda name: (name, _fact(name, folder)), names, jobs):
            if said:
                raise RefusedError(f"{name}.v: {said}")
    by_file = {theorem.file: theorem for theorem in below}
    stands_on = {file: {one.file for one in theorem.cites} & set(by_file) for file, theorem in by_file.items()}
    for files in _levels(stands_on):
        made = _side_by_side(lambda file: _theorem(by_file[file], folder), files, jobs)
        yield from (outcome for outcome in made if file_of(outcome.key) in asked)


def _with_cited(theorems: Iterable[Theorem]) -> list[Theorem]:
    """Return the theorems and all that they cite, each once."""
    found: dict[str, Theorem] = {}
    left = list(theorems)
    while left:
        theorem = left.pop(0)
        if theorem.file not in found:
            found[theorem.file] = theorem
            left += theorem.cites
    return list(found.values())


def write_record(theorems: Sequence[Theorem], outcomes: Iterable[Outcome]) -> None:
    """Write the record; raises RefusedError naming the first theorem that is not checked."""
    by_key = {outcome.key: outcome for outcome in outcomes}
    for theorem in theorems:
        if by_key[theorem.key].refused:
            raise RefusedError(f"{theorem.key}: {by_key[theorem.key].refused}")
    files = {f"facts/{name}.v": hashed(text) for name, text in facts().items()}
    told = {
        theorem.key: {
            "digest": theorem.digest,
            "statement": theorem.statement.splitlines(),
            "statement_sha256": hashed(theorem.statement),
            "proof_sha256": hashed(theorem.script),
            "axioms": list(by_key[theorem.key].axioms),
        }
        for theorem in theorems
    }
    whole = {"coq": version(), "files": files, "theorems": told}
    RECORD.write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


Given = TypeVar("Given")
Made = TypeVar("Made")


def _side_by_side(task: Callable[[Given], Made], items: Sequence[Given], jobs: int) -> Iterator[Made]:
    """Yield what the task makes of every item, as it comes; each waits for a process of its own, `jobs` at once."""
    with ThreadPoolExecutor(jobs if jobs > 0 else os.cpu_count()) as pool:
        yield from (done.result() for done in as_completed([pool.submit(task, item) for item in items]))


def _levels(below: Mapping[str, set[str]]) -> Iterator[list[str]]:
    """Yield the files in groups, each of which stands on earlier groups only; `below` is what each stands on."""
    done: set[str] = set()
    while left := [name for name in below if name not in done]:
        ready = [name for name in left if below[name] <= done]
        yield ready
        done |= set(ready)


def _fact(name: str, folder: Path) -> str:
    """Compile a file of facts where it or what it stands on changed; return what Coq has against it."""
    refuse(name, facts()[name])
    digest, stamp = hashed(*(facts()[one] for one in closure([name]))), folder / f"{name}.sha256"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == digest and (folder / f"{name}.vo").exists():
        return ""
    failed, printed = _compile(name, facts()[name], folder)
    if not failed:
        stamp.write_text(digest, encoding="utf-8")
    return printed if failed else ""


def _theorem(theorem: Theorem, folder: Path) -> Outcome:
    failed, printed = _compile(theorem.file, theorem.text(), folder)
    used = () if failed else axioms(printed)
    strange = [name for name in used if name not in AXIOMS]
    refused = printed if failed else f"stands on {', '.join(strange)}" if strange else ""
    outcome = Outcome(theorem.key, theorem.digest, used, refused)
    stamp = {"digest": outcome.digest, "axioms": used, "refused": refused}
    (folder / f"{theorem.key}.json").write_text(json.dumps(stamp), encoding="utf-8")
    return outcome


def _compile(name: str, text: str, folder: Path) -> tuple[bool, str]:
    """Return (whether Coq refuses the file, what it printed)."""
    (folder / f"{name}.v").write_text(text, encoding="utf-8")
    command = ["coqc", "-q", "-Q", ".", "AlphaLab", f"{name}.v"]
    try:
        ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600, check=False)
    except subprocess.TimeoutExpired:
        return True, "Coq took more than ten minutes"
    return ran.returncode != 0, ran.stdout if ran.returncode == 0 else ran.stderr
