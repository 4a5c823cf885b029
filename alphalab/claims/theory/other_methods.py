r"""What is proved of the methods that AlphaGrad is compared with, in the letters of T2*.

    sign descent          (1/T) sum ||g_t||_1 <= Delta/(eta T) + n L eta/2,     L_inf in place of n L where f has one
    normalised descent    (1/T) sum N_t       <= Delta/(eta T) + L eta/2        eps = 0
    gradient descent      (1/T) sum N_t^2     <= 2 L Delta/T                    eta = 1/L, one-sided L
                          (3 - 1/T) min N_t^2 <= 4 L Delta/T                    eta = 1/L, the gradient L-Lipschitz

The first three are T2* as alpha -> inf, N3 there, and T2* as alpha -> 0 with eta alpha fixed. Best steps:
sqrt(2 Delta/(n L T)), sqrt(2 Delta/(L_inf T)), sqrt(2 Delta/(L T)).
Sources: theory, the other methods; sign descent arXiv 1802.04434, 2002.08056; the last line H. Abbaszadehpeivasti,
E. de Klerk, M. Zamani, Optimization Letters (2022), and for all constant steps arXiv 2406.17506.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import sympy as sp

from alphalab.claims.case import Case, run_case
from alphalab.claims.claim import Bound
from alphalab.claims.conclusion import Conclusion, given, term
from alphalab.claims.facts import instances
from alphalab.claims.facts.assumptions import (
    AT_1_ELL,
    AT_1_L,
    GRADIENT,
    NO_EPSILON,
    NORMALISED,
    SIGN,
    known,
)
from alphalab.claims.facts.lemmas import summed
from alphalab.claims.facts.letters import L_INF, ell, mean_next, mean_one, mean_squared, measures
from alphalab.claims.notation import Delta, L, N, T, eta, least_norm, mean_norm, n
from alphalab.claims.proof import Identity, Proof
from alphalab.optimizers import AlphaGrad, GradientDescent, NormalizedGD, ScaledTanh, SignSGD
from alphalab.problems import CustomProblem, half_square

SLOW = ScaledTanh(learning_rate=0.1, alpha=2.0, beta=0.01, epsilon=1e-9)
BESIDE = 1 + 1e-7  # a staircase that lands on the minimiser stops there
RIGHT_SIGN = Delta / (eta * T) + n * L * eta / 2
RIGHT_MAXIMUM = Delta / (eta * T) + L_INF * eta / 2
RIGHT_NORMALISED = Delta / (eta * T) + L * eta / 2


def sign_proof() -> Proof:
    """The descent lemma summed: <g,g'> = ||g||_1 and ||g'||^2 <= n."""
    best = sp.sqrt(2 * Delta / (n * L * T))
    return Proof(
        concludes=Conclusion(
            (
                *summed(1, step="descent, sign"),
                term(1, given("sign, alignment"), over="steps"),
                term(L * eta / 2, given("sign, length"), over="steps"),
            ),
            telescopes="x",
        ),
        steps=(Identity("at its best step it is", sp.Subs(RIGHT_SIGN, eta, best), sp.sqrt(2 * n * L * Delta / T)),),
    )


def maximum_proof() -> Proof:
    """The descent lemma in the maximum norm, ||g'||_inf <= 1."""
    best = sp.sqrt(2 * Delta / (L_INF * T))
    return Proof(
        concludes=Conclusion(
            (
                *summed(1, step="descent, sign, maximum norm"),
                term(1, given("sign, alignment"), over="steps"),
            ),
            telescopes="x",
        ),
        steps=(Identity("at its best step it is", sp.Subs(RIGHT_MAXIMUM, eta, best), sp.sqrt(2 * L_INF * Delta / T)),),
    )


