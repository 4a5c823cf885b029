"""Per-tensor normalisation: the algorithm as it is run, one norm and one alpha per block.

    x = (x^1, ..., x^L),     d = (d(g^1), ..., d(g^L)),     blocks (n_1, ..., n_L)

Source: S. Sane, arXiv 2504.16020v2, sections 2 and 5.3.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from alphalab.arrays import Array, namespace
from alphalab.optimizers.optimizer import Optimizer, State


@dataclasses.dataclass(frozen=True, kw_only=True)
class PerTensor(Optimizer):
    """One optimizer for each block of coordinates, or the same for all; state: one state per block.

    `optimizer` is an optimizer or a tuple of them, one per block; `blocks` are the sizes (n_1, ..., n_L), in
    order, or a mapping from names to sizes. Raises ValueError where they do not fit each other or the point.

    >>> import numpy as np, alphalab as al
    >>> method = al.PerTensor(al.NormalizedGD(learning_rate=1.0), blocks={"weights": 2, "bias": 1})
    >>> al.take_step(method, np.zeros(3), np.array([3.0, 4.0, 1e-3]))[0].round(3)
    array([-0.6, -0.8, -1. ])
    """

    name: ClassVar[str] = "per-tensor"
    source: ClassVar[str] = "arXiv 2504.16020v2, section 2"
    optimizer: Optimizer | tuple[Optimizer, ...] = dataclasses.field(kw_only=False)
    blocks: Mapping[str, int] | tuple[int, ...]

    def __post_init__(self) -> None:
        """Check the blocks and the optimizers against each other."""
        if isinstance(self.optimizer, list):  # a tuple is a tree: its arrays belong to the batch
            object.__setattr__(self, "optimizer", tuple(self.optimizer))
        if not isinstance(self.blocks, Mapping | Sequence) or not all(map(_is_size, self.sizes)) or not self.sizes:
            raise ValueError(f"PerTensor: blocks must be positive whole numbers, got {self.blocks!r}")
        if isinstance(self.optimizer, tuple) and len(self.optimizer) != len(self.sizes):
            raise ValueError(
                f"PerTensor: optimizer has {len(self.optimizer)} entries for {len(self.sizes)} blocks; one each"
            )
        if not all(isinstance(member, Optimizer) for member in self.members):
            raise ValueError(f"PerTensor: optimizer must be an optimizer or a tuple of them, got {self.optimizer!r}")

    @property
    def sizes(self) -> tuple[int, ...]:
        """The block sizes (n_1, ..., n_L)."""
        return tuple(self.blocks.values() if isinstance(self.blocks, Mapping) else self.blocks)

    @property
    def members(self) -> tuple[Optimizer, ...]:
        """The optimizer of each block."""
        return self.optimizer if isinstance(self.optimizer, tuple) else (self.optimizer,) * len(self.sizes)

    def split(self, x: Array) -> list[Array]:
        """Cut (*batch, n) into its blocks, (*batch, n_l) each; raises ValueError where the sizes do not add to n."""
        sizes = self.sizes
        if sum(sizes) != x.shape[-1]:
            raise ValueError(f"PerTensor: blocks {sizes} add up to {sum(sizes)}, the point has n = {x.shape[-1]}")
        ends = [sum(sizes[: i + 1]) for i in range(len(sizes))]
        return [x[..., end - size : end] for end, size in zip(ends, sizes, strict=True)]

    def init(self, x: Array) -> State:
        """The state of every block."""
        return tuple(member.init(part) for member, part in zip(self.members, self.split(x), strict=True))

    def direction(self, gradient: Array, state: State, x: Array) -> tuple[Array, State]:
        """d = (d(g^1), ..., d(g^L))."""
        return self._join(lambda member, s, g, y: member.direction(g, s, y), state, gradient, x)

    def step(self, direction: Array, state: State) -> tuple[Array, State]:
        """Step = (eta_1 d^1, ..., eta_L d^L)."""
        return self._join(lambda member, s, d: member.step(d, s), state, direction)

    def pre_activation(self, gradient: Array, state: State) -> Array:
        """Every block's own."""
        return self._join(lambda member, s, g: (member.pre_activation(g, s), s), state, gradient)[0]

    def _join(self, act: Callable[..., tuple[Array, State]], state: State, *points: Array) -> tuple[Array, State]:
        """Act on every block and put the pieces together again."""
        pieces = zip(self.members, state, *map(self.split, points), strict=True)
        parts, states = zip(*(act(*piece) for piece in pieces), strict=True)
        return namespace(parts[0]).concat(parts, axis=-1), tuple(states)


def _is_size(size: Any) -> bool:
    return isinstance(size, int | np.integer) and not isinstance(size, bool) and bool(size >= 1)
