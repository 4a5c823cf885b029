"""What it means that two trajectories are the same."""

from __future__ import annotations

import numpy as np

import alphalab as al

FIELDS = ("x_last", "x_best", "value_last", "value_best", "gradient_norm_last", "status", "status_step")


def assert_same(found: al.Trajectory, expected: al.Trajectory) -> None:
    """Bit for bit, all but where and how long."""
    assert (found.dims, found.batch, dict(found.settings)) == (expected.dims, expected.batch, dict(expected.settings))
    ends = [{name: getattr(run, name) for name in FIELDS} for run in (found, expected)]
    for mine, other in (ends, (found.records, expected.records), (found.coordinates, expected.coordinates)):
        assert mine.keys() == other.keys()
        for name in mine:
            np.testing.assert_array_equal(mine[name], other[name], err_msg=name, strict=True)
