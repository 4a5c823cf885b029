"""Where the claims stand in the literature: `references.bib`, and which of its entries each claim is related to.

    known from     the result, or its order, is theirs         limit gives    theirs is an endpoint of ours
    generalises    ours contains theirs                        beside         the same question, another method or class
    states         the paper that the ledger judges

An entry whose note begins with "as summarised" was not read in full here. What no claim is related to is the source of
a method or of a statistic. Source: theory, "Known, so cite".
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

PATH = Path(__file__).with_name("references.bib")
ENTRY = re.compile(r"^@(\w+)\{([\w-]+),\n(.*?)\n\}$", re.MULTILINE | re.DOTALL)
FIELD = re.compile(r"^  (\w+) = \{(.*)\},?$", re.MULTILINE)
PAPER = "sane2025alphagrad"
PRINTED = ("journal", "booktitle", "howpublished", "url")  # where what has no arXiv number is found
HOW = ("known from", "limit gives", "generalises", "beside", "states")


@dataclass(frozen=True)
class Entry:
    """An entry of the bibliography: `kind` and `fields` as in BibTeX, `text` as it is printed."""

    key: str
    kind: str
    fields: Mapping[str, str]
    text: str

    def __str__(self) -> str:
        """Authors, title, year, where it is found, and whether it was read."""
        title = self.fields.get("title", "").strip("{}")
        printed = next((self.fields[name] for name in PRINTED if name in self.fields), "")
        found = f"arXiv {self.fields['eprint']}" if "eprint" in self.fields else printed
        parts = (self.fields.get("author", "").replace(" and ", ", "), title, found, self.fields["year"])
        note = f" ({self.fields['note']})" if "note" in self.fields else ""
        return ", ".join(filter(None, parts)) + note


@functools.cache
def bibliography() -> dict[str, Entry]:
    """Return key -> entry, in the order of the file.

    >>> bibliography()["bernstein2018signsgd"].fields["eprint"]
    '1802.04434'
    """
    text = PATH.read_text(encoding="utf-8")
    return {m[2]: Entry(m[2], m[1], dict(FIELD.findall(m[3])), m[0]) for m in ENTRY.finditer(text)}


def related(key: str) -> tuple[tuple[str, Entry], ...]:
    """Return (how, entry) for what the claim of this key is related to; last the paper that it is about.

    >>> [(how, entry.key) for how, entry in related("sign-rate")][0]
    ('known from', 'bernstein2018signsgd')
    """
    of = [(how, name) for how, names in RELATED.get(key, {}).items() for name in names]
    entries = bibliography()
    return tuple((how, entries[name]) for how, name in (*of, ("states" if key in STATED else "beside", PAPER)))


def bibtex(keys: Iterable[str]) -> str:
    """Return the entries that the claims of these keys are related to, each once, and which claim names which."""
    lines, found = [], dict[str, Entry]()
    for key in keys:
        pairs = related(key)
        lines.append(f"% {key}: " + "; ".join(f"{how} {entry.key}" for how, entry in pairs))
        found |= {entry.key: entry for _, entry in pairs}
    return "\n".join([*lines, "", *(f"{entry.text}\n" for entry in found.values())])


PRECONDITIONING = (
    "maddison2019dual",
    "oikonomidis2025nonlinearly",
    "oikonomidis2025momentum",
    "ghane2026dual",
)
NORMS = ("pethick2025training", "kovalev2025understanding", "riabinin2025gluon")
BIASED = ("koloskova2023revisiting", "chen2019distributed")
HEAVY_TAILS = ("jakovetic2022nonlinear", "armacki2024nonlinear", "armacki2025sharp")
WITH_MOMENTUM = ("cutkosky2020momentum", "hubler2024gradient", "liu2024nonconvex")
STEEP = ("zhang2019why", "gorbunov2024methods", "vankov2024optimizing", "li2023convex")
CYCLES = ("arora2022understanding", "islamov2026non")
SIGN = ("bernstein2018signsgd", "balles2020geometry")
MATRICES = ("jordan2024muon", "lau2025polargrad", "gonon2026insights", "kim2026convergence", "feoktistov2026softsign")
INTERPOLATION = ("taylor2017smooth", "drori2020complexity")
Kinds = Mapping[str, tuple[str, ...]]
RELATED: Mapping[str, Kinds] = {
    **{key: {"limit gives": SIGN} for key in ("thm-2-sharp", "thm-2-norm", "thm-2-best")},
    **{key: {"limit gives": ("balles2020geometry",)} for key in ("smooth-maximum", "smooth-maximum-lemma")},
    **{key: {"beside": PRECONDITIONING} for key in ("thm-4-sharp", "thm-4-stationary", "thm-5-sharp", "thm-5-rate")},
    **{key: {"beside": CYCLES} for key in ("thm-4-cycle", "thm-4-attraction", "thm-4-stall")},
    **{key: {"known from": NORMS} for key in ("thm-7-sharp", "last-iterate")},
    **{key: {"known from": BIASED, "beside": HEAVY_TAILS} for key in ("noise", "noise-floor")},
    **{
        key: {"known from": WITH_MOMENTUM}
        for key in ("momentum-inside", "momentum-inside-rate", "momentum-inside-moments")
    },
    **{key: {"beside": STEEP} for key in ("l0-l1", "l0-l1-norm", "l0-l1-decrease", "l0-l1-best")},
    **{key: {"known from": SIGN} for key in ("sign-rate", "sign-rate-max-norm")},
    **{
        key: {"known from": ("abbaszadehpeivasti2022exact", "rotaru2024exact")}
        for key in ("gradient-rate", "gradient-rate-lipschitz")
    },
    **{key: {"beside": ("kingma2014adam",)} for key in ("adam-step", "adam-cycle")},
    **{key: {"beside": INTERPOLATION} for key in ("floor-mean", "floor-two-cycle", "floor-two-cycle-lipschitz")},
    **{
        key: {"beside": ("jordan2024muon", *MATRICES[2:], "peng2025softsignsgd")}
        for key in ("bounded-slope", "bounded-slope-norm", "bounded-slope-best")
    },
    **{
        key: {"limit gives": NORMS, "beside": MATRICES}
        for key in ("spectral-thm-2", "spectral-best", "spectral-nuclear", "spectral-nuclear-norm")
    },
    **{key: {"beside": (*PRECONDITIONING[:2], "chen2023lion")} for key in ("map-not-gradient", "map-not-monotone")},
    **{key: {"beside": ("tieleman2012rmsprop",)} for key in ("rmsprop-decrease", "rmsprop-dichotomy", "rmsprop-rate")},
    "vbe-hilbert": {"generalises": ("bahr1965inequalities",)},
    "weight-decay-box": {"beside": ("loshchilov2017decoupled", "chen2023symbolic", "chen2023lion")},
    "ngd-cycle": {"known from": CYCLES},
    "adal": {"beside": ("zhang2021adal",)},
    "tab1-lamb": {"beside": ("you2019large",)},
}
"""Key of a claim -> how -> keys of the entries."""
STATED = frozenset(
    (
        *("eq3-bound", "eq3-limits", "eq7", "eq7-fraction", "eq7-band", "lemma-1", "lemma-2", "thm-1"),
        *("thm-1-rate", "rem-1ab", "rem-1c", "thm-2", "thm-2-rate", "thm-2-liminf", "disc-n", "disc-alpha"),
        *("ex-1", "ex-2", "sec4-invariance", "sec4-memory", "tab1-lamb", "sec5-alpha", "sec7-lowprec", "sec7-looped"),
    )
)
"""The claims that the paper itself states."""
