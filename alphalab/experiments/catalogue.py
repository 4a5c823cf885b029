"""The registry of experiments: an explicit tuple, in the order of the report."""

from __future__ import annotations

from alphalab import registry
from alphalab.experiments.bifurcation import BIFURCATION
from alphalab.experiments.direction_field import DIRECTION_FIELD
from alphalab.experiments.effective_steps import EFFECTIVE_STEPS
from alphalab.experiments.experiment import Experiment
from alphalab.experiments.landscape import LANDSCAPE
from alphalab.experiments.learning_curves import LEARNING_CURVES
from alphalab.experiments.learning_rates import LEARNING_RATES
from alphalab.experiments.lemmas import LEMMAS
from alphalab.experiments.matrices import MATRICES
from alphalab.experiments.noise_and_momentum import NOISE_AND_MOMENTUM
from alphalab.experiments.nonlinearities import NONLINEARITIES
from alphalab.experiments.phase_diagram import PHASE_DIAGRAM
from alphalab.experiments.precision import PRECISION
from alphalab.experiments.price_of_tanh import PRICE_OF_TANH
from alphalab.experiments.race_figure import RACE
from alphalab.experiments.saturated_tensors import SATURATED_TENSORS
from alphalab.experiments.saturation import SATURATION
from alphalab.experiments.scaled_epsilon import SCALED_EPSILON
from alphalab.experiments.theorem_1 import THEOREM_1
from alphalab.experiments.theorem_2 import THEOREM_2
from alphalab.experiments.tightness import TIGHTNESS
from alphalab.experiments.where_it_fails import WHERE_IT_FAILS
from alphalab.experiments.worst_cycle import WORST_CYCLE

EXPERIMENTS: tuple[Experiment, ...] = (
    DIRECTION_FIELD,
    PRICE_OF_TANH,
    LEMMAS,
    THEOREM_1,
    THEOREM_2,
    TIGHTNESS,
    WHERE_IT_FAILS,
    BIFURCATION,
    SCALED_EPSILON,
    PHASE_DIAGRAM,
    RACE,
    MATRICES,
    SATURATION,
    LANDSCAPE,
    PRECISION,
    NONLINEARITIES,
    NOISE_AND_MOMENTUM,
    WORST_CYCLE,
    LEARNING_RATES,
    LEARNING_CURVES,
    EFFECTIVE_STEPS,
    SATURATED_TENSORS,
)


def experiment(key: str) -> Experiment:
    """Return the experiment called `key`; raises ValueError for an unknown one, with the nearest known.

    >>> import alphalab as al
    >>> al.experiment("price-of-tanh").title
    'The price of the tanh, and what the guideline pays'
    """
    return registry.find("experiment", key, EXPERIMENTS)
