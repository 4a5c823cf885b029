"""A task: what is trained, with every number that decides the outcome and where each comes from."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from alphalab.training.setting import Setting

if TYPE_CHECKING:
    from alphalab.training.training import Training

OURS = "ours"
PAPER = "arXiv 2504.16020v2"
FORK = "the author's public CleanRL fork"


def number(default: Any, source: str) -> Any:
    """Declare a hyperparameter of a task and where its value comes from."""
    return dataclasses.field(default=default, metadata={"source": source})


@dataclasses.dataclass(frozen=True, kw_only=True)
class Task:
    """Hyperparameters, and `start`, which begins a training of them.

    `score` is the column that a run is judged by, `select` the one that a learning rate is chosen by; `better` says
    whether more or less of both is better.
    """

    score: ClassVar[str]
    select: ClassVar[str]
    better: ClassVar[str] = "more"
    unit: ClassVar[str] = "steps"
    points: ClassVar[int] = 20  # of a curve

    def start(self, settings: Sequence[Setting], seeds: Sequence[int], steps: int) -> Training:
        """Begin a training, settings and seeds one per agent."""
        raise NotImplementedError

    def hyperparameters(self) -> dict[str, Any]:
        """Return name -> value."""
        return {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}

    def sources(self) -> dict[str, str]:
        """Return name -> where the value comes from."""
        return {field.name: field.metadata.get("source", OURS) for field in dataclasses.fields(self)}
