# %% [markdown]
# # Your own optimizer, your own problem
#
# A squashing function is one callable, a problem two. Everything else of the lab works on them at once: sweeps,
# wrappers, claims.

# %%
import matplotlib.pyplot as plt
import numpy as np

import alphalab as al
from alphalab import style
from alphalab.claims import run_case
from alphalab.claims.family import certify

plt.rcParams.update(style.SETTINGS)

# %% [markdown]
# ## Your own squash
#
# `NormalizedNonlinear` runs $d = \sigma(g/(\|g\|+\varepsilon))$ for any elementwise $\sigma$: a lambda, or the one that
# `certify` gives back together with what is known of it.

# %%
certificate = certify("atan(3*u)")
mine = al.NormalizedNonlinear(certificate.function, learning_rate=1e-2)
same = al.NormalizedNonlinear(lambda u: np.arctan(3 * u), learning_rate=1e-2)
print(f"odd: {certificate.odd}, increasing: {certificate.increasing}, concave: {certificate.concave}")
print(f"in 4 dimensions M = {certificate.M(4):.3f}: no step is longer than eta sqrt(M)")

# %% [markdown]
# ## Your own problem
#
# `value` and `gradient` take whole batches of points, the coordinates along the last axis: sum over `axis=-1`.

# %%
problem = al.CustomProblem(
    value=lambda x: np.sum(np.log1p(x**2), axis=-1) + 0.5 * (x[..., 0] - x[..., 1]) ** 2,
    gradient=lambda x: 2 * x / (1 + x**2) + (x[..., 0] - x[..., 1])[..., None] * np.array([1, -1, 0, 0]),
    n=4,
    x0=np.array([3.0, -2.0, 4.0, 1.0]),
    name="log-bowl",
)
methods = {
    "arctan, certified": mine,
    "AlphaGrad": al.AlphaGrad(learning_rate=1e-2, alpha=2.0),
    "arctan, heavy ball": al.HeavyBall(mine, momentum=0.9),
    r"arctan, steps $\propto 1/\sqrt{t}$": al.Scheduled(
        al.NormalizedNonlinear(certificate.function, learning_rate=0.3)
    ),
}
runs = {name: al.simulate(method, problem, problem.start(), steps=1500) for name, method in methods.items()}
figure, axes = plt.subplots(figsize=(6.4, 3.4), layout="constrained")
for (name, run), colour, dash in zip(runs.items(), style.COLOURS, ("-", *style.DASHES), strict=False):
    axes.loglog(np.arange(1, 1501), np.minimum.accumulate(run.value), color=colour, linestyle=dash, label=name)
axes.set(xlabel="step t", ylabel="best f(x) so far", ylim=(1e-12, 100))
axes.legend()
plt.show()

# %% [markdown]
# ## A mistake, and what it says
#
# A function written for a single point fails when the problem is made, not in the middle of a sweep.

# %%
complaint = ""
try:
    al.CustomProblem(value=lambda x: np.sum(x**2), gradient=lambda x: 2 * x, n=4)
except ValueError as error:
    complaint = str(error)
print(complaint)

# %% [markdown]
# ## Claims ask for what they need
#
# No constants were given, so the theorems answer "not applicable"; the lemmas need none.

# %%
method = al.AlphaGrad(learning_rate=1e-2, alpha=2.0)
case = run_case(method, problem, problem.start(), 500)
keys = ("lemma-2", "lemma-1-sharp", "thm-2", "thm-2-norm", "thm-5-sharp", "thm-1")
answers = {key: al.claim(key).check(case) for key in keys}
for key, check in answers.items():
    print(f"{key:14s} {check}")

# %% [markdown]
# ## The same problem with its constants
#
# Here the second derivatives are at most 2 + 2, so L = 4, and f is never below 0.

# %%
known = al.CustomProblem(
    value=problem.value, gradient=problem.gradient, n=4, x0=problem.x0, L=4.0, f_inf=0.0, name="log-bowl"
)
case = run_case(method, known, known.start(), 500)
informed = {key: al.claim(key).check(case) for key in keys}
for key, check in informed.items():
    print(f"{key:14s} {check}")

# %% [markdown]
# ## A constant that is wrong is found out
#
# Claim L = 0.1 instead. T5\* predicts a decrease for $\varepsilon \ge \alpha L\eta$; on this problem, with this L, it
# does not happen. A violated theorem means that something you declared is not so.

# %%
wrong = al.CustomProblem(value=problem.value, gradient=problem.gradient, n=4, x0=problem.x0, L=0.1, f_inf=0.0)
large = al.AlphaGrad(learning_rate=2.0, alpha=2.0, epsilon=2.0 * 2.0 * 0.1)
caught = al.claim("thm-5-sharp").check(run_case(large, wrong, wrong.start(), 200))
print(caught.count("holds"), "steps hold,", caught.count("violated"), "violate")

# %% [markdown]
# ## A sweep over your own
#
# Hyperparameters of your own optimizer broadcast as any other. Look at the dips: the larger $\varepsilon$ is, the wider
# the range of learning rates that reach the minimum instead of jumping about it (curves that leave the figure).

# %%
grid = al.Sweep(learning_rate=np.geomspace(1e-3, 10, 40), epsilon=[1e-8, 1e-1, 1.0])
own = al.NormalizedNonlinear(certificate.function, learning_rate=grid.learning_rate, epsilon=grid.epsilon)
swept = al.simulate(own, problem, problem.start(), steps=400)
figure, axes = plt.subplots(figsize=(6.4, 3.4), layout="constrained")
for row, epsilon, colour, marker in zip(
    swept.gradient_norm_last.T, grid.coordinates["epsilon"], style.COLOURS, style.MARKERS, strict=False
):
    label = rf"$\varepsilon$ = {epsilon:g}"
    axes.loglog(grid.coordinates["learning_rate"], row, color=colour, marker=marker, markersize=3, label=label)
axes.set(xlabel=r"learning rate $\eta$", ylabel="gradient norm after 400 steps", ylim=(1e-16, 100))
axes.legend()
plt.show()

# %% [markdown]
# ## What must be so

# %%
assert certificate.holds
a, b = (al.simulate(each, problem, problem.start(), 200, observe=("direction_sq",)) for each in (mine, same))
assert np.allclose(a.x_last, b.x_last, rtol=1e-12)
assert np.all(a.direction_sq <= certificate.M(4) * (1 + 1e-12))
assert "axis=-1" in complaint
assert answers["thm-5-sharp"].because == "L is not given"
assert answers["thm-2"].because == "L and f_inf are not given"
assert answers["lemma-2"].count("holds") == 500
assert all(check.count("violated") == 0 for check in informed.values())
assert informed["thm-2-norm"].count("holds") == 500
assert caught.count("violated") > 0
assert swept.dims == ("learning_rate", "epsilon")
