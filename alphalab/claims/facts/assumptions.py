r"""What a claim may assume: a sentence, what breaks it on a case, and what it gives a proof.

`Assumption.gives` names hypotheses ("L", "convex", "N > 0"), and `sets` letters; a proof that uses one which no
assumption of its claim gives is undecided. Only the assumptions made here give any (`gifts`): what another says is
known by its words alone. Every method has a direction of its own: "direction" is that of one gradient, the true one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy as sp

from alphalab.arrays import to_numpy
from alphalab.claims.case import Case
from alphalab.claims.claim import Assumption
from alphalab.claims.facts.letters import L1, LETTERS, THETA, ell, measures, members, rate
from alphalab.claims.facts.methods import RootRMSProp, corrected_rmsprop
from alphalab.claims.facts.runs import next_inverse
from alphalab.claims.facts.slopes import BETWEEN
from alphalab.claims.notation import D, Formula, L, M, Quantity, T, alpha, eps, eta, evaluate, horizon, mu, n, rho
from alphalab.optimizers import (
    Adam,
    AlphaGrad,
    Averaged,
    Geometric,
    GradientDescent,
    HeavyBall,
    NormalizedGD,
    Scheduled,
    SignSGD,
    Spectral,
)

STEP = r"g' = \tanh(\alpha g/(\|g\|+\varepsilon)), \alpha > 0, \varepsilon \ge 0, 0/0 = 0"


def _not_alphagrad(case: Case) -> str | None:
    if "noise" in case.declared:
        return "the steps see noise"
    return None if type(case.optimizer) is AlphaGrad else f"the method is {case.optimizer.name}"


def _not_scheduled(case: Case) -> str | None:
    scheduled = isinstance(case.optimizer, Scheduled) and type(case.optimizer.optimizer) is AlphaGrad
    return None if scheduled else "the method is not AlphaGrad with a step-size schedule"


def _not_heavy_ball(case: Case) -> str | None:
    right = isinstance(case.optimizer, HeavyBall) and type(case.optimizer.optimizer) is AlphaGrad
    return None if right else "the method is not AlphaGrad with heavy-ball momentum"


def _not_per_tensor(case: Case) -> str | None:
    right = all(type(member) is AlphaGrad for member, _ in members(case))
    return None if right else "the method is not AlphaGrad per tensor"


def _unequal(case: Case) -> np.ndarray:
    rates = [member.learning_rate for member, _ in members(case)]
    return np.any([np.not_equal(one, rates[0]) for one in rates], axis=0)


def _not_spectral(case: Case) -> str | None:
    if "noise" in case.declared:
        return "the steps see noise"
    right = type(case.optimizer) is Spectral and type(case.optimizer.optimizer) is AlphaGrad
    return None if right else "the method is not AlphaGrad on singular values"


def _is(*kinds: type) -> Callable[[Case], str | None]:
    """Return what breaks that the method is one of these."""

    def broken(case: Case) -> str | None:
        if "noise" in case.declared:
            return "the steps see noise"
        return None if type(case.optimizer) in kinds else f"the method is {case.optimizer.name}"

    return broken


def _not_corrected_rmsprop(case: Case) -> str | None:
    return None if corrected_rmsprop(case) else f"the method is {case.optimizer.name}"


ALPHAGRAD = Assumption(
    rf"{STEP}, x_{{t+1}} = x_t - \eta g'_t, \eta > 0, t = 1..T", _not_alphagrad, gives=("direction", "constant step")
)
SCHEDULED = Assumption(
    rf"{STEP}, x_{{t+1}} = x_t - \eta_t g'_t, steps \eta_t > 0 that depend on t only",
    _not_scheduled,
    gives=("direction", "steps eta_t"),
)
HEAVY_BALL = Assumption(
    "AlphaGrad with heavy-ball momentum, v_1 = 0, 0 <= c < 1",
    _not_heavy_ball,
    gives=("direction", "heavy ball", "c < 1"),
)
PER_TENSOR = Assumption("AlphaGrad per tensor", _not_per_tensor, gives=("direction, tensors",))
ONE_RATE = Assumption("one learning rate for all tensors", _unequal, gives=("one rate",))


BY_ETA = r"x_{t+1} = x_t - \eta g'_t, \eta > 0, t = 1..T"
SIGN = Assumption(rf"g' = \operatorname{{sign}} g, {BY_ETA}", _is(SignSGD), gives=("sign", "constant step"))
NORMALISED = Assumption(
    rf"g' = g/(\|g\|+\varepsilon), 0/0 = 0, {BY_ETA}", _is(NormalizedGD), gives=("normalised descent", "constant step")
)
GRADIENT = Assumption(rf"g' = g, {BY_ETA}", _is(GradientDescent), gives=("gradient", "constant step"))
ADAM = Assumption(
    r"g'_i = \hat m_i/(\hat s_i+\varepsilon), 0/0 = 0, Adam's moments with their bias corrected",
    _is(Adam),
    gives=("adam",),
)
RMSPROP = Assumption(
    rf"g'_i = g_i/(\hat s_i+\varepsilon), 0/0 = 0, RMSProp with its bias corrected, {BY_ETA}",
    _not_corrected_rmsprop,
    gives=("rms", "constant step"),
)
RMSPROP_ROOT = Assumption(
    rf"g'_i = g_i/\sqrt{{v_i+\varepsilon^2}}, v_i = \beta_2 v_i + (1-\beta_2) g_i^2 from 0, 0 < \beta_2 < 1, {BY_ETA}",
    _is(RootRMSProp),
    gives=("rms root", "constant step", "b2 < 1"),
)
SPECTRAL = Assumption(
    r"G_t = U \operatorname{diag}(s) V^T, k = \min(p, q) singular values, "
    r"D_t = U \operatorname{diag}(\tanh(\alpha s/(\|G_t\|_F+\varepsilon))) V^T, \alpha > 0, \varepsilon \ge 0, "
    r"0/0 = 0, X_{t+1} = X_t - \eta D_t, \eta > 0, t = 1..T",
    _not_spectral,
    gives=("direction, singular values", "constant step"),
)
POSITIVE = ("L", "lipschitz", "L_inf", "L_op")  # constants that a formula divides by: any larger one serves as well


@dataclass(frozen=True)
class Known:
    """The problem gives these constants, smoothness constants above 0."""

    names: tuple[str, ...]

    def __call__(self, case: Case) -> str | None:
        """Return why a case does not, None where it does."""
        values = {name: case.declared.get(name, getattr(case.constants, name, None)) for name in self.names}
        missing = [name for name in self.names if values[name] is None]
        if missing:
            return f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} not given"
        zero = [name for name in self.names if name in POSITIVE and not np.all(np.asarray(values[name]) > 0)]
        return f"{zero[0]} is 0" if zero else None


def known(*names: str) -> Assumption:
    """The problem gives these constants, smoothness constants above 0."""
    said = ", ".join(f"{name} > 0" if name in POSITIVE else name for name in names)
    return Assumption(f"{said} known", Known(names), gives=names)


def _not_convex(case: Case) -> str | None:
    known = case.constants.convex
    return None if known else ("convexity is not given" if known is None else "f is not convex")


def _outside(case: Case) -> np.ndarray:
    """Where D does not bound the visited iterates."""
    return np.maximum.accumulate(case.history("distance")) > evaluate(D, case) * (1 + case.tolerance)


def at_zero(case: Case) -> np.ndarray:
    """Where some gradient up to here is 0."""
    return np.minimum.accumulate(case.gradient_norm, axis=0) == 0


def product(case: Case) -> np.ndarray:
    """Return alpha L eta."""
    return case.hyperparameter("alpha") * case.constant("L") * case.hyperparameter("learning_rate")


def above(case: Case) -> np.ndarray:
    """Where eta > 2 eps/(alpha L)."""
    return product(case) > 2 * case.hyperparameter("epsilon") * (1 + case.tolerance)


def at_most(case: Case) -> np.ndarray:
    """Where eta <= 2 eps/(alpha L)."""
    return product(case) <= 2 * case.hyperparameter("epsilon")


def scaled(case: Case) -> np.ndarray:
    """Where eps < alpha L eta."""
    return case.hyperparameter("epsilon") < product(case) * (1 - case.tolerance)


def off_scale(case: Case) -> np.ndarray:
    """Where eps is not alpha L eta."""
    return np.abs(case.hyperparameter("epsilon") - product(case)) > case.tolerance * product(case)


def beyond(case: Case) -> np.ndarray:
    """Where delta_t > eps^2/(2L)."""
    edge = case.hyperparameter("epsilon") ** 2 / (2 * case.constant("L"))
    return case.history("value") - case.constant("f_star") > edge


def steeper(case: Case) -> np.ndarray:
    """Where N_t > eps."""
    return case.hyperparameter("epsilon") < case.gradient_norm


def too_long(case: Case) -> np.ndarray:
    """Where theta = L1 eta Q is not below 2, or a step may be longer than 1/L1."""
    theta, longest = evaluate(THETA, case, LETTERS), evaluate(L1 * eta * sp.sqrt(M), case, LETTERS)
    return (theta >= 2 * (1 - case.tolerance)) | (longest > 1 + case.tolerance)


def beyond_eps(case: Case) -> np.ndarray:
    """Where eta >= 2 eps/L."""
    product = case.constant("L") * case.hyperparameter("learning_rate")
    return product >= 2 * case.hyperparameter("epsilon") * (1 - case.tolerance)


def _not_plain(case: Case) -> str | None:
    plain = case.n == 1 and case.constant("mu") == case.constant("L")
    return None if plain else "f is not L x^2/2"


def _noiseless(case: Case) -> str | None:
    if type(case.optimizer) is not AlphaGrad:
        return f"the method is {case.optimizer.name}"
    return None if "noise" in case.declared else "the steps see no noise"


NOISY = Assumption(
    rf"{STEP}, x_{{t+1}} = x_t - \eta g'_t, g' at \hat g_t = \nabla f(x_t) + \xi_t",
    _noiseless,
    gives=("direction, noise", "noise"),
)


def _open(case: Case) -> np.ndarray:
    """Where x_{t+1} is not x_1: only at the end of a period, where the maker of the case says how long that is."""
    return horizon(case.gradient_norm) % case.constant("period") != 0


CLOSED = Assumption("x_{T+1} = x_1", _open)
CONVEX = Assumption("f is convex", _not_convex, gives=("convex",))
BOUNDED = Assumption(r"\|x_t-x^*\| \le D, t = 1..T", _outside, gives=("ball",))
MET = Assumption(
    r"g_s \ne 0 for an s \le t", lambda case: np.maximum.accumulate(case.gradient_norm) == 0, gives=("s > 0",)
)
BELOW_EPS = Assumption(r"\vartheta < 2, \varepsilon > 0", beyond_eps, gives=("vartheta < 2", "eps > 0"))
MOVING = Assumption(r"g_t \ne 0, t = 1..T", at_zero, gives=("N > 0",))
OFF_MINIMA = Assumption(r"\gamma_{\min} > 0", at_zero, gives=("gamma_min > 0",))
PLAIN = Assumption("f = L x^2/2, n = 1", _not_plain, gives=("L x^2/2",))
PLUS = Assumption(r"\varepsilon > 0", lambda case: case.hyperparameter("epsilon") <= 0, gives=("eps > 0",))
NO_EPSILON = Assumption(
    r"\varepsilon = 0",
    lambda case: case.hyperparameter("epsilon") > 0,
    gives=("eps = 0",),
    sets=((eps, sp.Integer(0)),),
)
UP_TO = Assumption(r"\eta \le 2\varepsilon/(\alpha L)", above, gives=("threshold", "eps > 0"))
BEYOND = Assumption(r"\eta > 2\varepsilon/(\alpha L)", at_most, gives=("above the threshold",))
SCALED = Assumption(r"\varepsilon \ge \alpha L\eta", scaled, gives=("scaled",))
ON_SCALE = Assumption(
    r"\varepsilon = \alpha L\eta", off_scale, gives=("scaled", "eps > 0"), sets=((eta, eps / (alpha * L)),)
)
INSIDE = Assumption(r"\delta_t \le \varepsilon^2/(2L)", beyond, gives=("inside",))
FLAT = Assumption(r"N_t \le \varepsilon", steeper, gives=("N <= eps",))
IN_WINDOW = Assumption(
    r"f(y) \le f(x) + \langle g, y-x\rangle + \tfrac12(L_0 + L_1\|g\|)\,\|y-x\|^2 \text{ where } L_1\|y-x\| \le 1, "
    r"\theta < 2, L_1\eta\sqrt{M} \le 1",
    too_long,
    gives=("theta < 2", "in the window"),
)
PRICED = Assumption(r"L\rho \ge 2\mu", lambda case: evaluate(L * rho - 2 * mu, case) < 0, gives=("L rho >= 2 mu",))


@dataclass(frozen=True)
class Chosen:
    """The learning rate is the formula's value for these T steps, or falls by `decay`."""

    formula: Formula
    letters: tuple[Quantity, ...] = ()
    decay: Formula | None = None

    @property
    def sets(self) -> tuple[tuple[sp.Symbol, Formula], ...]:
        """The step size, and what it is."""
        return ((eta, self.formula) if self.decay is None else (rate, self.formula * self.decay ** (T - 1)),)

    def __call__(self, case: Case) -> str | np.ndarray:
        """Return where a case has another."""
        wrong = self._off(case.hyperparameter("learning_rate"), self.formula, case)
        if self.decay is None:
            return wrong
        schedule = getattr(case.optimizer, "schedule", None)
        if not isinstance(schedule, Geometric):
            return "the steps do not fall geometrically"
        return wrong | self._off(to_numpy(schedule.ratio), self.decay, case)

    def _off(self, value: Any, formula: Formula, case: Case) -> np.ndarray:
        goal = evaluate(formula, case, self.letters)
        return ~(np.abs(value - goal) <= 4 * case.tolerance * goal)


