"""Floor 3: what the paper says, what is true, and how it is known.

ledger       CLAIMS: every claim of the paper, and what is true instead
paper/       the paper's claims, one file each         theory/        the sharp theory, one file each
claim        what a claim is: left <= right, verdict   proof          sympy steps of three kinds, witnesses
notation     the letters, and how each is measured     case           what was measured
conclusion   what a proof ends in                       closing        whether it does: the checker
facts/       the table of what assumptions say, lemmas that several proofs share
evidence     the gradients and runs every claim meets  verify         verdicts against the record
sharp        M, rho, Q as functions                    certificates/  outward-rounded intervals
family       certify a sigma of your own               falsifier/     adversarial search for counterexamples
membership   one proof for every sigma                 nonlinearity   whether a sigma is odd, increasing, concave
space        where a claim that is no bound can fail    check          what holding a claim to a case gives
"""

from alphalab.claims.case import Case, gradient_case, run_case, trajectory_case
from alphalab.claims.check import Check
from alphalab.claims.claim import Assumption, Bound, Claim, Finding
from alphalab.claims.falsifier import Attack, attack
from alphalab.claims.family import SigmaCertificate, certify
from alphalab.claims.ledger import CLAIMS
from alphalab.claims.sharp import M, Q, rho
from alphalab.claims.verify import Verdict, departures, verify_all
from alphalab.registry import find


def claim(key: str) -> Claim:
    """Return the claim called `key`; raises ValueError for an unknown one, with the nearest known."""
    return find("claim", key, CLAIMS)


def verify(key: str, backend: str = "numpy", *, quick: bool = False) -> Verdict:
    """Discharge the proof of a claim, check it on all the evidence, or where `quick` on less, return the verdict."""
    return verify_all((claim(key),), name=backend, quick=quick)[0]


__all__ = [
    "CLAIMS",
    "Assumption",
    "Attack",
    "Bound",
    "Case",
    "Check",
    "Claim",
    "Finding",
    "M",
    "Q",
    "SigmaCertificate",
    "Verdict",
    "attack",
    "certify",
    "claim",
    "departures",
    "gradient_case",
    "rho",
    "run_case",
    "trajectory_case",
    "verify",
    "verify_all",
]
