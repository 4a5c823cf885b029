"""Floor 3: what the paper says, what is true, and how it is known.

notation     the letters, what each means, how it is measured     case       what was measured
claim        left <= right, assumptions, check                    proof      sympy steps of three kinds
evidence     the gradients and runs every claim meets             verify     verdicts against the record
lemma_1, lemma_2, theorem_1, theorem_2                            one claim each
equation_3, equation_7, saturation_law, remark_1c, discussion     facts: decided by steps, witness, trial
examples, scale_invariance, state, parameter_counts               facts of sections 4 to 6 and table 1
low_precision, looped, catalogued_adal                            facts of section 7 and of AdaL
"""

from alphalab.claims.case import Case, gradient_case, run_case, trajectory_case
from alphalab.claims.catalogued_adal import CATALOGUED_ADAL
from alphalab.claims.claim import Assumption, Bound, Check, Claim, Finding
from alphalab.claims.discussion import DISCUSSION_ALPHA, DISCUSSION_N
from alphalab.claims.equation_3 import EQ3_BOUND, EQ3_LIMITS
from alphalab.claims.equation_7 import EQ7
from alphalab.claims.examples import EXAMPLE_1, EXAMPLE_2
from alphalab.claims.lemma_1 import LEMMA_1
from alphalab.claims.lemma_2 import LEMMA_2
from alphalab.claims.looped import SECTION_7_LOOPED
from alphalab.claims.low_precision import SECTION_7_LOW_PRECISION
from alphalab.claims.parameter_counts import SECTION_5_ALPHA
from alphalab.claims.rates import THM_1_RATE, THM_2_RATE
from alphalab.claims.remark_1c import REMARK_1C
from alphalab.claims.saturation_law import EQ7_BAND, EQ7_FRACTION
from alphalab.claims.scale_invariance import SECTION_4_INVARIANCE
from alphalab.claims.sharp import M, Q, rho
from alphalab.claims.state import SECTION_4_MEMORY, TABLE_1_LAMB
from alphalab.claims.theorem_1 import THEOREM_1
from alphalab.claims.theorem_1_sharp import T1_SHARP, T1_SHARPER
from alphalab.claims.theorem_2 import THEOREM_2
from alphalab.claims.theorem_2_sharp import T2_NORM, T2_SHARP
from alphalab.claims.theorem_3_sharp import T3_RATE, T3_STEP
from alphalab.claims.theorem_4_sharp import LIMINF, REMARK_AB, T4_CYCLE, T4_DECREASE
from alphalab.claims.theorem_5_sharp import T5_DECREASE, T5_RATE
from alphalab.claims.verify import Verdict, departures, verify_all
from alphalab.registry import find

CLAIMS: tuple[Claim, ...] = (
    LEMMA_1,
    LEMMA_2,
    THEOREM_1,
    THM_1_RATE,
    REMARK_AB,
    THEOREM_2,
    THM_2_RATE,
    LIMINF,
    T1_SHARP,
    T1_SHARPER,
    T2_SHARP,
    T2_NORM,
    T3_STEP,
    T3_RATE,
    T4_DECREASE,
    T4_CYCLE,
    T5_DECREASE,
    T5_RATE,
    EQ3_BOUND,
    EQ3_LIMITS,
    EQ7,
    EQ7_FRACTION,
    EQ7_BAND,
    REMARK_1C,
    DISCUSSION_N,
    DISCUSSION_ALPHA,
    EXAMPLE_1,
    EXAMPLE_2,
    SECTION_4_INVARIANCE,
    SECTION_4_MEMORY,
    TABLE_1_LAMB,
    SECTION_5_ALPHA,
    SECTION_7_LOW_PRECISION,
    SECTION_7_LOOPED,
    CATALOGUED_ADAL,
)


def claim(key: str) -> Claim:
    """Return the claim called `key`; raises ValueError for an unknown one, with the nearest known."""
    return find("claim", key, CLAIMS)


def verify(key: str, backend: str = "numpy") -> Verdict:
    """Discharge the proof of a claim, check it on all the evidence, and return the verdict."""
    return verify_all((claim(key),), name=backend)[0]


__all__ = [
    "CLAIMS",
    "Assumption",
    "Bound",
    "Case",
    "Check",
    "Claim",
    "Finding",
    "M",
    "Q",
    "Verdict",
    "claim",
    "departures",
    "gradient_case",
    "rho",
    "run_case",
    "trajectory_case",
    "verify",
    "verify_all",
]
