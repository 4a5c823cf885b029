"""What every process has: claims, letters and assumptions of the ledger travel to another one by their place in it.

A copy would be unequal to what is there, for it holds functions that are compared by identity, and a proof asks which
letter is the theory's and which assumption it knows. What a user made travels by value, and what it holds of the
theory's by place.
"""

from __future__ import annotations

import functools
from typing import Any


class Shared:
    """An object that is the same one in every process, where the ledger stands on it."""

    def __reduce_ex__(self, protocol: Any) -> Any:
        """Return its place in the ledger, or where it has none its parts."""
        place = _places().get(id(self))
        return super().__reduce_ex__(protocol) if place is None else (_at, (place,))


@functools.cache
def _theory() -> tuple[Shared, ...]:
    """Return all that the ledger stands on, in an order that the code decides."""
    from alphalab.claims.facts.assumptions import MADE_HERE
    from alphalab.claims.facts.letters import LETTERS
    from alphalab.claims.ledger import CLAIMS
    from alphalab.claims.notation import QUANTITIES

    brought = (one for claim in CLAIMS for one in (*claim.assumes, *getattr(claim, "quantities", ())))
    return (*CLAIMS, *QUANTITIES, *LETTERS, *MADE_HERE, *brought)


@functools.cache
def _places() -> dict[int, int]:
    return {id(one): place for place, one in enumerate(_theory())}


def _at(place: int) -> Shared:
    return _theory()[place]