def chosen(formula: Formula, letters: tuple[Quantity, ...] = (), decay: Formula | None = None) -> Assumption:
    r"""Return the assumption that the learning rate is the formula's value for these T steps, or falls by `decay`.

    Its words are printed from the formula, so that they say nothing else.

    >>> chosen(sp.sqrt(2 * D / (L * T))).sentence
    '\\eta = \\sqrt{\\frac{2 D}{L T}}'
    """
    says = Chosen(formula, letters, decay)
    if decay is None:
        words = rf"\eta = {_under_one_root(formula)}"
    else:
        words = rf"\eta_t = {_under_one_root(formula)} \left({_under_one_root(decay)}\right)^{{t - 1}}"
    return Assumption(words, says, formula, decay, sets=says.sets)


def _under_one_root(formula: Formula) -> str:
    """Return a product in LaTeX, its square roots as one."""
    if not any(power.is_Rational and power.q == 2 for power in formula.as_powers_dict().values()):
        return sp.latex(formula)
    return sp.latex(sp.sqrt(formula**2, evaluate=False))


AT_1_L = chosen(1 / L)
AT_1_ELL = chosen(1 / ell, measures(ell))


def _not_inverse(case: Case) -> str | np.ndarray:
    if getattr(case.optimizer, "schedule", None) is not next_inverse:
        return "the steps are not 2D/(tanh(alpha)(t+1))"
    wanted = 2 * case.constant("D") / np.tanh(case.hyperparameter("alpha"))
    return np.abs(case.hyperparameter("learning_rate") - wanted) > case.tolerance * wanted


