r"""N5: momentum inside the squash: the average of gradients is squashed, and the floor of the noise goes.

    m_t = b m_{t-1} + (1-b) ghat_t,  m_1 = ghat_1,      x_{t+1} = x_t - eta tanh(alpha m_t/(||m_t||+eps))

    E (1/T) sum N_t <= eps + Delta/(eta T tanh(alpha)) + L eta M/(2 tanh(alpha))
        + (1 + sqrt rho) [ s k_1 (1-b^T)/(T(1-b)) + b l eta sqrt M/(1-b) + s k_2 ]

    E|xi_t|^2 <= s^2:   k_1 = sqrt(2b/(1+b)),  k_2 = sqrt((1-b)/(1+b))
    E|xi_t|^p <= s^p:   k_1 = 1,               k_2 = C_p^(1/p) (1-b)^(1-1/p)

l is the Lipschitz constant of the gradient. N4 with "noise" m_t - g_t: what the gradient moved, averaged, and the
averaged noise, whose size vbe-hilbert bounds. With 1-b of order T^(-p/(3p-2)) the bound is of order T^((1-p)/(3p-2)):
`momentum-inside-rate`. Source: theory2, section 3.
"""

from __future__ import annotations

import sympy as sp

from alphalab.claims.conclusion import Conclusion, cite, given, term
from alphalab.claims.expectation import Expected
from alphalab.claims.facts import drawn
from alphalab.claims.facts.assumptions import AVERAGED, MOMENT, VARIANCE, known
from alphalab.claims.facts.letters import beta, ell, expected_norm, martingale, mean_averaged, measures, moment, order
from alphalab.claims.facts.table import NOISE_2, NOISE_P
from alphalab.claims.notation import B, Formula, M, alpha, eps, eta, root_rho
from alphalab.claims.proof import Proof
from alphalab.claims.theory import noise

SOURCE = "the lab's theory, N5"
KNOWN = known("L", "lipschitz", "f_inf")


def right(averaged: Formula) -> Formula:
    """The bound, for so much averaged noise."""
    return eps + B / sp.tanh(alpha) + (1 + root_rho) * (averaged + beta * ell * eta * sp.sqrt(M) / (1 - beta))


def proof(line: str) -> Proof:
    """N4 with m_t - g_t as noise; its two parts, the second in expectation."""
    weight = 1 + root_rho
    return Proof(
        concludes=Conclusion(
            (
                term(1, cite("noise")),
                term(weight, given("momentum error"), over="steps"),
                term(weight, given("drift"), over="steps"),
                term(weight, given(line)),
            )
        )
    )


INSIDE = Expected(
    key="momentum-inside",
    title="N5: momentum inside the squash removes the floor of the noise",
    source=SOURCE,
    left=expected_norm,
    right=right(NOISE_2),
    assumes=(KNOWN, AVERAGED, VARIANCE),
    quantities=(*noise.LETTERS, *measures(expected_norm, mean_averaged, beta, ell, moment)),
    proof=lambda: proof("averaged noise"),
    cases=drawn.second_moments,
    tight=drawn.quiet,
    remark="a supremum for n = 1 as s, eps -> 0, b = 0: T2*; heavy ball keeps the floor of the noise: heavy-ball-floor",
)
MOMENTS = Expected(
    key="momentum-inside-moments",
    title="N5: the same under a p-th moment, 1 < p <= 2",
    source=SOURCE,
    left=expected_norm,
    right=right(NOISE_P),
    assumes=(KNOWN, AVERAGED, MOMENT),
    quantities=(*noise.LETTERS, *measures(expected_norm, mean_averaged, beta, ell, moment, order, martingale)),
    proof=lambda: proof("averaged noise, p"),
    cases=drawn.lower_moments,
    tight=drawn.quiet,
    remark="C_p^(1/p) (1-b)/(1-b^p)^(1/p) would do in place of C_p^(1/p) (1-b)^(1-1/p)",
)
MOMENTUM_INSIDE = (INSIDE, MOMENTS)
