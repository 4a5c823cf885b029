"""A proof kernel behind the ledger: claims as propositions of Coq, printed from the claims, and their proofs.

formal   what letters and assumptions mean to the kernel   propositions   a claim as a proposition
terms    formulas as terms of Coq                          asked          what is asked, what is on record
coqc     running Coq, the gate on axioms                   facts/         definitions and facts; proofs/  one a claim
printed  proofs from what claims conclude, proofs/printed/

What is trusted: Coq's kernel, the printer (`terms`, `propositions`), the table `formal`, the page facts/Definitions.v.
"""

from __future__ import annotations

import functools

from alphalab.claims.claim import Claim
from alphalab.claims.kernel.asked import Theorem, on_record, record, theorems
from alphalab.claims.kernel.coqc import RefusedError, check, kept, version, write_record
from alphalab.claims.kernel.formal import LEFT_OUT
from alphalab.claims.kernel.propositions import NotFormalError, statement


def known(claim: Claim) -> str:
    """Return how far the kernel knows the claim, in words; "" where it knows nothing, or what it knew has changed.

    >>> from alphalab.claims import claim
    >>> known(claim("lemma-1")).startswith("kernel-checked")
    True
    """
    asked = tuple(theorems([claim]))
    if not asked:
        return ""
    word = "kernel-checked" if claim.verdict == "true" else "kernel-checked: false as it stands"
    here = _coq()
    outcomes = [kept(theorem) for theorem in asked] if here else [None]
    if all(outcome is not None and outcome.checked for outcome in outcomes):
        return f"{word} (Coq {here})"
    if any(outcome is not None and not outcome.checked for outcome in outcomes):
        return "refused by the kernel"
    if all(on_record(theorem) for theorem in asked):
        return f"{word} (on record; {'not run here' if here else 'no coqc here'})"
    return ""


def write_printed() -> None:
    """Print the proofs anew that are printed from what their claims conclude."""
    from alphalab.claims import CLAIMS
    from alphalab.claims.kernel.printed import write

    ledger = {claim.key: claim for claim in CLAIMS}
    write(ledger, [theorem.key for theorem in theorems(CLAIMS) if theorem.key in ledger])


_coq = functools.cache(version)

__all__ = [
    "LEFT_OUT",
    "NotFormalError",
    "RefusedError",
    "Theorem",
    "check",
    "kept",
    "known",
    "on_record",
    "record",
    "statement",
    "theorems",
    "version",
    "write_printed",
    "write_record",
]
