r"""Letters that proofs use beside those of `notation`: of one component, of one step, of the end of a run.

    u_i = |g_i|/(N+eps)                 of a component; u_i >= u_j of a pair
    s_1, ..., s_k                       singular values of a gradient that is a p x q matrix, k = min(p, q)
    z_t = x_t - c/(1-c) v_t             the point through which heavy ball is seen
    hat g_t = grad f(x_t) + noise_t     what a step sees where there is noise

Those that can be measured on a case are in LETTERS, so that every fact of `table` can be held against runs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import sympy as sp

from alphalab.claims import sharp
from alphalab.claims.case import Case, NotApplicableError
from alphalab.claims.facts import slopes
from alphalab.claims.facts.cycle import root
from alphalab.claims.facts.methods import geometric, memory
from alphalab.claims.notation import (
    Delta,
    L,
    N,
    Quantity,
    T,
    eta,
    evaluate,
    horizon,
    letter,
    mean_over,
    one_later,
    size,
    square,
)
from alphalab.optimizers import PerTensor, Scheduled, Spectral

u, w = size("u_i"), size("u_j")
largest = size(r"{\max_i u_i}")
k = sp.Symbol("k", nonnegative=True, integer=True)  # a number of steps, in an induction
ell = letter(r"\ell")
dist, length, peak = size(r"{\|x_t-x^*\|}"), size(r"{\|{g'_t}\|_2}"), size(r"{\|{g'_t}\|_\infty}")
one_norm = size(r"\|{g_t}\|_1")
tail, tail0 = size(r"{(f(x_{T+1})-f_{\inf})}"), size(r"{(f(x_{T+1})-f^*)}")
rate = letter(r"\eta_t")
c = size("c")
drop_z, inner_z = (
    sp.Symbol(name, real=True) for name in ("{(f(z_t)-f(z_{t+1}))}", r"{\langle \nabla f(z_t), g'_t \rangle}")
)
lag, kappa = size(r"{\|x_t-z_t\|}"), size(r"{(1-c^{t-1})}")
noise, noisy_norm = size(r"{\|\xi_t\|}"), size(r"{\|\hat g_t\|}")
noisy_inner, true_inner = (
    size(r"{\langle \hat g_t, g'_t \rangle}"),
    sp.Symbol(r"{\langle \nabla f(x_t), g'_t \rangle}", real=True),
)
M_SUM, ETA = letter(r"{\textstyle\sum_l} M(\alpha_l, n_l)"), letter(r"{\eta}")
near, next_near, radius = size(r"{||x_t|-a|}"), size(r"{||x_{t+1}|-a|}"), letter("a")
best_top, best_bottom = size(r"{\sum_i \tanh^2(\alpha g_i/N_t)}"), size(r"{\sum_i |g_i| \tanh(\alpha |g_i|/N_t)/N_t}")
W = letter("W(1/e)")
L0, L1, THETA = size("L_0"), size("L_1"), size(r"\theta")
L_INF, PRICE = letter(r"L_\infty"), letter("{Q}")
low, high, envelope, bend = (
    letter(r"{\underline\sigma}"),
    letter(r"{\overline\sigma}"),
    letter(r"{\hat M}"),
    size(r"{\hat\sigma}"),
)
squashed, inner_d, square_d = (
    size(r"{|\sigma(u_i)|}"),
    size(r"{\langle g_t, d_t \rangle}"),
    size(r"{\|d_t\|_2^2}"),
)
mean_inner_d = size(r"{\frac{1}{T}\sum_{t=1}^T \langle g_t, d_t\rangle}")
stride, apart, other = size(r"{\|s\|^2}"), size(r"{\|g_{t+1}-g_t\|}"), size("{N_{t+1}}")
beta, moment, order, martingale = size(r"\beta"), size("{s}"), letter("{p}"), letter("{C_p}")
drift, averaged = size(r"{\|\bar\delta_t\|}"), size(r"{\|\bar\xi_t\|}")
mean_averaged = size(r"{\mathbb{E}\,\frac{1}{T}\sum_{t=1}^T \|\bar\xi_t\|}")
expected_norm = size(r"{\mathbb{E}\,\frac{1}{T}\sum_{t=1}^T N_t}")
more, JOINT = size("{w}"), letter("{Q_w}")
RANK, NUCLEAR = letter("{k}"), size(r"{\|{G_t}\|_*}")
L_OP, JOINT_K = letter(r"{L_{\mathrm{op}}}"), letter("{Q_w(k)}")


def of_sigma(name: str) -> Callable[[Case], np.ndarray]:
    """Return the measure of what is known of a squash between two lines."""
    return lambda case: slopes.known_of(case, name)


mean_one, mean_squared, mean_next, mean_length = map(
    size,
    (
        r"\frac{1}{T}\sum_{t=1}^T \|{g_t}\|_1",
        r"\frac{1}{T}\sum_{t=1}^T N_t^2",
        r"\frac{1}{T}\sum_{t=1}^T N_{t+1}^2",
        r"\frac{1}{T}\sum_{t=1}^T \|{g'_t}\|_2^2",
    ),
)
steepest, VARTHETA = size(r"{\max_{t,i} |g_{t,i}|}"), size(r"\vartheta")
b2, S1, S2, S12 = (
    letter(r"\beta_2"),
    letter(r"{S(\beta_1)}"),
    letter(r"{S(\beta_2)}"),
    letter(r"{S(\beta_1^2/\beta_2)}"),
)
longest = size(r"{\max_i |g'_{t,i}|}")
m_hat, s_hat = size(r"{|\hat m_i|}"), size(r"{\hat s_i}")


def declared(name: str) -> Callable[[Case], np.ndarray]:
    """Return the measure of what the maker of a case declares under this name."""
    return lambda case: np.asarray(case.constant(name))


def steps_taken(case: Case) -> np.ndarray:
    """Return eta_t, (T, *batch), of a method with a step-size schedule."""
    if not isinstance(case.optimizer, Scheduled):
        raise NotApplicableError("the method has no step-size schedule")
    factor = case.optimizer.schedule(horizon(case.gradient_norm)[..., None])[..., 0]
    return factor * case.hyperparameter("learning_rate")


def members(case: Case) -> list[tuple[Any, int]]:
    """Return (optimizer, n_l) of every tensor."""
    if not isinstance(case.optimizer, PerTensor):
        raise NotApplicableError("the method does not work per tensor")
    return list(zip(case.optimizer.members, case.optimizer.sizes, strict=True))


def _prices(case: Case) -> np.ndarray:
    prices = [np.asarray(sharp.M(member.alpha, count)) for member, count in members(case)]
    return np.sum(np.broadcast_arrays(*prices), axis=0)


def rounded_up(case: Case) -> np.ndarray:
    """Return Q, which is known to 9 digits, rounded up in the eighth."""
    return np.asarray(sharp.Q(case.hyperparameter("alpha"), case.n))


def _more(case: Case) -> np.ndarray:
    return evaluate(2 * Delta / (L * eta**2 * T), case)


def _martingale(case: Case) -> np.ndarray:
    return np.asarray(sharp.C(case.constant("p")))


def _joint(case: Case) -> np.ndarray:
    """Return Q_w, rounded up in the fifth digit."""
    return sharp.Q_joint(case.hyperparameter("alpha"), case.n, _more(case))


def _rank(case: Case) -> int:
    """Return k = min(p, q) of a method that squashes singular values."""
    if not isinstance(case.optimizer, Spectral):
        raise NotApplicableError("the method squashes no singular values")
    return min(case.optimizer.shape)


def _joint_of_singular_values(case: Case) -> np.ndarray:
    """Return Q_w(alpha, k), rounded up in the fifth digit."""
    return sharp.Q_joint(case.hyperparameter("alpha"), _rank(case), _more(case))


def _theta(case: Case) -> np.ndarray:
    return np.asarray(case.constant("L1") * case.hyperparameter("learning_rate") * rounded_up(case))


def _over_eps(case: Case) -> np.ndarray:
    eta, eps = case.hyperparameter("learning_rate"), case.hyperparameter("epsilon")
    with np.errstate(divide="ignore"):
        return np.asarray(case.constant("L") * eta / eps)


def _first_ratio(case: Case) -> np.ndarray:
    beta1, beta2 = case.hyperparameter("beta1"), case.hyperparameter("beta2")
    with np.errstate(divide="ignore", invalid="ignore"):
        return geometric(np.where(beta1 == 0, 0.0, beta1**2 / beta2), horizon(case.gradient_norm))


LAMBERT = 0.2784645427610738  # W e^{1+W} = 1


def _radius(case: Case) -> np.ndarray:
    """Return the radius of the 2-cycle; where there is none what it returns is not used."""
    rate, steepness, floor = map(case.hyperparameter, ("learning_rate", "alpha", "epsilon"))
    return root(rate, steepness, floor, case.constant("L"))


def _near(case: Case) -> np.ndarray:
    return np.abs(case.difference(case.gradient_norm / case.constant("L"), _radius(case)))


def _last(case: Case, low: str) -> np.ndarray:
    return one_later(case.difference(case.values, case.constant(low)))


def _squared(norm: np.ndarray) -> np.ndarray:
    """N^2, inf where it is beyond the largest number."""
    with np.errstate(over="ignore"):
        return np.square(norm)


LETTERS = (
    Quantity(
        ell, "Lipschitz constant of the gradient", lambda case: np.asarray(case.constant("lipschitz")), fixed=True
    ),
    Quantity(dist, "distance from the minimiser", lambda case: case.history("distance")),
    Quantity(length, "length of the direction", lambda case: np.sqrt(case.direction_sq)),
    Quantity(peak, "largest |g'_i|", declared("peak")),
    Quantity(one_norm, "1-norm of the gradient", lambda case: case.history("one_norm")),
    Quantity(tail, "f(x_{T+1}) - f_inf", lambda case: _last(case, "f_inf"), fixed=True),
    Quantity(tail0, "f(x_{T+1}) - f*", lambda case: _last(case, "f_star"), fixed=True),
    Quantity(rate, "step size at step t", steps_taken),
    Quantity(c, "momentum", lambda case: case.hyperparameter("momentum"), fixed=True),
    Quantity(
        kappa, "1 - c^(t-1)", lambda case: 1 - case.hyperparameter("momentum") ** (horizon(case.gradient_norm) - 1)
    ),
    Quantity(lag, "distance of z_t from x_t", declared("lag")),
    Quantity(drop_z, "decrease of f at z_t", declared("drop_z")),
    Quantity(inner_z, "alignment with the gradient at z_t", declared("inner_z")),
    Quantity(noise, "size of the noise", declared("noise")),
    Quantity(noisy_norm, "norm of the noisy gradient", declared("noisy_norm")),
    Quantity(noisy_inner, "alignment with the noisy gradient", declared("noisy_inner")),
    Quantity(true_inner, "alignment with the gradient", declared("true_inner")),
    Quantity(M_SUM, "M(alpha_l, n_l) summed over the tensors", _prices, fixed=True),
    Quantity(
        ETA, "learning rate of every tensor", lambda case: np.asarray(members(case)[0][0].learning_rate), fixed=True
    ),
    Quantity(L0, "curvature where the gradient is 0", lambda case: np.asarray(case.constant("L0")), fixed=True),
    Quantity(L1, "curvature per size of the gradient", lambda case: np.asarray(case.constant("L1")), fixed=True),
    Quantity(THETA, "L_1 eta Q, the step in units of 1/(L_1 Q)", _theta, fixed=True),
    Quantity(L_INF, "smoothness in the maximum norm", declared("L_inf"), fixed=True),
    Quantity(PRICE, "Q(alpha, n)", rounded_up, fixed=True),
    Quantity(low, "a: |sigma(u)| is at least a |u|", of_sigma("low"), fixed=True),
    Quantity(high, "b: |sigma(u)| is at most b |u|", of_sigma("high"), fixed=True),
    Quantity(
        envelope,
        "n times the least concave function above sigma(sqrt s)^2 that nowhere falls, at 1/n",
        of_sigma("price"),
        fixed=True,
    ),
    Quantity(bend, "slope of that envelope at 1/n", of_sigma("bend"), fixed=True),
    Quantity(squashed, "what a component is squashed to", declared("squashed")),
    Quantity(inner_d, "alignment <g_t, d_t>", lambda case: case.alignment),
    Quantity(square_d, "squared direction ||d_t||^2", lambda case: case.direction_sq),
    Quantity(mean_inner_d, "mean of <g_t, d_t>", lambda case: mean_over(case.alignment), mean_of=inner_d),
    Quantity(stride, "squared direction of either step of a 2-cycle", declared("stride"), fixed=True),
    Quantity(other, "gradient norm of the next step", lambda case: one_later(case.gradient_norm)),
    Quantity(apart, "distance of the next gradient", declared("apart")),
    Quantity(beta, "decay of the average", lambda case: case.hyperparameter("decay"), fixed=True),
    Quantity(moment, "E|xi_t|^p is at most s^p, p = 2 where none is named", declared("s"), fixed=True),
    Quantity(order, "order of the moment, 1 < p <= 2", declared("p"), fixed=True),
    Quantity(martingale, "best constant for sums of martingale differences", _martingale, fixed=True),
    Quantity(drift, "what the gradient moved, averaged", declared("drift")),
    Quantity(averaged, "averaged noise", declared("averaged")),
    Quantity(
        mean_averaged, "its mean", lambda case: mean_over(np.asarray(case.constant("averaged"))), mean_of=averaged
    ),
    Quantity(expected_norm, "expected mean of N_t", lambda case: mean_over(case.gradient_norm), mean_of=N),
    Quantity(more, "2 Delta/(L eta^2 T)", _more, fixed=True),
    Quantity(
        JOINT,
        "sup over |u| = 1 of (sum tanh^2(alpha u_i) + w)/sum u_i tanh(alpha u_i), w = 2 Delta/(L eta^2 T)",
        _joint,
        fixed=True,
    ),
    Quantity(radius, "half the distance of the 2-cycle, 2a = eta tanh(alpha L a/(L a+eps))", _radius, fixed=True),
    Quantity(near, "distance of |x_t| from the 2-cycle +-a, 2a = eta tanh(alpha L a/(L a+eps))", _near),
    Quantity(next_near, "the same one step later", lambda case: one_later(_near(case))),
    Quantity(W, "Lambert's function at 1/e: W e^{1+W} = 1", lambda case: np.asarray(LAMBERT), fixed=True),
    Quantity(
        mean_one,
        "mean of the 1-norm of the gradient",
        lambda case: mean_over(case.history("one_norm")),
        mean_of=one_norm,
    ),
    Quantity(mean_squared, "mean of N_t^2", lambda case: mean_over(_squared(case.gradient_norm)), mean_of=N**2),
    Quantity(
        mean_next,
        "mean of N_t^2 one step later",
        lambda case: mean_over(_squared(one_later(case.gradient_norm))),
        mean_of=other**2,
    ),
    Quantity(longest, "largest |g'_i| of the step", declared("peak")),
    Quantity(mean_length, "mean of ||g'_t||^2", lambda case: mean_over(case.direction_sq), mean_of=square),
    Quantity(
        steepest,
        "largest |g_{t,i}| over t = 1..T",
        lambda case: np.maximum.accumulate(np.asarray(case.constant("steepest"))),
        fixed=True,
    ),
    Quantity(VARTHETA, "L eta/eps", _over_eps, fixed=True),
    Quantity(b2, "decay of the mean square", memory, fixed=True),
    Quantity(
        S1,
        "1 + b + ... + b^(t-1) at b = beta_1",
        lambda case: geometric(case.hyperparameter("beta1"), horizon(case.gradient_norm)),
    ),
    Quantity(S2, "the same at beta_2", lambda case: geometric(memory(case), horizon(case.gradient_norm))),
    Quantity(S12, "the same at beta_1^2/beta_2", _first_ratio),
    Quantity(m_hat, "Adam's first moment where |g'_i| is largest", declared("m_hat")),
    Quantity(s_hat, "the root of its second moment there", declared("s_hat")),
    Quantity(RANK, "number of singular values, min(p, q)", lambda case: np.asarray(float(_rank(case))), fixed=True),
    Quantity(NUCLEAR, "nuclear norm of the gradient, the sum of its singular values", declared("nuclear")),
    Quantity(L_OP, "smoothness constant in the spectral norm", declared("L_op"), fixed=True),
    Quantity(
        JOINT_K,
        "sup over |u| = 1 in k dimensions of (sum tanh^2(alpha u_i) + w)/sum u_i tanh(alpha u_i)",
        _joint_of_singular_values,
        fixed=True,
    ),
    Quantity(best_top, "squared direction at eps = 0", declared("best_top")),
    Quantity(best_bottom, "alignment at eps = 0, over N", declared("best_bottom")),
    Quantity(u, "a component |g_i|/(N+eps)", declared("u")),
    Quantity(w, "a smaller component", declared("w")),
    Quantity(largest, "the largest component", declared("largest")),
)
BY_LETTER = {quantity.symbol: quantity for quantity in LETTERS}


def measures(*symbols: sp.Symbol) -> tuple[Quantity, ...]:
    """Return the quantities of these letters, for a claim that brings them."""
    return tuple(BY_LETTER[symbol] for symbol in symbols)
