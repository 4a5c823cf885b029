"""The bibliography has form, names what the theory names, and every claim can be cited."""

from __future__ import annotations

import re

import pytest

from alphalab.claims import CLAIMS
from alphalab.claims.references import HOW, PATH, RELATED, STATED, bibliography, related
from alphalab.cli import main

IDS = (
    *("1802.04434", "2002.08056", "1902.02257", "2502.08532", "2510.11312", "2603.10485", "2502.07529", "2503.12645"),
    *("2505.13416", "2305.01588", "1906.01736", "2204.02593", "2410.13954", "2507.09093", "2002.03305", "2410.13849"),
    *("2412.19529", "2409.14989", "2410.10800", "2306.01264", "2602.11948", "2601.19156", "2605.31371", "2507.06464"),
    *("2310.05898", "2205.09745", "2603.05002", "2406.17506", "2504.16020"),
)
KEYS = {claim.key for claim in CLAIMS}
ROOT = PATH.parents[1]
NUMBER = re.compile(r"(?:arXiv |, |and )(\d{4}\.\d{4,5})")


def test_every_entry_is_read_and_has_form() -> None:
    text = PATH.read_text(encoding="utf-8")
    assert text.isascii()
    assert len(bibliography()) == text.count("\n@") > 30
    for entry in bibliography().values():
        assert entry.text.count("{") == entry.text.count("}")
        assert entry.kind in ("misc", "article", "inproceedings")
        assert re.fullmatch(r"(19|20)\d\d", entry.fields["year"])
        assert {"eprint", "journal", "booktitle", "url", "howpublished"} & set(entry.fields), "found nowhere"
        if "eprint" in entry.fields:
            assert re.fullmatch(r"\d{4}\.\d{4,5}", entry.fields["eprint"]) and entry.fields["archivePrefix"] == "arXiv"
        assert {"author", "title"} <= set(entry.fields)
        assert str(entry).count("{") == str(entry).count("}") == 0, "BibTeX in what is read"
        assert entry.text.count(" = {") == len(entry.fields), "a line that is no field"


def test_the_ids_of_the_theory_are_there_once() -> None:
    known = [entry.fields["eprint"] for entry in bibliography().values() if "eprint" in entry.fields]
    assert set(IDS) <= set(known)
    assert len(set(known)) == len(known)


SOURCES = sorted(path for floor in ("claims", "optimizers") for path in (ROOT / floor).rglob("*.py"))


def test_what_methods_and_claims_name_as_a_source_can_be_cited() -> None:
    """Every arXiv number in their files, and every method whose source is none."""
    known = {entry.fields.get("eprint") for entry in bibliography().values()}
    named = {(path.name, number) for path in SOURCES for number in NUMBER.findall(path.read_text(encoding="utf-8"))}
    assert len(named) > 20
    assert {(name, number) for name, number in named if number not in known} == set()
    assert {"jordan2024muon", "tieleman2012rmsprop"} <= set(bibliography())


def test_what_is_related_exists() -> None:
    assert set(RELATED) <= KEYS
    assert STATED <= KEYS
    named = [name for kinds in RELATED.values() for names in kinds.values() for name in names]
    assert set(named) <= set(bibliography())
    assert {how for kinds in RELATED.values() for how in kinds} <= set(HOW)


@pytest.mark.parametrize("key", sorted(KEYS))
def test_every_claim_can_be_cited(key: str) -> None:
    pairs = related(key)
    assert pairs and all(how in HOW and str(entry) for how, entry in pairs)


def test_cite_prints_what_bibtex_reads(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cite", "sign-rate*"]) == 0
    said = capsys.readouterr().out
    assert "% sign-rate: known from bernstein2018signsgd; known from balles2020geometry" in said
    assert said.count("@misc{bernstein2018signsgd,") == 1
    assert main(["cite"]) == 0
    whole = capsys.readouterr().out
    assert all(f"% {key}: " in whole for key in KEYS)
    assert main(["cite", "no-such-claim"]) == 2
