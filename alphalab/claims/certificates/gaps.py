"""What each certificate must say, in formulas of the checker's own.

gap = left - c right,  c = 1;  the claim is gap >= 0 on the whole domain
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from alphalab.claims.certificates.jets import Arithmetic, Interval


@dataclass(frozen=True)
class Gap:
    """What a certificate of this claim must say, and the formulas against which it is held.

    statement  with {c} for the factor;   gap(arithmetic, c, *point), in the variables of the claim
    far        the gap in (alpha, y = 1 - x), written so that it is exactly 0 at y = 0, where there is such an edge
    tail       (arithmetic, c, start) -> an interval: what has to be >= the tail's bound;   argument  says why
    """

    statement: str
    variables: tuple[str, ...]
    gap: Callable[..., Interval]
    argument: str
    tail: Callable[[Arithmetic, Interval, Interval], Interval]
    far: Callable[..., Interval] | None = None


def _sech2(A: Arithmetic, t: Interval) -> Interval:
    return 1 - A.tanh(t) * A.tanh(t)


def _concavity_far(A: Arithmetic, c: Interval, alpha: Interval, y: Interval) -> Interval:
    """tanh(alpha) - tanh(alpha x) = tanh(alpha y) (1 - tanh(alpha) tanh(alpha x)), x = 1 - y."""
    return (1 - (1 - y) * c) * A.tanh(alpha) - A.tanh(alpha * y) * (1 - A.tanh(alpha) * A.tanh(alpha * (1 - y)))


GAPS: Mapping[str, Gap] = MappingProxyType(
    {
        "concavity": Gap(
            "tanh(alpha x) >= {c}x tanh(alpha) for all alpha > 0 and 0 <= x <= 1",
            ("alpha", "x"),
            lambda A, c, alpha, x: A.tanh(alpha * x) - x * c * A.tanh(alpha),
            "the gap increases with alpha: its derivative is x (sech^2(alpha x) - c sech^2(alpha)), c <= 1",
            lambda A, c, start: 1 - c,
            _concavity_far,
        ),
        "ratio-decreases": Gap(
            "tanh(t) >= {c}t sech^2(t) for all t >= 0",
            ("t",),
            lambda A, c, t: A.tanh(t) - t * c * _sech2(A, t),
            "tanh(t) increases, t sech^2(t) <= 4 t exp(-2t), which decreases from t = 1/2 on",
            lambda A, c, start: (
                A.tanh(start) - c * 4 * start * A.iv.exp(-2 * start) if start.a >= 0.5 else 0 * start - 1
            ),
        ),
        "phi-concave": Gap(
            "tanh(t) >= {c}t (1 - 3 tanh^2(t)) for all t >= 0",
            ("t",),
            lambda A, c, t: A.tanh(t) - t * c * (1 - 3 * A.tanh(t) * A.tanh(t)),
            "3 tanh^2(t) - 1 > 0 and increases, so the right side is negative",
            lambda A, c, start: 3 * A.tanh(start) * A.tanh(start) - 1,
        ),
        "psi-concave": Gap(
            "tanh(t) >= {c}t sech^2(t) (1 - 2 t tanh(t)) for all t >= 0",
            ("t",),
            lambda A, c, t: A.tanh(t) - t * c * _sech2(A, t) * (1 - 2 * t * A.tanh(t)),
            "2 t tanh(t) - 1 > 0 and increases, so the right side is negative",
            lambda A, c, start: 2 * start * A.tanh(start) - 1,
        ),
        "below-identity": Gap(
            "t tanh(t) >= {c}tanh^2(t) for all t >= 0",
            ("t",),
            lambda A, c, t: t * A.tanh(t) - A.tanh(t) * c * A.tanh(t),
            "0 < tanh(t) < 1, so t - c tanh(t) > start - c",
            lambda A, c, start: start - c if start.a > 0 else 0 * start - 1,
        ),
    }
)
