"""The ledger: every claim of the paper in its order, then what is true instead."""

from __future__ import annotations

from alphalab.claims.claim import Claim
from alphalab.claims.paper.catalogued_adal import CATALOGUED_ADAL
from alphalab.claims.paper.constant_step import LIMINF, REMARK_AB
from alphalab.claims.paper.discussion import DISCUSSION_ALPHA, DISCUSSION_N
from alphalab.claims.paper.equation_3 import EQ3_BOUND, EQ3_LIMITS
from alphalab.claims.paper.equation_7 import EQ7
from alphalab.claims.paper.examples import EXAMPLE_1, EXAMPLE_2
from alphalab.claims.paper.lemma_1 import LEMMA_1
from alphalab.claims.paper.lemma_2 import LEMMA_2
from alphalab.claims.paper.looped import SECTION_7_LOOPED
from alphalab.claims.paper.low_precision import SECTION_7_LOW_PRECISION
from alphalab.claims.paper.parameter_counts import SECTION_5_ALPHA
from alphalab.claims.paper.rates import THM_1_RATE, THM_2_RATE
from alphalab.claims.paper.remark_1c import REMARK_1C
from alphalab.claims.paper.saturation_law import EQ7_BAND, EQ7_FRACTION
from alphalab.claims.paper.scale_invariance import SECTION_4_INVARIANCE
from alphalab.claims.paper.state import SECTION_4_MEMORY, TABLE_1_LAMB
from alphalab.claims.paper.theorem_1 import THEOREM_1
from alphalab.claims.paper.theorem_2 import THEOREM_2
from alphalab.claims.paper.training_tasks import TRAINING_CLAIMS
from alphalab.claims.theory.adaptive import ADAPTIVE
from alphalab.claims.theory.best_iterate import N1, N1_BEST, N1_DECREASE
from alphalab.claims.theory.best_iterate_joint import BEST_ITERATE_JOINT
from alphalab.claims.theory.bounded_slope import BOUNDED_SLOPE
from alphalab.claims.theory.dichotomy import DICHOTOMY
from alphalab.claims.theory.floor import FLOORS
from alphalab.claims.theory.floor_mean import MEAN_FLOOR
from alphalab.claims.theory.heavy_ball_floor import HEAVY_BALL_FLOOR
from alphalab.claims.theory.invariant_set import T5_NORM, T5_SET
from alphalab.claims.theory.moments_of_sums import VBE
from alphalab.claims.theory.momentum import T6
from alphalab.claims.theory.momentum_inside import MOMENTUM_INSIDE
from alphalab.claims.theory.momentum_inside_rate import RATE
from alphalab.claims.theory.noise import N4, N4_FLOOR
from alphalab.claims.theory.normalized_cycle import NGD_CYCLE
from alphalab.claims.theory.one_norm import ONE_NORM_LEMMA
from alphalab.claims.theory.other_methods import OTHER_METHODS
from alphalab.claims.theory.outside_theories import OUTSIDE
from alphalab.claims.theory.per_tensor import T7, T7_LARGEST
from alphalab.claims.theory.price import PRICE_LEMMA, PRICES
from alphalab.claims.theory.q_one_dimensional import Q_ONE_DIMENSIONAL
from alphalab.claims.theory.schedules import N2, T8
from alphalab.claims.theory.sharp_lemmas import SHARP_LEMMAS
from alphalab.claims.theory.smooth_maximum import CONSTANT, N3
from alphalab.claims.theory.spectral import SPECTRAL_CLAIMS
from alphalab.claims.theory.steepness import STEEPNESS
from alphalab.claims.theory.theorem_1 import T1_SHARP, T1_SHARPER
from alphalab.claims.theory.theorem_2 import T2_BEST, T2_NORM, T2_PLAIN, T2_SHARP
from alphalab.claims.theory.theorem_3 import T3_RATE, T3_STEP
from alphalab.claims.theory.theorem_3_limit import T3_LIMIT, T3_LOW
from alphalab.claims.theory.theorem_4 import T4_DECREASE
from alphalab.claims.theory.theorem_4_attraction import T4_ATTRACTION
from alphalab.claims.theory.theorem_4_cycle import T4_CYCLE, T4_STALL
from alphalab.claims.theory.theorem_4_limit import T4_RATE, T4_SLOW, T4_STATIONARY
from alphalab.claims.theory.theorem_5 import T5_DECREASE, T5_RATE
from alphalab.claims.theory.weight_decay import WEIGHT_DECAY_BOX

PAPER: tuple[Claim, ...] = (
    EQ3_BOUND,
    EQ3_LIMITS,
    EQ7,
    EQ7_FRACTION,
    EQ7_BAND,
    LEMMA_1,
    LEMMA_2,
    THEOREM_1,
    THM_1_RATE,
    REMARK_AB,
    REMARK_1C,
    THEOREM_2,
    THM_2_RATE,
    LIMINF,
    DISCUSSION_N,
    DISCUSSION_ALPHA,
    EXAMPLE_1,
    EXAMPLE_2,
    SECTION_4_INVARIANCE,
    SECTION_4_MEMORY,
    TABLE_1_LAMB,
    SECTION_5_ALPHA,
    *TRAINING_CLAIMS,
    SECTION_7_LOW_PRECISION,
    SECTION_7_LOOPED,
    CATALOGUED_ADAL,
)
THEORY: tuple[Claim, ...] = (
    *SHARP_LEMMAS,
    T1_SHARP,
    T1_SHARPER,
    T2_SHARP,
    T2_NORM,
    T2_PLAIN,
    T2_BEST,
    T3_STEP,
    T3_RATE,
    T3_LIMIT,
    T3_LOW,
    T4_DECREASE,
    T4_STATIONARY,
    T4_RATE,
    T4_SLOW,
    T4_CYCLE,
    T4_STALL,
    T4_ATTRACTION,
    T5_DECREASE,
    T5_RATE,
    T5_SET,
    T5_NORM,
    T6,
    T7,
    T7_LARGEST,
    T8,
    *PRICES,
    Q_ONE_DIMENSIONAL,
    PRICE_LEMMA,
    N1_DECREASE,
    N1,
    N1_BEST,
    *BEST_ITERATE_JOINT,
    *BOUNDED_SLOPE,
    *FLOORS,
    MEAN_FLOOR,
    N2,
    ONE_NORM_LEMMA,
    CONSTANT,
    N3,
    N4,
    N4_FLOOR,
    *SPECTRAL_CLAIMS,
    *STEEPNESS,
    *OTHER_METHODS,
    *ADAPTIVE,
    VBE,
    *MOMENTUM_INSIDE,
    RATE,
    HEAVY_BALL_FLOOR,
    DICHOTOMY,
    WEIGHT_DECAY_BOX,
    NGD_CYCLE,
    *OUTSIDE,
)
CLAIMS: tuple[Claim, ...] = PAPER + THEORY
