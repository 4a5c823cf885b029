r"""The family of the theory: squash the normalised gradient.

    g~ = g / (||g||_2 + eps)        (2)
    d  = sigma(g~)                  (3), elementwise; AlphaGrad is sigma(u) = tanh(alpha u)

The sharp lemmas and the rates hold for each sigma that is odd, increasing and concave on [0, 1], as |g~_i| <= 1. What
needs more of sigma (the price of the best iterate, the one 2-cycle of a constant step) says so in `claims.family`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from alphalab.arrays import Array, column, divide, norm
from alphalab.optimizers.optimizer import NON_NEGATIVE, POSITIVE, Rule, State, Value, hyperparameter


def normalize(gradient: Array, epsilon: Value, gradient_norm: Array | None = None) -> Array:
    """Return g~ = g/(||g||_2 + eps), shape (*batch, n); 0 where ||g|| + eps is 0. Source: paper, eq. (2).

    `gradient_norm`, (*batch,), is ||g||_2, where it is known already.

    >>> import numpy as np, alphalab as al
    >>> al.normalize(np.array([[3.0, 4.0], [0.0, 0.0]]), 0.0)
    array([[0.6, 0.8],
           [0. , 0. ]])
    """
    size = norm(gradient) if gradient_norm is None else gradient_norm
    return divide(gradient, size[..., None] + column(epsilon, gradient))


@dataclasses.dataclass(frozen=True, kw_only=True)
class SquashedGradient(Rule):
    """d = sigma(u), u = `squashed(g)` (here the normalised gradient g~); a member defines `sigma`.

    >>> import numpy as np, alphalab as al
    >>> class Arctan(al.SquashedGradient):
    ...     def sigma(self, u):
    ...         return np.arctan(u)
    >>> x, g = np.zeros(2), np.array([3.0, 4.0])
    >>> al.take_step(Arctan(learning_rate=1.0), x, g)[0].round(3)
    array([-0.54 , -0.675])
    """

    epsilon: Value = hyperparameter(1e-8, NON_NEGATIVE)

    if TYPE_CHECKING:

        def sigma(self, u: Array) -> Array:
            """Return the squashing function at u, elementwise."""

    @property
    def gain(self) -> Value:
        """What scales u before it is squashed: alpha for the tanh methods."""
        return 1.0

    def squashed(self, gradient: Array, gradient_norm: Array | None = None) -> Array:
        """Return u, the argument of sigma, shape (*batch, n); `gradient_norm` as in `normalize`."""
        return normalize(gradient, self.epsilon, gradient_norm)

    def direction(
        self, gradient: Array, state: State, x: Array, gradient_norm: Array | None = None
    ) -> tuple[Array, State]:
        """d = sigma(g~)."""
        return self.sigma(self.squashed(gradient, gradient_norm)), state

    def pre_activation(self, gradient: Array, state: State) -> Array:
        """alpha g~, the argument of the tanh; shape (*batch, n)."""
        return column(self.gain, gradient) * self.squashed(gradient)


@dataclasses.dataclass(frozen=True, kw_only=True)
class NormalizedNonlinear(SquashedGradient):
    """d = sigma(g/(||g||+eps)) for your own elementwise sigma, e.g. `NormalizedNonlinear(np.arctan)`.

    `sigma` maps an array to an array of the same shape; `steepness` is sigma'(0) > 0, used only to
    report saturation. What `certify` returns knows both. `key` names sigma and its data for a store.
    Raises ValueError where sigma cannot be called.

    >>> import numpy as np, alphalab as al
    >>> x, g = np.zeros(2), np.array([3.0, 4.0])
    >>> al.take_step(al.NormalizedNonlinear(np.arctan, learning_rate=1.0), x, g)[0].round(3)
    array([-0.54 , -0.675])
    """

    name: ClassVar[str] = "normalized-nonlinear"
    sigma: Callable[[Array], Array] = dataclasses.field(kw_only=False)  # type: ignore[assignment]
    steepness: Value = hyperparameter(1.0, POSITIVE)
    key: str | None = None  # type: ignore[misc]

    def __post_init__(self) -> None:
        """Check the hyperparameters and that sigma can be called."""
        if hasattr(self.sigma, "function") and hasattr(self.sigma, "slope"):  # a certificate of sigma
            certificate = self.sigma
            object.__setattr__(self, "sigma", certificate.function)
            object.__setattr__(self, "steepness", float(certificate.slope))
        super().__post_init__()
        if not callable(self.sigma):
            raise ValueError(f"NormalizedNonlinear: sigma must be a function of an array, got {self.sigma!r}")

    @property
    def gain(self) -> Value:
        """sigma'(0)."""
        return self.steepness
