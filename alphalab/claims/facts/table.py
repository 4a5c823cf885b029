r"""The one table of what assumptions say: every line a `Bound`, which the evidence tests like any claim.

A line holds under its own `assumes`; a proof may use it where the claim's assumptions give as much. What is not a
line is no fact: `conclusion` makes the others (a concave function lies over its chord) and checks their hypotheses.
Source: theory, T1* to T8, N1 to N4.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from typing import Any

import sympy as sp

from alphalab.claims.case import Case
from alphalab.claims.claim import Assumption, Bound
from alphalab.claims.expectation import Expected
from alphalab.claims.facts import drawn, instances
from alphalab.claims.facts.assumptions import (
    ADAM,
    ALPHAGRAD,
    AT_1_ELL,
    AVERAGED,
    BELOW_EPS,
    BEYOND,
    BOUNDED,
    CONVEX,
    GRADIENT,
    HEAVY_BALL,
    IN_WINDOW,
    INSIDE,
    MET,
    MOMENT,
    MOVING,
    NO_EPSILON,
    NOISY,
    NORMALISED,
    ONE_RATE,
    PER_TENSOR,
    PLAIN,
    PLUS,
    PRICED,
    RMSPROP,
    RMSPROP_ROOT,
    SCALED,
    SCHEDULED,
    SIGN,
    SPECTRAL,
    TWO_CYCLE,
    UP_TO,
    VARIANCE,
    known,
)
from alphalab.claims.facts.letters import (
    BY_LETTER,
    ETA,
    JOINT,
    L0,
    L1,
    L_INF,
    L_OP,
    PRICE,
    S1,
    S2,
    S12,
    apart,
    averaged,
    b2,
    bend,
    best_bottom,
    best_top,
    beta,
    c,
    dist,
    drift,
    drop_z,
    ell,
    envelope,
    high,
    inner_d,
    inner_z,
    kappa,
    lag,
    largest,
    length,
    longest,
    low,
    m_hat,
    martingale,
    mean_averaged,
    mean_length,
    mean_next,
    moment,
    more,
    noise,
    noisy_inner,
    noisy_norm,
    one_norm,
    order,
    other,
    radius,
    rate,
    s_hat,
    square_d,
    squashed,
    steepest,
    stride,
    tail,
    tail0,
    true_inner,
    u,
    w,
)
from alphalab.claims.facts.slopes import BETWEEN
from alphalab.claims.notation import (
    D,
    Delta,
    Formula,
    L,
    M,
    N,
    T,
    alpha,
    decrease,
    delta,
    eps,
    eta,
    gamma,
    gamma_min,
    inner,
    least_norm,
    mu,
    n,
    r,
    rho,
    square,
)

SOURCE = "the lab's theory, what its assumptions say"
Cases = Callable[[], Iterable[Case]]


def line(name: str, left: Any, right: Any, *assumes: Assumption, cases: Cases | None = None) -> Bound:
    """Return one line of the table."""
    sides: tuple[Formula, Formula] = (sp.sympify(left), sp.sympify(right))
    letters = tuple(
        BY_LETTER[s] for s in sorted(sides[0].free_symbols | sides[1].free_symbols, key=str) if s in BY_LETTER
    )
    return Bound(
        key=name,
        title=name,
        source=SOURCE,
        left=sides[0],
        right=sides[1],
        assumes=assumes,
        quantities=letters,
        cases=cases,
    )


def expected(name: str, left: Any, right: Any, *assumes: Assumption, cases: Cases) -> Bound:
    """Return one line of the table that is about an expectation."""
    plain = line(name, left, right, *assumes, cases=cases)
    return Expected(**{field.name: getattr(plain, field.name) for field in dataclasses.fields(Bound) if field.init})


START = (1 - beta**T) / (T * (1 - beta))  # the mean of beta^(t-1): what the first gradient's noise weighs
NOISE_2 = moment * sp.sqrt(2 * beta / (1 + beta)) * START + moment * sp.sqrt((1 - beta) / (1 + beta))
NOISE_P = moment * START + moment * martingale ** (1 / order) * (1 - beta) ** (1 - 1 / order)
CYCLE = eta * sp.tanh(alpha * L * radius / (L * radius + eps))
RMS_LENGTHS = n * (sp.log(1 / b2) + sp.log(1 + steepest**2 / eps**2) / T) / (1 - b2)
SMOOTH, LIPSCHITZ = known("L"), known("lipschitz")
LINES = (
    # what smoothness gives of one step
    line("descent", eta * inner - L * eta**2 * square / 2, decrease, ALPHAGRAD, SMOOTH),
    line(
        "descent, (L0, L1)",
        eta * inner - (L0 + L1 * N) * eta**2 * square / 2,
        decrease,
        ALPHAGRAD,
        IN_WINDOW,
        known("L0", "L1"),
        cases=instances.steep_runs,
    ),
    line("descent, eta_t", rate * inner - L * rate**2 * square / 2, decrease, SCHEDULED, SMOOTH),
    line("descent, tensors", ETA * inner - L * ETA**2 * square / 2, decrease, PER_TENSOR, ONE_RATE, SMOOTH),
    line(
        "descent, maximum norm",
        eta * inner - L_INF * eta**2 * sp.tanh(alpha * largest) ** 2 / 2,
        decrease,
        ALPHAGRAD,
        known("L_inf"),
        cases=instances.in_maximum_norm,
    ),
    line(
        "descent, noise",
        eta * true_inner - L * eta**2 * square / 2,
        decrease,
        NOISY,
        SMOOTH,
        cases=instances.noisy_runs,
    ),
    line(
        "descent, slopes", eta * inner_d - L * eta**2 * square_d / 2, decrease, BETWEEN, SMOOTH, cases=instances.slopes
    ),
    line(
        "descent at z",
        eta / (1 - c) * inner_z - ell * eta**2 * square / (2 * (1 - c) ** 2),
        drop_z,
        HEAVY_BALL,
        LIPSCHITZ,
        cases=instances.seen_from_z,
    ),
    line("gradient at z", inner - inner_z, ell * lag * length, HEAVY_BALL, LIPSCHITZ, cases=instances.seen_from_z),
    line("lag", lag, c * eta * sp.sqrt(M) * kappa / (1 - c) ** 2, HEAVY_BALL, cases=instances.seen_from_z),
    # other methods
    line("descent, sign", eta * inner - L * eta**2 * square / 2, decrease, SIGN, SMOOTH, cases=instances.by_sign),
    line("sign, alignment", one_norm, inner, SIGN, cases=instances.by_sign),
    line("sign, length", square, n, SIGN, cases=instances.by_sign),
    line(
        "descent, sign, maximum norm",
        eta * inner - L_INF * eta**2 / 2,
        decrease,
        SIGN,
        known("L_inf"),
        cases=instances.by_sign,
    ),
    line(
        "descent, normalised",
        eta * inner - L * eta**2 * square / 2,
        decrease,
        NORMALISED,
        SMOOTH,
        cases=instances.normalised,
    ),
    line("normalised, alignment", N, inner, NORMALISED, NO_EPSILON, cases=instances.normalised),
    line("normalised, length", square, 1, NORMALISED, cases=instances.normalised),
    line("descent, gradient", (eta - L * eta**2 / 2) * N**2, decrease, GRADIENT, SMOOTH, cases=instances.by_gradient),
    line(
        "interpolation at 1/L",
        (2 * N**2 + other**2) / (4 * ell),
        decrease,
        GRADIENT,
        LIPSCHITZ,
        AT_1_ELL,
        cases=instances.by_gradient,
    ),
    line("Cauchy-Schwarz of the moments", m_hat, sp.sqrt(S2 * S12) / S1 * s_hat, ADAM, cases=instances.moments),
    line("Adam, direction", longest, m_hat / s_hat, ADAM, MET, cases=instances.moments),
    line(
        "descent, rms", eta * inner - L * eta**2 * square / 2, decrease, RMSPROP, SMOOTH, cases=instances.mean_squares
    ),
    line("rms, length", eps * square, inner, RMSPROP, cases=instances.mean_squares),
    line("rms, alignment", N**2, (steepest + eps) * inner, RMSPROP, cases=instances.mean_squares),
    line(
        "steepest where f falls",
        steepest,
        sp.sqrt(2 * L * Delta),
        RMSPROP,
        BELOW_EPS,
        known("L", "f_inf"),
        cases=instances.mean_squares,
    ),
    line(
        "descent, rms root",
        eta * inner - L * eta**2 * square / 2,
        decrease,
        RMSPROP_ROOT,
        SMOOTH,
        cases=instances.mean_squares,
    ),
    line(
        "rms root, alignment",
        N**2,
        sp.sqrt(steepest**2 + eps**2) * inner,
        RMSPROP_ROOT,
        cases=instances.mean_squares,
    ),
    line("rms root, each step", mean_length, n / (1 - b2), RMSPROP_ROOT, cases=instances.mean_squares),
    line("rms root, all steps", mean_length, RMS_LENGTHS, RMSPROP_ROOT, PLUS, cases=instances.mean_squares),
    # singular values in place of components
    line(
        "descent, spectral",
        eta * inner - L * eta**2 * square / 2,
        decrease,
        SPECTRAL,
        SMOOTH,
        cases=instances.of_matrices,
    ),
    line(
        "descent, spectral norm",
        eta * inner - L_OP * eta**2 * sp.tanh(alpha) ** 2 / 2,
        decrease,
        SPECTRAL,
        known("L_op"),
        cases=instances.of_matrices,
    ),
    # what bounds the values, and the minimiser
    line("f_inf", 0, tail, known("f_inf")),
    line("f_star", 0, tail0, known("f_star")),
    line("convex", delta, N * dist, CONVEX, known("f_star", "x_star")),
    line("convex and smooth", delta + N**2 / (2 * L), N * dist, CONVEX, known("L", "f_star", "x_star")),
    line("steep", N, L * dist, CONVEX, known("L", "x_star")),
    line("smooth at x*", delta, L * dist**2 / 2, known("L", "f_star", "x_star")),
    line("PL", sp.sqrt(2 * mu * delta), N, known("pl", "f_star")),
    line("ball", dist, D, BOUNDED),
    line("inside", delta, eps**2 / (2 * L), INSIDE, known("L", "f_star")),
    # what a choice of eta and eps means
    line("threshold", alpha * L * eta, 2 * eps, UP_TO, known("L")),
    line("scaled", alpha * L * eta, eps, SCALED, known("L")),
    line("L rho >= 2 mu", 2 * mu, L * rho, PRICED, known("L", "pl")),
    line("a, at least", 2 * radius, CYCLE, ALPHAGRAD, known("L", "mu"), PLAIN, PLUS, BEYOND),
    line("a, at most", CYCLE, 2 * radius, ALPHAGRAD, known("L", "mu"), PLAIN, PLUS, BEYOND),
    # letters that are a least or a largest
    line("least gamma", gamma_min, gamma, ALPHAGRAD),
    line("gamma_min at the least N", sp.tanh(alpha) * least_norm / (least_norm + eps), gamma_min, ALPHAGRAD),
    line("least N", least_norm, N),
    line("least N, one later", (1 - 1 / T) * least_norm**2, mean_next),
    line("n >= 1", 1 / sp.sqrt(n), 1),
    # components of g~, whose norm is r
    line("u_i <= r", u, r, cases=instances.components),
    line("u_i <= 1", u, 1, cases=instances.components),
    line("u_i <= largest", u, largest, cases=instances.components),
    line("largest u_i <= 1", largest, 1, cases=instances.components),
    line("a u_i <= sigma_i", low * u, squashed, BETWEEN, cases=instances.between),
    line("sigma_i <= b u_i", squashed, high * u, BETWEEN, cases=instances.between),
    line("a < b", low, high, BETWEEN, cases=instances.between),
    line("envelope", squashed**2, envelope / n + bend * (u**2 - 1 / n), BETWEEN, cases=instances.between),
    line("s, at least", square, stride, ALPHAGRAD, TWO_CYCLE, cases=instances.two_cycles),
    line("s, at most", stride, square, ALPHAGRAD, TWO_CYCLE, cases=instances.two_cycles),
    line("round", Delta, tail, TWO_CYCLE, known("f_inf"), cases=instances.two_cycles),
    line("opposite", N + other, apart, ALPHAGRAD, TWO_CYCLE, cases=instances.two_cycles),
    line("lipschitz", apart, ell * eta * length, ALPHAGRAD, LIPSCHITZ, cases=instances.two_cycles),
    line("r <= 1", r, 1),
    line("r u_i <= u_i", r * u, u, cases=instances.components),
    line("sum u_i", one_norm, sp.sqrt(n) * N),
    line("u_j <= u_i", w, u, cases=instances.components),
    line("w <= r", w, r, cases=instances.components),
    # Q is a supremum over unit vectors, here g/N
    line("Q", best_top, PRICE * best_bottom, MOVING, cases=instances.components),
    line("Q_w", best_top + more, JOINT * best_bottom, MOVING, known("L", "f_inf"), cases=instances.unit_steps),
    line("w", Delta / (eta * T), L * eta * more / 2, known("L", "f_inf")),
    line("Q, balanced", n * sp.tanh(alpha / sp.sqrt(n)) ** 2, PRICE * sp.sqrt(n) * sp.tanh(alpha / sp.sqrt(n))),
    # noise, and the average of it
    line("momentum error", noise, drift + averaged, AVERAGED, cases=drawn.second_moments),
    line("drift", drift, beta * ell * eta * sp.sqrt(M) / (1 - beta), AVERAGED, LIPSCHITZ, cases=drawn.second_moments),
    expected("averaged noise", mean_averaged, NOISE_2, AVERAGED, VARIANCE, cases=drawn.second_moments),
    expected("averaged noise, p", mean_averaged, NOISE_P, AVERAGED, MOMENT, cases=drawn.lower_moments),
    line("triangle", N, noisy_norm + noise, NOISY, cases=instances.noisy_runs),
    line("noise", noisy_inner - true_inner, noise * length, NOISY, cases=instances.noisy_runs),
)
TABLE: dict[str, Bound] = {one.key: one for one in LINES}
