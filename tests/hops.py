"""The rule of hops: how many functions of how many files of alphalab a reader meets who follows one call.

A function counts once, however often it is entered; comprehensions and lambdas belong to the function they stand in.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import alphalab

PACKAGE = str(Path(alphalab.__file__).parent) + "/"


@dataclass(frozen=True)
class Hops:
    """The functions that a call enters, as (file below alphalab/, qualified name), in the order of the first visit."""

    entered: tuple[tuple[str, str], ...]

    def within(self, folder: str) -> Hops:
        """Those of one folder."""
        return Hops(tuple((file, name) for file, name in self.entered if file.startswith(folder)))

    @property
    def functions(self) -> int:
        """How many functions."""
        return len(self.entered)

    @property
    def files(self) -> int:
        """How many files they stand in."""
        return len({file for file, _ in self.entered})


def hops(call: Callable[[], object]) -> Hops:
    """Return what a call enters."""
    entered: dict[tuple[str, str], None] = {}

    def enter(frame: FrameType, event: str, _: object) -> None:
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(PACKAGE) and not code.co_qualname.endswith(">"):
            entered[code.co_filename.removeprefix(PACKAGE), code.co_qualname] = None

    sys.setprofile(enter)
    try:
        call()
    finally:
        sys.setprofile(None)
    return Hops(tuple(entered))
