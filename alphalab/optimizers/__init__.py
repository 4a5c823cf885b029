"""Floor 1b: who minimises. One formula per file.

optimizer    what every optimizer is: init, direction, step      squashed     d = sigma(g~), the theory's family
alphagrad    tanh(alpha g~)          scaled_tanh  beta tanh      looped_tanh  sin(k tanh)    hybrid_tanh  mixed
normalized_gd, tanh_gradient         the two ablations           sign_sgd, gradient_descent, clipped_...
scaled_sign, signum, lion, soft_signum    sign methods           spectral, muon    of matrices
adam, rmsprop, adal, lamb, lars, trust_ratio                     the methods it is compared with
heavy_ball, averaged, weight_decay, schedules, per_tensor, saturation       wrappers around any of them
hyperparameters                      the numbers of a method by name, through its wrappers
step                                 one step, for a training loop of your own
moments, counter                     what several of them keep: m and s, the number t of steps
"""

from __future__ import annotations

import dataclasses
from typing import Any

from alphalab.optimizers.adal import AdaL
from alphalab.optimizers.adam import Adam
from alphalab.optimizers.alphagrad import AlphaGrad
from alphalab.optimizers.averaged import Averaged
from alphalab.optimizers.clipped_gradient_descent import ClippedGradientDescent
from alphalab.optimizers.gradient_descent import GradientDescent
from alphalab.optimizers.heavy_ball import HeavyBall
from alphalab.optimizers.hybrid_tanh import HybridTanh
from alphalab.optimizers.lamb import LAMB
from alphalab.optimizers.lars import LARS
from alphalab.optimizers.lion import Lion
from alphalab.optimizers.looped_tanh import LoopedTanh
from alphalab.optimizers.muon import Muon
from alphalab.optimizers.normalized_gd import NormalizedGD
from alphalab.optimizers.optimizer import POSITIVE, Optimizer, Rule, Wrapper, hyperparameter
from alphalab.optimizers.per_tensor import PerTensor
from alphalab.optimizers.rmsprop import RMSProp
from alphalab.optimizers.saturation import SaturationControlled, alpha_guideline, k_for_fraction
from alphalab.optimizers.scaled_sign import ScaledSign
from alphalab.optimizers.scaled_tanh import ScaledTanh
from alphalab.optimizers.schedules import Geometric, Horizon, Scheduled, constant, inverse, inverse_sqrt
from alphalab.optimizers.sign_sgd import SignSGD
from alphalab.optimizers.signum import Signum
from alphalab.optimizers.soft_signum import SoftSignum
from alphalab.optimizers.spectral import Spectral
from alphalab.optimizers.squashed import NormalizedNonlinear, SquashedGradient, normalize
from alphalab.optimizers.step import take_step
from alphalab.optimizers.tanh_gradient import TanhGradient
from alphalab.optimizers.trust_ratio import TrustRatio
from alphalab.optimizers.weight_decay import WeightDecay
from alphalab.registry import find

OPTIMIZERS: tuple[type[Rule], ...] = (
    AlphaGrad,
    ScaledTanh,
    LoopedTanh,
    HybridTanh,
    NormalizedGD,
    TanhGradient,
    SignSGD,
    ScaledSign,
    Signum,
    Lion,
    SoftSignum,
    GradientDescent,
    ClippedGradientDescent,
    Adam,
    RMSProp,
    AdaL,
    TrustRatio,
    LARS,
    LAMB,
)


def optimizer(name: str, **hyperparameters: Any) -> Rule:
    """Return the optimizer called `name`, a name of OPTIMIZERS, with these hyperparameters.

    Raises ValueError for an unknown name (with the nearest known one) or an unknown hyperparameter.

    >>> import alphalab as al
    >>> al.optimizer("alphagrad", alpha=5.0)
    AlphaGrad(learning_rate=0.01, epsilon=1e-08, alpha=5.0)
    >>> al.optimizer("alphagrads")
    Traceback (most recent call last):
        ...
    ValueError: optimizer 'alphagrads' is unknown; did you mean 'alphagrad'?
    """
    rule = find("optimizer", name, OPTIMIZERS)
    known = [field.name for field in dataclasses.fields(rule)]
    for key in hyperparameters:
        if key not in known:
            raise ValueError(f"optimizer {name!r} has no hyperparameter {key!r}; it has {', '.join(known)}")
    return rule(**hyperparameters)


__all__ = [
    "LAMB",
    "LARS",
    "OPTIMIZERS",
    "POSITIVE",
    "AdaL",
    "Adam",
    "AlphaGrad",
    "Averaged",
    "ClippedGradientDescent",
    "Geometric",
    "GradientDescent",
    "HeavyBall",
    "Horizon",
    "HybridTanh",
    "Lion",
    "LoopedTanh",
    "Muon",
    "NormalizedGD",
    "NormalizedNonlinear",
    "Optimizer",
    "PerTensor",
    "RMSProp",
    "Rule",
    "SaturationControlled",
    "ScaledSign",
    "ScaledTanh",
    "Scheduled",
    "SignSGD",
    "Signum",
    "SoftSignum",
    "Spectral",
    "SquashedGradient",
    "TanhGradient",
    "TrustRatio",
    "WeightDecay",
    "Wrapper",
    "alpha_guideline",
    "constant",
    "hyperparameter",
    "inverse",
    "inverse_sqrt",
    "k_for_fraction",
    "normalize",
    "optimizer",
    "take_step",
]
