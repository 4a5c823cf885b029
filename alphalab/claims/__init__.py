"""Floor 3: what the paper says, what is true, and how it is known.

ledger       CLAIMS: every claim of the paper, and what is true instead
paper/       the paper's claims, one file each         theory/        the sharp theory, one file each
claim        what a claim is: left <= right, verdict   proof          sympy steps of three kinds, witnesses
notation     the letters, and how each is measured     case           what was measured
conclusion   what a proof ends in                      closing        whether it does: the checker
facts/       the table of what assumptions say, lemmas that several proofs share
evidence     the gradients and runs every claim meets  breaking       what breaks a claim that assumes too little
verify       verdicts against the record               cache          verdicts kept between two runs
sharp        M, rho, Q as functions                    certificates/  outward-rounded intervals
family       certify a sigma of your own               falsifier/     adversarial search for counterexamples
membership   one proof for every sigma                 nonlinearity   a sigma of your own as expression and function
hypotheses   what of a sigma is odd, increasing, ... two_lines     what survives of a sigma that is none of these
published    nonlinearities of libraries and papers
comparison   runs of your own against every bound typeset      LaTeX as a line of text
space        where a claim that is no bound can fail    shared         what every process has
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase as fnmatch

from alphalab.claims.case import Case, gradient_case, run_case, trajectory_case
from alphalab.claims.claim import Assumption, Bound, Check, Claim, Finding
from alphalab.claims.evidence import CLASSES
from alphalab.claims.falsifier import Attack, attack
from alphalab.claims.family import SigmaCertificate, certify
from alphalab.claims.ledger import CLAIMS
from alphalab.claims.sharp import M, Q, rho
from alphalab.claims.verify import Verdict, departures, verify_all
from alphalab.problems import Problem
from alphalab.registry import find


def claim(key: str) -> Claim:
    """Return the claim called `key`; raises ValueError for an unknown one, with the nearest known.

    >>> import alphalab as al
    >>> al.claim("lemma-1").title
    'the squared step is at most n'
    >>> al.claim("lemma1")
    Traceback (most recent call last):
        ...
    ValueError: claim 'lemma1' is unknown; did you mean 'lemma-1'?
    """
    return find("claim", key, CLAIMS)


def matching(pattern: str) -> tuple[Claim, ...]:
    """Return the claims that a pattern means: a key, "thm-2*", the name of a theorem as the lab writes it, "L4*".

    Raises ValueError where it means none, with the nearest known.
    """
    names = {one.key: re.match(r"(?:[LTN]\d\*?(?=:))?", one.title)[0] for one in CLAIMS}  # type: ignore[index]
    exact = [one for one in CLAIMS if pattern and pattern in (one.key, names[one.key])]
    alike = [one for one in CLAIMS if any(fnmatch(name, pattern) for name in (one.key, names[one.key]) if name)]
    found = exact or (alike if set(pattern) & set("*?[") else [])
    if not found and f"{pattern}*" in names.values():
        raise ValueError(f"claim {pattern!r} is unknown; did you mean '{pattern}*'?")
    return tuple(found) or (claim(pattern),)


def chosen(key: str | Claim) -> Claim:
    """Return a claim as it is, or the one of this key."""
    return key if isinstance(key, Claim) else claim(key)


def verify(
    key: str | Claim,
    backend: str = "numpy",
    *,
    problems: Sequence[Problem | str] = CLASSES,
    evidence: Iterable[Case] | None = None,
    quick: bool = False,
) -> Verdict:
    """Return the verdict on a claim: its proof discharged, held against gradients and runs on `problems`.

    `evidence`: cases to hold it against in place of these, made by `run_case` or `gradient_case`. In both ways it meets
    its own cases as well. `quick`: shorter runs, fewer gradients.

    >>> import alphalab as al
    >>> al.verify("lemma-1", problems=["huber"], quick=True).agrees
    True
    """
    if isinstance(problems, str):
        raise ValueError(f"problems must be a list of problems or their names, got {problems!r}")
    return verify_all((chosen(key),), evidence, backend, problems=problems, quick=quick)[0]


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
    "matching",
    "rho",
    "run_case",
    "trajectory_case",
    "verify",
    "verify_all",
]