def normalised_proof() -> Proof:
    """The descent lemma summed: <g,g'> = N and ||g'|| <= 1."""
    best = sp.sqrt(2 * Delta / (L * T))
    return Proof(
        concludes=Conclusion(
            (
                *summed(1, step="descent, normalised"),
                term(1, given("normalised, alignment"), over="steps"),
                term(L * eta / 2, given("normalised, length"), over="steps"),
            ),
            telescopes="x",
        ),
        steps=(Identity("at its best step it is", sp.Subs(RIGHT_NORMALISED, eta, best), sp.sqrt(2 * L * Delta / T)),),
    )


def gradient_proof() -> Proof:
    """The descent lemma at eta = 1/L gains N^2/(2L) a step."""
    return Proof(
        concludes=Conclusion(
            (term(2 * L, given("descent, gradient"), over="steps"), term(2 * L / T, given("f_inf"))),
            at=((eta, 1 / L),),
            telescopes="x",
        )
    )


def lipschitz_proof() -> Proof:
    """The interpolation inequality of consecutive points, summed: 2 N_t^2 + N_{t+1}^2 <= 4 L (f(x_t) - f(x_{t+1}))."""
    return Proof(
        concludes=Conclusion(
            (
                term(4 * ell, given("interpolation at 1/L"), over="steps"),
                term(4 * ell / T, given("f_inf")),
                term(2 * (N + least_norm), given("least N"), over="steps"),
                term(1, given("least N, one later")),
            ),
            at=((eta, 1 / ell),),
            telescopes="x",
        )
    )


def walk(method: SignSGD | NormalizedGD, steps: int = 16, stairs: int = 4, n: int = 4) -> Case:
    """||x||^2/2 from a few strides away along (1, ..., 1), then a 2-cycle beside 0."""
    stride = method.learning_rate if isinstance(method, SignSGD) else method.learning_rate / np.sqrt(n)
    return run_case(method, half_square(n), stairs * BESIDE * stride * np.ones(n), steps, "staircase")


def along_ones(steps: int = 16) -> Case:
    """(L_inf/2) <v, x>^2, v = (1, ..., 1)/n: one number, the sum of the coordinates, walks down."""
    n, stairs = 4, 4
    bowl = CustomProblem(
        value=lambda x: x.mean(axis=-1) ** 2 / 2,
        gradient=lambda x: np.broadcast_to(x.mean(axis=-1, keepdims=True) / n, x.shape),
        n=n,
        L_inf=1.0,
        f_star=0.0,
    )
    return run_case(SignSGD(learning_rate=0.5), bowl, stairs * BESIDE * 0.5 * np.ones(n), steps, "staircase, mean of x")


def last_slope(steps: int = 5) -> CustomProblem:
    """f with g(x) = -m + dist(x, m Z) up to x_T = (T-1) m, beyond it -m + (x - x_T), m = 1, L = 1: from x_1 = 0.

    Every step of length m meets the gradient -m again; f falls by 3 m^2/4 a step, and by m^2/2 after the last point.
    """
    last = float(steps - 1)

    def gradient(x: np.ndarray) -> np.ndarray:
        return np.where(x < last, -1 + np.abs(x - np.round(x)), -1 + (x - last))

    def value(x: np.ndarray) -> np.ndarray:
        z = x[..., 0]
        part = z - np.floor(z)
        wave = np.where(part <= 0.5, part**2 / 2, 1 / 4 - (1 - part) ** 2 / 2)
        lowest = 3 / 4 * last + 1 / 2
        near = -z + np.floor(z) / 4 + wave
        return np.where(z < last, near, -3 / 4 * last - (z - last) + (z - last) ** 2 / 2) + lowest

    return CustomProblem(value=value, gradient=gradient, n=1, lipschitz=1.0, f_inf=0.0)


def cases_sign() -> Iterator[Case]:
    """Yield runs of sign descent, and one of a method that is too slow."""
    yield from instances.by_sign()
    yield run_case(SLOW, half_square(), np.ones(1), 60, L_inf=1.0)


def cases_normalised() -> Iterator[Case]:
    """Yield runs of normalised descent, eps = 0 and above, and one of a method that is too slow."""
    yield from instances.normalised()
    yield run_case(SLOW, half_square(), np.ones(1), 60)


