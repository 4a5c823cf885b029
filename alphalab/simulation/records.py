"""How an observed quantity is kept: every value of it, or a fold of them in one number per run."""

from __future__ import annotations

from typing import Protocol

from alphalab.arrays import Array, namespace, put_row


class Record(Protocol):
    """Takes the value of step t, (B,), for t = 0, 1, ..., and gives a result at the end."""

    def add(self, t: int, value: Array) -> None:
        """Take the value of step t."""

    def repeat(self, t: int) -> None:
        """Let the value of step t stand for every later step too."""

    def result(self) -> Array:
        """What is kept: (steps, B) or (B,)."""


class History:
    """Every value, (steps, B)."""

    def __init__(self, steps: int) -> None:
        self.steps = steps
        self.rows: Array = None

    def add(self, t: int, value: Array) -> None:
        """Write row t."""
        if self.rows is None:
            self.rows = namespace(value).empty((self.steps, *value.shape), dtype=value.dtype, device=value.device)
        self.rows = put_row(self.rows, t, value)

    def repeat(self, t: int) -> None:
        """Copy row t to every later one."""
        self.rows[t + 1 :, ...] = self.rows[t : t + 1, ...]

    def result(self) -> Array:
        """All rows."""
        return self.rows


class Fold:
    """The sum, mean, min or max over the steps, (B,): 10^7 steps need no memory."""

    def __init__(self, kind: str, steps: int) -> None:
        self.kind, self.steps = kind, steps
        self.kept: Array = None

    def add(self, t: int, value: Array) -> None:
        """Fold the value of step t in."""
        if self.kept is None:
            self.kept = value
        elif self.kind in ("sum", "mean"):
            self.kept = self.kept + value
        else:
            xp = namespace(value)
            self.kept = (xp.minimum if self.kind == "min" else xp.maximum)(self.kept, value)
        self.latest = value

    def repeat(self, t: int) -> None:
        """Fold the latest value in for every later step."""
        if self.kind in ("sum", "mean"):
            self.kept = self.kept + (self.steps - 1 - t) * self.latest

    def result(self) -> Array:
        """The fold."""
        return self.kept / self.steps if self.kind == "mean" else self.kept


def keeper(fold: str | None, steps: int) -> Record:
    """Return the record for a fold ("mean", "min", "max", "sum"), or for None a history."""
    return History(steps) if fold is None else Fold(fold, steps)
