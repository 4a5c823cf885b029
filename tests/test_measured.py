"""Measured claims: held against planted differences, and what those of the ledger rest on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from alphalab.claims import CLAIMS, verify
from alphalab.claims.claim import Claim
from alphalab.claims.measured import Difference, described, measurements
from alphalab.curves import tables
from alphalab.curves.table import FOLDER

MEASURED = [claim for claim in CLAIMS if claim.measured]
KNOWN: dict[str, Any] = {"sentence": "return, x less y", "table": "cartpole-dqn", "horizon": 10}


def planted(says: str, *values: float, **changes: Any) -> Difference:
    """A difference of so much at each seed."""
    x = dict(enumerate(values))
    return Difference(**(KNOWN | {"says": says, "x": x, "y": dict.fromkeys(x, 0.0)} | changes))


@pytest.mark.parametrize(
    ("difference", "found"),
    [
        (planted("> 0", 1.0, 2.0, 3.0, 2.0, 1.0), "open"),
        (planted("> 0", -1.0, 2.0, -3.0, 2.0, 1.0), "open"),
        (planted("> 0", -1.0, -2.0, -3.0, -2.0, -1.0), "false"),
        (planted("= 0", -1.0, 2.0, -3.0, 2.0, 1.0), "open"),
        (planted("= 0", 1.0, 2.0, 3.0, 2.0, 1.0), "false"),
        (planted("= 0", -1.0, -2.0, -3.0, -2.0, -1.0), "false"),
        (planted("> 0", -1.0, -2.0, -3.0, -2.0), "open"),  # of four seeds one sign is chance
        (planted("> 0", -1.0), "open"),  # one seed leaves no interval
        (planted("> 0", -1.0, float("nan"), -3.0), "open"),  # a run was stopped
        (planted("> 0", -1.0, -2.0, y={7: 0.0}), "open"),  # no seed in common
    ],
)
def test_a_measured_claim_is_false_where_an_interval_says_so_and_never_true(difference: Difference, found: str) -> None:
    claim = replace(MEASURED[0], key="mine", measured=lambda: [difference], verdict=found)
    verdict = verify(claim)
    assert (verdict.found, verdict.agrees) == (found, True)
    assert verdict.known_by == described(measurements([difference]))
    assert verify(replace(claim, verdict="true")).agrees is False


def test_the_intervals_of_a_claim_hold_together() -> None:
    """Of several differences each has a wider interval than alone."""
    one = planted("> 0", *(float(i) for i in range(12)))
    alone, together = (measurements([one] * count)[0].estimate for count in (1, 10))
    assert together.low < alone.low < alone.mean < alone.high < together.high


def test_a_measurement_says_what_it_rests_on() -> None:
    told = str(measurements([planted("> 0", -1.0, -2.0, -3.0, -2.0, -2.0)])[0])
    assert "return, x less y: -2 [" in told
    assert "said to be > 0, refuted (10 steps, 5 seeds, cartpole-dqn.csv)" in told


@pytest.mark.parametrize("claim", [pytest.param(one, id=one.key) for one in MEASURED])
def test_a_claim_of_the_ledger_rests_on_runs_of_its_tables(claim: Claim) -> None:
    assert claim.measured
    assert claim.verdict in ("open", "false")
    for one in claim.measured():
        assert (FOLDER / f"{one.table}.csv").is_file()
        found = next(found for found in tables() if found.about["task"] == one.table)
        assert one.horizon in found.horizons
        assert one.seeds > 1
    told = verify(claim)
    assert len(told.measured or ()) == len(list(claim.measured()))
    assert told.known_by.startswith("measured (" if told.measured else "not measured")
