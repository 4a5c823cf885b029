"""A proof kernel behind the ledger: claims as propositions of Coq, printed from the claims, and their proofs.

formal   what letters and assumptions mean to the kernel   propositions   a claim as a proposition
terms    formulas as terms of Coq                          asked          what is asked, what is on record
coqc     running Coq, the gate on axioms                   facts/         definitions and facts; proofs/  one a claim
printed  proofs from what claims conclude, proofs/printed/

What is trusted: Coq's kernel, the printer (`terms`, `propositions`), the table `formal`, the page facts/Definitions.v.
"""

from __future__ import annotations

from alphalab.claims.kernel.asked import Theorem, asked_of, kept, known, on_record, record, scripts, theorems, version
from alphalab.claims.kernel.coqc import RefusedError, check, write_record
from alphalab.claims.kernel.formal import LEFT_OUT
from alphalab.claims.kernel.propositions import NotFormalError, statement


def write_printed() -> None:
    """Print the proofs anew that are printed from what their claims conclude."""
    from alphalab.claims import CLAIMS
    from alphalab.claims.kernel.printed import write

    ledger, written = {claim.key: claim for claim in CLAIMS}, scripts()
    write(ledger, [key for key in ledger if key in written])
    asked_of.cache_clear()


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