def cases_gradient() -> Iterator[Case]:
    """Yield runs of gradient descent with eta = 1/L and others."""
    yield from instances.by_gradient()
    yield run_case(GradientDescent(learning_rate=1e-3), half_square(), np.ones(1), 60)
    yield run_case(AlphaGrad(learning_rate=1.0, alpha=1e-3), half_square(), np.ones(1), 60)


SIGN_RATE = Bound(
    key="sign-rate",
    title="Sign descent: the mean 1-norm of the gradient",
    source="the lab's theory, the other methods",
    left=mean_one,
    right=RIGHT_SIGN,
    assumes=(SIGN, known("L", "f_inf")),
    quantities=measures(mean_one),
    proof=sign_proof,
    cases=cases_sign,
    tight=lambda: walk(SignSGD(learning_rate=0.5)),
    remark="at its best step sqrt(2 n L Delta/T): T2* as alpha -> inf; a supremum at every T, K + s strides, s -> 0",
)
SIGN_RATE_MAXIMUM = Bound(
    key="sign-rate-max-norm",
    title="Sign descent where f is smooth in the maximum norm",
    source="the lab's theory, the other methods",
    left=mean_one,
    right=RIGHT_MAXIMUM,
    assumes=(SIGN, known("L_inf", "f_inf")),
    quantities=measures(mean_one, L_INF),
    proof=maximum_proof,
    cases=cases_sign,
    tight=along_ones,
    remark="at its best step sqrt(2 L_inf Delta/T); a supremum at every T, on (L_inf/2) <v,x>^2 with ||v||_1 = 1",
)
NORMALISED_RATE = Bound(
    key="normalized-rate",
    title="Normalised gradient descent: the mean gradient norm",
    source="the lab's theory, the other methods",
    left=mean_norm,
    right=RIGHT_NORMALISED,
    assumes=(NORMALISED, NO_EPSILON, known("L", "f_inf")),
    proof=normalised_proof,
    cases=cases_normalised,
    tight=lambda: walk(NormalizedGD(learning_rate=0.5, epsilon=0.0)),
    remark="at its best step sqrt(2 L Delta/T): T2* as alpha -> 0; a supremum at every T on L ||x||^2/2",
)
GRADIENT_RATE = Bound(
    key="gradient-rate",
    title="Gradient descent with eta = 1/L: the mean squared gradient norm",
    source="the lab's theory, the other methods; known",
    left=mean_squared,
    right=2 * L * Delta / T,
    assumes=(GRADIENT, AT_1_L, known("L", "f_inf")),
    quantities=measures(mean_squared),
    proof=gradient_proof,
    cases=cases_gradient,
    tight=lambda: run_case(GradientDescent(learning_rate=1.0), half_square(3), np.ones(3), 1, "one step"),
    remark="one-sided L; attained at T = 1 on L ||x||^2/2, at every T a supremum, by a minimum of parabolas",
)
GRADIENT_RATE_LIPSCHITZ = Bound(
    key="gradient-rate-lipschitz",
    title="Gradient descent with eta = 1/L: the best iterate, the gradient L-Lipschitz",
    source="the lab's theory, the other methods; known",
    left=(3 - 1 / T) * least_norm**2,
    right=4 * ell * Delta / T,
    assumes=(GRADIENT, AT_1_ELL, known("lipschitz", "f_inf")),
    quantities=measures(ell, mean_next),
    proof=lipschitz_proof,
    cases=cases_gradient,
    tight=lambda: run_case(GradientDescent(learning_rate=1.0), last_slope(5), np.zeros(1), 5, "the same slope again"),
    remark="min N_t^2 <= 4 L Delta/(3T - 1), attained at every T",
)
OTHER_METHODS = (SIGN_RATE, SIGN_RATE_MAXIMUM, NORMALISED_RATE, GRADIENT_RATE, GRADIENT_RATE_LIPSCHITZ)
