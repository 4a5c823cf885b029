r"""What the letters of `notation` and the sentences of assumptions mean to the kernel. This table is trusted.

    letter     a real or natural number, or a formula in terms of f, grad, x:   N_t -> norm n (g t)
    sentence   one or more hypotheses on f, grad, x:                            "f is convex" -> convex n f grad

`facts/Definitions.v` says what the words on the right are. Time starts at 0 in Coq: x 0 is x_1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import sympy as sp

from alphalab.claims import notation as nt
from alphalab.claims.facts import assumptions, letters, slopes
from alphalab.claims.theory.noise import MEAN_NOISE
from alphalab.claims.theory.per_tensor import LARGEST
from alphalab.claims.theory.schedules import SQUARES, WEIGHTED

INSTANTS: dict[str, str] = {
    "g": "grad (x t)",
    "d": "squash alpha eps n (g t)",
    "N": "norm n (g t)",
    "r": "N t / (N t + eps)",
    "gamma": "tanh alpha * r t",
    "one_norm": "sum n (fun i => Rabs (g t i))",
    "inner": "dot n (g t) (d t)",
    "square": "dot n (d t) (d t)",
    "delta": "f (x t) - f_star",
    "decrease": "f (x t) - f (x (S t))",
    "near": "Rabs (Rabs (x t O) - a)",
}
"""What is measured at an instant t: name -> term."""

WHOLES: dict[str, str] = {
    "gamma_min": "minimum T gamma",
    "least_N": "minimum T N",
    "mean_delta": "mean T delta",
    "mean_h": "mean T (fun t => h eps (N t))",
    "mean_N": "mean T N",
    "mean_inner": "mean T inner",
    "mean_one": "mean T one_norm",
    "mean_squared": "mean T (fun t => N t ^ 2)",
    "Delta": "f (x O) - f_inf",
    "Delta0": "f (x O) - f_star",
    "weighted": "sum T (fun t => eta t * inner t)",
    "squares": "sum T (fun t => eta t ^ 2)",
    "mean_noise": "mean T (fun t => norm n (xi t))",
    "theta": "L1 * eta * Q",
    "M_sum": "sum m (fun l => INR (n l) * tanh (alpha l / sqrt (INR (n l))) ^ 2)",
}
"""What is measured over a run: name -> term."""

LETTERS: dict[sp.Symbol, str] = {
    nt.n: "INR n",
    nt.T: "INR T",
    nt.alpha: "alpha",
    nt.eta: "eta",
    nt.eps: "eps",
    nt.L: "L",
    nt.mu: "mu",
    nt.D: "D",
    letters.c: "c",
    letters.ell: "ell",
    letters.L_INF: "L_max",
    letters.ETA: "eta",
    letters.L0: "L0",
    letters.L1: "L1",
    letters.THETA: "theta",
    letters.low: "low",
    letters.high: "high",
    letters.envelope: "M_hat",
    letters.PRICE: "Q",
    letters.W: "W",
    letters.peak: "peak",
    letters.one_norm: "one_norm t",
    LARGEST: "L_largest",
    nt.N: "N t",
    nt.next_norm: "N (S t)",
    letters.other: "N (S t)",
    nt.inner: "inner t",
    nt.square: "square t",
    letters.inner_d: "inner t",
    letters.square_d: "square t",
    nt.r: "r t",
    nt.gamma: "gamma t",
    nt.delta: "delta t",
    nt.next_delta: "delta (S t)",
    nt.decrease: "decrease t",
    letters.near: "near t",
    letters.next_near: "near (S t)",
    nt.gamma_min: "gamma_min",
    nt.least_norm: "least_N",
    nt.mean_delta: "mean_delta",
    nt.mean_h: "mean_h",
    nt.mean_norm: "mean_N",
    nt.mean_inner: "mean_inner",
    letters.mean_inner_d: "mean_inner",
    letters.mean_one: "mean_one",
    letters.mean_squared: "mean_squared",
    MEAN_NOISE: "mean_noise",
    nt.Delta: "Delta",
    nt.Delta0: "Delta0",
    WEIGHTED: "weighted",
    SQUARES: "squares",
    letters.M_SUM: "M_sum",
    nt.M: "M",
    nt.B: "B",
    nt.b: "b",
    nt.z: "z",
}
"""How a letter is written; the last four are introduced with the formulas of `notation.DEFINITIONS`."""

GIVEN: dict[str, tuple[str, ...]] = {  # what `known(name)` says, by the name of the constant
    "L": ("smooth n f grad L",),
    "lipschitz": ("differentiable n f grad", "lipschitz n grad ell"),
    "L_inf": ("smooth_max n f grad L_max",),
    "L0": ("steep n f grad L0 L1",),
    "L1": ("steep n f grad L0 L1",),
    "f_inf": ("below f f_inf",),
    "f_star": ("below f f_star",),
    "x_star": ("f x_star = f_star",),
    "pl": ("lojasiewicz n f grad f_star mu",),
    "mu": (),  # f = L x^2/2 stands beside it and says more
}
SENTENCES: dict[str, tuple[str, ...]] = {
    r"g' = \tanh(\alpha g/(\|g\|+\varepsilon)), \alpha > 0, \varepsilon \ge 0, 0/0 = 0, "
    r"x_{t+1} = x_t - \eta g'_t, \eta > 0, t = 1..T": ("alphagrad n grad alpha eta eps x",),
    r"g' = \tanh(\alpha g/(\|g\|+\varepsilon)), \alpha > 0, \varepsilon \ge 0, 0/0 = 0, "
    r"x_{t+1} = x_t - \eta_t g'_t, steps \eta_t > 0 that depend on t only": ("scheduled n grad alpha eta eps x",),
    r"g' = \tanh(\alpha g/(\|g\|+\varepsilon)), \alpha > 0, \varepsilon \ge 0, 0/0 = 0, "
    r"x_{t+1} = x_t - \eta g'_t, g' at \hat g_t = \nabla f(x_t) + \xi_t": (
        "(forall s i, (i < n)%nat -> x (S s) i = x s i - eta * squash alpha eps n (fun j => grad (x s) j + xi s j) i)",
    ),
    "AlphaGrad with heavy-ball momentum, v_1 = 0, 0 <= c < 1": ("heavy_ball n grad alpha eta eps c x", "c < 1"),
    "f is convex": ("convex n f grad",),
    r"\|x_t-x^*\| \le D, t = 1..T": ("(forall s, (s < T)%nat -> norm n (sub (x s) x_star) <= D)",),
    r"g_t \ne 0, t = 1..T": ("(forall s, (s < T)%nat -> 0 < N s)",),
    r"\gamma_{\min} > 0": ("0 < gamma_min",),
    r"\varepsilon = 0": ("eps = 0",),
    r"\varepsilon > 0": ("0 < eps",),
    r"L\rho \ge 2\mu": ("2 * mu <= L * (sqrt (INR n) * tanh (alpha / sqrt (INR n)) / tanh alpha) ^ 2",),
    r"\eta_t = 2D/(\tanh(\alpha)(t+1))": ("(forall s, eta s = 2 * D / (tanh alpha * (INR s + 2)))",),
    "f = L x^2/2, n = 1": ("parabola n f grad L",),
    r"\eta \le 2\varepsilon/(\alpha L)": ("eta <= 2 * eps / (alpha * L)",),
    r"\eta > 2\varepsilon/(\alpha L)": ("2 * eps / (alpha * L) < eta",),
    r"\varepsilon \ge \alpha L\eta": ("alpha * L * eta <= eps",),
    r"\varepsilon = \alpha L\eta": ("eps = alpha * L * eta",),
    r"\delta_t \le \varepsilon^2/(2L)": ("delta t <= eps ^ 2 / (2 * L)",),
    r"N_t \le \varepsilon": ("N t <= eps",),
    "AlphaGrad per tensor": ("per_tensor m n grad alpha eta eps x",),
    assumptions.SIGN.sentence: ("along n (fun g i => sign (g i)) grad eta x",),
    assumptions.NORMALISED.sentence: ("along n (normalised eps n) grad eta x",),
    assumptions.GRADIENT.sentence: ("along n (fun g => g) grad eta x",),
    slopes.BETWEEN.sentence: ("low < high", "between sigma low high", "along n (direction sigma eps n) grad eta x"),
    assumptions.IN_WINDOW.sentence: ("theta < 2", "L1 * eta * sqrt (INR n * tanh (alpha / sqrt (INR n)) ^ 2) <= 1"),
    assumptions.ONE_DIMENSION.sentence: ("n = 1%nat",),
    assumptions.TWO_CYCLE.sentence: ("(forall s i, (i < n)%nat -> x (S (S s)) i = x s i)", "Nat.even T = true"),
    "one learning rate for all tensors": (),  # eta is one number in per_tensor
}
"""Sentence of an assumption -> the hypotheses that it is."""

CONCLUSIONS: dict[str, str] = {
    r"\|g'\|_\infty < 1": "forall k i, Rabs (d k i) < 1",
    r"\|g'\|_2^2 \le M(\alpha, n) = n \tanh^2(\alpha/\sqrt n) \le \min(n, \alpha^2); \quad "
    r"\alpha = k\sqrt n: M = n\tanh^2 k": (
        "(forall k, square k <= INR n * tanh (alpha / sqrt (INR n)) ^ 2 <= Rmin (INR n) (alpha ^ 2)) /\\ "
        "forall k, alpha = k * sqrt (INR n) -> INR n * tanh (alpha / sqrt (INR n)) ^ 2 = INR n * tanh k ^ 2"
    ),
    r"\liminf_{t\to\infty} \|g_t\| = 0": "liminf_is_zero N",
    r"\eta > \frac{2\varepsilon}{\alpha L} > 0 \Rightarrow \exists!\, a > 0: "
    r"2a = \eta \tanh{\left(\frac{L \alpha a}{L a + \varepsilon} \right)}; \quad "
    r"f = \tfrac L2 x^2, x_1 = a \Rightarrow x_t = (-1)^{t-1} a; \quad "
    r"\tfrac12 L\eta\tanh\alpha - \varepsilon \le L a \le \tfrac12 L\eta\tanh\alpha": (
        "0 < eps -> 2 * eps / (alpha * L) < eta -> exists root, "
        "(0 < root /\\ 2 * root = eta * tanh (alpha * (L * root / (L * root + eps)))) /\\ "
        "(forall y, 0 < y /\\ 2 * y = eta * tanh (alpha * (L * y / (L * y + eps))) -> y = root) /\\ "
        "(forall z, alphagrad 1 (fun y i => L * y i) alpha eta eps z -> z O O = root -> "
        "forall k, z k O = (-1) ^ k * root) /\\ "
        "L * eta * tanh alpha / 2 - eps <= L * root <= L * eta * tanh alpha / 2"
    ),
    r"x^+ = (1-\eta w)\, x - \eta d, 0 < \eta w \le 1: \quad "
    r"\max_i |x^+_i| - \tfrac{c}{w} \le (1-\eta w)\, (\max_i |x_i| - \tfrac{c}{w})_+, \quad c = \tanh\alpha": (
        "forall w v y top, 0 < w -> eta * w <= 1 -> (forall i, (i < n)%nat -> Rabs (y i) <= top) -> "
        "forall i, (i < n)%nat -> Rabs ((1 - eta * w) * y i - eta * squash alpha eps n v i) - tanh alpha / w "
        "<= (1 - eta * w) * Rmax 0 (top - tanh alpha / w)"
    ),
    r"f = \tfrac L2 x^2, \eta > \frac{2\varepsilon(1+\beta_1)}{L(1-\beta_1)}, "
    r"a = \frac{\eta(1-\beta_1)}{2(1+\beta_1)} - \frac{\varepsilon}{L}: \quad "
    r"x = \pm a, m = \frac{1-\beta_1}{1+\beta_1} g, v = g^2 \text{ is a 2-cycle}": (
        "forall b1 b2, 0 <= b1 < 1 -> 0 < b2 < 1 -> let root := eta * (1 - b1) / (2 * (1 + b1)) - eps / L in "
        "2 * eps * (1 + b1) / (L * (1 - b1)) < eta -> 0 < root /\\ forall y p q : nat -> R, "
        "y O = root -> p O = - (1 - b1) / (1 + b1) * (L * root) -> q O = (L * root) ^ 2 -> "
        "(forall k, p (S k) = b1 * p k + (1 - b1) * (L * y k) /\\ q (S k) = b2 * q k + (1 - b2) * (L * y k) ^ 2 /\\ "
        "y (S k) = y k - eta * p (S k) / (sqrt (q (S k)) + eps)) -> "
        "forall k, y k = (-1) ^ k * root /\\ p (S k) = (1 - b1) / (1 + b1) * (L * y k) /\\ q (S k) = (L * y k) ^ 2"
    ),
    r"f(x_t)-f^* \le C q^t,\ q < 1": "exists C q, 0 <= q < 1 /\\ forall k, delta k <= C * q ^ k",
}
"""Statement of a claim that is no inequality between formulas -> its conclusion."""

HENCE: dict[str, tuple[str, str]] = {
    "thm-8+liminf": (
        r"\eta_t \to 0, \sum_t \eta_t = \infty \Rightarrow \liminf_t N_t = 0",
        "(forall e, 0 < e -> exists k, forall s, (k <= s)%nat -> eta s < e) -> "
        "(forall v, exists k, v < sum k eta) -> liminf_is_zero N",
    ),
}
"""Theorem -> what the words of its claim conclude of whole runs, and that conclusion; the claim must say it."""

LEFT_OUT: dict[str, str] = {
    "eq3-limits": "limits in alpha, which the page of definitions does not speak of",
    "eq7": "a mean square of what is squashed, which is no letter of the table",
    "eq7-fraction": "a probability",
    "eq7-band": "a quantile of the normal distribution",
    "disc-alpha": "advice, not a statement",
    "ex-1": "decimals of one example",
    "ex-2": "decimals of one example",
    "sec4-invariance": "about pairs of gradients, which are no object of the table",
    "sec4-memory": "counts the numbers that a program keeps",
    "tab1-lamb": "counts the numbers that a program keeps",
    "sec5-alpha": "decimals of roots",
    "sec5-granularity": "about trainings that were run",
    "sec6-dqn": "about trainings that were run",
    "sec6-td3": "about trainings that were run",
    "sec6-ppo": "about trainings that were run",
    "sec6-stateless": "about trainings that were run",
    "sec7-saturation-schedule": "about trainings that were run",
    "sec7-lowprec": "about floating-point numbers, the kernel's are real",
    "sec7-looped": "another sigma than tanh, for which the table has no letter",
    "adal": "about a division by zero in a program",
    "price-best": "a derivative in alpha beside two bounds",
    "q-one-dimensional": "that the supremum is attained where the formula says: calculus that is not formalised yet",
    "floor-mean": "refuted by decimals of one function, in intervals",
    **dict.fromkeys(
        ("map-not-gradient", "map-not-monotone"), "pairs of points or a derivative, which are no object of the table"
    ),
    **dict.fromkeys(
        (
            *("spectral-lemma-1", "spectral-lemma-1-lower", "spectral-lemma-2", "spectral-lemma-2-upper"),
            *("spectral-lemma-3", "spectral-lemma-4", "spectral-thm-2", "spectral-best"),
            *("spectral-nuclear-lemma", "spectral-nuclear", "spectral-nuclear-norm"),
        ),
        "singular values of a matrix, which the page of definitions has no word for yet",
    ),
    "ngd-cycle": "components along eigenvectors of a matrix, which are no object of the table",
    "dichotomy-n": "a set of measure 0",
    **dict.fromkeys(
        (
            "heavy-ball-floor",
            *("momentum-inside", "momentum-inside-moments", "momentum-inside-rate"),
        ),
        "an expectation over drawn noise",
    ),
    "vbe-hilbert": "the maximum C_p, for which the table has no letter; its concavity argument is not formalised yet",
    **dict.fromkeys(
        ("best-iterate-joint-lemma", "best-iterate-joint"), "the supremum Q_w, for which the table has no letter yet"
    ),
    "bounded-slope-best": "its proof weighs components by their share, which is not formalised yet",
    "floor-two-cycle": "the length of either step of a cycle, for which the table has no letter yet",
    **dict.fromkeys(
        ("adam-step", "rmsprop-decrease", "rmsprop-dichotomy", "rmsprop-rate"),
        "about moments of past gradients, which the page of definitions has no word for yet",
    ),
}
"""Claim that the kernel is not asked -> why."""

DEFINING: dict[str, tuple[str, ...]] = {
    "Q": ("price alpha n Q",),
    "theta": ("price alpha n Q",),
    "M_hat": ("above_squares sigma n M_hat",),
    "peak": ("(forall i, (i < n)%nat -> Rabs (d i) <= peak)",),
    "W": ("W * exp (1 + W) = 1",),
    "near t": ("0 < a", "2 * a = eta * tanh (alpha * (L * a / (L * a + eps)))"),
    "L_largest": ("smooth_alone m n f grad L_largest",),
}
"""How a letter is written -> hypotheses that say what it is."""


@dataclass(frozen=True)
class Scene:
    """What a claim speaks of.

    objects      what is given first besides numbers: name -> type
    instants     what is measured, where it is not what INSTANTS says;   kinds   types of letters, where not R or nat
    hypotheses   hypothesis on a run -> what it is here, "" where it says nothing
    """

    objects: Mapping[str, str]
    instants: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    hypotheses: Mapping[str, str] = field(default_factory=dict)


RUN = Scene({"f": "vec -> R", "grad": "vec -> vec", "x": "nat -> vec"})
SCHEDULED = Scene(RUN.objects, kinds={"eta": "nat -> R"})
NOISY = Scene({**RUN.objects, "xi": "nat -> vec"})
OTHERS = {  # methods whose direction is one of g alone
    assumptions.SIGN.sentence: Scene(RUN.objects, {"d": "fun i => sign (g t i)"}),
    assumptions.NORMALISED.sentence: Scene(RUN.objects, {"d": "normalised eps n (g t)"}),
    assumptions.GRADIENT.sentence: Scene(RUN.objects, {"d": "g t"}),
    slopes.BETWEEN.sentence: Scene({"sigma": "R -> R", **RUN.objects}, {"d": "direction sigma eps n (g t)"}),
}
"""Sentence of an assumption -> what is measured where it says the method."""
GRADIENT = Scene(
    {"g": "vec"},
    {
        "d": "squash alpha eps n g",
        "N": "norm n g",
        "r": "N / (N + eps)",
        "gamma": "tanh alpha * r",
        "one_norm": "sum n (fun i => Rabs (g i))",
        "inner": "dot n g d",
        "square": "dot n d d",
    },
    hypotheses={"alphagrad n grad alpha eta eps x": "", "(forall s, (s < T)%nat -> 0 < N s)": "0 < N"},
)
TENSORS = Scene(
    {"f": "(nat -> vec) -> R", "grad": "(nat -> vec) -> nat -> vec", "x": "nat -> nat -> vec"},
    {"d": "fun l => squash (alpha l) (eps l) (n l) (g t l)", "inner": "total m n (g t) (d t)"},
    {"n": "nat -> nat", "alpha": "nat -> R", "eps": "nat -> R"},
    {"smooth n f grad L": "smooth_tensors m n f grad L"},
)