def _more_dimensions(case: Case) -> str | None:
    return None if case.n == 1 else f"n = {case.n}"


def _off_two_cycle(case: Case) -> str | np.ndarray:
    """Where T is odd, or x_3 is not known to be x_1: the maker of a case declares its period."""
    if np.any(np.asarray(case.declared.get("period", 0)) != 2):
        return "no period of 2 is declared"
    rows = np.arange(1, case.steps + 1).reshape(-1, *([1] * (case.gradient_norm.ndim - 1)))
    return np.broadcast_to(rows % 2 != 0, case.gradient_norm.shape)


def _not_averaged(case: Case) -> str | None:
    method = case.optimizer
    if not (type(method) is Averaged and type(method.optimizer) is AlphaGrad):
        return "the method is not AlphaGrad behind an average of gradients"
    return None if "noise" in case.declared else "the steps see no noise"


def _no_moment(case: Case) -> str | None:
    if not {"runs", "s", "p"} <= set(case.declared):
        return "no moment of the noise is given"
    return "the noise has no mean 0" if "bias" in case.declared else None


def _no_variance(case: Case) -> str | None:
    return _no_moment(case) or (None if float(case.declared["p"]) == 2 else "no variance of the noise is given")


AVERAGED = Assumption(
    r"m_t = \beta m_{t-1} + (1-\beta) \hat g_t, m_1 = \hat g_1, \hat g_t = \nabla f(x_t) + \xi_t, 0 \le \beta < 1; "
    r"g' = \tanh(\alpha m_t/(\|m_t\|+\varepsilon)), \alpha > 0, \varepsilon \ge 0, x_{t+1} = x_t - \eta g'_t, \eta > 0",
    _not_averaged,
    gives=("direction, noise", "noise", "averaged", "b < 1"),
)
VARIANCE = Assumption(
    r"\mathbb{E}[\xi_t | \text{past}] = 0, \mathbb{E}\|\xi_t\|^2 \le s^2", _no_variance, gives=("variance",)
)
MOMENT = Assumption(
    r"\mathbb{E}[\xi_t | \text{past}] = 0, \mathbb{E}\|\xi_t\|^p \le s^p, 1 < p \le 2", _no_moment, gives=("moment",)
)
ONE_DIMENSION = Assumption("n = 1", _more_dimensions, gives=("n = 1",), sets=((n, sp.Integer(1)),))
TWO_CYCLE = Assumption("x_{t+2} = x_t, T even", _off_two_cycle, gives=("2-cycle",))
INVERSE = Assumption(
    r"\eta_t = 2D/(\tanh(\alpha)(t+1))", _not_inverse, sets=((rate, 2 * D / (sp.tanh(alpha) * (T + 1))),)
)
MADE_HERE = (
    *(ALPHAGRAD, SCHEDULED, HEAVY_BALL, PER_TENSOR, ONE_RATE, NOISY, CONVEX, BOUNDED, MOVING, OFF_MINIMA, PLAIN),
    *(BETWEEN, ONE_DIMENSION, TWO_CYCLE, AVERAGED, VARIANCE, MOMENT),
    *(SIGN, NORMALISED, GRADIENT, SPECTRAL, ADAM, RMSPROP, RMSPROP_ROOT, MET, BELOW_EPS),
    *(PLUS, NO_EPSILON, UP_TO, BEYOND, SCALED, ON_SCALE, INSIDE, FLAT, IN_WINDOW, PRICED, INVERSE),
)


def gifts(assumption: Assumption) -> frozenset[Any]:
    """Return the hypotheses that an assumption gives, and (letter, formula) of those it sets; none if not made here."""
    says = assumption.broken
    if assumption in MADE_HERE or (isinstance(says, Known) and assumption == known(*says.names)):
        return frozenset({*assumption.gives, *assumption.sets})
    return frozenset(says.sets if isinstance(says, Chosen) and assumption.sets == says.sets else ())
