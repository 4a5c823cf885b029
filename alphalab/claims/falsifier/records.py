"""The greatest left/right known of bounds that no run of the lab attains in more than one dimension, as instances.

`records.json` holds them, found by `interpolation.search`; `verify` runs each, and checks it again in intervals.
`floor.json` is the witness of `floor-mean`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import numpy as np

from alphalab.claims.falsifier.interpolation import Instance

PATH = Path(__file__).with_name("records.json")
NUMBERS = ("start", "values", "gradients")


def read(fields: Mapping[str, object]) -> Instance:
    """Return the instance of its fields as plain numbers and lists; every float is read as it was written."""
    arrays = {name: np.asarray(fields[name]) for name in NUMBERS}
    copies = tuple(fields.get("copies", ()))  # type: ignore[arg-type, var-annotated]
    return Instance(**{**fields, **arrays, "copies": copies})  # type: ignore[arg-type]


def plain(instance: Instance) -> dict[str, object]:
    """Return the fields of an instance as plain numbers and lists."""
    return asdict(instance) | {name: getattr(instance, name).tolist() for name in NUMBERS}


RECORDS: Mapping[str, Instance] = {
    key: read(fields) for key, fields in json.loads(PATH.read_text(encoding="utf-8")).items()
}
"""The instance on record of every bound that has one, by its key."""
FLOOR: Instance = read(json.loads(PATH.with_name("floor.json").read_text(encoding="utf-8")))
"""The 28-cycle, in n = 80,001 dimensions: one component and two blocks of 40,000 equal ones."""
