"""What an agent is trained by: an optimizer of the lab, written as a text, and a learning rate.

    adam    alphagrad:alpha=98,momentum=0.9    alphagrad:k=2    sign-sgd:learning_rate=1e-4:1e-2:3

The text names a rule of `alphalab.optimizers` and its hyperparameters. Beside them: `momentum` is the heavy ball of
eqs. (5, 6), after the tanh; `average` the mean of the gradients before it (`Averaged`); `k` is alpha = k sqrt(d) for
each tensor of d numbers, eq. (7); `saturation` the threshold tau of a controller that keeps the fraction beyond it in
[0.05, 0.25] (section 7.3). A norm is taken over each tensor by default, with `granularity=layer` over a matrix and the
vectors that follow it, with `granularity=group` over all tensors together (section 5.3).
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Iterable
from typing import Any

from alphalab.optimizers import (
    Averaged,
    HeavyBall,
    Optimizer,
    SaturationControlled,
    Scheduled,
    alpha_guideline,
    optimizer,
)
from alphalab.optimizers.schedules import Schedule

GRANULARITIES = ("tensor", "layer", "group")
WRAPPERS = ("average", "momentum", "saturation", "k", "granularity")


@dataclasses.dataclass(frozen=True, order=True)
class Setting:
    """An optimizer as a text, `name:option=value,...`, and its learning rate > 0.

    Raises ValueError naming what cannot be used, with the nearest name known.
    """

    text: str
    learning_rate: float

    def __post_init__(self) -> None:
        """Make the rule once: misuse is told before the work."""
        self.rule(1)

    @property
    def kind(self) -> tuple[str, ...]:
        """What agents have in common that one rule can step together: the name and which options are given."""
        name, options = parsed(self.text)
        return (name, self.granularity, *sorted(options))

    @property
    def granularity(self) -> str:
        """Whether a norm is taken over each tensor, each layer, or all tensors as one."""
        return str(parsed(self.text)[1].get("granularity", "tensor"))

    @property
    def name(self) -> str:
        """The name of the rule."""
        return parsed(self.text)[0]

    def rule(self, n: int, epsilon: float | None = None, schedule: Schedule | None = None) -> Optimizer:
        """Return the optimizer for a tensor of n numbers; `epsilon` where the text does not say it."""
        name, options = parsed(self.text)
        hyper: dict[str, Any] = {key: value for key, value in options.items() if key not in WRAPPERS}
        if "k" in options:
            hyper["alpha"] = alpha_guideline(n, options["k"])
        made: Optimizer = optimizer(name, learning_rate=self.learning_rate, **hyper)
        if epsilon is not None and "epsilon" not in hyper and hasattr(made, "epsilon"):
            made = dataclasses.replace(made, **{"epsilon": epsilon})
        if "saturation" in options:
            made = SaturationControlled(made, tau=options["saturation"])
        wrapped: Optimizer = Scheduled(made, schedule=schedule) if schedule else made
        if "average" in options:
            wrapped = Averaged(wrapped, decay=options["average"])
        return HeavyBall(wrapped, momentum=options["momentum"]) if "momentum" in options else wrapped


@functools.cache
def parsed(text: str) -> tuple[str, dict[str, Any]]:
    """Return the name and the options of `name:option=value,...`; raises ValueError where it is not that."""
    name, _, rest = text.partition(":")
    options: dict[str, Any] = {}
    for part in filter(None, rest.split(",")):
        key, equals, value = part.partition("=")
        if not equals or key in options:
            raise ValueError(f"optimizer {text!r}: {part!r} is not one option=value")
        try:
            options[key] = value if key == "granularity" else float(value)
        except ValueError:
            raise ValueError(f"optimizer {text!r}: {key} must be a number, got {value!r}") from None
    if options.get("granularity", "tensor") not in GRANULARITIES:
        raise ValueError(f"optimizer {text!r}: granularity must be one of {', '.join(GRANULARITIES)}")
    if "k" in options and "alpha" in options:
        raise ValueError(f"optimizer {text!r}: k gives alpha = k sqrt(d); leave one of them out")
    return name, options


def settings(text: str, rates: Iterable[float], grid: Callable[[str], Any]) -> list[Setting]:
    """Return the settings that a text stands for: one per learning rate, its own (read by `grid`) where it says so."""
    name, _, rest = text.partition(":")
    parts = [part for part in rest.split(",") if part]
    own = [part.partition("=")[2] for part in parts if part.startswith("learning_rate=")]
    if len(own) > 1:
        raise ValueError(f"optimizer {text!r}: learning_rate is given twice")
    kept = ",".join(sorted(part for part in parts if not part.startswith("learning_rate=")))
    found = grid(own[0]) if own else rates
    values = [found] if isinstance(found, float | int) else list(found)
    return [Setting(f"{name}:{kept}" if kept else name, float(f"{rate:.6g}")) for rate in values]
